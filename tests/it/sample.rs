//! What is understood of the sample archive: how often it agrees with the gold, and all of it word for word.
//!
//! One test says how good the understanding is and may not get worse; another shows every change, and
//! `MORGUE_BLESS=1 cargo test --test it sample` writes it down anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use morgue::{Date, Ingest, Schema};
use serde_json::{Map, Value, json};

const GOLD: &str = include_str!("../../data/sample-gold.jsonl");

/// Each field of the gold, with the number of articles that agree exactly: to be raised when more do.
const AGREE: &[(&str, usize)] = &[
    ("title", 103),
    ("standfirst", 102),
    ("date", 104),
    ("updated", 104),
    ("source", 104),
    ("byline", 104),
    ("agency", 104),
    ("dateline", 104),
    ("language", 104),
    ("url", 104),
    ("body_first", 103),
    ("body_last", 103),
    ("not_in_body", 99),
    ("person", 46),
    ("org", 16),
    ("place", 39),
];

/// Characters of a body that its golden line shows at each end.
const SHOWN: usize = 60;

/// An article by its path below the sample and its place in a container.
type Key = (String, Option<u64>);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lines(text: &str) -> Vec<Map<String, Value>> {
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

fn key(article: &Map<String, Value>) -> Key {
    let path = article["path"].as_str().expect("a path");
    let path = path.strip_prefix("data/sample/").unwrap_or(path);
    (path.to_owned(), article["record"].as_u64())
}

/// The articles of the sample as `inspect` understands them.
fn inspected() -> BTreeMap<Key, Map<String, Value>> {
    let output = Command::new(env!("CARGO_BIN_EXE_morgue"))
        .args(["inspect", "data/sample", "--format", "jsonl"])
        .current_dir(root())
        .output()
        .expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let articles = lines(&text).into_iter();
    articles
        .filter(|line| line.contains_key("body"))
        .map(|article| (key(&article), article))
        .collect()
}

/// Text on one line without what cannot be seen.
fn plain(text: &str) -> String {
    let seen: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}' | '\u{ad}'))
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text_of(value: &Value) -> String {
    plain(value.as_str().unwrap_or_default())
}

fn sorted(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    let mut values: Vec<String> = values.map(text_of).collect();
    values.sort();
    values
}

fn moment(value: &Value) -> Option<Date> {
    value.as_str().and_then(Date::parse)
}

/// Agencies with their roles: pairs in the gold, evidence in an article.
fn agencies(list: &Value, name: &str) -> Vec<String> {
    let pieces = list.as_array().into_iter().flatten();
    let mut pairs: Vec<String> = pieces
        .map(|piece| format!("{} {}", text_of(&piece[name]), text_of(&piece["role"])))
        .collect();
    pairs.sort();
    pairs
}

/// Whether an article agrees with the gold in a field.
fn agrees(field: &str, gold: &Map<String, Value>, article: &Map<String, Value>) -> bool {
    let wanted = &gold[field];
    let body = || text_of(&article["body"]);
    match field {
        // A title made of the lead is for display only.
        "title" if article["evidence"]["title"]["how"] == "derived" => wanted.is_null(),
        "date" | "updated" => moment(wanted) == moment(&article[field]),
        "byline" | "person" | "org" | "place" => sorted(wanted) == sorted(&article[field]),
        "agency" => agencies(wanted, "name") == agencies(&article["evidence"]["agency"], "value"),
        "body_first" => body().starts_with(&text_of(wanted)),
        "body_last" => body().ends_with(&text_of(wanted)),
        "not_in_body" => !sorted(wanted).iter().any(|piece| body().contains(piece)),
        _ => text_of(wanted) == text_of(&article[field]),
    }
}

fn shown(field: &str, article: &Map<String, Value>) -> Value {
    match field {
        "agency" => article["evidence"]["agency"].clone(),
        "body_first" | "body_last" | "not_in_body" => brief(&article["body"]),
        _ => article[field].clone(),
    }
}

/// Both ends of a body and its length.
fn brief(body: &Value) -> Value {
    let text: Vec<char> = body.as_str().unwrap_or_default().chars().collect();
    let first: String = text.iter().take(SHOWN).collect();
    let last: String = text.iter().skip(text.len().saturating_sub(SHOWN)).collect();
    json!({"first": first, "last": last, "length": text.len()})
}

// The figures are what is reached: whoever changes the understanding sees at once what it costs, and where.
#[test]
fn the_sample_is_understood_as_well_as_before() {
    let gold = lines(GOLD);
    let articles = inspected();
    let mut report = String::new();
    for (field, wanted) in AGREE {
        let mut reached = 0;
        let mut wrong = String::new();
        for line in &gold {
            let (path, record) = key(line);
            let article = articles.get(&(path.clone(), record));
            if article.is_some_and(|article| agrees(field, line, article)) {
                reached += 1;
                continue;
            }
            let got = article.map(|article| shown(field, article));
            let _ = writeln!(
                wrong,
                "  {path} {}\n    gold {}\n    got  {}",
                record.map(|record| record.to_string()).unwrap_or_default(),
                line[*field],
                got.unwrap_or_default()
            );
        }
        if reached < *wanted {
            let _ = writeln!(
                report,
                "{field}: {reached} of {} articles agree with data/sample-gold.jsonl, {wanted} did; these do not:\n{wrong}",
                gold.len()
            );
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

fn golden() -> PathBuf {
    root().join("tests/golden/sample.jsonl")
}

/// The golden line of an article: of its text both ends and the length, of its id what the input states.
fn line_of(mut article: Map<String, Value>) -> String {
    let is_made = |id: &str| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if article["id"].as_str().is_some_and(is_made) {
        // It follows from where the checkout lies.
        article.insert("id".to_owned(), json!(""));
    }
    let body = brief(&article["body"]);
    article.insert("body".to_owned(), body);
    let mentions = article["mentions"].as_array().map_or(0, Vec::len);
    article.insert("mentions".to_owned(), json!(mentions));
    serde_json::to_string(&article).expect("JSON")
}

// Nothing changes unseen: the difference of this file is what a change of the rules does to real messes.
#[test]
fn the_sample_is_understood_word_for_word() {
    let now: Vec<String> = inspected().into_values().map(line_of).collect();
    if std::env::var_os("MORGUE_BLESS").is_some() {
        fs::create_dir_all(root().join("tests/golden")).expect("a folder");
        fs::write(golden(), now.join("\n") + "\n").expect("the golden file");
        return;
    }
    let before = fs::read_to_string(golden()).unwrap_or_default();
    let before: Vec<&str> = before.lines().collect();
    let mut report = String::new();
    for (old, new) in before.iter().zip(&now).filter(|(old, new)| old != new) {
        let parse = |line: &str| -> Map<String, Value> {
            serde_json::from_str(line).expect("a line of JSON")
        };
        let (old, new) = (parse(old), parse(new));
        let _ = writeln!(report, "{} {}", new["path"], new["record"]);
        for (field, value) in &new {
            let was = old.get(field).unwrap_or(&Value::Null);
            if was != value {
                let _ = writeln!(report, "  {field}\n    was {was}\n    is  {value}");
            }
        }
    }
    if before.len() != now.len() {
        let _ = writeln!(report, "{} articles, {} before", now.len(), before.len());
    }
    assert!(
        report.is_empty(),
        "the sample is understood differently:\n{report}if that is right, run `MORGUE_BLESS=1 cargo test --test it sample`"
    );
}

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
    let gold = lines(GOLD);
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
    let gold = lines(GOLD);
    let copies: Vec<&Map<String, Value>> = gold
        .iter()
        .filter(|line| !line["copy_of"].is_null())
        .collect();
    assert!(copies.len() > 5);
    for copy in copies {
        let is_original = |line: &&Map<String, Value>| line["path"] == copy["copy_of"];
        let original = gold.iter().find(is_original).unwrap();
        assert_eq!(original["story"], copy["story"], "{}", copy["path"]);
        assert!(original["copy_of"].is_null(), "{}", copy["path"]);
    }
}
