//! What a program that embeds the library relies on.

use std::fmt::Debug;
use std::path::PathBuf;

use morgue::{
    Archive, Decision, Error, ErrorAnswer, ErrorKind, FacetRequest, Ingest, Query, Schema,
    TimelineRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn sample() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample"))
}

fn archive_of_sample() -> Archive {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    archive
        .add_paths(&[sample()], &Ingest::default(), &mut |_| {})
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
    let facet = |field: &str| FacetRequest {
        field: field.to_owned(),
        top: Some(3),
    };
    let query = Query {
        facets: vec![facet("source"), facet("person")],
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
    let fields = [("title".to_owned(), "Again".to_owned())];
    assert_read_back(&archive.set(ids, &fields, true).unwrap());
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
