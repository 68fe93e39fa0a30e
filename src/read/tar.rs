//! Tar archives, read from front to back: each file inside is read as it would be outside.
//!
//! The format is a row of headers with sizes; reading it here keeps every size within bounds.

use std::io::{self, Read};

use super::head::{Head, Likeness};
use super::stream::{Stream, broken};
use super::zip::{MAX_MEMBERS, is_hidden};
use super::{MAX_NESTED, Outcome, Reader, Sink};

pub(super) const READER: Reader = Reader {
    name: "tar",
    extensions: &["tar"],
    sniff,
    read,
    about: "tar archives, also packed (tar.gz, tgz, tar.zst): every file inside",
};

const BLOCK: usize = 512;

/// Bytes of a long name.
const MAX_NAME: u64 = 64 << 10;

type Header = [u8; BLOCK];

fn sniff(head: &Head) -> Likeness {
    let header = head.bytes.get(..BLOCK);
    let header: Option<&Header> = header.and_then(|header| header.try_into().ok());
    match header.is_some_and(is_header) {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    if sink.depth >= MAX_NESTED {
        return Err("archives nested too deep".into());
    }
    let mut from = stream.raw();
    let mut long_name = None;
    let mut members = 0;
    let mut header: Header = [0; BLOCK];
    while let Some(size) = next(&mut from, &mut header)? {
        let mut content = (&mut from).take(size);
        match header.get(156) {
            Some(b'L') => long_name = Some(text(&mut content)?.trim_end_matches('\0').to_owned()),
            Some(b'x') => long_name = path_of(&text(&mut content)?).or(long_name),
            Some(b'0' | 0 | b'7') => {
                let name = long_name.take().unwrap_or_else(|| name_of(&header));
                // Folders of the oldest kind are files whose names end so.
                let is_file = !name.ends_with('/') && !is_hidden(&name);
                members += usize::from(is_file);
                if members > MAX_MEMBERS {
                    return Err(format!("an archive of more than {MAX_MEMBERS} files").into());
                }
                if is_file {
                    sink.member(&name, Box::new(&mut content))?;
                }
            }
            // Links, folders, devices and headers for all files.
            Some(b'g' | b'K') => {}
            _ => long_name = None,
        }
        let padding = size.next_multiple_of(BLOCK as u64) - size;
        let rest = content.limit() + padding;
        content.set_limit(rest);
        let passed = io::copy(&mut content, &mut io::sink()).map_err(|error| broken(&error))?;
        if passed < rest {
            return Err("tar data ends too early".into());
        }
    }
    match members {
        0 => Err("an archive without files".into()),
        _ => Ok(()),
    }
}

/// Reads a header and gives the size of its file; `None` at the end.
fn next(from: &mut dyn Read, header: &mut Header) -> Outcome<Option<u64>> {
    let mut bytes = Vec::with_capacity(BLOCK);
    let read = from.take(BLOCK as u64).read_to_end(&mut bytes);
    read.map_err(|error| broken(&error))?;
    if bytes.iter().all(|&b| b == 0) {
        return Ok(None);
    }
    match <Header>::try_from(bytes.as_slice()) {
        Ok(whole) if is_header(&whole) => *header = whole,
        Ok(_) => return Err("damaged tar data".into()),
        Err(_) => return Err("tar data ends too early".into()),
    }
    let size = number(header.get(124..136).unwrap_or_default());
    match size.filter(|&size| size < 1 << 60) {
        Some(size) => Ok(Some(size)),
        None => Err("damaged tar data".into()),
    }
}

/// Whether the sum of the bytes is what the header says.
fn is_header(header: &Header) -> bool {
    let sum: u64 = header.iter().map(|&b| u64::from(b)).sum();
    let field = header.get(148..156).unwrap_or_default();
    let own: u64 = field.iter().map(|&b| u64::from(b)).sum();
    number(field) == Some(sum - own + 8 * u64::from(b' ')) && header.first() != Some(&0)
}

/// A number in octal figures, or of large files in bytes.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|b| b & 0x80 != 0) {
        let bytes = field.iter().rev().take(8).rev();
        return Some(bytes.fold(0, |number, &b| (number << 8) | u64::from(b)));
    }
    let text = String::from_utf8_lossy(field);
    u64::from_str_radix(text.trim_matches([' ', '\0']), 8).ok()
}

