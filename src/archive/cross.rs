//! Counting which values of two fields occur together: each pair of names once an article.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentReader};

use super::aliases::Aliases;
use super::analyse::fold_value;

/// Counts pairs of values of two fields in the same article; of a field with itself each pair once.
pub(super) struct Cross {
    pub(super) fields: [String; 2],
    pub(super) aliases: Arc<Aliases>,
}

pub(super) struct CrossSegment {
    same: bool,
    columns: [Option<Named>; 2],
    counts: HashMap<(u32, u32), u64>,
}

/// A column whose values are known by the number of their name.
struct Named {
    column: StrColumn,
    /// By ordinal; none when the value was dropped by hand.
    numbers: Vec<Option<u32>>,
    names: Vec<String>,
}

impl Named {
    fn new(
        field: &str,
        aliases: &Aliases,
        reader: &SegmentReader,
    ) -> tantivy::Result<Option<Named>> {
        let Some(column) = reader.fast_fields().str(&format!("labels.{field}"))? else {
            return Ok(None);
        };
        let mut named = Named {
            column,
            numbers: Vec::new(),
            names: Vec::new(),
        };
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut terms = named.column.dictionary().stream()?;
        while terms.advance() {
            let value = String::from_utf8_lossy(terms.key()).into_owned();
            let name = match aliases.name(field, &value) {
                None => None,
                Some(name) => {
                    let next = u32::try_from(named.names.len()).unwrap_or(u32::MAX);
                    Some(*known.entry(fold_value(name)).or_insert_with(|| {
                        named.names.push(name.to_owned());
                        next
                    }))
                }
            };
            named.numbers.push(name);
        }
        Ok(Some(named))
    }

    /// The numbers of an article's names, each once.
    fn of(&self, doc: DocId) -> Vec<u32> {
        let ordinals = self.column.term_ords(doc);
        let mut numbers: Vec<u32> = ordinals
            .filter_map(|ordinal| self.numbers.get(ordinal as usize).copied().flatten())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

impl Collector for Cross {
    type Fruit = HashMap<(String, String), u64>;
    type Child = CrossSegment;

    fn for_segment(&self, _segment: u32, reader: &SegmentReader) -> tantivy::Result<CrossSegment> {
        let column = |field: &str| Named::new(field, &self.aliases, reader);
        Ok(CrossSegment {
            same: self.fields[0] == self.fields[1],
            columns: [column(&self.fields[0])?, column(&self.fields[1])?],
            counts: HashMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        segments: Vec<tantivy::Result<Self::Fruit>>,
    ) -> tantivy::Result<Self::Fruit> {
        let mut all: Self::Fruit = HashMap::new();
        for segment in segments {
            for (pair, count) in segment? {
                *all.entry(pair).or_default() += count;
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for CrossSegment {
    type Fruit = tantivy::Result<HashMap<(String, String), u64>>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        let [Some(left), Some(right)] = &self.columns else {
            return;
        };
        let right = right.of(doc);
        for one in left.of(doc) {
            for &other in right.iter().filter(|other| !self.same || one < **other) {
                *self.counts.entry((one, other)).or_default() += 1;
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let [Some(left), Some(right)] = &self.columns else {
            return Ok(HashMap::new());
        };
        let name = |column: &Named, number: u32| {
            column
                .names
                .get(number as usize)
                .cloned()
                .unwrap_or_default()
        };
        let counts = self.counts.into_iter();
        Ok(counts
            .map(|((one, other), count)| {
                let (one, other) = (name(left, one), name(right, other));
                // Two values of one field have one order in every segment.
                let pair = if self.same && one > other {
                    (other, one)
                } else {
                    (one, other)
                };
                (pair, count)
            })
            .collect())
    }
}
