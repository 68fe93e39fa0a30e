//! Feeds of the three families, and broken ones.

use super::super::tests::{from, read_all, reason, values};
use crate::How;

pub(in crate::read) const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Sea news | Harbour Herald</title><link>https://www.harbour-herald.example/sea</link><language>en-gb</language>
<item><title>Ferry &amp; crew return</title><link>https://www.harbour-herald.example/1</link><guid isPermaLink="false">77</guid>
 <pubDate>Tue, 18 Jun 2024 07:18:00 GMT</pubDate><dc:creator><![CDATA[Jane Doe]]></dc:creator><dc:creator>Ali Hassan</dc:creator>
 <category>World</category><category>Sea</category><description>&lt;p&gt;It did.&lt;/p&gt;</description>
 <content:encoded><![CDATA[<p>One &amp; two.</p><figure><img src="x"><figcaption>The ferry</figcaption></figure><p>Three.</p>]]></content:encoded>
 <media:thumbnail xmlns:media="m" url="x.jpg"/></item>
<item><title>Second</title><author>desk@herald.example (Mei Lin)</author><guid>https://www.harbour-herald.example/2</guid>
 <description>Only &lt;b&gt;this&lt;/b&gt; &amp;amp; that</description></item>
</channel></rss>"#;

// Every field of an item finds its place, the feed says the rest.
#[test]
fn rss() {
    let items = read_all("a.xml", RSS);
    assert_eq!(items.len(), 2, "{items:?}");
    let draft = items[0].as_ref().unwrap();
    let article = &draft.article;
    assert_eq!((article.format.as_str(), article.record), ("feed", Some(1)));
    assert_eq!(values(draft, "title"), ["Ferry & crew return"]);
    assert_eq!(values(draft, "date"), ["Tue, 18 Jun 2024 07:18:00 GMT"]);
    assert_eq!(values(draft, "byline"), ["Jane Doe", "Ali Hassan"]);
    assert_eq!(from(draft, "byline"), Some("tag dc:creator"));
    assert_eq!(values(draft, "source"), ["Harbour Herald"]);
    let source = draft.candidates.iter().find(|c| c.field == "source");
    let evidence = &source.unwrap().evidence;
    assert_eq!(
        (evidence.how, evidence.from.as_deref()),
        (How::Derived, Some("feed title"))
    );
    assert_eq!(values(draft, "language"), ["en"]);
    assert_eq!(
        article.url.as_deref(),
        Some("https://www.harbour-herald.example/1")
    );
    assert_eq!(article.section, ["World", "Sea"]);
    assert_eq!(article.standfirst.as_deref(), Some("It did."));
    assert_eq!(article.body, "One & two.\n\nThree.");
    assert_eq!(article.rest[0].text, "The ferry");
    assert!(draft.unused.is_empty(), "{:?}", draft.unused);

    let draft = items[1].as_ref().unwrap();
    assert_eq!(values(draft, "byline"), ["Mei Lin"]);
    assert_eq!(
        draft.article.url.as_deref(),
        Some("https://www.harbour-herald.example/2")
    );
    assert_eq!(draft.article.body, "Only this & that");
}

