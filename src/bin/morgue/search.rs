//! `search`: ranked hits with snippets, facets, and what to try next.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use morgue::render::{self, Format, Style, clean, plural, quoted};
use morgue::{Archive, Error, ErrorKind, Ingest, Result, Results};

use crate::ask::Shown;
use crate::cli::{Global, Search};
use crate::progress::{Progress, stop_on_interrupt};
use crate::term::{Exit, Shell, written};
use crate::{ask, place};

const SHOWN: Shown = Shown {
    facets: &[Format::Text, Format::Json],
    scores: &[Format::Text, Format::Json, Format::Jsonl],
};

pub(crate) fn run(args: &Search, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    SHOWN.check(&args.lines, format, shell);
    let archive = match &args.within_path {
        Some(path) => brought_up_to_date(path, shell)?,
        None => place::open(shell)?,
    };
    let mut query = ask::query(&args.asking, archive.schema(), shell)?;
    ask::lines(&mut query, &args.lines, format);
    query.after.clone_from(&args.after);

    let results = archive.search(&query)?;
    written(render::results(
        &results,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    shell.hints(format, &results.hints);
    // A newcomer's first search is one of words alone, or of a folder.
    let is_first = args.within_path.is_some() || (shell.out_is_terminal && is_simple(args));
    let next = match &results.suggested {
        Some(suggested) => Some(corrected(suggested, args, &shell.global)),
        None if is_first => next_step(&results, args, &shell.global),
        None => None,
    };
    let says_next = format == Format::Text && !shell.global.quiet;
    if let Some(next) = next.filter(|_| says_next) {
        let next = shell.look.paint(Style::Dim, &clean(&next));
        written(writeln!(shell.out, "{next}"))?;
    }
    Ok(Exit::found(results.total))
}

/// Opens the path's own archive after indexing what is new in it.
fn brought_up_to_date(path: &Path, shell: &mut Shell) -> Result<Archive> {
    let archive = place::open_own(path)?;
    let options = Ingest {
        prune: true,
        force: true,
        stop: stop_on_interrupt("keeping what was indexed"),
        ..Ingest::default()
    };
    let mut progress = Progress::new(shell);
    let report = archive.add_paths(&[path.to_path_buf()], &options, &mut |event| {
        progress.event(event);
    });
    drop(progress);
    match report {
        Err(error) if error.kind() == ErrorKind::Busy => {
            shell.say("another morgue is indexing here: searching what it has committed");
        }
        Err(error) => return Err(error),
        Ok(_) if options.stop.load(Ordering::SeqCst) => {
            return Err(Error::new(
                ErrorKind::Interrupted,
                "interrupted; what was indexed is kept",
            ));
        }
        Ok(report) => {
            // From here on there is nothing to keep: Ctrl-C ends at once.
            options.stop.store(true, Ordering::SeqCst);
            let fresh = report.added + report.replaced;
            if fresh > 0 {
                shell.say(&format!(
                    "indexed {} from {} in {:.1} s",
                    plural(fresh, "article"),
                    plural(report.files, "file"),
                    report.seconds
                ));
            }
            if report.removed > 0 {
                let gone = plural(report.removed, "article");
                shell.say(&format!("removed {gone} whose files are gone or changed"));
            } else if fresh == 0 {
                let files = plural(report.files, "file");
                shell.say(&format!("nothing new in {files}"));
            }
            if fresh > 0 && !report.skipped.is_empty() {
                let skipped = plural(report.skipped.len() as u64, "file");
                let path = quoted(&path.display().to_string());
                shell.say(&format!(
                    "skipped {skipped}; `morgue inspect {path}` says why"
                ));
            }
        }
    }
    Ok(archive)
}

fn is_simple(args: &Search) -> bool {
    let filters = &args.asking.filters;
    filters.filters.is_empty()
        && filters.since.is_none()
        && filters.until.is_none()
        && args.lines.facets.is_empty()
        && args.lines.offset == 0
        && args.after.is_none()
        && !args.lines.explain
}

/// The beginning of a command that searches where this one did.
fn try_search(args: &Search, global: &Global) -> String {
    let path_of = |path: &PathBuf| quoted(&path.display().to_string());
    let mut command = "try: morgue search".to_owned();
    if let Some(path) = &args.within_path {
        command.push_str(&format!(" --in {}", path_of(path)));
    }
    if let Some(archive) = &global.archive {
        command.push_str(&format!(" -a {}", path_of(archive)));
    }
    command
}

/// The same search with other words.
fn corrected(words: &str, args: &Search, global: &Global) -> String {
    let mut command = try_search(args, global);
    let filters = &args.asking.filters;
    for filter in &filters.filters {
        command.push_str(&format!(" -w {}", quoted(filter)));
    }
    let days = [("since", &filters.since), ("until", &filters.until)];
    for (flag, day) in days {
        if let Some(day) = day {
            command.push_str(&format!(" --{flag} {}", quoted(day)));
        }
    }
    format!("{command} {}", quoted(words))
}

/// A command that goes on from here: narrow to the most frequent value, or see what there is to narrow to.
fn next_step(results: &Results, args: &Search, global: &Global) -> Option<String> {
    if results.hits.is_empty() {
        return None;
    }
    let mut command = try_search(args, global);
    for word in &args.asking.words {
        command.push_str(&format!(" {}", quoted(word)));
    }
    // A value that every article has narrows nothing.
    let narrowing = results.facets.0.iter().find_map(|(field, facet)| {
        let mut values = facet.values.iter();
        let value = values.find(|value| value.count < results.total)?;
        Some(format!("{field}={}", value.value))
    });
    match narrowing {
        Some(filter) => command.push_str(&format!(" -w {}", quoted(&filter))),
        None if results.facets.0.is_empty() => command.push_str(" --facet person --facet source"),
        None => command.push_str(" --sort newest"),
    }
    Some(command)
}
