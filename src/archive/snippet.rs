//! The passage of an article that answers: the sentences with most of what was asked, near each other, and with names.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "positions are those of words found in the same text"
)]

use std::ops::Range;

use super::marks::{Find, Marks};
use super::stems::{Language, language};
use crate::{Article, Piece};

/// The length of a snippet in characters, about three lines of a terminal.
const LENGTH: usize = 240;

/// What a further find of the same word is worth, against the first.
const AGAIN: f32 = 0.1;

/// What two different words that are neighbours are worth beside their own weight.
const NEIGHBOURS: f32 = 0.5;

/// The part by which a name makes a passage worth more; who did it, where, is most of an answer.
const NAME: f32 = 0.08;

/// The part by which the lead is worth more than what comes later, where it shows anything that was asked.
const LEAD: f32 = 0.25;

/// The most names that count.
const MOST_NAMES: usize = 3;

/// How much more a later passage must be worth than an earlier one.
const CLEARLY: f32 = 1.02;

/// The passage of an article that shows most of what matched; its lead when nothing in its text did.
pub(crate) fn snippet(article: &Article, marks: &Marks) -> Vec<Piece> {
    let language = language(article.language.as_deref().unwrap_or(""));
    let rest = marks
        .rest
        .as_deref()
        .and_then(|marks| rest_of(article, language, marks));
    let names: Vec<Range<usize>> = article
        .mentions
        .iter()
        .map(|mention| mention.start..mention.end)
        .collect();
    let Some(mut rest) = rest else {
        return passage(&article.body, language, marks, &names, LENGTH).pieces;
    };
    if marks.is_empty() {
        return rest;
    }
    // Two places were asked for, and each is shown.
    let body = passage(&article.body, language, marks, &names, LENGTH / 2);
    if body.value == 0.0 {
        return rest;
    }
    let mut both = body.pieces;
    both.push(plain(" "));
    both.append(&mut rest);
    join_plain(both)
}

/// The passage of what stands outside the article, with the name of its place before it.
fn rest_of(article: &Article, language: Language, marks: &Marks) -> Option<Vec<Piece>> {
    let passages = article.rest.iter().map(|zone| {
        let found = passage(&zone.text, language, marks, &[], LENGTH);
        (found, &zone.zone)
    });
    // The first of the best.
    let (best, zone) = passages.reduce(|best, other| match other.0.value > best.0.value {
        true => other,
        false => best,
    })?;
    if best.value == 0.0 {
        return None;
    }
    let mut pieces = vec![plain(&format!("[{zone}] "))];
    pieces.extend(best.pieces);
    Some(join_plain(pieces))
}

struct Passage {
    /// What its finds are worth; nothing when it holds none.
    value: f32,
    pieces: Vec<Piece>,
}

/// The best passage of a text; its beginning when nothing is found.
fn passage(
    text: &str,
    language: Language,
    marks: &Marks,
    names: &[Range<usize>],
    length: usize,
) -> Passage {
    let found = marks.find(text, language);
    let (value, start) = best_place(text, &found, marks, names, length);
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let end = end_of(text, start, length);
    let mut pieces = Vec::new();
    if start > 0 {
        pieces.push(plain("..."));
    }
    let mut at = start;
    let shown = |find: &&Find| find.start >= start && find.end <= end;
    for find in found.iter().filter(shown) {
        pieces.push(plain(&one_line(&text[at..find.start])));
        pieces.push(Piece {
            text: text[find.start..find.end].to_owned(),
            hit: true,
        });
        at = find.end;
    }
    pieces.push(plain(&one_line(&text[at..end])));
    // A passage that ends with a sentence needs no sign that more follows.
    let whole = end == text.trim_end().len() || text[..end].ends_with(['.', '!', '?', '”']);
    if !whole {
        pieces.push(plain("..."));
    }
    Passage {
        value,
        pieces: join_plain(pieces),
    }
}

fn plain(text: &str) -> Piece {
    Piece {
        text: text.to_owned(),
        hit: false,
    }
}

/// Joins neighbours that are both unmarked and leaves empty ones out.
fn join_plain(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.into_iter().filter(|piece| !piece.text.is_empty()) {
        match joined.last_mut() {
            Some(last) if !last.hit && !piece.hit => last.text.push_str(&piece.text),
            _ => joined.push(piece),
        }
    }
    joined
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if c.is_whitespace() { ' ' } else { c };
        if !(c == ' ' && line.ends_with(' ')) {
            line.push(c);
        }
    }
    line
}

