//! Where sentences end, and where two were glued together by a scraper.

use super::boilerplate::{Stock, stock};
use super::{byline, dateline, dates};
use crate::Date;

/// Whether a text ends as a sentence does.
pub(crate) fn ends(text: &str) -> bool {
    // A credit or an aside in brackets may follow the full stop: `It rained. (dpa)`.
    if text.ends_with(')')
        && let Some((said, _)) = text.rsplit_once(" (")
        && said.ends_with(['.', '”', '“', '"'])
    {
        return true;
    }
    let text = text.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '”' | '“' | '’' | '\'' | '»' | '«' | ')' | ']' | '*' | '_'
            )
    });
    text.ends_with(['.', '!', '?', '…', '。', '！', '？', '।', ':', '؟']) && !text.ends_with(" .")
}

/// Abbreviations after which a full stop ends nothing, lower case.
const SHORT: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sen", "rep", "gov", "gen", "col", "lt", "sgt", "capt",
    "rev", "hon", "jr", "sr", "vs", "no", "nr", "art", "abs", "ca", "bzw", "ggf", "etc", "inc",
    "ltd", "corp", "co", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
    "okt", "nov", "dec", "dez", "mio", "mrd", "tel", "str", "sog", "z", "u", "d", "v", "a", "p",
    "m", "fig", "vol",
];

/// The byte offsets after each sentence, the end of the text last.
pub(crate) fn breaks(text: &str) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if matches!(c, '。' | '！' | '？' | '।') {
            breaks.push(at + c.len_utf8());
            continue;
        }
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some(&(next, q)) = chars.peek() {
            if !matches!(q, '"' | '”' | '“' | '’' | '»' | ')' | '.' | '!' | '?') {
                break;
            }
            end = next + q.len_utf8();
            chars.next();
        }
        let after = text.get(end..).unwrap_or_default();
        let mut following = after.chars();
        let space = following.next().is_some_and(char::is_whitespace);
        let start = after.trim_start().chars().next();
        let capital =
            start.is_some_and(|c| c.is_uppercase() || !c.is_alphanumeric() || c.is_numeric());
        if space && capital && !(c == '.' && is_short(text.get(..at).unwrap_or_default(), start)) {
            breaks.push(end);
        }
    }
    if breaks.last() != Some(&text.len()) {
        breaks.push(text.len());
    }
    breaks
}

/// Whether the full stop after `before` belongs to an abbreviation, an initial or an ordinal number.
fn is_short(before: &str, next: Option<char>) -> bool {
    // Reading back over one word only keeps this cheap in texts of many full stops.
    let from = before
        .char_indices()
        .rev()
        .take(12)
        .find(|(_, c)| !c.is_alphanumeric())
        .map_or(0, |(at, c)| at + c.len_utf8());
    let word = before.get(from..).unwrap_or_default();
    if word.is_empty() || word.len() > 12 {
        return false;
    }
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return word.len() <= 2 && next.is_some_and(char::is_uppercase);
    }
    let mut letters = word.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    initial || SHORT.contains(&word.to_lowercase().as_str())
}

/// The first sentence of a text.
pub(crate) fn first(text: &str) -> &str {
    let end = breaks(text).first().copied().unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim()
}

/// Where a headline and the text after it were glued: a small letter, then a capital that begins a word of its own.
pub(crate) fn glue(text: &str) -> Option<usize> {
    let mut last = (' ', ' ');
    for (at, c) in text.char_indices() {
        let (before, previous) = last;
        if c.is_uppercase() && previous.is_lowercase() && before.is_lowercase() {
            let rest = text.get(at..).unwrap_or_default();
            let word_after = rest.chars().nth(1).is_some_and(char::is_lowercase);
            // "McDonald", "YouTube", "eBay" are words; a glued word is long before the seam and text goes on after it.
            let head = text.get(..at).unwrap_or_default();
            let word = head
                .rsplit(|c: char| !c.is_alphanumeric())
                .next()
                .unwrap_or_default();
            let plain = !matches!(
                word,
                "Mc" | "Mac"
                    | "You"
                    | "Whats"
                    | "Face"
                    | "Tik"
                    | "Linked"
                    | "Snap"
                    | "Pay"
                    | "Deep"
                    | "Black"
                    | "Word"
                    | "Air"
            );
            let words_after = rest.split_whitespace().take(4).count();
            let words_before = head.split_whitespace().count();
            if plain && word_after && word.len() >= 3 && words_after >= 4 && words_before >= 4 {
                return Some(at);
            }
        }
        last = (previous, c);
    }
    None
}

