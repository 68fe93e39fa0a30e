//! Where the zones of an article begin among the positions of the index field `text`.
//!
//! Positions follow one another, as small numbers take little room. Queries and ranking ask by positions that are the same
//! in every article ([`TextZone::positions`]); this file leads from the ones to the others. The columns lie among the
//! labels, whose values are texts: so none is in their way. Articles that were added without them have the latter
//! positions in the index already.

use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

use super::layout::TextZone;

/// The columns are `labels.` and these.
pub(super) const STANDFIRST: &str = "standfirst_at";
pub(super) const BODY: &str = "body_at";

/// The positions that the zones of an article begin at; the title's is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Begins {
    pub(crate) standfirst: u32,
    pub(crate) body: u32,
}

impl Begins {
    /// The position that is meant by one of the index.
    fn spread(self, position: u32) -> u32 {
        let (zone, begin) = if position >= self.body {
            (TextZone::Body, self.body)
        } else if position >= self.standfirst {
            (TextZone::Standfirst, self.standfirst)
        } else {
            (TextZone::Title, 0)
        };
        let positions = zone.positions();
        let place = positions.start.saturating_add(position - begin);
        place.min(positions.end - 1)
    }
}

/// Where the zones of the articles of a segment begin.
#[derive(Debug)]
pub(crate) struct BeginsOf {
    standfirst: Option<Column<i64>>,
    body: Option<Column<i64>>,
}

impl BeginsOf {
    pub(crate) fn open(reader: &SegmentReader) -> tantivy::Result<BeginsOf> {
        let column = |name| reader.fast_fields().column_opt(&format!("labels.{name}"));
        Ok(BeginsOf {
            standfirst: column(STANDFIRST)?,
            body: column(BODY)?,
        })
    }

    fn of(&self, doc: DocId) -> Option<Begins> {
        let at = |column: &Option<Column<i64>>| u32::try_from(column.as_ref()?.first(doc)?).ok();
        let body = at(&self.body)?;
        // Most articles have no standfirst.
        let standfirst = at(&self.standfirst).unwrap_or(body);
        Some(Begins { standfirst, body })
    }

    /// Makes positions of an article in the index those that are asked for, in the same order.
    pub(crate) fn spread(&self, doc: DocId, positions: &mut [u32]) {
        if let Some(begins) = self.of(doc) {
            for position in positions {
                *position = begins.spread(*position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first and the last word of each zone, and a title that is longer than what there is room for.
    #[test]
    fn zones_stand_apart() {
        let spread = |begins: Begins, positions: &[u32]| -> Vec<u32> {
            positions.iter().map(|at| begins.spread(*at)).collect()
        };
        let begins = Begins {
            standfirst: 3,
            body: 5,
        };
        assert_eq!(spread(begins, &[0, 1, 3, 5, 6]), [0, 1, 256, 1024, 1025]);
        let long = Begins {
            standfirst: 500,
            body: 1500,
        };
        assert_eq!(
            spread(long, &[255, 256, 499, 500, 1400, u32::MAX]),
            [255, 255, 255, 256, 1023, u32::MAX - 1476 + 1000]
        );
    }
}
