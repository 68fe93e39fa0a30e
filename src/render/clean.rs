//! Text from the web made harmless for a terminal: no escapes, no control characters, no direction overrides.

use std::borrow::Cow;
use std::io::{self, Write};

/// Whether a character could steer a terminal or reorder what is read. Newlines are layout and stay.
pub(super) fn is_hostile(c: char) -> bool {
    let control = c.is_control() && c != '\n';
    // Marks, embeddings, overrides and isolates turn the order of what follows; byte order marks only confuse.
    let direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    control || direction || c == '\u{feff}'
}

/// The text without control characters (but newlines), escapes and direction overrides; a tab becomes a space.
///
/// ```
/// assert_eq!(morgue::render::clean("a\tred \u{1b}[31mherring\u{202e}"), "a red [31mherring");
/// ```
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| match c {
        '\t' => Some(' '),
        c if is_hostile(c) => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect())
}

/// A writer that cleans what passes, for formats that keep texts as they are when they end on a terminal.
pub struct CleanWriter<W: Write> {
    inner: W,
    /// The beginning of a character whose end has not been written yet.
    pending: Vec<u8>,
}

impl<W: Write> CleanWriter<W> {
    /// Makes one that passes on to `inner`.
    pub fn new(inner: W) -> CleanWriter<W> {
        CleanWriter {
            inner,
            pending: Vec::new(),
        }
    }
}

impl<W: Write> Write for CleanWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        // Up to three bytes at the end may belong to a character that is still to come.
        let whole = match std::str::from_utf8(&self.pending) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.pending.len(),
        };
        let rest = self.pending.split_off(whole);
        let ready = std::mem::replace(&mut self.pending, rest);
        let text = String::from_utf8_lossy(&ready);
        self.inner.write_all(clean(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What steers a terminal goes, what people write stays.
    #[test]
    fn cleans() {
        let cases = [
            ("plain", "plain"),
            ("two\nlines", "two\nlines"),
            ("\u{1b}]0;title\u{7}x", "]0;titlex"),
            ("\u{9b}31mred", "31mred"),
            ("a\rb", "ab"),
            ("\u{202e}gnp.exe\u{202c}", "gnp.exe"),
            ("\u{2066}iso\u{2069}", "iso"),
            ("Zürich 北京 👍", "Zürich 北京 👍"),
        ];
        for (dirty, tidy) in cases {
            assert_eq!(clean(dirty), tidy);
        }
    }

    // Buffers cut characters in two; the halves must meet again.
    #[test]
    fn characters_in_two_writes() {
        let mut out = CleanWriter::new(Vec::new());
        for byte in "é\u{9b}北\u{1b}.".bytes() {
            out.write_all(&[byte]).unwrap();
        }
        assert_eq!(out.inner, "é北.".as_bytes());
    }
}
