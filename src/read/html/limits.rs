//! A look at markup before it is parsed: what would keep a parser busy for minutes is refused here.
//!
//! A parser's work grows with depth times tags, and with the square of a tag's attributes. Both are bounded by one
//! pass over the bytes that counts a little too much rather than too little.

use std::collections::HashMap;

use dom_query::Document;

/// Tags, closing ones included.
const MAX_TAGS: usize = 400_000;
/// Elements open at the same time.
const MAX_DEPTH: usize = 800;
/// The sum over all tags of the square of their attributes.
const MAX_ATTRIBUTES: usize = 40_000_000;

/// Elements that never stay open, or that the next of their kind closes.
const SHALLOW: &[&str] = &[
    "br", "hr", "img", "meta", "embed", "p", "html", "head", "body", "nobr", "area", "base", "col",
    "input", "link", "param", "source", "track", "wbr", "option", "tr", "td", "th", "tbody",
    "thead", "tfoot", "button", "a",
];

/// Elements with rules of their own: a slash closes a tag, and no element closes another.
const DRAWINGS: &[&str] = &["svg", "math"];

/// Elements that end a drawing.
const BREAKING: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
    "foreignobject",
];

/// Elements of drawings whose content is ordinary markup.
const TEXTS: &[&str] = &[
    "title",
    "desc",
    "annotation-xml",
    "mi",
    "mo",
    "mn",
    "ms",
    "mtext",
];

/// Items that the next of their group closes; groups that take turns nest.
const ITEMS: &[(&str, u8)] = &[("li", 1), ("dt", 2), ("dd", 2)];

/// Elements whose content is no markup.
const RAW: &[&str] = &[
    "script", "style", "textarea", "title", "iframe", "noembed", "xmp",
];

/// Whether a parsed page is too deep for what walks over it by recursion.
pub(super) fn is_too_deep(document: &Document) -> bool {
    let mut work = vec![(document.root(), 0)];
    while let Some((node, depth)) = work.pop() {
        if depth > 2 * MAX_DEPTH {
            return true;
        }
        work.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    false
}

/// Why a page is not parsed.
pub(super) fn refuse(html: &str) -> Result<(), String> {
    let bytes = html.as_bytes();
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut at, mut tags, mut depth, mut attributes) = (0, 0usize, 0usize, 0usize);
    let mut last_group = 0;
    while let Some(start) = find(bytes, at, b"<") {
        at = start + 1;
        if bytes.get(at..at + 3) == Some(b"!--") {
            at = find(bytes, at + 3, b"-->").map_or(bytes.len(), |end| end + 3);
            continue;
        }
        let closing = bytes.get(at) == Some(&b'/');
        at += usize::from(closing);
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let name_end = end_of_name(bytes, at);
        let name = html.get(at..name_end).unwrap_or_default();
        tags += 1;
        let tag = scan_attributes(bytes, name_end);
        at = tag.end;
        attributes = attributes.saturating_add(tag.attributes.saturating_mul(tag.attributes));
        if tags > MAX_TAGS {
            return Err(format!("HTML with more than {MAX_TAGS} tags"));
        }
        if attributes > MAX_ATTRIBUTES {
            return Err("HTML with too many attributes in a tag".to_owned());
        }
        let lower = name.to_ascii_lowercase();
        let name = lower.as_str();
        let mut is_drawing = is_any_open(&open, DRAWINGS);
        if is_drawing && !closing && BREAKING.contains(&name) {
            for drawing in DRAWINGS {
                depth -= open.remove(*drawing).unwrap_or_default();
            }
            is_drawing = false;
        }
        if SHALLOW.contains(&name) && !is_drawing {
            continue;
        }
        let group = ITEMS
            .iter()
            .find(|(item, _)| *item == name)
            .map(|(_, group)| *group);
        if let Some(group) = group {
            let follows = group == last_group;
            last_group = if closing { 0 } else { group };
            if follows && !closing {
                continue;
            }
        }
        if RAW.contains(&name) && !closing && !is_drawing {
            at = end_of_raw(bytes, at, name);
            continue;
        }
        // A slash closes only in drawings, outside the text that stands in them.
        let is_closed = tag.self_closing && is_drawing && !is_any_open(&open, TEXTS);
        if closing {
            if let Some(count) = open.get_mut(name).filter(|count| **count > 0) {
                *count -= 1;
                depth -= 1;
            }
        } else if !is_closed {
            *open.entry(lower).or_default() += 1;
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(format!("HTML nested deeper than {MAX_DEPTH}"));
            }
        }
    }
    Ok(())
}

