//! PDF with a text layer: its paragraphs in reading order, and what the document says of itself.
//!
//! The few objects that text needs are read here and not by a crate: those that were looked at unpack without a limit or
//! follow nested objects until the stack ends, and a hostile file must cost that file only. Nothing here is unbounded:
//! bytes unpacked, objects, their nesting, operators, pages and forms within forms all have limits. Encrypted files and
//! scans without text are refused with the reason.

mod content;
mod file;
mod font;
mod layout;
mod object;

use std::collections::HashSet;

use crate::{Candidate, Draft, Evidence, How, Zone};

use super::head::{Head, Likeness};
use super::stream::Stream;
use super::{Outcome, Reader, Sink, clean};
use content::Canvas;
use file::File;
use object::{Dict, Object};

pub(super) const READER: Reader = Reader {
    name: "pdf",
    extensions: &["pdf"],
    sniff,
    read,
    about: "PDF with a text layer, one article a file",
};

/// Pages that are read.
const MAX_PAGES: usize = 1_000;

/// Bytes before the mark of the format that other programs allow too.
const MARK_WITHIN: usize = 1_024;

fn sniff(head: &Head) -> Likeness {
    let start = head.bytes.get(..MARK_WITHIN).unwrap_or(head.bytes);
    match start.windows(5).any(|window| window == b"%PDF-") {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let bytes = stream.whole(sink.options.max_file_bytes)?;
    let draft = draft(&bytes);
    sink.put(None, draft)
}

fn draft(bytes: &[u8]) -> Result<Draft, String> {
    let file = File::scan(bytes)?;
    let mut canvas = Canvas::new(&file);
    let mut pages = Vec::new();
    for page in pages_of(&file) {
        pages.push(canvas.page(&page));
    }
    let text = layout::text(&pages);
    let body = clean::block(&text.body).into_owned();
    if body.trim().is_empty() {
        return Err("a PDF without a text layer".to_owned());
    }
    let mut draft = Draft::default();
    if !text.margins.is_empty() {
        draft.article.rest.push(Zone {
            zone: "footer".to_owned(),
            text: clean::block(&text.margins.join("\n")).into_owned(),
        });
    }
    draft.candidates = stated(&file, &body);
    draft.text = Some(body);
    Ok(draft)
}

/// A page with what it inherits.
struct Page<'f> {
    dict: &'f Dict,
    resources: Option<&'f Dict>,
    turn: i32,
}

/// The pages in their order; those of a broken tree in the order of their numbers.
fn pages_of<'f>(file: &'f File) -> Vec<Page<'f>> {
    let mut pages = Vec::new();
    let root = file.trailer.get("Root").map(|root| file.resolve(root));
    let tree = root
        .and_then(Object::dict)
        .and_then(|root| root.get("Pages"));
    let mut seen = HashSet::new();
    let mut open: Vec<(&Object, Option<&Dict>, i32)> =
        tree.into_iter().map(|tree| (tree, None, 0)).collect();
    while let Some((node, resources, turn)) = open.pop() {
        let Some(dict) = file.resolve(node).dict() else {
            continue;
        };
        // Every node stands in the tree once: a loop ends here.
        if !seen.insert(std::ptr::from_ref(dict)) {
            continue;
        }
        if pages.len() == MAX_PAGES {
            break;
        }
        let resources = file.dict(dict, "Resources").or(resources);
        #[expect(clippy::cast_possible_truncation, reason = "a turn is a small number")]
        let turn = file.number(dict, "Rotate").map_or(turn, |turn| turn as i32);
        match file.list(dict, "Kids") {
            Some(kids) => open.extend(kids.iter().rev().map(|kid| (kid, resources, turn))),
            None => pages.push(Page {
                dict,
                resources,
                turn,
            }),
        }
    }
    if !pages.is_empty() {
        return pages;
    }
    let mut numbers: Vec<&u32> = file.objects.keys().collect();
    numbers.sort_unstable();
    let dicts = numbers
        .into_iter()
        .filter_map(|number| file.objects.get(number)?.dict());
    dicts
        .filter(|dict| matches!(dict.get("Type"), Some(Object::Name(name)) if name == "Page"))
        .take(MAX_PAGES)
        .map(|dict| Page {
            dict,
            resources: file.dict(dict, "Resources"),
            turn: 0,
        })
        .collect()
}

/// What the document says of itself. Its title is often that of a template and its day that of its making, so both are
/// only taken where the text says nothing, unless the text has the title too.
fn stated(file: &File, body: &str) -> Vec<Candidate> {
    let info = file.trailer.get("Info").map(|info| file.resolve(info));
    let Some(info) = info.and_then(Object::dict) else {
        return Vec::new();
    };
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let mut candidates = Vec::new();
    let mut offer = |field: &'static str, key: &str, how: How, value: String| {
        let mut evidence = Evidence::new(how, format!("property {key}"));
        evidence.text = Some(value.clone());
        candidates.push(Candidate {
            field,
            value,
            evidence,
        });
    };
    let value = |key: &str| {
        let value = match file.resolve(info.get(key)?) {
            Object::Text(bytes) => clean::line(&object::text(bytes)),
            _ => return None,
        };
        (!value.is_empty() && value.len() < 1_000).then_some(value)
    };
    if let Some(title) = value("Title").filter(|title| title.contains(' ')) {
        let start: String = body.chars().take(3_000).collect();
        let is_printed = letters(&start).contains(&letters(&title));
        let how = if is_printed {
            How::Stated
        } else {
            How::Derived
        };
        offer("title", "Title", how, title);
    }
    if let Some(author) = value("Author").filter(|author| author.contains(' ')) {
        offer("byline", "Author", How::Stated, author);
    }
    if let Some(date) = value("CreationDate").as_deref().and_then(moment) {
        offer("date", "CreationDate", How::Derived, date);
    }
    candidates
}

/// `D:20240618071800+02'00'` as RFC 3339.
fn moment(value: &str) -> Option<String> {
    let value = value.strip_prefix("D:").unwrap_or(value);
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize| digits.get(from..to);
    let day = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (Some(hour), Some(minute)) = (part(8, 10), part(10, 12)) else {
        return Some(day);
    };
    let second = part(12, 14).unwrap_or("00");
    let zone = value.get(digits.len()..).unwrap_or_default();
    let numbers: String = zone.chars().filter(char::is_ascii_digit).collect();
    let zone = match (zone.chars().next(), numbers.get(0..2), numbers.get(2..4)) {
        (Some('Z'), ..) => "Z".to_owned(),
        (Some(sign @ ('+' | '-')), Some(hours), minutes) => {
            format!("{sign}{hours}:{}", minutes.unwrap_or("00"))
        }
        _ => String::new(),
    };
    Some(format!("{day}T{hour}:{minute}:{second}{zone}"))
}

#[cfg(test)]
pub(super) mod tests;
