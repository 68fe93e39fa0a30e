//! Counting the values of one facet: each article once per name, whichever of its forms it has.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::fastfield::FastFieldReaders;

use super::aliases::{Aliases, ENTITIES, Way};
use super::analyse::fold_value;
use super::unify::is_small;

/// The values of one facet and how many articles have none.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Every value and its folded form, one behind the other: a facet may have very many.
    text: String,
    values: Vec<Counted>,
    pub(crate) missing: u64,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    /// Where the value begins, where its folded form does, and where that ends.
    places: [usize; 3],
    count: u64,
}

/// A value in the form that is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) shown: &'a str,
    pub(crate) folded: &'a str,
    pub(crate) count: u64,
}

impl Counts {
    fn add(&mut self, shown: &str, folded: &str, count: u64) {
        let start = self.text.len();
        self.text.push_str(shown);
        let middle = self.text.len();
        self.text.push_str(folded);
        let places = [start, middle, self.text.len()];
        self.values.push(Counted { places, count });
    }

    /// Adds what was counted in another segment.
    pub(crate) fn join(&mut self, other: &Counts) {
        self.missing += other.missing;
        let before = self.text.len();
        self.text.push_str(&other.text);
        self.values.extend(other.values.iter().map(|value| Counted {
            places: value.places.map(|place| before + place),
            count: value.count,
        }));
    }

    /// The values: those that differ in case and accents only are one, as they are to a filter, and the commonest form
    /// is shown, one with capitals first.
    pub(crate) fn merged(&self) -> Vec<Value<'_>> {
        let mut known: HashMap<&str, usize> = HashMap::with_capacity(self.values.len());
        let mut values: Vec<Value<'_>> = Vec::with_capacity(self.values.len());
        // Forms of values that have several, by the place of the value.
        let mut forms: HashMap<usize, Vec<(&str, u64)>> = HashMap::new();
        for Counted { places, count } in &self.values {
            let [start, middle, end] = *places;
            let text = |from, to| self.text.get(from..to).unwrap_or_default();
            let value = Value {
                shown: text(start, middle),
                folded: text(middle, end),
                count: *count,
            };
            let at = *known.entry(value.folded).or_insert(values.len());
            let Some(first) = values.get_mut(at) else {
                values.push(value);
                continue;
            };
            if first.shown != value.shown || forms.contains_key(&at) {
                let forms = forms
                    .entry(at)
                    .or_insert_with(|| vec![(first.shown, first.count)]);
                match forms.iter_mut().find(|(form, _)| *form == value.shown) {
                    Some((_, sum)) => *sum += count,
                    None => forms.push((value.shown, *count)),
                }
            }
            first.count += count;
        }
        for (at, mut forms) in forms {
            forms.sort_by_key(|(form, count)| (is_small(form), Reverse(*count), *form));
            if let (Some(value), Some((form, _))) = (values.get_mut(at), forms.first()) {
                value.shown = form;
            }
        }
        values
    }
}

/// The column of a facet and what was counted in it.
pub(crate) struct FacetColumn {
    field: String,
    column: Option<StrColumn>,
    /// By ordinal of the value.
    counts: Vec<u32>,
    missing: u64,
    /// Where values may go by another name: those names, and the articles, to be looked at again.
    aliases: Option<(Arc<Aliases>, Vec<DocId>)>,
}

impl FacetColumn {
    pub(crate) fn new(
        field: &str,
        aliases: &Arc<Aliases>,
        fast: &FastFieldReaders,
    ) -> tantivy::Result<FacetColumn> {
        let column = fast.str(&format!("labels.{field}"))?;
        let counts = vec![0; column.as_ref().map_or(0, |column| column.num_terms())];
        let has_names = ENTITIES.contains(&field) && !aliases.is_empty();
        Ok(FacetColumn {
            field: field.to_owned(),
            column,
            counts,
            missing: 0,
            aliases: has_names.then(|| (aliases.clone(), Vec::new())),
        })
    }

    pub(crate) fn collect(&mut self, doc: DocId) {
        let mut any = false;
        if let Some(column) = &self.column {
            for ordinal in column.term_ords(doc) {
                any = true;
                if let Some(count) = self.counts.get_mut(ordinal as usize) {
                    *count += 1;
                }
            }
        }
        self.missing += u64::from(!any);
        if let Some((_, docs)) = self.aliases.as_mut().filter(|_| any) {
            docs.push(doc);
        }
    }

