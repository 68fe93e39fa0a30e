//! The text of a search answer: ranked lines with snippets, facets and a footer.
//!
//! What was guessed carries a `~`. Every string is cleaned before it becomes part of a line.

use std::io::{self, Write};

use super::layout::{self, Marked, milliseconds, one_line, plural};
use super::{Look, Style, clean, facets};
use crate::{Date, Hit, Piece, Results};

/// Columns before the text of a hit: its rank stands there.
const INDENT: usize = 4;

pub(super) fn text(results: &Results, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if let Some(explained) = &results.explain {
        writeln!(out, "{}", look.paint(Style::Dim, "the query was read as:"))?;
        for line in clean(explained).trim_end().lines() {
            writeln!(out, "  {line}")?;
        }
        writeln!(out)?;
    }
    // What follows answers another question than the one asked: that is said before it.
    if results.relaxed && !results.hits.is_empty() {
        look.hints(out, &results.hints)?;
        writeln!(out)?;
    }
    for found in &results.hits {
        hit(found, look, out)?;
        writeln!(out)?;
    }
    facets::text(&results.facets, look, out)?;
    footer(results, look, out)?;
    if results.relaxed && !results.hits.is_empty() {
        return Ok(());
    }
    look.hints(out, &results.hints)
}

fn hit(hit: &Hit, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let rank = format!("{:>2}  ", hit.rank);
    let indent = " ".repeat(rank.len().max(INDENT));
    let width = look.width.saturating_sub(indent.len());
    let mark = if is_guessed(hit, "title") { "~ " } else { "" };
    let title = match &hit.title {
        Some(title) if !title.trim().is_empty() => format!("{mark}{}", clean(title)),
        _ => "(no title)".to_owned(),
    };
    for (i, line) in layout::wrap_text(&title, width, 2).iter().enumerate() {
        let margin = if i == 0 {
            look.paint(Style::Dim, &rank)
        } else {
            indent.clone()
        };
        let line = match line.strip_prefix("~ ") {
            Some(rest) if i == 0 && !mark.is_empty() => {
                format!("{} {}", look.guess(), look.paint(Style::Title, rest))
            }
            _ => look.paint(Style::Title, line),
        };
        writeln!(out, "{margin}{line}")?;
    }
    for line in layout::wrap_text(&facts(hit), width, 3) {
        writeln!(out, "{indent}{}", look.paint(Style::Dim, &line))?;
    }
    for line in snippet(&hit.snippet, look, width) {
        writeln!(out, "{indent}{line}")?;
    }
    if let Some(line) = company(hit) {
        writeln!(out, "{indent}{}", look.paint(Style::Label, &line))?;
    }
    if let Some(why) = &hit.why {
        let shared: Vec<&str> = why
            .entities
            .iter()
            .chain(&why.words)
            .map(String::as_str)
            .collect();
        let shared = format!("shares {}", clean(&shared.join(", ")));
        for line in layout::wrap_text(&shared, width, 2) {
            writeln!(out, "{indent}{}", look.paint(Style::Label, &line))?;
        }
    }
    if look.verbose {
        let path = location(&hit.path, hit.record);
        writeln!(out, "{indent}{}", look.paint(Style::Dim, &path))?;
        if let Some(url) = &hit.url {
            writeln!(out, "{indent}{}", look.paint(Style::Dim, &clean(url)))?;
        }
    }
    if let Some(explained) = &hit.explain {
        for line in explanation(explained) {
            let line = format!("{indent}{line}");
            writeln!(out, "{}", look.paint(Style::Dim, &line))?;
        }
    }
    Ok(())
}

/// Date, source, agencies, authors and id in one line.
fn facts(hit: &Hit) -> String {
    let guess = |field: &str| if is_guessed(hit, field) { "~" } else { "" };
    let mut facts = Vec::new();
    match &hit.date {
        Some(date) => facts.push(format!("{}{}", guess("date"), day(date))),
        None => facts.push("undated".to_owned()),
    }
    if let Some(source) = &hit.source {
        facts.push(format!("{}{}", guess("source"), clean(source)));
    }
    let agencies: Vec<&str> = hit
        .agency
        .iter()
        .map(String::as_str)
        .filter(|agency| hit.source.as_deref() != Some(agency))
        .collect();
    if !agencies.is_empty() {
        let agencies = agencies.join(", ");
        facts.push(format!("{}{}", guess("agency"), clean(&agencies)));
    }
    if !hit.byline.is_empty() {
        // A by-line in capitals or of ten people must not hide the rest.
        let mut names: Vec<&str> = hit.byline.iter().map(String::as_str).collect();
        let others = names.len().saturating_sub(3);
        names.truncate(3);
        let more = if others > 0 {
            format!(" and {others} more")
        } else {
            String::new()
        };
        let names = names.join(", ");
        facts.push(format!("by {}{}{more}", guess("byline"), clean(&names)));
    }
    facts.push(short_id(&hit.id));
    one_line(&facts.join(" · "))
}

