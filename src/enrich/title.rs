//! The last touch to a title: the publisher taken off, or one made of the first sentence, marked as derived.

use super::{Work, dateline, sentences};
use crate::{Evidence, How, Proof};

/// A longer first sentence is cut at a word.
const LONGEST: usize = 200;

/// The step: derives a title for display.
pub(super) fn derive(work: &mut Work<'_>) {
    if let Some(title) = &work.article.title {
        let source = work.article.source.as_deref().unwrap_or_default();
        if let Some(bare) = without_site(title, source) {
            work.article.title = Some(bare.to_owned());
        }
        return;
    }
    let lead = work.article.standfirst.as_deref().or(work
        .paragraphs
        .first()
        .map(|paragraph| paragraph.text.as_str()));
    // The place that a dateline names is not the news.
    let lead = lead.map(dateline::after);
    let Some(title) = lead
        .map(sentences::first)
        // A title is one line, however its sentence was set.
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
        .map(|sentence| shorten(&sentence))
        .filter(|title| !title.is_empty())
    else {
        return;
    };
    let mut evidence = Evidence::new(How::Derived, "lead");
    evidence.line = work.paragraphs.first().and_then(|paragraph| paragraph.line);
    work.article.title = Some(title);
    work.prove("title", Proof::One(evidence));
}

/// A headline without the name of its publisher at its end: `Rain falls | Harbour Herald`.
fn without_site<'a>(title: &'a str, source: &str) -> Option<&'a str> {
    let head = title.strip_suffix(source).filter(|_| !source.is_empty())?;
    let bare = head
        .trim_end()
        .strip_suffix(['|', '-', '–', '—', '•', '·', ':'])?
        .trim_end();
    (bare.contains(' ')).then_some(bare)
}

fn shorten(sentence: &str) -> String {
    let Some((limit, _)) = sentence.char_indices().nth(LONGEST) else {
        return sentence.to_owned();
    };
    let head = sentence.get(..limit).unwrap_or(sentence);
    let cut = head.rfind(' ').unwrap_or(head.len());
    format!(
        "{}…",
        head.get(..cut)
            .unwrap_or(head)
            .trim_end_matches([',', ';', ':'])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // Only the publisher that is known is taken off: dashes also stand inside headlines.
    #[test]
    fn the_known_publisher_is_no_part_of_a_headline() {
        assert_eq!(
            without_site("Rain falls | Harbour Herald", "Harbour Herald"),
            Some("Rain falls")
        );
        assert_eq!(
            without_site("Rain falls - and stops", "Harbour Herald"),
            None
        );
        assert_eq!(without_site("Harbour Herald", "Harbour Herald"), None);
    }

    #[test]
    fn long_sentences_are_cut_at_a_word() {
        let long = "harbour ".repeat(40);
        let short = shorten(long.trim());
        assert!(short.ends_with("harbour…"), "{short}");
        assert!(short.chars().count() <= LONGEST + 1);
        assert_eq!(shorten("It rained."), "It rained.");
    }
}
