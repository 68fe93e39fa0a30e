//! The article, as it is stored, exported and read back, and the draft that a reader hands on.
//!
//! Every field says where it came from ([`Evidence`]); what a file states, what follows from it and what is a guess
//! are told apart all the way to the answer.

mod own_names;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Date;

/// The version of the JSON that articles and answers are written in.
pub const JSON_VERSION: u32 = 1;

/// How files are understood, by rules and models: a release that does it better has a higher number, and `info` tells
/// what was read before.
pub(crate) const UNDERSTANDING: u32 = 0;

/// One news article: what its file says, and what was worked out from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// The version of this JSON shape.
    pub version: Version,
    /// The id: stated by the input, else a hash of the canonical url, else of path and record.
    pub id: String,
    /// The file it came from: absolute in an archive, as given in `inspect`.
    pub path: String,
    /// The place in a container (line, row, record), counted from 1.
    pub record: Option<u64>,
    /// The name of the format it was read as.
    pub format: String,
    /// The headline; a display title derived from the lead where the file has none (the evidence says so).
    pub title: Option<String>,
    /// The summary line between headline and body.
    pub standfirst: Option<String>,
    /// When it was published.
    pub date: Option<Date>,
    /// When it was last changed by its publisher.
    pub updated: Option<Date>,
    /// The publisher.
    pub source: Option<String>,
    /// News agencies credited or cited, by their short names.
    pub agency: Vec<String>,
    /// The authors, without "By".
    pub byline: Vec<String>,
    /// Place and date before the first sentence, as printed.
    pub dateline: Option<String>,
    /// The ISO 639-1 code of the language.
    pub language: Option<String>,
    /// Sections of the publication it stood in.
    pub section: Vec<String>,
    /// The canonical address.
    pub url: Option<String>,
    /// The text of the article: paragraphs with a blank line between.
    pub body: String,
    /// What else stood in the file, by zone; searched only as `rest:`.
    pub rest: Vec<Zone>,
    /// The people, canonical, by weight in the article.
    pub person: Vec<String>,
    /// The organisations, canonical, by weight in the article.
    pub org: Vec<String>,
    /// The places, canonical, by weight in the article.
    pub place: Vec<String>,
    /// Every occurrence of a name in the body.
    pub mentions: Vec<Mention>,
    /// The id of the story it tells, worked out by the archive.
    pub story: Option<String>,
    /// The id of the article it is a copy of, worked out by the archive.
    pub copy_of: Option<String>,
    /// Values of the fields that a schema file added.
    pub labels: BTreeMap<String, Vec<String>>,
    /// Where each field came from.
    pub evidence: BTreeMap<String, Proof>,
    /// Values that were considered and not taken; only where they were asked for, and never kept in an archive.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runners_up: Vec<RunnerUp>,
}

/// A value that was considered for a field and not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunnerUp {
    /// The field.
    pub field: String,
    /// Why it was not taken, or what spoke for it.
    pub why: String,
    /// The value and where it stood.
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// The version number of the JSON shape; serialises as [`JSON_VERSION`] and accepts any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl Default for Version {
    fn default() -> Version {
        Version(JSON_VERSION)
    }
}

/// A stretch of text that is not body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Zone {
    /// What it is: `kicker`, `caption`, `advert`, `teaser`, `share`, `footer`, `byline`, `comment`, `other`.
    pub zone: String,
    /// Its text.
    pub text: String,
}

/// One occurrence of a name in the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// The field it belongs to: `person`, `org` or `place`.
    pub field: String,
    /// The canonical name within the article.
    pub name: String,
    /// The words as they stand in the body.
    pub text: String,
    /// The first byte in the UTF-8 of the body.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// How a value was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The file says so.
    Stated,
    /// It follows from what the file says.
    Derived,
    /// A rule thinks so and may be wrong.
    Guessed,
}

/// What an agency has to do with an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It supplied the text: named in the dateline or the by-line.
    Credited,
    /// A sentence quotes it.
    Cited,
}