fn is_guessed(hit: &Hit, field: &str) -> bool {
    hit.guessed.iter().any(|guessed| guessed == field)
}

/// The day of a date, or the month or year when no more is known.
pub(super) fn day(date: &Date) -> String {
    match date {
        Date::Instant(instant) => instant.format("%Y-%m-%d").to_string(),
        Date::Local(local) => local.format("%Y-%m-%d").to_string(),
        date => date.to_string(),
    }
}

/// Enough of an id to type: eight letters of a hash, the whole of one that an input stated.
pub(super) fn short_id(id: &str) -> String {
    let is_hash = id.len() >= 16 && id.bytes().all(|b| b.is_ascii_hexdigit());
    match id.get(..8) {
        Some(start) if is_hash => start.to_owned(),
        _ => layout::fit(&one_line(&clean(id)), 40),
    }
}

/// A file and the place in it.
pub(super) fn location(path: &str, record: Option<u64>) -> String {
    let path = one_line(&clean(path));
    match record {
        Some(record) => format!("{path} (record {record})"),
        None => path,
    }
}

/// The passage, wrapped, with the words that matched marked.
fn snippet(pieces: &[Piece], look: &Look, width: usize) -> Vec<String> {
    let mut text: Vec<Marked> = Vec::new();
    for piece in pieces {
        text.extend(clean(&piece.text).chars().map(|c| (c, piece.hit)));
    }
    if !look.color {
        text = layout::star(text);
    }
    let lines = layout::wrap(&text, width, 4);
    lines
        .iter()
        .map(|line| layout::painted(look, line))
        .collect()
}

/// What else tells the story: copies and other versions among the matching articles.
fn company(hit: &Hit) -> Option<String> {
    let others = hit.story_size.saturating_sub(1);
    let copies = hit.copies.min(others);
    let versions = others - copies;
    match (copies, versions) {
        (0, 0) => None,
        (0, n) => Some(format!("+ {} of the story", plural(n, "other article"))),
        (n, 0) => Some(format!("+ {}", copies_of(n))),
        (n, m) => Some(format!(
            "+ {}, {} of the story",
            copies_of(n),
            plural(m, "other article")
        )),
    }
}

fn copies_of(n: u64) -> String {
    match n {
        1 => "1 copy".to_owned(),
        n => format!("{} copies", layout::number(n)),
    }
}

fn footer(results: &Results, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if results.total == 0 {
        return writeln!(out, "nothing found");
    }
    let mut footer = match (results.hits.first(), results.hits.last()) {
        (Some(first), Some(last)) if results.next.is_some() || first.rank > 1 => {
            format!("{}-{} · ", first.rank, last.rank)
        }
        _ => String::new(),
    };
    footer.push_str(&plural(results.total, "article"));
    if results.stories > 0 && results.stories < results.total {
        footer.push_str(&format!(" in {}", plural(results.stories, "story")));
    }
    footer.push_str(&format!(" · {}", milliseconds(results.took_ms)));
    if let (Some(_), Some(last)) = (&results.next, results.hits.last()) {
        footer.push_str(&format!(" · more with --offset {}", last.rank));
    }
    writeln!(out, "{}", look.paint(Style::Dim, &footer))
}

