//! Which number of `03/04/2024` is the day: by the other dates of the folder, by the language, by the country.

use super::Work;
use super::dates::{self, Order};
use crate::{Date, Evidence, How};

/// Countries that write English, by the ends of their addresses, and those of them that write the month first. Canada
/// writes both.
const DAY_FIRST: &[&str] = &[
    "uk", "gb", "ie", "au", "nz", "in", "za", "ng", "ke", "gh", "ug", "tz", "zw", "zm", "pk", "bd",
    "lk", "sg", "my", "hk", "mt", "jm", "tt", "ae", "qa", "eu",
];
const MONTH_FIRST: &[&str] = &["us", "ph", "gov", "mil"];

/// How the order came to be known, for the evidence of dates that needed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The language has one order only, or nothing tells.
    Surely,
    /// Other dates of the folder show it.
    FromOthers,
    /// The country that the file names writes so.
    FromCountry,
}

impl Known {
    /// Says in the evidence of a date what decided its order, where it needed one.
    pub(super) fn note(self, evidence: &mut Evidence, date: &Date) {
        let (how, from) = match self {
            Known::Surely => return,
            Known::FromOthers => (How::Derived, "order of day and month as in other files"),
            Known::FromCountry => (How::Guessed, "order of day and month as in its country"),
        };
        let text = evidence.text.as_deref().unwrap_or_default();
        if dates::needs_order(text, date) {
            evidence.how = evidence.how.max(how);
            let stood = evidence.from.take().map(|from| format!("{from}, "));
            evidence.from = Some(format!("{}{from}", stood.unwrap_or_default()));
        }
    }
}

/// The order of day and month in an article.
pub(super) fn of(work: &Work<'_>) -> (Order, Known) {
    if work.house.order() != Order::Unknown {
        return (work.house.order(), Known::FromOthers);
    }
    let order = Order::of(work.article.language.as_deref());
    if order != Order::Unknown {
        return (order, Known::Surely);
    }
    let country = work
        .region
        .as_deref()
        .or_else(|| ending(work.article.url.as_deref()?));
    let is_in = |list: &[&str]| country.is_some_and(|country| list.contains(&country));
    match (is_in(DAY_FIRST), is_in(MONTH_FIRST)) {
        (true, _) => (Order::DayFirst, Known::FromCountry),
        (_, true) => (Order::MonthFirst, Known::FromCountry),
        _ => (Order::Unknown, Known::Surely),
    }
}

/// The country of a language tag, lower case: `us` of `en-US`.
pub(super) fn region(tag: &str) -> Option<String> {
    let (_, region) = tag.trim().split_once(['-', '_'])?;
    let is_country = region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic());
    is_country.then(|| region.to_ascii_lowercase())
}

/// The end of the name of a site.
fn ending(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    host.rsplit('.').next()
}

#[cfg(test)]
mod tests {
    use crate::{Article, Candidate, Draft, EnrichOptions, Evidence, How, enrich};

    fn dated(url: Option<&str>, tag: &str) -> (Option<String>, Option<How>) {
        let candidate = |field: &'static str, value: &str, text: &str| {
            let mut evidence = Evidence::new(How::Stated, format!("key {field}"));
            evidence.text = Some(text.to_owned());
            Candidate {
                field,
                value: value.to_owned(),
                evidence,
            }
        };
        let draft = Draft {
            article: Article {
                url: url.map(str::to_owned),
                ..Article::default()
            },
            candidates: vec![
                candidate("language", "en", tag),
                candidate("date", "03/04/2024", "03/04/2024"),
            ],
            ..Draft::default()
        };
        let article = enrich(draft, &EnrichOptions::default());
        (
            article.date.map(|date| date.to_string()),
            article.how("date"),
        )
    }

    // The country of the language or of the site is a guess; English alone says nothing.
    #[test]
    fn countries_have_an_order() {
        let guessed = |date: &str| (Some(date.to_owned()), Some(How::Guessed));
        assert_eq!(dated(None, "en-US"), guessed("2024-03-04"));
        assert_eq!(dated(None, "en_GB"), guessed("2024-04-03"));
        let site = Some("https://herald.co.uk/ferry");
        assert_eq!(dated(site, "en"), guessed("2024-04-03"));
        let site = Some("https://herald.example.com/ferry");
        assert_eq!(dated(site, "en"), (None, None));
    }
}
