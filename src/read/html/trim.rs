//! What stands before and after the text of an article within the part of the page that readability keeps.
//!
//! Before the first sentence: headline, by-line, date, reading time. After the last: teasers, appeals, legal lines.

use std::sync::LazyLock;

use regex::Regex;

use super::body::{Body, Kind, Paragraph};

/// Lines that say nothing but that an advert stands here.
const ADVERT_LABELS: &[&str] = &[
    "advertisement",
    "ad",
    "ads",
    "anzeige",
    "werbung",
    "reklam",
    "reklama",
    "reklame",
    "publicidad",
    "publicidade",
    "publicité",
    "pubblicità",
    "advertentie",
    "annons",
    "annonse",
    "реклама",
    "sponsored",
    "loading...",
    "loading ...",
    "story continues below",
];

/// What an appeal at the end of a page speaks of.
static APPEAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:newsletters?|sign up|subscrib\w+|abonnier\w+|abonnez|suscr[ií]b\w+|iscriviti|cookies?|privacy policy|datenschutz\w*",
        r"|all rights reserved|alle rechte vorbehalten|copyright|follow us|folgen sie uns|whatsapp|telegram|comments? (?:policy|are)",
        r"|you may also like|read more|related (?:articles|stories|posts)|mehr zum thema|lesen sie auch|leia também|lea también|lire aussi",
        r"|share this|sharing is caring|support us|donat(?:e|ion)s?|affiliate|inbox|kommentare|postfach)\b|©",
    ))
    .expect("a constant pattern")
});

/// How many paragraphs at the end may be an appeal each.
const TAIL: usize = 40;

/// Moves what is not the text of the article from the paragraphs to the rest.
pub(super) fn trim(body: &mut Body, titles: &[&str]) {
    drop_labels(body);
    drop_cards(body);
    drop_head(body, titles);
    drop_tail(body);
}

fn drop_labels(body: &mut Body) {
    body.paragraphs.retain(|paragraph| {
        let text = paragraph
            .text
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
        text.len() > 40 || !ADVERT_LABELS.contains(&text.to_lowercase().as_str())
    });
}

/// Teaser cards: headings that are links as a whole, with the text under them, from the second on.
fn drop_cards(body: &mut Body) {
    let is_card = |paragraph: &Paragraph| paragraph.kind == Kind::Heading && paragraph.is_link();
    let cards = body
        .paragraphs
        .iter()
        .filter(|paragraph| is_card(paragraph))
        .count();
    let headings = body
        .paragraphs
        .iter()
        .filter(|paragraph| paragraph.kind == Kind::Heading)
        .count();
    // An article whose own headings are links to themselves is no list of teasers.
    let prose_before = body
        .paragraphs
        .iter()
        .take_while(|paragraph| !is_card(paragraph))
        .filter(|paragraph| paragraph.is_prose());
    if cards < 2 || (cards * 10 >= headings * 9 && prose_before.count() < 2) {
        return;
    }
    let mut in_card = false;
    let mut kept = Vec::new();
    for paragraph in std::mem::take(&mut body.paragraphs) {
        if paragraph.kind == Kind::Heading {
            in_card = is_card(&paragraph);
        }
        if in_card {
            body.rest.push(("teaser", paragraph.text));
        } else {
            kept.push(paragraph);
        }
    }
    body.paragraphs = kept;
}

/// Drops headline, date and by-line lines before the first sentence.
fn drop_head(body: &mut Body, titles: &[&str]) {
    let Some(first) = body.paragraphs.iter().position(Paragraph::is_prose) else {
        return;
    };
    // A long beginning without a sentence is a list or a table, not furniture.
    if first > 12 {
        return;
    }
    let titles: Vec<String> = titles.iter().map(|title| letters(title)).collect();
    let mut kept = Vec::new();
    for (at, paragraph) in std::mem::take(&mut body.paragraphs).into_iter().enumerate() {
        if at >= first {
            kept.push(paragraph);
            continue;
        }
        let text = letters(&paragraph.text);
        let is_title = titles.iter().any(|title| {
            !title.is_empty() && text.contains(title.as_str()) && text.len() < title.len() * 2
        });
        let has_sentence = paragraph.text.len() >= 100 && !paragraph.is_link();
        if is_title {
            continue;
        }
        if has_sentence {
            kept.push(paragraph);
        } else {
            body.rest.push(("other", paragraph.text));
        }
    }
    body.paragraphs = kept;
}

