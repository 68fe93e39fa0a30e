//! NewsML-G2: news items with their metadata around a text in NITF, HTML or plain lines.

use serde_json::{Map, Value};

use crate::Draft;

use super::feed::add;
use super::head::{Head, Likeness};
use super::xml::{self, Element};
use super::{ReadOptions, Reader, nitf, record};

pub(super) const READER: Reader = Reader {
    name: "newsml",
    extensions: &["xml", "newsml"],
    sniff,
    read: |stream, sink| nitf::read(stream, sink, &["newsItem"], draft),
    about: "NewsML-G2 news items, alone or in a message",
};

/// Names of NewsML for fields, the most trusted first; those of the NITF inside follow.
const ALIASES: &[(&str, &str)] = &[
    ("id", "guid"),
    ("title", "headline"),
    ("title", "hl1"),
    ("standfirst", "hl2"),
    ("date", "firstCreated"),
    ("date", "contentCreated"),
    ("date", "versionCreated"),
    ("updated", "contentModified"),
    ("updated", "version"),
    ("byline", "by"),
    ("byline", "creator"),
    ("source", "provider"),
    ("source", "copyrightHolder"),
    ("source", "creditline"),
    ("source", "pubdata"),
    ("agency", "distributor"),
    ("section", "subject"),
    ("body", "inlineXML"),
    ("body", "body.content"),
    ("body", "inlineData"),
];

/// Names that only the NITF inside has, and that say nothing new.
const SILENT: &[&str] = &[
    "doc-id",
    "head title",
    "date.issue",
    "story.date",
    "date.release",
    "date.publication",
    "doc.copyright",
    "position.section",
    "tobject.subject",
    "versionCreated",
];

fn sniff(head: &Head) -> Likeness {
    match xml::root(&head.text) {
        Some("newsItem" | "newsMessage") => Likeness::Sure,
        _ => Likeness::No,
    }
}

fn draft(root: &Element, options: &ReadOptions) -> Result<Draft, String> {
    let item = root.child("newsItem").ok_or("no text")?;
    let empty = Element::default();
    let about = item.child("itemMeta").unwrap_or(&empty);
    let content = item.child("contentMeta").unwrap_or(&empty);
    let status = about
        .child("pubStatus")
        .and_then(|status| status.attribute("qcode"));
    if status.is_some_and(|status| status.ends_with(":canceled") || status.ends_with(":withheld")) {
        return Err("cancelled by its agency".to_owned());
    }
    let set = item.child("contentSet").unwrap_or(&empty);
    let inner = set.find("nitf");
    let mut keys = inner.map(nitf::keys).unwrap_or_default();
    if let Some(guid) = item.attribute("guid") {
        put(&mut keys, "guid", guid.to_owned());
    }
    let language = content
        .child("language")
        .and_then(|language| language.attribute("tag"));
    let language = language.or(item.attribute("lang")).unwrap_or_default();
    put(&mut keys, "language", language.to_owned());
    for (part, names) in [
        (about, &["firstCreated", "versionCreated"][..]),
        (
            content,
            &[
                "contentCreated",
                "contentModified",
                "by",
                "dateline",
                "creditline",
            ][..],
        ),
    ] {
        for name in names {
            put(
                &mut keys,
                name,
                part.child(name).map(Element::text).unwrap_or_default(),
            );
        }
    }
    if let Some(first) = keys
        .get("firstCreated")
        .or(keys.get("contentCreated"))
        .cloned()
        && let Some(version) = keys
            .get("versionCreated")
            .filter(|version| **version != first)
    {
        keys.insert("version".to_owned(), version.clone());
    }
    let headlines: Vec<&Element> = content
        .children()
        .filter(|child| child.local() == "headline")
        .collect();
    let is_main = |headline: &&&Element| {
        headline
            .attribute("role")
            .is_none_or(|role| role.ends_with(":main"))
    };
    if let Some(headline) = headlines.iter().find(is_main).or(headlines.first()) {
        put(&mut keys, "headline", headline.text());
    }
    for (name, places) in [
        ("provider", about.child("provider")),
        ("creator", content.child("creator")),
        (
            "copyrightHolder",
            item.child("rightsInfo")
                .and_then(|rights| rights.child("copyrightHolder")),
        ),
    ] {
        put(
            &mut keys,
            name,
            places.and_then(name_of).unwrap_or_default(),
        );
    }
    subjects(content, &mut keys);
    if let Some(page) = set.child("inlineXML").filter(|_| inner.is_none()) {
        let page = page.find("body").unwrap_or(page);
        put(
            &mut keys,
            "inlineXML",
            format!("<div>{}</div>", page.markup(&[])),
        );
    }
    put(
        &mut keys,
        "inlineData",
        set.child("inlineData")
            .map(Element::text)
            .unwrap_or_default(),
    );
    let mut draft = record::named("tag", ALIASES, keys, options)?;
    draft.unused.retain(|name| !SILENT.contains(&name.as_str()));
    Ok(draft)
}

