//! Runs that are stopped, killed or meet each other: what was committed stays, once, and the next run goes on.
#![cfg(unix)]

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use morgue::{Archive, Query};
use serde_json::Value;

use crate::campaign::{Chance, tell, times};
use crate::sandbox::{Ran, Sandbox};

/// A folder of many small files; the first one is empty.
fn many(files: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("clips/0000.txt", "");
    for number in 1..files {
        let text = format!(
            "Ferry number {number} sails\n\nThe ferry of pier {} left at noon. The crew of number {number} was well.\n",
            number % 50
        );
        sandbox.write(&format!("clips/{:02}/{number:04}.txt", number % 20), text);
    }
    sandbox
}

fn signal(child: &Child, name: &str) {
    let line = format!("kill -{name} {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &line])
            .status()
            .unwrap()
            .success()
    );
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The archive holds exactly these many articles, each once, undamaged, and no file that nothing names.
fn assert_whole(sandbox: &Sandbox, articles: usize) {
    let ids = sandbox.ids("search '*' -n all");
    let distinct: HashSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (articles, articles));
    let verified = sandbox.json("verify");
    assert_eq!(
        (&verified["ok"], &verified["articles"]),
        (&true.into(), &articles.into()),
        "{verified}"
    );

    let index = sandbox.path(".morgue/index-1");
    let meta = fs::read_to_string(index.join("meta.json")).unwrap();
    let (meta, _) = meta.split_once("# crc32 ").unwrap();
    let meta: Value = serde_json::from_str(meta).unwrap();
    let payload = meta["payload"].as_str().unwrap();
    let segments = meta["segments"].as_array().unwrap();
    let segments: Vec<String> = segments
        .iter()
        .map(|segment| segment["segment_id"].as_str().unwrap().replace('-', ""))
        .collect();
    let known = [
        "meta.json",
        ".managed.json",
        "writer.pid",
        ".tantivy-writer.lock",
        ".tantivy-meta.lock",
    ];
    let is_known = |name: &str| {
        known.contains(&name)
            || payload.contains(name)
            || segments.iter().any(|id| name.starts_with(id.as_str()))
    };
    let list = |folder| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
    };
    let strays: Vec<String> = list(index).filter(|name| !is_known(name)).collect();
    let mut beside: Vec<String> = list(sandbox.path(".morgue")).collect();
    beside.sort();
    // The dictionary of the stored articles lies in both places.
    let (dictionaries, beside): (Vec<String>, Vec<String>) = beside
        .into_iter()
        .partition(|name| name.ends_with(".dictionary"));
    assert_eq!(strays, dictionaries);
    assert!(dictionaries.len() <= 1);
    assert_eq!(beside, ["index-1", "morgue.toml"]);
}

// Ctrl-C: what is read is kept and said, and the next run goes on from there.
#[test]
fn interrupted_run() {
    let sandbox = many(1500);
    let mut child = sandbox
        .command(&["index", "clips", "-v", "--no-enrich"])
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The first file is told of as skipped: from then on the run is in its middle.
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(
        told.by_ref()
            .any(|line| line.unwrap().starts_with("skipped"))
    );
    signal(&child, "INT");
    let told: Vec<String> = told.map(Result::unwrap).collect();
    let ended = Ran::from(child.wait_with_output().unwrap()).exits(130);
    assert_eq!(ended.out, "");
    assert!(
        told.contains(&"stopping: keeping what was indexed".to_owned()),
        "{told:?}"
    );
    let kept = sandbox.json("info")["articles"].as_u64().unwrap();
    assert!(
        told.contains(&format!("morgue: interrupted; {kept} articles were kept")),
        "{told:?}"
    );
    assert!(kept < 1499, "{kept}: it ended before it could be stopped");

    assert_eq!(
        sandbox.counts("index clips --no-enrich"),
        format!(
            "added {}, replaced 0, unchanged {kept}, removed 0, skipped 1",
            1499 - kept
        )
    );
    assert_whole(&sandbox, 1499);
}

