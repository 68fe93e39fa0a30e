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
const TITLE: u32 = 2;

/// A word of the first paragraphs counts as often: they tell the news, what follows tells what was before.
const LEAD: u32 = 2;

/// Words that the first paragraphs have.
const LEAD_WORDS: usize = 100;

/// How much more a repeated word counts than one that stands once.
const REPEATED: f32 = 0.7;

/// A word of a name counts as much more: who, what and where tell events of one kind apart.
const NAME: f32 = 2.0;

/// A number counts as much more: tolls, magnitudes, ages and dates are of one event.
const NUMBER: f32 = 2.0;

/// Words of one or two letters say less than their rarity promises.
const SHORT: f32 = 0.5;

/// Terms that weigh less stand in any text.
const LIGHTEST: f32 = 0.5;

/// The length of a vector, and so the likeness of an article with itself.
pub(crate) const UNIT: u32 = 10_000;

/// One term and its part of the vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    /// The hash of the stem.
    pub(crate) term: u32,
    /// From 1 to [`UNIT`].
    pub(crate) weight: u16,
    /// What it is.
    pub(crate) kind: TermKind,
}

/// What a term is: names and numbers are much the same in another language, words are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TermKind {
    /// Any word.
    Word,
    /// A word of a name.
    Name,
    /// A number.
    Number,
}

/// The heaviest terms of an article, by term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Vector {
    weights: Vec<Weight>,
    signature: Vec<u32>,
}

impl Vector {
    /// The vector of an article, by the terms of its body and what else it has.
    pub(crate) fn of(article: &Article, body: &[Term]) -> Vector {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for name in article
            .person
            .iter()
            .chain(&article.org)
            .chain(&article.place)
        {
            names.extend(terms(name).iter().map(|term| stem(term.text())));
        }
        let mut counts: HashMap<&Term, u32> = HashMap::new();
        let headline = article
            .title
            .as_ref()
            .filter(|_| !article.title_is_derived());
        let headline = headline.map(|title| terms(title)).unwrap_or_default();
        // A headline that the text repeats is no second one.
        let body = body.strip_prefix(headline.as_slice()).unwrap_or(body);
        let (lead, rest) = body.split_at(body.len().min(LEAD_WORDS));
        for (words, weight) in [(headline.as_slice(), TITLE), (lead, LEAD), (rest, 1)] {
            for term in words {
                *counts.entry(term).or_default() += weight;
            }
        }
        // Forms of a word are counted first and stemmed once.
        let mut stems: HashMap<String, (u32, bool)> = HashMap::new();
        for (term, count) in counts {
            let number = matches!(term, Term::Number(_));
            let slot = stems.entry(stem(term.text())).or_default();
            slot.0 += count;
            slot.1 |= number;
        }
        let weigh = |(stem, (count, number)): (String, (u32, bool))| {
            let kind = match (number, names.contains(&stem)) {
                (true, _) => TermKind::Number,
                (false, true) => TermKind::Name,
                (false, false) => TermKind::Word,
            };
            let mut weight = (1.0 + REPEATED * (count as f32).ln()) * background::weight(&stem);
            weight *= match kind {
                TermKind::Word => 1.0,
                TermKind::Name => NAME,
                TermKind::Number => NUMBER,
            };
            if stem.chars().nth(2).is_none() {
                weight *= SHORT;
            }
            (hash(&stem), weight, kind)
        };
        let mut found: Vec<(u32, f32, TermKind)> = stems.into_iter().map(weigh).collect();
        found.retain(|one| one.1 > LIGHTEST);
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(TERMS);
        let signature = found.iter().take(SIGNATURE).map(|one| one.0).collect();
        let length = found.iter().map(|one| one.1 * one.1).sum::<f32>().sqrt();
        let scaled = found.into_iter().map(|(term, weight, kind)| Weight {
            term,
            weight: (weight / length * UNIT as f32).round() as u16,
            kind,
        });
        let mut weights: Vec<Weight> = scaled.filter(|one| one.weight > 0).collect();
        weights.sort_unstable_by_key(|one| one.term);
        weights.dedup_by_key(|one| one.term);
        Vector { weights, signature }
    }

    /// The terms by which candidates are found, heaviest first.
    pub(crate) fn signature(&self) -> &[u32] {
        &self.signature
    }

