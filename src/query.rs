//! What is asked: the words with their filters and the shape of the answer ([`Query`]), and the checked tree that the
//! words mean (`Node`).
//!
//! The tree knows nothing of any engine. Every node carries its byte range in the query text. The language itself
//! (words to tree and back) is in the modules below this one.

mod dates;
mod explain;
mod field;
mod filter;
mod leaf;
mod lex;
mod limits;
mod parse;
mod print;
mod syntax;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use dates::{first_day, last_day, timed};
pub(crate) use explain::explain;
pub(crate) use filter::filter_node;
pub use filter::parse_filter;
pub(crate) use parse::{parse, parse_any, parse_plain};
pub use syntax::{SYNTAX, Syntax};

use std::ops::Range;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// A search as a program asks it; `Query::new("words")` takes the defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// The words, in the query language.
    pub text: String,
    /// Exact filters: values of one field are alternatives, fields are joined.
    #[serde(rename = "where")]
    pub filters: Vec<Filter>,
    /// The first day, written as in `date:`.
    pub since: Option<String>,
    /// The last day, written as in `date:`.
    pub until: Option<String>,
    /// Which articles come first.
    pub sort: Sort,
    /// Whether all words are wanted; `None` is all, relaxed to most when nothing has all.
    #[serde(rename = "match")]
    pub matching: Option<Match>,
    /// Takes the text as words: no operators, no fields.
    pub plain: bool,
    /// Lets a country find its places too: `place:kenya` also finds articles that name Nairobi only.
    pub within: bool,
    /// How many lines to return; `None` returns all.
    pub limit: Option<usize>,
    /// How many lines to leave out first.
    pub offset: usize,
    /// Goes on after the line that a cursor (`next` of an answer) names.
    pub after: Option<String>,
    /// Facets to count.
    pub facets: Vec<FacetRequest>,
    /// Blends recency into the ranking with this half-life, such as `30d`: one half of a score stays, the other halves with
    /// each such time.
    pub fresh: Option<String>,
    /// Each article a line, instead of one line a story.
    pub all: bool,
    /// Adds how the query was read and how scores come about.
    pub explain: bool,
    /// Whether lines carry their snippet, which takes longer to choose than an article to find.
    pub snippets: bool,
    /// The local time that relative dates refer to; the clock's when absent.
    pub now: Option<NaiveDateTime>,
}

impl Query {
    /// Makes a query of the words, with ten ranked lines as the answer.
    pub fn new(text: impl Into<String>) -> Query {
        Query {
            text: text.into(),
            ..Query::default()
        }
    }
}

impl Default for Query {
    fn default() -> Query {
        Query {
            text: String::new(),
            filters: Vec::new(),
            since: None,
            until: None,
            sort: Sort::Best,
            matching: None,
            plain: false,
            within: false,
            limit: Some(10),
            offset: 0,
            after: None,
            facets: Vec::new(),
            fresh: None,
            all: false,
            explain: false,
            snippets: true,
            now: None,
        }
    }
}

/// An exact filter on the whole value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// The field's name.
    pub field: String,
    /// The value, compared without regard to case and accents.
    pub value: String,
    /// Excludes the value instead of asking for it.
    #[serde(default)]
    pub exclude: bool,
}

impl Filter {
    /// Makes a filter that asks for a value.
    pub fn new(field: impl Into<String>, value: impl Into<String>) -> Filter {
        Filter {
            field: field.into(),
            value: value.into(),
            exclude: false,
        }
    }
}

/// A facet to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetRequest {
    /// The field's name.
    pub field: String,
    /// How many values to return, most frequent first; `None` returns all.
    pub top: Option<usize>,
}

impl FacetRequest {
    /// Values returned when no number is given.
    pub const DEFAULT_TOP: usize = 10;

    /// Asks for the [`DEFAULT_TOP`](FacetRequest::DEFAULT_TOP) most frequent values of a field.
    pub fn new(field: impl Into<String>) -> FacetRequest {
        FacetRequest {
            field: field.into(),
            top: Some(FacetRequest::DEFAULT_TOP),
        }
    }
}

/// Which articles come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sort {
    /// The most relevant.
    #[default]
    Best,
    /// The latest; undated articles come last.
    Newest,
    /// The earliest; undated articles come last.
    Oldest,
}

/// Which stories come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StorySort {
    /// Those with most tellings.
    #[default]
    Biggest,
    /// Those with the latest telling.
    Newest,
    /// Those with most tellings in the last week, counted back from the newest telling of all.
    Growing,
}

/// Whether every word must occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Match {
    /// All words.
    All,
    /// At least one word; those with more rank higher.
    Any,
}

/// A part of a query with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// What it means.
    pub(crate) kind: NodeKind,
    /// Its byte range in the query text.
    pub(crate) span: Range<usize>,
}

/// What a part of a query means. A `field` of `None` is the article: title, standfirst and body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum NodeKind {
    /// Everything: `*` alone.
    All,
    /// All of these.
    And(Vec<Node>),
    /// At least one of these.
    Or(Vec<Node>),
    /// Whatever does not match.
    Not(Box<Node>),
    /// A word as typed; the analyser may see several tokens in it (`AT&T`), which must then stand together.
    Word {
        /// The field searched.
        field: Option<String>,
        /// The word as typed.
        text: String,
    },
    /// A word with `*` (any letters) or `?` (one letter), matched against unstemmed, folded words.
    Wildcard {
        /// The field searched.
        field: Option<String>,
        /// The pattern as typed.
        pattern: String,
    },
    /// A word with up to `distance` edits; a swap of neighbours is one.
    Fuzzy {
        /// The field searched.
        field: Option<String>,
        /// The word as typed.
        text: String,
        /// One or two.
        distance: u8,
    },
    /// Words in this order with at most `slop` other words between them in all.
    Phrase {
        /// The field searched.
        field: Option<String>,
        /// The words between the quotes.
        text: String,
        /// How many other words may stand between.
        slop: u32,
    },
    /// Two words or phrases, in either order, whose positions differ by at most `distance`.
    Near {
        /// The field searched.
        field: Option<String>,
        /// The words of the first operand, one or a phrase.
        left: String,
        /// The words of the second operand, one or a phrase.
        right: String,
        /// The largest difference of positions.
        distance: u32,
    },
    /// The whole value of a label, compared without regard to case and accents.
    Exact {
        /// The label's field.
        field: String,
        /// The value.
        value: String,
    },
    /// Days as printed, both inclusive; an open end is `None`.
    Days {
        /// The date field.
        field: String,
        /// The first day.
        from: Option<NaiveDate>,
        /// The last day.
        to: Option<NaiveDate>,
    },
    /// Articles in which a field is present.
    Has {
        /// The field.
        field: String,
    },
    /// Articles of a story, by the id (or its beginning) of any member.
    Story {
        /// The id or its beginning.
        id: String,
    },
}
