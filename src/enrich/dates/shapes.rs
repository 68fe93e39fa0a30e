//! The shapes of written dates: which tokens in which order mean a day, and a time beside it.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::Order;
use super::tokens::{Kind, Token};
use super::words;
use crate::Date;

/// A day or month read from tokens, and the token after it.
struct Calendar {
    date: Date,
    next: usize,
}

/// Reads the date that begins at token `at`: the date, its first token (a time may stand before) and the one after
/// its last. Tokens before `free` belong to another date.
pub(super) fn date_at(
    tokens: &[Token<'_>],
    at: usize,
    free: usize,
    order: Order,
) -> Option<(Date, usize, usize)> {
    let token = tokens.get(at)?;
    let calendar = match token.kind {
        Kind::Number(..) => {
            // Digits inside a longer number (1.2.2024.3, 3,4 May) are no day.
            if joined_before(tokens, at) {
                return None;
            }
            year_first(tokens, at)
                .or_else(|| day_word_year(tokens, at))
                .or_else(|| numbers(tokens, at, order))
        }
        Kind::Word => word_day_year(tokens, at),
        Kind::Sign(_) => None,
    }?;
    let Date::Day(day) = calendar.date else {
        return Some((calendar.date, at, calendar.next));
    };
    if let Some((time, next)) = time_after(tokens, calendar.next) {
        return Some((join(day, &time), at, next));
    }
    if let Some((time, first)) = time_before(tokens, at, free) {
        return Some((join(day, &time), first, calendar.next));
    }
    Some((calendar.date, at, calendar.next))
}

fn number(tokens: &[Token<'_>], at: usize) -> Option<(u32, usize)> {
    match tokens.get(at)?.kind {
        Kind::Number(value, digits) => Some((value, digits)),
        _ => None,
    }
}

fn sign(tokens: &[Token<'_>], at: usize) -> Option<char> {
    match tokens.get(at)?.kind {
        Kind::Sign(c) => Some(c),
        _ => None,
    }
}

fn month(tokens: &[Token<'_>], at: usize) -> Option<u32> {
    let token = tokens.get(at)?;
    (token.kind == Kind::Word)
        .then(|| words::month(token.text))
        .flatten()
}

fn year(tokens: &[Token<'_>], at: usize) -> Option<u32> {
    match number(tokens, at)? {
        (value @ 1600..=2199, 4) if !joined_after(tokens, at) => Some(value),
        _ => None,
    }
}

/// Whether a number continues directly: `.5`, `-3`, letters are allowed.
fn joined_after(tokens: &[Token<'_>], at: usize) -> bool {
    let glue = tokens.get(at + 1).is_some_and(|token| {
        !token.spaced && matches!(token.kind, Kind::Sign('.' | '/' | '-' | ','))
    });
    glue && tokens
        .get(at + 2)
        .is_some_and(|token| !token.spaced && matches!(token.kind, Kind::Number(_, 1..=3)))
}

fn joined_before(tokens: &[Token<'_>], at: usize) -> bool {
    let here = tokens.get(at).is_some_and(|token| !token.spaced);
    let Some(glue) = at.checked_sub(1).and_then(|before| tokens.get(before)) else {
        return false;
    };
    if !here || !matches!(glue.kind, Kind::Sign('.' | '/' | '-' | ',' | ':')) || glue.spaced {
        return false;
    }
    at.checked_sub(2)
        .and_then(|before| tokens.get(before))
        .is_some_and(|token| matches!(token.kind, Kind::Number(..)))
}

fn day(year: u32, month: u32, day: u32) -> Option<Date> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(Date::Day)
}

/// `2024-06-18`, `2024/06/18`, `2024.06.18`, `2024年6月18日`.
fn year_first(tokens: &[Token<'_>], at: usize) -> Option<Calendar> {
    let (value, 4) = number(tokens, at)? else {
        return None;
    };
    if !(1600..=2199).contains(&value) {
        return None;
    }
    let separator = sign(tokens, at + 1)?;
    if !matches!(separator, '-' | '/' | '.' | '年' | '년') {
        return None;
    }
    let (month, _) = number(tokens, at + 2)?;
    let second = sign(tokens, at + 3)?;
    let (number_of_day, digits) = number(tokens, at + 4)?;
    if digits > 2 || (second != separator && !matches!(second, '月' | '월')) {
        return None;
    }
    let mut next = at + 5;
    if matches!(sign(tokens, next), Some('日' | '일')) {
        next += 1;
    }
    let date = day(value, month, number_of_day)?;
    Some(Calendar { date, next })
}

/// Words and signs between day, month and year that mean nothing: `4. de März, 2024`, `4th of May`.
const BETWEEN: &[&str] = &[
    "de", "of", "del", "st", "nd", "rd", "th", "er", "do", "den", "a", "o",
];

fn skip_between(tokens: &[Token<'_>], mut at: usize) -> usize {
    for _ in 0..3 {
        let Some(token) = tokens.get(at) else { break };
        let skipped = match token.kind {
            Kind::Sign('.' | ',' | '-' | '/' | 'º' | 'ª' | '°' | '\u{2011}') => true,
            Kind::Word => BETWEEN.contains(&token.text.to_lowercase().as_str()),
            _ => false,
        };
        if !skipped {
            break;
        }
        at += 1;
    }
    at
}

/// `18 Jun 2024`, `4. März 2024`, `1er mars 2024`, `26-FEB-1987`.
fn day_word_year(tokens: &[Token<'_>], at: usize) -> Option<Calendar> {
    let (number_of_day, 1..=2) = number(tokens, at)? else {
        return None;
    };
    let month_at = skip_between(tokens, at + 1);
    let month = month(tokens, month_at)?;
    let year_at = skip_between(tokens, month_at + 1);
    let date = day(year(tokens, year_at)?, month, number_of_day)?;
    Some(Calendar {
        date,
        next: year_at + 1,
    })
}

/// `March 4, 2024`, `Nov. 20th, 2019`, and `June 2024` as a month.
fn word_day_year(tokens: &[Token<'_>], at: usize) -> Option<Calendar> {
    let month = month(tokens, at)?;
    let day_at = skip_between(tokens, at + 1);
    if let Some(year) = year(tokens, day_at) {
        // Short forms are words of their own ("out", "set", "mar"): alone with a year they say too little.
        let long = tokens.get(at).is_some_and(|token| token.text.len() > 3);
        let first = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?;
        return long.then_some(Calendar {
            date: Date::Month(first),
            next: day_at + 1,
        });
    }
    let (number_of_day, 1..=2) = number(tokens, day_at)? else {
        return None;
    };
    let year_at = skip_between(tokens, day_at + 1);
    let date = day(year(tokens, year_at)?, month, number_of_day)?;
    Some(Calendar {
        date,
        next: year_at + 1,
    })
}

/// `18.06.2024`, `06/18/2024`, `18-06-24` beside a time.
fn numbers(tokens: &[Token<'_>], at: usize, order: Order) -> Option<Calendar> {
    let (first, 1..=2) = number(tokens, at)? else {
        return None;
    };
    let separator = sign(tokens, at + 1)?;
    if !matches!(separator, '.' | '/' | '-') {
        return None;
    }
    let (second, 1..=2) = number(tokens, at + 2)? else {
        return None;
    };
    if sign(tokens, at + 3)? != separator {
        return None;
    }
    let next = at + 5;
    let whole = match number(tokens, at + 4)? {
        (_, 4) => year(tokens, at + 4)?,
        // Two digits are a year only where a time follows, or in the dotted form: versions have no zeros before.
        (value, 2) if !joined_after(tokens, at + 4) => {
            let dotted = separator == '.' && tokens.get(at).is_some_and(|t| t.text.len() == 2);
            if !dotted && time_after(tokens, next).is_none() {
                return None;
            }
            if value >= 70 {
                1900 + value
            } else {
                2000 + value
            }
        }
        _ => return None,
    };
    let date = match (separator, order) {
        ('.', _) | (_, Order::DayFirst) => day(whole, second, first),
        (_, Order::MonthFirst) => day(whole, first, second),
        _ if first > 12 => day(whole, second, first),
        _ if second > 12 || first == second => day(whole, first, second),
        // Only American dates stand beside American zones.
        _ if american_zone(tokens, next) => day(whole, first, second),
        _ => None,
    };
    let date = date.or_else(|| {
        if second > 12 {
            day(whole, first, second)
        } else {
            None
        }
    })?;
    Some(Calendar { date, next })
}

fn american_zone(tokens: &[Token<'_>], next: usize) -> bool {
    const ZONES: &[&str] = &[
        "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "ET", "PT", "CT",
    ];
    tokens
        .iter()
        .skip(next)
        .take(8)
        .any(|token| ZONES.contains(&token.text))
}

/// A time of day with the zone that was stated.
struct Clock {
    time: NaiveTime,
    offset: Option<FixedOffset>,
}

fn join(day: NaiveDate, clock: &Clock) -> Date {
    let local = NaiveDateTime::new(day, clock.time);
    match clock.offset {
        Some(offset) => match offset.from_local_datetime(&local).single() {
            Some(instant) => Date::Instant(instant),
            None => Date::Local(local),
        },
        None => Date::Local(local),
    }
}

/// Words and signs between a date and its time.
const BEFORE_TIME: &[&str] = &[
    "t", "at", "um", "a", "à", "ore", "kl", "alle", "om", "às", "saat", "pukul", "uhr", "в",
];

fn time_after(tokens: &[Token<'_>], mut at: usize) -> Option<(Clock, usize)> {
    for _ in 0..3 {
        let token = tokens.get(at)?;
        let skipped = match token.kind {
            Kind::Sign(',' | '-' | '–' | '—' | '|' | '/' | '•' | '·' | '(' | '.' | ':') => {
                true
            }
            Kind::Word => BEFORE_TIME.contains(&token.text.to_lowercase().as_str()),
            _ => false,
        };
        if !skipped {
            break;
        }
        at += 1;
    }
    clock(tokens, at)
}

/// `12:30, 4 May 2021`: a time directly before the day.
fn time_before(tokens: &[Token<'_>], at: usize, free: usize) -> Option<(Clock, usize)> {
    let lowest = at.saturating_sub(9).max(free);
    for first in lowest..at {
        let Some((time, next)) = clock(tokens, first) else {
            continue;
        };
        // Between time and day a weekday and a comma may stand.
        let between = tokens.get(next..at)?;
        let words = between
            .iter()
            .filter(|token| token.kind == Kind::Word)
            .count();
        let plain = between
            .iter()
            .all(|token| token.kind == Kind::Word || token.is(','));
        if plain && words <= 1 {
            return Some((time, first));
        }
    }
    None
}

/// `7:18 AM GMT`, `19.35 Uhr`, `18h05`, `09:30:00.5+02:00`, `11 p.m.`.
fn clock(tokens: &[Token<'_>], at: usize) -> Option<(Clock, usize)> {
    let (mut hour, 1..=2) = number(tokens, at)? else {
        return None;
    };
    let separator = tokens.get(at + 1).filter(|token| !token.spaced);
    let minutes = number(tokens, at + 2).filter(|_| tokens.get(at + 2).is_some_and(|t| !t.spaced));
    let (minute, mut next, dotted) = match (separator.map(|token| token.kind), minutes) {
        (Some(Kind::Sign(':')), Some((minute, 2))) => (minute, at + 3, false),
        (Some(Kind::Word), Some((minute, 2)))
            if separator.is_some_and(|t| matches!(t.text, "h" | "H")) =>
        {
            (minute, at + 3, false)
        }
        (Some(Kind::Sign('.')), Some((minute, 2))) => (minute, at + 3, true),
        _ => (0, at + 1, true),
    };
    let mut second = 0;
    if sign(tokens, next) == Some(':')
        && let Some((value, 2)) = number(tokens, next + 1)
    {
        second = value;
        next += 2;
        if sign(tokens, next) == Some('.')
            && tokens.get(next + 1).is_some_and(|t| !t.spaced)
            && number(tokens, next + 1).is_some()
        {
            next += 2;
        }
    }
    let (half, after) = half_of_day(tokens, next);
    next = after;
    match half {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let named = tokens.get(next).is_some_and(|token| {
        matches!(
            token.text.to_lowercase().as_str(),
            "uhr" | "h" | "hrs" | "uur"
        )
    });
    // `11.08` and `11` are a time only with a word that says so.
    if dotted && half.is_none() && !named {
        return None;
    }
    if named {
        next += 1;
    }
    let (offset, next) = offset(tokens, next);
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    Some((Clock { time, offset }, next))
}

/// AM or PM (`Some(true)`), also as `p.m.`, and the token after it.
fn half_of_day(tokens: &[Token<'_>], at: usize) -> (Option<bool>, usize) {
    let Some(token) = tokens.get(at) else {
        return (None, at);
    };
    match token.text.to_ascii_lowercase().as_str() {
        "am" => (Some(false), at + 1),
        "pm" => (Some(true), at + 1),
        letter @ ("a" | "p") if sign(tokens, at + 1) == Some('.') => {
            let m = tokens
                .get(at + 2)
                .is_some_and(|token| token.text.eq_ignore_ascii_case("m"));
            let stop = usize::from(sign(tokens, at + 3) == Some('.'));
            if m {
                (Some(letter == "p"), at + 3 + stop)
            } else {
                (None, at)
            }
        }
        _ => (None, at),
    }
}

/// A stated zone: `GMT`, `Z`, `+02:00`, `+0200`, `UTC+2`; a zone that is not known gives none.
fn offset(tokens: &[Token<'_>], at: usize) -> (Option<FixedOffset>, usize) {
    let Some(token) = tokens.get(at) else {
        return (None, at);
    };
    if token.is('(') || token.is(',') {
        let (found, next) = offset(tokens.get(..at + 3).unwrap_or(tokens), at + 1);
        return if found.is_some() {
            (found, next)
        } else {
            (None, at)
        };
    }
    let (base, next) = match token.kind {
        Kind::Word => match words::zone(token.text) {
            Some(minutes) => (minutes, at + 1),
            None => return (None, at),
        },
        _ => (0, at),
    };
    let sign_of = |c| match c {
        '+' => Some(1),
        '-' | '−' => Some(-1),
        _ => None,
    };
    let east = |minutes: i32| FixedOffset::east_opt(minutes * 60);
    let stated = (next > at).then(|| east(base)).flatten();
    let Some(direction) = sign(tokens, next).and_then(sign_of) else {
        return (stated, next);
    };
    match number(tokens, next + 1) {
        Some((value, 4)) => {
            let minutes = i32::try_from(value / 100 * 60 + value % 100).unwrap_or(i32::MAX);
            if minutes > 14 * 60 {
                return (stated, next);
            }
            (east(direction * minutes), next + 2)
        }
        Some((hours @ 0..=14, _)) => {
            let hours = i32::try_from(hours).unwrap_or(0) * 60;
            match (sign(tokens, next + 2), number(tokens, next + 3)) {
                (Some(':'), Some((minutes @ 0..=59, 2))) => {
                    let minutes = i32::try_from(minutes).unwrap_or(0);
                    (east(direction * (hours + minutes)), next + 4)
                }
                // A dash and a small number after a time are an offset only directly beside it.
                _ if next > at => (east(direction * hours), next + 2),
                _ => (stated, next),
            }
        }
        _ => (stated, next),
    }
}
