//! Derived tables beside the index: rows by key, written before a commit and named in its payload.
//!
//! A table is a base and a few deltas, each a file of JSON lines with a checksum. Because the commit names them, index
//! and tables change in one step: a crash before the commit leaves files that nothing names and the next writer
//! removes.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::disk::{self, TEMPORARY};
use super::{damage, sealed};
use crate::error::io_message;
use crate::{Error, ErrorKind, Result};

/// Deltas before the table is written anew as one base.
const MAX_PARTS: usize = 8;

/// A file that holds a part of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) file: String,
    pub(crate) crc: u32,
    pub(crate) rows: usize,
}

/// What a commit says of itself: its number and the tables that belong to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) generation: u64,
    /// Articles in the index.
    #[serde(default)]
    pub(crate) articles: u64,
    /// How often the user's fields were changed before, and what they are.
    #[serde(default)]
    pub(crate) revision: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) fields: String,
    #[serde(default)]
    pub(crate) files: Vec<Part>,
    #[serde(default)]
    pub(crate) removed: Vec<Part>,
    #[serde(default)]
    pub(crate) links: Vec<Part>,
    /// The stories and copies that follow from the links, as readers need them.
    #[serde(default)]
    pub(crate) groups: Option<Part>,
    /// The names that forms go by.
    #[serde(default)]
    pub(crate) names: Option<Names>,
    /// What files were read with, by the hash in their rows; empty for what nobody asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) settings: BTreeMap<u64, String>,
}

/// The table of names, worked out from the articles of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names {
    pub(crate) part: Part,
    /// The number of that commit: where later ones followed, the next writer works the table out again.
    pub(crate) generation: u64,
}

impl Payload {
    /// Reads the payload of a commit; an index that never had one is at generation 0.
    pub(crate) fn parse(payload: Option<&str>) -> Result<Payload> {
        let Some(text) = payload else {
            return Ok(Payload::default());
        };
        serde_json::from_str(text).map_err(|error| {
            Error::new(
                ErrorKind::Damaged,
                format!("the commit's payload is unreadable: {error}"),
            )
        })
    }

    /// What the last commit of an index folder says of itself, read without the engine; `None` before the first.
    pub(crate) fn of(index: &Path) -> Result<Option<Payload>> {
        #[derive(Deserialize)]
        struct Meta {
            payload: Option<String>,
        }
        let path = index.join("meta.json");
        let bytes = disk::read(&path).map_err(|error| Error::io(&path, &error))?;
        let meta: Option<Meta> = sealed::unseal("meta.json", bytes)
            .and_then(|content| serde_json::from_slice(&content).ok());
        let meta = meta.ok_or_else(|| damage::damaged(&path, "its checksum differs"))?;
        let payload = meta.payload.as_deref();
        payload.map(|text| Payload::parse(Some(text))).transpose()
    }

    /// The names of the files of one table, oldest first.
    pub(crate) fn files_of(&self, table: &str) -> Vec<String> {
        let parts = self.parts().filter(|part| part.file.starts_with(table));
        parts.map(|part| part.file.clone()).collect()
    }

    /// The files of all tables.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.files
            .iter()
            .chain(&self.removed)
            .chain(&self.links)
            .chain(&self.groups)
            .chain(self.names.as_ref().map(|names| &names.part))
    }
}

/// A file that was read, so that it need not be read again while it is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRow {
    /// Bytes.
    pub(crate) size: u64,
    /// Time of the last change in nanoseconds since 1970.
    pub(crate) changed: i64,
    /// BLAKE3 of the content, for files that were touched but not changed.
    pub(crate) hash: String,
    /// A hash of the settings it was read with; other settings read it again.
    pub(crate) settings: u64,
    /// A hash of the user's fields it was read with.
    pub(crate) fields: u64,
    /// The [`crate::article::UNDERSTANDING`] it was read with; nothing is written of the first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) understood: u32,
    /// Articles that came from it.
    pub(crate) articles: u64,
    /// How many of them were removed by hand since.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) removed: u64,
    /// What was not indexed: the record, or the file as a whole, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) skipped: Vec<(Option<u64>, String)>,
    /// Ids that another file has; when one is free, or the text under it is no longer that of this hash, the file is
    /// read again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) waits: Vec<(String, Option<u64>)>,
}

impl FileRow {
    /// The row of a file that is to be read again, in the same way.
    pub(crate) fn unread(self) -> FileRow {
        FileRow {
            size: u64::MAX,
            changed: 0,
            hash: String::new(),
            articles: 0,
            removed: 0,
            skipped: Vec::new(),
            waits: Vec::new(),
            ..self
        }
    }
}

