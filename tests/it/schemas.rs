//! What morgue answers against what `schema/` publishes: every answer of version 1, of the library and of the binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::{Registry, Validator};
use morgue::{
    Archive, Article, ErrorAnswer, FacetRequest, Filter, Ingest, Match, Query, Results, Schema,
    Sort, TimelineRequest,
};
use serde::Serialize;
use serde_json::{Value, json};

const BASE: &str = "https://morgue.example/schema/1/";

const FILES: &[(&str, &str)] = &[
    (
        "article.schema.json",
        include_str!("../../schema/article.schema.json"),
    ),
    (
        "query.schema.json",
        include_str!("../../schema/query.schema.json"),
    ),
    (
        "results.schema.json",
        include_str!("../../schema/results.schema.json"),
    ),
];

fn published() -> Vec<(&'static str, Value)> {
    let parse = |text| serde_json::from_str(text).unwrap();
    FILES
        .iter()
        .map(|(name, text)| (*name, parse(text)))
        .collect()
}

/// The validator of a file, or of a definition in it: `results`, `results#timeline`.
fn validator(reference: &str) -> Validator {
    let reference = match reference.split_once('#') {
        Some((file, part)) => format!("{file}.schema.json#/$defs/{part}"),
        None => format!("{reference}.schema.json"),
    };
    let mut registry = Registry::new();
    for (name, schema) in published() {
        registry = registry.add(format!("{BASE}{name}"), schema).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let schema = json!({ "$ref": format!("{BASE}{reference}") });
    jsonschema::options()
        .offline()
        .with_registry(&registry)
        .build(&schema)
        .unwrap()
}

fn mistakes(validator: &Validator, answer: &Value) -> Vec<String> {
    validator
        .iter_errors(answer)
        .map(|error| format!("{} at `{}`", error, error.instance_path()))
        .collect()
}

fn assert_valid(reference: &str, answer: &Value) {
    let mistakes = mistakes(&validator(reference), answer);
    assert!(mistakes.is_empty(), "{reference}:\n{}", mistakes.join("\n"));
}

fn value(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample")
}

fn facet(field: &str) -> FacetRequest {
    FacetRequest {
        field: field.to_owned(),
        top: Some(2),
    }
}

// The schemas themselves must be schemas, and say of every key what it is.
#[test]
fn the_schemas_are_sound_and_explained() {
    fn explained(schema: &Value, at: &str, missing: &mut Vec<String>) {
        let Some(keys) = schema.as_object() else {
            return;
        };
        for (key, part) in keys
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let is_told = part.get("description").is_some() || part.get("$ref").is_some();
            if !is_told {
                missing.push(format!("{at}.{key}"));
            }
        }
        for (key, part) in keys {
            explained(part, &format!("{at}.{key}"), missing);
            for item in part.as_array().into_iter().flatten() {
                explained(item, &format!("{at}.{key}"), missing);
            }
        }
    }
    for (name, schema) in published() {
        jsonschema::meta::validate(&schema).unwrap();
        assert_eq!(schema["$id"], format!("{BASE}{name}"));
        let mut missing = Vec::new();
        explained(&schema, name, &mut missing);
        assert!(missing.is_empty(), "without description: {missing:?}");
    }
}

// The shapes are closed in these tests, so that a new key is noticed and published.
#[test]
fn a_key_that_is_not_published_is_noticed() {
    let cases = [
        ("article", value(&Article::default())),
        ("query", value(&Query::default())),
        ("results", value(&Results::default())),
    ];
    for (reference, answer) in cases {
        assert_valid(reference, &answer);
        let mut more = answer.clone();
        more["surprise"] = json!(1);
        assert!(!validator(reference).is_valid(&more), "{reference}");
    }
    let mut wrong = value(&Article::default());
    wrong["date"] = json!("18 June 2024");
    assert!(!validator("article").is_valid(&wrong));
    wrong["date"] = json!(null);
    wrong["evidence"] = json!({ "date": { "how": "felt" } });
    assert!(!validator("article").is_valid(&wrong));
}

