//! Counting the values of one facet in one segment, by their ordinals; each article once per name, whichever of its forms
//! it has.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::fastfield::FastFieldReaders;

use super::collect::FacetField;
use super::values::{Number, Numbers, Values};

/// Articles whose values are counted at once.
pub(super) const BLOCK: usize = 128;

/// What was counted in the column of a facet.
pub(crate) struct Counted {
    pub(super) column: Option<StrColumn>,
    /// By ordinal of the value.
    pub(super) counts: Vec<u32>,
    /// Articles without a value.
    pub(super) missing: u64,
    /// The places of numbers that an article has once more, under another value.
    pub(super) again: Vec<usize>,
    /// The numbers of all values and which of them are this segment's, where they are known.
    known: Option<(Arc<Values>, usize)>,
    /// The articles with values, to be looked at again when the numbers are known.
    waiting: Option<Vec<DocId>>,
    /// The articles at hand, an entry for each value, where those stand, and what they are: kept for the next block.
    docs: Vec<DocId>,
    rows: Vec<u32>,
    ordinals: Vec<u64>,
    marked: Vec<(DocId, usize)>,
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}

impl Counted {
    /// Begins to count in a segment.
    pub(crate) fn new(
        field: &FacetField,
        segment: usize,
        fast: &FastFieldReaders,
    ) -> tantivy::Result<Counted> {
        let column = fast.str(&format!("labels.{}", field.name))?;
        let known = field.known.clone();
        Ok(Counted {
            counts: vec![0; column.as_ref().map_or(0, |column| column.num_terms())],
            column,
            missing: 0,
            again: Vec::new(),
            waiting: (field.is_named && known.is_none()).then(Vec::new),
            known: known.map(|values| (values, segment)),
            marked: Vec::new(),
            docs: Vec::new(),
            rows: Vec::new(),
            ordinals: Vec::new(),
        })
    }

    /// Counts the values of some articles, which are in order.
    pub(crate) fn collect(&mut self, docs: &[DocId]) {
        if !self.read(docs) {
            self.missing += docs.len() as u64;
            return;
        }
        for ordinal in &self.ordinals {
            if let Some(count) = self.counts.get_mut(*ordinal as usize) {
                *count += 1;
            }
        }
        if let Some((values, segment)) = &self.known {
            let values = values.clone();
            if let Some(numbers) = values.segment(*segment) {
                self.look_again(numbers);
            }
        }
        if self.docs.len() != docs.len() || self.docs != docs {
            self.docs.dedup();
        }
        self.missing += (docs.len() - self.docs.len()) as u64;
        if let Some(waiting) = &mut self.waiting {
            waiting.extend_from_slice(&self.docs);
        }
    }

    /// Reads the values of some articles; `false` where none has any.
    fn read(&mut self, docs: &[DocId]) -> bool {
        let Some(column) = &self.column else {
            return false;
        };
        self.docs.clear();
        self.rows.clear();
        let column = column.ords();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.ordinals.resize(self.rows.len(), 0);
        column.values.get_vals(&self.rows, &mut self.ordinals);
        true
    }

    /// Notes which of the articles at hand have a number twice, and which have dropped values only.
    fn look_again(&mut self, numbers: &Numbers) {
        let values = self.docs.iter().zip(&self.ordinals);
        let values = values.map(|(doc, ordinal)| (*doc, numbers.of(*ordinal)));
        if numbers.is_shared {
            let shared = values.clone().filter(|(_, number)| number.is_shared());
            self.marked.clear();
            self.marked
                .extend(shared.map(|(doc, number)| (doc, number.place())));
            for values in self.marked.chunk_by_mut(|one, next| one.0 == next.0) {
                values.sort_unstable();
                let mut before = None;
                for (_, place) in values {
                    if before == Some(*place) {
                        self.again.push(*place);
                    }
                    before = Some(*place);
                }
            }
        }
        if numbers.has_dropped {
            self.marked.clear();
            self.marked
                .extend(values.map(|(doc, number)| (doc, usize::from(number != Number::DROPPED))));
            let articles = self.marked.chunk_by(|one, next| one.0 == next.0);
            let dropped = articles.filter(|values| values.iter().all(|(_, left)| *left == 0));
            self.missing += dropped.count() as u64;
        }
    }

    /// Looks at what waited for the numbers.
    pub(super) fn settle(&mut self, numbers: &Numbers) {
        let waiting = self.waiting.take().unwrap_or_default();
        if !numbers.is_shared && !numbers.has_dropped {
            return;
        }
        for docs in waiting.chunks(BLOCK) {
            self.read(docs);
            self.look_again(numbers);
        }
    }

    /// The values that were found, by ordinal.
    pub(super) fn found(&self) -> Vec<u64> {
        let found = (0u64..).zip(&self.counts).filter(|(_, count)| **count > 0);
        found.map(|(ordinal, _)| ordinal).collect()
    }
}
