//! The archive: a folder that holds the index and the tables beside it, or the same in memory.
//!
//! One process writes at a time, any number read; a reader sees whole commits. tantivy is used in this module and its
//! children only. What articles mean is worked out elsewhere; here they are stored, found and counted.

mod aliases;
mod analyse;
mod collect;
mod compile;
mod corrections;
mod cross;
mod cursor;
mod damage;
mod decide;
mod directory;
mod disk;
mod droppable;
mod entity;
mod expand;
mod facets;
mod fetch;
mod gist;
mod groups;
mod hit;
mod info;
mod layout;
mod leaves;
mod linking;
mod links;
mod manifest;
mod marks;
mod positions;
mod relax;
mod remove;
mod rescore;
mod rules;
mod salvage;
mod sealed;
mod search;
mod similar;
mod snippet;
mod stems;
mod stored;
mod stories;
mod suggest;
mod tables;
mod timeline;
mod tokens;
mod told;
mod unify;
mod upkeep;
mod values;
mod verify;
pub(crate) mod writer;

#[cfg(test)]
mod campaigns;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tantivy::directory::{Directory, RamDirectory};
use tantivy::store::Compressor;
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, TantivyError};

use crate::story::Telling;
use crate::{Article, Error, ErrorKind, IndexReport, Query, Result, Schema};
use aliases::Aliases;
use damage::{CURE, Noted, caught, damaged};
use directory::SafeDirectory;
use groups::Groups;
use layout::Layout;
use manifest::Manifest;
use rules::Rules;
pub(crate) use tables::FileRow;
use tables::{Payload, Store};

/// An archive of articles. Cheap to search from many threads; see [`Archive::open`] and [`Archive::create`].
pub struct Archive {
    schema: Schema,
    layout: Layout,
    folder: Option<PathBuf>,
    manifest: Manifest,
    /// The directory of an archive in memory, and its tables.
    memory: Option<RamDirectory>,
    tables: Store,
    state: Mutex<Option<Arc<State>>>,
    /// Whether fields were added that the folder does not know of yet.
    has_new_fields: AtomicBool,
}

/// One state of the index, as of a commit.
struct State {
    index: Index,
    reader: IndexReader,
    generation: u64,
    payload: Payload,
    tables: Store,
    groups: Arc<Groups>,
    aliases: Arc<Aliases>,
    /// Damage that was met while reading it.
    noted: Noted,
    /// What the folder said before it was opened; see [`Archive::stamp`].
    stamp: Option<u64>,
}

impl State {
    /// Adds to an article what depends on others: its story, what it is a copy of, the names that its forms go by.
    fn tell(&self, article: &mut Article) {
        self.groups.tell(article);
        self.aliases.tell(article);
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Makes a new archive in a folder, which is created when missing.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] when an archive is there already, [`ErrorKind::Io`] when the folder cannot be written.
    pub fn create(folder: impl AsRef<Path>, schema: Schema) -> Result<Archive> {
        let folder = folder.as_ref();
        match Manifest::read(folder) {
            Ok(_) => return Err(exists(folder)),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(_) => {}
        }
        let manifest = Manifest::new(&schema);
        let archive = Archive::new(schema, Some(folder), manifest, None);
        archive.make_folder(folder).map_err(|error| {
            // Another process may have been faster.
            match folder.join(manifest::MANIFEST).exists() {
                true => exists(folder),
                false => error,
            }
        })?;
        Ok(archive)
    }

    /// Makes the index aside and renames it into place, so that two who make the same archive cannot disturb each other.
    fn make_folder(&self, folder: &Path) -> Result<()> {
        let index = folder.join(&self.manifest.index);
        let aside = folder.join(format!("{}{}", disk::TEMPORARY, std::process::id()));
        self.make_index_in(&aside)?;
        if let Err(error) = disk::rename(&aside, &index) {
            // Nobody else uses the folder of this process's number; a stray one is removed by the next writer.
            let _ = disk::remove_folder(&aside);
            // An interrupted creation left an index without a manifest: it is empty, and taken over.
            if !index.is_dir() {
                return Err(Error::io(&index, &error));
            }
        }
        // The name of the index is durable before the manifest names it.
        disk::sync_folder(folder).map_err(|error| Error::io(folder, &error))?;
        self.manifest.write(folder)
    }

