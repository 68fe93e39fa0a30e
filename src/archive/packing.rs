//! Stored articles are packed one by one, with a dictionary learned from the first articles of the archive.
//!
//! An answer needs ten articles that stand anywhere. Blocks of many articles pack well too, but each is unpacked whole
//! for the sake of one. The dictionary says what articles of this archive have in common, so a single one packs as well
//! as it would among others, and is unpacked in some microseconds.
//!
//! Without its dictionary an article is lost. So it lies in two places, beside `morgue.toml` and in the folder of the
//! index; whichever is sound is read, and the next writer mends the other.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::schema::OwnedValue;
use zstd::zstd_safe::{self, CCtx, CDict, DCtx, DDict};

use super::manifest::index_folders;
use super::tables::Store;
use super::{damage, disk};
use crate::{Error, ErrorKind, Result};

/// How hard zstd tries; more takes far longer and packs hardly better.
const LEVEL: i32 = 3;

/// Bytes of a dictionary.
const DICTIONARY_BYTES: usize = 110 << 10;

/// Stored forms that a dictionary is learned from, in bytes. Smaller archives have none: it would be larger than what it
/// saves. Tests of what befalls archives have small ones.
const SAMPLE_BYTES: usize = if cfg!(test) { 2 << 10 } else { 512 << 10 };

/// Bytes that one article adds to the sample at most.
const SAMPLE_OF_ONE: usize = 16 << 10;

/// Bytes of one stored article at most: damage must not ask for all memory.
const MOST_BYTES: u64 = 4 << 30;

/// How the names of dictionaries end; their number stands before it.
const ENDING: &str = ".dictionary";

thread_local! {
    static UNPACKER: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
}

/// The dictionaries of an archive, read when an article needs them.
pub(crate) struct Packing {
    archive: Option<PathBuf>,
    known: Mutex<HashMap<u32, Arc<DDict<'static>>>>,
}

impl fmt::Debug for Packing {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Packing")
            .field("archive", &self.archive)
            .finish_non_exhaustive()
    }
}

/// A dictionary that is there, or should be.
pub(super) struct DictionaryFile {
    folder: PathBuf,
    name: String,
}

impl DictionaryFile {
    fn of(folder: &Path, number: u32) -> DictionaryFile {
        DictionaryFile {
            folder: folder.to_path_buf(),
            name: format!("{number:08x}{ENDING}"),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    fn number(&self) -> Option<u32> {
        u32::from_str_radix(self.name.strip_suffix(ENDING)?, 16).ok()
    }

    /// Its content, if that is what was written.
    pub(super) fn read(&self) -> Option<Vec<u8>> {
        Store::Folder(self.folder.clone()).read(&self.name).ok()?
    }

    fn write(&self, content: &[u8]) -> Result<()> {
        Store::Folder(self.folder.clone()).write(&self.name, content)?;
        disk::sync_folder(&self.folder).map_err(|error| Error::io(&self.folder, &error))
    }
}

impl Packing {
    /// That of the archive in a folder; one in memory has no dictionary.
    pub(crate) fn of(archive: Option<&Path>) -> Packing {
        Packing {
            archive: archive.map(Path::to_path_buf),
            known: Mutex::default(),
        }
    }

    /// The stored form in a value of the engine.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`] when it is none, or its dictionary is gone.
    pub(crate) fn unpack(&self, value: OwnedValue) -> Result<Vec<u8>> {
        let packed = match value {
            // Of archives that were made when the engine packed blocks of articles.
            OwnedValue::Str(form) => return Ok(form.into_bytes()),
            OwnedValue::Bytes(json) if json.first() == Some(&b'{') => return Ok(json),
            OwnedValue::Bytes(packed) => packed,
            _ => return Err(unreadable()),
        };
        let size = zstd_safe::get_frame_content_size(&packed).ok().flatten();
        let size = size.filter(|size| *size <= MOST_BYTES).map(usize::try_from);
        let mut form = Vec::new();
        match size {
            Some(Ok(size)) if form.try_reserve_exact(size).is_ok() => {}
            _ => return Err(unreadable()),
        }
        let dictionary = match zstd_safe::get_dict_id_from_frame(&packed) {
            Some(number) => Some(self.dictionary(number.get())?),
            None => None,
        };
        UNPACKER
            .with_borrow_mut(|context| match dictionary {
                Some(dictionary) => context.decompress_using_ddict(&mut form, &packed, &dictionary),
                None => context.decompress(&mut form, &packed),
            })
            .map_err(|_| unreadable())?;
        Ok(form)
    }

    fn dictionary(&self, number: u32) -> Result<Arc<DDict<'static>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dictionary) = known.get(&number) {
            return Ok(Arc::clone(dictionary));
        }
        let Some(content) = self.content(number) else {
            let archive = self.archive.as_deref().unwrap_or(Path::new(""));
            let path = DictionaryFile::of(archive, number).path();
            return Err(
                damage::damaged(&path, "it is missing or not what was written")
                    .with_hint(damage::CURE),
            );
        };
        let dictionary = DDict::try_create(&content).ok_or_else(unreadable)?;
        let dictionary = Arc::new(dictionary);
        known.insert(number, Arc::clone(&dictionary));
        Ok(dictionary)
    }

