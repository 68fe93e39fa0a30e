//! `man`: the manual page, in roff.

use std::io::Write;

use morgue::{Error, ErrorKind, Result};

use crate::cli::{self, Man};
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Man, shell: &mut Shell) -> Result<Exit> {
    let command = args.command.as_deref();
    let page = cli::manual(command).ok_or_else(|| {
        let name = command.unwrap_or_default();
        Error::new(ErrorKind::Usage, format!("no command `{name}`"))
            .with_hint("`morgue --help` lists the commands")
    })?;
    written(page.and_then(|page| shell.out.write_all(&page)))?;
    Ok(Exit::Done)
}
