//! Texts that would take over a terminal, in every field of an article and through every output.

use std::fs;

use crate::campaign::tell;
use crate::sandbox::Sandbox;

/// What a terminal or a reader could be fooled with; `{}` tells the places apart.
const PAYLOADS: &[&str] = &[
    "\u{1b}[31mred{}\u{1b}[0m",
    "\u{1b}]0;title{}\u{7}",
    "\u{1b}]8;;http://evil{}\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}P+q{}\u{1b}\\",
    "\u{1b}c{}",
    "\u{9b}2J{}",
    "\u{9d}0;x{}\u{9c}",
    "\u{202e}gnp{}\u{202c}",
    "\u{2066}a{}\u{2069}",
    "\u{200f}b{}\u{200e}",
    "\u{61c}c{}",
    "bell{}\u{7}\u{7}",
    "back{}\u{8}\u{8}\u{8}space",
    "return{}\rover",
    "null{}\u{0}byte",
    "delete{}\u{7f}",
    "tab{}\u{b}\u{c}feed",
    "line{}\u{2028}and\u{2029}paragraph",
    "\u{feff}mark{}\u{fff9}a\u{fffa}b\u{fffb}",
    "=cmd|'/c calc'!A{}",
];

/// Whether a text could move the cursor, recolour, or turn the direction of writing.
fn is_evil(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

fn records() -> String {
    let mut lines = String::new();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let text = |place: &str| payload.replace("{}", &format!(" {place}{number} "));
        let record = serde_json::json!({
            "id": text("id"), "title": format!("Ferry {}", text("title")), "date": "2024-06-18",
            "standfirst": text("standfirst"), "source": text("source"), "byline": [text("byline")],
            "section": [text("section")], "url": format!("https://example.org/{}", text("url")),
            "person": [text("Ann")], "org": [text("Org")], "place": [text("Place")], "desk": text("desk"),
            "body": format!("The ferry {} sails. It was {} again.", text("body"), text("end")),
        });
        lines.push_str(&format!("{record}\n"));
    }
    lines
}

// Whatever an article holds, nothing that is printed reaches for the terminal.
#[test]
fn escapes_through_every_output() {
    let sandbox = Sandbox::new();
    sandbox.write("clips/all.jsonl", records());
    let mut names: Vec<String> = Vec::new();
    for (number, payload) in PAYLOADS.iter().enumerate() {
        let text = payload.replace("{}", &number.to_string());
        let page = format!(
            "<html><title>Ferry {text}</title><meta name=author content=\"{text}\"><p>The ferry {text} sails on \
             Monday, said the harbour master of Bergen {text}.<p>By {text}"
        );
        sandbox.write(&format!("clips/{number}.html"), page);
        sandbox.write(
            &format!("clips/{number}.txt"),
            format!("Ferry {text}\nBy {text}\n\nBERGEN, {text} (AP) - The ferry {text} sails.\n"),
        );
        let name = text.replace(['/', '\0'], "");
        let quoted = serde_json::json!(name).to_string();
        names.extend([name.clone(), quoted.trim_matches('"').to_owned()]);
        fs::write(
            sandbox.path("clips").join(format!("{name}.txt")),
            format!("Ferry named {number}\n\nIt sails.\n"),
        )
        .unwrap();
    }
    sandbox.write("desk.toml", "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:world\"\n");
    sandbox.write(
        "queries.tsv",
        PAYLOADS
            .iter()
            .enumerate()
            .map(|(n, text)| format!("q{n}\tferry {text}\n"))
            .collect::<String>(),
    );
    sandbox.run("index clips --schema desk.toml").exits(0);

    let mut lines: Vec<String> = Vec::new();
    for format in ["text", "json", "jsonl", "csv", "paths", "ids"] {
        lines.push(format!("search ferry -n all --all --format {format}"));
        lines.push(format!(
            "search ferry -n all --facet source --facet desk --facet person --format {format}"
        ));
        lines.push(format!("export --format {format}"));
        lines.push(format!("inspect clips --format {format}"));
    }
    for format in ["text", "json", "csv"] {
        lines.push(format!(
            "facets ferry --by source,desk,person,org,place,byline,section --format {format}"
        ));
        lines.push(format!(
            "facets ferry --by person --by org --cross --format {format}"
        ));
        lines.push(format!("timeline ferry --by day --format {format}"));
        lines.push(format!("stories ferry --format {format}"));
    }
    for format in ["csv", "jsonl", "trec"] {
        lines.push(format!("batch queries.tsv --format {format}"));
    }
    for line in [
        "index clips -v --again",
        "search ferry --explain",
        "remove --query ferry --dry-run",
        "info",
        "verify",
        "fields",
        "set --query ferry title=x --dry-run",
        "search nothing:\u{1b}[31m",
        "search \u{202e}(",
        "show \u{1b}[31m",
        "search -a \u{1b}[31m ferry",
        "index clips/none\u{1b}[31m",
        "search ferry -w source=\u{9b}2J",
    ] {
        lines.push(line.to_owned());
    }
    for id in sandbox.ids("search ferry -n 30 --all") {
        lines.push(format!("show '{id}'"));
        lines.push(format!("story '{id}'"));
        lines.push(format!("similar '{id}'"));
    }
    let mut evil = Vec::new();
    let mut bytes = 0;
    for line in &lines {
        let mut ran = sandbox.run(line);
        // A program that reads the answer opens files by their names; on a terminal these are cleaned too.
        if line.contains("--format") && !line.contains("text") {
            for name in &names {
                ran.out = ran.out.replace(name, "");
            }
        }
        for said in [&ran.out, &ran.err] {
            bytes += said.len();
            if let Some(c) = said.chars().find(|c| is_evil(*c)) {
                let at = said.find(c).unwrap();
                let around: String = said[..at].chars().rev().take(40).collect();
                let around: String = around.chars().rev().collect();
                evil.push(format!("{line:?}: {c:?} behind {around:?}"));
            }
        }
    }
    tell(&format!(
        "escapes: {} payloads in every field, {} outputs, {bytes} bytes, {} evil",
        PAYLOADS.len(),
        lines.len(),
        evil.len()
    ));
    assert_eq!(evil, [""; 0]);
}
