//! The stories of articles by their place in the index, for a reader that is asked more than once.
//!
//! Finding the story of an article by its hash is a search in a table; a query asks it of every article that matches. A
//! process that asks once does that; one that asks again has it made once for all articles.

use tantivy::{DocId, Searcher};

use super::engine_error;
use super::groups::{Groups, Place};
use crate::Result;

/// By segment and article.
#[derive(Debug)]
pub(crate) struct Placed(Vec<Segment>);

#[derive(Debug, Default)]
struct Segment {
    /// The numbers of the stories plus one; none is 0.
    stories: Vec<u32>,
    /// The numbers of what they are copies of plus one.
    copies: Vec<u32>,
}

impl Placed {
    pub(crate) fn of_all(searcher: &Searcher, groups: &Groups) -> Result<Placed> {
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let orders = reader.fast_fields().u64("order").map_err(engine_error)?;
            let mut segment = Segment::default();
            for doc in 0..reader.max_doc() {
                let place = groups.place(orders.first(doc).unwrap_or(0));
                let copy_of = place.and_then(|place| place.copy_of);
                segment
                    .stories
                    .push(place.map_or(0, |place| place.story + 1));
                segment
                    .copies
                    .push(copy_of.map_or(0, |copy_of| copy_of + 1));
            }
            segments.push(segment);
        }
        Ok(Placed(segments))
    }

    pub(crate) fn of(&self, segment: u32, doc: DocId) -> Option<Place> {
        let segment = self.0.get(segment as usize)?;
        let known = |number: &u32| number.checked_sub(1);
        Some(Place {
            story: segment.stories.get(doc as usize).and_then(known)?,
            copy_of: segment.copies.get(doc as usize).and_then(known),
        })
    }

    /// The numbers of the stories of a segment's articles plus one; none is 0.
    pub(crate) fn stories(&self, segment: u32) -> &[u32] {
        self.0
            .get(segment as usize)
            .map_or(&[], |segment| &segment.stories)
    }
}
