//! The bytes of one input: opened safely, unpacked, the beginning kept for looking at.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read, Seek};
use std::path::Path;
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, UTF_8};
use flate2::bufread::MultiGzDecoder;

use super::{Halt, Input, Outcome, encoding};

/// Bytes of the beginning that formats are recognised by.
pub(super) const HEAD: usize = 64 << 10;

/// Packed text shrinks to a tenth; what grows more than this is a bomb.
pub(super) const MAX_RATIO: u64 = 200;

/// Packings within each other that are undone.
const MAX_PACKINGS: usize = 2;

type Bytes<'a> = Box<dyn Read + 'a>;

/// A way in which one stream of bytes is packed.
struct Packing {
    name: &'static str,
    magic: &'static [u8],
    /// Endings of names, and what they become.
    endings: &'static [(&'static str, &'static str)],
    open: fn(Bytes) -> io::Result<Bytes>,
}

const PACKINGS: &[Packing] = &[
    Packing {
        name: "gzip",
        magic: &[0x1f, 0x8b],
        endings: &[(".gz", ""), (".tgz", ".tar")],
        open: |packed| Ok(Box::new(MultiGzDecoder::new(BufReader::new(packed)))),
    },
    Packing {
        name: "zstd",
        magic: &[0x28, 0xb5, 0x2f, 0xfd],
        endings: &[(".zst", ""), (".zstd", ""), (".tzst", ".tar")],
        open: |packed| {
            let mut unpacked = zstd::Decoder::new(packed)?;
            // Memory that a frame may ask for; the strongest level of common tools stays within it.
            unpacked.window_log_max(27)?;
            Ok(Box::new(unpacked))
        },
    },
];

/// The unpacked bytes of an input and what is known of it.
pub(super) struct Stream<'a> {
    /// The extension of the name, lower case, without that of the packing.
    pub(super) extension: String,
    /// The beginning, at least [`HEAD`] bytes unless the input is shorter.
    pub(super) head: Vec<u8>,
    rest: Box<dyn Read + 'a>,
    /// The file, where its bytes are the input as they are.
    file: Option<File>,
}

/// Bytes that can be read in any order.
pub(super) trait Seekable: Read + Seek {}

impl<T: Read + Seek> Seekable for T {}

