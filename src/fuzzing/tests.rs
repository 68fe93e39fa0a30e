//! The targets with inputs that are made up: MORGUE_TEST_FUZZ=N times for each target and each reader, of those that begin
//! with MORGUE_TEST_FUZZ_ONLY.

use std::panic::catch_unwind;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::mutation::change;
use super::*;
use crate::campaign::{Chance, clock, tell, times};
use crate::read::specimens::{Specimen, specimens};

/// The longest that any input may take; unoptimised code is given more.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

/// Beginnings for the targets that read no files.
const TEXTS: &[(&str, &str)] = &[
    (
        "query",
        "ferry \"north korea\"~3 title:(pact OR treaty) date:2024..2025 -w*",
    ),
    (
        "query",
        "\"ferry sails\" NEAR/4 oslo person=\"Ann Lee\" since:30d has:byline -tram~1 b?g*",
    ),
    (
        "text",
        "Ferry sails\nBy Ann Lee and Bo Ek, Herald\nPublished on: 18 Jun 2024 7:18 AM GMT | Updated: June 19, 2024\n\nOSLO, June 18 (AP) - The ferry sails, said Anna Holm.\n\nShare this\n© 2024 Herald Ltd\n",
    ),
    ("dates", "Tuesday, 18th June 2024 at 7.18 a.m. (GMT+5:30)"),
    ("dates", "2024-06-18T07:18:00.123+02:00"),
    ("dates", "18. Juni 2024, 7:18 Uhr"),
    ("dates", "il y a 3 heures / 2024年6月18日 / 18/06/2024"),
    (
        "schema",
        "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:world\"\nkeys = [\"ressort\", \"a.b\"]\nlabels = [\"Desk\"]\n",
    ),
    (
        "rules",
        "# rules\nmerge person Ann Lee = Anna Lee\nsplit person Ann Lee\ndrop org X\n17 title = A = B\n17 date = 2024\n",
    ),
];

/// A target with what its inputs are made of.
struct Case {
    name: String,
    target: Target,
    /// Said in a first byte: a number, and whether anything is.
    first: Option<u8>,
    specimens: Vec<Specimen>,
}

/// A case for each target and each reader.
fn cases() -> Vec<Case> {
    let whole: fn(&[u8]) -> Vec<u8> = <[u8]>::to_vec;
    let plain = |name: &'static str, content: &[u8]| Specimen {
        format: name,
        content: content.to_vec(),
        pack: whole,
    };
    let mut cases: Vec<Case> = Vec::new();
    for (name, target) in TARGETS.iter().filter(|(name, _)| *name != "read") {
        let texts = TEXTS.iter().filter(|(of, _)| of == name);
        cases.push(Case {
            name: (*name).to_owned(),
            target: *target,
            first: (*name == "query").then_some(0),
            specimens: texts
                .map(|(name, text)| plain(name, text.as_bytes()))
                .collect(),
        });
    }
    for (number, reader) in (0..).zip(READERS) {
        let mut specimens = specimens();
        specimens.retain(|one| one.format == reader.name);
        cases.push(Case {
            name: format!("read:{}", reader.name),
            target: read,
            first: Some(number),
            specimens,
        });
    }
    // Real pages and texts are among the beginnings, each a few times rarer than those made for this.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    for entry in walkdir::WalkDir::new(sample)
        .sort_by_file_name()
        .into_iter()
        .flatten()
    {
        let ending = entry.path().extension().and_then(|ending| ending.to_str());
        let of = match ending {
            Some("html") => "read:html",
            Some("txt") => "text",
            _ => continue,
        };
        let case = cases.iter_mut().find(|case| case.name == of).unwrap();
        case.specimens
            .push(plain("sample", &std::fs::read(entry.path()).unwrap()));
    }
    cases
}

impl Case {
    /// An input: the content is changed before it is packed, and now and then what was packed after.
    fn input(&self, chance: &mut Chance) -> Vec<u8> {
        let own = self
            .specimens
            .iter()
            .take_while(|one| one.format != "sample")
            .count();
        let all = match chance.below(12) {
            0 => self.specimens.len(),
            _ => own,
        };
        let one = &self.specimens[chance.below(all)];
        let other = &self.specimens[chance.below(own)].content;
        let mut content = one.content.clone();
        let how = chance.below(4);
        if how > 0 {
            change(&mut content, other, chance);
        }
        let mut bytes = (one.pack)(&content);
        if how < 2 {
            change(&mut bytes, other, chance);
        }
        match self.first {
            // A few of what is read are understood too, which takes much longer.
            Some(number) if self.name.starts_with("read:") => {
                let understood = chance.below(64) == 0;
                bytes.insert(0, number | if understood { 0x80 } else { 0 });
            }
            Some(_) => bytes.insert(0, u8::try_from(chance.below(256)).unwrap()),
            None => {}
        }
        bytes
    }

    /// How long an input takes; `None` when it panics.
    fn time(&self, bytes: &[u8]) -> Option<Duration> {
        let target = self.target;
        let started = Instant::now();
        catch_unwind(|| target(bytes)).ok()?;
        let took = started.elapsed();
        if took < PATIENCE {
            return Some(took);
        }
        // The machine may have been busy: what counts is the time on a processor.
        let started = clock();
        target(bytes);
        Some(clock() - started)
    }
}

/// An input as it can be written into a test.
fn shown(bytes: &[u8]) -> String {
    let shown: String = bytes
        .iter()
        .take(4000)
        .flat_map(|byte| byte.escape_ascii())
        .map(char::from)
        .collect();
    format!("{} bytes: b\"{shown}\"", bytes.len())
}

/// Tells of an input without end, which would keep the test from telling which it was.
fn watch(open: &'static Mutex<Option<(Instant, Vec<u8>)>>) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_secs(5));
            let open = open.lock().unwrap();
            if let Some((since, bytes)) = open.as_ref()
                && since.elapsed() > 120 * PATIENCE
            {
                tell(&format!("fuzz: does not end: {}", shown(bytes)));
                std::process::abort();
            }
        }
    });
}

// Whatever comes in ends in an answer or an error, soon.
#[test]
fn made_up_inputs() {
    static OPEN: Mutex<Option<(Instant, Vec<u8>)>> = Mutex::new(None);
    watch(&OPEN);
    let count = times("MORGUE_TEST_FUZZ", 40);
    let only = std::env::var("MORGUE_TEST_FUZZ_ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    for case in cases().iter().filter(|case| case.name.starts_with(&only)) {
        let mut chance = Chance::new(times("MORGUE_TEST_FUZZ_SEED", 1) as u64);
        let (mut longest, mut slowest, before) = (Duration::ZERO, 0, wrong.len());
        for _ in 0..count {
            let bytes = case.input(&mut chance);
            *OPEN.lock().unwrap() = Some((Instant::now(), bytes.clone()));
            let took = case.time(&bytes);
            *OPEN.lock().unwrap() = None;
            match took {
                Some(took) if took <= PATIENCE && took > longest => {
                    (longest, slowest) = (took, bytes.len());
                }
                Some(took) if took <= PATIENCE => {}
                took => wrong.push(format!("{}: {took:?}: {}", case.name, shown(&bytes))),
            }
            // A few show what is wrong as well as many do.
            if wrong.len() > before + 4 {
                break;
            }
        }
        tell(&format!(
            "fuzz: {}: {count} inputs, {} wrong, the longest took {} ms ({slowest} bytes)",
            case.name,
            wrong.len() - before,
            longest.as_millis()
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
