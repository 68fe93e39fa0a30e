//! Keeping stories and copies right as articles come and go: links between articles, and the groups they make.
//!
//! What links two articles follows from the two alone (`crate::story`), so the groups do not depend on the order in
//! which they came. New articles are compared with those of the same batch and with those of the index that share rows
//! of words or heavy terms; only groups that a new or removed link touches are made again.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, Term};

use super::groups::{self, Member};
use super::writer::Writer;
use super::{engine_error, fetch};
use crate::story::{Link, SHARED_TERMS, Telling, copy, same_event, stories};
use crate::{Article, Result};

/// A row of words or a heavy term that stands in more articles is form, not news: it makes no candidates. In an archive
/// with such terms the last article that crosses the line is the first to be judged by it.
const TOO_COMMON: u32 = 300;

/// Tellings kept for comparing; those of other articles are made from the stored article.
const KEPT: usize = 40_000;

/// The likeness of copies: more than two tellings ever have.
const COPIES: u16 = 10_000;

/// The links of one article, and the story they put it in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LinkRow {
    /// Its place among the tellings of a story: undated ones last.
    at: (bool, i64),
    /// Tellings of the same event, with their likeness.
    #[serde(default)]
    links: BTreeMap<String, u16>,
    /// Articles with the same text.
    #[serde(default)]
    copies: BTreeSet<String>,
    /// The story, when others tell it too.
    #[serde(default)]
    story: Option<String>,
    /// The article it is a copy of.
    #[serde(default)]
    copy_of: Option<String>,
}

/// What waits to be linked, and what was compared of late.
#[derive(Default)]
pub(crate) struct Linker {
    new: BTreeMap<String, ((bool, i64), Arc<Telling>)>,
    /// Articles whose groups must be made again.
    touched: BTreeSet<String>,
    kept: HashMap<String, Arc<Telling>>,
    order: VecDeque<String>,
}

/// An article that another one is compared with: its id, its place in time and what it tells.
type Candidate = (String, (bool, i64), Arc<Telling>);

