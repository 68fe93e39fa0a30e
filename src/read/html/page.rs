//! What the markup of a page says of its article outside the text: meta tags, links, headings, times, author marks.

use dom_query::{Document, NodeRef};

use super::super::clean;

/// Values of one kind that are kept, at most.
const MANY: usize = 200;

/// A value and the mark it stood in.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    pub(super) value: String,
    pub(super) from: String,
    /// The place in the order of the page; 0 for what stands in its head.
    pub(super) at: usize,
}

/// What stands in tags and attributes, in the order of the page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// `name`, `property` or `itemprop` (lower case) and `content` of each meta tag.
    pub(super) metas: Vec<(String, String)>,
    pub(super) title: String,
    /// The text of each `h1` and its place.
    pub(super) headings: Vec<String>,
    pub(super) heading_places: Vec<usize>,
    at: usize,
    pub(super) json_ld: Vec<String>,
    pub(super) canonical: Option<String>,
    /// Another address on the same site.
    pub(super) neighbour: Option<String>,
    pub(super) language: Option<String>,
    pub(super) times: Vec<Marked>,
    pub(super) updates: Vec<Marked>,
    pub(super) authors: Vec<Marked>,
    pub(super) item_title: Option<String>,
}

impl Page {
    /// Walks over a parsed page once.
    pub(super) fn of(document: &Document) -> Page {
        let mut page = Page::default();
        for node in document.root().descendants_it() {
            page.at += 1;
            let Some(name) = node.node_name() else {
                continue;
            };
            match name.as_ref() {
                "html" => {
                    page.language =
                        attribute(&node, "lang").or_else(|| attribute(&node, "xml:lang"))
                }
                "meta" => page.meta(&node),
                "link" => page.link(&node),
                "title" if page.title.is_empty() && !is_inside(&node, "svg") => {
                    page.title = line_of(&node)
                }
                "h1" => page.heading(&node),
                "script" => page.script(&node),
                _ => {}
            }
            page.marks(&node, &name);
        }
        page
    }

    /// The content of the first of these meta tags, with the name of the tag.
    pub(super) fn metas<'p>(&'p self, names: &'p [&str]) -> impl Iterator<Item = Marked> + 'p {
        let wanted = names
            .iter()
            .flat_map(|name| self.metas.iter().filter(move |(key, _)| key == name));
        wanted.map(|(key, value)| Marked {
            value: value.clone(),
            from: format!("meta {key}"),
            at: 0,
        })
    }

    fn meta(&mut self, node: &NodeRef) {
        let Some(content) = attribute(node, "content") else {
            return;
        };
        if self.metas.len() >= MANY {
            return;
        }
        for key in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = attribute(node, key) {
                let prefix = if key == "itemprop" { "itemprop " } else { "" };
                self.metas.push((
                    format!("{prefix}{}", name.to_lowercase()),
                    clean::line(&content),
                ));
            }
        }
    }

    fn link(&mut self, node: &NodeRef) {
        let rel = attribute(node, "rel").unwrap_or_default();
        if self.canonical.is_none() && rel.eq_ignore_ascii_case("canonical") {
            self.canonical = attribute(node, "href").filter(|href| href.contains("://"));
        }
        let is_own = |word: &str| ["shortlink", "alternate", "amphtml", "home"].contains(&word);
        if self.neighbour.is_none() && rel.to_ascii_lowercase().split_whitespace().any(is_own) {
            self.neighbour = attribute(node, "href").filter(|href| href.contains("://"));
        }
    }

    fn heading(&mut self, node: &NodeRef) {
        let text = line_of(node);
        if !text.is_empty() && self.headings.len() < MANY {
            self.headings.push(text);
            self.heading_places.push(self.at);
        }
    }

    fn script(&mut self, node: &NodeRef) {
        let kind = attribute(node, "type").unwrap_or_default();
        if kind.to_ascii_lowercase().contains("ld+json") && self.json_ld.len() < MANY {
            self.json_ld.push(node.text().to_string());
        }
    }

    /// Times and authors, by element, `itemprop`, `rel` and class.
    fn marks(&mut self, node: &NodeRef, name: &str) {
        if matches!(
            name,
            "html" | "head" | "body" | "main" | "meta" | "script" | "style" | "svg"
        ) {
            return;
        }
        let item = attribute(node, "itemprop")
            .unwrap_or_default()
            .to_lowercase();
        match item.as_str() {
            "" => {}
            "headline" if self.item_title.is_none() => self.item_title = Some(line_of(node)),
            _ if item.split_whitespace().any(|word| word == "datepublished") => {
                self.time(node, "itemprop datePublished")
            }
            _ if item.split_whitespace().any(|word| word == "datemodified") => {
                self.update(node, "itemprop dateModified")
            }
            _ if item
                .split_whitespace()
                .any(|word| word == "author" || word == "creator") =>
            {
                self.author(node, "itemprop author")
            }
            _ => {}
        }
        if name == "time" {
            self.time_element(node);
        }
        let rel = attribute(node, "rel").unwrap_or_default();
        if rel
            .split_whitespace()
            .any(|word| word.eq_ignore_ascii_case("author"))
        {
            self.author(node, "rel author");
        }
        let class = attribute(node, "class").unwrap_or_default().to_lowercase();
        if class.is_empty() || class.len() > 400 {
            return;
        }
        for word in class.split_whitespace() {
            if AUTHOR_CLASSES.contains(&word) || is_author_class(word) {
                self.author(node, &format!("class {word}"));
                break;
            }
            if name != "time" && is_date_class(word) {
                self.time(node, &format!("class {word}"));
                break;
            }
        }
    }

    fn time_element(&mut self, node: &NodeRef) {
        let class = attribute(node, "class").unwrap_or_default().to_lowercase();
        let marks = format!(
            "{class} {}",
            attribute(node, "itemprop")
                .unwrap_or_default()
                .to_lowercase()
        );
        if ["updated", "modified", "dateupdated"]
            .iter()
            .any(|word| marks.contains(word))
            && !marks.contains("publi")
        {
            self.update(node, "time");
        } else if !marks.contains("datepublished") {
            self.time(node, "time");
        }
    }

    fn time(&mut self, node: &NodeRef, from: &str) {
        push_time(&mut self.times, node, from, self.at);
    }

    fn update(&mut self, node: &NodeRef, from: &str) {
        push_time(&mut self.updates, node, from, self.at);
    }

    fn author(&mut self, node: &NodeRef, from: &str) {
        if self.authors.len() >= MANY || is_in_comments(node) {
            return;
        }
        let mut name = attribute(node, "content");
        if name.is_none() {
            // A name may be marked inside a box with picture and description.
            let inner = node.descendants_it().take(200).find(|inner| {
                attribute(inner, "itemprop").is_some_and(|item| item.eq_ignore_ascii_case("name"))
            });
            name = Some(inner.map_or_else(
                || line_of(node),
                |inner| attribute(&inner, "content").unwrap_or_else(|| line_of(&inner)),
            ));
        }
        let value = clean::line(&name.unwrap_or_default());
        if !value.is_empty() && value.chars().count() <= 200 {
            self.authors.push(Marked {
                value,
                from: from.to_owned(),
                at: self.at,
            });
        }
    }
}

