//! Text to tokens with byte offsets, and tokens to sentences.
//!
//! Words that scraping glued together are split, possessives are cut off; what a word means is left to the tagger.
#![allow(
    clippy::string_slice,
    reason = "positions are those of the letters of the same text"
)]

use std::ops::Range;

use super::lexicon::{Lexicon, word};
use super::vocabulary::{Vocabulary, Word};
use super::words::{
    elision, glued, has_loose_hyphens, joined_places, loose_end, possessive, word_end,
};

/// The shape of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Begins with a capital and may belong to a name.
    Capital,
    /// Capitals only, two letters or more.
    Upper,
    /// A word that is no name by its shape.
    Small,
    /// `'s` or an apostrophe after a plural.
    Possessive,
    /// Punctuation, digits and the rest.
    Other,
}

/// A stretch of text without spaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) shape: Shape,
    /// What the word can be: bits of [`word`].
    pub(super) can: u32,
    /// Whether a space stands before it.
    pub(super) spaced: bool,
    /// The number of its word in the vocabulary of the article.
    pub(super) number: u32,
    /// What its word is by itself, see [`Word`].
    pub(super) hash: u32,
    pub(super) longest: u8,
    pub(super) mark: u8,
}

impl Token {
    pub(super) fn is(&self, bits: u32) -> bool {
        self.can & bits != 0
    }

    pub(super) fn is_name(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper)
    }
}

/// How a sentence is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    /// Nearly all words have capitals: a headline.
    Title,
    /// Capitals only.
    Upper,
}

/// A sentence: tokens `from..to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sentence {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) style: Style,
}

/// A text in tokens and sentences.
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) list: Vec<Token>,
    pub(super) sentences: Vec<Sentence>,
}