impl Linker {
    fn keep(&mut self, id: &str, telling: Arc<Telling>) {
        if self.kept.insert(id.to_owned(), telling).is_none() {
            self.order.push_back(id.to_owned());
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
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
        self.linker.new.insert(
            article.id.clone(),
            (place_in_time(&telling), Arc::new(telling)),
        );
    }

    /// Takes an article out of the links.
    pub(crate) fn unlink(&mut self, id: &str) -> Result<()> {
        self.linker.new.remove(id);
        self.linker.kept.remove(id);
        let Some(row) = self.links()?.get(id).cloned() else {
            return Ok(());
        };
        let links = self.links()?;
        let mut neighbours = Vec::new();
        for other in row.links.keys().chain(&row.copies) {
            if let Some(mut theirs) = links.get(other).cloned() {
                theirs.links.remove(id);
                theirs.copies.remove(id);
                links.set(other, theirs);
                neighbours.push(other.clone());
            }
        }
        links.remove(id);
        self.linker.touched.extend(neighbours);
        self.linker.touched.remove(id);
        Ok(())
    }

    /// Links the new articles and makes the groups anew that changed; says whether any did.
    pub(crate) fn link(&mut self) -> Result<bool> {
        let new = std::mem::take(&mut self.linker.new);
        if new.is_empty() && self.linker.touched.is_empty() {
            return Ok(false);
        }
        let batch = Batch::of(&new);
        let counts: RefCell<HashMap<u32, u32>> = RefCell::default();
        for (index, id) in batch.ids.iter().enumerate() {
            let Some((at, telling)) = new.get(*id) else {
                continue;
            };
            let mut others: Vec<Candidate> = Vec::new();
            for other in batch.candidates(index, telling) {
                if let Some((name, (at, telling))) =
                    batch.ids.get(other).and_then(|id| new.get_key_value(*id))
                {
                    others.push((name.clone(), *at, telling.clone()));
                }
            }
            others.extend(self.stored_candidates(telling, &new)?);
            for (other, other_at, other_telling) in others {
                // Counting rows is dear; most candidates share none.
                let is_copy = shares_a_row(telling, &other_telling) && {
                    let count = |row: u32| {
                        let known = counts.borrow().get(&row).copied();
                        known.unwrap_or_else(|| {
                            let count =
                                self.articles_with(self.layout.row, row) + batch.articles_with(row);
                            counts.borrow_mut().insert(row, count);
                            count
                        })
                    };
                    copy(telling, &other_telling, count).is_some()
                };
                let likeness = if is_copy {
                    COPIES
                } else {
                    same_event(telling, &other_telling)
                };
                if likeness > 0 {
                    self.add_link((id, *at), (&other, other_at), likeness, is_copy)?;
                }
            }
        }
        for (id, (_, telling)) in new {
            self.linker.keep(&id, telling);
        }
        let touched = std::mem::take(&mut self.linker.touched);
        let changed = !touched.is_empty();
        for group in self.components(touched)? {
            self.group(&group)?;
        }
        Ok(changed)
    }

    fn add_link(
        &mut self,
        one: (&str, (bool, i64)),
        other: (&str, (bool, i64)),
        likeness: u16,
        is_copy: bool,
    ) -> Result<()> {
        let links = self.links()?;
        for ((id, at), (to, _)) in [(one, other), (other, one)] {
            links.change(id, |row: &mut LinkRow| {
                row.at = at;
                if is_copy {
                    row.copies.insert(to.to_owned());
                } else {
                    row.links.insert(to.to_owned(), likeness);
                }
            });
        }
        self.linker
            .touched
            .extend([one.0.to_owned(), other.0.to_owned()]);
        Ok(())
    }

    /// Everything that hangs together with the touched articles, by whatever link; sorted by id.
    fn components(&mut self, touched: BTreeSet<String>) -> Result<Vec<Vec<String>>> {
        let links = self.links()?;
        let mut seen: HashSet<String> = HashSet::new();
        let mut components = Vec::new();
        for start in touched {
            if !seen.insert(start.clone()) {
                continue;
            }
            let mut members = Vec::new();
            let mut waiting = vec![start];
            while let Some(id) = waiting.pop() {
                if let Some(row) = links.get(&id) {
                    let next = row.links.keys().chain(&row.copies);
                    waiting.extend(next.filter(|other| seen.insert((*other).clone())).cloned());
                }
                members.push(id);
            }
            members.sort_unstable();
            components.push(members);
        }
        Ok(components)
    }

    /// Makes the stories and copies of one component anew.
    fn group(&mut self, members: &[String]) -> Result<()> {
        let links = self.links()?;
        let rows: Vec<LinkRow> = members
            .iter()
            .map(|id| links.get(id).cloned().unwrap_or_default())
            .collect();
        let number = |id: &String| {
            members
                .binary_search(id)
                .ok()
                .and_then(|at| u32::try_from(at).ok())
        };
        let mut joined = Vec::new();
        let mut copied = Vec::new();
        for (a, row) in (0u32..).zip(&rows) {
            let others = row
                .links
                .iter()
                .map(|(other, likeness)| (other, *likeness, false));
            for (other, likeness, is_copy) in
                others.chain(row.copies.iter().map(|other| (other, COPIES, true)))
            {
                if let Some(b) = number(other).filter(|b| *b > a) {
                    joined.push(Link { a, b, likeness });
                    if is_copy {
                        copied.push((a, b));
                    }
                }
            }
        }
        let earliest = |group: &[u32]| -> Option<String> {
            let place = |member: &&u32| {
                rows.get(**member as usize)
                    .map(|row| (row.at, members.get(**member as usize)))
            };
            group
                .iter()
                .min_by_key(place)
                .and_then(|first| members.get(*first as usize))
                .cloned()
        };
        let mut placed: Vec<(Option<String>, Option<String>)> = vec![(None, None); members.len()];
        for group in stories(&joined) {
            let story = earliest(&group).filter(|_| group.len() > 1);
            for member in group {
                if let Some(place) = placed.get_mut(member as usize) {
                    place.0.clone_from(&story);
                }
            }
        }
        for group in connected(members.len(), &copied) {
            let original = earliest(&group);
            for member in group {
                let is_original = members.get(member as usize) == original.as_ref();
                if let Some(place) = placed.get_mut(member as usize).filter(|_| !is_original) {
                    place.1.clone_from(&original);
                }
            }
        }
        for ((id, row), (story, copy_of)) in members.iter().zip(rows).zip(placed) {
            if row.links.is_empty() && row.copies.is_empty() {
                links.remove(id);
            } else if row.story != story || row.copy_of != copy_of {
                links.set(
                    id,
                    LinkRow {
                        story,
                        copy_of,
                        ..row
                    },
                );
            }
        }
        Ok(())
    }

    /// The file that readers get.
    pub(crate) fn groups_file(&mut self) -> Result<Vec<u8>> {
        let links = self.links()?;
        let members: Vec<Member<'_>> = links
            .rows()
            .filter_map(|(id, row)| {
                let story = row.story.as_deref()?;
                Some(Member {
                    id,
                    story,
                    copy_of: row.copy_of.as_deref(),
                })
            })
            .collect();
        Ok(groups::write(&members))
    }

    /// Articles of the index that may be copies of one or tell its story.
    fn stored_candidates(
        &mut self,
        telling: &Telling,
        new: &BTreeMap<String, ((bool, i64), Arc<Telling>)>,
    ) -> Result<Vec<Candidate>> {
        let before = self.before.clone();
        let mut found = Vec::new();
        for (ordinal, reader) in (0u32..).zip(before.segment_readers()) {
            for doc in candidates(reader, self.layout.row, self.layout.term, telling)? {
                let address = DocAddress::new(ordinal, doc);
                let id = id_of(reader, doc)?;
                // Replaced or removed since, or compared within the batch.
                if new.contains_key(&id) || self.is_changed(&id) {
                    continue;
                }
                let telling = match self.linker.kept.get(&id) {
                    Some(telling) => telling.clone(),
                    None => Arc::new(Telling::of(&fetch::article(&before, self.layout, address)?)),
                };
                let at = place_in_time(&telling);
                self.linker.keep(&id, telling.clone());
                found.push((id, at, telling));
            }
        }
        Ok(found)
    }

    fn articles_with(&self, field: Field, row: u32) -> u32 {
        let term = Term::from_field_bytes(field, &row.to_be_bytes());
        let count = self.before.doc_freq(&term).unwrap_or(0);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Whether two articles have any of the sampled rows of words in common; both lists are sorted.
fn shares_a_row(one: &Telling, other: &Telling) -> bool {
    let mut theirs = other.rows().iter().peekable();
    one.rows().iter().any(|row| {
        while theirs.next_if(|their| *their < row).is_some() {}
        theirs.peek() == Some(&row)
    })
}

fn id_of(reader: &SegmentReader, doc: DocId) -> Result<String> {
    let mut id = String::new();
    if let Some(column) = reader.fast_fields().str("id").map_err(engine_error)?
        && let Some(ordinal) = column.term_ords(doc).next()
    {
        column
            .ord_to_str(ordinal, &mut id)
            .map_err(|error| engine_error(error.into()))?;
    }
    Ok(id)
}

/// Articles of a segment that share a row of words, or enough heavy terms.
fn candidates(
    reader: &SegmentReader,
    row: Field,
    term: Field,
    telling: &Telling,
) -> Result<Vec<DocId>> {
    let mut shared: BTreeMap<DocId, usize> = BTreeMap::new();
    let mut count = |field: Field, values: &[u32], worth: usize| -> Result<()> {
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
                *shared.entry(doc).or_default() += worth;
                doc = postings.advance();
            }
        }
        Ok(())
    };
    count(row, telling.rows(), SHARED_TERMS)?;
    count(term, telling.signature(), 1)?;
    let enough = shared
        .into_iter()
        .filter(|(doc, shared)| *shared >= SHARED_TERMS && !reader.is_deleted(*doc));
    Ok(enough.map(|(doc, _)| doc).collect())
}

/// The new articles by what they share.
struct Batch<'a> {
    ids: Vec<&'a str>,
    rows: HashMap<u32, Vec<usize>>,
    terms: HashMap<u32, Vec<usize>>,
}

