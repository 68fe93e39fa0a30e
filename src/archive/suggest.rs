//! Did you mean: words of the archive for words that no article has.
//!
//! A word that was typed wrong, two words typed as one, one word typed as two. Only the archive's own words are offered,
//! so that what is offered is found.
#![allow(
    clippy::indexing_slicing,
    reason = "the table is as large as the two words that index it"
)]

use std::collections::HashMap;
use std::ops::Range;

use tantivy::query::PhraseQuery;
use tantivy::query::Query as _;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::analyse::{fold_value, words};
use super::compile::Compiler;
use super::stems::stem;
use super::{engine_error, expand};
use crate::{Node, NodeKind, Result};

/// Words of one query that others are looked for.
const MOST_WORDS: usize = 4;

/// Shorter words are like too many others.
const SHORTEST: usize = 4;

/// From so many letters on two may be wrong.
const LONG: usize = 6;

/// The shortest part of two words typed as one.
const SHORTEST_PART: usize = 3;

/// What one letter more that differs costs, against how common a word is.
const LETTER: f32 = 3.0;

/// What a wrong first letter costs; people get it right.
const FIRST_LETTER: f32 = 1.5;

/// A word of a query that no article has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unknown {
    field: Option<String>,
    text: String,
    span: Range<usize>,
}

/// What to type instead.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Suggestion {
    /// The words that change, each as typed and as offered.
    pub(crate) words: Vec<(String, String)>,
    /// The whole query.
    pub(crate) query: String,
}

/// Something to put into a place of the query.
struct Change {
    span: Range<usize>,
    typed: String,
    offered: String,
}

impl Compiler<'_> {
    /// Looks for words of the archive in place of the words of a query that no article has.
    pub(super) fn suggest(&mut self, text: &str, root: &Node) -> Result<Option<Suggestion>> {
        let mut changes: Vec<Change> = Vec::new();
        let unknown = std::mem::take(&mut self.unknown);
        for word in unknown.iter().take(MOST_WORDS) {
            if changes
                .iter()
                .any(|change| change.span.end > word.span.start)
            {
                continue;
            }
            let joined = self.joined(text, root, word)?;
            let change = match joined {
                Some(joined) => Some(joined),
                None => self.respelt(word)?,
            };
            changes.extend(change);
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let mut query = String::with_capacity(text.len());
        let mut at = 0;
        for change in &changes {
            query.push_str(text.get(at..change.span.start).unwrap_or_default());
            query.push_str(&change.offered);
            at = change.span.end;
        }
        query.push_str(text.get(at..).unwrap_or_default());
        let words = changes
            .into_iter()
            .map(|change| (change.typed, change.offered))
            .collect();
        Ok(Some(Suggestion { words, query }))
    }

    /// Notes a word without an article.
    pub(super) fn note_unknown(&mut self, node: &Node) {
        if let NodeKind::Word { field, text } = &node.kind {
            self.unknown.push(Unknown {
                field: field.clone(),
                text: text.clone(),
                span: node.span.clone(),
            });
        }
    }

    /// The likest word of the archive, or two words that were typed as one.
    fn respelt(&mut self, word: &Unknown) -> Result<Option<Change>> {
        let tokens = words(&word.text);
        let [token] = tokens.as_slice() else {
            return Ok(None);
        };
        let typed = &token.folded;
        let letters = typed.chars().count();
        if letters < SHORTEST || typed.contains(|c: char| c.is_ascii_digit()) {
            return Ok(None);
        }
        let (field, scopes) = self.scopes(word.field.as_deref());
        let furthest = furthest(letters);
        let mut found = Vec::new();
        for scope in &scopes {
            let before = format!("{scope}:");
            let similar = expand::similar(self.searcher, field, &before, typed, furthest)?;
            found.extend(similar);
        }
        let offered = match likest(typed, found) {
            Some(word) => word,
            None => match self.parted(field, &scopes, typed)? {
                Some(two) => two,
                None => return Ok(None),
            },
        };
        let prefix = word.field.as_ref().map(|name| format!("{name}:"));
        let offered = match (&prefix, offered.contains(' ')) {
            (Some(prefix), true) => format!("{prefix}\"{offered}\""),
            (Some(prefix), false) => format!("{prefix}{offered}"),
            (None, _) => offered,
        };
        Ok(Some(Change {
            span: word.span.clone(),
            typed: format!("{}{}", prefix.unwrap_or_default(), word.text),
            offered,
        }))
    }

    /// The likest of the whole values that articles have in a field, folded.
    pub(super) fn like_value(&self, field: &str, value: &str) -> Result<Option<String>> {
        let typed = fold_value(value);
        let letters = typed.chars().count();
        if letters < SHORTEST {
            return Ok(None);
        }
        let before = format!("{field}=");
        let key = self.layout.key;
        let found = expand::similar(self.searcher, key, &before, &typed, furthest(letters))?;
        Ok(likest(&typed, found))
    }

    /// Two words of the archive that stand side by side somewhere, typed as one.
    fn parted(&self, field: Field, scopes: &[String], typed: &str) -> Result<Option<String>> {
        if field != self.layout.word {
            return Ok(None);
        }
        let mut best: Option<(usize, String)> = None;
        for (at, _) in typed.char_indices() {
            let (left, right) = typed.split_at(at);
            let is_long = |part: &str| part.chars().count() >= SHORTEST_PART;
            if !(is_long(left) && is_long(right))
                || self.count(scopes, left)? == 0
                || self.count(scopes, right)? == 0
            {
                continue;
            }
            let together = self.side_by_side(left, right)?;
            if together > best.as_ref().map_or(0, |(most, _)| *most) {
                best = Some((together, format!("{left} {right}")));
            }
        }
        Ok(best.map(|(_, two)| two))
    }

    fn side_by_side(&self, left: &str, right: &str) -> Result<usize> {
        let both = words(&format!("{left} {right}"));
        let mut most = 0;
        for language in &self.languages.held {
            let term = |word| Term::from_field_text(self.layout.text, &stem(word, *language));
            let terms: Vec<Term> = both.iter().map(term).collect();
            if terms.len() < 2 {
                continue;
            }
            let found = PhraseQuery::new(terms).count(self.searcher);
            most = most.max(found.map_err(engine_error)?);
        }
        Ok(most)
    }

    /// One word of the archive that was typed as two: this one and a neighbour.
    fn joined(&mut self, text: &str, root: &Node, word: &Unknown) -> Result<Option<Change>> {
        let NodeKind::And(parts) = &root.kind else {
            return Ok(None);
        };
        if word.field.is_some() {
            return Ok(None);
        }
        let Some(at) = parts.iter().position(|part| part.span == word.span) else {
            return Ok(None);
        };
        let (_, scopes) = self.scopes(None);
        let mut pairs: Vec<(&Node, &Node)> = Vec::new();
        pairs.extend(parts.get(at + 1).map(|next| (&parts[at], next)));
        pairs.extend(
            at.checked_sub(1)
                .and_then(|before| parts.get(before))
                .map(|before| (before, &parts[at])),
        );
        for (left, right) in pairs {
            let (
                NodeKind::Word {
                    field: None,
                    text: one,
                },
                NodeKind::Word {
                    field: None,
                    text: other,
                },
            ) = (&left.kind, &right.kind)
            else {
                continue;
            };
            let whole = words(&format!("{one}{other}"));
            let [whole] = whole.as_slice() else { continue };
            if self.count(&scopes, &whole.folded)? > 0 {
                let span = left.span.start..right.span.end;
                return Ok(Some(Change {
                    typed: text.get(span.clone()).unwrap_or_default().to_owned(),
                    offered: whole.folded.clone(),
                    span,
                }));
            }
        }
        Ok(None)
    }

    /// How many times articles have a word, counted by their zones.
    fn count(&self, scopes: &[String], folded: &str) -> Result<u64> {
        scopes.iter().try_fold(0, |sum, scope| {
            Ok(sum
                + documents_with(
                    self.searcher,
                    self.layout.word,
                    &format!("{scope}:{folded}"),
                )?)
        })
    }
}