    /// The first sound copy of a dictionary.
    fn content(&self, number: u32) -> Option<Vec<u8>> {
        let mut places = self.places().into_iter();
        places.find_map(|place| DictionaryFile::of(&place, number).read())
    }

    /// The folders in which dictionaries lie.
    fn places(&self) -> Vec<PathBuf> {
        let Some(archive) = &self.archive else {
            return Vec::new();
        };
        let indexes = index_folders(archive).into_iter();
        let mut places = vec![archive.clone()];
        places.extend(indexes.map(|name| archive.join(name)));
        places
    }

    /// The files of all dictionaries.
    pub(super) fn files(&self) -> Vec<DictionaryFile> {
        let mut files = Vec::new();
        for folder in self.places() {
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
            let mut names: Vec<String> = names.filter(|name| name.ends_with(ENDING)).collect();
            names.sort_unstable();
            files.extend(names.into_iter().map(|name| DictionaryFile {
                folder: folder.clone(),
                name,
            }));
        }
        files
    }

    /// Removes files that are no dictionaries any more, when no article needs them.
    pub(super) fn remove_unreadable(&self) {
        for file in self.files().iter().filter(|file| file.read().is_none()) {
            // What stays is reported by `verify`.
            let _ = disk::remove(&file.path());
        }
    }
}

fn unreadable() -> Error {
    Error::new(ErrorKind::Damaged, "a stored article is unreadable").with_hint(damage::CURE)
}

/// What packs the articles of a writer.
pub(super) struct Packer {
    context: CCtx<'static>,
    dictionary: Option<CDict<'static>>,
    learning: Learning,
    packed: Vec<u8>,
}

/// How a writer comes by its dictionary.
enum Learning {
    /// Nothing was packed yet.
    NotBegun,
    Sampling(Sample),
    Done,
}

impl Default for Packer {
    fn default() -> Packer {
        Packer {
            context: CCtx::create(),
            dictionary: None,
            learning: Learning::NotBegun,
            packed: Vec::new(),
        }
    }
}

impl Packer {
    pub(super) fn is_begun(&self) -> bool {
        !matches!(self.learning, Learning::NotBegun)
    }

    /// Takes the dictionary that the archive has, or begins to learn one, of what is stored already and what follows.
    /// Without a folder for the index there is none.
    pub(super) fn begin(
        &mut self,
        packing: &Packing,
        index: Option<&Path>,
        stored: impl Iterator<Item = Vec<u8>>,
    ) -> Result<()> {
        self.learning = Learning::Done;
        let Some(index) = index else {
            return Ok(());
        };
        let numbers = packing.files().into_iter();
        let mut numbers = numbers.filter_map(|file| Some((file.number()?, file.read()?)));
        if let Some((number, content)) = numbers.next() {
            return self.take(packing, index, number, &content);
        }
        let mut sample = Sample::default();
        for form in stored {
            if sample.add(&form) {
                return self.learn(packing, index, &sample);
            }
        }
        self.learning = Learning::Sampling(sample);
        Ok(())
    }

    /// The packed form of an article; the first ones of an archive are what its dictionary is learned from.
    pub(super) fn pack(
        &mut self,
        packing: &Packing,
        index: Option<&Path>,
        form: &[u8],
    ) -> Result<&[u8]> {
        if let (Learning::Sampling(sample), Some(index)) = (&mut self.learning, index)
            && sample.add(form)
        {
            let sample = std::mem::take(sample);
            self.learn(packing, index, &sample)?;
        }
        self.packed.clear();
        self.packed.reserve(zstd_safe::compress_bound(form.len()));
        let done = match &self.dictionary {
            Some(dictionary) => {
                self.context
                    .compress_using_cdict(&mut self.packed, form, dictionary)
            }
            None => self.context.compress(&mut self.packed, form, LEVEL),
        };
        done.map_err(|code| Error::new(ErrorKind::Engine, zstd_safe::get_error_name(code)))?;
        Ok(&self.packed)
    }

    fn learn(&mut self, packing: &Packing, index: &Path, sample: &Sample) -> Result<()> {
        self.learning = Learning::Done;
        // Articles that have nothing in common teach nothing, and are packed without.
        let Ok(content) =
            zstd::dict::from_continuous(&sample.bytes, &sample.sizes, DICTIONARY_BYTES)
        else {
            return Ok(());
        };
        match zstd_safe::get_dict_id_from_dict(&content) {
            Some(number) => self.take(packing, index, number.get(), &content),
            None => Ok(()),
        }
    }

    /// Packs with a dictionary from now on, which lies in both places.
    fn take(&mut self, packing: &Packing, index: &Path, number: u32, content: &[u8]) -> Result<()> {
        for folder in packing.archive.as_deref().into_iter().chain([index]) {
            let file = DictionaryFile::of(folder, number);
            if file.read().is_none() {
                file.write(content)?;
            }
        }
        self.dictionary = CDict::try_create(content, LEVEL);
        Ok(())
    }
}

/// Stored forms to learn from.
#[derive(Default)]
struct Sample {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
}

impl Sample {
    /// Adds one; whether that is enough.
    fn add(&mut self, form: &[u8]) -> bool {
        let part = form.get(..SAMPLE_OF_ONE).unwrap_or(form);
        self.bytes.extend_from_slice(part);
        self.sizes.push(part.len());
        self.bytes.len() >= SAMPLE_BYTES
    }
}

#[cfg(test)]
mod tests;
