//! One person, organisation or place: its forms, when and where it appears, and with whom.

use std::collections::{BTreeMap, HashMap};

use super::Archive;
use super::aliases::ENTITIES;
use super::analyse::{fold_value, words};
use super::search;
use crate::{EntityAnswer, FacetRequest, FacetValue, Period, Query, Result, Sort, TimelineRequest};

/// Values listed of each kind.
const TOP: usize = 10;

/// Articles that are read for the forms of a name, newest first.
const READ_FOR_FORMS: usize = 1000;

impl Archive {
    /// What the archive knows of a name, whole or in part; the most frequent entity that has all its words answers.
    /// `field` is where to look: `person`, `org` or `place`; without one in all three. `None` when no article names it.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn entity(&self, name: &str, field: Option<&str>) -> Result<Option<EntityAnswer>> {
        let Some((field, name)) = self.resolve(name, field)? else {
            return Ok(None);
        };
        // In the query and not as a filter, so that its own field counts who appears with it.
        let mut query = Query::new(format!("{field}=\"{}\"", name.replace('"', " ")));
        let fields = std::iter::once("source").chain(ENTITIES);
        // One more, because the entity itself stands among those it appears with.
        query.facets = fields
            .map(|field| FacetRequest {
                field: field.to_owned(),
                top: Some(TOP + 1),
            })
            .collect();
        let counted = self.facets(&query, false)?;
        let mut with: BTreeMap<String, Vec<FacetValue>> = BTreeMap::new();
        let mut sources = Vec::new();
        for (facet, mut values) in counted
            .facets
            .0
            .into_iter()
            .map(|(field, facet)| (field, facet.values))
        {
            values.retain(|value| facet != field || value.value != name);
            values.truncate(TOP);
            match facet.as_str() {
                "source" => sources = values,
                _ => drop(with.insert(facet, values)),
            }
        }
        let request = TimelineRequest {
            by: Period::Month,
            ..TimelineRequest::default()
        };
        let months = self.timeline(&query, &request)?.periods;
        let days = self
            .timeline(
                &query,
                &TimelineRequest {
                    by: Period::Day,
                    ..request
                },
            )?
            .periods;
        let seen: Vec<&String> = days
            .iter()
            .filter(|day| day.count > 0)
            .map(|day| &day.start)
            .collect();
        Ok(Some(EntityAnswer {
            version: crate::Version::default(),
            field: field.to_owned(),
            aliases: self.forms(&query, field, &name)?,
            name,
            articles: counted.total,
            first: seen.first().map(|day| (*day).clone()),
            last: seen.last().map(|day| (*day).clone()),
            sources,
            with,
            months,
        }))
    }

    /// The field and canonical name of the entity that is meant.
    fn resolve(&self, asked: &str, field: Option<&str>) -> Result<Option<(&'static str, String)>> {
        let state = self.state()?;
        let folded = fold_value(asked);
        let wanted: Vec<String> = words(asked).into_iter().map(|word| word.folded).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        let mut best: Option<(bool, u64, &'static str, String)> = None;
        for field in ENTITIES
            .into_iter()
            .filter(|known| field.is_none_or(|field| field == *known))
        {
            let goes_by = state.aliases.name(field, asked).map(fold_value);
            let mut query = Query::new(format!("{field}:\"{}\"", wanted.join(" ")));
            query.facets = vec![FacetRequest {
                field: field.to_owned(),
                top: None,
            }];
            let counted = self.facets(&query, false)?;
            for value in counted
                .facets
                .get(field)
                .into_iter()
                .flat_map(|facet| &facet.values)
            {
                let shown = fold_value(&value.value);
                let exact = shown == folded || goes_by.as_ref() == Some(&shown);
                let has: Vec<String> = words(&value.value)
                    .into_iter()
                    .map(|word| word.folded)
                    .collect();
                if !exact && !wanted.iter().all(|word| has.contains(word)) {
                    continue;
                }
                // Whole names before parts, frequent ones before rare.
                if best
                    .as_ref()
                    .is_none_or(|(whole, count, ..)| (exact, value.count) > (*whole, *count))
                {
                    best = Some((exact, value.count, field, value.value.clone()));
                }
            }
        }
        Ok(best.map(|(_, _, field, name)| (field, name)))
    }

    /// The forms under which a name is mentioned, other than the name itself.
    fn forms(&self, query: &Query, field: &str, name: &str) -> Result<Vec<String>> {
        self.guarded(|| self.forms_in(query, field, name))
    }

    fn forms_in(&self, query: &Query, field: &str, name: &str) -> Result<Vec<String>> {
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let prepared = self.prepare(&searcher, &search::strict(query), None)?;
        let mut counts: HashMap<String, u64> = HashMap::new();
        for found in state
            .all(&*prepared.strict(), Sort::Newest)?
            .iter()
            .take(READ_FOR_FORMS)
        {
            let mut article = super::fetch::article(&searcher, &self.layout, found.address)?;
            state.tell(&mut article);
            for mention in article
                .mentions
                .into_iter()
                .filter(|mention| mention.field == field)
            {
                if mention.name == name && mention.text != name {
                    *counts.entry(mention.text).or_default() += 1;
                }
            }
        }
        let mut forms: Vec<(String, u64)> = counts.into_iter().collect();
        forms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(forms.into_iter().map(|(form, _)| form).collect())
    }
}
