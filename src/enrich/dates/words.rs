//! The words of dates: months in many languages, labels before a date, time zones.
//!
//! All come from tables in `data/`, compared lower-cased and without accents.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::Label;

static MONTHS: LazyLock<HashMap<String, u32>> =
    LazyLock::new(|| months(include_str!("../../../data/months.tsv")));

static WORDS: LazyLock<Words> =
    LazyLock::new(|| words(include_str!("../../../data/date_words.tsv")));

struct Words {
    labels: HashMap<String, Label>,
    zones: HashMap<String, i32>,
    /// Adjectives and towns before "time".
    clocks: HashMap<String, i32>,
    weekdays: HashSet<String>,
    relative: HashSet<String>,
}

/// Lower-cases and takes accents off; scripts whose vowels are marks keep them.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.chars()
        .flat_map(char::to_lowercase)
        .nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
}

/// The number of a month by any of its names.
pub(super) fn month(word: &str) -> Option<u32> {
    // The longest name has 13 letters of two bytes; longer words need no folding.
    if word.len() > 40 {
        return None;
    }
    MONTHS.get(&fold(word)).copied()
}

/// What a word says about the date after it.
pub(super) fn label(word: &str) -> Option<Label> {
    if word.len() > 40 {
        return None;
    }
    WORDS.labels.get(&fold(word)).copied()
}

/// The offset of a time zone in minutes, for abbreviations with one meaning.
pub(super) fn zone(word: &str) -> Option<i32> {
    if word.len() > 6 {
        return None;
    }
    WORDS.zones.get(&fold(word)).copied()
}

/// The offset in minutes of the place whose clock a word names before "time", where it is the same all year.
pub(super) fn clock_of(word: &str) -> Option<i32> {
    if word.len() > 20 {
        return None;
    }
    WORDS.clocks.get(&fold(word)).copied()
}

/// Whether a word names a day of the week.
pub(super) fn weekday(word: &str) -> bool {
    word.len() <= 40 && WORDS.weekdays.contains(&fold(word))
}

/// Whether a word counts back from now: "ago".
pub(super) fn relative(word: &str) -> bool {
    word.len() <= 40 && WORDS.relative.contains(&fold(word))
}

/// Whether a label stands after its date, as participles do in German and Dutch.
pub(super) fn closes(word: &str) -> bool {
    const PARTICIPLES: &[&str] = &[
        "veröffentlicht",
        "publiziert",
        "erstellt",
        "gepubliceerd",
        "geplaatst",
    ];
    PARTICIPLES.contains(&word)
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn months(table: &str) -> HashMap<String, u32> {
    let mut names = HashMap::new();
    for row in rows(table) {
        for (number, forms) in (1..).zip(row.split('\t').skip(1)) {
            for form in forms.split(' ').filter(|form| *form != "-") {
                // The first language of the table wins where two name different months alike.
                names.entry(fold(form)).or_insert(number);
            }
        }
    }
    names
}

fn words(table: &str) -> Words {
    let mut words = Words {
        labels: HashMap::new(),
        zones: HashMap::new(),
        clocks: HashMap::new(),
        weekdays: HashSet::new(),
        relative: HashSet::new(),
    };
    for row in rows(table) {
        let Some((kind, rest)) = row.split_once('\t') else {
            continue;
        };
        let label = match kind {
            "published" => Label::Published,
            "updated" => Label::Updated,
            "other" => Label::Other,
            "weekday" => {
                words.weekdays.extend(rest.split(' ').map(fold));
                continue;
            }
            "relative" => {
                words.relative.extend(rest.split(' ').map(fold));
                continue;
            }
            _ => {
                if let Some((minutes, name)) = rest.split_once(' ')
                    && let Ok(minutes) = minutes.parse()
                {
                    let table = match kind {
                        "clock" => &mut words.clocks,
                        _ => &mut words.zones,
                    };
                    table.insert(name.to_owned(), minutes);
                }
                continue;
            }
        };
        for word in rest.split(' ') {
            words.labels.insert(fold(word), label);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    // A wrong column in the table would shift all months of a language.
    #[test]
    fn every_language_has_twelve_months() {
        for row in rows(include_str!("../../../data/months.tsv")) {
            assert_eq!(row.split('\t').count(), 13, "{row}");
        }
        assert_eq!(month("März"), Some(3));
        assert_eq!(month("AOÛT"), Some(8));
        assert_eq!(month("мая"), Some(5));
        assert_eq!(month("monday"), None);
    }

    #[test]
    fn labels_and_zones_are_read() {
        assert!(matches!(label("Veröffentlicht"), Some(Label::Published)));
        assert!(matches!(label("Updated"), Some(Label::Updated)));
        assert_eq!(zone("GMT"), Some(0));
        assert_eq!(zone("EST"), Some(-300));
        assert_eq!(zone("IST"), None);
        assert_eq!(clock_of("Turkish"), Some(180));
        assert_eq!(clock_of("London"), None);
    }
}
