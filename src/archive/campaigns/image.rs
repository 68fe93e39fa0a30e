//! What a disk may hold after the power went: files and names that were synced, and of the others what chance left.
//!
//! Content is durable once its file is synced, names once their folder is. What was not synced may be there or not, each
//! change of a name on its own; unsynced content may be there in part, or as zeros.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::journal::Done;
use crate::campaign::Chance;

/// Which of the possible images is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Model {
    /// Everything done so far was written, in order.
    Prefix,
    /// Only what was synced.
    Synced,
    /// What was synced, and any of the changes of names and any part of the content that were not.
    Chance,
}

pub(super) const MODELS: [Model; 3] = [Model::Prefix, Model::Synced, Model::Chance];

#[derive(Default)]
struct Node {
    is_folder: bool,
    content: Vec<u8>,
    synced: usize,
    live: BTreeMap<String, usize>,
    durable: BTreeMap<String, usize>,
    /// Changes of names since the folder was synced.
    pending: Vec<Vec<(String, Option<usize>)>>,
}

/// A disk that remembers what is durable.
pub(super) struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
}

impl Disk {
    /// An empty disk; the folder itself is there for good.
    pub(super) fn new(root: &Path) -> Disk {
        let top = Node {
            is_folder: true,
            ..Node::default()
        };
        Disk {
            root: root.to_path_buf(),
            nodes: vec![top],
        }
    }

    fn find(&self, path: &Path) -> Option<usize> {
        let below = path.strip_prefix(&self.root).ok()?;
        let mut parts = below.iter();
        parts.try_fold(0, |node, name| {
            self.nodes[node].live.get(name.to_str()?).copied()
        })
    }

    fn rename(&mut self, folder: &Path, changes: Vec<(String, Option<usize>)>) {
        let folder = self.find(folder).unwrap();
        for (name, node) in &changes {
            match node {
                Some(node) => self.nodes[folder].live.insert(name.clone(), *node),
                None => self.nodes[folder].live.remove(name),
            };
        }
        self.nodes[folder].pending.push(changes);
    }

    fn add(&mut self, path: &Path, is_folder: bool) {
        if self.find(path).is_some() {
            return;
        }
        self.nodes.push(Node {
            is_folder,
            ..Node::default()
        });
        let node = self.nodes.len() - 1;
        self.rename(path.parent().unwrap(), vec![(name(path), Some(node))]);
    }

    /// Does what was done.
    pub(super) fn apply(&mut self, done: &Done) {
        match done {
            Done::MakeFolder(path) => self.add(path, true),
            Done::Create(path) => self.add(path, false),
            Done::Write(path, content) => {
                let node = self.find(path).unwrap();
                self.nodes[node].content.extend_from_slice(content);
            }
            Done::Sync(path) => {
                let node = self.find(path).unwrap();
                self.nodes[node].synced = self.nodes[node].content.len();
            }
            Done::Rename(from, to) => {
                let node = self.find(from);
                self.rename(
                    from.parent().unwrap(),
                    vec![(name(from), None), (name(to), node)],
                );
            }
            Done::Remove(path) => {
                if self.find(path).is_some() {
                    self.rename(path.parent().unwrap(), vec![(name(path), None)]);
                }
            }
            Done::SyncFolder(path) => {
                let node = self.find(path).unwrap();
                self.nodes[node].durable = self.nodes[node].live.clone();
                self.nodes[node].pending.clear();
            }
            Done::Read(_) | Done::Acknowledged(_) => {}
        }
    }

    /// Writes a possible image of the disk into a folder.
    pub(super) fn write(&self, model: Model, chance: &mut Chance, to: &Path) {
        self.write_folder(0, model, chance, to);
    }

    fn write_folder(&self, node: usize, model: Model, chance: &mut Chance, to: &Path) {
        fs::create_dir_all(to).unwrap();
        let folder = &self.nodes[node];
        let mut names = match model {
            Model::Prefix => folder.live.clone(),
            Model::Synced | Model::Chance => folder.durable.clone(),
        };
        if model == Model::Chance {
            for changes in &folder.pending {
                if chance.below(2) == 0 {
                    continue;
                }
                for (name, node) in changes {
                    match node {
                        Some(node) => names.insert(name.clone(), *node),
                        None => names.remove(name),
                    };
                }
            }
        }
        for (name, node) in names {
            let path = to.join(name);
            let file = &self.nodes[node];
            if file.is_folder {
                self.write_folder(node, model, chance, &path);
                continue;
            }
            let mut content = file.content.clone();
            let unsynced = content.len() - file.synced;
            match model {
                Model::Prefix => {}
                Model::Synced => content.truncate(file.synced),
                Model::Chance => {
                    let kept = file.synced + chance.below(unsynced + 1);
                    match chance.below(3) {
                        0 => content.iter_mut().skip(kept).for_each(|byte| *byte = 0),
                        _ => content.truncate(kept),
                    }
                }
            }
            fs::write(path, content).unwrap();
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}
