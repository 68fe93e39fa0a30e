//! How fast, how large: morgue beside the engine alone, on the same articles, in one run. See `benches/README.md`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs
)]

mod generate;
mod process;
mod queries;
mod raw;
mod space;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use morgue::Archive;
use process::Cost;
use queries::KINDS;
use raw::{Failure, Raw, Record, records};

const USAGE: &str = "\
usage: cargo bench --bench speed -- [ARTICLES | FILE] [--dir DIR] [--parts PARTS]
       cargo bench --bench speed -- size ARCHIVE

ARTICLES   generates so many articles (10000)
FILE       JSON lines, packed with gzip or not
--dir      where files and indexes are kept for the next run (a folder of the system for temporary files)
--parts    some of index,size,search,cold,unchanged,start (all)";

/// The program that is measured.
const MORGUE: &str = env!("CARGO_BIN_EXE_morgue");

/// Rounds of each query; the first warms up and is left out.
const ROUNDS: usize = 6;

/// Files of the run in which nothing changed.
const FILES: usize = 100_000;

struct Bench {
    file: PathBuf,
    folder: PathBuf,
    articles: usize,
    /// Bytes of titles and bodies.
    text: u64,
}

fn main() -> Result<(), Failure> {
    let mut arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| one != "--bench")
        .collect();
    if let [verb, file, folder] = arguments.as_slice()
        && verb == "raw-index"
    {
        return raw::index(Path::new(file), Path::new(folder));
    }
    if let [verb, archive] = arguments.as_slice()
        && verb == "size"
    {
        return space::print(Path::new(archive), 0);
    }
    let mut option = |name: &str| {
        let at = arguments.iter().position(|one| one == name)?;
        arguments.remove(at);
        (at < arguments.len()).then(|| arguments.remove(at))
    };
    let folder =
        option("--dir").map_or_else(|| std::env::temp_dir().join("morgue-speed"), PathBuf::from);
    let parts =
        option("--parts").unwrap_or_else(|| "index,size,search,cold,unchanged,start".to_owned());
    let what = arguments.first().map_or("10000", String::as_str);
    if what.starts_with('-') || arguments.len() > 1 {
        println!("{USAGE}");
        return Ok(());
    }
    let bench = Bench::new(what, &folder)?;
    println!(
        "{} articles, {:.1} MB of text\n",
        bench.articles,
        bench.text as f64 / 1e6
    );
    for part in parts.split(',') {
        match part {
            "index" => bench.index()?,
            "size" => space::print(&bench.folder.join("full"), bench.text)?,
            "search" => bench.search()?,
            "cold" => bench.cold()?,
            "unchanged" => bench.unchanged()?,
            "start" => bench.start()?,
            _ => println!("{USAGE}"),
        }
    }
    Ok(())
}

impl Bench {
    fn new(what: &str, folder: &Path) -> Result<Bench, Failure> {
        let (file, name) = match what.parse::<usize>() {
            Ok(count) => {
                let folder = folder.join(count.to_string());
                std::fs::create_dir_all(&folder)?;
                let file = folder.join("articles.jsonl");
                if !file.exists() {
                    let aside = folder.join("aside.jsonl");
                    let mut out = BufWriter::new(std::fs::File::create(&aside)?);
                    generate::write(count, &mut out)?;
                    out.flush()?;
                    std::fs::rename(aside, &file)?;
                }
                (file, count.to_string())
            }
            Err(_) => {
                let file = PathBuf::from(what);
                let name = file
                    .file_stem()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                (file, name)
            }
        };
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let (mut articles, mut text) = (0, 0);
        for record in records(&file)? {
            articles += 1;
            text += (record.title.len() + record.body.len()) as u64;
        }
        Ok(Bench {
            file,
            folder,
            articles,
            text,
        })
    }

    fn morgue(&self, archive: &str) -> Command {
        let mut command = Command::new(MORGUE);
        command.arg("-a").arg(self.folder.join(archive));
        command
    }

    /// Indexes as whole processes: the engine alone, morgue without and with understanding.
    fn index(&self) -> Result<(), Failure> {
        let names = ["raw", "plain", "full"];
        let mut costs = Vec::new();
        for name in names {
            let folder = self.folder.join(name);
            if folder.exists() {
                std::fs::remove_dir_all(&folder)?;
            }
            let cost = match name {
                "raw" => process::run(
                    Command::new(std::env::current_exe()?)
                        .arg("raw-index")
                        .arg(&self.file)
                        .arg(&folder),
                )?,
                "plain" => process::run(
                    self.morgue(name)
                        .arg("index")
                        .arg("--no-enrich")
                        .arg(&self.file),
                )?,
                _ => process::run(self.morgue(name).arg("index").arg(&self.file))?,
            };
            costs.push((cost, process::size(&folder)));
        }
        let (raw, _) = costs[0];
        println!(
            "| indexing | CPU s | wall s | of raw CPU | articles a CPU s | peak MB | size / text |"
        );
        println!("|---|---|---|---|---|---|---|");
        let labels = ["raw tantivy", "morgue --no-enrich", "morgue, everything"];
        for (label, (cost, size)) in labels.iter().zip(&costs) {
            let Cost { cpu, wall, peak } = *cost;
            println!(
                "| {label} | {cpu:.1} | {wall:.1} | {:.2} | {:.0} | {peak:.0} | {:.2} |",
                cpu / raw.cpu,
                self.articles as f64 / cpu,
                *size as f64 / self.text as f64
            );
        }
        println!();
        Ok(())
    }

