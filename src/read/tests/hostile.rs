//! Inputs that are nothing, broken, or made to harm, and any bytes.

use proptest::prelude::*;

use super::*;

// Nothing, and what is nothing at a closer look.
#[test]
fn empty_inputs() {
    assert_eq!(reason("a.txt", ""), "empty file");
    assert_eq!(reason("a.txt", "\u{feff}"), "no text");
    assert_eq!(reason("a.txt", " \n\t\n"), "no text");
    assert_eq!(reason("a.json", "{}"), "no text");
    assert_eq!(reason("a.json", "[]"), "no text");
    assert_eq!(
        reason("a.json", r#"{"kop": "Ferry", "tekst": "It sails."}"#),
        "no text; keys not used: kop, tekst: name the one of the text with `--map body=KEY`"
    );
    assert_eq!(reason("a.html", "<html><body></body></html>"), "no text");
    assert_eq!(reason("a.csv", "title,text\n"), "no rows under the header");
    assert_eq!(reason("a.txt", "\u{200b}\u{feff}\u{1b}[0m"), "no text");
}

// Each of these says in plain words why it is not read.
#[test]
fn unreadable_inputs() {
    assert_eq!(
        reason("a.txt", [0, 1, 2, 0, 0, 9, 0, 0, 0, 0]),
        "binary file"
    );
    assert_eq!(
        reason("a.txt", b"\x89PNG\r\n\x1a\n\0\0"),
        "binary file: an image"
    );
    assert_eq!(
        reason("a.json", "{\"title\": \"One\" \"text\": 1}"),
        "not JSON: expected `,` or `}` at line 1 column 17"
    );
    let mut cut = gzip("Ferry returns. ".repeat(9_000).as_bytes());
    cut.truncate(cut.len() / 2);
    assert_eq!(reason("a.txt.gz", cut), "gzip data ends too early");
    assert!(reason("a.txt.gz", b"\x1f\x8bnonsense").starts_with("damaged gzip data"));
    let options = ReadOptions {
        max_file_bytes: 1 << 20,
        ..ReadOptions::default()
    };
    let items = read_with("a.txt", "word ".repeat(300_000).as_bytes(), &options);
    assert_eq!(
        items[0].as_ref().unwrap_err().reason,
        "larger than 1 MiB: raise `--max-size`"
    );
}

// A small file that unpacks to gigabytes is given up early.
#[test]
fn gzip_bomb() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        packer.write_all(&[b'a'; 1 << 20]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    assert_eq!(
        reason("a.txt.gz", bomb),
        "gzip data grows more than 200 times when unpacked"
    );
}

// Depth that would overflow the stack is refused, in documents and in lines.
#[test]
fn deep_json() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        reason("a.json", format!("{{\"title\":{deep}}}")),
        "JSON nested deeper than 128"
    );
    let items = read_all(
        "a.jsonl",
        format!("{{\"title\":\"One\"}}\n{{\"title\":{deep}}}\n{{\"title\":\"Two\"}}"),
    );
    assert_eq!(items.len(), 3);
    assert_eq!(
        items[1].as_ref().unwrap_err().reason,
        "JSON nested deeper than 128"
    );
    let options = ReadOptions {
        json_depth: 4,
        ..ReadOptions::default()
    };
    let items = read_with("a.json", br#"{"title":"One","x":[[[[1]]]]}"#, &options);
    assert_eq!(
        items[0].as_ref().unwrap_err().reason,
        "JSON nested deeper than 4"
    );
}

// A line longer than the limit is passed over without keeping it; so is a cell whose quote never ends.
#[test]
fn huge_records() {
    let options = ReadOptions {
        max_record_bytes: 1 << 20,
        ..ReadOptions::default()
    };
    let text = format!(
        "{{\"title\":\"One\"}}\n{{\"title\":\"{}\"}}\n{{\"title\":\"Two\"}}\n",
        "x".repeat(3 << 20)
    );
    let items = read_with("a.jsonl", text.as_bytes(), &options);
    assert_eq!(items.len(), 3);
    assert_eq!(
        items[1].as_ref().unwrap_err().reason,
        "line larger than 1 MiB: raise `--max-size`"
    );
    let text = format!("title,text\nOne,a\nTwo,\"{}", "x\n".repeat(2 << 20));
    let items = read_with("a.csv", text.as_bytes(), &options);
    assert!(items[0].is_ok());
    assert_eq!(
        items[1].as_ref().unwrap_err().reason,
        "lines 3 to 2097154: a quote is opened and not closed, or its cell is larger than 1 MiB: raise `--max-size`"
    );
}

