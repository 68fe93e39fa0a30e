//! What an article shows of its words: what the rules take them for, how they are written and what stands around them.
//!
//! All texts of the article count together; the model looks at it (`features`).

use super::lexicon::word;
use super::tag::Found;
use super::tokens::{Sentence, Shape, Style, Token, Tokens};
use super::vocabulary::Vocabulary;

/// What an article shows of a word.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// In how many names of each kind the rules put it.
    kinds: [u16; 3],
    /// How often it stands with a capital where no sentence begins.
    capital: u16,
    /// What stands around it, anywhere: bits of `sign`.
    signs: u16,
}

/// What can stand around a name.
mod sign {
    pub(super) const TITLED: u16 = 1;
    pub(super) const SPEAKS: u16 = 1 << 1;
    pub(super) const INSIDE: u16 = 1 << 2;
    pub(super) const AFTER_THE: u16 = 1 << 3;
    pub(super) const OWNS: u16 = 1 << 4;
    pub(super) const FIRM: u16 = 1 << 5;
    pub(super) const BODY: u16 = 1 << 6;
    pub(super) const GIVEN: u16 = 1 << 7;
    pub(super) const BRACKETS: u16 = 1 << 8;
    pub(super) const SPELT: u16 = 1 << 9;
    pub(super) const TRADED: u16 = 1 << 10;
    pub(super) const PLAYS: u16 = 1 << 11;
    pub(super) const IT: u16 = 1 << 12;
    pub(super) const HE: u16 = 1 << 13;
}

/// What an article shows of its words, by their numbers.
pub(super) struct Article {
    seen: Vec<Seen>,
    /// What was seen but for the signs, as one number.
    codes: Vec<u32>,
}

impl Article {
    /// What an article shows by its texts and by what the rules found in them.
    pub(super) fn of<'a>(
        vocabulary: &Vocabulary<'a>,
        texts: impl Iterator<Item = (&'a Tokens<'a>, &'a Found)>,
    ) -> Article {
        let mut article = Article {
            seen: vec![Seen::default(); vocabulary.words().len()],
            codes: Vec::new(),
        };
        for (tokens, found) in texts {
            article.read(tokens, found);
        }
        let seen = article.seen.iter().zip(vocabulary.words());
        article.codes = seen
            .map(|(seen, (text, small))| {
                // A word of the smallest letters is its own small form.
                let small = if text.bytes().all(|b| b.is_ascii_lowercase()) {
                    small && text.len() > 3
                } else {
                    let lower = text.to_lowercase();
                    lower.len() > 3 && vocabulary.is_small(&lower)
                };
                seen.code(small)
            })
            .collect();
        article
    }

    /// What is seen of the word of a token, but for the signs.
    pub(super) fn code(&self, token: &Token) -> u32 {
        self.codes.get(token.number as usize).copied().unwrap_or(0)
    }

    /// What stands around the word of a token.
    pub(super) fn signs(&self, token: &Token) -> u32 {
        self.seen
            .get(token.number as usize)
            .map_or(0, |seen| u32::from(seen.signs))
    }

    fn note(&mut self, token: Option<&Token>, note: impl FnOnce(&mut Seen)) {
        if let Some(seen) = token.and_then(|token| self.seen.get_mut(token.number as usize)) {
            note(seen);
        }
    }

    fn read(&mut self, tokens: &Tokens, found: &Found) {
        let plain = tokens
            .sentences
            .iter()
            .filter(|sentence| sentence.style == Style::Plain);
        for sentence in plain {
            for at in sentence.from + 1..sentence.to {
                let name = tokens.list.get(at).filter(|token| token.is_name());
                self.note(name, |seen| seen.capital = seen.capital.saturating_add(1));
            }
        }
        self.read_signs(tokens);
        for span in &found.spans {
            for at in span.from..span.to {
                let name = tokens.list.get(at).filter(|token| token.is_name());
                self.note(name, |seen| {
                    if let Some(count) = seen.kinds.get_mut(span.kind as usize) {
                        *count = count.saturating_add(1);
                    }
                });
            }
        }
    }

