//! Which articles are worth comparing with one: those that share a row of words with it, or some heavy terms.
//!
//! A row or term that many articles have is form, not news (a market report, a notice), and makes no candidates: without
//! that, formulaic archives cost the square of their size. Whether it is so is asked of all articles at once, the index
//! and the batch, and when a batch makes it so, the links that hang on it are named to be judged anew. So the links of an
//! archive follow from its articles and not from their order or the commits they came in.

use std::collections::HashSet;
use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::engine_error;
use super::layout::Layout;
use super::links::ByHash;
use crate::Result;
use crate::story::{SHARED_TERMS, Telling};

/// A row counts as much as this many terms; more terms than that are in no signature.
const ROWS: u32 = 1 << 16;

/// Articles that have a row, to one that has it in its sample: as a rule of thumb.
pub(super) const SAMPLED: usize = 4;

/// What two articles may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A row of words.
    Row(u32),
    /// A heavy term.
    Term(u32),
}

impl Key {
    /// Everything by which an article is found.
    pub(super) fn all_of(telling: &Telling) -> impl Iterator<Item = Key> + '_ {
        let rows = telling.rows().iter().copied().map(Key::Row);
        rows.chain(telling.signature().iter().copied().map(Key::Term))
    }

    fn worth(self) -> u32 {
        match self {
            Key::Row(_) => ROWS,
            Key::Term(_) => 1,
        }
    }

    fn in_index(self, layout: &Layout) -> Term {
        let (field, hash) = match self {
            Key::Row(hash) => (layout.row, hash),
            Key::Term(hash) => (layout.term, hash),
        };
        Term::from_field_bytes(field, &hash.to_be_bytes())
    }

    /// A number of its own, in which high and low bits differ: the maps by it do not hash it again.
    pub(super) fn number(self) -> u64 {
        let (high, low) = match self {
            Key::Row(hash) => (hash, hash),
            Key::Term(hash) => (!hash, hash),
        };
        u64::from(high) << 32 | u64::from(low)
    }
}

/// An article of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) address: DocAddress,
    /// The hash of its id.
    pub(super) order: u64,
}

/// The articles that a new one may be linked to: those of the index, without what changed since, and those of its batch.
pub(super) struct Candidates<'a> {
    before: &'a Searcher,
    layout: &'a Layout,
    /// Put or deleted since the last commit, by the hash of their ids.
    changed: &'a HashSet<u64>,
    tellings: &'a [Arc<Telling>],
    segments: Vec<Columns>,
    /// The rows and terms of the batch, each with an article that has it; sorted.
    holders: Vec<(Key, u32)>,
    common: ByHash<u64, bool>,
    shared: Counter,
    /// What more articles have makes no candidates.
    too_common: usize,
}

