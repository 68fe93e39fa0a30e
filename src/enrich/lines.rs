//! Cuts a text into blocks: lines with hard wraps and inline breaks undone, marks of lists and headings taken off.
//!
//! A block remembers the lines it came from. What a block *is* is decided in `zones` and `head`.

use super::boilerplate::{Stock, stock};
use super::{byline, dates, head, sentences};

/// How a line was marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Not at all.
    None,
    /// `#` to `######`: a heading and its level.
    Heading(u8),
    /// An item of a list.
    Bullet,
    /// `|`: it goes on from the line before.
    Bar,
}

/// A paragraph, heading or other stretch of lines that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The line it begins in, from 1.
    pub(crate) line: u32,
    /// Its text on one line.
    pub(crate) text: String,
    /// How it was marked.
    pub(crate) mark: Mark,
    /// Whether a blank line stands before it.
    pub(crate) gap: bool,
    /// The stock phrase it is.
    pub(crate) stock: Option<Stock>,
    /// Letters and digits; an ideograph counts as two.
    pub(crate) size: usize,
    /// Words; two ideographs count as one.
    pub(crate) words: usize,
    /// Whether it ends as a sentence does.
    pub(crate) ends: bool,
    /// Whether nearly all words begin with a capital, as in menus.
    pub(crate) titled: bool,
}

impl Block {
    fn new(line: u32, text: String, mark: Mark, gap: bool) -> Block {
        // Signs of emphasis say nothing; stars around words are their most common form.
        let text = if text.contains("**") {
            text.replace("**", "")
        } else {
            text
        };
        let text = unescape(text);
        let (size, words) = measure(&text);
        let ends = sentences::ends(&text);
        let stock = stock(&text);
        let titled = words >= 8 && sentences::is_titled(&text);
        Block {
            line,
            text,
            mark,
            gap,
            stock,
            size,
            words,
            ends,
            titled,
        }
    }

    /// Whether it reads like running text.
    pub(crate) fn is_prose(&self) -> bool {
        if self.titled || (self.stock.is_some() && self.words < 60) {
            return false;
        }
        if self.stock == Some(Stock::Recurring) {
            return false;
        }
        match self.mark {
            Mark::Heading(_) => false,
            Mark::Bullet => self.ends && self.words >= 10,
            // Headlines ask and shout, and end with a colon; few of them are long.
            _ if self.text.ends_with(['?', '!', ':']) => {
                self.words >= 16 || (self.words >= 8 && sentences::breaks(&self.text).len() > 1)
            }
            _ => (self.ends && self.words >= 8) || self.words >= 25,
        }
    }
}

/// Takes the backslashes of Markdown off the signs after them.
fn unescape(text: String) -> String {
    if !text.contains('\\') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let sign = rest.peek().is_some_and(char::is_ascii_punctuation);
        if c != '\\' || !sign {
            out.push(c);
        }
    }
    out
}

/// Letters and words, with ideographs weighed as what they say.
pub(crate) fn measure(text: &str) -> (usize, usize) {
    let (mut size, mut wide, mut words, mut inside) = (0, 0, 0, false);
    for c in text.chars() {
        if matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{e00}'..='\u{e7f}') {
            wide += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            size += 1;
            words += usize::from(!inside);
            inside = true;
        } else if c.is_whitespace() || !matches!(c, '\'' | '’' | '-' | '.' | ',') {
            inside = false;
        }
    }
    (size + 2 * wide, words + wide / 2)
}

struct Line<'a> {
    number: u32,
    text: &'a str,
    mark: Mark,
    gap: bool,
    /// Characters of the line as it stands, for undoing wraps.
    width: usize,
}

