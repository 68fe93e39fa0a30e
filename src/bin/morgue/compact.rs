//! `compact`: merge what indexing left in pieces, and show the state of the archive then.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::Plain;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Plain, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    let (before, after) = archive.compact()?;
    let freed = render::size(before.saturating_sub(after));
    shell.say(&format!("compacted: {freed} freed"));
    let info = archive.info()?;
    written(render::info(&info, format, &shell.look, &mut shell.out))?;
    Ok(Exit::Done)
}
