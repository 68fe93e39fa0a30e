//! What an article is about in a few small numbers, and what the likeness of answers says about each of them.
//!
//! Articles that answer a question well are like each other. So each of the best answers takes a part of its place from
//! those among them that are most like it; no other article of the archive is asked. The numbers lie in a column, since
//! reading the articles themselves would cost more than the search.
#![allow(
    clippy::indexing_slicing,
    reason = "places number the answers that are compared"
)]

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::story;

/// Numbers kept of an article. More bring nothing that was measurable.
const KEPT: usize = 24;

/// Words counted; the beginning says what an article is about.
const MOST_WORDS: usize = 5_000;

/// Letters that stand for a word and its forms: a stem that costs nothing and knows no language.
const LETTERS: usize = 7;

/// The weight from which on a word says something.
const LIGHTEST: f32 = 0.5;

/// How many of the likest answers an answer listens to.
const NEIGHBOURS: usize = 5;

/// Weights of words, by number, from the table of how common words are in news at large.
static WEIGHTS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let (documents, words) = story::common_words();
    let mut counts = vec![1_u32; usize::from(u16::MAX) + 1];
    for (word, count) in words {
        let slot = usize::from(number(word));
        if let Some(known) = counts.get_mut(slot) {
            *known = count.max(*known);
        }
    }
    let weight = |count: u32| (documents as f32 / count as f32).ln().max(0.0);
    counts.into_iter().map(weight).collect()
});

/// The number of a word, from its first letters.
pub(super) fn number(word: &str) -> u16 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for letter in word.chars().take(LETTERS) {
        hash = (hash ^ u64::from(u32::from(letter))).wrapping_mul(0x0100_0000_01b3);
    }
    (hash ^ (hash >> 16) ^ (hash >> 32) ^ (hash >> 48)) as u16
}

/// The words of an article, to be weighed: the number of each, and whether it is short, in one, as sorting is most of
/// the work.
#[derive(Default)]
pub(super) struct Gist(Vec<u32>);

impl Gist {
    pub(super) fn add(&mut self, folded: &str, number: u16) {
        if folded.len() > 1 && self.0.len() < MOST_WORDS {
            self.0
                .push(u32::from(number) << 1 | u32::from(folded.len() == 2));
        }
    }

    /// The numbers of the heaviest words, heaviest first.
    pub(super) fn heaviest(self) -> Vec<u16> {
        heaviest(self.0)
    }
}

fn heaviest(mut numbers: Vec<u32>) -> Vec<u16> {
    numbers.sort_unstable();
    let mut heaviest: Vec<(f32, u16)> = Vec::new();
    for same in numbers.chunk_by(|a, b| a >> 1 == b >> 1) {
        let (number, is_short) = ((same[0] >> 1) as u16, same[0] & 1 == 1);
        let rarity = WEIGHTS.get(usize::from(number)).copied().unwrap_or(0.0);
        let weight = (1.0 + (same.len() as f32).ln()) * rarity;
        let weight = if is_short { weight * 0.5 } else { weight };
        if weight > LIGHTEST {
            heaviest.push((weight, number));
        }
    }
    let order = |a: &(f32, u16), b: &(f32, u16)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if heaviest.len() > KEPT {
        heaviest.select_nth_unstable_by(KEPT, order);
        heaviest.truncate(KEPT);
    }
    heaviest.sort_unstable_by(order);
    heaviest.into_iter().map(|(_, number)| number).collect()
}

/// What the answers most like each answer score, by the answers' numbers and scores.
///
/// An answer with few or weak neighbours is given the mean instead, so that standing alone neither helps nor harms.
pub(crate) fn scores_of_likes(gists: &[Vec<u16>], scores: &[f32]) -> Vec<f32> {
    let count = scores.len();
    let mut holders: HashMap<u16, Vec<usize>> = HashMap::new();
    for (answer, gist) in gists.iter().enumerate().take(count) {
        for number in gist {
            holders.entry(*number).or_default().push(answer);
        }
    }
    // What all answers are about tells none of them from another.
    let mut holders: Vec<Vec<usize>> = holders.into_values().collect();
    holders.sort_unstable();
    let mut lengths = vec![0.0_f32; count];
    let mut shared = vec![0.0_f32; count * count];
    for answers in &holders {
        let weight = (1.0 + count as f32 / answers.len() as f32).ln().powi(2);
        for (i, one) in answers.iter().enumerate() {
            lengths[*one] += weight;
            for other in &answers[i + 1..] {
                shared[one * count + other] += weight;
                shared[other * count + one] += weight;
            }
        }
    }
    let mean = scores.iter().sum::<f32>() / count.max(1) as f32;
    let mut heard = Vec::with_capacity(count);
    let mut likes: Vec<(f32, usize)> = Vec::with_capacity(count);
    for one in 0..count {
        likes.clear();
        for other in 0..count {
            let weight = shared[one * count + other];
            if weight > 0.0 {
                likes.push((weight / (lengths[one] * lengths[other]).sqrt(), other));
            }
        }
        let nearest = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if likes.len() > NEIGHBOURS {
            likes.select_nth_unstable_by(NEIGHBOURS, nearest);
            likes.truncate(NEIGHBOURS);
        }
        likes.sort_unstable_by(nearest);
        let likeness: f32 = likes.iter().map(|(like, _)| like).sum();
        let said: f32 = likes
            .iter()
            .map(|(like, other)| like * scores[*other])
            .sum();
        let silence = (1.0 - likeness).max(0.0);
        heard.push((said + silence * mean) / (likeness + silence));
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::super::analyse::words;
    use super::*;

    fn gist(texts: &[&str]) -> Vec<u16> {
        let mut gist = Gist::default();
        for word in texts.iter().flat_map(|text| words(text)) {
            gist.add(&word.folded, number(&word.folded));
        }
        gist.heaviest()
    }

    // Small words and the form of a word must not decide what an article is about.
    #[test]
    fn what_an_article_is_about() {
        let ferry = gist(&[
            "The ferries sailed",
            "Passengers of the ferries and the harbour.",
        ]);
        assert_eq!(ferry, gist(&["ferries sailed passengers ferries harbour"]));
        assert_ne!(ferry, gist(&["trams stopped passengers trams bridges"]));
        assert!(gist(&["", "the of and", "—"]).is_empty());
        assert_eq!(gist(&["sanctions"]), gist(&["SANCTION"]));
        assert_eq!(gist(&["санкции"]), gist(&["Санкции"]));
    }

    // The third answer is like the first, the fourth like none.
    #[test]
    fn answers_hear_their_likes() {
        let gists = [vec![1, 2, 3], vec![4, 5, 6], vec![1, 2, 7], vec![8, 9]];
        let heard = scores_of_likes(&gists, &[4.0, 2.0, 1.0, 1.0]);
        let mean = 2.0;
        assert!(heard[2] > mean, "{heard:?}");
        assert!(heard[0] < mean, "{heard:?}");
        assert_eq!((heard[1], heard[3]), (mean, mean));
        assert!(scores_of_likes(&[], &[]).is_empty());
    }
}
