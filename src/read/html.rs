//! HTML: the text of the page by readability, and everything its markup says of the article as candidates.
//!
//! JSON-LD is believed before meta tags, those before marks in the text, and the address comes last.

mod authors;
mod body;
mod jsonld;
mod limits;
mod offers;
mod page;
mod title;
mod trim;
mod visible;

use std::sync::LazyLock;

use dom_query::Document;
use regex::Regex;

use crate::{Article, Draft, Evidence, How, Proof, Zone};

use super::head::{Head, Likeness};
use super::stream::Stream;
use super::{Outcome, Reader, Sink, clean};
use offers::Offers;
use page::Page;

pub(super) const READER: Reader = Reader {
    name: "html",
    extensions: &["html", "htm", "xhtml", "shtml"],
    sniff,
    read,
    about: "a web page, one article a file: JSON-LD, meta tags and the text of the article",
};

fn sniff(head: &Head) -> Likeness {
    static PAGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)<(?:!doctype\s+html|html|head|body|meta)\b").expect("a constant pattern")
    });
    static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)<(?:p|div|h[1-6]|article|section|table|title)\b[^<>]*>")
            .expect("a constant pattern")
    });
    if !head.text.starts_with('<') {
        return Likeness::No;
    }
    let start: String = head.text.chars().take(2_000).collect();
    if PAGE.is_match(&start) {
        return Likeness::Sure;
    }
    if !start.starts_with("<?xml") && BLOCK.is_match(&start) {
        return Likeness::Likely;
    }
    if READER.extensions.contains(&head.extension.as_str()) {
        return Likeness::Likely;
    }
    Likeness::No
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let html = stream.text(sink.options.max_file_bytes)?;
    limits::refuse(&html)?;
    let draft = draft(&html, None);
    sink.put(None, draft)
}

/// Reads a page that was fetched from an address, which counts where the page states none; `from` says who knows it.
pub(super) fn page(html: &str, address: Option<&str>, from: &str) -> Result<Draft, String> {
    limits::refuse(html)?;
    let mut draft = draft(html, address)?;
    if let Some(address) = address.filter(|_| draft.article.url.is_none()) {
        draft.article.url = Some(clean::line(address));
        let evidence = Evidence::new(How::Stated, from);
        let evidence = Proof::One(evidence);
        draft.article.evidence.insert("url".to_owned(), evidence);
    }
    Ok(draft)
}

/// Reads markup that stands in the body of a record.
pub(super) fn fragment(html: &str, article: &mut Article) {
    if limits::refuse(html).is_err() {
        article.body = clean::block(html).into_owned();
        return;
    }
    let document = Document::from(html);
    let found = body::of(&document.root());
    set_body(article, found);
}

/// The text of a piece of markup or of text with entities.
pub(super) fn text_of(text: &str) -> String {
    if !text.contains(['&', '<']) || text.len() > 100_000 || limits::refuse(text).is_err() {
        return text.to_owned();
    }
    Document::fragment(text).text().to_string()
}

fn set_body(article: &mut Article, found: body::Body) {
    article.body = found.text();
    article
        .rest
        .extend(found.rest.into_iter().map(|(zone, text)| Zone {
            zone: zone.to_owned(),
            text,
        }));
}

fn draft(html: &str, fetched: Option<&str>) -> Result<Draft, String> {
    let document = Document::from(html);
    if limits::is_too_deep(&document) {
        return Err("HTML nested too deep".to_owned());
    }
    let page = Page::of(&document);
    let address = page.canonical.clone().or_else(|| {
        page.metas(&["og:url", "twitter:url", "parsely-link"])
            .map(|meta| meta.value)
            .find(|url| url.contains("://"))
    });
    let ld = jsonld::facts(&page.json_ld, &page.title, address.as_deref());
    let address = address.or_else(|| ld.url.clone().filter(|url| url.contains("://")));
    let mut offers = Offers::default();

    let sites = offers.sources(&page, &ld, address.as_deref().or(fetched));
    offers.titles(&page, &ld, &sites);
    offers.others(&page, &ld, address);
    let heading = page.headings.first().map(String::as_str);
    let titles = offers.title().into_iter().chain(heading);
    let seen = titles
        .map(|title| visible::dates(&document, title))
        .find(|seen| !seen.is_empty());
    offers.dates(&page, &ld, seen.unwrap_or_default());
    offers.authors(&page, &ld, &sites);

    let mut draft = offers.draft;
    let mut found = body::article(document);
    let stated = ld
        .body
        .as_deref()
        .map(|text| clean::block(&text_of(text)).trim().to_owned());
    let values = |field: &str| -> Vec<&str> {
        let of_field = draft
            .candidates
            .iter()
            .filter(|candidate| candidate.field == field);
        of_field.map(|candidate| candidate.value.as_str()).collect()
    };
    trim::trim(&mut found, &values("title"), &values("byline"));
    set_body(&mut draft.article, found);
    if let Some(stated) = stated
        && draft.article.body.chars().count() * 3 < stated.chars().count()
    {
        draft.article.body = stated;
        let evidence = Evidence::new(How::Stated, "json-ld articleBody");
        draft
            .article
            .evidence
            .insert("body".to_owned(), Proof::One(evidence));
    }
    drop_repeated(&mut draft);
    if draft.article.body.is_empty()
        && !draft
            .candidates
            .iter()
            .any(|candidate| candidate.field == "title")
    {
        return Err("no text".to_owned());
    }
    Ok(draft)
}

/// A description that only repeats the beginning of the text is no standfirst.
fn drop_repeated(draft: &mut Draft) {
    fn letters(text: &str) -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    }
    let body: String = draft.article.body.chars().take(5_000).collect();
    let body = letters(&body);
    draft.candidates.retain(|candidate| {
        candidate.field != "standfirst" || !body.contains(&letters(&candidate.value))
    });
}
