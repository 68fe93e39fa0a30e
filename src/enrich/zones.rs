//! Which stretch of a page is the article, and what the blocks inside and around it are.
//!
//! Running text counts for a stretch, menus and stock phrases against it; the heaviest stretch is the article. Inside
//! it, adverts, captions and teasers are taken out again.

use std::collections::HashSet;
use std::ops::Range;

use super::boilerplate::Stock;
use super::lines::{Block, Mark};
use super::{agencies, byline, dates, sentences};

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    Body,
    Title,
    Standfirst,
    Kicker,
    Byline,
    Caption,
    Advert,
    Teaser,
    Share,
    Footer,
    Comment,
    Other,
}

impl Zone {
    /// The name that an article carries.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Zone::Body => "body",
            Zone::Title => "title",
            Zone::Standfirst => "standfirst",
            Zone::Kicker => "kicker",
            Zone::Byline => "byline",
            Zone::Caption => "caption",
            Zone::Advert => "advert",
            Zone::Teaser => "teaser",
            Zone::Share => "share",
            Zone::Footer => "footer",
            Zone::Comment => "comment",
            Zone::Other => "other",
        }
    }
}

fn zone_of(stock: Stock) -> Zone {
    match stock {
        Stock::Share => Zone::Share,
        Stock::More | Stock::Related => Zone::Teaser,
        Stock::Comment => Zone::Comment,
        Stock::Footer => Zone::Footer,
        Stock::Advert => Zone::Advert,
        Stock::Caption => Zone::Caption,
        Stock::Section => Zone::Kicker,
        Stock::Nav | Stock::Notice => Zone::Other,
    }
}

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
    block.words <= 5 || block.text.ends_with(':') || block.ends
}

/// Whether a paragraph breaks off: the beginning of another article.
fn is_excerpt(block: &Block) -> bool {
    block.text.ends_with("...") || block.text.ends_with('…') || block.text.ends_with("[…]")
}

/// A paragraph counts no more than this, so that one long notice cannot outweigh an article.
const MOST_WEIGHT: i64 = 700;

fn weight(block: &Block, teaser: bool) -> i64 {
    let size = i64::try_from(block.size)
        .unwrap_or(MOST_WEIGHT)
        .min(MOST_WEIGHT);
    if teaser {
        return -size.min(120) - 30;
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
        return size;
    }
    match block.mark {
        Mark::Heading(_) => -10,
        Mark::Bullet if block.words >= 8 => size / 3,
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
    range
}

/// What each block of a page is, before headline, by-line and summary are known.
pub(crate) fn zones(blocks: &[Block], teasers: &[bool], article: &Range<usize>) -> Vec<Zone> {
    let mut zones: Vec<Zone> = blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let teaser = teasers.get(at).copied().unwrap_or_default();
            match block.stock {
                Some(stock) => zone_of(stock),
                None if teaser => Zone::Teaser,
                None if article.contains(&at) => Zone::Body,
                None => Zone::Other,
            }
        })
        .collect();
    credits(blocks, &mut zones);
    drop_runs(blocks, &mut zones, article);
    adverts(blocks, &mut zones, article);
    for at in article.clone() {
        let (Some(block), Some(zone)) = (blocks.get(at), zones.get_mut(at)) else {
            continue;
        };
        if *zone == Zone::Body && is_date_line(block) {
            *zone = Zone::Byline;
        }
    }
    zones
}

/// Whether a block is a date and little else.
pub(crate) fn is_date_line(block: &Block) -> bool {
    if block.text.len() > 120 || block.ends && block.words > 10 {
        return false;
    }
    let found = dates::find_dates(&block.text, dates::Order::DayFirst);
    let dated: usize = found
        .iter()
        .filter(|f| f.date.is_precise())
        .map(|f| f.span.len())
        .sum();
    dated > 0 && dated + 30 >= block.text.len()
}

/// Whether a line names the photographer and agency of a picture: `© Jo Doe/dpa`, `Source: dpa`.
fn is_picture_credit(block: &Block) -> bool {
    if block.words > 10 || block.ends {
        return false;
    }
    let text = block.text.as_str();
    let labelled = text.starts_with('©') || block.stock == Some(Stock::Caption);
    let agency = text
        .split(['/', ':'])
        .skip(1)
        .any(|part| agencies::canonical(part).is_some());
    labelled || (agency && !text.contains(|c: char| c.is_ascii_digit()))
}

/// Marks picture credits, and the short line before one, as captions.
fn credits(blocks: &[Block], zones: &mut [Zone]) {
    let head = blocks.iter().position(Block::is_prose).unwrap_or(0);
    for (at, block) in blocks.iter().enumerate() {
        let open = matches!(
            zones.get(at),
            Some(Zone::Body | Zone::Other | Zone::Caption)
        );
        if !open || !is_picture_credit(block) {
            continue;
        }
        let before = at.checked_sub(1).filter(|before| {
            // Inside the text the paragraph before may be text; before it begins it is the caption.
            blocks.get(*before).is_some_and(|b| {
                b.stock.is_none()
                    && b.words >= 2
                    && (b.words < 8 && !b.ends || *before == head && b.words < 35)
            }) && matches!(zones.get(*before), Some(Zone::Body))
        });
        for at in [Some(at), before].into_iter().flatten() {
            if let Some(zone) = zones.get_mut(at) {
                *zone = Zone::Caption;
            }
        }
    }
}

