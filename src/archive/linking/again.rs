//! Links of articles that did not change themselves: what they share became common, or is no longer.
//!
//! So an archive has the links that it would have had if all its articles had come at once, and those that went never.

use std::sync::Arc;

use tantivy::Searcher;

use super::super::candidates::{Candidates, Key, Place, SAMPLED};
use super::super::fetch;
use super::super::links::ByHash;
use super::super::writer::Writer;
use super::{likeness, order_of};
use crate::Result;
use crate::story::Telling;

impl Writer<'_> {
    /// Judges the links anew that hang on what the batch made too common, as if its articles had come first.
    pub(super) fn judge_again(
        &mut self,
        candidates: &mut Candidates<'_>,
        before: &Searcher,
    ) -> Result<()> {
        let (mut pairs, mut places) = (Vec::new(), ByHash::default());
        let links = self.links()?;
        for holders in candidates.become_common()? {
            let numbered = holders.into_iter();
            let numbered = numbered.filter_map(|place| Some((links.number(place.order)?, place)));
            let holders: ByHash<u32, Place> = numbered.collect();
            for a in holders.keys() {
                let near = links.node(*a).into_iter();
                let near = near.flat_map(|node| node.near.iter());
                let near = near.filter(|(b, _)| b > a && holders.contains_key(b));
                pairs.extend(near.map(|(b, _)| (*a, b)));
            }
            places.extend(holders);
        }
        // Two articles may share more than one of them.
        pairs.sort_unstable();
        pairs.dedup();
        for (a, b) in pairs {
            let (Some(one), Some(other)) = (places.get(&a).copied(), places.get(&b).copied())
            else {
                continue;
            };
            let one = self.telling_at(before, one)?;
            let other = self.telling_at(before, other)?;
            let likeness = match candidates.are_near(&one, &other)? {
                true => {
                    let said_by_all = candidates.said_by_all(&one)?;
                    likeness(candidates, &one, &other, &said_by_all)?
                }
                false => 0,
            };
            if self.links()?.join(a, b, likeness) {
                self.linker.touched.extend([a, b]);
            }
        }
        Ok(())
    }

    /// Notes by what an article of the index was found that goes now.
    pub(super) fn note_gone(&mut self, id: &str) -> Result<()> {
        // In fewer articles nothing is common.
        if self.before.num_docs() <= self.linker.too_common.div_ceil(SAMPLED) as u64 {
            return Ok(());
        }
        let before = self.before.clone();
        let Some(address) = fetch::address(&before, self.layout, id)? else {
            return Ok(());
        };
        let order = order_of(id);
        let telling = self.telling_at(&before, Place { address, order })?;
        let keys = Key::all_of(&telling).map(|key| (key.number(), key));
        self.linker.gone.extend(keys);
        Ok(())
    }

    /// Compares the articles anew that share what was common before others went.
    pub(super) fn find_again(
        &mut self,
        candidates: &mut Candidates<'_>,
        before: &Searcher,
        gone: &ByHash<u64, Key>,
    ) -> Result<()> {
        for place in candidates.no_longer_common(gone.values())?.into_values() {
            let telling = self.telling_at(before, place)?;
            let mut others: Vec<Arc<Telling>> = Vec::new();
            for other in candidates.in_index(&telling)? {
                if other != place {
                    others.push(self.telling_at(before, other)?);
                }
            }
            self.link_to(candidates, &telling, &others)?;
        }
        Ok(())
    }
}
