//! Feeds: RSS 0.9x to 2.0, RSS 1.0 and Atom, item by item. The title of the feed stands for the publisher.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::{Candidate, Draft, Evidence, How};

use super::head::{Head, Likeness};
use super::stream::Stream;
use super::xml::{self, Element, Piece, Records};
use super::{Outcome, ReadOptions, Reader, Sink, clean, record, source};

pub(super) const READER: Reader = Reader {
    name: "feed",
    extensions: &["rss", "atom", "xml", "rdf"],
    sniff,
    read: |stream, sink| read(stream, sink, item),
    about: "RSS 2.0, RSS 1.0 and Atom feeds, one article an item",
};

/// Elements that are an article.
const TAGS: &[&str] = &["item", "entry"];

/// Prefixes of names that have a meaning here; others are modules that no field takes.
const PREFIXES: &[&str] = &["dc", "dcterms", "content", "atom"];

/// Makes a draft of an item, or `None` where it is no article.
pub(super) type Item =
    fn(&Element, &Channel, &ReadOptions) -> Option<std::result::Result<Draft, String>>;

/// What a feed says of itself.
#[derive(Default)]
pub(super) struct Channel {
    title: Option<String>,
    language: Option<String>,
    /// Names that authors log in with, and those they sign with.
    authors: Vec<(String, String)>,
}

fn sniff(head: &Head) -> Likeness {
    match xml::root(&head.text) {
        Some("rss" | "feed" | "rdf:RDF" | "RDF" | "atom:feed") => Likeness::Sure,
        _ => Likeness::No,
    }
}

/// Reads the items of a feed, each by `item`.
pub(super) fn read(stream: Stream, sink: &mut Sink, item: Item) -> Outcome {
    let mut records = Records::new(stream.utf8()?, TAGS, sink.options.max_record_bytes);
    let mut channel = None;
    let (mut number, mut told) = (0, false);
    // Whether the last item has an end: where it has none, that is told already.
    let mut has_ended = true;
    while let Some(piece) = records.next()? {
        number += 1;
        has_ended = matches!(piece, Piece::Record(_));
        let channel = channel.get_or_insert_with(|| Channel::of(&records.around()));
        let draft = match piece {
            Piece::Broken(reason) => Some(Err(reason)),
            Piece::Record(text) => match xml::parse(&text) {
                Ok(root) => root
                    .children()
                    .next()
                    .and_then(|element| item(element, channel, sink.options)),
                Err(reason) => Some(Err(reason)),
            },
        };
        if let Some(draft) = draft {
            told = true;
            sink.put(Some(number), draft)?;
        }
    }
    if !told {
        return Err("a feed without articles".into());
    }
    match (has_ended, unclosed(&records.around())) {
        (true, Some(root)) => {
            Err(format!("the feed ends too early: `</{root}>` is missing").into())
        }
        _ => Ok(()),
    }
}

/// The root of a feed that was cut off between two items; where much stands around them, nothing is known of its end.
fn unclosed(around: &str) -> Option<&str> {
    let root = xml::root(around)?;
    let is_closed = around.contains(&format!("</{root}"));
    (!is_closed && around.len() < xml::AROUND).then_some(root)
}

impl Channel {
    /// Reads what stands around the items; what cannot be read is not known.
    fn of(around: &str) -> Channel {
        let Ok(root) = xml::parse(around) else {
            return Channel::default();
        };
        let Some(root) = root.children().next() else {
            return Channel::default();
        };
        let channel = root.child("channel").unwrap_or(root);
        let value = |name: &str| {
            let texts = channel.children().filter(|child| child.local() == name);
            let mut texts = texts.map(|child| clean::line(&child.text()));
            texts.find(|text| !text.is_empty())
        };
        let link = channel.child("link");
        let link = link.map(|link| match link.attribute("href") {
            Some(href) => href.to_owned(),
            None => link.text(),
        });
        let title = value("title").map(|title| site_of(&title, link.as_deref()));
        let language = value("language");
        let authors = root.all("author").into_iter().take(10_000);
        let authors = authors.filter_map(|author| {
            let login = author.child("author_login")?.text();
            Some((login, author.child("author_display_name")?.text()))
        });
        Channel {
            title,
            language: language.or_else(|| root.attribute("lang").map(str::to_owned)),
            authors: authors.collect(),
        }
    }

    /// The name of the author who logs in so.
    pub(super) fn author(&self, login: &str) -> Option<&str> {
        let known = self.authors.iter().find(|(known, _)| known == login);
        known.map(|(_, name)| name.as_str())
    }

    /// Offers what holds for all items of the feed, after what the item says itself.
    fn offer(&self, draft: &mut Draft) {
        let language = self.language.as_deref();
        let language = language.and_then(super::language::code);
        for (field, value, from) in [
            ("source", self.title.clone(), "feed title"),
            ("language", language, "feed language"),
        ] {
            if let Some(value) = value {
                derived(draft, field, value, from);
            }
        }
    }
}

