//! What a process costs: processor time, wall time, memory at its peak; from `/proc`, so on Linux only.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The cost of one run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// User and system time of all threads, in seconds.
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    /// The largest resident set, in MB.
    pub(crate) peak: f64,
}

/// Clock ticks a second: the same on every Linux.
const TICKS: f64 = 100.0;

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> io::Result<Cost> {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let process = format!("/proc/{}", child.id());
    let mut cost = Cost::default();
    // A process that ended keeps its times until it is waited for, but not its memory.
    loop {
        let stat = std::fs::read_to_string(format!("{process}/stat"))?;
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .map_or("", |(_, rest)| rest)
            .split_whitespace()
            .collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        cost.cpu = (number(11).unwrap_or(0.0) + number(12).unwrap_or(0.0)) / TICKS;
        if fields.first() == Some(&"Z") {
            break;
        }
        let status = std::fs::read_to_string(format!("{process}/status"))?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
        cost.peak = cost.peak.max(peak.unwrap_or(0.0) / 1024.0);
        std::thread::sleep(Duration::from_millis(5));
    }
    cost.wall = started.elapsed().as_secs_f64();
    let status = child.wait()?;
    if !status.success() {
        return Err(io::Error::other(format!("{command:?} ended with {status}")));
    }
    Ok(cost)
}

/// The wall times of so many runs, in milliseconds, sorted.
pub(crate) fn walls(command: &mut Command, runs: usize) -> io::Result<Vec<f64>> {
    let mut walls = Vec::with_capacity(runs);
    for _ in 0..runs {
        let started = Instant::now();
        let status = command.stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("{command:?} ended with {status}")));
        }
        walls.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    walls.sort_by(f64::total_cmp);
    Ok(walls)
}

/// The bytes of all files under a folder.
pub(crate) fn size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
