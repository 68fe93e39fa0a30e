//! Facets and timelines.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::article::Version;

/// Facets by field name, in the order asked for; a JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets(pub Vec<(String, Facet)>);

impl Facets {
    /// The facet of a field.
    pub fn get(&self, field: &str) -> Option<&Facet> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, facet)| facet)
    }

    /// The facets with the names of their fields, in the order asked for.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Facet)> {
        self.0.iter().map(|(field, facet)| (field.as_str(), facet))
    }
}

impl Serialize for Facets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, facet) in &self.0 {
            map.serialize_entry(field, facet)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Facets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Facets, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

/// Reads facets in the order in which they stand: a map would sort them.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Facets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("facets by field name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facets, A::Error> {
        let mut facets = Vec::new();
        while let Some(facet) = map.next_entry()? {
            facets.push(facet);
        }
        Ok(Facets(facets))
    }
}

/// The values of one field among the matching articles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Facet {
    /// The most frequent values, ties by name.
    pub values: Vec<FacetValue>,
    /// How many further values there are.
    pub others: u64,
    /// How many matching articles have no value.
    pub missing: u64,
    /// Whether the counts are exact.
    pub exact: bool,
}

/// One value of a facet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FacetValue {
    /// The value.
    pub value: String,
    /// How many matching articles have it.
    pub count: u64,
    /// The query that narrows to it.
    pub filter: String,
}

/// The answer of `facets`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FacetAnswer {
    /// The version of this JSON shape.
    pub version: Version,
    /// How many articles match.
    pub total: u64,
    /// The facets asked for.
    pub facets: Facets,
    /// Pairs of values that occur in the same articles, most frequent first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross: Option<Vec<Pair>>,
    /// What the asker should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// Two facet values that occur together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pair {
    /// The two values, in the order of the fields asked for.
    pub values: Vec<String>,
    /// How many matching articles have both.
    pub count: u64,
}

/// The length of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Period {
    /// Calendar years.
    Year,
    /// Calendar months.
    #[default]
    Month,
    /// Weeks that begin on Monday.
    Week,
    /// Days.
    Day,
}

/// What a timeline is asked for beside its query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineRequest {
    /// The length of a period.
    pub by: Period,
    /// Adds the share of all articles of each period.
    pub share: bool,
    /// Adds the counts of another query.
    pub vs: Option<String>,
}

/// Articles by period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Timeline {
    /// The version of this JSON shape.
    pub version: Version,
    /// The length of a period.
    pub by: Period,
    /// How many articles match.
    pub total: u64,
    /// How many of them have no date.
    pub undated: u64,
    /// How many have a date too imprecise for the period.
    pub imprecise: u64,
    /// The periods from the first to the last with an article, empty ones included.
    pub periods: Vec<PeriodCount>,
    /// What the asker should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// One period of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PeriodCount {
    /// Its first day.
    pub start: String,
    /// How many matching articles.
    pub count: u64,
    /// Their share of all articles of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// How many articles match the other query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vs: Option<u64>,
}