/// Cuts a text into blocks.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let lines = lines(text);
    let width = wrap_width(&lines);
    let broken = is_broken(&lines);
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(u32, String, Mark, bool)> = None;
    let (mut last_width, mut count) = (0, 0);
    for line in lines {
        let joins = open.as_ref().is_some_and(|(_, text, mark, _)| {
            !line.gap
                && line.mark == Mark::None
                && !matches!(mark, Mark::Heading(_) if width == 0)
                && (wrapped(last_width, line.text, width)
                    || goes_on(text, line.text, width, last_width, count)
                    || ((broken || line.text.starts_with(". ") || line.text.starts_with(", "))
                        && continues(text, line.text)))
        });
        last_width = line.width;
        count = if joins { count + 1 } else { 1 };
        match open.as_mut() {
            Some((_, text, _, _)) if joins => {
                let tight = line
                    .text
                    .starts_with([',', '.', ';', ':', ')', '!', '?', '”', '“', '»', '’']);
                if !tight {
                    text.push(' ');
                }
                text.push_str(line.text);
            }
            _ => {
                if let Some((number, text, mark, gap)) = open.take() {
                    push(&mut blocks, number, text, mark, gap);
                }
                open = Some((line.number, line.text.to_owned(), line.mark, line.gap));
            }
        }
    }
    if let Some((number, text, mark, gap)) = open {
        push(&mut blocks, number, text, mark, gap);
    }
    blocks
}

/// Blocks beyond this are not looked at one by one: the rest of a giant file is one block.
const MOST_BLOCKS: usize = 200_000;

/// A paragraph longer than this, where the file has hardly any lines, is a page on one line.
const ONE_LINE: usize = 700;

fn push(blocks: &mut Vec<Block>, line: u32, text: String, mark: Mark, gap: bool) {
    if blocks.len() >= MOST_BLOCKS
        && let Some(last) = blocks.last_mut()
    {
        last.text.push(' ');
        last.text.push_str(&text);
        return;
    }
    blocks.push(Block::new(line, text, mark, gap));
}

/// Cuts the blocks of a page that was pasted on one or two lines into its sentences.
pub(crate) fn unpaste(blocks: Vec<Block>) -> Vec<Block> {
    let longest = blocks
        .iter()
        .map(|block| block.text.len())
        .max()
        .unwrap_or(0);
    if blocks.len() > 3 || longest < ONE_LINE {
        return blocks;
    }
    let mut cut = Vec::new();
    for block in blocks {
        for (at, piece) in sentences::pieces(&block.text).into_iter().enumerate() {
            let mark = if at == 0 { block.mark } else { Mark::None };
            cut.push(Block::new(block.line, piece, mark, at == 0 && block.gap));
        }
    }
    cut
}

/// A caption glued to the paragraph after it has no more words than this.
const CAPTION: usize = 18;
/// So far into a paragraph a seam is looked for, in characters.
const SEAM: usize = 160;

/// Parts captions that a scraper glued to the beginning of a paragraph: `The harbour on MondayThe ferry came back`.
pub(crate) fn unglue(blocks: Vec<Block>, teasers: &[bool]) -> Vec<Block> {
    let mut parted = Vec::with_capacity(blocks.len());
    let mut text_seen = false;
    let more = |block: &Block| block.stock == Some(Stock::More);
    let mut rest = blocks.into_iter().enumerate().peekable();
    while let Some((at, block)) = rest.next() {
        let teaser = teasers.get(at).copied().unwrap_or_default()
            || rest.peek().is_some_and(|(_, next)| more(next));
        match seam(&block).filter(|_| text_seen && !teaser) {
            Some((caption, text)) => {
                let mut caption = Block::new(block.line, caption, block.mark, block.gap);
                caption.stock = Some(Stock::Caption);
                parted.push(caption);
                parted.push(Block::new(block.line, text, Mark::None, false));
            }
            None => {
                text_seen |= block.is_prose() || head::is_credit(&block);
                parted.push(block);
            }
        }
    }
    parted
}

