//! Matching by the positions of words: phrases with gaps, words near each other, words of one zone.
//!
//! The engine's own phrase query knows neither zones nor nearness; this one reads the same postings and scores the
//! number of matches by BM25.
#![allow(
    clippy::indexing_slicing,
    reason = "a phrase has at least one word; without one it is not made"
)]

use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::begins::BeginsOf;
use super::layout::TEXT;

/// What the positions of the words must satisfy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The words in this order, with at most so many others between them in all.
    Ordered(u32),
    /// The words up to the index `split` and those after it each stand together; the two stand at most `distance`
    /// positions apart, in either order.
    Near { split: usize, distance: u32 },
}

/// Terms of one field whose positions satisfy a rule within a range.
#[derive(Clone, Debug)]
pub(crate) struct PositionQuery {
    pub(crate) terms: Vec<Term>,
    pub(crate) rule: Rule,
    pub(crate) within: Range<u32>,
}

impl Query for PositionQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let bm25 = match scoring {
            EnableScoring::Enabled {
                statistics_provider,
                ..
            } if !self.terms.is_empty() => {
                Some(Bm25Weight::for_terms(statistics_provider, &self.terms)?)
            }
            _ => None,
        };
        Ok(Box::new(PositionWeight {
            query: self.clone(),
            bm25,
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for term in &self.terms {
            visitor(term, true);
        }
    }
}

struct PositionWeight {
    query: PositionQuery,
    bm25: Option<Bm25Weight>,
}

impl PositionWeight {
    fn open(
        &self,
        reader: &SegmentReader,
        boost: Score,
    ) -> tantivy::Result<Option<PositionScorer>> {
        let Some(first) = self.query.terms.first() else {
            return Ok(None);
        };
        let index = reader.inverted_index(first.field())?;
        let mut postings = Vec::with_capacity(self.query.terms.len());
        for term in &self.query.terms {
            match index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)? {
                Some(list) => postings.push(list),
                None => return Ok(None),
            }
        }
        let norms = match reader.fieldnorms_readers().get_field(first.field())? {
            Some(norms) => norms,
            None => FieldNormReader::constant(reader.max_doc(), 1),
        };
        let has_zones = reader.schema().get_field_name(first.field()) == TEXT;
        let begins = has_zones.then(|| BeginsOf::open(reader)).transpose()?;
        let positions = vec![Vec::new(); postings.len()];
        let bm25 = self.bm25.as_ref().map(|bm25| bm25.boost_by(boost));
        let mut scorer = PositionScorer {
            query: self.query.clone(),
            postings,
            positions,
            begins,
            norms,
            bm25,
            matches: 0,
        };
        scorer.settle();
        Ok(Some(scorer))
    }
}

impl Weight for PositionWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.open(reader, boost)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        if let Some(mut scorer) = self.open(reader, 1.0)?
            && scorer.doc() <= doc
            && scorer.seek(doc) == doc
        {
            let mut explanation = Explanation::new("words by position", scorer.score());
            explanation.add_const("matches in the article", scorer.matches as Score);
            return Ok(explanation);
        }
        Err(tantivy::TantivyError::InvalidArgument(format!(
            "document {doc} does not match"
        )))
    }
}

struct PositionScorer {
    query: PositionQuery,
    postings: Vec<SegmentPostings>,
    positions: Vec<Vec<u32>>,
    begins: Option<BeginsOf>,
    norms: FieldNormReader,
    bm25: Option<Bm25Weight>,
    /// How often the rule is satisfied in the current document.
    matches: u32,
}

