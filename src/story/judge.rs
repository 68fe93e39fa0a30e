//! Whether two articles are copies, and how much they look like tellings of one event: all that follows from the two.

use super::Telling;
use super::fingerprint::shared;
use super::vector::{Common, TermKind, UNIT, Vector};

/// The part of the shorter text that makes two articles copies.
const COPIED: f32 = 0.5;

/// How much more two texts may share once their names and numbers are left open. Where it is more, they are one form that
/// was filled in twice: a dividend, a market report, the weather.
const FILLED_IN: f32 = 0.1;

/// Days within which a part of a text is copied. What is half the same a week later is a report that comes every week; what
/// is wholly the same may be printed again at any time.
const COPIED_WITHIN: i64 = 6;

/// A part from which on little else is asked.
const WHOLLY_COPIED: f32 = 0.9;

/// The least likeness of copies, and that of their names where both have some: forms that are filled in and notices under
/// a text share rows, but not what they are about.
const COPY_LIKENESS: (u32, u32) = (UNIT * 35 / 100, UNIT * 30 / 100);

/// The same where nearly all of one is in the other, which may be much longer.
const WHOLE_LIKENESS: (u32, u32) = (UNIT * 20 / 100, UNIT * 15 / 100);

/// What of the headlines must stand in the own parts of two texts, in percent, for the rest to be no news.
const OWN_NEWS_PERCENT: u64 = 65;

/// What of the headlines is the same, in percent, where two papers print one text.
const SAME_HEADLINE_PERCENT: u64 = 90;

/// What the signatures of two tellings must share, where a word counts one and a name two.
const SHARED: usize = 4;

/// The least likeness that is a link; weaker ones count as none.
const WEAKEST: u32 = UNIT * 13 / 100;

/// What the likeness of all terms counts, and that of names, numbers and other words.
const KINDS: [u32; 4] = [6, 4, 3, 2];

/// What counts as the likeness of names, or of numbers, where one has none.
const NO_NAMES: u32 = UNIT * 18 / 100;
const NO_NUMBERS: u32 = UNIT * 30 / 100;

/// What shared rows of words add, as part of their share, and what rows take away that are shared only when names and
/// numbers are left open: those are forms filled in.
const ROWS: f32 = 0.3;
const MOST_ROWS: f32 = 0.5;

/// What is left of it where no word is shared but names: two things that happen in one town are two events.
const WORDLESS_PERCENT: u32 = 20;

/// The likeness of such words from which on nothing is taken away.
const WORDED: u32 = UNIT * 2 / 100;

/// Names and numbers alone show less than all words.
const ACROSS_PERCENT: u32 = 80;

/// What may tell another event of the same kind from one that is told twice.
struct Pair<'a> {
    vectors: [&'a Vector; 2],
    common: Common,
    /// How much more is shared with names and numbers left open.
    form: f32,
}

type Sign = fn(&Pair<'_>) -> bool;

/// The signs of another event, and what each leaves of the likeness, in percent: of articles of one day, or of which it is
/// not known, and of articles of different days. What is reported every day fills in a form; what is told twice is told in
/// other words or with the same numbers.
const OTHERS: [(Sign, [u32; 2]); 4] = [
    (|pair| pair.is_form(), [60, 25]),
    (|pair| pair.has_other_names(), [50, 50]),
    (|pair| pair.has_other_numbers(), [60, 25]),
    (|pair| pair.is_of_nothing_named(), [100, 50]),
];

/// How much more than rows must be shared with names and numbers left open, to be a form that was filled in.
const FORM: f32 = 0.05;

/// Names of a headline of which the other knows less, in percent, are those of others; words of a headline of which it
/// knows as much tell the same kind of event.
const OTHER_NAMES_PERCENT: u64 = 50;
const SAME_WORDS_PERCENT: u64 = 50;

/// The fewest numbers of a report. One alone may be a toll that rises.
const NUMBERS: usize = 2;

/// The likeness of words from which on they are the same, and that of numbers up to which they are others.
const SAME_WORDS: u32 = UNIT * 55 / 100;
const OTHER_NUMBERS: u32 = UNIT * 15 / 100;

/// The likeness of numbers up to which chance may have made it: the same year, or a dozen.
const CHANCE_NUMBERS: u32 = UNIT * 30 / 100;

/// How two articles share their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copy {
    /// Two publishers, or one that is not known.
    Copy,
    /// One publisher, which changed its own article.
    Version,
}

