//! Keeping stories and copies right as articles come and go: which are compared, and which links come and go.
//!
//! What links two articles follows from the two (`crate::story`), and from whether they share what is not everybody's
//! (`candidates`), so the groups do not depend on the order in which they came. New articles are compared with those of
//! the same batch and of the index, others again when what they share becomes common or rare (`again`); only groups that a
//! new or removed link touches are made again (`grouping`).

mod again;
mod kept;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use tantivy::Searcher;

use super::candidates::{Candidates, Key, Place};
use super::fetch;
use super::grouping::group;
use super::layout::order_of;
use super::links::{ByHash, COPY};
use super::tables::Store;
use super::writer::Writer;
use crate::story::{Judged, Telling, judge};
use crate::{Article, Result};
use kept::Kept;

/// What more articles have is form and makes no candidates.
const TOO_COMMON: usize = 300;

/// What waits to be linked, and what was compared of late.
pub(crate) struct Linker {
    too_common: usize,
    new: BTreeMap<String, Arc<Telling>>,
    /// Articles that were put or deleted since the last commit, by the hash of their ids.
    changed: Arc<HashSet<u64>>,
    /// What those of them had that were in the index, by its number.
    gone: ByHash<u64, Key>,
    /// Articles whose groups must be made again, by number.
    touched: BTreeSet<u32>,
    /// Whether articles that had links went, which may leave no other to be touched.
    has_unlinked: bool,
    kept: Kept,
}

impl Linker {
    /// For an archive.
    pub(crate) fn of(store: &Store) -> Linker {
        Linker {
            too_common: TOO_COMMON,
            new: BTreeMap::new(),
            changed: Arc::default(),
            gone: ByHash::default(),
            touched: BTreeSet::new(),
            has_unlinked: false,
            kept: Kept::of(store),
        }
    }

    /// Notes that an article comes or goes; says whether that is new.
    fn note_change(&mut self, order: u64) -> bool {
        Arc::make_mut(&mut self.changed).insert(order)
    }

    /// Forgets what changed, once it is committed.
    pub(crate) fn committed(&mut self) {
        self.changed = Arc::default();
    }
}

/// The place of an article among the tellings of a story.
fn place_in_time(telling: &Telling) -> (bool, i64) {
    let (undated, second, _) = telling.order();
    (undated, second)
}

/// How alike two articles are that share enough to be compared.
fn likeness(
    candidates: &mut Candidates<'_>,
    one: &Telling,
    other: &Telling,
    said_by_all: &[u32],
) -> Result<u16> {
    let are_forms = || candidates.share_only_forms(one, other);
    Ok(match judge(one, other, said_by_all, are_forms)? {
        Judged::Copies(_) => COPY,
        Judged::Alike(likeness) => likeness,
    })
}

impl Writer<'_> {
    /// Notes an article that is to be compared with the others before the next commit.
    pub(crate) fn tell(&mut self, article: &Article, telling: Telling) {
        self.linker.note_change(order_of(&article.id));
        let telling = Arc::new(telling.with_id(&article.id));
        self.linker.new.insert(article.id.clone(), telling);
    }

    /// Takes an article out of the links.
    pub(crate) fn unlink(&mut self, id: &str) -> Result<()> {
        let order = order_of(id);
        if self.linker.note_change(order) {
            self.note_gone(id)?;
        }
        self.linker.new.remove(id);
        self.linker.kept.remove(order);
        let links = self.links()?;
        let Some(number) = links.number(order) else {
            return Ok(());
        };
        let neighbours = links.remove(number);
        self.linker.touched.extend(neighbours);
        self.linker.touched.remove(&number);
        self.linker.has_unlinked = true;
        Ok(())
    }

    /// Links the new articles and makes the groups anew that changed; says whether any did.
    pub(crate) fn link(&mut self) -> Result<bool> {
        let new = std::mem::take(&mut self.linker.new);
        let gone = std::mem::take(&mut self.linker.gone);
        let has_unlinked = std::mem::take(&mut self.linker.has_unlinked);
        if new.is_empty() && gone.is_empty() && self.linker.touched.is_empty() {
            return Ok(has_unlinked);
        }
        self.links()?;
        let tellings: Vec<Arc<Telling>> = new.into_values().collect();
        let (before, changed) = (self.before.clone(), self.linker.changed.clone());
        let too_common = self.linker.too_common;
        let mut candidates = Candidates::of(&before, self.layout, &changed, &tellings, too_common)?;
        for (index, telling) in tellings.iter().enumerate() {
            let mut others = candidates.in_batch(index)?;
            for place in candidates.in_index(telling)? {
                others.push(self.telling_at(&before, place)?);
            }
            self.link_to(&mut candidates, telling, &others)?;
        }
        self.judge_again(&mut candidates, &before)?;
        self.find_again(&mut candidates, &before, &gone)?;
        drop(candidates);
        for telling in tellings {
            self.linker.kept.put(order_of(telling.id()), telling);
        }
        let touched = std::mem::take(&mut self.linker.touched);
        let changed = has_unlinked || !touched.is_empty();
        group(self.links()?, &touched);
        Ok(changed)
    }

    /// Links an article to those of the others that it is like.
    fn link_to(
        &mut self,
        candidates: &mut Candidates<'_>,
        one: &Telling,
        others: &[Arc<Telling>],
    ) -> Result<()> {
        let said_by_all = candidates.said_by_all(one)?;
        for other in others {
            let likeness = likeness(candidates, one, other, &said_by_all)?;
            if likeness > 0 {
                let links = self.links()?;
                let [a, b] = [one, other.as_ref()]
                    .map(|telling| links.number_for(telling.id(), place_in_time(telling)));
                if links.join(a, b, likeness) {
                    self.linker.touched.extend([a, b]);
                }
            }
        }
        Ok(())
    }

    /// What is needed of an article of the index, made anew unless it was of late.
    fn telling_at(&mut self, before: &Searcher, place: Place) -> Result<Arc<Telling>> {
        if let Some(known) = self.linker.kept.get(place.order) {
            return Ok(known);
        }
        let article = fetch::article(before, self.layout, place.address)?;
        let telling = Arc::new(Telling::of(&article));
        self.linker.kept.put(place.order, telling.clone());
        Ok(telling)
    }
}
