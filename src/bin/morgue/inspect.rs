//! `inspect`: what would be understood of files, and from where. It touches no archive.

use morgue::render::{Articles, Format};
use morgue::{Ingest, Result, Schema};

use crate::cli::Inspect;
use crate::index;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: Inspect, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let schema = match &args.schema {
        Some(file) => index::schema(file)?,
        None => Schema::default(),
    };
    let options = Ingest {
        map: args.map,
        enrich: !args.no_enrich,
        runners_up: shell.look.verbose,
        ..Ingest::default()
    };
    let mut articles = Articles::new(format, shell.look);
    morgue::inspect(&args.paths, &schema, &options, &mut |read| match read {
        Ok(article) => written(articles.article(&article, &mut shell.out)),
        Err(skipped) => {
            let place = match skipped.record {
                Some(record) => format!("{} (record {record})", skipped.path),
                None => skipped.path.clone(),
            };
            shell.say(&format!("skipped {place}: {}", skipped.reason));
            articles.skipped(skipped);
            Ok(())
        }
    })?;
    written(articles.end(&mut shell.out))?;
    Ok(Exit::found(articles.written()))
}
