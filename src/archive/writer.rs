//! The one writer: puts and deletes articles in batches, and commits index and tables in one step.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tantivy::indexer::LogMergePolicy;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, IndexReader, IndexWriter, Searcher, TERMINATED, TantivyDocument, Term};

use super::corrections::Corrections;
use super::damage::{Noted, caught};
use super::grouping::{groups_file, open_links};
use super::layout::{Layout, digest_of};
use super::linking::Linker;
use super::links::Links;
use super::lock::acquire;
use super::packing::Packer;
use super::stored::Stored;
use super::tables::{
    FileRow, Names, Part, Payload, Store, Table, file_of, note_writer, remove_strays,
    remove_temporary,
};
use super::tokens::Analyser;
use super::{Archive, State, aliases, engine_error, fetch, unify};
use crate::story::Telling;
use crate::{Article, Error, ErrorKind, Result, Schema};

/// Articles of a segment that is not merged any more.
const LARGE_SEGMENT: usize = 30_000;

/// What an archive already has under an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// The hash of the file it came from.
    pub(crate) file: u64,
    /// The hash of the whole article as stored.
    pub(crate) digest: u64,
    /// The hash of its text.
    pub(crate) body: u64,
}

/// An open batch of changes. Dropping it forgets what was not committed.
pub(crate) struct Writer<'a> {
    archive: &'a Archive,
    pub(super) layout: &'a Layout,
    schema: &'a Schema,
    index: IndexWriter,
    /// Damage of what it reads; nothing is committed on top of that.
    pub(super) noted: Noted,
    /// The state of the last commit before this writer.
    pub(super) before: Searcher,
    folder: Option<PathBuf>,
    pub(crate) files: Table<FileRow>,
    pub(crate) removed: Table<bool>,
    pub(crate) corrections: Corrections,
    /// Read when the first link is asked for: most runs change nothing.
    links: Option<Links>,
    link_parts: Vec<Part>,
    groups: Option<Part>,
    names: Option<Names>,
    /// What files were read with; see [`Payload::settings`].
    pub(crate) settings: BTreeMap<u64, String>,
    pub(super) linker: Linker,
    reader: IndexReader,
    store: Store,
    analyser: Analyser,
    packer: Packer,
    pub(super) generation: u64,
    /// Articles in the archive, counting what was put and deleted.
    pub(super) present: u64,
    /// What this writer put (`Some`) or deleted (`None`) since the last commit.
    changes: HashMap<String, Option<Known>>,
    /// The files that it put articles of, by the hash of their names.
    inputs: HashMap<u64, String>,
    /// Whether changes are only noted, so that they can be counted.
    pub(crate) dry_run: bool,
    /// Text put since the last commit.
    pub(crate) pending_bytes: usize,
    pub(crate) committed: Instant,
    dirty: bool,
}

