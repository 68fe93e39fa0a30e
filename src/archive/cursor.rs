//! Cursors: where a page of an answer ended, as a short text that the next request gives back.

use super::collect::Rank;
use super::layout::digest_of;
use crate::{Error, ErrorKind, Query, Result, Sort};

/// The last line of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) sort: Sort,
    /// What was asked; see [`asked`].
    pub(crate) asked: u64,
    /// The commit that the page was read from.
    pub(crate) generation: u64,
    /// How many lines came before and with it.
    pub(crate) shown: u64,
    pub(crate) rank: Rank,
}

const SORTS: [(Sort, char); 3] = [(Sort::Best, 'b'), (Sort::Newest, 'n'), (Sort::Oldest, 'o')];

impl Cursor {
    pub(crate) fn write(&self) -> String {
        let letter = SORTS
            .iter()
            .find(|(sort, _)| *sort == self.sort)
            .map_or('b', |(_, letter)| *letter);
        let Rank { primary, order } = self.rank;
        format!(
            "{letter}{:x}.{:x}.{:x}.{primary:x}.{order:x}",
            self.asked, self.generation, self.shown
        )
    }

    pub(crate) fn read(text: &str) -> Result<Cursor> {
        parse(text).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("`{text}` is not a cursor"))
                .with_hint("give the value of `next` from the answer before")
        })
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let letter = text.chars().next()?;
    let sort = SORTS.iter().find(|(_, known)| *known == letter)?.0;
    let mut numbers = text
        .get(1..)?
        .split('.')
        .map(|part| u64::from_str_radix(part, 16).ok());
    let mut next = || numbers.next().flatten();
    let (asked, generation, shown) = (next()?, next()?, next()?);
    let (primary, order) = (next()?, next()?);
    if numbers.next().is_some() {
        return None;
    }
    Some(Cursor {
        sort,
        asked,
        generation,
        shown,
        rank: Rank { primary, order },
    })
}

/// A hash of what decides which lines an answer has, and in which order; 32 bits are enough to notice a mistake.
pub(crate) fn asked(query: &Query) -> u64 {
    let Query {
        text,
        filters,
        since,
        until,
        matching,
        plain,
        within,
        fresh,
        all,
        ..
    } = query;
    let asked = (
        text, filters, since, until, matching, plain, within, fresh, all,
    );
    digest_of(format!("{asked:?}").as_bytes()) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let rank = Rank {
            primary: u64::MAX - 1,
            order: 7,
        };
        let cursor = Cursor {
            sort: Sort::Newest,
            asked: 5,
            generation: 3,
            shown: 20,
            rank,
        };
        assert_eq!(Cursor::read(&cursor.write()).unwrap(), cursor);
        for wrong in [
            "",
            "x1.2.3.4.5",
            "b1.2.3.4",
            "b1.2.3.4.5.6",
            "bg.1.1.1.1",
            "é",
        ] {
            assert!(Cursor::read(wrong).is_err(), "{wrong}");
        }
    }
}
