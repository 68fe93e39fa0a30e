//! Languages: how a word is stemmed, and which words a query may do without.
//!
//! An article is stemmed in its own language; a word of a query in each language the archive holds, so that a German
//! article is found by its German stem and an English one by its English.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};

use tantivy::Searcher;

use super::analyse::{Word, fold_value};
use super::engine_error;
use super::layout::Layout;
use crate::Result;

/// The language of articles whose language is not known.
pub(crate) const DEFAULT: &str = "en";

/// Languages with a stemmer, by ISO 639-1 code; words of others are folded only.
const STEMMERS: &[(&str, Algorithm)] = &[
    ("en", Algorithm::English),
    ("ar", Algorithm::Arabic),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("el", Algorithm::Greek),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nl", Algorithm::Dutch),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("ta", Algorithm::Tamil),
    ("tr", Algorithm::Turkish),
];

/// Words that ask for nothing, by language.
const STOP_WORDS: &[(&str, &str)] = &[
    ("en", include_str!("../../data/stopwords/en.txt")),
    ("de", include_str!("../../data/stopwords/de.txt")),
    ("es", include_str!("../../data/stopwords/es.txt")),
    ("fr", include_str!("../../data/stopwords/fr.txt")),
    ("it", include_str!("../../data/stopwords/it.txt")),
    ("nl", include_str!("../../data/stopwords/nl.txt")),
    ("pt", include_str!("../../data/stopwords/pt.txt")),
];

static STOP_SETS: LazyLock<HashMap<&'static str, HashSet<String>>> = LazyLock::new(|| {
    let set = |text: &str| text.split_whitespace().map(fold_value).collect();
    STOP_WORDS
        .iter()
        .map(|(code, text)| (*code, set(text)))
        .collect()
});

/// A way of stemming; `None` leaves words as they are.
pub(crate) type Language = Option<Algorithm>;

/// How words of a language are stemmed.
pub(crate) fn language(code: &str) -> Language {
    let code = match code {
        "" => DEFAULT,
        // Bokmål and Nynorsk.
        "nb" | "nn" => "no",
        code => code.get(..2).unwrap_or(code),
    };
    STEMMERS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, algorithm)| *algorithm)
}

/// The number of a language, for telling apart what is known of a word in each.
pub(crate) fn number(language: Language) -> u8 {
    let known = STEMMERS.iter().map(|(_, algorithm)| Some(*algorithm));
    let place = known.zip(1..).find(|(known, _)| *known == language);
    place.map_or(0, |(_, number)| number)
}

/// Whether a query in that language may drop the word when others remain.
pub(crate) fn is_stop_word(folded: &str, code: &str) -> bool {
    STOP_SETS
        .get(code)
        .is_some_and(|words| words.contains(folded))
}

/// The stem of a word: English of its folded form, any other of the word with its accents, folded then.
pub(crate) fn stem(word: &Word, language: Language) -> String {
    let folded = &word.folded;
    match language {
        Some(Algorithm::English) if folded.is_ascii() && !starts_with_digit(folded) => {
            Stemmer::new(Algorithm::English).stem(folded).into_owned()
        }
        Some(Algorithm::English) | None => folded.clone(),
        Some(_) if starts_with_digit(folded) => folded.clone(),
        Some(algorithm) => {
            let typed = if word.accented.is_empty() {
                folded
            } else {
                &word.accented
            };
            fold_value(&Stemmer::new(algorithm).stem(typed))
        }
    }
}

/// The languages of an archive.
#[derive(Clone, Debug)]
pub(crate) struct Languages {
    /// The ways of stemming in use.
    pub(crate) held: Vec<Language>,
    /// The code of the language of most articles: that of the stop words of a query.
    pub(crate) main: &'static str,
}

/// Which languages an archive holds, counted by its articles.
pub(crate) fn of_archive(searcher: &Searcher, layout: &Layout) -> Result<Languages> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let prefix = "language=";
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(layout.key).map_err(engine_error)?;
        let stream = index.terms().range().ge(prefix).into_stream();
        let mut stream = stream.map_err(|error| engine_error(error.into()))?;
        while stream.advance() {
            let Ok(term) = std::str::from_utf8(stream.key()) else {
                continue;
            };
            let Some(code) = term.strip_prefix(prefix) else {
                break;
            };
            *counts.entry(code.to_owned()).or_default() += u64::from(stream.value().doc_freq);
        }
    }
    // Articles of an unknown language are stemmed as English.
    let unknown = searcher.num_docs().saturating_sub(counts.values().sum());
    *counts.entry(DEFAULT.to_owned()).or_default() += unknown;
    let mut codes: Vec<(&String, &u64)> = counts.iter().filter(|(_, count)| **count > 0).collect();
    codes.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let mut held: Vec<Language> = Vec::new();
    for language in codes.iter().map(|(code, _)| language(code)) {
        if !held.contains(&language) {
            held.push(language);
        }
    }
    if held.is_empty() {
        held.push(language(DEFAULT));
    }
    let most = codes.first().map_or(DEFAULT, |(code, _)| code.as_str());
    let main = STOP_WORDS
        .iter()
        .find(|(code, _)| *code == most)
        .map_or("", |(code, _)| *code);
    Ok(Languages { held, main })
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::analyse::words;

    fn stemmed(text: &str, code: &str) -> Vec<String> {
        words(text)
            .iter()
            .map(|word| stem(word, language(code)))
            .collect()
    }

    #[test]
    fn words_are_stemmed_in_their_language() {
        assert_eq!(
            stemmed("sanctions sanctioned", "en"),
            ["sanction", "sanction"]
        );
        assert_eq!(
            stemmed("Verhandlungen Verhandlung", "de"),
            ["verhandl", "verhandl"]
        );
        assert_eq!(stemmed("санкции санкций", "ru"), ["санкц", "санкц"]);
        assert_eq!(stemmed("制裁", "zh"), ["制", "裁"]);
    }

    // A reader without the accents on the keyboard must find the word all the same.
    #[test]
    fn accents_do_not_matter() {
        for (with, without, code) in [
            ("élèves", "eleves", "fr"),
            ("Müllers", "Mullers", "de"),
            ("elección", "eleccion", "es"),
        ] {
            assert_eq!(stemmed(with, code), stemmed(without, code), "{with}");
        }
    }

    #[test]
    fn stop_words_belong_to_a_language() {
        assert!(is_stop_word("the", "en") && !is_stop_word("die", "en"));
        assert!(is_stop_word("die", "de") && is_stop_word("fur", "de"));
    }
}
