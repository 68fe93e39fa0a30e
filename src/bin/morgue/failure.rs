//! Errors as people read them, with the place in the query and what to do next; or as JSON.

use std::io::{self, Write};
use std::ops::Range;

use morgue::render::{clean, fit, json, width};
use morgue::{Error, ErrorAnswer};

use crate::term::Shell;

/// Tells an error: on standard error, or as JSON on standard output.
pub(crate) fn tell(error: &Error, shell: &mut Shell) {
    if shell.global.json {
        // A broken pipe is noted by the writer itself.
        let _ = json(&ErrorAnswer::from(error), &mut shell.out);
        let _ = writeln!(shell.out);
        return;
    }
    let asked = std::mem::take(&mut shell.asked);
    let text = text(error, &asked, shell.look.width);
    shell.tell(&text);
}

/// Writes an error as JSON, as the answer to one query of several.
pub(crate) fn line(error: &Error, id: Option<String>, out: &mut dyn Write) -> io::Result<()> {
    let mut answer = serde_json::to_value(ErrorAnswer::from(error))?;
    if let (Some(keys), Some(id)) = (answer.as_object_mut(), id) {
        keys.insert("query_id".to_owned(), id.into());
    }
    writeln!(out, "{answer}")
}

/// Message, query line, caret line and hint.
pub(crate) fn text(error: &Error, asked: &str, width: usize) -> String {
    let mut text = format!("morgue: {error}");
    if let Some(lines) = error.at().and_then(|at| pointed(asked, at, width)) {
        text.push_str(&format!("\n{lines}"));
    }
    if let Some(hint) = error.hint() {
        text.push_str(&format!("\nhint: {hint}"));
    }
    text
}

/// The query line with carets below the part that is meant, cut around it when the line is too long.
fn pointed(query: &str, at: Range<usize>, columns: usize) -> Option<String> {
    // Where nothing was typed there is nothing to point at.
    if query.trim().is_empty() {
        return None;
    }
    let room = columns.saturating_sub(4).max(20);
    let shown = |part: &str| clean(&part.replace(['\n', '\r'], " ")).into_owned();
    let before = shown(query.get(..at.start)?);
    let meant = fit(&shown(query.get(at.clone())?), room / 2);
    let before = fit_end(&before, room / 3);
    let left = room.saturating_sub(width(&before) + width(&meant));
    let behind = fit(&shown(query.get(at.end..)?), left);
    let carets = "^".repeat(width(&meant).max(1));
    let margin = " ".repeat(width(&before));
    Some(format!("  {before}{meant}{behind}\n  {margin}{carets}"))
}

/// The end of a text within `max` columns.
fn fit_end(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let mut kept: Vec<char> = Vec::new();
    let mut used = 1;
    for c in text.chars().rev() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if used > max {
            break;
        }
        kept.push(c);
    }
    let end: String = kept.into_iter().rev().collect();
    format!("…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use morgue::ErrorKind;

    fn told(query: &str, start: usize, end: usize) -> String {
        let error = Error::new(ErrorKind::UnknownField, "no such field").with_span(start..end);
        text(&error.with_hint("did you mean it?"), query, 60)
    }

    // The caret stands under what is meant, by columns and not by bytes.
    #[test]
    fn carets() {
        assert_eq!(
            told("a persn:x", 2, 7),
            "morgue: no such field\n  a persn:x\n    ^^^^^\nhint: did you mean it?"
        );
        assert_eq!(
            told("北京 é\t(", 10, 11),
            "morgue: no such field\n  北京 é (\n         ^\nhint: did you mean it?"
        );
        // The end of the query is a place too.
        assert!(told("a AND", 5, 5).contains("\n  a AND\n       ^\n"));
    }

    // A place outside of the text, or within a letter, is not shown rather than wrong.
    #[test]
    fn no_carets() {
        for (start, end) in [(0, 99), (1, 2), (2, 1)] {
            assert_eq!(
                told("é", start, end),
                "morgue: no such field\nhint: did you mean it?"
            );
        }
    }

    // A long query is cut around what is meant.
    #[test]
    fn long_queries() {
        let query = format!("{} persn:x {}", "word ".repeat(99), "more ".repeat(99));
        let text = told(&query, 496, 501);
        let lines: Vec<&str> = text.lines().collect();
        assert!(width(lines[1]) <= 60);
        let start = lines[2].find('^').unwrap();
        let column = lines[1].find("persn").map(|at| width(&lines[1][..at]));
        assert_eq!(column, Some(start));
    }
}
