//! The numbers of a facet's values on disk (`person.values`), for processes that ask once.
//!
//! A writer leaves them when its merges are done, four bytes for each value of a segment. Nothing but time depends on the
//! file: it says which segments and names it is of, and where these are others, readers number what they find.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use tantivy::Searcher;

use super::super::analyse::ANALYSER_VERSION;
use super::super::layout::digest_of;
use super::super::tables::Payload;
use super::super::{Archive, State, engine_error};
use super::{FEW, Number, Numbers, Values};
use crate::Result;

/// From so many articles on it is worth it.
const MANY: u64 = 1000;

const MAGIC: &[u8; 8] = b"MORGUEV1";

/// How the names of files with numbers end.
pub(in super::super) const ENDING: &str = ".values";

/// Bytes of the name of a segment.
const NAME: usize = 32;

impl Values {
    /// The values of all segments.
    fn total(&self) -> usize {
        self.segments
            .iter()
            .map(|segment| segment.numbers.len())
            .sum()
    }

    /// What is kept on disk: for what it holds, then for each segment its name and the numbers of its values.
    fn write(&self, key: u64, names: &[String]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(key.to_le_bytes());
        bytes.extend((self.len as u32).to_le_bytes());
        bytes.extend((names.len() as u32).to_le_bytes());
        for (name, segment) in names.iter().zip(&self.segments) {
            bytes.extend(name.as_bytes());
            bytes.extend((segment.numbers.len() as u32).to_le_bytes());
            bytes.extend(
                segment
                    .numbers
                    .iter()
                    .flat_map(|number| number.0.to_le_bytes()),
            );
        }
        bytes
    }

    /// Reads what was kept, where it is of these segments, which are looked for by name; `None` where it is of others.
    fn read(bytes: &[u8], key: u64, names: &[String]) -> Option<Values> {
        let (head, mut rest) = bytes.split_at_checked(MAGIC.len() + 16)?;
        let (magic, head) = head.split_at_checked(MAGIC.len())?;
        let (found, head) = head.split_at_checked(8)?;
        let (len, count) = head.split_at_checked(4)?;
        if magic != MAGIC || found != key.to_le_bytes() || number_of(count)? as usize != names.len()
        {
            return None;
        }
        let mut values = Values {
            segments: Vec::new(),
            len: number_of(len)? as usize,
        };
        values.segments.resize_with(names.len(), Numbers::default);
        for _ in names {
            let (name, after) = rest.split_at_checked(NAME)?;
            let (count, after) = after.split_at_checked(4)?;
            let (numbers, after) = after.split_at_checked(number_of(count)? as usize * 4)?;
            let at = names.iter().position(|known| known.as_bytes() == name)?;
            let (numbers, _) = numbers.as_chunks();
            let numbers = numbers.iter().map(|one| Number(u32::from_le_bytes(*one)));
            *values.segments.get_mut(at)? = Numbers::new(numbers.collect());
            rest = after;
        }
        (rest.is_empty() && values.len <= values.total()).then_some(values)
    }
}

fn number_of(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

impl Archive {
    /// Leaves for processes that ask once which values are one, in the folder of an index. What cannot be read or written
    /// is done without.
    pub(in super::super) fn keep_values(&self, index: Option<&Path>) {
        let payload = index.and_then(|index| Payload::of(index).ok().flatten());
        let (Some(index), Some(MANY..)) = (index, payload.map(|payload| payload.articles)) else {
            return;
        };
        let fields = self.schema.labels().filter(|field| field.facet);
        let kept = self.open_index_in(index, true).and_then(|state| {
            let mut names = fields.map(|field| &field.name);
            names.try_for_each(|name| state.keep_values(name, FEW))
        });
        drop(kept);
    }
}

impl State {
    /// Which values of a field are one: as the last writer left it, or made from the second time on that it is asked.
    pub(in super::super) fn values(
        &self,
        searcher: &Searcher,
        field: &str,
    ) -> Result<Option<Arc<Values>>> {
        let mut known = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some(values)) = known.get(field) {
            return Ok(Some(values.clone()));
        }
        let values = match known.contains_key(field) {
            false => self.kept_values(searcher, field)?,
            true => Some(Values::of_all(field, &self.aliases, searcher).map_err(engine_error)?),
        };
        let values = values.map(Arc::new);
        known.insert(field.to_owned(), values.clone());
        Ok(values)
    }

    /// What a writer left, where that is of these segments and names.
    fn kept_values(&self, searcher: &Searcher, field: &str) -> Result<Option<Values>> {
        let file = file_of(field);
        let bytes = match self.tables.read(&file) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(self.tables.damaged(&file, "its checksum differs")),
            Err(_) => return Ok(None),
        };
        let (key, names) = self.key_of_values(searcher);
        Ok(Values::read(&bytes, key, &names))
    }

    /// What numbers depend on: how values are folded, the names that they go by, and the segments.
    fn key_of_values(&self, searcher: &Searcher) -> (u64, Vec<String>) {
        let names = self.payload.names.as_ref().map(|names| names.part.crc);
        let names = format!("{ANALYSER_VERSION} {names:?} {}", self.aliases.rules_text());
        let segments = searcher.segment_readers().iter();
        let segments = segments.map(|reader| reader.segment_id().uuid_string());
        (digest_of(names.as_bytes()), segments.collect())
    }

    fn keep_values(&self, field: &str, least: usize) -> Result<()> {
        let searcher = self.reader.searcher();
        if self
            .kept_values(&searcher, field)
            .is_ok_and(|kept| kept.is_some())
        {
            return Ok(());
        }
        let values = Values::of_all(field, &self.aliases, &searcher).map_err(engine_error)?;
        if values.total() < least {
            return Ok(());
        }
        let (key, names) = self.key_of_values(&searcher);
        self.tables
            .write(&file_of(field), &values.write(key, &names))
    }
}

