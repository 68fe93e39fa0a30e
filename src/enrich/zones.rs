//! What the blocks inside and around an article are: body, captions, adverts, teasers, credits, readers' words.
//!
//! Which stretch of a page is the article was decided in `stretch`.

use std::collections::HashSet;
use std::ops::Range;

use super::boilerplate::Stock;
use super::lines::{Block, Mark};
use super::{agencies, byline, dates};

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
        Stock::Nav | Stock::Notice | Stock::Recurring => Zone::Other,
    }
}

/// What each block of a page is, and the rule that said so last.
pub(crate) struct Zones {
    pub(crate) kinds: Vec<Zone>,
    rules: Vec<&'static str>,
}

impl Zones {
    /// Lets a rule change what blocks are.
    pub(crate) fn by(&mut self, rule: &'static str, change: impl FnOnce(&mut [Zone])) {
        let before = self.kinds.clone();
        change(&mut self.kinds);
        let kinds = before.iter().zip(&self.kinds);
        for ((before, after), name) in kinds.zip(&mut self.rules) {
            if before != after {
                *name = rule;
            }
        }
    }

    /// The rule that said last what a block is.
    pub(crate) fn rule(&self, at: usize) -> &'static str {
        self.rules.get(at).copied().unwrap_or_default()
    }
}

