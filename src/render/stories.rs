//! Stories: the tellings of one in order of time, and the biggest of a period.

use std::io::{self, Write};

use super::layout::{fit, one_line, plural, wrap_text};
use super::{Format, Look, Style, clean, hits, results};
use crate::{Adds, StoriesAnswer, StoryAnswer};

/// Names and numbers listed of what a telling adds.
const LISTED: usize = 6;

/// Writes every telling of a story as text or json.
///
/// # Errors
/// Those of the writer.
pub fn story(
    answer: &StoryAnswer,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(answer, out);
    }
    for telling in &answer.articles {
        let hit = &telling.hit;
        let day = hit
            .date
            .map_or("undated".to_owned(), |date| date.days().0.to_string());
        let title = clean(hit.title.as_deref().unwrap_or(&hit.path));
        writeln!(
            out,
            "{}  {}",
            look.paint(Style::Dim, &day),
            look.paint(
                Style::Title,
                &fit(&one_line(&title), look.width.saturating_sub(12))
            )
        )?;
        let mut about: Vec<String> = hit
            .source
            .iter()
            .chain(&hit.agency)
            .map(|name| clean(name).into_owned())
            .collect();
        about.push(hits::short_id(&hit.id));
        if hit.copy_of.is_some() {
            about.push("copy".to_owned());
        }
        writeln!(
            out,
            "            {}",
            look.paint(Style::Dim, &about.join(" · "))
        )?;
        let added = added(&telling.adds);
        for line in wrap_text(&added, look.width.saturating_sub(12), 4) {
            writeln!(out, "            {line}")?;
        }
    }
    writeln!(
        out,
        "{}",
        look.paint(Style::Dim, &plural(answer.articles.len() as u64, "article"))
    )
}

fn added(adds: &Adds) -> String {
    let mut parts = Vec::new();
    if adds.sentences > 0 {
        parts.push(plural(adds.sentences, "new sentence"));
    }
    let names: Vec<&String> = adds
        .person
        .iter()
        .chain(&adds.org)
        .chain(&adds.place)
        .collect();
    for values in [names, adds.numbers.iter().collect()] {
        if values.is_empty() {
            continue;
        }
        let shown: Vec<String> = values
            .iter()
            .take(LISTED)
            .map(|value| clean(value).into_owned())
            .collect();
        let more = values.len().saturating_sub(LISTED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        parts.push(format!("{}{more}", shown.join(", ")));
    }
    if parts.is_empty() {
        return "adds nothing".to_owned();
    }
    format!("+ {}", parts.join("; "))
}

/// Writes the biggest stories as text, json or csv.
///
/// # Errors
/// Those of the writer.
pub fn stories(
    answer: &StoriesAnswer,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(answer, out);
    }
    if answer.stories.is_empty() {
        writeln!(out, "no story has more than one telling")?;
    }
    for (rank, story) in (1..).zip(&answer.stories) {
        let title = clean(story.title.as_deref().unwrap_or(&story.story));
        let title = fit(&one_line(&title), look.width.saturating_sub(4));
        writeln!(out, "{rank:>2}  {}", look.paint(Style::Title, &title))?;
        let mut about = vec![plural(story.size, "article")];
        if story.sources > 0 {
            about.push(plural(story.sources, "source"));
        }
        match (&story.first, &story.last) {
            (Some(first), Some(last)) if first != last => about.push(format!("{first} to {last}")),
            (Some(first), _) => about.push(first.clone()),
            _ => {}
        }
        about.push(hits::short_id(&story.story));
        writeln!(out, "    {}", look.paint(Style::Dim, &about.join(" · ")))?;
    }
    look.hints(out, &answer.hints)
}
