//! Keeping stories and copies right as articles come and go: which are compared, and which links come and go.
//!
//! What links two articles follows from the two (`crate::story`), and from whether they share what is not everybody's
//! (`candidates`), so the groups do not depend on the order in which they came. New articles are compared with those of
//! the same batch and of the index; only groups that a new or removed link touches are made again (`grouping`).

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use tantivy::Searcher;

use super::candidates::{Candidates, Place};
use super::fetch;
use super::grouping::group;
use super::layout::order_of;
use super::links::{ByHash, COPY};
use super::writer::Writer;
use crate::story::{Telling, copy, same_event};
use crate::{Article, Result};

/// What more articles have is form and makes no candidates.
const TOO_COMMON: usize = 300;

/// Tellings kept for comparing, about a kilobyte each; those of other articles are made from the stored article.
const KEPT: usize = 60_000;

/// What waits to be linked, and what was compared of late.
pub(crate) struct Linker {
    too_common: usize,
    new: BTreeMap<String, Arc<Telling>>,
    /// Articles that were put or deleted since the last commit, by the hash of their ids.
    changed: Arc<HashSet<u64>>,
    /// Articles whose groups must be made again, by number.
    touched: BTreeSet<u32>,
    /// By the hash of the id.
    kept: ByHash<u64, Arc<Telling>>,
    order: VecDeque<u64>,
}

impl Default for Linker {
    fn default() -> Linker {
        Linker {
            too_common: TOO_COMMON,
            new: BTreeMap::new(),
            changed: Arc::default(),
            touched: BTreeSet::new(),
            kept: ByHash::default(),
            order: VecDeque::new(),
        }
    }
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

