//! The same articles give the same answers, in whatever order, threads and commits they came. MORGUE_TEST_ORDER=N shuffles
//! N times.

use std::path::PathBuf;

use morgue::{Archive, FacetRequest, Ingest, Query, Schema, TimelineRequest};

use crate::campaign::{Chance, tell, times};
use crate::sandbox::Sandbox;

/// Articles of which some are copies, some tell the same event, and most neither.
fn clippings() -> (Sandbox, Vec<PathBuf>) {
    let sandbox = Sandbox::new();
    let mut paths = Vec::new();
    for number in 0..36 {
        let event = number / 3;
        let place = ["Bergen", "Oslo", "Lima", "Cairo", "Hanoi", "Quito"][event % 6];
        let event_text = format!(
            "The ferry {place} Star ran aground off {place} on {event} June 2024 with {} people on board. Captain Anna \
             Holm{event} said that the engine of line {event} had failed at {}:15 in the morning.",
            event * 13 + 7,
            event % 12
        );
        let own = match number % 3 {
            0 => String::new(),
            1 => format!(
                "\n\nThe harbour master of {place} called it the worst day since {}.",
                1900 + event
            ),
            _ => "\n\nAn inquiry begins next week. The owners did not answer questions.".to_owned(),
        };
        let text = format!(
            "Ferry {place} Star aground {event}\n\nPublished on: {} June 2024\n\n{event_text}{own}\n",
            event + 1
        );
        paths.push(sandbox.write(&format!("clips/{number:02}.txt"), text));
    }
    (sandbox, paths)
}

/// Answers of every kind, in one text.
fn answers(archive: &Archive) -> String {
    let mut said = String::new();
    for text in [
        "ferry",
        "harbour master",
        "\"ran aground\" inquiry",
        "place:oslo OR lima",
        "engin* -cairo",
    ] {
        for all in [false, true] {
            let mut query = Query::new(text);
            (query.all, query.limit) = (all, None);
            query.facets = ["place", "person"]
                .map(|field| FacetRequest {
                    field: field.to_owned(),
                    top: None,
                })
                .to_vec();
            let mut results = archive.search(&query).unwrap();
            results.took_ms = 0.0;
            said.push_str(&format!("{results:#?}\n"));
        }
    }
    let all = Query::new("*");
    let stories = archive.stories(&all, 50).unwrap();
    let timeline = archive.timeline(&all, &TimelineRequest::default()).unwrap();
    archive
        .each(&all, &mut |article| {
            said.push_str(&format!(
                "{:?} {:?} {:?}\n",
                article.id, article.story, article.copy_of
            ));
            Ok(())
        })
        .unwrap();
    said.push_str(&format!("{stories:#?}\n{timeline:#?}\n"));
    said
}

#[test]
fn shuffles() {
    let (_sandbox, paths) = clippings();
    let shuffles = times("MORGUE_TEST_ORDER", 5);
    let mut chance = Chance::new(5);
    let mut first: Option<String> = None;
    for shuffle in 0..shuffles {
        let mut order = paths.clone();
        for at in (1..order.len()).rev() {
            order.swap(at, chance.below(at + 1));
        }
        let commits = [1, 2, 5, 18][shuffle % 4];
        let archive = Archive::in_memory(Schema::default()).unwrap();
        let options = Ingest {
            jobs: 1 + shuffle % 3,
            ..Ingest::default()
        };
        for part in order.chunks(order.len().div_ceil(commits)) {
            archive.add_paths(part, &options, &mut |_| {}).unwrap();
        }
        let said = answers(&archive);
        match &first {
            None => first = Some(said),
            Some(first) => {
                let differs = first
                    .lines()
                    .zip(said.lines())
                    .find(|(one, other)| one != other);
                assert_eq!(differs, None, "shuffle {shuffle}, {commits} commits");
                assert_eq!(first.len(), said.len());
            }
        }
    }
    tell(&format!(
        "order: {shuffles} shuffles of {} articles, 1 to 18 commits, 1 to 3 threads: the same answers",
        paths.len()
    ));
}