    /// Opens the archive of a folder, for reading and, where the folder allows it, for writing.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, [`ErrorKind::Version`] when another version made it,
    /// [`ErrorKind::Damaged`] when a file of it cannot be read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Archive> {
        let folder = folder.as_ref();
        let manifest = Manifest::read(folder)?;
        manifest.check(folder)?;
        let archive = Archive::new(manifest.schema()?, Some(folder), manifest, None);
        archive.state()?;
        Ok(archive)
    }

    /// Opens the archive of a folder for [`Archive::verify`] and [`Archive::rebuild`], whatever its state: damaged, or
    /// made by an older version. Anything else fails as it would after [`Archive::open`].
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, [`ErrorKind::Version`] when a newer version made it.
    pub fn open_for_repair(folder: impl AsRef<Path>) -> Result<Archive> {
        let folder = folder.as_ref();
        let manifest = match Manifest::read(folder) {
            Err(error) if error.kind() == ErrorKind::Damaged => Manifest::recover(folder)?,
            read => read?,
        };
        match manifest.check(folder) {
            Err(error) if !manifest.can_be_rebuilt() => return Err(error),
            _ => {}
        }
        let schema = manifest.schema()?;
        Ok(Archive::new(schema, Some(folder), manifest, None))
    }

    /// Makes an archive in memory, gone when dropped.
    ///
    /// # Errors
    /// None that depends on the schema; the engine's own.
    pub fn in_memory(schema: Schema) -> Result<Archive> {
        let memory = RamDirectory::create();
        let manifest = Manifest::new(&schema);
        let archive = Archive::new(schema, None, manifest, Some(memory.clone()));
        archive.make_index(memory)?;
        Ok(archive)
    }

    fn new(
        schema: Schema,
        folder: Option<&Path>,
        manifest: Manifest,
        memory: Option<RamDirectory>,
    ) -> Archive {
        let layout = Layout::new(&schema);
        let folder = folder.map(Path::to_path_buf);
        Archive {
            schema,
            layout,
            folder,
            manifest,
            memory,
            tables: Store::Memory(Arc::default()),
            state: Mutex::new(None),
            has_new_fields: AtomicBool::new(false),
        }
    }

    /// The fields of the archive.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The folder; `None` for an archive in memory.
    pub fn path(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Adds fields of the user's own; articles that are there already get them when they are indexed again. The next
    /// commit puts them on disk.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the text is no schema file.
    pub fn add_fields(&mut self, schema_file: &str) -> Result<()> {
        let mut schema = self.schema.clone();
        schema.add_user_fields(schema_file)?;
        if schema == self.schema {
            return Ok(());
        }
        let manifest = Manifest {
            fields: schema.user_fields(),
            revision: self.manifest.revision + 1,
            ..self.manifest.clone()
        };
        (self.schema, self.manifest) = (schema, manifest);
        *self.has_new_fields.get_mut() = true;
        Ok(())
    }

    /// Puts new fields on disk; before the commit whose articles have them.
    fn save_fields(&self) -> Result<()> {
        if let Some(folder) = &self.folder
            && self.has_new_fields.load(Ordering::Relaxed)
        {
            self.manifest.write(folder)?;
        }
        self.has_new_fields.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Notes that a commit is the last one. Should that fail, the commit stands all the same.
    fn note_commit(&self, index: &Path, generation: u64) -> Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let manifest = match Manifest::read(folder) {
            // It is being made beside the one that is in use, whose manifest may be damaged.
            Err(_) if folder.join(&self.manifest.index) != index => return Ok(()),
            Ok(manifest) if folder.join(&manifest.index) != index => return Ok(()),
            read => read?,
        };
        let manifest = Manifest {
            generation,
            ..manifest
        };
        manifest.write(folder)
    }

    /// Adds articles as they are, in one commit; one with the id of another replaces it. Nothing is worked out from
    /// their text: for that, index files with [`Archive::add_paths`].
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] for an article without an id, [`ErrorKind::Busy`] when another process is writing;
    /// nothing is added then.
    pub fn add(&self, articles: Vec<Article>) -> Result<IndexReport> {
        let started = std::time::Instant::now();
        let mut report = IndexReport::default();
        let mut writer = self.writer()?;
        for mut article in articles {
            writer.corrections.apply(&mut article);
            if article.id.is_empty() {
                return Err(Error::new(ErrorKind::Invalid, "an article has no id"));
            }
            match writer.known(&article.id)? {
                None => report.added += 1,
                Some(_) => report.replaced += 1,
            }
            let telling = Telling::of(&article);
            writer.put(&article, &article.path, Some(telling))?;
        }
        writer.finish()?;
        self.reload()?;
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }

    /// The article of an id, or of the beginning of one where only one id begins so.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Ambiguous`].
    pub fn get(&self, id: &str) -> Result<Article> {
        let mut article = self.stored(id)?;
        self.state()?.tell(&mut article);
        Ok(article)
    }

    /// The article of an id as it is stored.
    fn stored(&self, id: &str) -> Result<Article> {
        self.guarded(|| {
            let searcher = self.state()?.reader.searcher();
            fetch::by_id(&searcher, &self.layout, id)
        })
    }

    /// Hands every matching article to `visit`, oldest first, undated last; returns how many. Never relaxes, and
    /// ignores the limit and offset of the query.
    ///
    /// # Errors
    /// As [`Archive::search`], and what `visit` returns.
    pub fn each(&self, query: &Query, visit: &mut dyn FnMut(Article) -> Result<()>) -> Result<u64> {
        let state = self.state()?;
        self.each_stored(query, &mut |mut article| {
            state.tell(&mut article);
            visit(article)
        })
    }

    /// As [`Archive::each`], with the names that each article has by itself and without its story.
    fn each_stored(
        &self,
        query: &Query,
        visit: &mut dyn FnMut(Article) -> Result<()>,
    ) -> Result<u64> {
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let found = self.guarded(|| {
            let prepared = self.prepare(&searcher, &search::strict(query), None)?;
            state.all(&*prepared.strict(), crate::Sort::Oldest)
        })?;
        let digests = self.guarded(|| fetch::digests(&searcher))?;
        for one in &found {
            visit(
                self.guarded(|| fetch::checked(&searcher, &self.layout, &digests, one.address))?,
            )?;
        }
        Ok(found.len() as u64)
    }

    /// Sees what was committed since the archive was opened, by this or another process. Costs two small files read
    /// when nothing was.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`], [`ErrorKind::Io`].
    pub fn reload(&self) -> Result<()> {
        let is_fresh = |state: &Arc<State>| {
            state.noted.error().is_none() && state.stamp.is_some() && state.stamp == self.stamp()
        };
        if self.lock_state().as_ref().is_some_and(is_fresh) {
            return Ok(());
        }
        let state = self.open_index(true)?;
        *self.lock_state() = Some(Arc::new(state));
        Ok(())
    }

    /// A hash of what changes with every commit, merge and rebuild; `None` when it cannot be read, or in memory.
    fn stamp(&self) -> Option<u64> {
        let folder = self.folder.as_deref()?;
        let manifest = disk::read(&folder.join(manifest::MANIFEST)).ok()?;
        let index = Manifest::read(folder).ok()?.index;
        let meta = disk::read(&folder.join(index).join("meta.json")).ok()?;
        Some(layout::digest_of(&[manifest, meta].concat()))
    }

    fn lock_state(&self) -> std::sync::MutexGuard<'_, Option<Arc<State>>> {
        // A panic elsewhere leaves the state whole: it is replaced in one step.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn state(&self) -> Result<Arc<State>> {
        if let Some(state) = self.lock_state().as_ref() {
            return Ok(state.clone());
        }
        self.reload()?;
        let state = self.lock_state().clone();
        state.ok_or_else(|| Error::new(ErrorKind::Engine, "the archive cannot be opened"))
    }

    /// The folder of the index. Another process may have rebuilt it since the archive was opened, so the manifest says.
    fn index_folder(&self) -> Result<Option<PathBuf>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        Ok(Some(folder.join(Manifest::read(folder)?.index)))
    }

    /// Makes an empty index in a folder.
    fn make_index_in(&self, folder: &Path) -> Result<Index> {
        disk::make_folder(folder).map_err(|error| Error::io(folder, &error))?;
        self.make_index(SafeDirectory::open(folder, false, Noted::default())?)
    }

    fn make_index(&self, directory: impl Directory) -> Result<Index> {
        let settings = IndexSettings {
            docstore_compression: Compressor::Zstd(tantivy::store::ZstdCompressor {
                compression_level: Some(9),
            }),
            docstore_blocksize: 32 << 10,
            ..IndexSettings::default()
        };
        let builder = Index::builder()
            .schema(self.layout.index_schema.clone())
            .settings(settings)
            .tokenizers(Layout::tokenizers());
        builder
            .open_or_create(Box::new(directory) as Box<dyn Directory>)
            .map_err(engine_error)
    }

    /// Opens the index afresh: long-lived handles would keep files of old commits alive.
    fn open_index(&self, for_reading: bool) -> Result<State> {
        let Some(folder) = &self.folder else {
            let memory = self.memory.clone();
            let memory = memory
                .ok_or_else(|| Error::new(ErrorKind::Engine, "an archive without a place"))?;
            let index = Index::open(memory).map_err(engine_error)?;
            return self.state_of(index, &self.tables, for_reading, Noted::default());
        };
        let mut attempts = 0;
        loop {
            let stamp = self.stamp();
            let manifest = Manifest::read(folder)?;
            manifest.check(folder)?;
            match self.open_index_in(&folder.join(&manifest.index), for_reading) {
                Ok(state) => {
                    check_age(folder, &manifest, &state)?;
                    return Ok(State { stamp, ..state });
                }
                // A writer may have taken files away in between, for which there are newer ones.
                Err(_) if attempts < 5 && stamp != self.stamp() => attempts += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn open_index_in(&self, folder: &Path, for_reading: bool) -> Result<State> {
        if !folder.is_dir() {
            return Err(damaged(folder, "it is missing"));
        }
        let noted = Noted::default();
        let opened = caught(|| {
            let directory = SafeDirectory::open(folder, for_reading, noted.clone())?;
            let index = Index::open(directory).map_err(engine_error)?;
            let tables = Store::Folder(folder.to_path_buf());
            self.state_of(index, &tables, for_reading, noted.clone())
        });
        noted.or(opened)
    }

    fn state_of(
        &self,
        mut index: Index,
        tables: &Store,
        for_reading: bool,
        noted: Noted,
    ) -> Result<State> {
        if index.schema() != self.layout.index_schema {
            let error = Error::new(
                ErrorKind::Version,
                "the index has another layout than this version makes",
            );
            return Err(error.with_hint("run `morgue rebuild`"));
        }
        index.set_tokenizers(Layout::tokenizers());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(engine_error)?;
        let meta = index.load_metas().map_err(engine_error)?;
        let payload = Payload::parse(meta.payload.as_deref())?;
        let groups = match (&payload.groups, for_reading) {
            (Some(part), true) => Groups::read(tables.read_part(part)?)?,
            _ => Groups::default(),
        };
        let aliases = match for_reading {
            true => {
                let names = payload.names.as_ref();
                let table = names.map(|names| tables.read_part(&names.part));
                let rules = Rules::read(self.folder.as_deref(), &self.tables)?;
                Aliases::read(table.transpose()?.unwrap_or_default(), rules)?
            }
            false => Aliases::default(),
        };
        Ok(State {
            index,
            reader,
            generation: payload.generation,
            payload,
            tables: tables.clone(),
            groups: Arc::new(groups),
            aliases: Arc::new(aliases),
            noted,
            stamp: None,
        })
    }
}

/// Refuses an index or a manifest that was put back from an earlier state while the other was not.
fn check_age(folder: &Path, manifest: &Manifest, state: &State) -> Result<()> {
    if state.payload.generation < manifest.generation {
        let meta = folder.join(&manifest.index).join("meta.json");
        return Err(damaged(&meta, "it is older than the last commit"));
    }
    if state.payload.revision > manifest.revision {
        let manifest = folder.join(manifest::MANIFEST);
        return Err(damaged(&manifest, "it is older than the index beside it"));
    }
    Ok(())
}

/// Reads rules of both kinds, for fuzzers.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn fuzz_rules(text: &str) {
    let _ = rules::Rules::parse(text);
    let _ = corrections::Corrections::parse(text);
}

fn exists(folder: &Path) -> Error {
    Error::new(ErrorKind::Exists, "there is an archive already").with_path(folder)
}

/// The engine's error as one of ours.
#[allow(clippy::needless_pass_by_value)] // handed to `map_err`
fn engine_error(error: TantivyError) -> Error {
    let message = error.to_string().to_lowercase();
    match error {
        TantivyError::DataCorruption(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::OpenReadError(_)
        | TantivyError::IncompatibleIndex(_) => {
            Error::new(ErrorKind::Damaged, message).with_hint(CURE)
        }
        TantivyError::IoError(_)
        | TantivyError::OpenWriteError(_)
        | TantivyError::OpenDirectoryError(_) => Error::new(ErrorKind::Io, message),
        _ => Error::new(ErrorKind::Engine, message),
    }
}
