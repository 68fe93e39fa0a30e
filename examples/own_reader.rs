//! Articles from a place that morgue cannot read by itself: make [`Article`]s, let them be understood, add them.
//!
//! `cargo run --example own_reader`

#![allow(clippy::print_stdout)]

use morgue::{Archive, Article, EnrichOptions, Query, Schema, enrich};

/// Rows as a database might hand them out.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "17",
        "2024-03-04",
        "NAIROBI, March 4 (Reuters) - The port of Mombasa reopened on Monday, the harbour office said.",
    ),
    (
        "18",
        "2024-03-05",
        "Dockers in Durban went back to work after the South African Transport Union signed.",
    ),
];

fn main() -> Result<(), morgue::Error> {
    let archive = Archive::in_memory(Schema::default())?;
    let mut articles = Vec::new();
    for (id, date, text) in ROWS {
        let mut article = Article {
            id: (*id).to_owned(),
            body: (*text).to_owned(),
            ..Article::default()
        };
        article.date = Some(date.parse()?);
        // Finds agencies, dateline, language, people, organisations and places.
        articles.push(enrich(article, &EnrichOptions::default()));
    }
    archive.add(articles)?;
    for hit in archive.search(&Query::new("port"))?.hits {
        println!("{} {:?} {:?} {:?}", hit.id, hit.agency, hit.org, hit.place);
    }
    Ok(())
}