impl Archive {
    /// Opens the writer; waits a little when another one is at work.
    pub(crate) fn writer(&self) -> Result<Writer<'_>> {
        for _ in 0..10 {
            let state = self.open_index(false)?;
            let index = self.index_folder()?;
            let writer = self.writer_of(state, index.clone())?;
            // While this one waited, another may have made the index anew elsewhere.
            if self.index_folder()? == index {
                return Ok(writer);
            }
        }
        Err(Error::new(ErrorKind::Busy, "the archive is being rebuilt").with_hint("try again"))
    }

    /// Opens the writer of an index, which lies in that folder.
    pub(super) fn writer_of(&self, state: State, folder: Option<PathBuf>) -> Result<Writer<'_>> {
        let noted = state.noted.clone();
        noted.or(caught(|| self.locked(state, folder)))
    }

    fn locked(&self, state: State, folder: Option<PathBuf>) -> Result<Writer<'_>> {
        let writer = acquire(&state.index, folder.as_deref())?;
        if let Some(folder) = &folder {
            note_writer(folder);
        }
        // What a run left that failed: the engine would meet it under the name of what it writes next, and give up.
        let _ = writer.garbage_collect_files().wait();
        // Another process may have committed between opening and locking.
        state.reader.reload().map_err(engine_error)?;
        let meta = state.index.load_metas().map_err(engine_error)?;
        let payload = Payload::parse(meta.payload.as_deref())?;
        if let Some(folder) = &folder {
            remove_strays(folder, &payload);
            remove_temporary(folder);
        }
        writer.set_merge_policy(Box::new(merge_policy()));
        let store = state.tables;
        let before = state.reader.searcher();
        Ok(Writer {
            archive: self,
            layout: &self.layout,
            schema: &self.schema,
            present: before.num_docs(),
            before,
            index: writer,
            noted: state.noted,
            files: Table::open("files", &store, &payload.files)?,
            removed: Table::open("removed", &store, &payload.removed)?,
            links: None,
            link_parts: payload.links,
            groups: payload.groups,
            names: payload.names,
            settings: payload.settings,
            linker: Linker::of(&store),
            reader: state.reader,
            store,
            analyser: Analyser::default(),
            packer: Packer::default(),
            corrections: Corrections::read(self.folder.as_deref())?,
            folder,
            generation: payload.generation,
            changes: HashMap::new(),
            inputs: HashMap::new(),
            dry_run: false,
            pending_bytes: 0,
            committed: Instant::now(),
            dirty: self.has_new_fields.load(Ordering::Relaxed),
        })
    }
}

/// A merge reads its segments whole, and what it knows of their words is held in memory: so few are merged at once, and large
/// ones never again unless much of them was deleted. An archive of a million articles has some thirty segments then; `compact`
/// makes one of them.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    // The default never merges because of deletes.
    policy.set_del_docs_ratio_before_merge(0.25);
    policy.set_min_num_segments(4);
    policy.set_max_docs_before_merge(LARGE_SEGMENT);
    policy
}

