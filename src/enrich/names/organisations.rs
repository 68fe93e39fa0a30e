//! Organisations, by the words they are made of: "State Department", "Bank of Namibia", "Acme Holdings Ltd".
//!
//! Part of the tagger; looks only at the words around one place in the text.

use super::lexicon::{Kind, Known, word};
use super::memory::Memory;
use super::tag::{Span, Tagger, Trust};
use super::tokens::{Sentence, Shape};

impl Tagger<'_> {
    /// An organisation by the words it is made of.
    pub(super) fn organisation(&self, at: usize, run: usize, sentence: &Sentence) -> Option<Span> {
        let first = self.is_first(at, sentence);
        if self.is(at, word::ORG_OF)
            && let Some(to) = self.of_something(at + 1, sentence.to)
        {
            return Some(Span::new(at, to, Kind::Org, Trust::Strong));
        }
        let mut head = None;
        for i in at + 1..run.min(at + 9) {
            // "Finance Minister X of the Party" has a person first.
            if self.is(i, word::STRONG)
                || self.is(i, word::NEVER) && !self.is(i, word::ORG | word::CORP)
            {
                break;
            }
            if self.is(i, word::ORG | word::CORP) {
                head = Some(i);
            }
        }
        let head = head.or_else(|| self.joined_head(at, run, sentence.to))?;
        if first && self.is(at, word::FUNCTION) || self.is(at, word::STRONG) {
            return None;
        }
        let mut to = head + 1;
        if self.is(head, word::ORG_OF) {
            to = self.of_something(to, sentence.to).unwrap_or(to);
        }
        Some(Span::new(at, to, Kind::Org, Trust::Strong))
    }

    /// The last word of "Harbour and Lighthouse Safety Commission".
    pub(super) fn joined_head(&self, at: usize, run: usize, limit: usize) -> Option<usize> {
        let common = |from: usize, to: usize| {
            (from..to).all(|i| self.is(i, word::COMMON) && !self.is(i, word::STRONG | word::NEVER))
        };
        if self.tokens.word(run) != "and" || run + 1 >= limit || !common(at, run) || run > at + 4 {
            return None;
        }
        let end = self.run_end(run + 1, limit);
        let last = end.checked_sub(1)?;
        let good = end > run + 2 && self.is(last, word::ORG) && common(run + 1, last);
        good.then_some(last)
    }

    /// The end of "of Something", "for the Something and Other".
    pub(super) fn of_something(&self, at: usize, limit: usize) -> Option<usize> {
        if !matches!(
            self.tokens.word(at),
            "of" | "for" | "on" | "de" | "des" | "du" | "für"
        ) {
            return None;
        }
        let mut to = at + 1;
        if self.tokens.word(to) == "the" {
            to += 1;
        }
        if to >= limit || !self.is_name(to) || self.is(to, word::STRONG) {
            return None;
        }
        if self.is(to, word::NEVER) && !self.is(to, word::COMMON) {
            return None;
        }
        to = self.run_end(to, limit.min(to + 5));
        to = self.enumeration(to, limit).unwrap_or(to);
        let joins = matches!(self.tokens.word(to), "and" | "of");
        if joins && to + 1 < limit && self.is_name(to + 1) {
            let next = self.run_end(to + 1, limit.min(to + 4));
            // "the Ministry of Health and President X" ends before the second name.
            let plain = (to + 1..next)
                .all(|i| self.is(i, word::COMMON) && !self.is(i, word::STRONG | word::ORG_OF));
            if plain {
                to = next;
            }
        }
        Some(to)
    }

    /// The end of ", Harbours and Inland Waterways" after "Ministry of Roads".
    pub(super) fn enumeration(&self, at: usize, limit: usize) -> Option<usize> {
        let mut to = at;
        while self.tokens.word(to) == "," && to + 1 < limit && to < at + 8 {
            let end = self.run_end(to + 1, limit);
            let common = (to + 1..end).all(|i| self.is_name(i) && self.is(i, word::COMMON));
            if !self.is_name(to + 1) || !common {
                return None;
            }
            to = end;
        }
        let last = to > at && self.tokens.word(to) == "and" && self.is_name(to + 1);
        (last && self.is(to + 1, word::COMMON)).then(|| self.run_end(to + 1, limit.min(to + 5)))
    }

    /// Whether tokens `from..to` are a body of the state whose name stands before: "State Department".
    pub(super) fn is_body_of_state(&self, from: usize, to: usize) -> bool {
        let head = (from..to).find(|i| !self.is_name(*i)).unwrap_or(to);
        head > from && (self.is(head - 1, word::STATE) || self.is(from, word::STATE))
    }

    /// The end of a country's name that begins at `at` and ends before `limit`.
    pub(super) fn country(&self, at: usize, limit: usize) -> Option<usize> {
        let (to, known) = (1..=3usize)
            .rev()
            .filter(|words| at + words < limit)
            .find_map(|words| self.known(at, at + words))?;
        matches!(known, Known::Name { canonical, .. } if self.lexicon.is_country(canonical))
            .then_some(to)
    }

    /// In a row of scores a town stands for its team, and so it does in the whole article.
    pub(super) fn teams(&self, sentence: &Sentence, spans: &mut [Span], memory: &mut Memory) {
        let number = |i: usize| {
            let word = self.tokens.word(i);
            word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit()) && !word.is_empty()
        };
        let numbers = (sentence.from..sentence.to).filter(|i| number(*i)).count();
        let words = self
            .tokens
            .list
            .get(sentence.from..sentence.to)
            .unwrap_or_default();
        let row = numbers >= 2
            && !words
                .iter()
                .any(|t| t.shape == Shape::Small && t.end - t.start > 3);
        for span in spans.iter_mut().filter(|span| span.kind == Kind::Place) {
            let beaten = matches!(
                self.tokens.word(span.to),
                "beat" | "v" | "v." | "vs" | "vs."
            ) || span.from > sentence.from
                && matches!(
                    self.tokens.word(span.from - 1),
                    "beat" | "v" | "v." | "vs" | "vs."
                );
            if (row && number(span.to) || beaten) && !self.is_country(span) {
                span.kind = Kind::Org;
                memory.team(self.tokens, span);
            }
        }
    }
}
