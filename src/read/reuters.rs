//! The Reuters-21578 collection: SGML files of a thousand stories, with stray control characters and wrapped lines.

use serde_json::{Map, Value};

use crate::Draft;

use super::feed::{add, derived};
use super::head::{Head, Likeness};
use super::stream::Stream;
use super::xml::{self, Element, Piece, Records};
use super::{Outcome, ReadOptions, Reader, Sink, record};

pub(super) const READER: Reader = Reader {
    name: "reuters",
    extensions: &["sgm", "sgml"],
    sniff,
    read,
    about: "Reuters-21578 SGML, one article a story",
};

/// Names of the collection for fields.
const ALIASES: &[(&str, &str)] = &[
    ("id", "NEWID"),
    ("section", "TOPICS"),
    ("place", "PLACES"),
    ("person", "PEOPLE"),
    ("org", "ORGS"),
];

fn sniff(head: &Head) -> Likeness {
    match xml::root(&head.text) {
        Some("REUTERS") => Likeness::Sure,
        _ => Likeness::No,
    }
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let max = sink.options.max_record_bytes;
    let mut records = Records::new(stream.utf8()?, &["REUTERS"], max);
    let mut number = 0;
    while let Some(piece) = records.next()? {
        number += 1;
        let draft = match piece {
            Piece::Broken(reason) => Err(reason),
            Piece::Record(text) => xml::parse(&text).and_then(|root| draft(&root, sink.options)),
        };
        sink.put(Some(number), draft)?;
    }
    if number == 0 {
        return Err("no text".into());
    }
    Ok(())
}

fn draft(root: &Element, options: &ReadOptions) -> Result<Draft, String> {
    let story = root.child("REUTERS").ok_or("no text")?;
    let mut keys = Map::new();
    if let Some(id) = story.attribute("NEWID") {
        add(&mut keys, "NEWID", id.to_owned());
    }
    for name in ["DATE", "TITLE", "DATELINE", "AUTHOR"] {
        let text = story.find(name).map(Element::text).unwrap_or_default();
        add(&mut keys, name, text);
    }
    for name in ["TOPICS", "PLACES", "PEOPLE", "ORGS"] {
        for value in story
            .child(name)
            .map(|list| list.all("D"))
            .unwrap_or_default()
        {
            add(&mut keys, name, value.text());
        }
    }
    let text = story.child("TEXT");
    let body = text.map(|text| match text.child("BODY") {
        Some(body) => body.text(),
        // Briefs and unprocessed stories have no parts.
        None => text.text(),
    });
    let body = unwrapped(&without_controls(&body.unwrap_or_default()));
    let (body, is_signed) = without_sign(&body);
    if !body.is_empty() {
        keys.insert("BODY".to_owned(), Value::String(body.to_owned()));
    }
    let mut draft = record::named("tag", ALIASES, keys, options)?;
    derived(&mut draft, "source", "Reuters".to_owned(), "tag REUTERS");
    if is_signed {
        derived(&mut draft, "agency", "Reuters".to_owned(), "last line");
    }
    Ok(draft)
}

/// The text without the control characters of its transmission.
fn without_controls(text: &str) -> String {
    let is_kept = |c: &char| !c.is_control() || *c == '\n';
    text.chars().filter(is_kept).collect()
}

/// Undoes the wrapping: a paragraph begins with four spaces.
fn unwrapped(text: &str) -> String {
    let is_first = |line: &str| line.starts_with("    ") && !line.trim().is_empty();
    if !text.lines().any(is_first) {
        return text.trim().to_owned();
    }
    let mut body = String::new();
    for line in text.lines() {
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        if !body.is_empty() {
            body.push_str(if is_first(line) { "\n\n" } else { " " });
        }
        body.push_str(words);
    }
    body
}

/// The text without the name of the agency under it, and whether that stood there.
fn without_sign(text: &str) -> (&str, bool) {
    let text = text.trim();
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_sign = last.eq_ignore_ascii_case("reuter") || last.eq_ignore_ascii_case("reuters");
    let rest = text.strip_suffix(last).unwrap_or(text).trim_end();
    // A sentence may end with the name as well; the sign follows a full stop.
    match is_sign && rest.ends_with(['.', '"', '-', '>']) {
        true => (rest, true),
        false => (text, false),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{from, read_all, values};

    pub(in crate::read) const FILE: &[u8] = b"<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS TOPICS=\"YES\" LEWISSPLIT=\"TRAIN\" CGISPLIT=\"TRAINING-SET\" OLDID=\"5544\" NEWID=\"1\">\n<DATE>26-FEB-1987 15:01:01.79</DATE>\n<TOPICS><D>cocoa</D><D>coffee</D></TOPICS>\n<PLACES><D>peru</D></PLACES>\n<PEOPLE><D>doe</D></PEOPLE>\n<ORGS></ORGS>\n<UNKNOWN> \n&#5;&#5;&#5;C T\n&#22;&#22;&#1;f0704&#31;reute\x1eu f BC-X</UNKNOWN>\n<TEXT>&#2;\n<TITLE>HARBOUR &lt;HBR> SALES RISE</TITLE>\n<DATELINE>    LIMA, Feb 26 - </DATELINE><BODY>Sales rose\nagain, the board\x05 said.\n    It gave no \xfc figures.\n Reuter\n&#3;</BODY></TEXT>\n</REUTERS>\n<REUTERS NEWID=\"2\"><DATE>26-FEB-1987</DATE><TEXT TYPE=\"BRIEF\">\n<TITLE>BRIEF</TITLE></TEXT></REUTERS>\n<REUTERS NEWID=\"3\"><TITLE>cut";

    // What each story says, without what the wire added; bytes of no encoding cost only themselves.
    #[test]
    fn stories() {
        let items = read_all("reut2-000.sgm", FILE);
        assert_eq!(items.len(), 3, "{items:?}");
        let draft = items[0].as_ref().unwrap();
        let article = &draft.article;
        assert_eq!(
            (article.format.as_str(), article.id.as_str(), article.record),
            ("reuters", "1", Some(1))
        );
        assert_eq!(values(draft, "title"), ["HARBOUR <HBR> SALES RISE"]);
        assert_eq!(values(draft, "date"), ["26-FEB-1987 15:01:01.79"]);
        assert_eq!(from(draft, "date"), Some("tag DATE"));
        assert_eq!(
            (values(draft, "source"), values(draft, "agency")),
            (vec!["Reuters"], vec!["Reuters"])
        );
        assert_eq!(article.section, ["cocoa", "coffee"]);
        assert_eq!(
            (&article.place, &article.person),
            (&vec!["peru".to_owned()], &vec!["doe".to_owned()])
        );
        assert_eq!(article.dateline.as_deref(), Some("LIMA, Feb 26 -"));
        assert_eq!(
            article.body,
            "Sales rose again, the board said.\n\nIt gave no ü figures."
        );
        assert!(draft.unused.is_empty(), "{:?}", draft.unused);
        let brief = items[1].as_ref().unwrap();
        assert_eq!(values(brief, "title"), ["BRIEF"]);
        assert_eq!(
            items[2].as_ref().unwrap_err().reason,
            "broken XML: `</REUTERS>` is missing"
        );
    }
}
