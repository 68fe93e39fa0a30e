//! The headline of a page of plain text, found by many weak signs, or none: a lead is no headline.

use std::collections::HashSet;
use std::ops::Range;

use super::boilerplate::{Stock, stock};
use super::headline::{Line, followed, repeats};
use super::lines::{Block, Mark, measure};
use super::rules::{reasons, weigh};
use super::{byline, dates, zones};

/// Blocks before the text that are looked at for a headline.
const REACH: usize = 120;
/// A block may be the headline from this score on: good enough to show, and to look for dates around it.
const LEAST: f64 = 4.0;

/// From this score on it is stated to be the headline.
const STATED: f64 = 4.5;

/// From this score on nothing better is looked for.
const SURE: f64 = 7.0;

/// A headline: the block, and the part of its text.
pub(crate) struct Headline {
    pub(crate) at: usize,
    pub(crate) text: String,
    /// Whether enough speaks for it to call it the title, and not only to show it.
    pub(crate) stated: bool,
    /// Whether much speaks for it.
    pub(crate) sure: bool,
}

/// Finds the headline that belongs to the text in `article`.
pub(crate) fn headline(blocks: &[Block], article: &Range<usize>) -> Option<Headline> {
    let (score, line) = ranked(blocks, article).into_iter().next()?;
    let at = line.at;
    (score >= LEAST).then(|| Headline {
        at,
        text: tidy(&line.block.text).to_owned(),
        stated: score >= STATED,
        sure: score >= SURE,
    })
}

/// The lines that may be the headline, best first.
fn ranked<'b>(blocks: &'b [Block], article: &Range<usize>) -> Vec<(f64, Line<'b>)> {
    let lead = lead_words(blocks, article);
    let anchor = anchor(blocks, article);
    let from = anchor.saturating_sub(REACH);
    let to = (anchor + 3).min(blocks.len());
    let has_h1 = blocks
        .iter()
        .any(|block| block.mark == Mark::Heading(1) && block.words >= 3);
    let lines = (from..to).filter_map(|at| Line::of(blocks, at, anchor, &lead, has_h1).ok());
    let mut ranked: Vec<(f64, Line)> = lines
        .map(|line| (weigh(&Line::RULES, &line), line))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked
}

/// How many lines are shown with what speaks for them.
const SHOWN: usize = 5;

/// The best lines with what speaks for them, whether one of them was taken or not.
pub(crate) fn considered(blocks: &[Block], article: &Range<usize>) -> Vec<(usize, String)> {
    let ranked = ranked(blocks, article);
    let best = ranked.iter().take(SHOWN);
    best.map(|(_, line)| {
        (
            line.at,
            format!("{}, {STATED:.1} wanted", reasons(&Line::RULES, line)),
        )
    })
    .collect()
}

/// How much of the text a second headline may have before it, in percent, for the first to be a teaser.
const BEFORE: usize = 35;

/// The same for a headline that neither a mark nor a repetition speaks for.
const BARELY: usize = 12;

/// Finds where the article begins anew inside what was taken for its text: a headline with date or by-line under it,
/// whose words come again after it and hardly before it.
pub(crate) fn restart(blocks: &[Block], article: &Range<usize>) -> Option<usize> {
    let size = |range: Range<usize>| -> usize {
        let blocks = blocks.get(range).unwrap_or_default();
        blocks
            .iter()
            .filter(|block| block.is_prose())
            .map(|block| block.size)
            .sum()
    };
    let whole = size(article.clone());
    let anchor = anchor(blocks, article);
    let mut before = 0;
    for at in article.clone().take(REACH) {
        let block = blocks.get(at)?;
        let headline = at > anchor
            && !block.is_prose()
            && !block.text.ends_with(['.', ':'])
            && (4..=22).contains(&block.words);
        if headline && followed(blocks, at) > 0.0 {
            let after = at + 1..article.end;
            let first = self::anchor(blocks, &after);
            let near = first - at <= 12;
            let share = overlap(&block.text, &lead_words(blocks, &after));
            let marked =
                block.mark == Mark::Heading(1) || (repeats(blocks, at) > 0 && at > anchor + 2);
            let early = before * 100 <= whole * BARELY;
            if near && ((share >= 0.6 && early) || (share >= 0.4 && marked)) {
                return Some(at);
            }
        }
        if block.is_prose() {
            before += block.size;
        }
        if before * 100 > whole * BEFORE {
            return None;
        }
    }
    None
}