/// How alike two articles are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// One has the text of the other.
    Copies(Copy),
    /// What tellings of one event have, from 0 to [`UNIT`]; 0 where they cannot be.
    Alike(u16),
}

/// How alike two articles are that may share something. Of most pairs nothing more is asked than whether they share enough
/// of what they are found by. `are_forms` says whether all shared rows that they are found by are everybody's, and so no
/// copied text; terms that everybody has in an archive do not count as shared.
pub(crate) fn judge<E>(
    a: &Telling,
    b: &Telling,
    said_by_all: &[u32],
    are_forms: impl FnOnce() -> Result<bool, E>,
) -> Result<Judged, E> {
    let is_signed = a.vector.shared_signs(&b.vector, said_by_all) >= SHARED;
    if !is_signed && shared(a.rows(), b.rows()) == 0 {
        return Ok(Judged::Alike(0));
    }
    let share = share(a, b);
    if let Some(copy) = copied(a, b, share)
        && !are_forms()?
    {
        return Ok(Judged::Copies(copy));
    }
    Ok(Judged::Alike(match is_signed {
        true => told(a, b, share),
        false => 0,
    }))
}

/// Whether one article has the text of the other.
pub(crate) fn copy(a: &Telling, b: &Telling) -> Option<Copy> {
    copied(a, b, share(a, b))
}

/// The part of the shorter text that the longer one has too.
fn share(a: &Telling, b: &Telling) -> f32 {
    a.fingerprint.containment(&b.fingerprint)
}

fn copied(a: &Telling, b: &Telling, share: f32) -> Option<Copy> {
    if share < COPIED || a.form.containment(&b.form) - share > FILLED_IN {
        return None;
    }
    if share < WHOLLY_COPIED && a.days_from(b.days()) > COPIED_WITHIN {
        return None;
    }
    let common = a.vector.common(&b.vector);
    let (least, least_of_names) = match share < WHOLLY_COPIED {
        true => (COPY_LIKENESS.0, COPY_LIKENESS.1),
        false => (WHOLE_LIKENESS.0, WHOLE_LIKENESS.1),
    };
    if common.all < least || common.names.is_some_and(|names| names < least_of_names) {
        return None;
    }
    if share_no_news(a, b) {
        return None;
    }
    match (&a.source, &b.source) {
        (Some(ours), Some(theirs)) if ours == theirs => Some(Copy::Version),
        _ => Some(Copy::Copy),
    }
}

/// Whether what two texts share is what a publisher puts around everything: but for one part of each it is all of them, and
/// what the headlines say stands in those parts. Papers that put different lines around one text have its news in common.
fn share_no_news(a: &Telling, b: &Telling) -> bool {
    let Some([ours, theirs]) = a.fingerprint.own_parts(&b.fingerprint) else {
        return false;
    };
    let (a, b) = (&a.vector, &b.vector);
    let own = a.headline_within(&ours) + b.headline_within(&theirs);
    let same = a.headline_repeated(b) + b.headline_repeated(a);
    own > 2 * OWN_NEWS_PERCENT && same < 2 * SAME_HEADLINE_PERCENT
}

/// How much two articles look like tellings of one event, when they appeared.
pub(super) fn told(a: &Telling, b: &Telling, share: f32) -> u16 {
    let percent = a.percent_at(b.days());
    if percent == 0 {
        return 0;
    }
    let likeness = likeness(a, b, share) * percent / 100;
    if likeness < WEAKEST {
        return 0;
    }
    u16::try_from(likeness).unwrap_or(u16::MAX)
}