// A rebuild that is stopped leaves the archive as it was, and nothing beside it.
#[test]
fn interrupted_rebuild() {
    let sandbox = many(1500);
    sandbox.run("index clips --no-enrich -q").ok();
    let mut command = sandbox.command(&["rebuild"]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let is_begun = || {
        let names = fs::read_dir(sandbox.path(".morgue")).unwrap();
        names
            .flatten()
            .any(|name| name.file_name().to_string_lossy().starts_with(".tmp-"))
    };
    wait_until("no rebuild", is_begun);
    signal(&child, "INT");
    let ended = Ran::from(child.wait_with_output().unwrap()).exits(130);
    assert_eq!(
        ended.err,
        "\nstopping: the archive stays as it is\n\
         morgue: interrupted; the archive is as it was\n\
         hint: `morgue rebuild` begins anew\n"
    );
    assert_whole(&sandbox, 1499);
    sandbox.run("rebuild").ok();
    assert_eq!(sandbox.json("info")["articles"], 1499);
}

// The answers so far are whole, and it says where it stopped.
#[test]
fn interrupted_batch() {
    let sandbox = many(50);
    sandbox.run("index clips --no-enrich -q").ok();
    sandbox.write("queries.tsv", "ferry\n".repeat(100_000));
    let mut child = sandbox
        .command(&["batch", "queries.tsv", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("{\"query_id\""));
    signal(&child, "INT");
    let last = lines.map(Result::unwrap).last().unwrap();
    assert!(last.ends_with('}'), "{last}");
    let ended = Ran::from(child.wait_with_output().unwrap()).exits(130);
    assert!(
        ended.err.contains("morgue: interrupted before line "),
        "{ended:?}"
    );
}

/// How many articles an archive holds, each once and undamaged; 0 when there is none yet.
fn held(folder: &Path) -> u64 {
    if !folder.join("morgue.toml").exists() {
        return 0;
    }
    let archive = Archive::open(folder).unwrap();
    let report = archive.verify().unwrap();
    assert!(report.ok, "{report:?}");
    report.articles
}

// `kill -9` at any moment, also within a commit: what was committed stays, once, and a later run completes it.
// MORGUE_TEST_LONG=N kills N runs.
#[test]
fn killed_runs() {
    let wanted = times("MORGUE_TEST_LONG", 8);
    let sandbox = many(400);
    let folder = sandbox.path(".morgue");
    let run = || {
        let mut command = sandbox.command(&["index", "clips", "--no-enrich"]);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        (Instant::now(), command.spawn().unwrap())
    };
    let complete = || {
        let (started, mut child) = run();
        assert!(child.wait().unwrap().success());
        assert_whole(&sandbox, 399);
        fs::remove_dir_all(&folder).unwrap();
        started.elapsed()
    };
    let mut chance = Chance::new(5);
    let mut whole = complete();
    let (mut killed, mut runs, mut before) = (0, 0, 0);
    while killed < wanted {
        runs += 1;
        let (started, mut child) = run();
        // Nearly all happens at the end: half of the kills fall into the last fifth.
        let parts = if runs % 2 == 0 { 0..1000 } else { 800..1050 };
        let part = parts.start + chance.below(parts.len());
        let end = whole * u32::try_from(part).unwrap() / 1000;
        let has_ended = |child: &mut Child| child.try_wait().unwrap().is_some();
        while started.elapsed() < end && !has_ended(&mut child) {
            std::thread::sleep(Duration::from_micros(200));
        }
        if has_ended(&mut child) {
            // The machine is faster than it was.
            whole = whole.min(started.elapsed());
        } else {
            // It may end by itself just now.
            let _ = child.kill();
            killed += usize::from(!child.wait().unwrap().success());
        }
        let now = held(&folder);
        assert!(now >= before, "{now} articles of {before}");
        before = now;
        // The next run goes on with what this one left; now and then it is let through.
        if now == 399 || runs % 10 == 0 {
            let took = complete();
            whole = if now == 0 { took } else { whole };
            before = 0;
        }
    }
    complete();
    tell(&format!(
        "kills: {killed} of {runs} runs killed: 0 articles lost, 0 twice"
    ));
}

// A run that was killed while a file was being written leaves it behind; the next one takes it away.
#[test]
fn strays_are_removed() {
    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    sandbox.run("index clips").ok();
    for stray in [
        "index-1/.tmpAbCdEf",
        "index-1/.tmp-morgue-AbCdEf",
        ".tmp-morgue-AbCdEf",
        ".tmp-morgue-17/meta.json",
        "index-1/files-99999999.jsonl",
    ] {
        sandbox.write(&format!(".morgue/{stray}"), "half");
    }
    sandbox.run("index clips").ok();
    assert_whole(&sandbox, 1);
}

/// A writer that holds the lock until its input is closed.
fn holder(sandbox: &Sandbox) -> Child {
    let mut child = sandbox
        .command(&["index", "-", "--no-enrich"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(b"{\"id\":\"piped\",\"title\":\"Tram\"}\n")
        .unwrap();
    let pid = child.id().to_string();
    let note = sandbox.path(".morgue/index-1/writer.pid");
    wait_until("no lock", || {
        fs::read_to_string(&note).is_ok_and(|text| text == pid)
    });
    child
}

// Two writers: the second is told who is at work and what still works; nothing of the first is disturbed.
#[test]
fn second_writer() {
    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    sandbox.run("index clips").ok();
    let mut first = holder(&sandbox);
    let message = format!(
        "another morgue is writing to the archive (process {})",
        first.id()
    );
    let hint = "wait until it is done; searching works meanwhile";

    let told = sandbox.run("index clips").exits(2);
    assert_eq!(told.err, format!("morgue: {message}\nhint: {hint}\n"));
    assert_eq!(sandbox.ids("search ferry").len(), 1);
    sandbox.run("verify").ok();

    drop(first.stdin.take());
    Ran::from(first.wait_with_output().unwrap()).ok();
    assert_eq!(sandbox.ids("search tram"), ["piped"]);
    sandbox.run("index clips").ok();
}

// `--in` while another run indexes the same folder: it searches what is there and says so.
#[test]
fn searching_a_folder_that_is_being_indexed() {
    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    sandbox.run("search --in clips ferry").ok();
    fs::rename(sandbox.path("clips/.morgue"), sandbox.path(".morgue")).unwrap();
    std::os::unix::fs::symlink(sandbox.path(".morgue"), sandbox.path("clips/.morgue")).unwrap();
    let mut first = holder(&sandbox);
    let ran = sandbox.run("search --in clips ferry").exits(0);
    assert_eq!(
        ran.err,
        "another morgue is indexing here: searching what it has committed\n"
    );
    drop(first.stdin.take());
    first.wait().unwrap();
}

// Several first runs at once make one archive, and each finds its turn.
#[test]
fn archives_made_at_once() {
    let sandbox = Sandbox::new();
    let mut runs = Vec::new();
    for number in 0..4 {
        sandbox.write(
            &format!("clips{number}/a.txt"),
            format!("Ferry {number}\n\nThe ferry {number} sails on Monday.\n"),
        );
        let folder = format!("clips{number}");
        // All look for the archive before one has made it.
        let mut command = sandbox.command(&["index", "-a", "made", "--no-enrich", &folder]);
        runs.push(
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap(),
        );
    }
    for run in runs {
        Ran::from(run.wait_with_output().unwrap()).exits(0);
    }
    assert_eq!(sandbox.ids("search ferry -a made").len(), 4);
}

// Readers while a writer replaces every article again and again: each sees one commit, whole.
#[test]
fn readers_see_whole_commits() {
    let sandbox = Sandbox::new();
    let records = |word: &str| -> String {
        (0..150)
            .map(|n| {
                format!(
                    "{{\"id\":\"{n}\",\"title\":\"Report {n}\",\"body\":\"The {word} sails.\"}}\n"
                )
            })
            .collect()
    };
    sandbox.write("all.jsonl", records("ferry"));
    sandbox.run("index all.jsonl").ok();
    let (mut looks, mut seen) = (0, HashSet::new());
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..5 {
                let word = ["tram", "ferry"][round % 2];
                sandbox.write("all.jsonl", records(word));
                sandbox.run("index all.jsonl --no-enrich").ok();
            }
        });
        while !writer.is_finished() {
            let archive = Archive::open(sandbox.path(".morgue")).unwrap();
            let count = |word: &str| archive.search(&Query::new(word)).unwrap().total;
            let counts = (count("ferry"), count("tram"));
            assert!(counts == (150, 0) || counts == (0, 150), "{counts:?}");
            assert_eq!(archive.info().unwrap().articles, 150);
            if looks % 10 == 0 {
                let report = archive.verify().unwrap();
                assert!(report.ok, "{report:?}");
            }
            seen.insert(counts);
            looks += 1;
        }
        writer.join().unwrap();
    });
    assert!(looks > 5 && seen.len() == 2, "{looks} looks, {seen:?}");
}

