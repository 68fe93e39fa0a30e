//! Counting: how many of the matching articles have each value of a field, and which values occur together.
#![allow(
    clippy::indexing_slicing,
    reason = "places number the fields that were asked for"
)]

use std::collections::HashMap;

use tantivy::Searcher;

use super::aliases::ENTITIES;
use super::analyse::fold_value;
use super::collect::{FacetField, Gather, Shared};
use super::counts::Counts;
use super::cross::Cross;
use super::{Archive, State, engine_error};
use crate::{
    Error, ErrorKind, Facet, FacetAnswer, FacetRequest, FacetValue, Facets, Pair, Query, Result,
    Sort,
};

impl Archive {
    /// Counts `query.facets` over all matching articles; `cross` adds the pairs of values that occur together: of the
    /// first two fields, or of one with itself.
    ///
    /// # Errors
    /// As [`Archive::search`]; a field that is no facet.
    pub fn facets(&self, query: &Query, cross: bool) -> Result<FacetAnswer> {
        self.guarded(|| self.counts(query, cross))
    }

    fn counts(&self, query: &Query, cross: bool) -> Result<FacetAnswer> {
        let query = super::search::strict(query);
        if query.facets.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "no field to count by")
                .with_hint("name some: `--by person,source`"));
        }
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let mut prepared = self.prepare(&searcher, &query, None)?;
        let fields = state.facet_fields(&searcher, &query.facets)?;
        let gather = counting(fields.clone());
        let mut gathered = searcher
            .search(&*prepared.strict(), &gather)
            .map_err(engine_error)?;
        self.explain_nothing(&searcher, &query, gathered.total, &mut prepared)?;
        let pairs = match (cross, fields.as_slice()) {
            (false, _) | (_, []) => None,
            (true, [_]) => Some([0, 0]),
            (true, [_, _]) => Some([0, 1]),
            (true, _) => {
                return Err(
                    Error::new(ErrorKind::Usage, "pairs are of two fields, or of one")
                        .with_hint("name one or two: `--by person,org --cross`"),
                );
            }
        };
        let cross = match pairs {
            None => None,
            Some(pair) => {
                let cross = Cross {
                    fields: pair.map(|at| fields[at].name.clone()),
                    aliases: state.aliases.clone(),
                };
                let counted = searcher
                    .search(&*prepared.strict(), &cross)
                    .map_err(engine_error)?;
                let top = query.facets.first().and_then(|facet| facet.top);
                let mut shown = Vec::with_capacity(pair.len());
                for at in pair {
                    let most = gathered.facets[at].most(&fields[at], &state.aliases, usize::MAX)?;
                    shown.push(most.values);
                }
                Some(most_frequent(counted, &shown, top.unwrap_or(usize::MAX)))
            }
        };
        Ok(FacetAnswer {
            version: crate::Version::default(),
            total: gathered.total,
            facets: answer(self, &searcher, &query, fields, gathered.facets, false)?,
            cross,
            hints: prepared.hints,
        })
    }
}

impl State {
    /// The fields of an answer whose values are counted.
    pub(super) fn facet_fields(
        &self,
        searcher: &Searcher,
        requests: &[FacetRequest],
    ) -> Result<Vec<FacetField>> {
        let fields = requests.iter().map(|request| {
            let name = request.field.clone();
            Ok(FacetField {
                is_named: ENTITIES.contains(&name.as_str()) && !self.aliases.is_empty(),
                known: self.values(searcher, &name)?,
                name,
            })
        });
        fields.collect()
    }
}

fn counting(facets: Vec<FacetField>) -> Gather {
    Gather {
        sort: Sort::Oldest,
        keep: 0,
        after: None,
        fresh: None,
        facets,
        groups: None,
        placed: None,
        by_story: false,
        so_far: Shared::default(),
    }
}

/// The facets of an answer. A field that is filtered by `-w` is counted again without its own filter, so that its
/// other values can still be chosen.
pub(super) fn answer(
    archive: &Archive,
    searcher: &Searcher,
    query: &Query,
    fields: Vec<FacetField>,
    counted: Vec<Counts>,
    relaxed: bool,
) -> Result<Facets> {
    let mut facets = Vec::with_capacity(query.facets.len());
    let aliases = archive.state()?.aliases.clone();
    for ((request, field), mut counts) in query.facets.iter().zip(fields).zip(counted) {
        let own_filter = query
            .filters
            .iter()
            .any(|filter| filter.field == request.field);
        if own_filter && !relaxed {
            let prepared = archive.prepare(searcher, query, Some(&request.field))?;
            let gather = counting(vec![field.clone()]);
            let mut gathered = searcher
                .search(&*prepared.strict(), &gather)
                .map_err(engine_error)?;
            counts = gathered.facets.pop().unwrap_or_default();
        }
        let top = request.top.unwrap_or(usize::MAX);
        let most = counts.most(&field, &aliases, top)?;
        let values = most.values.into_iter().map(|(value, count)| FacetValue {
            filter: filter_of(&field.name, &value),
            value,
            count,
        });
        let facet = Facet {
            values: values.collect(),
            others: most.others,
            missing: most.missing,
            exact: true,
        };
        facets.push((field.name, facet));
    }
    Ok(Facets(facets))
}

/// The query that narrows to a value.
fn filter_of(field: &str, value: &str) -> String {
    // A value cannot hold the quote that ends it; words of a label find it still.
    let value = value.replace('"', " ");
    format!("{field}=\"{value}\"")
}

/// The most frequent pairs, each value in the form in which it is shown alone.
fn most_frequent(
    counted: HashMap<(String, String), u64>,
    shown: &[Vec<(String, u64)>],
    top: usize,
) -> Vec<Pair> {
    let forms = |values: &Vec<(String, u64)>| -> HashMap<String, String> {
        let values = values.iter();
        let forms = values.map(|(value, _)| (fold_value(value), value.clone()));
        forms.collect()
    };
    let (left, right) = (forms(&shown[0]), forms(&shown[1]));
    let shown_as = |forms: &HashMap<String, String>, value: String| {
        forms.get(&fold_value(&value)).cloned().unwrap_or(value)
    };
    let mut folded: HashMap<(String, String), u64> = HashMap::with_capacity(counted.len());
    for ((one, other), count) in counted {
        *folded
            .entry((shown_as(&left, one), shown_as(&right, other)))
            .or_default() += count;
    }
    let counted = folded;
    let mut pairs: Vec<Pair> = counted
        .into_iter()
        .map(|((one, other), count)| Pair {
            values: vec![one, other],
            count,
        })
        .collect();
    pairs.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.values.cmp(&b.values)));
    pairs.truncate(top);
    pairs
}