    fn note_change(&mut self, id: &str) -> u64 {
        let order = order_of(id);
        Arc::make_mut(&mut self.changed).insert(order);
        order
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
fn judge(
    candidates: &mut Candidates<'_>,
    one: &Telling,
    other: &Telling,
    said_by_all: &[u32],
) -> Result<u16> {
    let is_copy = one.may_be_copy(other)
        && copy(one, other).is_some()
        && !candidates.share_only_forms(one, other)?;
    Ok(if is_copy {
        COPY
    } else {
        same_event(one, other, said_by_all)
    })
}

impl Writer<'_> {
    /// Notes an article that is to be compared with the others before the next commit.
    pub(crate) fn tell(&mut self, article: &Article, telling: Telling) {
        self.linker.note_change(&article.id);
        let telling = Arc::new(telling.with_id(&article.id));
        self.linker.new.insert(article.id.clone(), telling);
    }

    /// Takes an article out of the links.
    pub(crate) fn unlink(&mut self, id: &str) -> Result<()> {
        let order = self.linker.note_change(id);
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
        let (before, changed) = (self.before.clone(), self.linker.changed.clone());
        let too_common = self.linker.too_common;
        let mut candidates = Candidates::of(&before, self.layout, &changed, &tellings, too_common)?;
        for (index, telling) in tellings.iter().enumerate() {
            let mut others = candidates.in_batch(index)?;
            for place in candidates.in_index(telling)? {
                others.push(self.telling_at(&before, place)?);
            }
            let said_by_all = candidates.said_by_all(telling)?;
            for other in others {
                let likeness = judge(&mut candidates, telling, &other, &said_by_all)?;
                if likeness > 0 {
                    self.add_link(telling, &other, likeness)?;
                }
            }
        }
        self.judge_again(&mut candidates, &before)?;
        drop(candidates);
        for telling in tellings {
            self.linker.keep(order_of(telling.id()), telling);
        }
        let touched = std::mem::take(&mut self.linker.touched);
        let changed = !touched.is_empty();
        group(self.links()?, touched);
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

    /// Judges the links anew that hang on what the batch made too common, as if its articles had come first.
    fn judge_again(&mut self, candidates: &mut Candidates<'_>, before: &Searcher) -> Result<()> {
        let mut pairs: BTreeMap<(u32, u32), (Place, Place)> = BTreeMap::new();
        let links = self.links()?;
        for places in candidates.become_common()? {
            let numbered = places.into_iter();
            let numbered = numbered.filter_map(|place| Some((links.number(place.order)?, place)));
            let holders: ByHash<u32, Place> = numbered.collect();
            for (a, place) in &holders {
                let near = links.node(*a).map_or(&[][..], |node| &node.near);
                for (b, _) in near.iter().filter(|(b, _)| b > a) {
                    if let Some(other) = holders.get(b) {
                        pairs.insert((*a, *b), (*place, *other));
                    }
                }
            }
        }
        for ((a, b), (one, other)) in pairs {
            let one = self.telling_at(before, one)?;
            let other = self.telling_at(before, other)?;
            let likeness = match candidates.are_near(&one, &other)? {
                true => {
                    let said_by_all = candidates.said_by_all(&one)?;
                    judge(candidates, &one, &other, &said_by_all)?
                }
                false => 0,
            };
            if self.links()?.change(a, b, likeness) {
                self.linker.touched.extend([a, b]);
            }
        }
        Ok(())
    }

    /// What is needed of an article of the index, made anew unless it was of late.
    fn telling_at(&mut self, before: &Searcher, place: Place) -> Result<Arc<Telling>> {
        let telling = match self.linker.kept.get(&place.order) {
            Some(telling) => telling.clone(),
            None => {
                let article = fetch::article(before, self.layout, place.address)?;
                Arc::new(Telling::of(&article))
            }
        };
        self.linker.keep(place.order, telling.clone());
        Ok(telling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::stored::Stored;
    use crate::{Archive, Schema};

    /// Reports that share words and places, and no row of words but with the copy that each has.
    fn reports() -> Vec<Article> {
        let papers = [
            "aldrup", "brenzik", "corwald", "delmonst", "eskrivo", "fantwick",
        ];
        let article = |number: usize| {
            let own = papers[number / 2];
            Article {
                id: format!("n{number:02}"),
                body: format!(
                    "Trawler {own}an collided {own}ish Marikit ferry {own}er Tablas divers {own}os Romblon \
                     harbour {own}um."
                ),
                place: ["Tablas", "Romblon"].map(str::to_owned).to_vec(),
                ..Article::default()
            }
        };
        (0..12).map(article).collect()
    }

    type Joined = BTreeSet<(String, String, u16)>;

    /// The links of articles that come in such batches, where six that have it make a term common.
    fn links_of(articles: &[Article], batch: usize) -> Joined {
        let archive = Archive::in_memory(Schema::default()).unwrap();
        for batch in articles.chunks(batch) {
            let mut writer = archive.writer().unwrap();
            writer.linker.too_common = 5;
            for article in batch {
                writer
                    .put(
                        article,
                        Stored::of(article),
                        "reports",
                        Some(Telling::of(article)),
                    )
                    .unwrap();
            }
            writer.commit().unwrap();
        }
        let mut writer = archive.writer().unwrap();
        let links = writer.links().unwrap();
        let name = |number: u32| links.node(number).unwrap().id.to_string();
        let of = |node: &crate::archive::links::Node| -> Vec<(String, String, u16)> {
            let near = node.near.iter();
            near.map(|(other, likeness)| (node.id.to_string(), name(*other), *likeness))
                .collect()
        };
        links.nodes().flat_map(of).collect()
    }

    // The first reports look alike until there are many of them. The links must be those of all at once, whatever came
    // in which commit, and what hung on the common words must be gone.
    #[test]
    fn no_order_and_no_commit_changes_the_links() {
        let mut articles = reports();
        let few = links_of(&articles[..5], 5);
        assert!(few.len() > 4, "{few:?}");
        let expected = links_of(&articles, articles.len());
        assert_eq!(expected.len(), articles.len(), "{expected:?}");
        for batch in [1, 2, 5, 7] {
            articles.rotate_left(batch);
            assert_eq!(links_of(&articles, batch), expected, "batches of {batch}");
        }
    }
}
