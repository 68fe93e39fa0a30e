//! Tellings kept for comparing: those asked for of late in memory, all others of a run in a file without a name.
//!
//! An article is compared with those of many days before, and making a telling anew from the stored article costs as much as
//! a hundred comparisons. So none is made twice; the memory stays the same however many there are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::super::links::ByHash;
use super::super::tables::Store;
use crate::story::Telling;

/// Tellings in memory, about 1.5 kB each.
const IN_MEMORY: usize = 24_000;

/// Bits for the length of a telling in the file.
const LENGTH_BITS: u32 = 20;

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
        self.aside.places.remove(&order);
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
    /// Where each begins, and in the lowest bits its length.
    places: ByHash<u64, u64>,
}

impl Aside {
    fn write(&mut self, order: u64, telling: &Telling) {
        if let Some(folder) = self.folder.take() {
            self.file = tempfile::tempfile_in(folder).ok();
        }
        if self.file.is_none() || self.places.contains_key(&order) {
            return;
        }
        let at = self.buffer.len();
        let packed = postcard::to_extend(telling, std::mem::take(&mut self.buffer));
        self.buffer = packed.unwrap_or_default();
        let length = self.buffer.len().saturating_sub(at) as u64;
        // What is longer is rare, and made anew when it is asked for.
        if length < 1 << LENGTH_BITS {
            let place = (self.written + at as u64) << LENGTH_BITS | length;
            self.places.insert(order, place);
        }
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
        let place = *self.places.get(&order)?;
        let (at, length) = (place >> LENGTH_BITS, place % (1 << LENGTH_BITS));
        let length = usize::try_from(length).ok()?;
        let mut packed = vec![0; length];
        match at.checked_sub(self.written) {
            Some(at) => {
                let waiting = self.buffer.get(usize::try_from(at).ok()?..)?;
                packed.copy_from_slice(waiting.get(..length)?);
            }
            None => {
                let file = self.file.as_mut()?;
                file.seek(SeekFrom::Start(at)).ok()?;
                file.read_exact(&mut packed).ok()?;
            }
        }
        postcard::from_bytes(&packed).ok()
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
        for (order, telling) in (0..).zip(&tellings) {
            kept.put(order, telling.clone());
        }
        assert!(kept.aside.written > 0 && !kept.aside.buffer.is_empty());
        assert!(kept.young.len() + kept.older.len() <= 4);
        for (order, telling) in (0..).zip(&tellings) {
            assert_eq!(kept.get(order).as_ref(), Some(telling), "{order}");
        }
        kept.remove(7);
        assert_eq!(kept.get(7), None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
