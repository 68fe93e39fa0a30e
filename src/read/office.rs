//! Documents of word processors (DOCX and ODT): the paragraphs, and what the document says of itself.

use serde_json::{Map, Value};

use crate::{Draft, How};

use super::feed::add;
use super::head::{Head, Likeness};
use super::stream::Stream;
use super::xml::{self, Element, Node};
use super::{Outcome, ReadOptions, Reader, Sink, clean, encoding, record, zip};

pub(super) const DOCX: Reader = Reader {
    name: "docx",
    extensions: &["docx"],
    sniff: |head| sniff(head, b"word/document.xml", "docx"),
    read: |stream, sink| read(stream, sink, "word/document.xml", "docProps/core.xml"),
    about: "Word documents (DOCX)",
};

pub(super) const ODT: Reader = Reader {
    name: "odt",
    extensions: &["odt"],
    sniff: |head| sniff(head, b"application/vnd.oasis.opendocument.text", "odt"),
    read: |stream, sink| read(stream, sink, "content.xml", "meta.xml"),
    about: "OpenDocument texts (ODT)",
};

/// Names of document properties for fields. The day a document was made is the best it can say of its day.
const ALIASES: &[(&str, &str)] = &[
    ("byline", "initial-creator"),
    ("byline", "creator"),
    ("date", "created"),
    ("date", "creation-date"),
    ("standfirst", "subject"),
];

/// Elements whose text is not part of the document's.
const SILENT: &[&str] = &[
    "del",
    "instrText",
    "tracked-changes",
    "annotation",
    "note",
    "footnote",
];

fn sniff(head: &Head, mark: &[u8], extension: &str) -> Likeness {
    let is_marked = || head.bytes.windows(mark.len()).any(|window| window == mark);
    match zip::is_zip(head) && (head.extension == extension || is_marked()) {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

/// Why an archive that is a document of another kind is not read.
pub(super) fn kind(archive: &zip::Archive) -> Option<&'static str> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    match has("[Content_Types].xml") || has("META-INF/manifest.xml") && has("content.xml") {
        true => Some("an office file of a kind that holds no articles"),
        false => None,
    }
}

fn read(stream: Stream, sink: &mut Sink, text: &str, about: &str) -> Outcome {
    let max = sink.options.max_file_bytes;
    let (mut archive, _) = zip::open(stream, max)?;
    let text = zip::member(&mut archive, text, max)?.ok_or("no text")?;
    let about = zip::member(&mut archive, about, max)?.unwrap_or_default();
    let text = xml::parse(&encoding::decode(&text)?)?;
    let about = encoding::decode(&about).and_then(|about| xml::parse(&about));
    let draft = draft(&text, &about.unwrap_or_default(), sink.options);
    sink.put(None, draft)
}

/// A paragraph, and whether it is set as the title of the document.
struct Paragraph {
    text: String,
    is_title: bool,
}

fn draft(text: &Element, about: &Element, options: &ReadOptions) -> Result<Draft, String> {
    let mut paragraphs = Vec::new();
    collect(text, &mut paragraphs);
    let mut keys = Map::new();
    for name in [
        "initial-creator",
        "creation-date",
        "created",
        "modified",
        "language",
        "creator",
    ] {
        let value = about.find(name).map(Element::text).unwrap_or_default();
        add(&mut keys, name, value);
    }
    let stated = about.find("title").map(|title| clean::line(&title.text()));
    let stated = stated.filter(|title| !title.is_empty());
    let first = paragraphs.first();
    let is_title = |paragraph: &Paragraph| {
        paragraph.is_title || stated.as_deref() == Some(clean::line(&paragraph.text).as_str())
    };
    let title = first
        .filter(|first| is_title(first))
        .map(|first| first.text.clone());
    let from = usize::from(title.is_some());
    let body: Vec<&str> = paragraphs
        .iter()
        .skip(from)
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    let body = clean::block(&body.join("\n\n")).into_owned();
    let has_title = title.is_some();
    add(&mut keys, "title", title.unwrap_or_default());
    if body.is_empty() {
        add(&mut keys, "title", stated.unwrap_or_default());
    }
    keys.insert("body".to_owned(), Value::String(body));
    let mut draft = record::named("property", ALIASES, keys, options)?;
    for candidate in &mut draft.candidates {
        // When the document was made is not when its text was published.
        if matches!(candidate.field, "date" | "updated") {
            candidate.evidence.how = How::Derived;
        }
    }
    if !has_title && !draft.article.body.is_empty() {
        // The headline is somewhere in the text; titles of documents are mostly those of their templates.
        draft.text = Some(std::mem::take(&mut draft.article.body));
    }
    Ok(draft)
}

