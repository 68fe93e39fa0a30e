//! Indexing the same things again: what is new, changed, gone or in conflict is told apart, and nothing is lost or doubled.

use std::collections::BTreeMap;
use std::fs;
use std::time::SystemTime;

use serde_json::Value;

use crate::sandbox::{Sandbox, set_time};

const FERRY: &str = "Ferry returns to the harbour\n\nThe ferry came back on Monday. Its passengers had waited for a week.\n";
const BRIDGE: &str = "Bridge closed for repairs\n\nThe bridge is closed until May. The council asked for patience.\n";
const TRAM: &str =
    "Tram line planned\n\nA tram will cross the river. The first one may run in five years.\n";

const THREE: &[(&str, &str)] = &[("a.txt", FERRY), ("b.txt", BRIDGE), ("inner/c.txt", TRAM)];

/// Articles without what depends on where they lie.
fn portable(mut articles: Vec<Value>) -> Vec<Value> {
    for article in &mut articles {
        let keys = article.as_object_mut().unwrap();
        for key in ["path", "record", "format"] {
            keys.remove(key).unwrap();
        }
    }
    articles
}

// The daily run over a folder where nothing happened must cost nothing and say so.
#[test]
fn the_same_folder_twice() {
    let sandbox = Sandbox::with(THREE);
    assert_eq!(
        sandbox.counts("index clips"),
        "added 3, replaced 0, unchanged 0, removed 0, skipped 0"
    );
    let before = sandbox.run("info --json").ok();
    assert_eq!(
        sandbox.counts("index clips"),
        "added 0, replaced 0, unchanged 3, removed 0, skipped 0"
    );
    assert!(
        sandbox
            .run("index clips")
            .ok()
            .ends_with("articles: 3 unchanged\n")
    );
    // Not even a commit.
    assert_eq!(sandbox.run("info --json").ok(), before);
}

// What is seen before indexing must be found after it.
#[test]
fn inspect_says_the_id_that_index_gives() {
    let sandbox = Sandbox::with(THREE);
    sandbox.write(
        "clips/b.jsonl",
        "{\"title\":\"One\"}\n{\"title\":\"Two\",\"url\":\"https://example.org/two\"}\n",
    );
    let mut seen: Vec<String> = sandbox.ids("inspect clips");
    sandbox.run("index clips").ok();
    let mut kept: Vec<String> = sandbox.ids("search '*' -n all");
    seen.sort();
    kept.sort();
    assert_eq!(seen, kept);
    assert_eq!(seen.len(), 5);
}

// Copying or checking out a folder touches every file.
#[test]
fn touched_files_are_unchanged() {
    let sandbox = Sandbox::with(THREE);
    sandbox.run("index --no-enrich clips").ok();
    set_time(&sandbox.path("clips/a.txt"), SystemTime::now());
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 0, replaced 0, unchanged 3, removed 0, skipped 0"
    );
}

// An edited file replaces what was understood of it; the old text is no longer found.
#[test]
fn edited_files_are_replaced() {
    let sandbox = Sandbox::with(THREE);
    sandbox.run("index --no-enrich clips").ok();
    // Of the same length, so that only time and content tell.
    sandbox.write("clips/a.txt", FERRY.replace("Monday", "Friday"));
    set_time(&sandbox.path("clips/a.txt"), SystemTime::now());
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 0, replaced 1, unchanged 2, removed 0, skipped 0"
    );
    sandbox.run("search Monday").exits(1);
    assert_eq!(sandbox.ids("search Friday").len(), 1);
    sandbox.run("verify").ok();
}

// A file that is written a moment after it was read, with the same size, must not be taken for unchanged.
#[test]
fn edits_right_after_indexing_are_seen() {
    let sandbox = Sandbox::with(THREE);
    fs::write(sandbox.path("clips/a.txt"), FERRY).unwrap();
    sandbox.run("index --no-enrich clips").ok();
    fs::write(
        sandbox.path("clips/a.txt"),
        FERRY.replace("Monday", "Friday"),
    )
    .unwrap();
    sandbox.run("index --no-enrich clips").ok();
    assert_eq!(sandbox.ids("search Friday").len(), 1);
}

// A file that can no longer be read is no reason to forget what it said; the report tells.
#[test]
fn unreadable_files_keep_their_articles() {
    let sandbox = Sandbox::with(THREE);
    sandbox.run("index --no-enrich clips").ok();
    sandbox.write("clips/a.txt", b"\0\x01\x02\x03binary\0\0\0");
    let report = sandbox.json("index --no-enrich clips");
    assert_eq!(report["skipped"][0]["reason"], "binary file");
    let hint = report["hints"][0].as_str().unwrap();
    assert!(
        hint.ends_with("a.txt: of its earlier content 1 article was kept"),
        "{hint}"
    );
    assert_eq!(sandbox.ids("search ferry").len(), 1);
}

