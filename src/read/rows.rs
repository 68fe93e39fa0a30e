//! Rows of a table: cells between delimiters, quoted or not; a quoted cell may go over several lines.
//!
//! Many programs forget to double the quotes within a quoted cell. So a quote ends a cell only before a delimiter or the
//! end of a line, elsewhere it is text. And some forget to close one: then all that follows would be one cell. Where a
//! cell never ends, or runs into the beginning of another quoted cell, its row is given up, and rows go on a line later.

use std::io::Read;

use csv::ByteRecord;

use super::stream::{broken, too_large};
use super::{Halt, Outcome};

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;

/// Cells that are kept of a row; a table with more columns is none.
const MOST_CELLS: usize = 10_000;

const UNCLOSED: &str = "a quote is opened and not closed";

/// What stands between two ends of rows.
pub(super) enum Row {
    /// Cells.
    Whole(ByteRecord),
    /// A line in which a quote is opened that nothing closes, in words.
    Unclosed(String),
}

/// Reads rows one by one.
pub(super) struct Rows<R> {
    from: R,
    delimiter: u8,
    /// Bytes that a row may take.
    max: u64,
    bytes: Vec<u8>,
    /// Where the row begins; places are counted from there.
    start: usize,
    has_ended: bool,
    /// Why no more can be read; told when what came before is given out.
    failed: Option<Halt>,
    /// Bytes of the last row.
    taken: usize,
    /// Lines of the last row.
    lines: u64,
    /// The line that the last row begins in, from 1.
    pub(super) line: u64,
    /// No cell that is open at the end of a line before this place is closed: what was found once is not looked for
    /// again from every line between.
    open_until: usize,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(from: R, delimiter: u8, max: u64) -> Rows<R> {
        Rows {
            from,
            delimiter,
            max,
            bytes: Vec::new(),
            start: 0,
            has_ended: false,
            failed: None,
            taken: 0,
            lines: 1,
            line: 0,
            open_until: 0,
        }
    }

    /// The next row that is no empty line; `None` at the end.
    pub(super) fn next(&mut self) -> Outcome<Option<Row>> {
        loop {
            self.start += self.taken;
            self.open_until = self.open_until.saturating_sub(self.taken);
            self.line += self.lines;
            (self.taken, self.lines) = (0, 0);
            match self.byte(0)? {
                None => return Ok(None),
                Some(b'\r' | b'\n') => self.end_line(0)?,
                Some(_) => return self.row().map(Some),
            }
        }
    }

    fn row(&mut self) -> Outcome<Row> {
        let mut cells = ByteRecord::new();
        let mut at = 0;
        loop {
            let cell = match self.byte(at)? {
                Some(b'"') => self.quoted(at)?,
                _ => Some(self.plain(at)?),
            };
            let Some((cell, end)) = cell else {
                self.lines = 0;
                let (_, end) = self.until(0, is_end)?;
                self.end_line(end)?;
                let is_large = self.open_until as u64 > self.max;
                return Ok(Row::Unclosed(match is_large {
                    true => too_large(&format!("{UNCLOSED}, or its cell is "), self.max),
                    false => UNCLOSED.to_owned(),
                }));
            };
            if cells.len() < MOST_CELLS {
                cells.push_field(&cell);
            }
            at = end;
            if self.byte(at)? != Some(self.delimiter) {
                self.end_line(at)?;
                return Ok(Row::Whole(cells));
            }
            at += 1;
        }
    }

    /// A cell without quotes around it, and where it ends.
    fn plain(&mut self, at: usize) -> Outcome<(Vec<u8>, usize)> {
        let delimiter = self.delimiter;
        self.until(at, |byte| byte == delimiter || is_end(byte))
    }

    /// The text of a cell whose quote stands at a place, and where it ends; `None` when it does not.
    fn quoted(&mut self, start: usize) -> Outcome<Option<(Vec<u8>, usize)>> {
        let mut text = Vec::new();
        let mut at = start + 1;
        let mut lines = 0;
        // Whether a quote was met that should have been doubled: then none here is.
        let mut is_careless = false;
        while let Some(byte) = self.byte(at)? {
            if byte != b'"' {
                let is_line = byte == b'\n' || byte == b'\r' && self.byte(at + 1)? != Some(b'\n');
                lines += u64::from(is_line);
                if lines > 0 && at < self.open_until {
                    return Ok(None);
                }
                if at as u64 > self.max {
                    break;
                }
                text.push(byte);
                at += 1;
                continue;
            }
            let mut run = 1;
            while self.byte(at + run)? == Some(b'"') {
                run += 1;
            }
            let end = self.end_of_cell(at + run)?;
            let closes = end.is_some() && (is_careless || run % 2 == 1);
            let is_doubled = run % 2 == 0 && !is_careless;
            if !closes && !is_doubled {
                is_careless = true;
                if lines > 0 && self.begins_cell(at) {
                    break;
                }
            }
            let quotes = match (closes, is_doubled) {
                (true, _) if is_careless => run - 1,
                (true, _) | (_, true) => run / 2,
                (false, false) => run,
            };
            text.resize(text.len() + quotes, b'"');
            at += run;
            if let Some(end) = end.filter(|_| closes) {
                self.lines += lines;
                return Ok(Some((text, end)));
            }
        }
        self.open_until = at;
        Ok(None)
    }

