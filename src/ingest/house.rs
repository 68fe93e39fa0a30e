//! Learns what the files of a folder have in common, from a fixed sample of them, the first time one is read.
//!
//! The sample is chosen by the names of all files that lie in the folder, so it matters neither which of them changed
//! nor in which order they come. What is learned is never stored: it decides how files are understood that are read
//! now, and those that are as they were are not read again for it.

use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::Draft;
use crate::enrich::house::{HouseStyle, Sample};
use crate::read::{Input, ReadOptions, read};

/// So many files are learned from.
const FILES: usize = 200;
/// In a smaller folder nothing recurs.
const FEWEST: usize = 5;
/// So much is read: pages with their markup are few, texts all of them.
const BYTES: u64 = 4 << 20;
/// Larger files are no clippings.
const LARGEST: u64 = 1 << 20;
/// Records of a container that are looked at.
const RECORDS: usize = 100;

/// The folders that files were read from, with what is known of them.
#[derive(Default)]
pub(super) struct Houses {
    known: Mutex<HashMap<PathBuf, Arc<OnceLock<Arc<HouseStyle>>>>>,
}

impl Houses {
    /// What the files of a folder have in common.
    pub(super) fn of(&self, folder: &Path, options: &ReadOptions) -> Arc<HouseStyle> {
        let house = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(folder.to_path_buf()).or_default())
        };
        // Others that read from the same folder wait here, and from another one do not.
        Arc::clone(house.get_or_init(|| Arc::new(learn(folder, options))))
    }
}

fn learn(folder: &Path, options: &ReadOptions) -> HouseStyle {
    let files = sample(folder);
    let mut sample = Sample::default();
    if files.len() < FEWEST {
        return HouseStyle::default();
    }
    let mut bytes = 0;
    for (file, size) in files {
        bytes += size;
        if bytes > BYTES {
            break;
        }
        let mut drafts = 0;
        let mut found = Vec::new();
        // A file whose reader fails is reported when it is read to be indexed.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            read(Input::Path(&file), options, &mut |draft| {
                drafts += 1;
                found.extend(draft);
                match drafts < RECORDS {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                }
            });
        }));
        if outcome.is_ok() {
            found.iter().for_each(|draft| sample.add(draft));
        }
    }
    sample.learn()
}

/// What the first records of a container have in common: the order of their dates, and `lines` that recur; none where
/// they are too few.
pub(super) fn of_records<'d>(
    records: impl Iterator<Item = &'d Draft>,
    lines: bool,
) -> Option<HouseStyle> {
    let mut sample = Sample::default();
    let mut count = 0;
    for draft in records {
        count += 1;
        match lines {
            true => sample.add(draft),
            false => sample.add_dates(draft),
        }
    }
    (count >= FEWEST).then(|| sample.learn())
}

