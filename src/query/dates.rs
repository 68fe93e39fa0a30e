//! Dates as people write them in `date:`, `since:`, `--since`: a day, a month, a year, a few words, and ranges of these.
//!
//! Everything is read in whole days, both ends inclusive; relative words count from the `now` that is handed in.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};

use crate::{Date, Error, ErrorKind, Result};

const FORMS: &str = "write it as 2024, 2024-06, 2024-06-18, 2024-05..2024-06-17, 2024.., 7d.., yesterday or \"last week\"";

/// The day before which nothing was printed; it keeps years at four digits.
const EARLIEST: i32 = 1;
const LATEST: i32 = 9999;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Words for a period, without spaces: its name, the unit, and how many units it lies back.
const WORDS: [(&str, Unit, u32); 9] = [
    ("today", Unit::Day, 0),
    ("now", Unit::Day, 0),
    ("yesterday", Unit::Day, 1),
    ("thisweek", Unit::Week, 0),
    ("lastweek", Unit::Week, 1),
    ("thismonth", Unit::Month, 0),
    ("lastmonth", Unit::Month, 1),
    ("thisyear", Unit::Year, 0),
    ("lastyear", Unit::Year, 1),
];

/// Units after a number: `7d`, `2 weeks ago`.
const UNITS: [(&str, Unit); 12] = [
    ("d", Unit::Day),
    ("day", Unit::Day),
    ("days", Unit::Day),
    ("w", Unit::Week),
    ("week", Unit::Week),
    ("weeks", Unit::Week),
    ("m", Unit::Month),
    ("month", Unit::Month),
    ("months", Unit::Month),
    ("y", Unit::Year),
    ("year", Unit::Year),
    ("years", Unit::Year),
];

#[derive(Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// The first and the last day of a period.
type Span = (NaiveDate, NaiveDate);

/// The first day that a date means: `2024-06` begins on 2024-06-01.
///
/// # Errors
/// [`ErrorKind::BadDate`] when it is no date, does not exist, or is a range.
pub(crate) fn first_day(text: &str, now: NaiveDateTime) -> Result<NaiveDate> {
    period(text, now).map(|(first, _)| first)
}

/// The last day that a date means: `2024-06` ends on 2024-06-30.
///
/// # Errors
/// As [`first_day`].
pub(crate) fn last_day(text: &str, now: NaiveDateTime) -> Result<NaiveDate> {
    period(text, now).map(|(_, last)| last)
}

/// The days of a date or a range of dates; an open end is `None`.
///
/// # Errors
/// As [`first_day`], and for a range that is reversed or has no end at all.
pub(super) fn days(
    text: &str,
    now: NaiveDateTime,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>)> {
    // An editor turns two or three dots into one ellipsis.
    let text = text.trim().replace('…', "..");
    let Some((left, right)) = text.split_once("..") else {
        let (first, last) = period(&text, now)?;
        return Ok((Some(first), Some(last)));
    };
    let (left, right) = (left.trim(), right.trim_start_matches('.').trim());
    let from = match left {
        "" => None,
        left => Some(first_day(left, now)?),
    };
    let to = match right {
        "" => None,
        right => Some(last_day(right, now)?),
    };
    match (from, to) {
        (None, None) => Err(bad(&text, "a range without a beginning or an end")
            .with_hint("give one end: 2024.. or ..2023; `has:date` finds all that have a date")),
        (Some(from), Some(to)) if from > to => Err(bad(&text, "the range ends before it begins")
            .with_hint(format!("write it as {right}..{left}"))),
        ends => Ok(ends),
    }
}

/// Whether a date is a short number of units ago (`7d`), which alone means one day only.
pub(super) fn is_ago(text: &str, now: NaiveDateTime) -> bool {
    !text.contains(['.', '…', ' ']) && ago(&parts(text), now).is_some()
}

/// Says that the time of a date that was understood is not heeded; only a time is written with colons.
pub(crate) fn timed(text: &str) -> Option<String> {
    let hint = || format!("`{text}` is read as the whole day: times are not compared");
    text.contains(':').then(hint)
}

