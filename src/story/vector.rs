//! What an article is about: its heaviest terms, for likeness and for finding candidates.
//!
//! Weights follow from the article alone (see `background`) and are whole numbers, so that the likeness of two
//! articles is the same on every machine and whichever of them comes first.
#![allow(
    clippy::indexing_slicing,
    reason = "places are those of a table that is larger than what is put into it"
)]

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::few::Few;
use super::fingerprint::LENGTH;
use super::hash::kept;
use super::stems::{Stem, Stems};
use super::words::{Word, words};
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

/// Words that stand for a headline where there is none.
const BEGINNING: usize = 12;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Weight {
    /// The hash of the stem.
    pub(crate) term: u32,
    /// From 1 to [`UNIT`].
    pub(crate) weight: u16,
    /// Where in the body it stands first and last, in parts of [`LENGTH`]; [`NOWHERE`] if it does not.
    places: [u8; 2],
    kind: TermKind,
}

/// The places of what does not stand in a body.
const NOWHERE: [u8; 2] = [u8::MAX, 0];

/// What a term is: names and numbers are much the same in another language, words are not. Whether the headline has it, or
/// the beginning where there is none, comes with that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TermKind(u8);

impl TermKind {
    /// Any word.
    pub(crate) const WORD: TermKind = TermKind(0);
    /// A word of a name.
    pub(crate) const NAME: TermKind = TermKind(1);
    /// A number.
    pub(crate) const NUMBER: TermKind = TermKind(2);

    const TITLED: u8 = 4;
}

impl Weight {
    fn kind(self) -> TermKind {
        TermKind(self.kind.0 & !TermKind::TITLED)
    }

    fn is_titled(self) -> bool {
        self.kind.0 & TermKind::TITLED != 0
    }
}

/// The heaviest terms of an article, by term.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Vector {
    /// The terms by which the article is found, in order.
    signature: Few<u32, SIGNATURE>,
    /// Which of them are names, a bit each.
    named: u32,
    /// The length of the part that is names.
    names: f64,
    /// The length of the part that is numbers.
    numbers: f64,
    /// The length of the part that is other words.
    words: f64,
    /// The length of the part that is names and numbers.
    across: f64,
    weights: Few<Weight, TERMS>,
}

/// What two vectors have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Common {
    /// The likeness of all terms, from 0 to [`UNIT`].
    pub(crate) all: u32,
    /// The likeness of the names; `None` where one of them has none.
    pub(crate) names: Option<u32>,
    /// The likeness of the numbers, likewise.
    pub(crate) numbers: Option<u32>,
    /// The likeness of the other words, likewise.
    pub(crate) words: Option<u32>,
    /// The likeness of names and numbers, which are written alike in many languages, likewise. A name that is seen as such in
    /// one of them is one.
    pub(crate) across: Option<u32>,
}

