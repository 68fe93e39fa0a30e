//! The whole article as a text: title, facts, body, and what else stood in the file.
//!
//! What was derived or guessed carries a `~`.

use std::io::{self, Write};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::layout::{self, Marked, one_line, pad};
use super::{Look, Style, clean, hits};
use crate::{Article, Date, How, Proof};

/// Lines longer than this tire the eye, however wide the terminal.
const READABLE: usize = 80;

/// Writes an article; the words of `find` are marked in it.
///
/// # Errors
/// Those of the writer.
pub fn article_text(
    article: &Article,
    find: &[String],
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = look.width.min(READABLE);
    let sought: Vec<Sought> = find.iter().filter_map(|word| Sought::new(word)).collect();
    let title = article.title.as_deref().unwrap_or("(no title)");
    let indent = if article.title_is_derived() { "~ " } else { "" };
    for (i, line) in marked(title, &sought, look, width.saturating_sub(indent.len()))
        .iter()
        .enumerate()
    {
        let margin = match (i, indent) {
            (_, "") => String::new(),
            (0, _) => format!("{} ", look.guess()),
            _ => "  ".to_owned(),
        };
        let title = layout::painted(look, line);
        // Marks inside a bold line would end it, so a line with marks is not bold.
        let title = if look.color && line.iter().any(|(_, mark)| *mark) {
            title
        } else {
            look.paint(Style::Title, &title)
        };
        writeln!(out, "{margin}{title}")?;
    }
    if let Some(standfirst) = &article.standfirst {
        for line in marked(standfirst, &sought, look, width) {
            writeln!(out, "{}", layout::painted(look, &line))?;
        }
    }
    writeln!(out)?;
    for (label, value) in facts(article) {
        let guessed = value.starts_with('~');
        let value = value.trim_start_matches('~');
        let lines = layout::wrap_text(value, width.saturating_sub(13), 6);
        for (i, line) in lines.iter().enumerate() {
            let label = if i == 0 { label.as_str() } else { "" };
            let label = look.paint(Style::Label, &pad(label, 10));
            let mark = if guessed && i == 0 {
                look.guess()
            } else {
                " ".to_owned()
            };
            writeln!(out, "{label} {mark} {line}")?;
        }
    }
    writeln!(out)?;
    paragraphs(&article.body, &sought, look, width, "", out)?;
    for zone in &article.rest {
        let name = format!("[{}]", one_line(&clean(&zone.zone)));
        writeln!(out, "\n{}", look.paint(Style::Dim, &name))?;
        paragraphs(&zone.text, &sought, look, width, "  ", out)?;
    }
    Ok(())
}

fn paragraphs(
    text: &str,
    sought: &[Sought],
    look: &Look,
    width: usize,
    indent: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    // A single newline is a line of its own (a table, a text that came in lines), an empty line ends a paragraph.
    let mut ended = false;
    let mut is_first = true;
    for line in text.split('\n') {
        if line.trim().is_empty() {
            ended = true;
            continue;
        }
        if ended && !is_first {
            writeln!(out)?;
        }
        (ended, is_first) = (false, false);
        for line in marked(line, sought, look, width.saturating_sub(indent.len())) {
            writeln!(out, "{indent}{}", layout::painted(look, &line))?;
        }
    }
    Ok(())
}

/// Labels and values in the order a reader asks for them; a value that is a guess begins with `~`.
fn facts(article: &Article) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut add = |label: &str, value: String| {
        if !value.is_empty() {
            facts.push((label.to_owned(), value));
        }
    };
    let single = |field: &str, value: Option<String>| match value {
        Some(value) if is_guess(article, field, None) => format!("~{}", tidy(&value)),
        Some(value) => tidy(&value),
        None => String::new(),
    };
    add("date", single("date", article.date.as_ref().map(moment)));
    add(
        "updated",
        single("updated", article.updated.as_ref().map(moment)),
    );
    add("source", single("source", article.source.clone()));
    for (field, values) in [
        ("agency", &article.agency),
        ("byline", &article.byline),
        ("section", &article.section),
    ] {
        add(field, several(article, field, values));
    }
    add("dateline", single("dateline", article.dateline.clone()));
    add("language", single("language", article.language.clone()));
    for (field, values) in [
        ("person", &article.person),
        ("org", &article.org),
        ("place", &article.place),
    ] {
        // Names are found by rules; marking each as a guess would say nothing.
        add(field, tidy(&values.join(", ")));
    }
    for (field, values) in &article.labels {
        add(&tidy(field), tidy(&values.join(", ")));
    }
    add("url", single("url", article.url.clone()));
    add("file", hits::location(&article.path, article.record));
    add("id", tidy(&article.id));
    let other = |id: &Option<String>| id.as_deref().map(hits::short_id);
    // A story of its own is none to speak of.
    if article.story.as_deref() != Some(article.id.as_str()) {
        add("story", other(&article.story).unwrap_or_default());
    }
    add("copy of", other(&article.copy_of).unwrap_or_default());
    facts
}

fn tidy(value: &str) -> String {
    one_line(&clean(value)).trim_start_matches('~').to_owned()
}

fn several(article: &Article, field: &str, values: &[String]) -> String {
    let all: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            // The mark before the first is set by the caller's column.
            let guessed = is_guess(article, field, Some(value));
            match (guessed, i) {
                (true, _) => format!("~{}", tidy(value)),
                (false, _) => tidy(value),
            }
        })
        .collect();
    all.join(", ")
}

