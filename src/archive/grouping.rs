//! The groups that links make: components, their stories and copies, and the file of them that readers get.

use std::collections::BTreeSet;

use super::groups::{self, Groups, Member};
use super::layout::order_of;
use super::links::{ByHash, COPY, Links, NONE};
use super::tables::{Part, Store};
use crate::Result;
use crate::story::{Connected, Link, Walk, parts, stories};

/// The likeness up to which two articles are tellings; that of copies is more.
const COPIES: u16 = COPY - 1;

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
    // What copies of articles without a story are copies of is not in the file.
    let mut walk = Walk::default();
    for number in 0..links.len() {
        if links.node(number).is_some_and(|node| node.story == NONE) {
            make_copies(&mut links, &mut walk, number);
        }
    }
    Ok(links)
}

/// The file that readers get.
pub(super) fn groups_file(links: &Links) -> Vec<u8> {
    let name = |number: u32| links.node(number).map(|node| &*node.id);
    groups::write(links.nodes().filter_map(|node| {
        Some(Member {
            id: &node.id,
            story: name(node.story)?,
            copy_of: name(node.copy_of),
        })
    }))
}

/// Makes the groups anew of everything that hangs together with the touched articles.
pub(super) fn group(links: &mut Links, touched: &BTreeSet<u32>) {
    for part in parts(touched.iter().copied(), |number| likenesses(links, number)) {
        make_stories(links, part);
    }
    let mut walk = Walk::default();
    for number in touched {
        make_copies(links, &mut walk, *number);
    }
    for number in touched {
        let node = links.node(*number);
        if node.is_some_and(|node| node.near.is_empty()) {
            links.remove(*number);
        }
    }
}

/// What an article is linked to.
fn near(links: &Links, number: u32) -> impl Iterator<Item = (u32, u16)> {
    let node = links.node(number).into_iter();
    node.flat_map(|node| node.near.iter())
}

/// The same where copies count as tellings that could not be more alike.
fn likenesses(links: &Links, number: u32) -> impl Iterator<Item = (u32, u16)> {
    near(links, number).map(|(other, likeness)| (other, likeness.min(COPIES)))
}

/// Makes the stories of one part anew.
fn make_stories(links: &mut Links, part: Connected) {
    let Connected {
        mut members, floor, ..
    } = part;
    // Of equal likenesses that of the earlier ids counts first, whatever order they came in.
    members.sort_unstable_by_key(|number| links.node(*number).map(|node| &node.id));
    let places: ByHash<u32, u32> = members.iter().copied().zip(0..).collect();
    let mut joined = Vec::new();
    for (a, number) in (0u32..).zip(&members) {
        for (other, likeness) in likenesses(links, *number).filter(|(_, like)| *like > floor) {
            if let Some(b) = places.get(&other).copied().filter(|b| *b > a) {
                joined.push(Link { a, b, likeness });
            }
        }
    }
    let mut told: Vec<u32> = vec![NONE; members.len()];
    for group in stories(&joined) {
        let numbers = group
            .iter()
            .filter_map(|place| members.get(*place as usize));
        let earliest = numbers.min_by_key(|number| place_in_time(links, **number));
        for member in group {
            if let Some(story) = told.get_mut(member as usize) {
                *story = earliest.copied().unwrap_or(NONE);
            }
        }
    }
    for (number, story) in members.into_iter().zip(told) {
        if let Some(node) = links.node_mut(number) {
            node.story = story;
        }
    }
}

/// Says anew which articles are copies of which, of all that hang together with one by being so.
fn make_copies(links: &mut Links, walk: &mut Walk, number: u32) {
    // Only copies are that alike.
    let Some(all) = walk.from(number, COPIES, |number| near(links, number)) else {
        return;
    };
    let mut earliest_first = all.members;
    earliest_first.sort_unstable_by_key(|number| place_in_time(links, *number));
    // The earliest text is the original of its own copies only: what copies a copy of it may share nothing with it.
    let mut originals: ByHash<u32, u32> = ByHash::default();
    for number in &earliest_first {
        if originals.contains_key(number) {
            continue;
        }
        for (copy, likeness) in near(links, *number) {
            if likeness == COPY {
                originals.entry(copy).or_insert(*number);
            }
        }
        originals.insert(*number, NONE);
    }
    for number in earliest_first {
        if let Some(node) = links.node_mut(number) {
            node.copy_of = originals.get(&number).copied().unwrap_or(NONE);
        }
    }
}

