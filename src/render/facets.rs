//! Counts of values: aligned lists with bars for people, rows for programs.

use std::io::{self, Write};

use super::layout::{bar, fit, number, one_line, pad, plural, width};
use super::{Format, Look, Style, clean, results, table};
use crate::{FacetAnswer, Facets, Pair};

/// Columns of the longest bar.
const BAR: usize = 20;

/// Writes the answer of `facets` as text, json or csv.
///
/// # Errors
/// Those of the writer.
pub fn facet_answer(
    answer: &FacetAnswer,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => {
            text(&answer.facets, look, out)?;
            if let Some(pairs) = &answer.cross {
                cross(pairs, &answer.facets, look, out)?;
            }
            let total = match answer.total {
                0 => "nothing found".to_owned(),
                total => look.paint(Style::Dim, &plural(total, "article")),
            };
            writeln!(out, "{total}")?;
            look.hints(out, &answer.hints)
        }
        Format::Csv => rows(answer, out),
        _ => results::json(answer, out),
    }
}

/// Facets, a list each, an empty line behind each.
pub(super) fn text(facets: &Facets, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    for (field, facet) in &facets.0 {
        writeln!(out, "{}", look.paint(Style::Title, &clean(field)))?;
        let names: Vec<String> = facet
            .values
            .iter()
            .map(|value| fit(&one_line(&clean(&value.value)), look.width / 2))
            .collect();
        let counts: Vec<u64> = facet.values.iter().map(|value| value.count).collect();
        for line in bars(&names, &counts, look) {
            writeln!(out, "  {line}")?;
        }
        let mut rest = Vec::new();
        if facet.others > 0 {
            rest.push(plural(facet.others, "more value"));
        }
        if facet.missing > 0 {
            rest.push(format!("{} without", plural(facet.missing, "article")));
        }
        if !facet.exact {
            rest.push("counts are lower bounds".to_owned());
        }
        if facet.values.is_empty() && rest.is_empty() {
            rest.push("no values".to_owned());
        }
        if !rest.is_empty() {
            writeln!(out, "  {}", look.paint(Style::Dim, &rest.join(" · ")))?;
        }
        writeln!(out)?;
    }
    // Once is enough to see how it is done.
    let first = facets.0.iter().find_map(|(field, facet)| {
        let value = facet.values.first()?;
        Some(format!("{field}={}", one_line(&clean(&value.value))))
    });
    if let Some(filter) = first {
        let narrow = format!("narrow with -w {}", quoted(&filter));
        writeln!(out, "{}\n", look.paint(Style::Dim, &narrow))?;
    }
    Ok(())
}

/// Lines of name, count and bar.
fn bars(names: &[String], counts: &[u64], look: &Look) -> Vec<String> {
    let name_columns = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let largest = counts.iter().copied().max().unwrap_or(0);
    let count_columns = number(largest).len();
    // Two columns before the line, two between its parts.
    let room = look.width.saturating_sub(name_columns + count_columns + 6);
    let lines = names.iter().zip(counts).map(|(name, &count)| {
        let bar = bar(count as f64, largest as f64, room.min(BAR));
        format!(
            "{}  {:>count_columns$}  {}",
            pad(name, name_columns),
            number(count),
            look.paint(Style::Label, &bar)
        )
    });
    lines.map(|line| line.trim_end().to_owned()).collect()
}

fn cross(pairs: &[Pair], facets: &Facets, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let fields: Vec<&str> = facets.0.iter().map(|(field, _)| field.as_str()).collect();
    let heading = match fields.as_slice() {
        [one] => format!("{one} with {one}"),
        fields => fields.join(" with "),
    };
    writeln!(out, "{}", look.paint(Style::Title, &heading))?;
    let names: Vec<String> = pairs
        .iter()
        .map(|pair| {
            fit(
                &one_line(&clean(&pair.values.join(" + "))),
                look.width * 2 / 3,
            )
        })
        .collect();
    let counts: Vec<u64> = pairs.iter().map(|pair| pair.count).collect();
    for line in bars(&names, &counts, look) {
        writeln!(out, "  {line}")?;
    }
    if pairs.is_empty() {
        writeln!(out, "  {}", look.paint(Style::Dim, "no pairs"))?;
    }
    writeln!(out)
}

/// An argument as a POSIX shell takes it.
pub fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./:,@%+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

fn rows(answer: &FacetAnswer, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table::Table::new(out);
    if let Some(pairs) = &answer.cross {
        table.row(["value", "with", "count"])?;
        for pair in pairs {
            let value = |i: usize| pair.values.get(i).cloned().unwrap_or_default();
            table.row([value(0), value(1), pair.count.to_string()])?;
        }
        return table.end();
    }
    table.row(["field", "value", "count", "filter"])?;
    for (field, facet) in &answer.facets.0 {
        for value in &facet.values {
            let count = value.count.to_string();
            table.row([field, &value.value, &count, &value.filter])?;
        }
    }
    table.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Facet, FacetValue};

    fn answer() -> FacetAnswer {
        let value = FacetValue {
            value: "Sinn \"Fein\"".to_owned(),
            count: 3,
            filter: "org=\"Sinn \\\"Fein\\\"\"".to_owned(),
        };
        let facet = Facet {
            values: vec![value],
            exact: true,
            ..Facet::default()
        };
        FacetAnswer {
            total: 3,
            facets: Facets(vec![("org".to_owned(), facet)]),
            ..FacetAnswer::default()
        }
    }

    fn written(answer: &FacetAnswer, format: Format) -> String {
        let mut out = Vec::new();
        facet_answer(answer, format, &Look::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    // Quotes survive in every format.
    #[test]
    fn formats() {
        assert_eq!(
            written(&answer(), Format::Text),
            "org\n  Sinn \"Fein\"  3  ████████████████████\n\nnarrow with -w 'org=Sinn \"Fein\"'\n\n3 articles\n"
        );
        assert_eq!(
            written(&answer(), Format::Csv),
            "field,value,count,filter\norg,\"Sinn \"\"Fein\"\"\",3,\"org=\"\"Sinn \\\"\"Fein\\\"\"\"\"\"\n"
        );
        assert_eq!(
            written(&answer(), Format::Json),
            "{\"version\":1,\"total\":3,\"facets\":{\"org\":{\"values\":[{\"value\":\"Sinn \\\"Fein\\\"\",\"count\":3,\"filter\":\"org=\\\"Sinn \\\\\\\"Fein\\\\\\\"\\\"\"}],\"others\":0,\"missing\":0,\"exact\":true}}}\n"
        );
    }

    // Pairs of one field with itself are headed so.
    #[test]
    fn pairs() {
        let pair = Pair {
            values: vec!["A".to_owned(), "B".to_owned()],
            count: 2,
        };
        let crossed = FacetAnswer {
            cross: Some(vec![pair]),
            ..answer()
        };
        assert!(written(&crossed, Format::Text).contains("org with org\n  A + B  2  ██"));
        assert_eq!(written(&crossed, Format::Csv), "value,with,count\nA,B,2\n");
    }

    #[test]
    fn shell_quotes() {
        assert_eq!(quoted("org=tass"), "org=tass");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
