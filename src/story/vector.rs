//! What an article is about: its heaviest terms, for likeness and for finding candidates.
//!
//! Weights follow from the article alone (see `background`) and are whole numbers, so that the likeness of two
//! articles is the same on every machine and whichever of them comes first.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::background;
use super::hash::hash;
use super::terms::{Term, stem, terms};
use crate::Article;
use crate::memo::Memo;

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
const NAME: f32 = 1.5;

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
    /// Whether candidates are found by it.
    signs: bool,
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

/// What is known of the stem of a word, whatever article it stands in.
#[derive(Clone, Copy, Debug, Default)]
struct Stem {
    /// A hash that is not kept, wide enough to tell all stems apart.
    id: u64,
    hash: u32,
    weight: f32,
    /// Whether it has one or two letters.
    is_short: bool,
}

thread_local! {
    static STEMS: RefCell<Memo<Stem>> = const { RefCell::new(Memo::new(15)) };
}

impl Stem {
    fn of(folded: &str) -> Stem {
        let known = STEMS.with_borrow_mut(|stems| {
            let known = stems.of(folded, 0, || Stem::work_out(folded));
            known.copied()
        });
        known.unwrap_or_else(|| Stem::work_out(folded))
    }

    fn work_out(folded: &str) -> Stem {
        let stem = stem(folded);
        let mut hasher = DefaultHasher::new();
        stem.hash(&mut hasher);
        Stem {
            id: hasher.finish(),
            hash: hash(&stem),
            weight: background::weight(&stem),
            is_short: stem.chars().nth(2).is_none(),
        }
    }
}

/// The heaviest terms of an article, by term.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vector {
    weights: Vec<Weight>,
    signature: Vec<u32>,
    /// The length of the part that is names.
    names: f64,
    /// The length of the part that is numbers.
    numbers: f64,
    /// The length of the part that is other words.
    words: f64,
    /// The length of the part that is names and numbers.
    across: f64,
}

/// What two vectors have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Common {
    /// What their signatures share: a word counts one, a name, in whichever of them, two.
    pub(crate) signature: usize,
    /// The likeness of all terms, from 0 to [`UNIT`].
    pub(crate) all: u32,
    /// The likeness of the names; `None` where one of them has none.
    pub(crate) names: Option<u32>,
    /// The likeness of the numbers, likewise.
    pub(crate) numbers: Option<u32>,
    /// The likeness of the other words, likewise.
    pub(crate) words: Option<u32>,
    /// The likeness of names and numbers, which are written alike in many languages, likewise.
    pub(crate) across: Option<u32>,
}

