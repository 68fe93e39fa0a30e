//! `story`: every telling of one story; `stories`: those that the matching articles tell.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::{Stories, Story};
use crate::term::{Exit, Shell, written};
use crate::{ask, place};

pub(crate) fn one(args: &Story, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let answer = place::open(shell)?.story(&args.id)?;
    written(render::story(&answer, format, &shell.look, &mut shell.out))?;
    Ok(Exit::Done)
}

pub(crate) fn many(args: &Stories, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    let query = ask::query_or_all(&args.asking, archive.schema(), shell)?;
    let answer = archive.stories_by(&query, args.sort, args.top.0.unwrap_or(usize::MAX))?;
    written(render::stories(
        &answer,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    shell.hints(format, &answer.hints);
    Ok(Exit::found(answer.stories.len() as u64))
}
