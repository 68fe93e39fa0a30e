//! The stories of articles by their place in the index, for a reader that is asked more than once.
//!
//! Finding the story of an article by its hash is a search in a table; a query asks it of every article that matches. A
//! process that asks once does that; one that asks again has it made once for all articles.

use tantivy::Searcher;

use super::engine_error;
use super::groups::Groups;
use crate::Result;

/// By segment and article: the numbers of the stories plus one; none is 0.
#[derive(Debug)]
pub(crate) struct Placed(Vec<Vec<u32>>);

impl Placed {
    pub(crate) fn of_all(searcher: &Searcher, groups: &Groups) -> Result<Placed> {
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let orders = reader.fast_fields().u64("order").map_err(engine_error)?;
            let story = |doc| groups.place(orders.first(doc).unwrap_or(0));
            let stories =
                (0..reader.max_doc()).map(|doc| story(doc).map_or(0, |one| one.story + 1));
            segments.push(stories.collect());
        }
        Ok(Placed(segments))
    }

    /// Those of a segment's articles.
    pub(crate) fn stories(&self, segment: u32) -> &[u32] {
        self.0.get(segment as usize).map_or(&[], Vec::as_slice)
    }
}
