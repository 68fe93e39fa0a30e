//! What scripts may rely on: exit codes, streams, paging, filters, formats, counts, and what damage does.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// An archive of records; each is `id|date|source|section|body`, and what is empty is left out.
pub(crate) fn archive(records: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let mut lines = String::new();
    for record in records {
        let values: Vec<&str> = record.split('|').collect();
        let keys = ["id", "date", "source", "section", "body"];
        let present = keys
            .iter()
            .zip(values)
            .filter(|(_, value)| !value.is_empty());
        let mut object: serde_json::Map<String, Value> = present
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        object.insert(
            "title".to_owned(),
            json!(format!("Report {}", object["id"].as_str().unwrap())),
        );
        lines.push_str(&format!("{}\n", Value::Object(object)));
    }
    sandbox.write("all.jsonl", lines);
    sandbox.run("index all.jsonl --no-enrich --strict").ok();
    sandbox
}

pub(crate) const FEW: &[&str] = &[
    "a|2024-06-17|Herald|World|The ferry sails.",
    "b|2024-06-18T23:30:00-05:00|Courier|World|The ferry waits.",
    "c|2024-06-19T00:30:00+09:00|Herald|Sport|The ferry is full of rowers.",
    "d|2024-06|Herald|Sport|The ferry of June.",
    "e||Courier||The ferry without a day.",
    "f|2023-12-31|||The bridge.",
];

fn sorted(mut ids: Vec<String>) -> String {
    ids.sort();
    ids.join(" ")
}

// 0 found, 1 asked and found nothing, 2 error; the answer of 1 is whole all the same.
#[test]
fn exit_codes() {
    let sandbox = archive(FEW);
    for (line, code) in [
        ("search ferry", 0),
        ("search zeppelin", 1),
        ("search 'ferry ('", 2),
        ("search --foo ferry", 2),
        ("search ferry -n0", 0),
        ("search ferry --offset 100", 0),
        ("facets zeppelin", 1),
        ("timeline zeppelin", 1),
        ("export zeppelin", 1),
        ("show zeppelin", 2),
        ("show a", 0),
        ("remove --query zeppelin --force", 1),
        ("remove --query ferry", 2),
        ("remove --query ferry --dry-run", 0),
        ("inspect nowhere", 2),
        ("inspect all.jsonl", 0),
        ("info", 0),
        ("fields", 0),
        ("verify", 0),
        ("search ferry -a nowhere", 2),
        ("--version", 0),
        ("help query", 0),
        ("help nothing", 2),
    ] {
        assert_eq!(sandbox.run(line).code, Some(code), "{line}");
    }
    let nothing = sandbox.json("search zeppelin");
    assert_eq!(
        (&nothing["total"], &nothing["hits"]),
        (&json!(0), &json!([]))
    );
}

// `| head -1` ends the reader early: success, without a word.
#[test]
fn broken_pipe() {
    let records: Vec<String> = (0..400)
        .map(|n| format!("n{n}|2024|Herald||{}", "The ferry sails. ".repeat(60)))
        .collect();
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let sandbox = archive(&records);
    for words in [
        &["search", "*", "-n", "all"][..],
        &["search", "*", "-n", "all", "--format", "jsonl"],
        &["search", "*", "-n", "all", "--json"],
        &["export"],
        &["export", "--format", "csv"],
        &["inspect", "all.jsonl"],
    ] {
        let mut command = sandbox.command(words);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let mut told = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut told)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), told.as_str()),
            (Some(0), ""),
            "{words:?}"
        );
    }
}

