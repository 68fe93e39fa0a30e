//! What the model sees of a token: the word and its neighbours, its shape, the lists it stands in, what the rules
//! proposed and what the rest of the article shows.
//!
//! Only stretches of capitals are looked at. A feature is a number; what it is worth is known to `model`.
#![allow(clippy::string_slice, reason = "places number the words of a sentence")]

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::lexicon::{Kind, Known, Lexicon, WordHasher, word};
use super::tag::{Found, Span, Trust};
use super::tokens::{Sentence, Shape, Style, Tokens};

/// The labels of a token: outside, or begin, inside, last, unit of a person, an organisation, a place.
pub(super) const LABELS: usize = 13;

/// Begin, inside, last, unit.
pub(super) const BEGIN: usize = 0;
pub(super) const INSIDE: usize = 1;
pub(super) const LAST: usize = 2;
pub(super) const UNIT: usize = 3;

/// The label of the part of a name.
pub(super) fn label(kind: Kind, part: usize) -> usize {
    1 + 4 * kind as usize + part
}

/// The kind and the part that a label stands for.
pub(super) fn parts(label: usize) -> Option<(Kind, usize)> {
    let at = label.checked_sub(1)?;
    let kind = [Kind::Person, Kind::Org, Kind::Place].get(at / 4)?;
    Some((*kind, at % 4))
}

/// Writes the labels of a span.
pub(super) fn paint<T: Copy>(labels: &mut [T], span: &Span, of: impl Fn(usize) -> T) {
    for at in span.from..span.to {
        let part = match (at == span.from, at + 1 == span.to) {
            (true, true) => UNIT,
            (true, false) => BEGIN,
            (false, true) => LAST,
            (false, false) => INSIDE,
        };
        if let Some(place) = labels.get_mut(at) {
            *place = of(label(span.kind, part));
        }
    }
}

type Words<'a> = HashMap<&'a str, Seen, BuildHasherDefault<WordHasher>>;

/// What an article shows of a word.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// In how many names of each kind the rules put it.
    kinds: [u16; 3],
    /// How often it stands with a capital where no sentence begins, and small.
    capital: u16,
    small: u16,
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

/// What an article shows of its words: all its texts together.
#[derive(Default)]
pub(super) struct Article<'a> {
    words: Words<'a>,
}

impl<'a> Article<'a> {
    /// Takes a text and what the rules found in it into account.
    pub(super) fn read(&mut self, tokens: &Tokens<'a>, found: &Found) {
        for sentence in &tokens.sentences {
            for at in sentence.from..sentence.to {
                let Some(token) = tokens.list.get(at) else {
                    continue;
                };
                if token.is_name() && sentence.style == Style::Plain && at > sentence.from {
                    let seen = self.words.entry(tokens.text_of(token)).or_default();
                    seen.capital = seen.capital.saturating_add(1);
                } else if token.shape == Shape::Small && token.end - token.start > 3 {
                    let seen = self.words.entry(tokens.text_of(token)).or_default();
                    seen.small = seen.small.saturating_add(1);
                }
            }
        }
        self.read_signs(tokens);
        for span in &found.spans {
            for at in span.from..span.to {
                if tokens.list.get(at).is_some_and(|token| token.is_name()) {
                    let seen = self.words.entry(tokens.word(at)).or_default();
                    if let Some(count) = seen.kinds.get_mut(span.kind as usize) {
                        *count = count.saturating_add(1);
                    }
                }
            }
        }
    }

    /// What stands around each run of capitals.
    fn read_signs(&mut self, tokens: &Tokens<'a>) {
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
                    self.words.entry(tokens.word(i)).or_default().signs |= signs;
                }
                self.spell(tokens, at, to, sentence);
                at = to;
            }
        }
    }

    /// Notes the word in brackets after a name that has its letters: "Upland Farmers Union (UFU)".
    fn spell(&mut self, tokens: &Tokens<'a>, from: usize, to: usize, sentence: &Sentence) {
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
            self.words.entry(short).or_default().signs |= sign::SPELT;
            for i in from..to {
                self.words.entry(tokens.word(i)).or_default().signs |= sign::SPELT;
            }
        }
    }

    fn of(&self, word: &str) -> Seen {
        self.words.get(word).copied().unwrap_or_default()
    }
}

/// Everything known about one text before the model decides.
pub(super) struct View<'a> {
    tokens: &'a Tokens<'a>,
    lexicon: &'a Lexicon,
    article: &'a Article<'a>,
    /// What the rules decided, and how surely, as label * 4 + trust.
    rules: Vec<u8>,
    /// What the rules thought at first sight.
    first: Vec<u8>,
    /// Listed names.
    listed: Vec<u8>,
    /// Listed names of four words or more, or of three with a small one.
    long: Vec<(usize, usize)>,
    words: Vec<u32>,
}

