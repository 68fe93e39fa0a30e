//! The signs by which a line of a page is known as its headline, with their weights.
//!
//! Which lines are looked at and what is made of the best one is decided in `head`.

use std::collections::HashSet;

use super::boilerplate::{Stock, stock};
use super::head::{is_credit, lead_words, overlap};
use super::lines::{Block, Mark};
use super::rules::{Rule, count, rule, when};
use super::{byline, sentences};

/// A line that may be the headline, and what stands around it.
pub(crate) struct Line<'b> {
    blocks: &'b [Block],
    pub(crate) at: usize,
    pub(crate) block: &'b Block,
    /// The first block of running text.
    anchor: usize,
    /// The share of its words that the text begins with.
    shared: f64,
    /// What a date or by-line under it says for it.
    credits: f64,
    /// Whether the page has a heading of the first level.
    has_h1: bool,
}

/// A reason, and the lines that it holds for.
type Refusal = (&'static str, fn(&Line<'_>) -> bool);

/// Why a line cannot be a headline, whatever else speaks for it.
const REFUSALS: &[Refusal] = &[
    ("a stock phrase", |line| {
        !matches!(line.block.stock, None | Some(Stock::Recurring))
    }),
    ("a single word", |line| {
        line.block.words < 2 && !line.is_h1()
    }),
    ("too long", |line| line.block.text.len() > 300),
    ("it goes on from the line before", |line| {
        line.block.mark == Mark::Bar
    }),
    ("a paragraph of the text", |line| {
        line.at > line.anchor && line.block.is_prose()
    }),
    ("a date or by-line", |line| is_credit(line.block)),
    ("the next line goes on", |line| {
        line.after(1).is_some_and(|next| next.mark == Mark::Bar)
    }),
    // A lead, unless a date or by-line stands under it.
    ("two sentences", |line| {
        let closed = line.text().ends_with(['.', '!', '?']) && line.block.words > 12;
        closed
            && !line.block.titled
            && line.credits < 1.0
            && sentences::breaks(line.text()).len() > 1
    }),
];

impl<'b> Line<'b> {
    /// What speaks for a line and against it.
    pub(crate) const RULES: [Rule<Line<'b>>; 24] = [
        rule("length", 1.0, |line| match line.block.words {
            1 => -2.0,
            2 => -1.0,
            3 => 0.5,
            4..=16 => 2.0,
            17..=22 => 1.0,
            23..=28 => -1.0,
            _ => -3.0,
        }),
        rule("first heading", 4.5, |line| when(line.is_h1())),
        rule("second heading", 2.0, |line| {
            when(line.block.mark == Mark::Heading(2) && !line.has_h1)
        }),
        rule("lower heading", -1.0, |line| {
            let first = if line.has_h1 { 1 } else { 2 };
            when(matches!(line.block.mark, Mark::Heading(level) if level > first))
        }),
        // The name of a paper or of a column, or a headline that other pages list: its words come again in the text.
        rule("stands in other files", -4.0, |line| {
            when(line.block.stock == Some(Stock::Recurring)) * (1.0 - line.shared)
        }),
        rule("item of a list", -2.5, |line| {
            when(line.block.mark == Mark::Bullet)
        }),
        // `Home Prices Are Falling. Why You Should Not Worry.`: no sentence is written so.
        rule("full stop", -3.0, |line| {
            when(line.is_stopped() && !line.block.titled)
        }),
        rule("exclamation mark", -0.7, |line| {
            when(line.text().ends_with('!'))
        }),
        rule("open end", -2.0, |line| {
            when(!line.is_stopped() && is_open(line.text()))
        }),
        rule("small initial", -1.5, |line| {
            when(line.text().starts_with(char::is_lowercase))
        }),
        rule("cut off", -4.0, |line| when(is_cut(line.text()))),
        rule("entry of a ticker", -4.0, |line| {
            when(is_ticker(line.text()))
        }),
        rule("words of the lead", 5.0, |line| line.shared),
        rule("printed again", 1.5, |line| {
            f64::from(repeats(line.blocks, line.at))
        }),
        rule("seam", 1.0, |line| seams(line.blocks, line.at)),
        rule("opens the page", 1.5, |line| {
            when(opens(line.blocks, line.at))
        }),
        rule("under what opens the page", -1.5, |line| {
            let before = line.at.checked_sub(1);
            let under = before
                .is_some_and(|before| opens(line.blocks, before) && is_line(line.blocks, before));
            when(under && !line.has_h1 && !opens(line.blocks, line.at))
        }),
        // `Home > Business > Markets` leads to what is under it.
        rule("under a trail", 1.0, |line| {
            when(line.before(1).is_some_and(|before| is_trail(&before.text)))
        }),
        rule("date or by-line under it", 1.0, |line| line.credits),
        // A question right above its answer heads a part of the text.
        rule("question", -2.5, |line| {
            let heads = line.credits > 0.0 || line.is_h1() || line.block.titled;
            when(line.text().ends_with('?') && !heads)
        }),
        rule("in a list of others", -2.0, |line| {
            when(!line.is_h1() && is_listed(line.blocks, line.at))
        }),
        // By-lines stand under headlines.
        rule("under a by-line", -1.5, |line| {
            when(line.before(1).is_some_and(|before| {
                before.words <= 12 && byline::labelled(&before.text).is_some()
            }))
        }),
        rule("inside the text", -1.5, |line| when(line.at >= line.anchor)),
        // Far from the text stand menus and other articles.
        rule("far from the text", -0.1, |line| {
            count(line.anchor.saturating_sub(line.at).min(40))
        }),
    ];

