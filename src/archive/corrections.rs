//! Corrections by hand: what a person knows better than the file, kept as text beside the archive.
//!
//! `corrections.rules` holds a correction a line, `ID field = value`; later lines win, comments begin with `#`. They are
//! applied to every article on its way into the index, so they survive indexing again and rebuilding.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::{Archive, disk, search};
use crate::{
    Article, Date, Error, ErrorKind, Evidence, How, Proof, Query, Removed, Result, SetReport,
    Version,
};

/// The file's name in the archive folder.
const RULES: &str = "corrections.rules";

const HEADER: &str = "# Corrections by hand, one a line: ID field = value. Several values are separated by `;`,\n\
                      # an empty one takes the field away. Change a line and run `morgue rebuild`; take one out and run\n\
                      # `morgue index --again FILE`, and what the file says holds again.\n";

/// Sets a field of an article to what was given.
type Setter = fn(&mut Article, &str) -> Result<()>;

/// The fields that can be corrected.
const FIELDS: &[(&str, Setter)] = &[
    ("title", |article, value| {
        article.title = some(value);
        Ok(())
    }),
    ("date", |article, value| {
        article.date = if value.is_empty() {
            None
        } else {
            Some(value.parse::<Date>()?)
        };
        Ok(())
    }),
    ("source", |article, value| {
        article.source = some(value);
        Ok(())
    }),
    ("byline", |article, value| {
        article.byline = several(value);
        Ok(())
    }),
    ("section", |article, value| {
        article.section = several(value);
        Ok(())
    }),
];

fn some(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn several(value: &str) -> Vec<String> {
    let parts = value
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Corrections by article and field.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Corrections {
    by_id: HashMap<String, BTreeMap<String, String>>,
}

impl Corrections {
    /// Reads the file of an archive; an archive without one has none.
    pub(super) fn read(folder: Option<&Path>) -> Result<Corrections> {
        let Some(path) = folder.map(|folder| folder.join(RULES)) else {
            return Ok(Corrections::default());
        };
        Corrections::parse(&text_of(&path)?).map_err(|error| error.with_path(&path))
    }

    pub(super) fn parse(text: &str) -> Result<Corrections> {
        let mut corrections = Corrections::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let rule = line.split_once('=').and_then(|(left, value)| {
                let (id, field) = left.trim().rsplit_once(char::is_whitespace)?;
                Some((id.trim(), field.trim(), value.trim()))
            });
            let Some((id, field, value)) = rule else {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("line {number} is no correction"),
                )
                .with_hint("write it as: ID field = value"));
            };
            check(field, value)?;
            corrections.set(id, field, value);
        }
        Ok(corrections)
    }

    fn set(&mut self, id: &str, field: &str, value: &str) {
        let fields = self.by_id.entry(id.to_owned()).or_default();
        fields.insert(field.to_owned(), value.to_owned());
    }

    /// Adds corrections to the file, keeping what else stands in it.
    fn append(folder: &Path, lines: &[String]) -> Result<()> {
        let path = folder.join(RULES);
        let mut text = text_of(&path)?;
        if text.is_empty() {
            text.push_str(HEADER);
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        disk::replace(&path, text.as_bytes())
            .and_then(|()| disk::sync_folder(folder))
            .map_err(|error| Error::io(&path, &error))
    }

    /// Changes an article as its corrections say; says whether there are any.
    pub(crate) fn apply(&self, article: &mut Article) -> bool {
        let Some(fields) = self.by_id.get(&article.id) else {
            return false;
        };
        for (field, value) in fields {
            let Some((_, setter)) = FIELDS.iter().find(|(name, _)| name == field) else {
                continue;
            };
            // The value was checked when the rule was read.
            if setter(article, value).is_ok() {
                prove(article, field);
            }
        }
        true
    }
}

fn prove(article: &mut Article, field: &str) {
    let by_hand = Evidence::new(How::Stated, "by hand");
    let values = article.labels_of(field).into_iter().map(str::to_owned);
    let proof = match field {
        "byline" => Proof::Many(
            values
                .map(|value| Evidence {
                    value: Some(value),
                    ..by_hand.clone()
                })
                .collect(),
        ),
        _ => Proof::One(by_hand),
    };
    article.evidence.insert(field.to_owned(), proof);
}

/// Refuses fields that cannot be corrected and values that they cannot have.
fn check(field: &str, value: &str) -> Result<()> {
    let Some((_, setter)) = FIELDS.iter().find(|(name, _)| *name == field) else {
        let names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
        return Err(Error::new(
            ErrorKind::UnknownField,
            format!("`{field}` cannot be set by hand"),
        )
        .with_hint(format!("these can: {}", names.join(", "))));
    };
    setter(&mut Article::default(), value)
}

/// Refuses a day that reading would not take either. A rule that stands in the file is not asked again: what is two days
/// ahead depends on the clock.
fn refuse_implausible(value: &str) -> Result<()> {
    let today = chrono::Utc::now().date_naive();
    match Date::parse(value) {
        Some(date) if !date.is_plausible(today) => {
            let message = format!("`{value}` cannot be the date of an article");
            let error = Error::new(ErrorKind::BadDate, message);
            Err(error.with_hint("it is before 1600, or more than two days ahead"))
        }
        _ => Ok(()),
    }
}

