//! The words of a text by what is known of each whatever text it stands in, which is worked out once and remembered.

use std::cell::RefCell;

use super::background;
use super::hash::{kept, wide};
use super::terms::{Term, each_term, stem};
use crate::memo::Memo;

/// A word of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Word {
    /// A hash of the folded word that tells words apart.
    pub(crate) id: u64,
    /// The same of its stem, under which forms of a word are one.
    pub(crate) stem: u64,
    /// How much the stem says.
    pub(crate) weight: f32,
    /// Whether the stem has one or two letters.
    pub(crate) is_short: bool,
    /// Whether it is a number.
    pub(crate) is_number: bool,
}

thread_local! {
    static KNOWN: RefCell<Memo<Word>> = const { RefCell::new(Memo::new(15)) };
}

impl Word {
    /// The hash by which archives know the folded word.
    #[inline]
    pub(crate) fn hash(&self) -> u32 {
        kept(self.id)
    }

    fn of(term: Term<'_>) -> Word {
        let folded = term.text();
        let stem = stem(folded);
        Word {
            id: wide(folded),
            stem: wide(&stem),
            weight: background::weight(&stem),
            is_short: stem.chars().nth(2).is_none(),
            is_number: matches!(term, Term::Number(_)),
        }
    }
}

/// The words of some texts, in order.
pub(crate) fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Word> {
    let mut found = Vec::new();
    KNOWN.with_borrow_mut(|known| {
        for text in texts {
            found.reserve(text.len() / 6);
            each_term(text, |term| {
                let tag = u8::from(matches!(term, Term::Number(_)));
                let word = known.of(term.text(), tag, || Word::of(term));
                found.push(word.copied().unwrap_or_else(|| Word::of(term)));
            });
        }
    });
    found
}
