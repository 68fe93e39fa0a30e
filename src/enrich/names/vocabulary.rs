//! The different words of an article, numbered, and what is known of each whatever stands around it.
//!
//! A word is looked up once in an article; after that its number leads to all that is known of it.

use std::cell::RefCell;
use std::hash::Hasher;

use foldhash::{HashMap, HashMapExt};

use super::lexicon::{Lexicon, WordHasher, word};
use super::tokens::Shape;
use super::words::{HYPHENS, elision, glued, joined_places, possessive, shape};
use crate::memo::{Key, Memo};

/// What is known of a word by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Word {
    /// Its number in the article.
    pub(super) number: u32,
    /// Its shape and what it can be: bits of [`word`]; `None` when it is to be taken apart.
    pub(super) whole: Option<(Shape, u32)>,
    /// By what the model knows it.
    pub(super) hash: u32,
    /// How many tokens the longest listed name has that begins with it.
    pub(super) longest: u8,
    /// What it holds beside letters, as the model counts it.
    pub(super) mark: u8,
}

/// The different words of an article.
pub(super) struct Vocabulary<'a> {
    pub(super) lexicon: &'a Lexicon,
    numbers: HashMap<Key, u32>,
    /// The numbers of words that are too long for a key.
    long: HashMap<&'a str, u32>,
    /// By number: the word, what is known of it, and whether it stands small somewhere.
    words: Vec<(&'a str, Word, bool)>,
}

thread_local! {
    static WORDS: RefCell<Memo<Word>> = const { RefCell::new(Memo::new(15)) };
}

impl<'a> Vocabulary<'a> {
    /// An empty vocabulary for a text of so many bytes.
    pub(super) fn new(lexicon: &'a Lexicon, bytes: usize) -> Vocabulary<'a> {
        let words = bytes / 12;
        Vocabulary {
            lexicon,
            numbers: HashMap::with_capacity(words),
            long: HashMap::new(),
            words: Vec::with_capacity(words),
        }
    }

    /// What is known of a word; of one with a hyphen also by whether a surname stands before it.
    pub(super) fn of(&mut self, text: &'a str, after_surname: bool) -> Word {
        let (key, next) = (Key::of(text, 0), self.words.len() as u32);
        let number = match key {
            Some(key) => *self.numbers.entry(key).or_insert(next),
            None => *self.long.entry(text).or_insert(next),
        };
        if number == next {
            let word = known(text, key, false, self.lexicon);
            self.words.push((text, Word { number, ..word }, false));
        }
        if after_surname && text.contains(HYPHENS) {
            let word = known(text, Key::of(text, 1), true, self.lexicon);
            return Word { number, ..word };
        }
        let word = self.words.get(number as usize);
        word.map_or_else(Word::default, |(_, word, _)| *word)
    }

    /// Notes that a word stands small.
    pub(super) fn note_small(&mut self, number: u32) {
        if let Some((_, _, small)) = self.words.get_mut(number as usize) {
            *small = true;
        }
    }

    /// Whether a word stands small somewhere.
    pub(super) fn is_small(&self, word: &str) -> bool {
        let number = match Key::of(word, 0) {
            Some(key) => self.numbers.get(&key),
            None => self.long.get(word),
        };
        let word = number.and_then(|number| self.words.get(*number as usize));
        word.is_some_and(|(_, _, small)| *small)
    }

    /// The words in the order of their numbers, and whether they stand small somewhere.
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = (&'a str, bool)> {
        self.words.iter().map(|(text, _, small)| (*text, *small))
    }
}

/// What is known of a word, remembered by its key.
fn known(text: &str, key: Option<Key>, after_surname: bool, lexicon: &Lexicon) -> Word {
    let work_out = || work_out(text, after_surname, lexicon);
    let known =
        key.and_then(|key| WORDS.with_borrow_mut(|words| words.of_key(key, work_out).copied()));
    known.unwrap_or_else(work_out)
}

fn work_out(text: &str, after_surname: bool, lexicon: &Lexicon) -> Word {
    let listed = lexicon.listed(text);
    let whole = if text.bytes().all(|b| b.is_ascii_lowercase()) {
        // Most words.
        Some((Shape::Small, listed.can & !word::COMMON))
    } else {
        whole(text, listed.can, after_surname, lexicon)
    };
    Word {
        number: 0,
        whole,
        hash: hash(text),
        longest: listed.longest,
        mark: mark(text),
    }
}

/// The shape of a word that is not to be taken apart, and what it can be; it is listed as `own`.
fn whole(text: &str, own: u32, after_surname: bool, lexicon: &Lexicon) -> Option<(Shape, u32)> {
    let parts = possessive(text)
        .or_else(|| glued(text, lexicon))
        .or_else(|| elision(text, lexicon))
        .or_else(|| joined_places(text, lexicon));
    if parts.is_some() {
        return None;
    }
    let shape = shape(text, after_surname, lexicon);
    let can = match shape {
        Shape::Small => own & !word::COMMON,
        Shape::Capital | Shape::Upper => {
            let plain = if text.is_ascii() {
                0
            } else {
                lexicon.word(&fold(text))
            };
            // "FEB" is "Feb".
            let cased = match shape {
                Shape::Upper => lexicon.word(&super::tag::title_case(text)) & word::NEVER,
                _ => 0,
            };
            let kept = word::COMMON | word::FUNCTION | word::PARTICLE | word::IN;
            let small = lexicon.word(&text.to_lowercase()) & kept;
            own | plain | small | cased
        }
        Shape::Possessive | Shape::Other => 0,
    };
    Some((shape, can))
}

/// A text without accents.
pub(super) fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    text.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The number by which the model knows a text.
pub(super) fn hash(text: &str) -> u32 {
    let mut hasher = WordHasher::default();
    hasher.write(text.as_bytes());
    hasher.write(&[text.len() as u8]);
    (hasher.finish() >> 16) as u32
}

/// The first of a word that is no plain letter, as a number.
fn mark(text: &str) -> u8 {
    match text.bytes().find(|b| !b.is_ascii_alphabetic()) {
        Some(b'-') => 1,
        Some(b'.') => 2,
        Some(b'\'') => 3,
        Some(b'0'..=b'9') => 4,
        Some(128..) => 5,
        Some(other) if text.len() == 1 => 8 + other,
        Some(_) => 6,
        None => 0,
    }
}
