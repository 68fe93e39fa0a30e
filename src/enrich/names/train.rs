//! Learns the weights of `model` from annotated text: a linear-chain conditional random field (Lafferty, McCallum, Pereira
//! 2001) by stochastic gradients, with features left out at random.
//!
//! Built only with the feature `trainer`; reading the data and the command line are left to `examples/train_tagger`.

// Only the trainer runs this, on data of ours: an index beyond a table of labels is a mistake to be seen.
#![allow(clippy::indexing_slicing)]

use std::collections::HashMap;

use super::features::View;
use super::labels::{LABELS, paint};
use super::lexicon::{Kind, Known, lexicon, word};
use super::memory::Memory;
use super::model::{Model, SLOT, WAYS, bucket, check, decide, may_follow};
use super::shown::Article;
use super::tag::{self, Found, Span, Trust};
use super::tokens::Tokens;
use super::vocabulary::Vocabulary;
use crate::Mention;

/// An annotated text.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// The text.
    pub text: String,
    /// Its names: first byte, byte after the last, and `person`, `org` or `place`.
    pub names: Vec<(usize, usize, String)>,
}

/// How the model is trained.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Passes over the data.
    pub rounds: usize,
    /// A feature must be seen so often.
    pub least: u32,
    /// By how much the right labels must win while it is learned.
    pub margin: f32,
    /// What it is worth afterwards to agree with the rules.
    pub respect: f32,
    /// How fast weights move, in thousandths.
    pub rate: f32,
    /// How strongly they are drawn to nothing, in millionths.
    pub decay: f32,
    /// The share of features that is left out at each step, in percent.
    pub dropped: u32,
    /// The size of the table in thousands of bytes.
    pub kilobytes: usize,
}

/// A token to learn from.
struct Step {
    features: Vec<u32>,
    gold: usize,
}

type Stretch = Vec<Step>;
type Row = [f32; LABELS];

/// Weights as they are learned.
pub struct Trained {
    ids: HashMap<u32, u32>,
    weights: Vec<Row>,
    /// How often each feature was seen.
    counts: Vec<u32>,
    follows: [Row; LABELS],
    respect: f32,
}

/// A text through the rules: what they saw at first sight, what they decided, and what the article shows by it.
fn ruled(text: &str) -> (Tokens<'_>, Found, Found, Article) {
    let mut vocabulary = Vocabulary::new(lexicon(), text.len());
    let tokens = Tokens::of(text, &mut vocabulary);
    let mut memory = Memory::new(&vocabulary);
    let first = tag::first_pass(&tokens, lexicon(), true, &mut memory);
    let rules = tag::second_pass(&tokens, &first, &memory);
    let article = Article::of(&vocabulary, std::iter::once((&tokens, &rules)));
    (tokens, first, rules, article)
}

fn gold(tokens: &Tokens, sample: &Sample) -> Vec<usize> {
    let mut labels = vec![0; tokens.list.len()];
    for (start, end, kind) in &sample.names {
        let kind = match kind.as_str() {
            "person" => Kind::Person,
            "org" => Kind::Org,
            _ => Kind::Place,
        };
        let from = tokens.list.partition_point(|t| t.end <= *start);
        let to = tokens.list.partition_point(|t| t.start < *end);
        if from < to {
            let span = Span::new(from, to, kind, Trust::Strong);
            paint(&mut labels, &span, |label| label);
        }
    }
    labels
}

/// The stretches of a sample, with the labels they should get.
fn stretches(sample: &Sample, out: &mut Vec<Stretch>) {
    let (tokens, first, rules, article) = ruled(&sample.text);
    let view = View::new(&tokens, lexicon(), &article, &first.spans, &rules.spans);
    let gold = gold(&tokens, sample);
    for sentence in &tokens.sentences {
        let row = view.row(sentence);
        for (from, to) in view.stretches(sentence) {
            let stretch: Stretch = (from..to)
                .map(|at| {
                    let mut features = Vec::new();
                    view.features(at, sentence, row, &mut features);
                    Step {
                        features,
                        gold: gold[at],
                    }
                })
                .collect();
            // A name that the end of the stretch cuts cannot be learned.
            let mut before = 0;
            let sound = stretch.iter().all(|step| {
                let ok = may_follow(before, step.gold);
                before = step.gold;
                ok
            });
            if sound && may_follow(before, 0) {
                out.push(stretch);
            }
        }
    }
}