/// Takes off what scrapers glue to a headline: the name of its section, its by-line, a label, itself once more.
fn tidy(text: &str) -> &str {
    let mut text = text.trim();
    if let Some((section, rest)) = text.split_once(':') {
        let spaced = section.ends_with(' ') || rest.starts_with('\u{a0}');
        if spaced && stock(section.trim()) == Some(Stock::Section) {
            text = rest.trim();
        }
    }
    // `Harbour museum opens By admin -`: only an unfinished line ends in a dash.
    if text.ends_with('-')
        && let Some(at) = text.rfind(" By ").or_else(|| text.rfind(" by "))
    {
        text = text.get(..at).unwrap_or(text);
    }
    if let Some((head, last)) = text.rsplit_once(' ')
        && dates::label_in(last) == Some(dates::Label::Published)
    {
        text = head.trim_end();
    }
    let half = text.len() / 2;
    match (text.get(..half), text.get(half + 1..)) {
        (Some(once), Some(again)) if once == again => once,
        _ => text,
    }
}

/// The first block of running text: headlines stand before it, rarely a few lines after it.
pub(crate) fn anchor(blocks: &[Block], article: &Range<usize>) -> usize {
    article
        .clone()
        .find(|at| blocks.get(*at).is_some_and(Block::is_prose))
        .unwrap_or(article.start)
}

/// Whether a line is a date or a by-line.
pub(crate) fn is_credit(block: &Block) -> bool {
    zones::is_date_line(block)
        || dates::is_vague(&block.text)
        || (block.words <= 15 && says_when(&block.text))
        || (block.words <= 20 && byline::labelled(&block.text).is_some())
        || byline::is_label(&block.text)
}

/// Whether a line says when something was published or changed.
fn says_when(text: &str) -> bool {
    let found = dates::find_dates(text, dates::Order::DayFirst);
    let label = |found: &dates::Found| {
        matches!(
            found.label,
            Some(dates::Label::Published | dates::Label::Updated)
        )
    };
    found.iter().any(label)
}

/// How many paragraphs of the text a headline is compared with.
const LEAD: usize = 5;

/// The words that matter at the beginning of a text, as stems.
pub(crate) fn lead_words(blocks: &[Block], article: &Range<usize>) -> HashSet<String> {
    let text = blocks.get(article.clone()).unwrap_or_default();
    let prose = text.iter().filter(|block| block.is_prose());
    prose
        .take(LEAD)
        .flat_map(|block| stems(&block.text))
        .collect()
}

/// The share of a headline's words that stand in the lead.
pub(crate) fn overlap(text: &str, lead: &HashSet<String>) -> f64 {
    let stems: Vec<String> = stems(text).collect();
    if stems.is_empty() {
        return 0.0;
    }
    let shared = stems.iter().filter(|stem| lead.contains(*stem)).count();
    let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    // One word shared of one says less than four of five.
    share(shared) / share(stems.len().max(4))
}

/// Words of four letters and more cut to their first six, and pairs of ideographs.
fn stems(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| measure(word).0 >= 4).flat_map(|word| {
        let letters: Vec<char> = word
            .chars()
            .take(400)
            .flat_map(char::to_lowercase)
            .collect();
        let wide = letters.first().is_some_and(|c| *c >= '\u{2e80}');
        let pieces: Vec<String> = if wide {
            letters
                .windows(2)
                .map(|pair| pair.iter().collect())
                .collect()
        } else {
            vec![letters.iter().take(6).collect()]
        };
        pieces
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Pages on one line run the headline into what stands around it.
    #[test]
    fn headlines_are_freed_of_what_is_glued_to_them() {
        assert_eq!(
            tidy("Culture : Harbour museum opens"),
            "Harbour museum opens"
        );
        assert_eq!(
            tidy("Harbour museum opens By admin -"),
            "Harbour museum opens"
        );
        assert_eq!(
            tidy("Harbour opens Harbour opens Published"),
            "Harbour opens"
        );
        assert_eq!(
            tidy("Museum: what it shows by night"),
            "Museum: what it shows by night"
        );
    }
}
