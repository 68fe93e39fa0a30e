//! Dates that a page shows near its headline without marking them up.

use std::sync::LazyLock;

use dom_query::Document;
use regex::Regex;

use super::super::clean;
use super::page::Marked;

/// A full date as people write it: day, month and year, in figures or with the name of the month.
pub(super) static FULL_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])",
        r"|(?:0?[1-9]|[12]\d|3[01])[-./] ?(?:0?[1-9]|1[0-2])[-./] ?(?:19|20)\d\d",
        r"|(?:0?[1-9]|[12]\d|3[01])(?:\.|st|nd|rd|th|º|er)?[\s-](?:de |d')?\p{L}{3,12}\.?,?[\s-](?:de |del )?(?:19|20)\d\d",
        r"|\p{L}{3,12}\.? (?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? (?:19|20)\d\d",
        r"|(?:19|20)\d\d年\d{1,2}月\d{1,2}日)",
    ))
    .expect("a constant pattern")
});

/// Labels of a publication date, and those of a change.
static PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:publi\p{L}*|veröffentlicht|erstellt|posted|date|datum|erschienen|stand|опубликовано|gepubliceerd|yayın\p{L}*)\b")
        .expect("a constant pattern")
});
static UPDATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:updated|modified|edited|aktualisiert|geändert|bearbeitet|mis à jour|modifi\p{L}*|actualizad\p{L}*|aggiornat\p{L}*|atualizad\p{L}*|обновлено|güncelle\p{L}*)\b")
        .expect("a constant pattern")
});

/// Texts before and after the headline that are looked at.
const BEFORE: usize = 12;
const AFTER: usize = 40;
/// Characters of a line that is a date line and not a sentence.
const LINE: usize = 100;

/// A date near the headline.
pub(super) struct Seen {
    pub(super) date: Marked,
    pub(super) is_update: bool,
    pub(super) is_labelled: bool,
}

/// Dates in short texts near the headline, the nearest after it first.
pub(super) fn dates(document: &Document, title: &str) -> Vec<Seen> {
    let texts = texts(document);
    let wanted = letters(title);
    // The last place that has the whole headline is the one above the text; the first may be a breadcrumb.
    let is_title = |text: &String| letters(text) == wanted;
    let Some(place) = texts.iter().position(is_title) else {
        return Vec::new();
    };
    let mut seen = Vec::new();
    let mut prose = 0;
    let after = texts.iter().enumerate().skip(place + 1).take(AFTER);
    let before = texts.iter().enumerate().take(place).rev().take(BEFORE);
    for (at, text) in after {
        if text.chars().count() > LINE {
            // The dateline of the first paragraph is still a date of the article.
            if prose == 0 {
                let start: String = text.chars().take(60).collect();
                seen.extend(
                    date_in(&start, at, &texts)
                        .filter(|seen| is_dateline(&start, &seen.date.value)),
                );
            }
            prose += text.len();
        } else {
            seen.extend(date_in(text, at, &texts));
        }
        if prose > 600 {
            break;
        }
    }
    seen.extend(
        before
            .filter(|(_, text)| text.chars().count() <= LINE)
            .filter_map(|(at, text)| date_in(text, at, &texts)),
    );
    seen
}

/// Whether a sentence begins with place and date: before the date stand only names and short words.
fn is_dateline(start: &str, date: &str) -> bool {
    let before = start.split(date).next().unwrap_or_default();
    before
        .split_whitespace()
        .all(|word| word.len() <= 3 || !word.starts_with(char::is_lowercase))
}

fn date_in(text: &str, at: usize, texts: &[String]) -> Option<Seen> {
    let found = FULL_DATE.find(text);
    found.map(|found| {
        // A label stands before the date, in the same text or alone in the one before.
        let before = text.get(..found.start()).unwrap_or_default();
        let neighbour = at
            .checked_sub(1)
            .and_then(|at| texts.get(at))
            .filter(|text| text.len() <= 40 && !FULL_DATE.is_match(text));
        let label = if before.trim().is_empty() {
            neighbour.map_or("", String::as_str)
        } else {
            before
        };
        Seen {
            date: Marked {
                value: found.as_str().to_owned(),
                from: "text near title".to_owned(),
                at: 0,
            },
            is_update: UPDATED.is_match(label) && !PUBLISHED.is_match(label),
            is_labelled: PUBLISHED.is_match(label),
        }
    })
}

/// The text nodes of the page, cleaned, in order.
fn texts(document: &Document) -> Vec<String> {
    let mut texts = Vec::new();
    for node in document.root().descendants_it() {
        if !node.is_text() {
            continue;
        }
        let parent = node.parent().and_then(|parent| parent.node_name());
        if parent.is_some_and(|name| {
            matches!(
                name.as_ref(),
                "script" | "style" | "noscript" | "title" | "option" | "textarea"
            )
        }) {
            continue;
        }
        let text = node.text();
        if !text.trim().is_empty() {
            texts.push(clean::line(&text));
        }
    }
    texts
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Vec<(String, bool)> {
        let seen = dates(&Document::from(html), "Ferry returns");
        seen.into_iter()
            .map(|seen| (seen.date.value, seen.is_update))
            .collect()
    }

    // The date line under the headline counts, a date in a sentence does not, nor one far away.
    #[test]
    fn near_the_headline() {
        let page = "<p>1 May 2020</p><h1>Ferry returns</h1><p>Updated: 19 June 2024</p><p>18. Juni 2024</p>
            <p>The ferry, built on 4 March 1987 by people who are long dead, returned to the harbour where nobody waited for it any more.</p>";
        let expected = [
            ("19 June 2024", true),
            ("18. Juni 2024", false),
            ("1 May 2020", false),
        ];
        assert_eq!(
            read(page),
            expected.map(|(date, update)| (date.to_owned(), update))
        );
    }

    #[test]
    fn no_headline() {
        assert!(read("<p>18 June 2024</p>").is_empty());
    }
}
