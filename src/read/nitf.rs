//! NITF, the XML of news agencies for one text, alone or inside other formats.

use serde_json::{Map, Value};

use crate::Draft;

use super::feed::add;
use super::head::{Head, Likeness};
use super::stream::Stream;
use super::xml::{self, Element, Piece, Records};
use super::{Outcome, ReadOptions, Reader, Sink, record};

pub(super) const READER: Reader = Reader {
    name: "nitf",
    extensions: &["xml", "nitf"],
    sniff,
    read: |stream, sink| {
        read(stream, sink, &["nitf"], |root, options| {
            let nitf = root.child("nitf").ok_or("no text")?;
            record::named("tag", ALIASES, keys(nitf), options)
        })
    },
    about: "NITF, the XML of news agencies",
};

/// Names of NITF for fields, the most trusted first.
pub(super) const ALIASES: &[(&str, &str)] = &[
    ("id", "doc-id"),
    ("title", "hl1"),
    ("title", "head title"),
    ("standfirst", "hl2"),
    ("date", "date.issue"),
    ("date", "story.date"),
    ("date", "date.release"),
    ("date", "date.publication"),
    ("source", "pubdata"),
    ("source", "doc.copyright"),
    ("source", "distributor"),
    ("agency", "distributor"),
    ("section", "position.section"),
    ("section", "tobject.subject"),
    ("body", "body.content"),
];

/// Attributes with a value of an article: tag, attribute, name of the value.
const ATTRIBUTES: &[(&str, &str, &str)] = &[
    ("doc-id", "id-string", "doc-id"),
    ("date.issue", "norm", "date.issue"),
    ("story.date", "norm", "story.date"),
    ("date.release", "norm", "date.release"),
    ("pubdata", "date.publication", "date.publication"),
    ("pubdata", "name", "pubdata"),
    ("pubdata", "position.section", "position.section"),
    ("doc.copyright", "holder", "doc.copyright"),
    ("tobject.subject", "tobject.subject.type", "tobject.subject"),
];

/// Elements of NITF and what they are in a web page.
const IN_HTML: &[(&str, &str)] = &[
    ("block", "div"),
    ("hl2", "h2"),
    ("hl1", "h2"),
    ("media", "figure"),
    ("media-caption", "figcaption"),
    ("media-producer", "figcaption"),
    ("media-reference", "i"),
    ("media-metadata", "i"),
    ("nitf-table", "table"),
    ("person", "span"),
    ("org", "span"),
    ("location", "span"),
    ("object.title", "span"),
    ("name.given", "span"),
    ("name.family", "span"),
    ("function", "span"),
    ("byttl", "span"),
    ("tagline", "p"),
];

fn sniff(head: &Head) -> Likeness {
    match xml::root(&head.text) {
        Some(root) if root == "nitf" || root.ends_with(":nitf") => Likeness::Sure,
        _ => Likeness::No,
    }
}

/// Reads each element with one of these names by `draft`.
pub(super) fn read(
    stream: Stream,
    sink: &mut Sink,
    tags: &'static [&'static str],
    draft: fn(&Element, &ReadOptions) -> Result<Draft, String>,
) -> Outcome {
    let max = sink.options.max_record_bytes;
    let mut records = Records::new(stream.utf8()?, tags, max);
    let mut number = 0;
    // A document alone has no number: the first waits until it is known whether there is a second.
    let mut first = None;
    while let Some(piece) = records.next()? {
        number += 1;
        let draft = match piece {
            Piece::Broken(reason) => Err(reason),
            Piece::Record(text) => xml::parse(&text).and_then(|root| draft(&root, sink.options)),
        };
        if number == 1 {
            first = Some(draft);
            continue;
        }
        if let Some(first) = first.take() {
            sink.put(Some(1), first)?;
        }
        sink.put(Some(number), draft)?;
    }
    match first {
        Some(draft) => sink.put(None, draft),
        None if number == 0 => Err("no text".into()),
        None => Ok(()),
    }
}