    /// What stands around each run of capitals.
    fn read_signs(&mut self, tokens: &Tokens) {
        let is = |i: Option<usize>, bits: u32| {
            i.and_then(|i| tokens.list.get(i))
                .is_some_and(|t| t.is(bits))
        };
        let name = |i: usize| tokens.list.get(i).is_some_and(|t| t.is_name());
        for sentence in &tokens.sentences {
            if sentence.style != Style::Plain {
                continue;
            }
            let mut at = sentence.from;
            while at < sentence.to {
                if !name(at) {
                    at += 1;
                    continue;
                }
                let mut to = at + 1;
                while to < sentence.to && name(to) {
                    to += 1;
                }
                let before = at.checked_sub(1).filter(|b| *b >= sentence.from);
                let after = Some(to).filter(|to| *to < sentence.to);
                let said = |i: Option<usize>| i.map_or("", |i| tokens.word(i));
                let possessive = after
                    .and_then(|i| tokens.list.get(i))
                    .is_some_and(|t| t.shape == Shape::Possessive);
                let last = to - 1;
                let mut signs = 0;
                let mut note = |on: bool, sign: u16| signs |= if on { sign } else { 0 };
                note(is(before, word::ROLE | word::STRONG), sign::TITLED);
                note(is(after, word::SAID), sign::SPEAKS);
                note(is(before, word::IN) && said(before) != "of", sign::INSIDE);
                note(said(before) == "the", sign::AFTER_THE);
                note(possessive, sign::OWNS);
                note(is(Some(last), word::CORP) && to > at + 1, sign::FIRM);
                note(is(Some(last), word::ORG), sign::BODY);
                note(
                    is(Some(at), word::GIVEN | word::STRONG) && to > at + 1,
                    sign::GIVEN,
                );
                note(said(before) == "(" && said(after) == ")", sign::BRACKETS);
                let who = after.filter(|i| is(Some(*i), word::SAID)).map(|i| i + 1);
                note(matches!(said(who), "it" | "its"), sign::IT);
                note(matches!(said(who), "he" | "she" | "his" | "her"), sign::HE);
                let trade = word::TRADED | word::MAKER;
                note(is(before, word::MAKER) || is(after, trade), sign::TRADED);
                note(
                    is(before, word::PLAYS) || is(after, word::PLAYS),
                    sign::PLAYS,
                );
                for i in at..to {
                    self.note(tokens.list.get(i), |seen| seen.signs |= signs);
                }
                self.spell(tokens, at, to, sentence);
                at = to;
            }
        }
    }

    /// Notes the word in brackets after a name that has its letters: "Upland Farmers Union (UFU)".
    fn spell(&mut self, tokens: &Tokens, from: usize, to: usize, sentence: &Sentence) {
        if tokens.word(to) != "(" || to + 1 >= sentence.to {
            return;
        }
        let short = tokens.word(to + 1);
        let Some(token) = tokens.list.get(to + 1) else {
            return;
        };
        if token.shape == Shape::Upper
            && tokens.word(from).chars().next() != short.chars().next()
            && to - from < 2
        {
            return;
        }
        if token.shape == Shape::Upper && short.len() < 9 {
            for i in (from..to).chain([to + 1]) {
                self.note(tokens.list.get(i), |seen| seen.signs |= sign::SPELT);
            }
        }
    }
}

impl Seen {
    /// What was seen but for the signs, as one number, and whether the word stands small.
    fn code(&self, small: bool) -> u32 {
        let (mut best, mut most, mut sum) = (3, 0, 0);
        for (kind, count) in (0..).zip(self.kinds.map(u32::from)) {
            sum += count;
            if count > most {
                (best, most) = (kind, count);
            }
        }
        let clear = u32::from(most * 3 >= sum * 2) + u32::from(most > 1);
        let capital = u32::from(self.capital > 0) + u32::from(self.capital > 2);
        ((best * 3 + clear) * 2 + u32::from(small)) * 3 + capital
    }
}