impl<'a> Tokens<'a> {
    /// Splits a text, and adds its words to the vocabulary.
    pub(super) fn of(text: &'a str, vocabulary: &mut Vocabulary<'a>) -> Tokens<'a> {
        let lexicon = vocabulary.lexicon;
        let mut tokens = Tokens {
            text,
            list: Vec::with_capacity(text.len() / 5),
            sentences: Vec::new(),
        };
        let wrapped = is_hard_wrapped(text);
        let loose = has_loose_hyphens(text);
        let mut at = 0;
        let mut sentence = 0;
        while let Some(first) = text[at..].chars().next() {
            if first.is_whitespace() {
                let end = skip_while(text, at, char::is_whitespace);
                if ends_line(text, at, end, wrapped) {
                    sentence = tokens.close(sentence);
                }
                at = end;
                continue;
            }
            let mut end = word_end(text, at, first);
            if loose && first.is_uppercase() && text[end..].starts_with(" - ") {
                end = loose_end(text, at, end, tokens.ends_in_surname(), lexicon);
            }
            let before = tokens.list.len();
            tokens.push_word(at, end, vocabulary);
            let new = tokens.list.get(before).copied();
            if new.is_some_and(|new| tokens.starts_sentence(sentence, &new, before, lexicon)) {
                sentence = tokens.close_before(sentence, before);
            }
            at = end;
        }
        tokens.close(sentence);
        tokens
    }

    /// The text of a token.
    pub(super) fn text_of(&self, token: &Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    /// The text of the token at an index; empty beyond the end.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.list.get(index).map_or("", |token| self.text_of(token))
    }

    /// Whether the sentence around an index is all in capitals.
    pub(super) fn in_capitals(&self, index: usize) -> bool {
        let next = self
            .sentences
            .partition_point(|sentence| sentence.to <= index);
        let sentence = self.sentences.get(next);
        sentence.is_some_and(|sentence| sentence.style == Style::Upper)
    }

    /// Whether a sentence begins at an index.
    pub(super) fn opens_sentence(&self, index: usize) -> bool {
        let found = self
            .sentences
            .binary_search_by_key(&index, |sentence| sentence.from);
        found.is_ok()
    }

    /// Whether the last token is a short surname, as they stand before given names in East Asia.
    fn ends_in_surname(&self) -> bool {
        let last = self.list.last();
        last.is_some_and(|t| t.is_name() && t.is(word::SURNAME) && t.end - t.start <= 6)
    }

    fn close(&mut self, from: usize) -> usize {
        self.close_before(from, self.list.len())
    }

    fn close_before(&mut self, from: usize, to: usize) -> usize {
        if to > from {
            let style = self.style(from, to);
            self.sentences.push(Sentence { from, to, style });
        }
        to
    }

    /// Whether the token at `index` begins a new sentence after a full stop.
    fn starts_sentence(
        &self,
        sentence: usize,
        token: &Token,
        index: usize,
        lexicon: &Lexicon,
    ) -> bool {
        if !token.spaced || index <= sentence {
            return false;
        }
        let mut last = index - 1;
        // A few closing marks may follow the full stop.
        let earliest = sentence.max(last.saturating_sub(4));
        while last > earliest && matches!(self.word(last), "\"" | "”" | "'" | "’" | "''" | ")")
        {
            last -= 1;
        }
        let word = self.word(last);
        let opens = token.is_name() || token.shape == Shape::Other;
        match word {
            "." | "!" | "?" | "…" => opens,
            // An abbreviation ends a sentence only before a word that begins one.
            _ if word.ends_with('.') && word.len() > 1 => {
                token.is_name()
                    && self.list.get(last).is_some_and(|t| !t.is(word::TITLE))
                    && lexicon.word(&self.text_of(token).to_lowercase()) & word::FUNCTION != 0
            }
            _ => false,
        }
    }

    fn style(&self, from: usize, to: usize) -> Style {
        let (mut upper, mut capital, mut small) = (0usize, 0usize, 0usize);
        for token in self.list.get(from..to).unwrap_or_default() {
            match token.shape {
                Shape::Upper => upper += 1,
                Shape::Capital if token.end - token.start > 1 => capital += 1,
                // Little words are small in headlines too.
                Shape::Small if token.end - token.start > 4 => small += 1,
                _ => {}
            }
        }
        let first = self.list.get(from).map_or(0, |token| token.start);
        let last = self.list.get(to.saturating_sub(1)).map_or(0, |t| t.end);
        let has_small = self.text[first..last]
            .bytes()
            .filter(u8::is_ascii_lowercase)
            .count();
        if upper >= 1 && upper > 3 * (capital + small) && has_small * 8 < last - first {
            Style::Upper
        } else if upper + capital >= 4 && upper + capital > 4 * small && !self.ends_in_stop(to) {
            Style::Title
        } else {
            Style::Plain
        }
    }

    fn ends_in_stop(&self, to: usize) -> bool {
        to > 0 && matches!(self.word(to - 1), "." | "\"" | "”")
    }

    /// Adds the word at `start..end`, in parts where parts are words of their own.
    fn push_word(&mut self, start: usize, end: usize, words: &mut Vocabulary<'a>) {
        let (text, lexicon) = (&self.text[start..end], words.lexicon);
        // No name is that long, and taking parts off a word must not become quadratic.
        if text.len() > 80 {
            self.push(start, end, Shape::Small, words);
            return;
        }
        let word = words.of(text, self.ends_in_surname());
        if let Some((shape, can)) = word.whole {
            self.push_token(start..end, shape, can, word, words);
            return;
        }
        if let Some(cut) = possessive(text) {
            self.push_word(start, start + cut, words);
            self.push(start + cut, end, Shape::Possessive, words);
            return;
        }
        if let Some(cut) = glued(text, lexicon) {
            self.push_word(start, start + cut, words);
            self.push_word(start + cut, end, words);
            return;
        }
        if let Some(cut) = elision(text, lexicon) {
            self.push(start, start + cut, Shape::Other, words);
            self.push_word(start + cut, end, words);
            return;
        }
        if let Some(cut) = joined_places(text, lexicon) {
            self.push_word(start, start + cut, words);
            self.push(start + cut, start + cut + 1, Shape::Other, words);
            self.push_word(start + cut + 1, end, words);
        }
    }

    /// Adds a token of which only the shape counts.
    fn push(&mut self, start: usize, end: usize, shape: Shape, words: &mut Vocabulary<'a>) {
        let word = words.of(&self.text[start..end], false);
        self.push_token(start..end, shape, 0, word, words);
    }

    fn push_token(
        &mut self,
        at: Range<usize>,
        shape: Shape,
        can: u32,
        word: Word,
        words: &mut Vocabulary<'a>,
    ) {
        if shape == Shape::Small {
            words.note_small(word.number);
        }
        let spaced = self.list.last().is_none_or(|last| last.end < at.start);
        self.list.push(Token {
            start: at.start,
            end: at.end,
            shape,
            can,
            spaced,
            number: word.number,
            hash: word.hash,
            longest: word.longest,
            mark: word.mark,
        });
    }
}

