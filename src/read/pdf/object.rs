//! The objects that a PDF is written in: numbers, names, strings, lists, dictionaries, references, and words.

use std::collections::HashMap;
use std::ops::Range;

use encoding_rs::{UTF_16BE, WINDOWS_1252};

/// Objects within objects that are followed.
const MAX_DEPTH: usize = 48;

/// Bytes of one token that count as an object of their own.
const BYTES_AN_OBJECT: usize = 16;

pub(super) type Dict = HashMap<String, Object>;

/// One object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Number(f64),
    Name(String),
    Text(Vec<u8>),
    List(Vec<Object>),
    Dict(Dict),
    Ref(u32),
    /// An operator, `true`, `endobj` and the like.
    Word(String),
    /// What describes a stream, and where its bytes stand in the file.
    Stream(Dict, Range<usize>),
}

impl Object {
    /// A dictionary, also that of a stream.
    pub(super) fn dict(&self) -> Option<&Dict> {
        match self {
            Object::Dict(dict) | Object::Stream(dict, _) => Some(dict),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Object::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// Reads objects one after the other.
pub(super) struct Lexer<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
    /// Objects that may still be made: a file of millions of tiny ones would take many times its size.
    pub(super) left: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

impl<'b> Lexer<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize, left: usize) -> Lexer<'b> {
        Lexer { bytes, at, left }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn starts_with(&self, word: &[u8]) -> bool {
        self.bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
    }

    /// Counts the bytes since a place: what is looked at again and again costs too.
    fn spend(&mut self, since: usize) {
        let bytes = self.at.saturating_sub(since);
        self.left = self.left.saturating_sub(bytes / BYTES_AN_OBJECT);
    }

    /// Skips white space and comments.
    pub(super) fn skip(&mut self) {
        let start = self.at;
        self.skip_from_here();
        self.spend(start);
    }

    fn skip_from_here(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self
                    .peek()
                    .is_some_and(|byte| !matches!(byte, b'\n' | b'\r'))
                {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next object; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Object> {
        self.object(0)
    }

    fn object(&mut self, depth: usize) -> Option<Object> {
        self.skip();
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        let object = match self.peek()? {
            b'(' => self.string(),
            b'/' => {
                self.at += 1;
                Object::Name(self.name())
            }
            b'<' if self.starts_with(b"<<") => {
                self.at += 2;
                let mut dict = Dict::new();
                let mut key = None;
                for object in self.until(">>", depth)? {
                    match (key.take(), object) {
                        (None, Object::Name(name)) => key = Some(name),
                        (None, _) => {}
                        (Some(name), value) => drop(dict.insert(name, value)),
                    }
                }
                Object::Dict(dict)
            }
            b'<' => self.hexadecimal(),
            b'[' => {
                self.at += 1;
                Object::List(self.until("]", depth)?)
            }
            b'>' if self.starts_with(b">>") => {
                self.at += 2;
                Object::Word(">>".to_owned())
            }
            byte if is_delimiter(byte) => {
                self.at += 1;
                Object::Word(char::from(byte).to_string())
            }
            _ => self.word(),
        };
        Some(object)
    }

    /// The objects up to a closing sign; `4 0 R` among them is a reference.
    fn until(&mut self, close: &str, depth: usize) -> Option<Vec<Object>> {
        let mut objects = Vec::new();
        loop {
            match self.object(depth + 1)? {
                Object::Word(word) if word == close => return Some(objects),
                // Something is left open: better what there is than nothing.
                Object::Word(word) if word == "endobj" || word == "stream" => return Some(objects),
                Object::Word(word) if word == "R" => {
                    let last = objects.len().saturating_sub(2);
                    let number = objects.get(last).and_then(Object::number);
                    objects.truncate(last);
                    objects.push(number.and_then(whole).map_or(Object::Null, Object::Ref));
                }
                object => objects.push(object),
            }
        }
    }

    fn regular(&mut self) -> &'b [u8] {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| !is_space(byte) && !is_delimiter(byte))
        {
            self.at += 1;
        }
        self.spend(start);
        self.bytes.get(start..self.at).unwrap_or_default()
    }

    fn word(&mut self) -> Object {
        let word = String::from_utf8_lossy(self.regular());
        let numeric =
            word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
        match word.parse::<f64>() {
            Ok(number) if numeric && number.is_finite() => Object::Number(number),
            _ if word == "null" => Object::Null,
            _ => Object::Word(word.into_owned()),
        }
    }

    fn name(&mut self) -> String {
        let raw = self.regular();
        let mut name = Vec::with_capacity(raw.len());
        let mut at = 0;
        while let Some(&byte) = raw.get(at) {
            let code = raw.get(at + 1..at + 3).filter(|_| byte == b'#');
            match code.and_then(hex_pair) {
                Some(byte) => {
                    name.push(byte);
                    at += 3;
                }
                None => {
                    name.push(byte);
                    at += 1;
                }
            }
        }
        String::from_utf8_lossy(&name).into_owned()
    }

    /// `(text \(with\) escapes)`.
    fn string(&mut self) -> Object {
        let start = self.at;
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                break;
            }
            text.push(byte);
        }
        self.spend(start);
        Object::Text(text)
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' | b'f' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else {
                        break;
                    };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(u8::try_from(code & 0xff).unwrap_or_default());
            }
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Object {
        let start = self.at;
        self.at += 1;
        let mut digits = Vec::new();
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'>' => break,
                _ if byte.is_ascii_hexdigit() => digits.push(byte),
                _ => {}
            }
        }
        self.spend(start);
        Object::Text(unhex(&digits))
    }
}

/// A number that is whole and not negative.
pub(super) fn whole(number: f64) -> Option<u32> {
    let fits = number >= 0.0 && number <= f64::from(u32::MAX) && number.fract() == 0.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it fits"
    )]
    fits.then_some(number as u32)
}

/// Bytes written as pairs of digits; a last digit alone stands for itself and a zero.
pub(super) fn unhex(digits: &[u8]) -> Vec<u8> {
    digits
        .chunks(2)
        .filter_map(|pair| match pair {
            [one] => hex_pair(&[*one, b'0']),
            _ => hex_pair(pair),
        })
        .collect()
}

fn hex_pair(pair: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}

/// A string that people read: UTF-16 or UTF-8 with its mark, else one byte a letter.
pub(super) fn text(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(b"\xfe\xff") {
        return UTF_16BE.decode_without_bom_handling(wide).0.into_owned();
    }
    if let Some(utf8) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return String::from_utf8_lossy(utf8).into_owned();
    }
    WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}
