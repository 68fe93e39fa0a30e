//! What matched, shown: the words to mark and the passage of an article that shows most of them.

use std::collections::{BTreeSet, HashSet};

use super::analyse::{Word, words};
use super::expand::matches;
use super::stems::{Language, stem};
use crate::Piece;

/// The length of a snippet in characters, about three lines of a terminal.
const SNIPPET_CHARS: usize = 240;

/// Words to mark in a text: by stem, by exact folded form, by pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    pub(crate) stems: HashSet<String>,
    pub(crate) words: HashSet<String>,
    pub(crate) patterns: Vec<String>,
}

impl Marks {
    /// What marks the word, if anything does: two words with the same key are the same find.
    fn key(&self, word: &Word, language: Language) -> Option<String> {
        if self.words.contains(&word.folded) {
            return Some(word.folded.clone());
        }
        let stem = stem(word, language);
        if self.stems.contains(&stem) {
            return Some(stem);
        }
        self.patterns
            .iter()
            .find(|pattern| matches(pattern, &word.folded))
            .cloned()
    }
}

/// The passage of a text that shows most of what matched; its beginning when nothing did.
pub(crate) fn snippet(text: &str, language: Language, marks: &Marks) -> Vec<Piece> {
    let all = words(text);
    let found: Vec<(&Word, String)> = all
        .iter()
        .filter_map(|word| marks.key(word, language).map(|key| (word, key)))
        .collect();
    let start = best_start(text, &found);
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let end = end_of(text, start);
    let mut pieces = Vec::new();
    let mut push = |text: &str, hit: bool| {
        if !text.is_empty() {
            pieces.push(Piece {
                text: text.to_owned(),
                hit,
            });
        }
    };
    let mut at = start;
    push(if start > 0 { "..." } else { "" }, false);
    for (word, _) in found
        .iter()
        .filter(|(word, _)| word.start >= start && word.end <= end)
    {
        push(&one_line(&text[at..word.start]), false);
        push(&text[word.start..word.end], true);
        at = word.end;
    }
    push(&one_line(&text[at..end]), false);
    // A passage that ends with a sentence needs no sign that more follows.
    let whole = end == text.trim_end().len() || text[..end].ends_with(['.', '!', '?', '”']);
    push(if whole { "" } else { "..." }, false);
    join_plain(pieces)
}

/// Joins neighbours that are both unmarked.
fn join_plain(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if !last.hit && !piece.hit => last.text.push_str(&piece.text),
            _ => joined.push(piece),
        }
    }
    joined
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if !(c == ' ' && line.ends_with(' ')) {
            line.push(c);
        }
    }
    line
}

/// Where a passage begins that holds the most different finds, then the most finds, then comes first.
fn best_start(text: &str, found: &[(&Word, String)]) -> usize {
    let mut best = (0, 0, 0);
    let mut start = 0;
    for (first, (word, _)) in found.iter().enumerate() {
        let reach = word.start + SNIPPET_CHARS * 3 / 4;
        let window = found[first..]
            .iter()
            .take_while(|(other, _)| other.end <= reach);
        let keys: BTreeSet<&str> = window.clone().map(|(_, key)| key.as_str()).collect();
        let score = (keys.len(), window.count());
        if score > (best.0, best.1) {
            best = (score.0, score.1, first);
            start = word.start;
        }
    }
    sentence_before(text, start)
}

/// The start of the sentence that holds a byte, when it is near; else a word some way before it.
fn sentence_before(text: &str, at: usize) -> usize {
    let mut from = at.saturating_sub(SNIPPET_CHARS / 3);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let before = &text[from..at];
    if from == 0 && !before.contains(". ") && !before.contains('\n') {
        return 0;
    }
    let sentence = [". ", "! ", "? ", "\n", ".” ", ".\" "]
        .iter()
        .filter_map(|end| before.rfind(end).map(|i| i + end.len()));
    if let Some(start) = sentence.max() {
        return from + start;
    }
    match before.find(' ') {
        Some(space) => from + space + 1,
        None => at,
    }
}

fn end_of(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let Some((limit, _)) = rest.char_indices().nth(SNIPPET_CHARS) else {
        return start + rest.trim_end().len();
    };
    let cut = &rest[..limit];
    // A sentence that ends late enough ends the passage; else the last whole word does.
    let sentence = cut
        .rfind(". ")
        .map(|at| at + 1)
        .filter(|at| *at > limit * 2 / 3);
    start
        + sentence
            .or_else(|| cut.rfind(char::is_whitespace))
            .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, stems: &[&str]) -> String {
        let marks = Marks {
            stems: stems.iter().map(|stem| (*stem).to_owned()).collect(),
            ..Marks::default()
        };
        let pieces = snippet(text, crate::archive::stems::language("en"), &marks);
        pieces
            .iter()
            .map(|piece| {
                if piece.hit {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn marks_every_form_of_a_word() {
        assert_eq!(
            marked("New sanctions. The sanctioned bank.", &["sanction"]),
            "New [sanctions]. The [sanctioned] bank."
        );
    }

    // The passage must show the words even when they stand far into the text.
    #[test]
    fn finds_the_passage() {
        let text = format!(
            "{} The treaty was signed. {}",
            "Nothing here. ".repeat(100),
            "More text follows. ".repeat(50)
        );
        let shown = marked(&text, &["treati"]);
        assert!(shown.starts_with("...The [treaty] was signed."), "{shown}");
        assert!(shown.ends_with("More text follows."), "{shown}");
    }

    #[test]
    fn shows_the_lead_when_the_title_matched() {
        assert_eq!(marked("The lead.\n\nMore.", &["absent"]), "The lead. More.");
    }
}
