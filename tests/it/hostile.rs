//! What must not hurt: files of every bad kind in one folder, and texts that would take over a terminal.
#![cfg(unix)]

mod fixtures;

use std::collections::{BTreeMap, HashMap};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{ffi, fs, thread};

use crate::campaign::{tell, times};
use crate::sandbox::{Ran, Sandbox};
use fixtures::{FIXTURES, STORY, Then};

/// Waits for a run, ends it when it takes too long, and returns the most memory it held, in kilobytes.
fn watched(mut command: Command, limit: Duration) -> (Ran, u64) {
    let out = tempfile::NamedTempFile::new().unwrap();
    let err = tempfile::NamedTempFile::new().unwrap();
    command.stdout(out.reopen().unwrap());
    command.stderr(err.reopen().unwrap());
    let mut child = command.spawn().unwrap();
    let started = Instant::now();
    let mut memory = 0;
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        memory = memory.max(peak_memory(child.id()));
        if started.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("still running after {limit:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let read = |file: &tempfile::NamedTempFile| {
        String::from_utf8_lossy(&fs::read(file.path()).unwrap()).into_owned()
    };
    let (out, err) = (read(&out), read(&err));
    (Ran { code, out, err }, memory)
}

/// `VmHWM` of a process; 0 where the system does not tell.
fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or(0)
}

/// What is no regular file, or has no regular name or place.
fn special_files(clips: &Path) -> std::os::unix::net::UnixListener {
    use std::os::unix::fs::symlink;
    let made = Command::new("mkfifo")
        .arg(clips.join("pipe.txt"))
        .status()
        .unwrap();
    assert!(made.success());
    fs::create_dir(clips.join("inner")).unwrap();
    symlink("..", clips.join("inner/loop")).unwrap();
    symlink("nowhere.txt", clips.join("dangling.txt")).unwrap();
    symlink("/dev/zero", clips.join("zero.txt")).unwrap();
    symlink("self.txt", clips.join("self.txt")).unwrap();
    fs::create_dir(clips.join("folder.txt")).unwrap();
    let odd = ffi::OsStr::from_bytes(b"odd\xff\xfename.txt");
    let mut deep = clips.to_path_buf();
    (0..15).for_each(|_| deep.push("d".repeat(200)));
    fs::create_dir_all(&deep).unwrap();
    for path in [
        clips.join(odd),
        clips.join("n".repeat(250)),
        deep.join("deep.txt"),
    ] {
        fs::write(path, STORY).unwrap();
    }
    // Sparse: they take no room.
    for (name, begins) in [
        ("sparse.txt", ""),
        (
            "sparse.jsonl",
            "{\"id\":\"sparse\",\"title\":\"Sparse ferry\"}\n",
        ),
    ] {
        let path = clips.join(name);
        fs::write(&path, begins).unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        let large = if name == "sparse.txt" {
            2 << 30
        } else {
            64 << 20
        };
        file.set_len(large).unwrap();
    }
    std::os::unix::net::UnixListener::bind(clips.join("socket.txt")).unwrap()
}

/// What becomes of those.
const SPECIAL: &[(&str, Then)] = &[
    ("dangling.txt", Then::Listed("symbolic link to nothing")),
    (
        "inner/loop",
        Then::Listed("symbolic link that leads back to a folder above it"),
    ),
    ("pipe.txt", Then::Listed("a named pipe, not a file")),
    (
        "self.txt",
        Then::Listed("symbolic link that leads back to itself"),
    ),
    ("socket.txt", Then::Listed("a socket, not a file")),
    ("sparse.txt", Then::Listed("binary file")),
    ("sparse.jsonl", Then::Listed("binary file")),
    ("zero.txt", Then::Listed("a device, not a file")),
    ("odd\\xFF\\xFEname.txt", Then::Found("café")),
];

/// Whether a text could move the cursor, recolour, or turn the direction of writing.
fn is_evil(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    })
}

/// What became of the files of a folder: articles by path, and reasons by file.
struct Became {
    articles: Vec<String>,
    listed: BTreeMap<String, Vec<String>>,
    /// The paths that a search finds.
    found: HashMap<&'static str, String>,
}

