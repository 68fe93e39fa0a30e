//! Labelled lines at the top of a text: `Title: ...`, `Date: ...`, with or without the fences of front matter.
//!
//! They are read as the fields of a record are, and taken out of the text; the lines of the text keep their numbers.

use super::Work;
use crate::{Candidate, Evidence, How};

/// What keys are called, and the fields that they fill.
const KEYS: &[(&str, &str)] = &[
    ("title", "title"),
    ("headline", "title"),
    ("titel", "title"),
    ("titre", "title"),
    ("título", "title"),
    ("date", "date"),
    ("published", "date"),
    ("pubdate", "date"),
    ("publication date", "date"),
    ("datum", "date"),
    ("fecha", "date"),
    ("updated", "updated"),
    ("modified", "updated"),
    ("author", "byline"),
    ("authors", "byline"),
    ("byline", "byline"),
    ("autor", "byline"),
    ("auteur", "byline"),
    ("source", "source"),
    ("publisher", "source"),
    ("publication", "source"),
    ("newspaper", "source"),
    ("quelle", "source"),
    ("summary", "standfirst"),
    ("description", "standfirst"),
    ("subtitle", "standfirst"),
    ("dateline", "dateline"),
    ("language", "language"),
    ("lang", "language"),
    ("url", "url"),
    ("link", "url"),
];

/// So many lines are looked at.
const MOST_LINES: usize = 40;
/// So many known keys make a header; one alone may be a line of the text.
const LEAST_KEYS: usize = 2;

/// The step: reads the header of a text.
pub(super) fn read(work: &mut Work<'_>) {
    let Some(text) = &work.text else { return };
    let mut found = Vec::new();
    let mut last = 0;
    let mut fenced = false;
    for (at, line) in text.lines().enumerate().take(MOST_LINES) {
        let trimmed = line.trim();
        if trimmed == "---" || trimmed == "+++" {
            last = at + 1;
            if fenced {
                break;
            }
            fenced = at == 0;
            continue;
        }
        if trimmed.is_empty() && !fenced {
            break;
        }
        match pair(trimmed) {
            Some((field, value)) => {
                last = at + 1;
                found.push((at, field, value.to_owned(), trimmed.to_owned()));
            }
            // Keys of other kinds stand among them; anything else ends the header.
            None if fenced || is_key(trimmed) => {}
            None => break,
        }
    }
    if found.len() < LEAST_KEYS {
        return;
    }
    for (at, field, value, line) in found {
        let mut evidence = Evidence::new(How::Stated, "header");
        evidence.line = u32::try_from(at + 1).ok();
        evidence.text = Some(line);
        work.candidates.push(Candidate {
            field,
            value,
            evidence,
        });
    }
    let rest: Vec<&str> = text.lines().skip(last).collect();
    work.text = Some(format!("{}{}", "\n".repeat(last), rest.join("\n")));
}

/// A known key and its value without quotes or brackets.
fn pair(line: &str) -> Option<(&'static str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim().to_lowercase();
    let (_, field) = KEYS.iter().find(|(name, _)| *name == key)?;
    let value = value.trim().trim_matches(['"', '\'', '[', ']']);
    (!value.is_empty()).then_some((field, value))
}

fn is_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        (1..=20).contains(&key.len())
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
    })
}

#[cfg(test)]
mod tests {
    use crate::{Article, Draft, EnrichOptions, enrich};

    fn read(text: &str) -> Article {
        let draft = Draft {
            text: Some(text.to_owned()),
            ..Draft::default()
        };
        enrich(draft, &EnrichOptions::default())
    }

    const BODY: &str =
        "The ferry came back to the old harbour on Monday, and many people were there to see it.";

    #[test]
    fn labelled_lines_are_fields() {
        let article = read(&format!(
            "Title: Ferry comes back\nDate: 4 May 2021\nCategory: ships\nAuthor: Jane Doe\nSource: Harbour Herald\n\n{BODY}"
        ));
        assert_eq!(article.title.as_deref(), Some("Ferry comes back"));
        assert_eq!(article.date.unwrap().to_string(), "2021-05-04");
        assert_eq!(article.byline, ["Jane Doe"]);
        assert_eq!(article.source.as_deref(), Some("Harbour Herald"));
        assert_eq!(article.body, BODY);
        assert_eq!(article.evidence["date"].pieces()[0].line, Some(2));
    }

    #[test]
    fn front_matter_is_read_between_its_fences() {
        let article = read(&format!(
            "---\ntitle: \"Ferry comes back\"\ntags:\n  - ships\ndate: 2021-05-04\n---\n\n{BODY}"
        ));
        assert_eq!(article.title.as_deref(), Some("Ferry comes back"));
        assert_eq!(article.body, BODY);
    }

    // One line with a colon is how many texts begin.
    #[test]
    fn a_single_labelled_line_is_text() {
        let article = read(&format!("Source: a short history\n\n{BODY}"));
        assert_eq!(article.source, None);
    }
}
