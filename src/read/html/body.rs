//! The text of a page: what readability finds, cleaned by its markup, as paragraphs with a blank line between.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::super::clean;
use super::page::{attribute, is_inline, line_of};

/// Elements beyond which only the plain paragraphs are taken.
const MAX_ELEMENTS: usize = 60_000;
/// Bytes of prose that readability must miss before the plain paragraphs are taken instead.
const TOO_LITTLE: usize = 250;

/// One block of text and what its markup says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    pub(super) text: String,
    /// Whether it is a heading, a list item or plain text.
    pub(super) kind: Kind,
    /// Bytes of the text that are links.
    pub(super) linked: usize,
}

/// The kind of element that a block of text stood in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Text,
    Heading,
    Item,
}

impl Paragraph {
    /// Whether most of it leads elsewhere.
    pub(super) fn is_link(&self) -> bool {
        self.linked * 10 >= self.text.len() * 8
    }

    /// Whether it reads like a sentence or more of an article.
    pub(super) fn is_prose(&self) -> bool {
        let ends = self
            .text
            .trim_end_matches(['"', '”', '“', '»', '«', '\'', '’', ')', ']', ' ']);
        let ends = ends.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '।', '؟']);
        self.kind != Kind::Heading && !self.is_link() && ends && self.text.len() >= 60
    }
}

/// The paragraphs of a page, and what stood among them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Body {
    pub(super) paragraphs: Vec<Paragraph>,
    /// Captions, share bars, teasers: zone and text.
    pub(super) rest: Vec<(&'static str, String)>,
}

impl Body {
    /// The paragraphs with a blank line between.
    pub(super) fn text(&self) -> String {
        let texts: Vec<&str> = self
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.text.as_str())
            .collect();
        texts.join("\n\n")
    }

    fn prose(&self) -> usize {
        let prose = self
            .paragraphs
            .iter()
            .filter(|paragraph| paragraph.is_prose());
        prose.map(|paragraph| paragraph.text.len()).sum()
    }
}

/// Finds the article in a page.
pub(super) fn article(document: Document) -> Body {
    // Readability rewrites the document: what it may lose is taken first.
    let plain = plain_paragraphs(&document);
    let config = Config {
        max_elements_to_parse: MAX_ELEMENTS,
        disable_json_ld: true,
        keep_classes: true,
        ..Config::default()
    };
    let Ok(mut readability) = Readability::with_document(document, None, Some(config)) else {
        return plain;
    };
    if readability.parse().is_err() {
        return plain;
    }
    let found = readability.doc.select_single("#readability-page-1");
    let Some(root) = found.nodes().first() else {
        return plain;
    };
    let body = of(root);
    let (found, all) = (body.prose(), plain.prose());
    if all > found * 2 && all > found + TOO_LITTLE {
        return plain;
    }
    body
}

/// All paragraphs of a page outside navigation and the like.
fn plain_paragraphs(document: &Document) -> Body {
    let mut body = Body::default();
    let selection = document.select("p");
    for node in selection.nodes().iter().take(5_000) {
        let outside = node.ancestors_it(Some(30)).any(|ancestor| {
            ancestor.node_name().is_some_and(|name| {
                matches!(
                    name.as_ref(),
                    "nav" | "footer" | "aside" | "form" | "header"
                )
            })
        });
        if !outside {
            body.paragraphs.extend(of(node).paragraphs);
        }
    }
    body
}

/// The text under an element, block by block.
pub(super) fn of(root: &NodeRef) -> Body {
    let mut writer = Writer::default();
    // Own stack: markup may be deep.
    let mut work = vec![Step::Open(*root)];
    while let Some(step) = work.pop() {
        match step {
            Step::End => writer.end(),
            Step::EndLink => writer.links -= 1,
            Step::Open(node) if node.is_text() => writer.push(&node.text()),
            Step::Open(node) => {
                let name = node.node_name().unwrap_or_default();
                let name = name.as_ref();
                if SKIPPED.contains(&name) {
                    continue;
                }
                if name == "br" {
                    writer.breaks += 1;
                    continue;
                }
                if node.id != root.id
                    && let Some(zone) = zone_of(&node, name)
                {
                    writer.aside(zone, &node);
                    continue;
                }
                if name == "a" {
                    writer.links += 1;
                    work.push(Step::EndLink);
                } else if matches!(name, "td" | "th") {
                    writer.push(" ");
                } else if !is_inline(&node) {
                    writer.end();
                    writer.kind = match name {
                        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
                        "li" | "dd" | "dt" => Kind::Item,
                        "p" if writer.kind == Kind::Item
                            && node.parent().is_some_and(|parent| parent.has_name("li")) =>
                        {
                            Kind::Item
                        }
                        _ => Kind::Text,
                    };
                    work.push(Step::End);
                }
                work.extend(node.children_it(true).map(Step::Open));
            }
        }
    }
    writer.end();
    writer.body
}

