//! Taking articles out, by id or by query; what was removed by hand stays out when its file is indexed again.

use super::{Archive, search};
use crate::{Query, RemoveReport, Removed, Result, Version};

impl Archive {
    /// Removes articles by id, or by the beginning of one that is unique. `dry_run` only says what would go.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] and [`crate::ErrorKind::Ambiguous`] for an id, [`crate::ErrorKind::Busy`] when
    /// another writer is at work; nothing is removed then. An error that comes when they are gone already says so.
    pub fn remove(&self, ids: &[impl AsRef<str>], dry_run: bool) -> Result<RemoveReport> {
        let mut removed = Vec::new();
        for id in ids {
            let article = self.stored(id.as_ref())?;
            removed.push(Removed {
                id: article.id,
                title: article.title,
                path: article.path,
            });
        }
        self.take_out(removed, dry_run)
    }

    /// Removes every article that matches a query.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn remove_matching(&self, query: &Query, dry_run: bool) -> Result<RemoveReport> {
        let mut removed = Vec::new();
        self.each(&search::strict(query), &mut |article| {
            removed.push(Removed {
                id: article.id,
                title: article.title,
                path: article.path,
            });
            Ok(())
        })?;
        self.take_out(removed, dry_run)
    }

    fn take_out(&self, removed: Vec<Removed>, dry_run: bool) -> Result<RemoveReport> {
        if !dry_run && !removed.is_empty() {
            let mut is_done = false;
            let finished = self.change(|mut writer| {
                for article in &removed {
                    writer.delete(&article.id)?;
                    writer.removed.set(&article.id, true);
                    writer.count_removed(&article.path, 1);
                }
                writer.commit()?;
                is_done = true;
                writer.finish()
            });
            finished.and_then(|()| self.reload()).map_err(|error| {
                match (is_done, removed.len()) {
                    (false, _) => error,
                    (true, 1) => error.after("1 article was removed"),
                    (true, count) => error.after(&format!("{count} articles were removed")),
                }
            })?;
        }
        Ok(RemoveReport {
            version: Version::default(),
            dry_run,
            removed,
        })
    }
}
