//! What a program that embeds the library relies on.

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use chrono::{FixedOffset, NaiveDate, TimeZone};
use morgue::{
    Archive, Article, Date, Decision, EnrichOptions, Error, ErrorAnswer, ErrorKind, Event,
    FacetRequest, Filter, Ingest, Query, Schema, TimelineRequest, enrich,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample");

const DESK: &str = "[desk]\nkind = \"keyword\"\nfacet = true\n";

fn archive_of_sample() -> Archive {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    archive
        .add_paths(&[SAMPLE], &Ingest::default(), &mut |_| {})
        .unwrap();
    archive
}

fn assert_read_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(answer: &T) {
    let text = serde_json::to_string(answer).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), answer);
}

// A program that asks the binary, or keeps answers, has them as it got them: nothing missing, in the same order.
#[test]
fn answers_are_read_back_as_they_were() {
    let archive = archive_of_sample();
    let query = Query {
        facets: vec![FacetRequest::new("source"), FacetRequest::new("person")],
        explain: true,
        ..Query::new("summit")
    };
    let mut results = archive.search(&query).unwrap();
    // What a clock measured has more digits than are written.
    results.took_ms = 0.5;
    assert_read_back(&results);
    assert_read_back(&archive.facets(&query, true).unwrap());
    let request = TimelineRequest::default();
    assert_read_back(&archive.timeline(&query, &request).unwrap());
    assert_read_back(&archive.stories(&Query::new("*"), 3).unwrap());
    let id = &results.hits.first().unwrap().id;
    assert_read_back(&archive.get(id).unwrap());
    assert_read_back(&archive.story(id).unwrap());
    assert_read_back(&archive.entity("solvang", None).unwrap().unwrap());
    let ids = std::slice::from_ref(id);
    assert_read_back(&archive.remove(ids, true).unwrap());
    assert_read_back(&archive.set(ids, &[("title", "Again")], true).unwrap());
    let name = "Geneva".to_owned();
    let decision = archive.decide(&Decision::Drop { name }, None).unwrap();
    assert_read_back(&decision);
    assert_read_back(&archive.info().unwrap());
    assert_read_back(&archive.verify().unwrap());
    let error = archive.search(&Query::new("(summit")).unwrap_err();
    assert_read_back(&ErrorAnswer::from(&error));
}

// The place in the query that an error points at cuts the text as it is.
#[test]
fn an_error_points_into_the_query() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let text = "été date:2024-13";
    let error: Error = archive.search(&Query::new(text)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadDate);
    assert_eq!(text.get(error.at().unwrap()), Some("2024-13"));
}

/// An article as a program has it, without evidence.
fn article(id: &str, desk: &str) -> Article {
    let mut article = Article {
        id: id.to_owned(),
        title: Some("Harbour reopens".to_owned()),
        body: "The port of Mombasa reopened on Monday, the harbour office said.".to_owned(),
        date: Some(NaiveDate::from_ymd_opt(2024, 3, 4).unwrap().into()),
        ..Article::default()
    };
    article
        .labels
        .insert("desk".to_owned(), vec![desk.to_owned()]);
    article
}

fn count(archive: &Archive, query: &Query) -> u64 {
    archive.search(query).unwrap().total
}

// A program starts again and again with the fields that it knows; nothing of before may be lost or in its way.
#[test]
fn an_archive_is_opened_or_made() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("deep/archive");
    let made = Archive::open_or_create(&place, Schema::default()).unwrap();
    made.add([article("1", "World")]).unwrap();
    assert_eq!(made.schema(), &Schema::default());

    let fields = format!("{DESK}[copy_desk]\nkind = \"name\"\n");
    let schema = Schema::with_user_fields(&fields).unwrap();
    let opened = Archive::open_or_create(&place, schema.clone()).unwrap();
    assert_eq!(opened.schema(), &schema);
    opened.add([article("2", "World")]).unwrap();
    let world = Query {
        filters: vec![Filter::new("desk", "world")],
        ..Query::new("harbour")
    };
    assert_eq!(count(&opened, &Query::new("harbour")), 2);
    assert_eq!(count(&opened, &world), 1);

    let again = Archive::open_or_create(&place, Schema::default()).unwrap();
    assert_eq!(again.schema(), &schema);
    assert_eq!(count(&again, &world), 1);
}

// Nothing silent: what is kept and cannot be found is said, and an article that is refused is named.
#[test]
fn adding_says_what_it_did() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let report = archive
        .add(["1", "2"].map(|id| article(id, "World")))
        .unwrap();
    let hint = "labels not used: desk (2); a field of that name takes them";
    assert_eq!(report.hints, [hint]);
    assert_eq!(
        archive.get("1").unwrap().labels["desk"],
        ["World"],
        "it is kept"
    );

    // What is empty is not there.
    let empty = Article {
        source: Some(String::new()),
        byline: vec![" ".to_owned(), "Jane Doe".to_owned()],
        version: morgue::Version(99),
        ..article("1", "World")
    };
    assert_eq!(archive.add([empty]).unwrap().replaced, 1);
    let facets = ["source", "byline"].map(FacetRequest::new).to_vec();
    let query = Query {
        facets,
        ..Query::new("harbour")
    };
    let results = archive.search(&query).unwrap();
    let counted = |field: &str| results.facets.get(field).unwrap().values.len();
    assert_eq!((counted("source"), counted("byline")), (0, 1));
    assert_eq!(count(&archive, &Query::new("has:source")), 0);
    assert_eq!(archive.get("1").unwrap().version, morgue::Version(1));

    let info = archive.info().unwrap();
    assert_eq!((info.titles["stated"], info.dates["stated"]), (2, 2));

    let refused = archive.add([article("3", "World"), Article::default()]);
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(error.to_string(), "article 2 has no id");
    assert_eq!(archive.info().unwrap().articles, 2, "nothing was added");
}