// A container is compared record by record: only what differs is touched.
#[test]
fn containers_change_record_by_record() {
    let record = |id: &str, body: &str| {
        format!("{{\"id\":\"{id}\",\"title\":\"Report {id}\",\"body\":\"{body}\"}}\n")
    };
    let sandbox = Sandbox::new();
    let old = ["one", "two", "three", "four"].map(|id| record(id, "ferry"));
    sandbox.write("clips/all.jsonl", old.concat());
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 4, replaced 0, unchanged 0, removed 0, skipped 0"
    );
    // One and three stay, two changes, four goes, five comes.
    let new = [
        old[0].clone(),
        record("two", "tram"),
        old[2].clone(),
        record("five", "bridge"),
    ];
    sandbox.write("clips/all.jsonl", new.concat());
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 1, replaced 1, unchanged 2, removed 1, skipped 0"
    );
    assert_eq!(sandbox.ids("search ferry --sort oldest").len(), 2);
    assert_eq!(sandbox.ids("search tram"), ["two"]);
    sandbox.run("show four").exits(2);
    sandbox.run("verify").ok();
}

// A record that moves within its container is the same article when it has an id of its own.
#[test]
fn records_may_move() {
    let lines = [
        "{\"id\":\"a\",\"body\":\"ferry\"}\n",
        "{\"id\":\"b\",\"body\":\"tram\"}\n",
    ];
    let sandbox = Sandbox::with(&[("all.jsonl", &lines.concat())]);
    sandbox.run("index --no-enrich clips").ok();
    sandbox.write("clips/all.jsonl", format!("{}{}", lines[1], lines[0]));
    sandbox.counts("index --no-enrich clips");
    assert_eq!(sandbox.ids("search '*' --sort oldest").len(), 2);
    assert_eq!(sandbox.json("show b")["articles"][0]["record"], 1);
}

// What vanished goes only when that is asked for, and only under the given paths.
#[test]
fn prune_acts_under_the_given_paths() {
    let sandbox = Sandbox::with(&[
        ("x/a.txt", FERRY),
        ("x/b.txt", BRIDGE),
        ("xy/c.txt", TRAM),
        (
            "xy/d.txt",
            "Tower built\n\nA tower stands on the hill. It was built in a year.\n",
        ),
    ]);
    sandbox.run("index --no-enrich clips").ok();
    fs::remove_file(sandbox.path("clips/x/a.txt")).unwrap();
    fs::remove_file(sandbox.path("clips/xy/c.txt")).unwrap();
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 0, replaced 0, unchanged 2, removed 0, skipped 0"
    );
    assert_eq!(
        sandbox.counts("index --no-enrich clips/x --prune --dry-run"),
        "added 0, replaced 0, unchanged 1, removed 1, skipped 0"
    );
    assert_eq!(sandbox.ids("search ferry").len(), 1);
    assert_eq!(
        sandbox.counts("index --no-enrich clips/x --prune"),
        "added 0, replaced 0, unchanged 1, removed 1, skipped 0"
    );
    sandbox.run("search ferry").exits(1);
    assert_eq!(sandbox.ids("search tram").len(), 1);
}

// A disk that is not mounted looks like a folder where everything vanished.
#[test]
fn prune_refuses_what_looks_like_a_mistake() {
    let sandbox = Sandbox::with(THREE);
    sandbox.run("index --no-enrich clips").ok();
    let missing = sandbox.run("index --no-enrich clips gone --prune").exits(2);
    assert!(
        missing.err.contains("gone: no such file or folder"),
        "{missing:?}"
    );
    fs::remove_file(sandbox.path("clips/a.txt")).unwrap();
    fs::remove_file(sandbox.path("clips/b.txt")).unwrap();
    let refused = sandbox.run("index --no-enrich clips --prune").exits(2);
    assert_eq!(
        refused.err,
        "morgue: pruning would remove 2 of 3 articles\nhint: if that is meant, add `--force`\n"
    );
    assert_eq!(sandbox.ids("search '*'").len(), 3);
    assert_eq!(
        sandbox.counts("index --no-enrich clips --prune --force"),
        "added 0, replaced 0, unchanged 1, removed 2, skipped 0"
    );
}

