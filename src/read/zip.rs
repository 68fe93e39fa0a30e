//! Zip archives: each file inside is read as it would be outside. Nothing is ever written.

use std::io::{BufReader, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::head::{Head, Likeness};
use super::office;
use super::stream::{MAX_RATIO, Seekable, Stream};
use super::{Halt, MAX_NESTED, Outcome, Reader, Sink};

pub(super) const READER: Reader = Reader {
    name: "zip",
    extensions: &["zip"],
    sniff,
    read,
    about: "zip archives, every file inside; an archive inside is opened too",
};

/// Files of an archive.
pub(super) const MAX_MEMBERS: usize = 100_000;

pub(super) type Archive = ZipArchive<BufReader<Box<dyn Seekable>>>;

/// Whether the bytes begin as a zip archive does.
pub(super) fn is_zip(head: &Head) -> bool {
    head.bytes.starts_with(b"PK\x03\x04") || head.bytes.starts_with(b"PK\x05\x06")
}

fn sniff(head: &Head) -> Likeness {
    match is_zip(head) {
        true => Likeness::Likely,
        false => Likeness::No,
    }
}

/// Whether a file inside is one of those that systems add, or hidden.
pub(super) fn is_hidden(name: &str) -> bool {
    let is_hidden = |part: &str| part.starts_with('.') && !matches!(part, "." | "..");
    name.split('/')
        .any(|part| is_hidden(part) || part == "__MACOSX")
}

/// Opens the archive and gives its size.
pub(super) fn open(stream: Stream, max: u64) -> Outcome<(Archive, u64)> {
    let mut bytes = stream.seekable(max)?;
    let size = bytes.seek(std::io::SeekFrom::End(0));
    let size = size.map_err(|error| super::stream::broken(&error))?;
    let archive = ZipArchive::new(BufReader::new(bytes)).map_err(|error| damaged(&error))?;
    Ok((archive, size))
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    if sink.depth >= MAX_NESTED {
        return Err("archives nested too deep".into());
    }
    let (mut archive, size) = open(stream, sink.options.max_file_bytes)?;
    if let Some(kind) = office::kind(&archive) {
        return Err(kind.into());
    }
    if archive.len() > MAX_MEMBERS {
        return Err(format!("an archive of more than {MAX_MEMBERS} files").into());
    }
    let outer = sink.left.get();
    let own = outer.min((1 << 20) + size.saturating_mul(MAX_RATIO));
    sink.left.set(own);
    let outcome = members(&mut archive, sink);
    sink.left.set(outer - (own - sink.left.get()));
    outcome
}

fn members(archive: &mut Archive, sink: &mut Sink) -> Outcome {
    let mut is_empty = true;
    for at in 0..archive.len() {
        let name = archive.name_for_index(at).and_then(Result::ok);
        let name = name.map_or_else(|| format!("{}", at + 1), |name| name.into_owned());
        match archive.by_index(at) {
            Ok(file) if !file.is_file() => {}
            Ok(_) if is_hidden(&name) => {}
            Ok(file) => {
                is_empty = false;
                sink.member(&name, Box::new(file))?;
            }
            Err(error) => {
                let reason = match damaged(&error) {
                    Halt::Unreadable(reason) => reason,
                    Halt::Stop => return Err(Halt::Stop),
                };
                is_empty = false;
                sink.put(None, Err(format!("{name}: {reason}")))?;
            }
        }
    }
    match is_empty {
        true => Err("an archive without files".into()),
        false => Ok(()),
    }
}

/// The bytes of one file inside, where it is there, to at most `max`.
pub(super) fn member(archive: &mut Archive, name: &str, max: u64) -> Outcome<Option<Vec<u8>>> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(&error)),
    };
    let mut bytes = Vec::new();
    let read = file.take(max.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Halt::Unreadable(format!("damaged zip data: {error}")))?;
    if bytes.len() as u64 > max {
        return Err(super::stream::too_large("", max).into());
    }
    Ok(Some(bytes))
}

fn damaged(error: &ZipError) -> Halt {
    let text = error.to_string().to_lowercase();
    Halt::Unreadable(match text.contains("password") {
        true => "encrypted".to_owned(),
        false => format!("damaged zip data: {text}"),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::tests::{gzip, read_all, reason};

    pub(in crate::read) fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    // Files inside are shown in the archive's name, whatever path they claim; archives inside are opened once.
    #[test]
    fn members_by_their_format() {
        let inner = pack(&[("deep.txt", b"Deep down")]);
        let outer = pack(&[
            ("a.jsonl", b"{\"title\":\"One\"}\n{\"title\":"),
            ("../../etc/b.txt", b"Ferry returns"),
            ("__MACOSX/._b.txt", b"x"),
            (".hidden", b"x"),
            ("c.txt.gz", &gzip(b"Packed twice")),
            ("inner.zip", &inner),
            ("d.png", b"\x89PNG\r\n"),
        ]);
        let items = read_all("news.zip", &outer);
        let shape: Vec<String> = items
            .iter()
            .map(|item| match item {
                Ok(draft) => format!(
                    "{} {:?} {}",
                    draft.article.path, draft.article.record, draft.article.format
                ),
                Err(skipped) => format!("{} {:?} {}", skipped.path, skipped.record, skipped.reason),
            })
            .collect();
        assert_eq!(
            shape,
            [
                "news.zip/a.jsonl Some(1) jsonl",
                "news.zip Some(2) a.jsonl: not JSON: EOF while parsing a value at line 1 column 9",
                "news.zip/../../etc/b.txt None text",
                "news.zip/c.txt.gz None text",
                "news.zip/inner.zip/deep.txt None text",
                "news.zip None d.png: binary file: an image",
            ]
        );
        let nested = pack(&[("outer.zip", &pack(&[("inner.zip", &inner)]))]);
        assert_eq!(
            reason("a.zip", nested),
            "outer.zip/inner.zip: archives nested too deep"
        );
    }

    // Growth is bounded for the archive as a whole, damage costs a member or, at its end, the archive.
    #[test]
    fn hostile() {
        let zeros = vec![b'a'; 8 << 20];
        let many: Vec<(String, &[u8])> = (0..8)
            .map(|n| (format!("{n}.txt"), zeros.as_slice()))
            .collect();
        let many: Vec<(&str, &[u8])> = many
            .iter()
            .map(|(name, bytes)| (name.as_str(), *bytes))
            .collect();
        let items = read_all("a.zip", pack(&many));
        let last = items.last().unwrap().as_ref().unwrap_err();
        assert!(
            last.reason
                .ends_with("the archive grows more than 200 times when unpacked"),
            "{last:?}"
        );

        let good = pack(&[("a.txt", b"Ferry returns"), ("b.txt", &zeros[..5_000])]);
        assert!(reason("a.zip", &good[..good.len() - 30]).starts_with("damaged zip data"));
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 0xff;
            assert!(!read_all("a.zip", &bytes).is_empty(), "byte {at}");
        }
        assert!(reason("a.zip", b"PK\x03\x04nonsense").starts_with("damaged zip data"));
    }
}
