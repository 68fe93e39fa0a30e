//! What a text is made of: a sample of its rows of five words, for finding copies that were cut or edited.
//!
//! A row is taken when its hash is a multiple of the rate, a power of two that rises with the length. So the samples
//! of two texts are comparable at the coarser of their rates, and long texts cost no more than short ones.

use super::hash::{hash, hash_row};
use super::terms::terms;

/// Words in a row.
const ROW: usize = 5;

/// A sample is at most so large before the rate doubles; of a text with fewer rows all are kept.
const SAMPLE: usize = 64;

/// Texts with fewer comparable rows are too short to call one the copy of another.
const FEWEST: usize = 6;

/// A sample of the rows of words of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    rate: u32,
    rows: Vec<u32>,
}

impl Fingerprint {
    /// The fingerprint of a body.
    pub(crate) fn of(body: &str) -> Fingerprint {
        let words: Vec<u32> = terms(body).iter().map(|term| hash(term.text())).collect();
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

    /// The part of the shorter text that the longer one has too, from 0 to 1; rows that `common` knows are left out.
    pub(crate) fn containment(&self, other: &Fingerprint, common: impl Fn(u32) -> bool) -> f32 {
        let rate = self.rate.max(other.rate).max(1);
        let sample = |print: &Fingerprint| -> Vec<u32> {
            let rows = print.rows.iter().filter(|row| *row % rate == 0);
            rows.copied().filter(|row| !common(*row)).collect()
        };
        let (ours, theirs) = (sample(self), sample(other));
        let smaller = ours.len().min(theirs.len());
        if smaller < FEWEST {
            return 0.0;
        }
        let shared = ours.iter().filter(|row| theirs.binary_search(row).is_ok());
        shared.count() as f32 / smaller as f32
    }
}
