//! `help`: topics from tables, commands from their definitions.

use std::io::Write;

use morgue::render::{FORMATS, width, wrap_text};
use morgue::{Error, ErrorKind, Result, SYNTAX};

use crate::cli::{self, Help};
use crate::term::{Exit, Shell, written};

/// A row of a topic: what is written, what it means.
type Row = (&'static str, &'static str);

/// A topic: its name, its heading and its rows.
type Topic = (&'static str, &'static str, fn() -> Vec<Line>);

/// A row as it is shown.
type Line = (&'static str, String);

fn lines(rows: &[Row]) -> Vec<Line> {
    let rows = rows.iter().copied();
    rows.map(|(left, right)| (left, right.to_owned())).collect()
}

const TOPICS: &[Topic] = &[
    ("query", "What can be asked:", query),
    (
        "formats",
        "What is read, recognised by what a file holds (gzip and zstd are unpacked):",
        inputs,
    ),
    ("formats", "How an answer is written (--format):", formats),
    ("exit-codes", "What the exit code says:", || {
        lines(EXIT_CODES)
    }),
    ("environment", "Variables that are heeded:", || {
        lines(ENVIRONMENT)
    }),
];

const EXIT_CODES: &[Row] = &[
    ("0", "found or done, also when there was nothing to do"),
    (
        "1",
        "asked and found nothing; the answer is printed with its hints",
    ),
    (
        "2",
        "an error; of `batch`, a bad line; of `index --strict`, a skipped file; of `verify`, damage",
    ),
    ("130", "interrupted; what was indexed is kept"),
];

const ENVIRONMENT: &[Row] = &[
    ("MORGUE_ARCHIVE", "the archive, where -a names none"),
    ("NO_COLOR", "no colours, unless --color says so"),
    ("CLICOLOR_FORCE", "colours also in a pipe"),
    (
        "XDG_CACHE_HOME",
        "where `search --in` keeps archives of folders it cannot write to",
    ),
];

/// An example says more than a form with letters in it.
fn query() -> Vec<Line> {
    SYNTAX
        .iter()
        .map(|row| (row.example, row.meaning.to_owned()))
        .collect()
}

fn inputs() -> Vec<Line> {
    let row = |format: morgue::Format| {
        let extensions = format.extensions.iter().filter(|known| !known.is_empty());
        let extensions: Vec<String> = extensions.map(|known| format!(".{known}")).collect();
        let about = format!("{} ({})", format.about, extensions.join(" "));
        (format.name, about)
    };
    morgue::formats().map(row).collect()
}

fn formats() -> Vec<Line> {
    FORMATS
        .iter()
        .map(|row| (row.name, row.about.to_owned()))
        .collect()
}

/// The short help of the program.
pub(crate) fn short(shell: &mut Shell) -> Result<Exit> {
    show_command(None, false, shell)
}

pub(crate) fn run(args: &Help, shell: &mut Shell) -> Result<Exit> {
    let Some(name) = args.topic.as_deref() else {
        show_command(None, true, shell)?;
        written(writeln!(
            shell.out,
            "\nTopics of `morgue help`: {}",
            names()
        ))?;
        return Ok(Exit::Done);
    };
    let parts = TOPICS.iter().filter(|(topic, ..)| *topic == name);
    let parts: Vec<String> = parts
        .map(|(_, heading, rows)| topic(heading, &rows(), shell.look.width))
        .collect();
    if !parts.is_empty() {
        written(write!(shell.out, "{}", parts.join("\n")))?;
        return Ok(Exit::Done);
    }
    show_command(Some(name), true, shell)
}

/// The names of the topics; one may have several parts.
fn names() -> String {
    let mut names: Vec<&str> = TOPICS.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    names.join(", ")
}

fn show_command(name: Option<&str>, long: bool, shell: &mut Shell) -> Result<Exit> {
    let help = cli::help(name, long).ok_or_else(|| {
        let name = name.unwrap_or_default();
        Error::new(
            ErrorKind::Usage,
            format!("no topic and no command `{name}`"),
        )
        .with_hint(format!("topics are {}", names()))
    })?;
    let text = if shell.look.color {
        help.ansi().to_string()
    } else {
        help.to_string()
    };
    written(writeln!(shell.out, "{}", text.trim_end()))?;
    Ok(Exit::Done)
}

/// A heading and two columns, the right one wrapped.
fn topic(heading: &str, rows: &[Line], columns: usize) -> String {
    let left_columns = rows.iter().map(|(left, _)| width(left)).max().unwrap_or(0);
    let room = columns.saturating_sub(left_columns + 4);
    let mut text = format!("{heading}\n\n");
    for (left, right) in rows {
        for (i, line) in wrap_text(right, room, usize::MAX).iter().enumerate() {
            let left = if i == 0 { *left } else { "" };
            let gap = " ".repeat(left_columns - width(left));
            text.push_str(&format!("  {left}{gap}  {line}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // Every topic fits a terminal of usual width.
    #[test]
    fn topics_fit() {
        for (name, heading, rows) in TOPICS {
            let text = topic(heading, &rows(), 80);
            assert!(text.lines().all(|line| width(line) <= 80), "{name}: {text}");
        }
    }
}
