//! Keeping an archive in shape: merging its segments, and making its index anew from what can be read of the old one.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::TantivyError;
use tantivy::directory::error::LockError;
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK};

use super::damage::Noted;
use super::directory::SafeDirectory;
use super::layout::digest_of;
use super::lock::{acquire, patiently};
use super::manifest::Manifest;
use super::salvage::{self, Losses};
use super::tables::{Payload, Store, Table, file_of, note_writer, remove_temporary};
use super::{Archive, disk, engine_error};
use crate::story::Telling;
use crate::{Error, ErrorKind, Result};

/// Text of articles after which what was copied is put on disk.
const COMMIT_BYTES: usize = 64 << 20;

/// What came of making an index anew.
pub(crate) struct Remade {
    pub(crate) articles: u64,
    /// Files of which articles were lost, as the archive knows them: they are to be read again.
    pub(crate) incomplete: Vec<String>,
    /// What could not be read.
    pub(crate) notes: Vec<String>,
}

impl Archive {
    /// Merges all segments into one and gives back the space of removed articles; returns the bytes before and after.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] when another writer is at work, [`ErrorKind::Io`] when the disk is full.
    pub fn compact(&self) -> Result<(u64, u64)> {
        let before = self.info()?.bytes;
        let state = self.open_index(false)?;
        let noted = state.noted.clone();
        let mut writer = acquire(&state.index, self.index_folder()?.as_deref())?;
        let segments = state.index.searchable_segment_ids().map_err(engine_error)?;
        let deleted = state
            .reader
            .searcher()
            .segment_readers()
            .iter()
            .any(|reader| reader.has_deletes());
        if segments.len() > 1 || deleted {
            noted.or(writer.merge(&segments).wait().map_err(engine_error))?;
        }
        // Files of the old segments are still held by the state that was open.
        drop(state);
        *self.lock_state() = None;
        let collected = writer.garbage_collect_files();
        noted.or(writer.wait_merging_threads().map_err(engine_error))?;
        // What is still open elsewhere goes the next time.
        let _ = collected.wait();
        self.keep_values(self.index_folder()?.as_deref());
        self.reload()?;
        Ok((before, self.info()?.bytes))
    }

    /// Makes the index anew beside the old one from every stored article that can be read, and swaps it in. An error
    /// leaves the old one as it was; so does `stop`, which is an error then.
    pub(crate) fn remake(&self, stop: &AtomicBool) -> Result<Remade> {
        let Some(folder) = self.folder.as_deref() else {
            let message = "an archive in memory cannot be rebuilt";
            return Err(Error::new(ErrorKind::Usage, message));
        };
        let manifest = self.present_manifest(folder)?;
        let old = folder.join(&manifest.index);
        // Nobody may write to the old index while the new one is made.
        let lock = lock(&old)?;
        if self.present_manifest(folder)?.index != manifest.index {
            return Err(Error::new(
                ErrorKind::Busy,
                "another morgue has just rebuilt the archive",
            ));
        }
        note_writer(&old);
        remove_temporary(&old);
        let next = Manifest {
            index: manifest.next_index(folder),
            revision: manifest.revision,
            ..Manifest::new(&self.schema)
        };
        let new = folder.join(&next.index);
        // Under a name that means nothing until it is whole: half an index must never be taken for the archive's, and the
        // next writer takes it away.
        let aside = folder.join(format!("{}{}", disk::TEMPORARY, std::process::id()));
        self.make_index_in(&aside)?;
        let copied = self.copy(&old, &aside, manifest.generation, stop);
        let swapped = copied.and_then(|(remade, generation)| {
            disk::sync_folder(&aside)
                .and_then(|()| disk::rename(&aside, &new))
                .and_then(|()| disk::sync_folder(folder))
                .map_err(|error| Error::io(&new, &error))?;
            let next = Manifest {
                generation,
                ..next.clone()
            };
            next.write(folder)?;
            Ok(remade)
        });
        match &swapped {
            Ok(remade) if remade.notes.is_empty() => {
                // Readers of other processes keep the files they have open; what cannot go now is only space.
                let _ = disk::remove_folder(&old);
            }
            Ok(_) => {}
            // It may be swapped all the same, when only the last step failed.
            Err(_) if Manifest::read(folder).is_ok_and(|now| now.index == next.index) => {}
            Err(_) => {
                let _ = disk::remove_folder(&aside).or_else(|_| disk::remove_folder(&new));
            }
        }
        drop(lock);
        *self.lock_state() = None;
        let mut remade = swapped?;
        // The new index has none of the articles that were packed with what is damaged.
        self.layout.packing.remove_unreadable();
        if !remade.notes.is_empty() {
            let kept = keep(folder, &old, &manifest.index);
            remade.notes.extend(kept);
        }
        self.reload()?;
        Ok(remade)
    }

