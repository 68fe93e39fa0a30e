//! What an article is about: its heaviest terms, for likeness and for finding candidates.
//!
//! Weights follow from the article alone (see `background`) and are whole numbers, so that the likeness of two
//! articles is the same on every machine and whichever of them comes first.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;

use super::background;
use super::fingerprint::LENGTH;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    /// The hash of the stem.
    pub(crate) term: u32,
    /// From 1 to [`UNIT`].
    pub(crate) weight: u16,
    /// What it is.
    pub(crate) kind: TermKind,
    /// Whether the headline has it, or the beginning where there is none.
    titled: bool,
    /// Where in the body it stands first, in parts of [`LENGTH`]; the beginning, if it does not.
    place: u8,
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

/// A word where it stands.
#[derive(Clone, Copy, Debug)]
struct Form {
    stem: Stem,
    /// As how many it counts.
    count: u32,
    number: bool,
    titled: bool,
    /// Where in the body.
    place: Option<u8>,
}

impl Form {
    fn of(term: &Term) -> Form {
        Form {
            stem: Stem::of(term.text()),
            count: 1,
            number: matches!(term, Term::Number(_)),
            titled: false,
            place: None,
        }
    }
}

/// The heaviest terms of an article, by term.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Vector {
    weights: Vec<Weight>,
    signature: Vec<u32>,
    /// The terms of the signature in order, with what each counts where it is shared: a word one, a name two.
    signs: Vec<(u32, u8)>,
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
    pub(crate) fn of(article: &Article, body: &[Term], words_of_names: &[Term]) -> Vector {
        let names = words_of_names.iter();
        let mut names: Vec<u64> = names.map(|word| Stem::of(word.text()).id).collect();
        names.sort_unstable();
        let headline = article
            .title
            .as_ref()
            .filter(|_| !article.title_is_derived());
        let headline = headline.map(|title| terms(title)).unwrap_or_default();
        // A headline that the text repeats is no second one.
        let body = body.strip_prefix(headline.as_slice()).unwrap_or(body);
        let begins = match headline.is_empty() {
            true => body.len().min(BEGINNING),
            false => 0,
        };
        let mut forms: Vec<Form> = Vec::with_capacity(headline.len() + body.len());
        forms.extend(headline.iter().map(|term| Form {
            count: TITLE,
            titled: true,
            ..Form::of(term)
        }));
        forms.extend(body.iter().enumerate().map(|(at, term)| Form {
            count: if at < LEAD_WORDS { LEAD } else { 1 },
            titled: at < begins,
            place: Some((at * LENGTH / body.len()) as u8),
            ..Form::of(term)
        }));
        forms.sort_unstable_by_key(|form| form.stem.id);
        let weigh = |forms: &[Form]| {
            let stem = forms.first()?.stem;
            let count: u32 = forms.iter().map(|form| form.count).sum();
            let number = forms.iter().any(|form| form.number);
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
            let one = Weight {
                term: stem.hash,
                weight: 0,
                kind,
                titled: forms.iter().any(|form| form.titled),
                place: forms
                    .iter()
                    .filter_map(|form| form.place)
                    .min()
                    .unwrap_or(0),
            };
            Some((weight, one))
        };
        let stems = forms.chunk_by(|a, b| a.stem.id == b.stem.id);
        let mut found: Vec<(f32, Weight)> = stems.filter_map(weigh).collect();
        found.retain(|one| one.0 > LIGHTEST);
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.term.cmp(&b.1.term)));
        found.truncate(TERMS);
        let signature = found.iter().take(SIGNATURE).map(|one| one.1.term).collect();
        let length = found.iter().map(|one| one.0 * one.0).sum::<f32>().sqrt();
        let scaled = found.into_iter().map(|(weight, one)| Weight {
            weight: (weight / length * UNIT as f32).round() as u16,
            ..one
        });
        // Collecting would keep the room of all terms of the text, for as long as the article is kept.
        let mut weights: Vec<Weight> = Vec::with_capacity(TERMS);
        weights.extend(scaled.filter(|one| one.weight > 0));
        weights.sort_unstable_by_key(|one| one.term);
        weights.dedup_by_key(|one| one.term);
        let signature: Vec<u32> = signature;
        let signs = weights.iter().filter(|one| signature.contains(&one.term));
        let signs = signs.map(|one| (one.term, 1 + u8::from(one.kind == TermKind::Name)));
        let length = |kinds: &[TermKind]| {
            let some = weights.iter().filter(|one| kinds.contains(&one.kind));
            (some.map(|one| product(one, one)).sum::<u64>() as f64).sqrt()
        };
        Vector {
            names: length(&[TermKind::Name]),
            numbers: length(&[TermKind::Number]),
            words: length(&[TermKind::Word]),
            across: length(&[TermKind::Name, TermKind::Number]),
            signs: signs.collect(),
            weights,
            signature,
        }
    }

    /// The terms by which candidates are found, heaviest first.
    pub(crate) fn signature(&self) -> &[u32] {
        &self.signature
    }

    /// The same with their weights, by term.
    pub(crate) fn weighted_signature(&self) -> impl Iterator<Item = (u32, u32)> {
        let weights = self.weights.iter();
        let signs = weights.filter(|one| self.signature.contains(&one.term));
        signs.map(|one| (one.term, u32::from(one.weight)))
    }

    /// How much another article knows of what the headline tells, in percent; `None` where that is nothing.
    pub(crate) fn headline_known(&self, other: &Vector) -> Option<u64> {
        self.known(|one| one.titled, other)
    }

    /// How much another article knows of what a part of this one tells, in percent.
    pub(crate) fn part_known(&self, part: &RangeInclusive<u8>, other: &Vector) -> Option<u64> {
        self.known(|one| part.contains(&one.place), other)
    }

    fn known(&self, is_meant: impl Fn(&Weight) -> bool, other: &Vector) -> Option<u64> {
        let (mut all, mut known) = (0, 0);
        for one in self.weights.iter().filter(|one| is_meant(one)) {
            let theirs = other
                .weights
                .binary_search_by_key(&one.term, |one| one.term);
            all += product(one, one);
            known += if theirs.is_ok() { product(one, one) } else { 0 };
        }
        (known * 100).checked_div(all)
    }

    /// What two signatures share: a word counts one, a name, in whichever of them, two; what says nothing in an archive,
    /// none. An archive asks this of each article and hundreds of others, and more only of few.
    pub(crate) fn shared_signs(&self, other: &Vector, said_by_all: &[u32]) -> usize {
        let (mut i, mut j, mut shared) = (0, 0, 0);
        while let (Some((a, ours)), Some((b, theirs))) = (self.signs.get(i), other.signs.get(j)) {
            i += usize::from(a <= b);
            j += usize::from(b <= a);
            if a == b && !said_by_all.contains(a) {
                shared += usize::from(*ours.max(theirs));
            }
        }
        shared
    }

    /// What two vectors have in common, in one pass.
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
            if a.kind == TermKind::Name && b.kind == TermKind::Name {
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
            ..Article::default()
        };
        article.evidence.insert(
            "title".to_owned(),
            crate::Proof::One(crate::Evidence::new(crate::How::Stated, "line")),
        );
        Vector::of(&article, &terms(body), &terms(&names.join(" ")))
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
