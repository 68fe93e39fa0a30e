//! How common a word is in news at large, from a table that ships with the program.
//!
//! Because the table is fixed, the likeness of two articles depends on nothing but the two: it works from the second
//! article of an archive on, and no order of adding can change it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::terms::stem;

/// Stems with the number of documents that have them; the first line is the number of documents.
const WORDS: &str = include_str!("../../data/background/words.tsv");

/// Words of other languages that say nothing by themselves.
const SMALL_WORDS: &str = include_str!("../../data/background/small.txt");

/// Words in fewer documents are not in the table.
const RAREST: u32 = 2;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(WORDS, SMALL_WORDS));

struct Table {
    documents: f32,
    known: HashMap<String, u32>,
}

impl Table {
    fn read(words: &str, small: &str) -> Table {
        let (documents, counts) = rows(words);
        let mut known: HashMap<String, u32> = counts
            .map(|(stem, count)| (stem.to_owned(), count))
            .collect();
        let small = small.lines().filter(|line| !line.starts_with('#'));
        for word in small.flat_map(str::split_whitespace) {
            known.entry(stem(word)).or_insert(documents / 2);
        }
        Table {
            documents: documents as f32,
            known,
        }
    }
}

/// The number of documents and the rows of a table of words.
fn rows(words: &str) -> (u32, impl Iterator<Item = (&str, u32)>) {
    let mut lines = words.lines();
    let documents = lines.next().and_then(|line| line.parse().ok()).unwrap_or(1);
    let rows = lines.filter_map(|line| line.split_once('\t'));
    let counts = rows.filter_map(|(stem, count)| Some((stem, count.parse().ok()?)));
    (documents, counts)
}

/// The number of documents that were counted, and the stems with how many have them.
pub(crate) fn counts() -> (u32, impl Iterator<Item = (&'static str, u32)>) {
    rows(WORDS)
}

/// The weight of a stem or number: 0 for a word of every text, about 8 for one that the table does not have.
pub(crate) fn weight(stem: &str) -> f32 {
    weight_with(stem, 0, 0)
}

/// The same, counting so many more documents, of which some have it.
pub(crate) fn weight_with(stem: &str, documents: u64, having: u64) -> f32 {
    let table = &*TABLE;
    let count = table.known.get(stem).copied().unwrap_or(RAREST - 1);
    let (documents, count) = (
        table.documents + documents as f32,
        count as f32 + having as f32,
    );
    (documents / count).ln().max(0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::story::terms::{each_term, fold};

    // If these came out the other way round, small words would decide which articles are alike.
    #[test]
    fn rare_words_weigh_more() {
        assert!(weight("the") < 0.5);
        assert!(weight("the") < weight("presid"));
        assert!(weight("presid") < weight("ferri"));
        assert!(weight("ferri") < weight("xylophonist"));
        // A small word of another language is not rare for being missing from English texts.
        for word in ["für", "nicht", "avec"] {
            assert!(weight(&stem(&fold(word))) < 1.0, "{word}");
        }
    }

    // Not a test: counts the table anew from the documents, one a line, of the file that the variable names.
    #[test]
    #[ignore = "rebuilds data/background/words.tsv"]
    fn rebuild() {
        let path = std::env::var("MORGUE_BACKGROUND").expect("names the file of documents");
        let documents = std::fs::read_to_string(path).expect("is text");
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for document in documents.lines() {
            let mut stems: BTreeSet<String> = BTreeSet::new();
            each_term(document, |term| {
                stems.insert(stem(term.text()));
            });
            for stem in stems {
                *counts.entry(stem).or_default() += 1;
            }
        }
        let rows = counts.iter().filter(|(_, count)| **count >= RAREST);
        let rows: String = rows
            .map(|(stem, count)| format!("{stem}\t{count}\n"))
            .collect();
        let table = format!("{}\n{rows}", documents.lines().count());
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/data/background/words.tsv");
        std::fs::write(place, table).expect("can be written");
    }
}