fn hash(text: &str) -> u32 {
    let mut hasher = WordHasher::default();
    hasher.write(text.as_bytes());
    hasher.write(&[text.len() as u8]);
    (hasher.finish() >> 16) as u32
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
        article: &'a Article<'a>,
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
            words: tokens
                .list
                .iter()
                .map(|t| hash(tokens.text_of(t)))
                .collect(),
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

    fn can(&self, at: usize) -> u32 {
        self.tokens.list.get(at).map_or(0, |token| token.can)
    }

    fn shape(&self, at: usize) -> u32 {
        let Some(token) = self.tokens.list.get(at) else {
            return 0;
        };
        let length = (token.end - token.start).min(5) as u32;
        let length = if token.shape == Shape::Upper {
            length
        } else {
            length / 4
        };
        let text = self.tokens.text_of(token);
        let mark = match text.bytes().find(|b| !b.is_ascii_alphabetic()) {
            Some(b'-') => 1,
            Some(b'.') => 2,
            Some(b'\'') => 3,
            Some(b'0'..=b'9') => 4,
            Some(128..) => 5,
            Some(other) if text.len() == 1 => 8 + u32::from(other),
            Some(_) => 6,
            None => 0,
        };
        1 + (token.shape as u32 * 6 + length) * 256 + mark
    }

    fn seen(&self, at: usize) -> u32 {
        let word = self.tokens.word(at);
        let seen = self.article.of(word);
        let mut best = 3;
        let mut most = 0;
        let mut sum = 0;
        for (kind, count) in seen.kinds.iter().enumerate() {
            sum += count;
            if *count > most {
                (best, most) = (kind as u32, *count);
            }
        }
        let clear = u32::from(most * 3 >= sum * 2) + u32::from(most > 1);
        let small = u32::from(self.article.of(&word.to_lowercase()).small > 0);
        let capital = u32::from(seen.capital > 0) + u32::from(seen.capital > 2);
        ((best * 3 + clear) * 2 + small) * 3 + capital
    }

    fn signs(&self, at: usize) -> u32 {
        u32::from(self.article.of(self.tokens.word(at)).signs)
    }

    /// How a sentence is made: whether it has small words, how many numbers.
    pub(super) fn row(&self, sentence: &Sentence) -> u32 {
        let (mut small, mut numbers) = (0u32, 0u32);
        for token in self
            .tokens
            .list
            .get(sentence.from..sentence.to)
            .unwrap_or_default()
        {
            small += u32::from(token.shape == Shape::Small && token.end - token.start > 3);
            numbers += u32::from(
                self.tokens
                    .text_of(token)
                    .starts_with(|c: char| c.is_ascii_digit()),
            );
        }
        small.min(2) * 4 + numbers.min(3)
    }

    /// The features of the token at `at`, all of one sentence, which is made like `row`.
    pub(super) fn features(&self, at: usize, sentence: &Sentence, row: u32, out: &mut Vec<u32>) {
        out.clear();
        let inside = |i: Option<usize>| i.filter(|i| *i >= sentence.from && *i < sentence.to);
        let get = |list: &[u8], i: Option<usize>| {
            inside(i)
                .and_then(|i| list.get(i))
                .map_or(255, |v| u32::from(*v))
        };
        let word = |i: Option<usize>| {
            inside(i)
                .and_then(|i| self.words.get(i))
                .copied()
                .unwrap_or(1)
        };
        let can = |i: Option<usize>| inside(i).map_or(1 << 30, |i| self.can(i));
        let shape = |i: Option<usize>| inside(i).map_or(0, |i| self.shape(i));
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
        let style = sentence.style as u32;
        let opens = u32::from(at == sentence.from) + 2 * style;
        let seen = self.seen(at);
        // The run of capitals that the token stands in.
        let name = |i: usize| self.tokens.list.get(i).is_some_and(|t| t.is_name());
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
        add(&[
            seen,
            inside(p1).map_or(0, |i| self.seen(i)),
            inside(n1).map_or(0, |i| self.seen(i)),
        ]);
        let text = self.tokens.word(at);
        let ends = |count: usize, front: bool| {
            let mut cuts = text.char_indices().map(|(i, _)| i);
            if front {
                cuts.nth(count).map_or(0, |i| hash(&text[..i]))
            } else {
                cuts.rev().nth(count - 1).map_or(0, |i| hash(&text[i..]))
            }
        };
        add(&[ends(2, false)]);
        add(&[ends(3, false)]);
        add(&[ends(4, false)]);
        add(&[ends(3, true)]);
        add(&[ends(4, true)]);
        let signs = self.signs(at);
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
        let text = |i: usize| self.tokens.word(i);
        let end3 = |i: usize| {
            let text = text(i);
            text.char_indices()
                .rev()
                .nth(2)
                .map_or(0, |(at, _)| hash(&text[at..]))
        };
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

/// The spans that a row of labels describes; a name cut off by a wrong label ends there.
pub(super) fn spans(labels: &[usize], from: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(Kind, usize)> = None;
    for (i, label) in labels.iter().enumerate() {
        let at = from + i;
        match parts(*label) {
            Some((kind, UNIT)) => found.push(Span::new(at, at + 1, kind, Trust::Strong)),
            Some((kind, BEGIN)) => open = Some((kind, at)),
            Some((kind, LAST)) => {
                if let Some((_, begin)) = open.take() {
                    found.push(Span::new(begin, at + 1, kind, Trust::Strong));
                }
            }
            Some(_) => {}
            None => open = None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is painted must be read again as the same span.
    #[test]
    fn spans_and_labels_agree() {
        for (from, to) in [(0, 1), (1, 3), (0, 4)] {
            let span = Span::new(from, to, Kind::Org, Trust::Strong);
            let mut labels = [0; 4];
            paint(&mut labels, &span, |label| label);
            assert_eq!(spans(&labels, 0), [span]);
        }
    }
}
