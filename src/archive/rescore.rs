//! The second look at the best answers: what a count of words does not see.
//!
//! Only the first [`WINDOW`] answers are looked at, and nothing is ever taken from a score: so all of them stay before
//! those that were not looked at, and pages and cursors stay exact. Each part was kept because it helps on several
//! collections and harms on none; `benches/quality.md` has the figures.
#![allow(
    clippy::indexing_slicing,
    reason = "places number the lines that are ranked"
)]

use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, Term};

use super::begins::BeginsOf;
use super::collect::{Found, Fresh, rank_of_score};
use super::compile::documents;
use super::engine_error;
use super::gist::scores_of_likes;
use super::layout::{GIST, Layout, TextZone};
use crate::Result;

/// How many of the best answers are looked at again.
pub(crate) const WINDOW: usize = 64;

/// Words that are looked at, the rarest; a long question has enough of them.
const MOST_WORDS: usize = 16;

/// What neighbours in the question that stand near each other are worth, against the same words apart.
const NEAR: f32 = 0.2;

/// How far apart two words are near each other.
const REACH: u32 = 8;

/// What a word is worth that stands at the beginning: news says first what it is about.
const EARLY: f32 = 0.2;

/// After so many words the worth of standing early has halved.
const EARLY_WORDS: f32 = 50.0;

/// What the score of the likest answers counts beside an answer's own.
const LIKENESS: f32 = 0.65;

/// The parameters of the engine's BM25.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A word that was asked for, as the terms it has in the languages of the archive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) terms: Vec<Term>,
    /// Its weight for its rarity.
    pub(crate) idf: f32,
}

/// What the second look adds to the score of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Added {
    pub(crate) near: f32,
    pub(crate) early: f32,
    pub(crate) likeness: f32,
    /// What recency leaves of the whole.
    pub(crate) fresh: f32,
}

impl Default for Added {
    fn default() -> Added {
        Added {
            near: 0.0,
            early: 0.0,
            likeness: 0.0,
            fresh: 1.0,
        }
    }
}

/// Looks at the first answers again and puts them in their new order; returns what was added, in that order.
pub(crate) fn rescore(
    searcher: &Searcher,
    layout: &Layout,
    words: &[Ranked],
    fresh: Option<Fresh>,
    found: &mut [Found],
) -> Result<Vec<(DocAddress, Added)>> {
    let words = rarest(words);
    let count = found.len().min(WINDOW);
    let window = &mut found[..count];
    let mut added = vec![Added::default(); count];
    let mut gists = vec![Vec::new(); count];
    let statistics = Statistics::of(searcher, layout)?;
    for (ordinal, reader) in (0_u32..).zip(searcher.segment_readers()) {
        let mut places: Vec<(DocId, usize)> = window
            .iter()
            .enumerate()
            .filter(|(_, found)| found.address.segment_ord == ordinal)
            .map(|(place, found)| (found.address.doc_id, place))
            .collect();
        if places.is_empty() {
            continue;
        }
        places.sort_unstable();
        let segment = Segment::open(reader, layout, &places, statistics)?;
        segment.look(&words, &mut added)?;
        let fast = reader.fast_fields();
        let when = fast.i64("when").map_err(engine_error)?;
        let gist: Option<Column<i64>> = fast
            .column_opt(&format!("labels.{GIST}"))
            .map_err(engine_error)?;
        for (doc, place) in &places {
            added[*place].fresh = fresh.map_or(1.0, |fresh| fresh.factor(when.first(*doc)));
            if let Some(gist) = &gist {
                gists[*place].extend(gist.values_for_doc(*doc).map(|number| number as u16));
            }
        }
    }
    let own: Vec<f32> = window
        .iter()
        .zip(&added)
        .map(|(found, added)| found.score / added.fresh + added.near + added.early)
        .collect();
    let heard = scores_of_likes(&gists, &own);
    let least = heard.iter().copied().fold(f32::INFINITY, f32::min);
    for ((found, added), heard) in window.iter_mut().zip(&mut added).zip(heard) {
        added.likeness = LIKENESS * (heard - least);
        found.score += added.fresh * (added.near + added.early + added.likeness);
        found.rank.primary = rank_of_score(found.score);
    }
    let mut both: Vec<(Found, Added)> = window.iter().copied().zip(added).collect();
    both.sort_unstable_by_key(|(found, _)| found.rank);
    for (place, (one, _)) in window.iter_mut().zip(&both) {
        *place = *one;
    }
    Ok(both
        .into_iter()
        .map(|(found, added)| (found.address, added))
        .collect())
}

/// The rarest words in the order of the question, each once.
fn rarest(words: &[Ranked]) -> Vec<&Ranked> {
    let mut rarest: Vec<&Ranked> = Vec::with_capacity(words.len());
    for word in words {
        if !rarest.contains(&word) {
            rarest.push(word);
        }
    }
    if rarest.len() > MOST_WORDS {
        let mut weights: Vec<f32> = rarest.iter().map(|word| word.idf).collect();
        weights.sort_unstable_by(|a, b| b.total_cmp(a));
        let least = weights[MOST_WORDS - 1];
        rarest.retain(|word| word.idf >= least);
        rarest.truncate(MOST_WORDS);
    }
    rarest
}

/// What BM25 asks of a field.
#[derive(Clone, Copy)]
struct Statistics {
    mean_length: f32,
}

