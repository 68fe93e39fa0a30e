//! What characters and words are to the query language: quotes, operators, the outer punctuation of a word.

use unicode_normalization::char::is_combining_mark;

/// Quotation marks of all kinds; apostrophes are not among them.
const QUOTES: [char; 12] = [
    '"', '“', '”', '„', '‟', '«', '»', '＂', '「', '」', '『', '』',
];

/// Symbols that belong to the word they stand before.
const BEFORE: [char; 5] = ['#', '@', '$', '€', '£'];

/// Symbols that belong to the word they stand behind.
const BEHIND: [char; 7] = ['%', '+', '#', '°', '$', '€', '£'];

pub(super) fn is_quote(c: char) -> bool {
    QUOTES.contains(&c)
}

/// The mark of keyboards, the same on both sides.
pub(super) fn is_straight(c: char) -> bool {
    c == '"'
}

/// Letters, digits and the marks that combine with them in accents and other scripts.
pub(super) fn is_word_char(c: char) -> bool {
    // The joiners stand inside words of Persian and the scripts of India.
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a text holds anything to search for.
pub(super) fn has_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

/// Cuts punctuation off the end, keeping the characters of `keep` and symbols such as `%`.
pub(super) fn trim_end<'a>(text: &'a str, keep: &[char]) -> &'a str {
    text.trim_end_matches(|c: char| {
        // A joiner or an emoji's variation mark without a letter before it goes too: see `has_word` at the callers.
        !(is_word_char(c) || BEHIND.contains(&c) || keep.contains(&c))
    })
}

/// Cuts punctuation off the beginning, keeping the characters of `keep` and symbols such as `#`.
pub(super) fn trim_start<'a>(text: &'a str, keep: &[char]) -> &'a str {
    text.trim_start_matches(|c: char| {
        !(c.is_alphanumeric() || BEFORE.contains(&c) || keep.contains(&c))
    })
}

/// Whether a word is an operator when it stands in capitals.
pub(super) fn keyword(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT")
}

/// The number of `NEAR/5`, also in small letters: nobody means a word by it.
pub(super) fn near_number(word: &str) -> Option<u32> {
    let number = word.get(5..)?;
    let named = word.get(..5)?.eq_ignore_ascii_case("near/");
    if !named || number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(number.parse().unwrap_or(u32::MAX))
}

/// Whether a query is wholly in capitals, so that its operators are words of a headline.
///
/// The operators themselves do not count: in `737 OR 747` the capitals are theirs alone.
pub(super) fn shouting(text: &str) -> bool {
    let separates = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
    let mut capitals = false;
    for word in text.split(separates) {
        if keyword(word) || word == "NEAR" || near_number(word).is_some() {
            continue;
        }
        for c in word.chars() {
            if c.is_lowercase() {
                return false;
            }
            capitals |= c.is_uppercase();
        }
    }
    capitals
}

/// The pieces of a word that an index holds as words of their own, with their place in it.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let splits = |c: char| !(is_word_char(c) || matches!(c, '*' | '?'));
    text.split(splits).filter_map(move |piece| {
        // `?` at a word's end is punctuation.
        let piece = piece.trim_end_matches('?');
        // A mark with nothing to combine with is none of the word.
        let piece =
            piece.trim_start_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '*' | '?')));
        let offset = piece.as_ptr() as usize - text.as_ptr() as usize;
        has_word(piece).then_some((offset, piece))
    })
}