impl<'a> Candidates<'a> {
    pub(super) fn of(
        before: &'a Searcher,
        layout: &'a Layout,
        changed: &'a HashSet<u64>,
        tellings: &'a [Arc<Telling>],
        too_common: usize,
    ) -> Result<Candidates<'a>> {
        let segments = before.segment_readers().iter().map(Columns::open);
        let mut holders = Vec::new();
        for (index, telling) in (0u32..).zip(tellings) {
            holders.extend(Key::all_of(telling).map(|key| (key, index)));
        }
        holders.sort_unstable();
        Ok(Candidates {
            before,
            layout,
            changed,
            tellings,
            segments: segments.collect::<Result<_>>()?,
            holders,
            common: ByHash::default(),
            shared: Counter::default(),
            too_common,
        })
    }

    /// Articles of the batch after the one of that number.
    pub(super) fn in_batch(&mut self, index: usize) -> Result<Vec<Arc<Telling>>> {
        let Some(telling) = self.tellings.get(index) else {
            return Ok(Vec::new());
        };
        self.shared.clear(self.tellings.len());
        for key in Key::all_of(telling) {
            if self.is_common(key)? {
                continue;
            }
            let after = self
                .holders
                .partition_point(|(other, at)| (*other, *at as usize) <= (key, index));
            let holders = self.holders.iter().skip(after);
            for (_, other) in holders.take_while(|(other, _)| *other == key) {
                self.shared.add(*other, key.worth());
            }
        }
        let others = self.shared.enough();
        let others = others.filter_map(|(other, rows)| {
            let other = self.tellings.get(other as usize)?;
            telling.may_be_linked(other.days(), rows).then_some(other)
        });
        Ok(others.cloned().collect())
    }

    /// Articles of the index.
    pub(super) fn in_index(&mut self, telling: &Telling) -> Result<Vec<Place>> {
        let mut keys = Vec::new();
        for key in Key::all_of(telling) {
            if !self.is_common(key)? {
                keys.push(key);
            }
        }
        let mut found = Vec::new();
        let readers = self.before.segment_readers();
        for ((ordinal, reader), columns) in (0u32..).zip(readers).zip(&self.segments) {
            self.shared.clear(reader.max_doc() as usize);
            for key in &keys {
                let shared = &mut self.shared;
                each_holder(reader, *key, self.layout, |doc| {
                    shared.add(doc, key.worth());
                    true
                })?;
            }
            for (doc, rows) in self.shared.enough() {
                if reader.is_deleted(doc) {
                    continue;
                }
                let order = columns.order.first(doc).unwrap_or(0);
                let days = columns.first.first(doc).zip(columns.last.first(doc));
                // What was replaced or removed since is not there, or is compared within the batch.
                if !self.changed.contains(&order) && telling.may_be_linked(days, rows) {
                    let address = DocAddress::new(ordinal, doc);
                    found.push(Place { address, order });
                }
            }
        }
        Ok(found)
    }

    /// Whether two articles still share enough that is not common; as [`Self::in_batch`] and [`Self::in_index`] say.
    pub(super) fn are_near(&mut self, one: &Telling, other: &Telling) -> Result<bool> {
        let theirs: Vec<Key> = Key::all_of(other).collect();
        let mut shared = 0;
        for key in Key::all_of(one).filter(|key| theirs.contains(key)) {
            if !self.is_common(key)? {
                shared += key.worth();
            }
        }
        Ok(shared >= SHARED_TERMS as u32 && one.may_be_linked(other.days(), shared / ROWS))
    }

    /// The terms of an article that say nothing, as too many have them.
    pub(super) fn said_by_all(&mut self, telling: &Telling) -> Result<Vec<u32>> {
        let mut said = Vec::new();
        for term in telling.signature() {
            if self.is_common(Key::Term(*term))? {
                said.push(*term);
            }
        }
        Ok(said)
    }

    /// Whether all rows that two articles share among those they are found by are nobody's text: a notice, a form. Not
    /// so where they share none.
    pub(super) fn share_only_forms(&mut self, one: &Telling, other: &Telling) -> Result<bool> {
        let mut all_common = false;
        for row in one.rows() {
            if other.rows().binary_search(row).is_ok() {
                if !self.is_common(Key::Row(*row))? {
                    return Ok(false);
                }
                all_common = true;
            }
        }
        Ok(all_common)
    }

    /// For each row and term that the batch made too common: the articles of the index that have it.
    pub(super) fn become_common(&mut self) -> Result<Vec<Vec<Place>>> {
        let mut keys: Vec<Key> = self.holders.iter().map(|(key, _)| *key).collect();
        keys.dedup();
        let mut found = Vec::new();
        for key in keys {
            if self.before.num_docs() == 0 || !self.is_common(key)? {
                continue;
            }
            let (mut holders, mut before) = (Vec::new(), 0);
            self.each_live_holder(key, |place, is_changed| {
                before += 1;
                if !is_changed {
                    holders.push(place);
                }
                before <= self.limit(key)
            })?;
            if before <= self.limit(key) {
                found.push(holders);
            }
        }
        Ok(found)
    }

    /// The articles of the index that have one of these rows and terms, which too many had, and now no more.
    pub(super) fn no_longer_common<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k Key>,
    ) -> Result<ByHash<u64, Place>> {
        let mut found = ByHash::default();
        for key in keys {
            if self.is_common(*key)? {
                continue;
            }
            let (mut holders, mut before) = (Vec::new(), 0);
            self.each_live_holder(*key, |place, is_changed| {
                before += 1;
                if !is_changed {
                    holders.push((place.order, place));
                }
                true
            })?;
            if before > self.limit(*key) {
                found.extend(holders);
            }
        }
        Ok(found)
    }

    /// Whether so many articles have a row or term that it says nothing.
    fn is_common(&mut self, key: Key) -> Result<bool> {
        if let Some(known) = self.common.get(&key.number()) {
            return Ok(*known);
        }
        let from = self.holders.partition_point(|(other, _)| *other < key);
        let to = self.holders.partition_point(|(other, _)| *other <= key);
        let in_batch = to - from;
        let most = self.before.doc_freq(&key.in_index(self.layout));
        let most = usize::try_from(most.map_err(engine_error)?).unwrap_or(usize::MAX);
        let mut count = in_batch;
        // What is deleted is still counted by the engine, so that is only the most that it can be.
        let limit = self.limit(key);
        if most.saturating_add(in_batch) > limit {
            self.each_live_holder(key, |_, is_changed| {
                count += usize::from(!is_changed);
                count <= limit
            })?;
        }
        self.common.insert(key.number(), count > limit);
        Ok(count > limit)
    }

    /// What more articles have is common. A row stands in the sample of some of the articles only that have it, and more
    /// copies of one text are rare.
    fn limit(&self, key: Key) -> usize {
        match key {
            Key::Row(_) => self.too_common.div_ceil(SAMPLED),
            Key::Term(_) => self.too_common,
        }
    }

    /// Calls for the articles of the index that have a row or term, with whether they changed since, until told to stop.
    fn each_live_holder(&self, key: Key, mut each: impl FnMut(Place, bool) -> bool) -> Result<()> {
        let readers = self.before.segment_readers();
        let mut goes_on = true;
        for ((ordinal, reader), columns) in (0u32..).zip(readers).zip(&self.segments) {
            if !goes_on {
                break;
            }
            each_holder(reader, key, self.layout, |doc| {
                if !reader.is_deleted(doc) {
                    let order = columns.order.first(doc).unwrap_or(0);
                    let address = DocAddress::new(ordinal, doc);
                    goes_on = each(Place { address, order }, self.changed.contains(&order));
                }
                goes_on
            })?;
        }
        Ok(())
    }
}