// An archive on a disk that cannot be written, or of somebody else: it can be searched, and not be changed.
#[test]
#[allow(clippy::print_stderr)] // What was not checked is said.
fn read_only_archive() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    sandbox.run("index clips").ok();
    let set = |path: &str, mode| {
        fs::set_permissions(sandbox.path(path), fs::Permissions::from_mode(mode)).unwrap()
    };
    set("", 0o755);
    for folder in [".morgue", ".morgue/index-1"] {
        set(folder, 0o555);
    }
    // Permissions do not bind root: it looks with the eyes of nobody.
    let is_root = fs::metadata(sandbox.path("")).unwrap().uid() == 0;
    let run = |words: &[&str]| {
        let mut command = sandbox.command(words);
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        command.output().ok().map(Ran::from)
    };
    // Where nobody may not run the binary, there is nothing to see.
    if run(&["--version"]).is_some_and(|ran| ran.code == Some(0)) {
        let found = run(&["search", "ferry", "--format", "ids"]).unwrap();
        assert_eq!(found.ok().lines().count(), 1);
        run(&["verify"]).unwrap().ok();
        run(&["info"]).unwrap().ok();
        let refused = run(&["index", "clips"]).unwrap().exits(2);
        assert!(
            refused.err.starts_with(
                "morgue: the archive cannot be written to: permission denied\nhint: it can be searched"
            ),
            "{refused:?}"
        );
    } else {
        eprintln!("skipped: the binary cannot be run by another user");
    }
    for folder in [".morgue/index-1", ".morgue"] {
        set(folder, 0o755);
    }
}

