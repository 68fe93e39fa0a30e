//! Records: the keys of a JSON object or a table row become fields, candidates and labels.
//!
//! Keys are compared without case, spaces, `_` and `-`. What this program exported is taken back as it was.

mod keys;

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::{Article, Candidate, Draft, Error, ErrorKind, Evidence, How, Proof, Schema, Version};

use super::{ReadOptions, clean, html, language, ninjs, source};
pub(super) use keys::field_of;

/// Values of one key, and keys that are listed as not used, at most.
const MANY: usize = 1_000;

/// Keys that are named where none holds a text.
const NAMED: usize = 6;

/// Fields that several candidates may answer, left to the judgement of a later step.
const CANDIDATES: &[&str] = &[
    "title", "date", "updated", "byline", "source", "agency", "language",
];

static BLOCK_TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</?(?:p|div|br|h[1-6]|ul|ol|li|blockquote|table|tr|td|section|article|figure|pre)(?:\s[^<>]*)?/?>")
        .expect("a constant pattern")
});

static INLINE_TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</?(?:b|i|em|strong|span|br|p|a|sup|sub|q|mark|small|u)(?:\s[^<>]*)?/?>")
        .expect("a constant pattern")
});

/// Whether a record has a body of its own, as opposed to holding records.
pub(super) fn has_body(keys: &Map<String, Value>) -> bool {
    let is_body = |key: &str| field_of(key).is_some_and(|(field, _)| field == "body");
    keys.iter()
        .any(|(key, value)| value.is_string() && is_body(key))
}

/// Makes a draft of a record, or says why it is no article.
pub(super) fn draft(keys: Map<String, Value>, options: &ReadOptions) -> Result<Draft, String> {
    if ninjs::is(&keys) {
        return ninjs::draft(keys, options);
    }
    named("key", &[], keys, options)
}

/// Makes a draft of values whose names are called `noun` in the evidence, such as `tag` or `header`. `aliases` are
/// names that stand for a field in this format only, `(field, name)`, the most trusted first.
pub(super) fn named(
    noun: &'static str,
    aliases: &'static [(&'static str, &'static str)],
    keys: Map<String, Value>,
    options: &ReadOptions,
) -> Result<Draft, String> {
    if keys.contains_key("version")
        && keys.get("evidence").is_some_and(Value::is_object)
        && let Some(draft) = exported(&keys)
    {
        return Ok(draft);
    }
    let draft = read(noun, aliases, keys, options);
    if draft.article.body.is_empty() && draft.article.id.is_empty() {
        let says_something = |candidate: &Candidate| matches!(candidate.field, "title" | "date");
        if !draft.candidates.iter().any(says_something) {
            return Err(no_text(noun, &draft.unused));
        }
    }
    Ok(draft)
}

/// Why a record is no article; the keys of its maker's own that may hold the text are named.
fn no_text(noun: &str, unused: &[String]) -> String {
    if noun != "key" || unused.is_empty() {
        return "no text".to_owned();
    }
    let named = unused.iter().take(NAMED);
    let named: Vec<&str> = named.map(String::as_str).collect();
    let named = named.join(", ");
    format!("no text; keys not used: {named}: name the one of the text with `--map body=KEY`")
}

/// What keys say that are no article by themselves.
pub(super) fn facts(noun: &'static str, keys: Map<String, Value>, options: &ReadOptions) -> Draft {
    read(noun, &[], keys, options)
}

fn read(
    noun: &'static str,
    aliases: &'static [(&'static str, &'static str)],
    keys: Map<String, Value>,
    options: &ReadOptions,
) -> Draft {
    let mut record = Record {
        noun,
        aliases,
        found: vec![Vec::new(); keys::KEYS.len()],
        used: HashSet::new(),
        keys,
        draft: Draft::default(),
    };
    record.sort_keys(options);
    for (at, (field, _)) in keys::KEYS.iter().enumerate() {
        record.field(at, field, options);
    }
    for field in options.schema.labels().filter(|field| field.user) {
        record.label(&field.name, options);
    }
    let mut draft = record.finish();
    draft.unused.sort();
    draft
}

/// Checks that what keys are mapped to are fields.
///
/// # Errors
/// [`ErrorKind::UnknownField`] for one that is none.
pub(crate) fn check_map(map: &[(String, String)], schema: &Schema) -> crate::Result<()> {
    let own = || keys::KEYS.iter().map(|(field, _)| *field);
    for (field, _) in map {
        let is_own = own().any(|known| known == field);
        if !is_own
            && !schema
                .labels()
                .any(|known| known.user && known.name == *field)
        {
            let message = format!("`{field}` is no field of an article");
            let fields: Vec<&str> = own().collect();
            let hint = format!(
                "fields are {}, and those of a schema file",
                fields.join(", ")
            );
            return Err(Error::new(ErrorKind::UnknownField, message).with_hint(hint));
        }
    }
    Ok(())
}

