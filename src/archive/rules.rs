//! Decisions on names by hand: what a person knows better than the table of names.
//!
//! `entities.rules` holds a decision a line; later lines win, comments begin with `#`. It is read whenever the archive is
//! opened and changes answers at once, never the index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::aliases::ENTITIES;
use super::analyse::fold_value;
use super::disk;
use super::layout::SEPARATOR;
use super::tables::Store;
use crate::{Error, ErrorKind, Result};

/// The file's name in the archive folder.
pub(super) const RULES: &str = "entities.rules";

const HEADER: &str = "# Names corrected by hand, a decision a line; the last one counts. Kinds are person, org and place.\n\
                      # merge KIND A = B    articles that name A name B\n\
                      # drop KIND A         A is no such entity\n\
                      # split KIND A        A is itself, whatever it was taken for\n";

/// Rules that may follow one another; more are a circle.
const LONGEST: usize = 16;

/// What was decided of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Decision {
    Into(String),
    Itself,
    Dropped,
}

/// What a form goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided<'a> {
    Name(&'a str),
    Itself,
    Dropped,
}

impl<'a> Decided<'a> {
    /// The name, that of the form where it stands for itself; none when it was dropped.
    pub(super) fn or_itself(self, form: &'a str) -> Option<&'a str> {
        match self {
            Decided::Name(name) => Some(name),
            Decided::Itself => Some(form),
            Decided::Dropped => None,
        }
    }
}

/// Decisions by field and folded form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    decisions: BTreeMap<String, Decision>,
}

fn key(field: &str, folded: &str) -> String {
    format!("{field}{SEPARATOR}{folded}")
}

impl Rules {
    /// Reads the file of an archive; an archive without one has no rules.
    pub(super) fn read(folder: Option<&Path>, memory: &Store) -> Result<Rules> {
        let Some(text) = text(folder, memory)? else {
            return Ok(Rules::default());
        };
        Rules::parse(&text).map_err(|error| match folder {
            Some(folder) => error.with_path(&folder.join(RULES)),
            None => error,
        })
    }

    pub(super) fn parse(text: &str) -> Result<Rules> {
        let mut rules = Rules::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            rules.add(line).ok_or_else(|| {
                Error::new(ErrorKind::Invalid, format!("line {number} is no rule"))
                    .with_hint("write it as: merge person A = B, drop org A, or split place A")
            })?;
        }
        Ok(rules)
    }

    fn add(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(char::is_whitespace)?;
        let (field, rest) = rest.trim_start().split_once(char::is_whitespace)?;
        if !ENTITIES.contains(&field) {
            return None;
        }
        let (form, name) = match rest.split_once(" = ") {
            Some((form, name)) => (form.trim(), Some(name.trim())),
            None => (rest.trim(), None),
        };
        let decision = match (what, name) {
            ("merge", Some(name)) if !name.is_empty() => Decision::Into(name.to_owned()),
            ("drop", None) => Decision::Dropped,
            ("split", None) => Decision::Itself,
            _ => return None,
        };
        let folded = fold_value(form);
        if folded.is_empty() {
            return None;
        }
        if let Decision::Into(name) = &decision {
            self.open_circle(field, &folded, name);
        }
        self.decisions.insert(key(field, &folded), decision);
        Some(())
    }

    /// Undoes the older rule of a circle: who merges A into B and then B into A means the latter.
    fn open_circle(&mut self, field: &str, form: &str, name: &str) {
        let mut at = fold_value(name);
        for _ in 0..LONGEST {
            match self.decisions.get(&key(field, &at)) {
                Some(Decision::Into(next)) if fold_value(next) == form => {
                    self.decisions.remove(&key(field, &at));
                    return;
                }
                Some(Decision::Into(next)) => at = fold_value(next),
                _ => return,
            }
        }
    }

    /// All rules in one text, the same for the same rules.
    pub(super) fn text(&self) -> String {
        format!("{:?}", self.decisions)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.decisions.is_empty()
    }

    /// What was decided of a folded form, followed to its end.
    pub(super) fn name<'a>(&'a self, field: &str, folded: &str) -> Option<Decided<'a>> {
        if self.decisions.is_empty() {
            return None;
        }
        let mut decided = None;
        let mut at = folded.to_owned();
        for _ in 0..LONGEST {
            match self.decisions.get(&key(field, &at)) {
                // A form merged into another spelling of itself is only renamed.
                Some(Decision::Into(name)) => {
                    decided = Some(Decided::Name(name));
                    let next = fold_value(name);
                    if next == at {
                        return decided;
                    }
                    at = next;
                }
                Some(Decision::Dropped) => return Some(Decided::Dropped),
                Some(Decision::Itself) => return decided.or(Some(Decided::Itself)),
                None => return decided,
            }
        }
        decided
    }

    /// The folded forms that rules lead to a folded name, at any number of steps.
    pub(super) fn led_to(&self, field: &str, name: &str) -> BTreeSet<String> {
        let of_field = |form: &&str| {
            let decided = self.name(field, form);
            matches!(decided, Some(Decided::Name(to)) if fold_value(to) == name)
        };
        self.forms(field)
            .filter(of_field)
            .map(str::to_owned)
            .collect()
    }

    /// The folded forms of a field that something was decided of.
    pub(super) fn forms<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let keys = self.decisions.keys();
        let split = keys.filter_map(|key| key.split_once(SEPARATOR));
        split
            .filter(move |(of, _)| *of == field)
            .map(|(_, form)| form)
    }
}

