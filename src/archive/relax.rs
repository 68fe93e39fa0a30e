//! When nothing has all the words: what has most of them, and hints at what else could be asked.

use tantivy::Searcher;
use tantivy::query::Occur;

use super::collect::{Gather, Gathered};
use super::compile::join;
use super::marks::Marks;
use super::search::Prepared;
use super::{Archive, engine_error};
use crate::{Asked, Node, NodeKind, Query, Result};

impl Archive {
    /// The query with words of the archive in place of those that no article has; says which.
    pub(super) fn suggest(
        &self,
        searcher: &Searcher,
        query: &Query,
        prepared: &mut Prepared,
    ) -> Result<Option<String>> {
        let mut compiler = self.compiler(searcher)?;
        compiler.unknown = std::mem::take(&mut prepared.unknown);
        let Some(suggestion) = compiler.suggest(&query.text, &prepared.root)? else {
            return Ok(None);
        };
        for (typed, offered) in &suggestion.words {
            prepared.hints.push(format!(
                "no article has `{typed}`: did you mean `{offered}`?"
            ));
        }
        Ok(Some(suggestion.query))
    }

    /// Says what else could be asked when nothing was found and no other hint says it.
    pub(super) fn hint_at_less(
        &self,
        searcher: &Searcher,
        query: &Query,
        prepared: &mut Prepared,
    ) -> Result<()> {
        if !prepared.hints.is_empty() {
            return Ok(());
        }
        if !prepared.filters.is_empty() {
            let words = prepared.compiled.query(prepared.compiled.least);
            let count = words.count(searcher).map_err(engine_error)?;
            if count > 0 {
                let articles = if count == 1 {
                    "1 article matches"
                } else {
                    &format!("{count} articles match")
                };
                prepared
                    .hints
                    .push(format!("without filters and dates {articles}"));
                return Ok(());
            }
        }
        if let ([(word, _)], false) = (prepared.compiled.words.as_slice(), query.plain) {
            let plain = word.chars().all(char::is_alphanumeric) && word.chars().count() > 3;
            if plain {
                prepared.hints.push(format!(
                    "no article has it; `{word}~1` finds it misspelt, `{word}*` its beginnings"
                ));
            }
        }
        Ok(())
    }

    /// Says how many articles match in what is not searched by default.
    pub(super) fn hint_at_rest(
        &self,
        searcher: &Searcher,
        query: &Query,
        prepared: &mut Prepared,
    ) -> Result<()> {
        let mut root = prepared.root.clone();
        if !move_to_rest(&mut root) {
            return Ok(());
        }
        let compiled = self.compiler(searcher)?.compile(&root, query.matching)?;
        let elsewhere = Prepared {
            root,
            compiled,
            filters: prepared
                .filters
                .iter()
                .map(|(occur, query)| (*occur, query.box_clone()))
                .collect(),
            marks: Marks::default(),
            ranked: Vec::new(),
            unknown: Vec::new(),
            hints: Vec::new(),
            asked: Asked::default(),
            ranks: true,
        };
        let count = elsewhere.strict().count(searcher).map_err(engine_error)?;
        if count > 0 {
            let articles = if count == 1 {
                "1 article has"
            } else {
                &format!("{count} articles have")
            };
            prepared.hints.push(format!(
                "{articles} the words outside the text, in captions or teasers: search `rest:(...)`"
            ));
        }
        Ok(())
    }
}

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

/// Moves the words of the article to the field `rest`; says whether there were any.
fn move_to_rest(node: &mut Node) -> bool {
    match &mut node.kind {
        NodeKind::And(parts) | NodeKind::Or(parts) => parts
            .iter_mut()
            .map(move_to_rest)
            .fold(false, |any, moved| any | moved),
        NodeKind::Word { field, .. }
        | NodeKind::Wildcard { field, .. }
        | NodeKind::Fuzzy { field, .. }
        | NodeKind::Phrase { field, .. }
        | NodeKind::Near { field, .. }
            if field.is_none() =>
        {
            *field = Some("rest".to_owned());
            true
        }
        _ => false,
    }
}
