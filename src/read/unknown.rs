//! XML of no known kind: refused, because its tags would become words and its order is anyone's guess.

use super::head::{Head, Likeness};
use super::xml;
use super::{READERS, Reader};

pub(super) const READER: Reader = Reader {
    name: "xml",
    extensions: &["xml"],
    sniff,
    read: |stream, _| {
        let head = Head::of(&stream);
        let root = xml::root(&head.text).unwrap_or_default();
        let root: String = root.chars().take(40).collect();
        let known = READERS
            .iter()
            .filter(|reader| reader.extensions.contains(&"xml"));
        let known = known
            .map(|reader| reader.name)
            .filter(|name| *name != "xml");
        let known = known.collect::<Vec<_>>().join(", ");
        Err(
            format!("XML of an unknown kind (`<{root}>`): known are {known}; make it JSON lines")
                .into(),
        )
    },
    about: "XML of another kind is skipped: convert it to JSON lines",
};

fn sniff(head: &Head) -> Likeness {
    let Some(root) = xml::root(&head.text) else {
        return Likeness::No;
    };
    let is_page = root.eq_ignore_ascii_case("html");
    match (head.text.starts_with("<?xml"), head.extension.as_str()) {
        _ if is_page => Likeness::No,
        (true, "html" | "htm" | "xhtml") => Likeness::No,
        (true, _) => Likeness::Sure,
        (false, "xml") => Likeness::Likely,
        _ => Likeness::No,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one, reason};

    // Tags are not read as words, whatever they are called; a page stays a page.
    #[test]
    fn other_xml() {
        let text = reason(
            "a.xml",
            "<?xml version='1.0'?><opml><head/><body><outline text='x'/></body></opml>",
        );
        assert!(
            text.starts_with("XML of an unknown kind (`<opml>`): known are"),
            "{text}"
        );
        assert!(text.contains("feed"), "{text}");
        assert!(reason("a.xml", "<catalogue><p>x</p></catalogue>").contains("<catalogue>"));
        let page = "<?xml version='1.0'?><!DOCTYPE html><html><h1>Ferry returns</h1><p>It did, and nobody saw it, people said.</p></html>";
        assert_eq!(one("a.xml", page).article.format, "html");
    }
}