/// A weight, what it was over time, and how much it was moved (AdaGrad: what moved much moves little).
#[derive(Clone, Default)]
struct Sums {
    now: Row,
    sum: Row,
    moved: Row,
}

impl Sums {
    fn change(&mut self, by: &Row, rate: f32, decay: f32, clock: f32) {
        for (label, by) in by.iter().enumerate() {
            let by = by - decay * self.now[label];
            if by != 0.0 {
                self.moved[label] += by * by;
                let step = rate * by / (self.moved[label] + 1e-6).sqrt();
                self.now[label] += step;
                self.sum[label] += clock * step;
            }
        }
    }

    fn average(&self, clock: f32) -> Row {
        std::array::from_fn(|label| self.now[label] - self.sum[label] / clock)
    }
}

/// Learns from samples; the same samples in the same order give the same weights.
pub fn train(samples: &[Sample], settings: &Settings) -> Trained {
    let mut data: Vec<Stretch> = Vec::new();
    for sample in samples {
        stretches(sample, &mut data);
    }
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for feature in data.iter().flatten().flat_map(|step| &step.features) {
        *counts.entry(*feature).or_default() += 1;
    }
    let mut known: Vec<(u32, u32)> = counts
        .into_iter()
        .filter(|(_, n)| *n >= settings.least)
        .collect();
    known.sort_unstable();
    let ids: HashMap<u32, u32> = known.iter().zip(0..).map(|((f, _), id)| (*f, id)).collect();
    for step in data.iter_mut().flatten() {
        step.features = step
            .features
            .iter()
            .filter_map(|f| ids.get(f).copied())
            .collect();
    }
    let mut weights = vec![Sums::default(); ids.len()];
    let mut follows = vec![Sums::default(); LABELS];
    let mut order: Vec<usize> = (0..data.len()).collect();
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut clock = 1f32;
    for _ in 0..settings.rounds {
        shuffle(&mut order, &mut random);
        for at in &order {
            learn(
                &data[*at],
                &mut weights,
                &mut follows,
                settings,
                &mut random,
                clock / 1000.0,
            );
            clock += 1.0;
        }
    }
    let clock = clock / 1000.0;
    let mut averaged = [[0f32; LABELS]; LABELS];
    for (to, from) in averaged.iter_mut().zip(&follows) {
        *to = from.average(clock);
    }
    // Now that no feature is left out, each counts for less.
    let kept = 1.0 - settings.dropped as f32 / 100.0;
    Trained {
        ids,
        weights: weights
            .iter()
            .map(|sums| sums.average(clock).map(|weight| weight * kept))
            .collect(),
        counts: known.iter().map(|(_, count)| *count).collect(),
        follows: averaged,
        respect: settings.respect / 100.0,
    }
}

fn shuffle(order: &mut [usize], random: &mut u64) {
    for i in (1..order.len()).rev() {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        order.swap(i, (*random % (i as u64 + 1)) as usize);
    }
}