/// The file with the numbers of a field's values.
fn file_of(field: &str) -> String {
    format!("{field}{ENDING}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, FacetRequest, Query, Schema};

    /// Articles of several commits, whose names go by one another.
    fn archive(folder: &Path) -> Archive {
        let archive = Archive::create(folder, Schema::default()).unwrap();
        let article = |id: &str, names: &[&str]| Article {
            id: id.to_owned(),
            person: names.iter().map(|name| (*name).to_owned()).collect(),
            body: "word".to_owned(),
            ..Article::default()
        };
        for turn in 0..3 {
            let articles = (0..20).map(|n| match n % 5 {
                0 => article(&format!("{turn} {n}"), &["Ida Berg", "Berg", "Bo Ek"]),
                1 => article(&format!("{turn} {n}"), &["IDA BERG", "Łódź Nowak"]),
                2 => article(&format!("{turn} {n}"), &["Eze", "Lodz Nowak"]),
                3 => article(&format!("{turn} {n}"), &["Eze"]),
                _ => article(&format!("{turn} {n}"), &[]),
            });
            archive.add(articles).unwrap();
        }
        let rules = "merge person Berg = Ida Berg\ndrop person Eze\n";
        std::fs::write(folder.join("entities.rules"), rules).unwrap();
        archive
    }

    fn counted(folder: &Path) -> crate::Result<String> {
        let archive = Archive::open(folder)?;
        let facet = FacetRequest {
            field: "person".to_owned(),
            top: Some(2),
        };
        let query = Query {
            facets: vec![facet],
            ..Query::new("word")
        };
        let asked = || Ok(format!("{:?}", archive.facets(&query, false)?.facets));
        let first = asked()?;
        // From the second time on all values are numbered.
        assert_eq!(asked()?, first);
        Ok(first)
    }

    // Whether numbers were kept, made for what was found or for all, the answer is one: each article counts once for a
    // name, and those that have dropped names only are without one.
    #[test]
    fn counts_are_the_same_however_values_are_numbered() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let archive = archive(folder);
        let without = counted(folder).unwrap();
        for part in ["\"Ida Berg\", count: 24", "others: 1", "missing: 24"] {
            assert!(without.contains(part), "{part}: {without}");
        }
        archive.reload().unwrap();
        let index = archive.index_folder().unwrap().unwrap();
        let state = archive.open_index_in(&index, true).unwrap();
        state.keep_values("person", 0).unwrap();
        let searcher = state.reader.searcher();
        assert!(state.kept_values(&searcher, "person").unwrap().is_some());
        assert_eq!(counted(folder).unwrap(), without);
        // Other decisions, other names: what was kept is not looked at.
        std::fs::write(folder.join("entities.rules"), "").unwrap();
        let decided = counted(folder).unwrap();
        assert!(decided.contains("missing: 12"), "{decided}");
        // What was changed is never an answer.
        let file = index.join(file_of("person"));
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[30] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(counted(folder).is_err());
        assert!(!Archive::open(folder).unwrap().verify().unwrap().ok);
    }

    // Whatever the bytes are, reading ends in numbers or in none.
    #[test]
    fn damage_is_no_panic() {
        let names = ["a".repeat(NAME), "b".repeat(NAME)];
        let values = Values {
            segments: vec![
                Numbers::new(vec![Number(0), Number::DROPPED]),
                Numbers::default(),
            ],
            len: 1,
        };
        let bytes = values.write(7, &names);
        let read = Values::read(&bytes, 7, &names).unwrap();
        assert_eq!(read.segment(0).unwrap().numbers, values.segments[0].numbers);
        assert!(Values::read(&bytes, 8, &names).is_none());
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x80;
            let _ = Values::read(&changed, 7, &names);
            assert!(Values::read(&bytes[..at], 7, &names).is_none(), "{at}");
        }
    }
}
