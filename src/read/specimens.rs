//! An example or two of each format, for fuzzers to change: what stands in it, and how that is packed.

use super::tests::{gzip, zstd};
use super::{feed, mail, newsml, nitf, pdf, reuters, tar, warc, wxr, zip};

/// Something of a format.
pub(crate) struct Specimen {
    /// The name of its reader.
    pub(crate) format: &'static str,
    pub(crate) content: Vec<u8>,
    /// Makes a file of the content.
    pub(crate) pack: Pack,
}

pub(super) type Pack = fn(&[u8]) -> Vec<u8>;

/// Formats that are text.
const PLAIN: &[(&str, &str)] = &[
    (
        "text",
        "Ferry sails\nBy Ann Lee\nPublished on: 18 Jun 2024 7:18 AM GMT\n\nOSLO, June 18 (AP) - The ferry sails, said Anna Holm.\n\nIt did.\n",
    ),
    (
        "html",
        "<!DOCTYPE html><html lang=\"en\"><head><title>Ferry sails | Herald</title><meta charset=\"utf-8\"><meta name=\"date\" content=\"2024-06-18\">\
         <script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Ferry sails\",\"author\":[{\"name\":\"Ann Lee\"}],\"datePublished\":\"2024-06-18T07:18:00Z\"}</script></head>\
         <body><nav><a href=\"/\">Home</a></nav><article><h1>Ferry sails</h1><span class=\"byline\">By Ann Lee</span><time datetime=\"2024-06-18\">June 18</time>\
         <p>The ferry sails from Oslo &amp; Bergen, the harbour master said on Monday.</p><ul><li>One</li></ul><table><tr><td>Two</td></tr></table><p>It did.</p></article></body></html>",
    ),
    (
        "json",
        "{\"articles\":[{\"id\":1,\"title\":\"Ferry\",\"date\":\"2024-06-18T07:18:00Z\",\"body\":\"The <b>ferry</b>\\n\\u00e9\",\"byline\":[\"Ann\",{\"name\":\"Lee\"}],\"tags\":null}]}",
    ),
    (
        "jsonl",
        "{\"id\":1,\"title\":\"Ferry\",\"date\":1718695080,\"body\":\"The ferry\",\"byline\":[\"Ann\"]}\n{\"id\":\"2\",\"headline\":\"Tram\",\"text\":\"It came.\"}\n",
    ),
    (
        "ninjs",
        "{\"uri\":\"urn:1\",\"type\":\"text\",\"versioncreated\":\"2024-06-18T09:00:00Z\",\"headline\":\"Ferry returns\",\"byline\":\"By Jane Doe\",\
         \"body_html\":\"<p>One.</p>\",\"subject\":[{\"name\":\"Sea\"}],\"person\":[{\"name\":\"Mei Lin\"}],\"located\":\"Oban\"}",
    ),
    (
        "ninjs",
        "{\"uri\":\"u:1\",\"versionCreated\":\"2024-06-18\",\"headlines\":[{\"role\":\"main\",\"value\":\"Ferry returns\"}],\"by\":\"Jane Doe\",\
         \"bodies\":[{\"contentType\":\"text/html\",\"value\":\"<p>One.</p>\"}],\"people\":[{\"name\":\"Mei Lin\"}]}",
    ),
    (
        "csv",
        "id,title,date,body\n1,Ferry,2024-06-18,\"The ferry, \"\"again\"\"\nsails\"\n2,Tram,18.6.2024,It came\n",
    ),
    (
        "tsv",
        "id\ttitle\tdate\tbody\n1\tFerry\t2024-06-18\tThe ferry\n2\tTram\t18/6/2024\tIt came\n",
    ),
    (
        "feed",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"de\"><title>Rheinblick</title><entry><title type=\"html\">F&amp;auml;hre</title><id>tag:1</id>\
         <link rel=\"alternate\" href=\"https://rheinblick.example/1\"/><author><name>Jana Vogt</name></author><published>2024-06-18T07:18:00+02:00</published>\
         <content type=\"xhtml\"><div><p>Eins &lt; zwei.</p></div></content></entry></feed>",
    ),
    (
        "mbox",
        "From a@x Tue Jun 18 07:18:00 2024\nFrom: Jane <a@x.example>\nDate: Tue, 18 Jun 2024 07:18:00 GMT\nSubject: One\n\nThe ferry returned.\n\n>From the quay.\n-- \nJane\n\n\
         From b@x Tue Jun 18 07:18:00 2024\nFrom: b@x.example\nSubject: Two\nContent-Transfer-Encoding: base64\n\nSXQgZGlkLg==\n",
    ),
    (
        "front-matter",
        "---\ntitle: \"Ferry: it \\\"returns\\\"\"\ndate: 2024-06-18 07:18:00 +0200 # local\nauthors:\n  - name: Jane Doe\n  - 'Ali Hassan'\ncategories: [World, \"Sea, air\"]\n\
         summary: >\n  It did,\n  after all.\n---\n\n# Ferry\n\nOne.\n",
    ),
    (
        "front-matter",
        "+++\ntitle = \"Ferry\"\ndate = 2024-06-18T07:18:00Z\n[extra]\nauthors = [\"Jane Doe\"]\n+++\nOne.\n",
    ),
    (
        "xml",
        "<?xml version='1.0'?><opml><head/><body><outline text='x'/></body></opml>",
    ),
];

