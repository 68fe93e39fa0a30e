//! `verify`: checksums and counts of the archive.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::Plain;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Plain, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let report = place::open_for_repair(shell)?.verify()?;
    written(render::verify_report(
        &report,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    Ok(if report.ok { Exit::Done } else { Exit::Flawed })
}
