//! `completions`: the completion script of a shell.

use std::io::Write;

use morgue::Result;

use crate::cli::{self, Completions};
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Completions, shell: &mut Shell) -> Result<Exit> {
    written(shell.out.write_all(&cli::completions(args.shell)))?;
    Ok(Exit::Done)
}
