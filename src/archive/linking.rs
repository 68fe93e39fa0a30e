//! Keeping stories and copies right as articles come and go: links between articles, and the groups they make.
//!
//! What links two articles follows from the two alone (`crate::story`), so the groups do not depend on the order in
//! which they came. New articles are compared with those of the same batch and with those of the index that share rows
//! of words or heavy terms; only groups that a new or removed link touches are made again.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::groups::{self, Groups, Member};
use super::layout::order_of;
use super::links::{ByHash, COPY, Links, NONE};
use super::writer::Writer;
use super::{engine_error, fetch};
use crate::story::{Link, SHARED_TERMS, Telling, copy, same_event, stories};
use crate::{Article, Result};

/// A row of words or a heavy term that stands in more articles is form, not news: it makes no candidates. In an archive
/// with such terms the last article that crosses the line is the first to be judged by it.
const TOO_COMMON: u32 = 300;

/// Tellings kept for comparing, about a kilobyte each; those of other articles are made from the stored article.
const KEPT: usize = 60_000;

/// The likeness of copies: more than two tellings ever have.
const COPIES: u16 = 10_000;

/// What waits to be linked, and what was compared of late.
#[derive(Default)]
pub(crate) struct Linker {
    new: BTreeMap<String, Arc<Telling>>,
    /// Articles that were put or deleted since the last commit, by the hash of their ids.
    changed: HashSet<u64>,
    /// Articles whose groups must be made again, by number.
    touched: BTreeSet<u32>,
    /// By the hash of the id.
    kept: ByHash<u64, Arc<Telling>>,
    order: VecDeque<u64>,
    shared: Counter,
}

impl Linker {
    fn keep(&mut self, order: u64, telling: Arc<Telling>) {
        if self.kept.insert(order, telling).is_none() {
            self.order.push_back(order);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
    }

    /// Forgets what changed, once it is committed.
    pub(crate) fn committed(&mut self) {
        self.changed.clear();
    }
}

/// The place of an article among the tellings of a story.
fn place_in_time(telling: &Telling) -> (bool, i64) {
    let (undated, second, _) = telling.order();
    (undated, second)
}

impl Writer<'_> {
    /// Notes an article that is to be compared with the others before the next commit.
    pub(crate) fn tell(&mut self, article: &Article, telling: Telling) {
        self.linker.changed.insert(order_of(&article.id));
        self.linker
            .new
            .insert(article.id.clone(), Arc::new(telling.with_id(&article.id)));
    }

    /// Takes an article out of the links.
    pub(crate) fn unlink(&mut self, id: &str) -> Result<()> {
        let order = order_of(id);
        self.linker.changed.insert(order);
        self.linker.new.remove(id);
        self.linker.kept.remove(&order);
        let links = self.links()?;
        let Some(number) = links.number(order) else {
            return Ok(());
        };
        let neighbours = links.remove(number);
        self.linker.touched.extend(neighbours);
        self.linker.touched.remove(&number);
        Ok(())
    }

    /// Links the new articles and makes the groups anew that changed; says whether any did.
    pub(crate) fn link(&mut self) -> Result<bool> {
        let new = std::mem::take(&mut self.linker.new);
        if new.is_empty() && self.linker.touched.is_empty() {
            return Ok(false);
        }
        self.links()?;
        let tellings: Vec<Arc<Telling>> = new.into_values().collect();
        let batch = Batch::of(&tellings);
        let counts: RefCell<ByHash<u32, u32>> = RefCell::default();
        let mut shared = std::mem::take(&mut self.linker.shared);
        for (index, telling) in tellings.iter().enumerate() {
            let mut others = batch.candidates(index, &mut shared);
            self.stored_candidates(telling, &mut shared, &mut others)?;
            for other in others {
                // Counting rows is dear; most candidates share none.
                let is_copy = telling.may_be_copy(&other) && {
                    let count = |row: u32| {
                        let known = counts.borrow().get(&row).copied();
                        known.unwrap_or_else(|| {
                            let count =
                                self.articles_with(self.layout.row, row) + batch.articles_with(row);
                            counts.borrow_mut().insert(row, count);
                            count
                        })
                    };
                    copy(telling, &other, count).is_some()
                };
                let likeness = if is_copy {
                    COPY
                } else {
                    same_event(telling, &other)
                };
                if likeness > 0 {
                    self.add_link(telling, &other, likeness)?;
                }
            }
        }
        drop(batch);
        self.linker.shared = shared;
        for telling in tellings {
            self.linker.keep(order_of(telling.id()), telling);
        }
        let touched = std::mem::take(&mut self.linker.touched);
        let changed = !touched.is_empty();
        let links = self.links()?;
        for group in components(links, touched) {
            make_groups(links, &group);
        }
        Ok(changed)
    }

    fn add_link(&mut self, one: &Telling, other: &Telling, likeness: u16) -> Result<()> {
        let links = self.links()?;
        let [a, b] =
            [one, other].map(|telling| links.number_for(telling.id(), place_in_time(telling)));
        links.join(a, b, likeness);
        self.linker.touched.extend([a, b]);
        Ok(())
    }