/// Calls for the articles of a segment that have a row or term, deleted ones too, until told to stop.
fn each_holder(
    reader: &SegmentReader,
    key: Key,
    layout: &Layout,
    mut each: impl FnMut(u32) -> bool,
) -> Result<()> {
    let term = key.in_index(layout);
    let index = reader.inverted_index(term.field()).map_err(engine_error)?;
    let postings = index.read_postings(&term, IndexRecordOption::Basic);
    let Some(mut postings) = postings.map_err(|error| engine_error(error.into()))? else {
        return Ok(());
    };
    let mut doc = postings.doc();
    while doc != TERMINATED && each(doc) {
        doc = postings.advance();
    }
    Ok(())
}

/// The columns of a segment by which candidates are judged before they are fetched.
struct Columns {
    order: Column<u64>,
    first: Column<i64>,
    last: Column<i64>,
}

impl Columns {
    fn open(reader: &SegmentReader) -> Result<Columns> {
        let fast = reader.fast_fields();
        Ok(Columns {
            order: fast.u64("order").map_err(engine_error)?,
            first: fast.i64("date_first").map_err(engine_error)?,
            last: fast.i64("date_last").map_err(engine_error)?,
        })
    }
}

/// How much articles share with one, by number: kept from one to the next, so that counting allocates nothing.
#[derive(Default)]
struct Counter {
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Counter {
    /// Begins anew, for so many articles.
    fn clear(&mut self, articles: usize) {
        for at in self.touched.drain(..) {
            if let Some(count) = self.counts.get_mut(at as usize) {
                *count = 0;
            }
        }
        if self.counts.len() < articles {
            self.counts.resize(articles, 0);
        }
    }

    fn add(&mut self, at: u32, worth: u32) {
        if let Some(count) = self.counts.get_mut(at as usize) {
            if *count == 0 {
                self.touched.push(at);
            }
            *count += worth;
        }
    }

    /// Those that share a row or enough terms, in order, with the number of rows.
    fn enough(&mut self) -> impl Iterator<Item = (u32, u32)> {
        self.touched.sort_unstable();
        let counts = &self.counts;
        let all = self
            .touched
            .iter()
            .map(|at| (*at, counts.get(*at as usize).copied().unwrap_or(0)));
        all.filter(|(_, count)| *count >= SHARED_TERMS as u32)
            .map(|(at, count)| (at, count / ROWS))
    }
}
