//! What a text is made of: a sample of its rows of four words, for finding copies that were cut or edited.
//!
//! The sample are the rows with the smallest hashes. So a row of one sample that the other text has too is in the sample
//! of that one, unless it ends before; up to the end of both the samples of two texts are comparable, whatever their
//! lengths, and long texts cost no more than short ones. Texts are found by the smallest of them alone.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::few::Few;
use super::hash::hash_row;

/// Words in a row. With more of them, a text of which each tenth word was changed keeps too few rows.
const ROW: usize = 4;

/// Rows that are compared; of a text with fewer, all.
const SAMPLE: usize = 64;

/// Rows that an archive finds an article by. With eight of them a cut to 30 % keeps one in 19 of 20 cases; heavy terms
/// find nearly all of the rest.
const FOUND_BY: usize = 8;

/// The length of any text, where places in it are compared.
pub(crate) const LENGTH: usize = 256;

/// Rows of a part of its own, in percent, that may be shared all the same: articles of one topic have phrases in common.
const STRAY_PERCENT: usize = 15;

/// With fewer shared rows nothing is shown: a phrase may stand in two texts by chance. Where the rest differs, it takes more.
const FEWEST: usize = 4;
const FEWEST_OF_PART: usize = 8;

/// The rows of a text with the smallest hashes, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rows {
    rows: Few<u32, SAMPLE>,
    /// Whether that is all of them.
    whole: bool,
}

/// The rows of a text and where they stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    rows: Rows,
    /// Where in the text each first stands, in parts of [`LENGTH`].
    places: Few<u8, SAMPLE>,
}

/// The smallest rows, each once, in order, with the number of the word that it begins with first; one more than are
/// compared, where there are so many.
fn smallest(words: &[u32]) -> Vec<(u32, usize)> {
    let rows = words.windows(ROW).map(hash_row).zip(0u32..);
    let all: Vec<u64> = rows
        .map(|(row, at)| u64::from(row) << 32 | u64::from(at))
        .collect();
    // Hashes are even: of those below this limit about twice as many as are needed come, or all come.
    let limit = (u64::MAX / (all.len() as u64).max(1)).saturating_mul(2 * SAMPLE as u64);
    for limit in [limit, u64::MAX] {
        let mut least: Vec<u64> = all.iter().copied().filter(|row| *row <= limit).collect();
        least.sort_unstable();
        least.dedup_by_key(|row| *row >> 32);
        if least.len() > SAMPLE || least.len() == all.len() || limit == u64::MAX {
            least.truncate(SAMPLE + 1);
            let parted = least
                .iter()
                .map(|row| ((*row >> 32) as u32, *row as u32 as usize));
            return parted.collect();
        }
    }
    Vec::new()
}

impl Rows {
    /// Those of a text, by the hashes of its words.
    pub(crate) fn of(words: &[u32]) -> Rows {
        Rows::from(&smallest(words))
    }

    fn from(smallest: &[(u32, usize)]) -> Rows {
        Rows {
            rows: smallest.iter().map(|row| row.0).collect(),
            whole: smallest.len() <= SAMPLE,
        }
    }

    /// The part of the shorter text that the longer one has too, from 0 to 1.
    pub(crate) fn containment(&self, other: &Rows) -> f32 {
        // Most pairs share nothing, wherever their samples end.
        if shared(&self.rows, &other.rows) < FEWEST {
            return 0.0;
        }
        let end = self.end().min(other.end());
        let (ours, theirs) = (self.up_to(end), other.up_to(end));
        let shared = shared(ours, theirs);
        let all = ours.len().min(theirs.len());
        let fewest = if shared < all { FEWEST_OF_PART } else { FEWEST };
        match shared < fewest {
            true => 0.0,
            false => shared as f32 / all as f32,
        }
    }

    /// The last row of which is known whether the text has it.
    fn end(&self) -> u32 {
        let last = self.rows.last().copied();
        last.filter(|_| !self.whole).unwrap_or(u32::MAX)
    }

    fn up_to(&self, end: u32) -> &[u32] {
        let count = self.rows.partition_point(|row| *row <= end);
        self.rows.get(..count).unwrap_or_default()
    }
}

impl Fingerprint {
    /// The fingerprint of a text, by the hashes of its words.
    pub(crate) fn of(words: &[u32]) -> Fingerprint {
        let smallest = smallest(words);
        let place = |at: usize| (at * LENGTH / words.len()) as u8;
        Fingerprint {
            rows: Rows::from(&smallest),
            places: smallest.iter().map(|row| place(row.1)).collect(),
        }
    }

