//! The articles of stories of more than one telling: `has:story`.
//!
//! To which story an article belongs follows from the others, so it is no part of its document and no term says it; the
//! table of groups is asked of each article of a segment.

use std::sync::Arc;

use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::{BitSet, DocId, Score, SegmentReader};

use super::groups::Groups;

/// Matches what is in a table of groups.
#[derive(Clone, Debug)]
pub(super) struct InStory {
    pub(super) groups: Arc<Groups>,
}

impl Query for InStory {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for InStory {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let orders = reader.fast_fields().u64("order")?;
        let mut told = BitSet::with_max_value(reader.max_doc());
        for doc in 0..reader.max_doc() {
            let order = orders.first(doc);
            if order.is_some_and(|order| self.groups.place(order).is_some()) {
                told.insert(doc);
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(told), boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("in a story", 0.0))
    }
}
