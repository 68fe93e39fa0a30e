//! Cuts a stream of XML into records by their tag, before anything is parsed: a broken record costs only itself, and no
//! more than one is held in memory.

use std::io::Read;

use super::super::Outcome;
use super::super::stream::{broken, too_large};

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// Bytes kept of what stands around the records.
pub(in crate::read) const AROUND: usize = 1 << 20;

/// Markup in which tags are only text: how it begins and ends.
const OPAQUE: [(&[u8], &[u8]); 3] = [(b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];

/// A stretch of the stream.
pub(in crate::read) enum Piece {
    /// One record with its tags.
    Record(String),
    /// Why a record cannot be read.
    Broken(String),
}

/// The records of a stream.
pub(in crate::read) struct Records<'a> {
    from: Box<dyn Read + 'a>,
    tags: &'static [&'static str],
    max: usize,
    buffer: Vec<u8>,
    /// Where to go on in the buffer.
    at: usize,
    ended: bool,
    around: Vec<u8>,
    /// For each kind of opaque markup, the place up to which its end is known to be missing.
    missing: [usize; 3],
}

/// The result of looking for something.
enum Sought {
    At(usize),
    /// It does not come before the stream ends.
    Ended,
    /// It does not come within the size of a record.
    TooFar,
}

impl<'a> Records<'a> {
    /// Cuts a stream at elements with one of these names.
    pub(in crate::read) fn new(
        from: Box<dyn Read + 'a>,
        tags: &'static [&'static str],
        max: u64,
    ) -> Records<'a> {
        Records {
            from,
            tags,
            max: usize::try_from(max)
                .unwrap_or(usize::MAX >> 2)
                .min(usize::MAX >> 2),
            buffer: Vec::new(),
            at: 0,
            ended: false,
            around: Vec::new(),
            missing: [0; 3],
        }
    }

    /// What stood around the records so far, without them.
    pub(in crate::read) fn around(&self) -> String {
        String::from_utf8_lossy(&self.around).into_owned()
    }

    /// The next record.
    pub(in crate::read) fn next(&mut self) -> Outcome<Option<Piece>> {
        let mut start: Option<(usize, &'static str)> = None;
        self.compact();
        loop {
            if start.is_none() && self.at > CHUNK {
                self.compact();
            }
            let begin = self.at;
            let sought = self.find(b"<", begin)?;
            let (open, found) = match sought {
                Sought::At(open) => (open, true),
                Sought::Ended | Sought::TooFar => (self.buffer.len(), false),
            };
            if start.is_none() {
                self.keep(begin, open);
            }
            self.at = open;
            if let Some((first, _)) = start
                && open - first > self.max
            {
                return Ok(Some(Piece::Broken(too_large("record ", self.max as u64))));
            }
            if !found {
                match (sought, start) {
                    (Sought::TooFar, None) => continue,
                    (_, None) => return Ok(None),
                    (_, Some((_, tag))) => return Ok(Some(cut_off(tag))),
                }
            }
            self.fill(open + 16)?;
            let end = self.markup(open)?;
            self.at = end;
            match (self.tag(open, end), start) {
                (Some((tag, true)), Some((first, name))) if tag == name => {
                    let record = self.buffer.get(first..end).unwrap_or_default();
                    let record = String::from_utf8_lossy(record).into_owned();
                    return Ok(Some(Piece::Record(record)));
                }
                (Some((tag, false)), None) => start = Some((open, tag)),
                (Some((tag, false)), Some((_, name))) if tag == name => {
                    // The last one never ended; this one is read next.
                    self.at = open;
                    return Ok(Some(cut_off(name)));
                }
                (_, None) => self.keep(open, end),
                _ => {}
            }
        }
    }

    /// The end of the markup that begins at `open`; of a `<` that begins none, the place after it.
    fn markup(&mut self, open: usize) -> Outcome<usize> {
        for (kind, (begin, end)) in OPAQUE.iter().enumerate() {
            if !self
                .buffer
                .get(open..)
                .is_some_and(|rest| rest.starts_with(begin))
            {
                continue;
            }
            let from = open + begin.len();
            let known = self.missing.get(kind).copied().unwrap_or_default();
            if let Sought::At(at) = self.find(end, from.max(known))? {
                return Ok(at + end.len());
            }
            // What is known to be missing is not looked for again.
            if let Some(missing) = self.missing.get_mut(kind) {
                *missing = self.buffer.len().saturating_sub(end.len());
            }
            return Ok(from);
        }
        let from = open + 1;
        Ok(match self.find(b"<>", from)? {
            Sought::At(at) if self.buffer.get(at) == Some(&b'>') => at + 1,
            _ => from,
        })
    }

    /// The name of the tag in a piece of markup, where it is one of a record, and whether it ends it.
    fn tag(&self, open: usize, end: usize) -> Option<(&'static str, bool)> {
        let markup = self.buffer.get(open..end)?.strip_prefix(b"<")?;
        let closing = markup.first() == Some(&b'/');
        let markup = markup.strip_prefix(b"/").unwrap_or(markup);
        let tag = self.tags.iter().find(|tag| {
            let rest = markup.strip_prefix(tag.as_bytes());
            let next = rest.and_then(<[u8]>::first);
            next.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        })?;
        // One that ends at once holds nothing.
        let is_empty = !closing && markup.ends_with(b"/>");
        (!is_empty).then_some((*tag, closing))
    }

    /// Looks for a sequence, or for `<>` as one of two bytes.
    fn find(&mut self, what: &[u8], from: usize) -> Outcome<Sought> {
        let mut at = from;
        loop {
            let rest = self.buffer.get(at..).unwrap_or_default();
            let found = match what {
                b"<>" => rest.iter().position(|b| matches!(b, b'<' | b'>')),
                [one] => rest.iter().position(|b| b == one),
                _ => rest.windows(what.len()).position(|window| window == what),
            };
            if let Some(found) = found {
                return Ok(Sought::At(at + found));
            }
            if self.ended {
                return Ok(Sought::Ended);
            }
            at = at.max((self.buffer.len() + 1).saturating_sub(what.len()));
            if self.buffer.len() > from.saturating_add(self.max) {
                return Ok(Sought::TooFar);
            }
            self.fill(self.buffer.len() + 1)?;
        }
    }

    /// Reads until the buffer has `size` bytes or the stream ends.
    fn fill(&mut self, size: usize) -> Outcome {
        while !self.ended && self.buffer.len() < size {
            let mut part = (&mut self.from).take(CHUNK as u64);
            let read = part.read_to_end(&mut self.buffer);
            self.ended = read.map_err(|error| broken(&error))? == 0;
        }
        Ok(())
    }

    fn keep(&mut self, from: usize, to: usize) {
        let room = AROUND.saturating_sub(self.around.len());
        let part = self.buffer.get(from..to).unwrap_or_default();
        self.around.extend(part.iter().take(room));
    }

    /// Forgets what was dealt with, when that is worth moving the rest.
    fn compact(&mut self) {
        if self.at * 2 >= self.buffer.len() {
            self.buffer.drain(..self.at);
            for missing in &mut self.missing {
                *missing = missing.saturating_sub(self.at);
            }
            self.at = 0;
        }
    }
}