    pub(crate) fn harvest(self) -> tantivy::Result<Counts> {
        let mut counts = Counts {
            missing: self.missing,
            ..Counts::default()
        };
        let Some(column) = &self.column else {
            return Ok(counts);
        };
        let found = (0u64..).zip(&self.counts).filter(|(_, count)| **count > 0);
        let (ordinals, numbers): (Vec<u64>, Vec<u32>) = found.unzip();
        let ways = self
            .aliases
            .as_ref()
            .map(|(aliases, _)| aliases.ways(&self.field));
        let mut names: HashMap<u32, Name<'_>> = HashMap::new();
        let mut dropped = Vec::new();
        let mut remaining = ordinals.iter().zip(&numbers);
        column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, |value| {
                let Some((&ordinal, &count)) = remaining.next() else {
                    return;
                };
                let value = String::from_utf8_lossy(value);
                let folded = fold_value(&value);
                let way = ways.and_then(|ways| ways.get(folded.as_str()));
                let (number, shown) = match way {
                    None => return counts.add(&value, &folded, count.into()),
                    Some(Way::Dropped) => return dropped.push(ordinal),
                    Some(Way::Itself(number)) => (*number, None),
                    Some(Way::Name(number, name)) => (*number, Some(name.as_str())),
                };
                let name = names.entry(number).or_default();
                name.shown = shown.or(name.shown);
                name.values
                    .push((ordinal, value.into_owned(), count.into()));
            })?;
        let Some((_, docs)) = &self.aliases else {
            return Ok(counts);
        };
        let mut again = Again::new(column.num_terms());
        again.mark(dropped.into_iter(), DROPPED);
        for name in names.into_values() {
            match (name.shown, name.values.as_slice()) {
                (Some(shown), [_, _, ..]) => {
                    again.shown.push(shown);
                    let mark = DROPPED + again.shown.len() as u32;
                    again.mark(name.values.iter().map(|(ordinal, ..)| *ordinal), mark);
                }
                (Some(shown), [(_, _, count)]) => counts.add(shown, &fold_value(shown), *count),
                // Spellings that no article has together; which of them is shown is decided over all segments.
                (_, values) => {
                    for (_, value, count) in values {
                        counts.add(value, &fold_value(value), *count);
                    }
                }
            }
        }
        again.count(column, docs, &mut counts);
        Ok(counts)
    }
}

/// The values that go by one name.
#[derive(Default)]
struct Name<'a> {
    /// How it is shown, where the values do not say.
    shown: Option<&'a str>,
    /// Ordinals, values and in how many articles they are.
    values: Vec<(u64, String, u64)>,
}

/// The mark of a value that was dropped by hand; those of names that several values go by are greater.
const DROPPED: u32 = 1;

/// What is counted anew, article by article: names that an article may have in several forms.
struct Again<'a> {
    /// By ordinal.
    marks: Vec<u32>,
    any: bool,
    shown: Vec<&'a str>,
}

impl<'a> Again<'a> {
    fn new(terms: usize) -> Again<'a> {
        Again {
            marks: vec![0; terms],
            any: false,
            shown: Vec::new(),
        }
    }

    fn mark(&mut self, ordinals: impl Iterator<Item = u64>, with: u32) {
        for ordinal in ordinals {
            self.any = true;
            if let Some(mark) = self.marks.get_mut(ordinal as usize) {
                *mark = with;
            }
        }
    }

    fn count(&self, column: &StrColumn, docs: &[DocId], counts: &mut Counts) {
        if !self.any {
            return;
        }
        let mut found = vec![0u64; self.shown.len()];
        let mut seen: Vec<u32> = Vec::new();
        for doc in docs {
            seen.clear();
            let mut is_left = false;
            for ordinal in column.term_ords(*doc) {
                let mark = self.marks.get(ordinal as usize).copied().unwrap_or(0);
                is_left |= mark != DROPPED;
                if mark > DROPPED && !seen.contains(&mark) {
                    seen.push(mark);
                    let number = (mark - DROPPED - 1) as usize;
                    if let Some(count) = found.get_mut(number) {
                        *count += 1;
                    }
                }
            }
            counts.missing += u64::from(!is_left);
        }
        for (shown, count) in self.shown.iter().zip(found) {
            // The articles of its forms may all have gone elsewhere.
            if count > 0 {
                counts.add(shown, &fold_value(shown), count);
            }
        }
    }
}
