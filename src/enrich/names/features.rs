//! What the model sees of a token: the word and its neighbours, its shape, the lists it stands in, what the rules
//! proposed and what the rest of the article shows.
//!
//! Only stretches of capitals are looked at. A feature is a number; what it is worth is known to `model`.
#![allow(clippy::string_slice, reason = "places number the words of a sentence")]

use super::labels::{BEGIN, INSIDE, LAST, UNIT, paint};
use super::lexicon::{Known, Lexicon, word};
use super::shown::Article;
use super::tag::Span;
use super::tokens::{Sentence, Shape, Token, Tokens};
use super::vocabulary::hash;

/// Everything known about one text before the model decides.
pub(super) struct View<'a> {
    tokens: &'a Tokens<'a>,
    lexicon: &'a Lexicon,
    article: &'a Article,
    /// What the rules decided, and how surely, as label * 4 + trust.
    rules: Vec<u8>,
    /// What the rules thought at first sight.
    first: Vec<u8>,
    /// Listed names.
    listed: Vec<u8>,
    /// Listed names of four words or more, or of three with a small one.
    long: Vec<(usize, usize)>,
}

fn codes(length: usize, spans: &[Span]) -> Vec<u8> {
    let mut codes = vec![0u8; length];
    for span in spans {
        paint(&mut codes, span, |label| {
            (label * 4 + span.trust as usize) as u8
        });
    }
    codes
}