fn is_any_open(open: &HashMap<String, usize>, names: &[&str]) -> bool {
    names
        .iter()
        .any(|name| open.get(*name).is_some_and(|&count| count > 0))
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len())
        .position(|window| window == what)
        .map(|at| from + at)
}

fn end_of_name(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let length = rest
        .iter()
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
    from + length.unwrap_or(rest.len())
}

struct Tag {
    end: usize,
    attributes: usize,
    self_closing: bool,
}

/// Counts the attributes up to the end of a tag; a quote begins a value only after `=`.
fn scan_attributes(bytes: &[u8], from: usize) -> Tag {
    let mut tag = Tag {
        end: bytes.len(),
        attributes: 0,
        self_closing: false,
    };
    let (mut in_word, mut in_value, mut after_equals) = (false, false, false);
    let mut at = from;
    while let Some(&b) = bytes.get(at) {
        let is_slash = b == b'/' && !in_value && !after_equals;
        match b {
            b'>' => {
                tag.end = at + 1;
                return tag;
            }
            b'"' | b'\'' if after_equals => {
                at = find(bytes, at + 1, &[b]).unwrap_or(bytes.len());
                (in_word, in_value, after_equals) = (false, false, false);
            }
            b'=' if !in_value => after_equals = true,
            _ if is_slash => in_word = false,
            _ if b.is_ascii_whitespace() => (in_word, in_value) = (false, false),
            _ if after_equals => (in_word, in_value, after_equals) = (true, true, false),
            _ => {
                tag.attributes += usize::from(!in_word);
                in_word = true;
            }
        }
        // A slash closes only outside of values: `<a href=x/>` stays open.
        tag.self_closing = is_slash;
        at += 1;
    }
    tag
}

fn end_of_raw(bytes: &[u8], from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(start) = find(bytes, at, b"</") {
        let end = start + 2 + name.len();
        let found = bytes.get(start + 2..end);
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return start;
        }
        at = start + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Each of these keeps a parser busy for minutes when it is let through at full size.
    #[test]
    fn bombs() {
        assert!(
            refuse(&"<div>".repeat(2_000))
                .unwrap_err()
                .contains("deeper")
        );
        assert!(
            refuse(&"<b class=x><i>".repeat(2_000))
                .unwrap_err()
                .contains("deeper")
        );
        assert!(
            refuse(&"<p>a</p>".repeat(300_000))
                .unwrap_err()
                .contains("tags")
        );
        let many = (0..20_000).map(|n| format!(" a{n}=1")).collect::<String>();
        assert!(
            refuse(&format!("<p{many}>"))
                .unwrap_err()
                .contains("attributes")
        );
        assert!(
            refuse(&format!("<p \"{many}>"))
                .unwrap_err()
                .contains("attributes")
        );
    }

    // Elements that close each other in a page nest in a drawing, and items of two kinds nest in each other.
    #[test]
    fn nesting_that_is_easily_missed() {
        for part in ["<path d=x>", "<path d=x/>", "<a>", "<link>"] {
            let page = format!("<svg>{}", part.repeat(2_000));
            assert!(refuse(&page).is_err(), "{part}");
        }
        for part in ["<div/>", "<svg><p></p><g/>", "<svg><title><g/>", "<SVG><A>"] {
            assert!(refuse(&part.repeat(2_000)).is_err(), "{part}");
        }
        for part in ["<li><dd>", "<optgroup>", "<dt><li>"] {
            assert!(refuse(&part.repeat(2_000)).is_err(), "{part}");
        }
    }

    // Sloppy pages are not refused: paragraphs and items without an end, markup inside scripts.
    #[test]
    fn ordinary_pages() {
        let page = format!(
            "<html><body><script>if (a<b) document.write('<div>'.repeat(9))</script><ul>{}</ul>{}</body>",
            "<li>one".repeat(3_000),
            "<p>text <img src=x><br>".repeat(3_000),
        );
        assert_eq!(refuse(&page), Ok(()));
        assert_eq!(refuse("<"), Ok(()));
        assert_eq!(refuse("a < b and <3 and <!-- <div>"), Ok(()));
    }
}
