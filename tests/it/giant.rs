//! Files larger than memory should ever be asked for, made up on the spot. Too long for every run:
//! `MORGUE_BIN=target/release/morgue cargo test --test it giant -- --ignored --nocapture`; `MORGUE_GIANT_MB` is their size.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The most memory that reading may take, in MB, however large the file is.
const MOST: u64 = 600;
/// One record of so many is broken.
const BROKEN: u64 = 1000;

/// A text of some 10 KB that no other record has.
fn text(number: u64) -> String {
    let mut state = number;
    let mut text = String::new();
    for sentence in 0..120 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(sentence);
        let word = |shift: u32| (state >> shift) % 5000;
        text += &format!(
            "The ferry w{} of w{} came back to w{} on the day that w{} had named. ",
            word(10),
            word(20),
            word(30),
            word(40)
        );
    }
    text
}

fn json_line(number: u64) -> Vec<u8> {
    let line = format!(
        "{{\"id\":\"{number}\",\"title\":\"Ferry {number}\",\"date\":\"2024-06-18\",\"text\":\"{}\"}}\n",
        text(number)
    );
    match number % BROKEN {
        7 => line.replace("\"text\":\"", "\"text\":").into_bytes(),
        _ => line.into_bytes(),
    }
}

fn web_record(number: u64) -> Vec<u8> {
    let page = format!(
        "<html><head><title>Ferry {number}</title></head><body><h1>Ferry {number}</h1><p>{}</p></body></html>",
        text(number)
    );
    let content = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let mut length = content.len().to_string();
    if number % BROKEN == 7 {
        length = "many".to_owned();
    }
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://herald.example/{number}\r\nContent-Length: {length}\r\n\r\n{content}\r\n\r\n"
    )
    .into_bytes()
}

/// Makes the record of a number.
type Record = fn(u64) -> Vec<u8>;

/// Writes a file of `size` bytes; the number of its records.
fn write(path: &Path, size: u64, record: Record) -> u64 {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let (mut bytes, mut records) = (0, 0);
    while bytes < size {
        let record = record(records);
        out.write_all(&record).unwrap();
        bytes += record.len() as u64;
        records += 1;
    }
    out.flush().unwrap();
    records
}

/// The largest resident set of a run in MB.
fn peak(command: &mut Command) -> u64 {
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(size.unwrap_or(0) / 1024);
        std::thread::sleep(Duration::from_millis(50));
    }
    peak
}

// The size of a file decides how long it takes and nothing else; a broken record costs itself.
#[test]
#[ignore = "writes files of 1 GB"]
#[allow(clippy::print_stderr)] // What was measured is said.
fn giant_files_take_little_memory() {
    let binary = std::env::var("MORGUE_BIN").unwrap_or(env!("CARGO_BIN_EXE_morgue").to_owned());
    let binary = fs::canonicalize(binary).unwrap();
    let size = std::env::var("MORGUE_GIANT_MB").map_or(1024, |mb| mb.parse().unwrap()) << 20;
    let forms = [
        ("giant.jsonl", json_line as Record),
        ("giant.warc", web_record),
    ];
    for (name, record) in forms {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let records = write(&path, size, record);
        for verb in ["inspect", "index"] {
            let out = File::create(folder.path().join("out")).unwrap();
            let mut command = Command::new(&binary);
            command
                .current_dir(folder.path())
                .args([verb, name, "--no-enrich"]);
            command.args(if verb == "index" {
                ["--json", "-q"]
            } else {
                ["--format", "ids"]
            });
            let started = Instant::now();
            let peak = peak(command.stdout(out).stderr(Stdio::null()));
            let out = fs::read_to_string(folder.path().join("out")).unwrap();
            let articles = match verb {
                "index" => serde_json::from_str::<serde_json::Value>(&out).unwrap()["added"]
                    .as_u64()
                    .unwrap(),
                _ => out.lines().count() as u64,
            };
            let seconds = started.elapsed().as_secs();
            eprintln!(
                "{verb} {name}: {articles} of {records} records, {seconds} s, {peak} MB at the most"
            );
            let broken = (records + BROKEN - 8) / BROKEN;
            assert_eq!(articles, records - broken, "{verb} {name}");
            assert!(peak <= MOST, "{verb} {name}: {peak} MB");
        }
    }
}
