//! What a query asked for, as marks on the words of a text.

use std::collections::{HashMap, HashSet};

use frostem::Algorithm;

use super::analyse::{Word, next_word};
use super::expand::matches;
use super::stems::{Language, stem};

/// Words to mark in a text: by stem, by exact folded form, by pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    pub(crate) stems: HashSet<String>,
    pub(crate) words: HashSet<String>,
    pub(crate) patterns: Vec<String>,
    /// What the find of a stem is worth; 1 when it is not known.
    pub(crate) weights: HashMap<String, f32>,
    /// What was asked of the rest of the file, outside the article.
    pub(crate) rest: Option<Box<Marks>>,
}

/// A word of a text that is marked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Find {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The number of the word in the text.
    pub(crate) place: usize,
    /// Two finds of one key are finds of the same thing.
    pub(crate) key: String,
}

/// What all words of a stem begin with. English changes the last two letters of a stem at most (`sky` of `skies`,
/// `die` of `dying`), other languages more, two of them the beginning too.
fn beginning(stem: &str, language: Language) -> &str {
    let letters = match language {
        Some(Algorithm::Arabic | Algorithm::Tamil) => 0,
        Some(Algorithm::English) => stem.chars().count().saturating_sub(2).max(1),
        None => return stem,
        Some(_) => 1,
    };
    let end = stem.char_indices().nth(letters);
    end.map_or(stem, |(end, _)| stem.get(..end).unwrap_or(stem))
}

impl Marks {
    /// The marks of what is searched in a field; the rest of the file has its own.
    pub(crate) fn of_field(&mut self, field: Option<&str>) -> &mut Marks {
        match field {
            Some("rest") => self.rest.get_or_insert_default(),
            _ => self,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.stems.is_empty() && self.words.is_empty() && self.patterns.is_empty()
    }

    pub(crate) fn weight(&self, key: &str) -> f32 {
        self.weights.get(key).copied().unwrap_or(1.0)
    }

    /// The marked words of a text, in order.
    pub(crate) fn find(&self, text: &str, language: Language) -> Vec<Find> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        // Most words begin like none that is wanted and need no stemming.
        let begins: Vec<&str> = self
            .stems
            .iter()
            .map(|stem| beginning(stem, language))
            .collect();
        let may_be_stem = |folded: &str| begins.iter().any(|begin| folded.starts_with(begin));
        let mut known: HashMap<String, Option<String>> = HashMap::new();
        let mut word = Word::default();
        let (mut from, mut place) = (0, 0);
        while next_word(text, from, &mut word) {
            from = word.end;
            place += 1;
            let key = if self.words.contains(&word.folded) {
                Some(word.folded.clone())
            } else if may_be_stem(&word.folded) {
                let form = if word.accented.is_empty() {
                    &word.folded
                } else {
                    &word.accented
                };
                match known.get(form) {
                    Some(key) => key.clone(),
                    None => {
                        let stem = Some(stem(&word, language));
                        let key = stem.filter(|stem| self.stems.contains(stem));
                        known.insert(form.clone(), key.clone());
                        key
                    }
                }
            } else {
                None
            };
            let by_pattern = || {
                self.patterns
                    .iter()
                    .find(|pattern| matches(pattern, &word.folded))
            };
            if let Some(key) = key.or_else(|| by_pattern().cloned()) {
                let (start, end) = (word.start, word.end);
                found.push(Find {
                    start,
                    end,
                    place,
                    key,
                });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::stems::language;
    use super::*;

    // A word that is passed over without stemming must have another stem: so for every word that is known to be common.
    #[test]
    fn words_of_a_stem_begin_as_it_does() {
        let words = include_str!("../../data/gazetteer/common.txt");
        let words = words.lines();
        let english = language("en");
        for text in words.chain(["skies", "dying", "lying", "tying", "news", "idly", "gently"]) {
            let mut word = Word::default();
            if next_word(text, 0, &mut word) {
                let stem = stem(&word, english);
                assert!(
                    word.folded.starts_with(beginning(&stem, english)),
                    "{text}: {stem}"
                );
            }
        }
    }
}
