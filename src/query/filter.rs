//! Exact filters as `--where` takes them: `person=Vladimir Putin`, `source!="HW News"`, `date=2024-06`.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::field::{Target, Way, target, unknown_field};
use super::{Filter, Node, NodeKind, dates};
use crate::{Error, ErrorKind, Result, Schema};

/// Reads `FIELD=VALUE` or `FIELD!=VALUE`; quotation marks around the value may be left out.
///
/// # Errors
/// [`ErrorKind::Usage`] when it has not that form or the field has no whole values, [`ErrorKind::UnknownField`],
/// [`ErrorKind::BadDate`].
pub fn parse_filter(text: &str, schema: &Schema) -> Result<Filter> {
    let form = || {
        Error::new(ErrorKind::Usage, format!("`{text}` is no filter"))
            .with_hint("write FIELD=VALUE or FIELD!=VALUE, such as person=\"Kim Jong Un\"")
    };
    let (name, value) = text.split_once('=').ok_or_else(form)?;
    let (name, exclude) = match name.strip_suffix('!') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let name = name.trim();
    let value = unquote(value.strip_prefix('=').unwrap_or(value).trim());
    if name.is_empty() || value.is_empty() {
        return Err(form());
    }
    let filter = Filter {
        field: name.to_lowercase(),
        value,
        exclude,
    };
    // What cannot be searched for is refused here; any day serves to check a date.
    let noon = NaiveDate::default().and_time(NaiveTime::MIN);
    filter_node(&filter, schema, noon)?;
    Ok(filter)
}

/// The tree of a filter, under `Not` when it excludes.
///
/// # Errors
/// As [`parse_filter`].
pub(crate) fn filter_node(filter: &Filter, schema: &Schema, now: NaiveDateTime) -> Result<Node> {
    let Filter { field, value, .. } = filter;
    let found = target(field, true, schema).map_err(|error| match error.kind() {
        ErrorKind::Syntax => Error::new(ErrorKind::Usage, error.message())
            .with_hint(format!("put `{field}:...` into the query instead")),
        _ => unknown_field(field, schema),
    })?;
    let Some(Target { name, way }) = found else {
        return Err(unknown_field(field, schema));
    };
    let kind = match way {
        Way::Words | Way::Exact => NodeKind::Exact {
            field: name,
            value: value.clone(),
        },
        Way::Days => {
            let (from, to) = dates::days(value, now)?;
            NodeKind::Days {
                field: name,
                from,
                to,
            }
        }
        Way::Since => NodeKind::Days {
            field: "date".to_owned(),
            from: Some(dates::first_day(value, now)?),
            to: None,
        },
        Way::Until => NodeKind::Days {
            field: "date".to_owned(),
            from: None,
            to: Some(dates::last_day(value, now)?),
        },
        Way::Story => NodeKind::Story { id: value.clone() },
        Way::Has | Way::No => {
            let value = value.to_lowercase();
            if schema.field(&value).is_none() {
                return Err(unknown_field(&value, schema));
            }
            NodeKind::Has { field: value }
        }
    };
    let node = Node { kind, span: 0..0 };
    // `no!=date` is `has=date`.
    if filter.exclude == (way == Way::No) {
        return Ok(node);
    }
    let kind = NodeKind::Not(Box::new(node));
    Ok(Node { kind, span: 0..0 })
}

/// Takes off quotation marks around a whole value; doubled ones inside stand for one.
fn unquote(value: &str) -> String {
    let pairs = [
        ('"', '"'),
        ('“', '”'),
        ('„', '“'),
        ('«', '»'),
        ('\'', '\''),
        ('‘', '’'),
    ];
    for (opening, closing) in pairs {
        let inner = value.strip_prefix(opening);
        if let Some(inner) = inner.and_then(|inner| inner.strip_suffix(closing)) {
            return inner.replace("\"\"", "\"").trim().to_owned();
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse_filter(text, &Schema::default()) {
            Ok(filter) => filter.to_string(),
            Err(error) => format!("{:?}: {error}", error.kind()),
        }
    }

    // Shells eat quotation marks, so they must not be needed.
    #[test]
    fn filters() {
        for (text, expected) in [
            ("person=Kim Jong Un", r#"person="Kim Jong Un""#),
            (r#"person="Kim Jong Un""#, r#"person="Kim Jong Un""#),
            ("Person='Kim Jong Un'", r#"person="Kim Jong Un""#),
            ("source!=HW News", r#"source!="HW News""#),
            (
                r#"person=Dwayne "Rock" Johnson"#,
                r#"person="Dwayne ""Rock"" Johnson""#,
            ),
            (
                "url=https://example.org/?a=b",
                r#"url="https://example.org/?a=b""#,
            ),
            ("date=2024-06", r#"date="2024-06""#),
            ("has=byline", r#"has="byline""#),
            ("story=7f3a", r#"story="7f3a""#),
            ("persn=Putin", "UnknownField: unknown field `persn`"),
            ("colour=red", "UnknownField: unknown field `colour`"),
            ("has=colour", "UnknownField: unknown field `colour`"),
            (
                "title=Summit",
                "Usage: `title` is text, it has no whole value to compare",
            ),
            ("date=2024-13", "BadDate: `2024-13`: there is no month 13"),
            ("putin", "Usage: `putin` is no filter"),
            ("person=", "Usage: `person=` is no filter"),
            ("=x", "Usage: `=x` is no filter"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    // A facet's filter goes back in as it came out.
    #[test]
    fn printed_filters_are_read_back() {
        for value in ["Kim", "a \"b\" c", "\"", "x\"\"y", "it's", "'a'"] {
            let filter = Filter {
                field: "person".to_owned(),
                value: value.to_owned(),
                exclude: true,
            };
            let again = parse_filter(&filter.to_string(), &Schema::default());
            assert_eq!(again.ok(), Some(filter));
        }
    }

    // Exclusion and absence cancel each other.
    #[test]
    fn trees_of_filters() {
        for (text, expected) in [
            ("person!=Kim", r#"-person="Kim""#),
            ("no=date", "no:date"),
            ("no!=date", "has:date"),
            ("since=2024", "date:2024-01-01.."),
            ("date=..2023-05", "date:..2023-05-31"),
        ] {
            let schema = Schema::default();
            let filter = parse_filter(text, &schema).expect("is a filter");
            let noon = NaiveDate::default().and_time(NaiveTime::MIN);
            let node = filter_node(&filter, &schema, noon).expect("was checked");
            assert_eq!(node.to_string(), expected);
        }
    }
}