// Two inputs that number their articles from 1 must not overwrite each other.
#[test]
fn a_stated_id_belongs_to_one_input() {
    let sandbox = Sandbox::with(&[
        (
            "a.jsonl",
            "{\"id\":1,\"title\":\"Ferry\"}\n{\"id\":2,\"title\":\"Bridge\"}\n",
        ),
        ("b.jsonl", "{\"id\":\"1\",\"title\":\"Tram\"}\n"),
    ]);
    let report = sandbox.json("index --no-enrich clips");
    assert_eq!(
        (&report["added"], &report["skipped"][0]["record"]),
        (&2.into(), &1.into())
    );
    let reason = report["skipped"][0]["reason"].as_str().unwrap();
    let holder = fs::canonicalize(sandbox.path("clips/a.jsonl")).unwrap();
    assert_eq!(
        reason,
        format!(
            "the id `1` is taken by {}: give this input its own ids with `--id-prefix`",
            holder.display()
        )
    );
    assert_eq!(sandbox.ids("search ferry"), ["1"]);
    sandbox
        .run("index --no-enrich clips/b.jsonl --id-prefix b-")
        .ok();
    assert_eq!(sandbox.ids("search tram"), ["b-1"]);
    assert_eq!(sandbox.ids("search ferry"), ["1"]);
}

// An id that stands twice in one file: the first keeps it, the second is listed rather than put in its place.
#[test]
fn a_stated_id_belongs_to_one_record() {
    let sandbox = Sandbox::with(&[(
        "a.jsonl",
        "{\"id\":1,\"title\":\"Ferry\"}\n{\"id\":1,\"title\":\"Tram\"}\n",
    )]);
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 1, replaced 0, unchanged 0, removed 0, skipped 1"
    );
    assert_eq!(sandbox.ids("search ferry"), ["1"]);
    let again = sandbox.counts("index --no-enrich clips --again");
    assert_eq!(
        again,
        "added 0, replaced 0, unchanged 1, removed 0, skipped 1"
    );
}

// A page that was captured twice is two articles where it changed between, and one where it did not.
#[test]
fn captures_of_one_address() {
    let capture = |body: &str| {
        format!("{{\"url\":\"https://example.org/a\",\"title\":\"Page\",\"body\":\"{body}\"}}\n")
    };
    let sandbox = Sandbox::with(&[
        ("1.json", &capture("The ferry is late.")),
        ("2.json", &capture("The ferry is late. It came at noon.")),
        ("3.json", &capture("The ferry is late.")),
    ]);
    let report = sandbox.json("index --no-enrich clips");
    assert_eq!(
        (
            &report["added"],
            report["skipped"].as_array().unwrap().len()
        ),
        (&2.into(), 1)
    );
    let reason = report["skipped"][0]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("the same article as ") && reason.ends_with("1.json"),
        "{reason}"
    );
    let again = sandbox.counts("index --no-enrich clips --again");
    assert_eq!(
        again,
        "added 0, replaced 0, unchanged 2, removed 0, skipped 1"
    );
}

// The same within one container, where both captures come from one file.
#[test]
fn captures_within_a_container() {
    let capture = |body: &str| {
        format!("{{\"url\":\"https://example.org/a\",\"title\":\"Page\",\"body\":\"{body}\"}}\n")
    };
    let lines = ["One ferry.", "Two ferries.", "One ferry."]
        .map(capture)
        .concat();
    let sandbox = Sandbox::with(&[("all.jsonl", &lines)]);
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 2, replaced 0, unchanged 0, removed 0, skipped 1"
    );
    assert_eq!(
        sandbox.counts("index --no-enrich clips --again"),
        "added 0, replaced 0, unchanged 2, removed 0, skipped 1"
    );
    sandbox.run("verify").ok();
}

// What was left out because another file held it comes in when that file goes: no article is lost.
#[test]
fn a_second_copy_takes_the_place_of_the_first() {
    let article = "{\"id\":\"x\",\"url\":\"https://example.org/a\",\"title\":\"Ferry\"}";
    let page = "{\"url\":\"https://example.org/b\",\"title\":\"Tram\",\"body\":\"A tram.\"}";
    let sandbox = Sandbox::with(&[
        ("id-1.json", article),
        ("id-2.json", article),
        ("url-1.json", page),
        ("url-2.json", page),
    ]);
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 2, replaced 0, unchanged 0, removed 0, skipped 2"
    );
    fs::remove_file(sandbox.path("clips/id-1.json")).unwrap();
    fs::remove_file(sandbox.path("clips/url-1.json")).unwrap();
    sandbox.run("index --no-enrich clips --prune --force").ok();
    assert_eq!(sandbox.ids("search ferry OR tram").len(), 2);
}