// A query is data too: what the library writes and reads is what is published, with the published defaults.
#[test]
fn queries_are_as_published() {
    let full = Query {
        text: "putin".to_owned(),
        filters: vec![Filter {
            field: "person".to_owned(),
            value: "Ada".to_owned(),
            exclude: true,
        }],
        since: Some("2024".to_owned()),
        until: Some("7d".to_owned()),
        sort: Sort::Newest,
        matching: Some(Match::Any),
        plain: true,
        limit: None,
        offset: 3,
        after: Some("b1".to_owned()),
        facets: vec![facet("person")],
        within: true,
        fresh: Some("30d".to_owned()),
        all: true,
        explain: true,
        snippets: false,
        now: chrono::NaiveDate::from_ymd_opt(2024, 6, 20).and_then(|day| day.and_hms_opt(12, 0, 0)),
    };
    assert_valid("query", &value(&full));
    assert_eq!(serde_json::from_value::<Query>(value(&full)).unwrap(), full);
    assert_eq!(
        serde_json::from_value::<Query>(json!({})).unwrap(),
        Query::default()
    );

    let defaults = value(&Query::default());
    let schema = &published()[1].1;
    let properties = schema["properties"].as_object().unwrap();
    for (key, default) in defaults.as_object().unwrap() {
        assert_eq!(properties[key]["default"], *default, "{key}");
    }
    assert_eq!(properties.len(), defaults.as_object().unwrap().len());
}

// What the library answers serialises to the published shapes, whatever was asked.
#[test]
fn answers_of_the_library_are_as_published() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let report = archive
        .add_paths(&[sample()], &Ingest::default(), &mut |_| ())
        .unwrap();
    assert!(report.added > 100);
    assert_valid("results#index_report", &value(&report));

    let with_everything = Query {
        facets: vec![facet("person"), facet("source")],
        explain: true,
        limit: Some(2),
        ..Query::new("summit")
    };
    let relaxed = Query::new("summit sanctions qwertzuiop");
    let empty = Query::new("qwertzuiop");
    let newest = Query {
        sort: Sort::Newest,
        limit: None,
        ..Query::new("*")
    };
    for query in [&with_everything, &relaxed, &empty, &newest] {
        let results = archive.search(query).unwrap();
        assert_valid("results", &value(&results));
        let read: Results = serde_json::from_value(value(&results)).unwrap();
        assert_eq!(read.hits, results.hits);
    }
    assert!(archive.search(&relaxed).unwrap().relaxed);

    let first = archive.search(&with_everything).unwrap();
    let second = Query {
        after: first.next,
        ..with_everything.clone()
    };
    assert_valid("results", &value(&archive.search(&second).unwrap()));

    let request = TimelineRequest {
        share: true,
        vs: Some("ferry".to_owned()),
        ..TimelineRequest::default()
    };
    let timeline = archive.timeline(&Query::new("*"), &request).unwrap();
    assert_valid("results#timeline", &value(&timeline));
    let counted: u64 = timeline.periods.iter().map(|period| period.count).sum();
    assert_eq!(
        counted + timeline.undated + timeline.imprecise,
        timeline.total
    );

    let mut articles = validator_of_articles();
    archive
        .each(&Query::new("*"), &mut |article| {
            articles(&article);
            Ok(())
        })
        .unwrap();

    for wrong in ["perso:x", "(x", "date:2024-13", ""] {
        let error = archive.search(&Query::new(wrong)).unwrap_err();
        assert_valid("results#error", &value(&ErrorAnswer::from(&error)));
    }
}

/// Checks one article after another: its shape, and that its mentions stand where they say.
fn validator_of_articles() -> impl FnMut(&Article) {
    let validator = validator("article");
    move |article| {
        let mistakes = mistakes(&validator, &value(article));
        assert!(mistakes.is_empty(), "{}: {mistakes:?}", article.path);
        for mention in &article.mentions {
            let text = article.body.get(mention.start..mention.end);
            assert_eq!(text, Some(mention.text.as_str()), "{}", article.path);
        }
    }
}

