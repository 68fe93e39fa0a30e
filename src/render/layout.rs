//! Columns: how wide a text is, wrapping, cutting, padding, bars and numbers.
//!
//! Works on characters with a mark each, so that a text can be wrapped first and painted afterwards.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Look, Style};

/// A character and whether it belongs to a word that was searched for.
pub(super) type Marked = (char, bool);

/// The columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

fn columns(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The text cut to `max` columns, with an ellipsis where something is missing.
pub fn fit(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let mut used = 0;
    let mut cut = String::new();
    for c in text.chars() {
        used += columns(c);
        if used + 1 > max {
            break;
        }
        cut.push(c);
    }
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// The text with spaces behind it up to `to` columns.
pub(super) fn pad(text: &str, to: usize) -> String {
    let missing = to.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// One line of text: white space of any kind and length is one space.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Breaks a text into lines of at most `max` columns; beyond `most` lines it is cut with an ellipsis.
pub(super) fn wrap(text: &[Marked], max: usize, most: usize) -> Vec<Vec<Marked>> {
    let max = max.max(8);
    let mut lines: Vec<Vec<Marked>> = Vec::new();
    let mut line: Vec<Marked> = Vec::new();
    let mut used = 0;
    // The place in the line after which it may be broken.
    let mut breakable: Option<usize> = None;
    for &(c, mark) in text {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c == ' ' && line.last().is_none_or(|(last, _)| *last == ' ') {
            continue;
        }
        let columns = columns(c);
        if used + columns > max && c != ' ' {
            let rest = line.split_off(breakable.unwrap_or(line.len()));
            trim_end(&mut line);
            lines.push(std::mem::replace(&mut line, rest));
            if lines.len() == most {
                if let Some(last) = lines.last_mut() {
                    shorten(last, max);
                }
                return lines;
            }
            used = line.iter().map(|(c, _)| self::columns(*c)).sum();
            breakable = None;
        }
        line.push((c, mark));
        used += columns;
        // Scripts with wide characters are written without spaces.
        if c == ' ' || columns > 1 {
            breakable = Some(line.len());
        }
    }
    trim_end(&mut line);
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn trim_end(line: &mut Vec<Marked>) {
    while line.last().is_some_and(|(c, _)| *c == ' ') {
        line.pop();
    }
}

/// Puts an ellipsis at the end of a line, within `max` columns.
fn shorten(line: &mut Vec<Marked>, max: usize) {
    let mut used: usize = line.iter().map(|(c, _)| columns(*c)).sum();
    while used + 1 > max {
        let Some((c, _)) = line.pop() else { break };
        used -= columns(c);
    }
    trim_end(line);
    line.push(('…', false));
}

/// The lines of a text, of at most `max` columns each; beyond `most` lines it is cut with an ellipsis.
pub fn wrap_text(text: &str, max: usize, most: usize) -> Vec<String> {
    let plain: Vec<Marked> = text.chars().map(|c| (c, false)).collect();
    let lines = wrap(&plain, max, most);
    let text_of = |line: Vec<Marked>| line.into_iter().map(|(c, _)| c).collect();
    lines.into_iter().map(text_of).collect()
}

/// Puts `*` around marked words, for terminals without colours.
pub(super) fn star(text: Vec<Marked>) -> Vec<Marked> {
    let mut starred = Vec::with_capacity(text.len());
    let mut inside = false;
    for (c, mark) in text {
        if mark != inside {
            starred.push(('*', false));
            inside = mark;
        }
        starred.push((c, mark));
    }
    if inside {
        starred.push(('*', false));
    }
    starred
}

/// A line with its marked words painted.
pub(super) fn painted(look: &Look, line: &[Marked]) -> String {
    let mut text = String::new();
    for run in line.chunk_by(|(_, a), (_, b)| a == b) {
        let letters: String = run.iter().map(|(c, _)| c).collect();
        if run.first().is_some_and(|(_, mark)| *mark) {
            text.push_str(&look.paint(Style::Hit, &letters));
        } else {
            text.push_str(&letters);
        }
    }
    text
}

/// A bar of at most `max` columns in eighths of a block; anything above nothing shows.
pub(super) fn bar(value: f64, largest: f64, max: usize) -> String {
    const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    // Not a number and infinities have no bar.
    if !(value > 0.0 && largest > 0.0 && (value / largest).is_finite()) {
        return String::new();
    }
    let eighths = ((value / largest).min(1.0) * max as f64 * 8.0).round() as usize;
    let eighths = eighths.max(1);
    let mut bar = "█".repeat(eighths / 8);
    if let Some(part) = (eighths % 8).checked_sub(1) {
        bar.extend(EIGHTHS.get(part));
    }
    bar
}

/// A number with commas between the thousands.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its noun: `1 article`, `1,204 articles`.
pub fn plural(n: u64, noun: &str) -> String {
    let number = number(n);
    match noun.strip_suffix('y') {
        _ if n == 1 => format!("{number} {noun}"),
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {noun}s"),
    }
}

/// A size in bytes, as people say it.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return plural(bytes, "byte");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let unit = UNITS.get(unit).unwrap_or(&"TB");
    if value < 9.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// A duration: `0.8 ms`, `320 ms`, `4.1 s`.
pub(super) fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Words move whole, long words and wide scripts are broken, what is cut says so.
    #[test]
    fn wraps() {
        assert_eq!(
            wrap_text("one two  three\nfour", 9, 9),
            ["one two", "three", "four"]
        );
        assert_eq!(wrap_text("abcdefghijklm", 8, 9), ["abcdefgh", "ijklm"]);
        assert_eq!(wrap_text("北京欢迎你", 8, 9), ["北京欢迎", "你"]);
        assert_eq!(
            wrap_text("one two three four five", 9, 2),
            ["one two", "three…"]
        );
        assert!(wrap_text(" \n ", 9, 9).is_empty());
    }

    // A column is not a character.
    #[test]
    fn fits() {
        assert_eq!(fit("short", 5), "short");
        assert_eq!(fit("rather long", 8), "rather…");
        assert_eq!(fit("北京欢迎你", 6), "北京…");
        assert_eq!(pad("北", 4), "北  ");
    }

    #[test]
    fn numbers() {
        assert_eq!(plural(1, "story"), "1 story");
        assert_eq!(plural(1_204_000, "story"), "1,204,000 stories");
        assert_eq!(plural(0, "article"), "0 articles");
        assert_eq!(
            [size(999), size(1_250), size(999_900), size(48_000_000)],
            ["999 bytes", "1.2 kB", "1.0 MB", "48 MB"]
        );
    }

    // The smallest count is still seen; nonsense draws nothing.
    #[test]
    fn bars() {
        assert_eq!(bar(4.0, 4.0, 3), "███");
        assert_eq!(bar(1.0, 2.0, 3), "█▌");
        assert_eq!(bar(1.0, 1e9, 3), "▏");
        assert_eq!(bar(0.0, 4.0, 3), "");
        assert_eq!(bar(1.0, f64::NAN, 3), "");
    }
}
