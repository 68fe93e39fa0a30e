//! `remove`: takes articles out of the archive, after saying which.

use std::io::Write;

use morgue::render::{self, Format, plural};
use morgue::{Archive, Error, ErrorKind, Query, RemoveReport, Result};

use crate::cli::Remove;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Remove, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    if args.ids.is_empty() && args.query.is_none() {
        let error = Error::new(ErrorKind::Usage, "nothing is said to be removed");
        return Err(error.with_hint("give ids, or `--query Q` for everything that a query finds"));
    }
    let archive = place::open(shell)?;
    let would = removed(&archive, args, true, shell)?;
    if would.removed.is_empty() {
        written(render::remove_report(
            &would,
            format,
            &shell.look,
            &mut shell.out,
        ))?;
        return Ok(Exit::Nothing);
    }
    if args.dry_run {
        written(render::remove_report(
            &would,
            format,
            &shell.look,
            &mut shell.out,
        ))?;
        return Ok(Exit::Done);
    }
    if !args.force {
        let articles = plural(would.removed.len() as u64, "article");
        if format == Format::Text {
            written(render::remove_report(
                &would,
                format,
                &shell.look,
                &mut shell.out,
            ))?;
        }
        if !shell.can_ask() {
            let message =
                format!("{articles} would be removed; nothing was, as there is nobody to ask");
            return Err(Error::new(ErrorKind::Usage, message)
                .with_hint("add --force to remove them, or --dry-run to only list them"));
        }
        if !shell.ask(&format!("remove {articles}?")) {
            shell.say("nothing was removed");
            return Ok(Exit::Done);
        }
    }
    // What was listed goes, not what a query finds by now.
    let ids: Vec<String> = would
        .removed
        .into_iter()
        .map(|removed| removed.id)
        .collect();
    let report = archive.remove(&ids, false)?;
    if format == Format::Text && !args.force {
        // The list was shown with the question.
        let articles = plural(report.removed.len() as u64, "article");
        written(writeln!(shell.out, "removed {articles}"))?;
        return Ok(Exit::Done);
    }
    written(render::remove_report(
        &report,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    Ok(Exit::Done)
}

fn removed(
    archive: &Archive,
    args: &Remove,
    dry_run: bool,
    shell: &mut Shell,
) -> Result<RemoveReport> {
    let Some(text) = &args.query else {
        return archive.remove(&args.ids, dry_run);
    };
    shell.asked.clone_from(text);
    let query = Query::new(text.as_str());
    if dry_run {
        for hint in archive.hints(&query)? {
            shell.say(&format!("hint: {hint}"));
        }
    }
    archive.remove_matching(&query, dry_run)
}