/// Command lines on the sample archive (the folder SAMPLE), the shape of their answer, and the exit code.
const RUNS: &[(&str, &str, i32)] = &[
    (
        "search summit --facet person=2 --facet source --json",
        "results",
        0,
    ),
    ("search summit qwertzuiop --json", "results", 0),
    ("search qwertzuiop --json", "results", 1),
    ("search summit --explain --json", "results", 0),
    (
        "search ferry --all --sort oldest -w language!=fr --since 2023 --until 7d --json",
        "results",
        0,
    ),
    ("search * -n all --format jsonl", "results#hit_line", 0),
    (
        "batch queries.tsv --facet org --format jsonl",
        "results#batch_line",
        2,
    ),
    (
        "facets summit --by person,source --json",
        "results#facets_answer",
        0,
    ),
    (
        "facets --by person --by org --cross --json",
        "results#facets_answer",
        0,
    ),
    ("facets qwertzuiop --json", "results#facets_answer", 1),
    ("timeline --by week --json", "results#timeline", 0),
    (
        "timeline ferry --share --vs mine --json",
        "results#timeline",
        0,
    ),
    ("timeline qwertzuiop --json", "results#timeline", 1),
    ("export", "article", 0),
    ("export summit --format json", "results#articles", 0),
    ("inspect SAMPLE --format jsonl", "article", 0),
    (
        "inspect SAMPLE/la-vigie broken.bin --json",
        "results#articles",
        0,
    ),
    ("show ID --format jsonl", "article", 0),
    ("show ID --json", "results#articles", 0),
    ("story ID --json", "results#story_answer", 0),
    ("story ID --format jsonl", "results#telling_line", 0),
    ("stories --json", "results#stories_answer", 0),
    ("stories qwertzuiop --json", "results#stories_answer", 1),
    ("similar ID --json", "results", 0),
    ("entity solvang --json", "results#entity_answer", 0),
    ("entity qwertzuiop --json", "results#entity_answer", 1),
    ("entity drop Geneva --json", "results#decision_report", 0),
    ("set ID title=Again --json", "results#set_report", 0),
    ("info --json", "results#info", 0),
    ("compact --json", "results#info", 0),
    ("rebuild --json", "results#info", 0),
    ("verify --json", "results#verify_report", 0),
    (
        "remove --query summit --dry-run --json",
        "results#remove_report",
        0,
    ),
    ("index SAMPLE broken.bin --json", "results#index_report", 0),
    ("search perso:x --json", "results#error", 2),
    ("search (x --json", "results#error", 2),
    ("search x --since 2024-13 --json", "results#error", 2),
    ("search ??? --json", "results#error", 2),
    ("search x --nosuch --json", "results#error", 2),
    ("show nosuch --json", "results#error", 2),
    ("index nosuch --json", "results#error", 2),
    ("info -a nosuch --json", "results#error", 2),
];

// What other programs read is the binary's standard output: every line of it, and the exit code with it.
#[test]
fn answers_of_the_binary_are_as_published() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("queries.tsv", b"q1\tsummit\nq2\tperso:x\nq3\tqwertzuiop\n");
    write("broken.bin", &(0..=255).collect::<Vec<u8>>());
    let sample = sample().to_string_lossy().into_owned();
    let run = |line: &str, id: &str| {
        let words = line.split(' ').map(|word| match word {
            "ID" => id.to_owned(),
            word => word.replace("SAMPLE", &sample),
        });
        let output = Command::new(env!("CARGO_BIN_EXE_morgue"))
            .args(words)
            .current_dir(folder.path())
            .env_remove("MORGUE_ARCHIVE")
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        (out, output.status.code())
    };
    let (report, _) = run("index SAMPLE broken.bin --json", "");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_valid("results#index_report", &report);
    assert_eq!(report["skipped"].as_array().unwrap().len(), 1);

    let (ids, _) = run("search summit --format ids", "");
    let id = ids.lines().next().unwrap();
    let mut wrong = Vec::new();
    for (line, reference, expected) in RUNS {
        let (out, code) = run(line, id);
        if code != Some(*expected) {
            wrong.push(format!("{line}: exit {code:?}, not {expected}"));
        }
        if out.is_empty() {
            wrong.push(format!("{line}: no answer"));
        }
        let validator = validator(reference);
        for answer in out.lines() {
            let answer: Value = serde_json::from_str(answer).unwrap();
            let mistakes = mistakes(&validator, &answer).into_iter().take(3);
            wrong.extend(mistakes.map(|told| format!("{line}: {told}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

// A kind of error that is not published cannot be told apart by a program.
#[test]
fn every_kind_of_error_is_published() {
    let source = include_str!("../../src/error.rs");
    let body = source.split("pub enum ErrorKind {").nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let kinds: BTreeSet<String> = body
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|line| line.chars().all(char::is_alphabetic))
        .map(|variant| {
            let mut name = String::new();
            for c in variant.chars() {
                if c.is_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.extend(c.to_lowercase());
            }
            name
        })
        .collect();
    let schema = &published()[2].1;
    let listed = &schema["$defs"]["error"]["properties"]["error"]["properties"]["kind"]["enum"];
    let listed: BTreeSet<String> = serde_json::from_value(listed.clone()).unwrap();
    assert!(kinds.len() > 10);
    assert_eq!(listed, kinds);
}
