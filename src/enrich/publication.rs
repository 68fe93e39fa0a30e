//! The dates of a page of plain text: which of the lines that hold one says when the article was published.
//!
//! Only lines near headline and text count. A date inside a sentence is never that of the article.

use std::ops::Range;

use chrono::{NaiveDate, Timelike};

use super::boilerplate::Stock;
use super::dates::{self, Found, Label, Order};
use super::lines::Block;
use super::zones::{self, Zone};
use crate::Date;

/// Where the parts of an article stand among the blocks.
pub(crate) struct Place<'a> {
    pub(crate) blocks: &'a [Block],
    pub(crate) zones: &'a [Zone],
    /// The block of the headline, if there is one.
    pub(crate) title: Option<usize>,
    /// The first block of running text.
    pub(crate) anchor: usize,
    /// The text.
    pub(crate) article: Range<usize>,
}

/// A date with the block it stands in.
#[derive(Clone, Copy)]
pub(crate) struct Dated {
    pub(crate) at: usize,
    pub(crate) date: Date,
    pub(crate) labelled: bool,
}

/// Longer blocks are sentences, whose dates are those of events.
const LONGEST: usize = 260;
/// A date counts from this score on.
const LEAST: f64 = 2.0;

/// A date that may be that of the article: what speaks for it, or why it cannot be.
struct Weighed {
    dated: Dated,
    label: Option<Label>,
    score: Result<f64, &'static str>,
}

/// The dates of publication and of the last change.
pub(crate) fn dates(
    place: &Place<'_>,
    order: Order,
    today: NaiveDate,
) -> (Option<Dated>, Option<Dated>) {
    let mut published: Option<(f64, Dated)> = None;
    let mut updated: Option<(f64, Dated)> = None;
    for weighed in weighed(place, order, today) {
        let Ok(score) = weighed.score else { continue };
        let slot = match weighed.label {
            Some(Label::Updated) => &mut updated,
            _ => &mut published,
        };
        if score >= LEAST && slot.as_ref().is_none_or(|(best, _)| score > *best) {
            *slot = Some((score, weighed.dated));
        }
    }
    let published = published.map(|(_, dated)| dated);
    let end = place.article.end;
    let published = published
        .or_else(|| {
            let below = only_date(place, end..end + AFTERWARDS, order, today);
            below.filter(|dated| !is_stamp(&dated.date))
        })
        .or_else(|| {
            let above = place.anchor.saturating_sub(ABOVE)..place.anchor;
            only_date(place, above, order, today)
        });
    (published, updated.map(|(_, dated)| dated))
}

/// The dates that were looked at, with the block that each stands in and what was made of it.
pub(crate) fn considered(
    place: &Place<'_>,
    order: Order,
    today: NaiveDate,
) -> Vec<(usize, Date, String)> {
    let why = |weighed: &Weighed| match (weighed.score, weighed.label) {
        (Err(reason), _) => reason.to_owned(),
        (Ok(score), Some(label)) => {
            let label = format!("{label:?}").to_lowercase();
            format!("labelled as {label}: {score:.1}, {LEAST:.1} wanted")
        }
        (Ok(score), None) => format!("by its place: {score:.1}, {LEAST:.1} wanted"),
    };
    let all = weighed(place, order, today).into_iter();
    all.map(|weighed| (weighed.dated.at, weighed.dated.date, why(&weighed)))
        .collect()
}

/// Weighs the dates of all blocks that are no sentences.
fn weighed(place: &Place<'_>, order: Order, today: NaiveDate) -> Vec<Weighed> {
    let mut all = Vec::new();
    for (at, block) in place.blocks.iter().enumerate() {
        let Some(base) = nearness(place, at) else {
            continue;
        };
        // `12.03.2021 The harbour...`: a paragraph may begin with its date.
        let leading = (place.anchor..place.anchor + 6).contains(&at)
            && block.text.starts_with(|c: char| c.is_ascii_digit());
        let other = matches!(place.zones.get(at), Some(Zone::Comment | Zone::Caption));
        let teaser = place.zones.get(at) == Some(&Zone::Teaser);
        if other || (block.text.len() > LONGEST && !leading) {
            continue;
        }
        let head = block
            .text
            .char_indices()
            .nth(LONGEST)
            .and_then(|(end, _)| block.text.get(..end));
        let found = dates::find_dates(head.unwrap_or(&block.text), order);
        let precise = found.iter().filter(|found| found.date.is_precise());
        for (nth, found) in precise.enumerate() {
            let label = found
                .label
                .or_else(|| label_beside(place.blocks, at, found));
            let score = if label == Some(Label::Other) {
                Err("what stands before it dates something else")
            } else if !found.date.is_plausible(today) {
                Err("not the day of an article")
            } else if teaser && !(label == Some(Label::Published) && block.words >= 12) {
                // A whole sentence that says when this was published may stand below the lists of other articles.
                Err("in a list of other articles")
            } else {
                let nth = 0.3 * f64::from(u8::try_from(nth.min(9)).unwrap_or(9));
                let score = score(block, found, label, base).map(|score| score - nth);
                score.ok_or("part of a sentence")
            };
            let dated = Dated {
                at,
                date: found.date,
                labelled: label.is_some(),
            };
            all.push(Weighed {
                dated,
                label,
                score,
            });
        }
    }
    all
}

