//! Keeping an archive in shape: merging its segments, and making its index anew from the stored articles.

use std::path::Path;

use super::corrections::Corrections;
use super::layout::Layout;
use super::tables::{Payload, note_writer};
use super::writer::acquire;
use super::{Archive, directory, engine_error, fetch, manifest::Manifest};
use crate::story::Telling;
use crate::{Error, ErrorKind, Result};

impl Archive {
    /// Merges all segments into one and gives back the space of removed articles; returns the bytes before and after.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] when another process is writing, [`ErrorKind::Io`] when the disk is full.
    pub fn compact(&self) -> Result<(u64, u64)> {
        let before = self.info()?.bytes;
        let state = self.open_index(false)?;
        let mut writer = acquire(&state.index)?;
        let segments = state.index.searchable_segment_ids().map_err(engine_error)?;
        let deleted = state
            .reader
            .searcher()
            .segment_readers()
            .iter()
            .any(|reader| reader.has_deletes());
        if segments.len() > 1 || deleted {
            writer.merge(&segments).wait().map_err(engine_error)?;
        }
        // Files of the old segments are still held by the state that was open.
        drop(state);
        *self.lock_state() = None;
        let collected = writer.garbage_collect_files();
        writer.wait_merging_threads().map_err(engine_error)?;
        // What is still open elsewhere goes the next time.
        let _ = collected.wait();
        self.reload()?;
        Ok((before, self.info()?.bytes))
    }

    /// Makes the index anew from the stored articles, beside the old one, and swaps it in; returns how many there are.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`], [`ErrorKind::Io`]; [`ErrorKind::Damaged`] when a stored article cannot be read. The old
    /// index stays as it was then.
    pub fn rebuild(&self) -> Result<u64> {
        let (Some(folder), Some(old)) = (self.folder.as_deref(), self.index_folder()?) else {
            return Err(Error::new(
                ErrorKind::Usage,
                "an archive in memory cannot be rebuilt",
            ));
        };
        let state = self.open_index(false)?;
        // Nobody may write to the old index while the new one is made.
        let lock = acquire(&state.index)?;
        note_writer(&old);
        state.reader.reload().map_err(engine_error)?;
        let manifest = Manifest::read(folder)?;
        let next = Manifest {
            index: name_after(&manifest.index),
            ..Manifest::new(&self.schema)
        };
        let new = folder.join(&next.index);
        // Left by a rebuild that was interrupted; no manifest ever named it.
        if new.exists() {
            std::fs::remove_dir_all(&new).map_err(|error| Error::io(&new, &error))?;
        }
        let count = self.copy_articles(&state, &old, &new)?;
        directory::sync_folder(&new).map_err(|error| Error::io(&new, &error))?;
        next.write(folder)?;
        directory::sync_folder(folder).map_err(|error| Error::io(folder, &error))?;
        drop(lock);
        drop(state);
        *self.lock_state() = None;
        // Readers of other processes keep the files they have open; what cannot go now is only space.
        let _ = std::fs::remove_dir_all(&old);
        self.reload()?;
        Ok(count)
    }

    fn copy_articles(&self, state: &super::State, old: &Path, new: &Path) -> Result<u64> {
        let searcher = state.reader.searcher();
        let meta = state.index.load_metas().map_err(engine_error)?;
        let payload = Payload::parse(meta.payload.as_deref())?;
        let index = self.make_index_in(new)?;
        let layout = Layout::new(&self.schema);
        let mut writer = acquire(&index)?;
        let corrections = Corrections::read(self.folder.as_deref())?;
        let mut count = 0;
        for (ordinal, reader) in (0u32..).zip(searcher.segment_readers()) {
            let files = reader.fast_fields().u64("file").map_err(engine_error)?;
            for doc in reader.doc_ids_alive() {
                let address = tantivy::DocAddress::new(ordinal, doc);
                let mut article = fetch::article(&searcher, &layout, address)?;
                corrections.apply(&mut article);
                let file = files.first(doc).unwrap_or(0);
                let (document, _) =
                    layout.document(&article, Some(&Telling::of(&article)), file, &self.schema)?;
                writer.add_document(document).map_err(engine_error)?;
                count += 1;
            }
        }
        for part in payload.parts() {
            let (from, to) = (old.join(&part.file), new.join(&part.file));
            std::fs::copy(&from, &to).map_err(|error| Error::io(&from, &error))?;
            let copied = std::fs::File::open(&to).and_then(|file| file.sync_all());
            copied.map_err(|error| Error::io(&to, &error))?;
        }
        let payload = Payload {
            generation: payload.generation + 1,
            ..payload
        };
        let text = serde_json::to_string(&payload)
            .map_err(|error| Error::new(ErrorKind::Engine, error.to_string()))?;
        let mut prepared = writer.prepare_commit().map_err(engine_error)?;
        prepared.set_payload(&text);
        prepared.commit().map_err(engine_error)?;
        writer.wait_merging_threads().map_err(engine_error)?;
        Ok(count)
    }
}

/// The name of the next index folder: `index-2` after `index-1`.
fn name_after(name: &str) -> String {
    let number = name
        .rsplit('-')
        .next()
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap_or(0);
    format!("index-{}", number.saturating_add(1))
}
