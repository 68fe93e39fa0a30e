//! The README against the program: its runs are run, its tables are the program's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use morgue::SYNTAX;
use morgue::render::FORMATS;
use regex::Regex;

const README: &str = include_str!("../../README.md");

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a folder without the archives in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == ".morgue" {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Takes what `TRYCMD=overwrite` wrote back into the project, without what differs from run to run.
struct WriteBack(PathBuf);

impl Drop for WriteBack {
    fn drop(&mut self) {
        if std::env::var_os("TRYCMD").is_none_or(|mode| mode != "overwrite") {
            return;
        }
        let mut text = fs::read_to_string(&self.0).unwrap();
        for (pattern, with) in [
            // Times, and ids made of paths.
            (r"\b\d+\.\d+ (ms|s)\b", "[..] $1"),
            (r"(?m)^(    .* · |    )[0-9a-f]{8}$", "$1[..]"),
            (r"\n\n```\n", "\n```\n"),
        ] {
            let pattern = Regex::new(pattern).unwrap();
            text = pattern.replace_all(&text, with).into_owned();
        }
        fs::write(project().join("README.md"), text).unwrap();
    }
}

// A reader types what stands there and must see what stands there. The runs have a folder of their own, with nothing
// in it but the sample; `TRYCMD=overwrite cargo test` writes down what they print now.
#[test]
fn runs_print_what_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let readme = folder.path().join("README.md");
    // An empty line ends the output of a run there; it would only look odd in print.
    fs::write(&readme, README.replace("\n```\n", "\n\n```\n")).unwrap();
    copy(
        &project().join("data/sample"),
        &folder.path().join("README.in/data/sample"),
    );
    fs::create_dir(folder.path().join("README.out")).unwrap();
    let _kept = WriteBack(readme.clone());
    trycmd::TestCases::new()
        .env("MORGUE_ARCHIVE", "")
        .env("NO_COLOR", "1")
        .case(&readme)
        .run();
}

/// A row of a Markdown table.
fn row(cells: &[&str]) -> String {
    format!("| {} |", cells.join(" | ").replace("||", "\\|\\|"))
}

// The language and the formats are tables in the program; the README must have each row of them.
#[test]
fn tables_are_those_of_the_program() {
    let code = |text: &str| format!("`{text}`");
    let syntax = SYNTAX
        .iter()
        .map(|form| row(&[&code(form.form), form.meaning, &code(form.example)]));
    let formats = FORMATS
        .iter()
        .map(|format| row(&[&code(format.name), format.about]));
    let missing: Vec<String> = syntax
        .chain(formats)
        .filter(|row| !README.contains(row.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "not in README.md:\n{}",
        missing.join("\n")
    );
}

// A command that is not in the README is a command that nobody finds.
#[test]
fn every_command_is_told() {
    let output = Command::new(env!("CARGO_BIN_EXE_morgue"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let commands = help.split("Commands:\n").nth(1).unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(commands.len() > 10, "{help}");
    let missing: Vec<&&str> = commands
        .iter()
        .filter(|name| !README.contains(&format!("| `{name}")))
        .collect();
    assert!(missing.is_empty(), "not in README.md: {missing:?}");
}
