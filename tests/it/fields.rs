//! The field table against the published article, and fields of the user's own.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use chrono::NaiveDate;
use morgue::{
    Archive, Article, Date, Evidence, FacetRequest, Filter, How, Ingest, Kind, Proof, Query, Role,
    Schema, Zone,
};
use serde_json::Value;

const ARTICLE_SCHEMA: &str = include_str!("../../schema/article.schema.json");

/// Keys of an article that cannot be searched by name: bookkeeping and what other fields are made of.
const NOT_FIELDS: &[&str] = &[
    "version",
    "record",
    "mentions",
    "copy_of",
    "labels",
    "evidence",
    "runners_up",
];

/// Fields that are no key of an article: the credited agencies stand in `evidence.agency`, countries in `labels`.
const NOT_KEYS: &[&str] = &["country", "credit"];

const DESK: &str = "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"desk that took it in\"\n";

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn june() -> Option<chrono::NaiveDateTime> {
    NaiveDate::from_ymd_opt(2024, 6, 20)?.and_hms_opt(12, 0, 0)
}

// The table and the published shape are two sides of one contract; neither may grow alone.
#[test]
fn the_table_and_the_published_article_agree() {
    let published: Value = serde_json::from_str(ARTICLE_SCHEMA).unwrap();
    let properties = published["properties"].as_object().unwrap();
    let schema = Schema::default();

    let fields = schema.fields().iter().map(|field| field.name.as_str());
    let mut fields: Vec<&str> = fields.filter(|name| !NOT_KEYS.contains(name)).collect();
    let keys = properties.keys().map(String::as_str);
    let mut keys: Vec<&str> = keys.filter(|name| !NOT_FIELDS.contains(name)).collect();
    fields.sort_unstable();
    keys.sort_unstable();
    assert_eq!(fields, keys);

    for field in schema
        .labels()
        .filter(|field| properties.contains_key(&field.name))
    {
        let is_list = properties[&field.name]["$ref"] == "#/$defs/names";
        assert_eq!(field.many, is_list, "`many` of `{}`", field.name);
    }
}

/// An article that every example of the field table finds.
fn exemplary() -> Article {
    Article {
        id: "7f3a91c2".to_owned(),
        path: "/clippings/a.html".to_owned(),
        format: "html".to_owned(),
        title: Some("The summit".to_owned()),
        standfirst: Some("After the talks".to_owned()),
        date: Date::parse("2024-06-16"),
        updated: Date::parse("2024-06-18T07:18:00Z"),
        source: Some("HW News".to_owned()),
        agency: strings(&["PTI", "AP"]),
        byline: strings(&["Shivani Rao"]),
        dateline: Some("NAIROBI, June 16".to_owned()),
        language: Some("de".to_owned()),
        section: strings(&["World"]),
        url: Some("https://example.org/a".to_owned()),
        body: "A pact was signed.".to_owned(),
        rest: vec![Zone {
            zone: "teaser".to_owned(),
            text: "Balloons again".to_owned(),
        }],
        person: strings(&["Kim Jong Un"]),
        org: strings(&["TASS"]),
        place: strings(&["Pyongyang"]),
        labels: BTreeMap::from([("country".to_owned(), strings(&["Kenya"]))]),
        evidence: BTreeMap::from([(
            "agency".to_owned(),
            Proof::Many(vec![Evidence {
                value: Some("AP".to_owned()),
                role: Some(Role::Credited),
                ..Evidence::new(How::Stated, "dateline")
            }]),
        )]),
        ..Article::default()
    }
}

// `morgue fields` shows these examples: each must find an article made for it, and not the empty one beside it.
#[test]
fn every_example_finds_something() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let empty = Article {
        id: "empty".to_owned(),
        ..Article::default()
    };
    archive.add(vec![exemplary(), empty]).unwrap();
    for field in archive.schema().fields() {
        assert!(!field.about.is_empty(), "{} has no `about`", field.name);
        assert!(field.example.starts_with(&field.name), "{}", field.example);
        let query = Query {
            now: june(),
            ..Query::new(&field.example)
        };
        let results = archive.search(&query).unwrap();
        let ids: Vec<&str> = results.hits.iter().map(|hit| hit.id.as_str()).collect();
        assert_eq!(ids, ["7f3a91c2"], "{}", field.example);
        assert!(!results.relaxed, "{}", field.example);
    }
}

