//! Which stretch of a page is the article.
//!
//! Running text counts for a stretch, menus, teasers and stock phrases against it; the heaviest stretch is the article.

use std::ops::Range;

use super::boilerplate::Stock;
use super::lines::{Block, Mark};
use super::sentences;

/// How many blocks after "Similar news" are taken for teasers unless they read like the article going on.
const RELATED_REACH: usize = 8;
/// Size from which a paragraph after "Read also" is the article going on.
const GOES_ON: usize = 220;

/// Marks the blocks that are teasers of other articles.
pub(crate) fn teasers(blocks: &[Block]) -> Vec<bool> {
    let mut teaser = vec![false; blocks.len()];
    let more = |at: usize| {
        blocks
            .get(at)
            .is_some_and(|block| block.stock == Some(Stock::More))
    };
    let glued: Vec<bool> = blocks
        .iter()
        .map(|block| block.size < 900 && sentences::glue(&block.text).is_some())
        .collect();
    let mut reach = 0;
    let mut in_list = false;
    for (at, block) in blocks.iter().enumerate() {
        let is_glued = glued.get(at).copied().unwrap_or_default();
        if block.stock == Some(Stock::Related) {
            // "Related: a headline" is one link inside the text; only a header begins a list.
            if is_header(block) {
                reach = RELATED_REACH;
                in_list = true;
            }
            continue;
        }
        // A list of teasers: each is followed by "Read more", or again "Read more" stands close behind.
        let listed = more(at + 1) && (is_glued || in_list || more(at + 3));
        if listed || (in_list && is_glued) {
            if let Some(flag) = teaser.get_mut(at) {
                *flag = true;
            }
            reach = RELATED_REACH;
            continue;
        }
        if block.stock.is_some() {
            // Readers' words and the foot of the page end a list.
            if matches!(block.stock, Some(Stock::Comment | Stock::Footer)) {
                reach = 0;
                in_list = false;
            }
            continue;
        }
        if reach > 0 {
            let text = |block: &Block| block.is_prose() && block.ends && !is_excerpt(block);
            let two = blocks.get(at + 1).is_some_and(text) && !more(at + 2);
            let goes_on = text(block) && (block.size > GOES_ON || two);
            if goes_on {
                reach = 0;
                in_list = false;
            } else {
                reach -= 1;
                if let Some(flag) = teaser.get_mut(at) {
                    *flag = true;
                }
            }
        } else {
            in_list = false;
        }
    }
    teaser
}

/// Whether a line announces a list, rather than naming one headline after a label.
fn is_header(block: &Block) -> bool {
    match block.text.split_once(':') {
        Some((_, named)) if !named.trim().is_empty() => block.text.ends_with(['.', '!']),
        _ => block.words <= 5 || block.ends,
    }
}

/// Whether a paragraph breaks off: the beginning of another article.
fn is_excerpt(block: &Block) -> bool {
    block.text.ends_with("...") || block.text.ends_with('…') || block.text.ends_with("[…]")
}

/// A paragraph counts no less than this.
const LEAST_WEIGHT: i64 = 80;
/// A paragraph counts no more than this, so that one long notice cannot outweigh an article.
const MOST_WEIGHT: i64 = 700;

fn weight(block: &Block, teaser: bool) -> i64 {
    let size = i64::try_from(block.size)
        .unwrap_or(MOST_WEIGHT)
        .min(MOST_WEIGHT);
    if teaser {
        return -20;
    }
    match block.stock {
        Some(Stock::Related) => return if is_header(block) { -250 } else { -20 },
        Some(Stock::Comment) => return -60,
        Some(Stock::Footer | Stock::More | Stock::Notice) => return -80,
        Some(Stock::Caption | Stock::Advert) => return -10,
        Some(_) => return -35,
        None => {}
    }
    if is_excerpt(block) {
        return -30;
    }
    if block.is_prose() {
        // A sentence is a sign of text however short it is.
        return size.max(LEAST_WEIGHT);
    }
    match block.mark {
        Mark::Heading(_) => -10,
        Mark::Bullet if block.words >= 8 => 0,
        Mark::Bullet => -25,
        _ if block.words >= 8 => -10,
        _ => -25,
    }
}

/// The heaviest stretch of blocks; empty when nothing on the page is running text.
pub(crate) fn stretch(blocks: &[Block], teasers: &[bool]) -> Range<usize> {
    let mut best = (0, 0..0);
    let (mut sum, mut start) = (0, 0);
    let mut seen = 0;
    let ahead: i64 = blocks
        .iter()
        .filter(|block| block.is_prose())
        .map(|block| weight(block, false))
        .sum();
    for (at, block) in blocks.iter().enumerate() {
        let teaser = teasers.get(at).copied().unwrap_or_default();
        let mut weight = weight(block, teaser);
        if block.is_prose() && !teaser {
            seen += weight;
        }
        // Readers' words follow an article that is there already, and do not belong to it however long they are.
        if block.stock == Some(Stock::Comment) && seen > 500 && seen * 3 > ahead {
            weight = -(seen + 2000);
        }
        if sum <= 0 {
            sum = 0;
            start = at;
        }
        sum += weight;
        if sum > best.0 {
            best = (sum, start..at + 1);
        }
    }
    let (_, range) = best;
    let mut range = range;
    // It begins and ends with text.
    let text = |at: usize| {
        blocks.get(at).is_some_and(|block| {
            block.stock.is_none()
                && (block.is_prose() || block.words >= 8)
                && !teasers.get(at).copied().unwrap_or_default()
        })
    };
    while !range.is_empty() && !text(range.start) {
        range.start += 1;
    }
    while !range.is_empty() && !text(range.end - 1) {
        range.end -= 1;
    }
    range.end = before_teasers(blocks, &range);
    // Short sentences directly before and after belong to it.
    let sentence = |at: usize| {
        blocks.get(at).is_some_and(|block| {
            let said = block.text.ends_with(['.', '”', '"', '»', ')', '。']) && block.ends;
            let free = block.stock.is_none() && block.mark == Mark::None;
            said && free && block.words >= 3 && !teasers.get(at).copied().unwrap_or_default()
        })
    };
    while !range.is_empty() && range.start > 0 && sentence(range.start - 1) {
        range.start -= 1;
    }
    // A link, a caption or an advert between does not end it.
    let between = |at: usize| {
        blocks.get(at).is_some_and(|block| match block.stock {
            Some(Stock::Related) => !is_header(block),
            Some(Stock::Caption | Stock::Advert) => true,
            _ => false,
        })
    };
    while !range.is_empty() {
        match range.end {
            at if sentence(at) => range.end += 1,
            at if between(at) && sentence(at + 1) => range.end += 2,
            _ => break,
        }
    }
    range
}

/// So many pairs of headline and summary at the end of a text are teasers that no header announced.
const PAIRS: usize = 3;

/// Where a list of headlines with a short paragraph each begins at the end of a text; its end if there is none.
fn before_teasers(blocks: &[Block], article: &Range<usize>) -> usize {
    let headline = |at: usize| {
        blocks.get(at).is_some_and(|block| {
            let short = (4..=14).contains(&block.words) && !block.text.ends_with(['.', ':']);
            short && !block.is_prose() && block.stock.is_none()
        })
    };
    let summary = |at: usize| {
        blocks
            .get(at)
            .is_some_and(|block| block.is_prose() && block.words <= 30)
    };
    let mut end = article.end;
    let mut pairs = 0;
    while end >= article.start + 4 && summary(end - 1) && headline(end - 2) {
        pairs += 1;
        end -= 2;
    }
    if pairs >= PAIRS { end } else { article.end }
}
