//! The analysis of `analyse` as the engine's tokenizers: stemmed zones for ranking, scoped words for everything else.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "positions are those of separators found in the same text"
)]

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::analyse::{Word, next_word};
use super::layout::{SEPARATOR, TextZone};
use super::stems::{Language, StemCache, language};

/// Stems of a text that begins with its language; a separator moves on to the positions of the next zone.
#[derive(Clone, Default)]
pub(crate) struct StemmedZones {
    stems: StemCache,
    token: Token,
}

/// Folded, unstemmed words, each with a scope before it (`b:sanctions`, `person:putin`).
#[derive(Clone)]
pub(crate) struct ScopedWords {
    zones: bool,
    token: Token,
}

impl ScopedWords {
    /// For a text of zones, each of which is a scope.
    pub(crate) fn zones() -> ScopedWords {
        ScopedWords {
            zones: true,
            token: Token::default(),
        }
    }

    /// For a value with its scope before a separator.
    pub(crate) fn names() -> ScopedWords {
        ScopedWords {
            zones: false,
            token: Token::default(),
        }
    }
}

const ZONES: [TextZone; 4] = [
    TextZone::Title,
    TextZone::Standfirst,
    TextZone::Body,
    TextZone::Rest,
];

/// Walks the words of a text whose zones are separated.
struct ZoneWords<'a> {
    text: &'a str,
    from: usize,
    zone: usize,
    zone_end: usize,
    word: Word,
}

impl<'a> ZoneWords<'a> {
    fn new(text: &'a str) -> ZoneWords<'a> {
        let zone_end = text.find(SEPARATOR).unwrap_or(text.len());
        let word = Word::default();
        ZoneWords {
            text,
            from: 0,
            zone: 0,
            zone_end,
            word,
        }
    }

    /// Moves to the next word; says whether it begins a new zone. `None` at the end.
    fn next(&mut self) -> Option<bool> {
        let mut entered = false;
        loop {
            let zone = &self.text[..self.zone_end];
            if next_word(zone, self.from, &mut self.word) {
                self.from = self.word.end;
                return Some(entered);
            }
            if self.zone_end == self.text.len() {
                return None;
            }
            self.from = self.zone_end + SEPARATOR.len_utf8();
            let rest = &self.text[self.from..];
            self.zone_end = rest
                .find(SEPARATOR)
                .map_or(self.text.len(), |found| self.from + found);
            self.zone = (self.zone + 1).min(ZONES.len() - 1);
            entered = true;
        }
    }
}

pub(crate) struct StemmedStream<'a> {
    words: ZoneWords<'a>,
    stems: &'a mut StemCache,
    language: Language,
    token: &'a mut Token,
}

impl Tokenizer for StemmedZones {
    type TokenStream<'a> = StemmedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> StemmedStream<'a> {
        self.token.reset();
        let (code, text) = text.split_once(SEPARATOR).unwrap_or(("", text));
        StemmedStream {
            words: ZoneWords::new(text),
            stems: &mut self.stems,
            language: language(code),
            token: &mut self.token,
        }
    }
}

impl TokenStream for StemmedStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(entered) = self.words.next() else {
            return false;
        };
        let positions = ZONES[self.words.zone].positions();
        let next = if entered {
            positions.start as usize
        } else {
            self.token.position.wrapping_add(1)
        };
        self.token.position = next.min(positions.end as usize - 1);
        self.token.offset_from = self.words.word.start;
        self.token.offset_to = self.words.word.end;
        let word = &self.words.word;
        self.stems.stem(word, self.language, &mut self.token.text);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

pub(crate) struct ScopedStream<'a> {
    words: ZoneWords<'a>,
    /// The scope of a name; zones bring their own.
    scope: Option<&'a str>,
    token: &'a mut Token,
}

impl Tokenizer for ScopedWords {
    type TokenStream<'a> = ScopedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ScopedStream<'a> {
        self.token.reset();
        let (scope, text) = match text.split_once(SEPARATOR) {
            Some((scope, value)) if !self.zones => (Some(scope), value),
            _ => (None, text),
        };
        ScopedStream {
            words: ZoneWords::new(text),
            scope,
            token: &mut self.token,
        }
    }
}

impl TokenStream for ScopedStream<'_> {
    fn advance(&mut self) -> bool {
        if self.words.next().is_none() {
            return false;
        }
        let scope = self.scope.unwrap_or(ZONES[self.words.zone].scope());
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = self.words.word.start;
        self.token.offset_to = self.words.word.end;
        self.token.text.clear();
        self.token.text.push_str(scope);
        self.token.text.push(':');
        self.token.text.push_str(&self.words.word.folded);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A query for `body:` asks by position, so a zone must begin where the layout says, whatever came before.
    #[test]
    fn each_zone_has_its_positions() {
        let mut tokenizer = StemmedZones::default();
        let mut stream = tokenizer.token_stream("en\u{1E}Talks resume\u{1E}\u{1E}The sanctions");
        let mut found = Vec::new();
        stream.process(&mut |token| found.push((token.text.clone(), token.position)));
        let body = TextZone::Body.positions().start as usize;
        let expected = [
            ("talk", 0),
            ("resum", 1),
            ("the", body),
            ("sanction", body + 1),
        ];
        assert_eq!(
            found,
            expected.map(|(text, position)| (text.to_owned(), position))
        );
    }

    #[test]
    fn names_carry_their_field() {
        let mut tokenizer = ScopedWords::names();
        let mut stream = tokenizer.token_stream("person\u{1E}Kim Jong Un");
        let mut found = Vec::new();
        stream.process(&mut |token| found.push(token.text.clone()));
        assert_eq!(found, ["person:kim", "person:jong", "person:un"]);
    }
}
