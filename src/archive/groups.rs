//! Which articles tell one story and which are copies, as readers need it: a small file that is searched as it lies.
//!
//! Articles are named by the hash of their id (the column `order`). Only those in a story of two or more are listed.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::layout::order_of;
use crate::{Article, Error, ErrorKind, Result};

const MAGIC: &[u8; 8] = b"MORGUEG1";

/// Bytes of a row: the hash of the id, the number of the story's name, that of the original's plus one.
const ROW: usize = 16;

/// Articles that are looked up at once.
const AT_ONCE: usize = 32;

/// The stories and copies of one commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    bytes: Vec<u8>,
    rows: usize,
    /// By the first bits of a hash: the row of the first hash that begins so or is greater. Hashes lie evenly, so one or
    /// two begin alike.
    starts: Vec<u32>,
    /// Where the names begin, which are behind their lengths.
    names: Vec<u32>,
}

/// Where one article belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of its story.
    pub(crate) story: u32,
    /// The number of the article it is a copy of.
    pub(crate) copy_of: Option<u32>,
}

/// What is written of one article: its story and what it is a copy of, by id.
#[derive(Clone, Copy)]
pub(crate) struct Member<'a> {
    pub(crate) id: &'a str,
    pub(crate) story: &'a str,
    pub(crate) copy_of: Option<&'a str>,
}

/// The file of all members, in an order that depends on them alone.
pub(crate) fn write<'a>(members: impl Iterator<Item = Member<'a>> + Clone) -> Vec<u8> {
    let named = members.clone();
    let named = named.flat_map(|member| [Some(member.story), member.copy_of]);
    let named: HashSet<&str> = named.flatten().collect();
    let mut names = Vec::from_iter(named);
    names.sort_unstable();
    let numbers: HashMap<&str, u32> = names.iter().copied().zip(0..).collect();
    let number = |id: &str| numbers.get(id).copied().unwrap_or(0);
    let rows = members.map(|member| {
        (
            order_of(member.id),
            number(member.story),
            member.copy_of.map_or(0, |id| number(id) + 1),
        )
    });
    let mut rows: Vec<(u64, u32, u32)> = rows.collect();
    rows.sort_unstable();
    let mut bytes = MAGIC.to_vec();
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend((names.len() as u32).to_le_bytes());
    for (order, story, copy) in rows {
        bytes.extend(order.to_le_bytes());
        bytes.extend(story.to_le_bytes());
        bytes.extend(copy.to_le_bytes());
    }
    for name in names {
        bytes.extend((name.len() as u32).to_le_bytes());
        bytes.extend(name.as_bytes());
    }
    bytes
}

impl Groups {
    /// Reads the file; its checksum was compared before.
    pub(crate) fn read(bytes: Vec<u8>) -> Result<Groups> {
        let damaged = || {
            Error::new(ErrorKind::Damaged, "the table of stories is unreadable")
                .with_hint(super::damage::CURE)
        };
        if bytes.is_empty() {
            return Ok(Groups::default());
        }
        if !bytes.starts_with(MAGIC) {
            return Err(damaged());
        }
        let rows = number_at(&bytes, 8).ok_or_else(damaged)? as usize;
        let count = number_at(&bytes, 12).ok_or_else(damaged)? as usize;
        let mut at = rows
            .checked_mul(ROW)
            .and_then(|bytes| bytes.checked_add(16))
            .ok_or_else(damaged)?;
        // Each takes four bytes at least.
        let mut names = Vec::with_capacity(count.min(bytes.len() / 4));
        for _ in 0..count {
            let length = number_at(&bytes, at).ok_or_else(damaged)? as usize;
            names.push(u32::try_from(at).map_err(|_| damaged())?);
            at += 4 + length;
        }
        if at != bytes.len() {
            return Err(damaged());
        }
        let mut groups = Groups {
            bytes,
            rows,
            starts: vec![0; (2 << rows.max(1).ilog2()) + 1],
            names,
        };
        groups.find_starts();
        Ok(groups)
    }

