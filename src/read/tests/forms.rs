//! One article in every form that can be read: whatever a form can state comes back, with its evidence.

use std::collections::BTreeSet;

use super::super::warc::tests::{record, response};
use super::super::{READERS, pdf, tar, zip};
use super::*;
use crate::{Article, EnrichOptions, enrich};

const FIRST: &str =
    "The ferry came back to the old harbour on Monday, and many people were there to see it.";
const SECOND: &str = "Nobody had expected it so soon after the storm, the mayor of the town said.";

/// The fields of the article as `name=value`, in the words in which a form may leave out some.
fn fields(article: &Article) -> BTreeSet<String> {
    let one = |name: &str, value: &Option<String>| {
        value
            .iter()
            .map(|v| format!("{name}={v}"))
            .collect::<Vec<_>>()
    };
    let all = |name: &str, values: &[String]| {
        values
            .iter()
            .map(|v| format!("{name}={v}"))
            .collect::<Vec<_>>()
    };
    let date = article
        .date
        .map(|date| date.to_string().chars().take(10).collect());
    [
        one("title", &article.title),
        one("date", &date),
        one("source", &article.source),
        one("url", &article.url),
        one("language", &article.language),
        one("standfirst", &article.standfirst),
        all("byline", &article.byline),
        all("section", &article.section),
        one("body", &Some(article.body.clone())),
    ]
    .concat()
    .into_iter()
    .collect()
}

struct Form {
    /// The reader, and what it stands in.
    format: &'static str,
    name: &'static str,
    bytes: Vec<u8>,
    /// What it has no place for.
    lacks: &'static [&'static str],
}

fn form(
    format: &'static str,
    name: &'static str,
    bytes: impl Into<Vec<u8>>,
    lacks: &'static [&'static str],
) -> Form {
    Form {
        format,
        name,
        bytes: bytes.into(),
        lacks,
    }
}

const URL: &str = "https://harbour-herald.example/1";

