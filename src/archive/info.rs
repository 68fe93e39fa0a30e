//! What an archive says of itself: counts and sizes, and whether its files are what they were when written.

use std::collections::BTreeMap;
use std::path::Path;

use tantivy::Searcher;
use tantivy::query::{Query as _, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::damage::{caught, compare};
use super::layout::{day_of, digest_of, order_of};
use super::tables::{FileRow, Part, Payload, Table};
use super::{Archive, State, engine_error, fetch};
use crate::{Info, Result, VerifyReport};

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
        let files = || -> Result<Table<FileRow>> {
            let payload = self.payload(&state)?;
            Table::open("files", &self.store()?, &payload.files)
        };
        // A commit in between takes the table away that the one before named.
        let files = files().or_else(|_| files())?;
        let (first, last) = first_and_last_day(&searcher)?;
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
            made_by: self.manifest.made_by.clone(),
            layout: self.manifest.layout,
            analyser: self.manifest.analyser,
            generation: state.generation,
            dates: self.how(&searcher, "date")?,
            titles: self.how(&searcher, "title")?,
        })
    }

    /// Compares every file with its checksum and every article with its hash.
    ///
    /// # Errors
    /// Only when the archive cannot be opened at all; what is wrong inside is reported.
    pub fn verify(&self) -> Result<VerifyReport> {
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let payload = self.payload(&state)?;
        let mut report = VerifyReport {
            ok: true,
            ..VerifyReport::default()
        };
        let folder = self.index_folder()?;
        let mut compared = compare(&state.index, folder.as_deref())?;
        if !compared.damaged.is_empty() {
            // A writer that merges takes files away while they are compared.
            compared = compare(&state.index, folder.as_deref())?;
        }
        report.problems.extend(
            compared
                .damaged
                .iter()
                .map(|path| format!("{}: missing, or the checksum differs", path.display())),
        );
        report.files = compared.files + compared.damaged.len() as u64;
        if let Some(folder) = self.index_folder()? {
            let is_there = |part: &Part| folder.join(&part.file).exists();
            // A commit in between takes tables away that the one before named.
            let is_current = payload.parts().all(is_there);
            let payload = if is_current {
                payload
            } else {
                self.payload(&state)?
            };
            for part in payload.parts() {
                report.files += 1;
                let whole = std::fs::read(folder.join(&part.file))
                    .map(|text| crc32fast::hash(&text) == part.crc);
                if !whole.unwrap_or(false) {
                    report
                        .problems
                        .push(format!("{}: missing, or the checksum differs", part.file));
                }
            }
        }
        if compared.damaged.is_empty() {
            // A checksum that fits does not make sense of what was written wrongly.
            let checked = caught(|| self.verify_articles(&searcher, &mut report));
            report
                .problems
                .extend(checked.err().map(|error| error.to_string()));
        }
        report.ok = report.problems.is_empty();
        Ok(report)
    }

    fn verify_articles(&self, searcher: &Searcher, report: &mut VerifyReport) -> Result<()> {
        let mut seen = std::collections::HashSet::new();
        for (ordinal, reader) in (0u32..).zip(searcher.segment_readers()) {
            let digests = reader.fast_fields().u64("digest").map_err(engine_error)?;
            for doc in reader.doc_ids_alive() {
                let address = tantivy::DocAddress::new(ordinal, doc);
                report.articles += 1;
                let whole = fetch::json(searcher, &self.layout, address);
                let Ok(json) = whole else {
                    report
                        .problems
                        .push(format!("article {ordinal}.{doc}: unreadable"));
                    continue;
                };
                if digests.first(doc) != Some(digest_of(&json)) {
                    report.problems.push(format!(
                        "article {ordinal}.{doc}: the content differs from its hash"
                    ));
                }
                match serde_json::from_slice::<crate::Article>(&json) {
                    Ok(article) if !seen.insert(order_of(&article.id)) => {
                        report
                            .problems
                            .push(format!("article `{}`: stored twice", article.id));
                    }
                    Ok(_) => {}
                    Err(error) => report
                        .problems
                        .push(format!("article {ordinal}.{doc}: {error}")),
                }
            }
        }
        if report.articles != searcher.num_docs() {
            report.problems.push(format!(
                "{} articles are counted, {} were read",
                searcher.num_docs(),
                report.articles
            ));
        }
        Ok(())
    }

    fn payload(&self, state: &State) -> Result<Payload> {
        let meta = state.index.load_metas().map_err(engine_error)?;
        Payload::parse(meta.payload.as_deref())
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
    files
        .filter_map(|entry| entry.metadata().ok())
        .filter(|meta| meta.is_file())
        .map(|meta| meta.len())
        .sum()
}