/// Whether less than three in ten words begin with a small letter, in a script that has capitals.
pub(crate) fn is_titled(text: &str) -> bool {
    let (mut big, mut small) = (0, 0);
    for word in text.split_whitespace().take(200) {
        match word.chars().find(|c| c.is_alphanumeric()) {
            Some(c) if c.is_uppercase() => big += 1,
            Some(c) if c.is_lowercase() => small += 1,
            _ => {}
        }
    }
    big >= 5 && small * 10 < (big + small) * 3
}

/// A menu of at least so many words is cut off the sentence it runs into.
const MENU: i32 = 6;

/// Capitalised small words that begin a sentence after a menu or a headline.
const OPENERS: &[&str] = &[
    "The", "A", "An", "In", "On", "At", "For", "After", "It", "He", "She", "This", "Der", "Die",
    "Das", "Ein", "Eine", "Im", "Am", "Le", "La", "Les", "Un", "Une", "El", "Los", "Il",
];

/// Where a menu or a headline in capitals ends and the sentence begins: the words before are mostly capitalised.
fn menu_end(piece: &str) -> Option<usize> {
    let words = words(piece);
    if words.len() < 16 {
        return None;
    }
    let (mut sum, mut best, mut last) = (0, 0, 0);
    for (at, (_, word)) in words.iter().enumerate() {
        let small = word
            .chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_lowercase);
        sum += if small { -1 } else { 1 };
        if sum > best {
            best = sum;
            last = at;
        }
    }
    if best < MENU || last + 4 > words.len() {
        return None;
    }
    // The sentence took some of the capitals: an article, else its first word.
    let opener = (last.saturating_sub(3)..=last).rev().find(|at| {
        words
            .get(*at)
            .is_some_and(|(_, word)| OPENERS.contains(word))
    });
    words.get(opener.unwrap_or(last)).map(|(start, _)| *start)
}

/// How much of a page on one line is searched for the seams between headline, date and by-line.
const HEAD: usize = 1500;

/// How much of it is searched for the date.
const FAR: usize = 12_000;

/// Cuts a page on one line into sentences, and its beginning also around dates.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let mut cuts = breaks(text);
    let mut head = HEAD.min(text.len());
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    let start = text.get(..head).unwrap_or_default();
    let mut far = FAR.min(text.len());
    while !text.is_char_boundary(far) {
        far -= 1;
    }
    for found in dates::find_dates(text.get(..far).unwrap_or_default(), dates::Order::Unknown) {
        // Behind long menus only a moment, or a date set apart, is that of the article.
        let apart = |text: &str| text.trim_end().ends_with(['|', '-', '–', '•', '·']);
        let stamp = matches!(found.date, Date::Instant(_) | Date::Local(_))
            || apart(text.get(..found.span.start).unwrap_or_default())
            || text
                .get(found.span.end..)
                .is_some_and(|rest| rest.trim_start().starts_with(['|', '•', '·']));
        if found.date.is_precise() && (found.span.end < head || stamp) {
            cuts.push(found.span.start);
            cuts.push(found.span.end);
        }
    }
    cuts.extend(repeated(start));
    cuts.extend(seams(start));
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::new();
    let mut from = 0;
    for cut in cuts {
        let piece = text.get(from..cut).unwrap_or_default();
        let piece = piece
            .trim()
            .trim_start_matches([':', ',', ';', '|', '·', ' ']);
        let menu = menu_end(piece).filter(|_| !dateline::begins(piece));
        let (menu, piece) = piece.split_at(menu.unwrap_or(0));
        let parts = [menu.trim(), piece];
        let spoken = parts
            .iter()
            .filter(|part| part.chars().any(char::is_alphanumeric));
        pieces.extend(spoken.map(|part| (*part).to_owned()));
        from = cut;
    }
    pieces
}

/// The edges of by-lines, rows of share buttons and names of sections in the beginning of a page on one line.
fn seams(text: &str) -> Vec<usize> {
    let words = words(text);
    let word = |at: usize| words.get(at).map(|(_, word)| *word).unwrap_or_default();
    let edge = |at: usize| words.get(at).map_or(text.len(), |(start, _)| *start);
    let mut cuts = Vec::new();
    let mut at = 0;
    let menu = |at: usize| matches!(stock(word(at)), Some(Stock::Section | Stock::Nav));
    // `Skip to content` before the menu, and in the menu a word that is in no list.
    for length in 2..=4 {
        let phrase = (0..length).map(word).collect::<Vec<_>>().join(" ");
        if matches!(stock(&phrase), Some(Stock::Nav)) {
            at = length;
        }
    }
    while at < words.len() && (menu(at) || (at > 1 && menu(at - 1) && menu(at - 2) && menu(at + 1)))
    {
        at += 1;
    }
    cuts.push(edge(at));
    for place in 1..words.len() {
        let start = edge(place);
        let before = edge(place - 1);
        if is_shouted(word(place))
            && !is_shouted(word(place - 1))
            && text.get(start..).is_some_and(dateline::opens)
        {
            cuts.push(start);
        } else if word(place) == "|" && place >= 6 && cuts.len() <= 1 {
            // `Harbour museum opens Jane Doe | 4 May 2021`: names run into the headline.
            let two = format!("{} {}", word(place - 2), word(place - 1));
            let small = word(place - 3).starts_with(char::is_lowercase);
            if small && before < start && byline::is_name(&two, false) {
                cuts.push(edge(place - 2));
            }
        }
    }
    while at < words.len() {
        let button = |at: usize| matches!(stock(word(at)), Some(Stock::Share));
        if button(at) && button(at + 1) {
            cuts.push(edge(at));
            while button(at) {
                at += 1;
            }
            cuts.push(edge(at));
            continue;
        }
        if let Some(length) = signature(&words, at) {
            cuts.push(edge(at));
            at += length;
            cuts.push(edge(at));
            continue;
        }
        at += 1;
    }
    cuts
}

