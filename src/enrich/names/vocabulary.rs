//! The different words of an article, numbered, and what is known of each whatever stands around it.
//!
//! A word is looked up once in an article; after that its number leads to all that is known of it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use super::lexicon::{Lexicon, WordHasher, word};
use super::tokens::Shape;
use super::words::{HYPHENS, elision, glued, joined_places, possessive, shape};
use crate::memo::Memo;

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
    numbers: HashMap<&'a str, u32, BuildHasherDefault<WordHasher>>,
    /// By number: what is known of it.
    words: Vec<Word>,
    /// By number: whether it stands small somewhere.
    small: Vec<bool>,
}

thread_local! {
    static WORDS: RefCell<Memo<Word>> = const { RefCell::new(Memo::new(14)) };
}

impl<'a> Vocabulary<'a> {
    pub(super) fn new(lexicon: &'a Lexicon) -> Vocabulary<'a> {
        Vocabulary {
            lexicon,
            numbers: HashMap::default(),
            words: Vec::new(),
            small: Vec::new(),
        }
    }

    /// What is known of a word; of one with a hyphen also by whether a surname stands before it.
    pub(super) fn of(&mut self, text: &'a str, after_surname: bool) -> Word {
        let number = self.words.len() as u32;
        let word = match self.numbers.entry(text) {
            Entry::Occupied(known) => self.words.get(*known.get() as usize).copied(),
            Entry::Vacant(place) => {
                place.insert(number);
                let word = Word { number, ..known(text, false, self.lexicon) };
                self.words.push(word);
                self.small.push(false);
                Some(word)
            }
        };
        let word = word.unwrap_or_default();
        if after_surname && text.contains(HYPHENS) {
            return Word { number: word.number, ..known(text, true, self.lexicon) };
        }
        word
    }

    /// Notes that a word stands small.
    pub(super) fn note_small(&mut self, number: u32) {
        if let Some(small) = self.small.get_mut(number as usize) {
            *small = true;
        }
    }

    /// Whether a word stands small somewhere.
    pub(super) fn is_small(&self, word: &str) -> bool {
        let number = self.numbers.get(word);
        number.is_some_and(|number| self.small.get(*number as usize) == Some(&true))
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The words and their numbers.
    pub(super) fn words(&self) -> impl Iterator<Item = (&'a str, usize)> {
        self.numbers.iter().map(|(text, number)| (*text, *number as usize))
    }
}

/// What is known of a word, remembered.
fn known(text: &str, after_surname: bool, lexicon: &Lexicon) -> Word {
    let work_out = || Word {
        number: 0,
        whole: whole(text, after_surname, lexicon),
        hash: hash(text),
        longest: lexicon.longest(text),
        mark: mark(text),
    };
    let known =
        WORDS.with_borrow_mut(|words| words.of(text, u8::from(after_surname), work_out).copied());
    known.unwrap_or_else(work_out)
}

/// The shape of a word that is not to be taken apart, and what it can be.
fn whole(text: &str, after_surname: bool, lexicon: &Lexicon) -> Option<(Shape, u32)> {
    let parts = possessive(text)
        .or_else(|| glued(text, lexicon))
        .or_else(|| elision(text, lexicon))
        .or_else(|| joined_places(text, lexicon));
    if parts.is_some() {
        return None;
    }
    let shape = shape(text, after_surname, lexicon);
    let can = match shape {
        Shape::Other => 0,
        _ => lookup(text, shape, lexicon),
    };
    Some((shape, can))
}

/// What a word can be; for a capitalised one also what it is when written small.
fn lookup(text: &str, shape: Shape, lexicon: &Lexicon) -> u32 {
    match shape {
        Shape::Small => lexicon.word(text) & !word::COMMON,
        Shape::Capital | Shape::Upper => {
            let small = text.to_lowercase();
            let own = if text.is_ascii() {
                lexicon.word(text)
            } else {
                lexicon.word(text) | lexicon.word(&fold(text))
            };
            // "FEB" is "Feb".
            let cased = match shape {
                Shape::Upper => lexicon.word(&super::tag::title_case(text)) & word::NEVER,
                _ => 0,
            };
            let kept = word::COMMON | word::FUNCTION | word::PARTICLE | word::IN;
            let small = lexicon.word(&small) & kept;
            own | small | cased
        }
        _ => 0,
    }
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
