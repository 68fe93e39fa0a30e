//! The links between articles, by number: in memory as a graph, on disk as packed parts, each link once, with the later
//! of its two ends.
//!
//! An article gets a number with its first link and keeps it; those without a link are not here. A part holds what came
//! since the one before, so that a commit writes what is new and not what there is.
#![allow(
    clippy::indexing_slicing,
    reason = "what was written is counted as nodes are added"
)]

mod near;
mod packed;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::layout::order_of;
use super::tables::{Part, Store};
use crate::{Error, ErrorKind, Result};
use near::Near;
use packed::Bytes;

const MAGIC: &[u8; 8] = b"MORGUEL2";

/// Of parts that change no earlier link.
const MAGIC_BEFORE: &[u8; 8] = b"MORGUEL1";

/// Parts before everything is written anew as one.
const MAX_PARTS: usize = 8;

/// Packs well, and fast enough to be no part of the time of a commit.
const ZSTD_LEVEL: i32 = 3;

/// The number of no article.
pub(super) const NONE: u32 = u32::MAX;

/// The likeness of copies: more than two tellings ever have.
pub(super) const COPY: u16 = 10_001;

/// Keys that are hashes already are not hashed again.
#[derive(Clone, Copy, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u32(&mut self, key: u32) {
        // The map looks at the highest bits too.
        self.0 = u64::from(key) << 32 | u64::from(key);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// A map by hashes.
pub(super) type ByHash<K, V> = HashMap<K, V, BuildHasherDefault<AsItIs>>;

/// An article that has links.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// Empty once it was removed.
    pub(super) id: Box<str>,
    /// Its place among the tellings of a story: undated ones last.
    pub(super) at: (bool, i64),
    pub(super) near: Near,
    /// The first telling of its story, when others tell it too.
    pub(super) story: u32,
    /// The article it is a copy of.
    pub(super) copy_of: u32,
}

impl Node {
    fn new(id: &str, at: (bool, i64)) -> Node {
        Node {
            id: id.into(),
            at,
            near: Near::default(),
            story: NONE,
            copy_of: NONE,
        }
    }
}

/// All links of an archive.
#[derive(Debug, Default)]
pub(super) struct Links {
    nodes: Vec<Node>,
    /// By the hash of the id.
    numbers: ByHash<u64, u32>,
    parts: Vec<Part>,
    /// Nodes up to here are on disk.
    written: usize,
    /// Those of them that were removed since.
    removed: Vec<u32>,
    /// Links between them that changed since, the smaller number first; of likeness 0 when they are gone.
    changed: Vec<(u32, u32, u16)>,
}

impl Links {
    /// Reads the parts.
    pub(super) fn open(store: &Store, parts: &[Part]) -> Result<Links> {
        let mut links = Links {
            parts: parts.to_vec(),
            ..Links::default()
        };
        for part in parts {
            let damaged = || {
                let message = format!("{}: the links are unreadable", part.file);
                Error::new(ErrorKind::Damaged, message).with_hint("run `morgue verify`")
            };
            let packed = store.read_part(part)?;
            let (has_changes, packed) = match packed.strip_prefix(MAGIC) {
                Some(packed) => (true, packed),
                None => (
                    false,
                    packed.strip_prefix(MAGIC_BEFORE).ok_or_else(damaged)?,
                ),
            };
            let bytes = zstd::decode_all(packed).map_err(|_| damaged())?;
            links
                .read(&mut Bytes(&bytes), has_changes)
                .ok_or_else(damaged)?;
        }
        links.written = links.nodes.len();
        links.connect();
        Ok(links)
    }

    /// Gives the earlier end of each link its part; a link to what was removed later goes with it.
    fn connect(&mut self) {
        for number in 0..self.len() {
            let Some(node) = self.node_mut(number) else {
                continue;
            };
            let order = order_of(&node.id);
            let near = std::mem::take(&mut node.near);
            let there = near.iter().filter(|(other, likeness)| {
                let other = self.node_mut(*other);
                other
                    .map(|other| other.near.push((number, *likeness)))
                    .is_some()
            });
            let there: Near = there.collect();
            if let Some(node) = self.node_mut(number) {
                node.near = there;
            }
            self.numbers.insert(order, number);
        }
    }

