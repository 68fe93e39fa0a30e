//! Which values of a facet are one: each has a number, in all segments the same, so that counting asks for no text.
//!
//! Numbers are kept on disk (`kept`), made of all values, or of those that were found where it is not worth making all.

mod kept;

use tantivy::Searcher;
use tantivy::columnar::StrColumn;

use super::aliases::{Aliases, Way};
use super::analyse::Folder;
use super::links::ByHash;

pub(super) use kept::ENDING;

/// So many values are numbered as fast as read.
const FEW: usize = 1000;

/// The numbers of the values of one field.
#[derive(Debug, Default)]
pub(crate) struct Values {
    segments: Vec<Numbers>,
    len: usize,
}

/// The numbers of the values of one segment, by ordinal.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    numbers: Vec<Number>,
    /// Whether an article may have a number twice.
    pub(super) is_shared: bool,
    /// Whether a value was dropped by hand.
    pub(super) has_dropped: bool,
    /// Of few values the texts, by ordinal: reading them once more takes longer than counting.
    texts: Vec<(u64, Box<str>)>,
}

/// The number of a value, and what is to be minded when it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(u32);

impl Number {
    const SEVERAL: u32 = 1 << 31;
    const NAMED: u32 = 1 << 30;
    /// Of a value that was dropped by hand.
    pub(super) const DROPPED: Number = Number(u32::MAX);
    /// The greatest number, and that of a value that nobody asked for.
    const LAST: u32 = Number::NAMED - 1;

    #[inline]
    pub(super) fn place(self) -> usize {
        (self.0 & Number::LAST) as usize
    }

    /// Whether another value of the segment has the same number.
    #[inline]
    pub(super) fn is_shared(self) -> bool {
        self.0 & Number::SEVERAL != 0
    }

    /// Whether the value goes by a name that is not its own.
    #[inline]
    pub(super) fn is_named(self) -> bool {
        self.0 & Number::NAMED != 0
    }
}

impl Values {
    /// Numbers the values of a field: of each segment those that are wanted, by ordinal.
    pub(crate) fn of<'a>(
        field: &str,
        aliases: &Aliases,
        segments: impl Iterator<Item = (Option<&'a StrColumn>, Vec<u64>)>,
    ) -> tantivy::Result<Values> {
        let mut values = Values::default();
        let ways = aliases.ways(field);
        let mut folder = Folder::default();
        let mut known: ByHash<u64, u32> = ByHash::default();
        // By number: the segment and the ordinal that had it last.
        let mut last: Vec<(usize, usize)> = Vec::new();
        for (segment, (column, wanted)) in segments.enumerate() {
            let Some(column) = column else {
                values.segments.push(Numbers::default());
                continue;
            };
            known.reserve(wanted.len().saturating_sub(known.len()));
            let mut numbers = vec![Number(Number::LAST); column.num_terms()];
            let mut texts = Vec::new();
            let mut ordinals = wanted.iter();
            column
                .dictionary()
                .sorted_ords_to_term_cb(&wanted, |value| {
                    let Some(&ordinal) = ordinals.next() else {
                        return;
                    };
                    if wanted.len() <= FEW {
                        texts.push((ordinal, String::from_utf8_lossy(value).into()));
                    }
                    let ordinal = ordinal as usize;
                    let folded = folder.hash(value);
                    let (hash, mark) = match ways.get(&folded) {
                        None => (folded, 0),
                        Some(Way::Name(hash)) => (*hash, Number::NAMED),
                        Some(Way::Dropped) => {
                            return set(&mut numbers, ordinal, Number::DROPPED);
                        }
                    };
                    let number = *known.entry(hash).or_insert_with(|| {
                        last.push((usize::MAX, 0));
                        u32::try_from(last.len() - 1)
                            .map_or(Number::LAST, |len| len.min(Number::LAST))
                    });
                    let mut mark = mark;
                    if let Some(last) = last.get_mut(number as usize) {
                        if last.0 == segment {
                            mark |= Number::SEVERAL;
                            if let Some(other) = numbers.get_mut(last.1) {
                                other.0 |= Number::SEVERAL;
                            }
                        }
                        *last = (segment, ordinal);
                    }
                    set(&mut numbers, ordinal, Number(number | mark));
                })?;
            let numbers = Numbers::new(numbers);
            values.segments.push(Numbers { texts, ..numbers });
        }
        values.len = last.len();
        Ok(values)
    }

    /// Numbers all values of a field.
    pub(crate) fn of_all(
        field: &str,
        aliases: &Aliases,
        searcher: &Searcher,
    ) -> tantivy::Result<Values> {
        let mut columns = Vec::new();
        for reader in searcher.segment_readers() {
            columns.push(reader.fast_fields().str(&format!("labels.{field}"))?);
        }
        let all = |column: &StrColumn| (0..column.num_terms() as u64).collect();
        let segments = columns.iter();
        let segments =
            segments.map(|column| (column.as_ref(), column.as_ref().map_or(Vec::new(), all)));
        Values::of(field, aliases, segments)
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn segment(&self, at: usize) -> Option<&Numbers> {
        self.segments.get(at)
    }
}

fn set(numbers: &mut [Number], ordinal: usize, number: Number) {
    if let Some(place) = numbers.get_mut(ordinal) {
        *place = number;
    }
}

impl Numbers {
    fn new(numbers: Vec<Number>) -> Numbers {
        let (mut is_shared, mut has_dropped) = (false, false);
        for number in &numbers {
            is_shared |= number.is_shared() & (*number != Number::DROPPED);
            has_dropped |= *number == Number::DROPPED;
        }
        Numbers {
            numbers,
            is_shared,
            has_dropped,
            texts: Vec::new(),
        }
    }

    /// The number of a value.
    #[inline]
    pub(super) fn of(&self, ordinal: u64) -> Number {
        let number = self.numbers.get(ordinal as usize);
        number.copied().unwrap_or(Number(Number::LAST))
    }

    /// The text of a value, where it is at hand.
    pub(super) fn text(&self, ordinal: u64) -> Option<&str> {
        let at = self
            .texts
            .binary_search_by_key(&ordinal, |text| text.0)
            .ok()?;
        Some(&self.texts.get(at)?.1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Number> {
        self.numbers.iter().copied()
    }
}
