//! What stands before and after the text of an article within the part of the page that readability keeps.
//!
//! Before the first sentence: headline, by-line, date, reading time. After the last: teasers, appeals, legal lines.

use std::sync::LazyLock;

use regex::Regex;

use super::body::{Body, Kind, Paragraph};
use super::visible::FULL_DATE;

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

/// Phrases that stand only around articles.
static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|tutti i diritti riservati",
        r"|sharing is caring|share this (?:article|story|post)|follow us on|folgen sie uns|you may also like",
        r"|related (?:articles|stories|posts)|read more:|mehr zum thema|lesen sie auch|leia também|lea también|lire aussi|leggi anche",
        r"|please try again|comments are closed",
        r"|leave a (?:comment|reply)|view comments|affiliate links?|for personal,? non-?commercial use)|©|\(c\) (?:19|20)\d\d|^copyright\b",
    ))
    .expect("a constant pattern")
});

/// What appeals to readers speak of; articles do so too, so the reader must be spoken to as well.
static TOPIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(?:newsletters?|privacy policy|terms of (?:use|service)|datenschutz\p{L}*|subscri\p{L}+|sign(?:ing)? up|abonnier\p{L}+|abonne\p{L}*|suscr[ií]b\p{L}*|iscriv\p{L}*|cookies?|whatsapp|telegram|inbox",
        r"|comments?|kommentar\p{L}*|comentario\p{L}*|commentaire\p{L}*|donat\p{L}+|spende\p{L}*|our readers|support us|affiliate|e-?mail|tipp?s|hinweise?)\b",
    ))
    .expect("a constant pattern")
});

static ADDRESSED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:you|your|us|our|click|here|please|bitte|ihre?n?|dein\p{L}*|deine|uns|unser\p{L}*|euch|hier|vous|votre|notre|nous|vos|tu|su|nuestr\p{L}+|tuoi?|nostr\p{L}+|aqui|aquí|ici|qui|write to)\b")
        .expect("a constant pattern")
});

/// Labels of a link to another article, in the middle of the text.
static POINTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:related(?: \p{L}+)?|read(?: more| also| next)?|also read|see also|watch|more|lesen sie auch|lesen sie dazu|mehr dazu|auch interessant|lire aussi|à lire aussi|lea también|te puede interesar|leggi anche|leia também|lees ook)\s*[:|>»]")
        .expect("a constant pattern")
});

/// Lines of no more than facts about the text itself.
static READING_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:\D{0,20})?\d{1,2}[ -](?:min(?:s|\.|ute[ns]?)?)[ -](?:read|lesezeit|de lecture|de lectura|di lettura|leestijd)\b").expect("a constant pattern")
});

/// How many paragraphs at the end may be an appeal each.
const TAIL: usize = 40;

/// Moves what is not the text of the article from the paragraphs to the rest.
pub(super) fn trim(body: &mut Body, titles: &[&str], authors: &[&str]) {
    drop_labels(body);
    drop_cards(body);
    drop_head(body, titles);
    drop_tail(body, authors);
}

fn drop_labels(body: &mut Body) {
    let mut kept = Vec::new();
    for paragraph in std::mem::take(&mut body.paragraphs) {
        let text = paragraph
            .text
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
        let is_label = text.len() <= 40 && ADVERT_LABELS.contains(&text.to_lowercase().as_str());
        let is_pointer = paragraph.text.len() < 250
            && paragraph.linked * 2 > paragraph.text.len()
            && POINTER.is_match(&paragraph.text);
        let is_reading_time = paragraph.text.len() < 60 && READING_TIME.is_match(&paragraph.text);
        let is_notice =
            paragraph.text.len() < 120 && !paragraph.is_prose() && PHRASE.is_match(&paragraph.text);
        if is_pointer {
            body.rest.push(("teaser", paragraph.text));
        } else if is_notice {
            body.rest.push(("other", paragraph.text));
        } else if !is_label && !is_reading_time {
            kept.push(paragraph);
        }
    }
    body.paragraphs = kept;
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
            // The line with author and date also stands under the standfirst.
            let is_line = at <= first + 2
                && !paragraph.is_prose()
                && paragraph.kind == Kind::Text
                && paragraph.text.len() < 160;
            if at > first && is_line && FULL_DATE.is_match(&paragraph.text) {
                body.rest.push(("byline", paragraph.text));
            } else {
                kept.push(paragraph);
            }
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
        let has_sentence =
            has_sentence && !(paragraph.text.len() < 200 && FULL_DATE.is_match(&paragraph.text));
        if has_sentence {
            kept.push(paragraph);
        } else {
            body.rest.push(("other", paragraph.text));
        }
    }
    body.paragraphs = kept;
}

