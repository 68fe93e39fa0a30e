//! Reads by-lines: who wrote it, without "By", roles, places and outlets; agencies in it are credited.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::boilerplate::stock;
use super::dates::{Order, find_dates};
use super::{agencies, dates};

static WORDS: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../../data/byline_words.tsv")));

#[derive(Default)]
struct Words {
    labels: Vec<String>,
    nouns: HashSet<String>,
    roles: HashSet<String>,
    particles: HashSet<String>,
    no_names: HashSet<String>,
    joins: HashSet<String>,
    titles: HashSet<String>,
    nobody: HashSet<String>,
}

fn words(table: &str) -> Words {
    let mut words = Words::default();
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let Some((kind, rest)) = row.split_once('\t') else {
            continue;
        };
        let list = rest.split('|').map(str::to_owned);
        match kind {
            "label" => words.labels.extend(list),
            "noun" => words.nouns.extend(list),
            "role" => words.roles.extend(list),
            "particle" => words.particles.extend(list),
            "word" => words.no_names.extend(list),
            "title" => words.titles.extend(list),
            "nobody" => words.nobody.extend(list),
            _ => words.joins.extend(list),
        }
    }
    words
}

/// What a by-line says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Credits {
    /// The people, in order.
    pub(crate) names: Vec<String>,
    /// The agencies, by their short names.
    pub(crate) agencies: Vec<&'static str>,
}

impl Credits {
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.agencies.is_empty()
    }
}

/// Reads a line that says with a label who wrote it.
pub(crate) fn labelled(line: &str) -> Option<Credits> {
    // By-lines are short; the label must be one word group followed by a name.
    if line.len() > 300 {
        return None;
    }
    // `(Reporting by Jane Doe; editing by John Roe)`
    let line = line.trim_start_matches(['(', '[', '（', '—', '–', '-', ' ']);
    let lower = line.to_lowercase();
    let label = WORDS.labels.iter().find(|label| {
        lower
            .strip_prefix(label.as_str())
            .is_some_and(|rest| rest.starts_with([' ', ':', '：', '\u{a0}']))
    })?;
    // Lower-casing may change lengths; labels do not.
    let rest = line.get(label.len()..)?;
    // Words of many uses are labels only with a colon.
    if WORDS.nouns.contains(label) && !rest.trim_start().starts_with([':', '：']) {
        return None;
    }
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
    let credits = read(rest, true);
    (!credits.is_empty()).then_some(credits)
}

/// Whether a line is nothing but a label: the names follow in the next.
pub(crate) fn is_label(line: &str) -> bool {
    let lower = line.to_lowercase();
    line.len() < 40
        && WORDS
            .labels
            .iter()
            .any(|label| label == lower.trim_end_matches([':', ' ']))
}

/// Reads the line after such a label.
pub(crate) fn after_label(line: &str) -> Option<Credits> {
    if line.len() > 200 || stock(line).is_some() {
        return None;
    }
    let credits = read(line, true);
    (!credits.is_empty()).then_some(credits)
}

/// Reads a value that is meant to be a by-line: with or without a label, lower-case names allowed.
pub(crate) fn stated(value: &str) -> Credits {
    if let Some(credits) = labelled(value) {
        return credits;
    }
    let mut credits = Credits::default();
    // "Doe, Jane" is one name turned round.
    if let [last, first] = value.split(',').map(str::trim).collect::<Vec<_>>()[..]
        && is_one_word(last)
        && is_one_word(first)
        && agencies::canonical(first).is_none()
    {
        credits.names.push(format!("{first} {last}"));
        return credits;
    }
    for piece in pieces(value) {
        match agencies::canonical(&piece) {
            Some(short) => push(&mut credits.agencies, short),
            None => {
                if WORDS.nobody.contains(&piece.to_lowercase()) {
                    continue;
                }
                let name = without_role(&piece);
                // "Staff Reporter", "Our Correspondent": the role is all there is.
                let name = if name.is_empty() || WORDS.no_names.contains(&name.to_lowercase()) {
                    piece.as_str()
                } else {
                    name
                };
                if name.chars().any(char::is_alphabetic) && name.chars().count() <= 80 {
                    push(&mut credits.names, name.to_owned());
                }
            }
        }
    }
    credits
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphabetic() || c == '-' || c == '\'')
}

fn push<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// Reads a line that holds names and nothing else but roles, agencies and a date.
pub(crate) fn bare(line: &str) -> Option<Credits> {
    if line.len() > 200 || stock(line).is_some() {
        return None;
    }
    if begins_stock(line) {
        return None;
    }
    let mut credits = read(line, false);
    if credits.is_empty()
        && let Some(rest) = behind(line)
    {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        if begins_stock(rest) {
            return None;
        }
        // The section of the paper may follow the name.
        let (name, last) = rest.rsplit_once(' ').unwrap_or((rest, ""));
        credits = read(if stock(last).is_some() { name } else { rest }, false);
    }
    (!credits.is_empty()).then_some(credits)
}

