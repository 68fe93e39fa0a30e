//! WARC, the format of web archives: the web pages among the responses, read record by record.
//!
//! The date of a record is the day of its capture and says nothing of the day of publication.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::Encoding;
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::Draft;

use super::head::{Head, Likeness};
use super::lines::next_line;
use super::stream::{Stream, broken, too_large};
use super::{Outcome, Reader, Sink, encoding, html};

pub(super) const READER: Reader = Reader {
    name: "warc",
    extensions: &["warc"],
    sniff,
    read,
    about: "WARC web archives: the HTML pages among the responses",
};

/// Bytes of a header line, and lines of a head.
const MAX_LINE: u64 = 64 << 10;
const MAX_LINES: usize = 1_000;

fn sniff(head: &Head) -> Likeness {
    match head.bytes.starts_with(b"WARC/") {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let max = sink.options.max_record_bytes;
    let mut from = BufReader::with_capacity(64 << 10, stream.raw());
    let (mut number, mut told) = (0, 0);
    while let Some(head) = next_head(&mut from).map_err(|error| broken(&error))? {
        number += 1;
        let Some(size) = value(&head, "content-length").and_then(|size| size.parse().ok()) else {
            told += 1;
            let reason = "a record without its length".to_owned();
            sink.put(Some(number), Err(reason))?;
            continue;
        };
        let mut content = (&mut from).take(size);
        let is_response = value(&head, "warc-type").is_some_and(|kind| kind == "response");
        if is_response {
            let mut bytes = Vec::new();
            let mut part = (&mut content).take(max.saturating_add(1));
            part.read_to_end(&mut bytes)
                .map_err(|error| broken(&error))?;
            let address = value(&head, "warc-target-uri").unwrap_or_default();
            let address = address.trim_matches(['<', '>']);
            let page = if bytes.len() as u64 > max {
                // What is large and no page is of no interest.
                html_of(&bytes, max).and(Some(Err(too_large("record ", max))))
            } else if (bytes.len() as u64) < size {
                Some(Err("the record is cut off".to_owned()))
            } else {
                html_of(&bytes, max).map(|page| page.and_then(|page| draft(&page, address)))
            };
            if let Some(page) = page {
                told += 1;
                sink.put(Some(number), page)?;
            }
        }
        let rest = &mut content;
        io::copy(rest, &mut io::sink()).map_err(|error| broken(&error))?;
    }
    if told == 0 {
        return Err("no web pages in it".into());
    }
    Ok(())
}

fn draft(page: &str, address: &str) -> Result<Draft, String> {
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    html::page(page, Some(address).filter(|_| is_web), "WARC-Target-URI")
}

/// Finds the next head and reads it; lines between records that are none are passed over.
fn next_head(from: &mut impl BufRead) -> io::Result<Option<Vec<(String, String)>>> {
    let mut line = Vec::new();
    loop {
        if next_line(from, MAX_LINE, &mut line)?.is_none() {
            return Ok(None);
        }
        if line.starts_with(b"WARC/") {
            break;
        }
    }
    let mut head = Vec::new();
    while next_line(from, MAX_LINE, &mut line)?.is_some() && head.len() < MAX_LINES {
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            break;
        }
        head.extend(pair(&text));
    }
    Ok(Some(head))
}

fn pair(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
}

fn value<'h>(head: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let found = head.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// The page that an HTTP response carries; `None` where it is something else or a failure.
fn html_of(response: &[u8], max: u64) -> Option<Result<String, String>> {
    let (end, start) = end_of_head(response)?;
    let text = String::from_utf8_lossy(response.get(..end)?);
    let mut lines = text.lines();
    let mut status = lines.next()?.split_whitespace();
    let is_ok = status.next()?.starts_with("HTTP/") && status.next()? == "200";
    let head: Vec<(String, String)> = lines.take(MAX_LINES).filter_map(pair).collect();
    let kind = value(&head, "content-type")?.to_ascii_lowercase();
    if !is_ok || !(kind.starts_with("text/html") || kind.starts_with("application/xhtml")) {
        return None;
    }
    let mut body = response.get(start..)?.to_vec();
    if value(&head, "transfer-encoding").is_some_and(|name| name.contains("chunked"))
        && let Some(whole) = without_chunks(&body)
    {
        body = whole;
    }
    let packing = value(&head, "content-encoding").unwrap_or_default();
    Some(
        unpacked(body, &packing.to_ascii_lowercase(), max).and_then(|body| {
            let charset = kind
                .split_once("charset=")
                .map(|(_, label)| label.trim_matches(['"', ' ']));
            let charset = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
            match (std::str::from_utf8(&body), charset) {
                (Err(_), Some(encoding)) => Ok(encoding.decode(&body).0.into_owned()),
                _ => encoding::decode(&body),
            }
        }),
    )
}

/// Where the head of a response ends, and where its body begins.
fn end_of_head(response: &[u8]) -> Option<(usize, usize)> {
    let limit = response.get(..1 << 20).unwrap_or(response);
    let crlf = limit.windows(4).position(|window| window == b"\r\n\r\n");
    let lf = limit.windows(2).position(|window| window == b"\n\n");
    match (crlf, lf) {
        (Some(crlf), Some(lf)) if lf < crlf => Some((lf, lf + 2)),
        (Some(crlf), _) => Some((crlf, crlf + 4)),
        (None, Some(lf)) => Some((lf, lf + 2)),
        (None, None) => None,
    }
}

/// Puts chunks together; `None` where the body is whole already, as many archives keep it.
fn without_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    let mut rest = body;
    loop {
        let end = rest
            .get(..100)
            .unwrap_or(rest)
            .iter()
            .position(|&b| b == b'\n');
        let Some(end) = end else {
            // Cut off: what came is worth reading.
            return (!whole.is_empty()).then_some(whole);
        };
        let size = String::from_utf8_lossy(rest.get(..end)?).into_owned();
        let size = size.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else {
            return (!whole.is_empty()).then_some(whole);
        };
        if size == 0 {
            return Some(whole);
        }
        rest = rest.get(end + 1..)?;
        whole.extend_from_slice(rest.get(..size).unwrap_or(rest));
        rest = rest.get(size..).unwrap_or_default();
        rest = rest
            .strip_prefix(b"\r\n")
            .or(rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
    }
}

/// Undoes the packing of a body, to at most `max` bytes.
fn unpacked(body: Vec<u8>, packing: &str, max: u64) -> Result<Vec<u8>, String> {
    let from: Box<dyn Read + '_> = match packing {
        // Some archives keep the name of a packing that they have undone.
        "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => {
            Box::new(MultiGzDecoder::new(body.as_slice()))
        }
        "deflate" if body.first() == Some(&0x78) => Box::new(ZlibDecoder::new(body.as_slice())),
        "br" | "zstd" if !body.trim_ascii_start().starts_with(b"<") => {
            return Err(format!("a page packed with `{packing}`, which is not read"));
        }
        _ => return Ok(body),
    };
    let mut whole = Vec::new();
    let read = from.take(max.saturating_add(1)).read_to_end(&mut whole);
    if whole.len() as u64 > max {
        return Err(too_large("record ", max));
    }
    match (read, whole.is_empty()) {
        (Err(error), true) => Err(format!("damaged {packing} data: {error}")),
        // What came before the damage is worth reading.
        _ => Ok(whole),
    }
}

#[cfg(test)]
pub(super) mod tests;
