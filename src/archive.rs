//! The archive: a folder that holds the index, or the same in memory.

use std::path::Path;

use crate::{
    Article, Error, ErrorKind, FacetAnswer, IndexReport, Info, Query, RemoveReport, Result,
    Results, Schema, Timeline, TimelineRequest, VerifyReport,
};

/// An archive of articles: one writer at a time, any number of readers.
pub struct Archive {
    schema: Schema,
}

fn not_yet<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Engine, "not yet"))
}

#[allow(missing_docs, unused_variables, clippy::needless_pass_by_value)]
impl Archive {
    pub fn create(dir: &Path, schema: Schema) -> Result<Archive> {
        not_yet()
    }
    pub fn open(dir: &Path) -> Result<Archive> {
        not_yet()
    }
    pub fn in_memory(schema: Schema) -> Result<Archive> {
        Ok(Archive { schema })
    }
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
    /// The folder; `None` for one in memory.
    pub fn path(&self) -> Option<&Path> {
        None
    }
    /// Adds articles as they are, in one commit; one with the id of another replaces it.
    pub fn add(&self, articles: Vec<Article>) -> Result<IndexReport> {
        not_yet()
    }
    pub fn search(&self, query: &Query) -> Result<Results> {
        not_yet()
    }
    /// Counts `query.facets` over all matching articles; `cross` adds the pairs of the first two (or of one with itself).
    pub fn facets(&self, query: &Query, cross: bool) -> Result<FacetAnswer> {
        not_yet()
    }
    pub fn timeline(&self, query: &Query, request: &TimelineRequest) -> Result<Timeline> {
        not_yet()
    }
    /// The article of an id or of the unique beginning of one. Errors: `NotFound`, `Ambiguous`.
    pub fn get(&self, id: &str) -> Result<Article> {
        not_yet()
    }
    /// Hands every matching article to `visit`, in a stable order; returns how many. Never relaxes. Ignores limit.
    pub fn each(&self, query: &Query, visit: &mut dyn FnMut(Article) -> Result<()>) -> Result<u64> {
        not_yet()
    }
    /// Removes articles by id (or unique prefix); removed ids are remembered. `dry_run` only says what would go.
    pub fn remove(&self, ids: &[String], dry_run: bool) -> Result<RemoveReport> {
        not_yet()
    }
    /// Removes every article that matches.
    pub fn remove_matching(&self, query: &Query, dry_run: bool) -> Result<RemoveReport> {
        not_yet()
    }
    pub fn info(&self) -> Result<Info> {
        not_yet()
    }
    pub fn verify(&self) -> Result<VerifyReport> {
        not_yet()
    }
}
