//! Stories: the tellings of one in order of time, and the biggest of a period.

use std::io::{self, Write};

use super::layout::{fit, one_line, plural, wrap_text};
use super::table::Table;
use super::{Format, Look, Style, clean, hits, results};
use crate::{Adds, Results, StoriesAnswer, StoryAnswer};

/// Names and numbers listed of what a telling adds.
const LISTED: usize = 6;

/// Writes every telling of a story: as lists and tables like the hits of a search, without what each adds.
///
/// # Errors
/// Those of the writer.
pub fn story(
    answer: &StoryAnswer,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut tellings = answer.articles.iter();
    match format {
        Format::Text => tellings_text(answer, look, out),
        Format::Json => results::json(answer, out),
        Format::Jsonl => tellings.try_for_each(|telling| results::json_line(telling, out)),
        _ => {
            let hits = tellings.map(|telling| telling.hit.clone()).collect();
            let listed = Results {
                hits,
                ..Results::default()
            };
            results::results(&listed, format, look, out)
        }
    }
}

fn tellings_text(answer: &StoryAnswer, look: &Look, out: &mut dyn Write) -> io::Result<()> {
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

/// Writes the biggest stories as text, json, csv or ids.
///
/// # Errors
/// Those of the writer.
pub fn stories(
    answer: &StoriesAnswer,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => {}
        Format::Csv => return stories_table(answer, out),
        Format::Ids => {
            let mut stories = answer.stories.iter();
            return stories.try_for_each(|story| writeln!(out, "{}", story.story));
        }
        _ => return results::json(answer, out),
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

fn stories_table(answer: &StoriesAnswer, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(out);
    table.row(["story", "title", "size", "sources", "first", "last"])?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    for story in &answer.stories {
        table.row([
            story.story.clone(),
            text(&story.title),
            story.size.to_string(),
            story.sources.to_string(),
            text(&story.first),
            text(&story.last),
        ])?;
    }
    table.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Hit, StoryLine, Telling};

    fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    // Tellings are listed like the hits of a search.
    #[test]
    fn tellings() {
        let telling = |id: &str| Telling {
            hit: Hit {
                id: id.to_owned(),
                path: format!("{id}.txt"),
                ..Hit::default()
            },
            adds: Adds {
                sentences: 2,
                ..Adds::default()
            },
        };
        let answer = StoryAnswer {
            articles: vec![telling("a"), telling("b")],
            ..StoryAnswer::default()
        };
        let written = |format| written(|out| story(&answer, format, &Look::default(), out));
        assert_eq!(written(Format::Ids), "a\nb\n");
        assert_eq!(written(Format::Paths), "a.txt\nb.txt\n");
        assert!(written(Format::Csv).starts_with("rank,id,"));
        let lines = written(Format::Jsonl);
        assert_eq!(lines.lines().count(), 2);
        assert!(lines.starts_with(r#"{"version":1,"rank":0,"id":"a","#));
        assert!(lines.contains(r#""sentences":2"#));
    }

    #[test]
    fn tables_of_stories() {
        let line = StoryLine {
            story: "a".to_owned(),
            title: Some("Ferry, again".to_owned()),
            size: 3,
            sources: 2,
            ..StoryLine::default()
        };
        let answer = StoriesAnswer {
            stories: vec![line],
            ..StoriesAnswer::default()
        };
        let written = |format| written(|out| stories(&answer, format, &Look::default(), out));
        assert_eq!(written(Format::Ids), "a\n");
        assert_eq!(
            written(Format::Csv),
            "story,title,size,sources,first,last\na,\"Ferry, again\",3,2,,\n"
        );
    }
}