    fn present_manifest(&self, folder: &Path) -> Result<Manifest> {
        match Manifest::read(folder) {
            Err(error) if error.kind() == ErrorKind::Damaged => Manifest::recover(folder),
            read => read,
        }
    }

    /// Puts everything that can be read of the old index into the new one; returns the generation it has then.
    fn copy(
        &self,
        old: &Path,
        new: &Path,
        generation: u64,
        stop: &AtomicBool,
    ) -> Result<(Remade, u64)> {
        let state = self.open_index_in(new, false)?;
        let mut writer = self.writer_of(state, Some(new.to_path_buf()))?;
        let mut losses = Losses::default();
        let payload = match Payload::of(old) {
            Err(error) if error.kind() == ErrorKind::Io => return Err(error),
            read => read.ok().flatten(),
        };
        writer.generation = payload
            .as_ref()
            .map_or(0, |payload| payload.generation)
            .max(generation);
        copy_table(
            "files",
            old,
            payload.as_ref(),
            &mut writer.files,
            &mut losses,
        )?;
        copy_table(
            "removed",
            old,
            payload.as_ref(),
            &mut writer.removed,
            &mut losses,
        )?;
        if let Some(payload) = &payload {
            writer.settings.clone_from(&payload.settings);
        }
        let mut counts: HashMap<u64, u64> = HashMap::new();
        let read = salvage::articles(old, &self.layout.packing, &mut |mut found| {
            if stop.load(Ordering::Relaxed) {
                let message = "interrupted; the archive is as it was";
                let error = Error::new(ErrorKind::Interrupted, message);
                return Err(error.with_hint("`morgue rebuild` begins anew"));
            }
            let id = &found.article.id;
            let is_removed = writer.removed.get(id).is_some();
            if id.is_empty() || writer.known(id)?.is_some() || is_removed && !found.is_certain {
                return Ok(());
            }
            writer.corrections.apply(&mut found.article);
            let file = found.file.unwrap_or_else(|| {
                digest_of(file_of(&found.article.path, &writer.files).as_bytes())
            });
            *counts.entry(file).or_default() += 1;
            let telling = Telling::of(&found.article);
            let stored = writer.stored(&found.article);
            writer.put_of(&found.article, &stored, file, Some(telling))?;
            if writer.pending_bytes > COMMIT_BYTES {
                writer.commit()?;
            }
            Ok(())
        })?;
        losses.notes.extend(read.notes);
        let mut incomplete = Vec::new();
        // An article that is missing though all could be read was removed by hand.
        if read.any {
            let rows = writer.files.rows();
            let lacks = rows.filter(|(path, row)| {
                counts
                    .get(&digest_of(path.as_bytes()))
                    .is_none_or(|count| count + row.removed < row.articles)
            });
            incomplete.extend(lacks.map(|(path, _)| path.clone()));
            incomplete.sort_unstable();
            // Until they are read again, as they were before, nothing else is believed of them.
            for path in &incomplete {
                if let Some(row) = writer.files.get(path).cloned() {
                    writer.files.set(path, row.unread());
                }
            }
        }
        writer.touch();
        writer.commit()?;
        let generation = writer.generation;
        let articles = writer.present;
        writer.finish()?;
        let remade = Remade {
            articles,
            incomplete,
            notes: losses.notes,
        };
        Ok((remade, generation))
    }
}

/// Puts a damaged index aside: more may be saved from it by other means. Returns where it is.
fn keep(folder: &Path, old: &Path, name: &str) -> Option<String> {
    let aside = folder.join(format!("damaged-{name}"));
    disk::rename(old, &aside).ok()?;
    let aside = aside.display();
    Some(format!(
        "what was damaged is kept in {aside}: remove it when you miss nothing"
    ))
}

/// Takes the lock of an index that need not be readable.
fn lock(index: &Path) -> Result<DirectoryLock> {
    let directory = SafeDirectory::open(index, false, Noted::default())?;
    patiently(Some(index), || {
        let lock = directory.acquire_lock(&INDEX_WRITER_LOCK);
        lock.map_err(|error: LockError| TantivyError::LockFailure(error, None))
    })
}

/// Copies the rows of a table that can be read.
fn copy_table<V: serde::Serialize + serde::de::DeserializeOwned + Clone>(
    name: &'static str,
    old: &Path,
    payload: Option<&Payload>,
    to: &mut Table<V>,
    losses: &mut Losses,
) -> Result<()> {
    let parts = match payload {
        Some(payload) => payload.files_of(name),
        None => salvage::table_files(old, name),
    };
    let (rows, damaged) = Table::<V>::salvage(name, &Store::Folder(old.to_path_buf()), &parts)?;
    for (key, value) in rows.rows() {
        to.set(key, value.clone());
    }
    let what = match name {
        "removed" => {
            "unreadable: what was removed by hand may be back from files that are read again"
        }
        _ => "unreadable",
    };
    let notes = damaged.iter().map(|file| format!("{file}: {what}"));
    losses.notes.extend(notes);
    Ok(())
}
