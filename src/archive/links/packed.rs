//! Links as bytes: what came, went and changed since the part before, each link once, with the later of its two ends.
#![allow(
    clippy::indexing_slicing,
    reason = "what was written is counted as nodes are added"
)]

use std::io::{self, Write};

use super::near::Near;
use super::{Links, Node};

/// Articles of one batch that went again before it was written, at most; far more than a batch has.
const LARGEST_GAP: usize = 1 << 20;

impl Links {
    /// Writes what came and went since the last part.
    pub(super) fn pack(&self, to: &mut impl Write) -> io::Result<()> {
        let mut out = Vec::new();
        put(&mut out, self.removed.len() as u64);
        for number in &self.removed {
            put(&mut out, u64::from(*number));
        }
        put(&mut out, self.changed.len() as u64);
        for (a, b, likeness) in &self.changed {
            put(&mut out, u64::from(*a));
            put(&mut out, u64::from(*b));
            out.extend(likeness.to_le_bytes());
        }
        let new = (self.written..).zip(&self.nodes[self.written..]);
        let mut next = 0;
        let mut second = 0i64;
        for (number, node) in new.filter(|(_, node)| !node.id.is_empty()) {
            put(&mut out, (number - next) as u64 + 1);
            next = number;
            let (undated, at) = node.at;
            out.push(u8::from(undated));
            let step = at.wrapping_sub(second);
            put(&mut out, ((step << 1) ^ (step >> 63)) as u64);
            second = at;
            put(&mut out, node.id.len() as u64);
            out.extend(node.id.as_bytes());
            let mut near: Vec<(u32, u16)> = node
                .near
                .iter()
                .filter(|(other, _)| (*other as usize) < number)
                .collect();
            near.sort_unstable();
            put(&mut out, near.len() as u64);
            let mut from = 0;
            for (other, likeness) in near {
                put(&mut out, u64::from(other - from));
                from = other;
                out.extend(likeness.to_le_bytes());
            }
            to.write_all(&out)?;
            out.clear();
        }
        put(&mut out, 0);
        to.write_all(&out)
    }

    /// Reads a part into what those before it gave; only links to earlier articles, `None` when it is no part.
    pub(super) fn read(&mut self, bytes: &mut Bytes<'_>, has_changes: bool) -> Option<()> {
        for _ in 0..bytes.number()? {
            let number = usize::try_from(bytes.number()?).ok()?;
            self.nodes.get_mut(number)?.id = "".into();
        }
        let changes = if has_changes { bytes.number()? } else { 0 };
        for _ in 0..changes {
            let earlier = u32::try_from(bytes.number()?).ok()?;
            let later = usize::try_from(bytes.number()?).ok()?;
            let likeness = u16::from_le_bytes(bytes.take(2)?.try_into().ok()?);
            let near = &mut self.nodes.get_mut(later)?.near;
            near.set(earlier, likeness);
        }
        let mut number = 0usize;
        let mut second = 0i64;
        loop {
            let step = usize::try_from(bytes.number()?).ok()?;
            if step == 0 {
                return bytes.0.is_empty().then_some(());
            }
            number = number.checked_add(step - 1)?;
            // What went before it was written leaves a gap.
            if number < self.nodes.len() || number - self.nodes.len() > LARGEST_GAP {
                return None;
            }
            let undated = bytes.take(1)?.first()? != &0;
            let step = bytes.number()?;
            second = second.wrapping_add((step >> 1) as i64 ^ -((step & 1) as i64));
            let length = usize::try_from(bytes.number()?).ok()?;
            let id = std::str::from_utf8(bytes.take(length)?).ok()?;
            let count = usize::try_from(bytes.number()?).ok()?;
            let mut near = Vec::new();
            let mut other = 0u32;
            for _ in 0..count {
                other = other.checked_add(u32::try_from(bytes.number()?).ok()?)?;
                let likeness = bytes.take(2)?.try_into().ok()?;
                near.push((other, u16::from_le_bytes(likeness)));
                if other as usize >= number {
                    return None;
                }
            }
            while self.nodes.len() < number {
                self.push(Node::new("", (false, 0)));
            }
            let mut node = Node::new(id, (undated, second));
            node.near = near.into_iter().collect::<Near>();
            self.push(node);
        }
    }
}

/// Appends a number, seven bits a byte.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Bytes that are read from the front.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number as [`put`] writes it.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}
