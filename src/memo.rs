//! What was worked out for words, remembered: a few thousand words make up most of any text.
//!
//! Each word has one place, which the next word with that place takes over. So a memo never grows, no choice of words
//! makes it slow, and it answers nothing but what would be worked out anew.

use std::hash::{Hash, Hasher};

/// The longest word that is remembered, in bytes.
const LONGEST: usize = 22;

/// The numbers that tell two words apart: the bytes of a word, then what else decides and the length and one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key([u64; 3]);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.iter().for_each(|part| state.write_u64(*part));
    }
}

impl Key {
    /// Two or three reads that overlap take in every byte of a word, as its length is known.
    pub(crate) fn of(word: &str, tag: u8) -> Option<Key> {
        let bytes = word.as_bytes();
        let size = u64::from(tag) | (bytes.len() as u64 + 1) << 8;
        let (first, middle, last) = match bytes {
            [] => (0, 0, 0),
            [a, ..] if bytes.len() < 4 => {
                let at = |i: usize| bytes.get(i).map_or(0, |b| u64::from(*b));
                (u64::from(*a) | at(1) << 8 | at(2) << 16, 0, 0)
            }
            _ if bytes.len() < 8 => {
                let half =
                    |half: Option<&[u8; 4]>| half.map_or(0, |b| u64::from(u32::from_le_bytes(*b)));
                (
                    half(bytes.first_chunk()) | half(bytes.last_chunk()) << 32,
                    0,
                    0,
                )
            }
            _ if bytes.len() <= LONGEST => {
                let whole = |whole: Option<&[u8; 8]>| whole.map_or(0, |b| u64::from_le_bytes(*b));
                let (first, last) = (whole(bytes.first_chunk()), whole(bytes.last_chunk()));
                match bytes.get(8..16) {
                    Some(middle) => (first, whole(middle.first_chunk()), last >> 16),
                    None => (first, last, 0),
                }
            }
            _ => return None,
        };
        Some(Key([first, middle, last << 16 | size]))
    }

    fn place(self, places: usize) -> usize {
        let mixed = self.0.iter().fold(0, |hash: u64, part| {
            (hash.rotate_left(29) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        });
        (mixed >> 40) as usize & places.wrapping_sub(1)
    }
}

/// What was worked out for words.
#[derive(Clone, Debug)]
pub(crate) struct Memo<V> {
    places: Vec<(Key, V)>,
    bits: u32,
}

impl<V: Clone + Default> Memo<V> {
    /// A memo of two to the power of `bits` places; it takes no memory before it is used.
    pub(crate) const fn new(bits: u32) -> Memo<V> {
        Memo {
            places: Vec::new(),
            bits,
        }
    }

    /// What is known of a word, after `make` where it is not; `tag` is what else that depends on. `None` for a word that
    /// is too long to be remembered.
    pub(crate) fn of(&mut self, word: &str, tag: u8, make: impl FnOnce() -> V) -> Option<&mut V> {
        self.of_key(Key::of(word, tag)?, make)
    }

    /// The same of a word whose key is known.
    pub(crate) fn of_key(&mut self, key: Key, make: impl FnOnce() -> V) -> Option<&mut V> {
        if self.places.is_empty() {
            self.places = vec![Default::default(); 1 << self.bits];
        }
        let place = key.place(self.places.len());
        let (known, value) = self.places.get_mut(place)?;
        if *known != key {
            (*known, *value) = (key, make());
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Words that share a place must not share what is known of them, nor the same word of two languages.
    #[test]
    fn a_memo_answers_as_if_it_forgot_all() {
        let mut memo: Memo<String> = Memo::new(3);
        let words = [
            "",
            "a",
            "A",
            "aa",
            "the",
            "sanction",
            "sanctions",
            "é",
            "an uncommonly long one",
        ];
        for round in 0..3 {
            for (word, tag) in words.iter().flat_map(|word| [(word, 0), (word, 1)]) {
                let made = || format!("{word} {tag}");
                assert_eq!(memo.of(word, tag, made), Some(&mut made()), "{round}");
            }
        }
        assert_eq!(memo.of("an uncommonly long word", 0, String::new), None);
    }

    #[test]
    fn what_is_known_is_not_made_again() {
        let mut memo: Memo<u32> = Memo::new(4);
        assert_eq!(memo.of("ferry", 0, || 1), Some(&mut 1));
        assert_eq!(memo.of("ferry", 0, || 2), Some(&mut 1));
    }
}
