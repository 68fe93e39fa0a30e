//! The analysis of `analyse` for the engine: each text of an article is cut, folded and stemmed once, for all index
//! fields that hold its words. The engine is given words that are ready, each with an end, and zones apart.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "positions are those of ends and separators found in the same text"
)]

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::analyse::{Word, next_word};
use super::begins::Begins;
use super::gist::{Gist, number};
use super::layout::{SEPARATOR, TextZone};
use super::stems::{self, Language, language, stem};
use crate::memo::Memo;

/// Ends a word that is ready. Neither this nor the separator of zones is part of any word.
const END: u8 = 0x1F;

const ZONES: [TextZone; 4] = [
    TextZone::Title,
    TextZone::Standfirst,
    TextZone::Body,
    TextZone::Rest,
];

/// The longest stem that is remembered, in bytes.
const LONGEST: usize = 23;

/// What is known of a word.
#[derive(Clone, Copy, Default)]
struct Known {
    /// Its stem and the length of that; none where the stem is too long.
    stem: [u8; LONGEST],
    length: u8,
    /// Its number for what an article is about.
    number: u16,
    /// The last article in which each zone had the word.
    seen: [u32; ZONES.len()],
}

impl Known {
    fn of(word: &Word, language: Language) -> Known {
        let stem = stem(word, language);
        let mut known = Known {
            number: number(&word.folded),
            ..Known::default()
        };
        if let Some(place) = known.stem.get_mut(..stem.len()) {
            place.copy_from_slice(stem.as_bytes());
            known.length = stem.len() as u8;
        }
        known
    }
}

/// Makes the words of articles ready for the index.
pub(crate) struct Analyser {
    memo: Memo<Known>,
    word: Word,
    article: u32,
}

impl Default for Analyser {
    fn default() -> Analyser {
        Analyser {
            memo: Memo::new(16),
            word: Word::default(),
            article: 0,
        }
    }
}

/// The words of an article.
#[derive(Default)]
pub(crate) struct Ready {
    /// Title, standfirst and body, stemmed.
    pub(crate) text: String,
    /// The rest, stemmed.
    pub(crate) rest: String,
    /// Each word of each zone once, not stemmed, with its zone before it: `b:sanctions`.
    pub(crate) words: String,
    /// What title and body are about.
    pub(crate) gist: Gist,
    /// The positions that the zones of the text begin at.
    pub(crate) begins: Begins,
}

impl Ready {
    /// The title, stemmed.
    pub(crate) fn title(&self) -> &str {
        self.text.split(SEPARATOR).next().unwrap_or_default()
    }
}

impl Analyser {
    /// Makes the zones of an article ready: title, standfirst, body and rest.
    pub(crate) fn article(&mut self, code: &str, zones: [&str; ZONES.len()]) -> Ready {
        let language = language(code);
        // An article takes over what another had seen 2^32 articles before: its words would be missing.
        self.article = self.article.checked_add(1).unwrap_or_else(|| {
            self.memo = Memo::new(16);
            1
        });
        let [title, standfirst, body, rest] = zones.map(str::len);
        let mut text = Vec::with_capacity(title + standfirst + body + ZONES.len());
        let mut rests = Vec::with_capacity(rest + ZONES.len());
        let mut words = Vec::with_capacity((title + standfirst + body + rest) * 2 / 3);
        let mut gist = Gist::default();
        let mut begins = Begins::default();
        let mut position = 0;
        for (zone, from) in zones.into_iter().enumerate() {
            let out = match ZONES[zone] {
                TextZone::Rest => &mut rests,
                _ => &mut text,
            };
            let begin = match ZONES[zone] {
                TextZone::Standfirst => Some(&mut begins.standfirst),
                TextZone::Body => Some(&mut begins.body),
                TextZone::Title | TextZone::Rest => None,
            };
            if let Some(begin) = begin {
                out.push(SEPARATOR as u8);
                position += 1;
                *begin = position;
            }
            let gist = matches!(ZONES[zone], TextZone::Title | TextZone::Body).then_some(&mut gist);
            position += self.zone(from, zone, language, out, &mut words, gist);
        }
        let [text, rest, words] =
            [text, rests, words].map(|bytes| String::from_utf8(bytes).unwrap_or_default());
        Ready {
            text,
            rest,
            words,
            gist,
            begins,
        }
    }

    /// Makes the words of a zone ready; returns how many there are.
    fn zone(
        &mut self,
        text: &str,
        zone: usize,
        language: Language,
        stems: &mut Vec<u8>,
        words: &mut Vec<u8>,
        mut gist: Option<&mut Gist>,
    ) -> u32 {
        let (tag, scope) = (stems::number(language), ZONES[zone].scope());
        let (mut at, mut count) = (0, 0);
        while next_word(text, at, &mut self.word) {
            let word = &self.word;
            at = word.end;
            count += 1;
            let typed = match word.accented.as_str() {
                "" => &word.folded,
                accented => accented,
            };
            let known = self.memo.of(typed, tag, || Known::of(word, language));
            match &known {
                Some(known) if known.length > 0 => {
                    stems.extend_from_slice(&known.stem[..usize::from(known.length)]);
                }
                _ => stems.extend_from_slice(stem(word, language).as_bytes()),
            }
            stems.push(END);
            if let Some(gist) = &mut gist {
                let known = known.as_ref().map(|known| known.number);
                gist.add(&word.folded, known.unwrap_or_else(|| number(&word.folded)));
            }
            let last = known.map(|known| std::mem::replace(&mut known.seen[zone], self.article));
            if last != Some(self.article) {
                words.extend_from_slice(scope.as_bytes());
                words.push(b':');
                words.extend_from_slice(word.folded.as_bytes());
                words.push(END);
            }
        }
        count
    }
}

