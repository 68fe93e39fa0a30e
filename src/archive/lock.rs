//! The lock of an index: one writer at a time, and whoever comes second waits a little and is told who is at work.

use std::path::Path;
use std::time::{Duration, Instant};

use tantivy::directory::error::LockError;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexWriter, TantivyError};

use super::engine_error;
use crate::{Error, ErrorKind, Result};

/// Memory of the indexing thread; what exceeds it goes to disk as a segment.
const MEMORY_BYTES: usize = 64 << 20;

/// How long a second writer waits for the first.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes the lock of an index, which lies in that folder.
pub(super) fn acquire(index: &tantivy::Index, folder: Option<&Path>) -> Result<IndexWriter> {
    let options = IndexWriterOptions::builder()
        .num_worker_threads(1)
        .num_merge_threads(1)
        .memory_budget_per_thread(MEMORY_BYTES)
        .build();
    patiently(folder, || index.writer_with_options(options.clone()))
}

/// Tries for a while to do what needs the lock.
pub(super) fn patiently<T>(
    folder: Option<&Path>,
    mut lock: impl FnMut() -> tantivy::Result<T>,
) -> Result<T> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(20);
    loop {
        match lock() {
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
                if started.elapsed() > PATIENCE {
                    return Err(busy(folder));
                }
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(500));
            }
            other => return other.map_err(engine_error),
        }
    }
}

/// Another writer is at work in that folder.
fn busy(folder: Option<&Path>) -> Error {
    let pid = folder
        .and_then(|folder| std::fs::read_to_string(folder.join("writer.pid")).ok())
        .and_then(|text| text.parse::<u32>().ok());
    let who = pid.map_or(String::new(), |pid| format!(" (process {pid})"));
    Error::new(
        ErrorKind::Busy,
        format!("another morgue is writing to the archive{who}"),
    )
    .with_hint("wait until it is done; searching works meanwhile")
}
