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
                let next = node.near.iter().map(|(other, _)| other);
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
    let mut copies: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (a, number) in (0u32..).zip(members) {
        let near = links.node(*number).into_iter();
        for (other, likeness) in near.flat_map(|node| node.near.iter()) {
            let Some(b) = places.get(&other).copied().filter(|b| *b > a) else {
                continue;
            };
            joined.push(Link {
                a,
                b,
                likeness: likeness.min(COPIES),
            });
            if likeness == COPY {
                copies.entry(a).or_default().push(b);
                copies.entry(b).or_default().push(a);
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
    // The earliest text is the original of its own copies only: what copies a copy of it may share nothing with it.
    let mut earliest_first: Vec<u32> = (0..).take(members.len()).collect();
    earliest_first.sort_by_key(|place| {
        let number = members.get(*place as usize).copied();
        number.and_then(|number| links.node(number).map(|node| (node.at, &node.id)))
    });
    let mut originals: BTreeMap<u32, u32> = BTreeMap::new();
    for place in earliest_first {
        if originals.contains_key(&place) {
            continue;
        }
        for copy in copies.get(&place).into_iter().flatten() {
            originals.entry(*copy).or_insert(place);
        }
        originals.insert(place, place);
    }
    for (copy, original) in originals.iter().filter(|(copy, original)| copy != original) {
        if let (Some(place), Some(original)) = (
            placed.get_mut(*copy as usize),
            members.get(*original as usize),
        ) {
            place.1 = *original;
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

#[cfg(test)]
mod tests {
    use super::*;

    // A paper that cuts what another had cut before may share nothing with the agency's text, so it is no copy of that; and
    // an original is no copy of something else. In whatever order they came.
    #[test]
    fn a_copy_has_the_text_of_its_original() {
        let tellings = [
            ("agency", 1),
            ("cut", 2),
            ("cut again", 3),
            ("elsewhere", 4),
        ];
        for first in 0..tellings.len() {
            let mut links = Links::default();
            let mut order = tellings;
            order.rotate_left(first);
            for (id, at) in order {
                links.number_for(id, (false, at));
            }
            let number = |links: &Links, id: &str| links.number(order_of(id)).unwrap();
            for (a, b) in [
                ("agency", "cut"),
                ("cut", "cut again"),
                ("elsewhere", "agency"),
            ] {
                let (a, b) = (number(&links, a), number(&links, b));
                links.join(a, b, COPY);
            }
            let touched = tellings.map(|(id, _)| number(&links, id));
            group(&mut links, touched.into());
            let original = |id| {
                let node = links.node(number(&links, id)).unwrap();
                links.node(node.copy_of).map(|node| &*node.id)
            };
            assert_eq!(original("agency"), None);
            assert_eq!(original("cut"), Some("agency"));
            assert_eq!(original("cut again"), None);
            assert_eq!(original("elsewhere"), Some("agency"));
        }
    }
}
