//! Files of every bad kind: what stands in them, and what must become of them.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::campaign::times;

/// What becomes of a file.
pub(super) enum Then {
    /// It is indexed: a search for its name, or for these words, finds it.
    Found(&'static str),
    /// It is listed with this reason.
    Listed(&'static str),
    /// So many of its records are indexed, and one is listed with this reason.
    Both(u64, &'static str),
    /// So many of its records are indexed.
    Records(u64),
}

use Then::{Both, Found, Listed, Records};

/// A file with a name below the folder, how its content is made, and what becomes of it.
pub(super) type Fixture = (&'static str, fn() -> Vec<u8>, Then);

pub(super) const STORY: &str = "Ferry strike in the Caf\u{e9} district ends\n\nThe ferry crews went back to work on Tuesday after a week. \
    The mayor said that the caf\u{e9} owners were relieved, and that the harbour would open.\n";

/// Escape sequences, a C1 control, bidirectional overrides, a bell.
pub(super) const EVIL: &str =
    "\u{1b}[31mRed\u{1b}]0;owned\u{7} \u{9b}2Jharbour \u{202e}gnp\u{202c} \u{2066}x\u{2069}";

const MAIL: &str = "From: a@x.example\nDate: Tue, 18 Jun 2024 07:18:00 GMT\nSubject: Ferry mail\nMIME-Version: 1.0\n";

const LOL: &str = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">\
    <!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]>";

pub(super) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

fn zstd(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 1).unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    let units = mark.into_iter().chain(text.encode_utf16());
    let bytes = |unit: u16| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    units.flat_map(bytes).collect()
}

fn pdf(objects: &str) -> Vec<u8> {
    format!("%PDF-1.4\n{objects}\ntrailer << /Root 1 0 R >>\nstartxref\n99999999\n%%EOF")
        .into_bytes()
}

fn warc(length: &str, content: &str) -> Vec<u8> {
    format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://x.example/1\r\nContent-Length: {length}\r\n\r\nHTTP/1.1 200 OK\r\n{content}").into_bytes()
}

fn feed(item: &str) -> Vec<u8> {
    format!("{LOL}<rss><channel><item><title>Ferry feed</title><description>{item}</description></item></channel></rss>").into_bytes()
}

fn records(count: usize, record: impl Fn(usize) -> String) -> Vec<u8> {
    (0..count).map(record).collect::<String>().into_bytes()
}

/// Again and again; how often is for a long run to say: MORGUE_TEST_HOSTILE=N makes everything N times as large.
fn many(text: &str, count: usize) -> String {
    text.repeat(count * times("MORGUE_TEST_HOSTILE", 1))
}

const NOT_JSON: &str = "not JSON: EOF while parsing a value at line 1 column 27";

#[rustfmt::skip]
pub(super) const FIXTURES: &[Fixture] = &[
    // Nothing to read.
    ("empty.txt", || Vec::new(), Listed("empty file")),
    ("spaces.txt", || b"  \n\t \r\n   ".to_vec(), Listed("no text")),
    ("unseen.txt", || "\u{200b}\u{feff}\u{200d}\n\u{2060}\u{ad}".into(), Listed("no text")),
    ("binary.txt", || (0..4000u32).map(|n| (n * 7919 % 251) as u8).collect(), Listed("binary file")),
    ("nul.txt", || b"The ferry\0 sails\0 again. The harbour opens on Monday after the strike.".to_vec(), Listed("binary file")),
    ("image.html", || b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), Listed("binary file: an image")),
    ("large.txt", || STORY.repeat(100_000).into_bytes(), Listed("larger than 16 MiB: raise `--max-size`")),
    // Encodings.
    ("latin1.txt", || STORY.chars().map(|c| c as u8).collect(), Found("café")),
    ("windows.txt", || {
        let mut text = b"Ferry \x93strike\x94 \x96 the caf\xe9 reopens\n\nThe harbour\x92s caf\xe9s opened \x85 again.\n".to_vec();
        text.extend(STORY.chars().map(|c| c as u8));
        text
    }, Found("café")),
    ("cyrillic.txt", || {
        let text = "Паром вернулся в гавань\n\nПосле недели забастовки экипажи вернулись к работе, сказал мэр города во вторник.\n";
        encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
    }, Found("забастовки")),
    ("le.txt", || utf16(STORY, false, true), Found("café")),
    ("be.txt", || utf16(STORY, true, true), Found("café")),
    ("le-bare.txt", || utf16(STORY, false, false), Found("café")),
    ("be-bare.txt", || utf16(STORY, true, false), Found("café")),
    ("half-surrogate.txt", || {
        let mut text = utf16(STORY, false, true);
        text.splice(40..40, [0x3d, 0xd8, 0x3d, 0xd8]);
        text.pop();
        text
    }, Found("harbour")),
    ("marks.txt", || format!("\u{feff}{}", STORY.replace("Tuesday", "Tuesday\u{feff}")).into_bytes(), Found("café")),
    ("bad-utf8.txt", || {
        let mut text = STORY.as_bytes().to_vec();
        text.extend_from_slice(b"The \xff\xfe pier \xc0\xaf of \xed\xa0\x80 Oban \xf4\x90\x80\x80 is \xe2\x82");
        text
    }, Found("harbour")),
    ("lying.html", || b"<html><head><meta charset=\"utf-16\"><title>Ferry page</title></head><body><p>The caf\xc3\xa9 by the harbour is open again.</p></body></html>".to_vec(), Found("café")),
    ("mac.txt", || STORY.replace('\n', "\r").into_bytes(), Found("café")),
    ("dos.txt", || STORY.replace('\n', "\r\n").into_bytes(), Found("café")),
    // Sizes within a text.
    ("word.txt", || "w".repeat(1 << 20).into_bytes(), Found("")),
    ("lines.txt", || many("The ferry.\n", 10_000).into_bytes(), Found("ferry")),
    ("title.txt", || format!("{}\n\nThe ferry sails.\n", many("Ferry sails ", 3_000)).into_bytes(), Found("ferry")),
    ("han.txt", || many("渡船在港口靠岸市长说", 3_000).into_bytes(), Found("")),
    ("bylines.txt", || format!("Ferry sails\n{}\nThe ferry sails.\n", many("By Ann Lee, Bo Ek and Cy Orr\n", 1_000)).into_bytes(), Found("ferry")),
    ("dates.txt", || format!("Ferry sails\n\n{}", many("On 18 June 2024 at 7.18 a.m., 31/31/9999, the ferry sailed. ", 500)).into_bytes(), Found("ferry")),
    ("marks-only.txt", || "?!.,;:-()[]{}\n".repeat(1000).into_bytes(), Found("")),
    // What is to be printed.
    ("escapes.txt", || format!("{EVIL} ferry headline\n\nThe ferry {EVIL} sailed. It was a good day for the harbour.\n").into_bytes(), Found("headline")),
    ("escapes.json", || format!("{{\"title\":\"Ferry \\u001b[2J\\u009b2J headline\\u202e\",\"body\":\"The ferry\\u0000 {}\"}}", "sails.").into_bytes(), Found("headline")),
    // JSON and its lines.
    ("broken.json", || b"{\"title\": \"Ferry\", \"body\": ".to_vec(), Listed(NOT_JSON)),
    ("deep.json", || "[".repeat(100_000).into_bytes(), Listed("JSON nested deeper than 128")),
    ("deep-object.json", || "{\"a\":".repeat(100_000).into_bytes(), Listed("JSON nested deeper than 128")),
    ("number.json", || b"{\"title\":\"Ferry number\",\"body\":\"It sails.\",\"date\":1e999,\"id\":-99999999999999999999999}".to_vec(), Listed("not JSON: number out of range at line 1 column 55")),
    ("surrogate.json", || b"{\"title\":\"Ferry \\ud800\",\"body\":\"It sails.\"}".to_vec(), Listed("not JSON: unexpected end of hex escape at line 1 column 23")),
    ("keys.json", || records(1, |_| format!("{{\"title\":\"Ferry keys\",\"title\":\"Tram keys\",\"\":\"x\",{}\"body\":\"It sails.\"}}", "\"a\":1,".repeat(50_000))), Found("keys")),
    ("scalar.json", || b"17".to_vec(), Found("")),
    ("lines.jsonl", || b"{\"id\":\"good1\",\"title\":\"One ferry\",\"body\":\"A ferry.\"}\n{\"id\":\"bad\",\n{\"id\":\"good2\",\"title\":\"Two ferries\",\"body\":\"Two.\"}\n".to_vec(),
        Both(2, "not JSON: EOF while parsing a value at line 1 column 12")),
    ("long.jsonl", || {
        let body = "ferry ".repeat(3_000_000);
        format!("{{\"id\":\"before\",\"title\":\"Before\"}}\n{{\"body\":\"{body}\"}}\n{{\"id\":\"after\",\"title\":\"After\"}}\n").into_bytes()
    }, Both(2, "larger than 16 MiB")),
    ("blank.jsonl", || format!("{}{{\"id\":\"late\",\"title\":\"Late ferry\"}}\n", "\n".repeat(100_000)).into_bytes(), Records(1)),
    ("same.jsonl", || records(3, |n| format!("{{\"id\":\"same\",\"title\":\"Same ferry {n}\"}}\n")), Both(1, "the id `same` stands twice in this input")),
    ("dates.jsonl", || {
        let dates = ["0000-01-01", "9999-12-31", "1500-06-01", "2024-02-31", "2024-13-01", "99999-01-01", "-5"];
        records(7, |n| format!("{{\"id\":\"date{n}\",\"title\":\"Ferry of {0}\",\"date\":\"{0}\",\"body\":\"A ferry.\"}}\n", dates[n]))
    }, Records(7)),
    // Tables.
    ("ragged.csv", || b"id,title,body\nc1,Ferry one,Text of one\nc2\nc3,Ferry three,Text,too,many\n".to_vec(),
        Both(2, "the row has 5 columns, the header has 3")),
    ("wide.csv", || format!("title,body{}\nFerry table,It sails{}\n", many(",x", 10_000), many(",1", 10_000)).into_bytes(), Found("table")),
    ("quote.csv", || format!("title,body\nFerry,\"{}", many("never, closed\n", 5_000)).into_bytes(), Listed("lines 2 to 5001: a quote is opened and not closed")),
    ("head.csv", || b"id,title,body\n".to_vec(), Listed("no rows under the header")),
    // Pages.
    ("broken.html", || b"<html><head><title>Ferry <b>page<p><div <a href=<p>The ferry is <i>back</p></span></html".to_vec(), Found("ferry")),
    ("nested.html", || format!("{}The ferry{}", "<div>".repeat(100_000), "</div>".repeat(100_000)).into_bytes(), Listed("HTML nested deeper than 800")),
    ("large.html", || {
        let text = "<p>The ferry sailed again on Monday, the harbour master said, and nobody was hurt.</p>\n";
        format!("<html><title>Large ferry page</title><body>{}", many(text, 1_000)).into_bytes()
    }, Found("harbour")),
    ("attributes.html", || format!("<html><title>Ferry</title><p {}>The ferry", "a=1 ".repeat(100_000)).into_bytes(), Listed("HTML with too many attributes in a tag")),
    ("comment.html", || format!("<html><title>Ferry page</title><body><p>It sails from the harbour today.</p><!-- {}", many("never closed ", 20_000)).into_bytes(), Found("page")),
    ("script.html", || format!("<html><head><script>{}", "if (a<b) document.write('<p>');".repeat(20_000)).into_bytes(), Listed("no text")),
    ("data.html", || format!("<html><title>Ferry picture</title><body><img src=\"data:image/png;base64,{}\"><p>The ferry sails from the harbour again.</p>", "iVBORw0K".repeat(100_000)).into_bytes(), Found("picture")),
    // XML.
    ("laughs.xml", || feed("&e;&e;&e;"), Found("feed")),
    ("outside.xml", || feed("Said &x; of it"), Found("feed")),
    ("deep.xml", || format!("<rss><channel><item><title>Ferry</title>{}", "<a>".repeat(100_000)).into_bytes(), Listed("broken XML: `</item>` is missing")),
    ("cut.xml", || b"<?xml version=\"1.0\"?><rss><channel><item><title>Ferry item</title><description>It sails</description></item><item><title>Cu".to_vec(), Both(1, "broken XML: `</item>` is missing")),
    ("other.xml", || b"<?xml version=\"1.0\"?><catalogue><ship>Ferry</ship></catalogue>".to_vec(), Listed("XML of an unknown kind (`<catalogue>`)")),
    // Packed.
    ("bomb.txt.gz", || gzip(&vec![b'a'; 16 << 20]).repeat(64), Listed("gzip data grows more than 200 times when unpacked")),
    ("bomb.txt.zst", || zstd(&vec![b'a'; 16 << 20]).repeat(64), Listed("zstd data grows more than 200 times when unpacked")),
    ("bomb.zip", || zip(&[("a.txt", &vec![b'a'; 8 << 20]), ("b.txt", &vec![b'b'; 8 << 20])]), Listed("the archive grows more than 200 times when unpacked")),
    ("window.txt.zst", || b"\x28\xb5\x2f\xfd\x00\xf8\x01\x00\x00a".to_vec(), Listed("frame requires too much memory for decoding")),
    ("good.txt.gz", || gzip(STORY.repeat(50).as_bytes()), Found("café")),
    ("short.txt.gz", || { let packed = gzip(STORY.repeat(50).as_bytes()); packed[..packed.len() / 2].to_vec() }, Listed("gzip data ends too early")),
    ("thrice.txt.gz", || gzip(&gzip(&gzip(STORY.as_bytes()))), Listed("binary file")),
    ("cut.zip", || { let mut packed = zip(&[("a.txt", STORY.as_bytes())]); packed.truncate(packed.len() - 30); packed }, Listed("damaged zip data")),
    ("nested.zip", || zip(&[("b.zip", &zip(&[("c.zip", &zip(&[("d.txt", STORY.as_bytes())]))]))]), Listed("archives nested too deep")),
    ("slip.zip", || zip(&[("../../../etc/a.txt", STORY.as_bytes()), ("/b.txt", STORY.as_bytes()), ("", STORY.as_bytes()), ("c\u{202e}\u{1b}.txt", STORY.as_bytes())]), Records(4)),
    ("locked.zip", || {
        // The bit that says so, in both places.
        let mut packed = zip(&[("a.txt", STORY.as_bytes())]);
        packed[6] |= 1;
        let central = packed.windows(4).position(|part| part == b"PK\x01\x02").unwrap();
        packed[central + 8] |= 1;
        packed
    }, Listed("encrypted")),
    ("huge.tar", || {
        let mut header = vec![0; 512];
        header[..5].copy_from_slice(b"a.txt");
        header[124..136].copy_from_slice(b"77777777777\0");
        header[156] = b'0';
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        header.extend_from_slice(STORY.as_bytes());
        header
    }, Both(1, "tar data ends too early")),
    // Documents.
    ("empty.docx", || zip(&[("[Content_Types].xml", b"<Types/>")]), Listed("no text")),
    ("laughs.docx", || zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", format!("{LOL}<w:document><w:body><w:p><w:t>Ferry &e; paper</w:t></w:p></w:body></w:document>").as_bytes())]), Found("paper")),
    ("index.pdf", || pdf("1 0 obj << /Pages 2 0 R >> endobj 2 0 obj << /Kids [3 0 R 2 0 R] >> endobj 3 0 obj << /Type /Page /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >> endobj 5 0 obj << /Type /Font /Subtype /Type1 >> endobj \
        4 0 obj << /Length 99999999 >>\nstream\nBT /F 12 Tf 10 10 Td (Ferry print sails) Tj ET\nendstream endobj"), Found("print")),
    ("locked.pdf", || b"%PDF-1.4\ntrailer << /Encrypt << >> >>".to_vec(), Listed("an encrypted PDF")),
    ("cut.pdf", || b"%PDF-1.7\n1 0 obj << /Type /Cat".to_vec(), Listed("a PDF without a text layer")),
    // Mail and the web.
    ("parts.eml", || format!("{MAIL}{}", "Content-Type: message/rfc822\n\n".repeat(20_000)).into_bytes(), Listed("an e-mail with more than 500 parts")),
    ("base64.eml", || format!("{MAIL}Content-Transfer-Encoding: base64\n\n!!!not base64 at all, the ferry said!!!\n").into_bytes(), Found("mail")),
    ("endless.eml", || format!("{MAIL}Content-Type: multipart/mixed; boundary=b\n\n--b\nThe ferry sails\n").into_bytes(), Found("mail")),
    ("length.warc", || warc("99999999999999999999", "\r\n<title>Ferry</title>"), Listed("a record without its length")),
    ("chunks.warc", || { let body = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n<title>Ferry capture</title><p>The ferry sails from the harbour today.</p>"; warc(&(body.len() + 17).to_string(), &format!("{body}\r\n\r\n")) }, Found("capture")),
    // Text with a head.
    ("open.md", || b"---\ntitle: Ferry note\ndate: 2024-06-18\nThe ferry sails and the head never ends.\n".to_vec(), Found("ferry")),
    ("anchors.md", || format!("---\ntitle: &a [ferry]\n{}---\nThe anchor ferry.\n", "b: &b [*a, *a, *a]\n".repeat(1000)).into_bytes(), Found("anchor")),
    // Names.
    ("two\nlines.txt", || STORY.into(), Found("café")),
    ("-rf.txt", || STORY.into(), Found("café")),
    ("' \"$(x) %s \u{1b}[31m\u{202e}.txt", || STORY.into(), Found("café")),
];
