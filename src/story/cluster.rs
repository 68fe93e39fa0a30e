//! Groups from likenesses: average linkage inside what is connected at all (`parts`).
//!
//! The groups are a function of the set of links alone: sums are whole numbers and ties go to the earlier pair, so no
//! order of articles or links can change them. A pair without a link counts as unlike.
#![allow(
    clippy::indexing_slicing,
    reason = "groups and places number lists that are made here"
)]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Two articles, by number, and how alike they are, in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    /// The one with the smaller number.
    pub(crate) a: u32,
    /// The other.
    pub(crate) b: u32,
    /// From 0 to [`MOST`].
    pub(crate) likeness: u16,
}

/// The likeness of an article with itself.
const MOST: u16 = 10_000;

/// The most members that are clustered at once. A larger component loses its weakest links until it falls apart:
/// nobody reads a story of thousands of tellings, and the time stays bounded.
const LARGEST: usize = 2_000;

/// By how much the weakest links of a component that is too large are cut off at a time.
const STEP: u16 = 200;

/// Copies are more alike than tellings ever are; for the likeness within a group they count as much as tellings.
const TELLING: u16 = 7_000;

/// The part of the likeness within two groups that there must be between them, in percent, by the size of the smaller
/// one: two matches of one team are not one story. The mean of a few pairs says less than that of many.
const FIT_PERCENT: [u64; 8] = [0, 0, 55, 60, 60, 65, 75, 85];

/// The part of a group, in percent, that an article which is left over must be like, and the fewest of its members.
const NEAR_PERCENT: usize = 30;
const NEAR_FEWEST: usize = 2;

/// How much more, in percent, it must be like this group than like any other.
const CLEARLY_PERCENT: u64 = 120;

/// Means are kept finer than likenesses, so that they seldom tie.
const SCALE: u64 = 10_000;

/// Articles that hang together by the links above a floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Connected {
    /// Their numbers, in no order.
    pub(crate) members: Vec<u32>,
    /// What a link must exceed to count.
    pub(crate) floor: u16,
    /// The weakest link that does.
    weakest: u16,
}

/// Finds what hangs together, by functions that name the neighbours of an article, each with its likeness. An archive may
/// hang together as a whole by weak links, so no list of those is made.
#[derive(Default)]
pub(crate) struct Walk {
    /// By number: the highest floor above which an article was met, plus one.
    met: Vec<u16>,
}

impl Walk {
    /// What hangs together with an article, unless it was met before above that floor or a higher one.
    pub(crate) fn from<N: Iterator<Item = (u32, u16)>>(
        &mut self,
        start: u32,
        floor: u16,
        near: impl Fn(u32) -> N,
    ) -> Option<Connected> {
        if !self.is_new(start, floor) {
            return None;
        }
        let mut members = vec![start];
        let (mut at, mut weakest) = (0, u16::MAX);
        while let Some(member) = members.get(at) {
            at += 1;
            for (other, likeness) in near(*member).filter(|(_, likeness)| *likeness > floor) {
                weakest = weakest.min(likeness);
                if self.is_new(other, floor) {
                    members.push(other);
                }
            }
        }
        Some(Connected {
            members,
            floor,
            weakest,
        })
    }

    fn is_new(&mut self, number: u32, floor: u16) -> bool {
        let number = number as usize;
        self.met.resize(self.met.len().max(number + 1), 0);
        std::mem::replace(&mut self.met[number], floor + 1) <= floor
    }
}

/// Everything that hangs together with some articles, in parts that are not too large to be clustered.
pub(crate) fn parts<N: Iterator<Item = (u32, u16)>>(
    starts: impl IntoIterator<Item = u32>,
    near: impl Fn(u32) -> N,
) -> Vec<Connected> {
    let (mut walk, mut parts) = (Walk::default(), Vec::new());
    let mut waiting: Vec<(Vec<u32>, u16)> = vec![(starts.into_iter().collect(), 0)];
    while let Some((starts, floor)) = waiting.pop() {
        for start in starts {
            match walk.from(start, floor, &near) {
                Some(all) if all.members.len() > LARGEST => {
                    // Floors below the weakest link would change nothing.
                    let next = all.weakest.max(floor + 1).div_ceil(STEP) * STEP;
                    waiting.push((all.members, next));
                }
                part => parts.extend(part),
            }
        }
    }
    parts
}

/// The groups of two or more among the articles that links name: each sorted, in the order of their first members.
/// Groups are merged while the mean likeness between them is at least `least`.
pub(crate) fn cluster(links: &[Link], least: u16) -> Vec<Vec<u32>> {
    let mut groups = average_linkage(&tidy(links), least);
    groups.sort_unstable();
    groups
}

/// The links with the smaller number first, each pair once, none of an article with itself.
fn tidy(links: &[Link]) -> Vec<Link> {
    let turned = links.iter().map(|link| Link {
        a: link.a.min(link.b),
        b: link.a.max(link.b),
        likeness: link.likeness.min(MOST),
    });
    let mut links: Vec<Link> = turned.filter(|link| link.a != link.b).collect();
    links.sort_unstable_by_key(|link| (link.a, link.b, Reverse(link.likeness)));
    links.dedup_by_key(|link| (link.a, link.b));
    links
}

