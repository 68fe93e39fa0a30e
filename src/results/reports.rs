//! What commands did to an archive or found out about it, and errors.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::article::Version;

/// What indexing did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// The error.
    pub error: ErrorBody,
}

/// The parts of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorBody {
    /// Its kind, in snake case.
    pub kind: crate::ErrorKind,
    /// What went wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The byte range of the query, from the first byte to behind the last.
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
                at: error.at().map(|at| (at.start, at.end)),
            },
        }
    }
}

/// What correcting by hand did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// Whether the articles were changed, or would only be.
    pub dry_run: bool,
    /// The articles, as they were.
    pub changed: Vec<Removed>,
}
