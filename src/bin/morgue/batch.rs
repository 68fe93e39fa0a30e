//! `batch`: many queries from a file, one a line. A bad line is told, the rest goes on.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use morgue::render::{self, Format};
use morgue::{Error, ErrorKind, Result};

use crate::ask::Shown;
use crate::cli::Batch;
use crate::progress::stop_on_interrupt;
use crate::term::{Exit, Shell, written};
use crate::{ask, failure, place};

const SHOWN: Shown = Shown {
    facets: &[Format::Jsonl],
    scores: &[Format::Jsonl],
};

pub(crate) fn run(args: &Batch, shell: &mut Shell) -> Result<Exit> {
    let format = match shell.format(args.format, Format::Csv)? {
        // Answers come one by one: JSON means a line each.
        Format::Json => Format::Jsonl,
        format => format,
    };
    SHOWN.check(&args.lines, format, shell);
    let archive = place::open(shell)?;
    let mut query = ask::filtered(&args.filters, archive.schema(), shell)?;
    ask::lines(&mut query, &args.lines, format);

    let mut is_first = true;
    let mut asked = 0;
    let mut found = 0;
    let mut has_bad = false;
    let stop = match args.file == Path::new("-") {
        // Whoever waits for a line to come is not waiting for a query to end.
        true => Arc::default(),
        false => stop_on_interrupt("behind this query"),
    };
    for (number, line) in open(&args.file)?.split(b'\n').enumerate() {
        if stop.load(Ordering::SeqCst) {
            let message = format!("interrupted before line {}", number + 1);
            return Err(Error::new(ErrorKind::Interrupted, message));
        }
        let line = line.map_err(|error| place::unreadable(&args.file, &error))?;
        let read = std::str::from_utf8(&line).map_err(|_| {
            Error::new(ErrorKind::Invalid, "not UTF-8").with_hint("save the file as UTF-8")
        });
        let outcome = read
            .map(|line| identified(line, number + 1))
            .and_then(|line| {
                let Some((id, text)) = line else {
                    return Ok(None);
                };
                query.text = text.to_owned();
                let results = archive.search(&query)?;
                Ok(Some((id, results)))
            });
        match outcome {
            Ok(None) => {}
            Ok(Some((id, results))) => {
                asked += 1;
                found += results.total;
                written(render::batch(
                    &id,
                    &results,
                    format,
                    is_first,
                    &mut shell.out,
                ))?;
                is_first = false;
                if format != Format::Jsonl {
                    for hint in &results.hints {
                        shell.say(&format!("hint: line {}: {hint}", number + 1));
                    }
                }
            }
            Err(error) if is_of_query(&error) => {
                has_bad = true;
                if shell.global.json {
                    let line = String::from_utf8_lossy(&line);
                    let id = identified(&line, number + 1).map(|(id, _)| id);
                    written(failure::line(&error, id, &mut shell.out))?;
                    continue;
                }
                let told = failure::text(&error, &query.text, shell.look.width);
                let told = told.replacen("morgue:", &format!("morgue: line {}:", number + 1), 1);
                shell.tell(&told);
            }
            // The archive itself failed: the rest would fail likewise.
            Err(error) => return Err(error),
        }
    }
    Ok(match (has_bad, asked) {
        (true, _) => Exit::Flawed,
        (false, 0) => Exit::Done,
        (false, _) => Exit::found(found),
    })
}

fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(file).map_err(|error| place::unreadable(file, &error))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// The id and the query of a line, whose number stands for an id that it has not; `None` for an empty one and for a note.
fn identified(line: &str, number: usize) -> Option<(String, &str)> {
    let line = line.trim_start_matches('\u{feff}');
    let (id, query) = line.split_once('\t').unwrap_or(("", line));
    let (id, query) = (id.trim(), query.trim());
    let line = line.trim();
    // `#metoo` is a query, `# people` a note of whoever keeps the list.
    let is_note = line == "#" || line.starts_with("# ");
    if line.is_empty() || is_note {
        return None;
    }
    let id = match id {
        "" => number.to_string(),
        id => id.to_owned(),
    };
    Some((id, query))
}

fn is_of_query(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Syntax
            | ErrorKind::UnknownField
            | ErrorKind::BadDate
            | ErrorKind::NoWord
            | ErrorKind::TooLarge
            | ErrorKind::NotFound
            | ErrorKind::Ambiguous
            | ErrorKind::Invalid
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // Ids come before a tab; without one the line's number is the id.
    #[test]
    fn lines() {
        let read = |line| identified(line, 7).map(|(id, query)| format!("{id}|{query}"));
        assert_eq!(
            read("q1\tputin sanctions\r").as_deref(),
            Some("q1|putin sanctions")
        );
        assert_eq!(read("\u{feff}putin").as_deref(), Some("7|putin"));
        assert_eq!(read("q1\ta\tb").as_deref(), Some("q1|a\tb"));
        assert_eq!(read("#metoo").as_deref(), Some("7|#metoo"));
        // A table may have empty cells: an id without a query is no query of its own.
        assert_eq!(read("q3\t\r").as_deref(), Some("q3|"));
        assert_eq!(read("\tgold").as_deref(), Some("7|gold"));
        for nothing in [" \r", "\t", "#", "# people"] {
            assert_eq!(read(nothing), None);
        }
    }
}
