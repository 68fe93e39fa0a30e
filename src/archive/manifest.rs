//! `morgue.toml`: what an archive says of itself, so that any later version knows how to read it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::analyse::ANALYSER_VERSION;
use super::layout::{LAYOUT_VERSION, OLDEST_READABLE};
use super::tables::Payload;
use super::{disk, sealed};
use crate::{Error, ErrorKind, Result, Schema};

/// The file's name in the archive folder.
pub(crate) const MANIFEST: &str = "morgue.toml";

/// How the names of index folders begin; a number follows.
const INDEX: &str = "index-";

/// What to do when the file is not what was written.
const CURE: &str =
    "if it was edited, undo that; `morgue rebuild` writes it anew from what the index says";

/// The contents of `morgue.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The version of the index layout.
    pub(crate) layout: u32,
    /// The version of the analysis of words.
    pub(crate) analyser: u32,
    /// The program that made the archive.
    pub(crate) made_by: String,
    /// The folder of the index, beside this file.
    pub(crate) index: String,
    /// The last commit known of, so that an older state of the index is not taken for the present one.
    #[serde(default)]
    pub(crate) generation: u64,
    /// How often the user's fields were changed; commits say what they were made with.
    #[serde(default)]
    pub(crate) revision: u64,
    /// The user's own fields, as the text of a schema file.
    #[serde(default)]
    pub(crate) fields: String,
}

impl Manifest {
    pub(crate) fn new(schema: &Schema) -> Manifest {
        Manifest {
            layout: LAYOUT_VERSION,
            analyser: ANALYSER_VERSION,
            made_by: concat!("morgue ", env!("CARGO_PKG_VERSION")).to_owned(),
            index: format!("{INDEX}1"),
            generation: 0,
            revision: 0,
            fields: schema.user_fields(),
        }
    }

    pub(crate) fn read(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST);
        let bytes = disk::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound if is_unborn(folder) => {
                let error = Error::new(ErrorKind::NotFound, "there is no archive here");
                let inside = folder.join(".morgue");
                error.with_path(folder).with_hint(match inside.is_dir() {
                    true => format!("there is one in it: `-a {}`", inside.display()),
                    false => "make one with `morgue index FOLDER`".to_owned(),
                })
            }
            std::io::ErrorKind::NotFound => damaged(&path, "it is missing"),
            _ => Error::io(&path, &error),
        })?;
        let text = sealed::unseal(MANIFEST, bytes).and_then(|text| String::from_utf8(text).ok());
        let Some(text) = text else {
            return Err(damaged(&path, "its checksum differs, or it was edited"));
        };
        let manifest: Manifest =
            toml::from_str(&text).map_err(|error| damaged(&path, error.message()))?;
        if !manifest.names_a_folder() {
            return Err(damaged(&path, "the name of the index folder is unusable"));
        }
        Ok(manifest)
    }

    /// Puts it on disk, durably.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let text = toml::to_string(self)
            .map_err(|error| Error::new(ErrorKind::Engine, error.to_string()))?;
        let text = format!("# A morgue archive. Made and read by `morgue`; do not edit.\n{text}");
        disk::replace(&path, &sealed::seal(MANIFEST, text.as_bytes()))
            .and_then(|()| disk::sync_folder(folder))
            .map_err(|error| Error::io(&path, &error))
    }

    /// What can be said without the file: the newest index, with the fields that its last commit was made with.
    pub(crate) fn recover(folder: &Path) -> Result<Manifest> {
        let mut numbers = index_numbers(folder);
        numbers.sort_unstable();
        let Some(last) = numbers.last().map(|number| format!("{INDEX}{number}")) else {
            return Err(
                Error::new(ErrorKind::NotFound, "there is no archive here").with_path(folder)
            );
        };
        let readable = numbers.iter().rev().find_map(|number| {
            let index = format!("{INDEX}{number}");
            let payload = Payload::of(&folder.join(&index)).ok()??;
            Some((index, payload))
        });
        let (index, payload) = readable.unwrap_or((last, Payload::default()));
        Ok(Manifest {
            index,
            fields: payload.fields,
            revision: payload.revision,
            generation: payload.generation,
            ..Manifest::new(&Schema::default())
        })
    }

    /// The name of the next index folder: `index-2` after `index-1`.
    pub(crate) fn next_index(&self, folder: &Path) -> String {
        let present = number_of(&self.index).unwrap_or(0);
        let last = index_numbers(folder).into_iter().fold(present, u64::max);
        format!("{INDEX}{}", last.saturating_add(1))
    }

    pub(crate) fn schema(&self) -> Result<Schema> {
        Schema::with_user_fields(&self.fields)
    }

    /// Refuses archives that this version cannot read, with what to do.
    pub(crate) fn check(&self, folder: &Path) -> Result<()> {
        let newer = self.layout > LAYOUT_VERSION || self.analyser > ANALYSER_VERSION;
        let older = self.layout < LAYOUT_VERSION || self.analyser < ANALYSER_VERSION;
        if !newer && !older {
            return Ok(());
        }
        let message = format!("the archive was made by {}", self.made_by);
        let hint = match newer {
            true => "update morgue to at least that version",
            false if self.can_be_rebuilt() => {
                "run `morgue rebuild`: it makes the index anew, from what is stored"
            }
            false => "index the folders again into a new archive",
        };
        Err(Error::new(ErrorKind::Version, message)
            .with_path(folder)
            .with_hint(hint))
    }

    /// Whether a rebuild makes an archive of this version of it.
    pub(crate) fn can_be_rebuilt(&self) -> bool {
        (OLDEST_READABLE..=LAYOUT_VERSION).contains(&self.layout)
            && self.analyser <= ANALYSER_VERSION
    }

    fn names_a_folder(&self) -> bool {
        number_of(&self.index).is_some()
    }
}

/// Whether nothing was ever committed there: making an archive may have been interrupted.
fn is_unborn(folder: &Path) -> bool {
    let never = |number| {
        matches!(
            Payload::of(&folder.join(format!("{INDEX}{number}"))),
            Ok(None)
        )
    };
    index_numbers(folder).into_iter().all(never)
}

fn damaged(path: &Path, what: &str) -> Error {
    super::damage::damaged(path, what).with_hint(CURE)
}

/// The number of an index folder's name.
fn number_of(name: &str) -> Option<u64> {
    let number = name.strip_prefix(INDEX)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| digits)
}

/// The names of the index folders in an archive.
pub(super) fn index_folders(folder: &Path) -> Vec<String> {
    let mut numbers = index_numbers(folder);
    numbers.sort_unstable();
    let names = numbers.iter().map(|number| format!("{INDEX}{number}"));
    names.collect()
}

/// Their numbers.
fn index_numbers(folder: &Path) -> Vec<u64> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| number_of(entry.file_name().to_str()?));
    names.collect()
}