/// The lines of an explanation: `value description`, its parts indented below it.
fn explanation(value: &serde_json::Value) -> Vec<String> {
    let mut lines = Vec::new();
    // The deepest part comes first from the end, so that nothing needs recursion.
    let mut open = vec![(0_usize, value)];
    while let Some((depth, value)) = open.pop() {
        let indent = "  ".repeat(depth.min(12));
        let description = value.get("description").and_then(|text| text.as_str());
        let number = value.get("value").and_then(|number| number.as_f64());
        match (number, description) {
            (Some(number), Some(text)) => {
                lines.push(format!("{indent}{number:.3} {}", one_line(&clean(text))));
            }
            _ => lines.push(format!("{indent}{}", one_line(&clean(&value.to_string())))),
        }
        if let Some(details) = value.get("details").and_then(|parts| parts.as_array()) {
            open.extend(details.iter().rev().map(|part| (depth + 1, part)));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Facet, FacetValue, Facets};

    pub(crate) fn answer() -> Results {
        let piece = |text: &str, hit| Piece {
            text: text.to_owned(),
            hit,
        };
        let first = Hit {
            rank: 1,
            id: "7f3a91c2d4e5f60718293a4b".to_owned(),
            score: 9.42,
            title: Some("Ferry\u{1b}[31m service between the islands resumes after storm damage to the harbour wall".to_owned()),
            date: Date::parse("2024-06-18T07:18:00Z"),
            source: Some("Island Herald".to_owned()),
            agency: vec!["AP".to_owned()],
            byline: vec!["Ada Moreno".to_owned()],
            path: "news/a.txt".to_owned(),
            snippet: vec![piece("The first ", false), piece("ferry", true), piece(" left the harbour on Tuesday morning with two hundred passengers,\n\nthe operator said.", false)],
            story_size: 4,
            copies: 3,
            guessed: vec!["source".to_owned()],
            ..Hit::default()
        };
        let second = Hit {
            rank: 2,
            id: "reuters-14".to_owned(),
            title: Some("Operators want lower fees".to_owned()),
            guessed: vec!["title".to_owned()],
            story_size: 1,
            ..Hit::default()
        };
        let value = |value: &str, count| FacetValue {
            value: value.to_owned(),
            count,
            filter: format!("org=\"{value}\""),
        };
        let facet = Facet {
            values: vec![value("Port Authority", 4), value("北京航运", 1)],
            others: 2,
            missing: 1,
            exact: true,
        };
        Results {
            total: 5,
            stories: 2,
            took_ms: 0.84,
            next: Some("c2".to_owned()),
            hints: vec!["`fery` was not found".to_owned()],
            hits: vec![first, second],
            facets: Facets(vec![("org".to_owned(), facet)]),
            ..Results::default()
        }
    }

    fn written(results: &Results, look: Look) -> String {
        let mut out = Vec::new();
        text(results, &look, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    // The whole page, as a person without colours sees it.
    #[test]
    fn page() {
        let expected = "\
\u{20}1  Ferry[31m service between the islands resumes after storm damage to the
    harbour wall
    2024-06-18 · ~Island Herald · AP · by Ada Moreno · 7f3a91c2
    The first *ferry* left the harbour on Tuesday morning with two hundred
    passengers, the operator said.
    + 3 copies

 2  ~ Operators want lower fees
    undated · reuters-14

org
  Port Authority  4  ████████████████████
  北京航运        1  █████
  2 more values · 1 article without

narrow with -w 'org=Port Authority'

1-2 · 5 articles in 2 stories · 0.8 ms · more with --offset 2
hint: `fery` was not found
";
        assert_eq!(written(&answer(), Look::default()), expected);
    }

    // Colours are added, letters are not: hits are painted and carry no stars.
    #[test]
    fn colours() {
        let look = Look {
            color: true,
            ..Look::default()
        };
        let page = written(&answer(), look);
        assert!(page.contains("The first \u{1b}[1;31mferry\u{1b}[0m left"));
        assert!(!page.contains("\u{1b}[31m"), "an article's own escape");
    }

    // Nothing is an answer too, with what to do next.
    #[test]
    fn nothing() {
        let none = Results {
            hints: vec!["try fewer words".to_owned()],
            ..Results::default()
        };
        assert_eq!(
            written(&none, Look::default()),
            "nothing found\nhint: try fewer words\n"
        );
    }

    // Another question was answered: that comes first, and once.
    #[test]
    fn relaxed() {
        let page = written(
            &Results {
                relaxed: true,
                ..answer()
            },
            Look::default(),
        );
        assert!(page.starts_with("hint: `fery` was not found\n\n"));
        assert_eq!(page.matches("hint:").count(), 1);
    }

    // Parts of a score stand below what they make up.
    #[test]
    fn explains() {
        let value = serde_json::json!({"value": 2.5, "description": "sum of", "details": [
            {"value": 1.5, "description": "title"}, {"value": 1.0, "description": "body"}]});
        assert_eq!(
            explanation(&value),
            ["2.500 sum of", "  1.500 title", "  1.000 body"]
        );
    }
}
