//! JSON: one object, an array of objects (read element by element), or an object that wraps such an array.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Deserializer, Map, Value};

use super::head::{Head, Likeness};
use super::stream::{Meter, Stream, too_large};
use super::{Halt, Outcome, ReadOptions, Reader, Sink, encoding, record};

pub(super) const READER: Reader = Reader {
    name: "json",
    extensions: &["json"],
    sniff,
    read,
    about: "JSON: an article, an array of articles, or an object that holds such an array",
};

/// Keys under which lists of articles are wrapped, and keys that wrap those.
const WRAPPERS: &[&str] = &[
    "articles",
    "items",
    "docs",
    "documents",
    "results",
    "records",
    "entries",
    "hits",
    "stories",
    "news",
    "posts",
    "data",
    "response",
    "feed",
    "channel",
];

fn sniff(head: &Head) -> Likeness {
    let mut chars = head.text.chars().filter(|c| !c.is_whitespace());
    match (chars.next(), chars.next()) {
        (Some('{'), Some('"' | '}')) => Likeness::Likely,
        (Some('['), Some('{' | ']')) => Likeness::Likely,
        (Some('{' | '['), _) if head.extension == "json" => Likeness::Likely,
        _ => Likeness::No,
    }
}

pub(super) fn read(mut stream: Stream, sink: &mut Sink) -> Outcome {
    let max = sink.options.max_file_bytes;
    let size = usize::try_from(max).unwrap_or(usize::MAX).saturating_add(1);
    if stream.fill(size)? {
        let text = encoding::decode(&stream.head)?;
        return values(&mut Deserializer::from_str(&text), sink, &|| ());
    }
    if !stream.head.trim_ascii_start().starts_with(b"[") {
        return Err(too_large("", max).into());
    }
    // An array of any length is read element by element.
    let (metered, taken) = Meter::new(stream.utf8()?, sink.options.max_record_bytes);
    let reader = std::io::BufReader::with_capacity(64 << 10, metered);
    values(&mut Deserializer::from_reader(reader), sink, &|| {
        taken.set(0)
    })
}

/// Reads one value after the other; there is nearly always one.
fn values<'de, R: serde_json::de::Read<'de>>(
    from: &mut Deserializer<R>,
    sink: &mut Sink,
    begin: &dyn Fn(),
) -> Outcome {
    let mut records = Records {
        sink,
        begin,
        halt: None,
        count: 0,
    };
    loop {
        let result = from.deserialize_any(&mut records);
        if let Some(halt) = records.halt.take() {
            return Err(halt);
        }
        if let Err(error) = result {
            return Err(not_json(&error).into());
        }
        if from.end().is_ok() {
            break;
        }
    }
    if records.count == 0 {
        return Err("no text".into());
    }
    Ok(())
}

/// Parses one value within the limit of depth.
pub(super) fn parse(text: &str, options: &ReadOptions) -> Result<Value, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    if is_deeper(&value, options.json_depth) {
        return Err(too_deep(options));
    }
    Ok(value)
}

fn too_deep(options: &ReadOptions) -> String {
    format!("JSON nested deeper than {}", options.json_depth)
}

fn not_json(error: &serde_json::Error) -> String {
    if error.is_io() {
        return error.to_string();
    }
    let text = error.to_string();
    if text.starts_with("recursion limit") {
        return "JSON nested deeper than 128".to_owned();
    }
    format!("not JSON: {text}")
}

fn is_deeper(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(values) => {
            depth == 0 || values.iter().any(|value| is_deeper(value, depth - 1))
        }
        Value::Object(keys) => depth == 0 || keys.values().any(|value| is_deeper(value, depth - 1)),
        _ => false,
    }
}

/// Takes values apart into records while they are parsed.
struct Records<'r, 's> {
    sink: &'r mut Sink<'s>,
    begin: &'r dyn Fn(),
    halt: Option<Halt>,
    count: u64,
}

impl Records<'_, '_> {
    /// Hands on one element of a list; false when the caller wants no more.
    fn element(&mut self, value: Value) -> bool {
        self.count += 1;
        let options = self.sink.options;
        let draft = match value {
            _ if is_deeper(&value, options.json_depth) => Err(too_deep(options)),
            Value::Object(keys) => record::draft(keys, options),
            _ => Err("not a JSON object".to_owned()),
        };
        self.keep(Some(self.count), draft)
    }

    fn keep(&mut self, number: Option<u64>, draft: Result<crate::Draft, String>) -> bool {
        match self.sink.put(number, draft) {
            Ok(()) => true,
            Err(halt) => {
                self.halt = Some(halt);
                false
            }
        }
    }
}

impl<'de> Visitor<'de> for &mut Records<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object or an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        (self.begin)();
        while let Some(value) = elements.next_element::<Value>()? {
            if !self.element(value) {
                return Err(serde::de::Error::custom("stopped"));
            }
            (self.begin)();
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let map = serde::de::value::MapAccessDeserializer::new(map);
        let keys = Map::<String, Value>::deserialize(map)?;
        match wrapped(keys) {
            Ok(elements) => {
                for value in elements {
                    if !self.element(value) {
                        break;
                    }
                }
            }
            Err(keys) => {
                let first = self.count == 0;
                if first {
                    self.count = 1;
                    let value = Value::Object(keys);
                    let options = self.sink.options;
                    let draft = if is_deeper(&value, options.json_depth) {
                        Err(too_deep(options))
                    } else if let Value::Object(keys) = value {
                        record::draft(keys, options)
                    } else {
                        return Ok(());
                    };
                    self.keep(None, draft);
                } else {
                    self.element(Value::Object(keys));
                }
            }
        }
        Ok(())
    }
}

/// The list of articles that an object wraps, or the object itself where it is an article.
fn wrapped(mut keys: Map<String, Value>) -> Result<Vec<Value>, Map<String, Value>> {
    if record::has_body(&keys) {
        return Err(keys);
    }
    let Some(path) = path_to_list(&keys, 3) else {
        return Err(keys);
    };
    let mut found = None;
    for (depth, key) in path.iter().enumerate() {
        let value = keys.remove(key);
        match value {
            Some(Value::Object(inner)) => keys = inner,
            Some(Value::Array(values)) if depth + 1 == path.len() => found = Some(values),
            _ => {}
        }
    }
    found.ok_or(keys)
}

fn path_to_list(keys: &Map<String, Value>, depth: usize) -> Option<Vec<String>> {
    for wanted in WRAPPERS {
        let Some((key, value)) = keys
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(wanted))
        else {
            continue;
        };
        match value {
            Value::Array(values) if values.iter().any(Value::is_object) => {
                return Some(vec![key.clone()]);
            }
            Value::Object(inner) if depth > 1 => {
                if let Some(mut path) = path_to_list(inner, depth - 1) {
                    path.insert(0, key.clone());
                    return Some(path);
                }
            }
            _ => {}
        }
    }
    None
}
