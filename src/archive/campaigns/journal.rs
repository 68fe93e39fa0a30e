//! What is done to the files below a folder, in order; and the one step that is to fail.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::super::disk::Step;

/// A step that was taken.
#[derive(Clone, Debug)]
pub(in crate::archive) enum Done {
    MakeFolder(PathBuf),
    Create(PathBuf),
    Write(PathBuf, Vec<u8>),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncFolder(PathBuf),
    Read(#[expect(dead_code, reason = "it is told")] PathBuf),
    /// So many deeds are done.
    Acknowledged(usize),
}

/// What is known of the steps below one folder.
#[derive(Default)]
struct Watch {
    done: Vec<Done>,
    steps: usize,
    fails: Option<(usize, io::ErrorKind)>,
    failed: Option<Done>,
}

static WATCHED: Mutex<Vec<(PathBuf, Watch)>> = Mutex::new(Vec::new());

fn with<T>(path: &Path, look: impl FnOnce(&mut Watch) -> T) -> Option<T> {
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, watch) = watched
        .iter_mut()
        .find(|(root, _)| path.starts_with(root))?;
    Some(look(watch))
}

/// Begins to watch a folder.
pub(super) fn watch(root: &Path) {
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    watched.push((root.to_path_buf(), Watch::default()));
}

/// Lets one step fail: that of a number, counted from now.
pub(super) fn fail(root: &Path, step: usize, kind: io::ErrorKind) {
    with(root, |watch| {
        (watch.steps, watch.failed) = (0, None);
        watch.fails = Some((step, kind));
    });
}

/// Lets nothing fail any more; returns the step that did, and how many were counted.
pub(super) fn calm(root: &Path) -> (Option<Done>, usize) {
    with(root, |watch| {
        watch.fails = None;
        (watch.failed.take(), watch.steps)
    })
    .unwrap_or_default()
}

/// Notes that so many deeds are done.
pub(super) fn acknowledge(root: &Path, deeds: usize) {
    with(root, |watch| watch.done.push(Done::Acknowledged(deeds)));
}

/// Ends watching, and returns what was done.
pub(super) fn end(root: &Path) -> Vec<Done> {
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    let at = watched.iter().position(|(watched, _)| watched == root);
    at.map(|at| watched.swap_remove(at).1.done)
        .unwrap_or_default()
}

pub(in crate::archive) fn step(step: Step<'_>) -> io::Result<()> {
    let path = match step {
        Step::MakeFolder(path)
        | Step::Create(path)
        | Step::Write(path, _)
        | Step::Sync(path)
        | Step::Rename(path, _)
        | Step::Remove(path)
        | Step::SyncFolder(path)
        | Step::Read(path) => path,
    };
    let failing = with(path, |watch| {
        let number = watch.steps;
        watch.steps += 1;
        let owned = owned(step);
        if let Some((_, kind)) = watch.fails.filter(|(at, _)| *at == number) {
            watch.failed = Some(owned);
            return Err(io::Error::from(kind));
        }
        if watch.fails.is_none() && !matches!(owned, Done::Read(_)) {
            watch.done.push(owned);
        }
        Ok(())
    });
    failing.unwrap_or(Ok(()))
}

fn owned(step: Step<'_>) -> Done {
    match step {
        Step::MakeFolder(path) => Done::MakeFolder(path.to_path_buf()),
        Step::Create(path) => Done::Create(path.to_path_buf()),
        Step::Write(path, content) => Done::Write(path.to_path_buf(), content.to_vec()),
        Step::Sync(path) => Done::Sync(path.to_path_buf()),
        Step::Rename(from, to) => Done::Rename(from.to_path_buf(), to.to_path_buf()),
        Step::Remove(path) => Done::Remove(path.to_path_buf()),
        Step::SyncFolder(path) => Done::SyncFolder(path.to_path_buf()),
        Step::Read(path) => Done::Read(path.to_path_buf()),
    }
}
