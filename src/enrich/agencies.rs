//! News agencies: which ones an article credits (dateline, by-line, a name in brackets) and which a sentence cites.
//!
//! The names come from `data/agencies.tsv`. A short name that may be an ordinary word or another thing counts only
//! beside words that speak of an agency. An agency is never the publisher.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Work;
use crate::{Evidence, How, Proof, Role};

struct Table {
    /// Any name: the short name, and whether it needs no context.
    names: HashMap<String, (String, bool)>,
    /// Finds any name as a whole word.
    finder: Option<Regex>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| table(include_str!("../../data/agencies.tsv")));

fn table(text: &str) -> Table {
    let mut names = HashMap::new();
    for row in text.lines().filter(|row| !row.starts_with('#')) {
        let mut cells = row.split('\t');
        let short = cells.next().unwrap_or_default();
        let others = cells.next().unwrap_or_default();
        let free = cells.nth(1) == Some("free");
        let canonical = match short {
            // The abbreviations of an agency that is better known by its name.
            "PA" => "PA Media",
            "AA" => "Anadolu",
            _ => short,
        };
        if short.is_empty() {
            continue;
        }
        names.insert(short.to_owned(), (canonical.to_owned(), free));
        for other in others.split('|').filter(|name| !name.is_empty()) {
            // A full name of several words is unmistakable, another short form is as free as the first.
            let free = free || other.contains([' ', '-']);
            names.insert(other.to_owned(), (canonical.to_owned(), free));
        }
    }
    let mut longest: Vec<&String> = names.keys().collect();
    longest.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    let all: Vec<String> = longest.iter().map(|name| regex::escape(name)).collect();
    let finder = Regex::new(&format!(r"(?:{})", all.join("|"))).ok();
    Table { names, finder }
}

/// The short name of an agency, by any of its names.
pub(crate) fn canonical(name: &str) -> Option<&'static str> {
    let name = name
        .trim()
        .trim_matches(['(', ')', '[', ']', '.', ','])
        .trim();
    let (short, _) = TABLE.names.get(name)?;
    Some(short)
}

/// An agency named in a text.
pub(crate) struct Named {
    pub(crate) short: &'static str,
    pub(crate) role: Role,
    pub(crate) span: Range<usize>,
}

/// Words that speak of an agency when they stand before its name.
const BEFORE: &[&str] = &[
    "agency",
    "agencies",
    "told",
    "agentur",
    "nachrichtenagentur",
    "presseagentur",
    "agence",
    "agencia",
    "agenzia",
    "agência",
    "persbureau",
    "ajansı",
    "wire",
    "informado",
    "newswire",
    "service",
    "via",
    "tells",
    "wrote",
    "dijo",
    "declaró",
    "explicó",
    "informó",
    "dichiarato",
    "detto",
    "scrive",
    "riferisce",
    "déclaré",
    "indiqué",
    "rapporté",
    "sagte",
    "erklärte",
    "disse",
    "afirmou",
];
/// Words after a name that are said of a speaker.
const AFTER: &[&str] = &[
    "reported",
    "reports",
    "said",
    "says",
    "quoted",
    "news",
    "agency",
    "reporter",
    "journalist",
    "correspondent",
    "photographer",
    "cited",
    "berichtet",
    "berichtete",
    "meldet",
    "meldete",
    "zufolge",
    "rapporte",
    "informó",
    "reportó",
    "riporta",
    "informou",
    "meldt",
];
/// Words directly before a name of "according to".
const ACCORDING: &[&str] = &[
    "according",
    "laut",
    "selon",
    "según",
    "secondo",
    "segundo",
    "volgens",
    "d'après",
];

