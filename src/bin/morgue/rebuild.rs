//! `rebuild`: make the index anew from the stored articles, and show the state of the archive then.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::Plain;
use crate::place;
use crate::progress::stop_on_interrupt;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Plain, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open_for_repair(shell)?;
    let stop = stop_on_interrupt("the archive stays as it is");
    let report = archive.rebuild_until(&stop)?;
    for note in &report.notes {
        shell.say(note);
    }
    shell.say(&format!(
        "the index was made anew from {}",
        render::plural(report.articles, "article")
    ));
    if report.read_again > 0 {
        let again = render::plural(report.read_again, "article");
        shell.say(&format!(
            "{again} more came from files that were read again"
        ));
    }
    let info = archive.info()?;
    written(render::info(&info, format, &shell.look, &mut shell.out))?;
    Ok(Exit::Done)
}
