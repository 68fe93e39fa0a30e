//! Where a word ends, of which parts it is made, and whether its shape is that of a name.
//!
//! Looks at one word at a time; sentences are cut in `tokens`.
#![allow(
    clippy::string_slice,
    reason = "positions are those of the letters of the same text"
)]

use super::lexicon::{Kind, Known, Lexicon, word};
use super::tokens::{Shape, skip_while};

/// The end of the token that begins at `at`.
pub(super) fn word_end(text: &str, at: usize, first: char) -> usize {
    if !first.is_alphanumeric() {
        let web = first == '@' || first == '#';
        if web && text[at + 1..].starts_with(char::is_alphanumeric) {
            return skip_while(text, at + 1, |c| c.is_alphanumeric() || c == '_');
        }
        return at + first.len_utf8();
    }
    let mut end = skip_while(text, at, char::is_alphanumeric);
    loop {
        let rest = &text[end..];
        let mut chars = rest.chars();
        let (Some(mark), next) = (chars.next(), chars.next()) else {
            return end;
        };
        let joins = next.is_some_and(char::is_alphanumeric);
        match mark {
            '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' | '&' | '_' if joins => {}
            '.' if joins && is_abbreviated(&text[at..end]) => {}
            '.' if joins && text[at..end].chars().any(char::is_lowercase) && is_web(rest) => {
                return skip_while(text, end, |c| !c.is_whitespace() && c != ',' && c != ')');
            }
            ':' if rest.starts_with("://") => {
                return skip_while(text, end, |c| !c.is_whitespace());
            }
            '@' if joins => {}
            '.' if keeps_stop(&text[at..end]) => return end + 1,
            _ => return end,
        }
        end = skip_while(text, end + mark.len_utf8(), char::is_alphanumeric);
    }
}

/// Whether letters before a full stop are initials: `U`, `U.S`, `J`.
fn is_abbreviated(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or(text);
    last.chars().count() == 1 && text.chars().next().is_some_and(char::is_uppercase)
}

/// Whether `.com` and its like follow.
fn is_web(rest: &str) -> bool {
    const ENDINGS: &[&str] = &[
        ".com", ".org", ".net", ".co", ".gov", ".edu", ".info", ".tv",
    ];
    ENDINGS.iter().any(|ending| rest.starts_with(ending))
}

/// Whether a full stop after these letters belongs to them.
fn keeps_stop(text: &str) -> bool {
    const ABBREVIATED: &[&str] = &[
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Rev", "Hon", "Gen", "Col", "Capt", "Lt", "Sgt", "Maj",
        "Adm", "Brig", "Cmdr", "Cpl", "Gov", "Sen", "Sens", "Rep", "Reps", "St", "Ste", "Mt", "Jr",
        "Sr", "Inc", "Corp", "Co", "Cos", "Ltd", "Bros", "Pty", "Bhd", "Jan", "Feb", "Mar", "Apr",
        "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "Messrs", "Fr", "Engr", "Smt",
        "Calif", "Fla", "Conn", "Mass", "Pa", "Va", "Md", "Ill", "Mich", "Minn", "Wis", "Tenn",
        "Ky", "Ala", "Ariz", "Ark", "Colo", "Del", "Ind", "Kan", "Mont", "Neb", "Nev", "Okla",
        "Ore", "Tex", "Vt", "Wash", "Wyo", "No", "vs", "etc",
    ];
    is_abbreviated(text) && text != "I" || ABBREVIATED.contains(&text)
}

/// Where a possessive ending begins.
pub(super) fn possessive(text: &str) -> Option<usize> {
    for ending in ["'s", "’s", "'S", "’S"] {
        if let Some(stem) = text.strip_suffix(ending) {
            return (!stem.is_empty()).then_some(stem.len());
        }
    }
    None
}

/// Where two words were glued: a name or a small ending, then a word that begins sentences ("KoreaThe").
pub(super) fn glued(text: &str, lexicon: &Lexicon) -> Option<usize> {
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        if c.is_uppercase() && previous.is_lowercase() && at >= 3 {
            let (left, right) = (&text[..at], &text[at..]);
            let begins = lexicon.word(&right.to_lowercase()) & word::FUNCTION != 0;
            let place =
                matches!(lexicon.name(left), Some(Known::Name { weight, .. }) if weight > 500);
            if begins || (place && right.len() > 3 && lexicon.name(text).is_none()) {
                return Some(at);
            }
        }
        previous = c;
    }
    None
}

/// Where the name begins in "l'Allemagne"; "D'Souza" stays whole.
pub(super) fn elision(text: &str, lexicon: &Lexicon) -> Option<usize> {
    let (article, rest) = text.split_once(['\'', '’'])?;
    let listed = matches!(lexicon.name(rest), Some(Known::Name { weight, .. }) if weight > 300);
    let short = matches!(article, "l" | "d" | "L" | "D" | "dell" | "all" | "nell");
    (short && listed).then_some(text.len() - rest.len())
}

/// Where the hyphen stands in "Russia-Ukraine".
pub(super) fn joined_places(text: &str, lexicon: &Lexicon) -> Option<usize> {
    let (left, right) = text.split_once('-')?;
    let big = |part: &str| matches!(lexicon.name(part), Some(Known::Name { weight: u32::MAX, kind, .. }) if kind == Kind::Place);
    (big(left) && big(right) && lexicon.name(text).is_none()).then_some(left.len())
}

