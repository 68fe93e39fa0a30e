//! `similar`: articles like one of the archive, or like a file.

use std::path::Path;

use morgue::render::{self, Format};
use morgue::{Archive, Article, Error, ErrorKind, Ingest, Result, inspect};

use crate::cli::Similar;
use crate::term::{Exit, Shell, written};
use crate::{ask, place};

pub(crate) fn run(args: &Similar, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    let mut query = ask::filtered(&args.filters, archive.schema(), shell)?;
    query.limit = args.number.0;
    let article = article(&archive, &args.like)?;
    let results = archive.similar(&article, &query)?;
    written(render::results(
        &results,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    Ok(Exit::found(results.total))
}

/// The article of an id, else the first of a file.
fn article(archive: &Archive, like: &str) -> Result<Article> {
    let path = Path::new(like);
    let missing = match archive.get(like) {
        Err(error) if error.kind() == ErrorKind::NotFound => error,
        other => return other,
    };
    if !path.is_file() {
        return Err(missing.with_hint("give the id of an article, or a file"));
    }
    let mut first = None;
    inspect(
        &[path.to_path_buf()],
        archive.schema(),
        &Ingest::default(),
        &mut |item| {
            if let (None, Ok(article)) = (&first, item) {
                first = Some(article);
            }
            Ok(())
        },
    )?;
    first.ok_or_else(|| {
        Error::new(ErrorKind::Invalid, "no article was found in the file").with_path(path)
    })
}
