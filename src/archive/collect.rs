//! One pass over the matching articles: the best lines, the total and the facets.

#[cfg(test)]
mod tests;

use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentReader};

use super::counted::{BLOCK, Counted};
use super::counts::Counts;
use super::groups::Groups;
use super::placed::Placed;
use super::told::Told;
use super::values::Values;
use crate::Sort;

/// The place of an article in an answer; less is earlier. The second key is a hash of the id, so that equal scores
/// and dates have one order whatever order articles were added in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank {
    pub(crate) primary: u64,
    pub(crate) order: u64,
}

/// An article found, with its rank and score.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) rank: Rank,
    pub(crate) score: Score,
    pub(crate) address: DocAddress,
}

impl PartialEq for Found {
    fn eq(&self, other: &Found) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Found {}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Found) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Found {
    fn cmp(&self, other: &Found) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

/// Blends recency into scores: an article of age zero keeps its score, a very old or undated one half of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh {
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// Seconds after which half of the bonus is gone.
    pub(crate) half_life: f64,
}

impl Fresh {
    pub(crate) fn factor(self, when: Option<i64>) -> f32 {
        let Some(when) = when else { return 0.5 };
        let age = self.now.saturating_sub(when).max(0) as f64;
        (0.5 + 0.5 * (-age / self.half_life).exp2()) as f32
    }
}

/// A field whose values are counted.
#[derive(Clone, Debug)]
pub(crate) struct FacetField {
    pub(crate) name: String,
    /// Whether values may go by names that are not their own.
    pub(crate) is_named: bool,
    /// Which values are one, where that is known.
    pub(crate) known: Option<Arc<Values>>,
}

/// What is collected.
pub(crate) struct Gather {
    pub(crate) sort: Sort,
    /// How many lines to keep; none when only counts are wanted.
    pub(crate) keep: usize,
    /// Only lines after this one are kept; all are counted.
    pub(crate) after: Option<Rank>,
    pub(crate) fresh: Option<Fresh>,
    pub(crate) facets: Vec<FacetField>,
    /// The stories that articles belong to; without them each is taken for one of its own.
    pub(crate) groups: Option<Arc<Groups>>,
    /// The same by article, where it is at hand.
    pub(crate) placed: Option<Arc<Placed>>,
    /// Whether a story is one line, that of its best article.
    pub(crate) by_story: bool,
    pub(crate) so_far: Shared,
}

/// What the segments hand on: they are searched one after the other, and each goes on from what was found before. So a
/// bad line is passed over early, and room for stories is made once. Where threads search some at once, each of them has one.
pub(crate) type Shared = Arc<Mutex<Vec<SoFar>>>;

/// The best lines and the stories of some segments.
#[derive(Debug, Default)]
pub(crate) struct SoFar {
    best: BinaryHeap<Found>,
    stories: Told,
}

/// What waits for the next segment.
fn waiting(shared: &Shared) -> MutexGuard<'_, Vec<SoFar>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What was collected.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// In order.
    pub(crate) found: Vec<Found>,
    /// The stories that others tell too.
    pub(crate) stories: Told,
    pub(crate) total: u64,
    /// Matching articles whose story nobody else tells.
    pub(crate) alone: u64,
    pub(crate) facets: Vec<Counts>,
}

/// What was collected in one segment.
pub(crate) struct GatheredSegment {
    total: u64,
    alone: u64,
    facets: Vec<Counted>,
}

/// Orders scores so that the highest comes first. The last bits are dropped: the same words add up in another order
/// in another segment, and a difference that small is no difference in relevance.
pub(crate) fn rank_of_score(score: Score) -> u64 {
    let bits = score.max(0.0).to_bits() & !0xFF;
    u64::from(u32::MAX - bits)
}

/// Orders dates; undated articles come last either way.
fn rank_of_date(when: Option<i64>, newest_first: bool) -> u64 {
    let Some(when) = when else { return u64::MAX };
    let ascending = (when as u64) ^ (1 << 63);
    let rank = if newest_first { !ascending } else { ascending };
    rank.min(u64::MAX - 1)
}

