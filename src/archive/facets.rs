//! Counting: how many of the matching articles have each value of a field, and which values occur together.
#![allow(
    clippy::indexing_slicing,
    reason = "places number the fields that were asked for"
)]

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::Searcher;

use super::aliases::Aliases;
use super::analyse::fold_value;
use super::collect::Gather;
use super::cross::Cross;
use super::values::{Counts, Value};
use super::{Archive, engine_error};
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
        let fields: Vec<String> = query
            .facets
            .iter()
            .map(|facet| facet.field.clone())
            .collect();
        let gather = counting(fields.clone(), state.aliases.clone());
        let gathered = searcher
            .search(&*prepared.strict(), &gather)
            .map_err(engine_error)?;
        self.explain_nothing(&searcher, &query, gathered.total, &mut prepared)?;
        let pairs = match (cross, fields.as_slice()) {
            (false, _) | (_, []) => None,
            (true, [_]) => Some([0, 0]),
            (true, [_, _, ..]) => Some([0, 1]),
        };
        let cross = match pairs {
            None => None,
            Some(pair) => {
                let cross = Cross {
                    fields: pair.map(|at| fields[at].clone()),
                    aliases: state.aliases.clone(),
                };
                let counted = searcher
                    .search(&*prepared.strict(), &cross)
                    .map_err(engine_error)?;
                let top = query.facets.first().and_then(|facet| facet.top);
                let shown = pair.map(|at| &gathered.facets[at]);
                Some(most_frequent(counted, shown, top.unwrap_or(usize::MAX)))
            }
        };
        Ok(FacetAnswer {
            version: crate::Version::default(),
            total: gathered.total,
            facets: answer(self, &searcher, &query, gathered.facets, false)?,
            cross,
            hints: prepared.hints,
        })
    }
}

fn counting(facets: Vec<String>, aliases: Arc<Aliases>) -> Gather {
    Gather {
        sort: Sort::Oldest,
        keep: 0,
        after: None,
        fresh: None,
        facets,
        aliases,
        groups: None,
        placed: None,
        by_story: false,
    }
}

/// The facets of an answer. A field that is filtered by `-w` is counted again without its own filter, so that its
/// other values can still be chosen.
pub(super) fn answer(
    archive: &Archive,
    searcher: &Searcher,
    query: &Query,
    counted: Vec<Counts>,
    relaxed: bool,
) -> Result<Facets> {
    let mut facets = Vec::with_capacity(query.facets.len());
    for (request, mut counts) in query.facets.iter().zip(counted) {
        let own_filter = query
            .filters
            .iter()
            .any(|filter| filter.field == request.field);
        if own_filter && !relaxed {
            let prepared = archive.prepare(searcher, query, Some(&request.field))?;
            let aliases = archive.state()?.aliases.clone();
            let gather = counting(vec![request.field.clone()], aliases);
            let mut gathered = searcher
                .search(&*prepared.strict(), &gather)
                .map_err(engine_error)?;
            counts = gathered.facets.pop().unwrap_or_default();
        }
        facets.push((request.field.clone(), facet(request, &counts)));
    }
    Ok(Facets(facets))
}

fn facet(request: &FacetRequest, counts: &Counts) -> Facet {
    let mut values = counts.merged();
    let top = request.top.unwrap_or(usize::MAX).min(values.len());
    let others = values.len() - top;
    let order = |a: &Value<'_>, b: &Value<'_>| {
        let by_count = b.count.cmp(&a.count);
        by_count.then_with(|| a.shown.cmp(b.shown))
    };
    if others > 0 {
        values.select_nth_unstable_by(top, order);
        values.truncate(top);
    }
    values.sort_unstable_by(order);
    let values = values.into_iter().map(|value| FacetValue {
        value: value.shown.to_owned(),
        count: value.count,
        filter: filter_of(&request.field, value.shown),
    });
    Facet {
        values: values.collect(),
        others: others as u64,
        missing: counts.missing,
        exact: true,
    }
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
    shown: [&Counts; 2],
    top: usize,
) -> Vec<Pair> {
    let forms = |counts: &Counts| -> HashMap<String, String> {
        let values = counts.merged().into_iter();
        let forms = values.map(|value| (fold_value(value.shown), value.shown.to_owned()));
        forms.collect()
    };
    let (left, right) = (forms(shown[0]), forms(shown[1]));
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
