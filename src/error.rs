//! The one error type: what went wrong, where, and what to do next.
//!
//! The library never prints, exits or panics on input; every failure is one of these. Positions are byte ranges of the
//! query text.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What kind of failure an [`Error`] is; the snake-case name is the `kind` of the JSON answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The query cannot be read: an unclosed parenthesis, an operator without an operand.
    Syntax,
    /// A name that is no field of the schema.
    UnknownField,
    /// A date that does not exist or cannot be understood.
    BadDate,
    /// The query holds no word to search for.
    NoWord,
    /// The query exceeds a limit: length, depth, number of words.
    TooLarge,
    /// A flag, option or value that cannot be used.
    Usage,
    /// There is no archive, article or file of that name.
    NotFound,
    /// Two things answer to the same name: an id prefix of several articles.
    Ambiguous,
    /// An archive exists where a new one was to be made.
    Exists,
    /// Another writer is at work on the archive, in this process or another: a call waits three seconds for it.
    Busy,
    /// The archive was made by a newer version, or with another layout.
    Version,
    /// A file of the archive is damaged.
    Damaged,
    /// A schema, rules or input file cannot be read as what it should be.
    Invalid,
    /// The operating system refused: permission, space, a missing folder.
    Io,
    /// The work was stopped from outside.
    Interrupted,
    /// The engine failed in a way that has no better name.
    Engine,
}

/// A failure: kind, message, and where they exist a path, a place in the query and a hint.
///
/// A program decides by the [kind](Error::kind). `Display` writes path and message; the hint is apart, because it may name
/// commands of the binary. What the operating system said is part of the message, so there is no `source`.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    at: Option<Range<usize>>,
    path: Option<PathBuf>,
}

/// The result of every fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Makes an error from its kind and a message in lower case without a full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error {
            kind,
            message: message.into(),
            hint: None,
            at: None,
            path: None,
        }
    }

    /// Makes an error of the operating system about `path`.
    pub fn io(path: &Path, error: &std::io::Error) -> Error {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            _ => ErrorKind::Io,
        };
        let told = Error::new(kind, io_message(error)).with_path(path);
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => told
                .with_hint("make room and run the same command again: what was done before stays"),
            _ => told,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the byte range of the query that is meant.
    #[must_use]
    pub fn with_span(mut self, span: Range<usize>) -> Error {
        self.at = Some(span);
        self
    }

    /// Adds the file or folder that is meant.
    #[must_use]
    pub fn with_path(mut self, path: &Path) -> Error {
        self.path = Some(path.to_path_buf());
        self
    }

    /// Says first what was done nevertheless.
    #[must_use]
    pub(crate) fn after(self, done: &str) -> Error {
        Error {
            message: format!("{done}; then: {self}"),
            path: None,
            ..self
        }
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What went wrong, without place and hint.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, where that is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The byte range of the query text that is meant; `text.get(range)` is that part.
    pub fn at(&self) -> Option<Range<usize>> {
        self.at.clone()
    }

    /// The file or folder that is meant.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// What the operating system says, without its number.
pub(crate) fn io_message(error: &std::io::Error) -> String {
    let message = error.to_string().to_lowercase();
    match message.split_once(" (os error") {
        Some((what, _)) => what.to_owned(),
        None => message,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", path.display())?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
