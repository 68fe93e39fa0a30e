//! The stories of the articles that match: how many, the best line of each, and who else has the same text.

use std::collections::{BTreeMap, HashMap};

use tantivy::{DocAddress, Searcher};

use super::collect::Found;
use super::engine_error;
use super::groups::Groups;
use super::layout::order_of;
use crate::Result;

/// The matching articles of one story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    /// The one that stands for it.
    pub(crate) best: Found,
    /// How many match.
    pub(crate) size: u64,
}

/// The stories of more than one article among those that match.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The numbers of the stories plus one; 0 is for articles without a story.
    told: Bits,
    /// The articles, each with the number of its story.
    articles: Vec<(u32, DocAddress)>,
    /// The best lines of stories that may be shown, each with the number of its story.
    bests: Vec<(u32, Found)>,
    /// By the number of a story: the place of its best line, plus one.
    places: Vec<u32>,
}

/// Which of the articles of the stories shown have the same text.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    /// Matching articles by story.
    sizes: HashMap<u32, u64>,
    /// The same by story and the hash of the original's id.
    texts: HashMap<(u32, u64), u64>,
}

impl Texts {
    /// How many matching articles a story has.
    pub(crate) fn size(&self, story: u32) -> u64 {
        self.sizes.get(&story).copied().unwrap_or(0)
    }

    /// How many of them have the text of an original besides one.
    pub(crate) fn others(&self, story: u32, original: u64) -> u64 {
        let same = self.texts.get(&(story, original)).copied();
        same.unwrap_or(0).saturating_sub(1)
    }
}

/// Some numbers, a bit for each.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    #[inline]
    fn set(&mut self, number: u32) {
        let (word, bit) = ((number / 64) as usize, 1 << (number % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    #[inline]
    fn has(&self, number: u32) -> bool {
        let bits = self.0.get((number / 64) as usize);
        bits.is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    fn join(&mut self, other: Bits) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours |= theirs;
        }
    }
}

impl Told {
    /// Makes room for the numbers of so many stories.
    pub(crate) fn with_room(stories: usize) -> Told {
        Told {
            told: Bits(vec![0; stories / 64 + 1]),
            places: vec![0; stories],
            ..Told::default()
        }
    }

    /// Adds the story of an article, by its number plus one, where only the number of stories is asked. What is done is
    /// the same for articles without a story, as no processor could foresee which of them these are.
    #[inline]
    pub(crate) fn count(&mut self, next: u32) {
        self.told.set(next);
    }

    /// Adds an article by the number of its story.
    pub(crate) fn add(&mut self, story: u32, address: DocAddress) {
        self.count(story + 1);
        self.articles.push((story, address));
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
        if self.articles.is_empty() && self.told.0.is_empty() {
            *self = other;
            return;
        }
        self.told.join(other.told);
        for (story, found) in other.bests {
            self.show(story, found);
        }
        self.articles.extend(other.articles);
    }

    /// How many stories match.
    pub(crate) fn len(&self) -> usize {
        self.told.len() - usize::from(self.told.has(0))
    }

    /// The best lines of the stories that may be shown.
    pub(crate) fn bests(&self) -> impl Iterator<Item = Found> {
        self.bests.iter().map(|(_, best)| *best)
    }

    /// The stories that may be shown, by their numbers.
    pub(crate) fn by_number(self) -> HashMap<u32, Story> {
        let of = |(number, best)| (number, Story { best, size: 0 });
        let mut stories: HashMap<u32, Story> = self.bests.into_iter().map(of).collect();
        for (story, _) in &self.articles {
            if let Some(story) = stories.get_mut(story) {
                story.size += 1;
            }
        }
        stories
    }

    /// The texts of the stories that are shown. What only these need is read of them alone.
    pub(crate) fn texts(
        &self,
        stories: &[u32],
        groups: &Groups,
        searcher: &Searcher,
    ) -> Result<Texts> {
        let mut shown = Bits::default();
        for story in stories {
            shown.set(*story);
        }
        let mut found = Texts::default();
        let mut columns = BTreeMap::new();
        for (story, address) in self.articles.iter().filter(|one| shown.has(one.0)) {
            let column = match columns.get(&address.segment_ord) {
                Some(column) => column,
                None => {
                    let fast = searcher.segment_reader(address.segment_ord).fast_fields();
                    let column = fast.u64("order").map_err(engine_error)?;
                    columns.entry(address.segment_ord).or_insert(column)
                }
            };
            let order = column.first(address.doc_id).unwrap_or(0);
            let copy_of = groups.place(order).and_then(|place| place.copy_of);
            let original = copy_of.and_then(|number| groups.name(number));
            let original = original.map_or(order, order_of);
            *found.sizes.entry(*story).or_default() += 1;
            *found.texts.entry((*story, original)).or_default() += 1;
        }
        Ok(found)
    }
}