    fn find_starts(&mut self) {
        for at in 0..self.rows {
            let beginning = self.row(at).map(|(order, _)| self.beginning(order));
            if let Some(next) = beginning.and_then(|place| self.starts.get_mut(place + 1)) {
                *next += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
    }

    /// The first bits of a hash, as many as there are starts for.
    fn beginning(&self, order: u64) -> usize {
        let bits = self.starts.len().max(2).ilog2();
        (order >> (64 - bits)) as usize
    }

    /// Whether no article shares its story.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Where the article of that hash belongs; `None` when it is alone. Asked of each article that a query finds.
    pub(crate) fn place(&self, order: u64) -> Option<Place> {
        let beginning = self.beginning(order);
        let start = |at: usize| self.starts.get(at).map(|start| *start as usize);
        let (mut from, mut to) = (start(beginning)?, start(beginning + 1)?);
        while from < to {
            let middle = usize::midpoint(from, to);
            let (found, place) = self.row(middle)?;
            match found.cmp(&order) {
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
                Ordering::Equal => return Some(place),
            }
        }
        None
    }

    /// The same for many at once: the numbers of their stories plus one, and 0 for those who are alone. What lies apart in
    /// memory is asked for all of them before anything is made of the first.
    pub(crate) fn stories(&self, orders: &[Option<u64>], stories: &mut Vec<u32>) {
        for some in orders.chunks(AT_ONCE) {
            let (mut rows, mut found) = ([0; AT_ONCE], [0; AT_ONCE]);
            for (row, order) in rows.iter_mut().zip(some) {
                let beginning = self.beginning(order.unwrap_or(0));
                *row = self.starts.get(beginning).map_or(0, |row| *row as usize);
            }
            for (found, row) in found.iter_mut().zip(rows) {
                *found = self.order_at(row);
            }
            for ((order, row), found) in some.iter().zip(rows).zip(found) {
                let order = order.unwrap_or(0);
                let place = match found.cmp(&order) {
                    Ordering::Equal => self.row(row).map(|(_, place)| place),
                    // Only those behind it can have that hash.
                    Ordering::Less => self.place(order),
                    Ordering::Greater => None,
                };
                stories.push(place.map_or(0, |place| place.story + 1));
            }
        }
    }

    /// The hash of a row; the largest where there is none.
    fn order_at(&self, row: usize) -> u64 {
        let at = 16 + row * ROW;
        let bytes = self.bytes.get(at..at + 8).filter(|_| row < self.rows);
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(u64::MAX, u64::from_le_bytes)
    }

    /// How many names there are, those of stories among them.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Sets the story and the original of an article; an article that nobody else tells is its own story.
    pub(crate) fn tell(&self, article: &mut Article) {
        let place = self.place(order_of(&article.id));
        let name = |number: u32| self.name(number).map(str::to_owned);
        article.story = place
            .and_then(|place| name(place.story))
            .or_else(|| Some(article.id.clone()));
        article.copy_of = place.and_then(|place| place.copy_of).and_then(name);
    }

    /// The hashes of all articles in it.
    pub(crate) fn orders(&self) -> impl Iterator<Item = u64> {
        (0..self.rows).filter_map(|at| Some(self.row(at)?.0))
    }

    /// The hashes of a story's members.
    pub(crate) fn members(&self, story: u32) -> Vec<u64> {
        let rows = (0..self.rows).filter_map(|at| self.row(at));
        rows.filter(|(_, place)| place.story == story)
            .map(|(order, _)| order)
            .collect()
    }

    /// The id of a number.
    pub(crate) fn name(&self, number: u32) -> Option<&str> {
        let at = *self.names.get(number as usize)? as usize;
        let length = number_at(&self.bytes, at)? as usize;
        let name = self.bytes.get(at + 4..)?.get(..length)?;
        std::str::from_utf8(name).ok()
    }

    fn row(&self, at: usize) -> Option<(u64, Place)> {
        if at >= self.rows {
            return None;
        }
        let at = 16 + at * ROW;
        let order = u64::from_le_bytes(self.bytes.get(at..at + 8)?.try_into().ok()?);
        let copy = number_at(&self.bytes, at + 12)?;
        Some((
            order,
            Place {
                story: number_at(&self.bytes, at + 8)?,
                copy_of: copy.checked_sub(1),
            },
        ))
    }
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found() {
        let member = |id, copy_of| Member {
            id,
            story: "a",
            copy_of,
        };
        let members = [
            member("b", Some("a")),
            member("a", None),
            Member {
                id: "é",
                story: "c",
                copy_of: None,
            },
        ];
        let groups = Groups::read(write(members.iter().copied())).unwrap();
        let place = groups.place(order_of("b")).unwrap();
        assert_eq!(groups.name(place.story), Some("a"));
        assert_eq!(
            place.copy_of.and_then(|number| groups.name(number)),
            Some("a")
        );
        assert_eq!(
            groups
                .place(order_of("é"))
                .and_then(|place| groups.name(place.story)),
            Some("c")
        );
        assert_eq!(groups.place(order_of("d")), None);
        assert_eq!(groups.members(place.story).len(), 2);
    }

    // However many there are, each is found, and no other.
    #[test]
    fn many_are_found() {
        let ids: Vec<String> = (0..5000).map(|n| n.to_string()).collect();
        let members: Vec<Member<'_>> = ids
            .iter()
            .map(|id| Member {
                id,
                story: id,
                copy_of: None,
            })
            .collect();
        let groups = Groups::read(write(members.iter().copied())).unwrap();
        for id in &ids {
            let place = groups.place(order_of(id)).unwrap();
            assert_eq!(groups.name(place.story), Some(id.as_str()));
            assert_eq!(groups.place(order_of(id) + 1), None);
        }
        assert_eq!(groups.place(0), None);
        assert_eq!(groups.place(u64::MAX), None);
        let mut orders: Vec<Option<u64>> = ids.iter().map(|id| Some(order_of(id))).collect();
        orders.extend((0..5000).map(|n| Some(order_of(&format!("other{n}")))));
        orders.extend([None, Some(0), Some(u64::MAX)]);
        let mut stories = Vec::new();
        groups.stories(&orders, &mut stories);
        let place = |order: &Option<u64>| order.and_then(|order| groups.place(order));
        let one_by_one = orders
            .iter()
            .map(|order| place(order).map_or(0, |place| place.story + 1));
        assert!(one_by_one.eq(stories));
    }

    // Whatever the bytes are, reading ends in an answer or an error.
    #[test]
    fn damage_is_an_error() {
        let member = Member {
            id: "a",
            story: "a",
            copy_of: None,
        };
        let good = write([member].into_iter());
        for end in 1..good.len() {
            assert!(Groups::read(good[..end].to_vec()).is_err(), "{end}");
        }
        let mut many = good;
        many[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(Groups::read(many).is_err());
    }
}