/// What each block of a page is, before headline, by-line and summary are known.
pub(crate) fn zones(blocks: &[Block], teasers: &[bool], article: &Range<usize>) -> Zones {
    let first = blocks.iter().enumerate().map(|(at, block)| {
        let teaser = teasers.get(at).copied().unwrap_or_default();
        match block.stock {
            Some(Stock::Recurring) => (Zone::Other, "stands in other files of its folder"),
            Some(stock) => (zone_of(stock), "a stock phrase"),
            None if teaser => (Zone::Teaser, "in a list of other articles"),
            None if article.contains(&at) => (Zone::Body, "inside the text"),
            None => (Zone::Other, "outside the text"),
        }
    });
    let (kinds, rules) = first.unzip();
    let mut zones = Zones { kinds, rules };
    zones.by("a credit, or what it credits", |kinds| {
        credits(blocks, kinds);
    });
    zones.by("under the head of the comments", |kinds| {
        comments(kinds, article.end);
    });
    zones.by("one of many short lines in a row", |kinds| {
        drop_runs(blocks, kinds, article);
    });
    zones.by("shouts, or shares no name with the text", |kinds| {
        adverts(blocks, kinds, article);
    });
    zones.by("a date and little else", |kinds| {
        for at in article.clone() {
            let (Some(block), Some(zone)) = (blocks.get(at), kinds.get_mut(at)) else {
                continue;
            };
            if *zone == Zone::Body && is_date_line(block) {
                *zone = Zone::Byline;
            }
        }
    });
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

/// What follows the header of the comments after an article is readers' words.
fn comments(zones: &mut [Zone], end: usize) {
    let mut inside = false;
    for zone in zones.iter_mut().skip(end) {
        inside |= *zone == Zone::Comment;
        if inside && *zone == Zone::Other {
            *zone = Zone::Comment;
        }
    }
}

/// Whether a line names the photographer and agency of a picture: `© Jo Doe/dpa`, `Source: dpa`.
fn is_picture_credit(block: &Block) -> bool {
    if block.words > 10 || block.ends {
        return false;
    }
    let text = block.text.as_str();
    // With a year it is the notice of rights of the page.
    let rights = text.starts_with('©') && !has_year(text);
    let labelled = rights || block.stock == Some(Stock::Caption);
    let agency = text
        .split(['/', ':'])
        .skip(1)
        .any(|part| agencies::canonical(part).is_some());
    labelled || (agency && !text.contains(|c: char| c.is_ascii_digit()))
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")))
}

/// What stands before the credit at the end of a caption, in lower case; a colon and names follow.
const CAPTION_ENDS: &[&str] = &[
    "photo",
    "photos",
    "photograph",
    "picture",
    "pictures",
    "pic",
    "pc",
    "image",
    "credit",
    "photo credit",
    "foto",
    "fotos",
    "bild",
    "imagen",
    "crédit",
    "crédito",
    "credito",
    "photo by",
    "video",
];

/// Where the credit of a caption begins: `The harbour on Monday. Photo: Jo Doe/AP`, in brackets too.
pub(crate) fn credit_of(text: &str) -> Option<usize> {
    if text.len() > 500 {
        return None;
    }
    let (head, names) = text.rsplit_once(':')?;
    let names = names.trim().trim_end_matches([')', ']', '.']);
    let count = names.split_whitespace().count();
    if count == 0
        || count > 7
        || names.contains(['?', '!', '"', '“'])
        || !names.starts_with(char::is_uppercase)
    {
        return None;
    }
    let lower = head.to_lowercase();
    let label = CAPTION_ENDS.iter().find(|label| {
        lower.trim_end().strip_suffix(*label).is_some_and(|before| {
            before.is_empty() || before.ends_with([' ', '(', '[', '/', ',', '.'])
        })
    })?;
    let label = head.trim_end().len().checked_sub(label.len())?;
    let before = head.get(..label)?.trim_end();
    let parted = before.is_empty()
        || before.ends_with([
            '.', ',', ';', '(', '[', '|', '/', '–', '—', '-', '!', '?', '"', '”', '»',
        ]);
    parted.then_some(label)
}

/// Marks picture credits, and the short line before one, as captions.
fn credits(blocks: &[Block], zones: &mut [Zone]) {
    for (block, zone) in blocks.iter().zip(zones.iter_mut()) {
        let open = matches!(zone, Zone::Body | Zone::Other);
        if open && block.words <= 45 && credit_of(&block.text).is_some() {
            *zone = Zone::Caption;
        }
    }
    let head = blocks.iter().position(Block::is_prose).unwrap_or(0);
    for (at, block) in blocks.iter().enumerate() {
        let open = matches!(
            zones.get(at),
            Some(Zone::Body | Zone::Other | Zone::Caption)
        );
        if !open || !is_picture_credit(block) {
            continue;
        }
        // `Image caption,` says what the next line is.
        let label = block.words <= 3 && block.text.ends_with([',', ':']);
        if label
            && blocks
                .get(at + 1)
                .is_some_and(|next| next.words <= 30 && next.stock.is_none())
            && let Some(zone) = zones.get_mut(at + 1)
        {
            *zone = Zone::Caption;
        }
        let before = at.checked_sub(1).filter(|before| {
            // Inside the text the paragraph before may be text; before it begins it is the caption.
            blocks.get(*before).is_some_and(|b| {
                b.stock.is_none()
                    && b.words >= 2
                    && (b.words < 8 && !b.ends || *before == head && b.words < 35 && !block.gap)
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

/// Lines between paragraphs that shout, or stand directly under the label of an advert.
fn shouts(blocks: &[Block], zones: &mut [Zone], article: &Range<usize>) {
    for at in article.start + 1..article.end {
        let Some(block) = blocks.get(at).filter(|block| {
            let plain = block.mark == Mark::None && !block.is_prose() && block.words <= 20;
            plain && !block.text.contains(['"', '“', '„', '«', '‘'])
        }) else {
            continue;
        };
        let label = blocks
            .get(at - 1)
            .is_some_and(|before| before.stock == Some(Stock::Advert) && before.words <= 3);
        let under = label && !block.gap && !block.text.ends_with('.');
        let shouts = block.text.contains("! ") || (block.text.ends_with('!') && block.words >= 4);
        if (under || shouts)
            && let Some(zone) = zones.get_mut(at).filter(|zone| **zone == Zone::Body)
        {
            *zone = Zone::Advert;
        }
    }
}

/// Finds self-promotion between paragraphs: it shouts, and shares no name with what stands around it.
fn adverts(blocks: &[Block], zones: &mut [Zone], article: &Range<usize>) {
    shouts(blocks, zones, article);
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
