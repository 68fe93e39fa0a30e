//! What must not hurt: files of every bad kind in one folder, and texts that would take over a terminal.
#![cfg(unix)]

use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{ffi, fs, thread};

use crate::sandbox::{Ran, Sandbox};

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

fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    let units = mark.into_iter().chain(text.encode_utf16());
    units
        .flat_map(|unit| {
            if big_endian {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

/// A gigabyte of one letter; it is made of members, so that making it is quick.
fn bomb() -> Vec<u8> {
    gzip(&vec![b'a'; 16 << 20]).repeat(64)
}

const STORY: &str = "Ferry strike in the Caf\u{e9} district ends\n\nThe ferry crews went back to work on Tuesday after a week. \
    The mayor said that the caf\u{e9} owners were relieved, and that the harbour would open.\n";

/// Escape sequences, a C1 control, bidirectional overrides, a bell.
const EVIL: &str =
    "\u{1b}[31mRed\u{1b}]0;owned\u{7} \u{9b}2Jharbour \u{202e}gnp\u{202c} \u{2066}x\u{2069}";

fn regular_files(sandbox: &Sandbox) {
    let file = |name: &str, content: &[u8]| {
        sandbox.write(&format!("clips/{name}"), content);
    };
    let latin: Vec<u8> = STORY.chars().map(|c| c as u8).collect();
    let mut windows = b"Ferry \x93strike\x94 \x96 the caf\xe9 reopens\n\nThe harbour\x92s caf\xe9s opened \x85 again.\n".to_vec();
    windows.extend_from_slice(&latin);
    file("empty.txt", b"");
    file("spaces.txt", b"  \n\t \r\n   ");
    file(
        "binary.txt",
        &(0..4000u32)
            .map(|n| (n * 7919 % 251) as u8)
            .collect::<Vec<u8>>(),
    );
    file("latin1.txt", &latin);
    file("windows.txt", &windows);
    file("le.txt", &utf16(STORY, false, true));
    file("be.txt", &utf16(STORY, true, true));
    file("le-bare.txt", &utf16(STORY, false, false));
    file("be-bare.txt", &utf16(STORY, true, false));
    file(
        "nul.txt",
        b"The ferry\0 sails\0 again. The harbour opens on Monday after the strike.",
    );
    file("deep.json", "[".repeat(100_000).as_bytes());
    file("deep-object.json", "{\"a\":".repeat(100_000).as_bytes());
    file("broken.json", b"{\"title\": \"Ferry\", \"body\": ");
    file(
        "lines.jsonl",
        b"{\"id\":\"good1\",\"title\":\"One ferry\",\"body\":\"A ferry.\"}\n{\"id\":\"bad\",\n{\"id\":\"good2\",\"title\":\"Two ferries\",\"body\":\"Two.\"}\n",
    );
    file(
        "ragged.csv",
        b"id,title,body\nc1,Ferry one,Text of one\nc2\nc3,Ferry three,Text,too,many\nc4,\"Ferry four,never closed\n",
    );
    file(
        "broken.html",
        b"<html><head><title>Ferry <b>page<p><div <a href=<p>The ferry is <i>back</p></span></html",
    );
    file(
        "nested.html",
        format!(
            "{}The ferry{}",
            "<div>".repeat(100_000),
            "</div>".repeat(100_000)
        )
        .as_bytes(),
    );
    let paragraphs =
        "<p>The ferry sailed again on Monday, the harbour master said, and nobody was hurt.</p>\n";
    file(
        "large.html",
        format!(
            "<html><title>Large ferry page</title><body>{}",
            paragraphs.repeat(60_000)
        )
        .as_bytes(),
    );
    file("bomb.txt.gz", &bomb());
    let packed = gzip(STORY.repeat(50).as_bytes());
    file("good.txt.gz", &packed);
    file("short.txt.gz", &packed[..packed.len() / 2]);
    file("word.txt", "w".repeat(1 << 20).as_bytes());
    file("lines.txt", "The ferry.\n".repeat(200_000).as_bytes());
    file(
        "escapes.txt",
        format!(
            "{EVIL} ferry headline\n\nThe ferry {EVIL} sailed. It was a good day for the harbour.\n"
        )
        .as_bytes(),
    );
    let dates: String = ["0000-01-01", "9999-12-31", "1500-06-01", "2024-02-31", "2024-13-01", "99999-01-01", "-5"]
        .iter()
        .enumerate()
        .map(|(n, date)| format!("{{\"id\":\"date{n}\",\"title\":\"Ferry of {date}\",\"date\":\"{date}\",\"body\":\"A ferry.\"}}\n"))
        .collect();
    file("dates.jsonl", dates.as_bytes());
    file("two\nlines.txt", STORY.as_bytes());
    file("large.txt", STORY.repeat(100_000).as_bytes());
    // Sparse: it takes no room.
    let huge = fs::File::create(sandbox.path("clips/huge.txt")).unwrap();
    huge.set_len(100 << 20).unwrap();
}

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
    fs::write(
        clips.join(ffi::OsStr::from_bytes(b"odd\xff\xfename.txt")),
        STORY,
    )
    .unwrap();
    std::os::unix::net::UnixListener::bind(clips.join("socket.txt")).unwrap()
}

/// Whether a text could move the cursor, recolour, or turn the direction of writing.
fn is_evil(text: &str) -> bool {
    text.chars().any(|c| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    })
}

/// What is not indexed, and why; `#2` is the record.
const SKIPPED: &[(&str, &str)] = &[
    ("binary.txt", "binary file"),
    (
        "bomb.txt.gz",
        "gzip data grows more than 200 times when unpacked",
    ),
    (
        "broken.json",
        "not JSON: EOF while parsing a value at line 1 column 27",
    ),
    ("dangling.txt", "symbolic link to nothing"),
    ("deep-object.json", "JSON nested deeper than 128"),
    ("deep.json", "JSON nested deeper than 128"),
    ("empty.txt", "empty file"),
    ("huge.txt", "binary file"),
    (
        "inner/loop",
        "symbolic link that leads back to a folder above it",
    ),
    ("large.txt", "larger than 16 MiB: raise `--max-size`"),
    (
        "lines.jsonl#2",
        "not JSON: EOF while parsing a value at line 1 column 12",
    ),
    ("nested.html", "HTML nested deeper than 800"),
    ("nul.txt", "binary file"),
    ("pipe.txt", "a named pipe, not a file"),
    ("ragged.csv#3", "the row has 5 columns, the header has 3"),
    ("self.txt", "symbolic link that leads back to itself"),
    ("short.txt.gz", "gzip data ends too early"),
    ("socket.txt", "a socket, not a file"),
    ("spaces.txt", "no text"),
    ("zero.txt", "a device, not a file"),
];

// One folder with everything that goes wrong: the run ends, in time and in bounded memory; what can be read is found,
// the rest is listed with a reason; nothing that is printed reaches for the terminal.
#[test]
fn hostile_folder() {
    let sandbox = Sandbox::new();
    regular_files(&sandbox);
    let clips = sandbox.path("clips");
    let _socket = special_files(&clips);

    let limit = Duration::from_secs(60);
    let (ran, memory) = watched(sandbox.command(&["index", "clips", "--json"]), limit);
    assert!(memory < 500_000, "{memory} kB");
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let mut skipped: Vec<(String, String)> = Vec::new();
    for one in report["skipped"].as_array().unwrap() {
        let path = Path::new(one["path"].as_str().unwrap());
        let mut name = path
            .strip_prefix(&clips)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if let Some(record) = one["record"].as_u64() {
            name.push_str(&format!("#{record}"));
        }
        skipped.push((name, one["reason"].as_str().unwrap().to_owned()));
    }
    skipped.sort();
    let expected = SKIPPED
        .iter()
        .map(|(name, why)| ((*name).to_owned(), (*why).to_owned()));
    assert_eq!(skipped, expected.collect::<Vec<_>>());
    assert_eq!(ran.code, Some(0));

    // Nothing was read again, the same is listed again; who wants to know by the exit code does.
    let again = sandbox.counts("index clips");
    let articles = report["added"].as_u64().unwrap();
    assert_eq!(
        again,
        format!("added 0, replaced 0, unchanged {articles}, removed 0, skipped 20")
    );
    sandbox.run("index clips --strict").exits(2);
    sandbox.run("verify").exits(0);

    // Whatever the encoding, the words are found.
    let paths = sandbox.run("search -n all café --format paths").ok();
    for name in [
        "latin1",
        "windows",
        "le",
        "be",
        "le-bare",
        "be-bare",
        "good",
        "two\nlines",
        "odd\\xFF\\xFEname",
    ] {
        assert!(paths.contains(&format!("/{name}.txt")), "{name}: {paths}");
    }

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
    let ids = sandbox.ids("search -n all ferry").join(" ");
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
