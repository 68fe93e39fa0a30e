//! `info`: counts, sizes and versions of the archive.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::Plain;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Plain, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let info = place::open(shell)?.info()?;
    written(render::info(&info, format, &shell.look, &mut shell.out))?;
    Ok(Exit::Done)
}
