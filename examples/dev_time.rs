#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use morgue::*;
fn main() {
    let options = EnrichOptions::default();
    for text in [
        "Hello.",
        "This is a test of the harbour which opened on 4 May 2021. It rained.\n\nBy Jane Doe\n",
        "(Reuters) - This is a test of the harbour which opened on 4 May 2021, and of all of its ships. It rained and rained.",
    ] {
        for _ in 0..2 {
            let t = std::time::Instant::now();
            let _ = enrich(
                Draft {
                    text: Some(text.into()),
                    ..Draft::default()
                },
                &options,
            );
            println!("{:?}", t.elapsed());
        }
    }
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    for _ in 0..5 {
        let t = std::time::Instant::now();
        let _ = enrich(
            Draft {
                text: Some(text.clone()),
                ..Draft::default()
            },
            &options,
        );
        println!("file {} {:?}", text.len(), t.elapsed());
    }
}
