//! The folder of an index as the engine sees it: durable commits, readable by others, nothing read unverified.
//!
//! The engine syncs the folder before it renames `meta.json` and not after, so a power cut can lose the last commit; it
//! creates `meta.json` for its owner only; its readers want a lock file even where nobody can write; and it believes
//! every byte it reads. All four are mended here.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Directory, HasLen};

use super::damage::Noted;
use super::disk::{self, Step};
use super::sealed::{BlockFile, BlockWriter, name_of, seal, unseal};

/// The engine asks for the whole store of a segment at once: in bytes, those that are mapped even for merging.
const LARGE: usize = 64 << 20;

/// A folder on disk.
#[derive(Clone, Debug)]
pub(crate) struct SafeDirectory {
    inner: MmapDirectory,
    root: PathBuf,
    for_reading: bool,
    is_mapped: bool,
    /// The damage that was met, whatever the engine made of it.
    noted: Noted,
}

impl SafeDirectory {
    pub(super) fn open(
        root: &Path,
        for_reading: bool,
        noted: Noted,
    ) -> crate::Result<SafeDirectory> {
        let inner = MmapDirectory::open(root).map_err(|error| {
            crate::Error::new(crate::ErrorKind::Io, error.to_string().to_lowercase())
                .with_path(root)
        })?;
        Ok(SafeDirectory {
            inner,
            root: root.to_path_buf(),
            for_reading,
            is_mapped: true,
            noted,
        })
    }

    /// The same for merging segments and marking what is deleted, which read once what they need.
    pub(super) fn unmapped(self) -> SafeDirectory {
        SafeDirectory {
            is_mapped: false,
            ..self
        }
    }

    /// A file that the engine wrote.
    pub(super) fn open_blocks(&self, path: &Path) -> Result<BlockFile, OpenReadError> {
        let full = self.root.join(path);
        let failed = |error| OpenReadError::wrap_io_error(error, full.clone());
        let noted = |error| failed(self.noted.failed(&full, error));
        disk::step(Step::Read(&full)).map_err(noted)?;
        let handle = self.inner.get_file_handle(path);
        let handle = handle.inspect_err(|error| match error {
            // The engine takes some files for empty when they are not there.
            OpenReadError::FileDoesNotExist(_) => drop(self.noted.note(&full, "it is missing")),
            OpenReadError::IoError { io_error, .. } => {
                let error = io::Error::new(io_error.kind(), io_error.to_string());
                self.noted.failed(&full, error);
            }
            OpenReadError::IncompatibleIndex(_) => {}
        })?;
        let bytes = handle.read_bytes(0..handle.len()).map_err(failed)?;
        BlockFile::open(full.clone(), bytes, self.noted.clone()).map_err(failed)
    }
}

impl Directory for SafeDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.open_blocks(path)?;
        let file = match self.is_mapped || file.len() > LARGE {
            true => file,
            false => file.unmapped(),
        };
        Ok(Arc::new(file))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        disk::remove(&self.root.join(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_path_buf()),
            _ => DeleteError::IoError {
                io_error: Arc::new(error),
                filepath: path.to_path_buf(),
            },
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let writer =
            BlockWriter::create(self.root.join(path), self.noted.clone()).map_err(|error| {
                match error.kind() {
                    io::ErrorKind::AlreadyExists => {
                        OpenWriteError::FileAlreadyExists(path.to_path_buf())
                    }
                    _ => OpenWriteError::wrap_io_error(error, path.to_path_buf()),
                }
            })?;
        Ok(BufWriter::new(Box::new(writer)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let full = self.root.join(path);
        let bytes = disk::read(&full).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                // Of its own list of files the engine makes a new one; without the other there is no index.
                if path == Path::new("meta.json") {
                    self.noted.note(&full, "it is missing");
                }
                OpenReadError::FileDoesNotExist(path.to_path_buf())
            }
            _ => OpenReadError::wrap_io_error(self.noted.failed(&full, error), full.clone()),
        })?;
        unseal(&name_of(path), bytes).ok_or_else(|| {
            let error = self.noted.note(&full, "its checksum differs");
            OpenReadError::wrap_io_error(error, full)
        })
    }

    fn atomic_write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        disk::replace(&self.root.join(path), &seal(&name_of(path), content))?;
        self.sync_directory()
    }

    fn sync_directory(&self) -> io::Result<()> {
        disk::sync_folder(&self.root)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        // This lock keeps a reader's files from being collected while it opens them. Where a reader may not take it,
        // it opens again when a file has gone.
        let may_go_without = self.for_reading && lock.filepath == META_LOCK.filepath;
        match self.inner.acquire_lock(lock) {
            Err(LockError::IoError(error)) if may_go_without && is_refusal(&error) => {
                Ok(DirectoryLock::from(Box::new(())))
            }
            acquired => acquired,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

/// Whether a folder or a file in it must not be written to.
fn is_refusal(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
}