/// Drops what follows the last sentence, and appeals among the last paragraphs.
fn drop_tail(body: &mut Body) {
    let Some(last) = body.paragraphs.iter().rposition(Paragraph::is_prose) else {
        return;
    };
    let mut dropped = Vec::new();
    let mut end = body.paragraphs.len();
    for _ in 0..TAIL {
        let Some(paragraph) = end.checked_sub(1).and_then(|at| body.paragraphs.get(at)) else {
            break;
        };
        let appeal = APPEAL.is_match(&paragraph.text) && paragraph.text.len() < 400;
        // A short last line may be the end of a list or a quote; a heading or a link never ends an article.
        let furniture = paragraph.kind == Kind::Heading
            || paragraph.is_link()
            || (end > last + 1 && is_furniture(paragraph));
        if !appeal && !furniture || end <= 2 {
            break;
        }
        end -= 1;
        dropped.extend(body.paragraphs.pop());
    }
    body.rest.extend(
        dropped
            .into_iter()
            .rev()
            .map(|paragraph| ("footer", paragraph.text)),
    );
}

fn is_furniture(paragraph: &Paragraph) -> bool {
    paragraph.kind == Kind::Text
        && !paragraph.is_prose()
        && paragraph.text.len() < 100
        && !paragraph
            .text
            .ends_with(['.', '!', '?', '"', '”', '»', '“'])
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "The ferry returned to the harbour on Friday after eleven months, and nobody was there to see it.";

    fn body(texts: &[(&str, Kind, bool)]) -> Body {
        let paragraphs = texts.iter().map(|&(text, kind, linked)| Paragraph {
            text: text.to_owned(),
            kind,
            linked: if linked { text.len() } else { 0 },
        });
        Body {
            paragraphs: paragraphs.collect(),
            rest: Vec::new(),
        }
    }

    // The furniture around a text goes to the rest, the text stays whole.
    #[test]
    fn head_and_tail() {
        let mut body = body(&[
            ("Ferry returns", Kind::Heading, false),
            ("18.06.2024, 07:18", Kind::Text, false),
            ("By Jane Doe", Kind::Text, false),
            (PROSE, Kind::Text, false),
            ("What next?", Kind::Heading, false),
            ("ADVERTISEMENT", Kind::Text, false),
            (PROSE, Kind::Text, false),
            ("“No.”", Kind::Text, false),
            (
                "Sign up for our newsletter to get stories like this one every morning.",
                Kind::Text,
                false,
            ),
            ("More stories", Kind::Heading, false),
        ]);
        trim(&mut body, &["Ferry returns"]);
        let texts: Vec<&str> = body
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.text.as_str())
            .collect();
        assert_eq!(texts, [PROSE, "What next?", PROSE, "“No.”"]);
        assert_eq!(body.rest.len(), 4);
    }

    // Cards of other articles have linked headings; the article's own headings are not links.
    #[test]
    fn teaser_cards() {
        let mut body = body(&[
            (PROSE, Kind::Text, false),
            (PROSE, Kind::Text, false),
            ("Another story", Kind::Heading, true),
            (
                "It happened somewhere else and has little to do with the harbour or with its ferry.",
                Kind::Text,
                false,
            ),
            ("A third story", Kind::Heading, true),
            (
                "It happened somewhere else again and has nothing to do with the harbour at all.",
                Kind::Text,
                false,
            ),
        ]);
        trim(&mut body, &[]);
        assert_eq!(body.paragraphs.len(), 2);
        assert_eq!(body.rest.len(), 4);
    }

    // A page of short lines stays as it is.
    #[test]
    fn no_prose() {
        let mut body = body(&[("One", Kind::Text, false), ("Two", Kind::Text, false)]);
        trim(&mut body, &[]);
        assert_eq!(body.paragraphs.len(), 2);
    }
}
