//! The archive: a folder that holds the index and the tables beside it, or the same in memory.
//!
//! One process writes at a time, any number read; a reader sees whole commits. tantivy is used in this module and its
//! children only. What articles mean is worked out elsewhere; here they are stored, found and counted.

mod add;
mod advise;
mod aliases;
mod analyse;
mod begins;
mod candidates;
mod collect;
mod compile;
mod corrections;
mod counted;
mod counts;
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
mod grouping;
mod groups;
mod hit;
mod in_story;
mod info;
mod layout;
mod leaves;
mod linking;
mod links;
mod lock;
mod manifest;
mod marks;
mod open;
mod packing;
mod placed;
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

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use tantivy::directory::RamDirectory;
use tantivy::directory::error::LockError;
use tantivy::{Index, IndexReader, Searcher, TantivyError};

use crate::error::io_message;
use crate::{Article, Error, ErrorKind, Query, Result, Schema};
use aliases::Aliases;
use damage::{CURE, Noted};
use groups::Groups;
use layout::Layout;
use manifest::Manifest;
use packing::Packing;
use placed::Placed;
use stems::Languages;
pub(crate) use tables::FileRow;
use tables::{Payload, Store};
use values::Values;

/// An archive of articles, in a folder or in memory: see [`Archive::open_or_create`], [`Archive::open`] and
/// [`Archive::in_memory`].
///
/// It is [shared between threads](crate#one-writer-many-readers) as it is, in an `Arc` for instance. An open archive keeps
/// the state of one commit, and files of it open; it holds no lock but while it writes.
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
    /// The stories by article, once it was asked for a second time.
    placed: OnceLock<Arc<Placed>>,
    is_asked_again: AtomicBool,
    languages: OnceLock<Languages>,
    /// Which values are one, of the fields that were counted; made once one is counted for a second time.
    values: Mutex<HashMap<String, Option<Arc<Values>>>>,
    /// Damage that was met while reading it.
    noted: Noted,
    /// What the folder said before it was opened; see [`Archive::stamp`].
    stamp: Option<u64>,
}

impl State {
    /// The stories by article, where making them is worth it: from the second time on.
    fn placed(&self, searcher: &Searcher) -> Result<Option<Arc<Placed>>> {
        if self.groups.is_empty() || !self.is_asked_again.swap(true, Ordering::Relaxed) {
            return Ok(None);
        }
        if let Some(placed) = self.placed.get() {
            return Ok(Some(placed.clone()));
        }
        let placed = Arc::new(Placed::of_all(searcher, &self.groups)?);
        Ok(Some(self.placed.get_or_init(|| placed).clone()))
    }

    /// Adds to an article what depends on others: its story, what it is a copy of, the names that its forms go by.
    fn tell(&self, article: &mut Article) {
        self.groups.tell(article);
        self.aliases.tell(article);
    }

    /// The same for an article that may come back.
    fn tell_all(&self, article: &mut Article) {
        self.groups.tell(article);
        self.aliases.tell_all(article);
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
    fn new(
        schema: Schema,
        folder: Option<&Path>,
        manifest: Manifest,
        memory: Option<RamDirectory>,
    ) -> Archive {
        let layout = Layout::new(&schema, Arc::new(Packing::of(folder)));
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

    /// Adds fields of the user's own, given as the text of a schema file; articles that are there already get them when
    /// they are indexed again. The next commit puts them on disk.
    ///
    /// # Errors
    /// As [`Schema::with_user_fields`]; nothing is added then.
    pub fn add_fields(&mut self, text: &str) -> Result<()> {
        let mut schema = self.schema.clone();
        schema.add_user_fields(text)?;
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

    /// The article of an id, or of the beginning of one where only one id begins so.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Ambiguous`].
    pub fn get(&self, id: &str) -> Result<Article> {
        let mut article = self.stored(id)?;
        self.state()?.tell_all(&mut article);
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
            state.tell_all(&mut article);
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

    /// Sees what others committed since the archive was opened: another process, or another `Archive` of the same folder.
    /// What was added through this one it sees already. Costs two small files read when nothing was committed.
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
}

/// Reads rules of both kinds, for fuzzers.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn fuzz_rules(text: &str) {
    let _ = rules::Rules::parse(text);
    let _ = corrections::Corrections::parse(text);
}

/// The engine's error as one of ours.
#[allow(clippy::needless_pass_by_value)] // handed to `map_err`
fn engine_error(error: TantivyError) -> Error {
    let message = error.to_string().to_lowercase();
    match error {
        TantivyError::LockFailure(LockError::IoError(error), _) => {
            let message = format!("the archive cannot be written to: {}", io_message(&error));
            let hint = "it can be searched; `-a` names another one to write to";
            Error::new(ErrorKind::Io, message).with_hint(hint)
        }
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
