//! Who may import whom: reads the paths of the source and compares them with two tables.
//!
//! Unit tests inside the source may reach across layers; what is shipped may not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// Layer 0, the data that crosses every border.
const DATA: &[&str] = &[
    "article", "date", "error", "memo", "query", "results", "schema",
];

/// Each module of the library, with those it may use beside itself and the data.
const MODULES: &[(&str, &[&str])] = &[
    ("article", &[]),
    ("date", &[]),
    ("error", &[]),
    ("memo", &[]),
    ("query", &[]),
    ("results", &[]),
    ("schema", &[]),
    ("read", &[]),
    ("enrich", &[]),
    ("story", &[]),
    // Links are kept with the commit, so that nothing that adds or removes can forget them.
    ("archive", &["story"]),
    ("render", &[]),
    ("ingest", &["read", "enrich", "story", "archive"]),
    // Calls each of them with made-up input, behind a feature and in tests.
    ("fuzzing", &["read", "enrich", "archive", "query"]),
];

/// Each dependency, with the places that may use it: beginnings of paths below `src`.
const CRATES: &[(&str, &[&str])] = &[
    // Plain data.
    ("serde", &[""]),
    ("chrono", &[""]),
    (
        "serde_json",
        &["results", "read/", "archive/", "render", "ingest/", "bin/"],
    ),
    ("toml", &["schema", "archive/", "read/front"]),
    // The engine.
    ("tantivy", &["archive"]),
    ("tantivy_fst", &["archive"]),
    ("frostem", &["archive/", "story/"]),
    // Formats, each in its own reader.
    ("csv", &["read/rows", "read/table", "render/table"]),
    ("flate2", &["read/stream", "read/warc", "read/pdf"]),
    ("zstd", &["read/stream", "archive/links", "archive/packing"]),
    // A module of that name stands in `read`.
    ("zip", &["read"]),
    ("quick_xml", &["read/xml"]),
    ("mail_parser", &["read/mail"]),
    ("dom_smoothie", &["read/html"]),
    ("dom_query", &["read/html"]),
    ("encoding_rs", &["read/"]),
    ("chardetng", &["read/encoding"]),
    // Text.
    ("regex", &[""]),
    ("unicode_normalization", &[""]),
    ("whatlang", &["read/", "enrich/"]),
    ("unicode_width", &["render", "bin/"]),
    // Files and checksums.
    ("walkdir", &["ingest/", "archive/info"]),
    ("blake3", &["archive", "ingest", "story", "bin/"]),
    ("crc32fast", &["archive"]),
    ("foldhash", &["archive", "enrich"]),
    ("tempfile", &["archive", "bin/"]),
    ("postcard", &["archive/linking"]),
    // The binary.
    ("clap", &["bin/morgue/cli"]),
    ("clap_complete", &["bin/morgue/cli"]),
    ("clap_mangen", &["bin/morgue/cli"]),
    ("terminal_size", &["bin/"]),
    ("anstream", &["bin/"]),
    ("ctrlc", &["bin/"]),
    ("etcetera", &["bin/"]),
    ("mimalloc", &["bin/"]),
    ("morgue", &["bin/"]),
];

/// A path in a source file: `crate::archive::Archive`, with the line it stands in.
#[derive(Debug, PartialEq)]
struct Named {
    line: usize,
    segments: Vec<String>,
}

/// The code of a file without comments and without its unit tests, line by line as before.
fn code(source: &str) -> String {
    static TESTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"#\[cfg\(test\)\]\n(?:pub\(\S+\) )?mod tests \{").unwrap());
    let end = TESTS
        .find(source)
        .map_or(source.len(), |tests| tests.start());
    let lines = source[..end]
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths in a piece of code that begin with `crate`, `super` or a dependency; groups in braces are taken apart.
fn named(code: &str) -> Vec<Named> {
    static START: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b([a-z_][a-z0-9_]*)\s*::|\buse\s+([a-z_0-9]+)\s*;").unwrap()
    });
    let mut found = Vec::new();
    for start in START.captures_iter(code) {
        let Some(first) = start.get(1).or(start.get(2)) else {
            continue;
        };
        let known = ["crate", "super"].contains(&first.as_str())
            || CRATES.iter().any(|(name, _)| *name == first.as_str());
        if !known || code[..first.start()].ends_with("::") {
            continue;
        }
        let mut paths = Vec::new();
        branch(&code[first.start()..], &mut Vec::new(), &mut paths);
        let line = 1 + code[..first.start()].matches('\n').count();
        found.extend(paths.into_iter().map(|segments| Named { line, segments }));
    }
    found
}

/// Follows a path from its first name; returns what is left of the text behind it.
fn branch<'a>(text: &'a str, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> &'a str {
    let depth = before.len();
    let mut rest = text.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group;
            while !rest.is_empty() && !rest.starts_with('}') {
                rest = branch(rest, before, paths).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
            }
            rest = rest.strip_prefix('}').unwrap_or(rest);
            break;
        }
        let name_end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*')
            .unwrap_or(rest.len());
        if name_end > 0 {
            before.push(rest[..name_end].to_owned());
        }
        rest = rest[name_end..].trim_start();
        match rest.strip_prefix("::") {
            Some(more) if name_end > 0 => rest = more.trim_start(),
            _ => {
                paths.push(before.clone());
                // `as other` belongs to the name.
                rest = rest.trim_start_matches(|c: char| !",}".contains(c));
                break;
            }
        }
    }
    before.truncate(depth);
    rest
}

