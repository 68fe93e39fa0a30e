//! `set`: corrects fields of articles by hand.

use morgue::render::{self, Format};
use morgue::{Error, ErrorKind, Query, Result};

use crate::cli::Set;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: Set, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let (fields, ids): (Vec<String>, Vec<String>) = args
        .given
        .into_iter()
        .partition(|given| given.contains('='));
    let fields: Vec<(String, String)> = fields
        .iter()
        .filter_map(|given| given.split_once('='))
        .map(|(field, value)| (field.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    if fields.is_empty() {
        let error = Error::new(ErrorKind::Usage, "nothing is said to be set");
        return Err(error.with_hint("give field=value, such as date=2024-06-18"));
    }
    if ids.is_empty() == args.query.is_none() {
        let error = Error::new(ErrorKind::Usage, "give either ids or --query");
        return Err(error.with_hint("as in `morgue set 7f3a91c2 date=2024-06-18`"));
    }
    let archive = place::open(shell)?;
    let report = match &args.query {
        Some(text) => {
            shell.asked.clone_from(text);
            let query = Query::new(text.as_str());
            for hint in archive.hints(&query)? {
                shell.say(&format!("hint: {hint}"));
            }
            archive.set_matching(&query, &fields, args.dry_run)?
        }
        None => archive.set(&ids, &fields, args.dry_run)?,
    };
    written(render::set_report(
        &report,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    match report.changed.is_empty() {
        true => Ok(Exit::Nothing),
        false => Ok(Exit::Done),
    }
}