/// Sets a value that goes before what stands inside.
fn put(keys: &mut Map<String, Value>, name: &str, value: String) {
    if !value.trim().is_empty() {
        keys.insert(name.to_owned(), Value::String(value));
    }
}

/// The name of what a tag stands for: written inside, or as its literal.
fn name_of(element: &Element) -> Option<String> {
    let name = element.child("name").map(Element::text);
    let name = name.or_else(|| element.attribute("literal").map(str::to_owned));
    // Codes such as `nprov:REUTERS` name it too.
    let code = || {
        let code = element.attribute("qcode")?;
        code.rsplit_once(':').map(|(_, name)| name.to_owned())
    };
    name.filter(|name| !name.trim().is_empty()).or_else(code)
}

/// Sorts subjects by what kind of thing they are.
fn subjects(content: &Element, keys: &mut Map<String, Value>) {
    let subjects = content
        .children()
        .filter(|child| child.local() == "subject");
    for subject in subjects.take(1_000) {
        let Some(name) = subject.child("name").map(Element::text) else {
            continue;
        };
        let kind = subject.attribute("type").unwrap_or_default();
        let to = match kind.rsplit_once(':').map_or(kind, |(_, kind)| kind) {
            "person" => "person",
            "organisation" | "organization" => "org",
            "geoArea" | "poi" => "place",
            _ => "subject",
        };
        add(keys, to, name);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{from, one, read_all, reason, values};

    pub(in crate::read) fn item(content: &str) -> String {
        format!(
            r#"<newsItem guid="urn:newsml:herald.example:1" xmlns="http://iptc.org/std/nar/2006-10-01/" xml:lang="en-GB">
            <rightsInfo><copyrightHolder literal="Herald Ltd"/></rightsInfo>
            <itemMeta><provider qcode="nprov:HERALD"><name>Herald Wire</name></provider><versionCreated>2024-06-18T09:00:00Z</versionCreated>
            <firstCreated>2024-06-18T07:18:00Z</firstCreated><pubStatus qcode="stat:usable"/></itemMeta>
            <contentMeta><headline role="hl:short">Ferry</headline><headline role="hl:main">Ferry returns</headline><by>Jane Doe</by><dateline>OBAN, June 18</dateline>
            <creditline>Herald</creditline><language tag="en"/><subject type="cpnat:person"><name>Mei Lin</name></subject><subject type="cpnat:abstract"><name>Sea</name></subject>
            <subject type="cpnat:geoArea"><name>Oban</name></subject><subject type="cpnat:organisation"><name>Board</name></subject></contentMeta>
            <contentSet>{content}</contentSet></newsItem>"#
        )
    }

    // Metadata of the item, text of whatever stands inside.
    #[test]
    fn all_fields() {
        let html = r#"<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>One &amp; two.</p><p>Three.</p></body></html></inlineXML>"#;
        let nitf = "<inlineXML><nitf><body><body.head><hedline><hl1>Inner</hl1></hedline></body.head><body.content><p>One &amp; two.</p><p>Three.</p></body.content></body></nitf></inlineXML>";
        let plain = "<inlineData>One &amp; two.\n\nThree.</inlineData>";
        for content in [html, nitf, plain] {
            let draft = one("a.xml", item(content));
            let article = &draft.article;
            assert_eq!(
                (article.format.as_str(), article.id.as_str()),
                ("newsml", "urn:newsml:herald.example:1")
            );
            assert_eq!(values(&draft, "title")[0], "Ferry returns");
            assert_eq!(from(&draft, "date"), Some("tag firstCreated"));
            assert_eq!(values(&draft, "updated"), ["2024-06-18T09:00:00Z"]);
            assert_eq!(
                (values(&draft, "byline"), values(&draft, "language")),
                (vec!["Jane Doe"], vec!["en"])
            );
            assert_eq!(
                values(&draft, "source"),
                ["Herald Wire", "Herald Ltd", "Herald"]
            );
            assert_eq!(article.dateline.as_deref(), Some("OBAN, June 18"));
            assert_eq!(
                (
                    article.person.len(),
                    article.org.len(),
                    article.place.len(),
                    &article.section[..]
                ),
                (1, 1, 1, &["Sea".to_owned()][..])
            );
            assert_eq!(article.body, "One & two.\n\nThree.", "{content}");
            assert!(draft.unused.is_empty(), "{:?}", draft.unused);
        }
    }

    // A message holds several; what was withdrawn or is broken is listed and costs itself.
    #[test]
    fn messages() {
        let good = item("<inlineData>One.</inlineData>");
        let cancelled = good.replace("stat:usable", "stat:canceled");
        let broken = good.replace("</newsItem>", "");
        let text = format!(
            "<newsMessage><header/><itemSet>{good}{cancelled}{broken}{good}</itemSet></newsMessage>"
        );
        let items = read_all("a.xml", text);
        assert_eq!(
            items.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, false, false, true]
        );
        assert_eq!(
            items[1].as_ref().unwrap_err().reason,
            "cancelled by its agency"
        );
        assert_eq!(reason("a.xml", "<newsMessage></newsMessage>"), "no text");
    }
}
