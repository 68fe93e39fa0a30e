//! Makes and opens archives: the folder, the index in it, and one state of it as of a commit.

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use tantivy::directory::{Directory, RamDirectory};
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings, ReloadPolicy, SegmentMeta};

use super::aliases::Aliases;
use super::damage::{Noted, caught, damaged};
use super::directory::SafeDirectory;
use super::groups::Groups;
use super::layout::Layout;
use super::manifest::{self, Manifest};
use super::rules::Rules;
use super::tables::{Payload, Store};
use super::{Archive, State, disk, engine_error};
use crate::{Error, ErrorKind, Result, Schema};

/// Articles from which on segments are searched by as many threads as there are cores: with fewer, an answer takes less
/// time than it is worth to disturb whatever else runs.
const MANY: u64 = 200_000;

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

    /// Opens the archive of a folder, or makes it where there is none. Fields of the user's in `schema` that an archive
    /// lacks are added to it, as by [`Archive::add_fields`].
    ///
    /// # Errors
    /// As [`Archive::open`] and [`Archive::create`], but for what the other is there for.
    pub fn open_or_create(folder: impl AsRef<Path>, schema: Schema) -> Result<Archive> {
        let folder = folder.as_ref();
        let fields = schema.user_fields();
        let mut archive = match Archive::open(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                match Archive::create(folder, schema) {
                    // Another process made it in between.
                    Err(error) if error.kind() == ErrorKind::Exists => Archive::open(folder)?,
                    made => return made,
                }
            }
            opened => opened?,
        };
        archive.add_fields(&fields)?;
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

    /// Makes an empty index in a folder.
    pub(super) fn make_index_in(&self, folder: &Path) -> Result<Index> {
        disk::make_folder(folder).map_err(|error| Error::io(folder, &error))?;
        self.make_index(SafeDirectory::open(folder, false, Noted::default())?)
    }

    fn make_index(&self, directory: impl Directory) -> Result<Index> {
        let settings = IndexSettings {
            // Articles come packed.
            docstore_compression: Compressor::None,
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
    pub(super) fn open_index(&self, for_reading: bool) -> Result<State> {
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

    pub(super) fn open_index_in(&self, folder: &Path, for_reading: bool) -> Result<State> {
        if !folder.is_dir() {
            return Err(damaged(folder, "it is missing"));
        }
        let noted = Noted::default();
        let opened = caught(|| {
            let directory = SafeDirectory::open(folder, for_reading, noted.clone())?;
            let index = Index::open(directory.clone()).map_err(engine_error)?;
            let tables = Store::Folder(folder.to_path_buf());
            let mut state = self.state_of(index, &tables, for_reading, noted.clone())?;
            if !for_reading {
                // The engine merges and deletes through this one, articles are looked up through the other.
                state.index = Index::open(directory.unmapped()).map_err(engine_error)?;
                state.index.set_tokenizers(Layout::tokenizers());
            }
            Ok(state)
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
        let meta = index.load_metas().map_err(engine_error)?;
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        if for_reading && threads > 1 && articles(&meta.segments) >= MANY {
            // Where no more threads can be had, the one that asks does it alone.
            let _ = index.set_multithread_executor(threads);
        }
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(engine_error)?;
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
            placed: OnceLock::new(),
            is_asked_again: AtomicBool::new(false),
            languages: OnceLock::new(),
            values: Mutex::default(),
            noted,
            stamp: None,
        })
    }
}

/// How many articles segments have.
fn articles(segments: &[SegmentMeta]) -> u64 {
    segments.iter().map(|one| u64::from(one.num_docs())).sum()
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

fn exists(folder: &Path) -> Error {
    Error::new(ErrorKind::Exists, "there is an archive already").with_path(folder)
}