fn forms() -> Vec<Form> {
    let text = format!(
        "Ferry returns to Oban\n\nBy Jane Doe\n\nPublished 18 June 2024\n\n{FIRST}\n\n{SECOND}\n\n© 2024 Harbour Herald\n"
    );
    let head = "title: Ferry returns to Oban\ndate: 2024-06-18\nauthor: Jane Doe\nsource: Harbour Herald\nurl: https://harbour-herald.example/1\nsection: World\nlanguage: en\nsummary: It did.";
    let page = format!(
        r#"<html lang="en"><head><title>Ferry returns to Oban | Harbour Herald</title><link rel="canonical" href="{URL}"><meta name="description" content="It did."><meta property="og:site_name" content="Harbour Herald">
        <meta property="article:published_time" content="2024-06-18"><meta name="author" content="Jane Doe"><meta property="article:section" content="World"></head>
        <body><article><h1>Ferry returns to Oban</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"#
    );
    let json = format!(
        r#"{{"title":"Ferry returns to Oban","date":"2024-06-18","author":"Jane Doe","publisher":"Harbour Herald","link":"{URL}","section":"World","language":"en","standfirst":"It did.","text":"{FIRST}\n\n{SECOND}"}}"#
    );
    let row = |comma: &str| {
        let cells = [
            "Ferry returns to Oban",
            "2024-06-18",
            "Jane Doe",
            "Harbour Herald",
            URL,
            "World",
            "en",
            "It did.",
        ];
        let body = format!("\"{FIRST}\n\n{SECOND}\"");
        format!(
            "{}\n{}{comma}{body}\n",
            [
                "title",
                "date",
                "author",
                "source",
                "url",
                "section",
                "language",
                "standfirst",
                "text"
            ]
            .join(comma),
            cells.join(comma)
        )
    };
    let markup = format!("<p>{FIRST}</p><p>{SECOND}</p>");
    let ninjs = |headline: &str, body: &str| {
        format!(
            r#"{{"uri":"u:1","type":"text","versioncreated":"2024-06-18","versionCreated":"2024-06-18",{headline},"byline":"By Jane Doe","by":"By Jane Doe","language":"en",{body},"provider":{{"name":"Harbour Herald"}}}}"#
        )
    };
    let newsml = format!(
        r#"<newsItem guid="u:1" xmlns="http://iptc.org/std/nar/2006-10-01/"><itemMeta><provider><name>Harbour Herald</name></provider><firstCreated>2024-06-18</firstCreated></itemMeta>
        <contentMeta><headline>Ferry returns to Oban</headline><by>Jane Doe</by><language tag="en"/><subject type="cpnat:abstract"><name>World</name></subject></contentMeta>
        <contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{markup}</body></html></inlineXML></contentSet></newsItem>"#
    );
    let nitf = format!(
        r#"<nitf xml:lang="en"><head><docdata><date.issue norm="20240618"/></docdata><pubdata name="Harbour Herald" position.section="World"/></head>
        <body><body.head><hedline><hl1>Ferry returns to Oban</hl1><hl2>It did.</hl2></hedline><byline>By Jane Doe</byline></body.head><body.content>{markup}</body.content></body></nitf>"#
    );
    let rss = format!(
        r#"<rss version="2.0"><channel><title>Harbour Herald</title><link>https://harbour-herald.example</link><language>en</language><item><title>Ferry returns to Oban</title><link>{URL}</link>
        <pubDate>Tue, 18 Jun 2024 07:18:00 GMT</pubDate><dc:creator>Jane Doe</dc:creator><category>World</category><description>It did.</description><content:encoded><![CDATA[{markup}]]></content:encoded></item></channel></rss>"#
    );
    let atom = format!(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour Herald</title><entry><title>Ferry returns to Oban</title><link href="{URL}"/><published>2024-06-18</published>
        <author><name>Jane Doe</name></author><category term="World"/><summary>It did.</summary><content type="html"><![CDATA[{markup}]]></content></entry></feed>"#
    );
    let wordpress = format!(
        r#"<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Harbour Herald</title><language>en</language><item><title>Ferry returns to Oban</title><link>{URL}</link>
        <wp:post_date_gmt>2024-06-18 07:18:00</wp:post_date_gmt><dc:creator>Jane Doe</dc:creator><category domain="category">World</category><excerpt:encoded>It did.</excerpt:encoded>
        <content:encoded><![CDATA[{FIRST}

{SECOND}]]></content:encoded><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>"#
    );
    let reuters = format!(
        "<REUTERS NEWID=\"1\"><DATE>18-JUN-2024 07:18:00</DATE><TOPICS><D>World</D></TOPICS><TEXT><TITLE>Ferry returns to Oban</TITLE><BODY>{FIRST}\n    {SECOND}\n Reuter\n</BODY></TEXT></REUTERS>"
    );
    let mail = format!(
        "From: Harbour Herald <news@herald.example>\nSubject: Ferry returns to Oban\nDate: Tue, 18 Jun 2024 07:18:00 +0200\nContent-Language: en\n\n{FIRST}\n\n{SECOND}\n"
    );
    let core = "<cp:coreProperties><dc:creator>Jane Doe</dc:creator><dcterms:created>2024-06-18T07:18:00Z</dcterms:created></cp:coreProperties>";
    let word = format!(
        "<w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:t>Ferry returns to Oban</w:t></w:p><w:p><w:t>{FIRST}</w:t></w:p><w:p><w:t>{SECOND}</w:t></w:p></w:body></w:document>"
    );
    let docx = zip::tests::pack(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", word.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ]);
    let open = format!(
        "<office:document-content><office:body><office:text><text:p text:style-name=\"Title\">Ferry returns to Oban</text:p><text:p>{FIRST}</text:p><text:p>{SECOND}</text:p></office:text></office:body></office:document-content>"
    );
    let meta = "<office:document-meta><office:meta><meta:initial-creator>Jane Doe</meta:initial-creator><meta:creation-date>2024-06-18T07:18:00</meta:creation-date></office:meta></office:document-meta>";
    let odt = zip::tests::pack(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", open.as_bytes()),
        ("meta.xml", meta.as_bytes()),
    ]);
    let web = record("response", URL, &response("", page.as_bytes()));
    let zipped = zip::tests::pack(&[("a.html", page.as_bytes())]);
    let tarred = tar::tests::file("a.html", b'0', page.as_bytes());
    let zstd = zstd::encode_all(page.as_bytes(), 1).unwrap();
    vec![
        form("text", "a.txt", text, &["section", "url", "standfirst"]),
        form(
            "front-matter",
            "a.md",
            format!("---\n{head}\n---\n\n{FIRST}\n\n{SECOND}\n"),
            &[],
        ),
        form("html", "a.html", page.clone(), &[]),
        form("html", "a.html.gz", gzip(page.as_bytes()), &[]),
        form("html", "a.html.zst", zstd, &[]),
        form("json", "a.json", json.clone(), &[]),
        form("jsonl", "a.jsonl", format!("{json}\n"), &[]),
        form("csv", "a.csv", row(","), &[]),
        form("tsv", "a.tsv", row("\t"), &[]),
        form(
            "ninjs",
            "2.json",
            ninjs(
                r#""headline":"Ferry returns to Oban","subject":[{"name":"World"}]"#,
                &format!(r#""body_html":"{markup}""#),
            ),
            &["url", "standfirst"],
        ),
        form(
            "ninjs",
            "3.json",
            ninjs(
                r#""headlines":[{"role":"main","value":"Ferry returns to Oban"}],"subjects":[{"name":"World"}]"#,
                &format!(r#""bodies":[{{"contentType":"text/html","value":"{markup}"}}]"#),
            ),
            &["url", "standfirst"],
        ),
        form("newsml", "a.xml", newsml, &["url", "standfirst"]),
        form("nitf", "a.xml", nitf, &["url"]),
        form("feed", "a.rss", rss, &[]),
        form("feed", "a.atom", atom, &[]),
        form("wordpress", "a.xml", wordpress, &[]),
        form(
            "reuters",
            "a.sgm",
            reuters,
            &["source", "byline", "url", "standfirst"],
        ),
        form(
            "email",
            "a.eml",
            mail.clone(),
            &["byline", "section", "url", "standfirst"],
        ),
        form(
            "mbox",
            "a.mbox",
            format!("From a@x Tue Jun 18 07:18:00 2024\n{mail}"),
            &["byline", "section", "url", "standfirst"],
        ),
        form(
            "docx",
            "a.docx",
            docx,
            &["source", "section", "url", "standfirst"],
        ),
        form(
            "odt",
            "a.odt",
            odt,
            &["source", "section", "url", "standfirst"],
        ),
        form(
            "pdf",
            "a.pdf",
            pdf::tests::article_of(FIRST, SECOND),
            &["source", "section", "url", "standfirst"],
        ),
        form("warc", "a.warc", web.clone(), &[]),
        form("warc", "a.warc.gz", gzip(&web), &[]),
        form("zip", "a.zip", zipped, &[]),
        form("tar", "a.tar", tarred.clone(), &[]),
        form("tar", "a.tar.gz", gzip(&tarred), &[]),
    ]
}

#[test]
fn all_fields_of_every_form_come_back() {
    let whole = [
        "title=Ferry returns to Oban".to_owned(),
        "date=2024-06-18".to_owned(),
        "source=Harbour Herald".to_owned(),
        format!("url={URL}"),
        "language=en".to_owned(),
        "standfirst=It did.".to_owned(),
        "byline=Jane Doe".to_owned(),
        "section=World".to_owned(),
        format!("body={FIRST}\n\n{SECOND}"),
    ];
    let mut read = BTreeSet::from(["xml"]);
    for Form {
        format,
        name,
        bytes,
        lacks,
    } in forms()
    {
        let article = enrich(one(name, bytes), &EnrichOptions::default());
        let has = |field: &&String| {
            !lacks
                .iter()
                .any(|lack| field.starts_with(&format!("{lack}=")))
        };
        let wanted: BTreeSet<String> = whole.iter().filter(has).cloned().collect();
        let found: BTreeSet<String> = fields(&article);
        let missing: Vec<&String> = wanted.difference(&found).collect();
        assert!(
            missing.is_empty(),
            "{format} {name}: {missing:?} of {found:?}"
        );
        for field in ["title", "date", "byline", "source"] {
            let lacks = lacks.contains(&field);
            assert!(
                lacks || article.how(field).is_some(),
                "{name}: no evidence of {field}"
            );
        }
        read.insert(format);
    }
    // A new reader brings its form.
    let readers: BTreeSet<&str> = READERS.iter().map(|reader| reader.name).collect();
    assert_eq!(read, readers);
}
