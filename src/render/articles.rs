//! A stream of articles in every format: what `show`, `inspect` and `export` write.
//!
//! Articles are written as they come, so that an archive of any size passes through.

use std::io::{self, Write};

use super::table::{Table, joined};
use super::{Format, Look, inspection_text, results};
use crate::{Article, JSON_VERSION, Skipped};

/// Writes articles one by one.
pub struct Articles {
    format: Format,
    look: Look,
    written: u64,
    skipped: Vec<Skipped>,
}

impl Articles {
    /// Makes a stream in a format.
    pub fn new(format: Format, look: Look) -> Articles {
        Articles {
            format,
            look,
            written: 0,
            skipped: Vec::new(),
        }
    }

    /// How many articles were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes one article.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn article(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        let first = self.written == 0;
        self.written += 1;
        match self.format {
            Format::Text => inspection_text(article, &self.look, out),
            Format::Json => {
                let before = if first { self.head() } else { ",".to_owned() };
                write!(out, "{before}")?;
                super::json(article, out)
            }
            Format::Csv => {
                if first {
                    row(COLUMNS.iter().copied(), out)?;
                }
                row(cells(article), out)
            }
            Format::Paths => writeln!(out, "{}", article.path),
            Format::Ids => writeln!(out, "{}", article.id),
            Format::Jsonl | Format::Trec => results::json(article, out),
        }
    }

    /// Notes a file that could not be read as an article; the JSON object lists it at its end.
    pub fn skipped(&mut self, skipped: Skipped) {
        if self.format == Format::Json {
            self.skipped.push(skipped);
        }
    }

    /// Ends the stream.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.format == Format::Csv && self.written == 0 {
            return row(COLUMNS.iter().copied(), out);
        }
        if self.format != Format::Json {
            return Ok(());
        }
        if self.written == 0 {
            write!(out, "{}", self.head())?;
        }
        write!(out, "]")?;
        if !self.skipped.is_empty() {
            write!(out, ",\"skipped\":")?;
            super::json(&self.skipped, out)?;
        }
        writeln!(out, "}}")
    }

    fn head(&self) -> String {
        format!("{{\"version\":{JSON_VERSION},\"articles\":[")
    }
}

fn row<T: AsRef<[u8]>>(values: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(out);
    table.row(values)?;
    table.end()
}

const COLUMNS: &[&str] = &[
    "id",
    "path",
    "record",
    "format",
    "title",
    "standfirst",
    "date",
    "updated",
    "source",
    "agency",
    "byline",
    "dateline",
    "language",
    "section",
    "url",
    "person",
    "org",
    "place",
    "story",
    "copy_of",
    "body",
];

/// The values of an article, in the order of the columns.
fn cells(article: &Article) -> Vec<String> {
    fn text<T: ToString>(value: Option<&T>) -> String {
        value.map(T::to_string).unwrap_or_default()
    }
    vec![
        article.id.clone(),
        article.path.clone(),
        text(article.record.as_ref()),
        article.format.clone(),
        text(article.title.as_ref()),
        text(article.standfirst.as_ref()),
        text(article.date.as_ref()),
        text(article.updated.as_ref()),
        text(article.source.as_ref()),
        joined(&article.agency),
        joined(&article.byline),
        text(article.dateline.as_ref()),
        text(article.language.as_ref()),
        joined(&article.section),
        text(article.url.as_ref()),
        joined(&article.person),
        joined(&article.org),
        joined(&article.place),
        text(article.story.as_ref()),
        text(article.copy_of.as_ref()),
        article.body.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, articles: &[Article]) -> String {
        let mut out = Vec::new();
        let mut stream = Articles::new(format, Look::default());
        for article in articles {
            stream.article(article, &mut out).unwrap();
        }
        stream.skipped(Skipped {
            path: "c.bin".to_owned(),
            record: None,
            reason: "binary".to_owned(),
        });
        stream.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn two() -> [Article; 2] {
        let article = |id: &str| Article {
            id: id.to_owned(),
            path: format!("{id}.txt"),
            body: "one\n\ntwo".to_owned(),
            ..Article::default()
        };
        [article("a"), article("b")]
    }

    // Whether it holds articles or not, the JSON answer is one whole object.
    #[test]
    fn json_is_whole() {
        for articles in [&two()[..], &[]] {
            let value: serde_json::Value =
                serde_json::from_str(&written(Format::Json, articles)).unwrap();
            assert_eq!(value["articles"].as_array().unwrap().len(), articles.len());
            assert_eq!(value["skipped"][0]["path"], "c.bin");
        }
    }

    // What export writes is what an article serialises to, and reads back as the same.
    #[test]
    fn lines_read_back() {
        let lines = written(Format::Jsonl, &two());
        let read: Vec<Article> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(read, two());
    }

    #[test]
    fn lists() {
        assert_eq!(written(Format::Ids, &two()), "a\nb\n");
        assert_eq!(written(Format::Paths, &two()), "a.txt\nb.txt\n");
        let table = written(Format::Csv, &two());
        assert_eq!(table.matches("id,path").count(), 1);
        assert_eq!(written(Format::Csv, &[]).lines().count(), 1);
        assert!(table.ends_with("b,b.txt,,,,,,,,,,,,,,,,,,,\"one\n\ntwo\"\n"));
    }
}