/// Finds the agencies that a paragraph names; `first` paragraphs may have a dateline that credits one.
pub(crate) fn find(text: &str, first: bool) -> Vec<Named> {
    let Some(finder) = &TABLE.finder else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for hit in finder.find_iter(text) {
        let before = text.get(..hit.start()).unwrap_or_default();
        let after = text.get(hit.end()..).unwrap_or_default();
        let inside = before
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric)
            || after.chars().next().is_some_and(char::is_alphanumeric);
        let Some((short, free)) = TABLE.names.get(hit.as_str()) else {
            continue;
        };
        if inside
            || before.ends_with("Thomson ")
            || before.ends_with(['@', '#', '.'])
            || in_address(before)
        {
            continue;
        }
        let role = if is_credit(before, after, first) {
            Role::Credited
        } else if (*free && !is_company(after)) || is_cited(before, after) {
            Role::Cited
        } else {
            continue;
        };
        found.push(Named {
            short,
            role,
            span: hit.range(),
        });
    }
    found
}

/// Whether a name stands inside an address: `example.org/reuters`.
fn in_address(before: &str) -> bool {
    let word = before
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    word.ends_with('/') && word.contains('.')
}

/// "Interfax Ltd", "Reuters Institute": another thing named after an agency.
fn is_company(after: &str) -> bool {
    let next = after.trim_start().split(' ').next().unwrap_or_default();
    matches!(
        next,
        "Institute" | "Plc" | "Inc" | "Ltd" | "Group" | "Corp" | "Events" | "Foundation"
    )
}

/// `PARIS (AFP) -`, `Reuters -`, `(dpa)` at the end of a paragraph.
fn is_credit(before: &str, after: &str, first: bool) -> bool {
    let place = before.trim_end();
    let tail = after.trim_start();
    let dash = |text: &str| text.starts_with(['-', '–', '—', '―']) || text.starts_with("--");
    if place.ends_with(['(', '/', '[']) && place.len() <= 120 {
        let closed = tail
            .find(|c| matches!(c, ')' | ']') || (c == '/' && place.ends_with('/')))
            .filter(|at| *at <= 20);
        let rest = closed
            .and_then(|at| tail.get(at + 1..))
            .unwrap_or_default()
            .trim_start();
        // In brackets at the very start or end of a text: a credit; in the middle: an aside.
        let parted = dash(rest) || (first && rest.starts_with([':', '|']));
        if closed.is_some() && (parted || rest.is_empty() || (first && place.len() <= 1)) {
            return true;
        }
    }
    if place.ends_with(['(', '[', '/']) {
        let rest = tail.trim_start_matches(|c: char| {
            c.is_alphanumeric() || matches!(c, '/' | '-' | ',' | ' ')
        });
        return matches!(rest.trim(), ")" | ")." | "]");
    }
    // `PARIS, May 4 - Reuters.`: between dateline and text.
    if first
        && place.len() <= 80
        && place.ends_with(['-', '–', '—'])
        && after.starts_with(['.', ' '])
    {
        return tail.starts_with('.') || dash(tail);
    }
    // Without brackets only as the very first words: `Reuters - `, `PARIS, May 4 Reuters - `.
    first && place.len() <= 60 && !place.contains('.') && dash(tail) && after.starts_with(' ')
}

fn is_cited(before: &str, after: &str) -> bool {
    let mut words = before
        .rsplit(|c: char| c.is_whitespace())
        .filter(|word| !word.is_empty());
    let clean = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')
            .to_lowercase()
    };
    let nearest: Vec<String> = words.by_ref().take(3).map(clean).collect();
    let is = |at: usize, list: &[&str]| {
        nearest
            .get(at)
            .is_some_and(|word| list.contains(&word.as_str()))
    };
    if is(0, BEFORE) || is(0, ACCORDING) {
        return true;
    }
    // "told the AP", "according to the AP", "to AP news agency".
    let article = [
        "the", "to", "der", "die", "l", "l'", "all'", "a", "à", "la", "el", "alla", "al",
    ];
    if is(0, &article)
        && (is(1, BEFORE) || is(1, ACCORDING) || (is(1, &["to"]) && is(2, ACCORDING)))
    {
        return true;
    }
    let next: Vec<String> = after.split_whitespace().take(2).map(clean).collect();
    next.first()
        .is_some_and(|word| AFTER.contains(&word.as_str()))
}