fn is_shouted(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3 && !word.chars().any(char::is_lowercase)
}

/// How many words a by-line has that begins here: its label, names, commas and joining words.
fn signature(words: &[(usize, &str)], at: usize) -> Option<usize> {
    let word = |at: usize| words.get(at).map(|(_, word)| *word).unwrap_or_default();
    if !matches!(
        word(at),
        "By" | "by" | "Von" | "von" | "Par" | "par" | "Por" | "por" | "Di" | "di" | "Door" | "door"
    ) {
        return None;
    }
    let name = |at: usize| {
        byline::is_name(
            &format!(
                "{} {}",
                word(at).trim_end_matches(','),
                word(at + 1).trim_end_matches(',')
            ),
            false,
        )
    };
    let mut length = 1;
    while name(at + length) {
        length += 2;
        let join = word(at + length);
        if matches!(join, "," | "and" | "und" | "et" | "y" | "e" | "&") {
            length += 1;
        } else if !word(at + length - 1).ends_with(',') {
            break;
        }
    }
    // One pair of capitals after "by" in a sentence is no by-line; there a comma or full stop goes before it or follows.
    let closes = words.get(at + length).is_none_or(|(_, next)| {
        next.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric())
    });
    (length > 1 && closes).then_some(length)
}

/// The words of a text with their places.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in text.split(' ').take(300) {
        if !word.is_empty() {
            words.push((at, word));
        }
        at += word.len() + 1;
    }
    words
}

/// The edges of the longest run of words that stands twice near the beginning: trail and headline repeat each other.
fn repeated(text: &str) -> Vec<usize> {
    let words = words(text);
    let word = |at: usize| words.get(at).map(|(_, word)| *word);
    let mut best = (0, 0, 0);
    // The head holds some 250 words, so comparing all pairs is cheap.
    for first in 0..words.len() {
        for second in first + 1..words.len() {
            let mut length = 0;
            while first + length < second
                && word(first + length).is_some()
                && word(first + length) == word(second + length)
            {
                length += 1;
            }
            if length > best.2 {
                best = (first, second, length);
            }
        }
    }
    let (first, second, length) = best;
    if length < 6 {
        return Vec::new();
    }
    let edge = |at: usize| words.get(at).map_or(text.len(), |(start, _)| *start);
    vec![
        edge(first),
        edge(first + length),
        edge(second),
        edge(second + length),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_initials_end_no_sentence() {
        let text = "Mr. J. Doe met Sen. Roe on 4. Mai in Bonn. They spoke at 5 p.m. about U.S. farms. “Yes.” He left.";
        assert_eq!(first(text), "Mr. J. Doe met Sen. Roe on 4. Mai in Bonn.");
        assert!(ends("He said “no.”"));
        assert!(!ends("Council approves new bridge"));
    }

    // Scrapers print a teaser's headline and text without anything between.
    #[test]
    fn glued_headlines_are_seen() {
        let text =
            "Ferry service returns to the old harbourPassengers can cross again from Monday on.";
        assert_eq!(glue(text).map(|at| &text[at..at + 10]), Some("Passengers"));
        assert_eq!(
            glue("A new YouTube channel shows the harbour at night"),
            None
        );
        assert_eq!(
            glue("Ronald McDonald was seen at the harbour in the night"),
            None
        );
    }

    #[test]
    fn a_page_on_one_line_falls_into_its_parts() {
        let text = "Home Culture Harbour museum opens its doors again Harbour museum opens its doors again 4 May 2021 The museum \
                    was closed for years. Now it is back.";
        let pieces = pieces(text);
        assert_eq!(
            pieces,
            [
                "Home Culture",
                "Harbour museum opens its doors again",
                "Harbour museum opens its doors again",
                "4 May 2021",
                "The museum was closed for years.",
                "Now it is back."
            ]
        );
    }
}
