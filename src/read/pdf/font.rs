//! Fonts: which letters the codes of a string mean, and how wide they are.

use std::collections::HashMap;

use encoding_rs::{MACINTOSH, UTF_16BE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

use super::file::File;
use super::object::{Dict, Lexer, Object, whole};

/// Codes that one font may map.
const MAX_CODES: usize = 70_000;

/// Bytes of the letters that a code may stand for.
const MAX_LETTERS: usize = 16;

/// A font, as far as text needs it.
pub(super) struct Font {
    /// Codes of two bytes.
    wide: bool,
    /// Codes are UTF-16 as they are.
    utf16: bool,
    /// What the file says of each code.
    stated: HashMap<u32, String>,
    /// What the encoding says of each code of one byte.
    encoding: Vec<Option<String>>,
    widths: HashMap<u32, f64>,
    usual: f64,
}

/// A letter or ligature and its advance for a font of size one.
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) width: f64,
    /// Whether it is the code that word spacing is added to.
    pub(super) space: bool,
}

impl Font {
    pub(super) fn of(file: &File, dict: &Dict) -> Font {
        let wide = file.name(dict, "Subtype") == Some("Type0");
        let encoding = file.get(dict, "Encoding");
        let utf16 = wide
            && encoding
                .and_then(Object::name)
                .is_some_and(|name| name.contains("UCS2") || name.contains("UTF16"));
        let stated = file
            .get(dict, "ToUnicode")
            .and_then(|stream| file.unpacked(stream))
            .map(|map| to_unicode(&map));
        let (widths, usual) = if wide {
            let inner = file
                .list(dict, "DescendantFonts")
                .and_then(|list| list.first());
            let inner = inner.and_then(|inner| file.resolve(inner).dict());
            inner.map_or((HashMap::new(), 1.0), |inner| wide_widths(file, inner))
        } else {
            narrow_widths(file, dict)
        };
        Font {
            wide,
            utf16,
            stated: stated.unwrap_or_default(),
            encoding: if wide {
                Vec::new()
            } else {
                letters(file, encoding)
            },
            widths,
            usual,
        }
    }

    /// The letters of a string.
    pub(super) fn glyphs(&self, bytes: &[u8]) -> Vec<Glyph> {
        let size = if self.wide { 2 } else { 1 };
        let codes = bytes.chunks(size).map(|code| {
            code.iter()
                .fold(0_u32, |code, byte| (code << 8) | u32::from(*byte))
        });
        codes
            .map(|code| Glyph {
                text: self.letter(code),
                width: self.widths.get(&code).copied().unwrap_or(self.usual),
                space: !self.wide && code == 32,
            })
            .collect()
    }

    fn letter(&self, code: u32) -> String {
        if let Some(text) = self.stated.get(&code) {
            return text.clone();
        }
        if self.utf16 {
            return char::from_u32(code).map(String::from).unwrap_or_default();
        }
        let known = self.encoding.get(code as usize).cloned().flatten();
        known.unwrap_or_default()
    }
}

/// The letters of a font of one byte a code.
fn letters(file: &File, encoding: Option<&Object>) -> Vec<Option<String>> {
    let base = match encoding {
        Some(Object::Name(name)) => Some(name.as_str()),
        Some(object) => object
            .dict()
            .and_then(|dict| file.name(dict, "BaseEncoding")),
        None => None,
    };
    let mut letters: Vec<Option<String>> = (0..=255_u8).map(|code| letter(base, code)).collect();
    let dict = encoding.and_then(Object::dict);
    let mut at = 0;
    for object in dict
        .and_then(|dict| file.list(dict, "Differences"))
        .unwrap_or_default()
    {
        match file.resolve(object) {
            Object::Number(number) => at = whole(*number).unwrap_or(256) as usize,
            Object::Name(name) => {
                if let Some(slot) = letters.get_mut(at) {
                    *slot = glyph_name(name);
                }
                at += 1;
            }
            _ => {}
        }
    }
    letters
}

fn letter(base: Option<&str>, code: u8) -> Option<String> {
    if code < 32 {
        return None;
    }
    let bytes = [code];
    let encoding = match base {
        Some("MacRomanEncoding") => MACINTOSH,
        Some("WinAnsiEncoding") => WINDOWS_1252,
        _ => {
            let known = STANDARD.iter().find(|(standard, _)| *standard == code);
            return match known {
                Some((_, letter)) => Some((*letter).to_owned()),
                None => Some(
                    WINDOWS_1252
                        .decode_without_bom_handling(&bytes)
                        .0
                        .into_owned(),
                ),
            };
        }
    };
    Some(encoding.decode_without_bom_handling(&bytes).0.into_owned())
}

