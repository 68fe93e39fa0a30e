//! One person, organisation or place: its forms, when and where it appears, and with whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Archive;
use super::aliases::ENTITIES;
use super::analyse::{fold_value, one_line, words};
use super::decide::check_field;
use super::search;
use crate::{
    Article, EntityAnswer, FacetRequest, FacetValue, Period, Query, Result, Sort, TimelineRequest,
};

/// Values listed of each kind.
const TOP: usize = 10;

/// Articles that are read for the forms of a name, newest first.
const READ_FOR_FORMS: usize = 1000;

/// Articles that are read for the names of a form, newest first.
const READ_FOR_NAMES: usize = 300;

/// Other entities that are named.
const OTHERS: usize = 4;

/// An entity: how often it is meant, its field and its name.
type Meant = (u64, &'static str, String);

/// What "U.K." and "UK" have in common.
fn letters(name: &str) -> String {
    fold_value(name)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

impl Archive {
    /// What the archive knows of a name, whole, in part or short: of the entity that articles mean by it most often, else
    /// of the most frequent one that has all its words; `hints` names the others. `field` is where to look: `person`,
    /// `org` or `place`; without one in all three. `None` when no article names it.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn entity(&self, name: &str, field: Option<&str>) -> Result<Option<EntityAnswer>> {
        check_field(field)?;
        let mut meant = self.meant(name, field)?.into_iter();
        let asked = name;
        let Some((_, field, name)) = meant.next() else {
            return Ok(None);
        };
        let others: Vec<String> = meant
            .take(OTHERS)
            .map(|(_, field, name)| format!("{name} ({field})"))
            .collect();
        let hints = match others.is_empty() {
            true => Vec::new(),
            false => vec![format!("`{asked}` also finds {}", others.join(", "))],
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
            hints,
        }))
    }

    /// The entities that a name means, most often meant first: by what articles that have its words call so, else by its
    /// words.
    fn meant(&self, asked: &str, field: Option<&str>) -> Result<Vec<Meant>> {
        let wanted: Vec<String> = words(asked).into_iter().map(|word| word.folded).collect();
        let mut found = Vec::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let fields = ENTITIES.into_iter();
        for field in fields.filter(|known| field.is_none_or(|field| field == *known)) {
            let query = Query::new(format!("{field}:\"{}\"", wanted.join(" ")));
            let counts = self.guarded(|| self.called(asked, field, &query))?;
            found.extend(counts.into_iter().map(|(name, count)| (count, field, name)));
        }
        if found.is_empty() {
            found = self.having(&wanted, field)?;
        }
        // Stable: the fields in their order, names by letters.
        found.sort_by_key(|(count, ..)| std::cmp::Reverse(*count));
        Ok(found)
    }

    /// The names that articles call so: how many of those that are read.
    fn called(&self, asked: &str, field: &str, query: &Query) -> Result<Vec<(String, u64)>> {
        let asked_letters = letters(asked);
        let goes_by = self.state()?.aliases.name(field, asked).map(letters);
        let is_so = |name: &str| letters(name) == asked_letters;
        let mut counts: BTreeMap<String, (String, u64)> = BTreeMap::new();
        for article in self.newest(query, READ_FOR_NAMES)? {
            let article = article?;
            let listed = match field {
                "person" => &article.person,
                "org" => &article.org,
                _ => &article.place,
            };
            let is_listed = |name: &&String| is_so(name) || goes_by == Some(letters(name));
            let mut names: BTreeSet<&String> = listed.iter().filter(is_listed).collect();
            let mentions = article.mentions.iter();
            let mentions = mentions.filter(|one| one.field == field && is_so(&one.text));
            names.extend(mentions.map(|one| &one.name));
            for name in names {
                // Labels in small letters are the same name.
                let slot = counts.entry(fold_value(name)).or_insert((name.clone(), 0));
                slot.1 += 1;
                if slot.0 > *name {
                    slot.0.clone_from(name);
                }
            }
        }
        Ok(counts.into_values().collect())
    }

    /// The names that have all the words.
    fn having(&self, wanted: &[String], field: Option<&str>) -> Result<Vec<Meant>> {
        let mut found = Vec::new();
        let fields = ENTITIES.into_iter();
        for field in fields.filter(|known| field.is_none_or(|field| field == *known)) {
            let mut query = Query::new(format!("{field}:\"{}\"", wanted.join(" ")));
            query.facets = vec![FacetRequest {
                field: field.to_owned(),
                top: None,
            }];
            let counted = self.facets(&query, false)?.facets;
            let values = counted.get(field).map(|facet| facet.values.clone());
            for value in values.unwrap_or_default() {
                let has = words(&value.value);
                if wanted
                    .iter()
                    .all(|word| has.iter().any(|has| has.folded == *word))
                {
                    found.push((value.count, field, value.value));
                }
            }
        }
        Ok(found)
    }

    /// The forms under which a name is mentioned, other than the name itself.
    fn forms(&self, query: &Query, field: &str, name: &str) -> Result<Vec<String>> {
        self.guarded(|| self.forms_in(query, field, name))
    }

    fn forms_in(&self, query: &Query, field: &str, name: &str) -> Result<Vec<String>> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for article in self.newest(query, READ_FOR_FORMS)? {
            let article = article?;
            for mention in article
                .mentions
                .into_iter()
                .filter(|mention| mention.field == field)
            {
                // A line may end within a name.
                let form = one_line(&mention.text);
                if mention.name == name && form != name {
                    *counts.entry(form).or_default() += 1;
                }
            }
        }
        let mut forms: Vec<(String, u64)> = counts.into_iter().collect();
        forms.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(forms.into_iter().map(|(form, _)| form).collect())
    }

    /// The newest articles that match, with the names that they go by now.
    fn newest(&self, query: &Query, count: usize) -> Result<impl Iterator<Item = Result<Article>>> {
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let prepared = self.prepare(&searcher, &search::strict(query), None)?;
        let found = state.all(&*prepared.strict(), Sort::Newest)?;
        Ok(found.into_iter().take(count).map(move |found| {
            let mut article = super::fetch::article(&searcher, &self.layout, found.address)?;
            state.tell(&mut article);
            Ok(article)
        }))
    }
}
