//! From paths to articles in the archive: walk, read, enrich, add.
//!
//! Many threads read and understand, one adds, in the order of the files. A file that is as it was is not read again.

mod add;
mod house;
mod id;
mod mend;
mod pipeline;
mod prune;
mod remarks;
mod settings;
mod sidecar;
mod understand;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Archive, Article, IndexReport, Result, Schema, Skipped};
use understand::Understand;

/// How files are read and added. `Ingest::default()` suits a folder of clippings.
#[derive(Clone, Debug)]
pub struct Ingest {
    /// Other names of keys in records: `(field, key)`.
    pub map: Vec<(String, String)>,
    /// The publisher of all files, stated by hand.
    pub source: Option<String>,
    /// Takes the publisher from the name of the folder that a file lies in.
    pub source_from_folder: bool,
    /// Put before every id that an input states.
    pub id_prefix: Option<String>,
    /// Threads that read and understand, beside the one that calls; 0 is one a core.
    pub jobs: usize,
    /// Whether people, organisations and places are looked for.
    pub enrich: bool,
    /// Whether `inspect` also gives the values that were considered and not taken.
    pub runners_up: bool,
    /// Only says in the report what would be done.
    pub dry_run: bool,
    /// Reads again what is unchanged, and takes back what was removed by hand.
    pub again: bool,
    /// Removes articles under the given paths whose files vanished.
    pub prune: bool,
    /// Prunes even when more than half of the archive would go.
    pub force: bool,
    /// Files of more bytes than this are skipped, unless their format is read record by record.
    pub max_file_bytes: u64,
    /// Set from outside (Ctrl-C, another thread, an event) to stop: what is read is committed, the rest is left for the
    /// next run, and [`Archive::add_paths`] ends with [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted). It stays
    /// set, and a clone of these options shares it.
    pub stop: Arc<AtomicBool>,
}

impl Default for Ingest {
    fn default() -> Ingest {
        Ingest {
            map: Vec::new(),
            source: None,
            source_from_folder: false,
            id_prefix: None,
            jobs: 0,
            enrich: true,
            runners_up: false,
            dry_run: false,
            again: false,
            prune: false,
            force: false,
            max_file_bytes: 16 << 20,
            stop: Arc::default(),
        }
    }
}

/// Progress of indexing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A file was read, of those that changed; counts so far.
    Progress {
        /// Files dealt with, unchanged ones too.
        files: u64,
        /// Files found.
        found: u64,
        /// Articles added or replaced.
        articles: u64,
        /// Bytes read.
        bytes: u64,
    },
    /// Something was not indexed.
    Skipped(Skipped),
    /// Everything so far is kept, also when the rest fails; the last event of a run that was no dry one.
    Committed {
        /// Articles added or replaced.
        articles: u64,
    },
}

impl Archive {
    /// Reads the files under `paths` (`-` is standard input) and adds their articles. What is unchanged since it was read
    /// is not read again. Returns when all is done; `progress` is called by the thread that called this, between files.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) for a path that does not exist,
    /// [`ErrorKind::Busy`](crate::ErrorKind::Busy) when another writer is at work,
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for pruning more than half of the archive without `force`,
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) when it was stopped, [`ErrorKind::Io`](crate::ErrorKind::Io)
    /// when the archive cannot be written. What was committed before stays. What a file holds is never an error: it is
    /// listed as skipped.
    pub fn add_paths(
        &self,
        paths: &[impl AsRef<Path>],
        options: &Ingest,
        progress: &mut dyn FnMut(&Event),
    ) -> Result<IndexReport> {
        let report = add::add(self, &owned(paths), options, progress);
        self.reload()?;
        report
    }
}

/// Reads the files under `paths` and hands each article to `visit` as it would be understood, without an archive.
///
/// # Errors
/// A path that does not exist, or an error that `visit` returns.
pub fn inspect(
    paths: &[impl AsRef<Path>],
    schema: &Schema,
    options: &Ingest,
    visit: &mut dyn FnMut(std::result::Result<Article, Skipped>) -> Result<()>,
) -> Result<()> {
    crate::read::check_map(&options.map, schema)?;
    let understand = Understand::new(schema, options, options.runners_up);
    let (named, standard_input) = split(&owned(paths));
    let walk = walk::walk(&named, false)?;
    let places: Vec<(&PathBuf, &PathBuf)> = named.iter().zip(&walk.roots).collect();
    let mut visit = |item: understand::Item| {
        visit(item.map(|understood| {
            let mut article = understood.article;
            if article.id.is_empty() {
                article.id = id_in_archive(&article, &places);
            }
            article
        }))
    };
    let mut articles = Vec::new();
    if standard_input {
        understand.standard_input(&mut |items| {
            articles.extend(items);
            true
        });
    }
    for item in articles
        .into_iter()
        .chain(walk.skipped.into_iter().map(Err))
    {
        visit(item)?;
    }
    let work = |index: usize, send: &mut dyn FnMut(Vec<understand::Item>) -> bool| {
        if let Some(file) = walk.files.get(index) {
            understand.file(file, send);
        }
    };
    pipeline::run(
        walk.files.len(),
        options.threads(),
        &work,
        &mut |_, piece| {
            if let pipeline::Piece::Items(items) = piece {
                items.into_iter().try_for_each(&mut visit)?;
            }
            Ok(())
        },
    )
}

/// The id that an article gets in an archive; `places` are the paths that were asked for, as given and absolute.
fn id_in_archive(article: &Article, places: &[(&PathBuf, &PathBuf)]) -> String {
    let path = Path::new(&article.path);
    let place = places.iter().find_map(|(given, absolute)| {
        let below = path.strip_prefix(given).ok()?;
        let whole = match below.as_os_str().is_empty() {
            true => absolute.to_path_buf(),
            false => absolute.join(below),
        };
        Some(whole.to_string_lossy().into_owned())
    });
    match place {
        Some(path) => id::of(article, &path),
        None => id::of_text(article),
    }
}

fn owned(paths: &[impl AsRef<Path>]) -> Vec<PathBuf> {
    let paths = paths.iter().map(AsRef::as_ref);
    paths.map(Path::to_path_buf).collect()
}

/// The paths of files and folders, and whether standard input is among them.
fn split(paths: &[PathBuf]) -> (Vec<PathBuf>, bool) {
    let is_stdin = |path: &PathBuf| path == Path::new("-");
    let named = paths
        .iter()
        .filter(|path| !is_stdin(path))
        .cloned()
        .collect();
    (named, paths.iter().any(is_stdin))
}

impl Ingest {
    fn threads(&self) -> usize {
        match self.jobs {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            jobs => jobs,
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