fn cut_off(tag: &str) -> Piece {
    Piece::Broken(format!("broken XML: `</{tag}>` is missing"))
}

#[cfg(test)]
mod tests {
    use super::super::super::Halt;
    use super::*;

    fn cut(text: &str, max: u64) -> (Vec<String>, String) {
        let mut records = Records::new(Box::new(text.as_bytes()), &["item"], max);
        let mut pieces = Vec::new();
        loop {
            match records.next() {
                Ok(Some(Piece::Record(text))) => pieces.push(text),
                Ok(Some(Piece::Broken(reason))) => pieces.push(format!("! {reason}")),
                Ok(None) => break,
                Err(Halt::Unreadable(reason)) => panic!("{reason}"),
                Err(Halt::Stop) => panic!("nobody stopped"),
            }
        }
        (pieces, records.around())
    }

    // Tags in comments and data are text, names that begin alike are others.
    #[test]
    fn records_and_what_is_around() {
        let text = "<rss><title>T</title><items/><item a='1'>x<![CDATA[</item>]]></item><!-- <item> --><item/><item >y</item ></rss>";
        let (pieces, around) = cut(text, 1_000);
        assert_eq!(
            pieces,
            [
                "<item a='1'>x<![CDATA[</item>]]></item>",
                "<item >y</item >"
            ]
        );
        assert_eq!(
            around,
            "<rss><title>T</title><items/><!-- <item> --><item/></rss>"
        );
    }

    // One that does not end, or never does, costs itself.
    #[test]
    fn broken_records() {
        let (pieces, _) = cut("<item>a<item>b</item><item>c", 1_000);
        let missing = "! broken XML: `</item>` is missing";
        assert_eq!(pieces, [missing, "<item>b</item>", missing]);
        let huge = format!("<item>{}</item><item>b</item>", "x".repeat(300_000));
        let (pieces, _) = cut(&huge, 100_000);
        assert_eq!(
            pieces,
            [
                "! record larger than 97 KiB: raise `--max-size`",
                "<item>b</item>"
            ]
        );
        let (pieces, _) = cut("<item><![CDATA[a</item><item>b</item>", 1_000);
        assert_eq!(pieces, ["<item><![CDATA[a</item>", "<item>b</item>"]);
    }

    // Markup that never ends is looked for once, not once for each beginning.
    #[test]
    fn no_quadratic_search() {
        for part in ["<![CDATA[", "<!--", "<?", "<", "<a ", "<item>", "x"] {
            let started = std::time::Instant::now();
            cut(&part.repeat(300_000), 1 << 18);
            assert!(started.elapsed().as_secs() < 20, "{part}");
        }
    }
}