/// Indexes a folder of clippings under a limit that a shell command sets; it fails for want of room, what was committed
/// stays, and without the limit the next run completes.
fn assert_survives(sandbox: &Sandbox, command: &mut Command, said: &str) {
    let before = sandbox.ids("search '*' --all -n all").len();
    let refused = Ran::from(command.output().unwrap()).exits(2);
    assert!(
        refused.err.starts_with("morgue: ") && refused.err.contains(said),
        "{refused:?}"
    );
    assert_eq!(sandbox.ids("search '*' --all -n all").len(), before);
    sandbox.run("verify").ok();
}

// A limit on the size of files (`ulimit -f`), which by default ends a process without a word.
#[test]
fn file_size_limit() {
    let sandbox = Sandbox::with(&[("a.txt", "Ferry sails\n\nThe ferry sails again on Monday.\n")]);
    sandbox.run("index clips").ok();
    let words = |number: usize| -> String {
        let words = (0..400).map(|n| format!("w{number}x{n} "));
        words.collect()
    };
    for number in 0..300 {
        let text = format!("Ferry {number}\n\nThe ferry {}.\n", words(number));
        sandbox.write(&format!("clips/{number}.txt"), text);
    }
    let mut command = sandbox.command(&["index", "clips", "--no-enrich"]);
    let binary = command.get_program().to_owned();
    let line = "ulimit -f 64; exec \"$0\" index clips --no-enrich";
    let mut limited = Command::new("sh");
    limited
        .args(["-c", line])
        .arg(&binary)
        .current_dir(sandbox.path(""))
        .env("HOME", sandbox.path("home"));
    assert_survives(&sandbox, &mut limited, "file too large");
    assert!(command.output().unwrap().status.success());
    assert_whole(&sandbox, 301);
}

// A full disk, where one can be made: a small file system in memory, which only root may mount.
#[test]
#[allow(clippy::print_stderr)] // What was not checked is said.
fn full_disk() {
    let sandbox = many(300);
    let disk = sandbox.path("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |options: &str| {
        let mut command = Command::new("mount");
        command
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&disk);
        command.stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !mount("size=160k") {
        eprintln!("skipped: no file system can be mounted");
        return;
    }
    sandbox.write(
        "one/a.txt",
        "Ferry sails\n\nThe ferry sails again on Monday.\n",
    );
    let archive = "disk/archive";
    sandbox.run(&format!("index one -a {archive}")).ok();
    let refused = sandbox
        .run(&format!("index clips --no-enrich -a {archive}"))
        .exits(2);
    assert!(
        refused.err.contains("no space left on device"),
        "{refused:?}"
    );
    let found = sandbox.ids(&format!("search '*' --all -n all -a {archive}"));
    assert_eq!(found.len(), 1);
    sandbox.run(&format!("verify -a {archive}")).ok();
    assert!(mount("remount,size=64m"));
    sandbox
        .run(&format!("index clips --no-enrich -a {archive}"))
        .ok();
    let found = sandbox.ids(&format!("search '*' --all -n all -a {archive}"));
    assert_eq!(found.len(), 300);
    sandbox.run(&format!("verify -a {archive}")).ok();
    let unmounted = Command::new("umount").arg(&disk).status().unwrap();
    assert!(unmounted.success());
}
