//! The model that decides what the rules proposed: a linear chain over the labels of `features`.
//!
//! Reads the weights that the trainer wrote; how they are learned is in `train`.

use std::sync::LazyLock;

use super::features::View;
use super::labels::{self, LABELS};
use super::lexicon::{Kind, word};
use super::tag::Span;
use super::tokens::{Shape, Tokens};

/// One slot of the table: a check on the feature, then half a byte each for a power of two and the weights by label,
/// which are to be multiplied with it.
pub(super) const SLOT: usize = 2 + LABELS.div_ceil(2);
/// Features that share a bucket.
pub(super) const WAYS: usize = 4;

/// Numbers before the table: what agreeing with the rules is worth, and the transitions.
const NUMBERS: usize = 1 + LABELS * LABELS;

static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| Model::of(DATA));
const DATA: &[u8] = include_bytes!("../../../data/model/names.bin");

/// The model that is compiled in.
pub(super) fn model() -> Option<&'static Model> {
    MODEL.as_ref()
}

/// Where weights come from: the compiled table, or a trainer.
pub(super) trait Weights {
    /// What features are worth together, by label.
    fn sum(&self, features: &[u32]) -> [i32; LABELS];
    /// What it is worth that a label follows another.
    fn follows(&self, before: usize, label: usize) -> i32;
    /// What it is worth to agree with the rules.
    fn respect(&self) -> i32;
}

/// A trained model.
pub(super) struct Model {
    /// Buckets of slots.
    table: &'static [[[u8; SLOT]; WAYS]],
    respect: i32,
    follows: [[i32; LABELS]; LABELS],
}

impl Model {
    /// Reads a model: a line of text about it, then the transitions, then the table.
    pub(super) fn of(data: &'static [u8]) -> Option<Model> {
        let line = data.iter().position(|b| *b == b'\n')?;
        let (numbers, table) = data.get(line + 1..)?.split_at_checked(NUMBERS * 4)?;
        let mut numbers = numbers.chunks_exact(4).map(|bytes| match bytes {
            [a, b, c, d] => i32::from_le_bytes([*a, *b, *c, *d]),
            _ => 0,
        });
        let mut model = Model {
            table: table.as_chunks().0.as_chunks().0,
            respect: numbers.next()?,
            follows: [[0; LABELS]; LABELS],
        };
        for (to, from) in model.follows.iter_mut().flatten().zip(numbers) {
            *to = from;
        }
        if model.table.is_empty() {
            return None;
        }
        Some(model)
    }
}

impl Model {
    /// The half bytes of the slot of a feature, 0 where there is none.
    ///
    /// Looks at all slots of the bucket without a branch, as no processor guesses which of them it is.
    fn slot(&self, feature: u32) -> u64 {
        let check = check(feature);
        let mut found = 0;
        for slot in self
            .table
            .get(bucket(feature, self.table.len()))
            .into_iter()
            .flatten()
        {
            // Read with the byte before them, the seven bytes are one number.
            let [low, halves @ ..] = slot;
            let is_it = [*low, halves[0]] == check;
            found |= (u64::from_le_bytes(*halves) >> 8) & u64::from(is_it).wrapping_neg();
        }
        found
    }
}

/// The bucket of a feature among so many.
pub(super) fn bucket(feature: u32, buckets: usize) -> usize {
    ((u64::from(feature) * buckets as u64) >> 32) as usize
}

/// What tells the features of a bucket apart; never nothing.
pub(super) fn check(feature: u32) -> [u8; 2] {
    (feature as u16 | 1).to_le_bytes()
}

impl Weights for Model {
    fn sum(&self, features: &[u32]) -> [i32; LABELS] {
        // The half bytes of a slot are the power and the weights. Each sum holds two places, eight apart, and is too
        // wide for them to touch.
        const PAIR: u64 = 0x0000_000F_0000_000F;
        let mut sums = [0; 8];
        let mut zero = 0;
        // Looked up first and added then: so one need not wait for the other's memory.
        for features in features.chunks(64) {
            let mut slots = [0; 64];
            for (slot, feature) in slots.iter_mut().zip(features) {
                *slot = self.slot(*feature);
            }
            for halves in slots.into_iter().filter(|halves| *halves != 0) {
                let power = halves & 15;
                zero += 8 << power;
                for (place, sum) in sums.iter_mut().enumerate() {
                    *sum += (halves >> (4 * place) & PAIR) << power;
                }
            }
        }
        let halves = |high: u32| sums.map(|sum: u64| (sum >> high) as u32 as i32 - zero);
        let mut scores = [0; LABELS];
        let places = halves(0).into_iter().chain(halves(32));
        for (score, sum) in scores.iter_mut().zip(places.skip(1)) {
            *score = sum;
        }
        scores
    }

    fn respect(&self) -> i32 {
        self.respect
    }

    fn follows(&self, before: usize, label: usize) -> i32 {
        self.follows
            .get(before)
            .and_then(|row| row.get(label))
            .copied()
            .unwrap_or(0)
    }
}

/// How many times more than usual it is worth to agree with the rules within a long listed name.
const LONG: i32 = 40;

