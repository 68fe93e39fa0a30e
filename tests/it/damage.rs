//! Damage to the files of an archive: an answer is right, or an error names the file. MORGUE_TEST_DAMAGE=N does it N times.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use morgue::{Archive, Decision, ErrorKind, FacetRequest, Ingest, Query, Schema, TimelineRequest};

use crate::campaign::{Chance, tell, times};
use crate::sandbox::Sandbox;

const DESK: &str =
    "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:world\"\n";

/// An archive with everything in it that an archive can have: several segments, replaced and removed articles,
/// corrections, fields of the user, stories; and what its files were one commit before.
fn archive() -> (Sandbox, BTreeMap<PathBuf, Vec<u8>>) {
    let sandbox = Sandbox::new();
    let record = |n: usize, word: &str| {
        format!(
            "{{\"id\":\"r{n}\",\"title\":\"Report {n} on the {word}\",\"date\":\"2024-06-{:02}\",\"source\":\"Herald\",\
             \"desk\":\"World\",\"body\":\"The {word} of pier {n} sailed to Oslo on Monday, the harbour master said. \
             Number {n} was late again.\"}}\n",
            n % 28 + 1
        )
    };
    let told = "Ferry sinks off Bergen\n\nA ferry with forty people sank off Bergen on Tuesday night. The coast guard saved \
                all of them, said captain Anna Holm. The ferry Solveig had left the harbour in a storm.\n";
    sandbox.write("clips/one.txt", told);
    sandbox.write("clips/two.txt", format!("{told}\nMore was not known.\n"));
    for n in 0..4 {
        sandbox.write(&format!("clips/{n}.jsonl"), record(n, "ferry"));
    }
    let folder = sandbox.path(".morgue");
    let mut archive = Archive::create(&folder, Schema::default()).unwrap();
    let index = |archive: &Archive| {
        let clips = [sandbox.path("clips")];
        archive
            .add_paths(&clips, &Ingest::default(), &mut |_| {})
            .unwrap();
    };
    index(&archive);
    archive.add_fields(DESK).unwrap();
    sandbox.write(
        "clips/4.jsonl",
        (10..30).map(|n| record(n, "tram")).collect::<String>(),
    );
    index(&archive);
    archive.remove(&["r11".to_owned()], false).unwrap();
    let before = contents(&folder);
    let fields = [("title".to_owned(), "A better title".to_owned())];
    archive.set(&["r2".to_owned()], &fields, false).unwrap();
    let drop = Decision::Drop {
        name: "Anna Holm".to_owned(),
    };
    archive.decide(&drop, Some("person")).unwrap();
    sandbox.write("clips/1.jsonl", record(1, "bridge"));
    index(&archive);
    (sandbox, before)
}

/// The content of every file that is not only for locking.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            found.extend(contents(&path));
        } else if !name.ends_with(".lock") && name != "writer.pid" {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Everything that can be asked of an archive, in one text.
fn answers(folder: &Path) -> morgue::Result<String> {
    let archive = Archive::open(folder)?;
    let mut said = String::new();
    for text in [
        "ferry",
        "\"harbour master\"",
        "sai*",
        "tran~1",
        "body:pier title:report",
        "desk:world",
        "source:herald",
    ] {
        let mut query = Query::new(text);
        query.facets = ["source", "desk", "person", "place"]
            .map(|field| FacetRequest {
                field: field.to_owned(),
                top: None,
            })
            .to_vec();
        let mut results = archive.search(&query)?;
        results.took_ms = 0.0;
        said.push_str(&format!("{results:?}\n"));
    }
    let all = Query::new("*");
    archive.each(&all, &mut |article| {
        said.push_str(&format!("{article:?}\n"));
        Ok(())
    })?;
    let mut like = archive.similar(&archive.get("r12")?, &Query::new(""))?;
    like.took_ms = 0.0;
    let stories = archive.stories(&all, 5)?;
    let timeline = archive.timeline(&Query::new("ferry"), &TimelineRequest::default())?;
    let mut info = archive.info()?;
    // Beside the counts it tells of what lies in the folder.
    info.bytes = 0;
    said.push_str(&format!("{like:?}\n{stories:?}\n{timeline:?}\n{info:?}\n"));
    Ok(said)
}

/// One way to damage a file; `None` takes it away.
fn damaged(
    case: usize,
    whole: &[u8],
    chance: &mut Chance,
    others: &[&Vec<u8>],
) -> (String, Option<Vec<u8>>) {
    let at = chance.below(whole.len());
    let mut content = whole.to_vec();
    match case % 10 {
        0 => return ("missing".to_owned(), None),
        1 => content.truncate(at),
        2 => content.truncate(whole.len().saturating_sub(1 + at % 64)),
        3 => {
            let page = at / 4096 * 4096;
            content
                .iter_mut()
                .skip(page)
                .take(4096)
                .for_each(|byte| *byte = 0);
        }
        4 => content.extend_from_slice(&whole[at..]),
        5 => content.clone_from(others[chance.below(others.len())]),
        _ => {
            if let Some(byte) = content.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
    }
    (format!("way {} at {at}", case % 10), Some(content))
}

/// Puts a file anew: one in its old place may still be mapped.
fn put(path: &Path, content: Option<&[u8]>) {
    let _ = fs::remove_file(path);
    if let Some(content) = content {
        fs::write(path, content).unwrap();
    }
}

/// How an archive that is damaged answers.
#[derive(Debug, PartialEq)]
enum Outcome {
    Right,
    Refused,
    Wrong(String),
}

fn outcome(folder: &Path, whole: &str) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| answers(folder))) {
        Err(_) => Outcome::Wrong("panic".to_owned()),
        Ok(Ok(said)) if said == whole => Outcome::Right,
        Ok(Ok(_)) => Outcome::Wrong("another answer".to_owned()),
        Ok(Err(error)) => {
            let named = error.path().is_some_and(|path| path.starts_with(folder));
            match (error.kind(), named, error.hint()) {
                (ErrorKind::Damaged, true, Some(_)) => Outcome::Refused,
                _ => Outcome::Wrong(format!("{:?} {error}", error.kind())),
            }
        }
    }
}

