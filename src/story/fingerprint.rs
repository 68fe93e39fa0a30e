//! What a text is made of: a sample of its rows of four words, for finding copies that were cut or edited.
//!
//! A row is taken when its hash is a multiple of the rate, a power of two that rises with the length. So the samples
//! of two texts are comparable at the coarser of their rates, and long texts cost no more than short ones.

use super::hash::{hash, hash_row};
use super::terms::Term;

/// Words in a row. With more of them, a text of which each tenth word was changed keeps too few rows.
const ROW: usize = 4;

/// A sample is at most so large before the rate doubles; of a text with fewer rows all are kept.
const SAMPLE: usize = 64;

/// With fewer shared rows nothing is shown: a phrase may stand in two texts by chance.
pub(crate) const FEWEST: usize = 4;

/// A sample of the rows of words of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    rate: u32,
    rows: Vec<u32>,
}

impl Fingerprint {
    /// The fingerprint of a body, by its terms.
    pub(crate) fn of(body: &[Term]) -> Fingerprint {
        let words: Vec<u32> = body.iter().map(|term| hash(term.text())).collect();
        let mut rows: Vec<u32> = words.windows(ROW).map(hash_row).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut rate = 1;
        while rows.len() > SAMPLE && rate < 1 << 20 {
            rate *= 2;
            rows.retain(|row| row % rate == 0);
        }
        Fingerprint { rate, rows }
    }

    /// The sampled rows, to be found by.
    pub(crate) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Whether so many rows are shared that there may be a part of the one in the other.
    pub(crate) fn may_contain(&self, other: &Fingerprint) -> bool {
        let (mut i, mut j, mut shared) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.rows.get(i), other.rows.get(j)) {
            i += usize::from(a <= b);
            j += usize::from(b <= a);
            shared += usize::from(a == b);
        }
        shared >= FEWEST
    }

    /// The part of the shorter text that the longer one has too, from 0 to 1; rows that `common` knows are left out.
    pub(crate) fn containment(&self, other: &Fingerprint, common: impl Fn(u32) -> bool) -> f32 {
        let rate = self.rate.max(other.rate).max(1);
        let sample = |print: &Fingerprint| -> Vec<u32> {
            let rows = print.rows.iter().filter(|row| *row % rate == 0);
            rows.copied().filter(|row| !common(*row)).collect()
        };
        let (ours, theirs) = (sample(self), sample(other));
        let shared = ours.iter().filter(|row| theirs.binary_search(row).is_ok());
        let shared = shared.count();
        if shared < FEWEST {
            return 0.0;
        }
        shared as f32 / ours.len().min(theirs.len()) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::terms::terms;

    fn print(text: &str) -> Fingerprint {
        Fingerprint::of(&terms(text))
    }

    /// A text of that many different words.
    fn text(words: usize) -> String {
        let words = (0..words).map(|n| format!("word{}", n * 7919 % 100_003));
        words.collect::<Vec<_>>().join(" ")
    }

    // The size of a fingerprint is paid for every article of an archive, so a long one must not cost more.
    #[test]
    fn long_texts_are_sampled_and_short_ones_kept() {
        assert_eq!(print(&text(50)).rows().len(), 47);
        let long = print(&text(20_000)).rows().len();
        assert!((SAMPLE / 4..=SAMPLE).contains(&long), "{long}");
    }

    // A cut text is sampled more densely than the whole one; only what both samples can hold may be compared.
    #[test]
    fn a_part_is_contained_whatever_the_lengths() {
        let whole = text(3_000);
        let part: Vec<&str> = whole.split(' ').skip(200).take(900).collect();
        let share = print(&whole).containment(&print(&part.join(" ")), |_| false);
        assert!(share > 0.95, "{share}");
        let other = text(3_000).replace("word", "other");
        assert_eq!(print(&whole).containment(&print(&other), |_| false), 0.0);
    }

    // What every article of an archive has must not make copies of them.
    #[test]
    fn common_rows_do_not_count() {
        let (one, two) = (print(&text(60)), print(&text(60)));
        assert_eq!(one.containment(&two, |_| false), 1.0);
        assert_eq!(one.containment(&two, |_| true), 0.0);
    }

    #[test]
    fn short_texts_are_no_copies() {
        let (one, two) = (
            print("Read our rules here now"),
            print("Read our rules here now"),
        );
        assert_eq!(one.containment(&two, |_| false), 0.0);
        assert!(print("").rows().is_empty());
    }
}
