//! Which files are as they were, and need not be read again.

use super::{Run, content_hash, stamp};
use crate::archive::FileRow;
use crate::ingest::settings::Settings;
use crate::ingest::walk::File;
use crate::{Result, Skipped};

impl Run<'_, '_> {
    /// Counts files that are as they were; returns the others, and those that are as they were but wait for an id.
    pub(super) fn changed(&mut self, files: Vec<File>) -> (Vec<File>, Vec<File>) {
        let (mut changed, mut waiting) = (Vec::new(), Vec::new());
        for file in files {
            let name = file.name();
            let row = self.writer.files.get(&name);
            let Some(row) = row.filter(|row| !self.options.again && self.same_settings(row)) else {
                changed.push(file);
                continue;
            };
            if row.size != file.size || row.changed != file.changed {
                if row.size != file.size || content_hash(&file).is_none_or(|hash| hash != row.hash)
                {
                    changed.push(file);
                    continue;
                }
                let touched = FileRow {
                    changed: stamp(&file),
                    ..row.clone()
                };
                self.writer.touch();
                self.writer.files.set(&name, touched);
            }
            match self.writer.files.get(&name) {
                Some(row) if !row.waits.is_empty() => waiting.push(file),
                _ => self.unchanged(&file),
            }
        }
        (changed, waiting)
    }

    /// Removes what was an article until the file that it speaks of came beside it.
    pub(super) fn give_up(&mut self, sidecars: &[File]) -> Result<()> {
        for name in sidecars.iter().map(File::name) {
            if self.writer.files.get(&name).is_none() {
                continue;
            }
            let ids = self.writer.ids_of(&name)?;
            self.report.removed += ids.len() as u64;
            ids.iter().try_for_each(|id| self.writer.delete(id))?;
            self.writer.files.remove(&name);
            self.writer.touch();
        }
        Ok(())
    }

    /// Counts a file that is as it was.
    pub(super) fn unchanged(&mut self, file: &File) {
        let path = file.name();
        self.report.files += 1;
        let Some(row) = self.writer.files.get(&path) else {
            return;
        };
        self.report.unchanged += row.articles.saturating_sub(row.removed);
        self.removed_by_hand += row.removed;
        let again = row.skipped.iter().map(|(record, reason)| Skipped {
            path: path.clone(),
            record: *record,
            reason: reason.clone(),
        });
        self.report.skipped.extend(again);
    }

    /// Counts files that still wait for an id as unchanged, and returns those for which one has become free.
    pub(super) fn freed(&mut self, files: Vec<File>) -> Vec<File> {
        let mut freed = Vec::new();
        for file in files {
            let row = self.writer.files.get(&file.name());
            let mut waits = row.iter().flat_map(|row| &row.waits);
            let is_free = waits.any(|(id, same)| match self.writer.known(id) {
                Ok(Some(known)) => same.is_some_and(|body| body != known.body),
                _ => true,
            });
            if is_free {
                freed.push(file);
            } else {
                self.unchanged(&file);
            }
        }
        freed
    }

    /// Whether a file was read as it would be now.
    pub(super) fn same_settings(&self, row: &FileRow) -> bool {
        let is_same = match self.before(row) {
            Some(before) => self.asked.or(&before) == before,
            None => self.asked == Settings::default(),
        };
        row.fields == self.fields && is_same
    }

    /// What a file was read with; `None` where an earlier version did not note it.
    pub(super) fn before(&self, row: &FileRow) -> Option<Settings> {
        match row.settings {
            0 => Some(Settings::default()),
            hash => Settings::read(self.writer.settings.get(&hash)?),
        }
    }
}