    /// The file that readers get.
    pub(crate) fn groups_file(&mut self) -> Result<Vec<u8>> {
        let links = self.links()?;
        let name = |number: u32| links.node(number).map(|node| &*node.id);
        let members: Vec<Member<'_>> = links
            .nodes()
            .filter_map(|node| {
                Some(Member {
                    id: &node.id,
                    story: name(node.story)?,
                    copy_of: name(node.copy_of),
                })
            })
            .collect();
        Ok(groups::write(&members))
    }

    /// Adds the articles of the index that may be copies of one or tell its story.
    fn stored_candidates(
        &mut self,
        telling: &Telling,
        shared: &mut Counter,
        found: &mut Vec<Arc<Telling>>,
    ) -> Result<()> {
        let before = self.before.clone();
        for (ordinal, reader) in (0u32..).zip(before.segment_readers()) {
            shared.clear(reader.max_doc() as usize);
            count_shared(reader, self.layout.row, self.layout.term, telling, shared)?;
            let candidates: Vec<(DocId, u32)> = shared
                .enough()
                .filter(|(doc, _)| !reader.is_deleted(*doc))
                .collect();
            if candidates.is_empty() {
                continue;
            }
            let columns = Columns::open(reader)?;
            for (doc, rows) in candidates {
                let order = columns.order.first(doc).unwrap_or(0);
                // Replaced or removed since, or compared within the batch.
                if self.linker.changed.contains(&order) {
                    continue;
                }
                let days = columns.first.first(doc).zip(columns.last.first(doc));
                if !telling.may_be_linked(days, rows) {
                    continue;
                }
                let other = match self.linker.kept.get(&order) {
                    Some(telling) => telling.clone(),
                    None => {
                        let address = DocAddress::new(ordinal, doc);
                        let article = fetch::article(&before, self.layout, address)?;
                        Arc::new(Telling::of(&article))
                    }
                };
                self.linker.keep(order, other.clone());
                found.push(other);
            }
        }
        Ok(())
    }

