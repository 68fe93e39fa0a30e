//! The language of an article, only when it is sure: short texts and mixtures have none.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use whatlang::{Lang, detect};

use super::Work;
use crate::memo::Memo;
use crate::{Evidence, How, Proof};

/// How much text is looked at.
const ENOUGH: usize = 800;
/// Shorter texts tell too little.
const LEAST: usize = 60;
/// The longest small word in bytes.
const LONGEST: usize = 16;

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

/// By small word: the languages that have it, as places in [`LANGUAGES`], with its place among their words.
static SMALL: LazyLock<HashMap<&'static str, Vec<(usize, u32)>>> = LazyLock::new(|| {
    let mut small: HashMap<&str, Vec<(usize, u32)>> = HashMap::new();
    for (place, (_, words)) in LANGUAGES.iter().enumerate() {
        for (word, number) in words.split(' ').zip(0..) {
            small.entry(word).or_default().push((place, number));
        }
    }
    small
});

/// The languages that are told apart by their small words.
static LANGUAGES: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let rows = include_str!("../../data/function_words.tsv").lines();
    rows.filter_map(|row| row.split_once('\t')).collect()
});

/// A language is sure with so many different small words, weighing so many times those of any other (in tenths).
const SURE: [(u32, u32); 2] = [(6, 13), (4, 30)];
/// The same after so many words, when the rest of the text need not be looked at.
const SOON: u32 = 60;
const BEYOND_DOUBT: (u32, u32) = (8, 20);
/// What the statistics of letters say needs so many different small words to be believed.
const SUPPORT: u32 = 3;
/// The weight of a small word that a single language has; what several have tells less.
const WEIGHT: u32 = 60;

thread_local! {
    static KNOWN: RefCell<Memo<&'static [(usize, u32)]>> = const { RefCell::new(Memo::new(12)) };
}

/// The languages that have a small word.
fn languages(word: &str) -> &'static [(usize, u32)] {
    let look_up = || {
        let lower: String = word.chars().flat_map(char::to_lowercase).collect();
        SMALL.get(lower.as_str()).map_or(&[][..], Vec::as_slice)
    };
    let known = KNOWN.with_borrow_mut(|known| known.of(word, 0, look_up).copied());
    known.unwrap_or_else(look_up)
}

/// The small words of a language in a text.
#[derive(Clone, Copy, Default)]
struct Small {
    /// Which of its words the text has, a bit each.
    seen: u128,
    weight: u32,
}

impl Small {
    /// How many different words there are: a table repeats one that happens to look like a word.
    fn count(self) -> u32 {
        self.seen.count_ones()
    }
}

/// The small words of each language in a text, which is not read on when its language is beyond doubt.
fn small_words(text: &str) -> Vec<Small> {
    let mut all = vec![Small::default(); LANGUAGES.len()];
    let words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| (1..=LONGEST).contains(&word.len()));
    for (word, read) in words.zip(1..) {
        let places = languages(word);
        for (place, number) in places {
            if let Some(small) = all.get_mut(*place) {
                small.seen |= 1_u128.checked_shl(*number).unwrap_or(0);
                small.weight += WEIGHT / places.len() as u32;
            }
        }
        if read == SOON && Leaders::of(&all).is_sure(BEYOND_DOUBT) {
            break;
        }
    }
    all
}

/// The two languages whose small words weigh most.
struct Leaders {
    place: usize,
    first: Small,
    second: Small,
}

impl Leaders {
    fn of(all: &[Small]) -> Leaders {
        let (mut place, mut first, mut second) = (0, Small::default(), Small::default());
        for (small, at) in all.iter().zip(0..) {
            if small.weight > first.weight {
                (place, second, first) = (at, first, *small);
            } else if small.weight > second.weight {
                second = *small;
            }
        }
        Leaders {
            place,
            first,
            second,
        }
    }

    fn is_sure(&self, (least, times): (u32, u32)) -> bool {
        self.first.count() >= least && self.first.weight * 10 >= self.second.weight * times
    }
}

/// Whether all letters are Latin or Cyrillic: the languages written so have small words here.
fn is_covered(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    text.is_ascii()
        || letters.all(|c| matches!(c as u32, 0..=0x24F | 0x400..=0x52F | 0x1E00..=0x1EFF))
}