// An array larger than a file may be is read element by element.
#[test]
fn huge_array() {
    let options = ReadOptions {
        max_file_bytes: 1 << 20,
        ..ReadOptions::default()
    };
    let element = format!(
        "{{\"title\":\"One\",\"text\":\"{}\"}}",
        "word ".repeat(2_000)
    );
    let text = format!("[{}]", vec![element; 300].join(",\n"));
    let items = read_with("a.json", text.as_bytes(), &options);
    assert_eq!(items.iter().filter(|item| item.is_ok()).count(), 300);
}

// Broken markup is read as far as it goes; bombs are refused before the parser sees them.
#[test]
fn hostile_html() {
    let draft = one(
        "a.html",
        "<html><h1>Ferry <b>returns<p>It did <table><td>return</i></div>.<script>x<!--",
    );
    assert!(
        draft.article.body.contains("It did"),
        "{}",
        draft.article.body
    );
    assert_eq!(
        reason("a.html", format!("<html>{}", "<div>".repeat(1_000_000))),
        "HTML nested deeper than 800"
    );
    let wide = format!("<html><h1>x</h1>{}", "<p>a <b>b</b></p>".repeat(20_000));
    assert_eq!(read_all("a.html", wide).len(), 1);
}

// Whatever is not a regular file is refused before it is opened: a pipe would wait for ever.
#[test]
fn special_files() {
    let folder = tempfile::tempdir().unwrap();
    let of = |path: &Path| {
        let mut reasons = Vec::new();
        read(Input::Path(path), &ReadOptions::default(), &mut |item| {
            reasons.extend(item.err().map(|skipped| skipped.reason));
            ControlFlow::Continue(())
        });
        reasons.concat()
    };
    assert_eq!(of(folder.path()), "a folder, not a file");
    assert_eq!(
        of(&folder.path().join("none.txt")),
        "no such file or directory"
    );
    if cfg!(unix) {
        assert_eq!(of(Path::new("/dev/null")), "a device, not a file");
    }
}

/// Pieces that formats are made of, for inputs that nearly are of a format.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=author>",
    "</div>",
    "<table>",
    "<td>",
    "<li>",
    "<dd>",
    "<svg>",
    "<path d=1/>",
    "<title>",
    "</title>",
    "<h1>",
    "<b>",
    "</b>",
    "<a href='",
    "'>",
    "<br>",
    "<script type='application/ld+json'>",
    "</script>",
    "{\"@type\":\"Article\",\"headline\":",
    "\"x\"",
    "}",
    "[",
    "]",
    ",",
    "\n",
    "{\"title\":",
    "\"text\"",
    "title,text\n",
    "\t",
    "&amp;",
    "\u{1b}[",
    "\u{202e}",
    "18 June 2024",
    "<!DOCTYPE html>",
    "The ferry returned to the harbour on Friday. ",
    "<figcaption>",
    "<meta name=author content=x>",
    "<!--",
    "é",
    "<rss><channel><title>",
    "<item>",
    "</item>",
    "<content:encoded>",
    "<![CDATA[",
    "]]>",
    "<nitf><body.content>",
    "<newsItem><contentMeta>",
    "<REUTERS NEWID='1'>",
    "</REUTERS>",
    "&#5;",
    "<?xml version='1.0'?>",
    "---\n",
    "title: x\n",
    "- ",
    "From a@b\n",
    "From: a@b\nDate: 18 June 2024\nSubject: x\n\n",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
    "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    "{\"uri\":\"u\",\"headlines\":",
];

proptest! {
    // No bytes make a reader panic; each input yields an article or a reason.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0..12usize) {
        let start: &[u8] = [&b""[..], b"<html>", b"{\"title\":", b"title,text\n", b"\xff\xfe", b"\x1f\x8b\x08\0",
            b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"WARC/1.0\r\n", b"<rss><item>", b"From: a\nDate: b\nSubject: c\n", b"---\ntitle: a\n---\n"][start];
        let bytes = [start, &bytes].concat();
        prop_assert!(!read_all("a", bytes).is_empty());
    }

    // Nor do pieces of formats in any order.
    #[test]
    fn any_pieces(pieces in prop::collection::vec(0..PIECES.len(), 0..120), name in 0..4usize) {
        let text: String = pieces.iter().map(|&at| PIECES[at]).collect();
        let items = read_all(["a.html", "a.json", "a.jsonl", "a.csv"][name], text);
        for draft in items.iter().flatten() {
            let values = draft.candidates.iter().map(|candidate| candidate.value.as_str());
            for value in values.chain([draft.article.body.as_str()]).chain(draft.text.as_deref()) {
                prop_assert!(!value.contains(['\u{1b}', '\u{202e}']), "{:?}", value);
            }
        }
    }
}
