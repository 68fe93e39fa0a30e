//! The text of a page: what readability finds, cleaned by its markup, as paragraphs with a blank line between.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

use super::super::clean;
use super::page::{attribute, is_inline};

/// Elements beyond which only the plain paragraphs are taken.
const MAX_ELEMENTS: usize = 60_000;
/// Characters below which the plain paragraphs are tried too.
const TOO_LITTLE: usize = 250;

/// The paragraphs and captions of a page.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Body {
    pub(super) paragraphs: Vec<String>,
    pub(super) captions: Vec<String>,
}

impl Body {
    /// The paragraphs with a blank line between.
    pub(super) fn text(&self) -> String {
        self.paragraphs.join("\n\n")
    }

    fn length(&self) -> usize {
        self.paragraphs
            .iter()
            .map(|paragraph| paragraph.chars().count())
            .sum()
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
    if body.length() < TOO_LITTLE && plain.length() > body.length() * 2 {
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
            Step::Close => writer.end(),
            Step::Open(node) if node.is_text() => writer.push(&node.text()),
            Step::Open(node) => {
                let name = node.node_name().unwrap_or_default();
                match name.as_ref() {
                    "br" => writer.line_break(),
                    "figcaption" => writer.caption(&node),
                    name if SKIPPED.contains(&name) => {}
                    _ if node.id != root.id && is_aside(&node) => {}
                    name => {
                        if matches!(name, "td" | "th") {
                            writer.push(" ");
                        } else if !is_inline(&node) {
                            writer.end();
                            work.push(Step::Close);
                        }
                        work.extend(node.children_it(true).map(Step::Open));
                    }
                }
            }
        }
    }
    writer.end();
    writer.body
}

enum Step<'n> {
    Open(NodeRef<'n>),
    Close,
}

/// Elements without text of the article.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "button", "form", "input", "select", "textarea",
    "svg", "iframe", "nav", "object", "video", "audio", "canvas", "dialog", "head",
];

/// Words of class and id that mark what is around an article rather than in it.
const ASIDES: &[&str] = &[
    "share",
    "sharing",
    "social",
    "related",
    "newsletter",
    "subscribe",
    "subscription",
    "promo",
    "advert",
    "advertisement",
    "ad",
    "ads",
    "sponsored",
    "breadcrumb",
    "breadcrumbs",
    "tags",
    "taglist",
    "caption",
    "wp-caption-text",
    "comments",
    "outbrain",
    "taboola",
    "recirc",
    "readmore",
    "paywall",
    "sr-only",
    "visually-hidden",
    "hidden",
    "toolbar",
    "jp-relatedposts",
    "sharedaddy",
    "author-box",
    "author-bio",
    "authorbox",
    "copyright",
    "teaser",
    "recommended",
    "print-only",
    "screen-reader-text",
];

fn is_aside(node: &NodeRef) -> bool {
    if !node.is_element() || is_inline(node) && !node.has_name("span") && !node.has_name("a") {
        return false;
    }
    let marks = ["class", "id"]
        .iter()
        .filter_map(|key| attribute(node, key));
    for mark in marks {
        let words = mark.split(|c: char| c.is_whitespace() || c == '_');
        for word in words {
            if ASIDES.iter().any(|aside| word.eq_ignore_ascii_case(aside)) {
                return true;
            }
        }
    }
    is_link_list(node)
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
    breaks: usize,
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
        self.line.push_str(text);
    }

    fn line_break(&mut self) {
        self.breaks += 1;
    }

    fn end(&mut self) {
        self.breaks = 0;
        if self.line.is_empty() {
            return;
        }
        let text = clean::line(&std::mem::take(&mut self.line));
        if !text.is_empty() {
            self.body.paragraphs.push(text);
        }
    }

    fn caption(&mut self, node: &NodeRef) {
        let text = super::page::line_of(node);
        if !text.is_empty() && !self.body.captions.contains(&text) && self.body.captions.len() < 200
        {
            self.body.captions.push(text);
        }
    }
}
