//! Knows the phrases of the web (`data/boilerplate.txt`) and says of a line what it is if it is one of them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a stock phrase belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stock {
    /// Menus, buttons, reading times.
    Nav,
    /// The name of a section of a paper.
    Section,
    /// Share buttons and networks.
    Share,
    /// "Read more": what stands before it is a teaser.
    More,
    /// "Similar news": teasers follow.
    Related,
    /// "Comments": readers' words follow.
    Comment,
    /// Imprint, rights, about.
    Footer,
    /// Cookies, newsletters, subscriptions.
    Notice,
    /// The label of an advert.
    Advert,
    /// The label or credit of a picture.
    Caption,
    /// Known not by the table, but because it stands in many files of the folder.
    Recurring,
}

const CLASSES: &[(&str, Stock)] = &[
    ("nav", Stock::Nav),
    ("section", Stock::Section),
    ("share", Stock::Share),
    ("more", Stock::More),
    ("related", Stock::Related),
    ("comment", Stock::Comment),
    ("footer", Stock::Footer),
    ("notice", Stock::Notice),
    ("advert", Stock::Advert),
    ("caption", Stock::Caption),
];

/// Lines longer than this many bytes are not compared: stock phrases are short.
const LONGEST: usize = 400;
/// The most words that the beginning of a line is compared with.
const PREFIX_WORDS: usize = 5;

#[derive(Default)]
struct Phrases {
    whole: HashMap<String, Stock>,
    prefix: HashMap<String, Stock>,
    /// By first word: the phrase and its class.
    inside: HashMap<String, Vec<(String, Stock)>>,
}

static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| phrases(include_str!("../../data/boilerplate.txt")));

fn phrases(table: &str) -> Phrases {
    let mut phrases = Phrases::default();
    let mut class = Stock::Nav;
    for line in table.lines() {
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            let known = CLASSES.iter().find(|(word, _)| *word == name);
            class = known.map_or(class, |(_, stock)| *stock);
            continue;
        }
        let body = line.trim_matches(|c| c == '.' || c == ' ');
        let key = normal(body);
        if line.starts_with("...") {
            let first = key.split(' ').next().unwrap_or_default().to_owned();
            phrases.inside.entry(first).or_default().push((key, class));
        } else if line.ends_with("...") {
            phrases.prefix.entry(key).or_insert(class);
        } else {
            phrases.whole.entry(key).or_insert(class);
        }
    }
    phrases
}

/// Lower case, signs as single spaces, each number as `#`.
pub(crate) fn normal(text: &str) -> String {
    /// What was written last.
    #[derive(Clone, Copy, PartialEq)]
    enum Last {
        Nothing,
        Letter,
        Number,
        Space,
    }
    let mut out = String::with_capacity(text.len());
    let mut last = Last::Nothing;
    for c in text.chars() {
        if c.is_ascii_digit() || c == '#' {
            match last {
                Last::Number => continue,
                Last::Letter => out.push_str(" #"),
                Last::Nothing | Last::Space => out.push('#'),
            }
            last = Last::Number;
        } else if c.is_alphanumeric() {
            if last == Last::Number {
                out.push(' ');
            }
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
            last = Last::Letter;
        } else if matches!(last, Last::Letter | Last::Number) {
            out.push(' ');
            last = Last::Space;
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether a line begins with the label of an advert in capitals or brackets: `ADVERTISEMENT Seats on sale`.
fn is_advert(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let word = first.trim_matches(|c: char| !c.is_alphanumeric());
    let marked = first.starts_with('[') || first.ends_with(':');
    let shouted = word.len() >= 5 && !word.chars().any(char::is_lowercase);
    (marked || shouted) && PHRASES.whole.get(&normal(word)) == Some(&Stock::Advert)
}

/// What kind of stock phrase a line is, if it is one.
pub(crate) fn stock(text: &str) -> Option<Stock> {
    if text.len() > LONGEST {
        return None;
    }
    let line = normal(text);
    if let Some(class) = PHRASES.whole.get(&line) {
        return Some(*class);
    }
    if is_advert(text) {
        return Some(Stock::Advert);
    }
    let ends = line
        .match_indices(' ')
        .map(|(at, _)| at)
        .chain([line.len()]);
    for end in ends.take(PREFIX_WORDS) {
        if let Some(class) = line.get(..end).and_then(|key| PHRASES.prefix.get(key)) {
            return Some(*class);
        }
    }
    let starts = [0]
        .into_iter()
        .chain(line.match_indices(' ').map(|(at, _)| at + 1));
    for start in starts {
        let rest = line.get(start..).unwrap_or_default();
        let word = rest.split(' ').next().unwrap_or_default();
        for (phrase, class) in PHRASES.inside.get(word).into_iter().flatten() {
            let after = rest.strip_prefix(phrase.as_str());
            if after.is_some_and(|after| after.is_empty() || after.starts_with(' ')) {
                return Some(*class);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    // The three ways in which the table states a phrase.
    #[test]
    fn phrases_match_whole_at_the_start_or_inside() {
        assert_eq!(stock("Read more »"), Some(Stock::More));
        assert_eq!(stock("Comments (12)"), Some(Stock::Comment));
        assert_eq!(
            stock("Similar News: You can also read this"),
            Some(Stock::Related)
        );
        assert_eq!(
            stock("© 2024 Harbour Herald. All rights reserved."),
            Some(Stock::Footer)
        );
        assert_eq!(stock("Photo: Jo Doe/Getty Images"), Some(Stock::Caption));
        assert_eq!(stock("The council will read more budgets next week."), None);
    }

    #[test]
    fn labels_of_adverts_stand_before_them() {
        assert_eq!(stock("ADVERTISEMENT Seats on sale"), Some(Stock::Advert));
        assert_eq!(stock("[AD] Seats on sale"), Some(Stock::Advert));
        assert_eq!(stock("Advertisement for seats is banned here"), None);
    }

    #[test]
    fn numbers_and_signs_are_folded() {
        assert_eq!(normal("  12 Min. — Lesezeit!"), "# min lesezeit");
        assert_eq!(normal("a1b"), "a # b");
    }

    // A class that the code does not know would silently become the one before it.
    #[test]
    fn every_class_of_the_table_is_known() {
        let table = include_str!("../../data/boilerplate.txt");
        for line in table.lines().filter(|line| line.starts_with('[')) {
            let name = line.trim_matches(['[', ']']);
            assert!(CLASSES.iter().any(|(word, _)| *word == name), "{line}");
        }
    }
}
