//! From the words and filters of a command line to a query.

use morgue::{Filter, Query, Result, Schema};

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
        query.filters.push(filter(text, schema)?);
    }
    Ok(query)
}

/// Sets which lines are wanted.
pub(crate) fn lines(query: &mut Query, lines: &Lines) {
    query.limit = lines.number.0;
    query.offset = lines.offset;
    query.sort = lines.sort;
    query.fresh.clone_from(&lines.fresh);
    query.all = lines.all;
    query.facets.clone_from(&lines.facets);
    query.explain = lines.explain;
}

/// Reads `FIELD=VALUE` or `FIELD!=VALUE`; quotes around the value may be left out.
fn filter(text: &str, schema: &Schema) -> Result<Filter> {
    use morgue::{Error, ErrorKind};

    let wrong = |message: &str| {
        Error::new(ErrorKind::Syntax, message.to_owned())
            .with_span(0..text.len())
            .with_hint("write FIELD=VALUE or FIELD!=VALUE, such as -w source='HW News'")
    };
    let (field, value) = text
        .split_once('=')
        .ok_or_else(|| wrong("a filter has no `=`"))?;
    let (field, exclude) = match field.strip_suffix('!') {
        Some(field) => (field, true),
        None => (field, false),
    };
    let name = field.trim();
    if schema.field(name).is_none() {
        let hint = match schema.similar_name(name) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`morgue fields` lists the fields".to_owned(),
        };
        let error = Error::new(ErrorKind::UnknownField, format!("no field `{name}`"));
        return Err(error.with_span(0..field.len()).with_hint(hint));
    }
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    let value = bare.unwrap_or(value);
    if value.is_empty() {
        return Err(wrong("a filter has no value"));
    }
    Ok(Filter {
        field: name.to_owned(),
        value: value.to_owned(),
        exclude,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        let read = |text: &str| match filter(text, &Schema::default()) {
            Ok(filter) => format!("{} {} {}", filter.field, filter.value, filter.exclude),
            Err(error) => format!("{error} {:?}", error.at()),
        };
        assert_eq!(read("source=HW News"), "source HW News false");
        assert_eq!(read("person!=\"Kim = Jong\""), "person Kim = Jong true");
        assert_eq!(read("persn=x"), "no field `persn` Some((0, 5))");
        assert_eq!(read("source"), "a filter has no `=` Some((0, 6))");
        assert_eq!(read("source= "), "a filter has no value Some((0, 8))");
    }
}
