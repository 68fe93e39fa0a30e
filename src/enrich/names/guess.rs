//! Capitalised words that no list and no pattern explains: what the context makes of them.
//!
//! Part of the tagger; the memory of the article has the last word.

use super::lexicon::{Kind, Known, word};
use super::tag::{Span, Tagger, Trust};
use super::tokens::{Sentence, Shape, Style};

impl Tagger<'_> {
    /// Capitalised words that no list and no pattern explains.
    pub(super) fn unknown(
        &self,
        at: usize,
        run: usize,
        sentence: &Sentence,
        spans: &mut Vec<Span>,
    ) -> usize {
        let mut to = at + 1;
        while to < run && to < at + 4 {
            let token_stops = self.is(to, word::NEVER | word::STRONG);
            if token_stops
                || self
                    .known(to, sentence.to)
                    .is_some_and(|(end, known)| end > to + 1 || matches!(known, Known::Demonym(_)))
            {
                break;
            }
            to += 1;
        }
        let quoted = at > 0
            && matches!(
                self.tokens.word(at - 1),
                "`" | "“" | "‘" | "\"" | "'" | "«" | "„"
            )
            && matches!(
                self.tokens.word(to),
                "'" | "”" | "’" | "\"" | "»" | "''" | "," | "“"
            );
        let ticker = at > 0 && self.tokens.word(at - 1) == "<" && self.tokens.word(to) == ">";
        if quoted || ticker || self.tokens.word(to - 1).chars().count() == 1 {
            // The title of a work, a word that is spoken of, the sign of a share.
            return to;
        }
        let numbered = |i: usize| self.tokens.word(i).bytes().all(|b| b.is_ascii_digit());
        if to == at + 1 && to < sentence.to && numbered(to) && sentence.style == Style::Plain {
            // "Pier 4"
            spans.push(Span::new(at, to, Kind::Org, Trust::Unknown));
            return to;
        }
        const ABSTRACT: &[&str] = &["ism", "isms", "phobia", "ology", "ness"];
        if ABSTRACT
            .iter()
            .any(|end| self.tokens.word(to - 1).ends_with(end))
        {
            return to;
        }
        let plain = (at..to).all(|i| self.is(i, word::COMMON | word::NEVER | word::TITLE));
        let first = self.is_first(at, sentence);
        if first && self.is(at, word::COMMON) && to == at + 1 {
            spans.push(Span::new(at, to, Kind::Org, Trust::Unknown));
            return to;
        }
        let before = self.before(at, sentence);
        let after_in = before.is_some_and(|b| self.is(b, word::IN) && self.tokens.word(b) != "of");
        let after_the = before.is_some_and(|b| matches!(self.tokens.word(b), "the" | "The"));
        let named = (at..to).any(|i| self.is(i, word::SURNAME | word::GIVEN));
        let speaks = self.is(to, word::SAID);
        let upper = self.token(at).is_some_and(|t| t.shape == Shape::Upper);
        let single = to == at + 1;
        let said_before = before.is_some_and(|b| self.is(b, word::SAID));
        let speaks = (speaks || said_before) && !after_the;
        let any_common =
            (at..to).any(|i| self.is(i, word::COMMON) && !self.is(i, word::SURNAME | word::GIVEN));
        let (kind, trust) = if upper && single {
            let length = self.tokens.word(at).len();
            let trust = if plain || length > 6 {
                Trust::Unknown
            } else {
                Trust::Weak
            };
            (Kind::Org, trust)
        } else if plain {
            (Kind::Org, Trust::Unknown)
        } else if !single
            && (at..to).any(|i| self.token(i).is_some_and(|t| t.shape == Shape::Upper))
        {
            // "XYZ Ruritania"
            (
                Kind::Org,
                if any_common {
                    Trust::Unknown
                } else {
                    Trust::Weak
                },
            )
        } else if speaks && !any_common {
            (Kind::Person, Trust::Weak)
        } else if after_in && !after_the && !any_common && (single || !named) {
            (Kind::Place, Trust::Weak)
        } else if after_the {
            (Kind::Org, if single { Trust::Unknown } else { Trust::Weak })
        } else if named && !any_common {
            (Kind::Person, Trust::Weak)
        } else if single || any_common {
            (Kind::Org, Trust::Unknown)
        } else {
            (Kind::Person, Trust::Weak)
        };
        spans.push(Span::new(at, to, kind, trust));
        to
    }

    /// Whether the token is a single letter that no name follows.
    pub(super) fn is_letter(&self, at: usize, run: usize) -> bool {
        self.tokens.word(at).trim_end_matches('.').chars().count() == 1 && run == at + 1
    }
}