/// Whether a number need not be written.
fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

/// Where tables lie: in the folder of the index, or with an archive in memory.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// A folder.
    Folder(PathBuf),
    /// Files by name.
    Memory(Arc<Mutex<HashMap<String, Vec<u8>>>>),
}

impl Store {
    pub(super) fn read(&self, file: &str) -> std::io::Result<Option<Vec<u8>>> {
        match self {
            Store::Folder(folder) => Ok(sealed::unseal(file, disk::read(&folder.join(file))?)),
            Store::Memory(files) => {
                let files = files.lock().unwrap_or_else(PoisonError::into_inner);
                let found = files.get(file).cloned();
                found
                    .map(Some)
                    .ok_or_else(|| std::io::ErrorKind::NotFound.into())
            }
        }
    }

    pub(super) fn write(&self, file: &str, content: &[u8]) -> Result<()> {
        match self {
            Store::Folder(folder) => {
                let path = folder.join(file);
                let sealed = sealed::seal(file, content);
                disk::replace(&path, &sealed).map_err(|error| Error::io(&path, &error))
            }
            Store::Memory(files) => {
                let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
                files.insert(file.to_owned(), content.to_vec());
                Ok(())
            }
        }
    }

    /// The content of a part, compared with its own checksum and with that of the commit.
    pub(crate) fn read_part(&self, part: &Part) -> Result<Vec<u8>> {
        let damaged = |what: &str| self.damaged(&part.file, what);
        match self.read(&part.file) {
            Ok(Some(content)) if crc32fast::hash(&content) == part.crc => Ok(content),
            Ok(_) => Err(damaged("its checksum differs")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(damaged("it is missing"))
            }
            Err(error) => Err(damaged(&io_message(&error))),
        }
    }

    /// An error about a damaged file.
    pub(super) fn damaged(&self, file: &str, what: &str) -> Error {
        match self {
            Store::Folder(folder) => damage::damaged(&folder.join(file), what),
            Store::Memory(_) => damage::damaged(Path::new(file), what),
        }
    }

    /// Writes a file and returns what a commit says of it.
    pub(crate) fn write_part(&self, file: String, content: &[u8], rows: usize) -> Result<Part> {
        self.write(&file, content)?;
        Ok(Part {
            file,
            crc: crc32fast::hash(content),
            rows,
        })
    }
}

/// Rows by key.
#[derive(Debug)]
pub(crate) struct Table<V> {
    name: &'static str,
    rows: HashMap<String, V>,
    parts: Vec<Part>,
    /// Keys that changed since the last commit.
    changed: HashMap<String, ()>,
}

impl<V: Serialize + DeserializeOwned> Table<V> {
    /// Reads the parts of a table.
    pub(crate) fn open(name: &'static str, store: &Store, parts: &[Part]) -> Result<Table<V>> {
        let mut table = Table {
            name,
            rows: HashMap::new(),
            parts: parts.to_vec(),
            changed: HashMap::new(),
        };
        for part in parts {
            table.read(&store.read_part(part)?, &part.file)?;
        }
        Ok(table)
    }

