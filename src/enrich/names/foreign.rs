//! Texts in other languages than English: only what is listed, follows a title, or is a given name and a surname.
//!
//! Part of the tagger. A capital means little where all nouns have one, so precision comes first here.

use super::lexicon::{Kind, Known, word};
use super::tag::{Span, Tagger, Trust, push};
use super::tokens::{Sentence, Shape, Style};

/// A town needs so many thousand inhabitants: the names of small ones are words of some language.
const TOWN: u32 = 150;

/// Articles that begin both sentences and the names of newspapers.
const ARTICLES: &[&str] = &[
    "Der", "Die", "Das", "Le", "La", "Les", "El", "Los", "Il", "De", "Het", "O", "A",
];

/// Words before which a capital makes a noun: "das Essen" is no town.
const DETERMINERS: &[&str] = &[
    "Das", "das", "ein", "Ein", "kein", "zum", "Zum", "beim", "Beim", "vom", "Vom",
];

impl Tagger<'_> {
    /// Handles the capitalised token at `at` of a text that is not English; returns where to go on.
    pub(super) fn at_foreign_name(
        &self,
        at: usize,
        sentence: &Sentence,
        spans: &mut Vec<Span>,
    ) -> usize {
        if sentence.style == Style::Upper {
            return self.in_capitals(at, sentence, spans);
        }
        let first = self.is_first(at, sentence);
        let known = self.known(at, sentence.to);
        let person = self.foreign_person(at, sentence);
        if let Some((to, Known::Name { kind, weight, .. })) = known
            && person.is_none_or(|person| person.to <= to)
        {
            let long = to > at + 1;
            let article = first && ARTICLES.contains(&self.tokens.word(at));
            let upper = self
                .token(at)
                .is_some_and(|token| token.shape == Shape::Upper);
            let sure = match kind {
                _ if article => false,
                Kind::Place => weight == u32::MAX || weight >= TOWN,
                Kind::Org => weight == u32::MAX && (long || upper || !self.is(at, word::SURNAME)),
                Kind::Person => true,
            };
            let word = !long && !upper && self.is(at, word::COMMON | word::NEVER);
            let person = !long && self.is(at, word::GIVEN) && weight < 400;
            let noun =
                !long && at > sentence.from && DETERMINERS.contains(&self.tokens.word(at - 1));
            let country = weight == u32::MAX && kind == Kind::Place;
            if sure && !noun && (country || !word && !person) {
                return push(spans, Span::new(at, to, kind, Trust::Strong));
            }
        }
        if let Some(person) = person {
            return push(spans, person);
        }
        let run = self.run_end(at, sentence.to);
        let firm = (at + 1..run.min(at + 5))
            .find(|i| self.is(*i, word::CORP) && !self.is(*i, word::COMMON));
        match firm {
            Some(firm) if !first => push(spans, Span::new(at, firm + 1, Kind::Org, Trust::Strong)),
            // A surname alone waits for the full name.
            _ if self.is(at, word::SURNAME) && run == at + 1 => {
                push(spans, Span::new(at, run, Kind::Person, Trust::Unknown))
            }
            _ => at + 1,
        }
    }

    /// A given name and a surname, or what follows a title.
    fn foreign_person(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let span = self.person(at, self.run_end(at, sentence.to), sentence)?;
        if span.trust != Trust::Strong {
            return None;
        }
        let words = || (span.from..span.to).filter(|i| self.is_name(*i));
        let listed = |i: usize| {
            self.is(i, word::GIVEN | word::SURNAME) && !self.is(i, word::COMMON)
                || self.is_initial(i)
                || self.is(i, word::PARTICLE)
        };
        let titled = self.follows_title(at, sentence);
        let good = if titled {
            words().any(listed)
        } else {
            self.is(at, word::GIVEN) && words().all(listed)
        };
        good.then_some(span)
    }
}
