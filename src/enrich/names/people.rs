//! People: given names and surnames, initials, titles, and the small words between them.
//!
//! Part of the tagger; looks only at the words around one place in the text.

use super::lexicon::{Kind, Known, word};
use super::tag::{Span, Tagger, Trust};
use super::tokens::{Sentence, Shape};

impl Tagger<'_> {
    /// A person's name from `at` on: a given name and more, initials, or whatever follows a title.
    pub(super) fn person(&self, at: usize, run: usize, sentence: &Sentence) -> Option<Span> {
        let titled = self.follows_title(at, sentence);
        let given = self.is(at, word::GIVEN);
        let initial = self.is_initial(at);
        let first = self.is_first(at, sentence);
        let possible = titled && self.is_name(at) || self.may_be_in_person(at);
        if !possible {
            return None;
        }
        if first && self.is(at, word::FUNCTION) {
            return None;
        }
        let place = matches!(self.tokens.word(at), "Lake" | "Mount" | "Fort" | "Cape");
        if place && !titled && self.is_name(at + 1) {
            return None;
        }
        let mut to = at + 1;
        let mut surname = false;
        while to < sentence.to && to < at + 5 {
            if self.is_name(to) && !self.is(to, word::IN) && self.may_be_in_person(to) {
                surname |= !self.is_initial(to);
                to += 1;
            } else if let Some(next) = self.after_loose_hyphen(to, sentence.to) {
                surname = true;
                to = next;
            } else if let Some(next) = self.after_particles(to, sentence.to) {
                surname = true;
                to = next;
            } else {
                break;
            }
        }
        if to < run
            && matches!(
                self.tokens.word(to),
                "Jr" | "Jr."
                    | "Sr"
                    | "Sr."
                    | "I"
                    | "II"
                    | "III"
                    | "IV"
                    | "V"
                    | "VI"
                    | "VII"
                    | "VIII"
                    | "IX"
                    | "X"
                    | "XI"
                    | "XII"
                    | "XIII"
                    | "XIV"
                    | "XV"
                    | "XVI"
            )
        {
            to += 1;
        }
        // "Volume C" is nobody.
        if to > at + 1 && self.tokens.word(to - 1).chars().count() == 1 && !titled {
            return None;
        }
        if titled {
            return Some(Span::new(at, to, Kind::Person, Trust::Strong));
        }
        if !surname {
            return None;
        }
        // "Mary County" and "Henry Motors" are not people.
        if to < run && self.is(to, word::ORG | word::CORP | word::PLACE_END) {
            return None;
        }
        let last = self.is(to - 1, word::SURNAME | word::GIVEN);
        let common = (at..to).all(|i| self.is(i, word::COMMON | word::NEVER));
        let trust = if initial || given && !common {
            if last || !self.is(to - 1, word::COMMON) {
                Trust::Strong
            } else {
                Trust::Weak
            }
        } else if self.is(at, word::SURNAME) || last {
            let after_the = self
                .before(at, sentence)
                .is_some_and(|b| self.tokens.word(b) == "the");
            let landmark = self.is(to - 1, word::PLACE_END);
            if common || after_the || landmark || first && self.is(at, word::COMMON) {
                return None;
            }
            Trust::Weak
        } else {
            return None;
        };
        // "Activist Jane Doe" at the beginning of a sentence.
        let noun =
            first && self.is(at, word::COMMON) && to > at + 2 && self.is(at + 1, word::GIVEN);
        if noun || first && self.is(at, word::COMMON) && !last {
            return None;
        }
        Some(Span::new(at, to, Kind::Person, trust))
    }

    pub(super) fn is_initial(&self, at: usize) -> bool {
        let text = self.tokens.word(at);
        text.ends_with('.')
            && self.token(at).is_some_and(|t| t.shape == Shape::Capital)
            && text
                .split_terminator('.')
                .all(|part| part.chars().count() == 1)
    }

    /// Whether a capitalised word can be part of a person's name.
    pub(super) fn may_be_in_person(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|token| token.is_name()) else {
            return false;
        };
        if self.is_initial(at) {
            return true;
        }
        if token.is(word::PARTICLE) && token.shape == Shape::Capital {
            return self.is_name(at + 1) || self.tokens.word(at + 1) == "-";
        }
        let text = self.tokens.text_of(token);
        if token.shape == Shape::Upper && text.len() <= 5 && !token.is(word::SURNAME | word::GIVEN)
        {
            return false;
        }
        let name = token.is(word::GIVEN | word::SURNAME);
        if token.is(word::NEVER | word::STRONG | word::CORP) {
            return token.is(word::GIVEN)
                && !token.is(word::NEVER | word::CORP)
                && !token.is(word::STRONG);
        }
        if token.is(word::FUNCTION) && !name {
            return false;
        }
        if token.is(word::ORG | word::PLACE_END | word::TITLE | word::COMMON | word::DIRECTION) {
            return name && !(token.is(word::ORG) && token.is(word::COMMON));
        }
        !matches!(self.lexicon.name(text), Some(Known::Demonym(_)))
            && (name || !self.is_big_place(text))
    }

    /// The end of "van der Berg" when small words of a name and a capital stand at `at`.
    pub(super) fn after_particles(&self, at: usize, limit: usize) -> Option<usize> {
        let mut to = at;
        while to < limit && to < at + 3 && self.token(to)?.shape == Shape::Small {
            if !self.is(to, word::PARTICLE) {
                return None;
            }
            to += 1;
        }
        (to > at && to < limit && self.may_be_in_person(to)).then_some(to + 1)
    }

    /// The end of "Al - Assad" or "Jong - un", hyphens that lost their place.
    pub(super) fn after_loose_hyphen(&self, at: usize, limit: usize) -> Option<usize> {
        let spaced = |i: usize| self.token(i).is_some_and(|t| t.spaced);
        if self.tokens.word(at) != "-"
            || at + 1 >= limit
            || !spaced(at)
            || !spaced(at + 1)
            || at == 0
        {
            return None;
        }
        let article = matches!(
            self.tokens.word(at - 1),
            "Al" | "El" | "al" | "el" | "Ul" | "Ar" | "As"
        );
        let next = self.token(at + 1)?;
        let syllable = next.shape == Shape::Small
            && next.end - next.start <= 5
            && self.lexicon.word(self.tokens.text_of(next)) == 0;
        (syllable || article && self.may_be_in_person(at + 1)).then_some(at + 2)
    }

    /// Whether a title or a word for a role stands before `at`.
    pub(super) fn follows_title(&self, at: usize, sentence: &Sentence) -> bool {
        let Some(before) = self.before(at, sentence) else {
            return false;
        };
        let adjacent = self.token(before).is_some_and(|token| {
            token.is_name() && token.is(word::STRONG)
                || token.shape == Shape::Small && token.is(word::ROLE)
        });
        let plain =
            self.is(at, word::TITLE | word::COMMON) && !self.is(at, word::GIVEN | word::SURNAME);
        let demonym = matches!(self.known(at, sentence.to), Some((_, Known::Demonym(_))));
        let other = self.is(at, word::NEVER | word::ORG | word::CORP | word::STRONG);
        // After a small word one unknown word is not enough: "coach Arsenal".
        let small = self.token(before).is_some_and(|t| t.shape == Shape::Small);
        let likely = !small || self.is(at, word::GIVEN | word::SURNAME) || self.is_name(at + 1);
        adjacent && !plain && !other && !demonym && likely
    }

    pub(super) fn is_big_place(&self, text: &str) -> bool {
        matches!(self.lexicon.name(text), Some(Known::Name { kind: Kind::Place, weight, .. }) if weight > 300)
    }

    /// The end of "Harbours" after "Minister of": what somebody is in charge of.
    pub(super) fn portfolio(
        &self,
        at: usize,
        run: usize,
        sentence: &Sentence,
        body: bool,
    ) -> Option<usize> {
        let mut of = self.before(at, sentence)?;
        if self.tokens.word(of) == "the" {
            of = self.before(of, sentence)?;
        }
        if !matches!(self.tokens.word(of), "of" | "for") {
            return None;
        }
        let title = self.before(of, sentence)?;
        if !self.is(title, word::STRONG | word::TITLE | word::ROLE) {
            return None;
        }
        // "Minister of Public Service", but "director of the National Weather Service".
        let minister = ["minister", "secretary", "chancellor"];
        if body && !minister.contains(&self.tokens.word(title).to_lowercase().as_str()) {
            return None;
        }
        let charge = |i: &usize| {
            self.is(*i, word::COMMON | word::TITLE) && !self.is(*i, word::ORG_OF | word::GIVEN)
        };
        let to = (at..run).take_while(charge).last()? + 1;
        if to < run {
            return Some(to);
        }
        Some(self.enumeration(run, sentence.to).unwrap_or(run))
    }
}
