//! Trains the model that finds people, organisations and places, and measures it.
//!
//! usage: train_tagger [--own FOLDER] [--wiki FILE] [--silver FILE] [--gum FOLDER] [--dev FILE]... [--out data/model/names.bin]
//!                     [--rounds N] [--least N] [--margin N] [--respect N] [--strange PERCENT] [--rate N] [--decay N]
//!                     [--dropped PERCENT] [--kilobytes N]
//!                     [--times N] [--share PERCENT] [--cross yes]
//!        train_tagger --links FOLDER
//!
//! `--own` is the folder of texts marked for this project, learned `--times` times; `--share` is how much of the silver
//! set is used. `--cross yes` learns from all files of `--own` but one and lists where the model and that one disagree.
//! `--wiki` and `--silver` are files of one token and its label a line (plain or .gz), `--gum` a folder of .conllu files;
//! `--dev` are lines of `{"body", "mentions": [{"field", "start", "end"}]}`, only measured. `--links` measures how names
//! are folded (B-cubed) against the encyclopedia links of a folder of .conllu files.

// A program for developers, which reports what it measured.
#![allow(clippy::print_stdout)]

mod corpora;

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::{Path, PathBuf};

use corpora::{documents, estrange, gum, loosen, marked, repair};
use morgue::trainer::{self, Sample, Settings};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    let mut dev = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("an option without a value")?;
        if name == "--dev" {
            dev.push(PathBuf::from(value));
        } else {
            options.insert(name.trim_start_matches("--").to_owned(), value);
        }
    }
    if let Some(folder) = options.get("links") {
        return links(folder);
    }
    let number = |name: &str, usual: u32| options.get(name).map_or(Ok(usual), |v| v.parse::<u32>());
    let settings = Settings {
        rounds: number("rounds", 8)? as usize,
        least: number("least", 4)?,
        margin: number("margin", 0)? as f32,
        respect: number("respect", 10)? as f32,
        rate: number("rate", 50)? as f32,
        decay: number("decay", 2000)? as f32,
        dropped: number("dropped", 50)?,
        kilobytes: number("kilobytes", 2000)? as usize,
    };
    let mut samples = Vec::new();
    if let Some(path) = options.get("wiki") {
        samples.extend(documents(&read(path)?, false));
    }
    if let Some(folder) = options.get("gum") {
        for file in conllu(folder)? {
            samples.push(gum(&std::fs::read_to_string(file)?).0);
        }
    }
    let mut silver = Vec::new();
    let share = number("share", 66)? as usize;
    if let Some(path) = options.get("silver") {
        silver = repair(documents(&read(path)?, true));
        let mut at = 0;
        silver.retain(|_| {
            at += 1;
            at % 100 < share
        });
    }
    let times = number("times", 12)? as usize;
    let strange = number("strange", 40)? as usize;
    let own = match options.get("own") {
        Some(folder) => files(folder, "txt")?,
        None => Vec::new(),
    };
    let mut own_texts = Vec::new();
    for file in &own {
        own_texts.push(marked(&std::fs::read_to_string(file)?));
    }
    if options.contains_key("cross") {
        for (i, (file, held)) in own.iter().zip(&own_texts).enumerate() {
            let others = own_texts.iter().enumerate().filter(|(j, _)| *j != i);
            let others: Vec<Sample> = others.flat_map(|(_, texts)| texts.clone()).collect();
            let data = mixed(&samples, &silver, &others, times, strange);
            let (bytes, ..) = trainer::train(&data, &settings).bytes("", settings.kilobytes);
            let model = trainer::Compiled::of(&bytes).ok_or("a model that cannot be read")?;
            disagreements(file, held, &model);
        }
        return Ok(());
    }
    let samples = mixed(&samples, &silver, &own_texts.concat(), times, strange);
    let names: usize = samples.iter().map(|s| s.names.len()).sum();
    let trained = trainer::train(&samples, &settings);
    let (bytes, features, lost) = trained.bytes("", settings.kilobytes);
    println!("{features} features, {lost} without a place");
    let model = trainer::Compiled::of(&bytes).ok_or("a model that cannot be read")?;
    let mut about = format!(
        "names; {settings:?}; strange {strange}; own texts {times} times; silver {share} %; data"
    );
    for name in ["own", "wiki", "gum", "silver"] {
        if let Some(file) = options
            .get(name)
            .and_then(|path| Path::new(path).file_name())
        {
            about += &format!(" {name}={}", file.to_string_lossy());
        }
    }
    about += &format!("; {} texts, {names} names;", samples.len());
    for path in &dev {
        let stem = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        let figure = measure(path, Some(&model))?;
        println!("{stem}\n  rules {}\n  model {figure}", measure(path, None)?);
        about += &format!(" {stem} {figure};");
        if options.contains_key("errors") {
            disagreements(path, &annotated(path)?, &model);
        }
    }
    if let Some(out) = options.get("out") {
        let (bytes, ..) = trained.bytes(&about, settings.kilobytes);
        std::fs::write(out, bytes)?;
    }
    Ok(())
}

