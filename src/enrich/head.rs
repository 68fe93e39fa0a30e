//! The headline of a page of plain text, found by many weak signs, or none: a lead is no headline.

use std::collections::HashSet;
use std::ops::Range;

use super::boilerplate::{Stock, stock};
use super::lines::{Block, Mark, measure};
use super::{byline, dates, sentences, zones};

/// Blocks before the text that are looked at for a headline.
const REACH: usize = 120;
/// A block is a headline only from this score on.
const LEAST: f64 = 4.0;

/// A headline: the block, and the part of its text.
pub(crate) struct Headline {
    pub(crate) at: usize,
    pub(crate) text: String,
}

/// Finds the headline that belongs to the text in `article`.
pub(crate) fn headline(blocks: &[Block], article: &Range<usize>) -> Option<Headline> {
    let lead = lead_words(blocks, article);
    let anchor = anchor(blocks, article);
    let from = anchor.saturating_sub(REACH);
    let to = (anchor + 3).min(blocks.len());
    let has_h1 = blocks
        .iter()
        .any(|block| block.mark == Mark::Heading(1) && block.words >= 3);
    let mut best: Option<(f64, usize)> = None;
    for at in from..to {
        let Some(score) = score(blocks, at, anchor, &lead, has_h1) else {
            continue;
        };
        if std::env::var("DBG").is_ok() {
            eprintln!(
                "{score:.2} [{at}] anchor {anchor} {:?} {}",
                blocks[at].mark,
                &blocks[at].text.chars().take(90).collect::<String>()
            );
        }
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, at));
        }
    }
    let (score, at) = best?;
    if score < LEAST {
        return None;
    }
    let text = without_section(&blocks.get(at)?.text).to_owned();
    Some(Headline { at, text })
}

/// Takes off the name of a section that a colon parts from the headline: `Culture : Harbour museum opens`.
fn without_section(text: &str) -> &str {
    let Some((section, rest)) = text.split_once(':') else {
        return text;
    };
    let spaced = section.ends_with(' ') || rest.starts_with('\u{a0}');
    if spaced && stock(section.trim()) == Some(Stock::Section) {
        rest.trim()
    } else {
        text
    }
}

/// The first block of running text: headlines stand before it, rarely a few lines after it.
pub(crate) fn anchor(blocks: &[Block], article: &Range<usize>) -> usize {
    article
        .clone()
        .find(|at| blocks.get(*at).is_some_and(Block::is_prose))
        .unwrap_or(article.start)
}

/// The score of a block as headline, `None` when it cannot be one.
pub(crate) fn score(
    blocks: &[Block],
    at: usize,
    anchor: usize,
    lead: &HashSet<String>,
    has_h1: bool,
) -> Option<f64> {
    let block = blocks.get(at)?;
    let text = block.text.as_str();
    if block.stock.is_some()
        || (block.words < 2 && block.mark != Mark::Heading(1))
        || text.len() > 300
        || block.mark == Mark::Bar
    {
        return None;
    }
    if is_credit(block) {
        return None;
    }
    // What goes on with a bar was a lead.
    if blocks
        .get(at + 1)
        .is_some_and(|next| next.mark == Mark::Bar)
    {
        return None;
    }
    // Two sentences are a lead.
    if text.ends_with(['.', '!', '?']) && block.words > 12 && sentences::breaks(text).len() > 1 {
        return None;
    }
    let mut score = match block.words {
        1 => -2.0,
        2 => -1.0,
        3 => 0.5,
        4..=16 => 2.0,
        17..=22 => 1.0,
        23..=28 => -1.0,
        _ => -3.0,
    };
    score += match block.mark {
        Mark::Heading(1) => 4.0,
        Mark::Heading(2) if !has_h1 => 2.0,
        Mark::Heading(_) => -1.0,
        Mark::Bullet => -2.5,
        _ => 0.0,
    };
    if text.ends_with('.') && !text.ends_with("...") {
        score -= 3.0;
    } else if text.ends_with('!') {
        score -= 0.7;
    } else if text.ends_with([':', ',', ';', '…']) || text.ends_with("...") {
        score -= 2.0;
    }
    if text.starts_with(char::is_lowercase) {
        score -= 1.5;
    }
    score += 5.0 * overlap(text, lead);
    score += f64::from(repeats(blocks, at)) * 1.5 + seams(blocks, at);
    if at == 0 {
        score += 1.5;
    }
    score += followed(blocks, at);
    if at >= anchor {
        score -= 1.5;
    } else {
        // Far from the text stand menus and other articles.
        let distance = u32::try_from(anchor - at).unwrap_or(u32::MAX);
        score -= 0.1 * f64::from(distance.min(40));
    }
    Some(score)
}

/// Whether a line is a date or a by-line.
fn is_credit(block: &Block) -> bool {
    zones::is_date_line(block)
        || dates::is_vague(&block.text)
        || (block.words <= 20 && byline::labelled(&block.text).is_some())
        || byline::is_label(&block.text)
}

/// What a date or by-line shortly after a block says for it.
fn followed(blocks: &[Block], at: usize) -> f64 {
    for (distance, block) in blocks.iter().skip(at + 1).take(3).enumerate() {
        if is_credit(block) {
            return [2.0, 1.2, 0.8].get(distance).copied().unwrap_or_default();
        }
    }
    0.0
}

/// How often a headline stands on the page again, alone or with the name of the site (0 to 2).
fn repeats(blocks: &[Block], at: usize) -> u8 {
    let Some(block) = blocks.get(at).filter(|block| block.words >= 4) else {
        return 0;
    };
    let mut count = 0;
    // Trails and page titles stand near the headline.
    let near = blocks
        .iter()
        .enumerate()
        .take(at + 60)
        .skip(at.saturating_sub(60));
    for (other, candidate) in near {
        if other == at {
            continue;
        }
        let same = candidate.text == block.text;
        let longer =
            candidate.text.len() < block.text.len() + 60 && candidate.text.starts_with(&block.text);
        let suffixed = longer
            && candidate.text.get(block.text.len()..).is_some_and(|rest| {
                rest.trim_start()
                    .starts_with(['|', '-', '–', '—', '•', '.', ':', '»'])
            });
        if same || suffixed {
            count += 1;
        }
    }
    count.min(2)
}

/// What the lines around say where one is made of others: kicker and headline joined by a colon are a headline, a
/// trail glued to it is none.
fn seams(blocks: &[Block], at: usize) -> f64 {
    let Some(text) = blocks.get(at).map(|block| block.text.as_str()) else {
        return 0.0;
    };
    let near = blocks
        .iter()
        .enumerate()
        .take(at + 6)
        .skip(at.saturating_sub(5));
    for (_, other) in near.filter(|(other, block)| *other != at && block.words >= 3) {
        let Some(before) = text.strip_suffix(other.text.as_str()) else {
            continue;
        };
        if before.ends_with(char::is_alphanumeric) {
            return -4.0;
        }
        if before.trim_end().ends_with(':')
            && blocks
                .iter()
                .skip(at.saturating_sub(5))
                .take(12)
                .any(|block| block.text == before.trim_end_matches([':', ' ']))
        {
            return 2.5;
        }
    }
    0.0
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
fn overlap(text: &str, lead: &HashSet<String>) -> f64 {
    let stems: Vec<String> = stems(text).collect();
    if stems.is_empty() {
        return 0.0;
    }
    let shared = stems.iter().filter(|stem| lead.contains(*stem)).count();
    let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    // One word shared of one says less than four of five.
    share(shared) / share(stems.len().max(3))
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
