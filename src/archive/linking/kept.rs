//! Tellings kept for comparing: those asked for of late in memory, all others of a run in a file without a name.
//!
//! An article is compared with those of many days before, and making a telling anew from the stored article costs as much as
//! a hundred comparisons. So hardly any is made twice; the memory stays the same however many there are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::super::layout::order_of;
use super::super::links::ByHash;
use super::super::tables::Store;
use crate::story::Telling;

/// Tellings in memory, about 1.5 kB each.
const IN_MEMORY: usize = 24_000;

/// A place in the file counts so many bytes: an archive has many tellings, and a number of four bytes reaches far.
const UNIT: usize = 16;

/// Bytes that stand before a telling in the file: its length.
const HEAD: usize = 4;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 18;

/// Tellings by the hash of the id.
pub(super) struct Kept {
    /// Asked for since the older ones were. Both together are those of late, without an order of them all.
    young: ByHash<u64, Arc<Telling>>,
    older: ByHash<u64, Arc<Telling>>,
    /// The most of both.
    in_memory: usize,
    aside: Aside,
}

impl Kept {
    /// For an archive; one in memory keeps everything there.
    pub(super) fn of(store: &Store) -> Kept {
        let (in_memory, folder) = match store {
            Store::Folder(folder) => (IN_MEMORY, Some(folder.clone())),
            Store::Memory(_) => (usize::MAX, None),
        };
        Kept {
            young: ByHash::default(),
            older: ByHash::default(),
            in_memory,
            aside: Aside {
                folder,
                ..Aside::default()
            },
        }
    }

    pub(super) fn get(&mut self, order: u64) -> Option<Arc<Telling>> {
        if let Some(telling) = self.young.get(&order) {
            return Some(telling.clone());
        }
        let telling = match self.older.remove(&order) {
            Some(telling) => telling,
            None => Arc::new(self.aside.read(order)?),
        };
        self.put(order, telling.clone());
        Some(telling)
    }

    pub(super) fn put(&mut self, order: u64, telling: Arc<Telling>) {
        if self.young.len() >= self.in_memory / 2 {
            let older = std::mem::replace(&mut self.older, std::mem::take(&mut self.young));
            for (order, telling) in older {
                self.aside.write(order, &telling);
            }
        }
        self.young.insert(order, telling);
    }

    pub(super) fn remove(&mut self, order: u64) {
        self.young.remove(&order);
        self.older.remove(&order);
        self.aside.places.remove(&key(order));
    }
}

/// Tellings in a file that nobody else sees and that is gone with the process. What cannot be written or read there is made
/// anew, so errors are no errors.
#[derive(Default)]
struct Aside {
    /// Where the file will be, until it is.
    folder: Option<PathBuf>,
    file: Option<File>,
    written: u64,
    buffer: Vec<u8>,
    /// Where each begins, by the first half of the hash of its id; of two that are alike in that, the first.
    places: ByHash<u32, u32>,
}

/// The first half of the hash of an id.
fn key(order: u64) -> u32 {
    (order >> 32) as u32
}

impl Aside {
    fn write(&mut self, order: u64, telling: &Telling) {
        if let Some(folder) = self.folder.take() {
            self.file = tempfile::tempfile_in(folder).ok();
        }
        let at = self.written + self.buffer.len() as u64;
        let Ok(place) = u32::try_from(at / UNIT as u64) else {
            return;
        };
        if self.file.is_none() || self.places.contains_key(&key(order)) {
            return;
        }
        let Ok(packed) = postcard::to_allocvec(telling) else {
            return;
        };
        let length = u32::try_from(packed.len()).unwrap_or(u32::MAX);
        self.buffer.extend(length.to_le_bytes());
        self.buffer.extend(packed);
        self.buffer
            .resize(self.buffer.len().next_multiple_of(UNIT), 0);
        self.places.insert(key(order), place);
        if self.buffer.len() >= BUFFER && self.flush().is_err() {
            *self = Aside::default();
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(self.written))?;
            file.write_all(&self.buffer)?;
            self.written += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(())
    }

    fn read(&mut self, order: u64) -> Option<Telling> {
        let at = u64::from(*self.places.get(&key(order))?) * UNIT as u64;
        let mut head = [0; HEAD];
        self.read_at(at, &mut head)?;
        let length = usize::try_from(u32::from_le_bytes(head)).ok()?;
        let mut packed = vec![0; length];
        self.read_at(at + HEAD as u64, &mut packed)?;
        let telling: Telling = postcard::from_bytes(&packed).ok()?;
        (order_of(telling.id()) == order).then_some(telling)
    }

    /// Reads what is in the file, or waits to be written to it.
    fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> Option<()> {
        if let Some(at) = at.checked_sub(self.written) {
            let waiting = self.buffer.get(usize::try_from(at).ok()?..)?;
            bytes.copy_from_slice(waiting.get(..bytes.len())?);
            return Some(());
        }
        let file = self.file.as_mut()?;
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Article;

    // What was put aside must come back as it was: a telling that lost a word on the way would be linked otherwise than in
    // a run with more memory.
    #[test]
    fn nothing_is_lost_aside() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Kept::of(&Store::Folder(folder.path().to_owned()));
        kept.in_memory = 4;
        let tellings: Vec<Arc<Telling>> = (0..3_000u64)
            .map(|number| {
                let mut article = Article {
                    id: format!("a{number}"),
                    date: "2024-05-17".parse().ok().filter(|_| number % 3 > 0),
                    source: (number % 2 > 0).then(|| "The Herald".to_owned()),
                    ..Article::default()
                };
                article.body =
                    format!("Ferry {number} sank off Tablas with {} aboard.", number * 7);
                article.place.push("Tablas".to_owned());
                Arc::new(Telling::of(&article))
            })
            .collect();
        for telling in &tellings {
            kept.put(order_of(telling.id()), telling.clone());
        }
        assert!(kept.aside.written > 0 && !kept.aside.buffer.is_empty());
        assert!(kept.young.len() + kept.older.len() <= 4);
        for telling in &tellings {
            let order = order_of(telling.id());
            assert_eq!(kept.get(order).as_ref(), Some(telling), "{order}");
            // Another whose hash begins so is another.
            assert_eq!(kept.get(order ^ 1), None);
        }
        let order = order_of("a7");
        kept.remove(order);
        assert_eq!(kept.get(order), None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