/// Where one value came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The value it supports, where a field has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How the value was obtained.
    pub how: How,
    /// The role of an agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The line of the file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The tag, key or rule it came from, such as `meta og:title` or `lead`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The raw text that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The evidence of one field: one piece, or a piece for each value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Proof {
    /// The evidence of a field with one value.
    One(Evidence),
    /// The evidence of each value of a field with several.
    Many(Vec<Evidence>),
}

impl Proof {
    /// All pieces of evidence.
    pub fn pieces(&self) -> &[Evidence] {
        match self {
            Proof::One(evidence) => std::slice::from_ref(evidence),
            Proof::Many(pieces) => pieces,
        }
    }
}

impl Evidence {
    /// Makes evidence from how a value was obtained and the tag, key or rule it came from.
    pub fn new(how: How, from: impl Into<String>) -> Evidence {
        Evidence {
            value: None,
            how,
            role: None,
            line: None,
            from: Some(from.into()),
            text: None,
        }
    }
}

impl Article {
    /// How a field was obtained, where there is evidence of it.
    pub fn how(&self, field: &str) -> Option<How> {
        self.evidence
            .get(field)?
            .pieces()
            .first()
            .map(|evidence| evidence.how)
    }

    /// Whether the title was derived from the lead, for display only.
    pub fn title_is_derived(&self) -> bool {
        self.how("title").is_some_and(|how| how != How::Stated)
    }

    /// The agencies that supplied the text, as opposed to those that a sentence cites.
    pub fn credits(&self) -> Vec<&str> {
        let pieces = self.evidence.get("agency").map_or(&[][..], Proof::pieces);
        let credited = pieces
            .iter()
            .filter(|evidence| evidence.role == Some(Role::Credited));
        credited
            .filter_map(|evidence| evidence.value.as_deref())
            .collect()
    }

    /// The values of a field that holds labels: a built-in list field, or one that a schema file added.
    pub fn labels_of(&self, field: &str) -> Vec<&str> {
        fn all(values: &[String]) -> Vec<&str> {
            values.iter().map(String::as_str).collect()
        }
        match field {
            "source" => self.source.iter().map(String::as_str).collect(),
            "dateline" => self.dateline.iter().map(String::as_str).collect(),
            "language" => self.language.iter().map(String::as_str).collect(),
            "url" => self.url.iter().map(String::as_str).collect(),
            "path" => vec![&self.path],
            "id" => vec![&self.id],
            "format" => vec![&self.format],
            "credit" => self.credits(),
            "agency" => all(&self.agency),
            "byline" => all(&self.byline),
            "section" => all(&self.section),
            "person" => all(&self.person),
            "org" => all(&self.org),
            "place" => all(&self.place),
            _ => self
                .labels
                .get(field)
                .map(|values| all(values))
                .unwrap_or_default(),
        }
    }
}

/// What a reader found in a file: an article with the fields that need no judgement, and candidates for the rest. An
/// [`Article`] becomes a draft without any.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The article so far. `body` and `rest` are set when the format separates them (JSON, HTML).
    pub article: Article,
    /// The whole text of a file without structure, still to be divided into headline, body and the rest.
    pub text: Option<String>,
    /// Candidates for title, date, source and so on, best first within a field. A field that the article has already
    /// stays as it is.
    pub candidates: Vec<Candidate>,
    /// Keys of a record that no field of the schema takes, to be listed once as not used. [`enrich`](crate::enrich())
    /// passes them over.
    pub unused: Vec<String>,
}

impl From<Article> for Draft {
    fn from(article: Article) -> Draft {
        Draft {
            article,
            ..Draft::default()
        }
    }
}

/// A value that a reader offers for a field, as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The field it is offered for: `title`, `standfirst`, `date`, `updated`, `source`, `agency`, `byline`, `dateline`,
    /// `language` or `url`; another is passed over.
    pub field: &'static str,
    /// The raw value, cleaned of markup only.
    pub value: String,
    /// How it was obtained, and where it stood.
    pub evidence: Evidence,
}
