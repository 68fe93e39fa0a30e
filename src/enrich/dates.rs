//! Dates as people and machines write them, found in lines of text or read from a value of a record.
//!
//! Only what is written counts: "on Tuesday" is never resolved, a zone is never assumed, and `04/03/2024` stays
//! unread where neither the language nor the line says which number is the month.

mod clock;
mod shapes;
mod tokens;
mod words;

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};

use crate::Date;
use tokens::{Kind, Token, has_digit};

/// What the word before a date says it is the date of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// "Published on".
    Published,
    /// "Last updated".
    Updated,
    /// "Copyright", "born", "deadline": certainly not the date of the article.
    Other,
}

/// A date in a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// Where it stands.
    pub(crate) span: Range<usize>,
    /// What it means.
    pub(crate) date: Date,
    /// What the words before it say.
    pub(crate) label: Option<Label>,
}

/// The order of day and month where both are numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Order {
    /// Not known: only numbers above 12 decide.
    #[default]
    Unknown,
    /// `31/12`.
    DayFirst,
    /// `12/31`.
    MonthFirst,
}

impl Order {
    /// The order that a language writes; English has both.
    pub(crate) fn of(language: Option<&str>) -> Order {
        match language {
            None | Some("en") => Order::Unknown,
            Some(_) => Order::DayFirst,
        }
    }
}

/// The order of day and month that a line shows by a date which can be read in one order only.
pub(crate) fn written_order(text: &str) -> Option<Order> {
    if !text.contains(['/', '-']) {
        return None;
    }
    shapes::written_order(&tokens::tokens(text))
}

/// Whether a date was read out of a text only because the order of day and month is known.
pub(crate) fn needs_order(text: &str, date: &Date) -> bool {
    let certain = find_dates(text, Order::Unknown);
    !certain.iter().any(|found| found.date == *date)
        && find_dates(text, Order::DayFirst)
            .iter()
            .any(|found| found.date.is_precise())
}

/// Finds the dates of a text in order; labels are looked for in the words directly before each.
pub(crate) fn find_dates(text: &str, order: Order) -> Vec<Found> {
    if !has_digit(text) {
        return Vec::new();
    }
    let tokens = tokens::tokens(text);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    let mut free = 0;
    while at < tokens.len() {
        let Some((date, first, next)) = shapes::date_at(&tokens, at, free, order) else {
            at += 1;
            continue;
        };
        let span = span_of(&tokens, first, next);
        let before = tokens.get(free..first).unwrap_or_default();
        let label = label_before(before).or_else(|| label_after(&tokens, next));
        found.push(Found { span, date, label });
        at = next.max(at + 1);
        free = at;
    }
    found
}

/// Reads a value that is meant to be a date: any written form, a machine's, or seconds since 1970.
pub(crate) fn parse_date(value: &str, order: Order) -> Option<Date> {
    let value = value.trim();
    if value.len() > 200 {
        return None;
    }
    if let Some(date) = Date::parse(value).or_else(|| stamp(value)) {
        return Some(date);
    }
    if let Ok(date) = DateTime::parse_from_rfc2822(value) {
        return Some(Date::Instant(date));
    }
    let found = find_dates(value, order);
    let precise = found.iter().find(|found| found.date.is_precise());
    precise.or(found.first()).map(|found| found.date)
}

/// `19870226`, `20240618071800`, seconds or milliseconds since 1970.
fn stamp(value: &str) -> Option<Date> {
    let digits = value.split('.').next().unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let instant = |seconds: i64| {
        let moment = DateTime::<Utc>::from_timestamp(seconds, 0)?;
        Some(Date::Instant(moment.fixed_offset()))
    };
    match digits.len() {
        8 => NaiveDate::parse_from_str(digits, "%Y%m%d")
            .ok()
            .map(Date::Day),
        14 => chrono::NaiveDateTime::parse_from_str(digits, "%Y%m%d%H%M%S")
            .ok()
            .map(Date::Local),
        9 | 10 => instant(digits.parse().ok()?),
        12 | 13 => instant(digits.parse::<i64>().ok()? / 1000),
        _ => None,
    }
}