/// Where the names at the root of the library come from: `Article` is of `article`.
fn roots(lib: &str) -> BTreeMap<String, String> {
    static REEXPORT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"pub(?:\([a-z]+\))? use ([^;]+);").unwrap());
    let mut roots = BTreeMap::new();
    for reexport in REEXPORT.captures_iter(&code(lib)) {
        let mut paths = Vec::new();
        branch(&reexport[1], &mut Vec::new(), &mut paths);
        for path in paths {
            if let (Some(module), Some(name)) = (path.first(), path.last()) {
                roots.insert(name.clone(), module.clone());
            }
        }
    }
    roots
}

/// What a file does that the tables forbid. `file` is its path below `src` without `.rs`.
fn breaches(file: &str, source: &str, roots: &BTreeMap<String, String>) -> Vec<String> {
    let own = file.split('/').next().unwrap_or_default();
    let depth = file.split('/').count();
    let mut found = Vec::new();
    for Named { line, segments } in named(&code(source)) {
        let place = format!("src/{file}.rs:{line}: `{}`", segments.join("::"));
        let first = segments.first().map_or("", String::as_str);
        if let Some((_, places)) = CRATES.iter().find(|(name, _)| *name == first) {
            if !places.iter().any(|allowed| file.starts_with(allowed)) {
                found.push(format!("{place}: `{first}` is used only in {places:?}"));
            }
            continue;
        }
        // `super` once for each level of the file leads to the root.
        let ups = segments.iter().take_while(|name| *name == "super").count();
        let from_root = match first {
            "crate" => &segments[1..],
            _ if ups >= depth => &segments[ups..],
            _ => continue,
        };
        // The binary's modules may use one another.
        let (Some(name), false) = (from_root.first(), own == "bin") else {
            continue;
        };
        let module = match roots.get(name) {
            Some(module) => module,
            None if MODULES.iter().any(|(module, _)| module == name) => name,
            // What is exported with `*`.
            None => "results",
        };
        let Some((_, may)) = MODULES.iter().find(|(known, _)| *known == own) else {
            found.push(format!("{place}: the module `{own}` is in no layer"));
            continue;
        };
        if module != own && !DATA.contains(&module) && !may.contains(&module) {
            found.push(format!("{place}: `{own}` may not use `{module}`"));
        }
    }
    found
}

/// The files below a folder, as `(path without .rs, text)`.
fn sources(folder: &Path, under: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name == "tests" {
            continue;
        }
        if path.is_dir() {
            sources(&path, &format!("{under}{name}/"), found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push((format!("{under}{name}"), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn src() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&folder, "", &mut files);
    files
}

// The layers are what keeps an engine, a format or a front end exchangeable; they hold only as long as nobody can
// break them unnoticed.
#[test]
fn every_import_keeps_to_its_layer() {
    let files = src();
    let lib = files.iter().find(|(file, _)| file == "lib").unwrap();
    let roots = roots(&lib.1);
    let mut wrong = Vec::new();
    for (file, source) in files.iter().filter(|(file, _)| file != "lib") {
        wrong.extend(breaches(file, source, &roots));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

// A dependency without a row could be used anywhere.
#[test]
fn every_dependency_has_its_place() {
    let manifest: toml::Table = toml::from_str(include_str!("../../Cargo.toml")).unwrap();
    let mut wanted: Vec<String> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    wanted.push("morgue".to_owned());
    let mut wanted: Vec<String> = wanted.iter().map(|name| name.replace('-', "_")).collect();
    wanted.sort();
    let mut listed: Vec<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    listed.sort();
    assert_eq!(listed, wanted);
}

// The checker itself must see what it is there for.
#[test]
fn the_checker_sees_breaches() {
    let roots = roots(
        "pub use archive::Archive;\npub use article::{Article, Date as Day};\npub use results::*;",
    );
    let wrong = |file: &str, source: &str| breaches(file, source, &roots).len();
    let allowed = [
        (
            "archive/search",
            "use tantivy::Searcher;\nuse super::{State, fetch};\nuse crate::{Article, Query};",
        ),
        (
            "render/hits",
            "use crate::Results;\nfn of(hit: &crate::Hit) {}",
        ),
        ("ingest/add", "use crate::{Archive, read::read};"),
        ("read/html/page", "use super::super::clean;"),
        (
            "bin/morgue/cli/values",
            "use clap::Parser;\nuse crate::term::Shell;",
        ),
        (
            "enrich",
            "// crate::archive is elsewhere\n/// use tantivy::Index;",
        ),
        (
            "render/hits",
            "#[cfg(test)]\nmod tests {\n    use crate::Archive;\n}",
        ),
    ];
    for (file, source) in allowed {
        assert_eq!(
            breaches(file, source, &roots),
            Vec::<String>::new(),
            "{file}"
        );
    }
    let forbidden = [
        ("render/hits", "use tantivy::Searcher;"),
        ("render/hits", "use tantivy;"),
        ("bin/morgue/search", "use clap::Args;"),
        ("ingest", "fn f() { let x = clap::Command::new(); }"),
        ("enrich/head", "use crate::read::clean;"),
        (
            "enrich/head",
            "use crate::{\n    Article,\n    read::{clean, html},\n};",
        ),
        ("render/hits", "use crate::Archive;"),
        ("archive/search", "fn f() { crate::enrich::enrich(); }"),
        (
            "read/html/page",
            "use super::super::super::archive::Archive;",
        ),
        ("results", "use super::Archive as Store;"),
        ("schema", "use crate::ingest::Ingest;"),
        ("news", "use crate::Article;"),
    ];
    for (file, source) in forbidden {
        assert!(wrong(file, source) > 0, "{file}: {source}");
    }
    assert_eq!(
        wrong(
            "enrich/head",
            "use crate::{read::{clean, html}, Article, render};"
        ),
        3
    );
}