/// How much two articles are about the same, from 0 to [`UNIT`]: by their terms and names alone, whatever the event.
pub(crate) fn kinship(a: &Telling, b: &Telling) -> u32 {
    let common = a.vector.common(&b.vector);
    let (all, names) = (common.all, common.names.unwrap_or(common.all));
    (all * KINDS[0] + names * KINDS[1]) / (KINDS[0] + KINDS[1])
}

/// How alike two articles are, whenever they appeared, from 0 to [`UNIT`].
fn likeness(a: &Telling, b: &Telling, share: f32) -> u32 {
    let common = a.vector.common(&b.vector);
    let names = common.names.unwrap_or(NO_NAMES);
    let numbers = common.numbers.unwrap_or(NO_NUMBERS);
    let words = common.words.unwrap_or(0);
    let kinds = [common.all, names, numbers, words].into_iter().zip(KINDS);
    let mean = kinds
        .map(|(likeness, weight)| likeness * weight)
        .sum::<u32>()
        / KINDS.iter().sum::<u32>();
    // From the least percentage to all of it, as the likeness of words grows to what is enough.
    let worded = WORDLESS_PERCENT + words.min(WORDED) * (100 - WORDLESS_PERCENT) / WORDED;
    // The likeness of what is written alike in two languages.
    let across_languages = match (&a.language, &b.language) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            common.across.unwrap_or(0) * ACROSS_PERCENT / 100
        }
        _ => 0,
    };
    let with_rows = |rows: f32| {
        let rows = (rows * ROWS * UNIT as f32) as i32;
        let in_one_language = mean.saturating_add_signed(rows).min(UNIT);
        (in_one_language * worded / 100).max(across_languages)
    };
    // Most pairs are unlike whatever they share: the form is asked for last.
    let most = with_rows(share.min(MOST_ROWS));
    if most < WEAKEST {
        return most;
    }
    let form = (a.form.containment(&b.form) - share).max(0.0);
    let likeness = with_rows(share.min(MOST_ROWS) - form);
    let pair = Pair {
        vectors: [&a.vector, &b.vector],
        common,
        form,
    };
    let on_another_day = usize::from(a.days_from(b.days()) > 0);
    let signs = OTHERS.iter().filter(|(sign, _)| sign(&pair));
    let left = signs.filter_map(|(_, left)| left.get(on_another_day));
    left.fold(likeness, |likeness, percent| likeness * percent / 100)
}

impl Pair<'_> {
    fn is_form(&self) -> bool {
        self.form > FORM
    }

    /// Whether two headlines say the same of others: a bank and another bank issue bonds.
    fn has_other_names(&self) -> bool {
        let [a, b] = self.vectors;
        let known = |kind| {
            let ours = a.headline_kind_known(kind, b);
            ours.zip(b.headline_kind_known(kind, a))
        };
        let (names, words) = (known(TermKind::NAME), known(TermKind::WORD));
        names.is_some_and(|(ours, theirs)| ours.max(theirs) < OTHER_NAMES_PERCENT)
            && words.is_some_and(|(ours, theirs)| ours.min(theirs) >= SAME_WORDS_PERCENT)
    }

    /// Whether both tell the same with other numbers.
    fn has_other_numbers(&self) -> bool {
        let has_some = |vector: &Vector| vector.count(TermKind::NUMBER) >= NUMBERS;
        let numbers = self.common.numbers;
        numbers.is_some_and(|numbers| numbers < OTHER_NUMBERS)
            && self.common.words.is_some_and(|words| words >= SAME_WORDS)
            && self.vectors.iter().all(|vector| has_some(vector))
    }

    /// Whether they share neither who, where nor how many: what is left is words of a kind of report.
    fn is_of_nothing_named(&self) -> bool {
        self.common.names.unwrap_or(0) == 0 && self.common.numbers.unwrap_or(0) < CHANCE_NUMBERS
    }
}
