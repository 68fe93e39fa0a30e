//! Field names in a query: which words before `:` or `=` name a field, and what is then asked of it.

use crate::schema::edits;
use crate::{Error, ErrorKind, Kind, Result, Schema};

/// A field and how its value is to be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) way: Way,
}

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// Words in the field, which is part of the ranking or holds labels.
    Words,
    /// The whole value of a label.
    Exact,
    /// A day or a range of days.
    Days,
    /// The first day.
    Since,
    /// The last day.
    Until,
    /// The name of a field that is present.
    Has,
    /// The name of a field that is absent.
    No,
    /// The id of a story.
    Story,
}

impl Target {
    pub(super) fn is_words(&self) -> bool {
        self.way == Way::Words
    }
}

/// Names that are no fields but are asked like them.
const ASKED: [(&str, Way); 4] = [
    ("has", Way::Has),
    ("no", Way::No),
    ("since", Way::Since),
    ("until", Way::Until),
];

/// What people call fields, and what those are called here.
const CALLED: &[(&str, &str)] = &[
    ("text", "body"),
    ("content", "body"),
    ("headline", "title"),
    ("author", "byline"),
    ("authors", "byline"),
    ("writer", "byline"),
    ("by", "byline"),
    ("people", "person"),
    ("name", "person"),
    ("organisation", "org"),
    ("organization", "org"),
    ("company", "org"),
    ("city", "place"),
    ("location", "place"),
    ("publisher", "source"),
    ("newspaper", "source"),
    ("published", "date"),
    ("day", "date"),
    ("lang", "language"),
    ("category", "section"),
];

/// The field that people mean by a name that is none.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let row = CALLED.iter().find(|(called, _)| *called == name);
    row.map(|(_, field)| *field)
}

/// A field found at the beginning of a text.
pub(super) struct Found {
    pub(super) target: Target,
    /// Whether `!=` asks for everything else.
    pub(super) excluded: bool,
    /// The length of name and sign.
    pub(super) length: usize,
}

/// Longer names are not looked up.
const LONGEST: usize = 64;

/// What a text begins with that has the form of a field: letters, `:` or `=`, then something that is not a gap and not
/// `//`.
fn form(text: &str) -> Option<(&str, &'static str, &str)> {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let signs = ["!=", "==", "=", ":"].into_iter();
    let mut signs = signs.filter_map(|sign| Some((sign, rest.strip_prefix(sign)?)));
    let (sign, value) = signs.next()?;
    let empty = value
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || c == ')');
    if empty
        || (sign == ":" && value.starts_with("//"))
        || name.len() > LONGEST
        || !name.contains(char::is_alphabetic)
    {
        return None;
    }
    Some((name, sign, value))
}

/// Says that what a text begins with is read as a word, where somebody may have meant a field.
pub(super) fn no_field(text: &str, schema: &Schema) -> Option<String> {
    let before = text.split_once(':').map_or("", |(name, _)| name);
    if let Some(field) = meant(before) {
        return Some(format!(
            "`{before}:` is read as a word, as it is no field; `{field}:` is"
        ));
    }
    let (name, sign, value) = form(text)?;
    // One letter is a formula or a disk: `E=mc2`, `D:\archive`.
    if name.chars().count() == 1 || known(name, schema) || value.starts_with(['/', '\\']) {
        return None;
    }
    Some(format!(
        "`{name}{sign}` is read as a word, as it is no field; `morgue fields` lists them"
    ))
}

/// The field that a text begins with.
pub(super) fn resolve(text: &str, schema: &Schema) -> Result<Option<Found>> {
    let Some((name, sign, value)) = form(text) else {
        return Ok(None);
    };
    let Some(target) = target(name, sign != ":", schema)? else {
        return Ok(None);
    };
    let numbered = matches!(target.way, Way::Has | Way::No) && value.starts_with(char::is_numeric);
    if numbered {
        // `No:1` is a number.
        return Ok(None);
    }
    Ok(Some(Found {
        target,
        excluded: sign == "!=",
        length: name.len() + sign.len(),
    }))
}

/// Whether a name is a field or asked like one.
pub(super) fn known(name: &str, schema: &Schema) -> bool {
    let name = name.to_lowercase();
    schema.field(&name).is_some() || ASKED.iter().any(|(asked, _)| *asked == name)
}

/// What `name:` (or `name=`) asks for; `None` when it is no field and resembles none.
pub(super) fn target(name: &str, exact: bool, schema: &Schema) -> Result<Option<Target>> {
    let lower = name.to_lowercase();
    if let Some(field) = schema.field(&lower) {
        let way = match field.kind {
            Kind::Date => Way::Days,
            Kind::Story => Way::Story,
            _ if !exact => Way::Words,
            Kind::Name | Kind::Keyword => Way::Exact,
            Kind::Text => {
                return Err(Error::new(
                    ErrorKind::Syntax,
                    format!("`{lower}` is text, it has no whole value to compare"),
                )
                .with_hint(format!(
                    "search for words or a phrase in it: `{lower}:\"...\"`"
                )));
            }
        };
        return Ok(Some(Target { name: lower, way }));
    }
    if let Some((asked, way)) = ASKED.iter().find(|(asked, _)| *asked == lower) {
        let name = (*asked).to_owned();
        return Ok(Some(Target { name, way: *way }));
    }
    let similar = similar(&lower, schema);
    match similar.map(|similar| meant(&lower).unwrap_or(similar)) {
        Some(similar) => Err(unknown(name, Some(similar))),
        None => Ok(None),
    }
}

/// The error for a name where only a field can stand.
pub(super) fn unknown_field(name: &str, schema: &Schema) -> Error {
    let error = unknown(name, None);
    match schema.similar_name(name) {
        Some(similar) => error.with_hint(format!("did you mean `{similar}`?")),
        None => error,
    }
}

/// The error for a name that is no field; with a similar one it stood where words may stand.
pub(super) fn unknown(name: &str, similar: Option<&str>) -> Error {
    let error = Error::new(ErrorKind::UnknownField, format!("unknown field `{name}`"));
    error.with_hint(match similar {
        Some(similar) => format!(
            "did you mean `{similar}`? Put `\"{name}:...\"` in quotes to search for the words"
        ),
        None => "`morgue fields` lists the fields".to_owned(),
    })
}

/// The field or asked name that a misspelt one resembles.
fn similar<'a>(name: &str, schema: &'a Schema) -> Option<&'a str> {
    // Two letters resemble too much: `Re:Korea`, `In:London`, `D:\archive`.
    if name.chars().count() <= 2 {
        return None;
    }
    let asked = ["since", "until"]
        .into_iter()
        .find(|asked| name.len() > 3 && edits(name, asked) <= 2);
    schema.similar_name(name).or(asked)
}
