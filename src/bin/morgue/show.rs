//! `show`: whole articles, or the files they came from.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use morgue::render::{Articles, Format, article_text};
use morgue::{Article, Error, ErrorKind, Result};

use crate::cli::Show;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Show, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    // All are found before any is shown: half an answer looks like a whole one.
    let mut articles = Vec::new();
    for id in &args.ids {
        articles.push(archive.get(id)?);
    }
    if args.original {
        shell.clean_output();
        for article in &articles {
            original(article, shell)?;
        }
        return Ok(Exit::Done);
    }
    if format == Format::Text {
        let find = args.find.iter().flat_map(|words| words.split_whitespace());
        let find: Vec<String> = find.map(str::to_owned).collect();
        for (i, article) in articles.iter().enumerate() {
            if i > 0 {
                let rule = "─".repeat(shell.look.width.min(80));
                written(writeln!(shell.out, "{rule}"))?;
            }
            written(article_text(article, &find, &shell.look, &mut shell.out))?;
        }
        return Ok(Exit::Done);
    }
    let mut stream = Articles::new(format, shell.look);
    for article in &articles {
        written(stream.article(article, &mut shell.out))?;
    }
    written(stream.end(&mut shell.out))?;
    Ok(Exit::Done)
}

/// Copies the file as it is now; a container is copied whole.
fn original(article: &Article, shell: &mut Shell) -> Result<()> {
    let path = Path::new(&article.path);
    let mut file = File::open(path).map_err(|error| {
        let hint = "the file has gone; `morgue show` without --original prints what was kept of it";
        let error = Error::io(path, &error);
        if error.kind() == ErrorKind::NotFound {
            error.with_hint(hint)
        } else {
            error
        }
    })?;
    if let Some(record) = article.record {
        shell.say(&format!(
            "{}: the article is record {record} of this file",
            article.path
        ));
    }
    written(io::copy(&mut file, &mut shell.out).map(drop))
}
