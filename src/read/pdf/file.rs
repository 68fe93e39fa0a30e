//! The objects of a file, found by looking for them: tables of contents of PDFs are often wrong, the objects are there.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::object::{Dict, Lexer, Object, unhex, whole};

/// Objects, list elements and names of a file, at most.
const MAX_OBJECTS: usize = 2_000_000;

/// Bytes that the streams of a file may have unpacked, together.
const MAX_UNPACKED: usize = 64 << 20;

/// References that are followed from one to the next.
const MAX_HOPS: usize = 16;

/// A file taken apart.
pub(super) struct File<'b> {
    bytes: &'b [u8],
    pub(super) objects: HashMap<u32, Object>,
    /// What the file says of itself, of all its versions together.
    pub(super) trailer: Dict,
    left: Cell<usize>,
}

impl<'b> File<'b> {
    /// Finds the objects; a later one of a number replaces an earlier one, as in files that were changed.
    pub(super) fn scan(bytes: &'b [u8]) -> Result<File<'b>, String> {
        let mut file = File {
            bytes,
            objects: HashMap::new(),
            trailer: Dict::new(),
            left: Cell::new(MAX_UNPACKED),
        };
        let mut left = MAX_OBJECTS;
        let mut at = 0;
        let mut no_more_ends = false;
        while let Some(found) = find(bytes, b"obj", at) {
            at = found + 3;
            let Some(number) = number_before(bytes, found) else {
                continue;
            };
            let mut lexer = Lexer::new(bytes, at, left);
            let object = lexer.next();
            left = lexer.left;
            if left == 0 {
                return Err("a PDF of too many objects".to_owned());
            }
            let Some(object) = object else { continue };
            // Objects do not stand within each other; a broken one may have swallowed the next.
            at = lexer.at.max(at);
            lexer.skip();
            match object {
                Object::Dict(dict) if lexer.starts_with(b"stream") => {
                    let data = stream_at(bytes, lexer.at + 6, &dict, &mut no_more_ends);
                    at = data.end;
                    file.stream(number, dict, data, &mut left);
                }
                object => drop(file.objects.insert(number, object)),
            }
        }
        file.trailers(left);
        if file.trailer.contains_key("Encrypt") {
            return Err("an encrypted PDF".to_owned());
        }
        Ok(file)
    }

    /// Keeps a stream; one that holds objects is unpacked at once, one that holds a table says what the trailer does.
    fn stream(&mut self, number: u32, dict: Dict, data: Range<usize>, left: &mut usize) {
        match dict.get("Type").and_then(Object::name) {
            Some("XRef") => self.merge(&dict),
            Some("ObjStm") => {
                let stream = Object::Stream(dict, data);
                let inner = self.unpacked(&stream).unwrap_or_default();
                self.inner(&stream, &inner, left);
            }
            _ => drop(self.objects.insert(number, Object::Stream(dict, data))),
        }
    }

    /// Reads the objects that stand in a stream, after a list of their numbers and places.
    fn inner(&mut self, stream: &Object, bytes: &[u8], left: &mut usize) {
        let Some(dict) = stream.dict() else { return };
        let count = self.number(dict, "N").and_then(whole).unwrap_or(0);
        let first = self.number(dict, "First").and_then(whole).unwrap_or(0);
        let mut list = Lexer::new(bytes, 0, *left);
        for _ in 0..count {
            let mut next = || {
                list.next()
                    .as_ref()
                    .and_then(Object::number)
                    .and_then(whole)
            };
            let (Some(number), Some(place)) = (next(), next()) else {
                break;
            };
            let place = first.saturating_add(place) as usize;
            let mut lexer = Lexer::new(bytes, place, list.left);
            let object = lexer.next();
            list.left = lexer.left;
            if let Some(object) = object {
                self.objects.insert(number, object);
            }
        }
        *left = list.left;
    }

    fn trailers(&mut self, mut left: usize) {
        let mut at = 0;
        while let Some(found) = find(self.bytes, b"trailer", at) {
            at = found + 7;
            let mut lexer = Lexer::new(self.bytes, at, left);
            lexer.skip();
            if !lexer.starts_with(b"<<") {
                continue;
            }
            let dict = lexer.next();
            left = lexer.left;
            if let Some(Object::Dict(dict)) = dict {
                at = lexer.at;
                self.merge(&dict);
            }
        }
    }

    fn merge(&mut self, dict: &Dict) {
        for key in ["Root", "Info", "Encrypt"] {
            if let Some(value) = dict.get(key) {
                self.trailer.insert(key.to_owned(), value.clone());
            }
        }
    }

    /// The object that a reference means; anything else means itself.
    pub(super) fn resolve<'f>(&'f self, object: &'f Object) -> &'f Object {
        let mut object = object;
        for _ in 0..MAX_HOPS {
            let Object::Ref(number) = object else {
                return object;
            };
            object = self.objects.get(number).unwrap_or(&Object::Null);
        }
        &Object::Null
    }

    pub(super) fn get<'f>(&'f self, dict: &'f Dict, key: &str) -> Option<&'f Object> {
        dict.get(key).map(|object| self.resolve(object))
    }

    pub(super) fn dict<'f>(&'f self, dict: &'f Dict, key: &str) -> Option<&'f Dict> {
        self.get(dict, key)?.dict()
    }

    pub(super) fn number(&self, dict: &Dict, key: &str) -> Option<f64> {
        self.get(dict, key)?.number()
    }

    pub(super) fn name<'f>(&'f self, dict: &'f Dict, key: &str) -> Option<&'f str> {
        self.get(dict, key)?.name()
    }

    pub(super) fn list<'f>(&'f self, dict: &'f Dict, key: &str) -> Option<&'f [Object]> {
        match self.get(dict, key)? {
            Object::List(list) => Some(list),
            _ => None,
        }
    }

    /// The bytes of a stream with its packings undone; `None` when one is not known.
    pub(super) fn unpacked(&self, stream: &Object) -> Option<Vec<u8>> {
        let Object::Stream(dict, data) = stream else {
            return None;
        };
        let mut bytes = self.bytes.get(data.clone())?.to_vec();
        let filters: Vec<&str> = match self.get(dict, "Filter") {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::List(list)) => list
                .iter()
                .map(|filter| self.resolve(filter).name().unwrap_or_default())
                .collect(),
            Some(filter) => vec![filter.name().unwrap_or_default()],
        };
        for filter in filters.iter().take(4) {
            bytes = match *filter {
                "FlateDecode" | "Fl" => inflate(&bytes, self.left.get()),
                "ASCIIHexDecode" | "AHx" => {
                    let digits = bytes.iter().copied().take_while(|byte| *byte != b'>');
                    let digits: Vec<u8> = digits.filter(u8::is_ascii_hexdigit).collect();
                    unhex(&digits)
                }
                "ASCII85Decode" | "A85" => base85(&bytes),
                _ => return None,
            };
        }
        self.left.set(self.left.get().checked_sub(bytes.len())?);
        Some(bytes)
    }
}

