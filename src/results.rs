//! The answers, as plain data: every one serialises to the JSON of version 1 (`schema/results.schema.json`).

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::article::Version;
use crate::{Date, Error};

/// The answer to a search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
pub struct Why {
    /// The rarest words that both have.
    pub words: Vec<String>,
    /// People, organisations and places that both name.
    pub entities: Vec<String>,
}

/// A piece of a snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it matched.
    pub hit: bool,
}

/// Facets by field name, in the order asked for; a JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets(pub Vec<(String, Facet)>);

impl Facets {
    /// The facet of a field.
    pub fn get(&self, field: &str) -> Option<&Facet> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, facet)| facet)
    }
}

impl Serialize for Facets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, facet) in &self.0 {
            map.serialize_entry(field, facet)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Facets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Facets, D::Error> {
        let map = std::collections::BTreeMap::<String, Facet>::deserialize(deserializer)?;
        Ok(Facets(map.into_iter().collect()))
    }
}

/// The values of one field among the matching articles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facet {
    /// The most frequent values, ties by name.
    pub values: Vec<FacetValue>,
    /// How many further values there are.
    pub others: u64,
    /// How many matching articles have no value.
    pub missing: u64,
    /// Whether the counts are exact.
    pub exact: bool,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FacetValue {
    /// The value.
    pub value: String,
    /// How many matching articles have it.
    pub count: u64,
    /// The query that narrows to it.
    pub filter: String,
}

/// The answer of `facets`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FacetAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// How many articles match.
    pub total: u64,
    /// The facets asked for.
    pub facets: Facets,
    /// Pairs of values that occur in the same articles, most frequent first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross: Option<Vec<Pair>>,
    /// What the asker should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// Two facet values that occur together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The two values, in the order of the fields asked for.
    pub values: Vec<String>,
    /// How many matching articles have both.
    pub count: u64,
}

/// The length of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Calendar years.
    Year,
    /// Calendar months.
    #[default]
    Month,
    /// Weeks that begin on Monday.
    Week,
    /// Days.
    Day,
}

/// What a timeline is asked for beside its query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineRequest {
    /// The length of a period.
    pub by: Period,
    /// Adds the share of all articles of each period.
    pub share: bool,
    /// Adds the counts of another query.
    pub vs: Option<String>,
}

/// Articles by period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// The version of this JSON shape.
    pub version: Version,
    /// The length of a period.
    pub by: Period,
    /// How many articles match.
    pub total: u64,
    /// How many of them have no date.
    pub undated: u64,
    /// How many have a date too imprecise for the period.
    pub imprecise: u64,
    /// The periods from the first to the last with an article, empty ones included.
    pub periods: Vec<PeriodCount>,
    /// What the asker should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// One period of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PeriodCount {
    /// Its first day.
    pub start: String,
    /// How many matching articles.
    pub count: u64,
    /// Their share of all articles of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// How many articles match the other query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vs: Option<u64>,
}

/// What indexing did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct IndexReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// Files looked at.
    pub files: u64,
    /// Articles that are new.
    pub added: u64,
    /// Articles whose content changed.
    pub replaced: u64,
    /// Articles that are as they were.
    pub unchanged: u64,
    /// Articles taken out because their file or record vanished.
    pub removed: u64,
    /// What was not indexed, and why.
    pub skipped: Vec<Skipped>,
    /// Seconds it took.
    pub seconds: f64,
    /// How titles and dates were obtained, and what else should be known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// A file or record that was not indexed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Skipped {
    /// The file.
    pub path: String,
    /// The record in it, when only that was skipped.
    pub record: Option<u64>,
    /// Why.
    pub reason: String,
}

/// What removing did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RemoveReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// Whether the articles are gone, or would only go.
    pub dry_run: bool,
    /// The articles: id, title and path.
    pub removed: Vec<Removed>,
}

/// An article that was removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Removed {
    /// The article's id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Its file.
    pub path: String,
}