/// Whether a short line is a date that does not say the year or the day: "8 January, 17:46", "3 hours ago".
pub(crate) fn is_vague(line: &str) -> bool {
    if line.len() > 80 || !has_digit(line) {
        return false;
    }
    let tokens = tokens::tokens(line);
    let count = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .count();
    if count > 9 {
        return false;
    }
    let day_and_month = tokens.windows(2).any(|pair| {
        let [a, b] = pair else { return false };
        let number = |token: &Token<'_>| matches!(token.kind, Kind::Number(1..=31, 1..=2));
        (number(a) && words::month(b.text).is_some())
            || (number(b) && words::month(a.text).is_some())
    });
    day_and_month && count <= 4 || tokens.iter().any(|token| words::relative(token.text))
}

/// The label that a line of a few words is.
pub(crate) fn label_in(line: &str) -> Option<Label> {
    line.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .find_map(words::label)
}

/// Whether a word names a day of the week in one of the main languages.
pub(crate) fn is_weekday(word: &str) -> bool {
    words::weekday(word)
}

fn span_of(tokens: &[Token<'_>], first: usize, next: usize) -> Range<usize> {
    let start = tokens.get(first).map_or(0, |token| token.start);
    let end = tokens
        .get(next.saturating_sub(1))
        .map_or(start, |token| token.end);
    start..end.max(start)
}

/// How many words before a date are looked at for a label: "last updated on Tuesday, at".
const LABEL_REACH: usize = 7;

/// Whether the tokens before a date are the first half of a stretch of days: `14. - 20 January 2022`.
fn is_end_of_range(before: &[Token<'_>]) -> bool {
    let mut back = before.iter().rev();
    let dash = back
        .next()
        .is_some_and(|token| matches!(token.text, "-" | "–" | "—" | "bis" | "to" | "au" | "al"));
    let day = back.find(|token| !token.is('.'));
    dash && day.is_some_and(|token| {
        matches!(token.kind, Kind::Number(1..=31, 1..=2)) || words::month(token.text).is_some()
    })
}

/// "was published" stands at the end in some languages: `wurde am 4. Mai 2020 von X in Y veröffentlicht`.
fn label_after(tokens: &[Token<'_>], next: usize) -> Option<Label> {
    let stop = |token: &&Token<'_>| {
        !matches!(
            token.kind,
            Kind::Sign('.' | '|' | '•' | '·' | ';' | '!' | '?')
        )
    };
    let mut after = tokens.iter().skip(next).take(20).take_while(stop);
    let closing = after.find(|token| words::closes(token.text))?;
    words::label(closing.text)
}

fn label_before(before: &[Token<'_>]) -> Option<Label> {
    if is_end_of_range(before) {
        return Some(Label::Other);
    }
    for token in before.iter().rev().take(LABEL_REACH) {
        match token.kind {
            Kind::Sign('©') => return Some(Label::Other),
            // A sentence or a cell ends here: what stands before belongs to something else.
            Kind::Sign('|' | '•' | '·' | ';' | '!' | '?') => return None,
            Kind::Word => {
                if let Some(label) = words::label(token.text) {
                    return Some(label);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        parse_date(text, Order::Unknown).map(|date| date.to_string())
    }

    // Each line is a way in which publishers write a date, with the precision and zone that it states.
    #[test]
    fn dates_are_read_as_written() {
        let cases = [
            ("18 Jun 2024 7:18 AM GMT", "2024-06-18T07:18:00Z"),
            (
                "Published on:\u{a0}18 Jun 2024 7:18 AM GMT",
                "2024-06-18T07:18:00Z",
            ),
            ("March 4, 2024", "2024-03-04"),
            ("Mar. 4th, 2024", "2024-03-04"),
            ("4. März 2024", "2024-03-04"),
            ("4 mars 2024 à 18h05", "2024-03-04T18:05:00"),
            ("samedi 4 mars 2023 à 18 h 05", "2023-03-04T18:05:00"),
            ("18 April 2023, 10.15", "2023-04-18T10:15:00"),
            ("9 September 2023 at 5:15am", "2023-09-09T05:15:00"),
            ("12 May 2024 11:36 AM TRT", "2024-05-12T11:36:00+03:00"),
            (
                "12 May 2024, 11:36 Turkish time",
                "2024-05-12T11:36:00+03:00",
            ),
            ("12 May 2024 11:36 (GMT+3)", "2024-05-12T11:36:00+03:00"),
            ("Nov. 29, 2023, 6:02 a.m. AST", "2023-11-29T06:02:00-04:00"),
            ("1er mars 2024", "2024-03-01"),
            ("4 de marzo de 2024", "2024-03-04"),
            ("2024-03-04T09:30:00+02:00", "2024-03-04T09:30:00+02:00"),
            ("2024-03-04 09:30 UTC", "2024-03-04T09:30:00Z"),
            (
                "Mon, 04 Mar 2024 09:30:00 +0100",
                "2024-03-04T09:30:00+01:00",
            ),
            ("Mon, 04 Mar 2024 09:30:00 GMT", "2024-03-04T09:30:00Z"),
            ("24.04.2024, 19:35 Uhr", "2024-04-24T19:35:00"),
            ("18.07.2024, 11.08 Uhr", "2024-07-18T11:08:00"),
            ("11/18/19 11:04 PM EST", "2019-11-18T23:04:00-05:00"),
            ("27/02/2024", "2024-02-27"),
            ("2024年04月24日23:52", "2024-04-24T23:52:00"),
            ("2024/04/24", "2024-04-24"),
            ("19870226", "1987-02-26"),
            ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01"),
            ("1718695080", "2024-06-18T07:18:00Z"),
            ("1718695080000", "2024-06-18T07:18:00Z"),
            (
                "Wednesday 20 November 2019 11:42, UK",
                "2019-11-20T11:42:00",
            ),
            ("November 20th, 2019 - 07:29 GMT", "2019-11-20T07:29:00Z"),
            ("12:30, 4 May 2021", "2021-05-04T12:30:00"),
            ("June 2024", "2024-06"),
            ("Jane Doe24.04.2024", "2024-04-24"),
        ];
        for (text, wanted) in cases {
            assert_eq!(read(text).as_deref(), Some(wanted), "{text}");
        }
    }

    // A wrong date is worse than none.
    // Each shape and each script once; the names of the months are rows of a table.
    #[test]
    fn dates_are_read_in_many_languages() {
        let cases = [
            ("2024. március 3.", "2024-03-03"),
            ("2024 m. kovo 3 d.", "2024-03-03"),
            ("Rīga, 2024. gada 3. marts", "2024-03-03"),
            ("2024ko martxoaren 3a", "2024-03-03"),
            ("2024 Mar 3", "2024-03-03"),
            ("2024-Mar-03", "2024-03-03"),
            ("12 d’abril de 2023", "2023-04-12"),
            ("Zagreb, 17. srpnja 2023.", "2023-07-17"),
            ("ngày 3 tháng 3 năm 2024", "2024-03-03"),
            ("3 มีนาคม 2567", "2024-03-03"),
            ("৩ মার্চ ২০২৪", "2024-03-03"),
            ("٣ مارس ٢٠٢٤", "2024-03-03"),
            ("3 במרץ 2024", "2024-03-03"),
            ("5 юли 2023", "2023-07-05"),
        ];
        for (text, expected) in cases {
            let found = find_dates(text, Order::Unknown);
            let first = found.first().map(|found| found.date.to_string());
            assert_eq!(first.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_no_date() {
        for text in [
            "04/03/2024",
            "the year 2024. March 3 goals in a row",
            "Augusta 2024",
            "by 2024 may 20 states agree",
            "on Tuesday",
            "31.02.2024",
            "version 3.11.0",
            "12-13-14",
            "tel. 030 1234 2024",
            "",
            "10.0.2024.1",
            "yesterday",
            "2024-13-01",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(parse_date("04/03/2024", Order::DayFirst).is_some());
    }

    #[test]
    fn labels_tell_publication_from_update() {
        let found = find_dates(
            "Published: 4 May 2021 | Last updated on 5 May 2021, 12:30",
            Order::Unknown,
        );
        let labels: Vec<_> = found.iter().map(|found| found.label).collect();
        assert_eq!(labels, [Some(Label::Published), Some(Label::Updated)]);
        let found = find_dates("© 4 May 2021", Order::Unknown);
        assert_eq!(found[0].label, Some(Label::Other));
    }
}