/// The caption and the paragraph that a block is made of.
fn seam(block: &Block) -> Option<(String, String)> {
    if !block.is_prose() || block.size < 150 {
        return None;
    }
    let end = block.text.char_indices().nth(SEAM)?.0;
    let at = sentences::glue(block.text.get(..end)?)?;
    let (caption, text) = (block.text.get(..at)?, block.text.get(at..)?);
    let one = sentences::breaks(caption).len() == 1;
    let short = caption.split_whitespace().count() <= CAPTION;
    // Captions end with the place; what else is glued here may be text.
    let place = caption.rsplit_once(", ").is_some_and(|(_, place)| {
        let words: Vec<&str> = place.split(' ').collect();
        words.len() <= 3
            && words
                .iter()
                .all(|word| word.starts_with(char::is_uppercase))
    });
    (one && short && place).then(|| (caption.to_owned(), text.to_owned()))
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut gap = true;
    for (number, raw) in (1..).zip(text.lines()) {
        let (mark, text) = unmark(raw.trim());
        if !text.chars().any(char::is_alphanumeric) && !text.starts_with([',', '.', ')', ';']) {
            // Rules, empty bullets and lone signs part what stands around them.
            gap |= text.is_empty();
            continue;
        }
        lines.push(Line {
            number,
            text,
            mark,
            gap,
            width: raw.trim_end().chars().count(),
        });
        gap = false;
    }
    lines
}

/// Takes off list and heading marks and the signs of emphasis around a whole line.
fn unmark(line: &str) -> (Mark, &str) {
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&hashes) && line.get(hashes..).is_some_and(|rest| rest.starts_with(' ')) {
        let level = u8::try_from(hashes).unwrap_or(6);
        return (
            Mark::Heading(level),
            plain(line.get(hashes..).unwrap_or_default()),
        );
    }
    for bullet in ["* ", "+ ", "- ", "• ", "· ", "o ", "› ", "» ", "– "] {
        if let Some(rest) = line.strip_prefix(bullet) {
            let rest = rest.trim_start();
            // Lists within lists: `*   * Item`.
            return (
                Mark::Bullet,
                plain(rest.trim_start_matches(['*', '+', ' '])),
            );
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits)
        && line
            .get(digits..)
            .is_some_and(|rest| rest.starts_with(". "))
    {
        let rest = line.get(digits + 2..).unwrap_or_default();
        // A day of the month is no item: "4. März 2024".
        let dated = rest.split_whitespace().take(2).any(|word| {
            let word = word.trim_end_matches([',', '.', ';']);
            word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit())
        });
        if !dated {
            return (Mark::Bullet, plain(rest));
        }
    }
    match line.strip_prefix("| ") {
        Some(rest) => (Mark::Bar, plain(rest)),
        None => (Mark::None, plain(line)),
    }
}

fn plain(text: &str) -> &str {
    let text = text.trim();
    for mark in ["**_", "**", "__", "_"] {
        let close: String = mark.chars().rev().collect();
        if let Some(inner) = text
            .strip_prefix(mark)
            .and_then(|t| t.strip_suffix(close.as_str()))
            && !inner.is_empty()
        {
            return inner.trim();
        }
    }
    text
}

