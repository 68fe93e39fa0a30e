//! A title to show for an article that has none: the first sentence of its text, marked as derived.

use super::{Work, sentences};
use crate::{Evidence, How, Proof};

/// A longer first sentence is cut at a word.
const LONGEST: usize = 200;

/// The step: derives a title for display.
pub(super) fn derive(work: &mut Work<'_>) {
    if work.article.title.is_some() {
        return;
    }
    let lead = work.article.standfirst.as_deref().or(work
        .paragraphs
        .first()
        .map(|paragraph| paragraph.text.as_str()));
    // The place that a dateline names is not the news.
    let dateline = work.article.dateline.as_deref().unwrap_or_default();
    let lead = lead.map(|lead| match lead.strip_prefix(dateline) {
        Some(rest) if !dateline.is_empty() => {
            rest.trim_start_matches([' ', '-', '–', '—', '―', ':', '.'])
        }
        _ => lead,
    });
    let Some(title) = lead
        .map(sentences::first)
        .map(shorten)
        .filter(|title| !title.is_empty())
    else {
        return;
    };
    let mut evidence = Evidence::new(How::Derived, "lead");
    evidence.line = work.paragraphs.first().and_then(|paragraph| paragraph.line);
    work.article.title = Some(title);
    work.prove("title", Proof::One(evidence));
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

    #[test]
    fn long_sentences_are_cut_at_a_word() {
        let long = "harbour ".repeat(40);
        let short = shorten(long.trim());
        assert!(short.ends_with("harbour…"), "{short}");
        assert!(short.chars().count() <= LONGEST + 1);
        assert_eq!(shorten("It rained."), "It rained.");
    }
}
