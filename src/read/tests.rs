//! Whole inputs through the front door.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::How;

mod forms;
mod hostile;

pub(super) type Item = std::result::Result<Draft, Skipped>;

pub(super) fn read_with(name: &str, bytes: &[u8], options: &ReadOptions) -> Vec<Item> {
    let mut items = Vec::new();
    let input = Input::Bytes {
        name,
        from: Box::new(bytes),
    };
    read(input, options, &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    items
}

pub(super) fn read_all(name: &str, bytes: impl AsRef<[u8]>) -> Vec<Item> {
    read_with(name, bytes.as_ref(), &ReadOptions::default())
}

pub(super) fn one(name: &str, bytes: impl AsRef<[u8]>) -> Draft {
    let mut items = read_all(name, bytes);
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0).unwrap()
}

/// The reason why nothing was read.
pub(super) fn reason(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let items = read_all(name, bytes);
    let reasons: Vec<&str> = items
        .iter()
        .filter_map(|item| item.as_ref().err())
        .map(|skipped| skipped.reason.as_str())
        .collect();
    assert_eq!((reasons.len(), items.len()), (1, 1), "{items:?}");
    reasons.concat()
}

pub(super) fn values<'d>(draft: &'d Draft, field: &str) -> Vec<&'d str> {
    let of_field = draft
        .candidates
        .iter()
        .filter(|candidate| candidate.field == field);
    of_field.map(|candidate| candidate.value.as_str()).collect()
}

pub(super) fn from<'d>(draft: &'d Draft, field: &str) -> Option<&'d str> {
    draft
        .candidates
        .iter()
        .find(|candidate| candidate.field == field)?
        .evidence
        .from
        .as_deref()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

// The whole of a plain text goes on untouched but for control characters and line ends.
#[test]
fn plain_text() {
    let draft = one(
        "a.txt",
        "\u{feff}Ferry returns\r\n\r\nIt \u{1b}[1mreturned\u{202e} today.\r\n",
    );
    assert_eq!(
        draft.text.as_deref(),
        Some("Ferry returns\n\nIt returned today.\n")
    );
    assert_eq!(
        (draft.article.format.as_str(), draft.article.path.as_str()),
        ("text", "a.txt")
    );
}