fn name_of(header: &Header) -> String {
    let part = |from: usize, to: usize| {
        let field = header.get(from..to).unwrap_or_default();
        let field = field.split(|&b| b == 0).next().unwrap_or_default();
        String::from_utf8_lossy(field).into_owned()
    };
    let folder = match header.get(257..263) == Some(b"ustar\0") {
        true => part(345, 500),
        false => String::new(),
    };
    match folder.is_empty() {
        true => part(0, 100),
        false => format!("{folder}/{}", part(0, 100)),
    }
}

fn text(content: &mut impl Read) -> Outcome<String> {
    let mut bytes = Vec::new();
    let read = content.take(MAX_NAME).read_to_end(&mut bytes);
    read.map_err(|error| broken(&error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The path among the records of an extended header, `length path=value`.
fn path_of(records: &str) -> Option<String> {
    records.lines().find_map(|line| {
        let (_, record) = line.split_once(' ')?;
        record.strip_prefix("path=").map(str::to_owned)
    })
}

#[cfg(test)]
pub(in crate::read) mod tests {
    use super::super::tests::{gzip, read_all, reason, zstd};

    pub(in crate::read) fn file(name: &str, kind: u8, bytes: &[u8]) -> Vec<u8> {
        let mut header = vec![0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|&b| u64::from(b)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let padding = vec![0; bytes.len().next_multiple_of(512) - bytes.len()];
        [header, bytes.to_vec(), padding].concat()
    }

    fn names(bytes: &[u8], name: &str) -> Vec<String> {
        let items = read_all(name, bytes);
        let name = |item: &super::super::tests::Item| match item {
            Ok(draft) => draft.article.path.clone(),
            Err(skipped) => skipped.reason.clone(),
        };
        items.iter().map(name).collect()
    }

    // Files in their order with their long names; packed the same.
    #[test]
    fn members() {
        let long = format!("{}/end.txt", "x".repeat(150));
        let record = format!("175 path={long}\n");
        let tar = [
            file("dir/", b'5', b""),
            file("dir/a.txt", b'0', b"Ferry returns"),
            file("././@LongLink", b'L', format!("{long}\0").as_bytes()),
            file("short", b'0', b"It did"),
            file("pax", b'x', record.as_bytes()),
            file("short", b'0', b"It did again"),
            file("link", b'2', b""),
            file(
                "b.jsonl",
                b'0',
                b"{\"title\":\"One\"}\n{\"title\":\"Two\"}\n",
            ),
            vec![0; 1024],
        ]
        .concat();
        let expected = |archive: &str| {
            let names = ["dir/a.txt", &long, &long, "b.jsonl", "b.jsonl"];
            names.map(|name| format!("{archive}/{name}")).to_vec()
        };
        assert_eq!(names(&tar, "a.tar"), expected("a.tar"));
        assert_eq!(names(&gzip(&tar), "a.tgz"), expected("a.tgz"));
        assert_eq!(names(&zstd(&tar), "a.tar.zst"), expected("a.tar.zst"));
    }

    // What came before the damage stays; sizes that cannot be are not believed.
    #[test]
    fn hostile() {
        let tar = [
            file("a.txt", b'0', b"Ferry returns"),
            file("b.txt", b'0', &[b'x'; 900]),
        ]
        .concat();
        assert_eq!(
            names(&tar[..1600], "a.tar"),
            ["a.tar/a.txt", "a.tar/b.txt", "tar data ends too early"]
        );
        let mut broken = tar.clone();
        broken[1024 + 5] ^= 1;
        assert_eq!(names(&broken, "a.tar"), ["a.tar/a.txt", "damaged tar data"]);
        let deep = file(
            "c.tar",
            b'0',
            &file("b.tar", b'0', &file("a.tar", b'0', &tar)),
        );
        assert_eq!(
            reason("d.tar", deep),
            "c.tar/b.tar: archives nested too deep"
        );
    }
}