    fn articles_with(&self, field: Field, row: u32) -> u32 {
        let term = Term::from_field_bytes(field, &row.to_be_bytes());
        let count = self.before.doc_freq(&term).unwrap_or(0);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Reads the links of an archive with the stories that they made.
pub(super) fn open_links(
    store: &super::tables::Store,
    parts: &[super::tables::Part],
    groups: Option<&super::tables::Part>,
) -> Result<Links> {
    let mut links = Links::open(store, parts)?;
    let Some(groups) = groups else {
        return Ok(links);
    };
    let groups = Groups::read(store.read_part(groups)?)?;
    let orders: Vec<u64> = links.nodes().map(|node| order_of(&node.id)).collect();
    for order in orders {
        let (Some(place), Some(number)) = (groups.place(order), links.number(order)) else {
            continue;
        };
        let of = |number: u32| {
            groups
                .name(number)
                .and_then(|id| links.number(order_of(id)))
        };
        let (story, copy_of) = (of(place.story), place.copy_of.and_then(of));
        if let Some(node) = links.node_mut(number) {
            (node.story, node.copy_of) = (story.unwrap_or(NONE), copy_of.unwrap_or(NONE));
        }
    }
    Ok(links)
}

/// Everything that hangs together with the touched articles, by whatever link; sorted by id.
fn components(links: &Links, touched: BTreeSet<u32>) -> Vec<Vec<u32>> {
    let mut seen: HashSet<u32> = HashSet::new();
    let mut components = Vec::new();
    for start in touched {
        if !seen.insert(start) {
            continue;
        }
        let mut members = Vec::new();
        let mut waiting = vec![start];
        while let Some(number) = waiting.pop() {
            if let Some(node) = links.node(number) {
                let next = node.near.iter().map(|(other, _)| *other);
                waiting.extend(next.filter(|other| seen.insert(*other)));
                members.push(number);
            }
        }
        members.sort_unstable_by_key(|number| links.node(*number).map(|node| &node.id));
        components.push(members);
    }
    components
}

/// Makes the stories and copies of one component anew.
fn make_groups(links: &mut Links, members: &[u32]) {
    let places: ByHash<u32, u32> = members.iter().copied().zip(0..).collect();
    let mut joined = Vec::new();
    let mut copied = Vec::new();
    for (a, number) in (0u32..).zip(members) {
        for (other, likeness) in links.node(*number).map_or(&[][..], |node| &node.near) {
            let Some(b) = places.get(other).copied().filter(|b| *b > a) else {
                continue;
            };
            joined.push(Link {
                a,
                b,
                likeness: (*likeness).min(COPIES),
            });
            if *likeness == COPY {
                copied.push((a, b));
            }
        }
    }
    let earliest = |group: &[u32]| -> u32 {
        let numbers = group
            .iter()
            .filter_map(|place| members.get(*place as usize));
        let first =
            numbers.min_by_key(|number| links.node(**number).map(|node| (node.at, &node.id)));
        first.copied().unwrap_or(NONE)
    };
    let mut placed: Vec<(u32, u32)> = vec![(NONE, NONE); members.len()];
    for group in stories(&joined).iter().filter(|group| group.len() > 1) {
        let story = earliest(group);
        for member in group {
            if let Some(place) = placed.get_mut(*member as usize) {
                place.0 = story;
            }
        }
    }
    for group in connected(members.len(), &copied) {
        let original = earliest(&group);
        for member in group {
            let is_original = members.get(member as usize) == Some(&original);
            if let Some(place) = placed.get_mut(member as usize).filter(|_| !is_original) {
                place.1 = original;
            }
        }
    }
    for (number, place) in members.iter().zip(placed) {
        let is_alone = links.node(*number).is_none_or(|node| node.near.is_empty());
        if is_alone {
            links.remove(*number);
        } else if let Some(node) = links.node_mut(*number) {
            (node.story, node.copy_of) = place;
        }
    }
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

/// A row counts as much as this many terms; more terms than that are in no signature.
const ROWS: u32 = 1 << 16;

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

/// Counts the rows of words and heavy terms that the articles of a segment share with one.
fn count_shared(
    reader: &SegmentReader,
    row: Field,
    term: Field,
    telling: &Telling,
    shared: &mut Counter,
) -> Result<()> {
    let mut count = |field: Field, values: &[u32], worth: u32| -> Result<()> {
        let index = reader.inverted_index(field).map_err(engine_error)?;
        for value in values {
            let term = Term::from_field_bytes(field, &value.to_be_bytes());
            let postings = index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|error| engine_error(error.into()))? else {
                continue;
            };
            if postings.doc_freq() > TOO_COMMON {
                continue;
            }
            let mut doc = postings.doc();
            while doc != TERMINATED {
                shared.add(doc, worth);
                doc = postings.advance();
            }
        }
        Ok(())
    };
    count(row, telling.rows(), ROWS)?;
    count(term, telling.signature(), 1)
}

/// The new articles by what they share.
struct Batch<'a> {
    tellings: &'a [Arc<Telling>],
    rows: ByHash<u32, Vec<u32>>,
    terms: ByHash<u32, Vec<u32>>,
}

impl Batch<'_> {
    fn of(tellings: &[Arc<Telling>]) -> Batch<'_> {
        let mut batch = Batch {
            tellings,
            rows: ByHash::default(),
            terms: ByHash::default(),
        };
        for (index, telling) in (0u32..).zip(tellings) {
            for row in telling.rows() {
                batch.rows.entry(*row).or_default().push(index);
            }
            for term in telling.signature() {
                batch.terms.entry(*term).or_default().push(index);
            }
        }
        batch
    }

    /// Articles after the one of that number that may be copies of it or tell its story.
    fn candidates(&self, index: usize, shared: &mut Counter) -> Vec<Arc<Telling>> {
        shared.clear(self.tellings.len());
        let Some(telling) = self.tellings.get(index) else {
            return Vec::new();
        };
        let rows = telling.rows().iter().map(|row| (self.rows.get(row), ROWS));
        let terms = telling
            .signature()
            .iter()
            .map(|term| (self.terms.get(term), 1));
        for (others, worth) in rows.chain(terms) {
            let others = others.map_or(&[][..], Vec::as_slice);
            if others.len() > TOO_COMMON as usize {
                continue;
            }
            let after = others.partition_point(|other| *other as usize <= index);
            for other in others.get(after..).unwrap_or_default() {
                shared.add(*other, worth);
            }
        }
        let others = shared
            .enough()
            .filter_map(|(other, _)| self.tellings.get(other as usize));
        others.cloned().collect()
    }

    fn articles_with(&self, row: u32) -> u32 {
        let count = self.rows.get(&row).map_or(0, Vec::len);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// What pairs connect, of so many members; single ones are left out.
fn connected(count: usize, pairs: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut leader: Vec<u32> = (0..).take(count).collect();
    for (a, b) in pairs {
        let (a, b) = (leader_of(&mut leader, *a), leader_of(&mut leader, *b));
        if let Some(slot) = leader.get_mut(a.max(b) as usize) {
            *slot = a.min(b);
        }
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (a, b) in pairs {
        for member in [a, b] {
            groups
                .entry(leader_of(&mut leader, *member))
                .or_default()
                .push(*member);
        }
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_unstable();
        group.dedup();
    }
    groups
}

/// The smallest member of a group; the way there is shortened.
fn leader_of(leader: &mut [u32], mut member: u32) -> u32 {
    while let Some(up) = leader
        .get(member as usize)
        .copied()
        .filter(|up| *up != member)
    {
        let above = leader.get(up as usize).copied().unwrap_or(up);
        if let Some(slot) = leader.get_mut(member as usize) {
            *slot = above;
        }
        member = above;
    }
    member
}
