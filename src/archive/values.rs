//! Counting the values of one facet: each article once per name, whichever of its forms it has.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::fastfield::FastFieldReaders;

use super::aliases::{Aliases, ENTITIES, Way};
use super::analyse::{Folder, folded_hash};
use super::links::ByHash;
use super::unify::is_small;

/// The values of one facet and how many articles have none.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Every value, one behind the other: a facet may have very many.
    text: String,
    values: Vec<Counted>,
    pub(crate) missing: u64,
}

#[derive(Clone, Copy, Debug)]
struct Counted {
    /// The hash of its folded form: values that have the same are one.
    folded: u64,
    /// Where the value begins, and its length.
    start: u32,
    length: u32,
    count: u32,
}

/// A value in the form that is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) shown: &'a str,
    pub(crate) count: u64,
}

impl Counts {
    fn add(&mut self, shown: &str, folded: u64, count: u32) {
        self.values.push(Counted {
            folded,
            start: self.text.len() as u32,
            length: shown.len() as u32,
            count,
        });
        self.text.push_str(shown);
    }

    /// Adds what was counted in another segment.
    pub(crate) fn join(&mut self, mut other: Counts) {
        other.missing += self.missing;
        if self.values.is_empty() {
            *self = other;
            return;
        }
        self.missing = other.missing;
        let before = self.text.len() as u32;
        self.text.push_str(&other.text);
        self.values.extend(other.values.iter().map(|value| Counted {
            start: before.saturating_add(value.start),
            ..*value
        }));
    }

    /// The values: those that differ in case and accents only are one, as they are to a filter, and the commonest form
    /// is shown, one with capitals first.
    pub(crate) fn merged(&self) -> Vec<Value<'_>> {
        let mut known: ByHash<u64, u32> = ByHash::default();
        known.reserve(self.values.len());
        let mut values: Vec<Value<'_>> = Vec::with_capacity(self.values.len());
        // Forms of values that have several, by the place of the value.
        let mut forms: HashMap<usize, Vec<(&str, u64)>> = HashMap::new();
        for counted in &self.values {
            let from = counted.start as usize;
            let shown = self.text.get(from..from + counted.length as usize);
            let value = Value {
                shown: shown.unwrap_or_default(),
                count: counted.count.into(),
            };
            let at = *known.entry(counted.folded).or_insert(values.len() as u32) as usize;
            let Some(first) = values.get_mut(at) else {
                values.push(value);
                continue;
            };
            if first.shown != value.shown || forms.contains_key(&at) {
                let forms = forms
                    .entry(at)
                    .or_insert_with(|| vec![(first.shown, first.count)]);
                match forms.iter_mut().find(|(form, _)| *form == value.shown) {
                    Some((_, sum)) => *sum += value.count,
                    None => forms.push((value.shown, value.count)),
                }
            }
            first.count += value.count;
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

/// Bytes of a value, as a rule of thumb.
const USUAL_BYTES: usize = 16;

/// The column of a facet and what was counted in it.
pub(crate) struct FacetColumn {
    field: String,
    column: Option<StrColumn>,
    /// By ordinal of the value.
    counts: Vec<u32>,
    missing: u64,
    /// The articles at hand that have values, where those stand, and what they are: kept from one block to the next.
    docs: Vec<DocId>,
    rows: Vec<u32>,
    ordinals: Vec<u64>,
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
            docs: Vec::new(),
            rows: Vec::new(),
            ordinals: Vec::new(),
            aliases: has_names.then(|| (aliases.clone(), Vec::new())),
        })
    }

    /// Counts the values of some articles, which are in order.
    pub(crate) fn collect(&mut self, docs: &[DocId]) {
        let Some(column) = &self.column else {
            self.missing += docs.len() as u64;
            return;
        };
        self.docs.clear();
        self.rows.clear();
        column
            .ords()
            .row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.ordinals.resize(self.rows.len(), 0);
        column
            .ords()
            .values
            .get_vals(&self.rows, &mut self.ordinals);
        for ordinal in &self.ordinals {
            if let Some(count) = self.counts.get_mut(*ordinal as usize) {
                *count += 1;
            }
        }
        self.docs.dedup();
        self.missing += (docs.len() - self.docs.len()) as u64;
        if let Some((_, docs)) = &mut self.aliases {
            docs.extend_from_slice(&self.docs);
        }
    }

    pub(crate) fn harvest(self) -> tantivy::Result<Counts> {
        let found = (0u64..).zip(&self.counts).filter(|(_, count)| **count > 0);
        let ordinals: Vec<u64> = found.map(|(ordinal, _)| ordinal).collect();
        let mut counts = Counts {
            text: String::with_capacity(ordinals.len() * USUAL_BYTES),
            values: Vec::with_capacity(ordinals.len()),
            missing: self.missing,
        };
        let Some(column) = &self.column else {
            return Ok(counts);
        };
        let ways = self
            .aliases
            .as_ref()
            .map(|(aliases, _)| aliases.ways(&self.field));
        let mut names: HashMap<u32, Name<'_>> = HashMap::new();
        let mut dropped = Vec::new();
        let mut folder = Folder::default();
        let mut remaining = ordinals.iter();
        column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, |value| {
                let Some(&ordinal) = remaining.next() else {
                    return;
                };
                let count = self.counts.get(ordinal as usize).copied().unwrap_or(0);
                let value = String::from_utf8_lossy(value);
                let folded = folder.hash(&value);
                let way = ways.and_then(|ways| ways.get(&folded));
                let (number, shown) = match way {
                    None => return counts.add(&value, folded, count),
                    Some(Way::Dropped) => return dropped.push(ordinal),
                    Some(Way::Itself(number)) => (*number, None),
                    Some(Way::Name(number, name)) => (*number, Some(name.as_str())),
                };
                let name = names.entry(number).or_default();
                name.shown = shown.or(name.shown);
                name.values.push((ordinal, value.into_owned(), count));
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
                (Some(shown), [(_, _, count)]) => counts.add(shown, folded_hash(shown), *count),
                // Spellings that no article has together; which of them is shown is decided over all segments.
                (_, values) => {
                    for (_, value, count) in values {
                        counts.add(value, folded_hash(value), *count);
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
    values: Vec<(u64, String, u32)>,
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
        let mut found = vec![0u32; self.shown.len()];
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
                counts.add(shown, folded_hash(shown), count);
            }
        }
    }
}