/// Words that are ready, at positions that follow one another. A separator takes one too, so that no phrase goes from one
/// zone to the next.
#[derive(Clone, Default)]
pub(crate) struct ReadyZones {
    token: Token,
}

pub(crate) struct ReadyStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for ReadyZones {
    type TokenStream<'a> = ReadyStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReadyStream<'a> {
        self.token.reset();
        ReadyStream {
            rest: text,
            token: &mut self.token,
        }
    }
}

impl TokenStream for ReadyStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(end) = self.rest.bytes().position(|b| b <= END) {
            let (word, ended) = self.rest.split_at(end);
            self.rest = &ended[1..];
            self.token.position = self.token.position.wrapping_add(1);
            if ended.as_bytes()[0] == END {
                self.token.text.clear();
                self.token.text.push_str(word);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Folded, unstemmed words of a value, with the scope that stands before it: `person:putin`.
#[derive(Clone, Default)]
pub(crate) struct ScopedWords {
    word: Word,
    token: Token,
}

pub(crate) struct ScopedStream<'a> {
    scope: &'a str,
    text: &'a str,
    word: &'a mut Word,
    token: &'a mut Token,
}

impl Tokenizer for ScopedWords {
    type TokenStream<'a> = ScopedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ScopedStream<'a> {
        self.token.reset();
        self.word.end = 0;
        let (scope, text) = text.split_once(SEPARATOR).unwrap_or(("", text));
        ScopedStream {
            scope,
            text,
            word: &mut self.word,
            token: &mut self.token,
        }
    }
}

impl TokenStream for ScopedStream<'_> {
    fn advance(&mut self) -> bool {
        if !next_word(self.text, self.word.end, self.word) {
            return false;
        }
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text.clear();
        self.token.text.push_str(self.scope);
        self.token.text.push(':');
        self.token.text.push_str(&self.word.folded);
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

    fn tokens(mut tokenizer: impl Tokenizer, text: &str) -> Vec<(String, u32)> {
        let mut found = Vec::new();
        let mut stream = tokenizer.token_stream(text);
        stream.process(&mut |token| found.push((token.text.clone(), token.position as u32)));
        found
    }

    fn texts(tokenizer: impl Tokenizer, text: &str) -> Vec<String> {
        tokens(tokenizer, text)
            .into_iter()
            .map(|one| one.0)
            .collect()
    }

    // A query for `body:` asks by position, so each zone must begin where it is said to, whatever came before.
    #[test]
    fn each_zone_has_its_positions() {
        let zones = ["Talks resume", "", "The sanctions", "Sanctions!"];
        let ready = Analyser::default().article("en", zones);
        let place = |text: &str, position: u32| (text.to_owned(), position);
        let expected = [
            place("talk", 0),
            place("resum", 1),
            place("the", 4),
            place("sanction", 5),
        ];
        let begins = Begins {
            standfirst: 3,
            body: 4,
        };
        assert_eq!(ready.begins, begins);
        assert_eq!(tokens(ReadyZones::default(), &ready.text), expected);
        assert_eq!(tokens(ReadyZones::default(), ready.title()), expected[..2]);
        let rest = tokens(ReadyZones::default(), &ready.rest);
        assert_eq!(rest, [place("sanction", 0)]);
    }

    // A word that every article has must be found in every article, and in each of its zones.
    #[test]
    fn words_stand_once_in_each_zone_of_each_article() {
        let mut analyser = Analyser::default();
        for _ in 0..2 {
            let ready = analyser.article(
                "en",
                ["Élan", "", "elan ÉLAN sanctions Sanctions", "sanctions"],
            );
            let mut words = texts(ReadyZones::default(), &ready.words);
            words.sort_unstable();
            words.dedup();
            assert_eq!(words, ["b:elan", "b:sanctions", "r:sanctions", "t:elan"]);
        }
    }

    // The same letters have another stem in another language, and what is too long to be remembered has one too.
    #[test]
    fn words_are_stemmed_in_the_language_of_their_article() {
        let mut analyser = Analyser::default();
        let long = "Verhandlungsverhandlungsverhandlungen";
        for (code, stems) in [
            ("en", ["die", "verhandlungen"]),
            ("de", ["die", "verhandl"]),
        ] {
            let body = format!("die Verhandlungen {long}");
            let ready = analyser.article(code, ["", "", &body, ""]);
            let found = texts(ReadyZones::default(), &ready.text);
            assert_eq!(found[..2], stems);
            assert_eq!(found.len(), 3);
        }
    }

    #[test]
    fn names_carry_their_field() {
        let found = texts(ScopedWords::default(), "person\u{1E}Kim Jong Un");
        assert_eq!(found, ["person:kim", "person:jong", "person:un"]);
    }
}
