//! Correcting names by hand: a rule is checked against the archive and kept; answers show it at once.

use super::aliases::ENTITIES;
use super::analyse::{fold_value, one_line};
use super::{Archive, rules};
use crate::{Decision, DecisionReport, Error, ErrorKind, FacetRequest, Query, Result};

/// What the fields of names hold.
const KINDS: [(&str, &str); ENTITIES.len()] = [
    ("person", "a person"),
    ("org", "an organisation"),
    ("place", "a place"),
];

/// What a field of names holds; all of them without one.
fn kind(field: Option<&str>) -> &'static str {
    let row = KINDS.iter().find(|(known, _)| field == Some(known));
    row.map_or("a person, an organisation or a place", |(_, kind)| kind)
}

/// Refuses fields that hold no names.
pub(super) fn check_field(field: Option<&str>) -> Result<()> {
    match field {
        Some(field) if !ENTITIES.contains(&field) => {
            let message = format!("`{field}` holds no entities");
            let error = Error::new(ErrorKind::UnknownField, message);
            Err(error.with_hint(format!("these do: {}", ENTITIES.join(", "))))
        }
        _ => Ok(()),
    }
}

/// Refuses to make one of what is one.
fn check_differ(name: &str, decision: &Decision) -> Result<()> {
    let message = match decision {
        Decision::Merge { into, .. } if fold_value(into) == fold_value(name) => {
            format!("`{name}` and `{into}` are one name already")
        }
        Decision::Rename { to, .. } if one_line(to) == one_line(name) => {
            format!("`{name}` is the new name and the old one")
        }
        _ => return Ok(()),
    };
    let hint = "give the name to correct first, then the right one";
    Err(Error::new(ErrorKind::Usage, message).with_hint(hint))
}

/// Of so many articles that have a name one may have misread of what kind it is.
const MISREAD: u64 = 20;

impl Archive {
    /// Corrects names by hand. `field` is `person`, `org` or `place`; without one the archive says which is meant.
    /// The index stays as it is: facets, filters and answers follow the rule from now on, and so they do after indexing
    /// again and rebuilding.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no article has the name, [`ErrorKind::Ambiguous`] when several fields have it,
    /// [`ErrorKind::Usage`] when both names are the same, [`ErrorKind::Busy`] when another writer is at work.
    pub fn decide(&self, decision: &Decision, field: Option<&str>) -> Result<DecisionReport> {
        let (Decision::Merge { name, .. }
        | Decision::Rename { name, .. }
        | Decision::Split { name }
        | Decision::Drop { name }) = decision;
        check_differ(name, decision)?;
        let field = self.field_of(name, field)?;
        let into = match decision {
            Decision::Merge { into, .. } => {
                self.field_of(into, Some(field))?;
                Some(into)
            }
            Decision::Rename { to, .. } => Some(to),
            Decision::Split { .. } | Decision::Drop { .. } => None,
        };
        let name = one_line(name);
        let rule = match (decision, into.map(|into| one_line(into))) {
            (_, Some(into)) if into.is_empty() => {
                return Err(Error::new(ErrorKind::Usage, "the new name is empty"));
            }
            (_, Some(into)) => format!("merge {field} {name} = {into}"),
            (Decision::Drop { .. }, None) => format!("drop {field} {name}"),
            (_, None) => format!("split {field} {name}"),
        };
        // Held for as long as the file is read and written.
        let writer = self.writer()?;
        rules::append(self.folder.as_deref(), &self.tables, &rule)?;
        drop(writer);
        self.keep_values(self.index_folder()?.as_deref());
        self.reload()?;
        Ok(DecisionReport {
            rule,
            ..DecisionReport::default()
        })
    }

    /// The field that has a name or a form of one.
    fn field_of(&self, name: &str, field: Option<&str>) -> Result<&'static str> {
        check_field(field)?;
        let mut found = Vec::new();
        for known in ENTITIES
            .into_iter()
            .filter(|known| field.is_none_or(|field| field == *known))
        {
            let mut query = Query::new(format!("{known}=\"{}\"", name.replace('"', " ")));
            query.facets = vec![FacetRequest {
                field: known.to_owned(),
                top: Some(0),
            }];
            let is_ruled = self.state()?.aliases.has_rule(known, &fold_value(name));
            let articles = self.facets(&query, false)?.total;
            if is_ruled || articles > 0 {
                found.push((articles, known));
            }
        }
        let all: u64 = found.iter().map(|(articles, _)| articles).sum();
        let is_most = |(articles, _): &&(u64, &str)| articles * MISREAD >= all * (MISREAD - 1);
        match (found.as_slice(), found.iter().find(is_most)) {
            ([(_, only)], _) | (_, Some((_, only))) => Ok(only),
            ([], _) => Err(self.no_name(name, field)),
            ([(_, first), ..], _) => {
                let kinds = found.iter().map(|(_, field)| kind(Some(field)));
                let several: Vec<&str> = kinds.collect();
                let message = format!("`{name}` is {}", several.join(" and "));
                let error = Error::new(ErrorKind::Ambiguous, message);
                Err(error.with_hint(format!("say which: --field {first}")))
            }
        }
    }

    fn no_name(&self, name: &str, field: Option<&str>) -> Error {
        let message = format!("no article names `{name}` as {}", kind(field));
        let error = Error::new(ErrorKind::NotFound, message);
        if field.is_some()
            && let Ok(other) = self.field_of(name, None)
        {
            let other = kind(Some(other));
            return error.with_hint(format!(
                "articles name it as {other}; names of one kind go together"
            ));
        }
        match self.entity(name, None) {
            Ok(Some(whole)) if whole.name != name => {
                let form = format!("`{name}` is only how articles call `{}`", whole.name);
                error.with_hint(format!("{form}; give that name"))
            }
            _ => error.with_hint("`morgue facets --by person,org,place` lists names"),
        }
    }
}
