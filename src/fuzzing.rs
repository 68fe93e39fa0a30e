//! Where bytes from outside come in, for fuzzers: each target takes any bytes and must neither panic nor hang.
//!
//! `fuzz/` runs them with libFuzzer. The test below runs them with inputs that a simple machine makes up from real ones:
//! MORGUE_TEST_FUZZ=N times each.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use crate::enrich::EnrichOptions;
use crate::read::{Input, READERS, ReadOptions};
use crate::{Archive, Article, Date, ErrorKind, Match, Query, Schema};

/// Takes bytes that may be anything.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("query", query),
    ("read", read),
    ("dates", dates),
    ("schema", schema),
    ("rules", rules),
];

/// Asks a small archive; the first byte says how the words are taken.
pub fn query(bytes: &[u8]) {
    static ARCHIVE: OnceLock<Option<Archive>> = OnceLock::new();
    let archive = ARCHIVE.get_or_init(|| {
        let archive = Archive::in_memory(Schema::default()).ok()?;
        let article = |n: usize| Article {
            id: n.to_string(),
            title: Some(format!("Ferry {n} sails")),
            body: "The ferry sailed from Oslo to Bergen. A tram was late again.".to_owned(),
            date: Date::parse("2024-06-18"),
            ..Article::default()
        };
        archive.add((0..3).map(article).collect()).ok()?;
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
    let Some(Err(error)) = archive.as_ref().map(|archive| archive.search(&query)) else {
        return;
    };
    // An error is an answer too, but the archive is whole: what is called damage was a panic.
    let is_answer = !matches!(error.kind(), ErrorKind::Damaged | ErrorKind::Engine);
    assert!(is_answer, "{error}: {query:?}");
}

/// Reads a file of any format and understands it; the first byte says by which extension.
pub fn read(bytes: &[u8]) {
    let Some((kind, content)) = bytes.split_first() else {
        return;
    };
    let extensions: Vec<&str> = READERS
        .iter()
        .flat_map(|reader| reader.extensions)
        .copied()
        .collect();
    let extension = extensions
        .get(usize::from(*kind) % extensions.len().max(1))
        .unwrap_or(&"txt");
    understood(&format!("a.{extension}"), content);
}

fn understood(name: &str, content: &[u8]) {
    static OPTIONS: OnceLock<ReadOptions> = OnceLock::new();
    let input = Input::Bytes {
        name,
        from: Box::new(content),
    };
    let options = OPTIONS.get_or_init(ReadOptions::default);
    let enrich = EnrichOptions::default();
    crate::read::read(input, options, &mut |draft| {
        if let Ok(draft) = draft {
            let _ = crate::enrich(draft, &enrich);
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
    let article = format!("Ferry sails\nPublished on: {text}\n\nThe ferry sails from Oslo.\n");
    understood("a.txt", article.as_bytes());
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
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    const PIECES: &[&str] = &[
        "(",
        ")",
        "-",
        "\"",
        "*",
        "?",
        "~2",
        " NEAR/3 ",
        " OR ",
        "title:",
        "date:",
        "..",
        "2024-06-18",
        "since:",
        "=",
        "é",
        "\u{202e}",
        "\0",
        "<div>",
        "</p>",
        "<title>",
        "{\"",
        "\":",
        "[",
        "]",
        "}",
        "<?xml version=\"1.0\"?>",
        "<rss>",
        "<item>",
        "From: a@b\n",
        "Content-Type: ",
        "\n\n",
        "---\n",
        "WARC/1.0\r\n",
        "PK\u{3}\u{4}",
        "%PDF-1.4",
        "[desk]\n",
        "kind = ",
        "\"keyword\"",
        "merge person A = B",
        "17 title = x\n",
        "June",
        "18th",
        "GMT",
        "+05:30",
        ",",
        "\t",
        "&amp;",
        "&#x1F;",
    ];

    const SEEDS: &[&str] = &[
        "ferry \"north korea\"~3 title:(pact OR treaty) date:2024..2025 -w*",
        "Ferry sails\nBy Ann Lee\nPublished on: 18 Jun 2024 7:18 AM GMT\n\nOSLO, June 18 (AP) - The ferry sails, said Anna Holm.\n",
        "<html><head><title>Ferry</title><meta name=\"date\" content=\"2024-06-18\"></head><body><p>The ferry sails.</p></body></html>",
        "{\"id\":1,\"title\":\"Ferry\",\"date\":\"2024-06-18T07:18:00Z\",\"body\":\"The ferry\",\"byline\":[\"Ann\"]}\n",
        "id,title,body\n1,Ferry,\"The ferry, again\"\n",
        "<?xml version=\"1.0\"?><rss><channel><item><title>Ferry</title><description>It sails</description></item></channel></rss>",
        "From: a@b.c\nSubject: Ferry\nDate: Tue, 18 Jun 2024 07:18:00 +0530\nMIME-Version: 1.0\nContent-Type: text/plain\n\nThe ferry.\n",
        "---\ntitle: Ferry\ndate: 2024-06-18\n---\nThe ferry sails.\n",
        "<nitf><head/><body><body.head><hedline><hl1>Ferry</hl1></hedline></body.head><body.content><p>It</p></body.content></body></nitf>",
        "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<title>Ferry</title>\r\n\r\n",
        "<REUTERS NEWID=\"1\"><DATE>26-FEB-1987 15:01:01.79</DATE><TEXT><TITLE>FERRY</TITLE><BODY>It sails.</BODY></TEXT></REUTERS>",
        "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:world\"\n",
        "# rules\nmerge person Ann Lee = Anna Lee\ndrop org X\n17 title = A = B\n17 date = 2024\n",
        "Tuesday, 18th June 2024 at 7.18 a.m. (GMT+5:30)",
    ];

    fn below(seed: &mut u64, end: usize) -> usize {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        usize::try_from(*seed >> 11).unwrap() % end.max(1)
    }

    /// An input made of a real one.
    fn made(seed: &mut u64) -> Vec<u8> {
        let mut bytes = SEEDS[below(seed, SEEDS.len())].as_bytes().to_vec();
        bytes.insert(0, u8::try_from(below(seed, 256)).unwrap());
        for _ in 0..=below(seed, 6) {
            let at = below(seed, bytes.len());
            let end = (at + 1 + below(seed, 24)).min(bytes.len());
            match below(seed, 6) {
                0 => bytes[at] ^= 1 << below(seed, 8),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let part = bytes[at..end].repeat(1 + below(seed, 40));
                    bytes.splice(at..at, part);
                }
                3 => drop(bytes.splice(at..end, SEEDS[below(seed, SEEDS.len())].bytes())),
                _ => drop(bytes.splice(at..at, PIECES[below(seed, PIECES.len())].bytes())),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        bytes
    }

    // Whatever comes in ends in an answer or an error, soon.
    #[test]
    #[allow(clippy::print_stderr)] // A long campaign prints its counts.
    fn made_up_inputs() {
        let told = std::env::var("MORGUE_TEST_FUZZ").ok();
        let times: usize = told.and_then(|times| times.parse().ok()).unwrap_or(150);
        for (name, target) in TARGETS {
            let mut seed = 0x9E37_79B9_7F4A_7C15;
            let (mut longest, mut slowest) = (Duration::ZERO, Vec::new());
            for _ in 0..times {
                let bytes = made(&mut seed);
                let started = Instant::now();
                let ended = std::panic::catch_unwind(|| target(&bytes));
                assert!(
                    ended.is_ok(),
                    "{name}: {:?}",
                    String::from_utf8_lossy(&bytes)
                );
                if started.elapsed() > longest {
                    (longest, slowest) = (started.elapsed(), bytes);
                }
            }
            eprintln!(
                "fuzz: {name}: {times} inputs, none panicked, the longest took {} ms",
                longest.as_millis()
            );
            let slowest = String::from_utf8_lossy(&slowest);
            assert!(longest < Duration::from_secs(20), "{name}: {slowest:?}");
        }
    }
}
