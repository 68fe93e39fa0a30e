//! From text to words: they are cut and folded here, for the index and for queries alike; stemming is in `stems`.
//!
//! A word keeps its inner digits' points (`6.4`), loses accents, possessives and the points of an acronym
//! (`U.S.` is `us`), and is never dropped for its length. Scripts without spaces give a token a character, so a
//! word of theirs is a phrase.
#![allow(
    clippy::string_slice,
    reason = "positions are those of letters of the same text"
)]

use std::hash::BuildHasher;
use std::sync::LazyLock;

use foldhash::quality::RandomState;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Counts up when the same text would give other terms; an archive of another version is rebuilt.
pub(crate) const ANALYSER_VERSION: u32 = 1;

/// The longest term in bytes; longer words are cut alike when indexing and searching.
const MAX_TERM_BYTES: usize = 255;

/// Articles and pronouns that French, Italian and Catalan glue to the next word.
const ELISIONS: &[&str] = &[
    "l", "d", "j", "m", "t", "s", "n", "c", "qu", "dell", "nell", "sull", "all", "dall", "un",
    "quell",
];

/// A word of a text: its forms and its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// Without case and accents.
    pub(crate) folded: String,
    /// With its accents, for stemming; empty when that is the folded form.
    pub(crate) accented: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// All words of a text, folded.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut word = Word::default();
    while next_word(text, from, &mut word) {
        from = word.end;
        found.push(word.clone());
    }
    found
}

/// A name that a line may have ended within.
pub(super) fn one_line(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Folds a whole value for comparison: case, accents and spacing are ignored, everything else counts.
pub(crate) fn fold_value(value: &str) -> String {
    let mut folded = String::with_capacity(value.len());
    fold_value_into(value, &mut folded);
    folded
}

fn fold_value_into(value: &str, folded: &mut String) {
    for part in value.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        fold_into(part, folded);
    }
    cut(folded);
}

/// Tells many values apart by the hashes of their folded forms, which are long enough to take them for the forms.
#[derive(Default)]
pub(crate) struct Folder {
    folded: String,
}

impl Folder {
    /// The hash of the folded form of a value, which is UTF-8 unless it is damaged.
    pub(crate) fn hash(&mut self, value: &[u8]) -> u64 {
        self.folded.clear();
        // A space before the first letter, another after it or at the end.
        let (mut was_space, mut is_plain) = (true, value.len() < MAX_TERM_BYTES);
        for byte in value {
            let is_space = *byte == b' ';
            is_plain &= byte.is_ascii_graphic() | (is_space & !was_space);
            was_space = is_space;
        }
        let value = String::from_utf8_lossy(value);
        if is_plain && !was_space {
            self.folded.push_str(&value);
            self.folded.make_ascii_lowercase();
        } else {
            fold_value_into(&value, &mut self.folded);
        }
        hash_of(&self.folded)
    }
}

/// The hash of a folded form, in this process: nobody can choose values that have one hash.
pub(crate) fn hash_of(folded: &str) -> u64 {
    static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::default);
    STATE.hash_one(folded)
}

/// The same for a single value.
pub(crate) fn folded_hash(value: &str) -> u64 {
    Folder::default().hash(value.as_bytes())
}

/// Finds the next word that has a folded form; `false` at the end of the text.
pub(crate) fn next_word(text: &str, mut from: usize, word: &mut Word) -> bool {
    if let Some((start, end)) = plain_span(text.as_bytes(), from) {
        word.accented.clear();
        word.folded.clear();
        word.folded.push_str(&text[start..end]);
        word.folded.make_ascii_lowercase();
        cut(&mut word.folded);
        (word.start, word.end) = (start, end);
        return true;
    }
    while let Some((start, end)) = next_span(text, from) {
        word.folded.clear();
        word.accented.clear();
        fold_word(&text[start..end], word);
        if !word.folded.is_empty() {
            (word.start, word.end) = (start, end);
            return true;
        }
        from = end;
    }
    false
}

fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Han, kana, Thai, Lao, Khmer, Burmese: scripts that do not separate words.
fn stands_alone(c: char) -> bool {
    matches!(c as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Characters that a reader does not see: a soft hyphen does not make two words of one.
fn is_without_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{02BC}' | '\u{FF07}')
}

/// The bytes of the next word at or after `from` where nothing but plain letters and digits makes it, as nearly always;
/// what [`next_span`] finds there too.
fn plain_span(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let skipped = text.get(from..)?.iter();
    let start = from
        + skipped
            .take_while(|b| b.is_ascii() && !b.is_ascii_alphanumeric())
            .count();
    let rest = text.get(start..)?;
    let length = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    let (_, after) = rest.split_at_checked(length)?;
    let is_whole = match after {
        [] | [b'\'' | b'.' | b','] => true,
        [b'\'' | b'.' | b',', next, ..] => next.is_ascii() && !next.is_ascii_alphanumeric(),
        [next, ..] => next.is_ascii(),
    };
    (length > 0 && is_whole).then_some((start, start + length))
}

/// The bytes of the next word at or after `from`.
fn next_span(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let (skipped, first) = rest.char_indices().find(|(_, c)| is_word_char(*c))?;
    let start = from + skipped;
    let mut end = start + first.len_utf8();
    if stands_alone(first) {
        // A vowel sign or tone mark belongs to its letter.
        let marks = text[end..].chars().take_while(|c| is_combining_mark(*c));
        return Some((start, end + marks.map(char::len_utf8).sum::<usize>()));
    }
    let mut last = first;
    // Letters since the last point, to tell `U.S.` from `end.Next`.
    let mut run = 1;
    let mut only_initials = first.is_alphabetic();
    loop {
        let mut ahead = text[end..].chars();
        let Some(c) = ahead.next() else { break };
        if is_word_char(c) {
            if stands_alone(c) {
                break;
            }
            run += 1;
            last = c;
            end += c.len_utf8();
            continue;
        }
        let Some(next) = ahead.next() else { break };
        let after = ahead.next();
        let joins = if is_without_width(c) {
            is_word_char(next)
        } else if is_apostrophe(c) {
            last.is_alphabetic() && next.is_alphabetic()
        } else if c == '.' && last.is_ascii_digit() {
            next.is_ascii_digit()
        } else if c == '.' {
            only_initials && run == 1 && next.is_alphabetic() && !after.is_some_and(is_word_char)
        } else if c == ',' {
            let groups = text[end + 1..]
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
            last.is_ascii_digit() && groups == 3
        } else {
            false
        };
        if !joins {
            break;
        }
        only_initials &= c == '.' && run == 1;
        run = 1;
        last = next;
        end += c.len_utf8() + next.len_utf8();
    }
    Some((start, end))
}

fn fold_word(raw: &str, word: &mut Word) {
    if raw.bytes().all(|b| b.is_ascii_alphanumeric()) {
        word.folded.push_str(raw);
        word.folded.make_ascii_lowercase();
    } else {
        let raw = join_parts(raw);
        fold_into(&raw, &mut word.folded);
        if !raw.is_ascii() {
            word.accented = raw.to_lowercase();
            if word.accented == word.folded {
                word.accented.clear();
            }
        }
    }
    cut(&mut word.folded);
    cut(&mut word.accented);
}

/// Takes possessives, elisions, thousands separators and the points of acronyms out of a word.
fn join_parts(raw: &str) -> String {
    let mut parts: Vec<&str> = raw.split(is_apostrophe).collect();
    if parts.len() > 1 {
        if parts
            .last()
            .is_some_and(|part| part.eq_ignore_ascii_case("s"))
        {
            parts.pop();
        }
        let elided = parts
            .first()
            .is_some_and(|part| ELISIONS.contains(&part.to_lowercase().as_str()));
        if parts.len() > 1 && elided {
            parts.remove(0);
        }
    }
    let mut joined = parts.concat();
    let digits = joined.starts_with(|c: char| c.is_ascii_digit());
    joined.retain(|c| c != ',' && (digits || c != '.') && !is_without_width(c));
    joined
}

fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        folded.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    // Only the marks of Latin, Greek and Cyrillic letters go: a vowel sign of an Indian script is a letter.
    let unmarked = text
        .nfkd()
        .filter(|c| !matches!(*c as u32, 0x0300..=0x036F));
    for c in unmarked.nfc().flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c if is_apostrophe(c) => folded.push('\''),
            '\u{0307}' => {}
            c => folded.push(c),
        }
    }
}

fn cut(term: &mut String) {
    if term.len() > MAX_TERM_BYTES {
        let mut end = MAX_TERM_BYTES;
        while !term.is_char_boundary(end) {
            end -= 1;
        }
        term.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    // What a reader takes for one word must be one term, and what they type must be the same term.
    #[test]
    fn words_are_cut_and_folded_as_readers_see_them() {
        let cases: &[(&str, &[&str])] = &[
            ("Korea's it’s O'Brien", &["korea", "it", "obrien"]),
            (
                "the U.S. and U.S.A. end.Next",
                &["the", "us", "and", "usa", "end", "next"],
            ),
            (
                "11,000 1,200.50 6.4 12:30 1,2",
                &["11000", "1200.50", "6.4", "12", "30", "1", "2"],
            ),
            (
                "Müller Gießen Łódź São naïve",
                &["muller", "giessen", "lodz", "sao", "naive"],
            ),
            ("l’homme d'Ivoire", &["homme", "ivoire"]),
            ("AT&T C++ e-mail", &["at", "t", "c", "e", "mail"]),
            ("東京タワー", &["東", "京", "タ", "ワ", "ー"]),
            ("हिन्दी 한국", &["हिन्दी", "한국"]),
            (
                "demo\u{ad}cracy full\u{200b} stop",
                &["democracy", "full", "stop"],
            ),
            ("🎉 — …", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(folded(text), *expected, "{text}");
        }
    }

    // What is quickly found must be what is found with all the rules.
    #[test]
    fn plain_words_are_found_by_the_rules_too() {
        let text = "It's 1,200 U.S. tons. Of e-mail,a 6.4 naïve end.Next (A.) 12, l’a “Q” 東京 x\u{ad}y z' 'z z";
        let mut found = 0;
        for from in (0..text.len()).filter(|from| text.is_char_boundary(*from)) {
            if let Some(plain) = plain_span(text.as_bytes(), from) {
                assert_eq!(next_span(text, from), Some(plain), "{}", &text[from..]);
                found += 1;
            }
        }
        assert!(found > 30, "{found}");
    }

    // A term over the engine's limit would vanish silently.
    #[test]
    fn long_words_are_cut_not_dropped() {
        let term = &folded(&"é".repeat(3000))[0];
        assert_eq!(term.len(), MAX_TERM_BYTES);
    }

    #[test]
    fn offsets_are_those_of_the_text() {
        let text = "“Łódź’s” ok";
        let found = words(text);
        assert_eq!(&text[found[0].start..found[0].end], "Łódź’s");
        assert_eq!(found[0].folded, "lodz");
    }

    #[test]
    fn whole_values_compare_without_case_accents_and_spacing() {
        assert_eq!(fold_value("  Kim  Jong Un "), fold_value("KIM JONG UN"));
        assert_eq!(fold_value("Łukasz Dvořák"), "lukasz dvorak");
    }
}
