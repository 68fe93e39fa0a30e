//! Times of day beside a date, with the zone that was stated.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::shapes::{number, sign};
use super::tokens::{Kind, Token};
use super::words;
use crate::Date;

/// A time of day with the zone that was stated.
pub(super) struct Clock {
    time: NaiveTime,
    offset: Option<FixedOffset>,
}

/// Puts day and time together.
pub(super) fn join(day: NaiveDate, clock: &Clock) -> Date {
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

/// The time directly after a date.
pub(super) fn time_after(tokens: &[Token<'_>], mut at: usize) -> Option<(Clock, usize)> {
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
pub(super) fn time_before(tokens: &[Token<'_>], at: usize, free: usize) -> Option<(Clock, usize)> {
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
    // French sets spaces around its sign: `18 h 05`.
    let is_h = tokens.get(at + 1).is_some_and(|token| token.text == "h");
    let joined = |token: &&Token<'_>| !token.spaced || is_h;
    let separator = tokens.get(at + 1).filter(joined);
    let minutes = number(tokens, at + 2).filter(|_| tokens.get(at + 2).is_some_and(|t| joined(&t)));
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
    // `11.08` and `11` are a time only with a word that says so, or with a comma after the day and nothing after them.
    let closing = at
        .checked_sub(1)
        .is_some_and(|before| tokens.get(before).is_some_and(|token| token.is(',')))
        && next == at + 3
        && tokens.get(next).is_none_or(|token| {
            matches!(
                token.kind,
                Kind::Sign(')' | '|' | '–' | '—' | '-' | '·' | '•')
            )
        });
    if dotted && half.is_none() && !named && !closing {
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

fn is_time(tokens: &[Token<'_>], at: usize) -> bool {
    tokens
        .get(at)
        .is_some_and(|token| token.text.eq_ignore_ascii_case("time"))
}

/// A stated zone: `GMT`, `Z`, `+02:00`, `+0200`, `UTC+2`; a zone that is not known gives none.
fn offset(tokens: &[Token<'_>], at: usize) -> (Option<FixedOffset>, usize) {
    let Some(token) = tokens.get(at) else {
        return (None, at);
    };
    if token.is('(') || token.is(',') {
        let (found, next) = offset(tokens.get(..at + 7).unwrap_or(tokens), at + 1);
        return if found.is_some() {
            (found, next)
        } else {
            (None, at)
        };
    }
    let (base, next) = match token.kind {
        // `Turkish time`, `Canberra time`: the word after says that a zone is meant.
        Kind::Word if is_time(tokens, at + 1) && words::clock_of(token.text).is_some() => {
            (words::clock_of(token.text).unwrap_or_default(), at + 2)
        }
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
