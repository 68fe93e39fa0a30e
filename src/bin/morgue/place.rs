//! Where the archive lies: as told, as set, the nearest one upwards, or a folder's own.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use morgue::{Archive, Error, ErrorKind, Result, Schema};

use crate::term::Shell;

/// The name of an archive's folder.
const NAME: &str = ".morgue";

/// Opens the archive that the command line, the environment or the working folder names.
pub(crate) fn open(shell: &Shell) -> Result<Archive> {
    open_with(shell, &|dir| Archive::open(dir))
}

/// Opens it for `verify` and `rebuild`, even when it is damaged.
pub(crate) fn open_for_repair(shell: &Shell) -> Result<Archive> {
    open_with(shell, &|dir| Archive::open_for_repair(dir))
}

fn open_with(shell: &Shell, open: &dyn Fn(&Path) -> Result<Archive>) -> Result<Archive> {
    let missing = |error: Error| match error.hint() {
        None => error.with_hint("`morgue index FOLDER` makes an archive"),
        Some(_) => error,
    };
    match find(shell) {
        Some(dir) if dir.is_file() => Err(no_folder(&dir)),
        Some(dir) => open(&dir).map_err(|error| match error.kind() {
            ErrorKind::NotFound => missing(error),
            _ => error,
        }),
        None => Err(missing(Error::new(
            ErrorKind::NotFound,
            "no archive here or in any folder above",
        ))),
    }
}

/// Opens the archive to write to, or makes it: `.morgue` here when nothing names one. The user's fields are added.
pub(crate) fn open_or_make(shell: &mut Shell, schema: Schema) -> Result<Archive> {
    let dir = find(shell).unwrap_or_else(|| PathBuf::from(NAME));
    if dir.is_file() {
        return Err(no_folder(&dir));
    }
    let is_new = !dir.exists();
    let archive = Archive::open_or_create(&dir, schema)?;
    if is_new {
        shell.say(&format!("made the archive {}", dir.display()));
    }
    Ok(archive)
}

fn no_folder(file: &Path) -> Error {
    Error::new(
        ErrorKind::Invalid,
        "an archive is a folder, and this is a file",
    )
    .with_path(file)
    .with_hint("`morgue search --in FILE` searches a file")
}

/// The error of a path that was given for a file, with what to check.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Error {
    let told = Error::io(path, error);
    match error.kind() {
        io::ErrorKind::NotFound => told.with_hint("check the path"),
        io::ErrorKind::IsADirectory => told.with_hint("give a file; this is a folder"),
        _ => told,
    }
}

/// The archive that is named or nearest; `None` when there is none.
pub(crate) fn find(shell: &Shell) -> Option<PathBuf> {
    let set = || std::env::var_os("MORGUE_ARCHIVE").filter(|dir| !dir.is_empty());
    let told = shell.global.archive.clone();
    told.or_else(|| set().map(PathBuf::from)).or_else(nearest)
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut folders = here.ancestors().map(|folder| folder.join(NAME));
    folders.find(|folder| folder.is_dir())
}

/// Opens or makes the archive of a folder or file itself.
pub(crate) fn open_own(path: &Path) -> Result<Archive> {
    let full = std::fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
    Archive::open_or_create(own(&full)?, Schema::default())
}

/// `PATH/.morgue`, or a folder of the user's cache where PATH is a file or cannot be written to.
fn own(full: &Path) -> Result<PathBuf> {
    let inside = full.join(NAME);
    let written = if inside.is_dir() { &inside } else { full };
    if full.is_dir() && is_writable(written) {
        return Ok(inside);
    }
    let base = etcetera::choose_base_strategy().map_err(|_| {
        Error::new(ErrorKind::NotFound, "no home folder to keep an archive in")
            .with_hint("set HOME, or use `morgue index -a DIR PATH`")
    })?;
    let hash = blake3::hash(full.as_os_str().as_encoded_bytes()).to_hex();
    let key: String = hash.chars().take(32).collect();
    Ok(base.cache_dir().join("morgue").join(key))
}

/// Whether a file can be made there: permissions alone do not tell of read-only disks.
fn is_writable(folder: &Path) -> bool {
    let probe: io::Result<_> = tempfile::Builder::new()
        .prefix(".morgue-")
        .tempfile_in(folder);
    probe.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // A folder keeps its archive, a file cannot; two files never share one.
    #[test]
    fn own_archives() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(own(folder.path()).unwrap(), folder.path().join(NAME));
        let [one, two] = ["1.jsonl", "2.jsonl"].map(|name| own(&folder.path().join(name)).unwrap());
        assert!(!one.starts_with(folder.path()) && one != two);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