impl PositionScorer {
    /// Moves on to the first document, from the current one, that satisfies the rule.
    fn settle(&mut self) {
        loop {
            let mut doc = self.postings[0].doc();
            let mut agreed = doc == TERMINATED;
            while !agreed {
                agreed = true;
                for list in &mut self.postings {
                    let at = if list.doc() < doc {
                        list.seek(doc)
                    } else {
                        list.doc()
                    };
                    if at > doc {
                        doc = at;
                        agreed = doc == TERMINATED;
                        break;
                    }
                }
            }
            if doc == TERMINATED {
                // The first list tells where the scorer is.
                if self.postings[0].doc() != TERMINATED {
                    self.postings[0].seek(TERMINATED);
                }
                self.matches = 0;
                return;
            }
            for (list, positions) in self.postings.iter_mut().zip(&mut self.positions) {
                list.positions(positions);
                if let Some(begins) = &self.begins {
                    begins.spread(doc, positions);
                }
                positions.retain(|position| self.query.within.contains(position));
            }
            self.matches = count(&self.positions, self.query.rule);
            if self.matches > 0 {
                return;
            }
            self.postings[0].advance();
        }
    }
}

impl DocSet for PositionScorer {
    fn advance(&mut self) -> DocId {
        if self.doc() != TERMINATED {
            self.postings[0].advance();
            self.settle();
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc() < target {
            self.postings[0].seek(target);
            self.settle();
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.postings[0].doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings
            .iter()
            .map(DocSet::size_hint)
            .min()
            .unwrap_or(0)
    }
}

impl Scorer for PositionScorer {
    fn score(&mut self) -> Score {
        match &self.bm25 {
            Some(bm25) => bm25.score(self.norms.fieldnorm_id(self.doc()), self.matches),
            None => 1.0,
        }
    }
}

/// How often sorted positions satisfy a rule.
fn count(positions: &[Vec<u32>], rule: Rule) -> u32 {
    match rule {
        Rule::Ordered(slop) => runs(positions, slop).len() as u32,
        Rule::Near { split, distance } => {
            let (left, right) = positions.split_at(split.min(positions.len()));
            let (left, right) = (runs(left, 0), runs(right, 0));
            left.iter()
                .filter(|one| right.iter().any(|other| near(one, other, distance)))
                .count() as u32
        }
    }
}

/// Two stretches of words that do not overlap and whose nearest words differ by at most `distance` positions.
fn near(one: &(u32, u32), other: &(u32, u32), distance: u32) -> bool {
    let (before, after) = if one.0 <= other.0 {
        (one, other)
    } else {
        (other, one)
    };
    after.0 > before.1 && after.0 - before.1 <= distance
}

/// First and last positions of the words in order, with at most `slop` other words between them in all.
fn runs(positions: &[Vec<u32>], slop: u32) -> Vec<(u32, u32)> {
    let Some((first, rest)) = positions.split_first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let allowed = rest.len() as u32 + slop;
    for &start in first {
        // The nearest next occurrence of each word gives the shortest run from this start.
        let mut at = start;
        let complete = rest.iter().all(|list| {
            let next = list.partition_point(|position| *position <= at);
            match list.get(next) {
                Some(position) => {
                    at = *position;
                    at - start <= allowed
                }
                None => false,
            }
        });
        if complete {
            found.push((start, at));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    // At most n extra words in all, in the order of the phrase.
    #[test]
    fn ordered_words_may_have_gaps() {
        let positions = [vec![1, 10, 20], vec![2, 13, 19], vec![3, 14, 30]];
        assert_eq!(count(&positions, Rule::Ordered(0)), 1);
        assert_eq!(count(&positions, Rule::Ordered(1)), 1);
        assert_eq!(count(&positions, Rule::Ordered(2)), 2);
    }

    // A word is not near itself, and a phrase is measured from its nearest word.
    #[test]
    fn near_looks_both_ways() {
        let rule = |distance| Rule::Near { split: 1, distance };
        assert_eq!(count(&[vec![5], vec![5]], rule(3)), 0);
        assert_eq!(count(&[vec![5], vec![2]], rule(3)), 1);
        assert_eq!(count(&[vec![5], vec![1]], rule(3)), 0);
        let phrase = [vec![5, 40], vec![1], vec![2]];
        assert_eq!(count(&phrase, rule(3)), 1);
    }
}
