//! The sample archive and what is said to be true of it.

use std::collections::BTreeSet;
use std::path::Path;

use morgue::{Ingest, Schema};
use serde_json::Value;

const GOLD: &str = include_str!("../../data/sample-gold.jsonl");

// Quality is measured against the gold file: an article without a line in it, or the other way round, would not count.
#[test]
fn every_article_has_its_gold() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let mut read = BTreeSet::new();
    let options = Ingest {
        enrich: false,
        ..Ingest::default()
    };
    morgue::inspect(
        std::slice::from_ref(&sample),
        &Schema::default(),
        &options,
        &mut |item| {
            let article = item.unwrap();
            let path = Path::new(&article.path).strip_prefix(&sample).unwrap();
            read.insert((path.to_path_buf(), article.record));
            Ok(())
        },
    )
    .unwrap();
    let gold: Vec<Value> = GOLD
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let known: BTreeSet<_> = gold
        .iter()
        .map(|line| {
            let path = line["path"].as_str().unwrap();
            (Path::new(path).to_path_buf(), line["record"].as_u64())
        })
        .collect();
    assert_eq!(known.len(), gold.len());
    assert_eq!(read, known);
}

// A copy is a copy of something that is there, and tells the same story.
#[test]
fn copies_lead_to_their_originals() {
    let gold: Vec<Value> = GOLD
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let copies: Vec<&Value> = gold
        .iter()
        .filter(|line| !line["copy_of"].is_null())
        .collect();
    assert!(copies.len() > 5);
    for copy in copies {
        let is_original = |line: &&Value| line["path"] == copy["copy_of"];
        let original = gold.iter().find(is_original).unwrap();
        assert_eq!(original["story"], copy["story"], "{}", copy["path"]);
        assert!(original["copy_of"].is_null(), "{}", copy["path"]);
    }
}
