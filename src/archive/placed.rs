//! The stories of articles by their place in the index, for a reader that is asked more than once.
//!
//! Finding the story of an article by its hash is a search in a table; a query asks it of every article that matches. A
//! process that asks once does that; one that asks again has it made once for all articles.

use tantivy::{DocId, Searcher};

use super::engine_error;
use super::groups::{Groups, Place};
use crate::Result;

/// The number of no story.
const NONE: u32 = u32::MAX;

/// By segment and article: the number of the story, and that of what it is a copy of.
#[derive(Debug)]
pub(crate) struct Placed(Vec<Vec<[u32; 2]>>);

impl Placed {
    pub(crate) fn of_all(searcher: &Searcher, groups: &Groups) -> Result<Placed> {
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let orders = reader.fast_fields().u64("order").map_err(engine_error)?;
            let places = (0..reader.max_doc()).map(|doc| {
                let place = groups.place(orders.first(doc).unwrap_or(0));
                place.map_or([NONE; 2], |place| {
                    [place.story, place.copy_of.unwrap_or(NONE)]
                })
            });
            segments.push(places.collect());
        }
        Ok(Placed(segments))
    }

    pub(crate) fn of(&self, segment: u32, doc: DocId) -> Option<Place> {
        let [story, copy_of] = *self.0.get(segment as usize)?.get(doc as usize)?;
        (story != NONE).then_some(Place {
            story,
            copy_of: (copy_of != NONE).then_some(copy_of),
        })
    }
}