// Atom keeps markup as markup, names in elements and addresses in attributes.
#[test]
fn atom() {
    let text = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Rheinblick</title><link rel="self" href="x"/>
        <entry><title type="html">F&amp;auml;hre &lt;i&gt;zurück&lt;/i&gt;</title><id>tag:rheinblick.example,2024:1</id>
        <link rel="edit" href="https://rheinblick.example/edit"/><link rel="alternate" href="https://rheinblick.example/1"/>
        <author><name>Jana Vogt</name><email>j@rheinblick.example</email></author><category term="w" label="Welt"/>
        <published>2024-06-18T07:18:00+02:00</published><updated>2024-06-19T07:18:00+02:00</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Eins &lt; zwei.</p><p>Drei.</p></div></content></entry>
        <entry><title>Zwei</title><updated>2024-06-20</updated><id>tag:rheinblick.example,2024:2</id><summary>Kurz.</summary></entry></feed>"#;
    let items = read_all("a.atom", text);
    let draft = items[0].as_ref().unwrap();
    assert_eq!(values(draft, "title"), ["Fähre zurück"]);
    assert_eq!(values(draft, "date"), ["2024-06-18T07:18:00+02:00"]);
    assert_eq!(values(draft, "updated"), ["2024-06-19T07:18:00+02:00"]);
    assert_eq!(values(draft, "byline"), ["Jana Vogt"]);
    assert_eq!(values(draft, "source"), ["Rheinblick"]);
    assert_eq!(values(draft, "language"), ["de"]);
    assert_eq!(draft.article.section, ["Welt"]);
    assert_eq!(
        draft.article.url.as_deref(),
        Some("https://rheinblick.example/1")
    );
    assert_eq!(draft.article.body, "Eins < zwei.\n\nDrei.");
    let draft = items[1].as_ref().unwrap();
    assert_eq!(values(draft, "date"), ["2024-06-20"]);
    assert_eq!(from(draft, "date"), Some("tag updated"));
    assert_eq!(
        (draft.article.id.as_str(), draft.article.body.as_str()),
        ("tag:rheinblick.example,2024:2", "Kurz.")
    );
}

// In RSS 1.0 the items stand beside the channel.
#[test]
fn rss_1() {
    let text = r#"<?xml version="1.0"?><rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>Baltic Monitor</title>
        <items><rdf:Seq><rdf:li resource="1"/></rdf:Seq></items></channel>
        <item rdf:about="1"><title>One</title><link>https://baltic-monitor.example/1</link><dc:date>2024-06-18</dc:date><description>Text.</description></item></rdf:RDF>"#;
    let items = read_all("a.rdf", text);
    assert_eq!(items.len(), 1);
    let draft = items[0].as_ref().unwrap();
    assert_eq!(
        (values(draft, "date"), values(draft, "source")),
        (vec!["2024-06-18"], vec!["Baltic Monitor"])
    );
    assert_eq!(draft.article.body, "Text.");
}

// A broken item costs that item.
#[test]
fn broken_items() {
    let text = "<rss><channel><item><title>One</title></item><item><title a='>Two</title></item><item><x/></item><item><title>Three</title></item><item><title>Fo";
    let items = read_all("a.rss", text);
    let shape: Vec<String> = items
        .iter()
        .map(|item| match item {
            Ok(draft) => values(draft, "title").concat(),
            Err(skipped) => format!("{:?} {}", skipped.record, skipped.reason),
        })
        .collect();
    assert_eq!(shape.len(), 5, "{shape:?}");
    assert_eq!((shape[0].as_str(), shape[3].as_str()), ("One", "Three"));
    assert!(shape[1].starts_with("Some(2) broken XML"), "{shape:?}");
    assert_eq!(shape[2], "Some(3) no text");
    assert_eq!(shape[4], "Some(5) broken XML: `</item>` is missing");
    assert_eq!(
        reason("a.rss", "<rss><channel/></rss>"),
        "a feed without articles"
    );
    let deep = format!("<rss><item>{}</item></rss>", "<a>".repeat(50_000));
    assert_eq!(reason("a.rss", deep), "XML nested deeper than 256");
}

// A download that stopped between two items gives those before it, and says that there were more.
#[test]
fn cut_off_between_items() {
    for text in [
        "<rss><channel><item><title>One</title></item>",
        "<feed><entry><title>One</title></entry><ent",
    ] {
        let items = read_all("a.xml", text);
        assert!(items[0].is_ok());
        let skipped = items[1].as_ref().unwrap_err();
        assert_eq!(skipped.record, None);
        assert!(
            skipped.reason.starts_with("the feed ends too early: `</"),
            "{}",
            skipped.reason
        );
    }
}