impl<'a> View<'a> {
    pub(super) fn new(
        tokens: &'a Tokens<'a>,
        lexicon: &'a Lexicon,
        article: &'a Article,
        first: &[Span],
        rules: &[Span],
    ) -> View<'a> {
        let length = tokens.list.len();
        let mut view = View {
            tokens,
            lexicon,
            article,
            rules: codes(length, rules),
            first: codes(length, first),
            listed: vec![0; length],
            long: Vec::new(),
        };
        view.look_up();
        view
    }

    /// Marks listed names: the longest from each capital on.
    fn look_up(&mut self) {
        let tagger = super::tag::Tagger {
            tokens: self.tokens,
            lexicon: self.lexicon,
            english: true,
        };
        for sentence in &self.tokens.sentences {
            let mut at = sentence.from;
            while at < sentence.to {
                let found = tagger
                    .is_name(at)
                    .then(|| tagger.known(at, sentence.to))
                    .flatten();
                let Some((to, known)) = found else {
                    at += 1;
                    continue;
                };
                let (kind, size) = match known {
                    Known::Demonym(_) => (3, 0),
                    Known::Name {
                        kind,
                        canonical,
                        weight,
                    } => {
                        let size = match weight {
                            _ if self.lexicon.is_country(canonical) => 3,
                            u32::MAX => 2,
                            200.. => 1,
                            _ => 0,
                        };
                        (kind as usize, size)
                    }
                };
                for i in at..to {
                    let part = match (i == at, i + 1 == to) {
                        (true, true) => UNIT,
                        (true, false) => BEGIN,
                        (false, true) => LAST,
                        (false, false) => INSIDE,
                    };
                    if let Some(place) = self.listed.get_mut(i) {
                        *place = (1 + (kind * 4 + part) * 4 + size) as u8;
                    }
                }
                let joined = (at..to).any(|i| !tagger.is_name(i));
                if to - at > 3 || to - at > 2 && joined {
                    self.long.push((at, to));
                }
                at = to;
            }
        }
    }

    /// Stretches of tokens that may hold names: capitals, what the rules tagged, and small words between them.
    pub(super) fn stretches(&self, sentence: &Sentence) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for at in sentence.from..sentence.to {
            let active = self.tokens.list.get(at).is_some_and(|t| t.is_name())
                || self.rules.get(at).is_some_and(|code| *code > 0);
            if !active {
                continue;
            }
            match found.last_mut() {
                Some(last) if (last.1..at).all(|i| self.joins(i)) && at - last.1 <= 3 => {
                    last.1 = at + 1;
                }
                _ => found.push((at, at + 1)),
            }
        }
        found
    }

    fn joins(&self, at: usize) -> bool {
        const JOINTS: &[&str] = &[
            "of", "the", "and", "for", "&", "-", "on", "'s", "’s", "'", "’", "/", ".", "in", "to",
            "at",
        ];
        JOINTS.contains(&self.tokens.word(at))
            || self
                .tokens
                .list
                .get(at)
                .is_some_and(|t| t.shape == Shape::Small && t.is(word::PARTICLE))
    }

    /// Whether a token stands in a listed name so long that nothing else can be meant.
    pub(super) fn is_long_name(&self, at: usize) -> bool {
        let next = self.long.partition_point(|(_, to)| *to <= at);
        self.long.get(next).is_some_and(|(from, _)| *from <= at)
    }

    /// The label that the rules gave a token.
    pub(super) fn ruled(&self, at: usize) -> usize {
        self.rules.get(at).map_or(0, |code| usize::from(code / 4))
    }

    fn shape(&self, token: &Token) -> u32 {
        let length = (token.end - token.start).min(5) as u32;
        let length = if token.shape == Shape::Upper {
            length
        } else {
            length / 4
        };
        1 + (token.shape as u32 * 6 + length) * 256 + u32::from(token.mark)
    }

    /// How a sentence is made: whether it has small words, how many numbers.
    pub(super) fn row(&self, sentence: &Sentence) -> u32 {
        let (mut small, mut numbers) = (0u32, 0u32);
        let tokens = self.tokens.list.get(sentence.from..sentence.to);
        for token in tokens.unwrap_or_default() {
            small += u32::from(token.shape == Shape::Small && token.end - token.start > 3);
            let first = self.tokens.text.as_bytes().get(token.start);
            numbers += u32::from(first.is_some_and(u8::is_ascii_digit));
        }
        small.min(2) * 4 + numbers.min(3)
    }

    /// The features of the token at `at`, all of one sentence, which is made like `row`.
    pub(super) fn features(&self, at: usize, sentence: &Sentence, row: u32, out: &mut Vec<u32>) {
        out.clear();
        let list = &self.tokens.list;
        let inside = |i: Option<usize>| i.filter(|i| *i >= sentence.from && *i < sentence.to);
        let token = |i: Option<usize>| inside(i).and_then(|i| list.get(i));
        let get = |list: &[u8], i: Option<usize>| {
            inside(i)
                .and_then(|i| list.get(i))
                .map_or(255, |v| u32::from(*v))
        };
        let word = |i: Option<usize>| token(i).map_or(1, |token| token.hash);
        let can = |i: Option<usize>| token(i).map_or(1 << 30, |token| token.can);
        let shape = |i: Option<usize>| token(i).map_or(0, |token| self.shape(token));
        let seen = |i: Option<usize>| token(i).map_or(0, |token| self.article.code(token));
        let (p1, p2) = (at.checked_sub(1), at.checked_sub(2));
        let (n1, n2) = (Some(at + 1), Some(at + 2));
        let here = Some(at);
        let r0 = get(&self.rules, here);
        let (r1, rp) = (get(&self.rules, n1), get(&self.rules, p1));
        let f0 = get(&self.first, here);
        let (g0, g1, gp) = (
            get(&self.listed, here),
            get(&self.listed, n1),
            get(&self.listed, p1),
        );
        let (w0, w1, wp) = (word(here), word(n1), word(p1));
        let (c0, c1, cp) = (can(here), can(n1), can(p1));
        let (s0, s1, sp) = (shape(here), shape(n1), shape(p1));
        let opens = u32::from(at == sentence.from) + 2 * sentence.style as u32;
        let (seen, around) = (seen(here), (seen(p1), seen(n1)));
        let signs = token(here).map_or(0, |token| self.article.signs(token));
        // The run of capitals that the token stands in.
        let name = |i: usize| list.get(i).is_some_and(Token::is_name);
        let (mut from, mut to) = (at, at + 1);
        while from > sentence.from && at - from < 6 && name(from - 1) {
            from -= 1;
        }
        while to < sentence.to && to - at < 6 && name(to) {
            to += 1;
        }
        let place =
            u32::from(at == from) + 2 * u32::from(at + 1 == to) + 4 * (to - from).min(5) as u32;
        let last = Some(to - 1);
        let (before, after) = (from.checked_sub(1), Some(to));
        let mut n = 0u32;
        let mut add = |parts: &[u32]| {
            n += 1;
            let mut h = n.wrapping_mul(0x9E37_79B9);
            for part in parts {
                h = (h.rotate_left(7) ^ part).wrapping_mul(0x85EB_CA6B);
                h ^= h >> 15;
            }
            out.push(h);
        };
        add(&[r0]);
        add(&[rp, r0]);
        add(&[r0, r1]);
        add(&[rp, r0, r1]);
        add(&[r0, w0]);
        add(&[r0, s0, opens]);
        add(&[r0, g0]);
        add(&[r0, seen]);
        add(&[r0, can(last), place]);
        add(&[r0, word(before)]);
        add(&[r0, word(after)]);
        add(&[f0, r0]);
        add(&[f0, opens]);
        add(&[w0]);
        add(&[wp]);
        add(&[w1]);
        add(&[word(p2)]);
        add(&[word(n2)]);
        add(&[wp, w0]);
        add(&[w0, w1]);
        add(&[s0, opens]);
        add(&[sp, s0, s1]);
        add(&[shape(p2), sp, s0, s1, shape(n2)]);
        add(&[c0]);
        add(&[cp]);
        add(&[c1]);
        add(&[cp, c0]);
        add(&[c0, c1]);
        add(&[can(p2), cp, c0]);
        add(&[g0, opens]);
        add(&[gp, g0]);
        add(&[g0, g1]);
        add(&[g0, c0, c1]);
        add(&[place, s0]);
        add(&[place, can(last)]);
        add(&[place, word(last)]);
        add(&[place, word(before)]);
        add(&[place, word(after)]);
        add(&[place, can(before)]);
        add(&[place, can(after)]);
        add(&[place, word(Some(from))]);
        add(&[can(before), can(after), g0]);
        add(&[seen]);
        add(&[seen, opens]);
        add(&[seen, around.0, around.1]);
        let text = self.tokens.word(at);
        add(&[ending(text, 2)]);
        add(&[ending(text, 3)]);
        add(&[ending(text, 4)]);
        add(&[beginning(text, 3)]);
        add(&[beginning(text, 4)]);
        let (before2, after2) = (before.and_then(|b| b.checked_sub(1)), Some(to + 1));
        add(&[row, g0]);
        add(&[row, s0, shape(after)]);
        add(&[row, r0]);
        add(&[signs]);
        add(&[signs, g0]);
        add(&[signs, s0, c0]);
        add(&[signs, r0]);
        add(&[place, word(before2), word(before)]);
        add(&[place, word(after), word(after2)]);
        add(&[word(before), word(after)]);
        add(&[place, word(before2)]);
        add(&[place, word(after2)]);
        add(&[seen, signs]);
        let end3 = |i: usize| ending(self.tokens.word(i), 3);
        add(&[place, end3(to - 1)]);
        add(&[end3(to), place]);
        if let Some(before) = before {
            add(&[end3(before), place]);
        }
        let bits = [(c0, 60u32), (cp, 61), (c1, 62), (can(last), 63)];
        let mut rest = signs;
        while rest != 0 {
            add_bit(out, 64, rest.trailing_zeros());
            rest &= rest - 1;
        }
        for (set, seed) in bits {
            let mut rest = set & 0x1FF_FFFF;
            while rest != 0 {
                add_bit(out, seed, rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }
}

fn add_bit(out: &mut Vec<u32>, seed: u32, bit: u32) {
    let h = (seed * 32 + bit).wrapping_mul(0x9E37_79B9);
    out.push((h ^ (h >> 15)).wrapping_mul(0x85EB_CA6B));
}

/// The last letters of a word, so many, as a number; nothing when it has fewer.
fn ending(text: &str, count: usize) -> u32 {
    let at = match text.len().checked_sub(count) {
        Some(at) if text.is_ascii() => Some(at),
        _ => text.char_indices().rev().nth(count - 1).map(|(at, _)| at),
    };
    at.map_or(0, |at| hash(&text[at..]))
}

/// The first letters of a word, so many, as a number; nothing when it has no more.
fn beginning(text: &str, count: usize) -> u32 {
    let at = text.char_indices().nth(count).map(|(at, _)| at);
    at.map_or(0, |at| hash(&text[..at]))
}
