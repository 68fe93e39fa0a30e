//! When nothing has all the words: what has most of them.

use tantivy::query::{EnableScoring, Occur, Query};
use tantivy::{DocAddress, DocSet, Searcher};

use super::collect::{Found, Gather, Gathered};
use super::compile::join;
use super::engine_error;
use super::search::Prepared;
use crate::Result;

/// Words that are named, of those to drop.
const NAMED: usize = 6;

/// The largest number of words that any article has, and what has them.
pub(super) fn relax(
    searcher: &Searcher,
    prepared: &Prepared,
    gather: &Gather,
) -> Result<Option<(usize, Gathered)>> {
    // The number found falls as more words are asked for, so halving finds the turning point.
    let (mut some, mut none) = (0, prepared.words());
    while none - some > 1 {
        let middle = usize::midpoint(some, none);
        let count = prepared
            .query(middle)
            .count(searcher)
            .map_err(engine_error)?;
        if count > 0 {
            some = middle;
        } else {
            none = middle;
        }
    }
    if some == 0 {
        return Ok(None);
    }
    let found = searcher
        .search(&*prepared.query(some), gather)
        .map_err(engine_error)?;
    Ok(Some((some, found)))
}

/// The word without which the most articles are found, as a person reads it; where no single one helps, those that the
/// best answer lacks.
pub(super) fn word_to_drop(
    searcher: &Searcher,
    prepared: &Prepared,
    best: Option<&Found>,
) -> Result<String> {
    let words = &prepared.compiled.words;
    let mut most: Option<(usize, &str)> = None;
    // Long questions are not worth a search for each of their words.
    for (index, (text, _)) in words.iter().enumerate().take(16) {
        let rest = words
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let mut clauses: Vec<_> = rest
            .map(|(_, (_, query))| (Occur::Must, query.box_clone()))
            .collect();
        clauses.extend(
            prepared
                .filters
                .iter()
                .map(|(occur, query)| (*occur, query.box_clone())),
        );
        let required = &prepared.compiled.required;
        clauses.extend(
            required
                .iter()
                .map(|(occur, query)| (*occur, query.box_clone())),
        );
        let count = join(clauses).count(searcher).map_err(engine_error)?;
        if most.is_none_or(|(most, _)| count > most) {
            most = Some((count, text));
        }
    }
    if let Some((1.., text)) = most {
        return Ok(format!("`{text}`"));
    }
    let mut lacking = Vec::new();
    for (text, query) in words {
        if let Some(found) = best.filter(|_| lacking.len() < NAMED)
            && !has(searcher, &**query, found.address)?
        {
            lacking.push(format!("`{text}`"));
        }
    }
    Ok(match lacking.pop() {
        None => "some".to_owned(),
        Some(last) if lacking.is_empty() => last,
        Some(last) => format!("{} and {last}", lacking.join(", ")),
    })
}

/// Whether a query finds an article.
fn has(searcher: &Searcher, query: &dyn Query, address: DocAddress) -> Result<bool> {
    let found = || -> tantivy::Result<bool> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let reader = searcher.segment_reader(address.segment_ord);
        let mut scorer = weight.scorer(reader, 1.0)?;
        let mut doc = scorer.doc();
        if doc < address.doc_id {
            doc = scorer.seek(address.doc_id);
        }
        Ok(doc == address.doc_id)
    };
    found().map_err(engine_error)
}