// Any change of any file: the same answers, or an error that names a file. `verify` sees it in either case, and says what
// helps; a rebuild then answers as before, because the files that the articles came from are still there.
#[test]
fn damage() {
    let (sandbox, _) = archive();
    let folder = sandbox.path(".morgue");
    let whole = answers(&folder).unwrap();
    let files = contents(&folder);
    let all: Vec<&Vec<u8>> = files.values().collect();
    let cases = times("MORGUE_TEST_DAMAGE", 220);
    let mut chance = Chance::new(7);
    let (mut right, mut refused, mut by_hand, mut same, mut rebuilt) = (0, 0, 0, 0, 0);
    let mut wrong = Vec::new();
    for case in 0..cases {
        // Each file is damaged in each way before one is damaged twice in the same.
        let (path, content) = files.iter().nth(case % files.len()).unwrap();
        let (how, changed) = damaged(case / files.len() + case, content, &mut chance, &all);
        if changed.as_ref() == Some(content) {
            same += 1;
            continue;
        }
        put(path, changed.as_deref());
        let name = format!("{} {how}", path.display());
        // Rules are a person's own text: whatever stands there is what the person wants, or is told to be no rule.
        let is_own = path.extension().is_some_and(|end| end == "rules");
        match outcome(&folder, &whole) {
            Outcome::Right => right += 1,
            Outcome::Refused => refused += 1,
            Outcome::Wrong(what) if is_own && what != "panic" => by_hand += 1,
            Outcome::Wrong(what) => wrong.push(format!("{name}: {what}")),
        }
        let repaired = Archive::open_for_repair(&folder).unwrap();
        let report = repaired.verify().unwrap();
        if !is_own && (report.ok || report.cures.is_empty()) {
            wrong.push(format!("{name}: verify finds nothing"));
        }
        if case % 8 == 0 && !is_own {
            match repaired.rebuild() {
                Ok(_) => {
                    let report = Archive::open(&folder).unwrap().verify().unwrap();
                    if report.ok && report.articles == 25 {
                        rebuilt += 1;
                    } else {
                        wrong.push(format!("{name}: rebuilt {report:?}"));
                    }
                }
                Err(error) => wrong.push(format!("{name}: rebuild: {error}")),
            }
            drop(repaired);
            fs::remove_dir_all(&folder).unwrap();
            for (path, content) in &files {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
        }
        put(path, Some(content));
    }
    tell(&format!(
        "damage: {cases} cases on {} files: {right} answered right, {refused} refused by name, {by_hand} as if by hand, {same} unchanged, \
         {} wrong, {rebuilt} rebuilt whole",
        files.len(),
        wrong.len()
    ));
    assert_eq!(wrong, [""; 0]);
    assert!(refused > cases / 3);
}

// A file of the state before, put back beside the others, does not answer for the present.
#[test]
fn files_of_an_earlier_state() {
    let (sandbox, before) = archive();
    let folder = sandbox.path(".morgue");
    let whole = answers(&folder).unwrap();
    for (path, now) in contents(&folder) {
        let Some(old) = before.get(&path).filter(|old| **old != now) else {
            continue;
        };
        put(&path, Some(old));
        let answered = outcome(&folder, &whole);
        assert!(
            !matches!(answered, Outcome::Wrong(_)),
            "{}: {answered:?}",
            path.display()
        );
        put(&path, Some(&now));
    }
    let meta = folder.join("index-1/meta.json");
    put(&meta, before.get(&meta).map(Vec::as_slice));
    assert_eq!(outcome(&folder, &whole), Outcome::Refused);
}

// The error names the file from whichever command it comes; `verify` lists it and says what helps; that helps.
#[test]
fn damage_is_named_and_mended() {
    let (sandbox, _) = archive();
    let folder = sandbox.path(".morgue");
    let stores: Vec<PathBuf> = contents(&folder).into_keys().collect();
    let store = stores
        .iter()
        .find(|path| path.extension().is_some_and(|end| end == "store"));
    let store = store.unwrap();
    let mut content = fs::read(store).unwrap();
    content[10] ^= 1;
    put(store, Some(&content));
    let name = store.file_name().unwrap().to_str().unwrap();
    for line in ["search ferry OR tram", "export", "show r1 r12"] {
        let ran = sandbox.run(line).exits(2);
        let first = ran.err.lines().next().unwrap();
        assert!(
            first.ends_with(&format!(
                "{name}: the file is damaged: its checksum differs"
            )),
            "{line}: {ran:?}"
        );
        assert!(ran.err.contains("hint: run `morgue verify`"), "{ran:?}");
    }
    let ran = sandbox.run("verify").exits(2);
    let told = format!("problem: index-1/{name}: the file is damaged: its checksum differs\n");
    assert!(
        ran.out.starts_with(&told) && ran.out.contains("hint: run `morgue rebuild`"),
        "{ran:?}"
    );
    let ran = sandbox.run("rebuild").exits(0);
    assert!(ran.err.contains("read again"), "{ran:?}");
    sandbox.run("verify").ok();
    assert_eq!(sandbox.ids("search '*' --all -n all").len(), 25);
}

// A writer meets damage late, in a block that nothing read before: the error names the file all the same, and says what
// was done already.
#[test]
fn damage_that_a_writer_meets() {
    let sandbox = Sandbox::new();
    let records = |word: &str| {
        let record = |n: u64| {
            let names: Vec<String> = (0..12)
                .map(|k| {
                    format!(
                        "\"Anna H{:x}\"",
                        (n * 12 + k).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    )
                })
                .collect();
            format!(
                "{{\"id\":\"r{n}\",\"title\":\"{word} {n}\",\"person\":[{}]}}\n",
                names.join(",")
            )
        };
        (0..600).map(record).collect::<String>()
    };
    sandbox.write("all.jsonl", records("Ferry"));
    sandbox.run("index all.jsonl --no-enrich -q").ok();
    sandbox.write("all.jsonl", records("Tram"));
    let whole = contents(&sandbox.path(".morgue"));
    let (mut unchanged, mut changed) = (0, 0);
    for (file, content) in &whole {
        for block in (0..content.len()).step_by(64 << 10) {
            let mut damaged = content.clone();
            damaged[block + (content.len() - block).min(64 << 10) / 2] ^= 1;
            for line in ["index all.jsonl --no-enrich", "remove r7 --force"] {
                fs::remove_dir_all(sandbox.path(".morgue")).unwrap();
                for (path, content) in &whole {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, content).unwrap();
                }
                fs::write(file, &damaged).unwrap();
                let ran = sandbox.run(line);
                if ran.code == Some(0) {
                    continue;
                }
                let name = file.file_name().unwrap().to_str().unwrap();
                assert!(
                    ran.err.contains(&format!("{name}: the file is damaged")),
                    "{ran:?}"
                );
                assert!(ran.err.contains("\nhint: "), "{ran:?}");
                if !line.starts_with("remove") {
                    continue;
                }
                fs::write(file, content).unwrap();
                let is_told = ran.err.starts_with("morgue: 1 article was removed; then: ");
                let exit = if is_told { 2 } else { 0 };
                sandbox.run("show r7").exits(exit);
                *(if is_told {
                    &mut changed
                } else {
                    &mut unchanged
                }) += 1;
            }
        }
    }
    assert!(changed > 0 && unchanged > 0, "{changed} {unchanged}");
}

// Without the list of what was removed by hand nothing is written that could bring it back; a rebuild says that it may.
#[test]
fn damage_to_what_was_removed() {
    let (sandbox, _) = archive();
    let folder = sandbox.path(".morgue");
    let files = contents(&folder);
    let is_removed = |path: &&PathBuf| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("removed-")
    };
    for path in files.keys().filter(is_removed) {
        put(path, Some(b"damaged"));
    }
    let ran = sandbox.run("index clips").exits(2);
    assert!(ran.err.contains("the file is damaged"), "{ran:?}");
    let ran = sandbox.run("rebuild").exits(0);
    assert!(
        ran.err.contains("what was removed by hand may be back"),
        "{ran:?}"
    );
    sandbox.run("verify").ok();
    assert_eq!(sandbox.ids("search '*' --all -n all").len(), 25);
}
