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

use chrono::Datelike;

use crate::Article;
pub(crate) use cluster::{Link, cluster};
use fingerprint::Fingerprint;
use vector::Vector;

/// The part of the shorter text that makes two articles copies.
const COPIED: f32 = 0.5;

/// A row of words that more articles have is nobody's text: a notice, a form, a formula.
const COMMON: u32 = 100;

/// Days after which an article is no telling of the same event.
const WINDOW: i32 = 90;

/// Signature terms that two articles must share to be compared.
pub(crate) const SHARED_TERMS: usize = 3;

/// The least likeness that is a link; weaker ones count as none.
const WEAKEST: u16 = 1_000;

/// Names alone show less than names and words.
const ACROSS_LANGUAGES: f32 = 0.6;

/// The least mean likeness of two parts of a story.
const SAME_EVENT: u16 = 2_400;

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
        Telling {
            id: article.id.clone(),
            days,
            source: article.source.clone(),
            language: article.language.clone(),
            fingerprint: Fingerprint::of(&article.body),
            vector: Vector::of(article),
        }
    }

    /// The id of the article.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The hashes by which copies are found: any shared one makes a candidate.
    pub(crate) fn rows(&self) -> &[u32] {
        self.fingerprint.rows()
    }

    /// The hashes by which tellings of the same event are found: [`SHARED_TERMS`] shared ones make a candidate.
    pub(crate) fn signature(&self) -> Vec<u32> {
        self.vector.signature()
    }

    /// The place among the tellings of a story: by date, undated last, then by id.
    pub(crate) fn order(&self) -> (bool, i64, &str) {
        let second = self.days.map_or(0, |(_, _, second)| second);
        (self.days.is_none(), second, &self.id)
    }

    /// Whether both dates are known and too far apart.
    fn is_far_from(&self, other: &Telling) -> bool {
        let (Some((first, last, _)), Some((from, to, _))) = (self.days, other.days) else {
            return false;
        };
        from.saturating_sub(last) > WINDOW || first.saturating_sub(to) > WINDOW
    }
}

/// Whether one article has the text of the other; `count` says in how many articles a row of words stands.
pub(crate) fn copy(a: &Telling, b: &Telling, count: impl Fn(u32) -> u32) -> Option<Copy> {
    let share = a
        .fingerprint
        .containment(&b.fingerprint, |row| count(row) > COMMON);
    if share < COPIED {
        return None;
    }
    match (&a.source, &b.source) {
        (Some(a), Some(b)) if a == b => Some(Copy::Version),
        _ => Some(Copy::Copy),
    }
}

/// How much two articles look like tellings of one event, in ten-thousandths; 0 where they cannot be.
pub(crate) fn same_event(a: &Telling, b: &Telling) -> u16 {
    if a.is_far_from(b) {
        return 0;
    }
    let mut likeness = a.vector.likeness(&b.vector);
    if let (Some(ours), Some(theirs)) = (&a.language, &b.language)
        && ours != theirs
    {
        let names = a.vector.likeness_of_names(&b.vector) as f32 * ACROSS_LANGUAGES;
        likeness = likeness.max(names as u32);
    }
    if likeness < u32::from(WEAKEST) {
        0
    } else {
        likeness as u16
    }
}

/// The stories among articles that links join, each sorted.
pub(crate) fn stories(links: &[Link]) -> Vec<Vec<u32>> {
    cluster(links, SAME_EVENT)
}
