//! Whether an archive is what was written: every file, every article, and what the tables say of them.

use std::collections::HashSet;
use std::path::Path;

use tantivy::directory::Directory;
use tantivy::index::{IndexMeta, SegmentComponent};
use tantivy::{Index, Searcher};

use super::corrections::Corrections;
use super::damage::{Noted, caught};
use super::directory::SafeDirectory;
use super::groups::Groups;
use super::layout::{digest_of, order_of};
use super::links::Links;
use super::manifest::{MANIFEST, Manifest};
use super::tables::{Payload, Store};
use super::{Archive, State, engine_error, fetch, stored, values};
use crate::{Result, VerifyReport};

/// What helps when something of the index is damaged.
const REBUILD: &str = "run `morgue rebuild`: it makes the index anew from the stored articles, and reads the files again \
    whose articles are damaged";

/// Times that an archive is looked at when a writer changes it meanwhile.
const LOOKS: usize = 5;

impl Archive {
    /// Compares every file with its checksum, every article with its hash, and the tables with the articles.
    ///
    /// # Errors
    /// None of damage: that is what the report is for.
    pub fn verify(&self) -> Result<VerifyReport> {
        let mut looks = 0;
        loop {
            let stamp = self.stamp();
            let mut report = VerifyReport::default();
            match &self.folder {
                Some(folder) => self.verify_folder(folder, &mut report),
                None => self.verify_index(&self.open_index(true)?, &mut report),
            }
            report.ok = report.problems.is_empty();
            looks += 1;
            // A writer takes files away that the commit before named.
            if report.ok || looks >= LOOKS || stamp == self.stamp() {
                return Ok(report);
            }
        }
    }

    fn verify_folder(&self, folder: &Path, report: &mut VerifyReport) {
        report.files += 1;
        let manifest = Manifest::read(folder).and_then(|manifest| {
            manifest.check(folder)?;
            Ok(manifest)
        });
        let manifest = match manifest {
            Ok(manifest) => manifest,
            Err(error) => {
                add(
                    report,
                    format!("{MANIFEST}: {}", error.message()),
                    error.hint(),
                );
                self.manifest.clone()
            }
        };
        if let Err(error) = Corrections::read(Some(folder)) {
            add(report, error.to_string(), error.hint());
        }
        for file in self.layout.packing.files() {
            report.files += 1;
            if file.read().is_none() {
                let path = file.path();
                let path = path.strip_prefix(folder).unwrap_or(&path).display();
                add(report, format!("{path}: its checksum differs"), None);
            }
        }
        let index = folder.join(&manifest.index);
        verify_files(&index, &manifest.index, report);
        if report.problems.is_empty() {
            match self.open_index(true) {
                Ok(state) => self.verify_index(&state, report),
                Err(error) => add(report, error.to_string(), error.hint()),
            }
        }
    }

    fn verify_index(&self, state: &State, report: &mut VerifyReport) {
        // A checksum that fits does not make sense of what was written wrongly.
        let searcher = state.reader.searcher();
        let checked = caught(|| {
            let orders = self.verify_articles(&searcher, report)?;
            verify_tables(state, &orders, report)
        });
        if let Err(error) = state.noted.or(checked) {
            add(report, error.to_string(), Some(REBUILD));
        }
    }

    /// Reads every article; returns the hashes of their ids.
    fn verify_articles(
        &self,
        searcher: &Searcher,
        report: &mut VerifyReport,
    ) -> Result<HashSet<u64>> {
        let mut seen = HashSet::new();
        let digests = fetch::digests(searcher)?;
        for (ordinal, reader) in (0u32..).zip(searcher.segment_readers()) {
            let orders = reader.fast_fields().u64("order").map_err(engine_error)?;
            let digests = digests.get(ordinal as usize);
            for doc in reader.doc_ids_alive() {
                let address = tantivy::DocAddress::new(ordinal, doc);
                report.articles += 1;
                let Ok(bytes) = fetch::bytes(searcher, &self.layout, address) else {
                    add(
                        report,
                        format!("article {ordinal}.{doc}: unreadable"),
                        Some(REBUILD),
                    );
                    continue;
                };
                let digest = digests.and_then(|column| column.first(doc));
                let problem = match stored::decode(&bytes) {
                    _ if digest != Some(digest_of(&bytes)) => {
                        format!("article {ordinal}.{doc}: the content differs from its hash")
                    }
                    None => format!("article {ordinal}.{doc}: it makes no sense"),
                    Some(article) if orders.first(doc) != Some(order_of(&article.id)) => {
                        format!(
                            "article `{}`: the index has it under another id",
                            article.id
                        )
                    }
                    Some(article) if !seen.insert(order_of(&article.id)) => {
                        format!("article `{}`: stored twice", article.id)
                    }
                    Some(_) => continue,
                };
                add(report, problem, Some(REBUILD));
            }
        }
        Ok(seen)
    }
}

