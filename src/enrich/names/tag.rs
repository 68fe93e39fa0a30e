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
    pub(super) why: u32,
}

impl Span {
    fn new(from: usize, to: usize, kind: Kind, trust: Trust) -> Span {
        Span {
            from,
            to,
            kind,
            trust,
            why: 0,
        }
    }
    fn why(mut self, why: u32) -> Span { self.why = why; self }
}

/// Finds the names of one text, and adds what it learns to the memory of the article.
pub(super) fn first_pass(tokens: &Tokens, lexicon: &Lexicon, memory: &mut Memory) -> Vec<Span> {
    let tagger = Tagger { tokens, lexicon };
    let mut spans = Vec::new();
    for sentence in &tokens.sentences {
        let before = spans.len();
        tagger.sentence(sentence, &mut spans);
        if let Some(new) = spans.get_mut(before..) {
            tagger.teams(sentence, new, memory);
        }
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

    /// In a row of scores a town stands for its team, and so it does in the whole article.
    fn teams(&self, sentence: &Sentence, spans: &mut [Span], memory: &mut Memory) {
        let number = |i: usize| {
            let word = self.tokens.word(i);
            word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit()) && !word.is_empty()
        };
        let numbers = (sentence.from..sentence.to).filter(|i| number(*i)).count();
        let words = self.tokens.list.get(sentence.from..sentence.to).unwrap_or_default();
        let row = numbers >= 2 && !words.iter().any(|t| t.shape == Shape::Small && t.end - t.start > 3);
        for span in spans.iter_mut().filter(|span| span.kind == Kind::Place) {
            let beaten = matches!(self.tokens.word(span.to), "beat" | "v" | "v." | "vs" | "vs.")
                || span.from > sentence.from && matches!(self.tokens.word(span.from - 1), "beat" | "v" | "v." | "vs" | "vs.");
            if (row && number(span.to) || beaten) && !self.is_country(span) {
                span.kind = Kind::Org;
                memory.team(self.tokens, span);
            }
        }
    }

    fn is_country(&self, span: &Span) -> bool {
        matches!(self.known(span.from, span.to), Some((_, Known::Name { canonical, .. })) if self.lexicon.is_country(canonical))
    }

    /// Handles the capitalised token at `at`; returns where to go on.
    fn at_name(&self, at: usize, sentence: &Sentence, spans: &mut Vec<Span>) -> usize {
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
        if first && upper && known.is_none() && let Some(span) = self.capital_place(at, sentence) {
            return push(spans, span);
        }
        if let Some(to) = self.event(at, run) {
            return to;
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

    /// Whether the token is a single letter that no name follows.
    fn is_letter(&self, at: usize, run: usize) -> bool {
        self.tokens.word(at).trim_end_matches('.').chars().count() == 1 && run == at + 1
    }

    /// The end of "Kenya Open", "Geneva Convention": capitalised words that end in a word for an event or a law.
    fn event(&self, at: usize, run: usize) -> Option<usize> {
        let last = (at + 1..run.min(at + 5)).find(|i| self.is(*i, word::EVENT))?;
        let named = last + 1 < run && self.is(last + 1, word::ORG | word::CORP | word::PLACE_END);
        (!named && !self.is(last, word::GIVEN | word::SURNAME)).then_some(last + 1)
    }

    /// A sentence in capitals names only what is known: by the gazetteer here, by the rest of the article later.
    fn in_capitals(&self, at: usize, sentence: &Sentence, spans: &mut Vec<Span>) -> usize {
        if let Some(span) = self.capital_name(at, sentence) {
            return push(spans, span);
        }
        // The memory decides; the longest first.
        let run = self.run_end(at, sentence.to).min(at + 4);
        spans.push(Span::new(at, run, Kind::Person, Trust::Unknown));
        run
    }

    /// A dateline's place: "NAIROBI, Kenya (AP)".
    fn capital_place(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let span = self.capital_name(at, sentence)?;
        let next = self.tokens.word(span.to);
        let marked = matches!(next, "," | "(" | "-" | "–" | "—" | "_" | ":" | ".")
            || next.starts_with(|c: char| c.is_ascii_digit());
        (span.kind == Kind::Place && marked).then_some(span)
    }

    /// A listed name in capitals.
    fn capital_name(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        let limit = sentence.to.min(at + 5);
        for to in (at + 1..=limit).rev() {
            let (first, last) = (self.token(at)?, self.token(to - 1)?);
            let raw = &self.tokens.text[first.start..last.end];
            let phrase = title_case(raw);
            let found = self.lexicon.name(raw).or_else(|| self.lexicon.name(&phrase));
            let Some(Known::Name { kind, weight, .. }) = found else {
                continue;
            };
            let common = self.is(at, word::COMMON)
                || self.lexicon.word(&phrase) & (word::COMMON | word::NEVER) != 0;
            let sure = weight == u32::MAX || weight > 500;
            if sure && (to > at + 1 || !common) {
                return Some(Span::new(at, to, kind, Trust::Strong).why(line!()));
            }
        }
        None
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
                if weight >= needed || (beside && (weight >= needed / 8 || self.country_follows(to))) {
                    Trust::Strong
                } else if !common || beside {
                    return beside.then(|| Span::new(at, to, kind, Trust::Weak).why(line!()));
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
        Some(Span::new(at, to, kind, trust).why(line!()))
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
            if self.is_name(to) && to < sentence.to && self.may_be_in_person(to) {
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
        if to < run && matches!(self.tokens.word(to), "Jr" | "Jr." | "Sr" | "Sr." | "I" | "II" | "III" | "IV" | "V" | "VI" | "VII" | "VIII" | "IX" | "X" | "XI" | "XII" | "XIII" | "XIV" | "XV" | "XVI") {
            to += 1;
        }
        if titled {
            return Some(Span::new(at, to, Kind::Person, Trust::Strong).why(line!()));
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
            let after_the = self.before(at, sentence).is_some_and(|b| self.tokens.word(b) == "the");
            if common || after_the || first && self.is(at, word::COMMON) {
                return None;
            }
            Trust::Weak
        } else {
            return None;
        };
        // "Activist Jane Doe" at the beginning of a sentence.
        let noun = first && self.is(at, word::COMMON) && to > at + 2 && self.is(at + 1, word::GIVEN);
        if noun || first && self.is(at, word::COMMON) && !last {
            return None;
        }
        Some(Span::new(at, to, Kind::Person, trust).why(line!()))
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
        if token.is(word::PARTICLE) && token.shape == Shape::Capital {
            return self.is_name(at + 1) || self.tokens.word(at + 1) == "-";
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

    /// The end of "Al - Assad" or "Jong - un", hyphens that lost their place.
    fn after_loose_hyphen(&self, at: usize, limit: usize) -> Option<usize> {
        let spaced = |i: usize| self.token(i).is_some_and(|t| t.spaced);
        if self.tokens.word(at) != "-" || at + 1 >= limit || !spaced(at) || !spaced(at + 1) || at == 0 {
            return None;
        }
        let article = matches!(self.tokens.word(at - 1), "Al" | "El" | "al" | "el" | "Ul" | "Ar" | "As");
        let next = self.token(at + 1)?;
        let syllable = next.shape == Shape::Small
            && next.end - next.start <= 5
            && self.lexicon.word(self.tokens.text_of(next)) == 0;
        (syllable || article && self.may_be_in_person(at + 1)).then_some(at + 2)
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
        let plain = self.is(at, word::TITLE | word::COMMON) && !self.is(at, word::GIVEN | word::SURNAME);
        adjacent && !plain && !self.is(at, word::NEVER | word::ORG | word::CORP | word::STRONG)
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
                return Some(Span::new(at, to, Kind::Org, Trust::Strong).why(line!()));
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
        let head = head.or_else(|| self.joined_head(at, run, sentence.to))?;
        if first && self.is(at, word::FUNCTION) || self.is(at, word::STRONG) {
            return None;
        }
        let mut to = head + 1;
        if self.is(head, word::ORG_OF) {
            to = self.of_something(to, sentence.to).unwrap_or(to);
        }
        Some(Span::new(at, to, Kind::Org, Trust::Strong).why(line!()))
    }

    /// The last word of "Information and Communications Technology Commission".
    fn joined_head(&self, at: usize, run: usize, limit: usize) -> Option<usize> {
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
        if self.is(to, word::NEVER) && !self.is(to, word::COMMON) {
            return None;
        }
        to = self.run_end(to, limit.min(to + 5));
        to = self.enumeration(to, limit).unwrap_or(to);
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

    /// The end of ", Labour and Social Development" after "Ministry of Gender".
    fn enumeration(&self, at: usize, limit: usize) -> Option<usize> {
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

    /// A place by the words it is made of.
    fn place(&self, at: usize, run: usize) -> Option<Span> {
        if self.is(at, word::STRONG | word::FUNCTION) && !self.is(at, word::PLACE_START) {
            return None;
        }
        for i in (at + 1..run.min(at + 4)).rev() {
            let named = (at..i).any(|j| !self.is(j, word::COMMON | word::NEVER) || self.is(j, word::SURNAME));
            if self.is(i, word::PLACE_END) && named {
                return Some(Span::new(at, i + 1, Kind::Place, Trust::Strong).why(line!()));
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
            return good.then(|| Span::new(at, to, Kind::Place, trust).why(line!()));
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
        let quoted = at > 0
            && matches!(self.tokens.word(at - 1), "`" | "“" | "‘" | "\"" | "'" | "«" | "„")
            && matches!(self.tokens.word(to), "'" | "”" | "’" | "\"" | "»" | "''" | "," | "“");
        if quoted {
            // The title of a work, or a word that is spoken of.
            return to;
        }
        let plain = (at..to).all(|i| self.is(i, word::COMMON | word::NEVER | word::TITLE));
        let first = self.is_first(at, sentence);
        if first && self.is(at, word::COMMON) && to == at + 1 {
            spans.push(Span::new(at, to, Kind::Org, Trust::Unknown).why(line!()));
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
        let any_common = (at..to).any(|i| self.is(i, word::COMMON) && !self.is(i, word::SURNAME | word::GIVEN));
        let (kind, trust) = if upper && single {
            let length = self.tokens.word(at).len();
            let trust = if plain || length > 6 { Trust::Unknown } else { Trust::Weak };
            (Kind::Org, trust)
        } else if plain {
            (Kind::Org, Trust::Unknown)
        } else if speaks && !any_common {
            (Kind::Person, Trust::Weak)
        } else if after_in && !after_the && !(named && !single) && !any_common {
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
        spans.push(Span::new(at, to, kind, trust).why(line!()));
        to
    }
}

fn push(spans: &mut Vec<Span>, span: Span) -> usize {
    spans.push(span);
    span.to
}

/// Words in capitals as they would stand in running text.
fn title_case(text: &str) -> String {
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
