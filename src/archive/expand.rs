//! Words of the archive that a pattern or a misspelt word stands for.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "positions are those of letters and scopes of the same text"
)]

use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::Field;
use tantivy::{Searcher, Term};
use tantivy_fst::Automaton;

use super::engine_error;
use crate::Result;

/// The most words that one pattern may stand for; more are cut, and the answer says so.
pub(crate) const MAX_EXPANSION: usize = 20_000;

/// The words found, and whether some were cut.
#[derive(Debug, Default)]
pub(crate) struct Expansion {
    pub(crate) words: Vec<String>,
    pub(crate) cut: bool,
}

/// Whether a folded word matches a folded pattern of letters, `*` (any letters) and `?` (one letter).
pub(crate) fn matches(pattern: &str, word: &str) -> bool {
    let (pattern, word): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), word.chars().collect());
    // The classic two-pointer match: after a star, try again one letter further.
    let (mut p, mut w, mut star) = (0, 0, None);
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || *c == word[w] => {
                p += 1;
                w += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    w = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The words of a scope that match a pattern.
pub(crate) fn wildcard(
    searcher: &Searcher,
    field: Field,
    scope: &str,
    pattern: &str,
) -> Result<Expansion> {
    let fixed = pattern.find(['*', '?']).unwrap_or(pattern.len());
    let prefix = format!("{scope}:{}", &pattern[..fixed]);
    let mut found = Expansion::default();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(field).map_err(engine_error)?;
        let range = index.terms().range().ge(prefix.as_bytes());
        let mut stream = range
            .into_stream()
            .map_err(|error| engine_error(error.into()))?;
        while stream.advance() {
            let Ok(term) = std::str::from_utf8(stream.key()) else {
                continue;
            };
            if !term.starts_with(&prefix) {
                break;
            }
            let word = &term[scope.len() + 1..];
            if matches(pattern, word) {
                found.words.push(word.to_owned());
            }
        }
    }
    Ok(tidy(found))
}

/// The words of a scope within `distance` edits of a word; a swap of neighbours is one.
pub(crate) fn fuzzy(
    searcher: &Searcher,
    field: Field,
    scope: &str,
    word: &str,
    distance: u8,
) -> Result<Expansion> {
    let similar = similar(searcher, field, &format!("{scope}:"), word, distance)?;
    Ok(tidy(Expansion {
        words: similar.into_iter().map(|(word, _)| word).collect(),
        cut: false,
    }))
}

/// The same of terms that begin with `before`, each with the number of documents that have it; a word comes once for each
/// segment.
pub(crate) fn similar(
    searcher: &Searcher,
    field: Field,
    before: &str,
    word: &str,
    distance: u8,
) -> Result<Vec<(String, u64)>> {
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), distance, true);
    let mut found = Vec::new();
    for reader in searcher.segment_readers() {
        let automaton = Scoped {
            scope: before.as_bytes(),
            word: query.automaton().map_err(engine_error)?,
        };
        let index = reader.inverted_index(field).map_err(engine_error)?;
        let stream = index.terms().search(automaton).into_stream();
        let mut stream = stream.map_err(|error| engine_error(error.into()))?;
        while stream.advance() {
            if let Ok(term) = std::str::from_utf8(stream.key()) {
                let count = u64::from(stream.value().doc_freq);
                found.push((term[before.len()..].to_owned(), count));
            }
        }
    }
    Ok(found)
}

fn tidy(mut found: Expansion) -> Expansion {
    found.words.sort_unstable();
    found.words.dedup();
    found.cut = found.words.len() > MAX_EXPANSION;
    found.words.truncate(MAX_EXPANSION);
    found
}

/// Accepts a fixed scope, then what the word's automaton accepts: the scope itself must not be misspelt.
struct Scoped<'a> {
    scope: &'a [u8],
    word: DfaWrapper,
}

#[derive(Clone)]
enum ScopedState {
    InScope(usize),
    InWord(u32),
    Lost,
}

impl Automaton for Scoped<'_> {
    type State = ScopedState;

    fn start(&self) -> ScopedState {
        ScopedState::InScope(0)
    }

    fn is_match(&self, state: &ScopedState) -> bool {
        matches!(state, ScopedState::InWord(state) if self.word.is_match(state))
    }

    fn can_match(&self, state: &ScopedState) -> bool {
        match state {
            ScopedState::InScope(_) => true,
            ScopedState::InWord(state) => self.word.can_match(state),
            ScopedState::Lost => false,
        }
    }

    fn accept(&self, state: &ScopedState, byte: u8) -> ScopedState {
        match state {
            ScopedState::InScope(at) if self.scope.get(*at) != Some(&byte) => ScopedState::Lost,
            ScopedState::InScope(at) if at + 1 == self.scope.len() => {
                ScopedState::InWord(self.word.start())
            }
            ScopedState::InScope(at) => ScopedState::InScope(at + 1),
            ScopedState::InWord(state) => ScopedState::InWord(self.word.accept(state, byte)),
            ScopedState::Lost => ScopedState::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_words() {
        assert!(matches("sanct*", "sanctions"));
        assert!(matches("wom?n", "woman") && !matches("wom?n", "womn"));
        assert!(matches("a*b*c", "axxbyybc") && !matches("a*b", "abc"));
        assert!(matches("m?ller", "müller"));
    }
}
