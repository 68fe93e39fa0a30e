//! Making an archive whole again: a new index from what is stored, and from the files where that is damaged.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::Ingest;
use crate::{Archive, Error, ErrorKind, RebuildReport, Result};

/// Files that are named one by one; of more only the number is told.
const NAMED: usize = 20;

impl Archive {
    /// Makes the index anew beside the old one, and swaps it in: from every stored article that can be read, and from
    /// the files of those that cannot. Brings an archive of an older version up to date too.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`], [`ErrorKind::Io`]; the archive stays as it was then.
    pub fn rebuild(&self) -> Result<RebuildReport> {
        self.rebuild_until(&Arc::default())
    }

    /// The same, until `stop` is set from outside (Ctrl-C).
    ///
    /// # Errors
    /// Those of [`Archive::rebuild`], and [`ErrorKind::Interrupted`]: the archive is as it was then, or made anew without
    /// articles of damaged files that are still to be read again.
    pub fn rebuild_until(&self, stop: &Arc<AtomicBool>) -> Result<RebuildReport> {
        let remade = self.remake(stop)?;
        let (there, gone): (Vec<PathBuf>, Vec<PathBuf>) = remade
            .incomplete
            .iter()
            .map(PathBuf::from)
            .partition(|path| path.is_file());
        let mut report = RebuildReport {
            articles: remade.articles,
            read_again: 0,
            notes: remade.notes,
        };
        if !there.is_empty() {
            let options = Ingest {
                stop: Arc::clone(stop),
                ..Ingest::default()
            };
            let added = self.add_paths(&there, &options, &mut |_| {});
            let added = added.map_err(|error| match error.kind() {
                ErrorKind::Interrupted => Error::new(
                    ErrorKind::Interrupted,
                    "interrupted; the index is new, but not all files of what was damaged were read again",
                )
                .with_hint("`morgue index` reads them when their folders are indexed"),
                _ => error,
            })?;
            report.read_again = added.added;
            report.notes.extend(added.hints);
        }
        let lost = |path: &&Path| {
            format!(
                "{}: the file is gone, and articles of it are lost",
                path.display()
            )
        };
        let gone: Vec<&Path> = gone.iter().map(PathBuf::as_path).collect();
        report.notes.extend(gone.iter().take(NAMED).map(lost));
        if gone.len() > NAMED {
            report
                .notes
                .push(format!("{} more files like these", gone.len() - NAMED));
        }
        Ok(report)
    }
}