    /// Warm queries in this process, the engine alone and morgue in turn.
    fn search(&self) -> Result<(), Failure> {
        let raw = Raw::open(&self.folder.join("raw"))?;
        let archive = Archive::open(self.folder.join("full"))?;
        let step = (self.articles / 2_000).max(1);
        let sample: Vec<Record> = records(&self.file)?.step_by(step).collect();
        println!(
            "| warm, microseconds | raw p50 | raw p99 | morgue p50 | morgue p99 | p50 ratio | one line a story, p50 | found by both |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        for (kind, label) in KINDS {
            let asks = queries::draw(kind, &raw, &sample);
            let mut times = [(); 3].map(|()| Times::new(asks.len()));
            let (mut raw_total, mut our_total) = (0, 0);
            for round in 0..ROUNDS {
                for (at, ask) in asks.iter().enumerate() {
                    let started = Instant::now();
                    let total = raw.ask(ask)?;
                    let first = started.elapsed();
                    let query = ask.query(true);
                    let started = Instant::now();
                    let results = archive.search(&query)?;
                    let second = started.elapsed();
                    let query = ask.query(false);
                    let started = Instant::now();
                    std::hint::black_box(archive.search(&query)?);
                    let third = started.elapsed();
                    if round == 0 {
                        (raw_total, our_total) = (raw_total + total, our_total + results.total);
                        continue;
                    }
                    for (times, time) in times.iter_mut().zip([first, second, third]) {
                        times.add(at, time.as_secs_f64() * 1e6);
                    }
                }
            }
            let [[r50, r99], [m50, m99], [g50, _]] = times.map(Times::percentiles);
            println!(
                "| {label} ({}) | {r50:.0} | {r99:.0} | {m50:.0} | {m99:.0} | {:.2} | {g50:.0} | {raw_total} / {our_total} |",
                asks.len(),
                m50 / r50
            );
        }
        println!();
        Ok(())
    }

    /// A search as a process: ten lines with snippets and two facets.
    fn cold(&self) -> Result<(), Failure> {
        let raw = Raw::open(&self.folder.join("raw"))?;
        let sample: Vec<Record> = records(&self.file)?
            .step_by((self.articles / 2_000).max(1))
            .collect();
        println!("| a search as a process, ms | p50 | worst |\n|---|---|---|");
        for (kind, label) in [KINDS[0], KINDS[1], KINDS[2]] {
            let Some(ask) = queries::draw(kind, &raw, &sample).into_iter().nth(3) else {
                continue;
            };
            let text = ask.query(false).text;
            let mut command = self.morgue("full");
            command.args(["search", &text, "--facet", "person", "--facet", "source"]);
            let walls = process::walls(&mut command, 15)?;
            println!(
                "| {label} | {:.1} | {:.1} |",
                walls[walls.len() / 2],
                walls[walls.len() - 1]
            );
        }
        println!();
        Ok(())
    }

    /// A run over many files of which none changed.
    fn unchanged(&self) -> Result<(), Failure> {
        let files = self.folder.join(format!("files-{FILES}"));
        if !files.exists() {
            let aside = self.folder.join("files-aside");
            let mut article = serde_json::json!({"title": "A short one", "date": "2020-01-01"});
            for number in 0..FILES {
                let folder = aside.join((number / 1000).to_string());
                if number % 1000 == 0 {
                    std::fs::create_dir_all(&folder)?;
                }
                article["id"] = format!("f{number}").into();
                article["body"] = format!("Article number {number} of many that are alike.").into();
                std::fs::write(folder.join(format!("{number}.json")), article.to_string())?;
            }
            std::fs::rename(aside, &files)?;
        }
        let first = process::run(
            self.morgue("files")
                .arg("index")
                .arg("--no-enrich")
                .arg(&files),
        )?;
        let again = process::run(
            self.morgue("files")
                .arg("index")
                .arg("--no-enrich")
                .arg(&files),
        )?;
        println!("| {FILES} files | wall s | CPU s | peak MB |\n|---|---|---|---|");
        for (label, cost) in [
            ("first run (or the last of an earlier measurement)", first),
            ("nothing changed", again),
        ] {
            println!(
                "| {label} | {:.2} | {:.2} | {:.0} |",
                cost.wall, cost.cpu, cost.peak
            );
        }
        println!();
        Ok(())
    }

    /// The program itself.
    fn start(&self) -> Result<(), Failure> {
        let walls = process::walls(Command::new(MORGUE).arg("--version"), 21)?;
        let size = std::fs::metadata(MORGUE)?.len();
        println!(
            "`--version` {:.1} ms; binary {:.1} MB",
            walls[walls.len() / 2],
            size as f64 / 1e6
        );
        Ok(())
    }
}

/// What the queries of one kind took.
struct Times {
    /// The shortest of each query: what else the machine does only ever adds.
    best: Vec<f64>,
    all: Vec<f64>,
}

impl Times {
    fn new(queries: usize) -> Times {
        Times {
            best: vec![f64::INFINITY; queries],
            all: Vec::new(),
        }
    }

    fn add(&mut self, query: usize, time: f64) {
        self.best[query] = self.best[query].min(time);
        self.all.push(time);
    }

    /// The median of the queries, each at its best, and the ninety-ninth of a hundred of all times.
    fn percentiles(mut self) -> [f64; 2] {
        let at = |times: &mut Vec<f64>, part: usize| {
            times.sort_by(f64::total_cmp);
            let at = (times.len() * part / 100).min(times.len().saturating_sub(1));
            times.get(at).copied().unwrap_or(f64::NAN)
        };
        [at(&mut self.best, 50), at(&mut self.all, 99)]
    }
}
