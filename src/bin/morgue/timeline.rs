//! `timeline`: articles by year, month, week or day.

use morgue::render::{self, Format};
use morgue::{Result, TimelineRequest};

use crate::cli::Timeline;
use crate::term::{Exit, Shell, written};
use crate::{ask, place};

pub(crate) fn run(args: Timeline, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    let query = ask::query_or_all(&args.asking, archive.schema(), shell)?;
    let request = TimelineRequest {
        by: args.by,
        share: args.share,
        vs: args.vs,
    };
    let timeline = archive.timeline(&query, &request)?;
    written(render::timeline(
        &timeline,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    Ok(Exit::found(timeline.total))
}