impl Vector {
    /// The vector of an article, by the words of its body and of its names.
    pub(crate) fn of(article: &Article, body: &[Word], names: &[Word]) -> Vector {
        let mut names: Vec<u64> = names.iter().map(|word| word.stem).collect();
        names.sort_unstable();
        let title = article.title.as_deref();
        let headline = words(title.filter(|_| !article.title_is_derived()));
        // A headline that the text repeats is no second one, but it stands in the text.
        let length = body.len();
        let places = |at: usize| [(at * LENGTH / length) as u8; 2];
        let (repeated, body) = match body.strip_prefix(headline.as_slice()) {
            Some(rest) => (headline.len(), rest),
            None => (0, body),
        };
        let begins = match headline.is_empty() {
            true => body.len().min(BEGINNING),
            false => 0,
        };
        let mut stems = Stems::of(headline.len() + body.len());
        for (at, word) in headline.into_iter().enumerate() {
            stems.add(Stem {
                word,
                count: TITLE,
                is_number: word.is_number,
                is_titled: true,
                places: if at < repeated { places(at) } else { NOWHERE },
            });
        }
        for (at, word) in body.iter().enumerate() {
            stems.add(Stem {
                word: *word,
                count: if at < LEAD_WORDS { LEAD } else { 1 },
                is_number: word.is_number,
                is_titled: at < begins,
                places: places(repeated + at),
            });
        }
        let weigh = |stem: &Stem| {
            let kind = match (stem.is_number, names.binary_search(&stem.word.stem)) {
                (true, _) => TermKind::NUMBER,
                (false, Ok(_)) => TermKind::NAME,
                (false, Err(_)) => TermKind::WORD,
            };
            let mut weight = (1.0 + REPEATED * (stem.count as f32).ln()) * stem.word.weight;
            weight *= match kind {
                TermKind::NAME => NAME,
                TermKind::NUMBER => NUMBER,
                _ => 1.0,
            };
            if stem.word.is_short {
                weight *= SHORT;
            }
            let titled = if stem.is_titled { TermKind::TITLED } else { 0 };
            let one = Weight {
                term: kept(stem.word.stem),
                weight: 0,
                kind: TermKind(kind.0 | titled),
                places: stem.places,
            };
            (weight, one)
        };
        let mut found: Vec<(f32, Weight)> = stems.found.iter().map(weigh).collect();
        found.retain(|one| one.0 > LIGHTEST);
        let heaviest_first = |a: &(f32, Weight), b: &(f32, Weight)| {
            b.0.total_cmp(&a.0).then(a.1.term.cmp(&b.1.term))
        };
        if found.len() > TERMS {
            found.select_nth_unstable_by(TERMS, heaviest_first);
            found.truncate(TERMS);
        }
        found.sort_unstable_by(heaviest_first);
        let signature = found.iter().take(SIGNATURE).map(|one| one.1.term);
        let mut signature: Vec<u32> = signature.collect();
        signature.sort_unstable();
        let length = found.iter().map(|one| one.0 * one.0).sum::<f32>().sqrt();
        let scaled = found.into_iter().map(|(weight, one)| Weight {
            weight: (weight / length * UNIT as f32).round() as u16,
            ..one
        });
        let mut weights: Vec<Weight> = scaled.filter(|one| one.weight > 0).collect();
        weights.sort_unstable_by_key(|one| one.term);
        weights.dedup_by_key(|one| one.term);
        let is_name = |term: &u32| {
            let at = weights.binary_search_by_key(term, |one| one.term);
            at.is_ok_and(|at| weights[at].kind() == TermKind::NAME)
        };
        let length = |kinds: &[TermKind]| {
            let some = weights.iter().filter(|one| kinds.contains(&one.kind()));
            (some.map(|one| product(one, one)).sum::<u64>() as f64).sqrt()
        };
        let named = signature.iter().map(is_name).zip(0..);
        Vector {
            named: named.fold(0, |bits, (is_name, at)| bits | u32::from(is_name) << at),
            names: length(&[TermKind::NAME]),
            numbers: length(&[TermKind::NUMBER]),
            words: length(&[TermKind::WORD]),
            across: length(&[TermKind::NAME, TermKind::NUMBER]),
            signature: signature.into_iter().collect(),
            weights: weights.into_iter().collect(),
        }
    }

    /// The terms by which candidates are found, in order.
    pub(crate) fn signature(&self) -> &[u32] {
        &self.signature
    }

    /// The same with their weights, by term.
    pub(crate) fn weighted_signature(&self) -> impl Iterator<Item = (u32, u32)> {
        let weights = self.weights.iter();
        let signs = weights.filter(|one| self.signature.contains(&one.term));
        signs.map(|one| (one.term, u32::from(one.weight)))
    }

    /// How much of the headline, as far as it stands in the body, stands nowhere but in this part of it, in percent. Of one
    /// that does not stand there it is taken to be told in the part.
    pub(crate) fn headline_within(&self, part: &Range<u8>) -> u64 {
        let titled = self.weights.iter().filter(|one| one.is_titled());
        let standing = titled.filter(|one| one.places != NOWHERE);
        let within = part_of(standing, |one| {
            one.places.iter().all(|place| part.contains(place))
        });
        within.unwrap_or(if part.is_empty() { 0 } else { 100 })
    }

    /// How much of the headline the other has in its own, in percent.
    pub(crate) fn headline_repeated(&self, other: &Vector) -> u64 {
        let titled = self.weights.iter().filter(|one| one.is_titled());
        let repeated = part_of(titled, |one| {
            other.weight(one.term).is_some_and(|one| one.is_titled())
        });
        repeated.unwrap_or(0)
    }

    /// How much another article knows of the terms of a kind in the headline, in percent.
    pub(crate) fn headline_kind_known(&self, kind: TermKind, other: &Vector) -> Option<u64> {
        let titled = self.weights.iter().filter(|one| one.is_titled());
        part_of(titled.filter(|one| one.kind() == kind), |one| {
            other.weight(one.term).is_some()
        })
    }