/// An article that this program wrote: everything stated in it is kept, what is worked out anew is left out.
fn exported(keys: &Map<String, Value>) -> Option<Draft> {
    let mut value = Value::Object(keys.clone());
    for key in ["story", "copy_of", "mentions", "runners_up"] {
        value.as_object_mut()?.remove(key);
    }
    clean_all(&mut value);
    let mut article: Article = serde_json::from_value(value).ok()?;
    article.version = Version::default();
    article.take_own_names();
    Some(Draft {
        article,
        ..Draft::default()
    })
}

fn clean_all(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(clean) = clean::record(text) {
                *text = clean;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(clean_all),
        Value::Object(keys) => keys.values_mut().for_each(clean_all),
        _ => {}
    }
}

struct Record {
    /// What a name is called in the evidence.
    noun: &'static str,
    aliases: &'static [(&'static str, &'static str)],
    keys: Map<String, Value>,
    /// Keys of each field by rank, in the order of the table.
    found: Vec<Vec<(usize, String)>>,
    used: HashSet<String>,
    draft: Draft,
}

impl Record {
    /// Looks once at each key for the field that it stands for.
    fn sort_keys(&mut self, options: &ReadOptions) {
        for key in self.keys.keys() {
            let Some((field, rank)) = field_of(key) else {
                continue;
            };
            // A key that the user gave to another field is no longer this one's.
            let at = keys::KEYS.iter().position(|(name, _)| *name == field);
            if let Some(found) = at.and_then(|at| self.found.get_mut(at))
                && !is_mapped(key, options)
                && !self.aliases.iter().any(|(_, alias)| alias == key)
            {
                found.push((rank, key.clone()));
            }
        }
        for found in &mut self.found {
            found.sort();
        }
    }

    /// Offers the values of all keys of a field, best key first.
    fn field(&mut self, at: usize, field: &'static str, options: &ReadOptions) {
        let mut found: Vec<(String, Value)> = Vec::new();
        for (_, key) in options.map.iter().filter(|(mapped, _)| mapped == field) {
            found.extend(self.at_path(key).map(|value| (key.clone(), value)));
        }
        for (_, key) in self.aliases.iter().filter(|(to, _)| *to == field) {
            let value = self.keys.get(*key).filter(|_| !is_mapped(key, options));
            found.extend(value.map(|value| ((*key).to_owned(), value.clone())));
        }
        let keys = self.found.get(at).into_iter().flatten();
        found.extend(keys.filter_map(|(_, key)| Some((key.clone(), self.keys.get(key)?.clone()))));
        for (key, value) in found {
            let values = strings(&value);
            if !values.is_empty() || is_empty(&value) {
                self.use_key(&key);
            }
            if !values.is_empty() {
                self.offer(field, &key, values);
            }
        }
    }

    fn use_key(&mut self, key: &str) {
        self.used.insert(key.to_lowercase());
        if let Some((first, _)) = key.split_once('.') {
            self.used.insert(first.to_lowercase());
        }
    }

    fn label(&mut self, name: &str, options: &ReadOptions) {
        let mut values = Vec::new();
        for (_, key) in options.map.iter().filter(|(mapped, _)| mapped == name) {
            values.extend(self.at_path(key).map(|value| (key.clone(), value)));
        }
        let wanted = keys::plain(name);
        for (key, value) in &self.keys {
            if key.len() < 100 && keys::plain(key) == wanted && !is_mapped(key, options) {
                values.push((key.clone(), value.clone()));
            }
        }
        for (key, _) in &values {
            self.use_key(key);
        }
        if let Some(Value::Object(labels)) = self.keys.get("labels")
            && let Some(value) = labels.get(name)
        {
            values.push((format!("labels.{name}"), value.clone()));
        }
        for (key, value) in values {
            let values: Vec<String> = strings(&value)
                .iter()
                .map(|value| clean::line(value))
                .collect();
            if values.is_empty() {
                continue;
            }
            let article = &mut self.draft.article;
            article
                .evidence
                .insert(name.to_owned(), Proof::One(stated(self.noun, &key)));
            article.labels.insert(name.to_owned(), values);
            return;
        }
    }

