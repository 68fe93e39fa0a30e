//! Answers as text for people and as JSON, CSV or lists for programs.
//!
//! A renderer takes an answer as plain data and writes it; it opens nothing and asks no archive. Whatever comes from an
//! article is cleaned of terminal control characters before it becomes part of a text.

mod article;
mod articles;
mod clean;
mod entity;
mod facets;
mod hits;
mod inspection;
mod json;
mod layout;
mod reports;
mod results;
mod stories;
mod table;
mod timeline;

use std::io;

pub use article::article_text;
pub use articles::Articles;
pub use clean::{CleanWriter, clean};
pub use entity::{decision, entity};
pub use facets::{facet_answer, quoted};
pub use inspection::inspection_text;
pub use json::json;
pub use layout::{fit, plural, size, width, wrap_text};
pub use reports::{fields, index_report, info, remove_report, set_report, verify_report};
pub use results::{batch, results};
pub use stories::{stories, story};
pub use timeline::timeline;

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// A JSON object a line.
    Jsonl,
    /// Comma-separated values with a header row.
    Csv,
    /// The files, one a line.
    Paths,
    /// The ids, one a line.
    Ids,
    /// The run format of TREC evaluations.
    Trec,
}

/// One row of the table of formats.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FormatRow {
    /// The format.
    pub format: Format,
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
}

/// The formats, in the order of help.
pub const FORMATS: &[FormatRow] = &[
    row(Format::Text, "text", "for people; one line per story"),
    row(
        Format::Json,
        "json",
        "one JSON object, version 1; hits as in text",
    ),
    row(Format::Jsonl, "jsonl", "every article as a JSON line"),
    row(
        Format::Csv,
        "csv",
        "every article as a row, below a header row",
    ),
    row(
        Format::Paths,
        "paths",
        "the file of every article, one a line",
    ),
    row(Format::Ids, "ids", "the id of every article, one a line"),
    row(
        Format::Trec,
        "trec",
        "`query_id Q0 article_id rank score morgue` (batch only)",
    ),
];

const fn row(format: Format, name: &'static str, about: &'static str) -> FormatRow {
    FormatRow {
        format,
        name,
        about,
    }
}

impl Format {
    /// The format of a name.
    pub fn parse(name: &str) -> Option<Format> {
        let row = FORMATS.iter().find(|row| row.name == name)?;
        Some(row.format)
    }

    /// The name of the format.
    pub fn name(self) -> &'static str {
        let row = FORMATS.iter().find(|row| row.format == self);
        row.map_or("", |row| row.name)
    }

    /// Whether it lists every article instead of one for each story.
    pub fn lists_articles(self) -> bool {
        !matches!(self, Format::Text | Format::Json)
    }

    /// Whether it shows the snippets of an answer.
    pub fn shows_snippets(self) -> bool {
        !matches!(self, Format::Paths | Format::Ids | Format::Trec)
    }
}

/// How a text looks: what the terminal can show and how much is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns to fill.
    pub width: usize,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether to show more: paths, addresses, whole bodies.
    pub verbose: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look {
            width: 80,
            color: false,
            verbose: false,
        }
    }
}

/// What a piece of text is, which decides how it is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A title.
    Title,
    /// Something of second rank.
    Dim,
    /// A word that was searched for.
    Hit,
    /// The mark of a guess.
    Guess,
    /// A label or a bar.
    Label,
    /// An error.
    Alarm,
}

impl Look {
    /// The text with the colours of its style, or as it is.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Title => "1",
            Style::Dim => "2",
            Style::Hit => "1;31",
            Style::Guess => "33",
            Style::Label => "36",
            Style::Alarm => "1;31",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// The mark before a value that was derived or guessed.
    fn guess(&self) -> String {
        self.paint(Style::Guess, "~")
    }

    fn hints(&self, out: &mut dyn io::Write, hints: &[String]) -> io::Result<()> {
        for hint in hints {
            let lines = layout::wrap_text(&clean(hint), self.width.saturating_sub(6), usize::MAX);
            for (i, line) in lines.iter().enumerate() {
                let label = if i == 0 {
                    self.paint(Style::Label, "hint:")
                } else {
                    "     ".to_owned()
                };
                writeln!(out, "{label} {line}")?;
            }
        }
        Ok(())
    }
}
