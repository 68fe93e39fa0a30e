//! Damage: whatever the engine makes of a file that is not what was written becomes an error that names the file.
//!
//! The engine may swallow an error, or panic over it. So the first damage is noted where it is met, and asked for behind
//! everything that reads: an answer is given only when there was none.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::Archive;
use super::writer::Writer;
use crate::{Error, ErrorKind, Result};

/// What to do about damage.
pub(super) const CURE: &str = "run `morgue verify`: it says what is damaged and what helps";

/// The first damage that was met since an index was opened, or the first file that could not be written.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted(Arc<OnceLock<Error>>);

impl Noted {
    /// Notes damage of a file, and returns it as the error that the engine is told.
    pub(super) fn note(&self, path: &Path, what: &str) -> io::Error {
        // The first one explains the others.
        let _ = self.0.set(damaged(path, what));
        io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
    }

    /// Notes that a file cannot be written: the engine only tells that a thread of its own has ended.
    pub(super) fn failed(&self, path: &Path, error: io::Error) -> io::Error {
        let _ = self.0.set(Error::io(path, &error));
        error
    }

    /// What was noted; `None` when all went well.
    pub(super) fn error(&self) -> Option<Error> {
        self.0.get().cloned()
    }

    /// Fails when something was noted.
    pub(super) fn check(&self) -> Result<()> {
        self.error().map_or(Ok(()), Err)
    }

    /// The answer of something that read, unless it met damage.
    pub(super) fn or<T>(&self, answer: Result<T>) -> Result<T> {
        self.check()?;
        answer
    }
}

/// An error about a damaged file.
pub(super) fn damaged(path: &Path, what: &str) -> Error {
    Error::new(ErrorKind::Damaged, format!("the file is damaged: {what}"))
        .with_path(path)
        .with_hint(CURE)
}

/// Runs what reads the index. The engine relies on what it once wrote and may panic over anything else.
pub(super) fn caught<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    // What is read is only looked at: nothing can be left half done.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let message = "the index cannot be read: it is not what was written";
        Err(Error::new(ErrorKind::Damaged, message).with_hint(CURE))
    })
}

impl Archive {
    /// Runs what changes the archive; damage that is met on the way is the error, whatever the engine makes of it.
    pub(crate) fn change<T>(&self, work: impl FnOnce(Writer<'_>) -> Result<T>) -> Result<T> {
        let writer = self.writer()?;
        let noted = writer.noted.clone();
        // What is half done was not committed, and is gone with the writer.
        match (
            catch_unwind(AssertUnwindSafe(|| work(writer))),
            noted.error(),
        ) {
            (Ok(Ok(done)), _) => Ok(done),
            (_, Some(damage)) => Err(damage),
            (Ok(failed), None) => failed,
            (Err(panic), None) => resume_unwind(panic),
        }
    }

    /// Runs what reads the archive; an answer is given only when no damage was met on the way.
    pub(super) fn guarded<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        let answer = caught(read);
        match self.lock_state().as_ref() {
            Some(state) => state.noted.or(answer),
            None => answer,
        }
    }
}
