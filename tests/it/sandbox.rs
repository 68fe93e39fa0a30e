//! A temporary folder in which the binary is run as a person would, and what it said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder of its own for each test: files, archive and home.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// How a run ended and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Sandbox { folder }
    }

    /// A sandbox with the files of a folder `clips`, not yet indexed.
    pub(crate) fn with(files: &[(&str, &str)]) -> Sandbox {
        let sandbox = Sandbox::new();
        for (name, content) in files {
            sandbox.write(&format!("clips/{name}"), content);
        }
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file; its time of change lies well in the past, as that of a file somebody collected.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        let hour = std::time::Duration::from_secs(3600);
        set_time(&path, std::time::SystemTime::now() - hour);
        path
    }

    /// The binary with these words as its arguments.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_morgue"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_remove("MORGUE_ARCHIVE")
            .env_remove("XDG_CACHE_HOME")
            .env("HOME", self.path("home"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs the binary; the line is split at spaces, `'` keeps them.
    pub(crate) fn run(&self, line: &str) -> Ran {
        let words = split(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Ran::from(self.command(&words).output().unwrap())
    }

    /// Runs the binary and reads its answer as JSON, whatever its exit code.
    pub(crate) fn json(&self, line: &str) -> Value {
        let ran = self.run(&format!("{line} --json"));
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"))
    }

    /// Runs the binary with a text on its standard input.
    pub(crate) fn fed(&self, line: &str, input: &str) -> Ran {
        let words = split(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = self.command(&words);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        Ran::from(child.wait_with_output().unwrap())
    }

    /// The counts of an indexing run: `added 1, replaced 0, unchanged 2, removed 0, skipped 0`.
    pub(crate) fn counts(&self, line: &str) -> String {
        let report = self.json(line);
        let count = |key: &str| report[key].as_u64();
        let skipped = report["skipped"].as_array();
        match (
            count("added"),
            count("replaced"),
            count("unchanged"),
            count("removed"),
            skipped,
        ) {
            (Some(added), Some(replaced), Some(unchanged), Some(removed), Some(skipped)) => {
                format!(
                    "added {added}, replaced {replaced}, unchanged {unchanged}, removed {removed}, skipped {}",
                    skipped.len()
                )
            }
            _ => report.to_string(),
        }
    }

    /// The ids that a search finds, in order.
    pub(crate) fn ids(&self, line: &str) -> Vec<String> {
        let ran = self.run(&format!("{line} --format ids"));
        ran.out.lines().map(str::to_owned).collect()
    }

    /// Every article as `export` writes it, by its keys.
    pub(crate) fn export(&self, archive: &str) -> Vec<Value> {
        let ran = self.run(&format!("export -a {archive}"));
        let lines = ran.out.lines();
        let mut articles: Vec<Value> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        articles.sort_by_key(|article| article["id"].to_string());
        articles
    }
}

impl Ran {
    /// The answer, after checking that the run succeeded.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Fails when the run failed in another way than with this exit code.
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}

impl From<std::process::Output> for Ran {
    fn from(output: std::process::Output) -> Ran {
        Ran {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Sets the time of a file's last change.
pub(crate) fn set_time(path: &Path, time: std::time::SystemTime) {
    fs::File::options()
        .append(true)
        .open(path)
        .and_then(|file| file.set_modified(time))
        .unwrap();
}

fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