impl Statistics {
    fn of(searcher: &Searcher, layout: &Layout) -> Result<Statistics> {
        let mut words = 0;
        for reader in searcher.segment_readers() {
            let index = reader.inverted_index(layout.text).map_err(engine_error)?;
            words += index.total_num_tokens();
        }
        let mean_length = words as f32 / documents(searcher).max(1) as f32;
        Ok(Statistics {
            mean_length: mean_length.max(1.0),
        })
    }

    /// BM25 of something that occurs so often, without its rarity.
    fn saturated(self, often: f32, length: u32) -> f32 {
        let norm = K1 * (1.0 - B + B * length as f32 / self.mean_length);
        often * (K1 + 1.0) / (often + norm)
    }
}

/// The answers of one segment.
struct Segment<'s> {
    reader: &'s SegmentReader,
    layout: &'s Layout,
    /// Documents in their order, each with its place among the answers.
    places: &'s [(DocId, usize)],
    norms: FieldNormReader,
    begins: BeginsOf,
    statistics: Statistics,
}

impl<'s> Segment<'s> {
    fn open(
        reader: &'s SegmentReader,
        layout: &'s Layout,
        places: &'s [(DocId, usize)],
        statistics: Statistics,
    ) -> Result<Segment<'s>> {
        let norms = reader
            .fieldnorms_readers()
            .get_field(layout.text)
            .map_err(engine_error)?;
        Ok(Segment {
            reader,
            layout,
            places,
            norms: norms.unwrap_or_else(|| FieldNormReader::constant(reader.max_doc(), 1)),
            begins: BeginsOf::open(reader).map_err(engine_error)?,
            statistics,
        })
    }

    /// Adds what the places of the words say.
    fn look(&self, words: &[&Ranked], added: &mut [Added]) -> Result<()> {
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); self.places.len()];
        let mut now = before.clone();
        for (number, word) in words.iter().enumerate() {
            self.positions(&word.terms, &mut now)?;
            let pair = number.checked_sub(1).and_then(|last| words.get(last));
            let pair = pair.map_or(0.0, |last| (last.idf + word.idf) / 2.0);
            for (((doc, place), before), now) in self.places.iter().zip(&before).zip(&now) {
                let Some(first) = now.first() else { continue };
                let added = &mut added[*place];
                added.early += EARLY * word.idf / (1.0 + words_before(*first) / EARLY_WORDS);
                let often = nearness(before, now);
                if often > 0.0 {
                    let length = self.norms.fieldnorm(*doc);
                    added.near += NEAR * pair * self.statistics.saturated(often, length);
                }
            }
            std::mem::swap(&mut before, &mut now);
        }
        Ok(())
    }

    /// Where one of the terms stands in each document.
    fn positions(&self, terms: &[Term], positions: &mut [Vec<u32>]) -> Result<()> {
        positions.iter_mut().for_each(Vec::clear);
        let index = self.reader.inverted_index(self.layout.text);
        let index = index.map_err(engine_error)?;
        let mut more = Vec::new();
        for term in terms {
            let list = index.read_postings(term, IndexRecordOption::WithFreqsAndPositions);
            let Some(mut list) = list.map_err(|error| engine_error(error.into()))? else {
                continue;
            };
            for ((doc, _), positions) in self.places.iter().zip(positions.iter_mut()) {
                let at = match list.doc() < *doc {
                    true => list.seek(*doc),
                    false => list.doc(),
                };
                if at != *doc {
                    continue;
                }
                if positions.is_empty() {
                    list.positions(positions);
                    self.begins.spread(*doc, positions);
                } else {
                    list.positions(&mut more);
                    self.begins.spread(*doc, &mut more);
                    positions.append(&mut more);
                    positions.sort_unstable();
                }
            }
        }
        Ok(())
    }
}

/// How many words of the text stand before a position; none in a title.
fn words_before(position: u32) -> f32 {
    let begins = [TextZone::Body, TextZone::Standfirst].map(|zone| zone.positions().start);
    let begin = begins.into_iter().find(|begin| position >= *begin);
    begin.map_or(0.0, |begin| (position - begin) as f32)
}

/// How often two words stand near each other: once for each place of the first, less the farther the second is, and in
/// the order of the question more than in the other.
fn nearness(first: &[u32], second: &[u32]) -> f32 {
    let mut often = 0.0;
    for at in first {
        let after = second.partition_point(|other| other <= at);
        let behind = second.get(after).map(|other| other - at);
        let ahead = after.checked_sub(1).and_then(|before| second.get(before));
        let ahead = ahead.map(|other| at - other + 1).filter(|apart| *apart > 1);
        let apart = [behind, ahead].into_iter().flatten().min();
        if let Some(apart) = apart.filter(|apart| *apart <= REACH) {
            often += 1.0 / apart as f32;
        }
    }
    often
}

#[cfg(test)]
mod tests {
    use super::*;

    // Neighbours in order count most, neighbours in the other order less, what is far away nothing.
    #[test]
    fn near_words() {
        assert_eq!(nearness(&[5], &[6]), 1.0);
        assert_eq!(nearness(&[5], &[4]), 0.5);
        assert_eq!(nearness(&[5], &[9, 2]), 0.25);
        assert_eq!(nearness(&[5, 20], &[7, 22]), 1.0);
        assert_eq!(nearness(&[5], &[14]), 0.0);
        assert_eq!(nearness(&[5], &[5]), 0.0);
        assert_eq!(nearness(&[], &[5]), 0.0);
    }

    #[test]
    fn the_beginning_of_each_zone() {
        assert_eq!(words_before(7), 0.0);
        assert_eq!(words_before(256 + 7), 7.0);
        assert_eq!(words_before(1024 + 7), 7.0);
    }
}