/// The place of an article among the tellings of its story.
fn place_in_time(links: &Links, number: u32) -> Option<((bool, i64), &str)> {
    links.node(number).map(|node| (node.at, &*node.id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// What an article belongs to: by its id, its story and what it is a copy of.
    fn groups(links: &Links) -> BTreeMap<&str, [Option<&str>; 2]> {
        let id = |number| links.node(number).map(|node| &*node.id);
        let nodes = links.nodes();
        nodes
            .map(|node| (&*node.id, [id(node.story), id(node.copy_of)]))
            .collect()
    }

    /// A likeness: none, as of tellings, or that of copies.
    fn likeness() -> impl Strategy<Value = u16> {
        prop_oneof![Just(0), 2_000..9_000u16, Just(COPY)]
    }

    proptest! {
        // Whatever came and went, and wherever the archive was closed in between: the groups are those of the links that
        // there are, as if all of them had come at once.
        #[test]
        fn groups_follow_from_links(
            steps in proptest::collection::vec((0..14u32, 0..14u32, likeness(), 0..9u8), 1..60),
        ) {
            let store = Store::Memory(std::sync::Arc::default());
            let (mut links, mut touched) = (Links::default(), BTreeSet::new());
            for ((a, b, likeness, deed), generation) in steps.into_iter().zip(1..) {
                let number = |links: &mut Links, n: u32| links.number_for(&format!("a{n}"), (n.is_multiple_of(5), (n % 3).into()));
                let a = number(&mut links, a);
                match deed {
                    0 => {
                        touched.extend(links.remove(a));
                        touched.remove(&a);
                    }
                    _ => {
                        let b = number(&mut links, b);
                        if a != b {
                            links.join(a, b, likeness);
                            touched.extend([a, b]);
                        }
                        touched.extend([a, b]);
                    }
                }
                if deed == 1 || deed == 2 {
                    group(&mut links, &std::mem::take(&mut touched));
                    let mut at_once = Links::default();
                    for node in links.nodes() {
                        let one = at_once.number_for(&node.id, node.at);
                        for (other, likeness) in node.near.iter() {
                            let other = links.node(other).unwrap();
                            let other = at_once.number_for(&other.id, other.at);
                            at_once.join(one, other, likeness);
                        }
                    }
                    let all = (0..at_once.len()).collect();
                    group(&mut at_once, &all);
                    prop_assert_eq!(groups(&links), groups(&at_once));
                }
                if deed == 2 {
                    let parts = links.write(&store, generation).unwrap();
                    let file = groups_file(&links);
                    let file = store.write_part(format!("groups-{generation}.bin"), &file, 0).unwrap();
                    let again = open_links(&store, &parts, Some(&file)).unwrap();
                    prop_assert_eq!(groups(&again), groups(&links));
                    links = again;
                }
            }
        }
    }

    // A round-up that has the text of one telling, but is like none of the others, is a copy without a story, and stays a
    // copy when the archive is opened again.
    #[test]
    fn a_copy_needs_no_story() {
        let store = Store::Memory(std::sync::Arc::default());
        let mut links = Links::default();
        let story: Vec<u32> = (0..20)
            .map(|n| links.number_for(&format!("a{n:02}"), (false, n)))
            .collect();
        for (at, one) in story.iter().enumerate() {
            for other in story.iter().skip(at + 1) {
                links.join(*one, *other, 6_000);
            }
        }
        let round_up = links.number_for("round-up", (false, 30));
        for copy in [story[1], round_up] {
            links.join(story[0], copy, COPY);
        }
        let all = (0..links.len()).collect();
        group(&mut links, &all);
        assert_eq!(groups(&links)["a19"], [Some("a00"), None]);
        assert_eq!(groups(&links)["round-up"], [None, Some("a00")]);
        let parts = links.write(&store, 1).unwrap();
        let file = store.write_part("groups-1.bin".to_owned(), &groups_file(&links), 0);
        let again = open_links(&store, &parts, Some(&file.unwrap())).unwrap();
        assert_eq!(groups(&again), groups(&links));
    }

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
            group(&mut links, &touched.into());
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