fn add(report: &mut VerifyReport, problem: String, cure: Option<&str>) {
    report.problems.push(problem);
    let cure = cure.unwrap_or(REBUILD);
    if !report.cures.iter().any(|known| known == cure) {
        report.cures.push(cure.to_owned());
    }
}

/// Compares every file of the last commit with its checksum.
fn verify_files(index: &Path, name: &str, report: &mut VerifyReport) {
    let problem = |file: &Path, what: &str| format!("{name}/{}: {what}", file.display());
    let (meta, payload) = match committed(index) {
        Ok(read) => read,
        Err(error) => {
            let what = error.message().to_owned();
            let path = error
                .path()
                .and_then(Path::file_name)
                .unwrap_or("meta.json".as_ref());
            return add(report, problem(path.as_ref(), &what), Some(REBUILD));
        }
    };
    report.files += 2;
    for file in files_of(&meta) {
        report.files += 1;
        let noted = Noted::default();
        let checked = SafeDirectory::open(index, true, noted.clone()).is_ok_and(|directory| {
            directory
                .open_blocks(&file)
                .is_ok_and(|file| file.check().is_ok())
        });
        if !checked {
            let error = noted.error();
            let what = error
                .as_ref()
                .map_or("it cannot be read", crate::Error::message);
            add(report, problem(&file, what), Some(REBUILD));
        }
    }
    let store = Store::Folder(index.to_path_buf());
    for file in kept_values(index) {
        report.files += 1;
        if !matches!(store.read(&file), Ok(Some(_))) {
            add(
                report,
                problem(file.as_ref(), "its checksum differs"),
                Some(REBUILD),
            );
        }
    }
    for part in payload.parts() {
        report.files += 1;
        if let Err(error) = store.read_part(part) {
            add(
                report,
                problem(part.file.as_ref(), error.message()),
                Some(REBUILD),
            );
        }
    }
}

/// The files that are there with the numbers of values; none need be.
fn kept_values(index: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(index).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| name.ends_with(values::ENDING))
        .collect();
    names.sort_unstable();
    names
}

/// What the last commit says, and the engine's own list of files.
fn committed(index: &Path) -> Result<(IndexMeta, Payload)> {
    let noted = Noted::default();
    let read = caught(|| {
        let directory = SafeDirectory::open(index, true, noted.clone())?;
        let managed = Path::new(".managed.json");
        directory
            .atomic_read(managed)
            .map_err(|error| match error {
                tantivy::directory::error::OpenReadError::FileDoesNotExist(_) => {
                    super::damage::damaged(&index.join(managed), "it is missing")
                }
                error => engine_error(error.into()),
            })?;
        let meta = Index::open(directory)
            .and_then(|index| index.load_metas())
            .map_err(engine_error)?;
        let payload = Payload::parse(meta.payload.as_deref())?;
        Ok((meta, payload))
    });
    noted.or(read)
}

/// The files that the segments of a commit consist of.
fn files_of(meta: &IndexMeta) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for segment in &meta.segments {
        let whole = [
            SegmentComponent::Postings,
            SegmentComponent::Positions,
            SegmentComponent::FastFields,
            SegmentComponent::FieldNorms,
            SegmentComponent::Terms,
            SegmentComponent::Store,
        ];
        files.extend(whole.map(|component| segment.relative_path(component)));
        if segment.has_deletes() {
            files.push(segment.relative_path(SegmentComponent::Delete));
        }
    }
    files.sort();
    files
}

/// Compares what the tables and the commit say with the articles that are there, by the hashes of their ids.
fn verify_tables(state: &State, articles: &HashSet<u64>, report: &mut VerifyReport) -> Result<()> {
    let payload = &state.payload;
    let counts = [
        (payload.articles, "were committed"),
        (state.reader.searcher().num_docs(), "are counted"),
    ];
    for (count, what) in counts {
        if count != report.articles && payload.generation > 0 {
            add(
                report,
                format!("{count} articles {what}, {} were read", report.articles),
                None,
            );
        }
    }
    let links = Links::open(&state.tables, &payload.links)?;
    let unknown = |id: &str| !articles.contains(&order_of(id));
    if let Some(node) = links.nodes().find(|node| unknown(&node.id)) {
        let id = &node.id;
        add(
            report,
            format!("article `{id}`: linked, but not in the index"),
            None,
        );
    }
    let groups = match &payload.groups {
        Some(part) => Groups::read(state.tables.read_part(part)?)?,
        None => Groups::default(),
    };
    if groups.orders().any(|order| !articles.contains(&order)) {
        add(
            report,
            "a story has an article that is not in the index".to_owned(),
            None,
        );
    }
    Ok(())
}
