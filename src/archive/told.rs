//! The stories of the articles that match: how many, the best line of each, and who else has the same text.

use std::collections::HashMap;

use super::collect::Found;
use super::groups::{Groups, Place};
use super::layout::order_of;

/// The matching articles of one story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    number: u32,
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
    /// By the number of a story: its place among those found, plus one.
    places: Vec<u32>,
    stories: Vec<Story>,
    texts: Vec<Text>,
    /// A bit for each number of a story plus one that was only counted; the first is for articles without a story.
    counted: Vec<u64>,
}

impl Told {
    /// Makes room for the numbers of so many stories.
    pub(crate) fn with_room(stories: usize) -> Told {
        Told {
            places: vec![0; stories],
            ..Told::default()
        }
    }

    /// Adds the story of an article, by its number plus one, where only the number of stories is asked. What is done is
    /// the same for articles without a story, as no processor could foresee which of them these are.
    #[inline]
    pub(crate) fn count(&mut self, next: u32) {
        let (word, bit) = ((next / 64) as usize, 1 << (next % 64));
        if self.counted.len() <= word {
            self.counted.resize(word + 1, 0);
        }
        if let Some(counted) = self.counted.get_mut(word) {
            *counted |= bit;
        }
    }

    /// Adds an article.
    pub(crate) fn add(&mut self, place: Place, found: Found) {
        self.join_story(Story {
            number: place.story,
            best: found,
            size: 1,
        });
        self.texts.push(Text {
            story: place.story,
            copy_of: place.copy_of.map_or(0, |number| number + 1),
            order: found.rank.order,
        });
    }

    /// Adds what another segment has.
    pub(crate) fn join(&mut self, other: Told) {
        if self.stories.is_empty() && self.counted.is_empty() {
            *self = other;
            return;
        }
        if self.counted.len() < other.counted.len() {
            self.counted.resize(other.counted.len(), 0);
        }
        for (ours, theirs) in self.counted.iter_mut().zip(other.counted) {
            *ours |= theirs;
        }
        for story in other.stories {
            self.join_story(story);
        }
        self.texts.extend(other.texts);
    }

    fn join_story(&mut self, story: Story) {
        let number = story.number as usize;
        if self.places.len() <= number {
            self.places.resize(number + 1, 0);
        }
        let Some(place) = self.places.get_mut(number) else {
            return;
        };
        let known = (*place as usize).checked_sub(1);
        match known.and_then(|known| self.stories.get_mut(known)) {
            Some(known) => {
                known.best = known.best.min(story.best);
                known.size += story.size;
            }
            None => {
                self.stories.push(story);
                *place = self.stories.len() as u32;
            }
        }
    }

    /// How many stories match.
    pub(crate) fn len(&self) -> usize {
        let counted = self.counted.iter().map(|bits| bits.count_ones() as usize);
        let without = self.counted.first().map_or(0, |bits| bits & 1);
        self.stories.len() + counted.sum::<usize>() - without as usize
    }

    /// The best line of each story.
    pub(crate) fn bests(&self) -> impl Iterator<Item = Found> {
        self.stories.iter().map(|story| story.best)
    }

    /// How many articles of a story match.
    pub(crate) fn size(&self, story: u32) -> Option<u64> {
        let place = (*self.places.get(story as usize)? as usize).checked_sub(1)?;
        Some(self.stories.get(place)?.size)
    }

    /// The stories by their numbers.
    pub(crate) fn by_number(self) -> HashMap<u32, Story> {
        let stories = self.stories.into_iter();
        stories.map(|story| (story.number, story)).collect()
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
