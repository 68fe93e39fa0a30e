//! Text files that people may change: their first line is a checksum of the others, which a person deletes.
//!
//! So a file that changed by itself is told from one that was changed by hand.

use std::path::Path;

use super::disk;
use crate::{Error, ErrorKind, Result};

const SUM: &str = "# crc32 ";
const END: &str = ": delete this line when you change what stands below";

fn first_line(text: &str) -> String {
    format!("{SUM}{:08x}{END}", crc32fast::hash(text.as_bytes()))
}

/// The text of a file without its first line; `None` when there is no file.
pub(super) fn read(path: &Path) -> Result<Option<String>> {
    let text = match disk::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io(path, &error)),
    };
    if !text.starts_with(SUM) {
        return Ok(Some(text));
    }
    match text.split_once('\n') {
        Some((line, rest)) if line == first_line(rest) => Ok(Some(rest.to_owned())),
        _ => {
            let message = "the file was changed by hand, or is damaged: its checksum differs";
            let error = Error::new(ErrorKind::Damaged, message).with_path(path);
            Err(error.with_hint("see that what it says is right, then delete its first line"))
        }
    }
}

/// Puts a text in its place, durably.
pub(super) fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    let text = format!("{}\n{text}", first_line(text));
    disk::replace(&path, text.as_bytes())
        .and_then(|()| disk::sync_folder(folder))
        .map_err(|error| Error::io(&path, &error))
}