fn period(text: &str, now: NaiveDateTime) -> Result<Span> {
    let text = text.trim();
    if text.contains("..") || text.contains('…') {
        return Err(bad(text, "one date is wanted here, not a range")
            .with_hint("write a range as date:2024-05..2024-06-17"));
    }
    let today = now.date();
    let parts = parts(text);
    let found = match named(&parts, today).or_else(|| ago(&parts, now)) {
        Some(found) => found,
        None => calendar(text, &parts, today),
    };
    found.map_err(|why| match why {
        Wrong::Form => bad(text, "not a date that is understood").with_hint(FORMS),
        Wrong::Years(from, to) => bad(text, "a range is written with two dots")
            .with_hint(format!("write it as {from}..{to}")),
        Wrong::Order => bad(text, "the order of day and month is not certain")
            .with_hint("write it as 2024-06-18, year first"),
        Wrong::Month(month) => bad(text, &format!("there is no month {month}")).with_hint(FORMS),
        Wrong::Day(last) => bad(text, &format!("that month has {last} days"))
            .with_hint(format!("days go from 1 to {last}")),
        Wrong::Far => bad(text, "too far back").with_hint(FORMS),
    })
}

fn bad(text: &str, why: &str) -> Error {
    // A date is short; what is longer is cut in the message, not in the span.
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    Error::new(ErrorKind::BadDate, format!("`{shown}`: {why}"))
}

/// What was read, or why a text is no date.
type Read<T = Span> = std::result::Result<T, Wrong>;

/// Why a text is no date.
enum Wrong {
    Form,
    Years(u32, u32),
    Order,
    Month(u32),
    Day(u32),
    Far,
}

#[derive(Debug, PartialEq)]
enum Part {
    /// A number and how many digits it was written with.
    Number(u32, usize),
    Word(String),
}

/// Numbers and lower-case words of a text, without what stands between; none when that is not as in a date (`>2024`).
fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let text = text.trim();
    let between = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '_');
    if !text.chars().all(|c| c.is_alphanumeric() || between(c))
        || text.starts_with(between)
        || text.ends_with(between)
    {
        return parts;
    }
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let same = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == digits;
        if !same(first) {
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let (part, tail) = rest.split_at(end);
        rest = tail;
        parts.push(if digits {
            Part::Number(part.parse().unwrap_or(u32::MAX), part.len())
        } else {
            Part::Word(part.to_lowercase())
        });
        if parts.len() > 8 {
            break;
        }
    }
    // `18th June`: the ending says nothing.
    parts.retain(|part| !matches!(part, Part::Word(word) if ["st", "nd", "rd", "th", "of"].contains(&word.as_str())));
    parts
}

fn named(parts: &[Part], today: NaiveDate) -> Option<Read> {
    let mut name = String::new();
    for part in parts {
        let Part::Word(word) = part else { return None };
        name.push_str(word);
    }
    let (_, unit, back) = WORDS.iter().find(|(word, ..)| *word == name)?;
    Some(whole(*unit, *back, today).ok_or(Wrong::Far))
}

/// The calendar day, week (from Monday), month or year that lies so many back.
fn whole(unit: Unit, back: u32, today: NaiveDate) -> Option<Span> {
    let day = minus(unit, back, today)?;
    match unit {
        Unit::Day => Some((day, day)),
        Unit::Week => {
            let week = day.week(chrono::Weekday::Mon);
            Some((week.checked_first_day()?, week.checked_last_day()?))
        }
        Unit::Month => Some(Date::Month(day.with_day(1)?).days()),
        Unit::Year => Some(Date::Year(day.with_ordinal(1)?).days()),
    }
}

/// A number of units before today, to the day.
fn ago(parts: &[Part], now: NaiveDateTime) -> Option<Read> {
    let (number, unit) = match parts {
        [Part::Number(number, _), Part::Word(unit)] => (*number, unit),
        [Part::Number(number, _), Part::Word(unit), Part::Word(ago)] if ago == "ago" => {
            (*number, unit)
        }
        _ => return None,
    };
    let (_, unit) = UNITS.iter().find(|(name, _)| name == unit)?;
    let day = minus(*unit, number, now.date()).ok_or(Wrong::Far);
    Some(day.map(|day| (day, day)))
}

