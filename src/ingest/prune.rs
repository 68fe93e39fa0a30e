//! Files that vanished: their articles stay until that is wanted otherwise.

use std::collections::HashSet;
use std::path::Path;

use super::walk::{File, Walk};
use crate::archive::writer::Writer;
use crate::{Error, ErrorKind, Result};

/// The files under the given paths that the archive has articles of and that are gone, in order.
pub(super) fn gone(writer: &Writer<'_>, walk: &Walk) -> Vec<String> {
    let there: HashSet<String> = walk.files.iter().map(File::name).collect();
    let under = |path: &str| {
        let mut roots = walk.roots.iter();
        roots.any(|root| Path::new(path).starts_with(root))
    };
    let rows = writer.files.rows();
    let gone =
        rows.filter(|(path, _)| !there.contains(*path) && under(path) && !Path::new(path).exists());
    let mut gone: Vec<String> = gone.map(|(path, _)| path.clone()).collect();
    gone.sort_unstable();
    gone
}

/// What is said of them when nothing is to be removed.
pub(super) fn hint(gone: &[String]) -> Option<String> {
    match gone.len() {
        0 => None,
        1 => Some("1 file is gone: `--prune` takes its articles out".to_owned()),
        count => Some(format!(
            "{count} files are gone: `--prune` takes their articles out"
        )),
    }
}

/// Takes their articles out; how many. More than half of an archive looks like a mistake.
pub(super) fn remove(writer: &mut Writer<'_>, gone: &[String], force: bool) -> Result<u64> {
    let mut ids = Vec::new();
    for path in gone {
        ids.extend(writer.ids_of(path)?);
    }
    let (removed, all) = (ids.len() as u64, writer.articles());
    if removed * 2 > all && !force {
        let message = format!("pruning would remove {removed} of {all} articles");
        let error = Error::new(ErrorKind::Usage, message);
        return Err(error.with_hint("if that is meant, add `--force`"));
    }
    ids.iter().try_for_each(|id| writer.delete(id))?;
    gone.iter().for_each(|path| writer.files.remove(path));
    if !gone.is_empty() {
        writer.touch();
    }
    Ok(removed)
}
