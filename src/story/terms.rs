//! The words of a text as stories compare them: folded for fingerprints, stemmed for likeness, numbers on their own.
//!
//! Scripts without spaces give a word for each pair of neighbouring letters.

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest word in letters; what is longer is no word and is cut.
const MAX_LETTERS: usize = 40;

/// One word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Term<'a> {
    /// A word, folded, not stemmed.
    Word(&'a str),
    /// A number, its thousands joined and its decimal mark a point.
    Number(&'a str),
}

impl<'a> Term<'a> {
    /// The folded text.
    pub(crate) fn text(self) -> &'a str {
        match self {
            Term::Word(text) | Term::Number(text) => text,
        }
    }
}

/// Calls for the terms of a text, in order.
pub(crate) fn each_term(text: &str, mut found: impl FnMut(Term<'_>)) {
    let mut rest = text;
    let mut word = String::new();
    // The letter before, where its script has no spaces.
    let mut alone: Option<char> = None;
    loop {
        // Plain letters and digits, nearly all of most texts, need no look at each.
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if let Some((run, after)) = rest.split_at_checked(plain).filter(|_| plain > 0) {
            word.push_str(run);
            (rest, alone) = (after, None);
        }
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        if stands_alone(c) {
            take(&mut word, &mut found);
            if let Some(before) = alone {
                found(Term::Word(&format!("{before}{c}")));
            }
            alone = Some(c);
            continue;
        }
        alone = None;
        if !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c)) {
            word.push(c);
            continue;
        }
        let last = word.chars().next_back();
        let joins = match c {
            // O'Brien and l'homme are kept together here and parted when folded.
            '\'' | '\u{2019}' => last.is_some_and(char::is_alphabetic),
            '.' | ',' => {
                last.is_some_and(|c| c.is_ascii_digit())
                    || c == '.' && (word.len() == 1 || word.rfind('.') == word.len().checked_sub(2))
            }
            _ => false,
        };
        if joins && chars.next().is_some_and(char::is_alphanumeric) {
            word.push(c);
        } else {
            take(&mut word, &mut found);
        }
    }
    take(&mut word, &mut found);
}

/// The stem under which forms of a word are one.
pub(crate) fn stem(folded: &str) -> String {
    if !folded.is_ascii() {
        return folded.to_owned();
    }
    Stemmer::new(Algorithm::English).stem(folded).into_owned()
}

/// A text lower-cased and without the marks of its letters.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).collect()
}

/// Calls for a word as it stands in a text, and empties it.
fn take(word: &mut String, found: &mut impl FnMut(Term<'_>)) {
    if word.is_empty() {
        return;
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        found(Term::Number(&number(word)));
    } else if word.len() <= MAX_LETTERS && word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        word.make_ascii_lowercase();
        found(Term::Word(word));
    } else {
        let plain = fold(word).replace(['.', '\u{2019}'], "'");
        // What an apostrophe cuts off is a possessive, an ending or an article: the longest part is the word, except
        // that initials (U.S.) are one.
        let initials = plain.split('\'').all(|part| part.chars().count() == 1);
        let kept = if initials {
            plain.replace('\'', "")
        } else {
            let parts = plain.split('\'').rev();
            let longest = parts.max_by_key(|part| part.len());
            longest.unwrap_or_default().to_owned()
        };
        if !kept.is_empty() {
            found(Term::Word(first_letters(&kept)));
        }
    }
    word.clear();
}

/// The beginning of a word that is too long.
fn first_letters(word: &str) -> &str {
    let end = word.char_indices().nth(MAX_LETTERS);
    end.and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// `11,000` and `11.000` are one number, and so are `6.4` and `6,4`.
fn number(raw: &str) -> String {
    let mut folded = fold(raw);
    if folded.bytes().any(|b| !b.is_ascii_alphanumeric()) {
        let mut parts = folded.split(['.', ',', '\'', '\u{2019}']);
        let mut joined = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            if part.len() != 3 {
                joined.push('.');
            }
            joined.push_str(part);
        }
        folded = joined;
    }
    folded.truncate(first_letters(&folded).len());
    folded
}

/// Han, kana, Thai, Lao, Khmer, Burmese: scripts that do not separate words.
fn stands_alone(c: char) -> bool {
    matches!(c as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_term(text, |term| found.push(term.text().to_owned()));
        found
    }

    // Two papers that write one thing in two ways must yield one term.
    #[test]
    fn spellings_of_one_thing_are_one_term() {
        for (text, same) in [
            ("Korea's Müller", "Korea’s Muller"),
            ("11,000 and 6.4", "11.000 AND 6,4"),
            ("the U.S. said", "the US said"),
            ("l'avion", "avion"),
        ] {
            assert_eq!(found(text), found(same), "{text}");
        }
        assert_eq!(found("end. Next, 12,"), ["end", "next", "12"]);
    }

    // A text without spaces would be one word, equal to nothing.
    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(found("東京都 in"), ["東京", "京都", "in"]);
    }

    #[test]
    fn long_rows_of_letters_are_cut() {
        assert_eq!(found(&"é".repeat(3000))[0].chars().count(), MAX_LETTERS);
    }
}
