//! Correcting names by hand: a rule is checked against the archive and kept; answers show it at once.

use super::aliases::ENTITIES;
use super::analyse::fold_value;
use super::{Archive, rules};
use crate::{Decision, DecisionReport, Error, ErrorKind, FacetRequest, Query, Result};

impl Archive {
    /// Corrects names by hand. `field` is `person`, `org` or `place`; without one the archive says which is meant.
    /// The index stays as it is: facets, filters and answers follow the rule from now on, and so they do after indexing
    /// again and rebuilding.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when no article has the name, [`ErrorKind::Ambiguous`] when several fields have it,
    /// [`ErrorKind::Busy`] when another process is writing.
    pub fn decide(&self, decision: &Decision, field: Option<&str>) -> Result<DecisionReport> {
        let (Decision::Merge { name, .. }
        | Decision::Rename { name, .. }
        | Decision::Split { name }
        | Decision::Drop { name }) = decision;
        let field = self.field_of(name, field)?;
        let into = match decision {
            Decision::Merge { into, .. } => {
                self.field_of(into, Some(field))?;
                Some(into)
            }
            Decision::Rename { to, .. } => Some(to),
            Decision::Split { .. } | Decision::Drop { .. } => None,
        };
        let one_line = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ");
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
        self.reload()?;
        Ok(DecisionReport {
            rule,
            ..DecisionReport::default()
        })
    }

    /// The field that has a name or a form of one.
    fn field_of(&self, name: &str, field: Option<&str>) -> Result<&'static str> {
        if let Some(field) = field
            && !ENTITIES.contains(&field)
        {
            let error = Error::new(
                ErrorKind::UnknownField,
                format!("`{field}` holds no entities"),
            );
            return Err(error.with_hint(format!("these do: {}", ENTITIES.join(", "))));
        }
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
            if is_ruled || self.facets(&query, false)?.total > 0 {
                found.push(known);
            }
        }
        match found.as_slice() {
            [only] => Ok(only),
            [] => Err(Error::new(ErrorKind::NotFound, format!("no article names `{name}`")).with_hint(
                "give the whole name; `morgue facets --by person,org,place` lists names, `morgue entity NAME` the forms of one",
            )),
            several => Err(Error::new(
                ErrorKind::Ambiguous,
                format!("`{name}` is a {}", several.join(" and a ")),
            )
            .with_hint(format!("say which: --field {}", several.first().unwrap_or(&"person")))),
        }
    }
}
