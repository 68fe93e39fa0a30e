//! Where names stand in a text and what they name, by gazetteer and rule.
//!
//! Works in two passes: the first takes what the words themselves show, the second what the rest of the article shows
//! (`memory`). Which names mean the same is left to `resolve`.
#![allow(clippy::string_slice, reason = "places number the words of a sentence")]

use super::lexicon::{Kind, Known, Lexicon, word};
use super::memory::Memory;
use super::tokens::{Sentence, Shape, Style, Token, Tokens};

/// How sure a tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// Only the shape: kept when the article shows more.
    Unknown,
    /// A word of a list of names, or the context, hints at it.
    Weak,
    /// Gazetteer, title or pattern.
    Strong,
}

/// Tokens `from..to` that name something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Kind,
    pub(super) trust: Trust,
}

impl Span {
    pub(super) fn new(from: usize, to: usize, kind: Kind, trust: Trust) -> Span {
        Span {
            from,
            to,
            kind,
            trust,
        }
    }
}

/// What the first pass finds in a text.
#[derive(Default)]
pub(super) struct Found {
    pub(super) spans: Vec<Span>,
    /// Countries that act under their adjective ("the South Korean government"), and where: no mentions, but a sign.
    pub(super) countries: Vec<(&'static str, usize)>,
}

/// Finds the names of one text, and adds what it learns to the memory of the article.
pub(super) fn first_pass(
    tokens: &Tokens,
    lexicon: &Lexicon,
    english: bool,
    memory: &mut Memory,
) -> Found {
    let tagger = Tagger {
        tokens,
        lexicon,
        english,
    };
    let mut found = Found::default();
    for sentence in &tokens.sentences {
        let before = found.spans.len();
        tagger.sentence(sentence, &mut found);
        if let Some(new) = found.spans.get_mut(before..) {
            tagger.teams(sentence, new, memory);
        }
        if sentence.style == Style::Plain {
            for span in found.spans.iter().skip(before) {
                memory.learn(tokens, span);
            }
        }
    }
    found
}

/// Decides the doubtful names by what the whole article shows, and drops the rest.
pub(super) fn second_pass(tokens: &Tokens, found: &Found, memory: &Memory) -> Found {
    let mut styles = tokens.sentences.iter().peekable();
    let mut kept = Vec::with_capacity(found.spans.len());
    for span in &found.spans {
        while styles
            .peek()
            .is_some_and(|sentence| sentence.to <= span.from)
        {
            styles.next();
        }
        let style = styles
            .peek()
            .map_or(Style::Plain, |sentence| sentence.style);
        if let Some((kind, trust)) = memory.decide(tokens, span, style) {
            kept.push(Span {
                kind,
                trust,
                ..*span
            });
        }
    }
    Found {
        spans: kept,
        countries: found.countries.clone(),
    }
}

/// The rules, over one text; people, organisations and places have their own files.
pub(super) struct Tagger<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) lexicon: &'a Lexicon,
    /// Whether the rules for English apply; other languages get only what is listed or follows a title.
    pub(super) english: bool,
}

/// How many capitalised words in a row are looked at together.
const LONGEST_RUN: usize = 24;