fn minus(unit: Unit, number: u32, today: NaiveDate) -> Option<NaiveDate> {
    let day = match unit {
        Unit::Day => today.checked_sub_days(Days::new(number.into()))?,
        Unit::Week => today.checked_sub_days(Days::new(u64::from(number) * 7))?,
        Unit::Month => today.checked_sub_months(Months::new(number))?,
        Unit::Year => today.checked_sub_months(Months::new(number.checked_mul(12)?))?,
    };
    (EARLIEST..=LATEST).contains(&day.year()).then_some(day)
}

/// Dates with numbers or names of months.
fn calendar(text: &str, parts: &[Part], today: NaiveDate) -> Read {
    use Part::{Number, Word};
    match parts {
        // Compact, as in file names.
        [Number(date, 8)] => day(date / 10_000, date / 100 % 100, date % 100),
        [Number(y, 4)] => year(*y),
        [Number(from, 4), Number(to, 4)] => Err(Wrong::Years(*from, *to)),
        [Number(y, 4), Number(m, 1 | 2)] => month(*y, *m),
        [Number(y, 4), Number(m, 1 | 2), Number(d, 1 | 2)] => day(*y, *m, *d),
        [Number(d, 1 | 2), Number(m, 1 | 2), Number(y, 4)] if text.contains('.') => day(*y, *m, *d),
        [Number(_, 1 | 2), Number(_, 1 | 2), Number(_, 4)] => Err(Wrong::Order),
        [Word(name)] => recent(today, |y| month(y, month_number(name)?)),
        [Word(name), Number(y, 4)] | [Number(y, 4), Word(name)] => month(*y, month_number(name)?),
        [Word(name), Number(d, 1 | 2), Number(y, 4)]
        | [Number(d, 1 | 2), Word(name), Number(y, 4)]
        | [Number(y, 4), Word(name), Number(d, 1 | 2)] => day(*y, month_number(name)?, *d),
        [Word(name), Number(d, 1 | 2)] | [Number(d, 1 | 2), Word(name)] => {
            recent(today, |y| day(y, month_number(name)?, *d))
        }
        _ => Date::parse(text)
            .map(|date| date.days())
            .filter(|(first, _)| (EARLIEST..=LATEST).contains(&first.year()))
            .ok_or(Wrong::Form),
    }
}

/// The latest such date that has begun.
fn recent(today: NaiveDate, date: impl Fn(u32) -> Read) -> Read {
    let this_year = u32::try_from(today.year()).map_err(|_| Wrong::Form)?;
    match date(this_year) {
        Ok((first, _)) if first > today => date(this_year.saturating_sub(1)),
        found => found,
    }
}

fn month_number(name: &str) -> Read<u32> {
    let short = if name == "sept" { "sep" } else { name };
    let position = MONTHS
        .iter()
        .position(|month| short.len() >= 3 && month.starts_with(short));
    let index = position.ok_or(Wrong::Form)?;
    u32::try_from(index + 1).map_err(|_| Wrong::Form)
}

fn year(year: u32) -> Read {
    let first = first_of(year, 1).ok_or(Wrong::Form)?;
    Ok(Date::Year(first).days())
}

fn month(year: u32, month: u32) -> Read {
    if !(1..=12).contains(&month) {
        return Err(Wrong::Month(month));
    }
    let first = first_of(year, month).ok_or(Wrong::Form)?;
    Ok(Date::Month(first).days())
}

fn day(year: u32, month_: u32, day: u32) -> Read {
    let (first, last) = month(year, month_)?;
    let day = first.with_day(day).ok_or(Wrong::Day(last.day()))?;
    Ok((day, day))
}

