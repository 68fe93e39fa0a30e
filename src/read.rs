//! Reading: the bytes of a file become drafts, one an article.
//!
//! A reader knows one format and decides nothing that needs judgement: what stands for a field goes out as candidates,
//! best first, with the key or tag it stood in. Candidates of one field that name the same place (`from`) belong
//! together, such as the authors of a list; those of another place are alternatives. Fields that need no judgement
//! (id, url, section, labels, the body of a record) are set at once.

mod clean;
mod encoding;
mod feed;
mod front;
mod head;
mod html;
mod json;
mod language;
mod lines;
mod mail;
mod newsml;
mod ninjs;
mod nitf;
mod office;
mod pdf;
mod record;
mod reuters;
mod rows;
pub(crate) mod sidecar;
mod source;
#[cfg(test)]
pub(crate) mod specimens;
mod stream;
mod table;
mod tar;
mod text;
mod unknown;
mod warc;
mod wxr;
mod xml;
mod zip;

use std::cell::Cell;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use crate::{Draft, Schema, Skipped};
use head::{Head, Likeness};
pub(crate) use record::check_map;
use stream::{Rationed, Stream};

/// What is read: a file that is opened here, or bytes under a display name.
pub(crate) enum Input<'a> {
    /// A regular file; anything else is refused before it is opened.
    Path(&'a Path),
    /// Standard input or bytes that the caller holds; the name serves as path and for its extension.
    Bytes {
        /// The name shown, such as `-`.
        name: &'a str,
        /// Where the bytes come from.
        from: Box<dyn Read + 'a>,
    },
}

/// How files are read.
#[derive(Clone, Debug)]
pub(crate) struct ReadOptions {
    /// Other names of keys in records, `(field, key)`; a key may be a path such as `meta.author`.
    pub(crate) map: Vec<(String, String)>,
    /// The fields, for the labels that the user added.
    pub(crate) schema: Schema,
    /// Files larger than this are skipped, unless their format is read record by record.
    pub(crate) max_file_bytes: u64,
    /// Records larger than this are skipped.
    pub(crate) max_record_bytes: u64,
    /// JSON nested deeper than this is skipped; the parser itself stops at 128.
    pub(crate) json_depth: usize,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions {
            map: Vec::new(),
            schema: Schema::default(),
            max_file_bytes: 16 << 20,
            max_record_bytes: 16 << 20,
            json_depth: 128,
        }
    }
}

/// One format: how it is recognised and read.
pub(crate) struct Reader {
    /// The name of the format, the value of the field `format`.
    pub(crate) name: &'static str,
    /// Extensions that settle a tie, lower case.
    pub(crate) extensions: &'static [&'static str],
    /// How much the beginning of a file looks like it.
    sniff: fn(&Head) -> Likeness,
    /// Hands each article to the sink.
    read: fn(Stream, &mut Sink) -> Outcome,
    /// What it is, in one line.
    pub(crate) about: &'static str,
}

/// The formats; among equally likely ones without a telling extension the first wins.
pub(crate) const READERS: &[Reader] = &[
    office::DOCX,
    office::ODT,
    pdf::READER,
    zip::READER,
    tar::READER,
    warc::READER,
    mail::MAILBOX,
    mail::MESSAGE,
    ninjs::READER,
    json::READER,
    lines::READER,
    wxr::READER,
    feed::READER,
    nitf::READER,
    newsml::READER,
    reuters::READER,
    unknown::READER,
    html::READER,
    front::READER,
    table::TSV,
    table::CSV,
    text::READER,
];

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Format {
    /// The name of the format, the value of the field `format`.
    pub name: &'static str,
    /// The usual extensions; most formats are recognised by what a file holds, whatever it is called.
    pub extensions: &'static [&'static str],
    /// What it is, in one line.
    pub about: &'static str,
}

/// The formats that can be read, in the order in which they are tried.
pub fn formats() -> impl Iterator<Item = Format> {
    READERS.iter().map(|reader| Format {
        name: reader.name,
        extensions: reader.extensions,
        about: reader.about,
    })
}

/// Why a reader stopped before the end.
#[derive(Debug)]
enum Halt {
    /// The caller wants no more.
    Stop,
    /// The rest of the file cannot be read, for this reason.
    Unreadable(String),
}

impl From<String> for Halt {
    fn from(reason: String) -> Halt {
        Halt::Unreadable(reason)
    }
}

impl From<&str> for Halt {
    fn from(reason: &str) -> Halt {
        Halt::Unreadable(reason.to_owned())
    }
}

/// Archives within archives: one inside another is opened, one in that is not.
const MAX_NESTED: usize = 2;

type Outcome<T = ()> = std::result::Result<T, Halt>;