/// Offers a value that follows from something else.
pub(super) fn derived(draft: &mut Draft, field: &'static str, value: String, from: &str) {
    let mut evidence = Evidence::new(How::Derived, from);
    evidence.text = Some(value.clone());
    draft.candidates.push(Candidate {
        field,
        value,
        evidence,
    });
}

/// The part of a feed's title that names the site, where the address of the feed tells it from the section.
fn site_of(title: &str, link: Option<&str>) -> String {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let domain = link.and_then(source::domain).map(|domain| letters(&domain));
    let parts = [" | ", " - ", " – ", " — ", " » ", " > ", ": "];
    for part in parts.iter().flat_map(|separator| title.split(separator)) {
        let name = letters(part);
        if part.len() < title.len()
            && name.len() > 3
            && domain
                .as_ref()
                .is_some_and(|domain| domain.starts_with(&name))
        {
            return part.trim().to_owned();
        }
    }
    title.to_owned()
}

fn item(
    item: &Element,
    channel: &Channel,
    options: &ReadOptions,
) -> Option<std::result::Result<Draft, String>> {
    Some(draft(keys(item), &[], channel, options))
}

/// Makes a draft of the keys of an item.
pub(super) fn draft(
    keys: Map<String, Value>,
    aliases: &'static [(&'static str, &'static str)],
    channel: &Channel,
    options: &ReadOptions,
) -> std::result::Result<Draft, String> {
    let updated = keys.get("updated").and_then(Value::as_str);
    let updated = updated.map(clean::line);
    let mut draft = record::named("tag", aliases, keys, options)?;
    let has_date = draft.candidates.iter().any(|known| known.field == "date");
    if let Some(updated) = updated.filter(|_| !has_date) {
        // What was changed on a day was there on that day; Atom requires no other date.
        derived(&mut draft, "date", updated, "tag updated");
    }
    channel.offer(&mut draft);
    Ok(draft)
}

/// The elements of an item by name; lists where a name recurs.
pub(super) fn keys(item: &Element) -> Map<String, Value> {
    let mut keys = Map::new();
    for child in item.children() {
        let prefix = child.name.split_once(':').map(|(prefix, _)| prefix);
        if prefix.is_some_and(|prefix| !PREFIXES.contains(&prefix)) {
            continue;
        }
        let name = child.name.strip_prefix("atom:").unwrap_or(&child.name);
        if let Some((name, value)) = value_of(name, child) {
            add(&mut keys, name, value);
        }
    }
    let has_body = ["content:encoded", "content"]
        .iter()
        .any(|name| keys.get(*name).is_some_and(|value| value != ""));
    if !has_body {
        // The summary is all there is.
        for name in ["description", "summary"] {
            if let Some(text) = keys.remove(name) {
                keys.insert("body".to_owned(), text);
                break;
            }
        }
    }
    for name in ["content:encoded", "content", "body"] {
        if let Some(Value::String(text)) = keys.get_mut(name) {
            *text = as_html(text);
        }
    }
    if let Some(Value::String(guid)) = keys.remove("guid")
        && !keys.contains_key("link")
    {
        let is_address = guid.starts_with("http://") || guid.starts_with("https://");
        let name = if is_address { "link" } else { "guid" };
        keys.insert(name.to_owned(), Value::String(guid));
    }
    keys
}

/// Adds a value, to a list where there is one already.
pub(super) fn add(keys: &mut Map<String, Value>, name: &str, value: String) {
    if value.trim().is_empty() {
        return;
    }
    let value = Value::String(value);
    match keys.get_mut(name) {
        None => {
            keys.insert(name.to_owned(), value);
        }
        Some(Value::Array(values)) => values.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
    }
}

/// The name and value of a part of an item.
fn value_of<'n>(name: &'n str, element: &Element) -> Option<(&'n str, String)> {
    static MAILBOX: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*[^\s@()]+@[^\s@()]+\s*(?:\(([^()]*)\))?\s*$").expect("a constant pattern")
    });
    let text = || match element.attribute("type") {
        Some("xhtml") => element.markup(&[]),
        _ => element.text(),
    };
    let value = match name {
        "link" => match (element.attribute("href"), element.attribute("rel")) {
            (Some(href), None | Some("alternate")) => href.to_owned(),
            (Some(_), _) => return None,
            (None, _) => element.text(),
        },
        "author" | "dc:creator" => {
            let text = element
                .child("name")
                .map_or_else(|| element.text(), Element::text);
            match MAILBOX.captures(&text) {
                Some(found) => found.get(1)?.as_str().to_owned(),
                None => text,
            }
        }
        "category" => match element.attribute("label").or(element.attribute("term")) {
            Some(label) => label.to_owned(),
            None => element.text(),
        },
        // In Atom the guid is called id, and most often it is an address.
        "id" => return Some(("guid", element.text().trim().to_owned())),
        "guid" => element.text().trim().to_owned(),
        "source" => element
            .child("title")
            .map_or_else(|| element.text(), Element::text),
        _ => text(),
    };
    Some((name, value))
}

/// Marks text with entities or tags as what it is: one tag alone would pass for a slip of the pen.
fn as_html(text: &str) -> String {
    match text.contains(['<', '&']) {
        true => format!("<div>{text}</div>"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests;