/// The second that a newest-first rank was made of; `None` for that of an undated article.
pub(crate) fn date_of_rank(rank: u64) -> Option<i64> {
    (rank < u64::MAX - 1).then_some((!rank ^ (1 << 63)) as i64)
}

pub(crate) struct GatherSegment {
    sort: Sort,
    keep: usize,
    after: Option<Rank>,
    fresh: Option<Fresh>,
    segment: u32,
    /// Where an article's date bears on its place.
    when: Option<Column<i64>>,
    order: Column<u64>,
    groups: Option<Arc<Groups>>,
    placed: Option<Arc<Placed>>,
    by_story: bool,
    found: SoFar,
    shared: Shared,
    total: u64,
    alone: u64,
    facets: Vec<Counted>,
    /// Articles that are counted with the next.
    uncounted: Vec<DocId>,
    /// Articles that are not shown, whose stories are looked up with those of the next.
    unplaced: Vec<DocId>,
    /// Room for what is looked up.
    lookup: Lookup,
}

/// The stories of some articles, by the numbers of these plus one.
#[derive(Default)]
struct Lookup {
    orders: Vec<Option<u64>>,
    stories: Vec<u32>,
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = GatherSegment;

    fn for_segment(&self, segment: u32, reader: &SegmentReader) -> tantivy::Result<GatherSegment> {
        let fast = reader.fast_fields();
        let mut facets = Vec::with_capacity(self.facets.len());
        for field in &self.facets {
            facets.push(Counted::new(field, segment as usize, fast)?);
        }
        let by_date = self.keep > 0 && (self.sort != Sort::Best || self.fresh.is_some());
        let groups = self.groups.as_ref().filter(|_| self.keep > 0);
        let room = groups.map_or(0, |groups| groups.len());
        let found = waiting(&self.so_far).pop().unwrap_or_else(|| SoFar {
            stories: Told::with_room(room),
            ..SoFar::default()
        });
        Ok(GatherSegment {
            sort: self.sort,
            keep: self.keep,
            after: self.after,
            fresh: self.fresh,
            segment,
            when: by_date.then(|| fast.i64("when")).transpose()?,
            order: fast.u64("order")?,
            groups: self.groups.clone().filter(|groups| !groups.is_empty()),
            placed: self.placed.clone(),
            by_story: self.by_story,
            found,
            shared: Arc::clone(&self.so_far),
            total: 0,
            alone: 0,
            facets,
            uncounted: Vec::with_capacity(BLOCK),
            unplaced: Vec::with_capacity(BLOCK),
            lookup: Lookup::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.keep > 0 && self.sort == Sort::Best
    }

    fn merge_fruits(&self, segments: Vec<GatheredSegment>) -> tantivy::Result<Gathered> {
        let mut all = Gathered::default();
        all.facets.resize_with(self.facets.len(), Counts::default);
        for segment in segments {
            all.total += segment.total;
            all.alone += segment.alone;
            for (sum, counts) in all.facets.iter_mut().zip(segment.facets) {
                sum.segments.push(counts);
            }
        }
        for so_far in waiting(&self.so_far).drain(..) {
            all.found.extend(so_far.best);
            all.stories.join(so_far.stories);
        }
        let after = |found: &Found| self.after.is_none_or(|after| found.rank > after);
        if self.keep > 0 && self.by_story {
            all.found.extend(all.stories.bests().filter(after));
        }
        all.found.sort_unstable();
        all.found.truncate(self.keep);
        Ok(all)
    }
}

impl SegmentCollector for GatherSegment {
    type Fruit = GatheredSegment;

    fn collect_block(&mut self, docs: &[DocId]) {
        if self.keep == 0 {
            self.total += docs.len() as u64;
            return self.count(docs);
        }
        for doc in docs {
            self.collect(*doc, 0.0);
        }
    }

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if self.keep == 0 || !self.facets.is_empty() {
            self.uncounted.push(doc);
            if self.uncounted.len() == BLOCK {
                self.count_waiting();
            }
        }
        if self.keep == 0 {
            return;
        }
        let mut score = score;
        let primary = match self.sort {
            Sort::Best => {
                if let Some(fresh) = self.fresh {
                    score *= fresh.factor(self.date(doc));
                }
                rank_of_score(score)
            }
            Sort::Newest => rank_of_date(self.date(doc), true),
            Sort::Oldest => rank_of_date(self.date(doc), false),
        };
        let worst = self.found.best.peek();
        let worst = worst.filter(|_| self.found.best.len() >= self.keep);
        let full = worst.is_some();
        let beaten = worst.is_some_and(|worst| primary > worst.rank.primary);
        // Where dates rank, whoever asks may want the newest of each story.
        if beaten && (!self.by_story || self.sort == Sort::Best) {
            self.unplaced.push(doc);
            if self.unplaced.len() == BLOCK {
                self.place_waiting();
            }
            return;
        }
        let address = DocAddress::new(self.segment, doc);
        let story = self.story(doc);
        self.alone += u64::from(story.is_none());
        if let Some(story) = story {
            self.found.stories.add(story, address);
        }
        let shown = story.filter(|_| self.by_story);
        if beaten && shown.is_none() {
            return;
        }
        let best = &mut self.found.best;
        let order = self.order.first(doc).unwrap_or(0);
        let found = Found {
            rank: Rank { primary, order },
            score,
            address,
        };
        if let Some(story) = shown {
            return self.found.stories.show(story, found);
        }
        if self.after.is_some_and(|after| found.rank <= after) {
            return;
        }
        best.push(found);
        if full {
            best.pop();
        }
    }

    fn harvest(mut self) -> GatheredSegment {
        self.count_waiting();
        self.place_waiting();
        waiting(&self.shared).push(self.found);
        GatheredSegment {
            total: self.total,
            alone: self.alone,
            facets: self.facets,
        }
    }
}

impl GatherSegment {
    fn date(&self, doc: DocId) -> Option<i64> {
        self.when.as_ref()?.first(doc)
    }