/// What is learned from: our own texts several times, and copies of a share of all with strange names.
fn mixed(
    gold: &[Sample],
    silver: &[Sample],
    own: &[Sample],
    times: usize,
    strange: usize,
) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    samples.extend_from_slice(gold);
    samples.extend_from_slice(silver);
    let chosen = samples
        .iter()
        .enumerate()
        .filter(|(i, _)| i % 100 < strange);
    let copies: Vec<Sample> = chosen.map(|(_, sample)| estrange(sample)).collect();
    samples.extend(copies);
    for round in 0..times {
        // The first copy as it is, then one with strange names, and so on.
        samples.extend(own.iter().map(|sample| match round % 6 {
            1 | 4 => estrange(sample),
            5 => loosen(sample),
            _ => sample.clone(),
        }));
    }
    samples
}

/// Where a model that has not seen a file marks other names than the file.
fn disagreements(file: &Path, held: &[Sample], model: &trainer::Compiled) {
    let (mut right, mut guessed, mut gold) = (0, 0, 0);
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    for (n, sample) in held.iter().enumerate() {
        let found = trainer::tagged(&sample.text, Some(model));
        guessed += found.len();
        gold += sample.names.len();
        let show = |sign: &str, kind: &str, a: usize, b: usize| {
            let line = |text: &str| text.replace('\n', " ");
            let before: String = sample.text[..a].chars().rev().take(40).collect();
            let before: String = before.chars().rev().collect();
            let after: String = sample.text[b..].chars().take(25).collect();
            println!(
                "{name} {n} {sign} {kind} {}[{}]{}",
                line(&before),
                line(&sample.text[a..b]),
                line(&after)
            );
        };
        for (a, b, kind) in &sample.names {
            if found
                .iter()
                .any(|f| (f.0, f.1, f.2) == (*a, *b, kind.as_str()))
            {
                right += 1;
            } else {
                show("-", kind, *a, *b);
            }
        }
        for (a, b, kind) in found {
            if !sample
                .names
                .iter()
                .any(|s| (s.0, s.1, s.2.as_str()) == (a, b, kind))
            {
                show("+", kind, a, b);
            }
        }
    }
    println!(
        "{name} F1 {:.1}",
        200.0 * right as f64 / (guessed + gold).max(1) as f64
    );
}

fn conllu(folder: &str) -> Result<Vec<PathBuf>> {
    files(folder, "conllu")
}

fn files(folder: &str, ending: &str) -> Result<Vec<PathBuf>> {
    let entries: Vec<_> = std::fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
    let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    files.retain(|file| file.extension().is_some_and(|other| other == ending));
    files.sort();
    Ok(files)
}

