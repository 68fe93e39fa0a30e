//! The answers, as plain data: every one serialises to the JSON of version 1 (`schema/results.schema.json`).

mod counts;
mod names;
mod reports;
mod stories;

use serde::{Deserialize, Serialize};

use crate::Date;
use crate::article::Version;
pub use counts::*;
pub use names::*;
pub use reports::*;
pub use stories::*;

/// The answer to a search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Results {
    /// The version of this JSON shape.
    pub version: Version,
    /// What was asked, as understood.
    pub query: Asked,
    /// How many articles match.
    pub total: u64,
    /// How many stories they tell.
    pub stories: u64,
    /// Milliseconds it took.
    pub took_ms: f64,
    /// Whether articles with most of the words are shown because none has all.
    pub relaxed: bool,
    /// The cursor to go on with, where more lines exist.
    pub next: Option<String>,
    /// What the asker should know: what was ignored, cut or can be done next.
    pub hints: Vec<String>,
    /// The query with words of the archive in place of those that no article has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<String>,
    /// The lines of the answer.
    pub hits: Vec<Hit>,
    /// The facets asked for, in that order.
    pub facets: Facets,
    /// How the query was read, when asked to explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<String>,
    /// Whether the archive changed since the cursor was given out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
}

/// The question that an answer belongs to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Asked {
    /// The words.
    pub text: String,
    /// The exact filters, written `field=value` or `field!=value`.
    #[serde(rename = "where")]
    pub filters: Vec<String>,
    /// The first day.
    pub since: Option<String>,
    /// The last day.
    pub until: Option<String>,
}

/// One line of an answer: an article, standing for its story.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Hit {
    /// Its place in the answer, from 1, counted over all pages.
    pub rank: u64,
    /// The article's id.
    pub id: String,
    /// Its score; 0 when sorted by date.
    pub score: f32,
    /// The title; derived from the lead where the file has none.
    pub title: Option<String>,
    /// The date of publication.
    pub date: Option<Date>,
    /// The publisher.
    pub source: Option<String>,
    /// Agencies credited or cited.
    pub agency: Vec<String>,
    /// The authors.
    pub byline: Vec<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// The file.
    pub path: String,
    /// The place in a container.
    pub record: Option<u64>,
    /// A passage of the article with the words that matched marked.
    pub snippet: Vec<Piece>,
    /// The people.
    pub person: Vec<String>,
    /// The organisations.
    pub org: Vec<String>,
    /// The places.
    pub place: Vec<String>,
    /// The id of its story, its own when it is alone.
    pub story: Option<String>,
    /// How many matching articles tell the story.
    pub story_size: u64,
    /// How many of them are copies of this one.
    pub copies: u64,
    /// The article it is a copy of.
    pub copy_of: Option<String>,
    /// Fields whose value is a guess or, for the title, derived.
    pub guessed: Vec<String>,
    /// How the score comes about, when asked to explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<serde_json::Value>,
    /// What it shares with the article that similar ones were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// Why an article is like another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Why {
    /// The rarest words that both have.
    pub words: Vec<String>,
    /// People, organisations and places that both name.
    pub entities: Vec<String>,
}

/// A piece of a snippet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it matched.
    pub hit: bool,
}