    /// Whether a delimiter or the beginning of a line stands before a place.
    fn begins_cell(&self, at: usize) -> bool {
        let before = (self.start + at).checked_sub(1);
        let before = before.and_then(|before| self.bytes.get(before));
        before.is_some_and(|&byte| byte == self.delimiter || is_end(byte))
    }

    /// Where a cell ends whose text ended at a place: blanks may stand between.
    fn end_of_cell(&mut self, mut at: usize) -> Outcome<Option<usize>> {
        loop {
            match self.byte(at)? {
                Some(byte) if byte == self.delimiter || is_end(byte) => return Ok(Some(at)),
                Some(b' ' | b'\t') => at += 1,
                Some(_) => return Ok(None),
                None => return Ok(Some(at)),
            }
        }
    }

    /// The bytes from a place to the first that is wanted, and its place.
    fn until(&mut self, start: usize, wanted: impl Fn(u8) -> bool) -> Outcome<(Vec<u8>, usize)> {
        let mut at = start;
        while self.byte(at)?.is_some_and(|byte| !wanted(byte)) {
            if at as u64 > self.max {
                return Err(too_large("record ", self.max).into());
            }
            at += 1;
        }
        let text = self.bytes.get(self.start + start..self.start + at);
        Ok((text.unwrap_or_default().to_vec(), at))
    }

    /// Ends the row with the line that ends at a place.
    fn end_line(&mut self, at: usize) -> Outcome {
        let is_pair = self.byte(at)? == Some(b'\r') && self.byte(at + 1)? == Some(b'\n');
        let size = if is_pair { 2 } else { 1 };
        self.taken = (at + size).min(self.bytes.len() - self.start);
        self.lines += 1;
        Ok(())
    }

    fn byte(&mut self, at: usize) -> Outcome<Option<u8>> {
        while self.start + at >= self.bytes.len() && !self.has_ended {
            if let Some(failed) = self.failed.take() {
                self.has_ended = true;
                return Err(failed);
            }
            self.bytes.drain(..self.start);
            self.start = 0;
            let before = self.bytes.len();
            let mut chunk = (&mut self.from).take(CHUNK as u64);
            match chunk.read_to_end(&mut self.bytes) {
                Ok(_) => self.has_ended = self.bytes.len() == before,
                Err(error) => self.failed = Some(broken(&error)),
            }
        }
        Ok(self.bytes.get(self.start + at).copied())
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with the line that each begins in, cells between `|`; `?` for one whose quote is not closed.
    fn rows(text: &str) -> Vec<String> {
        let mut rows = Rows::new(text.as_bytes(), b',', 1 << 20);
        let mut told = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells = match row {
                Row::Unclosed(_) => "?".to_owned(),
                Row::Whole(row) => {
                    let cells = row.iter().map(|cell| str::from_utf8(cell).unwrap());
                    cells.collect::<Vec<_>>().join("|")
                }
            };
            told.push(format!("{}:{cells}", rows.line));
        }
        told
    }

    #[test]
    fn cells() {
        assert_eq!(
            rows("a,b\r\n\n\"c,\nd\r\ne\",\"\"\r,\n\"f\" , g"),
            ["1:a|b", "3:c,\nd\r\ne|", "6:|", "7:f| g"]
        );
        assert_eq!(rows("a,5\" pipe,\"\"\"b\"\" c\""), ["1:a|5\" pipe|\"b\" c"]);
        assert!(rows("\n\n").is_empty());
    }

    // Programs that put quotes around a text as it is.
    #[test]
    fn quotes_that_should_have_been_doubled() {
        assert_eq!(
            rows("\"He said \"no\" and\n\nleft.\",1\nx,2"),
            ["1:He said \"no\" and\n\nleft.|1", "4:x|2"]
        );
        assert_eq!(
            rows("\"\"No\" he said\",1\nx,2"),
            ["1:\"No\" he said|1", "2:x|2"]
        );
        assert_eq!(
            rows("\"He said \"no\"\",1\nx,2"),
            ["1:He said \"no\"|1", "2:x|2"]
        );
    }

    #[test]
    fn a_quote_that_nothing_closes() {
        assert_eq!(rows("a,\"b\nc,d\ne,f"), ["1:?", "2:c|d", "3:e|f"]);
        assert_eq!(rows("a,\"b\nc,\"d\"\n\"e\",f"), ["1:?", "2:c|d", "3:e|f"]);
        assert_eq!(
            rows("a,\"b\n\"c\",d\n\"e\n\",\"f\n"),
            ["1:?", "2:c|d", "3:?", "4:?"]
        );
    }

    // A file of such lines is not searched to its end from each of them.
    #[test]
    fn many_of_them() {
        let lines = 200_000;
        assert_eq!(rows(&"a,\"\"b\n".repeat(lines)).len(), lines);
        assert_eq!(rows(&"a,\"b\n".repeat(lines)).len(), lines);
    }
}