// Errors of a program's question come where it reads the answer, with the place in the query.
#[test]
fn errors_as_json() {
    let sandbox = archive(FEW);
    let error = |line: &str| {
        let ran = sandbox.run(&format!("{line} --json")).exits(2);
        assert_eq!(ran.err, "", "{line}");
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(answer["version"], 1);
        format!(
            "{} {}",
            answer["error"]["kind"].as_str().unwrap(),
            answer["error"]["at"]
        )
    };
    assert_eq!(error("search 'ferry persn:x'"), "unknown_field [6,11]");
    assert_eq!(error("search 'ferry ('"), "syntax [6,7]");
    assert_eq!(error("search 'ferry date:2024-13'"), "bad_date [11,18]");
    assert_eq!(error("search '...'"), "no_word [0,3]");
    assert_eq!(error("search --fooble"), "usage null");
    assert_eq!(error("show nothing"), "not_found null");
    assert_eq!(error("search ferry -a nowhere"), "not_found null");
    assert_eq!(error("index nowhere"), "not_found null");
    assert_eq!(error("search ferry --facet nowhere"), "unknown_field null");
    assert_eq!(error("search ferry --since 2024-02-31"), "bad_date null");
    assert_eq!(error("search ferry --after nonsense"), "usage null");
    assert_eq!(
        error(&format!("search '{}'", "(".repeat(200))),
        "too_large [64,65]"
    );
}

