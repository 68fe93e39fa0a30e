//! Publication dates as precise as they were stated: an instant, a local time, a day, a month or a year.
//!
//! A date keeps the offset it was stated with and has none where none was stated. Filters and timelines use the day
//! *as printed*; only sorting compares instants, and takes a time without a zone as UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first year that an article can be of.
const FIRST_YEAR: i32 = 1600;

/// A point or stretch of time with the precision that was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Date {
    /// Date, time and offset: `2024-06-18T07:18:00Z`.
    Instant(DateTime<FixedOffset>),
    /// Date and time, no zone stated: `1987-02-26T15:01:01`.
    Local(NaiveDateTime),
    /// A calendar day: `2024-06-18`.
    Day(NaiveDate),
    /// A month: `2024-06`, held as its first day.
    Month(NaiveDate),
    /// A year: `2024`, held as its first day.
    Year(NaiveDate),
}

impl Date {
    /// Reads RFC 3339 with or without a zone, or a bare day, month or year; `None` for anything else.
    ///
    /// ```
    /// use morgue::Date;
    /// assert_eq!(Date::parse("2024-06").unwrap().to_string(), "2024-06");
    /// assert!(Date::parse("18 June 2024").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Date> {
        let text = text.trim();
        if !text.is_ascii() {
            return None;
        }
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        match text.len() {
            4 if text.bytes().all(|b| b.is_ascii_digit()) => {
                day(&format!("{text}-01-01")).map(Date::Year)
            }
            7 => day(&format!("{text}-01")).map(Date::Month),
            10 => day(text).map(Date::Day),
            _ => {
                let text = text.replacen(' ', "T", 1);
                if let Ok(instant) = DateTime::parse_from_rfc3339(&text) {
                    return Some(Date::Instant(instant));
                }
                // Offsets are also written +0200 and +02, seconds are often left out.
                for format in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"] {
                    if let Ok(instant) = DateTime::parse_from_str(&text, format) {
                        return Some(Date::Instant(instant));
                    }
                }
                for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
                    if let Ok(local) =
                        NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), format)
                    {
                        return Some(if text.ends_with('Z') {
                            Date::Instant(local.and_utc().fixed_offset())
                        } else {
                            Date::Local(local)
                        });
                    }
                }
                None
            }
        }
    }

    /// The first and the last day that the date may mean, as printed.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let last_of = |year: i32, month: u32| {
            let (next_year, next_month) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
            NaiveDate::from_ymd_opt(next_year, next_month, 1).and_then(|day| day.pred_opt())
        };
        match *self {
            Date::Instant(instant) => (instant.date_naive(), instant.date_naive()),
            Date::Local(local) => (local.date(), local.date()),
            Date::Day(day) => (day, day),
            Date::Month(first) => (first, last_of(first.year(), first.month()).unwrap_or(first)),
            Date::Year(first) => (first, last_of(first.year(), 12).unwrap_or(first)),
        }
    }

    /// Whether it can be the date of an article, read on a day: from 1600 to two days ahead.
    pub(crate) fn is_plausible(&self, today: NaiveDate) -> bool {
        let (first, _) = self.days();
        let last = today.checked_add_days(Days::new(2)).unwrap_or(today);
        first.year() >= FIRST_YEAR && first <= last
    }

    /// Whether a day or more is known.
    pub fn is_precise(&self) -> bool {
        !matches!(self, Date::Month(_) | Date::Year(_))
    }

    /// Seconds since 1970 for sorting; a time without a zone counts as UTC, a day as its midnight.
    pub fn seconds(&self) -> i64 {
        match *self {
            Date::Instant(instant) => instant.timestamp(),
            Date::Local(local) => local.and_utc().timestamp(),
            Date::Day(day) | Date::Month(day) | Date::Year(day) => {
                day.and_time(NaiveTime::MIN).and_utc().timestamp()
            }
        }
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Date {
        Date::Day(day)
    }
}

impl From<NaiveDateTime> for Date {
    fn from(time: NaiveDateTime) -> Date {
        Date::Local(time)
    }
}

impl<Z: TimeZone> From<DateTime<Z>> for Date {
    fn from(time: DateTime<Z>) -> Date {
        Date::Instant(time.fixed_offset())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Date::Instant(instant) if instant.offset().local_minus_utc() == 0 => {
                write!(f, "{}", instant.format("%Y-%m-%dT%H:%M:%SZ"))
            }
            Date::Instant(instant) => write!(f, "{}", instant.format("%Y-%m-%dT%H:%M:%S%:z")),
            Date::Local(local) => write!(f, "{}", local.format("%Y-%m-%dT%H:%M:%S")),
            Date::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Date::Month(day) => write!(f, "{}", day.format("%Y-%m")),
            Date::Year(day) => write!(f, "{}", day.format("%Y")),
        }
    }
}

impl FromStr for Date {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Date, crate::Error> {
        Date::parse(text).ok_or_else(|| {
            crate::Error::new(crate::ErrorKind::BadDate, format!("`{text}` is not a date"))
                .with_hint("write it as 2024, 2024-06, 2024-06-18 or 2024-06-18T07:18:00Z")
        })
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a date")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_far_ahead_is_implausible() {
        let today = NaiveDate::from_ymd_opt(2024, 6, 18).unwrap();
        let is_plausible = |text| Date::parse(text).unwrap().is_plausible(today);
        assert!(is_plausible("2024-06-20"));
        assert!(!is_plausible("2024-06-21"));
        assert!(!is_plausible("1599"));
    }
}