/// The likeness between two groups.
#[derive(Clone, Copy, Default)]
struct Between {
    sum: u64,
    /// The same with each link cut to [`TELLING`].
    cut: u64,
}

/// The groups while they are merged. A group that went into another is empty.
struct Groups {
    groups: Vec<Group>,
    heap: BinaryHeap<Merge>,
    least: u64,
}

#[derive(Clone, Default)]
struct Group {
    /// The numbers of its articles.
    members: Vec<u32>,
    /// The sum of the cut links inside.
    within: u64,
    near: BTreeMap<usize, Between>,
}

impl Group {
    fn size(&self) -> u64 {
        self.members.len() as u64
    }

    /// The mean likeness inside.
    fn cohesion(&self) -> u64 {
        let pairs = self.size() * self.size().saturating_sub(1) / 2;
        self.within * SCALE / pairs.max(1)
    }
}

/// A merge that may be done: best mean first, then the earlier pair.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Merge {
    mean: u64,
    pair: Reverse<(usize, usize)>,
    /// The sizes of both when this was noted; it is out of date once one has grown.
    sizes: (u64, u64),
}

/// The groups that tidy links make, those of a single article left out.
fn average_linkage(links: &[Link], least: u16) -> Vec<Vec<u32>> {
    let last = links.iter().map(|link| link.b).max();
    let single = |number| Group {
        members: vec![number],
        ..Group::default()
    };
    let mut state = Groups {
        groups: last.map_or(Vec::new(), |last| (0..=last).map(single).collect()),
        heap: BinaryHeap::new(),
        least: u64::from(least) * SCALE,
    };
    for link in links {
        state.add(link);
    }
    while let Some(merge) = state.heap.pop() {
        if state.is_current(&merge) && state.fits(&merge) {
            state.merge(merge.pair.0);
        }
    }
    let joins = state.left_over(links);
    state.named(&joins)
}

impl Groups {
    fn add(&mut self, link: &Link) {
        let (a, b) = (link.a as usize, link.b as usize);
        let between = Between {
            sum: u64::from(link.likeness),
            cut: u64::from(link.likeness.min(TELLING)),
        };
        self.groups[a].near.insert(b, between);
        self.groups[b].near.insert(a, between);
        self.note(a, b, between);
    }

    fn note(&mut self, a: usize, b: usize, between: Between) {
        let (a, b) = (a.min(b), a.max(b));
        let sizes = (self.groups[a].size(), self.groups[b].size());
        let mean = between.sum * SCALE / (sizes.0 * sizes.1).max(1);
        if mean >= self.least {
            let pair = Reverse((a, b));
            self.heap.push(Merge { mean, pair, sizes });
        }
    }

    fn is_current(&self, merge: &Merge) -> bool {
        let (a, b) = merge.pair.0;
        merge.sizes == (self.groups[a].size(), self.groups[b].size())
    }

    /// Whether two groups are as alike to each other as within.
    fn fits(&self, merge: &Merge) -> bool {
        let (a, b) = merge.pair.0;
        let (a, b) = (&self.groups[a], &self.groups[b]);
        let smaller = a.members.len().min(b.members.len());
        let percent = FIT_PERCENT[smaller.min(FIT_PERCENT.len() - 1)];
        merge.mean * 200 >= (a.cohesion() + b.cohesion()) * percent
    }

    fn merge(&mut self, (a, b): (usize, usize)) {
        let other = std::mem::take(&mut self.groups[b]);
        let mut near = std::mem::take(&mut self.groups[a].near);
        let joined = near.remove(&b).unwrap_or_default();
        self.groups[a].members.extend(other.members);
        self.groups[a].within += other.within + joined.cut;
        for (around, between) in other.near {
            self.groups[around].near.remove(&b);
            if around != a {
                let slot = near.entry(around).or_default();
                slot.sum += between.sum;
                slot.cut += between.cut;
            }
        }
        for (&around, &between) in &near {
            self.groups[around].near.insert(a, between);
            self.note(a, around, between);
        }
        self.groups[a].near = near;
    }

    /// The groups that articles which stayed alone belong to all the same. A short telling is like some others of its
    /// story, but seldom like all of them, which is what merging asks for.
    fn left_over(&self, links: &[Link]) -> BTreeMap<u32, usize> {
        let mut group_of = vec![0; self.groups.len()];
        for (at, group) in self.groups.iter().enumerate() {
            for member in &group.members {
                group_of[*member as usize] = at;
            }
        }
        let group = |member: u32| group_of[member as usize];
        let alone = |member: u32| self.groups[group(member)].size() == 1;
        let mut near: BTreeMap<u32, BTreeMap<usize, Vec<u64>>> = BTreeMap::new();
        for link in links {
            for (one, other) in [(link.a, link.b), (link.b, link.a)] {
                if alone(one) && !alone(other) {
                    let groups = near.entry(one).or_default();
                    let likenesses = groups.entry(group(other)).or_default();
                    likenesses.push(u64::from(link.likeness));
                }
            }
        }
        let mut joins = BTreeMap::new();
        for (member, groups) in near {
            let means = groups.into_iter().map(|(group, mut likenesses)| {
                let asked = self.groups[group].members.len() * NEAR_PERCENT / 100;
                let asked = asked.max(NEAR_FEWEST);
                likenesses.sort_unstable_by_key(|likeness| Reverse(*likeness));
                let sum: u64 = likenesses.iter().take(asked).sum();
                (sum * SCALE / asked as u64, group)
            });
            let mut means: Vec<(u64, usize)> = means.collect();
            means.sort_unstable_by_key(|(mean, _)| Reverse(*mean));
            let second = means.get(1).map_or(0, |(mean, _)| *mean);
            match means.first() {
                Some((best, group))
                    if *best >= self.least && best * 100 >= second * CLEARLY_PERCENT =>
                {
                    joins.insert(member, *group);
                }
                _ => {}
            }
        }
        joins
    }

