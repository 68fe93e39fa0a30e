//! What the archive knows of a name, and decisions on names.

use serde::{Deserialize, Serialize};

use super::{FacetValue, PeriodCount};
use crate::article::Version;

/// What the archive knows of one person, organisation or place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntityAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// The field it stands in: `person`, `org` or `place`.
    pub field: String,
    /// Its canonical name.
    pub name: String,
    /// The other forms it is mentioned by, most frequent first.
    pub aliases: Vec<String>,
    /// How many articles name it.
    pub articles: u64,
    /// The first day of publication of an article that does.
    pub first: Option<String>,
    /// The last such day.
    pub last: Option<String>,
    /// The publishers of these articles.
    pub sources: Vec<FacetValue>,
    /// Who and what else they name, by field.
    pub with: std::collections::BTreeMap<String, Vec<FacetValue>>,
    /// The articles by month.
    pub months: Vec<PeriodCount>,
    /// What else is called so.
    #[serde(default)]
    pub hints: Vec<String>,
}

/// A correction of names by hand; see [`Archive::decide`](crate::Archive::decide).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// Articles that have a name have another one.
    Merge {
        /// The name or form that goes.
        name: String,
        /// The name that stays.
        into: String,
    },
    /// A name is shown otherwise.
    Rename {
        /// The name as it is.
        name: String,
        /// The name as it shall be.
        to: String,
    },
    /// A form stands for itself, whatever it was taken for.
    Split {
        /// The form.
        name: String,
    },
    /// A name is no such entity.
    Drop {
        /// The name.
        name: String,
    },
}

/// What was kept of a correction of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DecisionReport {
    /// The version of this JSON shape.
    pub version: Version,
    /// The line of `entities.rules`.
    pub rule: String,
}
