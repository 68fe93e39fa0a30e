//! What the long tests share, those of the library too: how long they are, chance that repeats itself, what they did.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How many times to do something: a short slice, or as many as the variable says.
pub(crate) fn times(variable: &str, slice: usize) -> usize {
    let told = std::env::var(variable).ok();
    told.and_then(|times| times.parse().ok()).unwrap_or(slice)
}

/// Tells the counts of a campaign.
#[allow(clippy::print_stderr)]
pub(crate) fn tell(counts: &str) {
    eprintln!("{counts}");
}

/// The time that this thread had a processor for; where the system does not tell, the time of day. So that a busy machine
/// makes nothing slow.
pub(crate) fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.and_then(|told| told.split(' ').next()?.parse().ok());
    spent.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Numbers that look like chance and are the same in every run.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`; 0 when that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11)
            .unwrap()
            .checked_rem(end)
            .unwrap_or(0)
    }
}

/// Copies a folder with what is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(fs::copy(&path, &to).unwrap()),
        }
    }
}
