//! Where names stand in a text and what they name, by gazetteer and rule.
//!
//! Works in two passes: the first takes what the words themselves show, the second what the rest of the article shows
//! (`memory`). Which names mean the same is left to `resolve`.

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
    fn new(from: usize, to: usize, kind: Kind, trust: Trust) -> Span {
        Span {
            from,
            to,
            kind,
            trust,
        }
    }
}

/// Finds the names of one text, and adds what it learns to the memory of the article.
pub(super) fn first_pass(tokens: &Tokens, lexicon: &Lexicon, memory: &mut Memory) -> Vec<Span> {
    let tagger = Tagger { tokens, lexicon };
    let mut spans = Vec::new();
    for sentence in &tokens.sentences {
        let before = spans.len();
        tagger.sentence(sentence, &mut spans);
        if sentence.style == Style::Plain {
            for span in spans.iter().skip(before) {
                memory.learn(tokens, span);
            }
        }
    }
    spans
}

/// Decides the doubtful names by what the whole article shows, and drops the rest.
pub(super) fn second_pass(tokens: &Tokens, spans: &[Span], memory: &Memory) -> Vec<Span> {
    let mut styles = tokens.sentences.iter().peekable();
    let mut kept = Vec::with_capacity(spans.len());
    for span in spans {
        while styles.peek().is_some_and(|sentence| sentence.to <= span.from) {
            styles.next();
        }
        let style = styles.peek().map_or(Style::Plain, |sentence| sentence.style);
        if let Some((kind, trust)) = memory.decide(tokens, span, style) {
            kept.push(Span {
                kind,
                trust,
                ..*span
            });
        }
    }
    kept
}

struct Tagger<'a> {
    tokens: &'a Tokens<'a>,
    lexicon: &'a Lexicon,
}

