//! Files written by hand, as small as they can be.

use super::super::specimens::Pack;
use super::super::tests::{one, read_all, reason, values};
use super::*;
use crate::{EnrichOptions, enrich::enrich};

/// A file of objects, with a trailer that names the first as root and the last as what is said of the document.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let last = objects.len();
    bytes.extend(format!("trailer << /Root 1 0 R /Info {last} 0 R >>\n%%EOF").bytes());
    bytes
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {dict} /Length {} >>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

fn packed(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(data).unwrap();
    packer.finish().unwrap()
}

/// A page as word processors write it: a large headline, a by-line, text in lines with a word parted, kerned letters.
fn page(info: &str) -> Vec<u8> {
    drawn(CONTENT, info)
}

const CONTENT: &[u8] = b"BT /F1 24 Tf 72 700 Td (Ferry \\351tale returns) Tj ET\n\
        BT /F1 10 Tf 72 670 Td (By Jane Doe) Tj 0 -14 Td (Published 18 June 2024) Tj ET\n\
        BT /F1 10 Tf 72 630 Td [(The ferry came back to the old har-)] TJ 0 -12 Td [(bour on ) -10 (Mon) 20 (day) -300 (and many people came to)] TJ\n\
        0 -12 Td (see it.) Tj\n\
        0 -24 Td (Nobody had seen it for eleven years, the mayor of the town) Tj T* 0 -12 Td (said on Tuesday.) Tj ET";

/// A page of this content.
fn drawn(content: &[u8], info: &str) -> Vec<u8> {
    file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_vec(),
        stream("/Filter /FlateDecode", &packed(content)),
        info.as_bytes().to_vec(),
    ])
}

/// What fuzzers begin with: content that a page is made of, and a whole file.
pub(in crate::read) fn specimens() -> [(Vec<u8>, Pack); 2] {
    [
        (CONTENT.to_vec(), |content| {
            drawn(content, "<< /Title (Ferry) >>")
        }),
        (page("<< /Title (Ferry) >>"), <[u8]>::to_vec),
    ]
}

/// An article of two paragraphs for the test of all forms.
pub(in crate::read) fn article_of(first: &str, second: &str) -> Vec<u8> {
    let mut content = "BT /F1 24 Tf 72 700 Td (Ferry returns to Oban) Tj ET\n\
         BT /F1 10 Tf 72 670 Td (By Jane Doe) Tj 0 -14 Td (Published 18 June 2024) Tj ET\n\
         BT /F1 10 Tf 72 630 Td"
        .to_owned();
    for paragraph in [first, second] {
        let words: Vec<&str> = paragraph.split(' ').collect();
        for line in words.chunks(6) {
            content += &format!(" ({}) Tj 0 -12 Td", line.join(" "));
        }
        content += " 0 -12 Td";
    }
    content += " ET";
    drawn(
        content.as_bytes(),
        "<< /Title (Ferry returns to Oban) /Author (Jane Doe) >>",
    )
}

// All fields of an article come back; the day of printing gives way to the day in the text.
#[test]
fn article() {
    let info = "<< /Title (Ferry \\351tale returns) /Author (Jane Doe) /CreationDate (D:20250102030405+01'00') >>";
    let draft = one("a.pdf", page(info));
    assert_eq!(draft.article.format, "pdf");
    assert_eq!(values(&draft, "date"), ["2025-01-02T03:04:05+01:00"]);
    let article = enrich(draft, &EnrichOptions::default());
    assert_eq!(article.title.as_deref(), Some("Ferry étale returns"));
    assert_eq!(article.how("title"), Some(How::Stated));
    assert_eq!(article.byline, ["Jane Doe"]);
    assert_eq!(article.date.unwrap().to_string(), "2024-06-18");
    assert_eq!(
        article.body,
        "The ferry came back to the old harbour on Monday and many people came to see it.\n\n\
         Nobody had seen it for eleven years, the mayor of the town said on Tuesday."
    );
}

