//! Files that know whether they are what was written: checksums that are compared before anything is read.
//!
//! Large files are read in parts, so behind their content stands a checksum for each block, compared when the block is
//! first touched; opening one reads its last bytes only. Small files are read whole and end in a line `# crc32 ...`. The
//! name of the file is part of the checksum: a file in the place of another is damage too.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::{AntiCallToken, FileHandle, OwnedBytes, TerminatingWrite};

use super::damage::Noted;
use super::disk;

/// Bytes with a checksum of their own: little to read for one answer, little to keep for a large file.
const BLOCK: usize = 64 << 10;

/// The last bytes of a file of blocks: the length of its content, this, and the checksum of what stands behind it.
const MAGIC: &[u8; 8] = b"MORGUEB1";
const TAIL: usize = 20;

/// What stands before the checksum in the last line of a file that is read whole.
const LINE: &str = "# crc32 ";
const LINE_LENGTH: usize = 17;

/// The checksum of a content under a name.
fn sum(name: &str, parts: &[&[u8]]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(name.as_bytes());
    for part in parts {
        hasher.update(&[0]);
        hasher.update(part);
    }
    hasher.finalize()
}

/// The content of a small file with its last line.
pub(super) fn seal(name: &str, content: &[u8]) -> Vec<u8> {
    [content, last_line(name, content).as_bytes()].concat()
}

fn last_line(name: &str, content: &[u8]) -> String {
    format!("{LINE}{:08x}\n", sum(name, &[content]))
}

/// The content of a small file without its last line; `None` when it is not what was written.
pub(super) fn unseal(name: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let at = bytes.len().checked_sub(LINE_LENGTH)?;
    let (content, line) = bytes.split_at_checked(at)?;
    if last_line(name, content).as_bytes() != line {
        return None;
    }
    bytes.truncate(at);
    Some(bytes)
}

/// The name of a file as it enters its checksum.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Writes a file of blocks.
pub(super) struct BlockWriter {
    file: File,
    path: PathBuf,
    block: Vec<u8>,
    sums: Vec<u8>,
    length: u64,
    noted: Noted,
}

impl BlockWriter {
    pub(super) fn create(path: PathBuf, noted: Noted) -> io::Result<BlockWriter> {
        Ok(BlockWriter {
            file: disk::create(&path).map_err(|error| noted.failed(&path, error))?,
            noted,
            path,
            block: Vec::with_capacity(BLOCK),
            sums: Vec::new(),
            length: 0,
        })
    }

    fn end_block(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let written = disk::write(&mut self.file, &self.path, &self.block);
        written.map_err(|error| self.noted.failed(&self.path, error))?;
        let sum = crc32fast::hash(&self.block);
        self.sums.extend(sum.to_le_bytes());
        self.block.clear();
        Ok(())
    }
}

impl Write for BlockWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.block.len() == BLOCK {
            self.end_block()?;
        }
        let room = BLOCK - self.block.len();
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.block.extend_from_slice(taken);
        self.length += taken.len() as u64;
        Ok(taken.len())
    }

    /// Nothing is read before the end is written.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for BlockWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.end_block()?;
        let length = self.length.to_le_bytes();
        let sum = sum(&name_of(&self.path), &[&self.sums, &length, MAGIC]);
        let end = [&self.sums[..], &length, MAGIC, &sum.to_le_bytes()].concat();
        disk::write(&mut self.file, &self.path, &end)
            .and_then(|()| disk::sync(&self.file, &self.path))
            .map_err(|error| self.noted.failed(&self.path, error))
    }
}

/// A file of blocks that is read.
pub(super) struct BlockFile {
    path: PathBuf,
    content: Content,
    length: usize,
    /// The checksums of the blocks.
    sums: OwnedBytes,
    /// A bit for each block of a map that was compared.
    seen: Box<[AtomicU64]>,
    noted: Noted,
}

/// How what stands in a file is reached.
enum Content {
    /// The file is mapped: what is asked for again and again is there at once, and counts as memory.
    Mapped(OwnedBytes),
    /// What is asked for is read, and not kept but for the last block and its number. The file is opened for that: many
    /// segments have more files than a process may have open.
    Read(Mutex<Option<(usize, OwnedBytes)>>),
}

impl std::fmt::Debug for BlockFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BlockFile").field(&self.path).finish()
    }
}

