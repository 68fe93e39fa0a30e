//! morgue: an embedded full-text search index for news archives.

mod archive;
mod article;
mod date;
mod enrich;
mod error;
mod ingest;
mod query;
mod read;
pub mod render;
mod results;
mod schema;

pub use archive::Archive;
pub use article::{
    Article, Candidate, Draft, Evidence, How, JSON_VERSION, Mention, Proof, Role, Version, Zone,
};
pub use date::Date;
pub use enrich::{EnrichOptions, enrich};
pub use error::{Error, ErrorKind, Result};
pub use ingest::{Event, Ingest, inspect};
pub use query::{
    FacetRequest, Filter, Match, Node, NodeKind, Query, SYNTAX, Sort, Syntax, parse_filter,
};
pub use results::*;
pub use schema::{Field, Kind, Schema};