    /// A line with what stands around it; the reason where it cannot be a headline.
    pub(crate) fn of(
        blocks: &'b [Block],
        at: usize,
        anchor: usize,
        lead: &HashSet<String>,
        has_h1: bool,
    ) -> Result<Line<'b>, &'static str> {
        let block = blocks.get(at).ok_or("not there")?;
        let mut line = Line {
            blocks,
            at,
            block,
            anchor,
            shared: 0.0,
            credits: followed(blocks, at),
            has_h1,
        };
        if let Some((reason, _)) = REFUSALS.iter().find(|(_, refuses)| refuses(&line)) {
            return Err(reason);
        }
        line.shared = if at == anchor && block.is_prose() {
            // The first paragraph may be a headline that ends like a sentence; it is compared with what follows it.
            let next = at + 1..blocks.len().min(at + 40);
            overlap(line.text(), &lead_words(blocks, &next))
        } else {
            overlap(line.text(), lead)
        };
        Ok(line)
    }

    fn text(&self) -> &'b str {
        &self.block.text
    }

    fn is_h1(&self) -> bool {
        self.block.mark == Mark::Heading(1)
    }

    fn is_stopped(&self) -> bool {
        self.text().ends_with('.') && !self.text().ends_with("...")
    }

    fn before(&self, steps: usize) -> Option<&'b Block> {
        self.blocks.get(self.at.checked_sub(steps)?)
    }

    fn after(&self, steps: usize) -> Option<&'b Block> {
        self.blocks.get(self.at + steps)
    }
}

/// Whether a line ends as headlines do not: with a colon, a comma, an arrow, a picture.
fn is_open(text: &str) -> bool {
    text.ends_with([':', ',', ';', '…', '›', '»', '>']) || text.ends_with("...") || is_symbol(text)
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
pub(crate) fn followed(blocks: &[Block], at: usize) -> f64 {
    let summary = usize::from(is_line(blocks, at) && opens(blocks, at) && is_line(blocks, at + 1));
    for (distance, block) in blocks.iter().skip(at + 1 + summary).take(3).enumerate() {
        if is_credit(block) {
            return [2.0, 1.2, 0.8].get(distance).copied().unwrap_or_default();
        }
    }
    0.0
}

/// How often a headline stands on the page again, alone or with the name of the site (0 to 2).
pub(crate) fn repeats(blocks: &[Block], at: usize) -> u8 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_ticker_are_no_headlines() {
        assert!(is_ticker("11.04 Uhr: Harbour closed"));
        assert!(is_ticker("9:30 Harbour closed"));
        assert!(!is_ticker("1.5 million people on the move"));
    }
}