// Whoever adds an article that was removed wants it: its file is not to be refused afterwards.
#[test]
fn what_is_added_is_removed_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clips.jsonl");
    fs::write(&file, r#"{"id": "1", "title": "Harbour", "body": "Old."}"#).unwrap();
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let index = || archive.add_paths(&[&file], &Ingest::default(), &mut |_| {});
    archive
        .add([Article {
            path: file.display().to_string(),
            ..article("1", "World")
        }])
        .unwrap();
    archive.remove(&["1"], false).unwrap();
    assert_eq!(index().unwrap().skipped.len(), 1);
    archive
        .add([Article {
            path: file.display().to_string(),
            ..article("1", "World")
        }])
        .unwrap();
    fs::write(
        &file,
        r#"{"id": "1", "title": "Harbour", "body": "Newer."}"#,
    )
    .unwrap();
    let report = index().unwrap();
    assert_eq!((report.replaced, report.skipped), (1, vec![]));

    let kept = archive.get("1").unwrap();
    archive.remove(&["1"], false).unwrap();
    archive.add([kept]).unwrap();
    let report = index().unwrap();
    assert_eq!((report.unchanged, report.hints), (1, vec![]));
}

// Progress ends with a commit; a run that was stopped keeps what it read, and says so by its kind.
#[test]
fn indexing_is_followed_and_stopped() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let options = Ingest {
        jobs: 1,
        ..Ingest::default()
    };
    let stopped = archive.add_paths(&[SAMPLE], &options, &mut |event| {
        if matches!(event, Event::Progress { files: 10.., .. }) {
            options.stop.store(true, Ordering::Relaxed);
        }
    });
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Interrupted);
    let kept = archive.info().unwrap().articles;
    assert!((10..50).contains(&kept), "{kept}");

    let mut last = None;
    options.stop.store(false, Ordering::Relaxed);
    let report = archive.add_paths(&[SAMPLE], &options, &mut |event| last = Some(event.clone()));
    let added = report.unwrap().added;
    assert_eq!(kept + added, archive.info().unwrap().articles);
    assert!(matches!(last, Some(Event::Committed { articles }) if articles == added));
}

// What a program states stays; the rest is worked out from the text.
#[test]
fn an_article_of_a_program_is_enriched() {
    let stated = Article {
        language: Some("sw".to_owned()),
        ..article("1", "World")
    };
    let enriched = enrich(stated.clone(), &EnrichOptions::default());
    assert_eq!(enriched.place, ["Mombasa"]);
    assert_eq!(enriched.title, stated.title);
    assert_eq!(enriched.date, stated.date);
    assert_eq!(enriched.language, stated.language);
    assert_eq!(enriched.labels["desk"], stated.labels["desk"]);
    assert_eq!(enriched.body, stated.body);
}

// Dates of a program become dates of an article, as precise as they are.
#[test]
fn dates_come_from_the_calendar() {
    let day = NaiveDate::from_ymd_opt(2024, 3, 4).unwrap();
    let noon = day.and_hms_opt(12, 0, 0).unwrap();
    let there = FixedOffset::east_opt(7200)
        .unwrap()
        .from_local_datetime(&noon)
        .unwrap();
    let written = [
        Date::from(day),
        noon.into(),
        there.into(),
        noon.and_utc().into(),
    ];
    let written = written.map(|date| date.to_string());
    let expected = [
        "2024-03-04",
        "2024-03-04T12:00:00",
        "2024-03-04T12:00:00+02:00",
        "2024-03-04T12:00:00Z",
    ];
    assert_eq!(written, expected);
}

// Threads share an archive, and everything that goes in and out moves between them.
#[test]
fn all_is_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Archive>();
    shared::<(Article, Schema, Query, Ingest, EnrichOptions)>();
    shared::<(morgue::Results, morgue::IndexReport, Event, Error)>();
}

// A key that is added to an answer must break no program that reads it. What a program makes itself stays open.
#[test]
fn answers_may_grow() {
    const MADE_BY_PROGRAMS: &[&str] = &["Facets", "TimelineRequest"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/results");
    let modules = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = modules.map(|entry| entry.unwrap().path()).collect();
    files.push(PathBuf::from(format!("{folder}.rs")));
    let mut seen = 0;
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let mut before = "";
        for line in source.lines() {
            if let Some(rest) = line.strip_prefix("pub struct ") {
                let name = rest.split([' ', '(']).next().unwrap();
                let is_open = MADE_BY_PROGRAMS.contains(&name);
                assert_eq!(before != "#[non_exhaustive]", is_open, "{name}");
                seen += 1;
            }
            before = line;
        }
    }
    assert!(seen > 20, "{seen}");
}
