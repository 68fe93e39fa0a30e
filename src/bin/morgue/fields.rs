//! `fields`: the field table, of the archive where there is one.

use morgue::render::{self, Format};
use morgue::{ErrorKind, Result, Schema};

use crate::cli::Plain;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Plain, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let schema = match place::open(shell) {
        Ok(archive) => archive.schema().clone(),
        // Without an archive the built-in fields are the answer, but one that was named must be there.
        Err(error) if error.kind() == ErrorKind::NotFound && place::find(shell).is_none() => {
            Schema::default()
        }
        Err(error) => return Err(error),
    };
    written(render::fields(&schema, format, &shell.look, &mut shell.out))?;
    Ok(Exit::Done)
}
