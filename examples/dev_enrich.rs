#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use morgue::*;
fn main() {
    let options = EnrichOptions::default();
    let full = std::env::var("FULL").is_ok();
    let mut bytes = 0;
    let t = std::time::Instant::now();
    for path in std::env::args().skip(1) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        bytes += text.len();
        let mut a = enrich(
            Draft {
                text: Some(text),
                ..Draft::default()
            },
            &options,
        );
        let stem = std::path::Path::new(&path)
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        a.id = stem.clone();
        if full {
            println!("{}", serde_json::to_string_pretty(&a).unwrap());
            continue;
        }
        let derived = a.how("title") == Some(How::Derived);
        println!(
            "{}",
            serde_json::json!({"id": stem, "title": if derived {None} else {a.title.clone()}, "date": a.date, "source": a.source, "authors": a.byline, "body": a.body, "standfirst": a.standfirst, "updated":a.updated, "agency": a.agency, "lang": a.language})
        );
    }
    eprintln!("{bytes} bytes in {:?}", t.elapsed());
}
