//! The values of flags: which are allowed, and what they become.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use morgue::render::{FORMATS, Format};
use morgue::{FacetRequest, Match, Period, Sort, StorySort};

/// A number of lines, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) Option<usize>);

impl Number {
    pub(super) fn parse(text: &str) -> Result<Number, String> {
        if text == "all" {
            return Ok(Number(None));
        }
        let number = text.parse().map(|number| Number(Some(number)));
        number.map_err(|_| "write a number, or all".to_owned())
    }
}

/// A number that says how many.
pub(super) fn count(text: &str) -> Result<usize, String> {
    let count = text.parse();
    count.map_err(|_| "write a number, 0 or more".to_owned())
}

/// The largest file that may be read whole.
const MOST_MEBIBYTES: u64 = 4096;

/// The size of a file.
pub(super) fn mebibytes(text: &str) -> Result<u64, String> {
    let size = text.parse().ok();
    let size = size.filter(|size| (1..=MOST_MEBIBYTES).contains(size));
    size.ok_or_else(|| format!("write a number from 1 to {MOST_MEBIBYTES}"))
}

pub(super) const MATCHES: &[(&str, Match)] = &[("all", Match::All), ("any", Match::Any)];
pub(super) const SORTS: &[(&str, Sort)] = &[
    ("best", Sort::Best),
    ("newest", Sort::Newest),
    ("oldest", Sort::Oldest),
];
pub(super) const STORY_SORTS: &[(&str, StorySort)] = &[
    ("biggest", StorySort::Biggest),
    ("newest", StorySort::Newest),
    ("growing", StorySort::Growing),
];
pub(super) const PERIODS: &[(&str, Period)] = &[
    ("year", Period::Year),
    ("month", Period::Month),
    ("week", Period::Week),
    ("day", Period::Day),
];

// The formats of each kind of answer.
pub(super) const ANSWER: &[Format] = &[
    Format::Text,
    Format::Json,
    Format::Jsonl,
    Format::Csv,
    Format::Paths,
    Format::Ids,
];
pub(super) const EXPORT: &[Format] = &[
    Format::Jsonl,
    Format::Csv,
    Format::Json,
    Format::Paths,
    Format::Ids,
];
pub(super) const RUN: &[Format] = &[Format::Csv, Format::Jsonl, Format::Trec];
pub(super) const TABLE: &[Format] = &[Format::Text, Format::Json, Format::Csv];
pub(super) const STORIES: &[Format] = &[Format::Text, Format::Json, Format::Csv, Format::Ids];
pub(super) const REPORT: &[Format] = &[Format::Text, Format::Json];

pub(super) fn formats(allowed: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    let rows = FORMATS.iter().filter(|row| allowed.contains(&row.format));
    let values = rows.map(|row| PossibleValue::new(row.name).help(row.about));
    PossibleValuesParser::new(values).map(|name| Format::parse(&name).unwrap_or_default())
}

pub(super) fn choice<T: Copy + Send + Sync + 'static>(
    table: &'static [(&'static str, T)],
) -> impl TypedValueParser<Value = T> {
    let names = table.iter().map(|(name, _)| PossibleValue::new(*name));
    PossibleValuesParser::new(names).try_map(|chosen| {
        let row = table.iter().find(|(name, _)| *name == chosen);
        row.map(|(_, value)| *value).ok_or("not one of these")
    })
}

pub(super) fn facet(text: &str) -> Result<FacetRequest, String> {
    let (field, top) = match text.split_once('=') {
        Some((field, number)) => (field, Number::parse(number)?.0),
        None => (text, Some(FacetRequest::DEFAULT_TOP)),
    };
    let field = field.trim();
    if field.is_empty() {
        return Err("name a field, such as person or source=5".to_owned());
    }
    Ok(FacetRequest {
        field: field.to_owned(),
        top,
    })
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, key)) if !field.is_empty() && !key.is_empty() => {
            Ok((field.to_owned(), key.to_owned()))
        }
        _ => Err("write FIELD=KEY, such as title=headline".to_owned()),
    }
}

pub(super) fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN));
    let time = day.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"));
    time.map_err(|_| "write it as 2024-06-18 or 2024-06-18T07:18:00".to_owned())
}