impl Became {
    /// What is not as it must be with a file.
    fn wrong(&mut self, sandbox: &Sandbox, name: &str, then: &Then) -> Option<String> {
        let path = sandbox
            .path("clips")
            .join(name)
            .to_string_lossy()
            .into_owned();
        let inside = format!("{path}/");
        let count = self
            .articles
            .iter()
            .filter(|of| **of == path || of.starts_with(&inside));
        let count = count.count() as u64;
        let reasons = self.listed.remove(name).unwrap_or_default();
        let (wanted, reason) = match then {
            Then::Found(_) => (1, None),
            Then::Records(records) => (*records, None),
            Then::Listed(reason) => (0, Some(reason)),
            Then::Both(records, reason) => (*records, Some(reason)),
        };
        let is_listed = match reason {
            Some(reason) => !reasons.is_empty() && reasons.iter().all(|one| one.contains(reason)),
            None => reasons.is_empty(),
        };
        let is_found = match then {
            Then::Found(words) if !words.is_empty() => {
                let search = || {
                    sandbox
                        .run(&format!("search --all -n all {words} --format paths"))
                        .out
                };
                self.found
                    .entry(words)
                    .or_insert_with(search)
                    .contains(&path)
            }
            _ => true,
        };
        let is_right = count == wanted && is_listed && is_found;
        (!is_right)
            .then(|| format!("{name:?}: {count} articles, found {is_found}, listed {reasons:?}"))
    }
}

// One folder with everything that goes wrong: the run ends, in time and in bounded memory; what can be read is found,
// the rest is listed with a reason; nothing that is printed reaches for the terminal.
#[test]
fn hostile_folder() {
    let sandbox = Sandbox::new();
    for (name, content, _) in FIXTURES {
        sandbox.write(&format!("clips/{name}"), content());
    }
    let clips = sandbox.path("clips");
    let _socket = special_files(&clips);

    let limit = Duration::from_secs(120);
    let started = Instant::now();
    let (ran, memory) = watched(sandbox.command(&["index", "clips", "--json"]), limit);
    let took = started.elapsed();
    assert!(memory < 300_000, "{memory} kB");
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    assert_eq!(ran.code, Some(0));
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in report["skipped"].as_array().unwrap() {
        let path = Path::new(one["path"].as_str().unwrap());
        let name = path.strip_prefix(&clips).unwrap().to_str().unwrap();
        let reason = one["reason"].as_str().unwrap().to_owned();
        listed.entry(name.to_owned()).or_default().push(reason);
    }
    let skipped = report["skipped"].as_array().unwrap().len();
    let articles = sandbox.export(".morgue");
    let articles = articles
        .iter()
        .map(|article| article["path"].as_str().unwrap().to_owned());
    let mut became = Became {
        articles: articles.collect(),
        listed,
        found: HashMap::new(),
    };
    let fixtures = FIXTURES.iter().map(|(name, _, then)| (*name, then));
    let fixtures = fixtures.chain(SPECIAL.iter().map(|(name, then)| (*name, then)));
    let wrong: Vec<String> = fixtures
        .clone()
        .filter_map(|(name, then)| became.wrong(&sandbox, name, then))
        .collect();
    assert!(
        wrong.is_empty() && became.listed.is_empty(),
        "{}\n{:?}",
        wrong.join("\n"),
        became.listed
    );
    tell(&format!(
        "hostile files: {} kinds, {} articles, {skipped} listed, {} MB of memory, {} ms",
        fixtures.count(),
        became.articles.len(),
        memory / 1000,
        took.as_millis()
    ));

    // Nothing was read again, the same is listed again; who wants to know by the exit code does.
    let again = sandbox.counts("index clips");
    let articles = report["added"].as_u64().unwrap();
    assert_eq!(
        again,
        format!("added 0, replaced 0, unchanged {articles}, removed 0, skipped {skipped}")
    );
    sandbox.run("index clips --strict").exits(2);
    sandbox.run("verify").exits(0);

    let mut said = sandbox.run("index clips -v");
    for line in [
        "search ferry -n all",
        "search headline --facet source --explain",
        "show --find ferry date1",
        "inspect clips/escapes.txt -v",
        "inspect clips/dates.jsonl",
        "timeline ferry",
        "facets ferry",
        "remove --query headline --dry-run",
        "search 'ferry \u{1b}[31m ('",
    ] {
        let ran = sandbox.run(line);
        said.out.push_str(&ran.out);
        said.err.push_str(&ran.err);
    }
    let ids = sandbox.ids("search -n all headline").join(" ");
    said.out.push_str(&sandbox.run(&format!("show {ids}")).ok());
    assert!(!is_evil(&said.out) && !is_evil(&said.err));
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

// Names that are no text are told apart: otherwise one of the two files would take the place of the other.
#[test]
fn names_that_are_no_text() {
    let sandbox = Sandbox::with(&[("a.txt", STORY)]);
    for name in [b"\xff.txt", b"\xfe.txt"] {
        let path = sandbox.path("clips").join(ffi::OsStr::from_bytes(name));
        fs::write(path, STORY).unwrap();
    }
    let counted = |line: &str| sandbox.counts(&format!("index --no-enrich clips {line}"));
    assert_eq!(
        counted(""),
        "added 3, replaced 0, unchanged 0, removed 0, skipped 0"
    );
    assert_eq!(
        counted("--again --prune"),
        "added 0, replaced 0, unchanged 3, removed 0, skipped 0"
    );
}

// Dates that cannot be those of an article leave it undated, and are no reason to lose it.
#[test]
fn absurd_dates() {
    let sandbox = Sandbox::new();
    let dates = [
        "0000-01-01",
        "9999-12-31",
        "1500-06-01",
        "2024-02-31",
        "2024-13-01",
        "99999-01-01",
        "-5",
        "1850-06-01",
    ];
    let lines = dates.iter().enumerate();
    let lines = lines
        .map(|(n, date)| format!("{{\"id\":\"{n}\",\"title\":\"Ferry\",\"date\":\"{date}\"}}\n"));
    sandbox.write("clips/dates.jsonl", lines.collect::<String>());
    sandbox.run("index clips").exits(0);
    assert_eq!(sandbox.ids("search no:date -n all --sort oldest").len(), 7);
    assert_eq!(sandbox.ids("search date:1850"), ["7"]);
}

// Very many very small files: each is an article, and nothing is kept of all of them at once. MORGUE_TEST_TINY=N makes N.
#[test]
fn tiny_files() {
    let sandbox = Sandbox::new();
    let count = times("MORGUE_TEST_TINY", 400);
    for number in 0..count {
        sandbox.write(
            &format!("clips/{}/{number}.txt", number % 90),
            format!("Ferry {number}"),
        );
    }
    let limit = Duration::from_secs(600);
    let (ran, memory) = watched(sandbox.command(&["index", "clips", "--json"]), limit);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (ran.code, &report["added"]),
        (Some(0), &count.into()),
        "{}",
        ran.err
    );
    assert!(memory < 300_000, "{memory} kB");
    tell(&format!(
        "tiny files: {count}, {} MB of memory",
        memory / 1000
    ));
}

