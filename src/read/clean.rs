//! Cleaning at the border: characters that steer a terminal or hide text never get further than this.
//!
//! Removed are C0 and C1 controls, escape sequences, bidi controls and characters without width; line ends become `\n`.

use std::borrow::Cow;

/// A text of several lines, without control characters, lines ending in `\n`.
pub(super) fn block(text: &str) -> Cow<'_, str> {
    cleaned(text, is_suspect)
}

/// The text of a record, which is kept as it is: characters without width stay, because whoever made the record may
/// count on its letters.
pub(super) fn record(text: &str) -> Cow<'_, str> {
    let without_width = |c| {
        matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        )
    };
    cleaned(text, |c| is_suspect(c) && !without_width(c))
}

fn cleaned(text: &str, is_suspect: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_suspect) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                clean.push('\n');
            }
            '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\u{1b}' => skip_escape(&mut chars),
            '\u{9b}' => skip_control_sequence(&mut chars),
            // Joiners shape letters in Arabic and Indic scripts and glue emoji; elsewhere they only hide.
            '\u{200c}' | '\u{200d}' if is_suspect(c) => {
                if clean.chars().next_back().is_some_and(wants_joiner) {
                    clean.push(c);
                }
            }
            _ if is_suspect(c) => {}
            _ => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// A value of one line: cleaned, its runs of white space made single spaces.
pub(super) fn line(text: &str) -> String {
    let text = block(text);
    let mut clean = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    clean
}

fn is_suspect(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        ' '..='\u{ac}' => false,
        // The soft hyphen cuts words in two for a search.
        '\u{ad}' => true,
        '\u{61c}' | '\u{180e}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

fn wants_joiner(before: char) -> bool {
    before >= '\u{590}' && !('\u{1e00}'..='\u{206f}').contains(&before)
}

/// Skips what follows an ESC: a control sequence, a bounded string for the terminal, or one character.
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            skip_control_sequence(chars);
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            // Ends with BEL or ESC \; one that never ends must not swallow the text.
            let mut ahead = chars.clone();
            for _ in 0..256 {
                match ahead.next() {
                    Some('\u{7}' | '\u{9c}') => {
                        *chars = ahead;
                        return;
                    }
                    Some('\u{1b}') => {
                        if ahead.peek() == Some(&'\\') {
                            ahead.next();
                        }
                        *chars = ahead;
                        return;
                    }
                    Some('\n') | None => break,
                    Some(_) => {}
                }
            }
            chars.next();
        }
        Some(c) if c.is_ascii_graphic() => {
            chars.next();
        }
        _ => {}
    }
}

fn skip_control_sequence(chars: &mut std::iter::Peekable<std::str::Chars>) {
    for _ in 0..64 {
        match chars.peek() {
            Some(' '..='?') => {
                chars.next();
            }
            Some('@'..='~') => {
                chars.next();
                return;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // What steers a terminal goes with its parameters, not only its first byte.
    #[test]
    fn escapes_go_whole() {
        assert_eq!(block("a\u{1b}[31mred\u{1b}[0m b"), "ared b");
        assert_eq!(block("a\u{1b}]0;title\u{7}b"), "ab");
        assert_eq!(block("a\u{1b}]0;never closed"), "a0;never closed");
        assert_eq!(block("a\u{9b}2Jb\u{85}c"), "ab\nc");
    }

    // Line ends of every system are one.
    #[test]
    fn line_ends() {
        assert_eq!(block("a\r\nb\rc\n\u{2029}d"), "a\nb\nc\n\nd");
    }

    // Bidi overrides and hidden characters go; what a script needs stays.
    #[test]
    fn hidden_characters() {
        assert_eq!(
            block("ev\u{202e}il\u{200b}\u{2066}x\u{ad}y\u{feff}\u{0}"),
            "evilxy"
        );
        assert_eq!(block("Lat\u{200d}in"), "Latin");
        assert_eq!(block("نمی\u{200c}خواهم"), "نمی\u{200c}خواهم");
        assert_eq!(block("👩\u{200d}🚀"), "👩\u{200d}🚀");
    }

    #[test]
    fn one_line() {
        assert_eq!(line("  a\u{a0}b \r\n\t c "), "a b c");
    }
}