    /// Counts the articles that wait for it.
    fn count_waiting(&mut self) {
        let mut docs = std::mem::take(&mut self.uncounted);
        self.count(&docs);
        docs.clear();
        self.uncounted = docs;
    }

    /// Counts the values of some articles, and their stories where nothing else is asked of them.
    fn count(&mut self, docs: &[DocId]) {
        for facet in &mut self.facets {
            facet.collect(docs);
        }
        if self.keep > 0 {
            return;
        }
        self.look_up(docs);
        for next in &self.lookup.stories {
            self.alone += u64::from(*next == 0);
            self.found.stories.count(*next);
        }
    }

    /// Finds the stories of the articles that wait for it.
    fn place_waiting(&mut self) {
        let mut docs = std::mem::take(&mut self.unplaced);
        self.look_up(&docs);
        for (doc, next) in docs.iter().zip(&self.lookup.stories) {
            match next.checked_sub(1) {
                Some(story) => {
                    let address = DocAddress::new(self.segment, *doc);
                    self.found.stories.add(story, address);
                }
                None => self.alone += 1,
            }
        }
        docs.clear();
        self.unplaced = docs;
    }

    /// Looks up the stories of some articles at once: one by one is mostly waiting for memory.
    fn look_up(&mut self, docs: &[DocId]) {
        let Lookup { orders, stories } = &mut self.lookup;
        stories.clear();
        if let Some(placed) = &self.placed {
            let placed = placed.stories(self.segment);
            let next = |doc: &DocId| placed.get(*doc as usize).copied().unwrap_or(0);
            stories.extend(docs.iter().map(next));
        } else if let Some(groups) = &self.groups {
            orders.clear();
            orders.resize(docs.len(), None);
            self.order.first_vals(docs, orders);
            groups.stories(orders, stories);
        } else {
            stories.resize(docs.len(), 0);
        }
    }

    /// The number of the story of an article that others tell too.
    fn story(&self, doc: DocId) -> Option<u32> {
        if let Some(placed) = &self.placed {
            let next = placed.stories(self.segment).get(doc as usize)?;
            return next.checked_sub(1);
        }
        let groups = self.groups.as_ref()?;
        let place = groups.place(self.order.first(doc).unwrap_or(0))?;
        Some(place.story)
    }
}