fn collect(element: &Element, paragraphs: &mut Vec<Paragraph>) {
    for child in element.children() {
        match child.local() {
            "p" | "h" => {
                let mut text = String::new();
                write(child, &mut text);
                let style = child.child("pPr").and_then(|about| about.child("pStyle"));
                let style = style.and_then(|style| style.attribute("val"));
                let style = style.or(child.attribute("style-name"));
                if !text.trim().is_empty() {
                    paragraphs.push(Paragraph {
                        text: text.trim().to_owned(),
                        is_title: style == Some("Title"),
                    });
                }
                // Text boxes hold paragraphs of their own.
                for name in ["txbxContent", "text-box"] {
                    child
                        .all(name)
                        .into_iter()
                        .take(1_000)
                        .for_each(|inner| collect(inner, paragraphs));
                }
            }
            name if SILENT.contains(&name) => {}
            _ => collect(child, paragraphs),
        }
    }
}

/// The text of a paragraph; in Word only that of runs counts.
fn write(element: &Element, to: &mut String) {
    for node in &element.nodes {
        match node {
            Node::Text(text) => to.push_str(&text.replace('\n', " ")),
            Node::Element(child) => match child.local() {
                "tab" => to.push('\t'),
                "br" | "line-break" | "cr" => to.push('\n'),
                "s" => to.push(' '),
                "txbxContent" | "text-box" | "pPr" | "rPr" => {}
                name if SILENT.contains(&name) => {}
                _ => write(child, to),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from, one, read_all, reason, values};
    use super::super::zip::tests::pack;

    const CORE: &str = "<cp:coreProperties><dc:title>Template</dc:title><dc:creator>Jane Doe</dc:creator><dcterms:created>2024-06-18T07:18:00Z</dcterms:created><dcterms:modified>2024-06-19T07:18:00Z</dcterms:modified></cp:coreProperties>";

    fn docx(body: &str) -> Vec<u8> {
        let document =
            format!("<?xml version=\"1.0\"?><w:document><w:body>{body}</w:body></w:document>");
        let files: [(&str, &[u8]); 3] = [
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", document.as_bytes()),
            ("docProps/core.xml", CORE.as_bytes()),
        ];
        pack(&files)
    }

    // Runs make paragraphs, what was struck out is gone, the title is the one that is set as such.
    #[test]
    fn word() {
        let body = "<w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t>Ferry &amp; crew return</w:t></w:r></w:p><w:p/>\
            <w:p><w:r><w:t>One</w:t></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:r><w:tab/><w:t>two.</w:t></w:r></w:p>\
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Three.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        let draft = one("a.docx", docx(body));
        assert_eq!(draft.article.format, "docx");
        assert_eq!(values(&draft, "title"), ["Ferry & crew return"]);
        assert_eq!(values(&draft, "byline"), ["Jane Doe"]);
        assert_eq!(
            (values(&draft, "date"), from(&draft, "date")),
            (vec!["2024-06-18T07:18:00Z"], Some("property created"))
        );
        assert_eq!(values(&draft, "updated"), ["2024-06-19T07:18:00Z"]);
        assert_eq!(draft.article.body, "One\ttwo.\n\nThree.");
        // Known by what it holds too; without a title it is taken apart as text is.
        let draft = one(
            "a.bin",
            docx("<w:p><w:t>Ferry returns</w:t></w:p><w:p><w:t>It did.</w:t></w:p>"),
        );
        assert_eq!(draft.text.as_deref(), Some("Ferry returns\n\nIt did."));
        assert!(values(&draft, "title").is_empty());
    }

    // The same in the other family.
    #[test]
    fn open_document() {
        let content = "<office:document-content><office:body><office:text><text:tracked-changes><text:p>x</text:p></text:tracked-changes>\
            <text:p text:style-name=\"Title\">Ferry returns</text:p><text:h>Next</text:h><text:p>One<text:s/>two<text:span>.</text:span></text:p></office:text></office:body></office:document-content>";
        let meta = "<office:document-meta><office:meta><meta:initial-creator>Jane Doe</meta:initial-creator><meta:creation-date>2024-06-18T07:18:00</meta:creation-date></office:meta></office:document-meta>";
        let file = pack(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", content.as_bytes()),
            ("meta.xml", meta.as_bytes()),
        ]);
        let draft = one("a.odt", file);
        assert_eq!(draft.article.format, "odt");
        assert_eq!(
            (values(&draft, "title"), values(&draft, "byline")),
            (vec!["Ferry returns"], vec!["Jane Doe"])
        );
        assert_eq!(values(&draft, "date"), ["2024-06-18T07:18:00"]);
        assert_eq!(draft.article.body, "Next\n\nOne two.");
    }

    // Depth, growth and other families of documents.
    #[test]
    fn hostile() {
        assert_eq!(
            reason("a.docx", docx(&"<w:p>".repeat(50_000))),
            "XML nested deeper than 256"
        );
        let bomb = format!("<w:p><w:t>{}</w:t></w:p>", "a".repeat(20 << 20));
        assert_eq!(
            reason("a.docx", docx(&bomb)),
            "larger than 16 MiB: raise `--max-size`"
        );
        let sheet = pack(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", b"<x/>"),
        ]);
        assert_eq!(
            reason("a.xlsx", sheet),
            "an office file of a kind that holds no articles"
        );
        let good = docx("<w:p><w:t>Ferry returns</w:t></w:p>");
        for size in (0..good.len()).step_by(7) {
            assert_eq!(read_all("a.docx", &good[..size]).len(), 1);
        }
    }
}
