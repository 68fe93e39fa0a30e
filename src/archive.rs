//! The archive: a folder that holds the index and the tables beside it, or the same in memory.
//!
//! One process writes at a time, any number read; a reader sees whole commits. tantivy is used in this module and its
//! children only. What articles mean is worked out elsewhere; here they are stored, found and counted.

mod analyse;
mod collect;
mod compile;
mod corrections;
mod cursor;
mod damage;
mod directory;
mod droppable;
mod entity;
mod expand;
mod facets;
mod fetch;
mod groups;
mod info;
mod layout;
mod linking;
mod links;
mod manifest;
mod marks;
mod positions;
mod relax;
mod remove;
mod search;
mod similar;
mod stems;
mod stories;
mod tables;
mod timeline;
mod tokens;
mod upkeep;
pub(crate) mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tantivy::directory::{Directory, RamDirectory};
use tantivy::store::Compressor;
use tantivy::{Index, IndexReader, IndexSettings, ReloadPolicy, TantivyError};

use crate::story::Telling;
use crate::{Article, Error, ErrorKind, IndexReport, Query, Result, Schema};
use directory::SafeDirectory;
use groups::Groups;
use layout::Layout;
use manifest::Manifest;
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
    groups: Arc<Groups>,
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
        if folder.join(manifest::MANIFEST).exists() {
            return Err(exists(folder));
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
        let aside = folder.join(format!("{}{}", directory::TEMPORARY, std::process::id()));
        std::fs::create_dir_all(&aside).map_err(|error| Error::io(&aside, &error))?;
        self.make_index(SafeDirectory::open(&aside, false)?)?;
        if let Err(error) = std::fs::rename(&aside, &index) {
            // Nobody else uses the folder of this process's number; a stray one is removed by the next writer.
            let _ = std::fs::remove_dir_all(&aside);
            // An interrupted creation left an index without a manifest: it is empty, and taken over.
            if !index.is_dir() {
                return Err(Error::io(&index, &error));
            }
        }
        self.manifest.write(folder)?;
        directory::sync_folder(folder).map_err(|error| Error::io(folder, &error))
    }

    /// Opens the archive of a folder, for reading and, where the folder allows it, for writing.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, [`ErrorKind::Version`] when another version made it,
    /// [`ErrorKind::Damaged`] when a file of it cannot be read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Archive> {
        let folder = folder.as_ref();
        let manifest = Manifest::read(folder)?;
        let archive = Archive::new(manifest.schema()?, Some(folder), manifest, None);
        archive.state()?;
        Ok(archive)
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
            directory::sync_folder(folder).map_err(|error| Error::io(folder, &error))?;
        }
        self.has_new_fields.store(false, Ordering::Relaxed);
        Ok(())
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
        self.guarded(|| {
            let state = self.state()?;
            let mut article = fetch::by_id(&state.reader.searcher(), &self.layout, id)?;
            state.groups.tell(&mut article);
            Ok(article)
        })
    }

    /// Hands every matching article to `visit`, oldest first, undated last; returns how many. Never relaxes, and
    /// ignores the limit and offset of the query.
    ///
    /// # Errors
    /// As [`Archive::search`], and what `visit` returns.
    pub fn each(&self, query: &Query, visit: &mut dyn FnMut(Article) -> Result<()>) -> Result<u64> {
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let found = self.guarded(|| {
            let prepared = self.prepare(&searcher, &search::strict(query), None)?;
            state.all(&*prepared.strict(), crate::Sort::Oldest)
        })?;
        for one in &found {
            let mut article =
                self.guarded(|| fetch::article(&searcher, &self.layout, one.address))?;
            state.groups.tell(&mut article);
            visit(article)?;
        }
        Ok(found.len() as u64)
    }

    /// Sees what was committed since the archive was opened, by this or another process.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`], [`ErrorKind::Io`].
    pub fn reload(&self) -> Result<()> {
        let state = self.guarded(|| self.open_index(true))?;
        *self.lock_state() = Some(Arc::new(state));
        Ok(())
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
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, &error))?;
        self.make_index(SafeDirectory::open(folder, false)?)
    }

    /// Where the tables lie.
    fn store(&self) -> Result<Store> {
        Ok(self
            .index_folder()?
            .map_or_else(|| self.tables.clone(), Store::Folder))
    }

    fn make_index(&self, directory: impl Directory) -> Result<Index> {
        let settings = IndexSettings {
            docstore_compression: Compressor::Zstd(tantivy::store::ZstdCompressor::default()),
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
        let mut index = match (&self.memory, self.index_folder()?) {
            (Some(memory), _) => Index::open(memory.clone()),
            (None, Some(folder)) => {
                let read_only = for_reading && is_read_only(&folder);
                Index::open(SafeDirectory::open(&folder, read_only)?)
            }
            (None, None) => {
                return Err(Error::new(ErrorKind::Engine, "an archive without a place"));
            }
        }
        .map_err(engine_error)?;
        if index.schema() != self.layout.index_schema {
            let error = Error::new(
                ErrorKind::Version,
                "the index has another layout than this version makes",
            );
            return Err(error.with_hint("index the folders again into a new archive"));
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
            (Some(part), true) => Groups::read(self.store()?.read_part(part)?)?,
            _ => Groups::default(),
        };
        Ok(State {
            index,
            reader,
            generation: payload.generation,
            groups: Arc::new(groups),
        })
    }
}

fn exists(folder: &Path) -> Error {
    Error::new(ErrorKind::Exists, "there is an archive already").with_path(folder)
}

/// Whether a folder refuses new files.
fn is_read_only(folder: &Path) -> bool {
    tempfile::Builder::new()
        .prefix(".tmp")
        .tempfile_in(folder)
        .is_err()
}

/// The engine's error as one of ours.
#[allow(clippy::needless_pass_by_value)] // handed to `map_err`
fn engine_error(error: TantivyError) -> Error {
    let message = error.to_string().to_lowercase();
    match error {
        TantivyError::DataCorruption(_) | TantivyError::DeserializeError(_) => {
            Error::new(ErrorKind::Damaged, message).with_hint("run `morgue verify`")
        }
        TantivyError::OpenReadError(_) | TantivyError::IncompatibleIndex(_) => {
            Error::new(ErrorKind::Damaged, message).with_hint("run `morgue verify`")
        }
        TantivyError::IoError(_)
        | TantivyError::OpenWriteError(_)
        | TantivyError::OpenDirectoryError(_) => Error::new(ErrorKind::Io, message),
        _ => Error::new(ErrorKind::Engine, message),
    }
}