fn documents_with(searcher: &Searcher, field: Field, term: &str) -> Result<u64> {
    let term = Term::from_field_text(field, term);
    searcher.doc_freq(&term).map_err(engine_error)
}

/// How many letters may be wrong of so many.
fn furthest(letters: usize) -> u8 {
    if letters < LONG { 1 } else { 2 }
}

/// The best offer of those found, of which one may have come several times.
fn likest(typed: &str, found: Vec<(String, u64)>) -> Option<String> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for (word, count) in found {
        *counts.entry(word).or_default() += count;
    }
    let offers = counts
        .into_iter()
        .map(|(word, count)| (worth(typed, &word, count), word));
    // Of two that are as good the one that is first by its letters, whatever the order they came in.
    let best = offers.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
    best.map(|(_, word)| word)
}

/// How good an offer is: common words that differ little.
fn worth(typed: &str, word: &str, count: u64) -> f32 {
    let first = |text: &str| text.chars().next();
    let mut worth = (1.0 + count as f32).ln() - LETTER * distance(typed, word) as f32;
    if first(typed) != first(word) {
        worth -= FIRST_LETTER;
    }
    worth
}

/// The number of letters added, left out, changed or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *b && *a == other[j - 1] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_letter() {
        assert_eq!(distance("puitn", "putin"), 1);
        assert_eq!(distance("balons", "balloons"), 2);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("same", "same"), 0);
    }

    // One wrong letter is likelier than two, unless the word is very rare beside the other.
    #[test]
    fn likely_words_are_offered() {
        assert!(worth("putn", "putin", 3) > worth("putn", "punt", 3) - 0.1);
        assert!(worth("sanctons", "sanctions", 2) > worth("sanctons", "cantons", 20));
        assert!(worth("fery", "ferry", 5) > worth("fery", "very", 12));
    }
}