fn read(path: &str) -> Result<String> {
    let bytes = std::fs::read(path)?;
    if !path.ends_with(".gz") {
        return Ok(String::from_utf8(bytes)?);
    }
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::MultiGzDecoder::new(bytes.as_slice()),
        &mut text,
    )?;
    Ok(text)
}
/// B-cubed of the canonical names of mentions against their links, over all articles together.
fn links(folder: &str) -> Result<()> {
    let (mut gold, mut named, mut small): (Vec<String>, Vec<String>, Vec<String>) =
        Default::default();
    let mut total = 0;
    let mut forms: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for file in conllu(folder)? {
        let (sample, linked) = gum(&std::fs::read_to_string(file)?);
        let found = trainer::mentions(&sample.text);
        for ((start, end, kind), link) in sample.names.iter().zip(linked) {
            if link.is_empty() {
                continue;
            }
            total += 1;
            if let Some(mention) = found
                .iter()
                .find(|m| m.start == *start && m.end == *end && m.field == *kind)
            {
                *forms
                    .entry(link.clone())
                    .or_default()
                    .entry(mention.name.clone())
                    .or_default() += 1;
                gold.push(link);
                named.push(mention.name.clone());
                small.push(mention.text.to_lowercase());
            }
        }
    }
    println!("{} of {total} linked mentions found", gold.len());
    println!(
        "lower case {:.1}, canonical {:.1}",
        b_cubed(&gold, &small),
        b_cubed(&gold, &named)
    );
    for (link, names) in forms.iter().filter(|(_, names)| names.len() > 1) {
        println!("  {link}: {names:?}");
    }
    Ok(())
}

fn b_cubed(gold: &[String], found: &[String]) -> f64 {
    let (mut precision, mut recall) = (0.0, 0.0);
    for (link, name) in gold.iter().zip(found) {
        let same_link = gold.iter().filter(|other| *other == link).count();
        let same_name = found.iter().filter(|other| *other == name).count();
        let both = gold
            .iter()
            .zip(found)
            .filter(|(l, n)| *l == link && *n == name)
            .count();
        precision += both as f64 / same_name as f64;
        recall += both as f64 / same_link as f64;
    }
    let (precision, recall) = (
        precision / gold.len().max(1) as f64,
        recall / gold.len().max(1) as f64,
    );
    200.0 * precision * recall / (precision + recall)
}

/// The texts of a file of `{"body", "mentions"}` lines.
fn annotated(path: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for line in read(path.to_str().ok_or("a path that is no text")?)?.lines() {
        let article: serde_json::Value = serde_json::from_str(line)?;
        let text = article["body"].as_str().unwrap_or_default().to_owned();
        let mut names = Vec::new();
        for mention in article["mentions"].as_array().into_iter().flatten() {
            let at = |key: &str| mention[key].as_u64().unwrap_or(0) as usize;
            let field = mention["field"].as_str().unwrap_or_default();
            names.push((at("start"), at("end"), field.to_owned()));
        }
        samples.push(Sample { text, names });
    }
    Ok(samples)
}

/// Strict span and type against a file of `{"body", "mentions"}` lines.
fn measure(path: &Path, model: Option<&trainer::Compiled>) -> Result<String> {
    let text = read(path.to_str().ok_or("a path that is no text")?)?;
    let mut counts: HashMap<&str, [usize; 3]> = HashMap::new();
    for line in text.lines() {
        let article: serde_json::Value = serde_json::from_str(line)?;
        let body = article["body"].as_str().unwrap_or_default();
        let found = trainer::tagged(body, model);
        let gold = article["mentions"].as_array().cloned().unwrap_or_default();
        for kind in ["person", "org", "place"] {
            let count = counts.entry(kind).or_default();
            for mention in gold.iter().filter(|m| m["field"] == kind) {
                count[2] += 1;
                let at = (mention["start"].as_u64(), mention["end"].as_u64());
                let hit = found
                    .iter()
                    .any(|(a, b, k)| *k == kind && (Some(*a as u64), Some(*b as u64)) == at);
                count[0] += usize::from(hit);
            }
            count[1] += found.iter().filter(|(.., k)| *k == kind).count();
        }
    }
    let f1 = |c: [usize; 3]| 200.0 * c[0] as f64 / (c[1] + c[2]).max(1) as f64;
    let all = counts.values().fold([0; 3], |sum, c| {
        [sum[0] + c[0], sum[1] + c[1], sum[2] + c[2]]
    });
    let of = |kind: &str| f1(counts.get(kind).copied().unwrap_or_default());
    let pr = (
        100.0 * all[0] as f64 / all[1].max(1) as f64,
        100.0 * all[0] as f64 / all[2].max(1) as f64,
    );
    Ok(format!(
        "{:.1} (person {:.1}, org {:.1}, place {:.1}; precision {:.1}, recall {:.1})",
        f1(all),
        of("person"),
        of("org"),
        of("place"),
        pr.0,
        pr.1
    ))
}