    /// Numbers the articles anew, without gaps.
    fn renumber(&mut self) {
        let mut next = 0..;
        let new: Vec<u32> = self
            .nodes
            .iter()
            .map(|node| match node.id.is_empty() {
                true => NONE,
                false => next.next().unwrap_or(NONE),
            })
            .collect();
        let now = |old: u32| new.get(old as usize).copied().unwrap_or(NONE);
        self.nodes.retain(|node| !node.id.is_empty());
        for node in &mut self.nodes {
            let near = node.near.iter();
            node.near = near.map(|(other, like)| (now(other), like)).collect();
            (node.story, node.copy_of) = (now(node.story), now(node.copy_of));
        }
        self.numbers
            .values_mut()
            .for_each(|number| *number = now(*number));
    }

    /// The number of an article, by the hash of its id.
    pub(super) fn number(&self, order: u64) -> Option<u32> {
        self.numbers.get(&order).copied()
    }

    /// The article of a number.
    pub(super) fn node(&self, number: u32) -> Option<&Node> {
        self.nodes
            .get(number as usize)
            .filter(|node| !node.id.is_empty())
    }

    /// The same, to be changed.
    pub(super) fn node_mut(&mut self, number: u32) -> Option<&mut Node> {
        self.nodes
            .get_mut(number as usize)
            .filter(|node| !node.id.is_empty())
    }

