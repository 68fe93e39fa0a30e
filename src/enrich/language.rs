//! The language of an article, only when it is sure: short texts and mixtures have none.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use whatlang::{Lang, detect};

use super::Work;
use crate::memo::Memo;
use crate::{Evidence, How, Proof};

/// How much text is looked at.
const ENOUGH: usize = 800;
/// Shorter texts tell too little.
const LEAST: usize = 60;

/// ISO 639-1 codes of the languages that are told apart.
const CODES: &[(Lang, &str)] = &[
    (Lang::Eng, "en"),
    (Lang::Deu, "de"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Ita, "it"),
    (Lang::Por, "pt"),
    (Lang::Nld, "nl"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    (Lang::Nob, "no"),
    (Lang::Fin, "fi"),
    (Lang::Pol, "pl"),
    (Lang::Ces, "cs"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Bul, "bg"),
    (Lang::Mkd, "mk"),
    (Lang::Ron, "ro"),
    (Lang::Hun, "hu"),
    (Lang::Est, "et"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Bel, "be"),
    (Lang::Ell, "el"),
    (Lang::Tur, "tr"),
    (Lang::Aze, "az"),
    (Lang::Uzb, "uz"),
    (Lang::Tuk, "tk"),
    (Lang::Kat, "ka"),
    (Lang::Hye, "hy"),
    (Lang::Heb, "he"),
    (Lang::Ara, "ar"),
    (Lang::Pes, "fa"),
    (Lang::Urd, "ur"),
    (Lang::Hin, "hi"),
    (Lang::Mar, "mr"),
    (Lang::Ben, "bn"),
    (Lang::Pan, "pa"),
    (Lang::Guj, "gu"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Kan, "kn"),
    (Lang::Mal, "ml"),
    (Lang::Ori, "or"),
    (Lang::Sin, "si"),
    (Lang::Nep, "ne"),
    (Lang::Mya, "my"),
    (Lang::Khm, "km"),
    (Lang::Tha, "th"),
    (Lang::Vie, "vi"),
    (Lang::Ind, "id"),
    (Lang::Jav, "jv"),
    (Lang::Tgl, "tl"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Cat, "ca"),
    (Lang::Epo, "eo"),
    (Lang::Lat, "la"),
    (Lang::Afr, "af"),
    (Lang::Aka, "ak"),
    (Lang::Amh, "am"),
    (Lang::Yid, "yi"),
];

/// By small word: the languages that have it, as places in [`LANGUAGES`].
static SMALL: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut small: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, (_, words)) in LANGUAGES.iter().enumerate() {
        for word in words.split(' ') {
            small.entry(word).or_default().push(place);
        }
    }
    small
});

/// The languages that are told apart by their small words.
static LANGUAGES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = include_str!("../../data/function_words.tsv").lines();
    rows.filter_map(|row| row.split_once('\t')).collect()
});

/// A language is sure with so many of its small words, and so many times those of any other (in tenths).
const SURE: (u32, u32) = (8, 15);
/// What the statistics of letters say needs so many small words to be believed.
const SUPPORT: u32 = 4;

thread_local! {
    static KNOWN: RefCell<Memo<&'static [usize]>> = const { RefCell::new(Memo::new(12)) };
}

/// The languages that have a small word.
fn languages(word: &str) -> &'static [usize] {
    let look_up = || {
        let lower: String = word.chars().flat_map(char::to_lowercase).collect();
        SMALL.get(lower.as_str()).map_or(&[][..], Vec::as_slice)
    };
    let known = KNOWN.with_borrow_mut(|known| known.of(word, 0, look_up).copied());
    known.unwrap_or_else(look_up)
}

/// How many small words of each language a text has.
fn count(text: &str) -> Vec<u32> {
    let mut counts = vec![0; LANGUAGES.len()];
    for word in text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| (1..=12).contains(&word.len()))
    {
        for place in languages(word) {
            if let Some(count) = counts.get_mut(*place) {
                *count += 1;
            }
        }
    }
    counts
}

/// The language of a text, if it is sure.
///
/// Small words decide the common case at a tenth of the cost; letters the rest.
pub(crate) fn language(text: &str) -> Option<&'static str> {
    let counts = count(text);
    let mut ranked: Vec<(u32, usize)> = counts.iter().copied().zip(0..).collect();
    ranked.sort_unstable_by_key(|(count, place)| (std::cmp::Reverse(*count), *place));
    let at = |place: usize| ranked.get(place).copied().unwrap_or_default();
    let ((first, place), (second, _)) = (at(0), at(1));
    if first >= SURE.0 && first * 10 >= second * SURE.1 {
        return LANGUAGES.get(place).map(|(code, _)| *code);
    }
    let info = detect(text)?;
    let letters = text
        .chars()
        .take(ENOUGH)
        .filter(|c| c.is_alphabetic())
        .count();
    let wide = matches!(info.lang(), Lang::Cmn | Lang::Jpn | Lang::Kor | Lang::Tha);
    if (letters < LEAST && !wide) || letters < 10 || !info.is_reliable() {
        return None;
    }
    let (_, code) = CODES.iter().find(|(lang, _)| *lang == info.lang())?;
    // Tables of figures look like any language to statistics of letters.
    let own = LANGUAGES.iter().position(|(known, _)| known == code);
    let support = own.map_or(SUPPORT, |own| counts.get(own).copied().unwrap_or_default());
    (support >= SUPPORT).then_some(*code)
}

/// Sets the language from pieces of text, unless it is known.
pub(super) fn detect_in<'a>(work: &mut Work<'_>, pieces: impl Iterator<Item = &'a str>) {
    if work.article.language.is_some() {
        return;
    }
    let mut sample = String::new();
    for piece in pieces {
        sample.extend(piece.chars().take(ENOUGH - sample.len().min(ENOUGH)));
        sample.push('\n');
        if sample.len() >= ENOUGH {
            break;
        }
    }
    if let Some(code) = language(&sample) {
        work.article.language = Some(code.to_owned());
        work.prove("language", Proof::One(Evidence::new(How::Derived, "text")));
    }
}

/// The step for articles whose reader set the body.
pub(super) fn detect_body(work: &mut Work<'_>) {
    if work.article.language.is_some() || work.article.body.is_empty() {
        return;
    }
    let body = std::mem::take(&mut work.article.body);
    detect_in(work, std::iter::once(body.as_str()));
    work.article.body = body;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sure_languages_are_named() {
        let german = "Der Hafen wurde gestern wieder eröffnet, und viele Menschen kamen, um die Schiffe zu sehen.";
        assert_eq!(language(german), Some("de"));
        assert_eq!(language("OK 12 x"), None);
    }
}
