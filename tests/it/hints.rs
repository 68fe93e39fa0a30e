//! What is said beside an answer: what was not understood, what has no room, why nothing was found, and what to do next.

use serde_json::Value;

use crate::cli_contract::{FEW, archive};

// What a format has no room for is said, and what it has room for is not.
#[test]
fn flags_without_room() {
    let sandbox = archive(FEW);
    sandbox.write("q.tsv", "q\tferry\n");
    for (line, told) in [
        ("search ferry --facet source --explain", ""),
        ("search ferry --facet source --explain --json", ""),
        (
            "search ferry --facet source --explain --format jsonl",
            "hint: `--format jsonl` has no room for `--facet`; these have: text, json\n",
        ),
        (
            "search ferry --explain --format ids",
            "hint: `--format ids` has no room for `--explain`; these have: text, json, jsonl\n",
        ),
        ("batch q.tsv --facet source --explain --format jsonl", ""),
        (
            "batch q.tsv --facet source",
            "hint: `--format csv` has no room for `--facet`; these have: jsonl\n",
        ),
    ] {
        assert_eq!(sandbox.run(line).exits(0).err, told, "{line}");
    }
}

// A table of queries may have empty cells, and `-n 0` asks how many there are.
#[test]
fn batch_of_an_odd_table() {
    let sandbox = archive(FEW);
    sandbox.write("odd.tsv", "q3\t\n\tbridge\n\t\n");
    let odd = sandbox.run("batch odd.tsv --format trec").exits(2);
    assert!(odd.out.starts_with("2 Q0 f 1 "), "{}", odd.out);
    assert!(
        odd.err.starts_with("morgue: line 1: no word to search for"),
        "{}",
        odd.err
    );
    sandbox.write("one.tsv", "q\tferry\n");
    sandbox.run("batch one.tsv -n 0").exits(0);
}

// A value that no article has is told, with the one that may be meant.
#[test]
fn values_that_nobody_has() {
    let sandbox = archive(FEW);
    let hint = |line: &str| sandbox.json(line)["hints"][0].clone();
    assert_eq!(
        hint("search ferry -w source=Herlad"),
        r#"no article has `source="Herlad"`: did you mean `source="herald"`?"#
    );
    assert_eq!(
        hint("search ferry -w source=nowhere"),
        r#"no article has `source="nowhere"`"#
    );
    assert_eq!(
        hint("search source=Herlad"),
        r#"no article has `source="Herlad"`: did you mean `source="herald"`?"#
    );
    assert_eq!(
        hint("search ferry -w source!=Herlad"),
        "no article has `source=Herlad`: nothing is left out; did you mean `source!=herald`?"
    );
    // All have it, but not together.
    assert_eq!(
        hint("search bridge -w source=Courier"),
        "without filters and dates 1 article matches"
    );
    // Choosing several values is what own filters are for; a value that is left out is another thing.
    assert_eq!(hint("facets -w source=Herald --by source"), Value::Null);
    let counted = hint("facets -w source!=Herald --by source");
    assert!(
        counted.as_str().unwrap().contains("`source!=`"),
        "{counted}"
    );
}

// Nothing that is offered finds nothing.
#[test]
fn beginnings_are_offered_where_there_are_some() {
    let sandbox = archive(FEW);
    let hint = |line: &str| sandbox.json(line)["hints"][0].clone();
    assert_eq!(hint("search zeppelin"), "no article has `zeppelin`");
    assert_eq!(
        hint("search rowe"),
        "no article has `rowe`; 1 article has `rowe*`"
    );
    assert_eq!(
        hint("search it:ferry"),
        "`it:` is read as a word, as it is no field; `morgue fields` lists them"
    );
}

// Who gives a path or a number that cannot be meant is told what can.
#[test]
fn odd_arguments() {
    let sandbox = archive(FEW);
    for (line, told) in [
        ("batch nowhere", "check the path"),
        ("batch .", "give a file; this is a folder"),
        ("search x --in nowhere", "check the path"),
        ("index all.jsonl --schema nowhere", "check the path"),
        ("search x -a all.jsonl", "an archive is a folder"),
        ("index . -a all.jsonl", "an archive is a folder"),
        ("similar nowhere", "is the id of no article, and no file"),
        ("remove", "`--query Q`"),
        ("search x --offset -3", "write a number, 0 or more"),
        ("info -json", "the flag is `--json`"),
    ] {
        let ran = sandbox.run(line).exits(2);
        assert!(ran.err.contains(told), "{line}: {}", ran.err);
    }
    assert_eq!(
        sandbox.json("stories --top all")["stories"],
        serde_json::json!([])
    );
}
