#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use morgue::*;
fn main() {
    let options = EnrichOptions::default();
    let t = std::time::Instant::now();
    let mut bytes = 0;
    for line in std::io::stdin().lines() {
        let v: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let mut d = Draft::default();
        let key = if v["text"].is_string() {
            "text"
        } else {
            "body"
        };
        d.article.body = v[key].as_str().unwrap_or_default().to_owned();
        bytes += d.article.body.len();
        for f in ["title", "date", "byline", "dateline", "source"] {
            if let Some(s) = v[f].as_str() {
                let field = match f {
                    "title" => "title",
                    "date" => "date",
                    "byline" => "byline",
                    "dateline" => "dateline",
                    _ => "source",
                };
                d.candidates.push(Candidate {
                    field,
                    value: s.to_owned(),
                    evidence: Evidence::new(How::Stated, format!("key {f}")),
                });
            }
        }
        let a = enrich(d, &options);
        if std::env::var("Q").is_err() {
            println!(
                "{}",
                serde_json::json!({"t": a.title, "d": a.date, "b": a.byline, "dl": a.dateline, "s": a.source, "ag": a.agency, "cr": a.credits(), "l": a.language, "std": a.how("title")})
            );
        }
    }
    eprintln!("{bytes} bytes {:?}", t.elapsed());
}