/// Moves the weights towards what makes the right labels of a stretch likelier (a conditional random field).
fn learn(
    stretch: &Stretch,
    weights: &mut [Sums],
    follows: &mut [Sums],
    settings: &Settings,
    random: &mut u64,
    clock: f32,
) {
    // Every so many features are left out, so that none is relied on alone.
    let mut kept = |_: &&u32| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        *random % 100 >= u64::from(settings.dropped)
    };
    let features: Vec<Vec<u32>> = stretch
        .iter()
        .map(|step| step.features.iter().filter(&mut kept).copied().collect())
        .collect();
    let scores: Vec<Row> = features
        .iter()
        .zip(stretch)
        .map(|(features, step)| {
            let mut row = [0f32; LABELS];
            row[step.gold] -= settings.margin / 100.0;
            for feature in features {
                for (score, weight) in row.iter_mut().zip(&weights[*feature as usize].now) {
                    *score += weight;
                }
            }
            let most = row.iter().fold(f32::MIN, |a, b| a.max(*b));
            row.map(|score| (score - most).exp())
        })
        .collect();
    let passes: [[f32; LABELS]; LABELS] = std::array::from_fn(|before| {
        std::array::from_fn(|label| {
            if may_follow(before, label) {
                follows[before].now[label].exp()
            } else {
                0.0
            }
        })
    });
    // Forward and backward, each row brought to a sum of one.
    let mut forward: Vec<Row> = Vec::with_capacity(scores.len());
    let mut state = [0f32; LABELS];
    state[0] = 1.0;
    for row in &scores {
        let mut next = [0f32; LABELS];
        for (before, from) in state.iter().zip(&passes) {
            for (next, pass) in next.iter_mut().zip(from) {
                *next += before * pass;
            }
        }
        for (next, score) in next.iter_mut().zip(row) {
            *next *= score;
        }
        state = normal(next);
        forward.push(state);
    }
    let mut later: Row = std::array::from_fn(|label| f32::from(u8::from(may_follow(label, 0))));
    let mut steps = [[0f32; LABELS]; LABELS];
    let mut changes: Vec<Row> = vec![[0.0; LABELS]; scores.len()];
    for at in (0..scores.len()).rev() {
        let likely = normal(std::array::from_fn(|l| forward[at][l] * later[l]));
        for (label, change) in changes[at].iter_mut().enumerate() {
            *change = f32::from(u8::from(label == stretch[at].gold)) - likely[label];
        }
        let mut first = [0f32; LABELS];
        first[0] = 1.0;
        let before = at.checked_sub(1).map_or(first, |i| forward[i]);
        let here: Row = std::array::from_fn(|l| scores[at][l] * later[l]);
        let mut pairs = [[0f32; LABELS]; LABELS];
        let mut sum = 0.0;
        for b in 0..LABELS {
            for l in 0..LABELS {
                pairs[b][l] = before[b] * passes[b][l] * here[l];
                sum += pairs[b][l];
            }
        }
        for b in 0..LABELS {
            for l in 0..LABELS {
                steps[b][l] -= pairs[b][l] / sum.max(1e-30);
            }
        }
        let gold_before = at.checked_sub(1).map_or(0, |i| stretch[i].gold);
        steps[gold_before][stretch[at].gold] += 1.0;
        later = normal(std::array::from_fn(|b| {
            passes[b]
                .iter()
                .zip(&here)
                .map(|(pass, here)| pass * here)
                .sum()
        }));
    }
    let (rate, decay) = (settings.rate / 1000.0, settings.decay * 1e-6);
    for (features, change) in features.iter().zip(&changes) {
        for feature in features {
            weights[*feature as usize].change(change, rate, decay, clock);
        }
    }
    for (sums, change) in follows.iter_mut().zip(&steps) {
        sums.change(change, rate, 0.0, clock);
    }
}

fn normal(row: Row) -> Row {
    let sum: f32 = row.iter().sum::<f32>().max(1e-30);
    row.map(|value| value / sum)
}

impl Trained {
    /// The model as it is compiled in: a line of text about it, the transitions, the table; and how many features
    /// were learned, and how many of them found no place in the table.
    pub fn bytes(&self, about: &str, kilobytes: usize) -> (Vec<u8>, usize, usize) {
        // What is seldom or weak is left out first.
        let size =
            |row: &Row, count: u32| row.iter().map(|w| w * w).sum::<f32>() * (count as f32).sqrt();
        let mut order: Vec<(u32, &Row, f32)> = self
            .ids
            .iter()
            .map(|(f, id)| {
                let row = &self.weights[*id as usize];
                (*f, row, size(row, self.counts[*id as usize]))
            })
            .collect();
        order.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        let largest = self
            .weights
            .iter()
            .flatten()
            .fold(1f32, |most, w| most.max(w.abs()));
        let scale = (MOST << 15) as f32 / largest;
        let mut out = format!("{about}\n").into_bytes();
        for weight in std::iter::once(&self.respect).chain(self.follows.iter().flatten()) {
            out.extend(((weight * scale) as i32).to_le_bytes());
        }
        let buckets = kilobytes * 1000 / (WAYS * SLOT);
        let mut table = vec![0u8; buckets * WAYS * SLOT];
        let mut lost = 0;
        for (feature, row, _) in order {
            let halves = halves(&row.map(|w| w * scale));
            if halves == halves_of_nothing() {
                continue;
            }
            let bucket = bucket(feature, buckets) * WAYS * SLOT;
            let check = check(feature);
            let mut slots = table[bucket..bucket + WAYS * SLOT].chunks_exact_mut(SLOT);
            // The larger weights came first; a feature with the same check would be taken for the other.
            match slots.find(|slot| slot[..2] == check || slot[..2] == [0, 0]) {
                Some(slot) if slot[..2] == [0, 0] => {
                    slot[..2].copy_from_slice(&check);
                    slot[2..].copy_from_slice(&halves[..SLOT - 2]);
                }
                _ => lost += 1,
            }
        }
        out.extend(table);
        (out, self.ids.len(), lost)
    }
}