/// Counts, sizes and versions of an archive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// The version of this JSON shape.
    pub version: Version,
    /// The folder of the archive.
    pub path: String,
    /// How many articles it holds.
    pub articles: u64,
    /// How many files they came from.
    pub files: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Segments of the index.
    pub segments: u64,
    /// The first day of publication.
    pub first: Option<String>,
    /// The last day of publication.
    pub last: Option<String>,
    /// The program that made it, and the versions of layout and analyser.
    pub made_by: String,
    /// The version of the archive's layout.
    pub layout: u32,
    /// The version of the analysis of words.
    pub analyser: u32,
    /// The commit, counted from the archive's making.
    pub generation: u64,
    /// Files that an earlier version understood, with its rules and its model of names: `index --again` reads them anew.
    pub outdated: u64,
    /// How dates were obtained: counts by `stated`, `derived`, `guessed`, `none`.
    pub dates: std::collections::BTreeMap<String, u64>,
    /// How titles were obtained, likewise.
    pub titles: std::collections::BTreeMap<String, u64>,
}

/// What checking an archive found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VerifyReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// Whether no problem was found.
    pub ok: bool,
    /// Articles read and compared with their hashes.
    pub articles: u64,
    /// Files whose checksums were compared.
    pub files: u64,
    /// What is wrong.
    pub problems: Vec<String>,
    /// What helps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cures: Vec<String>,
}

/// What came of making the index of an archive anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RebuildReport {
    /// Articles that were taken over.
    pub articles: u64,
    /// Articles that were read again from their files, because what was stored of them is damaged.
    pub read_again: u64,
    /// What was damaged, and what is lost.
    pub notes: Vec<String>,
}

/// An error as JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// The error.
    pub error: ErrorBody,
}

/// The parts of an error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorBody {
    /// Its kind, in snake case.
    pub kind: crate::ErrorKind,
    /// What went wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The byte range of the query.
    pub at: Option<(usize, usize)>,
}

impl From<&Error> for ErrorAnswer {
    fn from(error: &Error) -> ErrorAnswer {
        ErrorAnswer {
            version: Version::default(),
            error: ErrorBody {
                kind: error.kind(),
                message: error.to_string(),
                hint: error.hint().map(str::to_owned),
                at: error.at(),
            },
        }
    }
}

/// What correcting by hand did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SetReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// Whether the articles were changed, or would only be.
    pub dry_run: bool,
    /// The articles, as they were.
    pub changed: Vec<Removed>,
}

/// What the archive knows of one person, organisation or place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// The field it stands in: `person`, `org` or `place`.
    pub field: String,
    /// Its canonical name.
    pub name: String,
    /// The other forms it is mentioned by, most frequent first.
    pub aliases: Vec<String>,
    /// How many articles name it.
    pub articles: u64,
    /// The first day of publication of an article that does.
    pub first: Option<String>,
    /// The last such day.
    pub last: Option<String>,
    /// The publishers of these articles.
    pub sources: Vec<FacetValue>,
    /// Who and what else they name, by field.
    pub with: std::collections::BTreeMap<String, Vec<FacetValue>>,
    /// The articles by month.
    pub months: Vec<PeriodCount>,
}

/// A correction of names by hand; see [`Archive::decide`](crate::Archive::decide).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Articles that have a name have another one.
    Merge {
        /// The name or form that goes.
        name: String,
        /// The name that stays.
        into: String,
    },
    /// A name is shown otherwise.
    Rename {
        /// The name as it is.
        name: String,
        /// The name as it shall be.
        to: String,
    },
    /// A form stands for itself, whatever it was taken for.
    Split {
        /// The form.
        name: String,
    },
    /// A name is no such entity.
    Drop {
        /// The name.
        name: String,
    },
}

/// What was kept of a correction of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// The line of `entities.rules`.
    pub rule: String,
}

/// Every telling of one story, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
pub struct Telling {
    /// The article.
    #[serde(flatten)]
    pub hit: Hit,
    /// What it adds.
    pub adds: Adds,
}

/// What a telling of a story has that no earlier one has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
