//! `entity`: what the archive knows of one person, organisation or place.

use morgue::Result;
use morgue::render::{self, Format};

use crate::cli::Entity;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Entity, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let name = args.name.join(" ");
    match place::open(shell)?.entity(&name)? {
        Some(answer) => {
            written(render::entity(&answer, format, &shell.look, &mut shell.out))?;
            Ok(Exit::Done)
        }
        None => {
            shell.say(&format!("no article names `{name}`; `morgue facets --by person,org,place` lists who is named most"));
            if format == Format::Json {
                written(render::entity(
                    &morgue::EntityAnswer {
                        name,
                        ..Default::default()
                    },
                    format,
                    &shell.look,
                    &mut shell.out,
                ))?;
            }
            Ok(Exit::Nothing)
        }
    }
}