/// The largest weight that half a byte holds.
const MOST: i32 = 7;

/// A power of two and the weights divided by it, half a byte each.
fn halves(row: &Row) -> [u8; 8] {
    let largest = row.iter().fold(0f32, |most, w| most.max(w.abs()));
    let mut power = 0u32;
    while power < 15 && (largest / (1 << power) as f32).round() > MOST as f32 {
        power += 1;
    }
    let mut all = u64::from(power);
    for (place, weight) in (1..).zip(row) {
        let part = (weight / (1 << power) as f32).round() as i32;
        all |= ((part.clamp(-MOST, MOST) + 8) as u64) << (4 * place);
    }
    all.to_le_bytes()
}

fn halves_of_nothing() -> [u8; 8] {
    halves(&[0.0; LABELS])
}

/// A model as the program will read it.
pub struct Compiled(Model);

impl Compiled {
    /// Reads the bytes of a model; they are kept for as long as the program runs.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Compiled> {
        Model::of(Box::leak(bytes.to_vec().into_boxed_slice())).map(Compiled)
    }
}

/// Names of a text by a model, or by the rules alone: first byte, byte after the last, kind.
pub fn tagged(text: &str, model: Option<&Compiled>) -> Vec<(usize, usize, &'static str)> {
    let (tokens, first, rules, article) = ruled(text);
    let spans = match model {
        None => rules.spans,
        Some(Compiled(model)) => {
            let view = View::new(&tokens, lexicon(), &article, &first.spans, &rules.spans);
            decide(&tokens, &view, model)
        }
    };
    let row = |span: &Span| {
        let (start, end) = bytes(&tokens, span)?;
        Some((start, end, span.kind.field()))
    };
    spans.iter().filter_map(row).collect()
}

fn bytes(tokens: &Tokens, span: &Span) -> Option<(usize, usize)> {
    Some((
        tokens.list.get(span.from)?.start,
        tokens.list.get(span.to.checked_sub(1)?)?.end,
    ))
}

/// What the rules say of a text: first byte, byte after the last, kind, and whether they are sure.
pub fn ruling(text: &str) -> Vec<(usize, usize, &'static str, bool)> {
    let (tokens, _, rules, _) = ruled(text);
    let row = |span: &Span| {
        let (start, end) = bytes(&tokens, span)?;
        Some((start, end, span.kind.field(), span.trust == Trust::Strong))
    };
    rules.spans.iter().filter_map(row).collect()
}

/// The mentions of a text with their canonical names, as the program finds them.
pub fn mentions(text: &str) -> Vec<Mention> {
    super::find(text, &[], Some("en")).mentions
}

/// What the gazetteers take a phrase for: `person`, `org`, `place`, `demonym`.
pub fn listed(phrase: &str) -> Option<&'static str> {
    match lexicon().name(phrase)? {
        Known::Demonym(_) => Some("demonym"),
        Known::Name { kind, weight, .. } if weight > 100 => Some(kind.field()),
        Known::Name { .. } => None,
    }
}

/// Whether a word is a title.
pub fn is_title(text: &str) -> bool {
    lexicon().word(text) & word::STRONG != 0 || text == "Prime"
}

/// Whether all words of a phrase are such as name nothing: days, peoples, religions.
pub fn is_never(text: &str) -> bool {
    text.split(' ')
        .all(|text| lexicon().word(text) & word::NEVER != 0)
}

/// Whether a word also stands small, or is one of the words that bodies and places are made of.
pub fn is_plain(text: &str) -> bool {
    const PLAIN: u32 = word::COMMON
        | word::ORG
        | word::CORP
        | word::PLACE_END
        | word::PLACE_START
        | word::FUNCTION
        | word::PARTICLE;
    (lexicon().word(text) | lexicon().word(&text.to_lowercase())) & PLAIN != 0
}
