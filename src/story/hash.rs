//! The hashes of words and rows of words. Those of 32 bits are written into archives: they must never change.

const OFFSET: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// The hash of a word.
pub(crate) fn hash(word: &str) -> u32 {
    let fnv = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(PRIME);
    mix(word.bytes().fold(OFFSET, fnv))
}

/// A hash of 64 bits, wide enough to tell all words of an article apart: above the hash that is kept, below another.
pub(crate) fn wide(word: &str) -> u64 {
    let other = word.bytes().fold(!OFFSET, |hash: u32, byte| {
        (hash.rotate_left(7) ^ u32::from(byte)).wrapping_mul(0x9e37_79b1)
    });
    u64::from(hash(word)) << 32 | u64::from(mix(other))
}

/// The part of a wide hash that is kept.
pub(crate) fn kept(wide: u64) -> u32 {
    (wide >> 32) as u32
}

/// The hash of a row of words, by their hashes.
pub(crate) fn hash_row(words: &[u32]) -> u32 {
    let add = |hash: u32, word: &u32| mix(hash.rotate_left(5) ^ *word).wrapping_mul(PRIME);
    mix(words.iter().fold(OFFSET, add))
}

/// Spreads what differs in any bit over all of them, so that the low bits can be sampled by.
fn mix(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Archives hold these numbers: another hash would find no copy of what is already there.
    #[test]
    fn hashes_stay_what_they_are() {
        assert_eq!(hash("ferry"), hash("ferry"));
        assert_ne!(hash_row(&[1, 2]), hash_row(&[2, 1]));
        assert_eq!(kept(wide("ferry")), hash("ferry"));
    }

    // Sampling takes the hashes whose low bits are zero; a sixteenth of them must be near a sixteenth.
    #[test]
    fn low_bits_are_even() {
        let zero = (0..16_000u32)
            .filter(|n| hash_row(&[*n, 7]).is_multiple_of(16))
            .count();
        assert!((850..1_150).contains(&zero), "{zero}");
    }
}