    /// The groups of two or more, with those that join them in the end.
    fn named(self, joins: &BTreeMap<u32, usize>) -> Vec<Vec<u32>> {
        let groups = self.groups.into_iter();
        let mut named: Vec<Vec<u32>> = groups.map(|group| group.members).collect();
        for (member, group) in joins {
            named[*group].push(*member);
        }
        named.retain(|group| group.len() > 1);
        named.iter_mut().for_each(|group| group.sort_unstable());
        named
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    fn link(a: u32, b: u32, likeness: u16) -> Link {
        Link { a, b, likeness }
    }

    // One strong link between two stories must not make one of them: that is what single linkage gets wrong.
    #[test]
    fn a_bridge_does_not_join_two_stories() {
        let mut links = vec![link(3, 4, 6_000)];
        for (a, b) in [(1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 6)] {
            links.push(link(a, b, 5_000));
        }
        assert_eq!(cluster(&links, 3_000), [vec![1, 2], vec![3, 4], vec![5, 6]]);
        links[0].likeness = 4_900;
        assert_eq!(cluster(&links, 3_000), [vec![1, 2, 3], vec![4, 5, 6]]);
    }

    // Links come in the order in which articles were added; the groups must not show it.
    #[test]
    fn no_order_of_links_changes_the_groups() {
        let mut links: Vec<Link> = (0..60u32)
            .flat_map(|a| (a + 1..60).map(move |b| (a, b)))
            .filter(|(a, b)| (a * 7 + b * 13) % 5 < 2)
            .map(|(a, b)| link(a, b, (1_000 + (a * 31 + b * 17) % 50 * 100) as u16))
            .collect();
        let expected = cluster(&links, 1_500);
        assert!(expected.len() > 1);
        for turn in 1..20 {
            let by = turn * 37 % links.len();
            links.rotate_left(by);
            links
                .iter_mut()
                .step_by(turn)
                .for_each(|link| std::mem::swap(&mut link.a, &mut link.b));
            assert_eq!(cluster(&links, 1_500), expected);
        }
    }

    fn parts_of(links: &[Link], starts: Range<u32>) -> Vec<Connected> {
        let near = |number: u32| {
            let near = links.iter().filter_map(move |link| match link {
                Link { a, b, likeness } if *a == number => Some((*b, *likeness)),
                Link { a, b, likeness } if *b == number => Some((*a, *likeness)),
                _ => None,
            });
            near.collect::<Vec<_>>().into_iter()
        };
        let mut parts = parts(starts, near);
        for part in &mut parts {
            part.members.sort_unstable();
        }
        parts.sort_unstable_by_key(|part| part.members.first().copied());
        parts
    }

    // All that hangs together comes, from wherever it is begun, and nothing else.
    #[test]
    fn what_hangs_together_is_a_part() {
        let links = [link(1, 2, 300), link(2, 4, 900), link(5, 6, 800)];
        let members = |starts| -> Vec<Vec<u32>> {
            let parts = parts_of(&links, starts).into_iter();
            parts.map(|part| part.members).collect()
        };
        assert_eq!(members(4..5), [vec![1, 2, 4]]);
        assert_eq!(members(3..7), [vec![1, 2, 4], vec![3], vec![5, 6]]);
    }

    // A hostile archive of one text thousands of times must neither hang nor fail; and what is too large falls apart where
    // its links are weakest, up to a step at which its parts are small enough.
    #[test]
    fn huge_parts_fall_apart() {
        let chain = |likeness: fn(u32) -> u16| -> Vec<(usize, u16)> {
            let links: Vec<Link> = (0..3_000).map(|a| link(a, a + 1, likeness(a))).collect();
            let parts = parts_of(&links, 7..8).into_iter();
            parts.map(|part| (part.members.len(), part.floor)).collect()
        };
        let weak_in_the_middle = chain(|a| if a == 1_499 { 950 } else { 1_300 });
        assert_eq!(weak_in_the_middle, [(1_500, 1_000), (1_501, 1_000)]);
        assert_eq!(chain(|_| MOST), vec![(1, MOST); 3_001]);
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(cluster(&[], 0).is_empty());
        assert!(cluster(&[link(1, 1, 9_000)], 0).is_empty());
    }
}
