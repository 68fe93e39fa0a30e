//! The groups that links make: components, their stories and copies, and the file of them that readers get.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::groups::{self, Groups, Member};
use super::layout::order_of;
use super::links::{ByHash, COPY, Links, NONE};
use super::tables::{Part, Store};
use crate::Result;
use crate::story::{Link, stories};

/// The likeness of copies: more than two tellings ever have.
const COPIES: u16 = 10_000;

/// Reads the links of an archive with the stories that they made.
pub(super) fn open_links(store: &Store, parts: &[Part], groups: Option<&Part>) -> Result<Links> {
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

/// The file that readers get.
pub(super) fn groups_file(links: &Links) -> Vec<u8> {
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
    groups::write(&members)
}

/// Makes the groups anew of everything that hangs together with the touched articles.
pub(super) fn group(links: &mut Links, touched: BTreeSet<u32>) {
    for members in components(links, touched) {
        make_groups(links, &members);
    }
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
