//! Cuts a line into numbers, words and signs, the letters a date is spelled with.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Digits: the value, and how many there are.
    Number(u32, usize),
    /// Letters.
    Word,
    /// Any other visible character.
    Sign(char),
}

/// A piece of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a space, also a no-break space, stands before it.
    pub(super) spaced: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// Cuts text into tokens; digits and letters are parted even where nothing stands between them.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut spaced = false;
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        if c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}' {
            spaced = true;
            continue;
        }
        let mut end = start + c.len_utf8();
        let class = class_of(c);
        if class != Class::Sign {
            while let Some(&(at, next)) = rest.peek() {
                if class_of(next) != class {
                    break;
                }
                end = at + next.len_utf8();
                rest.next();
            }
        }
        let piece = text.get(start..end).unwrap_or_default();
        let kind = match class {
            Class::Digit => number(piece),
            Class::Letter => Kind::Word,
            Class::Sign => Kind::Sign(c),
        };
        tokens.push(Token {
            kind,
            text: piece,
            start,
            end,
            spaced,
        });
        spaced = false;
    }
    tokens
}

/// The first of the ten digits of scripts that write numbers of their own, as Latin ones are written.
const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '০', '๐', '\u{ff10}'];

/// The value of a digit of any of these scripts.
fn digit(c: char) -> Option<u32> {
    let mut values = ZEROS
        .iter()
        .filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero)));
    values.find(|value| *value < 10)
}

/// Whether a text has a digit of any of these scripts.
pub(super) fn has_digit(text: &str) -> bool {
    let is_plain = text.bytes().any(|b| b.is_ascii_digit());
    is_plain || !text.is_ascii() && text.chars().any(|c| digit(c).is_some())
}

fn number(digits: &str) -> Kind {
    let mut count = 0;
    let value = digits
        .chars()
        .filter_map(digit)
        .fold(0, |value: u32, digit| {
            count += 1;
            value.saturating_mul(10).saturating_add(digit)
        });
    Kind::Number(value, count)
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Digit,
    Letter,
    Sign,
}

fn class_of(c: char) -> Class {
    match c {
        _ if digit(c).is_some() => Class::Digit,
        // Signs of Chinese, Japanese and Korean dates stand alone, whatever follows them.
        '年' | '月' | '日' | '년' | '월' | '일' => Class::Sign,
        // Signs of vowels are no letters to Unicode; between digits and letters of Indian scripts nothing else stands.
        c if c.is_alphabetic() || ('\u{900}'..='\u{dff}').contains(&c) => Class::Letter,
        _ => Class::Sign,
    }
}
