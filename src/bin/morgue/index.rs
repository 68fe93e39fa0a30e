//! `index`: reads files and folders into the archive.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use morgue::render::{self, Format};
use morgue::{Archive, Error, ErrorKind, IndexReport, Ingest, Result, Schema};

use crate::cli::Index;
use crate::place;
use crate::progress::{Progress, stop_on_interrupt};
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: Index, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    // Before an archive is made for nothing.
    args.paths.iter().try_for_each(|path| exists(path))?;
    let schema = args
        .schema
        .as_deref()
        .map_or(Ok(Schema::default()), schema)?;
    let archive = if args.dry_run && place::find(shell).is_none_or(|dir| !dir.exists()) {
        // A dry run leaves no archive behind.
        Archive::in_memory(schema)?
    } else {
        place::open_or_make(shell, schema)?
    };
    let mut options = Ingest {
        map: args.map,
        source: args.source,
        source_from_folder: args.source_from.is_some(),
        id_prefix: args.id_prefix,
        jobs: args.jobs,
        enrich: !args.no_enrich,
        runners_up: false,
        dry_run: args.dry_run,
        again: args.again,
        prune: args.prune,
        force: args.force,
        max_file_bytes: args.max_size << 20,
        stop: stop_on_interrupt("keeping what was indexed"),
    };
    let report = match add(&archive, &args.paths, &options, shell) {
        // Pruning much is refused with a message that can be asked as a question.
        Err(error) if is_refused_pruning(&error, &options) && shell.can_ask() => {
            if !shell.ask(&format!("{error}; go on?")) {
                return Err(error);
            }
            options.force = true;
            add(&archive, &args.paths, &options, shell)?
        }
        report => report?,
    };
    written(render::index_report(
        &report,
        args.dry_run,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    if options.stop.load(Ordering::SeqCst) {
        return Ok(Exit::Interrupted);
    }
    let is_flawed = args.strict && !report.skipped.is_empty();
    Ok(if is_flawed { Exit::Flawed } else { Exit::Done })
}

fn add(
    archive: &Archive,
    paths: &[PathBuf],
    options: &Ingest,
    shell: &Shell,
) -> Result<IndexReport> {
    let mut progress = Progress::new(shell);
    archive.add_paths(paths, options, &mut |event| progress.event(event))
}

fn exists(path: &Path) -> Result<()> {
    if path == Path::new("-") || path.symlink_metadata().is_ok() {
        return Ok(());
    }
    let error = Error::new(ErrorKind::NotFound, "no such file or folder").with_path(path);
    Err(error.with_hint("check the path; nothing was indexed"))
}

fn is_refused_pruning(error: &Error, options: &Ingest) -> bool {
    options.prune && !options.force && error.kind() == ErrorKind::Usage
}

/// The fields of a schema file beside the built-in ones.
pub(crate) fn schema(file: &Path) -> Result<Schema> {
    let text = std::fs::read_to_string(file).map_err(|error| place::unreadable(file, &error))?;
    Schema::with_user_fields(&text).map_err(|error| error.with_path(file))
}