impl BlockFile {
    /// Opens a file of which these are all bytes.
    pub(super) fn open(path: PathBuf, bytes: OwnedBytes, noted: Noted) -> io::Result<BlockFile> {
        let Some(length) = content_length(&name_of(&path), &bytes) else {
            return Err(noted.note(&path, "its end is not what was written"));
        };
        let blocks = length.div_ceil(BLOCK);
        let seen = (0..blocks.div_ceil(64)).map(|_| AtomicU64::new(0));
        Ok(BlockFile {
            path,
            sums: bytes.slice(length..length + blocks * 4),
            content: Content::Mapped(bytes),
            length,
            seen: seen.collect(),
            noted,
        })
    }

    /// The same without the map: for what is read once, from front to back.
    pub(super) fn unmapped(self) -> BlockFile {
        BlockFile {
            content: Content::Read(Mutex::default()),
            sums: OwnedBytes::new(self.sums.to_vec()),
            ..self
        }
    }

    /// Compares every block.
    pub(super) fn check(&self) -> io::Result<()> {
        (0..self.length).step_by(BLOCK).try_for_each(|from| {
            let block = from..self.length.min(from + BLOCK);
            self.read_bytes(block).map(drop)
        })
    }

    /// Compares a block with its checksum.
    fn check_block(&self, block: usize, content: &[u8]) -> io::Result<()> {
        let sum = self.sums.get(block * 4..block * 4 + 4);
        match sum == Some(&crc32fast::hash(content).to_le_bytes()[..]) {
            true => Ok(()),
            false => Err(self.noted.note(&self.path, "its checksum differs")),
        }
    }

    /// Compares a block of a map, unless that was done.
    fn check_mapped(&self, block: usize, bytes: &[u8]) -> io::Result<()> {
        let (word, bit) = (block / 64, 1 << (block % 64));
        let seen = self.seen.get(word);
        if seen.is_some_and(|seen| seen.load(Ordering::Relaxed) & bit != 0) {
            return Ok(());
        }
        let from = block * BLOCK;
        let content = bytes.get(from..self.length.min(from + BLOCK));
        self.check_block(block, content.unwrap_or_default())?;
        if let Some(seen) = seen {
            seen.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Reads a part of the file, in whole blocks; a single one is kept for what is asked next.
    fn read(
        &self,
        last: &mut Option<(usize, OwnedBytes)>,
        range: Range<usize>,
    ) -> io::Result<OwnedBytes> {
        let first = range.start / BLOCK;
        let from = first * BLOCK;
        let part = range.start - from..range.end - from;
        if let Some((number, block)) = last
            && *number == first
            && part.end <= block.len()
        {
            return Ok(block.slice(part));
        }
        let to = range.end.next_multiple_of(BLOCK).min(self.length);
        let mut content = vec![0; to.saturating_sub(from)];
        let mut file = disk::open(&self.path)?;
        file.seek(SeekFrom::Start(from as u64))?;
        match file.read_exact(&mut content) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(self.noted.note(&self.path, "it is shorter than it says"));
            }
            read => read?,
        }
        for (number, block) in (first..).zip(content.chunks(BLOCK)) {
            self.check_block(number, block)?;
        }
        let content = OwnedBytes::new(content);
        if content.len() <= BLOCK {
            *last = Some((first, content.clone()));
        }
        Ok(content.slice(part))
    }
}

/// The length of the content of a file of blocks; `None` when its end is not what was written.
fn content_length(name: &str, bytes: &[u8]) -> Option<usize> {
    let (before, tail) = bytes.split_at_checked(bytes.len().checked_sub(TAIL)?)?;
    let (described, written) = tail.split_at_checked(TAIL - 4)?;
    let (length, magic) = described.split_at_checked(8)?;
    let content = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
    let sums = before.get(content..)?;
    let is_right = sums.len() == content.div_ceil(BLOCK).checked_mul(4)?
        && magic == MAGIC
        && written == sum(name, &[sums, length, magic]).to_le_bytes();
    is_right.then_some(content)
}