/// Where the encoding of fonts that state none differs from that of Windows.
const STANDARD: &[(u8, &str)] = &[
    (0x27, "’"),
    (0x60, "‘"),
    (0xa4, "⁄"),
    (0xa6, "ƒ"),
    (0xa8, "¤"),
    (0xa9, "'"),
    (0xaa, "“"),
    (0xac, "‹"),
    (0xad, "›"),
    (0xae, "fi"),
    (0xaf, "fl"),
    (0xb1, "–"),
    (0xb2, "†"),
    (0xb3, "‡"),
    (0xb4, "·"),
    (0xb7, "•"),
    (0xb8, "‚"),
    (0xb9, "„"),
    (0xba, "”"),
    (0xbc, "…"),
    (0xbd, "‰"),
    (0xd0, "—"),
    (0xe1, "Æ"),
    (0xe3, "ª"),
    (0xe8, "Ł"),
    (0xe9, "Ø"),
    (0xea, "Œ"),
    (0xeb, "º"),
    (0xf1, "æ"),
    (0xf5, "ı"),
    (0xf8, "ł"),
    (0xf9, "ø"),
    (0xfa, "œ"),
    (0xfb, "ß"),
];

/// Names of letters and signs; letters with accents are made of their parts.
const NAMES: &[(&str, &str)] = &[
    ("space", " "),
    ("nbspace", " "),
    ("exclam", "!"),
    ("quotedbl", "\""),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("quotesingle", "'"),
    ("quoteright", "’"),
    ("quoteleft", "‘"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("comma", ","),
    ("hyphen", "-"),
    ("minus", "−"),
    ("period", "."),
    ("slash", "/"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("less", "<"),
    ("equal", "="),
    ("greater", ">"),
    ("question", "?"),
    ("at", "@"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("backslash", "\\"),
    ("underscore", "_"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("bar", "|"),
    ("exclamdown", "¡"),
    ("questiondown", "¿"),
    ("cent", "¢"),
    ("sterling", "£"),
    ("yen", "¥"),
    ("Euro", "€"),
    ("section", "§"),
    ("copyright", "©"),
    ("registered", "®"),
    ("trademark", "™"),
    ("degree", "°"),
    ("paragraph", "¶"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quotedblbase", "„"),
    ("quotesinglbase", "‚"),
    ("endash", "–"),
    ("emdash", "—"),
    ("bullet", "•"),
    ("periodcentered", "·"),
    ("ellipsis", "…"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("germandbls", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("lslash", "ł"),
    ("Lslash", "Ł"),
    ("dotlessi", "ı"),
    ("eth", "ð"),
    ("Eth", "Ð"),
    ("thorn", "þ"),
    ("Thorn", "Þ"),
    ("dcroat", "đ"),
    ("Dcroat", "Đ"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("onehalf", "½"),
];

/// Accents in the names of letters.
const ACCENTS: &[(&str, char)] = &[
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circumflex", '\u{302}'),
    ("dieresis", '\u{308}'),
    ("tilde", '\u{303}'),
    ("caron", '\u{30c}'),
    ("cedilla", '\u{327}'),
    ("commaaccent", '\u{326}'),
    ("ring", '\u{30a}'),
    ("macron", '\u{304}'),
    ("breve", '\u{306}'),
    ("ogonek", '\u{328}'),
    ("dotaccent", '\u{307}'),
    ("hungarumlaut", '\u{30b}'),
];

/// What the name of a glyph means.
fn glyph_name(name: &str) -> Option<String> {
    let name = name.split('.').next().unwrap_or(name);
    if name.chars().count() == 1 {
        return Some(name.to_owned());
    }
    if let Some((_, text)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    let code = |digits: &str| {
        u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32)
    };
    let coded = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'));
    if let Some(letter) = coded.filter(|digits| digits.len() >= 4).and_then(code) {
        return Some(letter.to_string());
    }
    let mut chars = name.chars();
    let (base, accent) = (chars.next()?, chars.as_str());
    let (_, mark) = ACCENTS.iter().find(|(known, _)| *known == accent)?;
    base.is_ascii_alphabetic()
        .then(|| [base, *mark].iter().collect::<String>().nfc().collect())
}

/// Widths of a font of one byte a code, as parts of its size.
fn narrow_widths(file: &File, dict: &Dict) -> (HashMap<u32, f64>, f64) {
    let matrix = file.list(dict, "FontMatrix").and_then(|list| list.first());
    let scale = matrix
        .and_then(|first| file.resolve(first).number())
        .map_or(0.001, f64::abs);
    let first = file.number(dict, "FirstChar").and_then(whole).unwrap_or(0);
    let list = file.list(dict, "Widths").unwrap_or_default();
    let widths = (first..)
        .zip(list.iter().take(MAX_CODES))
        .filter_map(|(code, width)| {
            let width = file.resolve(width).number()? * scale;
            Some((code, width))
        });
    let about = file.dict(dict, "FontDescriptor");
    let missing = about.and_then(|about| file.number(about, "MissingWidth"));
    let usual = missing
        .filter(|width| *width > 0.0)
        .map_or(0.5, |width| width * scale);
    (widths.collect(), usual)
}

/// Widths of a font of two bytes a code: `[ 3 [500 600] 10 20 500 ]`.
fn wide_widths(file: &File, dict: &Dict) -> (HashMap<u32, f64>, f64) {
    let usual = file.number(dict, "DW").unwrap_or(1000.0) * 0.001;
    let mut widths = HashMap::new();
    let mut list = file
        .list(dict, "W")
        .unwrap_or_default()
        .iter()
        .map(|item| file.resolve(item));
    while let (Some(first), Some(next)) = (list.next(), list.next()) {
        let Some(first) = first.number().and_then(whole) else {
            break;
        };
        if let Object::List(several) = next {
            for (code, width) in (first..).zip(several) {
                let width = file.resolve(width).number().unwrap_or(1000.0);
                widths.insert(code, width * 0.001);
            }
        } else {
            let last = next.number().and_then(whole).unwrap_or(first);
            let width = list.next().and_then(Object::number).unwrap_or(1000.0) * 0.001;
            let codes = first..=last.min(first.saturating_add(u32::from(u16::MAX)));
            widths.extend(codes.map(|code| (code, width)));
        }
        if widths.len() > MAX_CODES {
            break;
        }
    }
    (widths, usual)
}

/// Reads a table from codes to letters.
fn to_unicode(map: &[u8]) -> HashMap<u32, String> {
    let code = |bytes: &[u8]| {
        bytes
            .iter()
            .take(4)
            .fold(0_u32, |code, byte| (code << 8) | u32::from(*byte))
    };
    // A ligature is a few letters; more would make pages of one string.
    let text = |bytes: &[u8]| {
        let bytes = bytes.get(..MAX_LETTERS).unwrap_or(bytes);
        UTF_16BE.decode_without_bom_handling(bytes).0.into_owned()
    };
    let mut letters = HashMap::new();
    let mut lexer = Lexer::new(map, 0, MAX_CODES * 4);
    let mut waiting: Vec<Object> = Vec::new();
    while let Some(object) = lexer.next() {
        let word = match object {
            Object::Word(word) => word,
            object => {
                waiting.push(object);
                continue;
            }
        };
        let given = std::mem::take(&mut waiting);
        match word.as_str() {
            "endbfchar" => {
                for pair in given.chunks(2) {
                    if let [Object::Text(from), Object::Text(to)] = pair {
                        letters.insert(code(from), text(to));
                    }
                }
            }
            "endbfrange" => {
                for row in given.chunks(3) {
                    let [Object::Text(first), Object::Text(last), to] = row else {
                        continue;
                    };
                    let codes = code(first)..=code(last).min(code(first).saturating_add(0xffff));
                    match to {
                        Object::Text(to) => {
                            for (step, code) in codes.enumerate() {
                                letters.insert(code, following(&text(to), step));
                            }
                        }
                        Object::List(list) => {
                            for (code, to) in codes.zip(list) {
                                if let Object::Text(to) = to {
                                    letters.insert(code, text(to));
                                }
                            }
                        }
                        _ => {}
                    }
                    if letters.len() > MAX_CODES {
                        return letters;
                    }
                }
            }
            _ => {}
        }
    }
    letters
}

/// The text whose last letter stands some steps after that of another.
fn following(text: &str, step: usize) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if let Some(last) = letters.last_mut() {
        let code = u32::try_from(step)
            .ok()
            .and_then(|step| u32::from(*last).checked_add(step));
        *last = code.and_then(char::from_u32).unwrap_or('\u{fffd}');
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Old writers name letters instead of numbering them.
    #[test]
    fn names_of_glyphs() {
        for (name, letter) in [
            ("A", "A"),
            ("eacute", "é"),
            ("Scaron", "Š"),
            ("germandbls", "ß"),
            ("uni0416", "Ж"),
            ("quotedblleft.alt", "“"),
        ] {
            assert_eq!(glyph_name(name).as_deref(), Some(letter), "{name}");
        }
        assert_eq!(glyph_name("g123"), None);
    }
}
