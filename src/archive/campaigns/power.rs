//! Power cuts: images of the disk at any moment of a run, in three models. MORGUE_TEST_POWER=N looks at N of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use super::image::{Disk, MODELS};
use super::journal::{self, Done, step};
use super::{Content, DEEDS, content, contents_of_deeds, put};
use crate::ErrorKind;
use crate::archive::disk::Step;
use crate::campaign::{Chance, tell, times};

/// Images that are gone on with.
const CONTINUED: usize = 25;

/// Looks at images of what was done: `check` is told the deeds that were acknowledged before.
fn look(
    root: &Path,
    done: &[Done],
    images: usize,
    check: &dyn Fn(&Path, usize, usize) -> Result<(), String>,
) -> Vec<String> {
    let mut chance = Chance::new(11);
    let mut disk = Disk::new(root);
    let (mut acknowledged, mut made) = (0, 0);
    let mut failures = Vec::new();
    for (number, one) in done.iter().enumerate() {
        disk.apply(one);
        if let Done::Acknowledged(deeds) = one {
            acknowledged = *deeds;
        }
        // As many images after each step as make up the number.
        while made * done.len() < images * (number + 1) && made < images {
            let model = MODELS[made % MODELS.len()];
            let folder = tempfile::tempdir().unwrap();
            disk.write(model, &mut chance, folder.path());
            if let Err(error) = check(folder.path(), acknowledged, made) {
                failures.push(format!("step {number} ({one:?}), {model:?}: {error}"));
            }
            made += 1;
        }
    }
    failures
}

fn journal_of_deeds(root: &Path) -> Vec<Done> {
    journal::watch(root);
    let archive = root.join("archive");
    for (number, deed) in (1..).zip(DEEDS) {
        deed(&archive).unwrap();
        journal::acknowledge(root, number);
    }
    journal::end(root)
}

// What was acknowledged is there, whole, whenever the power goes; of what was not, all or nothing. The next run goes on.
#[test]
fn power_cuts() {
    let contents = contents_of_deeds();
    let folder = tempfile::tempdir().unwrap();
    let done = journal_of_deeds(folder.path());
    let images = times("MORGUE_TEST_POWER", 250);
    let check = |image: &Path, deeds: usize, number: usize| {
        let archive = image.join("archive");
        let found = match crate::Archive::open(&archive) {
            Err(error) if deeds == 0 && error.kind() == ErrorKind::NotFound => Content::new(),
            _ => content(&archive)?,
        };
        let after = contents.get(deeds + 1);
        if found != contents[deeds] && Some(&found) != after {
            return Err(format!(
                "{} of {} articles",
                found.len(),
                contents[deeds].len()
            ));
        }
        if deeds > 0 && number.is_multiple_of(CONTINUED) {
            put(&archive, 90..93, "again").map_err(|error| error.to_string())?;
            let now = content(&archive)?;
            if now.len() != found.len() + 3 {
                return Err("the next run lost something".to_owned());
            }
        }
        Ok(())
    };
    let failures = look(folder.path(), &done, images, &check);
    tell(&format!(
        "power cuts: {images} images of {} steps, {} failures",
        done.len(),
        failures.len()
    ));
    assert_eq!(failures, [""; 0]);
}

/// The engine's own directory, and what it does on disk.
#[derive(Clone, Debug)]
struct Stock {
    inner: MmapDirectory,
    root: PathBuf,
}

struct StockWriter {
    inner: Option<WritePtr>,
    path: PathBuf,
}

impl std::io::Write for StockWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        step(Step::Write(&self.path, bytes))?;
        self.inner.as_mut().unwrap().write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for StockWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> std::io::Result<()> {
        self.inner.take().unwrap().terminate()?;
        step(Step::Sync(&self.path))
    }
}

impl Directory for Stock {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }
    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        step(Step::Remove(&self.root.join(path))).unwrap();
        self.inner.delete(path)
    }
    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }
    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let full = self.root.join(path);
        step(Step::Create(&full)).unwrap();
        let inner = Some(self.inner.open_write(path)?);
        let writer = StockWriter { inner, path: full };
        Ok(std::io::BufWriter::new(Box::new(writer)))
    }
    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }
    fn atomic_write(&self, path: &Path, content: &[u8]) -> std::io::Result<()> {
        // As its source does: no folder is synced behind the renaming.
        let (aside, full) = (self.root.join(".tmp"), self.root.join(path));
        step(Step::Create(&aside))?;
        step(Step::Write(&aside, content))?;
        step(Step::Sync(&aside))?;
        step(Step::Rename(&aside, &full))?;
        self.inner.atomic_write(path, content)
    }
    fn sync_directory(&self) -> std::io::Result<()> {
        step(Step::SyncFolder(&self.root))?;
        self.inner.sync_directory()
    }
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }
    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

// The campaign can fail: the engine's own directory loses commits that it acknowledged.
#[test]
fn power_cuts_without_our_directory() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    journal::watch(root);
    let mut schema = tantivy::schema::SchemaBuilder::new();
    let text = schema.add_text_field("text", tantivy::schema::STRING);
    let directory = Stock {
        inner: MmapDirectory::open(root).unwrap(),
        root: root.to_path_buf(),
    };
    let index =
        tantivy::Index::create(directory, schema.build(), tantivy::IndexSettings::default());
    let mut writer: tantivy::IndexWriter = index
        .unwrap()
        .writer_with_num_threads(1, 15_000_000)
        .unwrap();
    for commit in 1..=8 {
        for _ in 0..3 {
            writer.add_document(tantivy::doc!(text => "ferry")).unwrap();
        }
        writer.commit().unwrap();
        journal::acknowledge(root, commit);
    }
    writer.wait_merging_threads().unwrap();
    let done = journal::end(root);
    let images = times("MORGUE_TEST_POWER", 400);
    let check = |image: &Path, commits: usize, _: usize| {
        let opened = tantivy::Index::open_in_dir(image).and_then(|index| index.reader());
        match opened {
            Ok(reader) if reader.searcher().num_docs() < 3 * commits as u64 => {
                Err("an acknowledged commit is lost".to_owned())
            }
            Err(error) if commits > 0 => Err(format!("open: {error}")),
            _ => Ok(()),
        }
    };
    let failures = look(root, &done, images, &check);
    let cannot_open = failures.iter().filter(|text| text.contains("open: "));
    tell(&format!(
        "power cuts, the engine's own directory: {images} images of {} steps, {} failures, of these {} cannot be opened",
        done.len(),
        failures.len(),
        cannot_open.count()
    ));
    assert!(failures.len() > images / 20, "{}", failures.len());
}
