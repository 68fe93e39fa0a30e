//! One person, organisation or place, as a page for people.

use std::io::{self, Write};

use super::layout::{plural, wrap_text};
use super::{Format, Look, Style, clean, facets, results, timeline};
use crate::{DecisionReport, EntityAnswer, Facet, FacetValue, Facets, Period, Timeline};

/// Writes what is known of an entity as text or json.
///
/// # Errors
/// Those of the writer.
pub fn entity(
    answer: &EntityAnswer,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(answer, out);
    }
    writeln!(out, "{}", look.paint(Style::Title, &clean(&answer.name)))?;
    let mut seen = format!("{} · {}", answer.field, plural(answer.articles, "article"));
    if let (Some(first), Some(last)) = (&answer.first, &answer.last) {
        seen.push_str(&format!(" · {first} to {last}"));
    }
    writeln!(out, "{}", look.paint(Style::Dim, &seen))?;
    if !answer.aliases.is_empty() {
        let forms = format!("also as {}", clean(&answer.aliases.join(", ")));
        for line in wrap_text(&forms, look.width, 4) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out)?;
    facets::text(&lists(answer), look, out)?;
    if answer.months.len() > 1 {
        let months = Timeline {
            by: Period::Month,
            total: answer.articles,
            periods: answer.months.clone(),
            ..Timeline::default()
        };
        timeline::timeline(&months, Format::Text, look, out)?;
    }
    look.hints(out, &answer.hints)
}

/// Writes what was kept of a correction of names as text or json.
///
/// # Errors
/// Those of the writer.
pub fn decision(report: &DecisionReport, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => writeln!(out, "kept in entities.rules: {}", clean(&report.rule)),
        _ => results::json(report, out),
    }
}

/// Sources and company as facets, without those that are empty.
fn lists(answer: &EntityAnswer) -> Facets {
    let facet = |name: &str, values: &[FacetValue]| {
        (
            name.to_owned(),
            Facet {
                values: values.to_vec(),
                exact: true,
                ..Facet::default()
            },
        )
    };
    let mut lists = vec![facet("source", &answer.sources)];
    lists.extend(
        answer
            .with
            .iter()
            .map(|(field, values)| facet(field, values)),
    );
    lists.retain(|(_, facet)| !facet.values.is_empty());
    Facets(lists)
}