    /// How many terms of a kind there are.
    pub(crate) fn count(&self, kind: TermKind) -> usize {
        self.weights.iter().filter(|one| one.kind() == kind).count()
    }

    fn weight(&self, term: u32) -> Option<&Weight> {
        let at = self.weights.binary_search_by_key(&term, |one| one.term);
        at.ok().and_then(|at| self.weights.get(at))
    }

    /// What two signatures share: a word counts one, a name, in whichever of them, two; what says nothing in an archive,
    /// none. An archive asks this of each article and hundreds of others, and more only of few.
    pub(crate) fn shared_signs(&self, other: &Vector, said_by_all: &[u32]) -> usize {
        let worth = |vector: &Vector, at: usize| 1 + (vector.named >> at & 1);
        let (mut i, mut j, mut shared) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.signature.get(i), other.signature.get(j)) {
            if a == b && !said_by_all.contains(a) {
                shared += worth(self, i).max(worth(other, j)) as usize;
            }
            (i, j) = (i + usize::from(a <= b), j + usize::from(b <= a));
        }
        shared
    }

    /// What two vectors have in common, in one pass.
    pub(crate) fn common(&self, other: &Vector) -> Common {
        let mut common = Common::default();
        let (mut all, mut names, mut numbers, mut words, mut across) = (0, 0, 0, 0, 0);
        let mut unseen = [0; 2];
        let (mut i, mut j) = (0, 0);
        while let (Some(a), Some(b)) = (self.weights.get(i), other.weights.get(j)) {
            i += usize::from(a.term <= b.term);
            j += usize::from(b.term <= a.term);
            if a.term != b.term {
                continue;
            }
            let product = product(a, b);
            all += product;
            if a.kind() == TermKind::NAME && b.kind() == TermKind::NAME {
                names += product;
            }
            if a.kind() == TermKind::NUMBER && b.kind() == TermKind::NUMBER {
                numbers += product;
            }
            if a.kind() == TermKind::WORD && b.kind() == TermKind::WORD {
                words += product;
            }
            if a.kind() != TermKind::WORD || b.kind() != TermKind::WORD {
                across += product;
                // What is a name in one is so in the other, where it was not seen.
                for (one, unseen) in [a, b].into_iter().zip(&mut unseen) {
                    *unseen += match one.kind() {
                        TermKind::WORD => self::product(one, one),
                        _ => 0,
                    };
                }
            }
        }
        common.all = (all / u64::from(UNIT)).min(u64::from(UNIT)) as u32;
        common.names = part(names, self.names * other.names);
        common.numbers = part(numbers, self.numbers * other.numbers);
        common.words = part(words, self.words * other.words);
        let lengths = [self, other].into_iter().zip(unseen);
        let lengths = lengths.map(|(one, unseen)| (one.across.powi(2) + unseen as f64).sqrt());
        common.across = part(across, lengths.product());
        common
    }
}

/// The cosine of the terms of some kinds, by the sum of the products and the product of the lengths.
fn part(sum: u64, lengths: f64) -> Option<u32> {
    let part = (sum as f64 / lengths * f64::from(UNIT)) as u32;
    (lengths > 0.0).then_some(part.min(UNIT))
}

/// How much of some terms fulfils a condition, in percent.
fn part_of<'a>(
    terms: impl Iterator<Item = &'a Weight>,
    is_so: impl Fn(&Weight) -> bool,
) -> Option<u64> {
    let (mut all, mut those) = (0, 0);
    for one in terms {
        let weight = product(one, one);
        all += weight;
        those += if is_so(one) { weight } else { 0 };
    }
    (those * 100).checked_div(all)
}

fn product(a: &Weight, b: &Weight) -> u64 {
    u64::from(a.weight) * u64::from(b.weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::hash::hash;

    fn article(title: &str, body: &str, names: &[&str]) -> Vector {
        let mut article = Article {
            title: Some(title.to_owned()),
            ..Article::default()
        };
        article.evidence.insert(
            "title".to_owned(),
            crate::Proof::One(crate::Evidence::new(crate::How::Stated, "line")),
        );
        Vector::of(&article, &words([body]), &words(names.iter().copied()))
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
        assert!(article.signature().contains(&hash("tabla")));
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
