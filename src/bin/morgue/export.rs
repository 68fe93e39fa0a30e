//! `export`: articles as JSON lines that `index` reads back, or as a table.

use morgue::Result;
use morgue::render::{Articles, Format};

use crate::cli::Export;
use crate::term::{Exit, Shell, written};
use crate::{ask, place};

pub(crate) fn run(args: &Export, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Jsonl)?;
    let archive = place::open(shell)?;
    let query = ask::query_or_all(&args.asking, archive.schema(), shell)?;
    // No format of it has room for hints.
    for hint in archive.hints(&query)? {
        shell.say(&format!("hint: {hint}"));
    }
    let mut articles = Articles::new(format, shell.look);
    let out = &mut shell.out;
    let count = archive.each(&query, &mut |article| {
        written(articles.article(&article, out))
    })?;
    written(articles.end(&mut shell.out))?;
    Ok(Exit::found(count))
}
