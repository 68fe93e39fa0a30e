//! `morgue.toml`: what an archive says of itself, so that any later version knows how to read it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::analyse::ANALYSER_VERSION;
use super::directory::write_atomically;
use super::layout::LAYOUT_VERSION;
use crate::{Error, ErrorKind, Result, Schema};

/// The file's name in the archive folder.
pub(crate) const MANIFEST: &str = "morgue.toml";

/// What stands before the checksum in the last line.
const SUM: &str = "# crc32 ";

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
            index: "index-1".to_owned(),
            fields: schema.user_fields(),
        }
    }

    pub(crate) fn read(folder: &Path) -> Result<Manifest> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Error::new(ErrorKind::NotFound, "there is no archive here")
                    .with_path(folder)
                    .with_hint("make one with `morgue index FOLDER`")
            }
            _ => Error::io(&path, &error),
        })?;
        if let Some((content, sum)) = text.split_once(SUM)
            && sum.trim() != format!("{:08x}", crc32fast::hash(content.as_bytes()))
        {
            let message = "the file is damaged or was edited: its checksum differs";
            return Err(Error::new(ErrorKind::Damaged, message).with_path(&path));
        }
        let manifest: Manifest = toml::from_str(&text).map_err(|error| {
            Error::new(ErrorKind::Damaged, error.message().to_owned()).with_path(&path)
        })?;
        manifest.check(folder)?;
        Ok(manifest)
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let text = toml::to_string(self)
            .map_err(|error| Error::new(ErrorKind::Engine, error.to_string()))?;
        let text = format!("# A morgue archive. Made and read by `morgue`; do not edit.\n{text}");
        let text = format!("{text}{SUM}{:08x}\n", crc32fast::hash(text.as_bytes()));
        write_atomically(&path, text.as_bytes()).map_err(|error| Error::io(&path, &error))
    }

    pub(crate) fn schema(&self) -> Result<Schema> {
        Schema::with_user_fields(&self.fields)
    }

    fn check(&self, folder: &Path) -> Result<()> {
        let newer = self.layout > LAYOUT_VERSION || self.analyser > ANALYSER_VERSION;
        if newer {
            return Err(Error::new(
                ErrorKind::Version,
                format!("the archive was made by {}", self.made_by),
            )
            .with_path(folder)
            .with_hint("update morgue to at least that version"));
        }
        if self.layout < LAYOUT_VERSION || self.analyser < ANALYSER_VERSION {
            return Err(Error::new(
                ErrorKind::Version,
                format!("the archive was made by {}", self.made_by),
            )
            .with_path(folder)
            .with_hint("index the folders again into a new archive"));
        }
        let plain = !self.index.is_empty()
            && !self.index.contains(['/', '\\'])
            && !self.index.starts_with('.');
        if !plain {
            return Err(Error::new(
                ErrorKind::Damaged,
                "the name of the index folder is unusable",
            )
            .with_path(&folder.join(MANIFEST)));
        }
        Ok(())
    }
}