/// The values of a document by the names of their tags.
pub(super) fn keys(nitf: &Element) -> Map<String, Value> {
    let mut keys = Map::new();
    for (tag, attribute, name) in ATTRIBUTES {
        for element in nitf.all(tag).into_iter().take(100) {
            if let Some(value) = element.attribute(attribute) {
                add(&mut keys, name, value.to_owned());
            }
        }
    }
    let head = nitf.find("body.head");
    if let Some(title) = nitf.child("head").and_then(|head| head.child("title")) {
        add(&mut keys, "head title", title.text());
    }
    if let Some(head) = head {
        for name in ["hl1", "hl2", "dateline", "distributor", "abstract"] {
            add(
                &mut keys,
                name,
                head.find(name).map(Element::text).unwrap_or_default(),
            );
        }
        for byline in head.all("byline") {
            // The role of a person stands beside the name.
            let named = byline.find("person").unwrap_or(byline);
            let title = byline.find("byttl").map(Element::text).unwrap_or_default();
            let name = named.text();
            add(&mut keys, "byline", name.replace(title.trim(), ""));
        }
    }
    let language = nitf.attribute("lang");
    let content = nitf.find("body.content");
    let language = language.or_else(|| content?.attribute("lang"));
    add(
        &mut keys,
        "language",
        language.unwrap_or_default().to_owned(),
    );
    names(nitf, content, &mut keys);
    if let Some(content) = content {
        let html = format!("<div>{}</div>", content.markup(IN_HTML));
        add(&mut keys, "body.content", html);
    }
    keys
}

/// The people, organisations and places that the head identifies, else those marked in the text.
fn names(nitf: &Element, content: Option<&Element>, keys: &mut Map<String, Value>) {
    let identified = nitf.find("identified-content");
    for (tag, name) in [("person", "person"), ("org", "org"), ("location", "place")] {
        let places = [identified, content];
        let mut places = places.into_iter().flatten().map(|place| place.all(tag));
        let Some(found) = places.find(|found| !found.is_empty()) else {
            continue;
        };
        let mut known = Vec::new();
        for element in found {
            let words = element.text();
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            if !known.contains(&words) && known.len() < 1_000 {
                known.push(words.clone());
                add(keys, name, words);
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{from, one, read_all, reason, values};

    pub(in crate::read) const NITF: &str = r#"<?xml version="1.0" encoding="utf-8"?><!DOCTYPE nitf SYSTEM "nitf-3-4.dtd">
        <nitf xml:lang="en"><head><title>Short</title><tobject><tobject.subject tobject.subject.type="Sea"/></tobject>
        <docdata><doc-id id-string="HER1"/><date.issue norm="20240618T071800Z"/><doc.copyright holder="Herald"/>
        <identified-content><person>Mei Lin</person><org>Harbour Board</org><location>Oban</location></identified-content></docdata>
        <pubdata name="Harbour Herald" date.publication="20240618" position.section="World"/></head>
        <body><body.head><hedline><hl1>Ferry <em>returns</em></hl1><hl2>It did</hl2></hedline>
        <byline>By <person>Jane Doe</person><byttl>Sea editor</byttl></byline><distributor><org>AP</org></distributor>
        <dateline><location>OBAN</location>, <story.date norm="20240618">June 18</story.date></dateline></body.head>
        <body.content><block><p>One &amp; <person>Mei Lin</person>.</p><media><media-caption>The ferry</media-caption></media><hl2>Next</hl2><p>Three.</p></block></body.content></body></nitf>"#;

    // Every field has a tag of its own.
    #[test]
    fn all_fields() {
        let draft = one("a.xml", NITF);
        let article = &draft.article;
        assert_eq!(
            (article.format.as_str(), article.id.as_str(), article.record),
            ("nitf", "HER1", None)
        );
        assert_eq!(values(&draft, "title"), ["Ferry returns", "Short"]);
        assert_eq!(values(&draft, "date")[0], "20240618T071800Z");
        assert_eq!(from(&draft, "date"), Some("tag date.issue"));
        assert_eq!(values(&draft, "byline"), ["Jane Doe"]);
        assert_eq!(values(&draft, "source"), ["Harbour Herald", "Herald", "AP"]);
        assert_eq!(
            (values(&draft, "agency"), values(&draft, "language")),
            (vec!["AP"], vec!["en"])
        );
        assert_eq!(article.dateline.as_deref(), Some("OBAN, June 18"));
        assert_eq!(
            (article.standfirst.as_deref(), &article.section),
            (Some("It did"), &vec!["World".to_owned()])
        );
        assert_eq!(
            (&article.person[..], &article.org[..], &article.place[..]),
            (
                &["Mei Lin".to_owned()][..],
                &["Harbour Board".to_owned()][..],
                &["Oban".to_owned()][..]
            )
        );
        assert_eq!(article.body, "One & Mei Lin.\n\nNext\n\nThree.");
        assert_eq!(article.rest[0].text, "The ferry");
        assert!(draft.unused.is_empty(), "{:?}", draft.unused);
    }

    // Damage ends a document, and only it.
    #[test]
    fn broken() {
        assert_eq!(
            reason("a.xml", &NITF[..NITF.len() - 10]),
            "broken XML: `</nitf>` is missing"
        );
        let text = format!("{}\n<nitf>{}</nitf>\n{}", NITF, "<p>".repeat(1_000), NITF);
        let items = read_all("a.nitf", text);
        assert_eq!(
            items.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, false, true]
        );
    }
}