fn first_of(year: u32, month: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok()?;
    if !(EARLIEST..=LATEST).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> NaiveDateTime {
        // A Wednesday.
        NaiveDate::from_ymd_opt(2024, 7, 3)
            .and_then(|day| day.and_hms_opt(15, 0, 0))
            .expect("exists")
    }

    fn shown(text: &str) -> String {
        let end = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        match days(text, now()) {
            Ok((from, to)) => format!("{}..{}", end(from), end(to)),
            Err(error) => error.message().to_owned(),
        }
    }

    // Both ends are inclusive, whatever the precision.
    #[test]
    fn dates_and_ranges() {
        for (text, expected) in [
            ("2024", "2024-01-01..2024-12-31"),
            ("2024-06", "2024-06-01..2024-06-30"),
            ("2024-6", "2024-06-01..2024-06-30"),
            ("2024-02", "2024-02-01..2024-02-29"),
            ("2024-06-18", "2024-06-18..2024-06-18"),
            ("2024/06/18", "2024-06-18..2024-06-18"),
            ("20240618", "2024-06-18..2024-06-18"),
            ("18.6.2024", "2024-06-18..2024-06-18"),
            ("2024-06-18T07:18:00Z", "2024-06-18..2024-06-18"),
            ("2024-05..2024-06-17", "2024-05-01..2024-06-17"),
            ("..2023", "..2023-12-31"),
            ("2023..", "2023-01-01.."),
            ("2023…2024", "2023-01-01..2024-12-31"),
            ("today", "2024-07-03..2024-07-03"),
            ("Yesterday", "2024-07-02..2024-07-02"),
            ("7d..", "2024-06-26.."),
            ("2w", "2024-06-19..2024-06-19"),
            ("3m..", "2024-04-03.."),
            ("1y..today", "2023-07-03..2024-07-03"),
            ("2 weeks ago..", "2024-06-19.."),
            ("lastweek", "2024-06-24..2024-06-30"),
            ("last week", "2024-06-24..2024-06-30"),
            ("this week", "2024-07-01..2024-07-07"),
            ("last-month", "2024-06-01..2024-06-30"),
            ("last year", "2023-01-01..2023-12-31"),
            ("june", "2024-06-01..2024-06-30"),
            ("sept", "2023-09-01..2023-09-30"),
            ("Jun 2024", "2024-06-01..2024-06-30"),
            ("June 18th, 2024", "2024-06-18..2024-06-18"),
            ("18jun2024", "2024-06-18..2024-06-18"),
            ("24 december", "2023-12-24..2023-12-24"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    // A date that does not exist is refused, never moved to one that does.
    #[test]
    fn impossible_dates() {
        for (text, expected) in [
            ("2024-13", "`2024-13`: there is no month 13"),
            ("2024-02-30", "`2024-02-30`: that month has 29 days"),
            ("2024-00", "`2024-00`: there is no month 0"),
            ("2024-06-00", "`2024-06-00`: that month has 30 days"),
            ("0000", "`0000`: not a date that is understood"),
            (">2024", "`>2024`: not a date that is understood"),
            ("2024-", "`2024-`: not a date that is understood"),
            ("soon", "`soon`: not a date that is understood"),
            ("", "``: not a date that is understood"),
            ("ju", "`ju`: not a date that is understood"),
            (
                "06/18/2024",
                "`06/18/2024`: the order of day and month is not certain",
            ),
            ("2023-2024", "`2023-2024`: a range is written with two dots"),
            ("..", "`..`: a range without a beginning or an end"),
            (
                "2024..2023",
                "`2024..2023`: the range ends before it begins",
            ),
            ("99999999999d", "`99999999999d`: too far back"),
            ("4000000000y", "`4000000000y`: too far back"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let error = first_day("2024..", now()).expect_err("a range");
        assert_eq!(error.kind(), ErrorKind::BadDate);
        assert!(error.hint().is_some());
    }

    // `--since` takes the beginning and `--until` the end of what was named.
    #[test]
    fn ends_of_a_period() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("exists");
        assert_eq!(first_day("2024-02", now()).ok(), Some(day(2024, 2, 1)));
        assert_eq!(last_day("2024-02", now()).ok(), Some(day(2024, 2, 29)));
        assert!(is_ago("7d", now()) && !is_ago("yesterday", now()));
    }
}