// What the table calls a facet can be counted, and its filter leads back to the article.
#[test]
fn every_facet_counts() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    archive.add(vec![exemplary()]).unwrap();
    let facets: Vec<&str> = archive
        .schema()
        .fields()
        .iter()
        .filter(|field| field.facet)
        .map(|field| field.name.as_str())
        .collect();
    assert!(facets.len() > 5, "{facets:?}");
    for field in facets {
        let query = Query {
            facets: vec![FacetRequest {
                field: field.to_owned(),
                top: None,
            }],
            ..Query::new("*")
        };
        let results = archive.search(&query).unwrap();
        let facet = results.facets.get(field).unwrap();
        assert!(!facet.values.is_empty(), "{field}");
        for value in &facet.values {
            let found = archive.search(&Query::new(&value.filter)).unwrap();
            assert_eq!(found.total, value.count, "{}", value.filter);
        }
    }
}

/// Two articles with a key that only the user knows.
const DESKS: &str = r#"{"id":"a","title":"Ferry late","desk":["World","Sea"]}
{"id":"b","title":"Ferry on time","desk":"Local"}
"#;

// A field that the input already has needs no Rust: a table in a schema file makes it searched, filtered and counted.
#[test]
fn a_field_of_the_user_is_searched_filtered_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let clips = folder.path().join("clips.jsonl");
    fs::write(&clips, DESKS).unwrap();
    let archive = Archive::in_memory(Schema::with_user_fields(DESK).unwrap()).unwrap();
    archive
        .add_paths(&[clips], &Ingest::default(), &mut |_| ())
        .unwrap();

    assert_eq!(archive.schema().field("desk").unwrap().kind, Kind::Keyword);
    let cases = [
        ("desk:world", 1),
        ("desk=\"World\"", 1),
        ("desk=world", 1),
        ("desk:wor*", 1),
        ("has:desk", 2),
        ("ferry -desk:sea", 1),
        ("desk=wor", 0),
    ];
    for (text, expected) in cases {
        let found = archive.search(&Query::new(text)).unwrap();
        assert_eq!(found.total, expected, "{text}");
    }
    let query = Query {
        filters: vec![Filter {
            field: "desk".to_owned(),
            value: "Local".to_owned(),
            exclude: true,
        }],
        facets: vec![FacetRequest {
            field: "desk".to_owned(),
            top: None,
        }],
        ..Query::new("ferry")
    };
    let results = archive.search(&query).unwrap();
    assert_eq!(results.total, 1);
    let values = &results.facets.get("desk").unwrap().values;
    assert!(
        values.iter().any(|value| value.value == "World"),
        "{values:?}"
    );
    assert_eq!(archive.get("a").unwrap().labels["desk"], ["World", "Sea"]);
}

// The same from the shell: the field is given once, with `index --schema`, and the archive remembers it.
#[test]
fn a_schema_file_is_all_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clips.jsonl"), DESKS).unwrap();
    fs::write(folder.path().join("desk.toml"), DESK).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_morgue"))
            .args(arguments)
            .current_dir(folder.path())
            .env_remove("MORGUE_ARCHIVE")
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["index", "clips.jsonl", "--schema", "desk.toml", "-q"]);
    for query in ["desk:world", "desk=\"World\""] {
        assert_eq!(run(&["search", query, "--format", "ids"]), "a\n");
    }
    assert_eq!(
        run(&["search", "*", "-w", "desk=Local", "--format", "ids"]),
        "b\n"
    );
    let counted: Value = serde_json::from_str(&run(&["facets", "--by", "desk", "--json"])).unwrap();
    let values = counted["facets"]["desk"]["values"].as_array().unwrap();
    assert_eq!(values.len(), 3);
    assert_eq!(values[0]["filter"], "desk=\"Local\"");
    assert!(run(&["fields"]).contains("desk that took it in"));
}