/// The names of a text, as the weights see them.
pub(super) fn decide(tokens: &Tokens, view: &View, weights: &impl Weights) -> Vec<Span> {
    let mut found = Vec::new();
    let mut list = Vec::with_capacity(80);
    for sentence in &tokens.sentences {
        let stretches = view.stretches(sentence);
        if stretches.is_empty() {
            continue;
        }
        let row = view.row(sentence);
        for (from, to) in stretches {
            let mut scores = Vec::with_capacity(to - from);
            for at in from..to {
                view.features(at, sentence, row, &mut list);
                let mut score = weights.sum(&list);
                if let Some(score) = score.get_mut(view.ruled(at)) {
                    let times = if view.is_long_name(at) { LONG } else { 1 };
                    *score += weights.respect() * times;
                }
                scores.push(score);
            }
            let labels = best(&scores, |before, label| weights.follows(before, label));
            let spans = labels::spans(&labels, from);
            found.extend(spans.into_iter().filter(|span| is_named(tokens, span)));
        }
    }
    found
}

/// Whether a span names something: "Co Inc" is the rest of a name that was cut.
fn is_named(tokens: &Tokens, span: &Span) -> bool {
    let words = tokens.list.get(span.from..span.to).unwrap_or_default();
    // The sign of a share: "<ABC>".
    let sign = span.to == span.from + 1 && words.iter().all(|t| t.shape == Shape::Upper);
    if sign && span.from > 0 && tokens.word(span.from - 1) == "<" {
        return false;
    }
    span.kind != Kind::Org || words.iter().any(|token| !token.is(word::CORP))
}

/// Whether a label may follow another: a name that was begun goes on to its end.
pub(super) fn may_follow(before: usize, label: usize) -> bool {
    use labels::{BEGIN, INSIDE, LAST, UNIT, parts};
    let open = match parts(before) {
        Some((kind, BEGIN | INSIDE)) => Some(kind),
        _ => None,
    };
    match (open, parts(label)) {
        (Some(open), Some((kind, INSIDE | LAST))) => open == kind,
        (None, None | Some((_, BEGIN | UNIT))) => true,
        _ => false,
    }
}

static ALLOWED: LazyLock<[[bool; LABELS]; LABELS]> = LazyLock::new(|| {
    std::array::from_fn(|before| std::array::from_fn(|label| may_follow(before, label)))
});

/// The best row of labels (Viterbi); outside before the first token and after the last.
pub(super) fn best(scores: &[[i32; LABELS]], follows: impl Fn(usize, usize) -> i32) -> Vec<usize> {
    const NEVER: i32 = i32::MIN / 4;
    let allowed = &*ALLOWED;
    let mut totals = [NEVER; LABELS];
    totals[0] = 0;
    let mut back: Vec<[u8; LABELS]> = Vec::with_capacity(scores.len());
    for row in scores {
        let mut next = [NEVER; LABELS];
        let mut from = [0u8; LABELS];
        for (before, (total, may)) in totals.iter().zip(allowed).enumerate() {
            if *total <= NEVER {
                continue;
            }
            for (label, ((next, from), ok)) in next.iter_mut().zip(&mut from).zip(may).enumerate() {
                if *ok {
                    let score = total + follows(before, label);
                    if score > *next {
                        *next = score;
                        *from = before as u8;
                    }
                }
            }
        }
        for (next, score) in next.iter_mut().zip(row) {
            if *next > NEVER {
                *next += score;
            }
        }
        // Only differences count, and the sums of a long text would outgrow the numbers.
        let most = next.iter().copied().max().unwrap_or(0);
        for next in next.iter_mut().filter(|next| **next > NEVER) {
            *next -= most;
        }
        totals = next;
        back.push(from);
    }
    let ends = allowed.iter().zip(totals).enumerate();
    let last = ends.filter(|(_, (may, _))| may.first() == Some(&true));
    let mut label = last
        .max_by_key(|(_, (_, total))| *total)
        .map_or(0, |(label, _)| label);
    let mut labels = vec![0; scores.len()];
    for (place, from) in labels.iter_mut().zip(&back).rev() {
        *place = label;
        label = from.get(label).map_or(0, |before| usize::from(*before));
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    // A table of another size than the code expects would silently leave the rules alone.
    #[test]
    fn the_model_is_compiled_in() {
        let model = model().expect("the compiled model is sound");
        assert!(model.respect > 0);
        assert!(
            model
                .table
                .iter()
                .flatten()
                .flatten()
                .any(|byte| *byte != 0)
        );
    }

    // Broken data must be refused, not read past its end.
    #[test]
    fn broken_models_are_refused() {
        for data in [&b""[..], b"names", b"names\n", b"names\nabc"] {
            assert!(Model::of(data).is_none());
        }
    }

    // Whatever the scores say, a name that begins must end, with the same kind.
    #[test]
    fn labels_always_make_whole_names() {
        for favourite in 0..LABELS {
            let mut row = [0; LABELS];
            row[favourite] = 1000;
            let labels = best(&[row; 3], |_, _| 0);
            let mut before = 0;
            for label in labels.into_iter().chain([0]) {
                assert!(may_follow(before, label));
                before = label;
            }
        }
    }
}
