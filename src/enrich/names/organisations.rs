//! Organisations, by the words they are made of: "State Department", "Bank of Namibia", "Acme Holdings Ltd".
//!
//! Part of the tagger; looks only at the words around one place in the text.

use super::lexicon::{Kind, Known, word};
use super::memory::Memory;
use super::tag::{Span, Tagger, Trust};
use super::tokens::{Sentence, Shape};

/// Words that end the name of a firm, but name only the first of the tasks of an office.
const ACTIVITIES: &[&str] = &[
    "Management",
    "Services",
    "Investment",
    "Financial",
    "Energy",
    "Technology",
    "Studies",
    "Communications",
    "Sciences",
    "Resources",
    "Mining",
    "Media",
    "Insurance",
    "Securities",
];

/// Plurals without an s.
const PLURALS: &[&str] = &[
    "People",
    "Women",
    "Men",
    "Children",
    "Fishermen",
    "Businessmen",
];

/// Bodies that each country has one of, known by its adjective and their name.
const NATIONAL: &[&str] = &["Red Cross", "Red Crescent", "Olympic Committee"];

impl Tagger<'_> {
    /// "Red Cross" after the adjective of a country at `at..to`.
    pub(super) fn national(&self, at: usize, to: usize) -> Option<Span> {
        let (from, last) = (self.token(to)?, self.token(to + 1)?);
        let name = self.tokens.text.get(from.start..last.end)?;
        NATIONAL
            .contains(&name)
            .then(|| Span::new(at, to + 2, Kind::Org, Trust::Strong))
    }

    /// An organisation by the words it is made of.
    pub(super) fn organisation(&self, at: usize, sentence: &Sentence) -> Option<Span> {
        self.organisation_after(at, at + 1, sentence)
    }

    /// The same, where tokens `at..from` may be the adjective of a country.
    pub(super) fn organisation_after(
        &self,
        at: usize,
        from: usize,
        sentence: &Sentence,
    ) -> Option<Span> {
        let first = self.is_first(at, sentence);
        let run = self.long_run(at, sentence.to);
        if let Some(to) = self.firm(at, from, sentence.to) {
            return Some(Span::new(at, to, Kind::Org, Trust::Strong));
        }
        if self.is(at, word::ORG_OF)
            && let Some(to) = self.of_something(at + 1, sentence.to)
        {
            return Some(Span::new(at, to, Kind::Org, Trust::Strong));
        }
        let mut head = None;
        for i in from..run.min(at + 9) {
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
        // "Flood Management" may go on: "and Mitigation Unit".
        let open = head.is_none_or(|head| ACTIVITIES.contains(&self.tokens.word(head)));
        let joined = open.then(|| self.joined_head(at, run, sentence.to));
        let head = joined.flatten().or(head)?;
        if first && self.is(at, word::FUNCTION) || self.is(at, word::STRONG) {
            return None;
        }
        let mut to = head + 1;
        // "Insurance Co of America"
        let of_place = self.is(head, word::CORP) && self.country(to + 1, to + 6).is_some();
        if self.is(head, word::ORG_OF) || of_place {
            to = self.of_something(to, sentence.to).unwrap_or(to);
        }
        Some(Span::new(at, to, Kind::Org, Trust::Strong))
    }

    /// The end of "Miller, Brown and Co Inc" or "Miller's Inc": names that only what follows shows to be a firm's.
    fn firm(&self, at: usize, from: usize, limit: usize) -> Option<usize> {
        const PARTNERS: &[&str] = &[
            "Co", "Co.", "Company", "Cie", "Sons", "Brothers", "Bros", "Bros.", "Partners",
        ];
        const FORMS: &[&str] = &[
            "Inc", "Inc.", "Corp", "Corp.", "Co", "Co.", "Cos", "Cos.", "Ltd", "Ltd.", "plc", "PLC",
        ];
        const INCORPORATED: &[&str] = &[
            "Inc", "Inc.", "INC", "INC.", "Ltd", "Ltd.", "LTD", "LLC", "L.P.", "LP", "PLC", "plc",
        ];
        let no_name = word::STRONG | word::NEVER | word::CORP | word::ORG;
        let named = |from: usize, to: usize| (from..to).all(|i| !self.is(i, no_name));
        if from > at + 1 || self.is(at, word::FUNCTION) {
            return None;
        }
        let forms = |mut to: usize| {
            while to < limit && self.is_name(to) && self.is(to, word::CORP) {
                to += 1;
            }
            to
        };
        let mut to = self.run_end(at, limit.min(at + 4));
        let shop = self.token(to).is_some_and(|t| t.shape == Shape::Possessive);
        if shop && to + 1 < limit && FORMS.contains(&self.tokens.word(to + 1)) && named(at, to) {
            return Some(forms(to + 1));
        }
        let comma = self.tokens.word(to) == "," && to + 1 < limit;
        if comma && INCORPORATED.contains(&self.tokens.word(to + 1)) && to > at + 1 {
            return Some(forms(to + 1));
        }
        for _ in 0..5 {
            let last = to - 1;
            let joined = |i: usize| matches!(self.tokens.word(i), "and" | "&" | "und" | "et");
            if last > at + 1 && joined(last - 1) && PARTNERS.contains(&self.tokens.word(last)) {
                return named(at, last - 1).then(|| forms(to));
            }
            if joined(to) && to + 1 < limit && PARTNERS.contains(&self.tokens.word(to + 1)) {
                return named(at, to).then(|| forms(to + 2));
            }
            if self.tokens.word(to) != "," || to + 1 >= limit || !self.is_name(to + 1) {
                return None;
            }
            to = self.run_end(to + 1, limit.min(to + 4));
        }
        None
    }

    /// The end of a run of capitals, through the plural of "Dock Workers' Congress".
    fn long_run(&self, at: usize, limit: usize) -> usize {
        let end = self.run_end(at, limit);
        let Some(last) = end.checked_sub(1) else {
            return end;
        };
        let mark = self.token(end).is_some_and(|t| !t.spaced)
            && matches!(self.tokens.word(end), "'" | "’" | "'s" | "’s");
        let plural =
            self.tokens.word(last).ends_with('s') || PLURALS.contains(&self.tokens.word(last));
        let plain = self.is(last, word::COMMON | word::ORG)
            && !self.is(last, word::NEVER | word::STRONG)
            || self.tokens.word(last).ends_with("rs");
        let spaced = self.token(end + 1).is_some_and(|t| t.spaced);
        if !(mark && plural && plain && spaced) || end + 1 >= limit || !self.is_name(end + 1) {
            return end;
        }
        let next = self.run_end(end + 1, limit.min(end + 5));
        let body = (end + 1..next).any(|i| self.is(i, word::ORG | word::ORG_OF));
        if body { next } else { end }
    }

    /// The last word of "Harbour and Lighthouse Safety Commission".
    pub(super) fn joined_head(&self, at: usize, run: usize, limit: usize) -> Option<usize> {
        let common = |from: usize, to: usize| {
            (from..to).all(|i| self.is(i, word::COMMON) && !self.is(i, word::STRONG | word::NEVER))
        };
        // A rare word may be a task too, but not a name.
        let names = word::GIVEN | word::SURNAME | word::TITLE | word::STRONG | word::NEVER;
        let task = |i: usize| {
            common(i, i + 1)
                || !self.is(i, names) && self.lexicon.name(self.tokens.word(i)).is_none()
        };
        if self.tokens.word(run) != "and" || run + 1 >= limit || !common(at, run) || run > at + 4 {
            return None;
        }
        let end = self.long_run(run + 1, limit);
        let last = end.checked_sub(1)?;
        let good = end > run + 2 && self.is(last, word::ORG) && (run + 1..last).all(task);
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