/// Inside an article, a run of this many short lines is a list of links and not its words.
const RUN: usize = 4;

fn drop_runs(blocks: &[Block], zones: &mut [Zone], article: &Range<usize>) {
    let short = |block: &Block| !block.is_prose() && block.words < 8 && !block.ends;
    let mut from = article.start;
    while from < article.end {
        let mut to = from;
        while to < article.end && blocks.get(to).is_some_and(short) {
            to += 1;
        }
        let run = blocks.get(from..to).unwrap_or_default();
        let stocked = run.iter().filter(|block| block.stock.is_some()).count();
        let cells = run
            .iter()
            .filter(|block| block.mark == Mark::Bullet)
            .count();
        if run.len() >= RUN + 2 || (run.len() >= RUN && (stocked > 0 || cells * 2 > run.len())) {
            // The last line before running text may be its heading.
            for zone in zones.iter_mut().take(to.saturating_sub(1)).skip(from) {
                if *zone == Zone::Body {
                    *zone = Zone::Other;
                }
            }
        }
        from = to + 1;
    }
}

/// Finds self-promotion between paragraphs: it shouts, and shares no name with what stands around it.
fn adverts(blocks: &[Block], zones: &mut [Zone], article: &Range<usize>) {
    let prose: Vec<usize> = article
        .clone()
        .filter(|at| {
            zones.get(*at) == Some(&Zone::Body) && blocks.get(*at).is_some_and(Block::is_prose)
        })
        .collect();
    for (place, &at) in prose.iter().enumerate().skip(1) {
        let Some(block) = blocks.get(at) else {
            continue;
        };
        if !block.text.trim_end().ends_with('!')
            || block.size > 400
            || block.text.starts_with(['"', '“', '„', '«', '‘'])
        {
            continue;
        }
        let mine = names(&block.text);
        let mut around: HashSet<&str> = HashSet::new();
        for other in prose
            .iter()
            .take(place + 4)
            .skip(place.saturating_sub(3))
            .filter(|other| **other != at)
        {
            around.extend(
                blocks
                    .get(*other)
                    .map(|b| names(&b.text))
                    .unwrap_or_default(),
            );
        }
        // In a language that capitalises all nouns this finds shared nouns, which is as good.
        if !mine.is_empty()
            && around.len() >= 4
            && mine.is_disjoint(&around)
            && let Some(zone) = zones.get_mut(at)
        {
            *zone = Zone::Advert;
        }
    }
}

/// The capitalised words inside sentences.
fn names(text: &str) -> HashSet<&str> {
    let mut starts = true;
    let mut names = HashSet::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let bare = bare
            .strip_suffix("'s")
            .or(bare.strip_suffix("’s"))
            .unwrap_or(bare);
        if !starts && bare.starts_with(char::is_uppercase) && bare.chars().count() > 1 {
            names.insert(bare);
        }
        starts = word.ends_with(['.', '!', '?', ':']);
    }
    names
}

/// A short line that the caption a few lines on begins with is the same caption.
pub(crate) fn spread_captions(blocks: &[Block], zones: &mut [Zone]) {
    for at in 0..blocks.len() {
        if zones.get(at) != Some(&Zone::Caption) {
            continue;
        }
        let caption = blocks
            .get(at)
            .map(|block| block.text.as_str())
            .unwrap_or_default();
        for before in at.saturating_sub(4)..at {
            let same = blocks
                .get(before)
                .is_some_and(|block| block.words <= 12 && caption.starts_with(&block.text));
            if let Some(zone) = zones
                .get_mut(before)
                .filter(|zone| same && matches!(zone, Zone::Other | Zone::Body))
            {
                *zone = Zone::Caption;
            }
        }
    }
}

/// Takes lines inside and after the article that repeat its author or headline out of the body.
pub(crate) fn drop_repeats(
    blocks: &[Block],
    zones: &mut [Zone],
    title: Option<&str>,
    authors: &[String],
) {
    let mut before: Option<&String> = None;
    for (block, zone) in blocks.iter().zip(zones.iter_mut()) {
        let last = before.replace(&block.text);
        if *zone == Zone::Other && authors.contains(&block.text) {
            *zone = Zone::Byline;
        }
        if *zone != Zone::Body || block.words > 25 {
            continue;
        }
        if title == Some(block.text.as_str()) || (block.words <= 6 && last == Some(&block.text)) {
            *zone = Zone::Other;
        } else if authors.contains(&block.text)
            || (block.words <= 12 && byline::labelled(&block.text).is_some())
        {
            *zone = Zone::Byline;
        }
    }
}
