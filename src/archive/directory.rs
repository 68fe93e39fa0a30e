//! The folder of an archive as the engine sees it: durable commits, readable by others, and a read-only mode.
//!
//! The engine syncs the folder before it renames `meta.json` and not after, so a power cut can lose the last commit;
//! it creates `meta.json` for its owner only; and its readers want a lock file. All three are mended here.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

/// A folder on disk.
#[derive(Clone, Debug)]
pub(crate) struct SafeDirectory {
    inner: MmapDirectory,
    root: PathBuf,
    /// Whether the folder must not be written to; readers then take no lock.
    read_only: bool,
}

impl SafeDirectory {
    pub(crate) fn open(root: &Path, read_only: bool) -> crate::Result<SafeDirectory> {
        let inner = MmapDirectory::open(root).map_err(|error| {
            crate::Error::new(crate::ErrorKind::Io, error.to_string().to_lowercase())
                .with_path(root)
        })?;
        Ok(SafeDirectory {
            inner,
            root: root.to_path_buf(),
            read_only,
        })
    }
}

/// How the names of files that are being written begin.
pub(crate) const TEMPORARY: &str = ".tmp-morgue-";

/// Writes a file beside its place, syncs it and renames it into place, readable as the umask allows.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Makes renames and new files of a folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(path)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

impl Directory for SafeDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        write_atomically(&self.root.join(path), data)?;
        self.sync_directory()
    }

    fn sync_directory(&self) -> io::Result<()> {
        sync_folder(&self.root)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        // The lock keeps a reader's files from being collected while it opens them; a folder that nobody may write to
        // has no collector.
        if self.read_only && lock.filepath == META_LOCK.filepath {
            return Ok(DirectoryLock::from(Box::new(())));
        }
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}