// How many lines; the total is that of all.
#[test]
fn lines_of_an_answer() {
    let sandbox = archive(FEW);
    let answer = |flags: &str| {
        let answer = sandbox.json(&format!("search ferry --sort oldest {flags}"));
        let ids = answer["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| format!("{}{}", hit["rank"], hit["id"].as_str().unwrap()));
        format!("{}: {}", answer["total"], ids.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(answer("-n 0"), "5: ");
    assert_eq!(answer("-n 2"), "5: 1d 2a");
    assert_eq!(answer("-n 2 --offset 2"), "5: 3c 4b");
    assert_eq!(answer("-n 2 --offset 4"), "5: 5e");
    assert_eq!(answer("--offset 9"), "5: ");
    assert_eq!(answer("-n all"), "5: 1d 2a 3c 4b 5e");
    assert_eq!(
        sandbox.json("search ferry -n 0 --facet source")["facets"]["source"]["values"][0]["count"],
        3
    );
}

// Page after page gives every article once, in the order of the whole, also where scores and dates are equal.
#[test]
fn paging() {
    let records: Vec<String> = (0..157)
        .map(|n| match n % 5 {
            0 => format!(
                "n{n}||Herald||The ferry sails. {}",
                "It rains. ".repeat(n / 9)
            ),
            1 => format!("n{n}|2024-06|Herald||The ferry sails, and the ferry sinks."),
            m => format!("n{n}|2024-06-1{m}|Herald||The ferry sails."),
        })
        .collect();
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let sandbox = archive(&records);
    for flags in [
        "",
        "sails --match any",
        "--sort newest",
        "--sort oldest",
        "--sort best --fresh 30d --now 2024-06-20",
    ] {
        let line = format!("search ferry {flags}");
        let whole = sandbox.ids(&format!("{line} -n all"));
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 157);
        let (mut paged, mut after) = (Vec::new(), String::new());
        loop {
            let page = sandbox.json(&format!("{line} -n 10 {after}"));
            assert_eq!(page["total"], 157);
            for hit in page["hits"].as_array().unwrap() {
                paged.push(hit["id"].as_str().unwrap().to_owned());
                assert_eq!(hit["rank"], paged.len());
            }
            let Some(next) = page["next"].as_str() else {
                break;
            };
            after = format!("--after {next}");
        }
        assert_eq!(paged, whole, "{flags}");
        let offset: Vec<String> = (0..16)
            .flat_map(|page| sandbox.ids(&format!("{line} -n 10 --offset {}", page * 10)))
            .collect();
        assert_eq!(offset, whole, "{flags}");
    }
}

// After a commit a page goes on from the same key: nothing that was there before is left out or shown twice, and it is said.
#[test]
fn paging_over_a_commit() {
    let record =
        |id: &str, times| format!("{id}|2024|Herald||{}", "The ferry sails. ".repeat(times));
    let records: Vec<String> = (1..9).map(|n| record(&format!("n{n}"), n)).collect();
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let sandbox = archive(&records);
    let line = "search ferry --sort newest -n 3";
    let whole = sandbox.ids("search ferry --sort newest -n all");
    let first = sandbox.json(line);
    assert_eq!(first["moved"], Value::Null);
    let next = first["next"].as_str().unwrap();
    sandbox.write(
        "more.jsonl",
        r#"{"id": "new", "date": "2025", "body": "The ferry."}"#,
    );
    sandbox.run("index more.jsonl --no-enrich").ok();
    let second = sandbox.json(&format!("{line} --after {next}"));
    let ids: Vec<&str> = second["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        (ids, &second["moved"], &second["total"]),
        (
            whole[3..6].iter().map(String::as_str).collect(),
            &json!(true),
            &json!(9)
        )
    );
    let text = sandbox.run(&format!("{line} --after {next}")).ok();
    assert!(
        text.contains("hint: the archive has changed since the page before"),
        "{text}"
    );
}

// Days as printed, both ends inclusive; a month is in a range that holds all of it.
#[test]
fn dates() {
    let sandbox = archive(FEW);
    let found = |flags: &str| sorted(sandbox.ids(&format!("search ferry -n all {flags}")));
    assert_eq!(found("--since 2024-06-18"), "b c");
    assert_eq!(found("--until 2024-06-18"), "a b");
    assert_eq!(found("--since 2024-06-18 --until 2024-06-18"), "b");
    assert_eq!(found("--since 2024-06 --until 2024-06"), "a b c d");
    assert_eq!(found("--since 2024-06-01 --until 2024-06-30"), "a b c d");
    assert_eq!(found("--since 2024-06-02"), "a b c");
    assert_eq!(found("--since 2d --now 2024-06-20"), "b c");
    assert_eq!(found("--until yesterday --now 2024-06-18"), "a");
    assert_eq!(sorted(sandbox.ids("search no:date")), "e");
    sandbox
        .run("search ferry --since 2024-06-19 --until 2024-06-18")
        .exits(2);
}

// The same field: or; another field: and; `!=` excludes, from all of them.
#[test]
fn filters() {
    let sandbox = archive(FEW);
    let found = |flags: &str| sorted(sandbox.ids(&format!("search ferry -n all {flags}")));
    assert_eq!(found("-w source=herald"), "a c d");
    assert_eq!(found("-w source=Herald -w source=Courier"), "a b c d e");
    assert_eq!(found("-w source=Herald -w section=World"), "a");
    assert_eq!(
        found("-w source=Herald -w source=Courier -w section=World"),
        "a b"
    );
    assert_eq!(found("-w source!=Herald"), "b e");
    assert_eq!(found("-w source=Herald -w section!=Sport"), "a");
    assert_eq!(found("-w source!=Herald -w source!=Courier"), "");
    assert_eq!(found("-w section!=World"), "c d e");
    sandbox.run("search ferry -w source=Her").exits(1);
}

// Choosing one value must not hide the others that could be chosen too; of other fields it does.
#[test]
fn own_filter_leaves_own_counts() {
    let sandbox = archive(FEW);
    let counts = |line: &str| {
        let answer = sandbox.json(line);
        let one = |field: &str| {
            let facet = &answer["facets"][field];
            let values = facet["values"].as_array().unwrap().iter();
            let values = values
                .map(|value| format!("{}:{}", value["value"].as_str().unwrap(), value["count"]));
            format!(
                "{} -:{}",
                values.collect::<Vec<_>>().join(" "),
                facet["missing"]
            )
        };
        format!(
            "{} | {} | {}",
            answer["total"],
            one("source"),
            one("section")
        )
    };
    for command in [
        "search ferry --facet source --facet section",
        "facets ferry --by source,section",
    ] {
        assert_eq!(
            counts(command),
            "5 | Herald:3 Courier:2 -:0 | Sport:2 World:2 -:1",
            "{command}"
        );
        assert_eq!(
            counts(&format!("{command} -w source=Herald")),
            "3 | Herald:3 Courier:2 -:0 | Sport:2 World:1 -:0"
        );
        assert_eq!(
            counts(&format!("{command} -w section!=Sport")),
            "3 | Courier:2 Herald:1 -:0 | Sport:2 World:2 -:1"
        );
    }
}

// By the moment, where the zone is known (b is the later one, though a day earlier on paper); undated articles come last
// either way.
#[test]
fn sorting() {
    let sandbox = archive(FEW);
    assert_eq!(
        sandbox.ids("search '*' --sort newest").join(" "),
        "b c a d f e"
    );
    assert_eq!(
        sandbox.ids("search '*' --sort oldest").join(" "),
        "f d a c b e"
    );
}

// The formats for programs list every article, each in its own way.
#[test]
fn formats() {
    let sandbox = archive(FEW);
    let out = |format: &str| {
        sandbox
            .run(&format!(
                "search ferry -n all --sort oldest --format {format}"
            ))
            .ok()
    };
    assert_eq!(out("ids"), "d\na\nc\nb\ne\n");
    let path = fs::canonicalize(sandbox.path("all.jsonl")).unwrap();
    assert_eq!(out("paths"), format!("{}\n", path.display()).repeat(5));
    assert_eq!(
        out("jsonl")
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
            .collect::<Vec<_>>(),
        ["d", "a", "c", "b", "e"]
    );
    let csv = out("csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let id = rows
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "id")
        .unwrap();
    assert_eq!(
        rows.records()
            .map(|row| row.unwrap()[id].to_owned())
            .collect::<String>(),
        "dacbe"
    );
    assert_eq!(
        serde_json::from_str::<Value>(&out("json")).unwrap()["hits"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

// What reading does not take for the day of an article cannot be set by hand either; both say so.
#[test]
fn days_of_no_article() {
    let sandbox = archive(&["a|1066-10-14|||The battle."]);
    let hint = "the date `1066-10-14` was not taken: before 1600, or more than two days ahead";
    let told = sandbox.json("index all.jsonl --again");
    assert_eq!(told["hints"], json!([hint]));
    let refused = sandbox.run("set a date=1066-10-14").exits(2);
    assert_eq!(
        refused.err,
        "morgue: `1066-10-14` cannot be the date of an article\n\
         hint: it is before 1600, or more than two days ahead\n"
    );
    sandbox.run("set a date=1666-10-14").ok();
}

// A bad line of a batch is told, and the others are answered.
#[test]
fn batch() {
    let sandbox = archive(FEW);
    sandbox.write("good.tsv", "q1\tferry sails\n\nbridge\n");
    sandbox.write("bad.tsv", "q1\tferry sails\nq2\tferry (\nq3\tbridge\n");
    let good = sandbox.run("batch good.tsv --format trec").exits(0);
    let rows: Vec<Vec<&str>> = good
        .out
        .lines()
        .map(|line| line.split(' ').collect())
        .collect();
    assert!(
        rows.iter()
            .all(|row| row.len() == 6 && row[1] == "Q0" && row[5] == "morgue"),
        "{}",
        good.out
    );
    assert_eq!((rows[0][0], rows[0][2], rows[0][3]), ("q1", "a", "1"));
    assert_eq!((rows[1][0], rows[1][2]), ("3", "f"));
    for format in ["trec", "csv", "jsonl"] {
        let bad = sandbox
            .run(&format!("batch bad.tsv --format {format}"))
            .exits(2);
        assert!(
            bad.err
                .starts_with("morgue: line 2: unclosed parenthesis\n"),
            "{}",
            bad.err
        );
        assert!(
            bad.out.contains("q1") && bad.out.contains("q3") && !bad.out.contains("q2"),
            "{}",
            bad.out
        );
    }
    let lines = sandbox.run("batch good.tsv --format jsonl").ok();
    let ids = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["query_id"].clone());
    assert_eq!(ids.collect::<Vec<_>>(), ["q1", "3"]);
    sandbox.write("none.tsv", "q1\tzeppelin\n");
    sandbox.run("batch none.tsv").exits(1);
    assert_eq!(
        sandbox
            .fed("batch - --format trec", "q\tbridge")
            .ok()
            .lines()
            .count(),
        1
    );
}

// Every article is in one place of a timeline; periods without any stand there too.
#[test]
fn timeline() {
    let sandbox = archive(FEW);
    let periods = |line: &str| {
        let answer = sandbox.json(line);
        let periods = answer["periods"].as_array().unwrap();
        let counted: u64 = periods
            .iter()
            .map(|period| period["count"].as_u64().unwrap())
            .sum();
        let apart = answer["undated"].as_u64().unwrap() + answer["imprecise"].as_u64().unwrap();
        assert_eq!(answer["total"], counted + apart, "{line}");
        let listed = periods
            .iter()
            .map(|period| format!("{}:{}", period["start"].as_str().unwrap(), period["count"]));
        listed.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(periods("timeline --by year"), "2023-01-01:1 2024-01-01:4");
    assert_eq!(
        periods("timeline --by month"),
        "2023-12-01:1 2024-01-01:0 2024-02-01:0 2024-03-01:0 2024-04-01:0 2024-05-01:0 2024-06-01:4"
    );
    // The 17th of June 2024 is a Monday.
    assert_eq!(periods("timeline ferry --by week"), "2024-06-17:3");
    assert_eq!(
        periods("timeline ferry --by day"),
        "2024-06-17:1 2024-06-18:1 2024-06-19:1"
    );
    let answer = sandbox.json("timeline ferry --by day");
    assert_eq!(
        (&answer["undated"], &answer["imprecise"], &answer["total"]),
        (&json!(1), &json!(1), &json!(5))
    );
    let compared = sandbox.json("timeline rowers --by year --vs bridge --share");
    let facts: Vec<Value> = compared["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|period| json!([period["count"], period["vs"], period["share"]]))
        .collect();
    assert_eq!(facts, [json!([0, 1, 0.0]), json!([1, 0, 0.25])]);
}

// A folder is searched without a thought: the first time it is indexed, the second it is only looked at.
#[test]
fn search_in_a_folder() {
    let sandbox = Sandbox::with(&[
        ("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n"),
        (
            "b.txt",
            "Tram stops\n\nThe tram stopped on the bridge on Monday.\n",
        ),
        ("empty.txt", ""),
    ]);
    let first = sandbox.run("search --in clips ferry --format ids").exits(0);
    let lines: Vec<&str> = first.err.lines().collect();
    assert!(
        lines[0].starts_with("indexed 2 articles from 3 files in "),
        "{first:?}"
    );
    assert_eq!(
        lines[1..],
        ["skipped 1 file; `morgue inspect clips` says why"]
    );
    assert!(sandbox.path("clips/.morgue/morgue.toml").exists());
    let second = sandbox.run("search --in clips ferry --format ids").exits(0);
    assert_eq!(
        (second.err.as_str(), &second.out),
        ("nothing new in 3 files\n", &first.out)
    );
    // What changed is seen, what vanished goes, and the archive is no article.
    fs::remove_file(sandbox.path("clips/a.txt")).unwrap();
    sandbox.write("clips/c.txt", "Tower\n\nThe tower was built on Monday.\n");
    assert_eq!(sandbox.ids("search --in clips '*'").len(), 2);
    sandbox.run("search --in clips ferry").exits(1);
    assert_eq!(sandbox.json("info -a clips/.morgue")["files"], 3);
    sandbox.run("search --in clips -a other ferry").exits(2);
    sandbox.run("search --in nowhere ferry").exits(2);
    assert!(!sandbox.path("nowhere").exists());
    // An index run of the folder does not walk it either.
    assert_eq!(
        sandbox.counts("index clips -a other"),
        "added 2, replaced 0, unchanged 0, removed 0, skipped 1"
    );
    // The archive of a single file lies in the user's cache.
    assert_eq!(sandbox.ids("search --in clips/b.txt tram").len(), 1);
    assert!(sandbox.path("home/.cache/morgue").is_dir());
}

// What is said under `-q` is the answer only.
#[test]
fn quiet() {
    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    for line in [
        "-q index clips",
        "-q index clips",
        "search -q ferry",
        "-q search --in clips ferry",
    ] {
        assert_eq!(sandbox.run(line).exits(0).err, "", "{line}");
    }
}