// A folder that is renamed: without pruning the old articles hold the ids, and the report says how to go on.
#[test]
fn renamed_files() {
    let sandbox = Sandbox::with(&[
        ("a.json", "{\"id\":\"x\",\"title\":\"Ferry\"}"),
        ("b.txt", BRIDGE),
        ("c.txt", TRAM),
    ]);
    sandbox.run("index --no-enrich clips").ok();
    fs::rename(sandbox.path("clips/a.json"), sandbox.path("clips/z.json")).unwrap();
    let report = sandbox.json("index --no-enrich clips");
    let reason = report["skipped"][0]["reason"].as_str().unwrap();
    assert!(
        reason.ends_with("a.json, which is gone: `--prune` frees it"),
        "{reason}"
    );
    assert_eq!(
        sandbox.counts("index --no-enrich clips --prune"),
        "added 1, replaced 0, unchanged 2, removed 1, skipped 0"
    );
    assert!(
        sandbox.json("show x")["articles"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("z.json")
    );
}

// A path given twice, or within another one, is one path.
#[test]
fn overlapping_paths() {
    let sandbox = Sandbox::with(THREE);
    let report = sandbox.json("index --no-enrich clips clips/inner clips/a.txt ./clips");
    assert_eq!(
        (&report["files"], &report["added"], &report["unchanged"]),
        (&3.into(), &3.into(), &0.into())
    );
}

// Links and notes to articles must hold: ids depend on neither the run nor the number of threads.
#[test]
fn ids_are_stable() {
    let sandbox = Sandbox::with(THREE);
    sandbox.write(
        "clips/all.jsonl",
        (0..300)
            .map(|n| format!("{{\"title\":\"Number {n}\"}}\n"))
            .collect::<String>(),
    );
    sandbox.run("index --no-enrich clips -a one --jobs 1").ok();
    sandbox.run("index --no-enrich clips -a four --jobs 4").ok();
    assert_eq!(sandbox.export("one"), sandbox.export("four"));
    let ids = sandbox.ids("search '*' -n all -a one");
    assert_eq!(ids.len(), 303);
    sandbox.run("index --no-enrich clips -a one --again").ok();
    assert_eq!(sandbox.ids("search '*' -n all -a one"), ids);
}

// The order in which files are found must not decide what is found, nor in which order.
#[test]
fn order_of_files_does_not_matter() {
    let words = [
        "ferry", "bridge", "tram", "tower", "harbour", "council", "storm",
    ];
    let sandbox = Sandbox::new();
    let mut seen: Option<(Vec<String>, Vec<String>)> = None;
    for round in 0..5usize {
        for number in 0..40usize {
            let place = (number * 17 + round * 13) % 40;
            let (one, two) = (words[number % 7], words[number % 5]);
            let text = format!(
                "The {one} and the {two} of district {number}\n\nPublished on: {} June 2024\n\nThe {two} was seen near the {one} on a Monday. Number {number} has {} of them.\n",
                number % 28 + 1,
                "many ".repeat(number % 4),
            );
            sandbox.write(
                &format!("clips{round}/{}/{place:02}-{round}.txt", place % 3),
                text,
            );
        }
        sandbox
            .run(&format!(
                "index --no-enrich clips{round} -a archive{round} --source Herald"
            ))
            .ok();
        let mut facts: Vec<String> = sandbox
            .export(&format!("archive{round}"))
            .iter()
            .map(|article| {
                format!(
                    "{} {} {}",
                    article["title"], article["source"], article["date"]
                )
            })
            .collect();
        facts.sort();
        let found = sandbox.json(&format!("search ferry OR council -n all -a archive{round}"));
        // The order of equal scores follows from ids, which follow from paths here.
        let mut titles: Vec<String> = found["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hit| {
                format!(
                    "{:.3} {}",
                    100.0 - hit["score"].as_f64().unwrap(),
                    hit["title"]
                )
            })
            .collect();
        let ranked = titles.clone();
        titles.sort();
        let keys = |titles: &[String]| {
            titles
                .iter()
                .map(|title| title[..6].to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&ranked), keys(&titles));
        let (first_facts, first_titles) =
            seen.get_or_insert_with(|| (facts.clone(), titles.clone()));
        assert_eq!(
            (&facts, &titles),
            (&*first_facts, &*first_titles),
            "round {round}"
        );
    }
}

