//! Text with front matter: a head of keys between `---` (YAML) or `+++` (TOML) lines, then the text.
//!
//! Of YAML only what heads of articles use is understood: scalars, quoted or folded, lists, and objects one level deep.

mod yaml;

use serde_json::{Map, Value};

use super::head::{Head, Likeness};
use super::stream::Stream;
use super::{Outcome, Reader, Sink, clean, record};

pub(super) const READER: Reader = Reader {
    name: "front-matter",
    extensions: &["md", "markdown", "txt", "mdx"],
    sniff,
    read,
    about: "text or Markdown with front matter between `---` or `+++` lines",
};

/// Lines that mark front matter.
const FENCES: &[&str] = &["---", "+++"];

/// Lines of front matter, at most.
const MAX_LINES: usize = 1_000;

/// Front matter, and what follows it.
struct Parts<'t> {
    fence: &'static str,
    matter: &'t str,
    text: &'t str,
    /// Lines before the text.
    lines: usize,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let fence = FENCES.iter().find(|fence| text.starts_with(**fence))?;
    let mut at = 0;
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').take(MAX_LINES).enumerate() {
        let is_fence = line.trim_end() == *fence || number > 0 && line.trim_end() == "...";
        match (number, is_fence) {
            (0, true) => start = line.len(),
            (0, false) => return None,
            (_, true) => {
                return Some(Parts {
                    fence,
                    matter: text.get(start..at)?,
                    text: text.get(at + line.len()..)?,
                    lines: number + 1,
                });
            }
            _ => {}
        }
        at += line.len();
    }
    None
}

fn sniff(head: &Head) -> Likeness {
    let Some(parts) = parts(&head.text) else {
        return Likeness::No;
    };
    let known = parts.matter.lines().any(|line| {
        let key = line.split_once([':', '=']).map(|(key, _)| key.trim());
        key.is_some_and(|key| record::field_of(key.trim_matches('"')).is_some())
    });
    match known {
        true => Likeness::Sure,
        // A horizontal rule above a text.
        false => Likeness::No,
    }
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let text = stream.text(sink.options.max_file_bytes)?;
    let text = clean::block(&text);
    let text = text.trim_start();
    let parts = parts(text).ok_or("front matter without an end")?;
    let keys = match parts.fence {
        "+++" => toml_keys(parts.matter)?,
        _ => yaml::keys(parts.matter),
    };
    let draft = record::named("front matter", &[], keys, sink.options).map(|mut draft| {
        let has_title = draft.candidates.iter().any(|known| known.field == "title");
        let title = draft.candidates.iter().find(|known| known.field == "title");
        if !draft.article.body.is_empty() {
            return draft;
        }
        match has_title {
            true => {
                let title = title.map(|title| title.value.as_str()).unwrap_or_default();
                draft.article.body = without_title(parts.text, title).to_owned();
            }
            // The headline stands in the text; its lines keep their numbers.
            false => draft.text = Some("\n".repeat(parts.lines) + parts.text),
        }
        draft
    });
    sink.put(None, draft)
}

/// The text without a first line that repeats the title.
fn without_title<'t>(text: &'t str, title: &str) -> &'t str {
    let text = text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match clean::line(first.trim_start_matches('#')) == title {
        true => rest.trim(),
        false => text,
    }
}

/// The keys of lines `key: value`, with or without fences around them.
pub(super) fn keys(text: &str) -> Map<String, Value> {
    yaml::keys(parts(text).map_or(text, |parts| parts.matter))
}

fn toml_keys(matter: &str) -> Result<Map<String, Value>, String> {
    let table: toml::Table = matter.parse().map_err(|error: toml::de::Error| {
        format!("front matter is not TOML: {}", clean::line(error.message()))
    })?;
    match json(toml::Value::Table(table)) {
        Value::Object(keys) => Ok(keys),
        _ => Ok(Map::new()),
    }
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            let keys = table.into_iter().map(|(key, value)| (key, json(value)));
            Value::Object(keys.collect())
        }
        toml::Value::String(text) => Value::String(text),
        other => Value::String(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from, one, reason, values};

    // Every way of writing a value that heads of articles use.
    #[test]
    fn yaml_above_a_text() {
        let text = "---\ntitle: \"Ferry: it \\\"returns\\\"\"\ndate: 2024-06-18 07:18:00 +0200 # local\nauthors:\n  - name: Jane Doe\n    mail: j@x.example\n  - 'Ali Hassan'\nsource: Harbour Herald\nurl: https://herald.example/1\ncategories: [World, \"Sea, air\"]\nsummary: >\n  It did,\n  after all.\nlang: en\ntags:\n- ferry\ndraft: false\n---\n\n# Ferry: it \"returns\"\n\nOne.\n\nTwo.\n";
        let draft = one("a.md", text);
        assert_eq!(draft.article.format, "front-matter");
        assert_eq!(values(&draft, "title"), ["Ferry: it \"returns\""]);
        assert_eq!(values(&draft, "date"), ["2024-06-18 07:18:00 +0200"]);
        assert_eq!(values(&draft, "byline"), ["Jane Doe", "Ali Hassan"]);
        assert_eq!(values(&draft, "source"), ["Harbour Herald"]);
        assert_eq!(from(&draft, "source"), Some("front matter source"));
        assert_eq!(values(&draft, "language"), ["en"]);
        assert_eq!(
            draft.article.url.as_deref(),
            Some("https://herald.example/1")
        );
        assert_eq!(draft.article.section, ["World", "Sea, air"]);
        assert_eq!(
            draft.article.standfirst.as_deref(),
            Some("It did, after all.")
        );
        assert_eq!(draft.article.body, "One.\n\nTwo.");
        assert_eq!(draft.unused, ["draft", "tags"]);
    }

    // TOML is read by its own parser, which knows dates.
    #[test]
    fn toml_above_a_text() {
        let text = "+++\ntitle = \"Ferry returns\"\ndate = 2024-06-18T07:18:00Z\nauthor = \"Jane Doe\"\ncategories = [\"World\"]\n+++\nOne.\n";
        let draft = one("a.txt", text);
        assert_eq!(values(&draft, "date"), ["2024-06-18T07:18:00Z"]);
        assert_eq!(
            (values(&draft, "byline"), draft.article.body.as_str()),
            (vec!["Jane Doe"], "One.")
        );
        let broken = reason("a.md", "+++\ntitle = \"Ferry\ndate = 1\n+++\nOne.");
        assert!(broken.starts_with("front matter is not TOML"), "{broken}");
    }

    // Without a title the text is taken apart as a plain one is, its lines still counted from the top of the file.
    #[test]
    fn title_in_the_text() {
        let draft = one(
            "a.md",
            "---\ndate: 2024-06-18\n---\nFerry returns\n\nIt did.\n",
        );
        assert_eq!(
            draft.text.as_deref(),
            Some("\n\n\nFerry returns\n\nIt did.\n")
        );
    }

    // A rule above a text is no front matter, nor is one that never ends.
    #[test]
    fn no_front_matter() {
        for text in [
            "---\nFerry returns: it did\n---\nText",
            "---\ntitle: Ferry\nText",
            "--- a\ntitle: b\n---\n",
        ] {
            assert_eq!(one("a.md", text).article.format, "text", "{text}");
        }
    }
}
