//! Counting the values of one facet in a segment: each article once per name, whichever of its forms it has.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::fastfield::FastFieldReaders;

use super::aliases::{Aliases, ENTITIES};
use super::analyse::fold_value;
use super::rules::Decided;

/// The values of one facet and how many articles have none.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) values: HashMap<String, u64>,
    pub(crate) missing: u64,
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
            values: HashMap::new(),
            missing: self.missing,
        };
        let Some(column) = &self.column else {
            return Ok(counts);
        };
        let found = (0u64..).zip(&self.counts).filter(|(_, count)| **count > 0);
        let ordinals: Vec<u64> = found.map(|(ordinal, _)| ordinal).collect();
        let mut remaining = ordinals.iter();
        let count_of = |ordinal: u64| {
            self.counts
                .get(ordinal as usize)
                .copied()
                .map_or(0, u64::from)
        };
        let Some((aliases, docs)) = &self.aliases else {
            column
                .dictionary()
                .sorted_ords_to_term_cb(&ordinals, |value| {
                    let count = remaining.next().map_or(0, |ordinal| count_of(*ordinal));
                    counts
                        .values
                        .insert(String::from_utf8_lossy(value).into_owned(), count);
                })?;
            return Ok(counts);
        };
        let mut names: HashMap<String, Name> = HashMap::new();
        let mut dropped = Vec::new();
        column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, |value| {
                let Some(ordinal) = remaining.next().copied() else {
                    return;
                };
                let value = String::from_utf8_lossy(value).into_owned();
                let folded = fold_value(&value);
                match aliases.decided(&self.field, &folded) {
                    Decided::Dropped => dropped.push(ordinal),
                    Decided::Itself => names
                        .entry(folded)
                        .or_default()
                        .values
                        .push((ordinal, value)),
                    Decided::Name(name) => {
                        let of = names.entry(fold_value(name)).or_default();
                        of.shown = Some(name.to_owned());
                        of.values.push((ordinal, value));
                    }
                }
            })?;
        // By value: the first one of its name. These are counted anew, article by article.
        let mut shared: HashMap<u64, Option<u64>> =
            dropped.into_iter().map(|ordinal| (ordinal, None)).collect();
        let mut shown: HashMap<u64, String> = HashMap::new();
        for name in names.into_values() {
            match (name.shown, name.values.as_slice()) {
                (Some(shown_as), [(first, _), _, ..]) => {
                    shared.extend(
                        name.values
                            .iter()
                            .map(|(ordinal, _)| (*ordinal, Some(*first))),
                    );
                    shown.insert(*first, shown_as);
                }
                (Some(shown_as), [(only, _)]) => {
                    counts.values.insert(shown_as, count_of(*only));
                }
                // Spellings that no article has together; which of them is shown is decided over all segments.
                (_, _) => counts.values.extend(
                    name.values
                        .into_iter()
                        .map(|(ordinal, value)| (value, count_of(ordinal))),
                ),
            }
        }
        if shared.is_empty() {
            return Ok(counts);
        }
        let mut recounted: HashMap<u64, u64> = HashMap::new();
        let mut seen: Vec<u64> = Vec::new();
        for doc in docs {
            seen.clear();
            let mut is_left = false;
            for ordinal in column.term_ords(*doc) {
                let known = shared.get(&ordinal);
                is_left |= known != Some(&None);
                if let Some(Some(first)) = known
                    && !seen.contains(first)
                {
                    seen.push(*first);
                }
            }
            counts.missing += u64::from(!is_left);
            for first in &seen {
                *recounted.entry(*first).or_default() += 1;
            }
        }
        for (first, count) in recounted {
            counts
                .values
                .extend(shown.remove(&first).map(|name| (name, count)));
        }
        Ok(counts)
    }
}

/// The values that go by one name.
#[derive(Default)]
struct Name {
    /// How it is shown, where the values do not say.
    shown: Option<String>,
    /// Ordinals and values.
    values: Vec<(u64, String)>,
}
