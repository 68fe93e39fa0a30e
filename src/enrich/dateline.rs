//! The dateline: place and date before the first sentence, as printed (`NAIROBI, May 4 (Reuters) -`); the agency in
//! brackets is a credit and no part of it.

use super::dates::{self, Order};
use super::{Paragraph, Work, agencies};
use crate::{Evidence, How, Proof};

/// The step for articles whose reader set the body: cuts it into paragraphs.
pub(super) fn paragraphs(work: &mut Work<'_>) {
    if !work.paragraphs.is_empty() {
        return;
    }
    let pieces = work
        .article
        .body
        .split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty());
    work.paragraphs = pieces
        .map(|text| Paragraph {
            line: None,
            text: text.to_owned(),
        })
        .collect();
}

/// The step: finds the dateline of the first paragraph.
pub(super) fn find(work: &mut Work<'_>) {
    if work.article.dateline.is_some() {
        return;
    }
    let Some(first) = work.paragraphs.first() else {
        return;
    };
    let Some((found, _)) = dateline(&first.text) else {
        return;
    };
    let found = found.to_owned();
    let evidence = Evidence {
        value: None,
        how: How::Stated,
        role: None,
        line: first.line,
        from: first.line.is_none().then(|| "body".to_owned()),
        text: Some(found.clone()),
    };
    date_of(work, &found, &evidence);
    work.article.dateline = Some(found);
    work.prove("dateline", Proof::One(evidence));
}

/// A whole date in the dateline of an article that states none elsewhere is the day it was filed.
fn date_of(work: &mut Work<'_>, found: &str, evidence: &Evidence) {
    if work.article.date.is_some() {
        return;
    }
    let dates = dates::find_dates(found, Order::Unknown);
    let whole = dates
        .iter()
        .map(|found| found.date)
        .find(|date| date.is_precise() && date.is_plausible(work.options.today));
    if let Some(date) = whole {
        work.article.date = Some(date);
        let evidence = Evidence {
            how: How::Derived,
            from: Some("dateline".to_owned()),
            ..evidence.clone()
        };
        work.prove("date", Proof::One(evidence));
    }
}

/// A dateline is no longer than this.
const LONGEST: usize = 90;
/// What parts a dateline from the sentence after it.
const DASHES: &[&str] = &[
    " - ", " – ", " — ", " -- ", " ― ", " | ", ".- ", ".– ", ".— ", "— ", "– ", ": ",
];

/// What follows the dateline of a paragraph; the paragraph where it has none.
pub(super) fn after(text: &str) -> &str {
    dateline(text).map_or(text, |(_, rest)| rest)
}

/// Whether a paragraph begins with a dateline: then it is the first of the text.
pub(super) fn begins(text: &str) -> bool {
    dateline(text).is_some_and(|(_, rest)| !rest.is_empty())
}

/// Whether a dateline begins here in the middle of a page on one line: a sentence has to follow.
pub(super) fn opens(text: &str) -> bool {
    dateline(text).is_some_and(|(_, rest)| {
        let mut words = rest.split_whitespace().take(5);
        words
            .next()
            .is_some_and(|word| word.starts_with(char::is_uppercase))
            && words.any(|word| word.starts_with(char::is_lowercase))
    })
}

/// The place and date that a paragraph begins with, without agency and dash, and the text after them.
fn dateline(text: &str) -> Option<(&str, &str)> {
    let end = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(at, _)| at);
    let head = text.get(..end)?;
    let (at, dash) = DASHES
        .iter()
        .filter_map(|dash| Some((head.find(dash)?, *dash)))
        .min_by_key(|(at, dash)| (*at, usize::MAX - dash.len()))
        // `(AP) Rain fell.`: brackets part as well as a dash.
        .or_else(|| Some((head.find(") ")? + 1, ")")))?;
    let line = head.get(..at)?.trim();
    let after = text.get(at + dash.len()..)?.trim_start();
    let (place, agency) = match line
        .strip_suffix([')', ']'])
        .and_then(|l| l.rsplit_once(['(', '[']))
    {
        Some((place, agency)) => (place.trim(), is_agency(agency)),
        None => (line, false),
    };
    let mut parts = place.split([',', '/']).map(str::trim);
    let name = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    if !is_place(name) || rest.len() > 2 || rest.iter().any(|part| part.len() > 28) {
        return None;
    }
    let shouted = name.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && !name.chars().any(char::is_lowercase);
    let dated = rest
        .iter()
        .any(|part| part.bytes().any(|b| b.is_ascii_digit()));
    let stands = match dash {
        ": " | " | " => shouted,
        ")" => agency,
        _ => shouted || agency || dated,
    };
    let place = place.trim_end_matches([',', ' ']);
    stands.then_some((place, after))
}

/// Whether brackets hold an agency: `AP`, `dpa/lno`.
fn is_agency(text: &str) -> bool {
    text.split('/')
        .next()
        .and_then(agencies::canonical)
        .is_some()
}

/// Whether words are shaped like the name of a place.
fn is_place(name: &str) -> bool {
    let words: Vec<&str> = name.split([' ', '-']).collect();
    let shaped = |word: &&str| {
        let small = matches!(
            *word,
            "de" | "del" | "la" | "am" | "an" | "der" | "upon" | "of" | "and" | "i" | "do" | "di"
        );
        let letters = word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’'));
        letters && (small || word.starts_with(char::is_uppercase))
    };
    words.len() <= 4 && name.starts_with(char::is_uppercase) && words.iter().all(shaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_as_printed() {
        let cases = [
            (
                "NAIROBI, May 4 (Reuters) - Rain fell.",
                Some("NAIROBI, May 4"),
            ),
            ("MEXICO CITY (AP) — Rain fell.", Some("MEXICO CITY")),
            ("LIMA | Rain fell.", Some("LIMA")),
            ("VALPARAÍSO.- Llueve.", Some("VALPARAÍSO")),
            ("BHOPAL: Rain fell.", Some("BHOPAL")),
            ("Berlin (dpa) - Es regnet.", Some("Berlin")),
            ("KYIV, Ukraine (AP) Rain fell.", Some("KYIV, Ukraine")),
            ("PARIS, 4 mai - Il pleut.", Some("PARIS, 4 mai")),
            ("Rain fell in Paris - and in Rome.", None),
            ("Jane Doe said it rained.", None),
            ("Well-known streets were flooded.", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(dateline(text).map(|(found, _)| found), wanted, "{text}");
        }
    }

    // A brief may say its day nowhere else; a date that is stated counts more.
    #[test]
    fn a_whole_date_in_a_dateline_is_the_day() {
        let text = "Mayor quits over ferry row\n\nLONDON, 3 May 2024 - The mayor of London resigned on Friday after a row \
                    over a ferry contract.\n\nHe said he was sorry for it all.\n";
        let draft = |date| crate::Draft {
            text: Some(text.to_owned()),
            article: crate::Article {
                date,
                ..crate::Article::default()
            },
            ..crate::Draft::default()
        };
        let options = crate::EnrichOptions::default();
        let article = crate::enrich(draft(None), &options);
        assert_eq!(article.date, crate::Date::parse("2024-05-03"));
        assert_eq!(article.how("date"), Some(How::Derived));
        let stated = crate::Date::parse("2024-05-04");
        assert_eq!(crate::enrich(draft(stated), &options).date, stated);
    }
}
