//! Stored articles are packed one by one, with a dictionary learned from articles of the archive.
//!
//! An answer needs ten articles that stand anywhere. Blocks of many articles pack well too, but each is unpacked whole
//! for the sake of one. The dictionary says what articles of this archive have in common, so a single one packs as well
//! as it would among others, and is unpacked in some microseconds. An archive that grows large learns a second one, which
//! is larger; what was packed with the first stays so until `rebuild`.
//!
//! Without its dictionary an article is lost. So it lies in two places, beside `morgue.toml` and in the folder of the
//! index; whichever is sound is read, and the next writer mends the other.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::schema::OwnedValue;
use zstd::zstd_safe::{self, CCtx, CParameter, DCtx, DDict};

use super::manifest::index_folders;
use super::tables::Store;
use super::{damage, disk};
use crate::{Error, ErrorKind, Result};

/// How hard zstd tries; more takes far longer and packs hardly better.
const LEVEL: i32 = 3;

/// The same with a dictionary, but for tables that are large enough to find all of it.
const WITH_DICTIONARY: [CParameter; 4] = [
    CParameter::CompressionLevel(LEVEL),
    CParameter::WindowLog(19),
    CParameter::HashLog(17),
    CParameter::ChainLog(16),
];

/// What a dictionary is learned from, and how large it is.
struct Lesson {
    /// One of so many articles is taken.
    every: usize,
    /// Bytes of stored forms.
    sample: usize,
    /// Bytes of the dictionary.
    dictionary: usize,
}

/// The dictionaries of an archive, one after the other. Smaller archives have none: it would be larger than what it saves.
/// Tests of what befalls archives learn from little.
const LESSONS: [Lesson; 2] = [
    Lesson {
        every: 1,
        sample: if cfg!(test) { 2 << 10 } else { 512 << 10 },
        dictionary: 110 << 10,
    },
    Lesson {
        every: 32,
        sample: if cfg!(test) { 2 << 10 } else { 2 << 20 },
        dictionary: 256 << 10,
    },
];

/// How hard zstd tries to pack a dictionary, of which each archive has two copies.
const DICTIONARY_LEVEL: i32 = 9;

/// Bytes of a dictionary at most: damage must not ask for all memory.
const MOST_OF_DICTIONARY: usize = 1 << 20;

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
        let content = Store::Folder(self.folder.clone()).read(&self.name).ok()??;
        match zstd_safe::is_frame(&content) {
            true => zstd::bulk::decompress(&content, MOST_OF_DICTIONARY).ok(),
            // Archives of before have them as they are.
            false => Some(content),
        }
    }

    fn write(&self, content: &[u8]) -> Result<()> {
        let packed = zstd::bulk::compress(content, DICTIONARY_LEVEL)
            .map_err(|error| Error::io(&self.path(), &error))?;
        Store::Folder(self.folder.clone()).write(&self.name, &packed)?;
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
    learning: Learning,
    packed: Vec<u8>,
}

/// How a writer comes by its dictionaries.
enum Learning {
    /// Nothing was packed yet.
    NotBegun,
    /// The lesson of that number is being learned.
    At(usize, Sample),
    /// Nothing is learned any more.
    Done,
}

impl Default for Packer {
    fn default() -> Packer {
        Packer {
            context: CCtx::create(),
            learning: Learning::NotBegun,
            packed: Vec::new(),
        }
    }
}

impl Packer {
    pub(super) fn is_begun(&self) -> bool {
        !matches!(self.learning, Learning::NotBegun)
    }

