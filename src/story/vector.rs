//! What an article is about: its heaviest terms, for likeness and for finding candidates.
//!
//! Weights follow from the article alone (see `background`) and are whole numbers, so that the likeness of two
//! articles is the same on every machine and whichever of them comes first.

use std::collections::{BTreeSet, HashMap};

use super::background;
use super::hash::hash;
use super::terms::{Term, stem, terms};
use crate::Article;

/// Terms that are kept; what comes after them changes no likeness that matters.
const TERMS: usize = 64;

/// Terms by which candidates are found.
const SIGNATURE: usize = 24;

/// A word of the headline counts as often.
const TITLE: f32 = 2.0;

/// A word of a name counts as much more: who, what and where tell events of one kind apart.
const NAME: f32 = 2.0;

/// Words of one or two letters say less than their rarity promises.
const SHORT: f32 = 0.5;

/// The length of a vector, and so the likeness of an article with itself.
pub(crate) const UNIT: u32 = 10_000;

/// One term and its part of the vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    /// The hash of the stem.
    pub(crate) term: u32,
    /// From 1 to [`UNIT`].
    pub(crate) weight: u16,
    /// Whether it is a number or part of a name, and so much the same in another language.
    pub(crate) name: bool,
}

/// The heaviest terms of an article, by term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Vector {
    weights: Vec<Weight>,
}

impl Vector {
    /// The vector of an article.
    pub(crate) fn of(article: &Article) -> Vector {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for name in article
            .person
            .iter()
            .chain(&article.org)
            .chain(&article.place)
        {
            names.extend(terms(name).iter().map(|term| stem(term.text())));
        }
        let mut counts: HashMap<Term, f32> = HashMap::new();
        if let Some(title) = article
            .title
            .as_ref()
            .filter(|_| !article.title_is_derived())
        {
            for term in terms(title) {
                *counts.entry(term).or_default() += TITLE;
            }
        }
        for term in terms(&article.body) {
            *counts.entry(term).or_default() += 1.0;
        }
        // Forms of a word are counted first and stemmed once.
        let mut stems: HashMap<String, (f32, bool)> = HashMap::new();
        for (term, count) in counts {
            let number = matches!(term, Term::Number(_));
            let slot = stems.entry(stem(term.text())).or_default();
            // Counts are whole numbers, so their sum does not depend on the order.
            slot.0 += count;
            slot.1 |= number;
        }
        let weigh = |(stem, (count, number)): (String, (f32, bool))| {
            let name = names.contains(&stem);
            let mut weight = (1.0 + count.ln()) * background::weight(&stem);
            if name {
                weight *= NAME;
            }
            if stem.chars().nth(2).is_none() {
                weight *= SHORT;
            }
            (hash(&stem), weight, name || number)
        };
        let mut found: Vec<(u32, f32, bool)> = stems.into_iter().map(weigh).collect();
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(TERMS);
        let length = found.iter().map(|one| one.1 * one.1).sum::<f32>().sqrt();
        let scaled = found.into_iter().map(|(term, weight, name)| Weight {
            term,
            weight: (weight / length * UNIT as f32).round() as u16,
            name,
        });
        let mut weights: Vec<Weight> = scaled.filter(|one| one.weight > 0).collect();
        weights.sort_unstable_by_key(|one| one.term);
        weights.dedup_by_key(|one| one.term);
        Vector { weights }
    }

    /// The terms by which candidates are found, heaviest first.
    pub(crate) fn signature(&self) -> Vec<u32> {
        let mut heaviest = self.weights.clone();
        heaviest.sort_unstable_by_key(|one| (std::cmp::Reverse(one.weight), one.term));
        heaviest.truncate(SIGNATURE);
        heaviest.iter().map(|one| one.term).collect()
    }

    /// The cosine of two vectors, from 0 to [`UNIT`].
    pub(crate) fn likeness(&self, other: &Vector) -> u32 {
        let shared = self.shared(other);
        let sum: u64 = shared.map(|(a, b)| product(a, b)).sum();
        (sum / u64::from(UNIT)).min(u64::from(UNIT)) as u32
    }

    /// The cosine of what does not change with the language: names and numbers.
    pub(crate) fn likeness_of_names(&self, other: &Vector) -> u32 {
        let shared = self.shared(other).filter(|(a, b)| a.name || b.name);
        let sum: u64 = shared.map(|(a, b)| product(a, b)).sum();
        let length = |vector: &Vector| {
            let names = vector.weights.iter().filter(|one| one.name);
            (names.map(|one| product(one, one)).sum::<u64>() as f64).sqrt()
        };
        let lengths = length(self) * length(other);
        if lengths == 0.0 {
            return 0;
        }
        ((sum as f64 / lengths * f64::from(UNIT)) as u32).min(UNIT)
    }

    /// The terms of both, with both weights.
    fn shared<'a>(&'a self, other: &'a Vector) -> impl Iterator<Item = (&'a Weight, &'a Weight)> {
        let mut theirs = other.weights.iter().peekable();
        self.weights.iter().filter_map(move |ours| {
            while theirs.next_if(|their| their.term < ours.term).is_some() {}
            theirs
                .next_if(|their| their.term == ours.term)
                .map(|their| (ours, their))
        })
    }
}

fn product(a: &Weight, b: &Weight) -> u64 {
    u64::from(a.weight) * u64::from(b.weight)
}