/// Second syllables of Chinese and Korean given names that are also English words.
const SYLLABLES: &[&str] = &[
    "in", "on", "an", "so", "do", "he", "ha", "ho", "hi", "jo", "ki", "la", "lo", "mi", "my", "no",
    "pa", "ta", "to", "bin", "bun", "chin", "chip", "chow", "dam", "dong", "fan", "fat", "fun",
    "gun", "hang", "him", "hung", "ill", "jam", "jet", "jin", "joy", "june", "kin", "king", "kit",
    "lam", "lap", "lung", "ling", "long", "lung", "man", "min", "ming", "mun", "nam", "pan", "pin",
    "ping", "pong", "ran", "rim", "sam", "sang", "shan", "sin", "sing", "song", "soon", "suk",
    "sun", "sung", "tai", "tan", "tin", "ting", "wan", "wing", "wong", "won", "woo", "yang", "yin",
    "young", "yuen",
];

/// Whether a hyphen and a small word after it make a given name: "Won-soon", but not "Head-on".
fn is_given_name(left: &str, right: &str, after_surname: bool, lexicon: &Lexicon) -> bool {
    let short = left.len() <= 6 && left.bytes().all(|b| b.is_ascii_alphabetic());
    let plain = lexicon.word(&left.to_lowercase()) & (word::COMMON | word::FUNCTION) != 0;
    short && SYLLABLES.contains(&right) && (after_surname || !plain && lexicon.name(left).is_none())
}

/// Where a word ends that goes on behind a hyphen between spaces, in a text that sets all hyphens so.
pub(super) fn loose_end(
    text: &str,
    at: usize,
    end: usize,
    after: bool,
    lexicon: &Lexicon,
) -> usize {
    let mut end = end;
    for _ in 0..4 {
        let left = text[at..end].rsplit(" - ").next().unwrap_or_default();
        let Some(rest) = text[end..].strip_prefix(" - ") else {
            return end;
        };
        let to = end
            + 3
            + rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
        let right = &text[end + 3..to];
        let capital = left.starts_with(char::is_uppercase);
        let heading = left.len() > 2 && !left.chars().any(char::is_lowercase);
        let other = word::FUNCTION | word::NEVER | word::TITLE | word::STRONG;
        let listed = |word: &str| matches!(lexicon.name(word), Some(Known::Name { weight, .. }) if weight > 300);
        let joins = if right.starts_with(char::is_uppercase) {
            lexicon.name(&format!("{left}-{right}")).is_some()
                || lexicon.word(&left.to_lowercase()) & word::PARTICLE != 0
                || lexicon.word(right) & other == 0 && !listed(left) && !listed(right)
        } else {
            let syllable = (2..=5).contains(&right.len()) && lexicon.word(right) == 0;
            syllable && !listed(left) || is_given_name(left, right, after, lexicon)
        };
        if !capital || heading || !joins || to - at > 60 {
            return end;
        }
        end = to;
    }
    end
}

/// Whether a text sets its hyphens between spaces, as one does that was put together from words.
pub(super) fn has_loose_hyphens(text: &str) -> bool {
    let (mut tight, mut loose) = (0usize, 0usize);
    for (at, _) in text.match_indices('-') {
        let around = at
            .checked_sub(2)
            .and_then(|from| text.as_bytes().get(from..at + 3));
        if let Some([a, b, _, d, e]) = around {
            let letter = u8::is_ascii_alphabetic;
            tight += usize::from(letter(b) && letter(d));
            loose += usize::from(*b == b' ' && *d == b' ' && letter(a) && letter(e));
        }
    }
    loose > 1 && tight * 3 <= loose
}

/// What joins two words to one.
pub(super) const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{2011}'];

pub(super) fn shape(text: &str, after_surname: bool, lexicon: &Lexicon) -> Shape {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else {
        return Shape::Other;
    };
    if text.contains("://") || text.contains('@') || is_web_name(text) {
        return Shape::Small;
    }
    let small_first = first.is_lowercase();
    if let Some((left, right)) = text.split_once(HYPHENS) {
        let right_small = right.starts_with(char::is_lowercase);
        // "al-Assad" is a name, "mid-March" is none; "Il-sung" is one, "US-based" is none.
        if small_first {
            let particle = lexicon.word(left) & word::PARTICLE != 0;
            let name = particle && right.starts_with(char::is_uppercase);
            return if name { Shape::Capital } else { Shape::Small };
        }
        if right_small {
            let syllable = right.len() <= 5
                && right.bytes().all(|b| b.is_ascii_lowercase())
                && lexicon.word(right) & (word::COMMON | word::ROLE | word::SAID) == 0
                && lexicon.word(left) & word::NEVER == 0;
            let known = lexicon.name(text).is_some()
                || lexicon.word(text) != 0
                || is_given_name(left, right, after_surname, lexicon);
            return if syllable || known {
                Shape::Capital
            } else {
                Shape::Small
            };
        }
        if first.is_numeric() || text.starts_with(char::is_numeric) {
            return Shape::Small;
        }
    }
    if small_first {
        // "iPhone", "eBay", "d'Ivoire"
        let inner = text.chars().skip(1).take(2).any(char::is_uppercase);
        return if inner && lexicon.name(text).is_some() {
            Shape::Capital
        } else {
            Shape::Small
        };
    }
    if text.starts_with(char::is_numeric) {
        return if lexicon.name(text).is_some() {
            Shape::Capital
        } else {
            Shape::Other
        };
    }
    if !first.is_uppercase() {
        return Shape::Small;
    }
    let (letters, digits) = text.chars().fold((0usize, 0usize), |(letters, digits), c| {
        (
            letters + usize::from(c.is_alphabetic()),
            digits + usize::from(c.is_numeric()),
        )
    });
    // "QX7" is a sum or a thing.
    if digits > 0 && lexicon.name(text).is_none() {
        return Shape::Other;
    }
    let count = letters;
    if count > 1 && !text.chars().any(char::is_lowercase) {
        Shape::Upper
    } else {
        Shape::Capital
    }
}

fn is_web_name(text: &str) -> bool {
    text.contains('.') && text.contains('/')
}