// With ids of their own, articles are found in exactly the same order whatever order they came in.
#[test]
fn order_of_records_does_not_matter() {
    let sandbox = Sandbox::new();
    let mut orders = Vec::new();
    for round in 0..5usize {
        let lines = (0..60usize).map(|place| (place * 7 + round * 11) % 60);
        let lines = lines.map(|n| format!("{{\"id\":\"n{n}\",\"title\":\"Ferry {}\",\"date\":\"2024-06-{:02}\",\"body\":\"A ferry.\"}}\n", n % 4, n % 9 + 1));
        sandbox.write("all.jsonl", lines.collect::<String>());
        sandbox
            .run(&format!("index --no-enrich all.jsonl -a archive{round}"))
            .ok();
        let order = ["best", "newest", "oldest"].map(|sort| {
            sandbox.ids(&format!(
                "search ferry -n all --sort {sort} -a archive{round}"
            ))
        });
        orders.push(order);
    }
    assert!(orders.iter().all(|order| order == &orders[0]));
}

// Which names are one and which articles tell one story, the second archive finds out as the first did.
#[test]
fn stories_and_names_of_an_export() {
    let sandbox = Sandbox::with(&[]);
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/data/sample");
    sandbox.run(&format!("index {sample} -a one")).ok();
    let export = sandbox.run("export -a one").ok();
    let aliases = export.matches(r#""from":"alias""#).count();
    assert!(aliases > 0);
    fs::write(sandbox.path("export.jsonl"), export).unwrap();
    sandbox.run("index export.jsonl -a two").ok();
    let first = portable(sandbox.export("one"));
    let second = portable(sandbox.export("two"));
    for (one, two) in first.iter().zip(&second) {
        assert_eq!(one, two, "{one:#}\n{two:#}");
    }
    assert_eq!(first.len(), second.len());
}

// An export is the whole archive: read back it gives the same articles, under the same ids.
#[test]
fn export_is_read_back() {
    let sandbox = Sandbox::with(THREE);
    sandbox.write("desk.toml", "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:world\"\n");
    sandbox.write("clips/d.json", r#"{"id":"d1","title":"Tower &amp; bridge","date":"2024-06","byline":["Ada Moreno"],"source":"Herald",
        "url":"https://example.org/d","section":["World"],"person":["Greta Lind"],"desk":["Night"],"body":"  Indented text\n\nof AP in LONDON. Says Greta Lind.  "}"#);
    sandbox.write("clips/e.txt", "LONDON (AP) - Ferries sail again on Monday\n\nBy Ada Moreno\nPublished on: 18 Jun 2024 7:18 AM GMT\n\nLONDON (AP) - The ferries sail again, Mayor Greta Lind said on Monday. Vladimir Putin was in Pyongyang.\n\nRead more »\n");
    sandbox.write("clips/f.html", "<html lang=en><head><title>Storm | Herald</title><meta property=og:site_name content=Herald><meta property='article:published_time' content='2024-06-18T07:18:00+02:00'></head><body><article><h1>Storm</h1><p>The storm came at night and the harbour was closed for two days.</p><figure><img src=a><figcaption>A wave. Photo: AP</figcaption></figure></article></body></html>");
    sandbox.run("index clips -a one --schema desk.toml").ok();
    let first = sandbox.export("one");
    assert_eq!(first.len(), 6);
    fs::write(
        sandbox.path("export.jsonl"),
        sandbox.run("export -a one").ok(),
    )
    .unwrap();
    sandbox
        .run("index export.jsonl -a two --schema desk.toml")
        .ok();
    let (first, second) = (portable(first), portable(sandbox.export("two")));
    for (one, two) in first.iter().zip(&second) {
        assert_eq!(
            serde_json::to_string_pretty(one).unwrap(),
            serde_json::to_string_pretty(two).unwrap()
        );
    }
    assert_eq!(first.len(), second.len());
}

// A pipe has no name and no date: what comes twice is there once.
#[test]
fn standard_input() {
    let sandbox = Sandbox::new();
    let input = "{\"id\":\"a\",\"title\":\"Ferry\"}\n{\"title\":\"Tram\",\"body\":\"A tram.\"}\n";
    let report: Value = serde_json::from_str(&sandbox.fed("index - --json", input).ok()).unwrap();
    assert_eq!((&report["files"], &report["added"]), (&1.into(), &2.into()));
    let report: Value = serde_json::from_str(&sandbox.fed("index - --json", input).ok()).unwrap();
    assert_eq!(
        (&report["added"], &report["unchanged"]),
        (&0.into(), &2.into())
    );
    sandbox.fed("index -", "").exits(0);
}

// The flags that say how files are read.
#[test]
fn flags_of_reading() {
    let sandbox = Sandbox::with(&[(
        "herald/a.json",
        "{\"head\":\"Ferry\",\"meta\":{\"by\":\"Ada Moreno\"},\"desk\":\"Night\"}",
    )]);
    sandbox.write("desk.toml", "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:night\"\n");
    let facts = |archive: &str, flags: &str| {
        sandbox
            .run(&format!(
                "index --no-enrich clips -a {archive} {flags} --strict"
            ))
            .ok();
        let article = sandbox.export(archive).remove(0);
        ["title", "source", "byline", "labels"]
            .map(|key| article[key].to_string())
            .join(" ")
    };
    assert_eq!(facts("a", "--map title=head"), r#""Ferry" null [] {}"#);
    assert_eq!(
        facts("a", "--map title=head --map byline=meta.by"),
        r#""Ferry" null ["Ada Moreno"] {}"#
    );
    assert_eq!(
        facts("b", "--map title=head --source 'The Herald'"),
        r#""Ferry" "The Herald" [] {}"#
    );
    assert_eq!(
        facts("c", "--map title=head --source-from folder"),
        r#""Ferry" "herald" [] {}"#
    );
    assert_eq!(
        facts("d", "--map title=head --schema desk.toml"),
        r#""Ferry" null [] {"desk":["Night"]}"#
    );
    assert_eq!(sandbox.ids("search -a d desk:night").len(), 1);
    // A later run without the flags leaves things as they are.
    assert_eq!(
        sandbox.counts("index clips -a d"),
        "added 0, replaced 0, unchanged 1, removed 0, skipped 0"
    );
    assert_eq!(sandbox.ids("search -a d desk:night").len(), 1);
}

// A file that grows is read as it was before: without the flags of that run its articles would lose their fields, or go.
#[test]
fn a_changed_file_is_read_as_before() {
    let sandbox = Sandbox::with(&[("a.jsonl", "{\"id\":1,\"kop\":\"Ferry\"}\n")]);
    sandbox
        .run("index clips --map title=kop --source Krant --id-prefix n-")
        .ok();
    sandbox.write(
        "clips/a.jsonl",
        "{\"id\":1,\"kop\":\"Ferry\"}\n{\"id\":2,\"kop\":\"Tram\"}\n",
    );
    assert_eq!(
        sandbox.counts("index clips"),
        "added 1, replaced 0, unchanged 1, removed 0, skipped 0"
    );
    // What is given anew replaces the same of before.
    assert_eq!(
        sandbox.counts("index clips --source Post"),
        "added 0, replaced 2, unchanged 0, removed 0, skipped 0"
    );
    let facts = |article: Value| {
        ["id", "title", "source"]
            .map(|key| article[key].to_string())
            .join(" ")
    };
    let found: Vec<String> = sandbox.export(".morgue").into_iter().map(facts).collect();
    assert_eq!(found, [r#""n-1" "Ferry" "Post""#, r#""n-2" "Tram" "Post""#]);
}

// A dry run is for looking: it makes no archive and changes none.
#[test]
fn dry_run_writes_nothing() {
    let sandbox = Sandbox::with(THREE);
    assert_eq!(
        sandbox.counts("index --no-enrich clips --dry-run"),
        "added 3, replaced 0, unchanged 0, removed 0, skipped 0"
    );
    assert!(!sandbox.path(".morgue").exists());
    sandbox.run("index --no-enrich clips").ok();
    sandbox.write(
        "clips/a.txt",
        "Another ferry\n\nIt is another one altogether. It is new.\n",
    );
    sandbox.write(
        "clips/d.txt",
        "A tower\n\nIt is another one altogether. It is new.\n",
    );
    sandbox.write("desk.toml", "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:night\"\n");
    let files = || {
        let files = walkdir::WalkDir::new(sandbox.path(".morgue"))
            .into_iter()
            .flatten();
        let files = files.filter(|entry| entry.file_type().is_file());
        files
            .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap()))
            .collect::<BTreeMap<_, _>>()
    };
    let before = files();
    assert_eq!(
        sandbox.counts("index --no-enrich clips --dry-run"),
        "added 1, replaced 1, unchanged 2, removed 0, skipped 0"
    );
    sandbox
        .run("index --no-enrich clips --dry-run --again --schema desk.toml")
        .ok();
    let after = files();
    let changed: Vec<_> = after
        .iter()
        .filter(|(path, content)| before.get(*path) != Some(content))
        .map(|(path, _)| path)
        .collect();
    // Who holds the lock is noted for others, as by every writer.
    assert!(
        changed.iter().all(|path| path.ends_with("writer.pid")),
        "{changed:?}"
    );
}

// A dry run counts what the run would count, conflicts within the run included.
#[test]
fn dry_run_counts_conflicts() {
    let sandbox = Sandbox::with(&[
        ("a.json", "{\"id\":\"x\",\"title\":\"Ferry\"}"),
        ("b.json", "{\"id\":\"x\",\"title\":\"Tram\"}"),
    ]);
    let dry = sandbox.counts("index --no-enrich clips --dry-run");
    assert_eq!(dry, sandbox.counts("index --no-enrich clips"));
}

// What somebody took out stays out, until it is wanted back.
#[test]
fn removed_articles_stay_out() {
    let sandbox = Sandbox::with(&[
        ("a.json", "{\"id\":\"x\",\"title\":\"Ferry\"}"),
        ("b.txt", TRAM),
    ]);
    sandbox.run("index --no-enrich clips").ok();
    sandbox.run("remove x --force").ok();
    let report = sandbox.json("index --no-enrich clips");
    assert_eq!(
        (&report["unchanged"], &report["hints"][0]),
        (
            &1.into(),
            &"1 article was removed by hand and stays out: `--again` takes it back".into()
        )
    );
    sandbox.run("search ferry").exits(1);
    sandbox.write("clips/a.json", "{\"id\":\"x\",\"title\":\"Ferry again\"}");
    let report = sandbox.json("index --no-enrich clips");
    assert_eq!(
        report["skipped"][0]["reason"],
        "removed by hand: `--again` takes it back"
    );
    sandbox.run("search ferry").exits(1);
    sandbox.run("index --no-enrich clips --again").ok();
    assert_eq!(sandbox.ids("search ferry"), ["x"]);
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 0, replaced 0, unchanged 2, removed 0, skipped 0"
    );
}

// A packed file is the file that is in it.
#[test]
fn gzip_of_a_file() {
    use std::io::Write;
    let lines = "{\"id\":\"a\",\"title\":\"Ferry\"}\n{\"id\":\"b\",\"title\":\"Tram\"}\n";
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(lines.as_bytes()).unwrap();
    let sandbox = Sandbox::new();
    sandbox.write("clips/all.jsonl.gz", packer.finish().unwrap());
    assert_eq!(
        sandbox.counts("index --no-enrich clips"),
        "added 2, replaced 0, unchanged 0, removed 0, skipped 0"
    );
    assert_eq!(sandbox.json("show b")["articles"][0]["format"], "jsonl");
}

// `--strict` is for scripts that must know.
#[test]
fn strict() {
    let sandbox = Sandbox::with(&[("a.txt", FERRY), ("empty.txt", "")]);
    sandbox.run("index --no-enrich clips").exits(0);
    // Also when nothing was read again.
    sandbox.run("index --no-enrich clips --strict").exits(2);
    fs::remove_file(sandbox.path("clips/empty.txt")).unwrap();
    sandbox.run("index --no-enrich clips --strict").exits(0);
}

// What was too large is read when the limit is raised, as the report says.
#[test]
fn larger_files() {
    let sandbox = Sandbox::with(&[("a.txt", FERRY)]);
    let large = format!(
        "Tram line planned\n\n{}",
        "A tram will cross the river.\n\n".repeat(40_000)
    );
    sandbox.write("clips/large.txt", large);
    let report = sandbox.json("index --no-enrich clips --max-size 1");
    assert_eq!(
        report["skipped"][0]["reason"],
        "larger than 1 MiB: raise `--max-size`"
    );
    assert_eq!(
        sandbox.counts("index --no-enrich clips --max-size 2"),
        "added 1, replaced 0, unchanged 1, removed 0, skipped 0"
    );
    sandbox.run("index clips --max-size 0").exits(2);
}

// A mistyped path leaves no archive behind.
#[test]
fn a_missing_path_makes_no_archive() {
    let sandbox = Sandbox::new();
    sandbox.run("index clipz").exits(2);
    assert!(!sandbox.path(".morgue").exists());
}

/// A zip archive of these files.
fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

// Files in an archive are articles of their own: none takes the place of another, now or when the archive changes.
#[test]
fn files_in_an_archive() {
    let sandbox = Sandbox::with(&[]);
    fs::create_dir_all(sandbox.path("clips")).unwrap();
    let path = sandbox.path("clips/news.zip");
    fs::write(&path, zip(THREE)).unwrap();
    assert_eq!(
        sandbox.counts("index clips"),
        "added 3, replaced 0, unchanged 0, removed 0, skipped 0"
    );
    let four = [
        THREE,
        &[(
            "d.txt",
            "Ferry sold\n\nThe ferry was sold to an island far away from here.\n",
        )],
    ]
    .concat();
    fs::write(&path, zip(&four)).unwrap();
    assert_eq!(
        sandbox.counts("index clips"),
        "added 1, replaced 0, unchanged 3, removed 0, skipped 0"
    );
    fs::write(&path, zip(&four[1..])).unwrap();
    sandbox.counts("index clips");
    let paths = sandbox.run("search --format paths *").ok();
    let mut names: Vec<&str> = paths
        .lines()
        .filter_map(|path| path.split_once("news.zip/"))
        .map(|(_, name)| name)
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["b.txt", "d.txt", "inner/c.txt"]);
}