enum Step<'n> {
    Open(NodeRef<'n>),
    End,
    EndLink,
}

/// Elements without text of the article.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "button", "form", "input", "select", "textarea",
    "svg", "iframe", "nav", "object", "video", "audio", "canvas", "dialog", "head",
];

/// Words of class and id that mark what is around an article rather than in it, and the zone it becomes.
const ASIDES: &[(&str, &[&str])] = &[
    (
        "caption",
        &[
            "caption",
            "wp-caption-text",
            "image-caption",
            "photo-caption",
            "figcaption",
            "credit",
            "photo-credit",
            "image-credit",
        ],
    ),
    (
        "share",
        &[
            "share",
            "sharing",
            "social",
            "sharedaddy",
            "share-buttons",
            "social-share",
            "addtoany",
            "toolbar",
        ],
    ),
    (
        "teaser",
        &[
            "related",
            "teaser",
            "promo",
            "recirc",
            "readmore",
            "read-more",
            "recommended",
            "jp-relatedposts",
            "related-articles",
            "related-posts",
            "outbrain",
            "taboola",
            "most-read",
        ],
    ),
    (
        "advert",
        &[
            "advert",
            "advertisement",
            "ad",
            "ads",
            "sponsored",
            "newsletter",
            "subscribe",
            "subscription",
            "newsletter-signup",
            "paywall",
        ],
    ),
    (
        "comment",
        &["comments", "comment-list", "disqus", "disqus_thread"],
    ),
    (
        "byline",
        &[
            "author-box",
            "author-bio",
            "authorbox",
            "byline",
            "author-info",
        ],
    ),
    (
        "footer",
        &[
            "copyright",
            "breadcrumb",
            "breadcrumbs",
            "tags",
            "taglist",
            "tag-list",
            "post-tags",
            "article-tags",
        ],
    ),
    (
        "other",
        &[
            "sr-only",
            "visually-hidden",
            "hidden",
            "print-only",
            "screen-reader-text",
        ],
    ),
];

/// The zone of an element that is not part of the text, by its name, class and id.
fn zone_of(node: &NodeRef, name: &str) -> Option<&'static str> {
    if name == "figcaption" {
        return Some("caption");
    }
    if !node.is_element() || is_inline(node) && !matches!(name, "span" | "a" | "small" | "cite") {
        return None;
    }
    let marks = ["class", "id"]
        .iter()
        .filter_map(|key| attribute(node, key));
    for mark in marks.filter(|mark| mark.len() <= 400) {
        let mark = mark.to_ascii_lowercase();
        for word in mark.split(|c: char| c.is_whitespace() || c == '_') {
            let zone = ASIDES.iter().find(|(_, words)| words.contains(&word));
            if let Some((zone, _)) = zone {
                return Some(zone);
            }
        }
    }
    is_link_list(node).then_some("teaser")
}

/// Whether a list or box holds nothing but links to elsewhere.
fn is_link_list(node: &NodeRef) -> bool {
    let name = node.node_name().unwrap_or_default();
    if !matches!(name.as_ref(), "ul" | "ol") {
        return false;
    }
    let (mut linked, mut all, mut links) = (0, 0, 0);
    for inner in node.descendants_it().take(3_000) {
        if inner.is_text() {
            let length = inner.text().trim().len();
            all += length;
            if inner
                .ancestors_it(Some(5))
                .any(|ancestor| ancestor.has_name("a"))
            {
                linked += length;
            }
        } else if inner.has_name("a") {
            links += 1;
        }
    }
    links >= 2 && linked * 10 >= all * 9
}

#[derive(Default)]
struct Writer {
    body: Body,
    line: String,
    /// Bytes of the line within links.
    linked: usize,
    /// Open links.
    links: usize,
    breaks: usize,
    kind: Kind,
}

impl Writer {
    fn push(&mut self, text: &str) {
        if self.breaks > 0 && !text.trim().is_empty() {
            if self.breaks > 1 {
                self.end();
            } else {
                self.line.push(' ');
            }
            self.breaks = 0;
        }
        if self.links > 0 {
            self.linked += text.trim().len();
        }
        self.line.push_str(text);
    }

    fn end(&mut self) {
        self.breaks = 0;
        let linked = std::mem::take(&mut self.linked);
        let kind = std::mem::take(&mut self.kind);
        if self.line.is_empty() {
            // The kind belongs to the text that is still to come.
            self.kind = kind;
            return;
        }
        let text = clean::line(&std::mem::take(&mut self.line));
        if text.is_empty() {
            self.kind = kind;
            return;
        }
        self.body.paragraphs.push(Paragraph { text, kind, linked });
    }

    fn aside(&mut self, zone: &'static str, node: &NodeRef) {
        let text = line_of(node);
        let known = self.body.rest.iter().any(|(_, known)| *known == text);
        if !text.is_empty() && !known && self.body.rest.len() < 200 {
            self.body.rest.push((zone, text));
        }
    }
}
