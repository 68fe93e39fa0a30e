//! CSV and TSV with a header row, read row by row.

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::head::{Head, Likeness};
use super::rows::{Row, Rows};
use super::stream::Stream;
use super::{Outcome, Reader, Sink, encoding, record};

pub(super) const CSV: Reader = Reader {
    name: "csv",
    extensions: &["csv"],
    sniff: sniff_csv,
    read: |stream, sink| read(stream, sink, &[',', ';', '|', '\t']),
    about: "comma-separated values with a header row, one article a row; also with ; or |",
};

pub(super) const TSV: Reader = Reader {
    name: "tsv",
    extensions: &["tsv", "tab"],
    sniff: sniff_tsv,
    read: |stream, sink| read(stream, sink, &['\t', ',', ';', '|']),
    about: "tab-separated values with a header row, one article a row",
};

fn sniff_csv(head: &Head) -> Likeness {
    sniff(head, &[',', ';', '|'], "csv")
}

fn sniff_tsv(head: &Head) -> Likeness {
    sniff(head, &['\t'], "tsv")
}

fn sniff(head: &Head, delimiters: &[char], extension: &str) -> Likeness {
    let Some(header) = head.lines().next() else {
        return Likeness::No;
    };
    let known = delimiters
        .iter()
        .map(|&delimiter| known_columns(header, delimiter))
        .max();
    match known.unwrap_or_default() {
        // A line of prose seldom holds two names of columns, each alone between delimiters.
        2.. if head.lines().nth(1).is_some() => Likeness::Likely,
        _ if head.extension == extension && delimiters.iter().any(|&d| header.contains(d)) => {
            Likeness::Likely
        }
        _ => Likeness::No,
    }
}

fn columns(header: &str, delimiter: char) -> impl Iterator<Item = &str> {
    header
        .split(delimiter)
        .map(|name| name.trim().trim_matches('"'))
}

fn known_columns(header: &str, delimiter: char) -> usize {
    columns(header, delimiter)
        .filter(|name| record::field_of(name).is_some())
        .count()
}

/// The delimiter that gives the header most known columns, then most columns.
fn delimiter(header: &str, delimiters: &[char]) -> u8 {
    let mut best = (0, 0, ',');
    for &delimiter in delimiters {
        let score = (
            known_columns(header, delimiter),
            columns(header, delimiter).count(),
        );
        if score > (best.0, best.1) {
            best = (score.0, score.1, delimiter);
        }
    }
    u8::try_from(best.2).unwrap_or(b',')
}

fn read(stream: Stream, sink: &mut Sink, delimiters: &[char]) -> Outcome {
    let header = Head::of(&stream)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    let delimiter = delimiter(&header, delimiters);
    let mut rows = Rows::new(stream.utf8()?, delimiter, sink.options.max_record_bytes);
    let row = match rows.next()? {
        Some(Row::Whole(row)) => row,
        Some(Row::Unclosed(reason)) => return Err(format!("line {}: {reason}", rows.line).into()),
        None => return Err("no text".into()),
    };
    let header = row
        .iter()
        .map(decoded)
        .collect::<Result<Vec<String>, String>>()?;
    let mapped = |name: &String| {
        sink.options
            .map
            .iter()
            .any(|(_, key)| key.eq_ignore_ascii_case(name))
    };
    if !header
        .iter()
        .any(|name| record::field_of(name).is_some() || mapped(name))
    {
        let names = header
            .iter()
            .take(8)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(
            format!("no known column among `{names}`: name one with `--map body=COLUMN`").into(),
        );
    }
    let mut number: u64 = 0;
    let mut lost: Option<Lost> = None;
    loop {
        let row = rows.next()?;
        if let Some(lines) = &mut lost {
            if let Some(row) = &row
                && !goes_on(row, header.len())
            {
                lines.last = rows.line;
                continue;
            }
            number += 1;
            sink.put(Some(number), Err(lines.told()))?;
            lost = None;
        }
        match row {
            None => break,
            Some(Row::Unclosed(reason)) => {
                lost = Some(Lost {
                    first: rows.line,
                    last: rows.line,
                    reason,
                });
            }
            Some(Row::Whole(row)) => {
                number += 1;
                let draft = keys_of(&header, &row);
                let draft = draft.and_then(|keys| record::draft(keys, sink.options));
                sink.put(Some(number), draft)?;
            }
        }
    }
    if number == 0 {
        return Err("no rows under the header".into());
    }
    Ok(())
}

/// Lines that no row can be made of.
struct Lost {
    first: u64,
    last: u64,
    reason: String,
}

impl Lost {
    fn told(&self) -> String {
        match self.first == self.last {
            true => format!("line {}: {}", self.first, self.reason),
            false => format!("lines {} to {}: {}", self.first, self.last, self.reason),
        }
    }
}

/// Whether rows go on with this one behind lines that are none: what is left of a cell with several lines would else be
/// taken for articles. Prose has a blank behind a comma.
fn goes_on(row: &Row, columns: usize) -> bool {
    let Row::Whole(row) = row else { return false };
    row.len() == columns && !row.iter().any(|cell| cell.starts_with(b" "))
}

fn keys_of(header: &[String], row: &ByteRecord) -> Result<Map<String, Value>, String> {
    let extra = row.iter().skip(header.len()).any(|cell| !cell.is_empty());
    if extra {
        return Err(format!(
            "the row has {} columns, the header has {}",
            row.len(),
            header.len()
        ));
    }
    let mut keys = Map::new();
    for (name, cell) in header.iter().zip(row) {
        if !name.is_empty() && !cell.is_empty() {
            let value = Value::String(decoded(cell)?);
            // Columns of one name are several values of it.
            match keys.get_mut(name) {
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
                None => {
                    keys.insert(name.clone(), value);
                }
            }
        }
    }
    Ok(keys)
}

fn decoded(cell: &[u8]) -> Result<String, String> {
    match std::str::from_utf8(cell) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(_) => encoding::decode(cell),
    }
}