/// The language of a text, if it is sure.
///
/// Small words decide the common case at a tenth of the cost; letters the rest.
pub(crate) fn language(text: &str) -> Option<&'static str> {
    let small = small_words(text);
    let leaders = Leaders::of(&small);
    if SURE.iter().any(|sure| leaders.is_sure(*sure)) {
        return LANGUAGES.get(leaders.place).map(|(code, _)| *code);
    }
    // Letters would not be believed; asking costs more than all else that is done with a short report.
    if is_covered(text) && small.iter().all(|small| small.count() < SUPPORT) {
        return None;
    }
    let info = detect(text)?;
    let letters = text
        .chars()
        .take(ENOUGH)
        .filter(|c| c.is_alphabetic())
        .count();
    let wide = matches!(info.lang(), Lang::Cmn | Lang::Jpn | Lang::Kor | Lang::Tha);
    if (letters < LEAST && !wide) || letters < 10 {
        return None;
    }
    let (_, code) = CODES.iter().find(|(lang, _)| *lang == info.lang())?;
    let Some(own) = LANGUAGES.iter().position(|(known, _)| known == code) else {
        return info.is_reliable().then_some(*code);
    };
    let own_words = small.get(own).copied().unwrap_or_default();
    // Tables of figures look like any language to statistics of letters, and languages that are near look alike to them.
    let agree = own == leaders.place && own_words.count() >= SURE[0].0;
    let near = own_words.count() >= SUPPORT && own_words.weight * 11 >= leaders.first.weight * 10;
    (agree || near && info.is_reliable()).then_some(*code)
}

/// Sets the language from pieces of text, unless it is known.
pub(super) fn detect_in<'a>(work: &mut Work<'_>, pieces: impl Iterator<Item = &'a str>) {
    if work.article.language.is_some() {
        return;
    }
    let mut sample = String::new();
    for piece in pieces {
        let most = ENOUGH.saturating_sub(sample.len());
        let end = piece
            .char_indices()
            .nth(most)
            .map_or(piece.len(), |(end, _)| end);
        sample.push_str(piece.get(..end).unwrap_or_default());
        sample.push('\n');
        if sample.len() >= ENOUGH {
            break;
        }
    }
    // An accent that stands behind its letter would end the word.
    if !sample.is_ascii() {
        sample = sample.nfc().collect();
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
        let table = "Shr 31 cts vs 40 cts. Net 1,200 vs 1,500. Revs 22 mln vs 25 mln. Na sa at na sa. Avg shrs na vs na.";
        assert_eq!(language(table), None);
    }

    // A longer word is never looked up, and there is a bit for so many words of a language.
    #[test]
    fn the_table_fits() {
        for (code, words) in LANGUAGES.iter() {
            assert!(words.split(' ').count() <= 128, "{code}");
            let long = words.split(' ').find(|word| word.len() > LONGEST);
            assert_eq!(long, None, "{code}");
        }
    }

    // Neighbours share most of their small words, and would be stemmed as each other.
    #[test]
    fn neighbours_are_told_apart() {
        let texts = [
            (
                "da",
                "Det er ikke nok, siger lærernes formand, som har bedt om et møde med ministeren efter ferien.",
            ),
            (
                "no",
                "Det er ikke nok, sier lederen for lærerne, som har bedt om et møte med statsråden etter ferien.",
            ),
            (
                "sv",
                "Det är inte nog, säger lärarnas ordförande, som har bett om ett möte med ministern efter semestern.",
            ),
            (
                "ca",
                "No n'hi ha prou, diu la presidenta dels mestres, que ha demanat una reunió amb el ministre després.",
            ),
            (
                "sk",
                "Je veľa detí, ktoré nie sú v škole, a to je problém pre celú krajinu, povedala pred voľbami aj podľa novín.",
            ),
            (
                "hr",
                "Mnogo je djece koja ne dobivaju pomoć, i to je problem za cijelu zemlju, ali nije kao prije, rekao je ministar.",
            ),
            (
                "af",
                "Daar is baie kinders wat nie die hulp kry nie, en dit is vir die hele land 'n probleem, het sy gesê.",
            ),
            (
                "nl",
                "Er zijn veel kinderen die niet de hulp krijgen die ze nodig hebben, en dat is voor het hele land een probleem.",
            ),
        ];
        for (code, text) in texts {
            assert_eq!(language(text), Some(code), "{text}");
        }
    }
}
