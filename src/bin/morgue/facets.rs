//! `facets`: how often values of fields occur among the articles found.

use morgue::render::{self, Format};
use morgue::{FacetRequest, Result};

use crate::cli::Facets;
use crate::term::{Exit, Shell, written};
use crate::{ask, place};

/// What is counted when nothing is named.
const USUAL: [&str; 4] = ["source", "person", "org", "place"];

pub(crate) fn run(args: &Facets, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    let archive = place::open(shell)?;
    let mut query = ask::query_or_all(&args.asking, archive.schema(), shell)?;
    query.facets.clone_from(&args.by);
    if query.facets.is_empty() {
        let usual = USUAL.map(|field| FacetRequest {
            field: field.to_owned(),
            top: Some(FacetRequest::DEFAULT_TOP),
        });
        query.facets.extend(usual);
    }
    let answer = archive.facets(&query, args.cross)?;
    written(render::facet_answer(
        &answer,
        format,
        &shell.look,
        &mut shell.out,
    ))?;
    shell.hints(format, &answer.hints);
    Ok(Exit::found(answer.total))
}
