//! The part of YAML that heads of articles use, read tolerantly: what is not understood stays text.

use serde_json::{Map, Value};

/// Reads the keys of front matter.
pub(super) fn keys(matter: &str) -> Map<String, Value> {
    let mut keys = Map::new();
    let mut lines = matter.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((key, value)) = pair(line).filter(|_| !line.starts_with([' ', '\t', '-'])) else {
            continue;
        };
        let mut block = Vec::new();
        while let Some(next) = lines.peek() {
            let is_item = value.is_empty() && next.starts_with("- ");
            if !next.trim().is_empty() && !next.starts_with([' ', '\t']) && !is_item {
                break;
            }
            block.extend(lines.next());
        }
        keys.insert(key.to_owned(), value_of(value, &block));
    }
    keys
}

/// The value after a key and of the lines under it.
fn value_of(value: &str, block: &[&str]) -> Value {
    let lines = || block.iter().map(|line| line.trim());
    match value.chars().next() {
        Some('|') => Value::String(lines().collect::<Vec<_>>().join("\n").trim().to_owned()),
        Some('>') => {
            let mut text = String::new();
            for line in lines() {
                match (line.is_empty(), text.is_empty() || text.ends_with('\n')) {
                    (true, _) => text.push('\n'),
                    (false, true) => text.push_str(line),
                    (false, false) => text.extend([" ", line]),
                }
            }
            Value::String(text.trim().to_owned())
        }
        Some('[') => {
            let rest = lines().collect::<Vec<_>>().join(" ");
            list(&format!("{value} {rest}"))
        }
        Some(_) => {
            // A plain value may go on in the lines under it.
            let parts = std::iter::once(value).chain(lines().filter(|line| !line.is_empty()));
            scalar(&parts.collect::<Vec<_>>().join(" "))
        }
        None => items(block),
    }
}

/// A list of scalars or small objects, or one object.
fn items(block: &[&str]) -> Value {
    let mut items = Vec::new();
    let mut object = Map::new();
    for line in block.iter().map(|line| line.trim()) {
        let item = line.strip_prefix("- ").map(str::trim);
        if item.is_some() && !object.is_empty() {
            items.push(Value::Object(std::mem::take(&mut object)));
        }
        match (item, pair(item.unwrap_or(line))) {
            (_, Some((key, value))) if !key.contains(' ') => {
                object.insert(key.to_owned(), scalar(value));
            }
            (Some(item), _) => items.push(scalar(item)),
            _ => {}
        }
    }
    if !object.is_empty() {
        if items.is_empty() {
            return Value::Object(object);
        }
        items.push(Value::Object(object));
    }
    match items.is_empty() {
        true => Value::Null,
        false => Value::Array(items),
    }
}

/// `key: value`, where the line is one.
fn pair(line: &str) -> Option<(&str, &str)> {
    if line.trim_start().starts_with(['#', '"', '\'', '[']) && !line.starts_with('"') {
        return None;
    }
    let (key, value) = line.split_once(':')?;
    let is_value = value.is_empty() || value.starts_with([' ', '\t']);
    let key = key.trim().trim_matches('"');
    (is_value && !key.is_empty() && key.len() <= 100).then_some((key, value.trim()))
}

/// One value without its quotes or what is remarked after it.
fn scalar(text: &str) -> Value {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('"') {
        return Value::String(quoted(rest));
    }
    if let Some(rest) = text.strip_prefix('\'') {
        let text = rest.replace("''", "\u{0}");
        let text = text.split('\'').next().unwrap_or_default();
        return Value::String(text.replace('\u{0}', "'"));
    }
    if text.starts_with('[') {
        return list(text);
    }
    let text = text.split(" #").next().unwrap_or_default().trim();
    match text {
        "null" | "~" => Value::Null,
        _ => Value::String(text.to_owned()),
    }
}

/// The text up to the closing quote.
fn quoted(text: &str) -> String {
    let mut value = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some(c) => value.push(c),
                None => {}
            },
            _ => value.push(c),
        }
    }
    value
}

/// `[one, "two, three"]`.
fn list(text: &str) -> Value {
    let text = text.trim().trim_start_matches('[');
    let text = text.rsplit_once(']').map_or(text, |(text, _)| text);
    let mut items = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            (',', None) => items.push(String::new()),
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) if items.last().is_some_and(|item| item.trim().is_empty()) => {
                quote = Some(c);
            }
            _ => items.last_mut().into_iter().for_each(|item| item.push(c)),
        }
    }
    let items = items.iter().map(|item| item.trim());
    let items = items.filter(|item| !item.is_empty());
    items.map(|item| Value::String(item.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // Shapes that are easily mistaken for another.
    #[test]
    fn shapes() {
        let text = "# a remark\ntime: 07:18\nurl: https://a.example/b#c\nempty:\nname:\n  first: Jane\nlong: one\n  two\nlist: [a,\n  'b']\nsingle: 'it''s'\nnull: ~\nnot a key\n- nor this\ntext: |\n  a\n  b";
        let keys = Value::Object(keys(text));
        let expected = json!({"time": "07:18", "url": "https://a.example/b#c", "empty": null, "name": {"first": "Jane"},
            "long": "one two", "list": ["a", "b"], "single": "it's", "null": null, "text": "a\nb"});
        assert_eq!(keys, expected);
    }

    // Nothing here recurses or grows.
    #[test]
    fn hostile() {
        for part in ["[", "a:", "- ", "\"", "a: [", "a: '", "  - a:\n", ": :"] {
            keys(&part.repeat(100_000));
            keys(&format!("a: {}", part.repeat(100_000)));
        }
    }
}
