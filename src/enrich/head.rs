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

/// From this score on nothing better is looked for.
const SURE: f64 = 7.0;

/// A headline: the block, and the part of its text.
pub(crate) struct Headline {
    pub(crate) at: usize,
    pub(crate) text: String,
    /// Whether much speaks for it.
    pub(crate) sure: bool,
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
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, at));
        }
    }
    let (score, at) = best?;
    if score < LEAST {
        return None;
    }
    let text = tidy(&blocks.get(at)?.text).to_owned();
    Some(Headline {
        at,
        text,
        sure: score >= SURE,
    })
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
    // The first paragraph may be a headline that ends like a sentence; it is then compared with what follows it.
    let own;
    let lead = if at >= anchor && block.is_prose() {
        if at > anchor {
            return None;
        }
        own = lead_words(blocks, &(at + 1..blocks.len().min(at + 40)));
        &own
    } else {
        lead
    };
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
    // Two sentences are a lead, unless a date or by-line stands under them.
    let closed = text.ends_with(['.', '!', '?']) && block.words > 12;
    if closed && followed(blocks, at) < 1.0 && sentences::breaks(text).len() > 1 {
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
        Mark::Heading(1) => 4.5,
        Mark::Heading(2) if !has_h1 => 2.0,
        Mark::Heading(_) => -1.0,
        Mark::Bullet => -2.5,
        _ => 0.0,
    };
    if text.ends_with('.') && !text.ends_with("...") {
        score -= 3.0;
    } else if text.ends_with('!') {
        score -= 0.7;
    } else if text.ends_with([':', ',', ';', '…'])
        || text.ends_with("...")
        || is_symbol(text)
        || text.ends_with(['›', '»', '>'])
    {
        score -= 2.0;
    }
    if text.starts_with(char::is_lowercase) {
        score -= 1.5;
    }
    if is_cut(text) {
        score -= 4.0;
    }
    if is_ticker(text) {
        score -= 4.0;
    }
    score += 5.0 * overlap(text, lead);
    score += f64::from(repeats(blocks, at)) * 1.5 + seams(blocks, at);
    if opens(blocks, at) {
        score += 1.5;
    } else if at
        .checked_sub(1)
        .is_some_and(|before| opens(blocks, before) && is_line(blocks, before))
        && !has_h1
    {
        // Under the line that opens the page stands its summary.
        score -= 1.5;
    }
    let credits = followed(blocks, at);
    score += credits;
    if text.ends_with('?') && credits == 0.0 && !matches!(block.mark, Mark::Heading(1)) {
        // A question right above its answer heads a part of the text.
        score -= 2.5;
    }
    if is_listed(blocks, at) && !matches!(block.mark, Mark::Heading(1)) {
        score -= 2.0;
    }
    // By-lines stand under headlines.
    let before = at.checked_sub(1).and_then(|before| blocks.get(before));
    if before.is_some_and(|before| before.words <= 12 && byline::labelled(&before.text).is_some()) {
        score -= 1.5;
    }
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

/// Words that end no headline: a line that ends in one was cut at a link.
const OPEN: &[&str] = &[
    "of", "the", "and", "a", "an", "by", "from", "his", "their", "der", "die", "das", "den", "dem",
    "des", "und", "von", "im", "zum", "zur", "einen", "einem", "le", "les", "du", "et", "el",
    "los", "las", "del", "il", "di", "e",
];

/// Whether a line breaks off inside a sentence.
fn is_cut(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    last.len() < text.len() && OPEN.contains(&last)
}

/// How many lines a list of other articles may have.
const LIST: usize = 40;

/// Whether a block stands in a list of other articles: the last stock phrase before it announces one.
fn is_listed(blocks: &[Block], at: usize) -> bool {
    let before = blocks.get(at.saturating_sub(LIST)..at).unwrap_or_default();
    let last = before
        .iter()
        .rev()
        .take_while(|block| !block.is_prose())
        .find(|block| !matches!(block.stock, None | Some(Stock::Section)));
    last.is_some_and(|block| block.stock == Some(Stock::Related))
}

/// How many lines of trails, menus and kickers may stand before the line that opens a page.
const TOP: usize = 8;

/// Whether nothing but trails, menus and kickers stands before a block.
fn opens(blocks: &[Block], at: usize) -> bool {
    let before = blocks.get(..at).unwrap_or_default();
    at <= TOP
        && before.iter().all(|block| {
            block.stock.is_some()
                || (block.words <= 3 && !block.ends && block.mark == Mark::None)
                || is_trail(&block.text)
        })
}

/// Whether a line is a trail or a menu: `Home > World > Africa`, `News | Sport | Weather`.
fn is_trail(text: &str) -> bool {
    let spaced = text.matches("  ").count();
    let cuts = text.matches(['>', '›', '»', '|', '·']).count() + spaced;
    let first = text
        .split(['>', '›', '»', '|', '·'])
        .next()
        .unwrap_or_default();
    let words = text.split_whitespace().count();
    (cuts >= 2 && words <= cuts * 4 + 4)
        || (cuts == 1 && stock(first).is_some())
        || text.ends_with(['›', '»', '>'])
}

/// Whether a block may be a headline by its length and end.
fn is_line(blocks: &[Block], at: usize) -> bool {
    blocks.get(at).is_some_and(|block| {
        let plain = block.stock.is_none() && !matches!(block.mark, Mark::Bullet | Mark::Bar);
        plain
            && (3..=22).contains(&block.words)
            && !block.text.ends_with(['.', ':', ','])
            && !is_trail(&block.text)
            && !is_credit(block)
    })
}

/// What a date or by-line shortly after a block says for it; a summary may stand between.
fn followed(blocks: &[Block], at: usize) -> f64 {
    let summary = usize::from(is_line(blocks, at) && opens(blocks, at) && is_line(blocks, at + 1));
    for (distance, block) in blocks.iter().skip(at + 1 + summary).take(3).enumerate() {
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

/// Whether a line begins with a time of day: an entry of a ticker.
fn is_ticker(text: &str) -> bool {
    let clock = text.split(' ').next().unwrap_or_default();
    let (hour, minute) = clock.split_once([':', '.']).unwrap_or_default();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(hour) && digits(minute) && minute.len() == 2 && hour.len() <= 2
}

/// Whether a text ends with a picture character, as calls to do something do.
fn is_symbol(text: &str) -> bool {
    let last = text.chars().next_back().unwrap_or(' ');
    last >= '\u{2190}'
        && !last.is_alphanumeric()
        && !('\u{3000}'..='\u{303f}').contains(&last)
        && !('\u{ff00}'..='\u{ffef}').contains(&last)
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
    fn entries_of_a_ticker_are_no_headlines() {
        assert!(is_ticker("11.04 Uhr: Harbour closed"));
        assert!(is_ticker("9:30 Harbour closed"));
        assert!(!is_ticker("1.5 million people on the move"));
    }

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
