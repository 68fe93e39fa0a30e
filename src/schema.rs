//! The field table: which fields exist, what they hold and how they are searched.
//!
//! The table is `schema/fields.toml`, compiled in; a schema file adds fields of the user's own. Everything that depends
//! on fields (index layout, query language, help, hints) reads it from here.
#![allow(
    clippy::indexing_slicing,
    reason = "the row is as long as the word that indexes it"
)]

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result};

/// What a field holds, which decides how it is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Words of a language: stemmed and ranked.
    Text,
    /// Names: their words are searched unstemmed, their whole value is a filter.
    Name,
    /// Codes, addresses and labels of the user: searched like names.
    Keyword,
    /// Days.
    Date,
    /// The story an article tells.
    Story,
}

/// One row of the field table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Field {
    /// The field's name, lower-case letters.
    #[serde(skip)]
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether an article may have several values.
    #[serde(default)]
    pub many: bool,
    /// Whether its values can be counted.
    #[serde(default)]
    pub facet: bool,
    /// The weight of a match in the ranking.
    #[serde(default = "one")]
    pub boost: f32,
    /// Whether a word without a field searches it.
    #[serde(default)]
    pub default: bool,
    /// What it is, in one line.
    #[serde(default)]
    pub about: String,
    /// A query that uses it.
    #[serde(default)]
    pub example: String,
    /// Whether a schema file of the user added it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub user: bool,
}

fn one() -> f32 {
    1.0
}

impl Field {
    /// Whether its values are labels: whole values that filter and, with `facet`, count.
    pub fn is_label(&self) -> bool {
        matches!(self.kind, Kind::Name | Kind::Keyword)
    }
}

/// The fields of an archive, in the order of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    fields: Vec<Field>,
}

const BUILT_IN: &str = include_str!("../schema/fields.toml");

impl Default for Schema {
    #[expect(clippy::expect_used, reason = "a test reads the same text")]
    fn default() -> Schema {
        let fields = parse(BUILT_IN).expect("schema/fields.toml is checked by a test");
        Schema { fields }
    }
}

impl Schema {
    /// The built-in fields and those of a schema file's text.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when the text is not a table of fields, names a built-in field, or asks for a kind that
    /// only built-in fields have.
    pub fn with_user_fields(text: &str) -> Result<Schema> {
        let mut schema = Schema::default();
        schema.add_user_fields(text)?;
        Ok(schema)
    }

    /// Adds the fields of a schema file's text; one that is already there is replaced by its new row.
    ///
    /// # Errors
    /// As [`Schema::with_user_fields`]; nothing is added then.
    pub fn add_user_fields(&mut self, text: &str) -> Result<()> {
        let mut added = parse(text)?;
        for field in &mut added {
            let name = &field.name;
            if self.field(name).is_some_and(|known| !known.user) {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("`{name}` is a built-in field"),
                )
                .with_hint("give your field another name; `morgue fields` lists those taken"));
            }
            if name.is_empty()
                || !name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
            {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("`{name}` cannot be a field name"),
                )
                .with_hint("use lower-case letters, digits and _"));
            }
            if !field.is_label() {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("field `{name}` must be of kind `keyword` or `name`"),
                ));
            }
            field.user = true;
            // A label of the user may always have several values: files differ.
            field.many = true;
        }
        for field in added {
            match self
                .fields
                .iter_mut()
                .find(|known| known.name == field.name)
            {
                Some(known) => *known = field,
                None => self.fields.push(field),
            }
        }
        Ok(())
    }

    /// All fields, in the order of the table.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that hold labels.
    pub fn labels(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_label())
    }

    /// The rows that the user added, in their order, as the text of a schema file.
    pub fn user_fields(&self) -> String {
        let user = self.fields.iter().filter(|field| field.user);
        let rows = user.map(|field| {
            let mut row = toml::Table::try_from(field).unwrap_or_default();
            row.remove("user");
            // One table a row: together they would be sorted by name.
            toml::Table::from_iter([(field.name.clone(), toml::Value::Table(row))]).to_string()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    /// The known field whose name is within two edits of `name`, for hints.
    pub fn similar_name(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        let near = self
            .fields
            .iter()
            .map(|field| (edits(&name, &field.name), field.name.as_str()));
        // Very short names are within two edits of everything.
        let allowed = if name.chars().count() <= 3 { 1 } else { 2 };
        near.filter(|(distance, _)| *distance <= allowed)
            .min()
            .map(|(_, name)| name)
    }
}

fn parse(text: &str) -> Result<Vec<Field>> {
    // A toml table sorts its keys; the order of the file is the order of help, so it is taken from the text.
    let table: std::collections::BTreeMap<String, Field> =
        toml::from_str(text).map_err(|error| {
            Error::new(ErrorKind::Invalid, error.message().to_owned())
                .with_hint("a field is written as [name] with kind = \"keyword\"")
        })?;
    let position = |name: &str| text.find(&format!("[{name}]")).unwrap_or(usize::MAX);
    let mut fields: Vec<Field> = table
        .into_iter()
        .map(|(name, field)| Field { name, ..field })
        .collect();
    fields.sort_by_key(|field| position(&field.name));
    Ok(fields)
}

/// Levenshtein distance in characters.
pub(crate) fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
