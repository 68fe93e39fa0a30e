//! The neighbours of an article, packed: an archive has far more links than articles, and a writer holds them all.

use super::packed::{Bytes, put};

/// Numbers of articles, each with the likeness. A number is written as the step from the one before it, which is mostly
/// short, as what is alike came at about the same time; the likeness takes two bytes. The last that came stands first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Near(Box<[u8]>);

impl Near {
    pub(in super::super) fn iter(&self) -> Unpacked<'_> {
        Unpacked {
            bytes: Bytes(&self.0),
            before: 0,
        }
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds one that is not there.
    pub(super) fn push(&mut self, (number, likeness): (u32, u16)) {
        let mut all = Vec::with_capacity(self.0.len() + 12);
        write(&mut all, 0, number, likeness);
        let mut rest = self.iter();
        if let Some((first, likeness)) = rest.next() {
            write(&mut all, number, first, likeness);
        }
        all.extend(rest.bytes.0);
        self.0 = all.into();
    }

    /// Gives a neighbour that likeness, 0 for none; says whether that is a change.
    pub(super) fn set(&mut self, number: u32, likeness: u16) -> bool {
        match self.iter().find(|(near, _)| *near == number) {
            Some((_, known)) if known == likeness => false,
            None if likeness == 0 => false,
            None => {
                self.push((number, likeness));
                true
            }
            Some(_) => {
                let others = self.iter().filter(|(near, _)| *near != number);
                let new = (likeness > 0).then_some((number, likeness));
                *self = new.into_iter().chain(others).collect();
                true
            }
        }
    }

    pub(super) fn remove(&mut self, number: u32) {
        self.set(number, 0);
    }
}

impl FromIterator<(u32, u16)> for Near {
    fn from_iter<I: IntoIterator<Item = (u32, u16)>>(all: I) -> Near {
        let (mut near, mut before) = (Vec::new(), 0);
        for (number, likeness) in all {
            write(&mut near, before, number, likeness);
            before = number;
        }
        Near(near.into())
    }
}

fn write(out: &mut Vec<u8>, before: u32, number: u32, likeness: u16) {
    let step = i64::from(number) - i64::from(before);
    put(out, ((step << 1) ^ (step >> 63)) as u64);
    out.extend(likeness.to_le_bytes());
}

/// The neighbours one by one.
pub(in super::super) struct Unpacked<'a> {
    bytes: Bytes<'a>,
    before: u32,
}

impl Iterator for Unpacked<'_> {
    type Item = (u32, u16);

    fn next(&mut self) -> Option<(u32, u16)> {
        let step = self.bytes.number()?;
        let step = (step >> 1) as i64 ^ -((step & 1) as i64);
        self.before = u32::try_from(i64::from(self.before) + step).ok()?;
        let likeness = self.bytes.take(2)?.try_into().ok()?;
        Some((self.before, u16::from_le_bytes(likeness)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        // Whatever is set, changed and taken out, what is there is what a map would hold.
        #[test]
        fn as_a_map(steps in proptest::collection::vec((prop_oneof![0..9u32, any::<u32>()], 0..3u16), 0..60)) {
            let (mut near, mut map) = (Near::default(), BTreeMap::new());
            for (number, likeness) in steps {
                let before = match likeness {
                    0 => map.remove(&number),
                    _ => map.insert(number, likeness),
                };
                prop_assert_eq!(near.set(number, likeness), before.unwrap_or(0) != likeness);
                prop_assert_eq!(near.iter().collect::<BTreeMap<_, _>>(), map.clone());
                prop_assert_eq!(near.iter().count(), map.len());
                prop_assert_eq!(near.is_empty(), map.is_empty());
            }
        }
    }
}