/// The width at which lines were wrapped, 0 if they were not.
fn wrap_width(lines: &[Line<'_>]) -> usize {
    let mut widths: Vec<usize> = lines
        .iter()
        .map(|line| line.width)
        .filter(|w| *w >= 30)
        .collect();
    widths.sort_unstable();
    // A few long lines (addresses, tables) escape any wrapping.
    let escaped = 2.max(widths.len() * 4 / 100);
    let Some(&widest) = widths.iter().rev().nth(escaped) else {
        return 0;
    };
    let near = widths
        .iter()
        .filter(|w| **w + 14 > widest && **w <= widest)
        .count();
    if (45..=110).contains(&widest) && near >= 6 && near * 10 >= widths.len() {
        widest
    } else {
        0
    }
}

/// Whether the wrapper broke before this line: its first word would not have fitted.
fn wrapped(last_width: usize, text: &str, width: usize) -> bool {
    let first = text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    width > 0 && last_width + 1 + first > width
}

/// Whether a line of a wrapped text goes on in the next although a word more had fitted: not all is wrapped alike.
fn goes_on(text: &str, next: &str, width: usize, last_width: usize, count: usize) -> bool {
    let long = width > 0 && last_width * 4 >= width * 3;
    let inside = count > 1 || next.starts_with(char::is_lowercase) || text.ends_with(',');
    let credit = || byline::labelled(next).is_some() || byline::is_label(next);
    long && inside && !sentences::ends(text) && (next.len() > 80 || !credit())
}

/// Whether a scraper broke the text at links and emphasis: lines begin with commas and full stops.
fn is_broken(lines: &[Line<'_>]) -> bool {
    let signs = lines
        .iter()
        .filter(|line| line.text.starts_with([',', '.', ';', ')']))
        .count();
    signs >= 2
}

/// Words after which no line ends by itself.
const OPEN_WORDS: &[&str] = &[
    "of", "the", "and", "to", "in", "a", "an", "for", "with", "by", "from", "at", "on", "that",
    "his", "her", "their", "der", "die", "das", "den", "dem", "des", "und", "von", "mit", "im",
    "in", "am", "zum", "zur", "ein", "eine", "einen", "einem", "einer", "für", "auf", "bei",
    "sich", "le", "la", "les", "de", "du", "et", "à", "un", "une", "dans", "par", "sur", "el",
    "los", "las", "del", "y", "con", "por", "il", "di", "che", "e", "o", "da", "do", "het", "een",
    "van", "en",
];

fn continues(before: &str, next: &str) -> bool {
    // A sentence that says who wrote it goes on after its date: `This was written on 4 May 2020` / `by Jane Doe in`.
    let dated = before.ends_with(|c: char| c.is_ascii_digit())
        && before.split_whitespace().count() >= 5
        && next.starts_with(char::is_lowercase);
    let credit = || byline::labelled(next).is_some() || byline::is_label(next);
    if next.len() < 80 && ((!dated && credit()) || dates::is_vague(next)) {
        return false;
    }
    if next.starts_with([',', '.', ';', ')', ':', '”', '!', '?', '’'])
        || next.starts_with(char::is_lowercase)
    {
        return !sentences::ends(before) || next.starts_with([',', ';', ')']);
    }
    if before.ends_with([',', '(', '„', '“', '«']) {
        return true;
    }
    let last = before.rsplit(' ').next().unwrap_or_default();
    before.contains(' ') && OPEN_WORDS.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_remembered() {
        let blocks = blocks("# Rain\n\n  * Home\n| goes on\n**Sun** and 01\\. May\n4. März 2024\n");
        let seen: Vec<_> = blocks
            .iter()
            .map(|block| (block.mark, block.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (Mark::Heading(1), "Rain"),
                (Mark::Bullet, "Home"),
                (Mark::Bar, "goes on"),
                (Mark::None, "Sun and 01. May"),
                (Mark::None, "4. März 2024"),
            ]
        );
        assert_eq!(
            blocks.iter().map(|block| block.line).collect::<Vec<_>>(),
            [1, 3, 4, 5, 6]
        );
    }

    // Only after text or a date: before them it is a headline that was glued.
    #[test]
    fn captions_are_parted_from_the_text_they_were_glued_to() {
        let text = "May 4, 2021\nThe harbour on a grey day in Pärnu, EstoniaThe ferry came back to the old harbour on Monday, and many \
            people were there to see it, with flags, drums and a goat that nobody had asked to come along on such a day.";
        let parted = unglue(blocks(text), &[]);
        let texts: Vec<_> = parted.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts[1], "The harbour on a grey day in Pärnu, Estonia");
        assert!(texts[2].starts_with("The ferry"));
    }

    // Menus have many words and no sentence.
    #[test]
    fn prose_is_told_from_menus_and_headlines() {
        let prose = |text: &str| blocks(text).iter().all(Block::is_prose);
        assert!(prose("The ferry came back to the old harbour on Monday."));
        assert!(!prose("Ferry comes back to the old harbour on Monday"));
        assert!(!prose(
            "Home News Sport Culture Travel Weather Jobs Contact Imprint Privacy Help Shop."
        ));
        assert!(!prose("Where did the ferry go on Monday last week?"));
    }

    #[test]
    fn ideographs_count_as_what_they_say() {
        assert_eq!(measure("渡船回来了"), (10, 2));
        assert_eq!(measure("It's 2 o'clock"), (10, 3));
    }
}