    /// Takes the last dictionary that the archive has, and begins to learn the next, of what is stored already (`stored` gives
    /// one of so many articles) and what follows. Without a folder for the index there is none.
    pub(super) fn begin<I: Iterator<Item = Vec<u8>>>(
        &mut self,
        packing: &Packing,
        index: Option<&Path>,
        stored: impl FnOnce(usize) -> I,
    ) -> Result<()> {
        self.learning = Learning::Done;
        let Some(index) = index else {
            return self.set(CParameter::CompressionLevel(LEVEL));
        };
        let files = packing.files().into_iter();
        let known: BTreeMap<u32, Vec<u8>> = files
            .filter_map(|file| Some((file.number()?, file.read()?)))
            .collect();
        for (number, content) in &known {
            keep(packing, index, *number, content)?;
        }
        let largest = known.values().max_by_key(|content| content.len());
        match largest {
            Some(content) => self.take(content)?,
            None => self.set(CParameter::CompressionLevel(LEVEL))?,
        }
        let Some(lesson) = LESSONS.get(known.len()) else {
            return Ok(());
        };
        let mut sample = Sample::default();
        for form in stored(lesson.every) {
            if sample.take(&form) >= lesson.sample {
                return self.learn(packing, index, known.len(), &sample);
            }
        }
        self.learning = Learning::At(known.len(), sample);
        Ok(())
    }

    /// The packed form of an article, which the archive may learn from.
    pub(super) fn pack(
        &mut self,
        packing: &Packing,
        index: Option<&Path>,
        form: &[u8],
    ) -> Result<&[u8]> {
        if let (Learning::At(number, sample), Some(index)) = (&mut self.learning, index)
            && let Some(lesson) = LESSONS.get(*number)
            && sample.offer(form, lesson.every) >= lesson.sample
        {
            let (number, sample) = (*number, std::mem::take(sample));
            self.learn(packing, index, number, &sample)?;
        }
        self.packed.clear();
        self.packed.reserve(zstd_safe::compress_bound(form.len()));
        let done = self.context.compress2(&mut self.packed, form);
        done.map_err(engine)?;
        Ok(&self.packed)
    }

    fn learn(
        &mut self,
        packing: &Packing,
        index: &Path,
        number: usize,
        sample: &Sample,
    ) -> Result<()> {
        let Some(lesson) = LESSONS.get(number) else {
            return Ok(());
        };
        self.learning = match number + 1 < LESSONS.len() {
            true => Learning::At(number + 1, Sample::default()),
            false => Learning::Done,
        };
        // Articles that have nothing in common teach nothing, and are packed as before.
        let learned = zstd::dict::from_continuous(&sample.bytes, &sample.sizes, lesson.dictionary);
        let Ok(content) = learned else {
            self.learning = Learning::Done;
            return Ok(());
        };
        match zstd_safe::get_dict_id_from_dict(&content) {
            Some(number) => {
                keep(packing, index, number.get(), &content)?;
                self.take(&content)
            }
            None => Ok(()),
        }
    }

    /// Packs with a dictionary from now on.
    fn take(&mut self, content: &[u8]) -> Result<()> {
        for parameter in WITH_DICTIONARY {
            self.set(parameter)?;
        }
        self.context.load_dictionary(content).map_err(engine)?;
        Ok(())
    }

    fn set(&mut self, parameter: CParameter) -> Result<()> {
        self.context.set_parameter(parameter).map_err(engine)?;
        Ok(())
    }
}

/// Sees to it that a dictionary lies in both places.
fn keep(packing: &Packing, index: &Path, number: u32, content: &[u8]) -> Result<()> {
    for folder in packing.archive.as_deref().into_iter().chain([index]) {
        let file = DictionaryFile::of(folder, number);
        if file.read().is_none() {
            file.write(content)?;
        }
    }
    Ok(())
}

fn engine(code: usize) -> Error {
    Error::new(ErrorKind::Engine, zstd_safe::get_error_name(code))
}

/// Stored forms to learn from.
#[derive(Default)]
struct Sample {
    bytes: Vec<u8>,
    sizes: Vec<usize>,
    /// How many were passed over since the last that was taken.
    passed: usize,
}

impl Sample {
    /// Takes one of so many; returns the bytes that there are.
    fn offer(&mut self, form: &[u8], every: usize) -> usize {
        self.passed += 1;
        if self.passed < every {
            return self.bytes.len();
        }
        self.passed = 0;
        self.take(form)
    }

    /// Takes one; returns the bytes that there are.
    fn take(&mut self, form: &[u8]) -> usize {
        let part = form.get(..SAMPLE_OF_ONE).unwrap_or(form);
        self.bytes.extend_from_slice(part);
        self.sizes.push(part.len());
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests;