/// Where readers put what they find.
struct Sink<'a> {
    /// The path of the input, in an archive that of the file inside behind it.
    path: String,
    /// Bytes of the path that are the input's own.
    own: usize,
    /// Archives around.
    depth: usize,
    /// Bytes that the files of the archives around may still have.
    left: Rc<Cell<u64>>,
    format: &'static str,
    options: &'a ReadOptions,
    each: &'a mut dyn FnMut(std::result::Result<Draft, Skipped>) -> ControlFlow<()>,
}

impl Sink<'_> {
    /// Hands on one article, or the reason why a record is none.
    fn put(&mut self, record: Option<u64>, draft: std::result::Result<Draft, String>) -> Outcome {
        let item = match draft {
            Ok(mut draft) => {
                let article = &mut draft.article;
                // An exported article keeps the place it came from first.
                if article.path.is_empty() {
                    article.path.clone_from(&self.path);
                    article.record = record;
                }
                if article.format.is_empty() {
                    article.format = self.format.to_owned();
                }
                Ok(draft)
            }
            Err(reason) => Err(self.skipped(record, reason)),
        };
        match (self.each)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stop),
        }
    }

    fn skipped(&self, record: Option<u64>, reason: String) -> Skipped {
        let (own, inside) = self.path.split_at(self.own);
        let inside = inside.trim_start_matches('/');
        Skipped {
            path: own.to_owned(),
            record,
            reason: match inside.is_empty() {
                true => reason,
                false => format!("{inside}: {reason}"),
            },
        }
    }

    /// Reads a file of an archive as if it stood in a folder of the archive's name.
    fn member(&mut self, name: &str, from: Box<dyn Read + '_>) -> Outcome {
        let name = clean::line(name);
        let before = (self.path.len(), self.format);
        self.path = format!("{}/{}", self.path, name.trim_start_matches("./"));
        self.depth += 1;
        let inner = Rationed {
            inner: from,
            left: Rc::clone(&self.left),
        };
        let input = Input::Bytes {
            name: name.rsplit('/').next().unwrap_or_default(),
            from: Box::new(inner),
        };
        let outcome = match read_into(None, input, self) {
            Err(Halt::Unreadable(reason)) => self.put(None, Err(reason)),
            other => other,
        };
        self.depth -= 1;
        self.path.truncate(before.0);
        self.format = before.1;
        outcome
    }
}

/// Reads one input and hands each article, or what was skipped and why, to `each` until it breaks.
pub(crate) fn read(
    input: Input,
    options: &ReadOptions,
    each: &mut dyn FnMut(std::result::Result<Draft, Skipped>) -> ControlFlow<()>,
) {
    read_as(None, input, options, each);
}

/// The same by this reader, whatever the input looks like.
pub(crate) fn read_as(
    reader: Option<&'static Reader>,
    input: Input,
    options: &ReadOptions,
    each: &mut dyn FnMut(std::result::Result<Draft, Skipped>) -> ControlFlow<()>,
) {
    let path = match &input {
        Input::Path(path) => path.to_string_lossy().into_owned(),
        Input::Bytes { name, .. } => (*name).to_owned(),
    };
    let mut sink = Sink {
        own: path.len(),
        path,
        depth: 0,
        left: Rc::new(Cell::new(u64::MAX)),
        format: "",
        options,
        each,
    };
    if let Err(Halt::Unreadable(reason)) = read_into(reader, input, &mut sink) {
        let skipped = sink.skipped(None, reason);
        // The caller's wish to stop makes no difference any more.
        let _ = (sink.each)(Err(skipped));
    }
}

fn read_into(reader: Option<&'static Reader>, input: Input, sink: &mut Sink) -> Outcome {
    let stream = Stream::open(input)?;
    let reader = match reader {
        Some(reader) => reader,
        None => {
            let head = Head::of(&stream);
            let chosen = recognise(&head);
            let refusal = || head.refusal.unwrap_or_else(|| "no text".to_owned());
            chosen.ok_or_else(refusal)?
        }
    };
    sink.format = reader.name;
    (reader.read)(stream, sink)
}

/// The reader whose format the head looks most like; an extension settles ties.
fn recognise(head: &Head) -> Option<&'static Reader> {
    let mut best: Option<(&Reader, (Likeness, bool))> = None;
    for reader in READERS {
        let likeness = (reader.sniff)(head);
        if likeness == Likeness::No {
            continue;
        }
        let score = (
            likeness,
            reader.extensions.contains(&head.extension.as_str()),
        );
        if best.is_none_or(|(_, highest)| score > highest) {
            best = Some((reader, score));
        }
    }
    best.map(|(reader, _)| reader)
}

#[cfg(test)]
mod tests;