    /// What two signatures share: a word counts one, a name, in whichever of them, two.
    pub(crate) fn shared_signature(&self, other: &Vector) -> usize {
        let shared = self.shared(other).filter(|(ours, _)| {
            self.signature.contains(&ours.term) && other.signature.contains(&ours.term)
        });
        let is_name = |one: &Weight| one.kind == TermKind::Name;
        shared
            .map(|(ours, theirs)| 1 + usize::from(is_name(ours) || is_name(theirs)))
            .sum()
    }

    /// The cosine of two vectors, from 0 to [`UNIT`].
    pub(crate) fn likeness(&self, other: &Vector) -> u32 {
        let shared = self.shared(other);
        let sum: u64 = shared.map(|(a, b)| product(a, b)).sum();
        (sum / u64::from(UNIT)).min(u64::from(UNIT)) as u32
    }

    /// The cosine of the terms of some kinds; `None` where one of the vectors has no such term.
    pub(crate) fn likeness_in(&self, other: &Vector, kinds: &[TermKind]) -> Option<u32> {
        let is_one = |one: &Weight| kinds.contains(&one.kind);
        let length = |vector: &Vector| {
            let some = vector.weights.iter().filter(|one| is_one(one));
            (some.map(|one| product(one, one)).sum::<u64>() as f64).sqrt()
        };
        let lengths = length(self) * length(other);
        if lengths == 0.0 {
            return None;
        }
        let shared = self.shared(other).filter(|(a, b)| is_one(a) && is_one(b));
        let sum: u64 = shared.map(|(a, b)| product(a, b)).sum();
        Some(((sum as f64 / lengths * f64::from(UNIT)) as u32).min(UNIT))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn article(title: &str, body: &str, names: &[&str]) -> Vector {
        let mut article = Article {
            title: Some(title.to_owned()),
            body: body.to_owned(),
            place: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Article::default()
        };
        article.evidence.insert(
            "title".to_owned(),
            crate::Proof::One(crate::Evidence::new(crate::How::Stated, "line")),
        );
        Vector::of(&article, &terms(body))
    }

    // Likenesses are added up and compared as whole numbers; a unit that is not one would favour some articles.
    #[test]
    fn an_article_is_wholly_like_itself() {
        let one = article(
            "Ferry sinks",
            "The ferry sank off Tablas with 41 aboard.",
            &["Tablas"],
        );
        assert!(one.likeness(&one) > UNIT - 50, "{}", one.likeness(&one));
        assert_eq!(Vector::default().likeness(&one), 0);
    }

    // Which of two articles comes first must not matter, or the order of adding would.
    #[test]
    fn likeness_has_no_direction() {
        let one = article(
            "Ferry sinks",
            "The ferry sank off Tablas with 41 aboard.",
            &["Tablas"],
        );
        let two = article(
            "Boat lost",
            "A ferry was lost near Tablas; 41 were on board.",
            &["Tablas"],
        );
        assert_eq!(one.likeness(&two), two.likeness(&one));
        assert!(one.likeness(&two) > 2_000);
    }

    // In another language only names and numbers are the same.
    #[test]
    fn names_and_numbers_cross_languages() {
        let english = article("", "The ferry sank off Tablas with 41 aboard.", &["Tablas"]);
        let french = article(
            "",
            "Le bateau a sombré près de Tablas avec 41 passagers.",
            &["Tablas"],
        );
        let kinds = [TermKind::Name, TermKind::Number];
        assert!(english.likeness_in(&french, &kinds) > Some(9_000));
        assert_eq!(english.likeness_in(&Vector::default(), &kinds), None);
    }

    // The heaviest terms find the candidates: who and where must be among them, small words must not.
    #[test]
    fn signatures_hold_what_the_article_is_about() {
        let body =
            "The minister said on Monday that the ferry sank off Tablas and that it was a loss.";
        let article = article("", body, &["Tablas"]);
        assert_eq!(article.signature()[0], hash("tabla"));
        assert!(article.weights.iter().all(|one| one.term != hash("the")));
    }

    // A file without words must not divide by zero.
    #[test]
    fn nothing_is_like_nothing() {
        let empty = article("", "", &[]);
        assert!(empty.signature().is_empty());
        assert_eq!(empty.likeness(&empty), 0);
    }
}
