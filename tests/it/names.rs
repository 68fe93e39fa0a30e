//! Names across articles: what an archive takes for one person, and what a person says of it.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// Articles whose people and places are stated.
fn archive() -> Sandbox {
    let sandbox = Sandbox::new();
    let people = [
        &["Angela Okafor", "Bo Eklund"][..],
        &["Angela Okafor"],
        &["Angela Okafor", "Okafor"],
        &["Okafor"],
        &["Angela Okofor"],
    ];
    let places = ["Pyongyang", "North Korea", "Nairobi", "Kenya", "Kisumu"];
    let mut lines = String::new();
    for (number, (people, place)) in people.iter().zip(places).enumerate() {
        let article = json!({
            "id": number.to_string(), "title": format!("Number {number}"), "date": format!("2024-05-1{number}"),
            "body": "the ferry sailed at noon.", "person": people, "place": [place],
        });
        lines.push_str(&format!("{article}\n"));
    }
    sandbox.write("clips/a.jsonl", lines);
    sandbox.run("index clips -q").ok();
    sandbox
}

fn counts(sandbox: &Sandbox, line: &str) -> Vec<(String, u64)> {
    let answer = sandbox.json(line);
    let values = answer["facets"]["person"]["values"].as_array().unwrap();
    let pair = |value: &Value| {
        let name = value["value"].as_str().unwrap();
        (name.to_owned(), value["count"].as_u64().unwrap())
    };
    values.iter().map(pair).collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    let pairs = expected.iter();
    pairs
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

// A facet shows one woman once, each article counted once, and the filter that it offers finds as many.
#[test]
fn a_person_is_one_value() {
    let sandbox = archive();
    let expected = pairs(&[("Angela Okafor", 5), ("Bo Eklund", 1)]);
    assert_eq!(counts(&sandbox, "facets --by person"), expected);
    for query in [
        "search 'person=\"Angela Okafor\"' --all",
        "search person:angela --all",
        "search person:okafor --all",
        "search ferry -w 'person=okafor' --all",
    ] {
        assert_eq!(sandbox.json(query)["total"], 5, "{query}");
    }
    let hit = &sandbox.json("search 'id=2'")["hits"][0];
    assert_eq!(hit["person"], json!(["Angela Okafor"]));
    let cross = sandbox.json("facets --by person --cross");
    let pair = json!([{ "values": ["Angela Okafor", "Bo Eklund"], "count": 1 }]);
    assert_eq!(cross["cross"], pair);
}

// What a person decides shows at once, and again after indexing anew and rebuilding.
#[test]
fn corrections_show_at_once_and_stay() {
    let sandbox = archive();
    sandbox.run("entity merge 'Bo Eklund' 'Angela Okafor'").ok();
    let merged = pairs(&[("Angela Okafor", 5)]);
    assert_eq!(counts(&sandbox, "facets --by person"), merged);
    sandbox
        .run("entity rename 'Angela Okafor' 'A. Okafor-Eze'")
        .ok();
    let renamed = pairs(&[("A. Okafor-Eze", 5)]);
    for again in ["info", "rebuild", "index clips --again", "compact"] {
        sandbox.run(again).ok();
        assert_eq!(counts(&sandbox, "facets --by person"), renamed, "{again}");
    }
    assert_eq!(sandbox.json("search person:eze --all")["total"], 5);
    sandbox.run("entity split Okafor").ok();
    sandbox.run("entity drop 'Bo Eklund'").ok();
    let split = pairs(&[("A. Okafor-Eze", 4), ("Okafor", 2)]);
    assert_eq!(counts(&sandbox, "facets --by person"), split);
    let rules = std::fs::read_to_string(sandbox.path(".morgue/entities.rules")).unwrap();
    let rules = rules.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(rules.count(), 4);
}

#[test]
fn what_cannot_be_corrected_is_said() {
    let sandbox = archive();
    for (line, kind) in [
        ("entity merge 'Nobody Known' 'Angela Okafor'", "not_found"),
        ("entity merge 'Bo Eklund'", "usage"),
        ("entity drop 'Bo Eklund' --field colour", "unknown_field"),
        ("entity 'Bo Eklund' --field colour", "unknown_field"),
        ("entity merge 'Bo Eklund' 'bo eklund'", "usage"),
        ("entity rename 'Bo Eklund' 'Bo Eklund'", "usage"),
    ] {
        assert_eq!(sandbox.json(line)["error"]["kind"], kind, "{line}");
    }
    assert!(!sandbox.path(".morgue/entities.rules").exists());
    // Of which kind a name is decides what it can be one with.
    let told = |line: &str| sandbox.run(line).exits(2).err;
    assert_eq!(
        told("entity merge 'Bo Eklund' Nowheria"),
        "morgue: no article names `Nowheria` as a person\n\
         hint: `morgue facets --by person,org,place` lists names\n"
    );
    assert_eq!(
        told("entity drop 'Bo Eklund' --field org"),
        "morgue: no article names `Bo Eklund` as an organisation\n\
         hint: articles name it as a person; names of one kind go together\n"
    );
    let nobody = sandbox.run("entity Nowheria --json").exits(1);
    assert!(
        nobody
            .out
            .contains("\"hints\":[\"no article names `Nowheria`;"),
        "{nobody:?}"
    );
    assert_eq!(nobody.err, "");
    // A rule that cannot be read is an error that names its line, and no silence.
    sandbox.write(".morgue/entities.rules", "merge person A\n");
    assert_eq!(sandbox.json("search ferry")["error"]["kind"], "invalid");
}

// A country finds its towns only when asked to.
#[test]
fn countries_find_their_places_within() {
    let sandbox = archive();
    let total = |line: &str| sandbox.json(line)["total"].as_u64();
    assert_eq!(total("search 'place:\"north korea\"' --all"), Some(1));
    assert_eq!(
        total("search 'place:\"north korea\"' --all --within"),
        Some(2)
    );
    assert_eq!(total("search ferry -w place=Kenya --all --within"), Some(3));
    assert_eq!(total("search country:kenya --all"), Some(3));
}

// The table of names is a function of the articles, in whatever order and however many commits they came.
#[test]
fn order_changes_no_name() {
    let one = archive();
    let other = Sandbox::new();
    let text = std::fs::read_to_string(one.path("clips/a.jsonl")).unwrap();
    for (number, line) in text.lines().rev().enumerate() {
        other.write(&format!("clips/{number}.jsonl"), line);
        other.run(&format!("index clips/{number}.jsonl -q")).ok();
    }
    let table = |sandbox: &Sandbox| {
        let folder = std::fs::read_dir(sandbox.path(".morgue/index-1")).unwrap();
        let mut files = folder.map(|entry| entry.unwrap().path());
        let is_table = |path: &std::path::PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("names-"))
        };
        let table = std::fs::read_to_string(files.find(is_table).unwrap()).unwrap();
        // The last line is the checksum, in which the file's own name is counted.
        let (rows, _) = table.rsplit_once("# crc32").unwrap();
        rows.to_owned()
    };
    assert!(!table(&one).is_empty());
    assert_eq!(table(&one), table(&other));
}
