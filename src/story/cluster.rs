//! Groups from likenesses: average linkage inside what is connected at all.
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
    /// From 0 to 10,000.
    pub(crate) likeness: u16,
}

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

/// The groups of two or more among the articles that links name: each sorted, in the order of their first members.
/// Groups are merged while the mean likeness between them is at least `least`.
pub(crate) fn cluster(links: &[Link], least: u16) -> Vec<Vec<u32>> {
    let mut groups = Vec::new();
    let links = tidy(links);
    let last = links.iter().map(|link| link.b).max();
    let all = Component {
        members: last.map_or(Vec::new(), |last| (0..=last).collect()),
        links,
    };
    let mut waiting = vec![(all, 0)];
    while let Some((component, floor)) = waiting.pop() {
        for component in component.apart(floor) {
            if component.members.len() > LARGEST {
                // Floors below the weakest link would change nothing.
                let weakest = component.links.iter().map(|link| link.likeness).min();
                let next = weakest.unwrap_or(u16::MAX).max(floor.saturating_add(1));
                waiting.push((component, next.div_ceil(STEP).saturating_mul(STEP)));
            } else {
                groups.extend(average_linkage(&component, least));
            }
        }
    }
    groups.sort_unstable();
    groups
}

/// The links with the smaller number first, each pair once, none of an article with itself.
fn tidy(links: &[Link]) -> Vec<Link> {
    let turned = links.iter().map(|link| Link {
        a: link.a.min(link.b),
        b: link.a.max(link.b),
        likeness: link.likeness.min(10_000),
    });
    let mut links: Vec<Link> = turned.filter(|link| link.a != link.b).collect();
    links.sort_unstable_by_key(|link| (link.a, link.b, Reverse(link.likeness)));
    links.dedup_by_key(|link| (link.a, link.b));
    links
}

/// Articles and the links among them.
#[derive(Default)]
struct Component {
    /// In order.
    members: Vec<u32>,
    /// By the places of their ends among the members.
    links: Vec<Link>,
}

impl Component {
    /// What hangs together by links above the floor.
    fn apart(mut self, floor: u16) -> Vec<Component> {
        self.links.retain(|link| link.likeness > floor);
        let mut parent: Vec<usize> = (0..self.members.len()).collect();
        for link in &self.links {
            let [a, b] = [link.a, link.b].map(|end| root(&mut parent, end as usize));
            // The smaller place becomes the root.
            parent[a.max(b)] = a.min(b);
        }
        let mut found: Vec<Component> = Vec::new();
        // Of each member, which of those it is in, and its place there.
        let mut places: Vec<(usize, u32)> = Vec::with_capacity(parent.len());
        for (at, member) in self.members.iter().enumerate() {
            let root = root(&mut parent, at);
            let component = places.get(root).map_or(found.len(), |place| place.0);
            if component == found.len() {
                found.push(Component::default());
            }
            let members = &mut found[component].members;
            places.push((component, members.len() as u32));
            members.push(*member);
        }
        for link in self.links {
            let [(component, a), (_, b)] = [link.a, link.b].map(|end| places[end as usize]);
            found[component].links.push(Link { a, b, ..link });
        }
        found.retain(|component| !component.links.is_empty());
        found
    }
}

/// The root of a tree of parents, which is shortened on the way.
fn root(parent: &mut [usize], mut at: usize) -> usize {
    while let Some(&up) = parent.get(at).filter(|up| **up != at) {
        let above = parent.get(up).copied().unwrap_or(up);
        if let Some(slot) = parent.get_mut(at) {
            *slot = above;
        }
        at = above;
    }
    at
}

/// The likeness between two groups.
#[derive(Clone, Copy, Default)]
struct Between {
    sum: u64,
    /// The same with each link cut to [`TELLING`].
    cut: u64,
}

/// The groups while they are merged. A group that went into another is empty.
struct Groups<'a> {
    members: &'a [u32],
    groups: Vec<Group>,
    heap: BinaryHeap<Merge>,
    least: u64,
}

#[derive(Clone, Default)]
struct Group {
    /// Places in the component.
    places: Vec<usize>,
    /// The sum of the cut links inside.
    within: u64,
    near: BTreeMap<usize, Between>,
}

impl Group {
    fn size(&self) -> u64 {
        self.places.len() as u64
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

/// The groups of one component, those of a single article left out.
fn average_linkage(component: &Component, least: u16) -> Vec<Vec<u32>> {
    let Component { members, links } = component;
    let single = |place| Group {
        places: vec![place],
        ..Group::default()
    };
    let mut state = Groups {
        members,
        groups: (0..members.len()).map(single).collect(),
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

impl Groups<'_> {
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
        let smaller = a.places.len().min(b.places.len());
        let percent = FIT_PERCENT[smaller.min(FIT_PERCENT.len() - 1)];
        merge.mean * 200 >= (a.cohesion() + b.cohesion()) * percent
    }

    fn merge(&mut self, (a, b): (usize, usize)) {
        let other = std::mem::take(&mut self.groups[b]);
        let mut near = std::mem::take(&mut self.groups[a].near);
        let joined = near.remove(&b).unwrap_or_default();
        self.groups[a].places.extend(other.places);
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
    fn left_over(&self, links: &[Link]) -> BTreeMap<usize, usize> {
        let mut group_of = vec![0; self.members.len()];
        for (at, group) in self.groups.iter().enumerate() {
            for place in &group.places {
                group_of[*place] = at;
            }
        }
        let alone = |place: usize| self.groups[group_of[place]].size() == 1;
        let mut near: BTreeMap<usize, BTreeMap<usize, Vec<u64>>> = BTreeMap::new();
        for link in links {
            let (a, b) = (link.a as usize, link.b as usize);
            for (one, other) in [(a, b), (b, a)] {
                if alone(one) && !alone(other) {
                    let groups = near.entry(one).or_default();
                    let likenesses = groups.entry(group_of[other]).or_default();
                    likenesses.push(u64::from(link.likeness));
                }
            }
        }
        let mut joins = BTreeMap::new();
        for (place, groups) in near {
            let means = groups.into_iter().map(|(group, mut likenesses)| {
                let asked = self.groups[group].places.len() * NEAR_PERCENT / 100;
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
                    joins.insert(place, *group);
                }
                _ => {}
            }
        }
        joins
    }

    /// The groups of two or more, by the numbers of their members, with those that join them in the end.
    fn named(self, joins: &BTreeMap<usize, usize>) -> Vec<Vec<u32>> {
        let mut places: Vec<Vec<usize>> =
            self.groups.into_iter().map(|group| group.places).collect();
        for (place, group) in joins {
            places[*group].push(*place);
        }
        places.retain(|group| group.len() > 1);
        let number = |place: &usize| self.members[*place];
        let named = places.iter().map(|group| {
            let mut numbers: Vec<u32> = group.iter().map(number).collect();
            numbers.sort_unstable();
            numbers
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
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

    // A hostile archive of one text ten thousand times must neither hang nor fail.
    #[test]
    fn huge_components_fall_apart() {
        let links: Vec<Link> = (0..6_000)
            .map(|a| link(a, a + 1, 400 + (a % 1_000) as u16))
            .collect();
        let groups = cluster(&links, 300);
        assert!(!groups.is_empty());
        assert!(groups.iter().all(|group| group.len() <= LARGEST));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(cluster(&[], 0).is_empty());
        assert!(cluster(&[link(1, 1, 9_000)], 0).is_empty());
    }
}
