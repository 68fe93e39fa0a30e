//! Stories and their tellings.

use serde::{Deserialize, Serialize};

use super::Hit;
use crate::article::Version;

/// Every telling of one story, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoryAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// The story: the id of its earliest article.
    pub story: String,
    /// The articles that tell it, oldest first, undated last.
    pub articles: Vec<Telling>,
}

/// One telling of a story, with what those before it do not have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Telling {
    /// The article.
    #[serde(flatten)]
    pub hit: Hit,
    /// What it adds.
    pub adds: Adds,
}

/// What a telling of a story has that no earlier one has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Adds {
    /// People.
    pub person: Vec<String>,
    /// Organisations.
    pub org: Vec<String>,
    /// Places.
    pub place: Vec<String>,
    /// Numbers.
    pub numbers: Vec<String>,
    /// Sentences most of whose words stood in no earlier telling in that order.
    pub sentences: u64,
}

/// The biggest stories among the articles that match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoriesAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// The stories, biggest first.
    pub stories: Vec<StoryLine>,
    /// What the asker should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// One story in a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoryLine {
    /// The story's id.
    pub story: String,
    /// The title of its first article that matches and has one.
    pub title: Option<String>,
    /// How many matching articles tell it.
    pub size: u64,
    /// How many publishers they have, where those are known.
    pub sources: u64,
    /// The first day.
    pub first: Option<String>,
    /// The last day.
    pub last: Option<String>,
}