impl HasLen for BlockFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for BlockFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.length {
            return Err(self.noted.note(&self.path, "it is shorter than it says"));
        }
        match &self.content {
            _ if range.is_empty() => Ok(OwnedBytes::empty()),
            Content::Mapped(bytes) => {
                for block in range.start / BLOCK..range.end.div_ceil(BLOCK) {
                    self.check_mapped(block, bytes)?;
                }
                Ok(bytes.slice(range))
            }
            Content::Read(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                let read = self.read(&mut last, range);
                read.map_err(|error| self.noted.failed(&self.path, error))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, content: &[u8]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut writer = BlockWriter::create(path.clone(), Noted::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.terminate().unwrap();
        std::fs::read(path).unwrap()
    }

    fn open(name: &str, bytes: Vec<u8>) -> io::Result<BlockFile> {
        let bytes = OwnedBytes::new(bytes);
        BlockFile::open(PathBuf::from(name), bytes, Noted::default())
    }

    /// The same file mapped and read.
    fn both(folder: &Path, bytes: &[u8]) -> [BlockFile; 2] {
        let path = folder.join("a.store");
        std::fs::write(&path, bytes).unwrap();
        let mapped = || {
            let bytes = OwnedBytes::new(bytes.to_vec());
            BlockFile::open(path.clone(), bytes, Noted::default()).unwrap()
        };
        [mapped(), mapped().unmapped()]
    }

    // What was written comes back whatever its length, in whole and in parts, forwards and backwards.
    #[test]
    fn contents_come_back() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7] {
            let content: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            for file in both(folder.path(), &written("a.store", &content)) {
                assert_eq!(file.len(), length);
                let mut parts = vec![0..length, length / 3..length / 2];
                parts.extend(
                    (0..length)
                        .step_by(9_999)
                        .map(|at| at..length.min(at + 30_000)),
                );
                parts.extend((0..length).rev().step_by(9_999).map(|at| at..at + 1));
                for part in parts {
                    let read = file.read_bytes(part.clone()).unwrap();
                    assert_eq!(read.as_slice(), &content[part]);
                }
                assert!(file.read_bytes(0..length + 1).is_err());
            }
        }
    }

    // A block that nobody asks for costs nothing; a changed one is never handed out, and its file is named.
    #[test]
    fn changed_blocks_are_errors() {
        let mut bytes = written("a.store", &vec![7; 3 * BLOCK]);
        bytes[BLOCK + 5] ^= 1;
        let folder = tempfile::tempdir().unwrap();
        for file in both(folder.path(), &bytes) {
            assert!(file.read_bytes(0..BLOCK).is_ok());
            assert!(file.read_bytes(2 * BLOCK..3 * BLOCK).is_ok());
            assert!(file.noted.error().is_none());
            assert!(file.read_bytes(BLOCK - 1..BLOCK + 1).is_err());
            assert!(file.check().is_err());
            let error = file.noted.error().unwrap();
            assert_eq!(error.kind(), crate::ErrorKind::Damaged);
            assert_eq!(error.path(), Some(&*file.path));
        }
    }

    // A file that is cut off while it is open must not end in a panic, and is named.
    #[test]
    fn what_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let [_, file] = both(folder.path(), &written("a.store", &vec![7; 3 * BLOCK]));
        std::fs::write(&file.path, "short").unwrap();
        assert!(file.read_bytes(BLOCK..BLOCK + 1).is_err());
        let error = file.noted.error().unwrap();
        assert_eq!(error.kind(), crate::ErrorKind::Damaged);
        assert_eq!(error.path(), Some(&*file.path));
    }

    // Whatever happens to the end of a file, to its length or to its name is seen when it is opened.
    #[test]
    fn changed_ends_are_errors() {
        let bytes = written("a.store", &vec![7; BLOCK + 9]);
        for at in BLOCK + 9..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            assert!(open("a.store", bytes).is_err(), "{at}");
        }
        for end in [0, 5, TAIL, BLOCK, bytes.len() - 1] {
            assert!(open("a.store", bytes[..end].to_vec()).is_err(), "{end}");
        }
        assert!(open("b.store", bytes).is_err());
    }

    #[test]
    fn small_files() {
        let sealed = seal("meta.json", b"{}\n");
        assert!(sealed.starts_with(b"{}\n# crc32 "));
        assert_eq!(
            unseal("meta.json", sealed.clone()).as_deref(),
            Some(&b"{}\n"[..])
        );
        assert_eq!(unseal("other.json", sealed.clone()), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 4;
            assert_eq!(unseal("meta.json", changed), None, "{at}");
            assert_eq!(unseal("meta.json", sealed[..at].to_vec()), None, "{at}");
        }
    }
}
