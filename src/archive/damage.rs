//! Damage: what the engine makes of changed bytes, errors and panics alike, becomes an error that names the file.
//!
//! Checksums are compared only once something went wrong; that nothing is wrong is for `verify` to say.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use tantivy::Index;

use super::Archive;
use super::directory::SafeDirectory;
use crate::{Error, ErrorKind, Result};

/// Runs what reads the index. The engine relies on what it once wrote and may panic over anything else.
pub(super) fn caught<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    // What is read is only looked at: nothing can be left half done.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let message = "the index cannot be read: it is not what was written";
        Err(Error::new(ErrorKind::Damaged, message).with_hint("run `morgue verify`"))
    })
}

impl Archive {
    /// Runs what reads the archive; when that fails because a file was damaged, the error says which.
    pub(super) fn guarded<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        let error = match caught(read) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let suspicious = matches!(
            error.kind(),
            ErrorKind::Damaged | ErrorKind::Io | ErrorKind::Engine
        );
        match self.damaged_file().filter(|_| suspicious) {
            Some(file) => Err(Error::new(
                ErrorKind::Damaged,
                "the file is damaged: its checksum differs",
            )
            .with_path(&file)
            .with_hint("index the folders again into a new archive, or restore the file")),
            None => Err(error),
        }
    }

    /// The first file of the index that is not what was written.
    fn damaged_file(&self) -> Option<PathBuf> {
        let folder = self.index_folder()?;
        let damaged = caught(|| {
            let directory = SafeDirectory::open(&folder, true)?;
            let index = Index::open(directory).map_err(super::engine_error)?;
            index.validate_checksum().map_err(super::engine_error)
        });
        let first = damaged.ok()?.into_iter().min()?;
        Some(folder.join(first))
    }
}