fn is_guess(article: &Article, field: &str, value: Option<&str>) -> bool {
    let pieces = article.evidence.get(field).map_or(&[][..], Proof::pieces);
    // That a name goes by another in this archive is no guess about the article.
    let mut pieces = pieces.iter().filter(|piece| !piece.is_alias());
    let piece = pieces
        .find(|piece| value.is_none() || piece.value.is_none() || piece.value.as_deref() == value);
    piece.is_some_and(|piece| piece.how != How::Stated)
}

/// A date as people write it, with its time and zone where they are known.
pub(super) fn moment(date: &Date) -> String {
    match date {
        Date::Instant(instant) if instant.offset().local_minus_utc() == 0 => {
            instant.format("%Y-%m-%d %H:%M UTC").to_string()
        }
        Date::Instant(instant) => instant.format("%Y-%m-%d %H:%M %:z").to_string(),
        Date::Local(local) => local.format("%Y-%m-%d %H:%M").to_string(),
        date => date.to_string(),
    }
}

/// A word to mark, folded, and whether anything may follow it.
struct Sought {
    word: Vec<char>,
    open: bool,
}

impl Sought {
    fn new(word: &str) -> Option<Sought> {
        let open = word.ends_with('*');
        let word: Vec<char> = word
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(fold)
            .collect();
        (!word.is_empty()).then_some(Sought { word, open })
    }

    /// Whether a folded word is meant: the same, or one grown from the other by a short ending.
    fn finds(&self, word: &[char]) -> bool {
        let (short, long) = if self.word.len() <= word.len() {
            (self.word.as_slice(), word)
        } else {
            (word, self.word.as_slice())
        };
        if !long.starts_with(short) {
            return false;
        }
        let grown = long.len() - short.len();
        let is_ending = short.len() >= 4 && grown <= 2;
        grown == 0 || is_ending || (self.open && self.word.len() < word.len())
    }
}

/// A letter without case and accent.
fn fold(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c)
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
}

/// Lines of a text with the sought words marked.
fn marked(text: &str, sought: &[Sought], look: &Look, width: usize) -> Vec<Vec<Marked>> {
    let mut letters: Vec<Marked> = clean(text).chars().map(|c| (c, false)).collect();
    if !sought.is_empty() {
        let is_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
        for word in letters.chunk_by_mut(|(a, _), (b, _)| is_word(*a) == is_word(*b)) {
            let folded: Vec<char> = word.iter().flat_map(|(c, _)| fold(*c)).collect();
            let found = word.first().is_some_and(|(c, _)| is_word(*c))
                && sought.iter().any(|sought| sought.finds(&folded));
            for (_, mark) in word.iter_mut() {
                *mark = found;
            }
        }
        if !look.color {
            letters = layout::star(letters);
        }
    }
    layout::wrap(&letters, width, usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Evidence, Zone};

    pub(crate) fn ferry() -> Article {
        let mut article = Article {
            id: "7f3a91c2d4e5f60718293a4b".to_owned(),
            path: "/news/a.csv".to_owned(),
            record: Some(4),
            title: Some("Ferry service resumes".to_owned()),
            date: Date::parse("2024-06-18T07:18:00+02:00"),
            source: Some("Island Herald".to_owned()),
            agency: vec!["AP".to_owned(), "PTI".to_owned()],
            person: vec!["Ada Moreno".to_owned()],
            body: "The first férries left on Tuesday.\n\nThe ferry\u{202e} operator \"Nordic\" declined to say how many passengers were on board.\nFares rise.".to_owned(),
            rest: vec![Zone {
                zone: "caption".to_owned(),
                text: "A ferry".to_owned(),
            }],
            ..Article::default()
        };
        let guess = Proof::One(Evidence::new(How::Guessed, "host"));
        article.evidence.insert("source".to_owned(), guess);
        let lead = Proof::One(Evidence::new(How::Derived, "lead"));
        article.evidence.insert("title".to_owned(), lead);
        article
    }

    // The whole page: guesses and finds marked, hostile characters gone.
    #[test]
    fn page() {
        let mut out = Vec::new();
        let look = Look {
            width: 50,
            ..Look::default()
        };
        article_text(&ferry(), &["Ferry".to_owned()], &look, &mut out).unwrap();
        let expected = "\
~ *Ferry* service resumes

date         2024-06-18 07:18 +02:00
source     ~ Island Herald
agency       AP, PTI
person       Ada Moreno
file         /news/a.csv (record 4)
id           7f3a91c2d4e5f60718293a4b

The first férries left on Tuesday.

The *ferry* operator \"Nordic\" declined to say how
many passengers were on board.
Fares rise.

[caption]
  A *ferry*
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    // Endings are forgiven, other words are not.
    #[test]
    fn finds() {
        let finds = |sought: &str, word: &str| {
            let folded: Vec<char> = word.chars().flat_map(fold).collect();
            Sought::new(sought).unwrap().finds(&folded)
        };
        assert!(finds("sanction", "Sanctions") && finds("sanctions", "sanction"));
        assert!(finds("cafe", "Café") && finds("sanc*", "sanctioned"));
        assert!(!finds("san", "sand") && !finds("port", "portable"));
        assert!(Sought::new("\"").is_none());
    }
}
