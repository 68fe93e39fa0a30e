//! What can still be read of an index, however damaged: stored articles one by one, and rows of its tables.
//!
//! A rebuild is made of this. Nothing here fails because of damage: what cannot be read is counted, and the files it came
//! from are read again.

use std::path::{Path, PathBuf};

use tantivy::columnar::Column;
use tantivy::directory::footer::Footer;
use tantivy::directory::{Directory, FileSlice};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::schema::OwnedValue;
use tantivy::store::StoreReader;
use tantivy::{Index, TantivyDocument, TantivyError};

use super::damage::{Noted, caught};
use super::directory::SafeDirectory;
use super::engine_error;
use super::layout::digest_of;
use super::packing::Packing;
use super::stored;
use crate::{Article, Error, ErrorKind, Result};

/// Blocks of stored articles that are kept while reading one after the other.
const CACHED_BLOCKS: usize = 4;

/// A stored article, and what is known of it.
pub(super) struct Found {
    pub(super) article: Article,
    /// The hash of the file that it came from, where that can be read.
    pub(super) file: Option<u64>,
    /// Whether it is known to be in the archive, and not removed or replaced since it was written.
    pub(super) is_certain: bool,
}

/// What could not be read.
#[derive(Default)]
pub(super) struct Losses {
    /// Whether anything was damaged.
    pub(super) any: bool,
    /// In words.
    pub(super) notes: Vec<String>,
}

impl Losses {
    fn note(&mut self, text: String) {
        self.any = true;
        self.notes.push(text);
    }
}

/// A segment of an index that may be damaged.
struct Segment {
    name: String,
    store: StoreReader,
    alive: Option<AliveBitSet>,
    is_certain: bool,
    /// Unknown when `meta.json` is damaged.
    documents: Option<u32>,
    files: Option<Column<u64>>,
    digests: Option<Column<u64>>,
}

/// Hands every stored article that can be read to `visit`: those that are certain first.
pub(super) fn articles(
    folder: &Path,
    packing: &Packing,
    visit: &mut dyn FnMut(Found) -> Result<()>,
) -> Result<Losses> {
    let mut losses = Losses::default();
    let mut segments = segments(folder, &mut losses)?;
    segments.sort_by_key(|segment| !segment.is_certain);
    for segment in &segments {
        let mut unreadable = 0u64;
        for doc in 0..segment.documents.unwrap_or(u32::MAX) {
            if segment
                .alive
                .as_ref()
                .is_some_and(|alive| doc < alive.bitset().max_value() && alive.is_deleted(doc))
            {
                continue;
            }
            match caught(|| Ok(segment.store.get::<TantivyDocument>(doc))) {
                // Behind the last one.
                Ok(Err(TantivyError::InvalidArgument(_))) if segment.documents.is_none() => break,
                Ok(Ok(document)) => match segment.found(doc, &document, packing) {
                    Some(found) => visit(found)?,
                    None => unreadable += 1,
                },
                _ => unreadable += 1,
            }
        }
        if unreadable > 0 {
            losses.note(format!(
                "{}: {unreadable} stored articles are damaged",
                segment.name
            ));
        }
    }
    Ok(losses)
}

impl Segment {
    fn found(&self, doc: u32, document: &TantivyDocument, packing: &Packing) -> Option<Found> {
        let mut values = document.field_values();
        let bytes = values.find_map(|(_, value)| packing.unpack(OwnedValue::from(value)).ok())?;
        let written = self.digests.as_ref().and_then(|column| column.first(doc));
        if written.is_some_and(|written| written != digest_of(&bytes)) {
            return None;
        }
        Some(Found {
            article: stored::decode(&bytes)?,
            file: self.files.as_ref().and_then(|column| column.first(doc)),
            is_certain: self.is_certain,
        })
    }
}