/// The text of a file; nothing when there is none. It is a person's own and carries no checksum.
fn text_of(path: &Path) -> Result<String> {
    match disk::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Error::io(path, &error)),
    }
}

impl Archive {
    /// Corrects fields of articles by hand: `(field, value)` pairs for title, date, source, byline or section. An empty
    /// value takes the field away; several by-lines or sections are separated by `;`.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownField`], [`ErrorKind::BadDate`], [`ErrorKind::NotFound`], [`ErrorKind::Ambiguous`];
    /// nothing is changed then. [`ErrorKind::Busy`] when another writer is at work.
    pub fn set(
        &self,
        ids: &[impl AsRef<str>],
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
        dry_run: bool,
    ) -> Result<SetReport> {
        let articles = ids.iter().map(|id| self.stored(id.as_ref()));
        self.correct(articles.collect::<Result<_>>()?, fields, dry_run)
    }

    /// Corrects fields of every article that matches.
    ///
    /// # Errors
    /// As [`Archive::set`] and [`Archive::search`].
    pub fn set_matching(
        &self,
        query: &Query,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
        dry_run: bool,
    ) -> Result<SetReport> {
        let mut articles = Vec::new();
        self.each_stored(&search::strict(query), &mut |article| {
            articles.push(article);
            Ok(())
        })?;
        self.correct(articles, fields, dry_run)
    }

    fn correct(
        &self,
        articles: Vec<Article>,
        fields: &[(impl AsRef<str>, impl AsRef<str>)],
        dry_run: bool,
    ) -> Result<SetReport> {
        let mut corrections = Corrections::default();
        let mut lines = Vec::new();
        for (field, value) in fields {
            let (field, value) = (field.as_ref(), one_line(value.as_ref()));
            check(field, &value)?;
            if field == "date" {
                refuse_implausible(&value)?;
            }
            for article in &articles {
                corrections.set(&article.id, field, &value);
                lines.push(format!("{} {field} = {value}", article.id));
            }
        }
        let listed = articles.iter().map(|article| Removed {
            id: article.id.clone(),
            title: article.title.clone(),
            path: article.path.clone(),
        });
        let report = SetReport {
            version: Version::default(),
            dry_run,
            changed: listed.collect(),
        };
        if dry_run || articles.is_empty() {
            return Ok(report);
        }
        let mut is_noted = false;
        let finished = self.change(|mut writer| {
            // Before the commit: if that is interrupted, the next run applies them.
            if let Some(folder) = &self.folder {
                Corrections::append(folder, &lines)?;
                is_noted = true;
            }
            for mut article in articles {
                corrections.apply(&mut article);
                writer.replace(&article)?;
            }
            writer.finish()
        });
        let changed = finished.and_then(|()| self.reload());
        changed.map_err(|error| match is_noted {
            true => error.after(&format!("the correction stands in {RULES}")),
            false => error,
        })?;
        Ok(report)
    }
}

/// A rule is a line, so its value is one.
fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_applied() {
        let rules = "# mine\n\n17 title = A = B\n17 byline = Ann Lee; Bo Ek\n17 date =\nan id source = Herald\n";
        let corrections = Corrections::parse(rules).unwrap();
        let mut article = Article {
            id: "17".to_owned(),
            date: Date::parse("2024"),
            ..Article::default()
        };
        corrections.apply(&mut article);
        assert_eq!(article.title.as_deref(), Some("A = B"));
        assert_eq!(article.byline, ["Ann Lee", "Bo Ek"]);
        assert_eq!(article.date, None);
        assert_eq!(article.how("title"), Some(How::Stated));
        let mut other = Article {
            id: "an id".to_owned(),
            ..Article::default()
        };
        corrections.apply(&mut other);
        assert_eq!(other.source.as_deref(), Some("Herald"));
    }

    // The file is a person's own: what is added keeps what stands there, and what is edited counts.
    #[test]
    fn rules_may_be_edited() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(RULES);
        Corrections::append(folder.path(), &["17 title = Ferry".to_owned()]).unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, written.replace("Ferry", "Fairy")).unwrap();
        Corrections::append(folder.path(), &["17 source = Herald".to_owned()]).unwrap();
        let corrections = Corrections::read(Some(folder.path())).unwrap();
        assert_eq!(corrections.by_id["17"]["title"], "Fairy");
        assert_eq!(corrections.by_id["17"]["source"], "Herald");
    }

    // A rule that would silently do nothing must be said.
    #[test]
    fn wrong_rules_are_refused() {
        for (rules, kind) in [
            ("17 colour = red", ErrorKind::UnknownField),
            ("17 date = soon", ErrorKind::BadDate),
            ("nonsense", ErrorKind::Invalid),
        ] {
            assert_eq!(
                Corrections::parse(rules).unwrap_err().kind(),
                kind,
                "{rules}"
            );
        }
    }
}