impl Tagger<'_> {
    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.list.get(index)
    }

    pub(super) fn is_name(&self, index: usize) -> bool {
        self.token(index).is_some_and(Token::is_name)
    }

    pub(super) fn is(&self, index: usize, bits: u32) -> bool {
        self.token(index).is_some_and(|token| token.is(bits))
    }

    pub(super) fn before(&self, index: usize, sentence: &Sentence) -> Option<usize> {
        (index > sentence.from).then(|| index - 1)
    }

    pub(super) fn sentence(&self, sentence: &Sentence, found: &mut Found) {
        let mut at = sentence.from;
        while at < sentence.to {
            if !self.is_name(at) {
                at += 1;
                continue;
            }
            at = if self.english {
                self.at_name(at, sentence, found)
            } else {
                self.at_foreign_name(at, sentence, &mut found.spans)
            };
        }
    }

    /// Handles the capitalised token at `at`; returns where to go on.
    pub(super) fn at_name(&self, at: usize, sentence: &Sentence, found: &mut Found) -> usize {
        let spans = &mut found.spans;
        let run = self.run_end(at, sentence.to);
        let known = self.known(at, sentence.to);
        // "The Hague" begins a name, "The" alone begins a sentence.
        let long_name = known.is_some_and(|(to, _)| to > at + 1);
        let first = self.is_first(at, sentence);
        let begins = self.is(at, word::FUNCTION) && (first || run == at + 1);
        if !long_name && (begins || self.is_letter(at, run)) {
            return at + 1;
        }
        if sentence.style == Style::Upper {
            return self.in_capitals(at, sentence, spans);
        }
        let upper = self.token(at).is_some_and(|t| t.shape == Shape::Upper);
        if first
            && upper
            && known.is_none()
            && let Some(span) = self.capital_place(at, sentence)
        {
            return push(spans, span);
        }
        // Ships are neither people nor bodies.
        if matches!(self.tokens.word(at), "MV" | "MT" | "HMS" | "USS" | "RMS") && run > at + 1 {
            return run;
        }
        if let Some(to) = self.event(at, run) {
            return to;
        }
        if let Some((to, Known::Demonym(country))) = known {
            if self.is(to, word::ACTS) {
                found.countries.push((country, at));
            }
            let org = self
                .national(at, to)
                .or_else(|| self.organisation_after(at, to, sentence));
            return match org.filter(|org| org.to > to) {
                Some(org) if self.is_body_of_state(to, org.to) => {
                    push(spans, Span { from: to, ..org })
                }
                Some(org) => push(spans, org),
                None => to,
            };
        }
        if (at..run).all(|i| self.is(i, word::CORP)) && known.is_none() {
            return run;
        }
        let org = self.organisation(at, sentence);
        if !long_name && let Some(to) = self.portfolio(at, run, sentence, org.is_some()) {
            return to;
        }
        let person = self.person(at, run, sentence);
        let place = self.place(at, run);
        let listed = known.and_then(|(to, known)| self.listed(at, to, known, sentence));
        let best = [listed, person, org, place]
            .into_iter()
            .flatten()
            .reduce(|best, next| {
                if next.to > best.to && next.trust >= best.trust.min(Trust::Weak) {
                    next
                } else {
                    best
                }
            });
        // "US State Department" is a country and its department.
        if let Some(org) = best.filter(|best| best.kind == Kind::Org)
            && let Some(to) = self.country(at, org.to)
            && self.is_body_of_state(to, org.to)
        {
            spans.push(Span::new(at, to, Kind::Place, Trust::Strong));
            return push(spans, Span { from: to, ..org });
        }
        if let Some(best) = best {
            return push(spans, best);
        }
        if self.is(at, word::NEVER | word::TITLE) && (run == at + 1 || self.is(at, word::TITLE)) {
            return at + 1;
        }
        self.unknown(at, run, sentence, spans)
    }

    /// A sentence in capitals names only what is known: by the gazetteer here, by the rest of the article later.
    pub(super) fn in_capitals(
        &self,
        at: usize,
        sentence: &Sentence,
        spans: &mut Vec<Span>,
    ) -> usize {
        if let Some(span) = self.capital_name(at, sentence) {
            return push(spans, span);
        }
        // The memory decides; the longest first.
        let run = self.run_end(at, sentence.to).min(at + 4);
        spans.push(Span::new(at, run, Kind::Person, Trust::Unknown));
        run
    }

    /// A listed name in capitals.
    pub(super) fn capital_name(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let limit = sentence.to.min(at + 5);
        for to in (at + 1..=limit).rev() {
            let (first, last) = (self.token(at)?, self.token(to - 1)?);
            let raw = &self.tokens.text[first.start..last.end];
            let phrase = title_case(raw);
            let found = self
                .lexicon
                .name(raw)
                .or_else(|| self.lexicon.name(&phrase));
            let Some(Known::Name { kind, weight, .. }) = found else {
                continue;
            };
            let common = self.is(at, word::COMMON)
                || self.lexicon.word(&phrase) & (word::COMMON | word::NEVER) != 0;
            let sure = weight == u32::MAX || weight > 500;
            if sure && (to > at + 1 || !common) {
                return Some(Span::new(at, to, kind, Trust::Strong));
            }
        }
        None
    }

    /// The end of the capitalised tokens from `at` on with nothing between them.
    pub(super) fn run_end(&self, at: usize, limit: usize) -> usize {
        let mut to = at + 1;
        // A longer run is no name, and looking to its end again and again would be quadratic.
        let limit = limit.min(at + LONGEST_RUN);
        while to < limit {
            let joined = self.tokens.word(to) == "&" && self.is_name(to + 1) && to + 1 < limit;
            if !self.is_name(to) && !joined {
                break;
            }
            to += 1;
        }
        to
    }

    pub(super) fn is_first(&self, at: usize, sentence: &Sentence) -> bool {
        let mut before = at;
        while before > sentence.from {
            before -= 1;
            match self.tokens.word(before) {
                "\"" | "“" | "”" | "‘" | "'" | "’" | "`" | "(" | "-" | "–" | "—" | "*" | "•"
                | "|" | "«" | "„" => {}
                ":" => return true,
                _ => return false,
            }
        }
        true
    }

    /// The longest listed name from `at` on.
    pub(super) fn known(&self, at: usize, limit: usize) -> Option<(usize, Known)> {
        let first = self.token(at)?;
        let mut longest = usize::from(first.longest).min(limit.saturating_sub(at));
        if longest == 0 && !self.tokens.text_of(first).is_ascii() {
            longest = 1;
        }
        while longest > 0 {
            let to = at + longest;
            let begin = self.token(at)?.start;
            let end = self.token(to - 1)?.end;
            let phrase = &self.tokens.text[begin..end];
            let found = if phrase.contains(" - ") {
                self.lexicon.name(&phrase.replace(" - ", "-"))
            } else if phrase.contains('\n') {
                let joined = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
                self.lexicon.name(&joined)
            } else if phrase.is_ascii() {
                self.lexicon.name(phrase)
            } else {
                self.lexicon.name(phrase).or_else(|| {
                    self.lexicon
                        .name(&super::vocabulary::fold(phrase).replace('’', "'"))
                })
            };
            if let Some(found) = found {
                return Some((to, found));
            }
            longest -= 1;
        }
        None
    }

    /// A listed name as a span, as sure as its list and its context make it.
    pub(super) fn listed(
        &self,
        at: usize,
        to: usize,
        known: Known,
        sentence: &Sentence,
    ) -> Option<Span> {
        let Known::Name { kind, weight, .. } = known else {
            return None;
        };
        let single = to == at + 1;
        let before = self.before(at, sentence);
        let after_in = before.is_some_and(|b| self.is(b, word::IN));
        let trust = match kind {
            Kind::Place if weight == u32::MAX => Trust::Strong,
            Kind::Place => {
                let name = self.is(at, word::GIVEN | word::SURNAME);
                if single && self.is(at, word::NEVER) {
                    return None;
                }
                let common = self.is(at, word::COMMON | word::TITLE | word::ORG);
                let beside = after_in || self.country_follows(to);
                // A name that is also a word or a person's needs the more people the less context it has.
                let needed = match (single, common, name) {
                    (false, ..) | (true, false, false) => 0,
                    (true, false, true) => 400,
                    (true, true, _) => 1500,
                };
                if weight >= needed
                    || (beside && (weight >= needed / 8 || self.country_follows(to)))
                {
                    Trust::Strong
                } else if !common || beside {
                    return beside.then(|| Span::new(at, to, kind, Trust::Weak));
                } else {
                    return None;
                }
            }
            _ if weight == 0 => {
                let plain = sentence.style == Style::Plain && !self.is_first(at, sentence);
                if !plain || self.is_name(to) {
                    return None;
                }
                Trust::Weak
            }
            _ => Trust::Strong,
        };
        let mut to = to;
        while kind == Kind::Org && self.is_name(to) && self.is(to, word::CORP) {
            to += 1;
        }
        Some(Span::new(at, to, kind, trust))
    }
}

/// Whether one of the spans overlaps with a span and is of its kind.
pub(super) fn agrees(span: &Span, spans: &[Span]) -> bool {
    let other = spans.get(spans.partition_point(|other| other.to <= span.from));
    other.is_some_and(|other| other.from < span.to && other.kind == span.kind)
}

pub(super) fn push(spans: &mut Vec<Span>, span: Span) -> usize {
    spans.push(span);
    span.to
}

/// Words in capitals as they would stand in running text.
pub(super) fn title_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
        inside = c.is_alphabetic() || (inside && matches!(c, '\'' | '’' | '.'));
    }
    out
}