pub(super) fn skip_while(text: &str, from: usize, wanted: impl Fn(char) -> bool) -> usize {
    let rest = &text[from..];
    rest.char_indices()
        .find(|(_, c)| !wanted(*c))
        .map_or(text.len(), |(at, _)| from + at)
}

/// Whether the space at `at..end` ends a heading, a row or a paragraph, and not only a line of the page.
fn ends_line(text: &str, at: usize, end: usize, wrapped: bool) -> bool {
    let space = &text[at..end];
    match space.bytes().filter(|b| *b == b'\n').count() {
        0 => false,
        1 => {
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            let indented = space.ends_with("  ") || space.ends_with('\t');
            !wrapped || indented || line.trim().len() <= SHORT_LINE
        }
        _ => true,
    }
}

/// Lines up to this length are headings, rows of a table, or the ends of paragraphs.
const SHORT_LINE: usize = 32;

/// Whether line ends are only the width of a page: most lines stop in mid-sentence at about the same width.
fn is_hard_wrapped(text: &str) -> bool {
    let (mut lines, mut open, mut long) = (0usize, 0usize, 0usize);
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| line.len() > SHORT_LINE)
    {
        lines += 1;
        open += usize::from(!line.ends_with(['.', '!', '?', '"', '”', ':']));
        long += usize::from(line.len() > 100);
    }
    lines >= 1 && long * 20 <= lines && open * 2 > lines && text.trim().contains('\n')
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::lexicon;
    use super::*;

    fn cut(text: &str) -> Tokens<'_> {
        Tokens::of(text, &mut Vocabulary::new(lexicon(), text.len()))
    }

    fn words(text: &str) -> Vec<&str> {
        let tokens = cut(text);
        tokens
            .list
            .iter()
            .map(|token| tokens.text_of(token))
            .collect()
    }

    // Scrapers drop the break between headline and teaser.
    #[test]
    fn splits_glued_words_but_no_names() {
        assert_eq!(
            words("South KoreaThe move"),
            ["South", "Korea", "The", "move"]
        );
        assert_eq!(words("McDonald YouTube"), ["McDonald", "YouTube"]);
    }

    // The span of a name must end before the possessive, and hold the stops of its initials.
    #[test]
    fn keeps_initials_and_cuts_possessives() {
        assert_eq!(
            words("J. Smith's U.S. trip."),
            ["J.", "Smith", "'s", "U.S.", "trip", "."]
        );
        assert_eq!(
            words("Russia-Ukraine war"),
            ["Russia", "-", "Ukraine", "war"]
        );
    }

    // "St. Louis" and "Gen. Smith" are not two sentences.
    #[test]
    fn abbreviations_end_no_sentence() {
        let tokens = cut("He met Gen. Smith in St. Louis. The U.S. said so.");
        assert_eq!(tokens.sentences.len(), 2);
    }

    // Offsets are bytes and must never split a character, whatever the text.
    #[test]
    fn any_text_gives_sound_offsets() {
        for text in [
            "",
            "é’s",
            "’",
            "A\u{301}-é",
            "@é #",
            "U.é.",
            "x://",
            "–—…",
            "ÅÄÖ\n\nß-ẞ",
        ] {
            for token in cut(text).list {
                assert!(text.get(token.start..token.end).is_some());
            }
        }
    }
}
