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
    let mut request = TimelineRequest {
        by: args.by,
        share: args.share,
        vs: args.vs,
    };
    let timeline = archive.timeline(&query, &request).inspect_err(|_| {
        // The place in an error is one in the other query when without it there is none.
        let other = request.vs.take();
        if let (Some(other), Ok(_)) = (other, archive.timeline(&query, &request)) {
            shell.asked = other;
        }
    })?;
    written(render::timeline(
        &timeline,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    shell.hints(format, &timeline.hints);
    Ok(Exit::found(timeline.total))
}
