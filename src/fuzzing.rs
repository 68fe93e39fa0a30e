//! Where bytes from outside come in, for fuzzers: each target takes any bytes and must neither panic nor hang.
//!
//! `fuzz/` runs them with libFuzzer. The tests run them with inputs that a simple machine makes up from real ones.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use crate::enrich::EnrichOptions;
use crate::read::{Input, READERS, ReadOptions, Reader};
use crate::{Archive, Article, Date, Draft, ErrorKind, Match, Query, Schema};

/// Takes bytes that may be anything.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("query", query),
    ("read", read),
    ("text", text),
    ("dates", dates),
    ("schema", schema),
    ("rules", rules),
];

/// Asks a small archive; the first byte says how the words are taken.
pub fn query(bytes: &[u8]) {
    static ARCHIVE: LazyLock<Option<Archive>> = LazyLock::new(|| {
        let archive = Archive::in_memory(Schema::default()).ok()?;
        let article = |n: usize| Article {
            id: n.to_string(),
            title: Some(format!("Ferry {n} sails")),
            body: "The ferry sailed from Oslo to Bergen. A tram was late again.".to_owned(),
            date: Date::parse("2024-06-18"),
            ..Article::default()
        };
        archive.add((0..3).map(article)).ok()?;
        Some(archive)
    });
    let Some((how, text)) = bytes.split_first() else {
        return;
    };
    let query = Query {
        plain: how % 3 == 1,
        matching: (how % 3 == 2).then_some(Match::Any),
        explain: how % 5 == 0,
        ..Query::new(String::from_utf8_lossy(text))
    };
    let Some(Err(error)) = ARCHIVE.as_ref().map(|archive| archive.search(&query)) else {
        return;
    };
    // An error is an answer too, but the archive is whole: what is called damage was a panic.
    let is_answer = !matches!(error.kind(), ErrorKind::Damaged | ErrorKind::Engine);
    assert!(is_answer, "{error}: {query:?}");
}

/// Reads a file as one format, whatever it looks like; the first byte says as which, and whether it is understood then.
pub fn read(bytes: &[u8]) {
    let Some((how, content)) = bytes.split_first() else {
        return;
    };
    let (reader, understood) = (how & 0x7f, how & 0x80 != 0);
    let Some(reader) = READERS.get(usize::from(reader) % READERS.len()) else {
        return;
    };
    let name = format!("a.{}", reader.extensions.first().unwrap_or(&"txt"));
    each_of(Some(reader), &name, content, &mut |draft| {
        if understood {
            understand(draft);
        }
    });
}

/// Understands a text.
pub fn text(bytes: &[u8]) {
    each_of(None, "a.txt", bytes, &mut understand);
}

fn understand(draft: Draft) {
    let _ = crate::enrich(draft, &EnrichOptions::default());
}

fn each_of(
    reader: Option<&'static Reader>,
    name: &str,
    content: &[u8],
    each: &mut dyn FnMut(Draft),
) {
    static OPTIONS: LazyLock<ReadOptions> = LazyLock::new(ReadOptions::default);
    let input = Input::Bytes {
        name,
        from: Box::new(content),
    };
    crate::read::read_as(reader, input, &OPTIONS, &mut |draft| {
        if let Ok(draft) = draft {
            each(draft);
        }
        ControlFlow::Continue(())
    });
}

/// Reads a date as an archive and as a newspaper writes it.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(date) = Date::parse(&text) {
        let _ = (date.days(), date.seconds(), date.to_string());
    }
    let _ = crate::parse_filter(&format!("date={text}"), &Schema::default());
    // As part of an article it takes a hundred times as long: one in sixteen is read so.
    if bytes.len().is_multiple_of(16) {
        let date = format!("Ferry sails\nPublished on: {text}\n\nThe ferry sails from Oslo.\n");
        self::text(date.as_bytes());
    }
}

/// Reads a schema file.
pub fn schema(bytes: &[u8]) {
    let _ = Schema::with_user_fields(&String::from_utf8_lossy(bytes))
        .map(|schema| schema.user_fields());
}

/// Reads the rules that stand beside an archive.
pub fn rules(bytes: &[u8]) {
    crate::archive::fuzz_rules(&String::from_utf8_lossy(bytes));
}

#[cfg(test)]
mod mutation;
#[cfg(test)]
mod tests;