/// "Latest Interviews": sections and buttons are capitalised like names.
fn begins_stock(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    first.len() >= 5 && stock(first).is_some()
}

/// What stands after the last date of a line.
fn behind(line: &str) -> Option<&str> {
    let found = find_dates(line, Order::DayFirst);
    line.get(found.last()?.span.end..)
}

/// Labels that also stand inside a line: `12 May 2021 by Jane Doe`.
const INNER: &[&str] = &[" by ", " von ", " par ", " por ", " door ", " di "];

/// Reads a by-line after a date or a few words: `Published on 12 May 2021 by Jane Doe`.
pub(crate) fn inner(line: &str, dated: bool) -> Option<Credits> {
    if line.len() > 160 {
        return None;
    }
    let line = line.replace('\u{a0}', " ");
    let lower = line.to_lowercase();
    if lower.len() != line.len() {
        return None;
    }
    let (at, label) = INNER
        .iter()
        .filter_map(|label| Some((lower.rfind(label)?, label)))
        .max()?;
    let head = line.get(..at).unwrap_or_default();
    if !dated && head.split_whitespace().count() > 3 {
        return None;
    }
    let credits = read(line.get(at + label.len()..)?.trim(), true);
    let whole = credits.names.iter().any(|name| dated || name.contains(' '));
    whole.then_some(credits)
}

/// Names and agencies up to the first thing that is neither.
fn read(text: &str, labelled: bool) -> Credits {
    let mut credits = Credits::default();
    let text = before_date(text);
    // `Jane Doe - Lyon`: where the reporter is.
    let text = match text.split_once(" - ").or_else(|| text.split_once(" – ")) {
        Some((name, place)) if is_name(name, false) && is_one_word(place.trim()) => name,
        _ => text,
    };
    for (at, piece) in pieces(text).iter().enumerate() {
        if let Some(short) = agencies::canonical(piece) {
            push(&mut credits.agencies, short);
            continue;
        }
        let name = without_title(without_role(without_degree(piece)));
        if is_degree(piece) || (at > 0 && is_outlet(piece)) {
            continue;
        }
        if labelled && at > 0 && piece.starts_with(char::is_lowercase) {
            // "in Paris", "for the paper": the names are over.
            return credits;
        }
        if is_name(name, labelled) {
            push(&mut credits.names, tidy(name));
        } else if !labelled && (at == 0 || name.len() == piece.len()) {
            // Something else stands in the line: it is no by-line after all.
            return Credits::default();
        } else if at == 0 {
            return credits;
        }
    }
    credits
}

const DEGREES: &[&str] = &[
    "PhD", "Ph.D", "Ph.D.", "MD", "M.D.", "MA", "MSc", "RD", "RN", "MPH", "MBA", "LLM", "Esq.",
    "Jr.", "CNN",
];

/// Takes off titles before a name that goes on after them.
fn without_title(name: &str) -> &str {
    let mut name = name;
    while let Some((first, rest)) = name.split_once(' ') {
        let title = first.trim_end_matches('.').to_lowercase();
        if !WORDS.titles.contains(&title) || !rest.contains(' ') {
            break;
        }
        name = rest;
    }
    name
}

fn is_degree(piece: &str) -> bool {
    DEGREES.contains(&piece)
}

fn without_degree(piece: &str) -> &str {
    let last = piece.rsplit(' ').next().unwrap_or_default();
    if is_degree(last) {
        piece.strip_suffix(last).unwrap_or(piece).trim_end()
    } else {
        piece
    }
}

/// Whether a piece of a by-line is the address or name of an outlet in capitals.
fn is_outlet(piece: &str) -> bool {
    let shouted = !piece.chars().any(char::is_lowercase) && piece.split(' ').count() <= 2;
    shouted || (!piece.contains(' ') && piece.trim_end_matches('.').contains('.'))
}

fn before_date(text: &str) -> &str {
    let cut = find_dates(text, Order::Unknown)
        .first()
        .map_or(text.len(), |found| found.span.start);
    let head = text.get(..cut).unwrap_or(text);
    if cut == text.len() {
        return head;
    }
    // A weekday or "on" directly before the date belongs to it.
    let trimmed = head.trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = trimmed.rsplit(' ').next().unwrap_or_default();
    if dates::is_weekday(last) || matches!(last, "on" | "am" | "le" | "vom" | "il" | "el") {
        trimmed.strip_suffix(last).unwrap_or(trimmed)
    } else {
        trimmed
    }
}

