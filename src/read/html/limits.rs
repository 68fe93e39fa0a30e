//! A look at markup before it is parsed: what would keep a parser busy for minutes is refused here.
//!
//! A parser's work grows with depth times tags, and with the square of a tag's attributes. Both are bounded by one
//! pass over the bytes that counts a little too much rather than too little.

use std::collections::HashMap;

/// Tags, closing ones included.
const MAX_TAGS: usize = 400_000;
/// Elements open at the same time.
const MAX_DEPTH: usize = 800;
/// The sum over all tags of the square of their attributes.
const MAX_ATTRIBUTES: usize = 40_000_000;

/// Elements that never stay open, or that the next of their kind closes.
const SHALLOW: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup", "tr",
    "td", "th", "tbody", "thead", "tfoot", "path", "use", "rect", "circle", "polygon", "line",
    "stop", "ellipse", "image", "button", "a", "nobr",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &[
    "script", "style", "textarea", "title", "iframe", "noembed", "xmp",
];

/// Why a page is not parsed.
pub(super) fn refuse(html: &str) -> Result<(), String> {
    let bytes = html.as_bytes();
    let mut open: HashMap<&str, usize> = HashMap::new();
    let (mut at, mut tags, mut depth, mut attributes) = (0, 0usize, 0usize, 0usize);
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
        if is_one_of(name, SHALLOW) {
            continue;
        }
        if is_one_of(name, RAW) && !closing {
            at = end_of_raw(bytes, at, name);
            continue;
        }
        // Upper and lower case of a name are counted apart: rare, and at worst too deep.
        let count = open.entry(name).or_default();
        if closing {
            if *count > 0 {
                *count -= 1;
                depth -= 1;
            }
        } else if !tag.self_closing {
            *count += 1;
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(format!("HTML nested deeper than {MAX_DEPTH}"));
            }
        }
    }
    Ok(())
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

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other))
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
    let (mut in_word, mut after_equals) = (false, false);
    let mut at = from;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'>' => {
                tag.end = at + 1;
                tag.self_closing = at > from && bytes.get(at - 1) == Some(&b'/');
                return tag;
            }
            b'"' | b'\'' if after_equals => {
                at = find(bytes, at + 1, &[b]).unwrap_or(bytes.len());
                (in_word, after_equals) = (false, false);
            }
            b'=' => after_equals = true,
            b'/' if !after_equals => in_word = false,
            _ if b.is_ascii_whitespace() => in_word = false,
            _ => {
                if !in_word && !after_equals {
                    tag.attributes += 1;
                }
                (in_word, after_equals) = (true, false);
            }
        }
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