impl Writer<'_> {
    /// What stands under an id now, counting what this writer did.
    pub(crate) fn known(&self, id: &str) -> Result<Option<Known>> {
        if let Some(change) = self.changes.get(id) {
            return Ok(*change);
        }
        let Some(address) = fetch::address(&self.before, self.layout, id)? else {
            return Ok(None);
        };
        let fast = self
            .before
            .segment_reader(address.segment_ord)
            .fast_fields();
        let value = |field: &str| -> Result<u64> {
            let column = fast.u64(field).map_err(engine_error)?;
            Ok(column.first(address.doc_id).unwrap_or(0))
        };
        Ok(Some(Known {
            file: value("file")?,
            digest: value("digest")?,
            body: value("body")?,
        }))
    }

    /// The hash of a path or text, as it stands in what is known.
    pub(crate) fn hash(&self, text: &str) -> u64 {
        digest_of(text.as_bytes())
    }

    /// Articles that the archive had before this writer.
    pub(crate) fn articles(&self) -> u64 {
        self.before.num_docs()
    }

    /// The file that an article came from, for messages.
    pub(crate) fn path_of(&self, id: &str) -> Result<String> {
        if let Some(Some(known)) = self.changes.get(id) {
            return Ok(self.inputs.get(&known.file).cloned().unwrap_or_default());
        }
        match fetch::address(&self.before, self.layout, id)? {
            Some(address) => Ok(fetch::article(&self.before, self.layout, address)?.path),
            None => Ok(String::new()),
        }
    }

    /// An article as it would be stored.
    pub(crate) fn stored(&self, article: &Article) -> Stored {
        Stored::of(article)
    }

    /// The ids that the archive had from a file before this writer.
    pub(crate) fn ids_of(&self, path: &str) -> Result<HashSet<String>> {
        let term = self.layout.file_term(path);
        let mut ids = HashSet::new();
        for reader in self.before.segment_readers() {
            let index = reader
                .inverted_index(self.layout.key)
                .map_err(engine_error)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|error| engine_error(error.into()))? else {
                continue;
            };
            let Some(column) = reader.fast_fields().str("id").map_err(engine_error)? else {
                continue;
            };
            let mut id = String::new();
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if let (false, Some(ordinal)) =
                    (reader.is_deleted(doc), column.term_ords(doc).next())
                {
                    column
                        .ord_to_str(ordinal, &mut id)
                        .map_err(|error| engine_error(error.into()))?;
                    ids.insert(id.clone());
                }
                doc = postings.advance();
            }
        }
        ids.retain(|id| self.changes.get(id) != Some(&None));
        Ok(ids)
    }

    /// Adds an article that came from the file `input`, or replaces the one with its id.
    pub(crate) fn put(
        &mut self,
        article: &Article,
        stored: &Stored,
        input: &str,
        telling: Option<Telling>,
    ) -> Result<()> {
        let file = digest_of(input.as_bytes());
        self.inputs.entry(file).or_insert_with(|| input.to_owned());
        self.put_of(article, stored, file, telling)
    }

    /// Adds an article that came from the file of that hash, or replaces the one with its id.
    pub(super) fn put_of(
        &mut self,
        article: &Article,
        stored: &Stored,
        file: u64,
        telling: Option<Telling>,
    ) -> Result<()> {
        let (document, known) = self.document(article, stored, telling.as_ref(), file)?;
        if !self.dry_run {
            if self.known(&article.id)?.is_some() {
                self.index.delete_term(self.layout.id_term(&article.id));
                self.unlink(&article.id)?;
            } else {
                self.present += 1;
            }
            self.add_document(document)?;
            if let Some(telling) = telling {
                self.tell(article, telling);
            }
        }
        self.changes.insert(article.id.clone(), Some(known));
        self.pending_bytes += article.body.len() + 1000;
        self.dirty = true;
        Ok(())
    }

    /// The document of an article, and what is known of it then.
    fn document(
        &mut self,
        article: &Article,
        stored: &Stored,
        telling: Option<&Telling>,
        file: u64,
    ) -> Result<(TantivyDocument, Known)> {
        let (packing, folder) = (&self.layout.packing, self.folder.as_deref());
        if !self.packer.is_begun() && !self.dry_run {
            let forms = |every| fetch::forms(&self.before, self.layout, every);
            self.packer.begin(packing, folder, forms)?;
        }
        let packed = match self.dry_run {
            true => &[],
            false => self.packer.pack(packing, folder, stored.form.as_bytes())?,
        };
        self.layout.document(
            article,
            stored.digest,
            packed,
            telling,
            file,
            self.schema,
            &mut self.analyser,
        )
    }

    /// Hands a document to the engine, which only says that a thread of its own has ended when a file cannot be written.
    fn add_document(&self, document: TantivyDocument) -> Result<()> {
        let added = self.index.add_document(document).map_err(engine_error);
        self.noted.or(added).map(drop)
    }

    /// Puts a changed article in the place of the one with its id.
    pub(crate) fn replace(&mut self, article: &Article) -> Result<()> {
        let Some(known) = self.known(&article.id)? else {
            return Ok(());
        };
        let telling = Telling::of(article);
        let stored = Stored::of(article);
        let (document, known) = self.document(article, &stored, Some(&telling), known.file)?;
        self.index.delete_term(self.layout.id_term(&article.id));
        self.add_document(document)?;
        self.unlink(&article.id)?;
        self.tell(article, telling);
        self.changes.insert(article.id.clone(), Some(known));
        self.dirty = true;
        Ok(())
    }

    /// Deletes an article, if it is there.
    pub(crate) fn delete(&mut self, id: &str) -> Result<()> {
        if !self.dry_run {
            if self.known(id)?.is_some() {
                self.present = self.present.saturating_sub(1);
            }
            let term: Term = self.layout.id_term(id);
            self.index.delete_term(term);
            self.unlink(id)?;
        }
        self.changes.insert(id.to_owned(), None);
        self.dirty = true;
        Ok(())
    }

    /// Counts an article of that path as removed by hand from its file (1), or as back (-1).
    pub(super) fn count_removed(&mut self, path: &str, by: i64) {
        let file = file_of(path, &self.files).to_owned();
        if let Some(row) = self.files.get(&file).cloned() {
            let removed = row.removed.saturating_add_signed(by);
            self.files.set(&file, FileRow { removed, ..row });
        }
    }

    /// The links between articles.
    pub(super) fn links(&mut self) -> Result<&mut Links> {
        match &mut self.links {
            Some(links) => Ok(links),
            empty => {
                let links = open_links(&self.store, &self.link_parts, self.groups.as_ref())?;
                Ok(empty.insert(links))
            }
        }
    }

    /// Notes that the tables changed, so that a commit is due even without an article.
    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    /// Puts everything so far on disk, in one step.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if !self.dirty || self.dry_run {
            return Ok(());
        }
        let generation = self.generation + 1;
        if self.link()? {
            let file = format!("groups-{generation:08}.bin");
            let content = groups_file(self.links()?);
            self.groups = Some(self.store.write_part(file, &content, 0)?);
        }
        let store = self.store.clone();
        if let Some(links) = &mut self.links {
            self.link_parts = links.write(&store, generation)?;
        }
        self.noted.check()?;
        let payload = Payload {
            generation,
            articles: self.present,
            revision: self.archive.manifest.revision,
            fields: self.schema.user_fields(),
            files: self.files.write(&store, generation)?,
            removed: self.removed.write(&store, generation)?,
            links: self.link_parts.clone(),
            groups: self.groups.clone(),
            names: self.names.clone(),
            settings: self.settings.clone(),
        };
        let text = serde_json::to_string(&payload)
            .map_err(|error| Error::new(ErrorKind::Engine, error.to_string()))?;
        self.archive.save_fields()?;
        let prepared = self.index.prepare_commit().map_err(engine_error);
        let mut prepared = self.noted.or(prepared)?;
        prepared.set_payload(&text);
        self.noted.or(prepared.commit().map_err(engine_error))?;
        if let Some(folder) = &self.folder {
            self.archive.note_commit(folder, generation)?;
            remove_strays(folder, &payload);
        }
        // The next batch is compared with this one.
        self.reader.reload().map_err(engine_error)?;
        self.before = self.reader.searcher();
        self.generation = generation;
        self.linker.committed();
        self.changes.clear();
        self.pending_bytes = 0;
        self.committed = Instant::now();
        self.dirty = false;
        Ok(())
    }

    /// Works out which names are one, when articles came or went since that was done, in a commit of its own: until then
    /// readers have the table of the commit before.
    fn unify(&mut self) -> Result<()> {
        let current = self.names.as_ref().map(|names| names.generation);
        if self.dry_run || self.generation == 0 || current == Some(self.generation) {
            return Ok(());
        }
        let aliases = unify::unify(&self.before, self.layout.key)?;
        let generation = self.generation + 1;
        let content = aliases::write(&aliases);
        let file = format!("names-{generation:08}.bin");
        let part = self.store.write_part(file, &content, aliases.len())?;
        self.names = Some(Names { part, generation });
        self.dirty = true;
        self.commit()
    }

    /// Commits, waits for merges and removes files that nothing names any more.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.commit()?;
        // What articles were compared by is needed no more, and counting names takes room of its own.
        self.linker = Linker::of(&self.store);
        self.links = None;
        self.unify()?;
        let Writer {
            archive,
            index,
            before,
            noted,
            folder,
            ..
        } = self;
        drop(before);
        let collected = index.garbage_collect_files();
        let waited = index.wait_merging_threads().map_err(engine_error);
        // Files still open elsewhere stay until the next time.
        let _ = collected.wait();
        noted.or(waited)?;
        // Only now the segments are those that readers meet.
        archive.keep_values(folder.as_deref());
        Ok(())
    }
}