/// Drops what follows the last sentence, and appeals among the last paragraphs.
fn drop_tail(body: &mut Body, authors: &[&str]) {
    let mut dropped = Vec::new();
    let mut prose = body
        .paragraphs
        .iter()
        .filter(|paragraph| paragraph.is_prose())
        .count();
    while dropped.len() < TAIL
        && let Some(paragraph) = body.paragraphs.last()
    {
        let is_prose = paragraph.is_prose();
        let is_end = is_appeal(&paragraph.text) || is_about_author(&paragraph.text, authors);
        // A heading or a link never ends an article; a short last line may be the end of a list or a quote.
        let is_furniture =
            paragraph.kind == Kind::Heading || paragraph.is_link() || is_furniture(paragraph);
        if prose <= usize::from(is_prose) || !is_end && !is_furniture {
            break;
        }
        prose -= usize::from(is_prose);
        dropped.extend(body.paragraphs.pop());
    }
    let texts = dropped.into_iter().rev().map(|paragraph| paragraph.text);
    body.rest.extend(texts.map(|text| ("footer", text)));
}

fn is_appeal(text: &str) -> bool {
    if text.len() > 700 {
        return false;
    }
    let is_quote = text.contains(['"', '“', '„', '«']);
    PHRASE.is_match(text) || !is_quote && TOPIC.is_match(text) && ADDRESSED.is_match(text)
}

/// A line about the author: "Jane Doe is a reporter", also by the first name alone.
fn is_about_author(text: &str, authors: &[&str]) -> bool {
    static IS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[^.!?]{0,60}\b(?:is|was|has been|covers|writes|ist|schreibt|est|es|è)\b")
            .expect("a constant pattern")
    });
    let first_name = |author: &str| {
        author
            .split_whitespace()
            .next()
            .filter(|name| name.chars().count() > 2)
            .map(str::to_owned)
    };
    text.len() < 600
        && IS.is_match(text)
        && authors.iter().any(|author| {
            let first_name = first_name(author);
            text.starts_with(author)
                || first_name.is_some_and(|name| {
                    text.strip_prefix(name.as_str())
                        .is_some_and(|rest| rest.starts_with(" is "))
                })
        })
}

fn is_furniture(paragraph: &Paragraph) -> bool {
    let text = paragraph.text.as_str();
    let ends = text.ends_with(['.', '!', '?', '"', '”', '»', '“']) && !text.ends_with("...");
    let is_address = text.starts_with("http") && !text.contains(' ');
    is_address || paragraph.kind == Kind::Text && !paragraph.is_prose() && text.len() < 100 && !ends
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
            ("Read more: Another ferry", Kind::Text, true),
            (PROSE, Kind::Text, false),
            ("“No.”", Kind::Text, false),
            (
                "Sign up for our newsletter to get stories like this one every morning.",
                Kind::Text,
                false,
            ),
            (
                "Jane Doe is a reporter who has covered harbours and ferries for this paper since 2003.",
                Kind::Text,
                false,
            ),
            ("More stories", Kind::Heading, false),
        ]);
        trim(&mut body, &["Ferry returns"], &["Jane Doe"]);
        let texts: Vec<&str> = body
            .paragraphs
            .iter()
            .map(|paragraph| paragraph.text.as_str())
            .collect();
        assert_eq!(texts, [PROSE, "What next?", PROSE, "“No.”"]);
        assert_eq!(body.rest.len(), 6);
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
        trim(&mut body, &[], &[]);
        assert_eq!(body.paragraphs.len(), 2);
        assert_eq!(body.rest.len(), 4);
    }

    // News about subscribers and comments ends like an appeal, but speaks to nobody.
    #[test]
    fn news_about_newsletters() {
        assert!(!is_appeal(
            "The company added five million subscribers in the quarter and will start a newsletter."
        ));
        assert!(!is_appeal(
            "“Subscribe to our services or leave,” the mayor said in comments on Friday, “we owe you nothing.”"
        ));
        assert!(is_appeal("Subscribe to our newsletter"));
        assert!(is_appeal("Send your comments by e-mail."));
    }

    // A page of short lines stays as it is.
    #[test]
    fn no_prose() {
        let mut body = body(&[("One", Kind::Text, false), ("Two", Kind::Text, false)]);
        trim(&mut body, &[], &[]);
        assert_eq!(body.paragraphs.len(), 2);
    }
}
