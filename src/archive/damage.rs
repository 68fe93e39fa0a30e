//! Damage: what the engine makes of changed bytes, errors and panics alike, becomes an error that names the file.
//!
//! Checksums are compared only once something went wrong; that nothing is wrong is for `verify` to say.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::Index;
use tantivy::index::SegmentComponent;

use super::directory::SafeDirectory;
use super::{Archive, engine_error};
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
                "the file is damaged: it is missing or its checksum differs",
            )
            .with_path(&file)
            .with_hint("index the folders again into a new archive, or restore the file")),
            None => Err(error),
        }
    }

    /// The first file of the index that is not what was written.
    fn damaged_file(&self) -> Option<PathBuf> {
        let folder = self.index_folder().ok()??;
        let compared = caught(|| {
            let directory = SafeDirectory::open(&folder, true)?;
            let index = Index::open(directory).map_err(engine_error)?;
            compare(&index, Some(&folder))
        });
        let first = compared.ok()?.damaged.into_iter().min()?;
        Some(folder.join(first))
    }
}

/// Files of articles compared with their checksums.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) files: u64,
    /// Those that are not what was written.
    pub(super) damaged: Vec<PathBuf>,
}

/// Compares the files of the last commit. The engine's own list of files is not relied on: it may be damaged too.
pub(super) fn compare(index: &Index, folder: Option<&Path>) -> Result<Compared> {
    let mut compared = Compared::default();
    let Some(folder) = folder else {
        return Ok(compared);
    };
    let metas = index.load_metas().map_err(engine_error)?;
    let deleted: Vec<PathBuf> = metas
        .segments
        .iter()
        .filter(|segment| segment.has_deletes())
        .map(|segment| segment.relative_path(SegmentComponent::Delete))
        .collect();
    for path in metas.list_segment_files() {
        // These two come and go; the others are always there.
        let kind = path.extension().and_then(|kind| kind.to_str());
        let may_be_missing =
            kind == Some("temp") || kind == Some("del") && !deleted.contains(&path);
        if may_be_missing && !folder.join(&path).exists() {
            continue;
        }
        match index.directory().validate_checksum(&path) {
            Ok(true) => compared.files += 1,
            Ok(false) | Err(_) => compared.damaged.push(path),
        }
    }
    compared.damaged.sort();
    Ok(compared)
}