const AUTHOR_CLASSES: &[&str] = &[
    "author",
    "byline",
    "by-line",
    "authors",
    "author-name",
    "authorname",
    "author_name",
    "byline-name",
    "byline__name",
    "article-author",
    "article__author",
    "article-byline",
    "post-author",
    "entry-author",
    "fn",
    "vcard",
    "autor",
    "auteur",
    "autore",
    "writer",
    "meta-author",
    "story-byline",
    "c-byline",
    "p-author",
    "credit-author",
];

fn is_author_class(class: &str) -> bool {
    let tail = class.rsplit(['_', '-']).next().unwrap_or_default();
    let is_block = class.contains("author-name")
        || class.contains("author__name")
        || class.contains("byline__author");
    is_block || (matches!(tail, "byline" | "author" | "authors") && class.len() > tail.len())
}

fn is_date_class(class: &str) -> bool {
    const WORDS: &[&str] = &[
        "date",
        "published",
        "pubdate",
        "publish-date",
        "post-date",
        "entry-date",
        "article-date",
        "timestamp",
        "dateline",
        "posted-on",
        "article__date",
        "post__date",
        "publication-date",
        "datum",
        "fecha",
        "time",
    ];
    WORDS.contains(&class)
        || class.ends_with("-date")
        || class.ends_with("__date")
        || class.ends_with("_date")
}

fn push_time(times: &mut Vec<Marked>, node: &NodeRef, from: &str, at: usize) {
    if times.len() >= MANY || is_in_comments(node) {
        return;
    }
    let machine = ["datetime", "content", "data-datetime"]
        .iter()
        .find_map(|key| attribute(node, key));
    let value = clean::line(&machine.unwrap_or_else(|| line_of(node)));
    if value.chars().any(|c| c.is_ascii_digit()) && value.chars().count() <= 120 {
        let attribute = if attribute(node, "datetime").is_some() {
            " datetime"
        } else {
            ""
        };
        times.push(Marked {
            value,
            from: format!("{from}{attribute}"),
            at,
        });
    }
}

/// A non-empty attribute.
pub(super) fn attribute(node: &NodeRef, name: &str) -> Option<String> {
    let value = node.attr(name)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The text of an element on one line, at most some hundred characters of interest.
pub(super) fn line_of(node: &NodeRef) -> String {
    let mut text = String::new();
    for inner in node.descendants_it().take(2_000) {
        if inner.is_text() {
            let is_code = inner.parent().and_then(|parent| parent.node_name());
            if !is_code.is_some_and(|name| matches!(name.as_ref(), "script" | "style" | "noscript"))
            {
                text.push_str(&inner.text());
            }
        } else if !is_inline(&inner) {
            text.push(' ');
        }
        if text.len() > 4_000 {
            break;
        }
    }
    clean::line(&text)
}

/// Whether an element runs within a line of text.
pub(super) fn is_inline(node: &NodeRef) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s",
        "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
        "bold", "italic",
    ];
    node.node_name()
        .is_none_or(|name| INLINE.contains(&name.as_ref()))
}

fn is_inside(node: &NodeRef, name: &str) -> bool {
    node.ancestors_it(Some(6))
        .any(|ancestor| ancestor.has_name(name))
}

/// Comments have authors and dates of their own.
fn is_in_comments(node: &NodeRef) -> bool {
    node.ancestors_it(Some(12)).any(|ancestor| {
        if ancestor.has_name("body") {
            return false;
        }
        let class = attribute(&ancestor, "class").unwrap_or_default();
        let id = attribute(&ancestor, "id").unwrap_or_default();
        let marks = format!("{class} {id}").to_lowercase();
        marks.split_whitespace().any(|word| {
            word.starts_with("comment") || word == "disqus_thread" || word.starts_with("related")
        })
    })
}
