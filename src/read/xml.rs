//! XML as a tree, read leniently: elements that do not end end with their parent, references to entities that the file
//! declares stay as they are written, and nothing outside the text is ever looked at.

mod records;
mod root;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

pub(super) use records::{AROUND, Piece, Records};
pub(super) use root::root;

/// Elements within elements.
const MAX_DEPTH: usize = 256;
/// Elements of a record.
const MAX_ELEMENTS: usize = 1_000_000;
/// Attributes of an element that are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// An element with what it holds.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// The name as written, with its prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) nodes: Vec<Node>,
}

/// A piece of what an element holds.
#[derive(Debug)]
pub(super) enum Node {
    /// Character data, entities resolved.
    Text(String),
    /// An element.
    Element(Element),
}

impl Element {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &str {
        self.name
            .rsplit_once(':')
            .map_or(&self.name, |(_, name)| name)
    }

    /// The elements directly in it.
    pub(super) fn children(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element directly in it that has this name, prefix or not.
    pub(super) fn child(&self, local: &str) -> Option<&Element> {
        self.children().find(|child| child.local() == local)
    }

    /// All elements under it that have this name, in the order of the document.
    pub(super) fn all(&self, local: &str) -> Vec<&Element> {
        let mut found = Vec::new();
        self.collect(local, &mut found);
        found
    }

    fn collect<'e>(&'e self, local: &str, found: &mut Vec<&'e Element>) {
        for child in self.children() {
            if child.local() == local {
                found.push(child);
            }
            child.collect(local, found);
        }
    }

    /// The first element under it that has this name.
    pub(super) fn find(&self, local: &str) -> Option<&Element> {
        let mut children = self.children();
        children.find_map(|child| match child.local() == local {
            true => Some(child),
            false => child.find(local),
        })
    }

    /// The value of an attribute, by its name with or without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let is_it = |key: &str| key == name || key.rsplit_once(':').is_some_and(|(_, k)| k == name);
        let found = self.attributes.iter().find(|(key, _)| is_it(key));
        found.map(|(_, value)| value.as_str())
    }

    /// All character data under it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.write_text(&mut text);
        text
    }

    fn write_text(&self, to: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(text) => to.push_str(text),
                Node::Element(element) => element.write_text(to),
            }
        }
    }

    /// What it holds, written as HTML with `names` put in the place of elements' own.
    pub(super) fn markup(&self, names: &[(&str, &str)]) -> String {
        let mut html = String::new();
        self.write_markup(names, &mut html);
        html
    }

    fn write_markup(&self, names: &[(&str, &str)], html: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(text) => html.push_str(&escaped(text)),
                Node::Element(element) => {
                    let local = element.local();
                    let name = names.iter().find(|(own, _)| *own == local);
                    let name = name.map_or(local, |(_, name)| *name);
                    html.push_str(&format!("<{name}>"));
                    element.write_markup(names, html);
                    html.push_str(&format!("</{name}>"));
                }
            }
        }
    }
}

/// Text as it is written in HTML.
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// Reads a document; the result holds its root element.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut open = vec![Element::default()];
    let mut elements = 0;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| format!("broken XML at byte {at}: {error}"))?;
        match event {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(format!("XML nested deeper than {MAX_DEPTH}"));
                }
                open.push(element(&start));
                elements += 1;
            }
            Event::Empty(start) => {
                add(&mut open, Node::Element(element(&start)));
                elements += 1;
            }
            Event::End(end) => {
                let name = end.name();
                let name: &str = name.as_ref();
                // One without a beginning says nothing.
                if open.iter().skip(1).any(|element| element.name == name) {
                    while close(&mut open).is_some_and(|closed| closed != name) {}
                }
            }
            Event::Text(text) => push(&mut open, &text.xml10_content()),
            Event::CData(text) => push(&mut open, &text.into_inner()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => push(&mut open, c.encode_utf8(&mut [0; 4])),
                Err(_) => {}
                Ok(None) => {
                    let name = reference.into_inner();
                    match resolve_predefined_entity(&name) {
                        Some(text) => push(&mut open, text),
                        None => push(&mut open, &format!("&{name};")),
                    }
                }
            },
            Event::Eof => break,
            _ => {}
        }
        if elements > MAX_ELEMENTS {
            return Err(format!("XML with more than {MAX_ELEMENTS} elements"));
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    Ok(open.pop().unwrap_or_default())
}

/// Ends the innermost element and gives its name.
fn close(open: &mut Vec<Element>) -> Option<String> {
    if open.len() < 2 {
        return None;
    }
    let closed = open.pop()?;
    let name = closed.name.clone();
    add(open, Node::Element(closed));
    Some(name)
}

fn add(open: &mut [Element], node: Node) {
    if let Some(last) = open.last_mut() {
        last.nodes.push(node);
    }
}

fn push(open: &mut [Element], text: &str) {
    let Some(last) = open.last_mut() else { return };
    match last.nodes.last_mut() {
        Some(Node::Text(known)) => known.push_str(text),
        _ => last.nodes.push(Node::Text(text.to_owned())),
    }
}

fn element(start: &BytesStart) -> Element {
    // Looking for doubled names would compare each with each.
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false);
    let attributes = attributes.take(MAX_ATTRIBUTES).filter_map(Result::ok);
    let attributes = attributes.map(|attribute| {
        let name: &str = attribute.key.as_ref();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
        (name.to_owned(), value)
    });
    let attributes = attributes.collect();
    let name = start.name();
    let name: &str = name.as_ref();
    Element {
        name: name.to_owned(),
        attributes,
        nodes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is common in files and wrong: missing and stray ends, bare `&`, entities of HTML.
    #[test]
    fn lenient() {
        let text = "<a x:b='1 &amp; 2'><p>One & <b>two</p></c> &nbsp;&#233;&lt;<![CDATA[<i>]]></a>";
        let root = parse(text).unwrap();
        let a = root.child("a").unwrap();
        assert_eq!(a.attribute("b"), Some("1 & 2"));
        assert_eq!(a.text(), "One & two &nbsp;é<<i>");
        let markup = a.markup(&[("b", "h2")]);
        assert_eq!(
            markup,
            "<p>One &amp; <h2>two</h2></p> &amp;nbsp;é&lt;&lt;i&gt;"
        );
    }

    // Entities that a file declares are never expanded, so they can neither grow nor reach other files.
    #[test]
    fn entities_are_not_expanded() {
        let text = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'><!ENTITY d SYSTEM 'file:///etc/hosts'>]><a e='&c;'>&c;&d;</a>";
        let root = parse(text).unwrap();
        assert_eq!(root.text(), "&c;&d;");
        assert_eq!(root.child("a").unwrap().attribute("e"), Some("&c;"));
    }

    // Depth and number are bounded before memory or the stack are.
    #[test]
    fn bombs() {
        let deep = parse(&"<a>".repeat(100_000)).unwrap_err();
        assert_eq!(deep, "XML nested deeper than 256");
        let many = parse(&"<a/>".repeat(1_100_000)).unwrap_err();
        assert_eq!(many, "XML with more than 1000000 elements");
        let attributes = (0..100_000)
            .map(|n| format!(" a{n}=''"))
            .collect::<String>();
        assert!(parse(&format!("<a{attributes}/>")).is_ok());
        assert!(parse("<a b='").is_err());
    }
}
