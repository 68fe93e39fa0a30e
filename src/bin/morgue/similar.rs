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
    query.snippets = format.shows_snippets();
    let (article, is_first) = article(&archive, &args.like)?;
    let mut results = archive.similar(&article, &query)?;
    if is_first {
        let title = article.title.as_deref().unwrap_or(&article.id);
        results.hints.push(format!(
            "`{}` holds more than one article; this is about the first, `{title}`",
            args.like
        ));
    }
    written(render::results(
        &results,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    shell.hints(format, &results.hints);
    Ok(Exit::found(results.total))
}

/// The article of an id, else the first of a file; also whether the file holds more.
fn article(archive: &Archive, like: &str) -> Result<(Article, bool)> {
    let path = Path::new(like);
    match archive.get(like) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        other => return other.map(|article| (article, false)),
    }
    if !path.is_file() {
        let message = format!("`{like}` is the id of no article, and no file");
        let error = Error::new(ErrorKind::NotFound, message);
        return Err(error.with_hint("give the id of an article, or its beginning, or a file"));
    }
    let (mut first, mut has_more) = (None, false);
    let read = inspect(
        &[path.to_path_buf()],
        archive.schema(),
        &Ingest::default(),
        &mut |item| {
            match (&first, item) {
                (None, Ok(article)) => first = Some(article),
                (Some(_), Ok(_)) => {
                    has_more = true;
                    // The rest of a large file is not wanted.
                    return Err(Error::new(ErrorKind::Interrupted, "enough was read"));
                }
                (_, Err(_)) => {}
            }
            Ok(())
        },
    );
    if !has_more {
        read?;
    }
    match first {
        Some(first) => Ok((first, has_more)),
        None => {
            Err(Error::new(ErrorKind::Invalid, "no article was found in the file").with_path(path))
        }
    }
}