// The content decides, the extension only where the content leaves it open.
#[test]
fn formats_are_recognised_by_content() {
    let format = |name: &str, bytes: &str| one(name, bytes).article.format;
    assert_eq!(format("a.txt", r#"{"title":"Ferry returns"}"#), "json");
    assert_eq!(format("a.jsonl", r#"{"title":"Ferry returns"}"#), "jsonl");
    assert_eq!(
        format("a", "{\"title\":\"Ferry returns\",\n \"text\":\"It did.\"}"),
        "json"
    );
    assert_eq!(
        format("-", "<!DOCTYPE html><title>Ferry returns</title><p>It did."),
        "html"
    );
    assert_eq!(
        format("a.txt", "title;text\nFerry returns;It did.\n"),
        "csv"
    );
    assert_eq!(
        format("a.txt", "title\ttext\nFerry returns\tIt did.\n"),
        "tsv"
    );
    assert_eq!(
        format("a.csv", "[Editor's note] Ferry returns.\nIt did."),
        "text"
    );
    assert_eq!(
        format(
            "a.html",
            "Ferry returns, and with it the date, the author and the title."
        ),
        "text"
    );
}

// Aliases in any spelling; what needs judgement goes out raw with its key.
#[test]
fn keys_of_records() {
    let draft = one(
        "a.json",
        r#"{"ID": 7, "Headline": "Ferry &amp; harbour <i>reopen</i>", "Published-At": 1718695080, "authors": [{"name": "Jane Doe"}, "Ali Hassan"],
            "publisher": {"name": "Harbour Herald"}, "link": "https://herald.example/7", "content": "One.\n\nTwo < three.", "Section": ["World", "Sea"],
            "people": "Jane Doe; Ali Hassan", "summary": "It did.", "mentions": [], "wordcount": 4, "orgs": [], "place": null}"#,
    );
    let article = &draft.article;
    assert_eq!(
        (article.id.as_str(), article.url.as_deref()),
        ("7", Some("https://herald.example/7"))
    );
    assert_eq!(article.body, "One.\n\nTwo < three.");
    assert_eq!(
        (&article.section, &article.person),
        (
            &vec!["World".to_owned(), "Sea".into()],
            &vec!["Jane Doe".to_owned(), "Ali Hassan".into()]
        )
    );
    assert_eq!(article.standfirst.as_deref(), Some("It did."));
    assert_eq!(values(&draft, "title"), ["Ferry & harbour reopen"]);
    assert_eq!(values(&draft, "date"), ["1718695080"]);
    assert_eq!(values(&draft, "byline"), ["Jane Doe", "Ali Hassan"]);
    assert_eq!(values(&draft, "source"), ["Harbour Herald"]);
    assert_eq!(from(&draft, "date"), Some("key Published-At"));
    assert_eq!(article.how("section"), Some(How::Stated));
    assert_eq!(draft.unused, ["wordcount"]);
}

// `--map` goes before the aliases, reaches into objects, and takes the key away from other fields.
#[test]
fn mapped_keys() {
    let mut options = ReadOptions::default();
    options
        .schema
        .add_user_fields("[desk]\nkind = \"keyword\"")
        .unwrap();
    for (field, key) in [
        ("title", "meta.head"),
        ("body", "title"),
        ("desk", "abteilung"),
    ] {
        options.map.push((field.to_owned(), key.to_owned()));
    }
    let text = r#"{"title": "It did.", "meta": {"head": "Ferry returns"}, "abteilung": "Sea", "Desk": "Land"}"#;
    let items = read_with("a.json", text.as_bytes(), &options);
    let draft = items[0].as_ref().unwrap();
    assert_eq!(values(draft, "title"), ["Ferry returns"]);
    assert_eq!(draft.article.body, "It did.");
    assert_eq!(draft.article.labels_of("desk"), ["Sea"]);
    assert!(draft.unused.is_empty(), "{:?}", draft.unused);
}

// A body that is markup is read as such; one tag is a slip of the pen.
#[test]
fn markup_in_a_body() {
    let draft = one(
        "a.json",
        r#"{"body": "<p>One &amp; two.</p><figure><figcaption>The ferry</figcaption></figure><p>Three.</p>"}"#,
    );
    assert_eq!(draft.article.body, "One & two.\n\nThree.");
    assert_eq!(
        (
            draft.article.rest[0].zone.as_str(),
            draft.article.rest[0].text.as_str()
        ),
        ("caption", "The ferry")
    );
    assert_eq!(
        one("a.json", r#"{"body": "One <br> two &amp; three"}"#)
            .article
            .body,
        "One <br> two &amp; three"
    );
}

// What was exported comes back as it was, evidence and first place included; what is worked out anew does not.
#[test]
fn exports_read_back() {
    let text = r#"{"version":1,"id":"7f3a","path":"/clippings/a.txt","record":3,"format":"text","title":"Ferry returns","date":"2024-06-18T07:18:00Z",
        "source":"Harbour Herald","agency":["PTI"],"byline":["Jane Doe"],"body":"One.\n\nTwo.","rest":[{"zone":"caption","text":"The ferry"}],
        "person":["Jane Doe"],"mentions":[{"field":"person","name":"x","text":"x","start":0,"end":1}],"story":"9","copy_of":"8","labels":{"desk":["World"]},
        "evidence":{"date":{"how":"stated","line":4,"text":"18 Jun 2024"},"agency":[{"value":"PTI","how":"stated","role":"cited","line":12}]}}"#;
    let article = one("export.jsonl", text.replace('\n', " ")).article;
    let mut expected: crate::Article = serde_json::from_str(text).unwrap();
    (expected.story, expected.copy_of) = (None, None);
    expected.mentions.clear();
    assert_eq!(article, expected);
}

// A wrapper may have a title of its own; records are numbered, and one that says nothing is listed.
#[test]
fn lists_of_records() {
    for text in [
        r#"[{"title":"One"},{"text":""},7,{"title":"Two"}]"#,
        r#"{"title":"Feed","articles":[{"title":"One"},{"text":""},7,{"title":"Two"}]}"#,
        r#"{"response":{"docs":[{"title":"One"},{"text":""},7,{"title":"Two"}]}}"#,
    ] {
        let items = read_all("a.json", text);
        let shape: Vec<String> = items
            .iter()
            .map(|item| match item {
                Ok(draft) => format!(
                    "{:?} {}",
                    draft.article.record,
                    values(draft, "title").concat()
                ),
                Err(skipped) => format!("{:?} {}", skipped.record, skipped.reason),
            })
            .collect();
        assert_eq!(
            shape,
            [
                "Some(1) One",
                "Some(2) no text",
                "Some(3) not a JSON object",
                "Some(4) Two"
            ],
            "{text}"
        );
    }
}

// A broken line costs that line.
#[test]
fn broken_json_line() {
    let items = read_all(
        "a.jsonl",
        "{\"title\":\"One\"}\n{\"title\":\n\n{\"title\":\"Two\"}",
    );
    assert_eq!(items.len(), 3);
    let skipped = items[1].as_ref().unwrap_err();
    assert_eq!(skipped.record, Some(2));
    assert!(
        skipped.reason.starts_with("not JSON: EOF"),
        "{}",
        skipped.reason
    );
    assert_eq!(items[2].as_ref().unwrap().article.record, Some(4));
}

// Quotes, line ends in cells, other delimiters; a row that does not fit is listed.
#[test]
fn tables() {
    let items = read_all(
        "a.csv",
        "title,text,date\n\"One, two\",\"a\nb\",2024\nx,y,z,more\n",
    );
    let draft = items[0].as_ref().unwrap();
    assert_eq!(
        (values(draft, "title"), draft.article.body.as_str()),
        (vec!["One, two"], "a\nb")
    );
    assert_eq!(
        items[1].as_ref().unwrap_err().reason,
        "the row has 4 columns, the header has 3"
    );
    for text in [
        "title;text\nOne;a",
        "title|text\nOne|a",
        "\u{feff}Title\tText\nOne\ta",
    ] {
        assert_eq!(values(&one("a.csv", text), "title"), ["One"], "{text}");
    }
    assert_eq!(
        reason("a.csv", "x,y\n1,2\n"),
        "no known column among `x, y`: name one with `--map body=COLUMN`"
    );
    let twice = one("a.csv", "title,author,text,author,text\nOne,Ann,a,Bo,b\n");
    assert_eq!(values(&twice, "byline"), ["Ann", "Bo"]);
    assert_eq!(twice.article.body, "a\n\nb");
}

// Collections are put together of files in several encodings: each line is read in its own.
#[test]
fn encodings_of_lines() {
    let text =
        b"title,text\nOne,caf\xc3\xa9 one\nTwo,caf\xe9 deux \xe0 la carte\nThree,caf\xe9 trois\n";
    let bodies = |name: &str, text: &[u8]| {
        let items = read_all(name, text).into_iter();
        items
            .map(|item| item.unwrap().article.body)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        bodies("a.csv", text),
        ["café one", "café deux à la carte", "café trois"]
    );
    let lines = b"{\"text\":\"caf\xc3\xa9 one\"}\n{\"text\":\"caf\xe9 deux\"}\n";
    assert_eq!(bodies("a.jsonl", lines), ["café one", "café deux"]);
}

// A quote that is opened and not closed costs its own record, and no other is lost or invented.
#[test]
fn tables_with_an_open_quote() {
    let read = |text: &str| {
        let items = read_all("a.csv", text).into_iter();
        let told = items.map(|item| match item {
            Ok(draft) => draft.article.body,
            Err(skipped) => format!("{}: {}", skipped.record.unwrap(), skipped.reason),
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        read("title,text\nOne,\"a\n\nTwo,b\nThree,\"c\nd\"\n"),
        ["1: line 2: a quote is opened and not closed", "b", "c\nd"]
    );
    // A download that was cut within a text of several lines.
    assert_eq!(
        read("title,text\nOne,a\nTwo,\"b\n\nThen, he said, c.\nLast, but"),
        ["a", "2: lines 3 to 6: a quote is opened and not closed"]
    );
    assert_eq!(
        reason("a.csv", "title,\"text\nOne,a\n"),
        "line 1: a quote is opened and not closed"
    );
}

// Packed input is what it holds.
#[test]
fn gzip_around_formats() {
    let items = read_all(
        "a.jsonl.gz",
        gzip(b"{\"title\":\"One\"}\n{\"title\":\"Two\"}"),
    );
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].as_ref().unwrap().article.format, "jsonl");
    assert_eq!(
        one("a.txt.gz", gzip(b"Ferry returns")).text.as_deref(),
        Some("Ferry returns")
    );
}

// Lines and rows in other encodings, transcoded while they are read.
#[test]
fn encodings_of_records() {
    let text = "title;text\nÜberfahrt über die Förde;Die Fähre fährt wieder, hieß es.\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    assert_eq!(
        values(&one("a.csv", latin), "title"),
        ["Überfahrt über die Förde"]
    );
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(
        "{\"title\":\"Förde\"}\n{\"title\":\"Fähre\"}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes),
    );
    let items = read_all("a.jsonl", &utf16);
    assert_eq!(values(items[1].as_ref().unwrap(), "title"), ["Fähre"]);
    let mut cut = utf16;
    cut.pop();
    assert_eq!(read_all("a.jsonl", cut).len(), 2);
}

const PAGE: &str = r#"<!DOCTYPE html><html lang="en"><head><title>Ferry returns to the harbour | Harbour Herald</title>
    <link rel="canonical" href="https://herald.example/2024/06/18/ferry"><meta property="og:site_name" content="Harbour Herald">
    <meta name="author" content="By Jane Doe, Harbour Herald"><meta property="article:published_time" content="2024-06-18T07:18:00Z"></head>
    <body><nav><p>Home World Sport</p></nav><h1>Harbour Herald</h1><article><h1>Ferry returns to the harbour</h1><div class="share">Share this</div>
    <p>The ferry returned to the harbour on Friday after eleven months, and nobody was there to see it, the harbour master said.</p>
    <figure><img src="x.jpg"><figcaption>The ferry in May</figcaption></figure>
    <p>It had been away for repairs that were to take three weeks, he said, and cost twice what the town had been told.</p>
    <ul class="related"><li><a href="/1">Another story</a></li><li><a href="/2">And one more</a></li></ul>
    <p>The town will pay the bill in five parts, the mayor said on Sunday, and the ferry will sail again from Monday.</p>
    </article><footer><p>All rights reserved</p></footer></body></html>"#;

// What a page says of itself, and its text without what stands around it.
#[test]
fn web_page() {
    let draft = one("a.html", PAGE);
    assert_eq!(values(&draft, "title")[0], "Ferry returns to the harbour");
    assert_eq!(from(&draft, "title"), Some("h1"));
    assert_eq!(values(&draft, "source")[0], "Harbour Herald");
    assert_eq!(values(&draft, "byline"), ["Jane Doe"]);
    assert_eq!(
        values(&draft, "date"),
        ["2024-06-18T07:18:00Z", "2024-06-18"]
    );
    assert_eq!(values(&draft, "language"), ["en"]);
    assert_eq!(
        draft.article.url.as_deref(),
        Some("https://herald.example/2024/06/18/ferry")
    );
    let paragraphs: Vec<&str> = draft.article.body.split("\n\n").collect();
    assert_eq!(paragraphs.len(), 3, "{}", draft.article.body);
    assert!(
        paragraphs[0].starts_with("The ferry returned") && paragraphs[2].ends_with("from Monday.")
    );
    assert!(
        draft
            .article
            .rest
            .iter()
            .any(|zone| zone.zone == "caption" && zone.text == "The ferry in May")
    );
}

// A page without text still has the text that its JSON-LD carries.
#[test]
fn text_in_json_ld() {
    let body = "The ferry returned to the harbour on Friday. ".repeat(10);
    let page = format!(
        r#"<html><script type="application/ld+json">{{"@type":"NewsArticle","headline":"Ferry returns","articleBody":"{body}"}}</script><div id=app></div>"#
    );
    let draft = one("a.html", page);
    assert_eq!(draft.article.body, body.trim());
    assert_eq!(from(&draft, "title"), Some("json-ld headline"));
}

// Nothing is handed on after the caller said that it has enough.
#[test]
fn stop_early() {
    let bytes = b"{\"title\":\"One\"}\n{\"title\":\"Two\"}\n".repeat(9);
    let mut count = 0;
    let input = Input::Bytes {
        name: "-",
        from: Box::new(bytes.as_slice()),
    };
    read(input, &ReadOptions::default(), &mut |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!(count, 1);
}

// Formats are listed in help: each has a name and says what it is.
#[test]
fn table_of_readers() {
    for reader in READERS {
        assert!(!reader.name.is_empty() && !reader.about.is_empty());
        assert!(
            READERS
                .iter()
                .filter(|other| other.name == reader.name)
                .count()
                == 1
        );
    }
}