/// Examples of every format.
pub(crate) fn specimens() -> Vec<Specimen> {
    let whole: Pack = <[u8]>::to_vec;
    let of = |format, content: &[u8], pack| Specimen {
        format,
        content: content.to_vec(),
        pack,
    };
    let plain = PLAIN
        .iter()
        .map(|(format, content)| of(format, content.as_bytes(), whole));
    let mut all: Vec<Specimen> = plain.collect();
    let item = newsml::tests::item(
        "<inlineXML contenttype=\"application/xhtml+xml\"><html><p>One.</p></html></inlineXML>",
    );
    let (text, page) = (PLAIN[0].1.as_bytes(), PLAIN[1].1.as_bytes());
    all.extend([
        of("feed", feed::tests::RSS.as_bytes(), whole),
        of("wordpress", wxr::tests::EXPORT.as_bytes(), whole),
        of("nitf", nitf::tests::NITF.as_bytes(), whole),
        of("newsml", item.as_bytes(), whole),
        of("reuters", reuters::tests::FILE, whole),
        of("email", mail::tests::NEWSLETTER.as_bytes(), whole),
        of("text", PLAIN[0].1.as_bytes(), gzip),
        of("html", page, zstd),
        of("docx", b"<?xml version=\"1.0\"?><w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t>Ferry &amp; crew</w:t></w:r></w:p>\
            <w:p><w:r><w:t>One</w:t></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:r><w:tab/><w:t>two.</w:t></w:r></w:p>\
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Three.</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>", |content| {
            let about = b"<cp:coreProperties><dc:title>T</dc:title><dc:creator>Jane</dc:creator><dcterms:created>2024-06-18T07:18:00Z</dcterms:created></cp:coreProperties>";
            zip::tests::pack(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", content), ("docProps/core.xml", about)])
        }),
        of("odt", b"<office:document-content><office:body><office:text><text:p text:style-name=\"Title\">Ferry returns</text:p><text:h>Next</text:h>\
            <text:p>One<text:s/>two<text:span>.</text:span></text:p></office:text></office:body></office:document-content>", |content| {
            zip::tests::pack(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content)])
        }),
        of("zip", text, |content| {
            zip::tests::pack(&[("a.txt", content), ("in/b.txt", b"Ferry returns\n\nIt did.")])
        }),
        of("tar", text, |content| {
            let files = [
                tar::tests::file("dir/", b'5', b""),
                tar::tests::file("dir/a.txt", b'0', content),
                tar::tests::file("b.txt", b'0', b"Ferry returns\n\nIt did."),
            ];
            files.concat()
        }),
        of("warc", text, |content| {
            let answer = warc::tests::response("", content);
            gzip(&warc::tests::record("response", "https://x.example/1", &answer))
        }),
        of(
            "warc",
            &warc::tests::record(
                "response",
                "https://x.example/1",
                &warc::tests::response("Transfer-Encoding: chunked\r\n", b"b\r\n<title>Fer\r\n0\r\n\r\n"),
            ),
            whole,
        ),
    ]);
    for (content, pack) in pdf::tests::specimens() {
        all.push(of("pdf", &content, pack));
    }
    all
}

// A format without an example would be tested by nothing, and one that is not read as its own by little.
#[test]
fn every_format_has_a_specimen() {
    let all = specimens();
    for reader in super::READERS {
        let of_format = all.iter().find(|one| one.format == reader.name);
        let one = of_format.unwrap_or_else(|| panic!("{}", reader.name));
        let items = super::tests::read_all("a", (one.pack)(&one.content));
        let format = items[0].as_ref().map(|draft| draft.article.format.as_str());
        let is_other = ["zip", "tar", "xml"].contains(&reader.name);
        assert!(
            is_other || format == Ok(reader.name),
            "{}: {items:?}",
            reader.name
        );
    }
}
