//! What a page states, offered as candidates: for each field the most trusted mark first.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Candidate, Draft, Evidence, How, Proof};

use super::super::{clean, language, source};
use super::page::{Marked, Page};
use super::{authors, jsonld, text_of, title, visible};

/// The draft of a page while it is filled.
#[derive(Default)]
pub(super) struct Offers {
    pub(super) draft: Draft,
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
    pub(super) fn sources(
        &mut self,
        page: &Page,
        ld: &jsonld::Facts,
        address: Option<&str>,
    ) -> Vec<String> {
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

    pub(super) fn titles(&mut self, page: &Page, ld: &jsonld::Facts, sites: &[String]) {
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

    pub(super) fn dates(&mut self, page: &Page, ld: &jsonld::Facts, seen: Vec<visible::Seen>) {
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

    pub(super) fn title(&self) -> Option<&str> {
        let titles = self
            .draft
            .candidates
            .iter()
            .filter(|candidate| candidate.field == "title");
        titles.map(|candidate| candidate.value.as_str()).next()
    }

    pub(super) fn authors(&mut self, page: &Page, ld: &jsonld::Facts, sites: &[String]) {
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

    pub(super) fn others(&mut self, page: &Page, ld: &jsonld::Facts, address: Option<String>) {
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
        let stated = |value: &Option<String>, from: &str| {
            value.clone().map(|value| Marked {
                value,
                from: from.to_owned(),
                at: 0,
            })
        };
        let marks = stated(&page.language, "html lang").into_iter();
        let marks = marks.chain(stated(&ld.language, "json-ld inLanguage"));
        for mark in marks.chain(page.metas(&["og:locale", "content-language"])) {
            if let Some(code) = language::code(&mark.value) {
                self.offer("language", &code, How::Stated, &mark.from);
                // The whole tag also names the country.
                let last = self.draft.candidates.last_mut();
                if let Some(last) = last.filter(|last| last.field == "language") {
                    last.evidence.text = Some(mark.value);
                }
            }
        }

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