impl Vector {
    /// The vector of an article, by the terms of its body and what else it has.
    pub(crate) fn of(article: &Article, body: &[Term]) -> Vector {
        let names = article.person.iter().chain(&article.org);
        let names: Vec<Term> = names
            .chain(&article.place)
            .flat_map(|name| terms(name))
            .collect();
        let mut names: Vec<u64> = names.iter().map(|term| Stem::of(term.text()).id).collect();
        names.sort_unstable();
        let headline = article
            .title
            .as_ref()
            .filter(|_| !article.title_is_derived());
        let headline = headline.map(|title| terms(title)).unwrap_or_default();
        // A headline that the text repeats is no second one.
        let body = body.strip_prefix(headline.as_slice()).unwrap_or(body);
        let (lead, rest) = body.split_at(body.len().min(LEAD_WORDS));
        let mut stems: Vec<(Stem, u32, bool)> = Vec::with_capacity(headline.len() + body.len());
        for (words, weight) in [(headline.as_slice(), TITLE), (lead, LEAD), (rest, 1)] {
            let stem = |term: &Term| {
                (
                    Stem::of(term.text()),
                    weight,
                    matches!(term, Term::Number(_)),
                )
            };
            stems.extend(words.iter().map(stem));
        }
        stems.sort_unstable_by_key(|(stem, ..)| stem.id);
        let weigh = |forms: &[(Stem, u32, bool)]| {
            let (stem, ..) = *forms.first()?;
            let count: u32 = forms.iter().map(|(_, count, _)| count).sum();
            let number = forms.iter().any(|(.., number)| *number);
            let kind = match (number, names.binary_search(&stem.id).is_ok()) {
                (true, _) => TermKind::Number,
                (false, true) => TermKind::Name,
                (false, false) => TermKind::Word,
            };
            let mut weight = (1.0 + REPEATED * (count as f32).ln()) * stem.weight;
            weight *= match kind {
                TermKind::Word => 1.0,
                TermKind::Name => NAME,
                TermKind::Number => NUMBER,
            };
            if stem.is_short {
                weight *= SHORT;
            }
            Some((stem.hash, weight, kind))
        };
        let forms = stems.chunk_by(|a, b| a.0.id == b.0.id);
        let mut found: Vec<(u32, f32, TermKind)> = forms.filter_map(weigh).collect();
        found.retain(|one| one.1 > LIGHTEST);
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(TERMS);
        let signature = found.iter().take(SIGNATURE).map(|one| one.0).collect();
        let length = found.iter().map(|one| one.1 * one.1).sum::<f32>().sqrt();
        let scaled = found.into_iter().map(|(term, weight, kind)| Weight {
            term,
            weight: (weight / length * UNIT as f32).round() as u16,
            kind,
            signs: false,
        });
        let mut weights: Vec<Weight> = scaled.filter(|one| one.weight > 0).collect();
        weights.sort_unstable_by_key(|one| one.term);
        weights.dedup_by_key(|one| one.term);
        let signature: Vec<u32> = signature;
        for one in &mut weights {
            one.signs = signature.contains(&one.term);
        }
        let length = |kinds: &[TermKind]| {
            let some = weights.iter().filter(|one| kinds.contains(&one.kind));
            (some.map(|one| product(one, one)).sum::<u64>() as f64).sqrt()
        };
        Vector {
            names: length(&[TermKind::Name]),
            numbers: length(&[TermKind::Number]),
            words: length(&[TermKind::Word]),
            across: length(&[TermKind::Name, TermKind::Number]),
            weights,
            signature,
        }
    }

    /// The terms by which candidates are found, heaviest first.
    pub(crate) fn signature(&self) -> &[u32] {
        &self.signature
    }

    /// What two vectors have in common, in one pass: an archive compares each article with hundreds.
    pub(crate) fn common(&self, other: &Vector) -> Common {
        let mut common = Common::default();
        let (mut all, mut names, mut numbers, mut words, mut across) = (0, 0, 0, 0, 0);
        let (mut i, mut j) = (0, 0);
        while let (Some(a), Some(b)) = (self.weights.get(i), other.weights.get(j)) {
            i += usize::from(a.term <= b.term);
            j += usize::from(b.term <= a.term);
            if a.term != b.term {
                continue;
            }
            let product = product(a, b);
            all += product;
            let is_name = [a, b].map(|one| one.kind == TermKind::Name);
            if is_name == [true, true] {
                names += product;
            }
            if a.kind == TermKind::Number && b.kind == TermKind::Number {
                numbers += product;
            }
            if a.kind == TermKind::Word && b.kind == TermKind::Word {
                words += product;
            }
            if a.kind != TermKind::Word && b.kind != TermKind::Word {
                across += product;
            }
            if a.signs && b.signs {
                common.signature += 1 + usize::from(is_name.contains(&true));
            }
        }
        common.all = (all / u64::from(UNIT)).min(u64::from(UNIT)) as u32;
        common.names = part(names, self.names * other.names);
        common.numbers = part(numbers, self.numbers * other.numbers);
        common.words = part(words, self.words * other.words);
        common.across = part(across, self.across * other.across);
        common
    }
}

/// The cosine of the terms of some kinds, by the sum of the products and the product of the lengths.
fn part(sum: u64, lengths: f64) -> Option<u32> {
    let part = (sum as f64 / lengths * f64::from(UNIT)) as u32;
    (lengths > 0.0).then_some(part.min(UNIT))
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
        let likeness = one.common(&one).all;
        assert!(likeness > UNIT - 50, "{likeness}");
        assert_eq!(Vector::default().common(&one).all, 0);
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
        assert_eq!(one.common(&two), two.common(&one));
        assert!(one.common(&two).all > 2_000);
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
        assert!(english.common(&french).across > Some(9_000));
        assert_eq!(english.common(&Vector::default()).across, None);
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
        assert_eq!(empty.common(&empty), Common::default());
    }
}