/// What the best passage is worth, and where it begins. The lead is the first to beat.
fn best_place(
    text: &str,
    found: &[Find],
    marks: &Marks,
    names: &[Range<usize>],
    length: usize,
) -> (f32, usize) {
    let mut best = (0.0, 0);
    let mut last = None;
    let starts = found
        .iter()
        .map(|find| sentence_before(text, find.start, length));
    for (first, start) in std::iter::once(0).chain(starts).enumerate() {
        // The first find of a sentence has those behind it in its passage.
        if last.replace(start) == Some(start) && first > 1 {
            continue;
        }
        let end = end_of(text, start, length);
        let window = &found[first.saturating_sub(1)..];
        let count = window.iter().take_while(|find| find.end <= end).count();
        if count == 0 {
            continue;
        }
        let named = names
            .iter()
            .filter(|name| name.start >= start && name.end <= end)
            .take(MOST_NAMES)
            .count();
        let lead = if start == 0 { LEAD } else { 0.0 };
        let value = worth(&window[..count], marks) * (1.0 + NAME * named as f32 + lead);
        if value > best.0 * CLEARLY {
            best = (value, start);
        }
    }
    best
}

/// What finds that stand together are worth.
fn worth(found: &[Find], marks: &Marks) -> f32 {
    let mut value = 0.0;
    for (number, find) in found.iter().enumerate() {
        let weight = marks.weight(&find.key);
        let is_new = found[..number].iter().all(|other| other.key != find.key);
        value += if is_new { weight } else { weight * AGAIN };
        let before = number.checked_sub(1).and_then(|before| found.get(before));
        if let Some(before) = before.filter(|before| before.key != find.key) {
            let apart = find.place.saturating_sub(before.place).max(1);
            value += NEIGHBOURS * weight.min(marks.weight(&before.key)) / apart as f32;
        }
    }
    value
}

/// The ends of sentences that a passage may begin after.
const ENDS: [&str; 6] = [". ", "! ", "? ", "\n", ".” ", ".\" "];

/// Words before a point that ends no sentence.
const TITLES: [&str; 12] = [
    "Mr", "Mrs", "Ms", "Dr", "St", "Gen", "Sen", "Rep", "Gov", "Lt", "Col", "No",
];

/// The start of the sentence that holds a byte, when it is near; else a word some way before it.
fn sentence_before(text: &str, at: usize, length: usize) -> usize {
    let mut from = at.saturating_sub(length / 3);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut until = at;
    while let Some(before) = text.get(from..until) {
        let ends = ENDS
            .iter()
            .filter_map(|end| Some((before.rfind(end)?, end.len())));
        let Some((place, width)) = ends.max() else {
            break;
        };
        if !is_abbreviation(&text[..from + place]) {
            return from + place + width;
        }
        until = from + place;
    }
    if from == 0 {
        return 0;
    }
    match text[from..at].find(' ') {
        Some(space) => from + space + 1,
        None => at,
    }
}

/// Whether what ends here is short for something: `Mr`, an initial.
pub(super) fn is_abbreviation(text: &str) -> bool {
    let word = text.rsplit([' ', '\n', '.']).next().unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_initial || TITLES.contains(&word)
}

