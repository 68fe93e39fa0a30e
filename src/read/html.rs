//! HTML: the text of the page by readability, and everything its markup says of the article as candidates.
//!
//! JSON-LD is believed before meta tags, those before marks in the text, and the address comes last.

mod authors;
mod body;
mod jsonld;
mod limits;
mod page;
mod title;
mod trim;
mod visible;

use std::sync::LazyLock;

use dom_query::Document;
use regex::Regex;

use crate::{Article, Candidate, Draft, Evidence, How, Proof, Zone};

use super::head::{Head, Likeness};
use super::stream::Stream;
use super::{Outcome, Reader, Sink, clean, source};
use page::{Marked, Page};

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
    let draft = draft(&html);
    sink.put(None, draft)
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

fn draft(html: &str) -> Result<Draft, String> {
    let document = Document::from(html);
    let page = Page::of(&document);
    let address = page.canonical.clone().or_else(|| {
        page.metas(&["og:url", "twitter:url", "parsely-link"])
            .map(|meta| meta.value)
            .find(|url| url.contains("://"))
    });
    let ld = jsonld::facts(&page.json_ld, &page.title, address.as_deref());
    let address = address.or_else(|| ld.url.clone().filter(|url| url.contains("://")));
    let mut offers = Offers {
        draft: Draft::default(),
    };

    let sites = offers.sources(&page, &ld, address.as_deref());
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
    let titles = draft
        .candidates
        .iter()
        .filter(|candidate| candidate.field == "title");
    let titles: Vec<&str> = titles.map(|candidate| candidate.value.as_str()).collect();
    trim::trim(&mut found, &titles);
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

struct Offers {
    draft: Draft,
}

impl Offers {
    fn offer(&mut self, field: &'static str, value: &str, how: How, from: &str) {
        let value = clean::line(value);
        let same = |known: &Candidate| known.field == field && known.value == value;
        if value.is_empty() || self.draft.candidates.iter().any(same) {
            return;
        }
        let mut evidence = Evidence::new(how, from);
        evidence.text = Some(value.clone());
        self.draft.candidates.push(Candidate {
            field,
            value,
            evidence,
        });
    }

    fn stated(&mut self, field: &'static str, marked: impl IntoIterator<Item = Marked>) {
        for Marked { value, from, .. } in marked {
            self.offer(field, &value, How::Stated, &from);
        }
    }

    /// Offers the publishers and gives all names of the site, for cutting them off titles and author lists.
    fn sources(&mut self, page: &Page, ld: &jsonld::Facts, address: Option<&str>) -> Vec<String> {
        let address = address.or(page.neighbour.as_deref());
        let known = address.and_then(source::by_address);
        let mut sites: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        if let (Some(name), Some(address)) = (known, address) {
            // One publisher writes its name in many ways; the table makes it one.
            self.offer("source", name, How::Derived, "url");
            if let Some(last) = self.draft.candidates.last_mut() {
                last.evidence.text = Some(address.to_owned());
            }
        }
        if let Some(publisher) = &ld.publisher {
            let name = authors::LEGAL_FORM.replace(publisher, "");
            self.offer("source", &name, How::Stated, "json-ld publisher");
        }
        let names = [
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "dc.publisher",
            "publisher",
            "twitter:app:name:iphone",
            "copyright",
        ];
        self.stated("source", page.metas(names.get(..5).unwrap_or(&names)));
        sites.extend(
            self.draft
                .candidates
                .iter()
                .map(|candidate| candidate.value.clone()),
        );
        if let Some(domain) = address.and_then(source::domain) {
            // Better the address than no publisher at all.
            self.offer("source", &domain, How::Derived, "url");
            sites.extend(domain.rsplit_once('.').map(|(name, _)| name.to_owned()));
            sites.push(domain);
        }
        sites
    }

    fn titles(&mut self, page: &Page, ld: &jsonld::Facts, sites: &[String]) {
        let mut stated: Vec<title::Titled> = Vec::new();
        if let Some(headline) = &ld.headline {
            stated.push((
                headline.clone(),
                if ld.is_article {
                    "json-ld headline"
                } else {
                    "json-ld name"
                },
            ));
        }
        if let Some(headline) = &page.item_title {
            stated.push((headline.clone(), "itemprop headline"));
        }
        const METAS: &[(&str, &str)] = &[
            ("og:title", "meta og:title"),
            ("twitter:title", "meta twitter:title"),
            ("dc.title", "meta dc.title"),
            ("parsely-title", "meta parsely-title"),
            ("title", "meta title"),
        ];
        for (name, from) in METAS {
            stated.extend(
                page.metas(&[name])
                    .map(|meta| (clean::line(&text_of(&meta.value)), *from)),
            );
        }
        if !page.title.is_empty() {
            stated.push((page.title.clone(), "title tag"));
        }
        for (title, from) in title::candidates(&page.headings, &stated, sites) {
            self.offer("title", &title, How::Stated, from);
        }
    }

    fn dates(&mut self, page: &Page, ld: &jsonld::Facts, seen: Vec<visible::Seen>) {
        if let Some(date) = ld.published.as_ref().filter(|_| ld.is_article) {
            self.offer("date", date, How::Stated, "json-ld datePublished");
        }
        self.stated("date", page.metas(PUBLISHED));
        if let Some(date) = &ld.published {
            self.offer("date", date, How::Stated, "json-ld datePublished");
        }
        // Marks near the headline are the article's own, those far from it date teasers.
        let heading = self.heading_place(page);
        let distance = |marked: &Marked| match heading {
            Some(heading) if marked.at < heading => (heading - marked.at) * 3,
            Some(heading) => marked.at - heading,
            None => marked.at,
        };
        let rank = |marked: &Marked| match marked.from.as_str() {
            from if from.starts_with("itemprop") => 0,
            "time datetime" => 1,
            "time" => 2,
            _ => 3,
        };
        let mut times = page.times.clone();
        times.sort_by_key(|marked| (rank(marked), distance(marked)));
        let is_near =
            |marked: &Marked| heading.is_none() || rank(marked) == 0 || distance(marked) <= NEAR;
        let (near, far): (Vec<Marked>, Vec<Marked>) = times.into_iter().partition(is_near);
        let (labelled, bare): (Vec<_>, Vec<_>) = seen
            .into_iter()
            .partition(|seen| seen.is_labelled && !seen.is_update);
        let (updates, bare): (Vec<_>, Vec<_>) = bare.into_iter().partition(|seen| seen.is_update);
        let (classes, near): (Vec<_>, Vec<_>) =
            near.into_iter().partition(|marked| rank(marked) == 3);
        self.stated("date", near.into_iter().take(5));
        self.stated("date", labelled.into_iter().map(|seen| seen.date));
        self.stated("date", classes.into_iter().take(5));
        for seen in bare {
            self.offer("date", &seen.date.value, How::Guessed, &seen.date.from);
        }
        self.stated("date", page.metas(CREATED));
        self.stated("date", far.into_iter().take(5));
        if let Some(address) = self.draft.article.url.clone()
            && let Some(date) = date_in_address(&address)
        {
            self.offer("date", &date, How::Derived, "url");
        }
        if let Some(date) = &ld.modified {
            self.offer("updated", date, How::Stated, "json-ld dateModified");
        }
        self.stated("updated", page.metas(MODIFIED));
        self.stated("updated", page.updates.iter().take(5).cloned());
        self.stated("updated", updates.into_iter().map(|seen| seen.date));
    }

    /// The place of the heading that became the title, else of the only heading.
    fn heading_place(&self, page: &Page) -> Option<usize> {
        let title = self.title()?;
        let same = page
            .headings
            .iter()
            .position(|heading| heading.contains(title));
        let at = same.or((page.headings.len() == 1).then_some(0))?;
        page.heading_places.get(at).copied()
    }

    fn title(&self) -> Option<&str> {
        let titles = self
            .draft
            .candidates
            .iter()
            .filter(|candidate| candidate.field == "title");
        titles.map(|candidate| candidate.value.as_str()).next()
    }

    fn authors(&mut self, page: &Page, ld: &jsonld::Facts, sites: &[String]) {
        let mut places: Vec<Marked> = Vec::new();
        places.extend(ld.authors.iter().map(|name| Marked {
            value: name.clone(),
            from: "json-ld author".to_owned(),
            at: 0,
        }));
        places.extend(page.metas(AUTHOR));
        let rank = |marked: &Marked| match marked.from.as_str() {
            "itemprop author" => 0,
            "rel author" => 1,
            _ => 2,
        };
        let mut marks = page.authors.clone();
        marks.sort_by_key(rank);
        places.extend(marks);
        for Marked { value, from, .. } in authors::candidates(&places, sites) {
            self.offer("byline", &value, How::Stated, &from);
        }
        // An article signed by the newsroom as a whole, and by nobody else.
        if !self
            .draft
            .candidates
            .iter()
            .any(|candidate| candidate.field == "byline")
        {
            for name in &ld.authors {
                self.offer("byline", name, How::Stated, "json-ld author");
            }
        }
    }

    fn others(&mut self, page: &Page, ld: &jsonld::Facts, address: Option<String>) {
        if let Some(text) = &ld.description {
            self.offer("standfirst", text, How::Stated, "json-ld description");
        }
        let about: Vec<Marked> = page
            .metas(&["og:description", "description", "twitter:description"])
            .collect();
        self.stated(
            "standfirst",
            about.into_iter().map(|meta| Marked {
                value: text_of(&meta.value),
                ..meta
            }),
        );
        if let Some(dateline) = &ld.dateline {
            self.offer("dateline", dateline, How::Stated, "json-ld dateline");
        }
        if let Some(language) = &ld.language {
            self.offer("language", language, How::Stated, "json-ld inLanguage");
        }
        if let Some(language) = &page.language {
            self.offer("language", language, How::Stated, "html lang");
        }
        self.stated("language", page.metas(&["og:locale", "content-language"]));

        let mut sections: Vec<Marked> = ld
            .section
            .iter()
            .map(|name| Marked {
                value: name.clone(),
                from: "json-ld articleSection".to_owned(),
                at: 0,
            })
            .collect();
        if sections.is_empty() {
            sections = page
                .metas(&["article:section", "parsely-section", "section"])
                .take(1)
                .collect();
        }
        let article = &mut self.draft.article;
        let mut pieces = Vec::new();
        for Marked { value, from, .. } in sections {
            let value = clean::line(&text_of(&value));
            if value.is_empty() || article.section.contains(&value) {
                continue;
            }
            let mut evidence = Evidence::new(How::Stated, from);
            evidence.value = Some(value.clone());
            pieces.push(evidence);
            article.section.push(value);
        }
        if !pieces.is_empty() {
            article
                .evidence
                .insert("section".to_owned(), Proof::Many(pieces));
        }
        if let Some(address) = address {
            let from = if page.canonical.is_some() {
                "link canonical"
            } else {
                "meta og:url"
            };
            article.url = Some(clean::line(&address));
            article.evidence.insert(
                "url".to_owned(),
                Proof::One(Evidence::new(How::Stated, from)),
            );
        }
    }
}

/// Meta tags with the day of publication, the most trusted first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "itemprop datepublished",
    "article:published",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "publication_date",
    "published",
    "article.published",
    "published_time",
    "citation_publication_date",
    "og:pubdate",
    "last-modified-date-published",
];

/// Meta tags with a day that may be that of the page instead of the article's.
const CREATED: &[&str] = &[
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.available",
    "dcterms.created",
    "dc.date.created",
    "article.created",
    "itemprop datecreated",
    "dc.date",
    "dcterms.date",
    "date",
    "created",
];

/// Elements after the headline that its own date is looked for in.
const NEAR: usize = 400;

/// Meta tags with the day of the last change.
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "itemprop datemodified",
    "og:updated_time",
    "dcterms.modified",
    "last-modified",
    "revised",
];

/// Meta tags with the names of the authors.
const AUTHOR: &[&str] = &[
    "author",
    "article:author",
    "itemprop author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "cxenseparse:author",
    "article:author_name",
    "citation_author",
];

/// A date in the path of an address: `/2020/04/17/` or `2020-04-17`.
fn date_in_address(address: &str) -> Option<String> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)",
        )
        .expect("a constant pattern")
    });
    let found = DAY.captures(address)?;
    let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
    Some(format!("{}-{}-{}", part(1), part(2), part(3)))
}
