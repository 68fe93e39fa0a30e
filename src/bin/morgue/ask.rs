//! From the words and filters of a command line to a query.

use morgue::render::Format;
use morgue::{Query, Result, Schema, parse_filter};

use crate::cli::{Asking, Filters, Lines};
use crate::term::Shell;

/// The query of words and filters; without words but with filters it is everything.
pub(crate) fn query(asking: &Asking, schema: &Schema, shell: &mut Shell) -> Result<Query> {
    let mut query = filtered(&asking.filters, schema, shell)?;
    query.text = asking.words.join(" ");
    let is_filtered = !query.filters.is_empty() || query.since.is_some() || query.until.is_some();
    if query.text.trim().is_empty() && is_filtered {
        everything(&mut query);
    }
    shell.asked.clone_from(&query.text);
    Ok(query)
}

/// The same, but without words it is everything in any case.
pub(crate) fn query_or_all(asking: &Asking, schema: &Schema, shell: &mut Shell) -> Result<Query> {
    let mut query = query(asking, schema, shell)?;
    if query.text.trim().is_empty() {
        everything(&mut query);
        shell.asked.clone_from(&query.text);
    }
    Ok(query)
}

fn everything(query: &mut Query) {
    query.text = "*".to_owned();
    // Taken plainly the star would be no word.
    query.plain = false;
}

/// A query without words, of the filters alone.
pub(crate) fn filtered(filters: &Filters, schema: &Schema, shell: &mut Shell) -> Result<Query> {
    let mut query = Query {
        since: filters.since.clone(),
        until: filters.until.clone(),
        matching: filters.matching,
        plain: filters.plain,
        within: filters.within,
        now: filters.now,
        ..Query::default()
    };
    for text in &filters.filters {
        // The place of an error is one in the filter.
        shell.asked.clone_from(text);
        query.filters.push(parse_filter(text, schema)?);
    }
    Ok(query)
}

/// Sets which lines are wanted, and what a format shows of them.
pub(crate) fn lines(query: &mut Query, lines: &Lines, format: Format) {
    query.limit = lines.number.0;
    query.offset = lines.offset;
    query.sort = lines.sort;
    query.fresh.clone_from(&lines.fresh);
    query.all = lines.all || format.lists_articles();
    query.snippets = format.shows_snippets();
    query.facets.clone_from(&lines.facets);
    query.explain = lines.explain;
}

/// The formats that show what a flag adds to an answer: facets, and the parts of scores.
pub(crate) struct Shown {
    pub(crate) facets: &'static [Format],
    pub(crate) scores: &'static [Format],
}

impl Shown {
    /// Says for which of the flags a format has no room.
    pub(crate) fn check(&self, lines: &Lines, format: Format, shell: &mut Shell) {
        let flags = [
            ("facet", !lines.facets.is_empty(), self.facets),
            ("explain", lines.explain, self.scores),
        ];
        for (flag, is_given, formats) in flags {
            if is_given && !formats.contains(&format) {
                let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
                shell.say(&format!(
                    "hint: `--format {}` has no room for `--{flag}`; these have: {}",
                    format.name(),
                    names.join(", ")
                ));
            }
        }
    }
}
