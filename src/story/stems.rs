//! The stems of an article, each once, with how often and where it stands.
#![allow(
    clippy::indexing_slicing,
    reason = "places are those of a table that is larger than what is put into it"
)]

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use super::words::Word;

/// A stem of an article, wherever it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stem {
    pub(super) word: Word,
    /// As how many it counts.
    pub(super) count: u32,
    pub(super) is_number: bool,
    pub(super) is_titled: bool,
    /// Where in the body it stands first and last, in parts of the length of any text.
    pub(super) places: [u8; 2],
}

/// The stems of an article.
pub(super) struct Stems {
    pub(super) found: Vec<Stem>,
    /// The number of each stem, plus one, near the place that its hash says.
    places: Vec<u32>,
    /// What hashes are mixed with, so that no choice of words makes all of them ask for one place.
    mixer: u64,
}

/// Another in every process; odd.
static MIXER: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0) | 1);

impl Stems {
    /// For so many words.
    pub(super) fn of(words: usize) -> Stems {
        Stems {
            found: Vec::with_capacity(words),
            places: vec![0; (words * 2).next_power_of_two().max(2)],
            mixer: *MIXER,
        }
    }

    /// Counts a word.
    pub(super) fn add(&mut self, new: Stem) {
        let last = self.places.len() - 1;
        let mixed = new.word.stem.wrapping_mul(self.mixer);
        let mut at = (mixed >> (u64::BITS - self.places.len().ilog2())) as usize;
        // There are more places than words, so one is free.
        while let Some(number) = self.places[at].checked_sub(1) {
            let known = &mut self.found[number as usize];
            if known.word.stem == new.word.stem {
                known.count += new.count;
                known.is_number |= new.is_number;
                known.is_titled |= new.is_titled;
                known.places[0] = known.places[0].min(new.places[0]);
                known.places[1] = known.places[1].max(new.places[1]);
                return;
            }
            at = (at + 1) & last;
        }
        self.found.push(new);
        self.places[at] = self.found.len() as u32;
    }
}
