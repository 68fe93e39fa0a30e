//! `rebuild`: make the index anew from the stored articles, and show the state of the archive then.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::Plain;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Plain, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    let count = archive.rebuild()?;
    shell.say(&format!(
        "the index was made anew from {}",
        render::plural(count, "article")
    ));
    let info = archive.info()?;
    written(render::info(&info, format, &shell.look, &mut shell.out))?;
    Ok(Exit::Done)
}