/// The files to learn from, with their sizes: those whose names have the smallest hashes.
fn sample(folder: &Path) -> Vec<(PathBuf, u64)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<(blake3::Hash, std::ffi::OsString)> = entries
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| !name.as_encoded_bytes().starts_with(b"."))
        .map(|name| (blake3::hash(name.as_encoded_bytes()), name))
        .collect();
    names.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let files = names.into_iter().filter_map(|(_, name)| {
        let path = folder.join(name);
        let meta = fs::metadata(&path).ok()?;
        (meta.is_file() && meta.len() <= LARGEST).then_some((path, meta.len()))
    });
    files.take(FILES).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::{Archive, Article, How, Ingest, Query, Schema};

    const WORDS: &[&str] = &[
        "ferry", "harbour", "mason", "bakery", "orchard", "tunnel", "glacier", "museum",
        "carnival", "violin", "lantern", "quarry", "beehive", "sawmill", "lagoon", "pasture",
        "chapel", "furnace", "windmill", "cellar",
    ];

    /// A paragraph that neither another article has nor another place of this one.
    fn paragraph(article: usize, place: usize) -> String {
        let word = |step: usize| WORDS[(article + place * step + step * step) % WORDS.len()];
        format!(
            "The {} and the old {} were seen by many people, who had come {} times for the {} and the {}.",
            word(0),
            word(1),
            word(2),
            word(3),
            word(5)
        )
    }

    fn text(article: usize, places: std::ops::Range<usize>) -> String {
        places
            .map(|place| paragraph(article, place) + "\n\n")
            .collect()
    }

    /// Wordings that no table knows: a line above the text, one inside it, and three below, one of them a sentence.
    const NAV: &str = "Zimber Morrow Plain";
    const INSET: &str = "Quell the bramble";
    const FOOT: &[&str] = &[
        "Thistle and Brine",
        "The brine keepers of Morrow gladly hear from all who have seen a thistle.",
        "Tell the keepers",
    ];

    fn page(article: usize) -> String {
        let (head, tail) = (text(article, 0..2), text(article, 2..4));
        format!("{NAV}\n\n{head}{INSET}\n\n{tail}{}", FOOT.join("\n"))
    }

    /// The bodies of files that are indexed one after the other, or together when `order` is empty, by name of file.
    fn index(files: &[(&str, String)], order: &[usize]) -> Vec<Article> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let archive = Archive::in_memory(Schema::default()).unwrap();
        let options = Ingest {
            enrich: false,
            ..Ingest::default()
        };
        let mut paths: Vec<_> = order
            .iter()
            .map(|at| folder.path().join(files[*at].0))
            .collect();
        if paths.is_empty() {
            paths.push(folder.path().to_path_buf());
        }
        for path in paths {
            archive.add_paths(&[path], &options, &mut |_| {}).unwrap();
        }
        let mut found = Vec::new();
        let mut keep = |article| {
            found.push(article);
            Ok(())
        };
        archive.each(&Query::new("*"), &mut keep).unwrap();
        found.sort_by(|a, b| (&a.path, a.record).cmp(&(&b.path, b.record)));
        found
    }

    fn named(pages: Vec<String>) -> Vec<(String, String)> {
        let names = (b'a'..).map(|letter| format!("{}.txt", char::from(letter)));
        names.zip(pages).collect()
    }

    fn bodies(pages: Vec<String>, order: &[usize]) -> Vec<String> {
        let files = named(pages);
        let files: Vec<(&str, String)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone()))
            .collect();
        index(&files, order)
            .into_iter()
            .map(|article| article.body)
            .collect()
    }

    // What a paper prints around all its articles is none of them, in whatever words; it stays searchable as the rest.
    #[test]
    fn lines_that_recur_leave_the_text() {
        let pages: Vec<String> = (0..12).map(page).collect();
        for (article, body) in bodies(pages, &[]).iter().enumerate() {
            assert_eq!(*body, text(article, 0..4).trim_end());
        }
        let files: Vec<(String, String)> = named((0..12).map(page).collect());
        let files: Vec<(&str, String)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone()))
            .collect();
        let rest: String = index(&files, &[])[0]
            .rest
            .iter()
            .map(|zone| zone.text.clone() + "\n")
            .collect();
        for line in FOOT.iter().chain([&NAV, &INSET]) {
            assert!(rest.contains(line), "{rest}");
        }
    }

    // The sample is that of the folder, whatever was named and when.
    #[test]
    fn neither_order_nor_runs_change_what_is_learned() {
        let pages: Vec<String> = (0..12).map(page).collect();
        let at_once = bodies(pages.clone(), &[]);
        let order: Vec<usize> = (0..12).rev().collect();
        assert_eq!(bodies(pages, &order), at_once);
    }

    #[test]
    fn of_few_files_nothing_is_learned() {
        for (article, body) in bodies((0..4).map(page).collect(), &[]).iter().enumerate() {
            assert!(body.contains(INSET), "{article}: {body}");
        }
    }

    // Copies and reports of one event share paragraphs, each time with others around them.
    #[test]
    fn paragraphs_of_copies_stay() {
        let shared = text(17, 5..7);
        let inside = |article: usize| match article % 2 {
            0 => format!("{}{shared}{}", text(article, 0..2), text(article, 2..5)),
            _ => text(article, 0..5),
        };
        let at_the_end = |article: usize| match article % 2 {
            0 => text(article, 0..5) + &shared,
            _ => text(article, 0..5),
        };
        let whole = |article: usize| format!("{}\n\n{}", paragraph(article, 0), text(17, 0..6));
        let partly: [Vec<String>; 2] = [
            (0..12).map(inside).collect(),
            (0..12).map(at_the_end).collect(),
        ];
        let wholly = bodies((0..12).map(whole).collect(), &[]);
        for pages in partly {
            let bodies = bodies(pages, &[]);
            assert!(
                bodies
                    .iter()
                    .step_by(2)
                    .all(|body| body.contains(shared.trim_end()))
            );
        }
        assert!(
            wholly
                .iter()
                .all(|body| body.contains(text(17, 0..6).trim_end()))
        );
    }

    // Dates, by-lines and agencies recur too and are no furniture.
    #[test]
    fn credits_that_recur_are_still_read() {
        let credited = |article: usize| {
            let day = article % 2 + 1;
            format!(
                "Ferry of the {} comes home\nJane Doe\n{day} May 2021\n\n{}",
                WORDS[article],
                text(article, 0..4)
            )
        };
        let files = named((0..12).map(credited).collect());
        let files: Vec<(&str, String)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone()))
            .collect();
        for article in index(&files, &[]) {
            assert_eq!(article.byline, ["Jane Doe"]);
            assert_eq!(article.how("date"), Some(How::Stated));
            assert!(article.title.unwrap().starts_with("Ferry of the"));
        }
    }

    fn dated(dates: &[&str]) -> Vec<Article> {
        let page = |(article, date): (usize, &&str)| {
            format!(
                "Ferry of the {} comes home\n{date}\n\n{}",
                WORDS[article],
                text(article, 0..4)
            )
        };
        let files = named(dates.iter().enumerate().map(page).collect());
        let files: Vec<(&str, String)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone()))
            .collect();
        index(&files, &[])
    }

    // Which number is the day is what the other dates of the folder say, and nothing when they disagree.
    #[test]
    fn other_dates_tell_the_order_of_day_and_month() {
        let date = |dates: &[&str]| {
            let first = dated(dates).swap_remove(0);
            (first.date.map(|date| date.to_string()), first.how("date"))
        };
        let known = |date: &str| (Some(date.to_owned()), Some(How::Derived));
        let months = [
            "03/04/2024",
            "03/25/2024",
            "4/30/2024",
            "05/05/2024",
            "6/1/2024",
        ];
        assert_eq!(date(&months), known("2024-03-04"));
        let days = [
            "03/04/2024",
            "25/03/2024",
            "30/4/2024",
            "05/05/2024",
            "1/6/2024",
        ];
        assert_eq!(date(&days), known("2024-04-03"));
        let both = [
            "03/04/2024",
            "25/03/2024",
            "30/4/2024",
            "05/25/2024",
            "1/6/2024",
        ];
        assert_eq!(date(&both), (None, None));
    }

    // The rows of a table come from one hand.
    #[test]
    fn rows_tell_the_order_of_each_other() {
        let rows = [
            "03/04/2024",
            "25/03/2024",
            "30/4/2024",
            "05/05/2024",
            "1/6/2024",
        ];
        let rows = rows.iter().enumerate();
        let table: String = rows
            .map(|(at, date)| format!("Ferry {at},{date},It came.\n"))
            .collect();
        let articles = index(&[("a.csv", format!("title,date,text\n{table}"))], &[]);
        let days: Vec<_> = articles
            .iter()
            .map(|article| article.date.unwrap().to_string())
            .collect();
        assert_eq!(
            days,
            [
                "2024-04-03",
                "2024-03-25",
                "2024-04-30",
                "2024-05-05",
                "2024-06-01"
            ]
        );
    }
}
