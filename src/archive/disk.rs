//! Every change of a file of an archive, one system call at a time: tests watch them, let them fail and replay them.
//!
//! What must be durable is written beside its place, synced and renamed; then the folder is synced.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// How the names of files that are being written begin.
pub(crate) const TEMPORARY: &str = ".tmp-morgue-";

/// One thing that is about to be done.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "tests read what is done"))]
pub(super) enum Step<'a> {
    MakeFolder(&'a Path),
    Create(&'a Path),
    Write(&'a Path, &'a [u8]),
    Sync(&'a Path),
    Rename(&'a Path, &'a Path),
    Remove(&'a Path),
    SyncFolder(&'a Path),
    Read(&'a Path),
}

/// Tells a test of a step; it may refuse it.
#[cfg(test)]
pub(super) use super::campaigns::journal::step;

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "a test lets steps fail")]
pub(super) fn step(_: Step<'_>) -> io::Result<()> {
    Ok(())
}

/// Makes a folder and those above it that are missing, durably.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let above = path.parent().unwrap_or(Path::new(""));
    make_folder(above)?;
    step(Step::MakeFolder(path))?;
    match std::fs::create_dir(path) {
        // Another process was faster.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => Err(error),
        _ => match sync_folder(if above.as_os_str().is_empty() {
            Path::new(".")
        } else {
            above
        }) {
            // A folder that may be written to need not be one that may be read.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            synced => synced,
        },
    }
}

/// Makes a file that must not exist yet, readable as the umask allows.
pub(super) fn create(path: &Path) -> io::Result<File> {
    step(Step::Create(path))?;
    OpenOptions::new().write(true).create_new(true).open(path)
}

pub(super) fn write(file: &mut File, path: &Path, content: &[u8]) -> io::Result<()> {
    step(Step::Write(path, content))?;
    file.write_all(content)
}

/// Makes the content of a file durable, but not its name.
pub(super) fn sync(file: &File, path: &Path) -> io::Result<()> {
    step(Step::Sync(path))?;
    file.sync_all()
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(Step::Rename(from, to))?;
    std::fs::rename(from, to)
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    step(Step::Remove(path))?;
    std::fs::remove_file(path)
}

/// Removes a folder and what is in it.
pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_folder(&entry.path())?;
        } else {
            remove(&entry.path())?;
        }
    }
    step(Step::Remove(path))?;
    std::fs::remove_dir(path)
}

/// Makes new, renamed and removed names of a folder durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    step(Step::SyncFolder(path))?;
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    Ok(())
}

/// Opens a file to read it in parts.
pub(super) fn open(path: &Path) -> io::Result<File> {
    step(Step::Read(path))?;
    File::open(path)
}

pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    step(Step::Read(path))?;
    std::fs::read(path)
}

/// Puts a file in the place of another in one step. Its name is durable once the folder is synced.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let parent = path.parent().filter(|path| !path.as_os_str().is_empty());
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("{TEMPORARY}{}-{count}", std::process::id());
    let aside = parent.unwrap_or(Path::new(".")).join(name);
    let written = create(&aside)
        .and_then(|mut file| write(&mut file, &aside, content).and_then(|()| sync(&file, &aside)))
        .and_then(|()| rename(&aside, path));
    if written.is_err() {
        // What stays is removed by the next writer.
        let _ = remove(&aside);
    }
    written
}
