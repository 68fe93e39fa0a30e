//! A search answer in every format, alone or as one of a batch.

use std::io::{self, Write};

use serde::Serialize;

use super::table::{Table, joined};
use super::{Format, Look, hits};
use crate::{Hit, Results, Version};

/// Writes a search answer.
///
/// # Errors
/// Those of the writer.
pub fn results(
    results: &Results,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => hits::text(results, look, out),
        Format::Json => json(results, out),
        Format::Jsonl => {
            for hit in &results.hits {
                json_line(hit, out)?;
            }
            Ok(())
        }
        Format::Csv => {
            let mut table = Table::new(out);
            table.row(COLUMNS)?;
            for hit in &results.hits {
                table.row(cells(hit))?;
            }
            table.end()
        }
        Format::Paths => list(results, out, |hit| &hit.path),
        Format::Ids => list(results, out, |hit| &hit.id),
        Format::Trec => batch("1", results, format, true, out),
    }
}

/// Writes one answer of a batch as csv, jsonl or trec; the first one of a batch brings the header row.
///
/// # Errors
/// Those of the writer.
pub fn batch(
    query_id: &str,
    results: &Results,
    format: Format,
    first: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Csv => {
            let mut table = Table::new(out);
            if first {
                table.row(std::iter::once("query_id").chain(COLUMNS.iter().copied()))?;
            }
            for hit in &results.hits {
                table.row(std::iter::once(query_id.to_owned()).chain(cells(hit)))?;
            }
            table.end()
        }
        Format::Trec => {
            for hit in &results.hits {
                // The format has no quoting: a blank in an id would shift the columns.
                let id = hit.id.replace(char::is_whitespace, "_");
                let query = query_id.replace(char::is_whitespace, "_");
                writeln!(out, "{query} Q0 {id} {} {:.6} morgue", hit.rank, hit.score)?;
            }
            Ok(())
        }
        _ => json(&Answer { query_id, results }, out),
    }
}

/// A part of an answer as a line of its own.
#[derive(Serialize)]
struct Line<'a, T> {
    version: Version,
    #[serde(flatten)]
    part: &'a T,
}

/// Writes a part of an answer as a line of JSON that says its version.
pub(super) fn json_line<T: Serialize>(part: &T, out: &mut dyn Write) -> io::Result<()> {
    let version = Version::default();
    json(&Line { version, part }, out)
}

/// An answer of a batch.
#[derive(Serialize)]
struct Answer<'a> {
    query_id: &'a str,
    #[serde(flatten)]
    results: &'a Results,
}

const COLUMNS: &[&str] = &[
    "rank",
    "id",
    "score",
    "title",
    "date",
    "source",
    "agency",
    "byline",
    "url",
    "path",
    "record",
    "snippet",
    "person",
    "org",
    "place",
    "story",
    "story_size",
    "copies",
    "copy_of",
    "guessed",
];

/// The values of a hit, in the order of the columns.
fn cells(hit: &Hit) -> Vec<String> {
    let snippet: String = hit
        .snippet
        .iter()
        .map(|piece| piece.text.as_str())
        .collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        hit.rank.to_string(),
        hit.id.clone(),
        hit.score.to_string(),
        text(&hit.title),
        hit.date.map(|date| date.to_string()).unwrap_or_default(),
        text(&hit.source),
        joined(&hit.agency),
        joined(&hit.byline),
        text(&hit.url),
        hit.path.clone(),
        hit.record.map(|n| n.to_string()).unwrap_or_default(),
        snippet,
        joined(&hit.person),
        joined(&hit.org),
        joined(&hit.place),
        text(&hit.story),
        hit.story_size.to_string(),
        hit.copies.to_string(),
        text(&hit.copy_of),
        joined(&hit.guessed),
    ]
}

fn list(results: &Results, out: &mut dyn Write, value: impl Fn(&Hit) -> &String) -> io::Result<()> {
    for hit in &results.hits {
        writeln!(out, "{}", value(hit))?;
    }
    Ok(())
}

/// One JSON value and a newline.
pub(super) fn json<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    super::json(value, out)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Asked, Date, Piece};

    fn answer() -> Results {
        let hit = Hit {
            rank: 1,
            id: "a 1".to_owned(),
            score: 9.42,
            title: Some("Ferry, again".to_owned()),
            date: Date::parse("2024-06"),
            path: "a.txt".to_owned(),
            snippet: vec![Piece {
                text: "the ferry".to_owned(),
                hit: true,
            }],
            person: vec!["Ada".to_owned(), "Bo".to_owned()],
            story_size: 1,
            ..Hit::default()
        };
        Results {
            query: Asked {
                text: "ferry".to_owned(),
                ..Asked::default()
            },
            total: 1,
            stories: 1,
            took_ms: 0.5,
            hits: vec![hit],
            ..Results::default()
        }
    }

    fn written(format: Format) -> String {
        let mut out = Vec::new();
        results(&answer(), format, &Look::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    // The published shape, to the letter.
    #[test]
    fn json_is_version_1() {
        let hit = r#"{"rank":1,"id":"a 1","score":9.42,"title":"Ferry, again","date":"2024-06","source":null,"agency":[],"byline":[],"url":null,"path":"a.txt","record":null,"snippet":[{"text":"the ferry","hit":true}],"person":["Ada","Bo"],"org":[],"place":[],"story":null,"story_size":1,"copies":0,"copy_of":null,"guessed":[]}"#;
        let whole = format!(
            r#"{{"version":1,"query":{{"text":"ferry","where":[],"since":null,"until":null}},"total":1,"stories":1,"took_ms":0.5,"relaxed":false,"next":null,"hints":[],"hits":[{hit}],"facets":{{}}}}"#
        );
        assert_eq!(written(Format::Json), format!("{whole}\n"));
        let line = hit.replacen('{', r#"{"version":1,"#, 1);
        assert_eq!(written(Format::Jsonl), format!("{line}\n"));
    }

    #[test]
    fn lists() {
        assert_eq!(written(Format::Paths), "a.txt\n");
        assert_eq!(written(Format::Ids), "a 1\n");
        assert_eq!(
            written(Format::Csv),
            "rank,id,score,title,date,source,agency,byline,url,path,record,snippet,person,org,place,story,story_size,copies,copy_of,guessed\n\
             1,a 1,9.42,\"Ferry, again\",2024-06,,,,,a.txt,,the ferry,Ada; Bo,,,,1,0,,\n"
        );
    }

    // A header row comes once a batch; an id with a blank stays one column.
    #[test]
    fn batches() {
        let written = |format, first| {
            let mut out = Vec::new();
            batch("q1", &answer(), format, first, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(written(Format::Csv, true).starts_with("query_id,rank,id,"));
        assert!(written(Format::Csv, false).starts_with("q1,1,a 1,"));
        assert_eq!(written(Format::Trec, true), "q1 Q0 a_1 1 9.420000 morgue\n");
        assert!(written(Format::Jsonl, true).starts_with(r#"{"query_id":"q1","version":1,"#));
    }
}
