//! When nothing has all the words: what has most of them.

use tantivy::Searcher;
use tantivy::query::Occur;

use super::collect::{Gather, Gathered};
use super::compile::join;
use super::engine_error;
use super::search::Prepared;
use crate::Result;

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

/// The word without which the most articles are found, as a person reads it.
pub(super) fn word_to_drop(searcher: &Searcher, prepared: &Prepared) -> Result<String> {
    let words = &prepared.compiled.words;
    let mut best: Option<(usize, &str)> = None;
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
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, text));
        }
    }
    Ok(match best {
        Some((1.., text)) => format!("`{text}`"),
        _ => "some".to_owned(),
    })
}
