//! Sidecars: `article.json`, `.yaml` or `.meta` beside `article.txt` says what the text does not.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::walk::{File, Walk};
use crate::read::sidecar::is_sidecar;

/// Extensions of sidecars, the most trusted first.
const EXTENSIONS: &[&str] = &["json", "yaml", "yml", "meta"];

/// Takes the sidecars out of the files of a walk and gives them to the files that they speak of.
pub(super) fn pair(walk: &mut Walk) {
    let files = std::mem::take(&mut walk.files);
    let possible: HashMap<&Path, &File> = files
        .iter()
        .filter(|file| has_extension(&file.path))
        .map(|file| (file.path.as_path(), file))
        .collect();
    let mut sidecars: HashSet<PathBuf> = HashSet::new();
    let mut pairs = Vec::new();
    for (at, file) in files.iter().enumerate() {
        // What lies beside a file that was named itself was not walked.
        let named = walk.named.contains(&file.path);
        if has_extension(&file.path) || (!named && possible.is_empty()) {
            continue;
        }
        let beside = names(&file.path).into_iter().find_map(|name| {
            let there = match possible.get(name.as_path()) {
                Some(file) => (*file).clone(),
                None if named => {
                    let meta = std::fs::metadata(&name).ok()?;
                    File::new(name, &meta)
                }
                None => return None,
            };
            is_sidecar(&there.path).then_some(there)
        });
        if let Some(sidecar) = beside {
            sidecars.insert(sidecar.path.clone());
            pairs.push((at, sidecar));
        }
    }
    let mut pairs = pairs.into_iter().peekable();
    for (at, file) in files.into_iter().enumerate() {
        if sidecars.contains(&file.path) {
            walk.sidecars.push(file);
        } else if let Some((_, sidecar)) = pairs.next_if(|(of, _)| *of == at) {
            walk.files.push(file.with_sidecar(sidecar));
        } else {
            walk.files.push(file);
        }
    }
}

fn has_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// `article.json` and `article.txt.json` for `article.txt`.
fn names(path: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = EXTENSIONS
        .iter()
        .map(|extension| path.with_extension(extension))
        .collect();
    names.extend(EXTENSIONS.iter().map(|extension| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        PathBuf::from(name)
    }));
    names
}