// What lies beside an article says what the article does not, wins over it, and a change of it is a change of both.
#[test]
fn sidecars() {
    let yaml = "title: Ferry is back\ndate: 2024-06-18\nauthors:\n- Jane Doe\nsection: [Harbour]\n";
    let json = r#"{"source": "Harbour Herald", "date": "2024-06-19"}"#;
    let record = r#"{"title": "Tram", "body": "A tram runs."}"#;
    let sandbox = Sandbox::with(&[
        ("a.txt", FERRY),
        ("a.yaml", yaml),
        ("b.txt", BRIDGE),
        ("b.txt.json", json),
        ("c.txt", TRAM),
        // An article of its own, whatever it is called.
        ("c.json", record),
    ]);
    let added = "added 4, replaced 0, unchanged 0, removed 0, skipped 0";
    assert_eq!(sandbox.counts("index clips --source Standard"), added);
    let first = |line: String| -> Value {
        let out = sandbox.run(&line).ok();
        serde_json::from_str(out.lines().next().unwrap()).unwrap()
    };
    let article = |words: &str| first(format!("export {words}"));
    let ferry = article("ferry");
    assert_eq!(ferry["title"], "Ferry is back");
    assert_eq!(ferry["date"], "2024-06-18");
    assert_eq!(ferry["byline"][0], "Jane Doe");
    assert_eq!(ferry["section"][0], "Harbour");
    assert_eq!(ferry["source"], "Standard");
    assert_eq!(ferry["evidence"]["title"]["from"], "sidecar title");
    assert!(!ferry["body"].as_str().unwrap().contains("Ferry returns"));
    assert_eq!(article("bridge")["source"], "Harbour Herald");
    let again = "added 0, replaced 0, unchanged 4, removed 0, skipped 0";
    assert_eq!(sandbox.counts("index clips"), again);
    fs::write(sandbox.path("clips/a.yaml"), yaml.replace("18", "17")).unwrap();
    let changed = "added 0, replaced 1, unchanged 3, removed 0, skipped 0";
    assert_eq!(sandbox.counts("index clips"), changed);
    assert_eq!(article("ferry")["date"], "2024-06-17");
    // Named alone, the article still has its sidecar; without it the article is read anew.
    assert_eq!(
        first("inspect clips/a.txt --format jsonl".to_owned())["title"],
        "Ferry is back"
    );
    fs::remove_file(sandbox.path("clips/a.yaml")).unwrap();
    assert_eq!(sandbox.counts("index clips"), changed);
    assert_eq!(article("ferry")["title"], "Ferry returns to the harbour");
}

// A correction holds until its line is taken out and the file is read again.
#[test]
fn corrections_can_be_taken_back() {
    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    sandbox.run("index clips").ok();
    let title = || sandbox.json("search ferry")["hits"][0]["title"].clone();
    let before = title();
    sandbox.run("set --query ferry 'title=Boat sails'").ok();
    sandbox.run("index clips --again").ok();
    assert_eq!(title(), "Boat sails");
    let rules = ".morgue/corrections.rules";
    let kept = std::fs::read_to_string(sandbox.path(rules)).unwrap();
    assert!(kept.contains("index --again FILE"), "{kept}");
    let kept = kept.lines().filter(|line| !line.contains("Boat"));
    sandbox.write(rules, kept.collect::<Vec<_>>().join("\n"));
    sandbox.run("index --again clips/a.txt").ok();
    assert_eq!(title(), before);
}