fn end_of(text: &str, start: usize, length: usize) -> usize {
    let rest = &text[start..];
    let Some((limit, _)) = rest.char_indices().nth(length) else {
        return start + rest.trim_end().len();
    };
    let cut = &rest[..limit];
    // A sentence that ends late enough ends the passage; else the last whole word does.
    let sentence = cut
        .rfind(". ")
        .filter(|at| !is_abbreviation(&cut[..*at]))
        .map(|at| at + 1)
        .filter(|at| *at > limit * 2 / 3);
    start
        + sentence
            .or_else(|| cut.rfind(char::is_whitespace))
            .unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mention, Zone};

    fn marks(stems: &[&str]) -> Marks {
        Marks {
            stems: stems.iter().map(|stem| (*stem).to_owned()).collect(),
            ..Marks::default()
        }
    }

    fn shown(article: &Article, marks: &Marks) -> String {
        let pieces = snippet(article, marks).into_iter();
        let bracket = |piece: Piece| match piece.hit {
            true => format!("[{}]", piece.text),
            false => piece.text,
        };
        pieces.map(bracket).collect()
    }

    fn marked(text: &str, stems: &[&str]) -> String {
        let article = Article {
            body: text.to_owned(),
            ..Article::default()
        };
        shown(&article, &marks(stems))
    }

    #[test]
    fn marks_every_form_of_a_word() {
        assert_eq!(
            marked("New sanctions. The sanctioned bank.", &["sanction"]),
            "New [sanctions]. The [sanctioned] bank."
        );
    }

    // The passage must show the words even when they stand far into the text.
    #[test]
    fn finds_the_passage() {
        let text = format!(
            "{} The treaty was signed. {}",
            "Nothing here. ".repeat(100),
            "More text follows. ".repeat(50)
        );
        let shown = marked(&text, &["treati"]);
        assert!(shown.starts_with("...The [treaty] was signed."), "{shown}");
        assert!(shown.ends_with("More text follows."), "{shown}");
    }

    #[test]
    fn shows_the_lead_when_the_title_matched() {
        assert_eq!(marked("The lead.\n\nMore.", &["absent"]), "The lead. More.");
    }

    // Both words far apart say less than both in one sentence, and an initial ends none.
    #[test]
    fn near_words_and_whole_sentences() {
        let filler = "Nothing of note happened then at all. ".repeat(8);
        let text = format!(
            "{filler} The ferry sailed; some say in spite of a strike. {filler}\n\nMr. J. Gray said the ferry strike ended. {filler}"
        );
        let shown = marked(&text, &["ferri", "strike"]);
        assert!(
            shown.starts_with("...Mr. J. Gray said the [ferry] [strike] ended."),
            "{shown}"
        );
    }

    // The lead with the word is better than a later passage that only repeats it.
    #[test]
    fn the_lead_comes_first() {
        let filler = "Nothing of note happened then at all. ".repeat(8);
        let text = format!("The ferry sails. {filler} The ferry and the other ferry. {filler}");
        assert!(marked(&text, &["ferri"]).starts_with("The [ferry] sails."));
    }

    // The rare word is the one that was meant.
    #[test]
    fn rare_words_decide() {
        let filler = "Nothing of note happened then at all. ".repeat(8);
        let text = format!(
            "{filler} People said so to other people and people. {filler} A zeppelin landed. {filler}"
        );
        let mut marks = marks(&["peopl", "zeppelin"]);
        marks.weights = [("peopl".to_owned(), 0.3), ("zeppelin".to_owned(), 4.0)].into();
        let article = Article {
            body: text,
            ..Article::default()
        };
        assert!(shown(&article, &marks).contains("A [zeppelin] landed."));
    }

    // Of two sentences with the word the one that says who is the answer.
    #[test]
    fn names_tell() {
        let filler = "Nothing of note happened then at all. ".repeat(8);
        let body = format!(
            "{filler} It sailed by ferry then. {filler} The ferry was bought by Ada Moreno. {filler}"
        );
        let start = body.find("Ada").unwrap();
        let article = Article {
            mentions: vec![Mention {
                field: "person".to_owned(),
                name: "Ada Moreno".to_owned(),
                text: "Ada Moreno".to_owned(),
                start,
                end: start + 10,
            }],
            body,
            ..Article::default()
        };
        assert!(shown(&article, &marks(&["ferri"])).contains("The [ferry] was bought"));
    }

    // What was asked of captions is shown from there.
    #[test]
    fn the_rest_is_shown_when_it_was_asked_for() {
        let zone = |zone: &str, text: &str| Zone {
            zone: zone.to_owned(),
            text: text.to_owned(),
        };
        let article = Article {
            body: "The lead of the article.".to_owned(),
            rest: vec![
                zone("footer", "Share this."),
                zone("caption", "A balloon over the sea"),
            ],
            ..Article::default()
        };
        let mut asked = Marks::default();
        asked
            .of_field(Some("rest"))
            .stems
            .insert("balloon".to_owned());
        assert_eq!(
            shown(&article, &asked),
            "[caption] A [balloon] over the sea"
        );
        asked.stems.insert("lead".to_owned());
        assert_eq!(
            shown(&article, &asked),
            "The [lead] of the article. [caption] A [balloon] over the sea"
        );
    }
}