/// Whether a moment is stated to the second: below a text those are comments.
fn is_stamp(date: &Date) -> bool {
    match date {
        Date::Instant(moment) => moment.second() != 0,
        Date::Local(moment) => moment.second() != 0,
        _ => false,
    }
}

/// How many blocks after the text are searched for its date when the head has none.
const AFTERWARDS: usize = 6;

/// How many before it, far above its headline.
const ABOVE: usize = 80;

/// The date of a line in a part of the page, when all such lines there agree.
fn only_date(
    place: &Place<'_>,
    part: Range<usize>,
    order: Order,
    today: NaiveDate,
) -> Option<Dated> {
    let mut only: Option<Dated> = None;
    let lines = place.blocks.iter().enumerate();
    for (at, block) in lines.take(part.end).skip(part.start) {
        if !zones::is_date_line(block)
            || matches!(
                place.zones.get(at),
                Some(Zone::Teaser | Zone::Comment | Zone::Footer)
            )
        {
            continue;
        }
        let found = dates::find_dates(&block.text, order);
        for found in found
            .iter()
            .filter(|f| f.date.is_precise() && f.label.is_none() && f.date.is_plausible(today))
        {
            match &only {
                Some(known) if known.date.days() != found.date.days() => return None,
                Some(_) => {}
                None => {
                    only = Some(Dated {
                        at,
                        date: found.date,
                        labelled: false,
                    })
                }
            }
        }
    }
    only
}

/// How near a block is to the head of the article, `None` where its dates say nothing about it.
fn nearness(place: &Place<'_>, at: usize) -> Option<f64> {
    let steps =
        |from: usize, to: usize| f64::from(u32::try_from(from.abs_diff(to)).unwrap_or(u32::MAX));
    let head = place.title.unwrap_or(place.anchor);
    let low = head.min(place.anchor);
    if at >= low && at <= place.anchor.max(head) + 2 {
        // Below the first paragraph the dates of other articles begin.
        let below = if at > place.anchor + 1 { 1.2 } else { 0.0 };
        return Some(3.0 - below - 0.05 * steps(at, head).min(20.0));
    }
    if at < low {
        return Some(1.8 - 0.15 * steps(at, low).min(20.0));
    }
    if at >= place.article.end {
        return Some(0.8 - 0.1 * steps(at, place.article.end).min(15.0));
    }
    // Summary, by-line and date may stand in the first lines of what reads as text.
    let line = place
        .blocks
        .get(at)
        .filter(|block| zones::is_date_line(block));
    let early = line.is_some_and(|block| {
        at <= place.anchor + 8 || (at <= place.anchor + 20 && is_moment(block))
    });
    Some(if early { 1.6 } else { -0.5 })
}

/// Whether a line is a date with its time of day and nothing else.
fn is_moment(block: &Block) -> bool {
    dates::find_dates(&block.text, Order::DayFirst)
        .iter()
        .any(|found| {
            let whole = found.span.len() + 8 >= block.text.len();
            whole && matches!(found.date, Date::Instant(_) | Date::Local(_))
        })
}

fn score(block: &Block, found: &Found, label: Option<Label>, base: f64) -> Option<f64> {
    let mut score = base;
    score += match label {
        Some(Label::Published) => 2.5,
        Some(Label::Updated) => 2.0,
        _ => 0.0,
    };
    let rest = block.text.len().saturating_sub(found.span.len());
    // A paragraph that begins with its date: `12.03.2021 The harbour...`.
    if found.span.start == 0 && block.is_prose() && found.label.is_none() {
        // `4 May 2021 was a Tuesday`: a sentence that begins with another day.
        let after = block.text.get(found.span.end..).unwrap_or_default();
        let written = block.text.get(found.span.clone()).unwrap_or_default();
        let goes_on = after.trim_start().starts_with(char::is_lowercase)
            && written.contains(char::is_alphabetic);
        return (!goes_on).then(|| base.max(2.6) - 0.5);
    }
    if zones::is_date_line(block) {
        score += 0.7;
    } else if label.is_none() {
        // Words around an unlabelled date make it part of a sentence.
        if block.ends && block.words > 6 {
            return None;
        }
        score -= match rest {
            0..=40 => 0.0,
            41..=90 => 0.4,
            _ => 2.0,
        };
    } else if label != Some(Label::Published) && block.is_prose() && rest > 120 {
        score -= 1.5;
    }
    if block.stock == Some(Stock::Footer) {
        score -= 1.5;
    }
    if matches!(found.date, Date::Instant(_) | Date::Local(_)) {
        score += 0.4;
    }
    Some(score)
}

/// A label on a line of its own before a date on a line of its own.
fn label_beside(blocks: &[Block], at: usize, found: &Found) -> Option<Label> {
    let before = blocks.get(at.checked_sub(1)?)?;
    if found.span.start > 3 || before.words > 5 {
        return None;
    }
    dates::label_in(&before.text)
}
