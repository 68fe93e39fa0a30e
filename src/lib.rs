//! An embedded full-text search index for news archives.
//!
//! morgue reads messy article files (scraped text, web pages, JSON, CSV), works out title, date, source, by-line,
//! agencies, people, organisations and places, and answers ranked and faceted searches. This crate is the library; the
//! binary of the same name is a thin front end that uses nothing but what is documented here.
//!
//! ```
//! use morgue::{Archive, FacetRequest, Ingest, Query, Schema};
//!
//! # fn main() -> Result<(), morgue::Error> {
//! let archive = Archive::in_memory(Schema::default())?; // or Archive::open_or_create("folder", ...)
//! let report = archive.add_paths(&["data/sample"], &Ingest::default(), &mut |_event| {})?;
//! assert!(report.added > 80);
//!
//! let mut query = Query::new("summit sanctions since:2024-09-01");
//! query.facets = vec![FacetRequest::new("person")];
//! let results = archive.search(&query)?;
//! for hit in &results.hits {
//!     println!("{} {:?} {:?}", hit.rank, hit.title, hit.date.map(|date| date.to_string()));
//! }
//! # assert!(results.total > 0);
//! # Ok(())
//! # }
//! ```
//!
//! # The nouns
//!
//! Everything that crosses a border is plain data that `serde` writes and reads; no type of the engine stands in a
//! signature.
//!
//! | noun | is |
//! |---|---|
//! | [`Article`] | one article with the [`Evidence`] for each of its fields |
//! | [`Archive`] | a folder of articles that can be searched, or the same in memory |
//! | [`Query`] | what is asked: words of the query language ([`SYNTAX`]), filters, order, facets |
//! | [`Results`] | the answer; beside it [`FacetAnswer`], [`Timeline`], [`IndexReport`], [`Info`] |
//! | [`Schema`] | the field table, to which a schema file adds fields of your own |
//! | [`Error`] | what went wrong, where, and what to do next |
//!
//! # Getting articles in
//!
//! [`Archive::add_paths`] walks folders, skips what is unchanged and understands the rest; [`inspect`] shows what would
//! be understood without an archive. Articles from elsewhere, such as the rows of a database, become [`Article`]s with an
//! id of their own, go through [`enrich()`] where names, agencies and language are to be found, and into [`Archive::add`].
//! The same id again replaces an article.
//!
//! # One writer, many readers
//!
//! An [`Archive`] may be searched from any number of threads and processes, also while one of them adds. Adding takes a
//! lock for as long as it lasts; a second writer waits three seconds and then gets [`ErrorKind::Busy`]. A reader sees
//! whole commits: its own at once, those of others after [`Archive::reload`].
//!
//! Every call blocks until it is done: a search for milliseconds, [`Archive::add_paths`] for as long as there are files
//! ([`Ingest::stop`] ends it early). An asynchronous program makes them where it may block. From 200,000 articles on a
//! search is done by threads, as many as there are cores, which all searches of an open archive share. The library prints
//! nothing and never ends the process.
//!
//! # What may grow
//!
//! Answers are `#[non_exhaustive]`: a release may add fields, as the JSON of version 1 may get keys. Of what a program
//! fills in ([`Query`], [`Article`], [`Ingest`], ...) it should name what it sets and take the rest from `default()`.
//! Types of chrono 0.4 (in [`Date`], [`Query::now`], [`EnrichOptions::today`]) and serde_json 1 (in [`Hit::explain`]) are
//! part of the interface.
//!
//! # Features
//!
//! `cli` (on by default) is the binary. A program that embeds the library turns it off:
//! `morgue = { version = "0.1", default-features = false }`.

// Nothing that is read may end in a panic. Where an index cannot be wrong the module says why.
#![cfg_attr(
    not(test),
    warn(
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable
    )
)]

mod archive;
mod article;
#[cfg(test)]
#[path = "../tests/it/campaign.rs"]
mod campaign;
mod date;
mod enrich;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod ingest;
mod memo;
mod query;
mod read;
pub mod render;
mod results;
mod schema;
mod story;

pub use archive::Archive;
pub use article::{
    Article, Candidate, Draft, Evidence, How, JSON_VERSION, Mention, Proof, Role, RunnerUp,
    Version, Zone,
};
pub use date::Date;
#[cfg(feature = "trainer")]
#[doc(hidden)]
pub use enrich::names::train as trainer;
pub use enrich::{EnrichOptions, enrich};
pub use error::{Error, ErrorKind, Result};
pub use ingest::{Event, Ingest, inspect};
pub use query::{
    FacetRequest, Filter, Match, Query, SYNTAX, Sort, StorySort, Syntax, parse_filter,
};
pub(crate) use query::{Node, NodeKind};
pub use read::{Format, formats};
pub use results::*;
pub use schema::{Field, Kind, Schema};

/// The example of the README, compiled and run with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
