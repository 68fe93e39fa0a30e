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
        let mut lines = words.lines();
        let documents: u32 = lines.next().and_then(|line| line.parse().ok()).unwrap_or(1);
        let rows = lines.filter_map(|line| line.split_once('\t'));
        let mut known: HashMap<String, u32> = rows
            .filter_map(|(stem, count)| Some((stem.to_owned(), count.parse().ok()?)))
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

/// The weight of a stem or number: 0 for a word of every text, about 8 for one that the table does not have.
pub(crate) fn weight(stem: &str) -> f32 {
    let table = &*TABLE;
    let count = table.known.get(stem).copied().unwrap_or(RAREST - 1);
    (table.documents / count as f32).ln().max(0.0)
}