fn text(folder: Option<&Path>, memory: &Store) -> Result<Option<String>> {
    let Some(path) = folder.map(|folder| folder.join(RULES)) else {
        let content = memory.read(RULES).ok().flatten();
        return Ok(content.and_then(|content| String::from_utf8(content).ok()));
    };
    match disk::read(&path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(&path, &error)),
    }
}

/// Adds a rule, keeping what else stands in the file.
pub(super) fn append(folder: Option<&Path>, memory: &Store, line: &str) -> Result<()> {
    let mut text = text(folder, memory)?.unwrap_or_else(|| HEADER.to_owned());
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(line);
    text.push('\n');
    // What is written must be readable: a rule that is none would close the archive.
    Rules::parse(&text)?;
    match folder {
        Some(folder) => {
            let path = folder.join(RULES);
            let written = disk::replace(&path, text.as_bytes());
            let durable = written.and_then(|()| disk::sync_folder(folder));
            durable.map_err(|error| Error::io(&path, &error))
        }
        None => memory.write(RULES, text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(rules: &str, form: &str) -> Option<String> {
        let rules = Rules::parse(rules).unwrap();
        let decided = rules.name("person", &fold_value(form));
        decided.map(|decided| decided.or_itself(form).unwrap_or("-").to_owned())
    }

    #[test]
    fn the_last_rule_counts() {
        let merged = "merge person Bo Ek = Bo Eklund\nmerge person Bo Eklund = B. Eklund\n";
        assert_eq!(name(merged, "BO EK").as_deref(), Some("B. Eklund"));
        assert_eq!(name(merged, "Ann"), None);
        let split = format!("{merged}split person Bo Ek\n");
        assert_eq!(name(&split, "Bo Ek").as_deref(), Some("Bo Ek"));
        let dropped = format!("{merged}drop person B. Eklund\n");
        assert_eq!(name(&dropped, "Bo Ek").as_deref(), Some("-"));
    }

    // Two people who disagree must not make an archive that cannot be read.
    #[test]
    fn circles_open() {
        let rules = "merge person A = B\nmerge person B = C\nmerge person C = A\n";
        assert_eq!(name(rules, "C").as_deref(), Some("B"));
        assert_eq!(name(rules, "B"), None);
        let pair = "merge person A = B\nmerge person B = A\n";
        assert_eq!(name(pair, "B").as_deref(), Some("A"));
        assert_eq!(name(pair, "A"), None);
        // Another spelling of the same name.
        assert_eq!(name("merge person a = Á\n", "a").as_deref(), Some("Á"));
    }

    #[test]
    fn wrong_rules_are_refused() {
        for rule in [
            "merge person A",
            "drop",
            "drop thing A",
            "split person",
            "merge person = B",
        ] {
            let error = Rules::parse(rule).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{rule}");
        }
    }
}