/// The next place of a word.
fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let at = rest.windows(word.len()).position(|window| window == word)?;
    Some(from + at)
}

/// The number of the object whose `obj` stands at a place: `12 0 obj`.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    let mut before = bytes.get(..at)?;
    let mut number = None;
    for _ in 0..2 {
        let trimmed = before.trim_ascii_end();
        if trimmed.len() == before.len() {
            return None;
        }
        let digits = trimmed
            .iter()
            .rev()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (head, digits) = trimmed.split_at_checked(trimmed.len() - digits)?;
        number = Some(std::str::from_utf8(digits).ok()?.parse().ok()?);
        before = head;
    }
    number
}

/// Where the bytes of a stream stand, whose `stream` ends at a place.
fn stream_at(bytes: &[u8], after: usize, dict: &Dict, no_more_ends: &mut bool) -> Range<usize> {
    let mut start = after;
    start += usize::from(bytes.get(start) == Some(&b'\r'));
    start += usize::from(bytes.get(start) == Some(&b'\n'));
    let length = dict.get("Length").and_then(Object::number).and_then(whole);
    if let Some(length) = length {
        let end = start.saturating_add(length as usize);
        let tail = bytes.get(end..).map(<[u8]>::trim_ascii_start);
        if tail.is_some_and(|tail| tail.starts_with(b"endstream")) {
            return start..end;
        }
    }
    // Without this a file of many streams without an end would be searched to its own end for each.
    let end = match *no_more_ends {
        true => None,
        false => find(bytes, b"endstream", start),
    };
    *no_more_ends = end.is_none();
    start.min(bytes.len())..end.unwrap_or(bytes.len()).max(start.min(bytes.len()))
}

/// Unpacks at most `max` bytes; what stands before damage is kept.
fn inflate(bytes: &[u8], max: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let read = ZlibDecoder::new(bytes)
        .take(max as u64)
        .read_to_end(&mut out);
    if read.is_err() && out.is_empty() {
        // Some writers leave out the mark before the data.
        let raw = bytes.get(2..).unwrap_or_default();
        let _ = DeflateDecoder::new(raw)
            .take(max as u64)
            .read_to_end(&mut out);
    }
    out
}

fn base85(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group: Vec<u32> = Vec::new();
    let mut close = |group: &mut Vec<u32>| {
        let have = group.len();
        if have < 2 {
            group.clear();
            return;
        }
        group.resize(5, 84);
        let value = group.iter().fold(0_u32, |value, digit| {
            value.wrapping_mul(85).wrapping_add(*digit)
        });
        out.extend(value.to_be_bytes().iter().take(have - 1));
        group.clear();
    };
    for byte in bytes {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => {
                group.extend([0; 5]);
                close(&mut group);
            }
            b'!'..=b'u' => {
                group.push(u32::from(byte - b'!'));
                if group.len() == 5 {
                    close(&mut group);
                }
            }
            _ => {}
        }
    }
    close(&mut group);
    out
}