impl Tagger<'_> {
    fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.list.get(index)
    }

    fn is_name(&self, index: usize) -> bool {
        self.token(index).is_some_and(Token::is_name)
    }

    fn is(&self, index: usize, bits: u32) -> bool {
        self.token(index).is_some_and(|token| token.is(bits))
    }

    fn before(&self, index: usize, sentence: &Sentence) -> Option<usize> {
        (index > sentence.from).then(|| index - 1)
    }

    fn sentence(&self, sentence: &Sentence, spans: &mut Vec<Span>) {
        let mut at = sentence.from;
        while at < sentence.to {
            if !self.is_name(at) {
                at += 1;
                continue;
            }
            at = self.at_name(at, sentence, spans);
        }
    }

    /// Handles the capitalised token at `at`; returns where to go on.
    fn at_name(&self, at: usize, sentence: &Sentence, spans: &mut Vec<Span>) -> usize {
        let run = self.run_end(at, sentence.to);
        let first = self.is_first(at, sentence);
        let known = self.known(at, sentence.to);
        let small_begin = first || sentence.style != Style::Plain;
        // "The Hague" begins a name, "The" alone begins a sentence.
        let long_name = known.is_some_and(|(to, _)| to > at + 1);
        if small_begin && !long_name && self.is(at, word::FUNCTION) {
            return at + 1;
        }
        if let Some((to, Known::Demonym(_))) = known {
            let org = self.organisation(at, run, sentence);
            let whole = org.filter(|org| org.to > to && !self.is_body_of_state(to, org.to));
            return match whole {
                Some(org) => push(spans, org),
                None => to,
            };
        }
        let person = self.person(at, run, sentence);
        let org = self.organisation(at, run, sentence);
        let place = self.place(at, run);
        let listed = known.and_then(|(to, known)| self.listed(at, to, known, sentence));
        let country = listed.filter(|s| s.kind == Kind::Place && s.trust == Trust::Strong);
        let best = [listed, person, org, place].into_iter().flatten().reduce(|best, next| {
            if next.to > best.to && next.trust >= best.trust.min(Trust::Weak) {
                next
            } else {
                best
            }
        });
        if let (Some(country), Some(best)) = (country, best) {
            // "US State Department" is a country and its department.
            if best.kind == Kind::Org && self.is_body_of_state(country.to, best.to) {
                return push(spans, country);
            }
        }
        if let Some(best) = best {
            return push(spans, best);
        }
        if self.is(at, word::NEVER | word::TITLE) && (run == at + 1 || self.is(at, word::TITLE)) {
            return at + 1;
        }
        self.unknown(at, run, sentence, spans)
    }

    /// The end of the capitalised tokens from `at` on with nothing between them.
    fn run_end(&self, at: usize, limit: usize) -> usize {
        let mut to = at + 1;
        while to < limit {
            let joined = self.tokens.word(to) == "&" && self.is_name(to + 1) && to + 1 < limit;
            if !self.is_name(to) && !joined {
                break;
            }
            to += 1;
        }
        to
    }

    fn is_first(&self, at: usize, sentence: &Sentence) -> bool {
        let mut before = at;
        while before > sentence.from {
            before -= 1;
            match self.tokens.word(before) {
                "\"" | "“" | "”" | "‘" | "'" | "’" | "`" | "(" | "-" | "–" | "—" | "*" | "•" | "|"
                | "«" | "„" => {}
                ":" => return true,
                _ => return false,
            }
        }
        true
    }

    /// The longest listed name from `at` on.
    fn known(&self, at: usize, limit: usize) -> Option<(usize, Known)> {
        let first = self.tokens.word(at);
        let mut longest = self.lexicon.longest(first).min(limit - at);
        if longest == 0 && !first.is_ascii() {
            longest = 1;
        }
        while longest > 0 {
            let to = at + longest;
            let begin = self.token(at)?.start;
            let end = self.token(to - 1)?.end;
            let phrase = &self.tokens.text[begin..end];
            let found = if phrase.contains('\n') {
                let joined = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
                self.lexicon.name(&joined)
            } else if phrase.is_ascii() {
                self.lexicon.name(phrase)
            } else {
                self.lexicon.name(phrase).or_else(|| {
                    self.lexicon
                        .name(&super::tokens::fold(phrase).replace('’', "'"))
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
    fn listed(&self, at: usize, to: usize, known: Known, sentence: &Sentence) -> Option<Span> {
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
                let common = self.is(at, word::COMMON | word::NEVER | word::TITLE | word::ORG);
                let beside = after_in || self.country_follows(to);
                // A name that is also a word or a person's needs the more people the less context it has.
                let needed = match (single, common, name) {
                    (false, ..) | (true, false, false) => 0,
                    (true, false, true) => 400,
                    (true, true, _) => 1500,
                };
                if weight >= needed || (beside && (weight >= needed / 8 || self.country_follows(to))) {
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
        Some(Span::new(at, to, kind, trust))
    }

    /// Whether ", Country" follows.
    fn country_follows(&self, to: usize) -> bool {
        self.tokens.word(to) == ","
            && self.is_name(to + 1)
            && matches!(
                self.known(to + 1, self.tokens.list.len().min(to + 5)),
                Some((_, Known::Name { kind: Kind::Place, weight: u32::MAX, .. }))
            )
    }

    /// Whether tokens `from..to` are a body of the state whose name stands before: "State Department".
    fn is_body_of_state(&self, from: usize, to: usize) -> bool {
        let head = (from..to).find(|i| !self.is_name(*i)).unwrap_or(to);
        to >= from + 2
            && self.token(from).is_some_and(|t| !t.is(word::CORP))
            && head > from
            && (self.is(head - 1, word::STATE) || self.is(from, word::STATE))
    }

    /// A person's name from `at` on: a given name and more, initials, or whatever follows a title.
    fn person(&self, at: usize, run: usize, sentence: &Sentence) -> Option<Span> {
        let titled = self.follows_title(at, sentence);
        let given = self.is(at, word::GIVEN);
        let initial = self.is_initial(at);
        let first = self.is_first(at, sentence);
        if !self.may_be_in_person(at) && !(titled && self.is_name(at)) {
            return None;
        }
        if first && self.is(at, word::FUNCTION) {
            return None;
        }
        let mut to = at + 1;
        let mut surname = false;
        while to < sentence.to && to < at + 5 {
            if to < run && self.may_be_in_person(to) {
                surname |= !self.is_initial(to);
                to += 1;
            } else if let Some(next) = self.after_particles(to, sentence.to) {
                surname = true;
                to = next;
            } else {
                break;
            }
        }
        if to < run && matches!(self.tokens.word(to), "Jr" | "Jr." | "Sr" | "Sr." | "II" | "III" | "IV") {
            to += 1;
        }
        if titled {
            return Some(Span::new(at, to, Kind::Person, Trust::Strong));
        }
        if !surname {
            return None;
        }
        // "Jackson County" and "Ford Motor" are not people.
        if to < run && self.is(to, word::ORG | word::CORP | word::PLACE_END) {
            return None;
        }
        let last = self.is(to - 1, word::SURNAME | word::GIVEN);
        let common = (at..to).all(|i| self.is(i, word::COMMON | word::NEVER));
        let trust = if (given || initial) && !(common && !initial) {
            if last || !self.is(to - 1, word::COMMON) { Trust::Strong } else { Trust::Weak }
        } else if self.is(at, word::SURNAME) || last {
            if common || first && self.is(at, word::COMMON) {
                return None;
            }
            Trust::Weak
        } else {
            return None;
        };
        if first && trust == Trust::Strong && self.is(at, word::COMMON) && !last {
            return None;
        }
        Some(Span::new(at, to, Kind::Person, trust))
    }

    fn is_initial(&self, at: usize) -> bool {
        let text = self.tokens.word(at);
        text.ends_with('.')
            && self.token(at).is_some_and(|t| t.shape == Shape::Capital)
            && text.split_terminator('.').all(|part| part.chars().count() == 1)
    }

    /// Whether a capitalised word can be part of a person's name.
    fn may_be_in_person(&self, at: usize) -> bool {
        let Some(token) = self.token(at).filter(|token| token.is_name()) else {
            return false;
        };
        if self.is_initial(at) {
            return true;
        }
        let text = self.tokens.text_of(token);
        if token.shape == Shape::Upper && text.len() <= 5 && !token.is(word::SURNAME | word::GIVEN) {
            return false;
        }
        let name = token.is(word::GIVEN | word::SURNAME);
        if token.is(word::NEVER | word::STRONG | word::CORP) {
            return token.is(word::GIVEN) && !token.is(word::NEVER | word::CORP) && !token.is(word::STRONG);
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

    fn is_big_place(&self, text: &str) -> bool {
        matches!(self.lexicon.name(text), Some(Known::Name { kind: Kind::Place, weight, .. }) if weight > 300)
    }

    /// The end of "van der Berg" when small words of a name and a capital stand at `at`.
    fn after_particles(&self, at: usize, limit: usize) -> Option<usize> {
        let mut to = at;
        while to < limit && to < at + 3 && self.token(to)?.shape == Shape::Small {
            if !self.is(to, word::PARTICLE) {
                return None;
            }
            to += 1;
        }
        (to > at && to < limit && self.may_be_in_person(to)).then_some(to + 1)
    }

    /// Whether a title or a word for a role stands before `at`.
    fn follows_title(&self, at: usize, sentence: &Sentence) -> bool {
        let Some(before) = self.before(at, sentence) else {
            return false;
        };
        let adjacent = self.token(before).is_some_and(|token| {
            token.is_name() && token.is(word::STRONG)
                || token.shape == Shape::Small && token.is(word::ROLE)
        });
        adjacent && !self.is(at, word::NEVER | word::ORG | word::CORP | word::STRONG)
            && !matches!(self.known(at, sentence.to), Some((_, Known::Demonym(_))))
            && !(self.token(before).is_some_and(|t| t.shape == Shape::Small)
                && !self.is(at, word::GIVEN | word::SURNAME)
                && !self.is_name(at + 1))
    }

    /// An organisation by the words it is made of.
    fn organisation(&self, at: usize, run: usize, sentence: &Sentence) -> Option<Span> {
        let first = self.is_first(at, sentence);
        if self.is(at, word::ORG_OF) {
            if let Some(to) = self.of_something(at + 1, sentence.to) {
                return Some(Span::new(at, to, Kind::Org, Trust::Strong));
            }
        }
        let mut head = None;
        for i in at + 1..run.min(at + 9) {
            // "Finance Minister X of the Party" has a person first.
            if self.is(i, word::STRONG) || self.is(i, word::NEVER) && !self.is(i, word::ORG | word::CORP) {
                break;
            }
            if self.is(i, word::ORG | word::CORP) {
                head = Some(i);
            }
        }
        let head = head?;
        if first && self.is(at, word::FUNCTION) || self.is(at, word::STRONG) {
            return None;
        }
        let mut to = head + 1;
        if self.is(head, word::ORG_OF) {
            to = self.of_something(to, sentence.to).unwrap_or(to);
        }
        Some(Span::new(at, to, Kind::Org, Trust::Strong))
    }

    /// The end of "of Something", "for the Something and Other".
    fn of_something(&self, at: usize, limit: usize) -> Option<usize> {
        if !matches!(self.tokens.word(at), "of" | "for" | "on" | "de" | "des" | "du" | "für") {
            return None;
        }
        let mut to = at + 1;
        if self.tokens.word(to) == "the" {
            to += 1;
        }
        if to >= limit || !self.is_name(to) || self.is(to, word::STRONG) {
            return None;
        }
        to = self.run_end(to, limit.min(to + 5));
        let joins = matches!(self.tokens.word(to), "and" | "of");
        if joins && to + 1 < limit && self.is_name(to + 1) {
            let next = self.run_end(to + 1, limit.min(to + 4));
            // "the Ministry of Health and President X" ends before the second name.
            let plain = (to + 1..next).all(|i| {
                self.is(i, word::COMMON) && !self.is(i, word::STRONG | word::ORG_OF)
            });
            if plain {
                to = next;
            }
        }
        Some(to)
    }

    /// A place by the words it is made of.
    fn place(&self, at: usize, run: usize) -> Option<Span> {
        if self.is(at, word::STRONG | word::FUNCTION) && !self.is(at, word::PLACE_START) {
            return None;
        }
        for i in (at + 1..run.min(at + 4)).rev() {
            let named = (at..i).any(|j| !self.is(j, word::COMMON | word::NEVER) || self.is(j, word::SURNAME));
            if self.is(i, word::PLACE_END) && named {
                return Some(Span::new(at, i + 1, Kind::Place, Trust::Strong));
            }
        }
        let after = self.tokens.word(at + 1);
        if self.is(at, word::PLACE_START) && at + 1 < run {
            let direction = self.is(at, word::DIRECTION);
            let to = if direction {
                // "Northern Iraq", but not "West Indian".
                matches!(self.lexicon.name(after), Some(Known::Name { kind: Kind::Place, .. }))
                    .then_some(at + 2)?
            } else {
                at + 2
            };
            let good = !self.is(at + 1, word::NEVER | word::ORG | word::CORP | word::TITLE | word::COMMON);
            let trust = if direction { Trust::Strong } else { Trust::Weak };
            return good.then(|| Span::new(at, to, Kind::Place, trust));
        }
        None
    }

    /// Capitalised words that no list and no pattern explains.
    fn unknown(&self, at: usize, run: usize, sentence: &Sentence, spans: &mut Vec<Span>) -> usize {
        let mut to = at + 1;
        while to < run && to < at + 4 {
            let token_stops = self.is(to, word::NEVER | word::STRONG);
            if token_stops || self.known(to, sentence.to).is_some_and(|(end, known)| {
                end > to + 1 || matches!(known, Known::Demonym(_))
            }) {
                break;
            }
            to += 1;
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
        let (kind, trust) = if upper && single {
            let length = self.tokens.word(at).len();
            let trust = if plain || length > 6 { Trust::Unknown } else { Trust::Weak };
            (Kind::Org, trust)
        } else if plain {
            (Kind::Org, Trust::Unknown)
        } else if named && speaks && !after_the {
            (Kind::Person, Trust::Weak)
        } else if after_in && !after_the && !(named && !single) {
            (Kind::Place, Trust::Weak)
        } else if after_the {
            (Kind::Org, if single { Trust::Unknown } else { Trust::Weak })
        } else if named || speaks {
            (Kind::Person, Trust::Weak)
        } else if single {
            (Kind::Org, Trust::Weak)
        } else {
            (Kind::Person, Trust::Weak)
        };
        spans.push(Span::new(at, to, kind, trust));
        to
    }
}

fn push(spans: &mut Vec<Span>, span: Span) -> usize {
    spans.push(span);
    span.to
}