// Programs number the letters as they please and say in a table what they mean; objects stand packed in streams.
#[test]
fn letters_by_table() {
    let table =
        b"1 beginbfrange <0001> <0003> <0041> endbfrange 1 beginbfchar <0009> <00660069> endbfchar";
    let inner =
        b"3 0 4 60 << /Type /Page /Contents 6 0 R /Resources << /Font << /F 4 0 R >> >> >> \
        << /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 5 0 R >>";
    let first = inner.len() - inner.iter().position(|byte| *byte == b'<').unwrap();
    let second = inner.windows(2).rposition(|w| w == b"<<").unwrap() - (inner.len() - first);
    let inner = format!("3 0 4 {second} ")
        .into_bytes()
        .into_iter()
        .chain(inner[inner.len() - first..].iter().copied());
    let inner: Vec<u8> = inner.collect();
    let head = inner.iter().position(|byte| *byte == b'<').unwrap();
    let bytes = file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] >>".to_vec(),
        b"null".to_vec(),
        stream(
            &format!("/Type /ObjStm /N 2 /First {head} /Filter /FlateDecode"),
            &packed(&inner),
        ),
        stream("", table),
        stream("", b"BT /F 12 Tf 10 10 Td <000100020003> Tj <0009> Tj ET"),
        b"<< >>".to_vec(),
    ]);
    assert_eq!(one("a.bin", bytes).text.as_deref(), Some("ABCfi"));
}

// What stands on every page is not text.
#[test]
fn margins() {
    let run = |y: f64, text: &str| content::Run {
        left: 10.0,
        right: 200.0,
        y,
        size: 10.0,
        text: text.to_owned(),
    };
    let pages: Vec<Vec<content::Run>> = ["One.", "Two.", "Three."]
        .iter()
        .zip(1..)
        .map(|(text, number)| {
            vec![
                run(700.0, &format!("Herald, page {number}")),
                run(600.0, text),
            ]
        })
        .collect();
    let text = layout::text(&pages);
    assert_eq!(text.body, "One.\n\nTwo.\n\nThree.");
    assert_eq!(text.margins.len(), 3);
}

// Loops, bombs, damage at every place and files without text end, with a reason.
#[test]
fn hostile() {
    assert_eq!(reason("a.pdf", b"%PDF-1.4\n"), "a PDF without a text layer");
    let locked = b"%PDF-1.4\ntrailer << /Encrypt << >> >>";
    assert_eq!(reason("a.pdf", locked), "an encrypted PDF");
    let whole = page("<< >>");
    for size in (0..whole.len()).step_by(11) {
        read_all("a.pdf", &whole[..size]);
    }
    for open in [
        "[",
        "<<",
        "(",
        "1 0 obj <<",
        "1 0 obj [ ",
        "1 0 obj (",
        "1 0 obj << >> stream\n",
    ] {
        read_all(
            "a.pdf",
            format!("%PDF-1.4\n1 0 obj {}", open.repeat(100_000)),
        );
    }
    // Strings without an end, in a list without one: each is no object, and each was once read to the end of the file.
    let again = format!("%PDF-1.4\n{}", "1 0 obj [ (".repeat(3_000));
    assert_eq!(reason("a.pdf", again), "a PDF of too many objects");
    // A form that draws itself, and a page whose content unpacks to more than a file may.
    let form = stream(
        "/Type /XObject /Subtype /Form /Resources << /XObject << /X 4 0 R >> >>",
        b"/X Do /X Do /X Do /X Do",
    );
    let bomb = stream(
        "/Filter [/FlateDecode /FlateDecode]",
        &packed(&packed(&vec![b' '; 66 << 20])),
    );
    for content in [form, bomb] {
        let bytes = file(&[
            b"<< /Pages 2 0 R >>".to_vec(),
            b"<< /Kids [3 0 R] >>".to_vec(),
            b"<< /Type /Page /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>".to_vec(),
            content,
        ]);
        assert_eq!(reason("a.pdf", bytes), "a PDF without a text layer");
    }
}

#[test]
fn moments() {
    assert_eq!(
        moment("D:20240618071800+02'00'").as_deref(),
        Some("2024-06-18T07:18:00+02:00")
    );
    assert_eq!(moment("D:20240618").as_deref(), Some("2024-06-18"));
    assert_eq!(
        moment("D:20240618071800Z").as_deref(),
        Some("2024-06-18T07:18:00Z")
    );
    assert_eq!(moment("yesterday"), None);
}
