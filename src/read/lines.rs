//! JSON lines: one record a line, read line by line; a broken line costs only itself.

use std::io::{self, BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::head::{Head, Likeness};
use super::stream::{Stream, broken, too_large};
use super::{Outcome, Reader, Sink, encoding, json, record};

pub(super) const READER: Reader = Reader {
    name: "jsonl",
    extensions: &["jsonl", "ndjson", "jsonlines", "jl"],
    sniff,
    read,
    about: "JSON lines, one article a line; what `morgue export` writes",
};

/// Lines that are looked at to recognise the format.
const LOOK: usize = 20;

fn sniff(head: &Head) -> Likeness {
    if !head.text.starts_with('{') {
        return Likeness::No;
    }
    let (mut objects, mut lines) = (0, 0);
    for line in head.lines().take(LOOK) {
        lines += 1;
        objects += usize::from(serde_json::from_str::<Map<String, Value>>(line).is_ok());
    }
    let is_named = READER.extensions.contains(&head.extension.as_str());
    match (objects, lines) {
        // Nothing but one object is a document as well as a line, and the first line may be longer than the head.
        (1, 1) | (0, 0) => Likeness::Likely,
        _ if objects * 2 >= lines => Likeness::Sure,
        _ if objects > 0 || is_named => Likeness::Likely,
        _ => Likeness::No,
    }
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let max = sink.options.max_record_bytes;
    let mut lines = BufReader::with_capacity(64 << 10, stream.utf8()?);
    let mut line = Vec::new();
    let mut number = 0;
    while let Some(size) = next_line(&mut lines, max, &mut line).map_err(|error| broken(&error))? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) && size <= max {
            continue;
        }
        let draft = if size > max {
            Err(too_large("line ", max))
        } else {
            draft_of(&line, sink)
        };
        sink.put(Some(number), draft)?;
    }
    if number == 0 {
        return Err("no text".into());
    }
    Ok(())
}

fn draft_of(line: &[u8], sink: &Sink) -> Result<crate::Draft, String> {
    let text = encoding::decode(line)?;
    let value = json::parse(&text, sink.options)?;
    match value {
        Value::Object(keys) => record::draft(keys, sink.options),
        _ => Err("not a JSON object".to_owned()),
    }
}

/// Reads a line into `line`, at most `max` bytes of it, and gives its whole length; `None` at the end.
pub(super) fn next_line(
    from: &mut impl BufRead,
    max: u64,
    line: &mut Vec<u8>,
) -> io::Result<Option<u64>> {
    line.clear();
    let read = from.by_ref().take(max + 1).read_until(b'\n', line)? as u64;
    if read == 0 {
        return Ok(None);
    }
    let mut size = read;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Some(size - 1));
    }
    // The rest of a line that is too long is passed over without keeping it.
    while size > max {
        let buffer = from.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        let end = buffer.iter().position(|&b| b == b'\n');
        let used = end.map_or(buffer.len(), |end| end + 1);
        from.consume(used);
        size += used as u64;
        if end.is_some() {
            break;
        }
    }
    Ok(Some(size))
}