/// The segments of the last commit; when it cannot be read, all whose files are there, the newest first.
fn segments(folder: &Path, losses: &mut Losses) -> Result<Vec<Segment>> {
    let noted = Noted::default();
    let committed = caught(|| {
        let directory = SafeDirectory::open(folder, true, noted.clone())?;
        let index = Index::open(directory).map_err(engine_error)?;
        let metas = index.searchable_segment_metas().map_err(engine_error)?;
        Ok((index, metas))
    });
    refused(&noted)?;
    let mut found = Vec::new();
    match committed {
        Ok((index, metas)) => {
            for meta in metas {
                let store = meta.relative_path(SegmentComponent::Store);
                let deletes = meta
                    .has_deletes()
                    .then(|| meta.relative_path(SegmentComponent::Delete));
                let documents = Some(meta.max_doc());
                let count = meta.num_docs();
                match open(folder, &store, deletes.as_deref(), documents)? {
                    Some(mut segment) => {
                        segment.add_columns(&index, meta);
                        if !segment.is_certain {
                            losses.note(format!(
                                "{}: which articles were removed is unreadable",
                                segment.name
                            ));
                        }
                        found.push(segment);
                    }
                    None => losses.note(format!(
                        "{}: all of its {count} articles are unreadable",
                        store.display()
                    )),
                }
            }
        }
        Err(_) => {
            losses.note(
                "meta.json is damaged: articles are taken from all files that are there".to_owned(),
            );
            for (store, deletes) in stores(folder) {
                match open(folder, &store, deletes.as_deref(), None)? {
                    Some(segment) => found.push(Segment {
                        is_certain: false,
                        ..segment
                    }),
                    None => losses.note(format!("{}: unreadable", store.display())),
                }
            }
        }
    }
    Ok(found)
}

impl Segment {
    /// The columns of hashes, where they can be read.
    fn add_columns(&mut self, index: &Index, meta: tantivy::SegmentMeta) {
        let opened = caught(|| {
            let reader = SegmentReader::open(&index.segment(meta)).map_err(engine_error)?;
            let column = |name| reader.fast_fields().u64(name).map_err(engine_error);
            Ok((column("file").ok(), column("digest").ok()))
        });
        (self.files, self.digests) = opened.unwrap_or_default();
    }
}

/// Opens what can be read of a segment; a disk that refuses to read is no damage, and may be better the next time.
fn open(
    folder: &Path,
    store: &Path,
    deletes: Option<&Path>,
    documents: Option<u32>,
) -> Result<Option<Segment>> {
    let noted = Noted::default();
    let directory = SafeDirectory::open(folder, true, noted.clone())?;
    let content = |path: &Path| -> Result<FileSlice> {
        let file = directory
            .open_read(path)
            .map_err(|error| engine_error(error.into()))?;
        let (_, content) = Footer::extract_footer(file).map_err(|error| Error::io(path, &error))?;
        Ok(content)
    };
    let reader = caught(|| {
        let reader = StoreReader::open(content(store)?, CACHED_BLOCKS);
        reader.map_err(|error| Error::io(store, &error))
    });
    let alive = deletes.map(|path| {
        caught(|| {
            let bytes = content(path)?.read_bytes();
            Ok(AliveBitSet::open(
                bytes.map_err(|error| Error::io(path, &error))?,
            ))
        })
    });
    refused(&noted)?;
    let Ok(store_reader) = reader else {
        return Ok(None);
    };
    Ok(Some(Segment {
        name: store.display().to_string(),
        store: store_reader,
        is_certain: alive.as_ref().is_none_or(Result::is_ok),
        alive: alive.and_then(Result::ok),
        documents,
        files: None,
        digests: None,
    }))
}

/// Fails when a file could not be read for another reason than damage.
fn refused(noted: &Noted) -> Result<()> {
    match noted.error() {
        Some(error) if error.kind() != ErrorKind::Damaged => Err(error),
        _ => Ok(()),
    }
}

/// The stores in a folder, the newest first, with the last list of what was deleted from each.
fn stores(folder: &Path) -> Vec<(PathBuf, Option<PathBuf>)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter_map(|entry| {
        let changed = entry.metadata().and_then(|meta| meta.modified()).ok();
        Some((changed, entry.file_name().into_string().ok()?))
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    let names = || files.iter().rev().map(|(_, name)| name);
    let stores = names().filter_map(|name| name.strip_suffix(".store"));
    let with_deletes = stores.map(|segment| {
        let is_deletes = |name: &&String| name.starts_with(segment) && name.ends_with(".del");
        let deletes = names().find(is_deletes).map(PathBuf::from);
        (PathBuf::from(format!("{segment}.store")), deletes)
    });
    with_deletes.collect()
}

/// Names of the files of a table in a folder, oldest first: for when no commit can be read that names them.
pub(super) fn table_files(folder: &Path, table: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_part =
        |name: &String| name.starts_with(&format!("{table}-")) && name.ends_with(".jsonl");
    let mut names: Vec<String> = names.filter(is_part).collect();
    names.sort_unstable();
    names
}