/// Cuts a by-line at commas, bars and joining words; addresses of e-mail and the web are dropped.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let close = |piece: &mut String, pieces: &mut Vec<String>| {
        let text = piece
            .trim()
            .trim_matches([',', ';', '-', '–', '—', ':'])
            .trim();
        if !text.is_empty() {
            pieces.push(text.to_owned());
        }
        piece.clear();
    };
    for word in text.split_whitespace().take(60) {
        if word.contains('@') || word.starts_with("http") || word.starts_with("www.") {
            close(&mut piece, &mut pieces);
            continue;
        }
        if WORDS.joins.contains(&word.to_lowercase())
            || matches!(word, "|" | "•" | "·" | "-" | "–" | "—" | "/" | ",")
        {
            close(&mut piece, &mut pieces);
            continue;
        }
        for (at, part) in word
            .split(['/', ';', '|', '(', ')', '、', '，', '）'])
            .enumerate()
        {
            if at > 0 {
                close(&mut piece, &mut pieces);
            }
            if part.is_empty() {
                continue;
            }
            if !piece.is_empty() {
                piece.push(' ');
            }
            piece.push_str(part);
            if part.ends_with(',') {
                close(&mut piece, &mut pieces);
            }
        }
    }
    close(&mut piece, &mut pieces);
    pieces
}

fn without_role(piece: &str) -> &str {
    let mut from = 0;
    for word in piece.split(' ') {
        let lower = word.to_lowercase();
        let lower = lower.trim_matches(|c: char| !c.is_alphanumeric());
        if WORDS.roles.contains(lower) {
            return piece
                .get(..from)
                .unwrap_or_default()
                .trim_end_matches([' ', ',']);
        }
        from += word.len() + 1;
    }
    piece
}

/// Whether a letter is neither a capital nor a small one.
fn is_caseless(letter: char) -> bool {
    letter.is_alphabetic() && !letter.is_uppercase() && !letter.is_lowercase()
}

/// Whether words are shaped like the name of a person; after a label one word is enough.
pub(crate) fn is_name(text: &str, labelled: bool) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let least = if labelled { 1 } else { 2 };
    if words.len() < least || words.len() > 5 || text.chars().count() > 45 {
        return false;
    }
    let mut big = 0;
    for word in &words {
        let lower = word.to_lowercase();
        let shaped = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '‑'));
        // Many scripts have no capitals: after a label their words are names.
        let capital =
            word.starts_with(char::is_uppercase) || (labelled && word.starts_with(is_caseless));
        let stop = capital && (WORDS.no_names.contains(&lower) || dates::is_weekday(&lower));
        if !shaped || stop {
            return false;
        }
        // Dots stand after initials and titles only.
        if word.ends_with('.') && word.chars().count() > 5 {
            return false;
        }
        if capital {
            big += 1;
        } else if !WORDS.particles.contains(&lower) && !lower.contains('\'') {
            return false;
        }
    }
    big >= least.min(words.len()) && big > 0
}

/// Names in capitals are written as names.
fn tidy(name: &str) -> String {
    let shouted = name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase);
    if !shouted || name.chars().count() < 5 {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut first = true;
    for c in name.chars() {
        if first {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        first = !c.is_alphabetic();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Vec<String> {
        labelled(line).unwrap_or_default().names
    }

    // By-lines as papers print them.
    #[test]
    fn labelled_lines_give_names() {
        assert_eq!(
            names("By Jane Doe and John van der Roe"),
            ["Jane Doe", "John van der Roe"]
        );
        assert_eq!(names("By JANE DOE, Political Editor"), ["Jane Doe"]);
        assert_eq!(
            names("Von Jana Muster , Max Muster"),
            ["Jana Muster", "Max Muster"]
        );
        assert_eq!(names("By Jane Doe - 11/18/19 11:04 PM EST"), ["Jane Doe"]);
        assert_eq!(names("By Jane Doe in Paris"), ["Jane Doe"]);
        assert_eq!(names("By the time the rain stopped"), Vec::<String>::new());
        let credits = labelled("By Jane Doe and John Roe, Reuters").unwrap();
        assert_eq!(
            (credits.names.len(), credits.agencies),
            (2, vec!["Reuters"])
        );
    }

    #[test]
    fn bare_lines_hold_nothing_but_names() {
        assert_eq!(
            bare("Jane Doe, John Roe").unwrap().names,
            ["Jane Doe", "John Roe"]
        );
        assert_eq!(
            bare("Tom Muster24.04.2024, 19:35 Uhr").unwrap().names,
            ["Tom Muster"]
        );
        assert_eq!(bare("Harbour reopened on Monday"), None);
        assert_eq!(bare("Social Media"), None);
        assert_eq!(bare("Jane Doe - Lyon").unwrap().names, ["Jane Doe"]);
    }

    #[test]
    fn values_of_records_are_split_and_cleaned() {
        let read = |value: &str| stated(value).names;
        assert_eq!(
            read("Jane Doe; John Roe & Ann Poe"),
            ["Jane Doe", "John Roe", "Ann Poe"]
        );
        assert_eq!(read("Doe, Jane"), ["Jane Doe"]);
        assert_eq!(read("Our Correspondent"), ["Our Correspondent"]);
        assert!(read("Wires").is_empty());
        assert_eq!(read("jdoe"), ["jdoe"]);
        assert_eq!(read("Jane Doe (jane@example.org)"), ["Jane Doe"]);
        assert_eq!(stated("Jane Doe, Reuters").agencies, ["Reuters"]);
    }
}
