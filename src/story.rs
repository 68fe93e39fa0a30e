//! Which articles are copies of one text, and which tell one event.
//!
//! Two links, two methods: rows of words for copies (`fingerprint`), weighted terms for events (`vector`), from which
//! groups are made (`cluster`). Everything here follows from the articles that are handed in, two at a time; finding
//! candidates and keeping what was found is left to the archive.

mod background;
mod cluster;
mod fingerprint;
mod hash;
mod terms;
mod vector;

#[cfg(test)]
mod edits;
#[cfg(test)]
mod tests;

use chrono::Datelike;

use crate::Article;
pub(crate) use cluster::{Link, cluster};
use fingerprint::Fingerprint;
use terms::terms;
use vector::{Common, UNIT, Vector};

/// The part of the shorter text that makes two articles copies.
const COPIED: f32 = 0.5;

/// A part from which on nothing else is asked.
const WHOLLY_COPIED: f32 = 0.9;

/// The least likeness of copies that are not whole: forms that are filled in share rows, but not what they are about.
const COPY_LIKENESS: u32 = UNIT * 35 / 100;

/// What is left of the likeness, in percent, of articles at most so many days apart; those further apart tell two
/// events. A trial is told for months, and a festival every year.
const WINDOWS: [(i32, u32); 2] = [(90, 100), (300, 50)];

/// Signature terms that two tellings of one event share at the least.
pub(crate) const SHARED_TERMS: usize = 2;

/// What their signatures must share, where a word counts one and a name two.
const SHARED: usize = 4;

/// The least likeness that is a link; weaker ones count as none.
const WEAKEST: u32 = UNIT / 10;

/// The likeness of names, or of numbers, from which on two articles tell of the same people and places, or of the same
/// tolls and days.
const AGREED: u32 = UNIT / 10;

/// What is left of the likeness of two articles without a shared name.
const NAMELESS_PERCENT: u32 = 60;

/// What is left of it where both have numbers and none is shared.
const NUMBERLESS_PERCENT: u32 = 80;

/// What is left of it where no word is shared but names: two things that happen in one town are two events.
const WORDLESS_PERCENT: u32 = 20;

/// The likeness of such words from which on nothing is taken away.
const WORDED: u32 = UNIT * 2 / 100;

/// Names and numbers alone show less than all words.
const ACROSS_PERCENT: u32 = 80;

/// The least mean likeness of two parts of a story.
const SAME_EVENT: u16 = 1_800;

/// What is needed of an article to tell its copies and its story.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Telling {
    id: String,
    /// The first and the last day that it may have been published on, and the second, for sorting.
    days: Option<(i32, i32, i64)>,
    source: Option<String>,
    language: Option<String>,
    fingerprint: Fingerprint,
    vector: Vector,
}

/// How two articles share their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copy {
    /// Two publishers, or one that is not known.
    Copy,
    /// One publisher, which changed its own article.
    Version,
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
        let body = terms(&article.body);
        Telling {
            id: article.id.clone(),
            days,
            source: article.source.clone(),
            language: article.language.clone(),
            fingerprint: Fingerprint::of(&body),
            vector: Vector::of(article, &body),
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

    /// The place among the tellings of a story: by date, undated last, then by id.
    pub(crate) fn order(&self) -> (bool, i64, &str) {
        let second = self.days.map_or(0, |(_, _, second)| second);
        (self.days.is_none(), second, &self.id)
    }

    /// The part of the likeness that the time between two articles leaves, in percent; all of it without dates.
    fn percent_at(&self, other: Option<(i64, i64)>) -> u32 {
        let (Some((first, last)), Some((from, to))) = (self.first_and_last(), other) else {
            return 100;
        };
        let apart = from.saturating_sub(last).max(first.saturating_sub(to));
        let window = WINDOWS.iter().find(|(days, _)| apart <= i64::from(*days));
        window.map_or(0, |(_, percent)| *percent)
    }

    fn first_and_last(&self) -> Option<(i64, i64)> {
        self.days
            .map(|(first, last, _)| (first.into(), last.into()))
    }

    /// Whether a link to an article of which no more is known is possible: its first and last day, and how many rows
    /// are shared.
    pub(crate) fn may_be_linked(&self, days: Option<(i64, i64)>, rows: u32) -> bool {
        rows > 0 || self.percent_at(days) > 0
    }

    /// Whether enough rows are shared to ask for more.
    pub(crate) fn may_be_copy(&self, other: &Telling) -> bool {
        self.fingerprint.may_contain(&other.fingerprint)
    }
}

/// Whether one article has the text of the other.
pub(crate) fn copy(a: &Telling, b: &Telling) -> Option<Copy> {
    let share = a.fingerprint.containment(&b.fingerprint);
    if share < COPIED || share < WHOLLY_COPIED && likeness(a, b) < COPY_LIKENESS {
        return None;
    }
    match (&a.source, &b.source) {
        (Some(ours), Some(theirs)) if ours == theirs => Some(Copy::Version),
        _ => Some(Copy::Copy),
    }
}

/// How much two articles look like tellings of one event, from 0 to [`UNIT`]; 0 where they cannot be.
pub(crate) fn same_event(a: &Telling, b: &Telling) -> u16 {
    let percent = a.percent_at(b.first_and_last());
    if percent == 0 {
        return 0;
    }
    let common = a.vector.common(&b.vector);
    if common.signature < SHARED {
        return 0;
    }
    let likeness = likeness_by(common, a, b) * percent / 100;
    if likeness < WEAKEST {
        return 0;
    }
    u16::try_from(likeness).unwrap_or(u16::MAX)
}

/// How alike two articles are, whenever they appeared, from 0 to [`UNIT`].
pub(crate) fn likeness(a: &Telling, b: &Telling) -> u32 {
    likeness_by(a.vector.common(&b.vector), a, b)
}

fn likeness_by(common: Common, a: &Telling, b: &Telling) -> u32 {
    // The likeness of all words, less where no name, number or other word is shared: what happens to others is another
    // event. From the least percentage to all of it, as the likeness of a kind grows to what is enough.
    let left = |likeness: u32, enough: u32, least: u32| {
        least + likeness.min(enough) * (100 - least) / enough
    };
    let named = left(common.names.unwrap_or(0), AGREED, NAMELESS_PERCENT);
    let numbered = left(common.numbers.unwrap_or(AGREED), AGREED, NUMBERLESS_PERCENT);
    let worded = left(common.words.unwrap_or(0), WORDED, WORDLESS_PERCENT);
    let in_one_language = common.all * named / 100 * numbered / 100 * worded / 100;
    // The likeness of what is written alike in two languages.
    let across_languages = match (&a.language, &b.language) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            common.across.unwrap_or(0) * ACROSS_PERCENT / 100
        }
        _ => 0,
    };
    in_one_language.max(across_languages)
}

/// The number of documents that words were counted in, and the stems of words with how many have them.
pub(crate) fn common_words() -> (u32, impl Iterator<Item = (&'static str, u32)>) {
    background::counts()
}

/// The stories among articles that links join, each sorted.
pub(crate) fn stories(links: &[Link]) -> Vec<Vec<u32>> {
    cluster(links, SAME_EVENT)
}
