//! Finding the files: folders walked in a fixed order, hidden entries and archives left out, loops reported.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use super::sidecar;
use crate::error::io_message;
use crate::{Error, ErrorKind, Result, Skipped};

/// A file to index.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// Time of the last change in nanoseconds since 1970; with a sidecar a mixture of both times, good for comparing.
    pub(super) changed: i64,
    /// The later of these times.
    pub(super) newest: i64,
    /// The file beside it that says what it does not say itself.
    pub(super) sidecar: Option<PathBuf>,
}

impl File {
    pub(super) fn new(path: PathBuf, meta: &Metadata) -> File {
        let changed = meta
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed
            .and_then(|since| i64::try_from(since.as_nanos()).ok())
            .unwrap_or(0);
        File {
            path,
            size: meta.len(),
            changed,
            newest: changed,
            sidecar: None,
        }
    }

    /// The file with the one beside it: a change of either is a change of both.
    pub(super) fn with_sidecar(self, sidecar: File) -> File {
        File {
            size: self.size + sidecar.size,
            changed: self.changed.rotate_left(1) ^ sidecar.changed,
            newest: self.newest.max(sidecar.newest),
            sidecar: Some(sidecar.path),
            path: self.path,
        }
    }

    /// The file as it is now; none when it is no regular file any more.
    pub(super) fn now(&self) -> Option<File> {
        let of = |path: &Path| {
            let meta = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
            Some(File::new(path.to_path_buf(), &meta))
        };
        let file = of(&self.path)?;
        match &self.sidecar {
            Some(sidecar) => Some(file.with_sidecar(of(sidecar)?)),
            None => Some(file),
        }
    }

    /// The path as it is stored: bytes that are no text are written as `\xFF`, so that two files never share a name.
    pub(super) fn name(&self) -> String {
        let mut name = String::new();
        for chunk in self.path.as_os_str().as_encoded_bytes().utf8_chunks() {
            name.push_str(chunk.valid());
            for byte in chunk.invalid() {
                name.push_str(&format!("\\x{byte:02X}"));
            }
        }
        name
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) files: Vec<File>,
    /// Files that speak of others and are no articles.
    pub(super) sidecars: Vec<File>,
    pub(super) skipped: Vec<Skipped>,
    /// The folders and files that were asked for, absolute.
    pub(super) roots: Vec<PathBuf>,
    /// Entries left out because their names begin with a dot.
    pub(super) hidden: u64,
    /// Files that were named themselves.
    pub(super) named: HashSet<PathBuf>,
    /// What was found under an earlier path.
    seen: HashSet<PathBuf>,
}

/// Finds the files under the paths; `absolute` makes their paths absolute, as an archive keeps them.
pub(super) fn walk(paths: &[PathBuf], absolute: bool) -> Result<Walk> {
    let mut walk = Walk::default();
    for path in paths {
        let resolved = std::fs::canonicalize(path).map_err(|error| {
            let hint = "check the path";
            match error.kind() {
                std::io::ErrorKind::NotFound => {
                    Error::new(ErrorKind::NotFound, "no such file or folder")
                        .with_path(path)
                        .with_hint(hint)
                }
                _ => Error::io(path, &error).with_hint(hint),
            }
        })?;
        let root = if absolute {
            resolved.clone()
        } else {
            path.clone()
        };
        walk.folder(&root, &resolved);
        walk.roots.push(resolved);
    }
    sidecar::pair(&mut walk);
    Ok(walk)
}

impl Walk {
    fn folder(&mut self, root: &Path, resolved: &Path) {
        let mut hidden = 0;
        let entries = WalkDir::new(root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let visible = entries.filter_entry(|entry| {
            let keep = entry.depth() == 0 || !is_hidden(entry);
            hidden += u64::from(!keep && entry.file_name() != ".morgue");
            // A link to what is walked anyway would show everything in it twice.
            keep && !leads_back(entry, resolved)
        });
        for entry in visible {
            let path = match &entry {
                Ok(entry) if entry.file_type().is_dir() => continue,
                Ok(entry) => entry.path(),
                Err(error) => error.path().unwrap_or(root),
            };
            if !self.seen.insert(path.to_path_buf()) {
                continue;
            }
            if path == root {
                self.named.insert(path.to_path_buf());
            }
            match entry {
                Ok(entry) => match entry.metadata() {
                    Ok(meta) => self.files.push(File::new(entry.into_path(), &meta)),
                    Err(error) => self.skip(entry.path(), why(&error)),
                },
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_path_buf();
                    self.skip(&path, why(&error));
                }
            }
        }
        self.hidden += hidden;
    }

    fn skip(&mut self, path: &Path, reason: String) {
        let path = path.to_string_lossy().into_owned();
        self.skipped.push(Skipped {
            path,
            record: None,
            reason,
        });
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn leads_back(entry: &DirEntry, root: &Path) -> bool {
    entry.depth() > 0
        && entry.path_is_symlink()
        && std::fs::canonicalize(entry.path())
            .is_ok_and(|target| target.starts_with(root) && !root.starts_with(target))
}

fn why(error: &walkdir::Error) -> String {
    if error.loop_ancestor().is_some() {
        return "symbolic link that leads back to a folder above it".to_owned();
    }
    match error.io_error() {
        Some(io) if io.kind() == std::io::ErrorKind::NotFound => {
            "symbolic link to nothing".to_owned()
        }
        // The kind of that error has no stable name.
        Some(io)
            if io
                .to_string()
                .starts_with("Too many levels of symbolic links") =>
        {
            "symbolic link that leads back to itself".to_owned()
        }
        Some(io) => io_message(io),
        None => error.to_string().to_lowercase(),
    }
}
