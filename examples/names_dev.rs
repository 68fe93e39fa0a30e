use std::io::{BufRead, Write};
fn main() {
    let mode = std::env::args().nth(1).unwrap_or_default();
    let stdin = std::io::stdin();
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    let lines: Vec<serde_json::Value> = stdin
        .lock()
        .lines()
        .map(|l| serde_json::from_str(&l.unwrap()).unwrap())
        .collect();
    let t = std::time::Instant::now();
    morgue::enrich::names::find("London", &[], None);
    eprintln!("load {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let mut bytes = 0;
    let mut words = 0;
    for line in &lines {
        let body = line["body"]
            .as_str()
            .or(line["text"].as_str())
            .unwrap_or("");
        bytes += body.len();
        if mode == "time" {
            words += body.split_whitespace().count();
        }
        let title = line["title"].as_str().unwrap_or("");
        let names = morgue::enrich::names::find(body, &[title], line["language"].as_str());
        if mode != "time" {
            serde_json::to_writer(&mut out, &serde_json::json!({"id": line["id"], "body": body, "mentions": names.mentions, "person": names.person, "org": names.org, "place": names.place})).unwrap();
            out.write_all(b"\n").unwrap();
        }
    }
    eprintln!(
        "{bytes} bytes {words} words {:?} = {:.0} words/s",
        t.elapsed(),
        words as f64 / t.elapsed().as_secs_f64()
    );
}