impl<'a> Stream<'a> {
    /// Opens an input, unpacks gzip and reads its beginning.
    pub(super) fn open(input: Input<'a>) -> Outcome<Stream<'a>> {
        let (mut name, raw, file): (String, Bytes<'a>, _) = match input {
            Input::Path(path) => {
                let file = open_regular(path)?;
                let same = file.try_clone().map_err(|error| broken(&error))?;
                (file_name(path), Box::new(file), Some(same))
            }
            Input::Bytes { name, from } => (name.to_owned(), from, None),
        };
        let mut stream = Stream {
            extension: String::new(),
            head: Vec::new(),
            rest: raw,
            file,
        };
        stream.fill(HEAD)?;
        for _ in 0..MAX_PACKINGS {
            let is_packing = |packing: &&Packing| stream.head.starts_with(packing.magic);
            let Some(packing) = PACKINGS.iter().find(is_packing) else {
                break;
            };
            let lower = name.to_ascii_lowercase();
            for (ending, inner) in packing.endings {
                if lower.ends_with(ending) {
                    name.truncate(name.len() - ending.len());
                    name.push_str(inner);
                    break;
                }
            }
            stream = stream.unpacked(packing)?;
            stream.fill(HEAD)?;
        }
        stream.extension = extension(&name);
        if stream.head.is_empty() {
            return Err("empty file".into());
        }
        Ok(stream)
    }

    fn unpacked(self, packing: &'static Packing) -> Outcome<Stream<'a>> {
        let packed = Rc::new(Cell::new(0));
        let counted = Counted {
            inner: Cursor::new(self.head).chain(self.rest),
            count: Rc::clone(&packed),
        };
        let inner = (packing.open)(Box::new(counted)).map_err(|error| broken(&error))?;
        let unpacked = Unpacked {
            inner,
            name: packing.name,
            packed,
            unpacked: 0,
        };
        Ok(Stream {
            extension: String::new(),
            head: Vec::new(),
            rest: Box::new(unpacked),
            file: None,
        })
    }

    /// The bytes for reading in any order: those of a file, else of at most `max` in memory.
    pub(super) fn seekable(self, max: u64) -> Outcome<Box<dyn Seekable>> {
        match self.file {
            Some(mut file) => {
                file.rewind().map_err(|error| broken(&error))?;
                Ok(Box::new(file))
            }
            None => Ok(Box::new(Cursor::new(self.whole(max)?))),
        }
    }

    /// The bytes as they are.
    pub(super) fn raw(self) -> Box<dyn Read + 'a> {
        Box::new(Cursor::new(self.head).chain(self.rest))
    }

    /// Reads on until the head has `size` bytes or the input ends; whether it ended.
    pub(super) fn fill(&mut self, size: usize) -> Outcome<bool> {
        let missing = size.saturating_sub(self.head.len());
        let mut part = (&mut self.rest).take(missing as u64);
        part.read_to_end(&mut self.head)
            .map_err(|error| broken(&error))?;
        Ok(self.head.len() < size)
    }

    /// All bytes, where they are at most `max`.
    pub(super) fn whole(mut self, max: u64) -> Outcome<Vec<u8>> {
        let size = usize::try_from(max).unwrap_or(usize::MAX).saturating_add(1);
        if !self.fill(size)? {
            return Err(too_large("", max).into());
        }
        Ok(self.head)
    }

    /// The whole text, decoded, where it is at most `max` bytes.
    pub(super) fn text(self, max: u64) -> Outcome<String> {
        Ok(encoding::decode(&self.whole(max)?)?)
    }

    /// The bytes transcoded to UTF-8 while they are read; wrong bytes of a UTF-8 file are passed on. A line that is UTF-8
    /// already stays so: collections are put together of files in several encodings.
    pub(super) fn utf8(self) -> Outcome<Box<dyn Read + 'a>> {
        let encoding = encoding::of(&self.head)?;
        let mark = if self.head.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let mut head = Cursor::new(self.head);
        if encoding == UTF_8 {
            head.set_position(mark);
            return Ok(Box::new(head.chain(self.rest)));
        }
        if encoding.is_single_byte() {
            return Ok(Box::new(ByLine {
                inner: BufReader::new(head.chain(self.rest)),
                encoding,
                ready: Vec::new(),
                at: 0,
            }));
        }
        Ok(Box::new(Transcoded {
            inner: head.chain(self.rest),
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 16 << 10],
            ready: Vec::new(),
            at: 0,
            ended: false,
        }))
    }
}

/// The reason for skipping something larger than a limit.
pub(super) fn too_large(what: &str, max: u64) -> String {
    let (amount, unit) = match max {
        _ if max >= 1 << 20 => (max >> 20, "MiB"),
        _ if max >= 1 << 10 => (max >> 10, "KiB"),
        _ => (max, "bytes"),
    };
    format!("{what}larger than {amount} {unit}: raise `--max-size`")
}

/// The reason behind an error of reading.
pub(super) fn broken(error: &io::Error) -> Halt {
    Halt::Unreadable(without_code(error))
}

/// The message of an error without the number of the operating system.
fn without_code(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

fn open_regular(path: &Path) -> Outcome<File> {
    let about = fs::metadata(path).map_err(|error| without_code(&error))?;
    refuse_special(&about)?;
    let file = File::open(path).map_err(|error| without_code(&error))?;
    // The name may have come to mean something else in between.
    let about = file.metadata().map_err(|error| without_code(&error))?;
    refuse_special(&about)?;
    Ok(file)
}

fn refuse_special(about: &fs::Metadata) -> Outcome {
    if about.is_file() {
        return Ok(());
    }
    if about.is_dir() {
        return Err("a folder, not a file".into());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = about.file_type();
        if kind.is_fifo() {
            return Err("a named pipe, not a file".into());
        }
        if kind.is_socket() {
            return Err("a socket, not a file".into());
        }
    }
    Err("a device, not a file".into())
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
        _ => String::new(),
    }
}

struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        self.count.set(self.count.get() + size as u64);
        Ok(size)
    }
}

struct Unpacked<'a> {
    inner: Bytes<'a>,
    /// The packing, for messages.
    name: &'static str,
    packed: Rc<Cell<u64>>,
    unpacked: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let name = self.name;
        let size = match self.inner.read(buffer) {
            Ok(size) => size,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                let reason = match error.kind() {
                    io::ErrorKind::UnexpectedEof => format!("{name} data ends too early"),
                    _ => format!("damaged {name} data: {}", without_code(&error)),
                };
                return Err(io::Error::other(reason));
            }
        };
        self.unpacked += size as u64;
        grows_too_much(name, self.packed.get(), self.unpacked)?;
        Ok(size)
    }
}

/// Fails when unpacking gives far more than text can; a small file may shrink more: the first megabyte is free.
pub(super) fn grows_too_much(name: &str, packed: u64, unpacked: u64) -> io::Result<()> {
    if unpacked > (1 << 20) + MAX_RATIO * packed {
        return Err(io::Error::other(format!(
            "{name} data grows more than {MAX_RATIO} times when unpacked"
        )));
    }
    Ok(())
}

/// Refuses to go on when the files of an archive together take more than their share.
pub(super) struct Rationed<R> {
    pub(super) inner: R,
    /// Bytes that may still come.
    pub(super) left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Rationed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(buffer)?;
        match self.left.get().checked_sub(size as u64) {
            Some(left) => self.left.set(left),
            None => {
                self.left.set(0);
                let reason = format!("the archive grows more than {MAX_RATIO} times when unpacked");
                return Err(io::Error::other(reason));
            }
        }
        Ok(size)
    }
}

/// Refuses to go on when one record takes more than its share; `next` begins a record.
pub(super) struct Meter<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
    max: u64,
}

impl<R: Read> Meter<R> {
    /// Wraps a reader; the counter is set to zero by its holder at each record.
    pub(super) fn new(inner: R, max: u64) -> (Meter<R>, Rc<Cell<u64>>) {
        let taken = Rc::new(Cell::new(0));
        let meter = Meter {
            inner,
            taken: Rc::clone(&taken),
            max,
        };
        (meter, taken)
    }
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken.get() > self.max {
            return Err(io::Error::other(too_large("record ", self.max)));
        }
        let size = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + size as u64);
        Ok(size)
    }
}

/// Bytes of a line that are judged together at most.
const LINE: u64 = 1 << 20;

struct ByLine<R> {
    inner: BufReader<R>,
    encoding: &'static Encoding,
    ready: Vec<u8>,
    at: usize,
}

impl<R: Read> Read for ByLine<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            (self.at, self.ready) = (0, Vec::new());
            let mut line = (&mut self.inner).take(LINE);
            line.read_until(b'\n', &mut self.ready)?;
            if std::str::from_utf8(&self.ready).is_err() {
                let text = self.encoding.decode_without_bom_handling(&self.ready).0;
                self.ready = text.into_owned().into_bytes();
            }
        }
        let size = self.ready.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += size;
        Ok(size)
    }
}

struct Transcoded<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            let size = self.inner.read(&mut self.raw)?;
            self.ended = size == 0;
            let raw = self.raw.get(..size).unwrap_or_default();
            let room = self
                .decoder
                .max_utf8_buffer_length(size)
                .unwrap_or(size * 3 + 16);
            self.ready.resize(room, 0);
            let (_, _, written, _) = self
                .decoder
                .decode_to_utf8(raw, &mut self.ready, self.ended);
            self.ready.truncate(written);
            self.at = 0;
        }
        let ready = self.ready.get(self.at..).unwrap_or_default();
        let size = ready.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(ready.iter().take(size)) {
            *to = *from;
        }
        self.at += size;
        Ok(size)
    }
}