    /// The first number that no article has.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(NONE)
    }

    /// All articles.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> + Clone {
        self.nodes.iter().filter(|node| !node.id.is_empty())
    }

    /// The number of an article, which gets one if it has none.
    pub(super) fn number_for(&mut self, id: &str, at: (bool, i64)) -> u32 {
        let order = order_of(id);
        if let Some(known) = self.number(order) {
            return known;
        }
        let number = self.len();
        self.push(Node::new(id, at));
        self.numbers.insert(order, number);
        number
    }

    fn push(&mut self, node: Node) {
        if self.nodes.len() == self.nodes.capacity() {
            // Twice as much room as there are articles would be much in a large archive.
            self.nodes.reserve_exact(self.nodes.len() / 8 + 1_000);
        }
        self.nodes.push(node);
    }

    /// Gives two articles that likeness, 0 for no link; says whether that is a change.
    pub(super) fn join(&mut self, a: u32, b: u32, likeness: u16) -> bool {
        let mut is_change = false;
        for (one, other) in [(a, b), (b, a)] {
            if let Some(node) = self.node_mut(one) {
                is_change |= node.near.set(other, likeness);
            }
        }
        // What is not on disk yet is written as it is then.
        if is_change && (a.max(b) as usize) < self.written {
            self.changed.push((a.min(b), a.max(b), likeness));
        }
        is_change
    }

    /// Takes an article out; returns those that it was linked to.
    pub(super) fn remove(&mut self, number: u32) -> Vec<u32> {
        let Some(node) = self.node_mut(number) else {
            return Vec::new();
        };
        let id = std::mem::take(&mut node.id);
        let near = std::mem::take(&mut node.near);
        self.numbers.remove(&order_of(&id));
        if (number as usize) < self.written {
            self.removed.push(number);
        }
        let others: Vec<u32> = near.iter().map(|(other, _)| other).collect();
        for other in &others {
            if let Some(node) = self.node_mut(*other) {
                node.near.remove(number);
            }
        }
        others
    }

    /// Writes what is new for the commit of that generation and returns the parts that make up the links then.
    pub(super) fn write(&mut self, store: &Store, generation: u64) -> Result<Vec<Part>> {
        let new = self.nodes.len() - self.written;
        let rows = new + self.removed.len() + self.changed.len();
        if rows == 0 {
            return Ok(self.parts.clone());
        }
        let deltas: usize = self.parts.iter().skip(1).map(|part| part.rows).sum();
        let anew = self.parts.len() >= MAX_PARTS || (deltas + rows) * 2 > self.numbers.len();
        if anew {
            self.parts.clear();
            self.removed.clear();
            self.changed.clear();
            self.written = 0;
            self.renumber();
        }
        let packed = zstd::Encoder::new(MAGIC.to_vec(), ZSTD_LEVEL).and_then(|mut packer| {
            self.pack(&mut packer)?;
            packer.finish()
        });
        let content = packed.map_err(|error| Error::new(ErrorKind::Engine, error.to_string()))?;
        let rows = if anew { self.numbers.len() } else { rows };
        let file = format!("links-{generation:08}.bin");
        self.parts.push(store.write_part(file, &content, rows)?);
        self.written = self.nodes.len();
        self.removed.clear();
        self.changed.clear();
        Ok(self.parts.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// An article with what it is linked to.
    type Row = (String, (bool, i64), Vec<(String, u16)>);

    fn sorted(links: &Links) -> Vec<Row> {
        let name = |number: u32| links.node(number).unwrap().id.to_string();
        let mut all: Vec<_> = links
            .nodes()
            .map(|node| {
                let mut near: Vec<_> = node
                    .near
                    .iter()
                    .map(|(other, like)| (name(other), like))
                    .collect();
                near.sort();
                (node.id.to_string(), node.at, near)
            })
            .collect();
        all.sort();
        all
    }

    // Whatever came and went between commits, the parts must add up to what the writer had.
    #[test]
    fn parts_add_up() {
        let store = Store::Memory(Arc::default());
        let mut links = Links::default();
        let mut most = 0;
        for generation in 1..25u64 {
            for n in 0..6 {
                let new = links.number_for(
                    &format!("{generation}-{n}"),
                    (n == 0, generation as i64 - 9),
                );
                let old = links.number_for(
                    &format!("{}-{}", generation.saturating_sub(2), n / 2),
                    (false, 7),
                );
                if new != old {
                    links.join(new, old, 1000 + n);
                }
            }
            // Articles that are on disk already get links, and links that are change or go.
            let before = [2, 4].map(|back| format!("{}-0", generation.saturating_sub(back)));
            if let [Some(a), Some(b)] = before.map(|id| links.number(order_of(&id)))
                && a != b
            {
                assert!(links.join(a, b, 500));
            }
            let old = format!("{}-1", generation.saturating_sub(3));
            let number = links.number(order_of(&old));
            let near = number.and_then(|number| links.node(number)?.near.iter().next());
            if let Some((number, (other, _))) = number.zip(near) {
                assert!(links.join(number, other, generation as u16 % 2 * 77));
            }
            for gone in [
                format!("{}-3", generation.saturating_sub(4)),
                format!("{generation}-5"),
            ] {
                if let Some(number) = links.number(order_of(&gone)) {
                    links.remove(number);
                }
            }
            let parts = links.write(&store, generation).unwrap();
            most = most.max(parts.len());
            let again = Links::open(&store, &parts).unwrap();
            assert_eq!(sorted(&again), sorted(&links), "{generation}");
        }
        assert!(most > 1 && most <= MAX_PARTS, "{most}");
    }

    // Whatever the bytes are, reading ends in an answer or an error.
    #[test]
    fn damage_is_an_error() {
        let mut links = Links::default();
        let (a, b) = (
            links.number_for("a", (false, 1)),
            links.number_for("b", (true, 0)),
        );
        links.join(a, b, COPY);
        let mut good = Vec::new();
        links.pack(&mut good).unwrap();
        for end in 0..good.len() {
            assert!(
                Links::default()
                    .read(&mut Bytes(&good[..end]), true)
                    .is_none(),
                "{end}"
            );
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x41;
            let _ = Links::default().read(&mut Bytes(&bad), true);
        }
    }
}