// Files that grow, vanish and come back while they are read: each run ends well, and the one after them is right.
#[test]
fn files_that_change_meanwhile() {
    let sandbox = Sandbox::new();
    let write = |number: usize, words: usize| {
        let text = format!(
            "Ferry {number} sails\n\nThe ferry of pier {number} left. {}\n",
            "It was late. ".repeat(words)
        );
        fs::write(sandbox.path("clips").join(format!("{number}.txt")), text).unwrap();
    };
    fs::create_dir(sandbox.path("clips")).unwrap();
    (0..40).for_each(|number| write(number, 10));
    thread::scope(|scope| {
        let runs = scope.spawn(|| {
            for _ in 0..4 {
                sandbox
                    .run("index clips --no-enrich --prune --force")
                    .exits(0);
            }
        });
        let mut round = 0;
        while !runs.is_finished() {
            round += 1;
            write(round % 40, 10 + round % 5000);
            let gone = sandbox.path(&format!("clips/{}.txt", (round + 20) % 40));
            let _ = fs::remove_file(gone);
            thread::sleep(Duration::from_millis(2));
        }
    });
    (0..40).for_each(|number| write(number, 20));
    sandbox
        .run("index clips --no-enrich --prune --force --again")
        .exits(0);
    sandbox.run("verify").ok();
    assert_eq!(sandbox.export(".morgue").len(), 40);
}

// What may not be read is listed with the reason, and costs nothing else.
#[test]
#[allow(clippy::print_stderr)] // What was not checked is said.
fn files_that_may_not_be_read() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    let sandbox = Sandbox::with(&[("a.txt", STORY), ("b.txt", STORY), ("inner/c.txt", STORY)]);
    let set = |path: &str, mode| {
        fs::set_permissions(sandbox.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    set("", 0o777);
    set("clips/b.txt", 0o000);
    set("clips/inner", 0o000);
    // Permissions do not bind root: it looks with the eyes of nobody.
    let is_root = fs::metadata(sandbox.path("")).unwrap().uid() == 0;
    let mut command = sandbox.command(&["index", "clips", "--json"]);
    if is_root {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output();
    set("clips/inner", 0o755);
    let Ok(output) = output else {
        eprintln!("skipped: the binary cannot be run by another user");
        return;
    };
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["added"], 1, "{report}");
    let skipped = report["skipped"].as_array().unwrap();
    let is_told = |one: &serde_json::Value| {
        one["reason"]
            .as_str()
            .unwrap()
            .contains("permission denied")
    };
    assert!(
        skipped.len() == 2 && skipped.iter().all(is_told),
        "{report}"
    );
}
