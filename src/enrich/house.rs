//! What the files of one folder have in common, as those of one publisher have: lines that recur in many of them, and
//! the order of day and month in their dates.
//!
//! Learned from a sample of the folder, whose choice is left to the caller; nothing of it is kept but these two.

use std::collections::{HashMap, HashSet};

use super::boilerplate::{self, Stock};
use super::dates::{self, Order};
use super::lines::{self, Block};
use super::{agencies, head, sentences};
use crate::Draft;

/// In so many files a line must stand, before so many other lines and after so many.
const LEAST: usize = 5;
/// A sentence must stand in so many percent of the files: agencies explain the same things in the same words.
const SENTENCE: usize = 25;
/// Several sentences in a row must stand in so many, and at the edge of the file: reports of one event share those too.
const SENTENCES: usize = 75;
/// A file is a copy of others, and says nothing, when so many percent of its text recur.
const COPY: usize = 33;
/// Longer paragraphs are text, in bytes.
const LONGEST: usize = 600;
/// Lines of one file that are looked at, from its beginning and from its end.
const REACH: usize = 300;
/// One order must be seen in so many files, and so many times as often as the other.
const SURE: (usize, usize) = (2, 10);

/// What the files of a folder have in common.
#[derive(Debug, Default)]
pub(crate) struct HouseStyle {
    /// Lines that recur, as [`boilerplate::normal`] writes them.
    lines: HashSet<String>,
    order: Order,
}

impl HouseStyle {
    /// Whether a line recurs in the folder.
    pub(super) fn recurs(&self, text: &str) -> bool {
        !self.lines.is_empty()
            && text.len() <= LONGEST
            && self.lines.contains(&boilerplate::normal(text))
    }

    /// Marks the blocks that recur, unless no text would be left.
    pub(super) fn mark(&self, blocks: &mut [Block]) {
        if self.lines.is_empty() {
            return;
        }
        let recurs: Vec<bool> = blocks
            .iter()
            .map(|block| block.stock.is_none() && self.recurs(&block.text))
            .collect();
        let mut text = blocks.iter().zip(&recurs).filter(|(b, _)| b.is_prose());
        if text.clone().next().is_some() && text.all(|(_, recurs)| *recurs) {
            return;
        }
        for (block, _) in blocks.iter_mut().zip(recurs).filter(|(_, recurs)| *recurs) {
            block.stock = Some(Stock::Recurring);
        }
    }

    /// The same with what another one knows of dates, where this one does not.
    pub(crate) fn or(self, other: &HouseStyle) -> HouseStyle {
        let order = match self.order {
            Order::Unknown => other.order,
            order => order,
        };
        HouseStyle { order, ..self }
    }

    /// The order of day and month in dates of numbers, as far as it is known.
    pub(super) fn order(&self) -> Order {
        self.order
    }
}

/// A line of a file, by the number of its text.
struct Line {
    text: usize,
    /// Whether it ends as a sentence does, or is as long as one.
    sentence: bool,
    size: usize,
}

/// The files that are learned from.
#[derive(Default)]
pub(crate) struct Sample {
    /// Files with text.
    files: Vec<Vec<Line>>,
    /// The number of each text, normalised.
    numbers: HashMap<String, usize>,
    /// The texts by number: as they first stood, and in how many files.
    texts: Vec<(String, usize)>,
    /// Files with a date whose first number must be the day, and the month.
    day_first: usize,
    month_first: usize,
}

impl Sample {
    /// Takes the dates that a file or record states into the sample.
    pub(crate) fn add_dates(&mut self, draft: &Draft) {
        let dates = draft.candidates.iter();
        let dates = dates.filter(|candidate| matches!(candidate.field, "date" | "updated"));
        let orders: Vec<Order> = dates
            .filter_map(|date| dates::written_order(&date.value))
            .collect();
        self.count(&orders);
    }

    fn count(&mut self, orders: &[Order]) {
        self.day_first += usize::from(orders.contains(&Order::DayFirst));
        self.month_first += usize::from(orders.contains(&Order::MonthFirst));
    }

    /// Takes a file into the sample.
    pub(crate) fn add(&mut self, draft: &Draft) {
        self.add_dates(draft);
        let mut orders = Vec::new();
        let mut file = Vec::new();
        if let Some(text) = &draft.text {
            let blocks = lines::unpaste(lines::blocks(text));
            let last = blocks.len().saturating_sub(REACH).max(REACH);
            for (at, block) in blocks.iter().enumerate() {
                if at < REACH || at >= last {
                    orders.extend(dates::written_order(&block.text));
                    file.push(self.line(&block.text, block.ends || block.is_prose(), block.size));
                }
            }
        } else if draft.article.format == "html" {
            for paragraph in draft.article.body.split("\n\n").take(REACH) {
                let (size, words) = lines::measure(paragraph);
                let sentence = words >= 25 || sentences::ends(paragraph);
                file.push(self.line(paragraph, sentence, size));
            }
        }
        self.count(&orders);
        if file.is_empty() {
            return;
        }
        let once: HashSet<usize> = file.iter().map(|line| line.text).collect();
        for text in once {
            if let Some((_, files)) = self.texts.get_mut(text) {
                *files += 1;
            }
        }
        self.files.push(file);
    }

