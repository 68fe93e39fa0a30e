//! The shapes of written dates: which tokens in which order mean a day, and a time beside it.

use chrono::NaiveDate;

use super::Order;
use super::clock::{join, time_after, time_before};
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
                .or_else(|| year_word(tokens, at))
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

pub(super) fn number(tokens: &[Token<'_>], at: usize) -> Option<(u32, usize)> {
    match tokens.get(at)?.kind {
        Kind::Number(value, digits) => Some((value, digits)),
        _ => None,
    }
}

pub(super) fn sign(tokens: &[Token<'_>], at: usize) -> Option<char> {
    match tokens.get(at)?.kind {
        Kind::Sign(c) => Some(c),
        _ => None,
    }
}

/// The month that a word names and the token after it; Vietnamese counts the months: `tháng 3`.
fn month(tokens: &[Token<'_>], at: usize) -> Option<(u32, usize)> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    if token.text.eq_ignore_ascii_case("thang") || token.text.to_lowercase() == "tháng" {
        let counted = number(tokens, at + 1).filter(|(month, _)| (1..=12).contains(month))?;
        return Some((counted.0, at + 2));
    }
    words::month(token.text).map(|month| (month, at + 1))
}

fn year(tokens: &[Token<'_>], at: usize) -> Option<u32> {
    match number(tokens, at)? {
        (value @ 1600..=2199, 4) if !joined_after(tokens, at) => Some(value),
        _ => None,
    }
}

/// The year after the month at `month_at`. Thai counts from the death of the Buddha.
fn year_after(tokens: &[Token<'_>], month_at: usize, at: usize) -> Option<u32> {
    let is_thai = tokens
        .get(month_at)
        .is_some_and(|month| month.text.starts_with(|c| matches!(c, 'ก'..='๛')));
    match number(tokens, at) {
        Some((value @ 2400..=2699, 4)) if is_thai => Some(value - 543),
        _ => year(tokens, at),
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

/// Words that may follow a year which the month follows.
const AFTER_YEAR: &[&str] = &["m", "gada", "ko", "eko", "évi"];

/// `2024. március 3.`, `2024 m. kovo 3 d.`, `2024. gada 3. marts`, `2024 Mar 3`, `2024-Mar-03`.
fn year_word(tokens: &[Token<'_>], at: usize) -> Option<Calendar> {
    let year = year(tokens, at)?;
    let mut next = at + 1;
    let mut is_told = false;
    for _ in 0..3 {
        let Some(token) = tokens.get(next) else { break };
        let is_word = AFTER_YEAR.contains(&token.text);
        if !is_word && !matches!(token.kind, Kind::Sign('.' | '-')) {
            break;
        }
        is_told |= is_word;
        next += 1;
    }
    // Behind a full stop a capital begins a sentence: "in 2024. March 3 was".
    let lower = |token: &Token<'_>| token.text.starts_with(char::is_lowercase);
    let ends = sign(tokens, at + 1) == Some('.');
    if ends && !is_told && !tokens.get(next).is_some_and(lower) {
        return None;
    }
    // A small word directly behind a year is none of a date: "by 2024 may 20 states".
    if next == at + 1 && tokens.get(next).is_some_and(lower) {
        return None;
    }
    let (month, number_of_day, next) = match month(tokens, next) {
        Some((month, after)) => {
            let after = skip_between(tokens, after);
            let (number_of_day, 1..=2) = number(tokens, after)? else {
                return None;
            };
            (month, number_of_day, after + 1)
        }
        None if is_told => {
            let (number_of_day, 1..=2) = number(tokens, next)? else {
                return None;
            };
            let (month, after) = month(tokens, skip_between(tokens, next + 1))?;
            (month, number_of_day, after)
        }
        None => return None,
    };
    let date = day(year, month, number_of_day)?;
    Some(Calendar { date, next })
}

/// Words and signs between day, month and year that mean nothing: `4. de März, 2024`, `4th of May`, `12 d'abril`.
const BETWEEN: &[&str] = &[
    "de", "of", "del", "st", "nd", "rd", "th", "er", "do", "den", "a", "o", "d", "năm", "nam",
];

fn skip_between(tokens: &[Token<'_>], mut at: usize) -> usize {
    for _ in 0..3 {
        let Some(token) = tokens.get(at) else { break };
        let skipped = match token.kind {
            Kind::Sign('.' | ',' | '-' | '/' | 'º' | 'ª' | '°' | '\u{2011}' | '\'' | '’') => {
                true
            }
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
    let (month, next) = month(tokens, month_at)?;
    let year_at = skip_between(tokens, next);
    let date = day(year_after(tokens, month_at, year_at)?, month, number_of_day)?;
    Some(Calendar {
        date,
        next: year_at + 1,
    })
}

/// Months that are names too: alone with a year they say nothing of a date.
const NAMES: &[&str] = &[
    "augusta", "julie", "julius", "junius", "maja", "marco", "marta",
];

/// `March 4, 2024`, `Nov. 20th, 2019`, and `June 2024` as a month.
fn word_day_year(tokens: &[Token<'_>], at: usize) -> Option<Calendar> {
    let (month, next) = month(tokens, at)?;
    let day_at = skip_between(tokens, next);
    if let Some(year) = year_after(tokens, at, day_at) {
        // Short forms are words of their own ("out", "set", "mar"): alone with a year they say too little.
        let word = tokens.get(at).map_or("", |token| token.text);
        let is_month = word.len() > 3 && !NAMES.contains(&word.to_lowercase().as_str());
        let first = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?;
        return is_month.then_some(Calendar {
            date: Date::Month(first),
            next: day_at + 1,
        });
    }
    let (number_of_day, 1..=2) = number(tokens, day_at)? else {
        return None;
    };
    let year_at = skip_between(tokens, day_at + 1);
    let date = day(year_after(tokens, at, year_at)?, month, number_of_day)?;
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
        (_, Order::MonthFirst) => day(whole, first, second).or_else(|| day(whole, second, first)),
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

/// The order of the first date of numbers alone that can be read in one order only: `13/4/2024`, `4-13-2024`.
pub(super) fn written_order(tokens: &[Token<'_>]) -> Option<Order> {
    (0..tokens.len()).find_map(|at| {
        let (first, 1..=2) = number(tokens, at)? else {
            return None;
        };
        let (second, 1..=2) = number(tokens, at + 2)? else {
            return None;
        };
        let separator = sign(tokens, at + 1).filter(|sign| matches!(sign, '/' | '-'))?;
        let whole = sign(tokens, at + 3) == Some(separator) && !joined_before(tokens, at);
        year(tokens, at + 4).filter(|_| whole)?;
        match (first, second) {
            (13..=31, 1..=12) => Some(Order::DayFirst),
            (1..=12, 13..=31) => Some(Order::MonthFirst),
            _ => None,
        }
    })
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