    /// The rows to be found by, in order.
    pub(crate) fn sample(&self) -> &[u32] {
        let rows = &self.rows.rows;
        rows.get(..FOUND_BY).unwrap_or(rows)
    }

    /// The part of the shorter text that the longer one has too, from 0 to 1.
    pub(crate) fn containment(&self, other: &Fingerprint) -> f32 {
        self.rows.containment(&other.rows)
    }

    /// Where the one part of each text lies that the other has not, empty where it has all; `None` when more than one part
    /// is its own. A publisher puts the same lines around everything; what an editor changes is seldom in one place.
    pub(crate) fn own_parts(&self, other: &Fingerprint) -> Option<[Range<u8>; 2]> {
        let end = self.rows.end().min(other.rows.end());
        Some([self.own_part(other, end)?, other.own_part(self, end)?])
    }

    fn own_part(&self, other: &Fingerprint, end: u32) -> Option<Range<u8>> {
        let rows = self.rows.up_to(end).iter().zip(&*self.places);
        let mut rows: Vec<(u8, bool)> = rows
            .map(|(row, place)| (*place, other.rows.rows.binary_search(row).is_ok()))
            .collect();
        rows.sort_unstable();
        let own = rows.iter().filter(|row| !row.1).count();
        let Some(first) = rows.iter().position(|row| !row.1) else {
            return Some(0..0);
        };
        let last = rows.iter().rposition(|row| !row.1)?;
        let length = last - first + 1;
        // It begins behind the shared row before it, and ends where the next one begins.
        let from = first
            .checked_sub(1)
            .and_then(|before| rows.get(before))
            .map_or(0, |row| row.0.saturating_add(1));
        let to = rows.get(last + 1).map_or(u8::MAX, |row| row.0);
        ((length - own) * 100 <= length * STRAY_PERCENT).then_some(from..to)
    }
}

/// How many of two ordered lists are in both. Four and four are compared at once: which of two is the smaller cannot be
/// foreseen, and most pairs share nothing.
pub(super) fn shared(mut ours: &[u32], mut theirs: &[u32]) -> usize {
    const AT_ONCE: usize = 4;
    let mut hits = [0u32; AT_ONCE];
    while let (Some((a, more)), Some((b, others))) = (
        ours.split_first_chunk::<AT_ONCE>(),
        theirs.split_first_chunk::<AT_ONCE>(),
    ) {
        for one in b {
            for (hits, other) in hits.iter_mut().zip(a) {
                *hits += u32::from(one == other);
            }
        }
        let ([.., last], [.., end]) = (a, b);
        ours = if last <= end { more } else { ours };
        theirs = if end <= last { others } else { theirs };
    }
    let mut shared = hits.iter().sum::<u32>() as usize;
    while let (Some((a, more)), Some((b, others))) = (ours.split_first(), theirs.split_first()) {
        shared += usize::from(a == b);
        ours = if a <= b { more } else { ours };
        theirs = if b <= a { others } else { theirs };
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::words::words;

    fn print(text: &str) -> Fingerprint {
        let words: Vec<u32> = words([text]).iter().map(|word| word.hash()).collect();
        Fingerprint::of(&words)
    }

    /// A text of that many different words.
    fn text(words: usize) -> String {
        let words = (0..words).map(|n| format!("word{}", n * 7919 % 100_003));
        words.collect::<Vec<_>>().join(" ")
    }

    // The size of what is found by is paid for every article of an archive, so a long one must not cost more.
    #[test]
    fn long_texts_cost_no_more_than_short_ones() {
        assert_eq!(print(&text(50)).rows.rows.len(), 47);
        assert_eq!(print(&text(20_000)).rows.rows.len(), SAMPLE);
        for words in [50, 20_000] {
            assert_eq!(print(&text(words)).sample().len(), FOUND_BY);
        }
        assert_eq!(print("Nobody was hurt there").sample().len(), 1);
    }

    // A cut text is sampled more densely than the whole one; only what both samples can hold may be compared.
    #[test]
    fn a_part_is_contained_whatever_the_lengths() {
        let whole = text(3_000);
        let part: Vec<&str> = whole.split(' ').skip(200).take(900).collect();
        let (whole, part) = (print(&whole), print(&part.join(" ")));
        let share = whole.containment(&part);
        assert!(share > 0.95, "{share}");
        assert!(shared(whole.sample(), part.sample()) > 0);
        let other = text(3_000).replace("word", "other");
        assert_eq!(whole.containment(&print(&other)), 0.0);
    }

    #[test]
    fn short_texts_are_no_copies() {
        let (one, two) = (
            print("Read our rules here now"),
            print("Read our rules here now"),
        );
        assert_eq!(one.containment(&two), 0.0);
        assert!(print("").rows.rows.is_empty());
    }
}