/// How many paragraphs at the beginning and the end may credit an agency in brackets.
const EDGE: usize = 2;

/// The step: credits and citations of the body, after those of the by-line.
pub(super) fn collect(work: &mut Work<'_>) {
    let mut pieces: Vec<Evidence> = match work.article.evidence.remove("agency") {
        Some(proof) => proof.pieces().to_vec(),
        None => Vec::new(),
    };
    for piece in std::mem::take(&mut work.agencies) {
        merge(&mut pieces, piece);
    }
    let count = work.paragraphs.len();
    for (at, paragraph) in work.paragraphs.iter().enumerate() {
        for named in find(&paragraph.text, at == 0) {
            let edge = at < EDGE || at + EDGE >= count;
            let role = if edge { named.role } else { Role::Cited };
            merge(
                &mut pieces,
                Evidence {
                    value: Some(named.short.to_owned()),
                    how: How::Stated,
                    role: Some(role),
                    line: paragraph.line,
                    from: paragraph.line.is_none().then(|| "body".to_owned()),
                    text: paragraph.text.get(named.span).map(str::to_owned),
                },
            );
        }
    }
    for short in pieces.iter().filter_map(|piece| piece.value.clone()) {
        if !work.article.agency.contains(&short) {
            work.article.agency.push(short);
        }
    }
    if !pieces.is_empty() {
        work.prove("agency", Proof::Many(pieces));
    }
}

/// Adds a piece of evidence; of two for one agency a credit says more than a citation.
fn merge(pieces: &mut Vec<Evidence>, piece: Evidence) {
    match pieces.iter_mut().find(|known| known.value == piece.value) {
        Some(known) => {
            if piece.role == Some(Role::Credited) && known.role != Some(Role::Credited) {
                *known = piece;
            }
        }
        None => pieces.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<(&'static str, Role)> {
        find(text, true)
            .into_iter()
            .map(|named| (named.short, named.role))
            .collect()
    }

    #[test]
    fn a_dateline_or_a_closing_bracket_credits() {
        for text in [
            "NAIROBI, May 4 (Reuters) - Rain fell.",
            "NAIROBI, May 4 (Reuters): Rain fell.",
            "Reuters - Rain fell.",
            "(Reuters) Rain fell.",
            "Rain fell in the night. (Reuters)",
            "Rain fell in the night. (abc/Reuters)",
        ] {
            assert_eq!(roles(text), [("Reuters", Role::Credited)], "{text}");
        }
        assert_eq!(
            roles("HAMBURG (dpa/lno) - Es regnet."),
            [("dpa", Role::Credited)]
        );
    }

    #[test]
    fn a_sentence_cites() {
        assert_eq!(
            roles("Llueve, dijo a EFE el alcalde."),
            [("EFE", Role::Cited)]
        );
        assert_eq!(roles("Piove, scrive l'ANSA."), [("ANSA", Role::Cited)]);
        for text in [
            "Rain fell, news agency AP reported.",
            "A clerk told the AP that rain fell.",
            "Rain fell, according to AP.",
            "The Associated Press wrote of rain.",
        ] {
            assert_eq!(roles(text), [("AP", Role::Cited)], "{text}");
        }
        assert_eq!(roles("She told TASS news agency."), [("TASS", Role::Cited)]);
    }

    // Short names are also other things.
    #[test]
    fn capitals_alone_are_no_agency() {
        for text in [
            "He passed his AP exam.",
            "AA batteries were sold out.",
            "The TT races begin.",
            "The MAPs",
        ] {
            assert!(roles(text).is_empty(), "{text}");
        }
    }
}
