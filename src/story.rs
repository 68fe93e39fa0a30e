//! Which articles are copies of one text, and which tell one event.
//!
//! Two links, two methods: rows of words for copies (`fingerprint`), weighted terms for events (`vector`), from which
//! groups are made (`cluster`). Everything here follows from the articles that are handed in, two at a time; finding
//! candidates and keeping what was found is left to the archive.

mod background;
mod cluster;
mod few;
mod fingerprint;
mod hash;
mod judge;
mod stems;
mod terms;
mod vector;
mod words;

#[cfg(test)]
mod edits;
#[cfg(test)]
mod tests;

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::Article;
use cluster::cluster;
pub(crate) use cluster::{Connected, Link, Walk, parts};
use fingerprint::{Fingerprint, Rows};
#[cfg(test)]
pub(crate) use judge::Copy;
pub(crate) use judge::{Judged, copy, judge, kinship};
use vector::Vector;
use words::{Word, words};

/// What is left of the likeness, in percent, of articles at most so many days apart; those further apart tell two
/// events. A trial is told for months, and a festival every year.
const WINDOWS: [(i32, u32); 2] = [(90, 100), (300, 50)];

/// Signature terms that two tellings of one event share at the least.
pub(crate) const SHARED_TERMS: usize = 2;

/// The least mean likeness of two parts of a story.
const SAME_EVENT: u16 = 2_000;

/// What is needed of an article to tell its copies and its story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Telling {
    id: String,
    /// The first and the last day that it may have been published on, and the second, for sorting.
    days: Option<(i32, i32, i64)>,
    source: Option<String>,
    language: Option<String>,
    fingerprint: Fingerprint,
    /// That of the text with its names and numbers left open.
    form: Rows,
    vector: Vector,
}

impl Telling {
    /// What is needed of an article; no other article is asked.
    pub(crate) fn of(article: &Article) -> Telling {
        let days = article.date.map(|date| {
            let (first, last) = date.days();
            (
                first.num_days_from_ce(),
                last.num_days_from_ce(),
                date.seconds(),
            )
        });
        let body = words([article.body.as_str()]);
        let names = article.person.iter().chain(&article.org);
        let names = words(names.chain(&article.place).map(String::as_str));
        let hashes: Vec<u32> = body.iter().map(Word::hash).collect();
        Telling {
            id: article.id.clone(),
            days,
            source: article.source.clone(),
            language: article.language.clone(),
            fingerprint: Fingerprint::of(&hashes),
            form: Rows::of(&form(&body, &names)),
            vector: Vector::of(article, &body, &names),
        }
    }

    /// The same for an article that got its id since.
    pub(crate) fn with_id(self, id: &str) -> Telling {
        Telling {
            id: id.to_owned(),
            ..self
        }
    }

    /// The id of the article.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The hashes by which copies are found: any shared one makes a candidate.
    pub(crate) fn rows(&self) -> &[u32] {
        self.fingerprint.sample()
    }

    /// The hashes by which tellings of the same event are found: [`SHARED_TERMS`] shared ones make a candidate.
    pub(crate) fn signature(&self) -> &[u32] {
        self.vector.signature()
    }

    /// The same with their weights.
    pub(crate) fn weighted_signature(&self) -> impl Iterator<Item = (u32, u32)> {
        self.vector.weighted_signature()
    }

    /// The place among the tellings of a story: by date, undated last, then by id.
    pub(crate) fn order(&self) -> (bool, i64, &str) {
        let second = self.days.map_or(0, |(_, _, second)| second);
        (self.days.is_none(), second, &self.id)
    }

    /// The fewest days that may lie between this article and one of that first and last day; none without dates.
    fn days_from(&self, other: Option<(i64, i64)>) -> i64 {
        let (Some((first, last)), Some((from, to))) = (self.days(), other) else {
            return 0;
        };
        from.saturating_sub(last)
            .max(first.saturating_sub(to))
            .max(0)
    }

    /// The part of the likeness that the time between two articles leaves, in percent; all of it without dates.
    fn percent_at(&self, other: Option<(i64, i64)>) -> u32 {
        let apart = self.days_from(other);
        let window = WINDOWS.iter().find(|(days, _)| apart <= i64::from(*days));
        window.map_or(0, |(_, percent)| *percent)
    }

    /// The first and the last day that it may have been published on.
    pub(crate) fn days(&self) -> Option<(i64, i64)> {
        self.days
            .map(|(first, last, _)| (first.into(), last.into()))
    }

    /// Whether a link to an article of which no more is known is possible: its first and last day, and how many rows
    /// are shared.
    pub(crate) fn may_be_linked(&self, days: Option<(i64, i64)>, rows: u32) -> bool {
        rows > 0 || self.percent_at(days) > 0
    }
}

/// The words of a text, by hash, with all names alike and all numbers: what is left is the form that they fill.
fn form(body: &[Word], names: &[Word]) -> Vec<u32> {
    const NAME: u32 = 1;
    const NUMBER: u32 = 2;
    let names = names.iter().filter(|name| !name.is_number);
    let mut names: Vec<u64> = names.map(|name| name.id).collect();
    names.sort_unstable();
    names.dedup();
    let open = |word: &Word| match (word.is_number, names.binary_search(&word.id)) {
        (true, _) => NUMBER,
        (false, Ok(_)) => NAME,
        (false, Err(_)) => word.hash(),
    };
    body.iter().map(open).collect()
}

/// The number of documents that words were counted in, and the stems of words with how many have them.
pub(crate) fn common_words() -> (u32, impl Iterator<Item = (&'static str, u32)>) {
    background::counts()
}

/// How much a folded word says, in an archive of so many articles of which some have it; news at large counts with them,
/// so that an archive of two articles can tell words apart.
pub(crate) fn weight_of(word: &str, articles: u64, having: u64) -> f32 {
    background::weight_with(&terms::stem(word), articles, having)
}

/// The stories among articles that links join and that are few, see [`parts`]; each sorted.
pub(crate) fn stories(links: &[Link]) -> Vec<Vec<u32>> {
    cluster(links, SAME_EVENT)
}
