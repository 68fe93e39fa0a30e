//! Places, by the words they are made of, and what only looks like one: "Lagos State", "Ruritania Open".
//!
//! Part of the tagger; looks only at the words around one place in the text.

use super::lexicon::{Kind, Known, word};
use super::tag::{Span, Tagger, Trust, title_case};
use super::tokens::{Sentence, Shape};

impl Tagger<'_> {
    /// A place by the words it is made of.
    pub(super) fn place(&self, at: usize, run: usize) -> Option<Span> {
        if self.is(at, word::STRONG | word::FUNCTION) && !self.is(at, word::PLACE_START) {
            return None;
        }
        for i in (at + 1..run.min(at + 4)).rev() {
            let named = (at..i)
                .any(|j| !self.is(j, word::COMMON | word::NEVER) || self.is(j, word::SURNAME));
            // "U.S. District Judge" is of a court.
            let court = self.tokens.word(i) == "District" && self.country(at, i + 1) == Some(i);
            if self.is(i, word::PLACE_END) && named && !court {
                return Some(Span::new(at, i + 1, Kind::Place, Trust::Strong));
            }
        }
        let after = self.tokens.word(at + 1);
        if self.is(at, word::PLACE_START) && at + 1 < run {
            let direction = self.is(at, word::DIRECTION);
            let to = if direction {
                // A direction and a place, but no direction and a people.
                matches!(
                    self.lexicon.name(after),
                    Some(Known::Name {
                        kind: Kind::Place,
                        ..
                    })
                )
                .then_some(at + 2)?
            } else {
                at + 2
            };
            let good = !self.is(
                at + 1,
                word::NEVER | word::ORG | word::CORP | word::TITLE | word::COMMON,
            );
            let trust = if direction {
                Trust::Strong
            } else {
                Trust::Weak
            };
            return good.then(|| Span::new(at, to, Kind::Place, trust));
        }
        None
    }

    /// Whether ", Country" follows.
    pub(super) fn country_follows(&self, to: usize) -> bool {
        self.tokens.word(to) == ","
            && self.is_name(to + 1)
            && matches!(
                self.known(to + 1, self.tokens.list.len().min(to + 5)),
                Some((
                    _,
                    Known::Name {
                        kind: Kind::Place,
                        weight: u32::MAX,
                        ..
                    }
                ))
            )
    }

    pub(super) fn is_country(&self, span: &Span) -> bool {
        matches!(self.known(span.from, span.to), Some((_, Known::Name { canonical, .. })) if self.lexicon.is_country(canonical))
    }

    /// A dateline's place: "ZENDA, Ruritania (XYZ)".
    pub(super) fn capital_place(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let marked = |to: usize| {
            let next = self.tokens.word(to);
            matches!(
                next,
                "," | "(" | "-" | "–" | "—" | "_" | ":" | "." | "|" | "/"
            ) || next.starts_with(|c: char| c.is_ascii_digit())
        };
        if let Some(span) = self.capital_name(at, sentence) {
            return (span.kind == Kind::Place && marked(span.to)).then_some(span);
        }
        // At the head of a text, a town in capitals need not be large, nor known.
        let to = (at..at + 4).find(|i| !self.token(*i).is_some_and(|t| t.shape == Shape::Upper))?;
        let first = self.token(at)?;
        if at > 0 || !marked(to) || to == at || self.is(at, word::FUNCTION) {
            return None;
        }
        let phrase = title_case(self.tokens.text.get(first.start..self.token(to - 1)?.end)?);
        let known = matches!(
            self.lexicon.name(&phrase),
            Some(Known::Name {
                kind: Kind::Place,
                ..
            })
        );
        let dash = |i: &usize| matches!(self.tokens.word(*i), "-" | "–" | "—" | "_" | "|");
        let line = (to..sentence.to.min(to + 9)).any(|i| dash(&i));
        let long = (at..to).all(|i| self.tokens.word(i).len() > 3);
        let plain = self.lexicon.word(&phrase.to_lowercase()) & word::COMMON != 0;
        (line && long && (known || !plain)).then(|| Span::new(at, to, Kind::Place, Trust::Strong))
    }

    /// The end of "Ruritania Open", "Geneva Convention": capitalised words that end in a word for an event or a law.
    pub(super) fn event(&self, at: usize, run: usize) -> Option<usize> {
        let last = (at + 1..run.min(at + 5)).find(|i| self.is(*i, word::EVENT))?;
        let named = last + 1 < run && self.is(last + 1, word::ORG | word::CORP | word::PLACE_END);
        (!named && !self.is(last, word::GIVEN | word::SURNAME)).then_some(last + 1)
    }
}
