//! The stories of the articles that match: how many, the best line of each, and who else has the same text.

use std::collections::HashMap;

use super::collect::Found;
use super::groups::{Groups, Place};
use super::layout::order_of;

/// The matching articles of one story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    /// The one that stands for it.
    pub(crate) best: Found,
    /// How many match.
    pub(crate) size: u64,
}

/// A matching article of a story, for telling which have the same text.
#[derive(Clone, Copy, Debug)]
struct Text {
    story: u32,
    /// The number of the original plus one; 0 for an original.
    copy_of: u32,
    order: u64,
}

/// The stories of more than one article among those that match.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// A bit for each number of a story plus one; the first is for articles without a story.
    told: Vec<u64>,
    texts: Vec<Text>,
    /// The best lines of stories that may be shown, each with the number of its story.
    bests: Vec<(u32, Found)>,
    /// By the number of a story: the place of its best line, plus one.
    places: Vec<u32>,
}

impl Told {
    /// Makes room for the numbers of so many stories.
    pub(crate) fn with_room(stories: usize) -> Told {
        Told {
            told: vec![0; stories / 64 + 1],
            places: vec![0; stories],
            ..Told::default()
        }
    }

    /// Adds the story of an article, by its number plus one, where only the number of stories is asked. What is done is
    /// the same for articles without a story, as no processor could foresee which of them these are.
    #[inline]
    pub(crate) fn count(&mut self, next: u32) {
        let (word, bit) = ((next / 64) as usize, 1 << (next % 64));
        if self.told.len() <= word {
            self.told.resize(word + 1, 0);
        }
        if let Some(told) = self.told.get_mut(word) {
            *told |= bit;
        }
    }

    /// Adds an article by the hash of its id.
    pub(crate) fn add(&mut self, place: Place, order: u64) {
        self.count(place.story + 1);
        self.texts.push(Text {
            story: place.story,
            copy_of: place.copy_of.map_or(0, |number| number + 1),
            order,
        });
    }

    /// Notes an article that its story may be shown by.
    pub(crate) fn show(&mut self, story: u32, found: Found) {
        let number = story as usize;
        if self.places.len() <= number {
            self.places.resize(number + 1, 0);
        }
        let Some(place) = self.places.get_mut(number) else {
            return;
        };
        let known = (*place as usize).checked_sub(1);
        match known.and_then(|known| self.bests.get_mut(known)) {
            Some((_, best)) => *best = (*best).min(found),
            None => {
                self.bests.push((story, found));
                *place = self.bests.len() as u32;
            }
        }
    }

    /// Adds what other segments have.
    pub(crate) fn join(&mut self, other: Told) {
        if self.told.len() < other.told.len() {
            self.told.resize(other.told.len(), 0);
        }
        for (ours, theirs) in self.told.iter_mut().zip(other.told) {
            *ours |= theirs;
        }
        for (story, found) in other.bests {
            self.show(story, found);
        }
        self.texts.extend(other.texts);
    }

    /// How many stories match.
    pub(crate) fn len(&self) -> usize {
        let told = self.told.iter().map(|bits| bits.count_ones() as usize);
        let without = self.told.first().map_or(0, |bits| bits & 1);
        told.sum::<usize>() - without as usize
    }

    /// The best lines of the stories that may be shown.
    pub(crate) fn bests(&self) -> impl Iterator<Item = Found> {
        self.bests.iter().map(|(_, best)| *best)
    }

    /// The stories that may be shown, by their numbers.
    pub(crate) fn by_number(self) -> HashMap<u32, Story> {
        let of = |(number, best)| (number, Story { best, size: 0 });
        let mut stories: HashMap<u32, Story> = self.bests.into_iter().map(of).collect();
        for text in &self.texts {
            if let Some(story) = stories.get_mut(&text.story) {
                story.size += 1;
            }
        }
        stories
    }

    /// The texts of some stories: how many matching articles have each, by story and the hash of the original's id.
    pub(crate) fn texts(&self, stories: &[u32], groups: &Groups) -> HashMap<(u32, u64), u64> {
        let mut counts = HashMap::new();
        for text in &self.texts {
            if stories.contains(&text.story) {
                let original = text
                    .copy_of
                    .checked_sub(1)
                    .and_then(|number| groups.name(number));
                let original = original.map_or(text.order, order_of);
                *counts.entry((text.story, original)).or_default() += 1;
            }
        }
        counts
    }
}