    /// The value under a key, or under a path of keys such as `meta.author`.
    fn at_path(&self, path: &str) -> Option<Value> {
        fn get<'v>(keys: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
            keys.get(name).or_else(|| {
                let same = keys.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                same.map(|(_, value)| value)
            })
        }
        if let Some(value) = get(&self.keys, path) {
            return Some(value.clone());
        }
        let mut steps = path.split('.');
        let mut value = get(&self.keys, steps.next()?)?;
        for step in steps {
            value = match value {
                Value::Object(keys) => get(keys, step)?,
                Value::Array(values) => values.get(step.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(value.clone())
    }

    fn offer(&mut self, field: &'static str, key: &str, values: Vec<String>) {
        let noun = self.noun;
        let from = format!("{noun} {key}");
        if CANDIDATES.contains(&field) {
            for raw in values {
                let value = match field {
                    "title" => without_markup(&raw),
                    "language" => language::code(&raw).unwrap_or_default(),
                    _ => clean::line(&raw),
                };
                self.candidate(field, value, &from);
                // The whole tag also names the country.
                let last = self.draft.candidates.last_mut();
                if let Some(last) = last.filter(|_| field == "language") {
                    last.evidence.text = Some(clean::line(&raw));
                }
            }
            return;
        }
        let article = &mut self.draft.article;
        let first = || {
            values
                .first()
                .map(|value| clean::line(value))
                .unwrap_or_default()
        };
        match field {
            "id" if article.id.is_empty() => article.id = first(),
            "url" if article.url.is_none() => article.url = Some(first()),
            "dateline" if article.dateline.is_none() => article.dateline = Some(first()),
            "standfirst" if article.standfirst.is_none() => {
                article.standfirst = Some(without_markup(&values.join(" ")));
            }
            "body" if article.body.is_empty() => {
                set_body(&mut self.draft, &values);
                return;
            }
            "section" | "person" | "org" | "place" => {
                let list = match field {
                    "section" => &mut article.section,
                    "person" => &mut article.person,
                    "org" => &mut article.org,
                    _ => &mut article.place,
                };
                if !list.is_empty() {
                    return;
                }
                // Table cells hold lists too; `&amp;` ends no value.
                let values = values.iter().map(|value| without_markup(value));
                let values: Vec<String> = values.collect();
                let parts = values.iter().flat_map(|value| value.split([';', '|']));
                list.extend(parts.map(clean::line).filter(|value| !value.is_empty()));
                let pieces = list.iter().map(|value| Evidence {
                    value: Some(value.clone()),
                    ..stated(noun, key)
                });
                let proof = Proof::Many(pieces.collect());
                article.evidence.insert(field.to_owned(), proof);
                return;
            }
            _ => return,
        }
        article
            .evidence
            .insert(field.to_owned(), Proof::One(stated(noun, key)));
    }

    fn candidate(&mut self, field: &'static str, value: String, from: &str) {
        if value.is_empty() {
            return;
        }
        // A publisher given by its address has a name in the table.
        let name = match field {
            "source" => source::by_address(&value),
            _ => None,
        };
        let how = if name.is_some() {
            How::Derived
        } else {
            How::Stated
        };
        let mut evidence = Evidence::new(how, from);
        evidence.text = Some(value.clone());
        self.draft.candidates.push(Candidate {
            field,
            value: name.map_or(value, str::to_owned),
            evidence,
        });
    }

    fn finish(mut self) -> Draft {
        // The address names the publisher where nothing else does.
        if let Some(url) = &self.draft.article.url
            && let Some(name) = source::by_address(url)
            && !self
                .draft
                .candidates
                .iter()
                .any(|known| known.field == "source" && known.value == name)
        {
            let mut evidence = Evidence::new(How::Derived, "url");
            evidence.text = Some(url.clone());
            self.draft.candidates.push(Candidate {
                field: "source",
                value: name.to_owned(),
                evidence,
            });
        }
        for key in self.keys.keys() {
            if self.draft.unused.len() == MANY {
                break;
            }
            if !self.used.contains(&key.to_lowercase()) && !keys::is_ignored(key) {
                self.draft.unused.push(clean::line(key));
            }
        }
        self.draft
    }
}

fn stated(noun: &str, key: &str) -> Evidence {
    Evidence::new(How::Stated, format!("{noun} {key}"))
}

fn is_mapped(key: &str, options: &ReadOptions) -> bool {
    options
        .map
        .iter()
        .any(|(_, mapped)| mapped.eq_ignore_ascii_case(key))
}

/// The strings that a value stands for: itself, the elements of a list, the name of a nested object.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(value) => vec![value.to_string()],
        Value::Array(values) => values.iter().flat_map(strings).take(MANY).collect(),
        Value::Object(keys) => {
            let names = [
                "name",
                "full_name",
                "fullName",
                "title",
                "text",
                "label",
                "value",
                "content",
                "rendered",
                "@value",
                "#text",
                "$t",
                "url",
            ];
            let values = names.iter().filter_map(|name| keys.get(*name));
            values
                .map(strings)
                .find(|values| !values.is_empty())
                .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(keys) => keys.is_empty(),
        _ => false,
    }
}

/// Sets the body as it is given, read as HTML where it is markup.
fn set_body(draft: &mut Draft, values: &[String]) {
    let text = values.join("\n\n");
    if BLOCK_TAG.find_iter(&text).nth(1).is_some() {
        html::fragment(&text, &mut draft.article);
    } else {
        draft.article.body = clean::record(&text).into_owned();
    }
}

/// A headline without entities and inline tags.
fn without_markup(text: &str) -> String {
    if INLINE_TAG.is_match(text) {
        return clean::line(&html::text_of(text));
    }
    if text.contains('&') {
        return clean::line(&html::text_of(&text.replace('<', "&lt;")));
    }
    clean::line(text)
}
