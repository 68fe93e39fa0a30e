//! What an archive says of itself: counts, sizes and versions.

use std::collections::BTreeMap;
use std::path::Path;

use tantivy::Searcher;
use tantivy::query::{Query as _, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::layout::day_of;
use super::manifest::Manifest;
use super::tables::{FileRow, Table};
use super::{Archive, engine_error};
use crate::article::UNDERSTANDING;
use crate::{Info, Result};

impl Archive {
    /// Counts, sizes and versions, and how dates and titles were obtained.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Damaged`] when a table cannot be read.
    pub fn info(&self) -> Result<Info> {
        self.guarded(|| self.counted_info())
    }

    fn counted_info(&self) -> Result<Info> {
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let manifest = match &self.folder {
            Some(folder) => Manifest::read(folder)?,
            None => self.manifest.clone(),
        };
        let (first, last) = first_and_last_day(&searcher)?;
        let files = self.files_known()?;
        let outdated = files
            .rows()
            .filter(|(_, row)| row.understood != UNDERSTANDING);
        Ok(Info {
            version: crate::Version::default(),
            path: self
                .folder
                .as_deref()
                .map(|folder| folder.display().to_string())
                .unwrap_or_default(),
            articles: searcher.num_docs(),
            files: files.len() as u64,
            bytes: self.folder.as_deref().map_or(0, size_of),
            segments: searcher.segment_readers().len() as u64,
            first,
            last,
            made_by: manifest.made_by,
            layout: manifest.layout,
            analyser: manifest.analyser,
            generation: state.generation,
            outdated: outdated.count() as u64,
            dates: self.how(&searcher, "date")?,
            titles: self.how(&searcher, "title")?,
        })
    }

    /// The files that were read.
    fn files_known(&self) -> Result<Table<FileRow>> {
        loop {
            let state = self.state()?;
            match Table::<FileRow>::open("files", &state.tables, &state.payload.files) {
                Ok(files) => return Ok(files),
                // A commit takes the table away that the one before named.
                Err(_) if state.stamp != self.stamp() => self.reload()?,
                Err(error) => return Err(error),
            }
        }
    }

    /// How many articles got a field in which way; `none` for those without it.
    fn how(&self, searcher: &Searcher, field: &str) -> Result<BTreeMap<String, u64>> {
        let mut counts = BTreeMap::new();
        let mut rest = searcher.num_docs();
        for how in ["stated", "derived", "guessed"] {
            let query = TermQuery::new(self.layout.how_term(field, how), IndexRecordOption::Basic);
            let count = query.count(searcher).map_err(engine_error)? as u64;
            counts.insert(how.to_owned(), count);
            rest = rest.saturating_sub(count);
        }
        counts.insert("none".to_owned(), rest);
        Ok(counts)
    }
}

fn first_and_last_day(searcher: &Searcher) -> Result<(Option<String>, Option<String>)> {
    let (mut first, mut last): (Option<i64>, Option<i64>) = (None, None);
    for reader in searcher.segment_readers() {
        let fast = reader.fast_fields();
        let (from, to) = (
            fast.i64("date_first").map_err(engine_error)?,
            fast.i64("date_last").map_err(engine_error)?,
        );
        for doc in reader.doc_ids_alive() {
            if let (Some(from), Some(to)) = (from.first(doc), to.first(doc)) {
                first = Some(first.map_or(from, |first| first.min(from)));
                last = Some(last.map_or(to, |last| last.max(to)));
            }
        }
    }
    let day = |number: Option<i64>| number.and_then(day_of).map(|day| day.to_string());
    Ok((day(first), day(last)))
}

fn size_of(folder: &Path) -> u64 {
    let files = walkdir::WalkDir::new(folder).into_iter().flatten();
    // As long as the number of a process is.
    let is_note = |entry: &walkdir::DirEntry| entry.file_name() == "writer.pid";
    files
        .filter(|entry| !is_note(entry))
        .filter_map(|entry| entry.metadata().ok())
        .filter(|meta| meta.is_file())
        .map(|meta| meta.len())
        .sum()
}