    fn line(&mut self, text: &str, sentence: bool, size: usize) -> Line {
        // A long paragraph recurs only in copies; their likeness is judged by it all the same.
        let key = boilerplate::normal(text);
        let next = self.texts.len();
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            let start = text.char_indices().nth(LONGEST).map(|(at, _)| at);
            let start = start.and_then(|at| text.get(..at)).unwrap_or(text);
            self.texts.push((start.to_owned(), 0));
        }
        Line {
            text: number,
            sentence,
            size,
        }
    }

    /// What the files have in common.
    pub(crate) fn learn(self) -> HouseStyle {
        let order = match (self.day_first, self.month_first) {
            (day, month) if day >= SURE.0 && day >= month * SURE.1 => Order::DayFirst,
            (day, month) if month >= SURE.0 && month >= day * SURE.1 => Order::MonthFirst,
            _ => Order::Unknown,
        };
        let learned = self.recurring();
        let lines = self.numbers.into_iter();
        let lines = lines.filter(|(_, number)| learned.contains(number));
        HouseStyle {
            lines: lines.map(|(line, _)| line).collect(),
            order,
        }
    }

    /// The lines that recur with something else before and after them each time.
    fn recurring(&self) -> HashSet<usize> {
        let often = |text: usize| {
            let files = self.texts.get(text).map_or(0, |(_, files)| *files);
            files >= LEAST
        };
        // What is recognised by itself is no furniture: dates, by-lines, agencies.
        let mut kept: HashMap<usize, bool> = HashMap::new();
        let mut is_kept = |text: usize| {
            *kept.entry(text).or_insert_with(|| {
                let text = self.texts.get(text).map_or("", |(text, _)| text.as_str());
                text.len() > LONGEST || says_something(text)
            })
        };
        let mut seen: HashMap<usize, Places> = HashMap::new();
        for (number, file) in self.files.iter().enumerate() {
            let recurs: Vec<bool> = file.iter().map(|line| often(line.text)).collect();
            let text = || file.iter().zip(&recurs).filter(|(line, _)| line.sentence);
            let whole: usize = text().map(|(line, _)| line.size).sum();
            let again = text().filter(|(_, recurs)| **recurs);
            let again: usize = again.map(|(line, _)| line.size).sum();
            if again * 100 >= whole * COPY {
                continue;
            }
            for run in runs(&recurs) {
                let text = |at: usize| file.get(at).map(|line| line.text);
                let before = run.start.checked_sub(1).and_then(text);
                let after = text(run.end);
                let lines = file.get(run).unwrap_or_default();
                let sentences = lines.iter().filter(|line| line.sentence).count();
                if sentences > 1 && before.is_some() && after.is_some() {
                    continue;
                }
                for line in lines {
                    let share = match (line.sentence, sentences) {
                        (false, _) => 0,
                        (true, 1) => SENTENCE,
                        (true, _) => SENTENCES,
                    };
                    seen.entry(line.text)
                        .or_default()
                        .add(number, before, after, share);
                }
            }
        }
        let files = self.files.len();
        seen.retain(|text, places| places.are_enough(files) && !is_kept(*text));
        seen.into_keys().collect()
    }
}

/// Where a line stands.
#[derive(Default)]
struct Places {
    files: HashSet<usize>,
    /// The lines before and after; the number of the file where that begins or ends.
    before: HashSet<(Option<usize>, usize)>,
    after: HashSet<(Option<usize>, usize)>,
    /// The largest share of files that is asked for, in percent.
    share: usize,
}

impl Places {
    fn add(&mut self, file: usize, before: Option<usize>, after: Option<usize>, share: usize) {
        let place = |line: Option<usize>| (line, if line.is_none() { file } else { 0 });
        self.files.insert(file);
        self.before.insert(place(before));
        self.after.insert(place(after));
        self.share = self.share.max(share);
    }

    fn are_enough(&self, files: usize) -> bool {
        let places = [self.files.len(), self.before.len(), self.after.len()];
        let often = self.files.len() * 100 >= files * self.share;
        often && places.iter().all(|count| *count >= LEAST)
    }
}

/// The stretches of lines that recur.
fn runs(recurs: &[bool]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, _) in recurs.iter().enumerate().filter(|(_, recurs)| **recurs) {
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end = at + 1,
            None => runs.push(at..at + 1),
        }
    }
    runs
}

/// Whether a line tells something of its article however often it stands there: when, by whom, from which agency.
fn says_something(text: &str) -> bool {
    let line = lines::blocks(text);
    line.iter().any(head::is_credit)
        || agencies::canonical(text.trim()).is_some()
        || !dates::find_dates(text, Order::DayFirst).is_empty()
}