impl Batch<'_> {
    fn of(new: &BTreeMap<String, ((bool, i64), Arc<Telling>)>) -> Batch<'_> {
        let mut batch = Batch {
            ids: Vec::with_capacity(new.len()),
            rows: HashMap::new(),
            terms: HashMap::new(),
        };
        for (index, (id, (_, telling))) in new.iter().enumerate() {
            batch.ids.push(id);
            for row in telling.rows() {
                batch.rows.entry(*row).or_default().push(index);
            }
            for term in telling.signature().iter().copied() {
                batch.terms.entry(term).or_default().push(index);
            }
        }
        batch
    }

    /// Articles after the one of that number that may be copies of it or tell its story.
    fn candidates(&self, index: usize, telling: &Telling) -> Vec<usize> {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        let signature = telling.signature();
        let rows = telling
            .rows()
            .iter()
            .map(|row| (self.rows.get(row), SHARED_TERMS));
        let terms = signature.iter().map(|term| (self.terms.get(term), 1));
        for (others, worth) in rows.chain(terms) {
            let others = others.map_or(&[][..], Vec::as_slice);
            if others.len() > TOO_COMMON as usize {
                continue;
            }
            let after = others.partition_point(|other| *other <= index);
            for other in others.get(after..).unwrap_or_default() {
                *shared.entry(*other).or_default() += worth;
            }
        }
        let enough = shared
            .into_iter()
            .filter(|(_, shared)| *shared >= SHARED_TERMS);
        let mut found: Vec<usize> = enough.map(|(other, _)| other).collect();
        found.sort_unstable();
        found
    }

    fn articles_with(&self, row: u32) -> u32 {
        let count = self.rows.get(&row).map_or(0, Vec::len);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// What pairs connect, of so many members; single ones are left out.
fn connected(count: usize, pairs: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut leader: Vec<u32> = (0..).take(count).collect();
    // The smallest number of each group spreads until nothing changes; copies are few and close.
    let mut changed = true;
    while changed {
        changed = false;
        for (a, b) in pairs {
            let of = |member: &u32| leader.get(*member as usize).copied().unwrap_or(*member);
            let least = of(a).min(of(b));
            for member in [a, b] {
                if let Some(slot) = leader
                    .get_mut(*member as usize)
                    .filter(|slot| **slot != least)
                {
                    *slot = least;
                    changed = true;
                }
            }
        }
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (member, leader) in (0..).zip(leader) {
        groups.entry(leader).or_default().push(member);
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect()
}
