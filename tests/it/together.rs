//! Two writers and eight readers at once, while segments are merged. MORGUE_TEST_SECONDS=N keeps them at it for N seconds.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use morgue::{Archive, Article, ErrorKind, Query, Schema};

use crate::campaign::{tell, times};

/// Articles of one commit; they come and go together.
const BATCH: u64 = 5;

fn batch(writer: &str, number: u64) -> Vec<Article> {
    let article = |n: u64| Article {
        id: format!("{writer}{n}"),
        title: Some(format!("Ferry {n} of {writer}")),
        body: format!("The ferry {n} sails in round {number}."),
        ..Article::default()
    };
    (number * BATCH..(number + 1) * BATCH)
        .map(article)
        .collect()
}

// Readers see whole commits, in order, and never an error; writers wait for each other; nothing is lost or doubled.
#[test]
fn writers_and_readers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    Archive::create(&path, Schema::default()).unwrap();
    let time = Duration::from_secs(times("MORGUE_TEST_SECONDS", 4) as u64);
    let started = Instant::now();
    let is_over = AtomicBool::new(false);
    let (looks, busy) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut written = 0;
    std::thread::scope(|scope| {
        let writers = ["a", "b"].map(|name| {
            let (path, busy) = (&path, &busy);
            scope.spawn(move || {
                let mut done = 0;
                while started.elapsed() < time {
                    let archive = Archive::open(path).unwrap();
                    match archive.add(batch(name, done)) {
                        Ok(_) => done += 1,
                        Err(error) if error.kind() == ErrorKind::Busy => {
                            busy.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(error) => panic!("{error:?}"),
                    }
                    if done % 20 == 19 && name == "a" {
                        archive.compact().map(drop).or_else(busy_is_fine).unwrap();
                    }
                }
                done
            })
        });
        for _ in 0..8 {
            let (path, is_over, looks) = (&path, &is_over, &looks);
            scope.spawn(move || {
                let archive = Archive::open(path).unwrap();
                let mut last = 0;
                while !is_over.load(Ordering::Relaxed) {
                    archive.reload().unwrap();
                    let total = archive.search(&Query::new("ferry")).unwrap().total;
                    assert!(
                        total >= last && total.is_multiple_of(BATCH),
                        "{total} after {last}"
                    );
                    let info = archive.info().unwrap();
                    assert!(info.articles >= total);
                    last = total;
                    looks.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for writer in writers {
            written += writer.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let archive = Archive::open(&path).unwrap();
    let report = archive.verify().unwrap();
    tell(&format!(
        "together: 2 writers, 8 readers, {} s: {written} commits, {} looks, {} times busy",
        time.as_secs(),
        looks.load(Ordering::Relaxed),
        busy.load(Ordering::Relaxed)
    ));
    assert!(report.ok, "{report:?}");
    assert_eq!(report.articles, written * BATCH);
}

fn busy_is_fine(error: morgue::Error) -> morgue::Result<()> {
    match error.kind() {
        ErrorKind::Busy => Ok(()),
        _ => Err(error),
    }
}

// A reader that asks again and again does not open anything when nothing was committed.
#[test]
fn reloading_costs_little() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive"), Schema::default()).unwrap();
    archive.add(batch("a", 0)).unwrap();
    let started = Instant::now();
    for _ in 0..200 {
        archive.reload().unwrap();
    }
    let each = started.elapsed() / 200;
    assert!(each < Duration::from_millis(5), "{each:?}");
}
