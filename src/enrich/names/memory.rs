//! What an article teaches about the names in it: a surname that stood in a full name, a firm that stood with its legal
//! form, an acronym in brackets.
//!
//! The tagger asks it about names that are doubtful where they stand.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::lexicon::{Kind, Lexicon, word};
use super::tag::{Span, Trust};
use super::tokens::{Shape, Style, Tokens};
use super::vocabulary::Vocabulary;

/// The names of one article, body and head together.
pub(super) struct Memory<'a> {
    lexicon: &'a Lexicon,
    /// Which words the article also writes small.
    vocabulary: &'a Vocabulary<'a>,
    /// How much speaks for each kind, by the name in small letters.
    votes: HashMap<String, [u32; 3]>,
    /// Parts of people's full names, in small letters: how often as last part, as another part.
    parts: HashMap<String, [u32; 2]>,
    /// Towns that stand for their teams.
    teams: HashSet<String>,
    /// Last words of organisations, in small letters, and the one name that ends so; `None` when there are several.
    heads: HashMap<String, Option<String>>,
    /// Names that stand with a legal form somewhere, in small letters without it.
    firms: HashSet<String>,
}

impl<'a> Memory<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary<'a>) -> Memory<'a> {
        Memory {
            lexicon: vocabulary.lexicon,
            vocabulary,
            votes: HashMap::new(),
            parts: HashMap::new(),
            teams: HashSet::new(),
            heads: HashMap::new(),
            firms: HashSet::new(),
        }
    }

    /// Takes a tagged name of running text into account.
    pub(super) fn learn(&mut self, tokens: &Tokens, span: &Span) {
        let vote = match span.trust {
            Trust::Strong => 4,
            Trust::Weak => 1,
            Trust::Unknown => return,
        };
        *self.vote(key(tokens, span.from, span.to), span.kind) += vote;
        let long = span.to > span.from + 1;
        if span.kind == Kind::Person && span.trust == Trust::Strong && long {
            for i in span.from..span.to {
                let part = tokens.word(i).to_lowercase();
                let counts = self.parts.entry(part).or_default();
                if let Some(count) = counts.get_mut(usize::from(i + 1 < span.to)) {
                    *count += 1;
                }
            }
        }
        if span.kind == Kind::Org && long && span.trust == Trust::Strong {
            let whole = key(tokens, span.from, span.to);
            let end = (span.from..span.to).find(|i| {
                // "Bank" of "Bank of Ruritania", "Commission" of "Law Commission".
                tokens.list.get(i + 1).is_none_or(|next| !next.is_name()) || i + 1 == span.to
            });
            let head = end
                .map(|i| tokens.word(i).to_lowercase())
                .unwrap_or_default();
            self.heads
                .entry(head)
                .and_modify(|known| {
                    if known.as_ref() != Some(&whole) {
                        *known = None;
                    }
                })
                .or_insert(Some(whole));
        }
        // "Nokia Corp" makes "Nokia" a firm.
        if span.kind == Kind::Org && long {
            let mut to = span.to;
            let is_corp = |i: usize| tokens.list.get(i).is_some_and(|t| t.is(word::CORP));
            while to > span.from + 1 && is_corp(to - 1) {
                to -= 1;
            }
            let joined = |i: usize| matches!(tokens.word(i), "and" | "&" | "'s" | "’s");
            if to < span.to && to > span.from + 1 && joined(to - 1) {
                to -= 1;
            }
            if to < span.to {
                self.firms.insert(key(tokens, span.from, to));
                *self.vote(key(tokens, span.from, to), Kind::Org) += 4;
                let known = tokens
                    .list
                    .get(span.from)
                    .is_none_or(|t| t.is(word::COMMON | word::GIVEN | word::PLACE_START));
                if !known && self.lexicon.name(tokens.word(span.from)).is_none() {
                    *self.vote(key(tokens, span.from, span.from + 1), Kind::Org) += 4;
                }
            }
        }
    }

    /// Notes that a town stands for its team.
    pub(super) fn team(&mut self, tokens: &Tokens, span: &Span) {
        self.teams.insert(key(tokens, span.from, span.to));
    }

    fn vote(&mut self, name: String, kind: Kind) -> &mut u32 {
        let votes = self.votes.entry(name).or_default();
        match kind {
            Kind::Person => &mut votes[0],
            Kind::Org => &mut votes[1],
            Kind::Place => &mut votes[2],
        }
    }

    /// What a name is, all things considered; `None` when it is none.
    pub(super) fn decide(
        &self,
        tokens: &Tokens,
        span: &Span,
        style: Style,
    ) -> Option<(Kind, Trust)> {
        let name = key(tokens, span.from, span.to);
        let votes = self.votes.get(&name).copied().unwrap_or_default();
        let single = span.to == span.from + 1;
        let [last, other] = self.parts.get(&name).copied().unwrap_or_default();
        if span.kind == Kind::Place && self.teams.contains(&name) {
            let previous = span.from.checked_sub(1).and_then(|i| tokens.list.get(i));
            let inside = previous.is_some_and(|t| t.is(word::IN));
            let kind = if inside { Kind::Place } else { Kind::Org };
            return Some((kind, Trust::Strong));
        }
        let capitals = tokens
            .list
            .get(span.from)
            .is_some_and(|t| t.shape == Shape::Upper);
        // "UN" is no part of "Kim Jong Un".
        let [last, other] = if capitals && style == Style::Plain {
            [0, 0]
        } else {
            [last, other]
        };
        if single && span.kind != Kind::Person && last > 0 {
            // "Jordan said" after "Michael Jordan"; a place that is sure stays one.
            let [_, org, place] = votes;
            let previous = span.from.checked_sub(1).and_then(|i| tokens.list.get(i));
            let inside = previous.is_some_and(|t| t.is(word::IN));
            if span.trust < Trust::Strong || last * 4 >= org.max(place) && !inside {
                return Some((Kind::Person, Trust::Strong));
            }
        }
        // "Crane drivers" in an article with a "crane".
        let opens = tokens.opens_sentence(span.from) || style != Style::Plain;
        if single
            && opens
            && last == 0
            && span.trust < Trust::Strong
            && self.vocabulary.is_small(&name)
        {
            return None;
        }
        // "Miller Brown said" after "Miller Brown and Co".
        if span.kind == Kind::Person && !single && self.firms.contains(&name) {
            return Some((Kind::Org, Trust::Strong));
        }
        if span.trust == Trust::Strong {
            let headline = style != Style::Plain && span.kind == Kind::Person;
            let known =
                !headline || votes.iter().sum::<u32>() > 0 || self.is_listed(&name, tokens, span);
            return known.then_some((span.kind, span.trust));
        }
        if single && (last > 0 || (other > 0 && span.trust == Trust::Weak)) {
            return Some((Kind::Person, Trust::Strong));
        }
        let best = [Kind::Person, Kind::Org, Kind::Place]
            .into_iter()
            .zip(votes)
            .max_by_key(|(_, votes)| *votes)?;
        if best.1 >= 4 {
            return Some((best.0, Trust::Strong));
        }
        // "the Commission" after "Law Commission", a nickname without its town.
        let after_the = span
            .from
            .checked_sub(1)
            .is_some_and(|i| tokens.word(i) == "the");
        if single && after_the && style == Style::Plain {
            let body = tokens
                .list
                .get(span.from)
                .is_some_and(|t| t.is(word::ORG | word::ORG_OF | word::STATE));
            if body && self.heads.get(&name).is_some_and(Option::is_some)
                || self.lexicon.is_nickname(tokens.word(span.from))
            {
                return Some((Kind::Org, Trust::Strong));
            }
        }
        // Headlines capitalise anything: only what running text shows counts there.
        if style != Style::Plain || span.trust == Trust::Unknown {
            return None;
        }
        if best.1 > 1 {
            return Some((best.0, Trust::Weak));
        }
        Some((span.kind, span.trust))
    }

    fn is_listed(&self, _name: &str, tokens: &Tokens, span: &Span) -> bool {
        (span.from..span.to).all(|i| {
            tokens
                .list
                .get(i)
                .is_some_and(|t| t.is(word::GIVEN | word::SURNAME) && !t.is(word::COMMON))
        })
    }
}

/// A name in small letters, with single spaces.
fn key(tokens: &Tokens, from: usize, to: usize) -> String {
    let mut key = String::new();
    for i in from..to {
        let spaced = tokens.list.get(i).is_some_and(|t| t.spaced);
        if i > from && spaced {
            key.push(' ');
        }
        key.extend(tokens.word(i).chars().flat_map(char::to_lowercase));
    }
    key
}