    /// The rows of those files that can be read, and what is wrong with the others.
    pub(crate) fn salvage(
        name: &'static str,
        store: &Store,
        files: &[String],
    ) -> Result<(Table<V>, Vec<String>)> {
        let mut table = Table {
            name,
            rows: HashMap::new(),
            parts: Vec::new(),
            changed: HashMap::new(),
        };
        let mut damaged = Vec::new();
        for file in files {
            let content = match store.read(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io(Path::new(file), &error));
                }
                read => read.ok().flatten(),
            };
            if content.is_none_or(|text| table.read(&text, file).is_err()) {
                damaged.push(file.clone());
            }
        }
        Ok((table, damaged))
    }

    /// Adds the rows of a file.
    fn read(&mut self, text: &[u8], file: &str) -> Result<()> {
        let lines = text.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| !line.is_empty()) {
            let row: (String, Option<V>) = serde_json::from_slice(line)
                .map_err(|error| damage::damaged(Path::new(file), &error.to_string()))?;
            match row {
                (key, Some(value)) => self.rows.insert(key, value),
                (key, None) => self.rows.remove(&key),
            };
        }
        Ok(())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&V> {
        self.rows.get(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&String, &V)> {
        self.rows.iter()
    }

    pub(crate) fn set(&mut self, key: &str, value: V) {
        self.changed.insert(key.to_owned(), ());
        self.rows.insert(key.to_owned(), value);
    }

    pub(crate) fn remove(&mut self, key: &str) {
        if self.rows.remove(key).is_some() {
            self.changed.insert(key.to_owned(), ());
        }
    }

    /// Writes what changed for the commit of that generation and returns the parts that make up the table then.
    pub(crate) fn write(&mut self, store: &Store, generation: u64) -> Result<Vec<Part>> {
        if self.changed.is_empty() {
            return Ok(self.parts.clone());
        }
        let delta_rows: usize = self
            .parts
            .iter()
            .skip(1)
            .map(|part| part.rows)
            .sum::<usize>()
            + self.changed.len();
        let anew = self.parts.len() >= MAX_PARTS || delta_rows * 2 > self.rows.len();
        let mut keys: Vec<&String> = if anew {
            self.rows.keys().collect()
        } else {
            self.changed.keys().collect()
        };
        keys.sort_unstable();
        let mut text = Vec::new();
        for key in &keys {
            serde_json::to_writer(&mut text, &(key, self.rows.get(*key)))
                .map_err(|error| Error::new(ErrorKind::Engine, error.to_string()))?;
            text.push(b'\n');
        }
        let file = format!("{}-{generation:08}.jsonl", self.name);
        let part = store.write_part(file, &text, keys.len())?;
        if anew {
            self.parts.clear();
        }
        self.parts.push(part);
        self.changed.clear();
        Ok(self.parts.clone())
    }
}

/// The file that an article came from: its path, or the container that the path goes through; nothing for standard input.
pub(crate) fn file_of<'p>(path: &'p str, files: &Table<FileRow>) -> &'p str {
    let above = |path: &&'p str| path.rsplit_once('/').map(|(above, _)| above);
    let mut paths = std::iter::successors(Some(path), above);
    let known = paths.find(|path| files.get(path).is_some());
    known.unwrap_or(if path == "-" { "" } else { path })
}

/// Removes table files that no commit names.
pub(crate) fn remove_strays(folder: &Path, payload: &Payload) {
    let named = |name: &str| payload.parts().any(|part| part.file == name);
    let is_table = |name: &str| name.ends_with(".jsonl") || name.ends_with(".bin");
    remove(folder, &|name| is_table(name) && !named(name));
}

/// Removes temporary files of a writer that was killed; only before a writer's own threads make some.
pub(crate) fn remove_temporary(index: &Path) {
    remove(index, &|name| {
        name.starts_with(TEMPORARY) || name.starts_with(".tmp")
    });
    if let Some(archive) = index.parent() {
        // An index that is being made aside has such a name itself.
        let own = index.file_name().and_then(OsStr::to_str);
        remove(archive, &|name| {
            name.starts_with(TEMPORARY) && Some(name) != own
        });
    }
}

fn remove(folder: &Path, is_stray: &dyn Fn(&str) -> bool) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(is_stray) {
            // A stray file costs space only: the next writer tries again. A folder is an index that was not made to its end.
            let path = entry.path();
            let _ = disk::remove(&path).or_else(|_| disk::remove_folder(&path));
        }
    }
}

/// Writes the process id that a second writer is told of.
pub(crate) fn note_writer(folder: &Path) {
    if let Ok(mut file) = std::fs::File::create(folder.join("writer.pid")) {
        // Only a message depends on it.
        let _ = write!(file, "{}", std::process::id());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A table must come back the same from base and deltas, with removed rows gone.
    #[test]
    fn deltas_add_up() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::Folder(folder.path().to_path_buf());
        let mut table: Table<u32> = Table::open("t", &store, &[]).unwrap();
        let mut parts = Vec::new();
        for generation in 1..30 {
            table.set(&format!("key{generation}"), generation as u32);
            table.remove(&format!("key{}", i64::try_from(generation).unwrap() - 5));
            parts = table.write(&store, generation).unwrap();
        }
        let again: Table<u32> = Table::open("t", &store, &parts).unwrap();
        assert_eq!(again.rows, table.rows);
        assert_eq!(again.len(), 5);
        assert!(parts.len() <= MAX_PARTS);
    }

    #[test]
    fn a_changed_byte_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::Folder(folder.path().to_path_buf());
        let mut table: Table<u32> = Table::open("t", &store, &[]).unwrap();
        table.set("a", 1);
        let parts = table.write(&store, 1).unwrap();
        let file = &parts[0].file;
        store.write(file, b"[\"a\",2]\n").unwrap();
        let error = Table::<u32>::open("t", &store, &parts).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged);
    }
}
