//! Counting by source and person, narrowing to one value, and seeing the other values still.
//!
//! `cargo run --example facets -- data/sample`

#![allow(clippy::print_stdout)]

use morgue::{Archive, FacetRequest, Filter, Ingest, Query, Schema};

fn main() -> Result<(), morgue::Error> {
    let folder = std::env::args().nth(1).unwrap_or("data/sample".to_owned());
    let archive = Archive::in_memory(Schema::default())?;
    archive.add_paths(&[folder.into()], &Ingest::default(), &mut |_| {})?;

    let facet = |field: &str| FacetRequest {
        field: field.to_owned(),
        top: Some(5),
    };
    let mut query = Query::new("*");
    query.facets = vec![facet("source"), facet("person")];
    let all = archive.search(&query)?;
    print("all articles", &all);

    // A filter on a field narrows the hits and the other facets, not its own: another value can still be chosen.
    if let Some(value) = all
        .facets
        .get("source")
        .and_then(|facet| facet.values.first())
    {
        query.filters = vec![Filter {
            field: "source".to_owned(),
            value: value.value.clone(),
            exclude: false,
        }];
        print(&format!("only {}", value.value), &archive.search(&query)?);
    }
    Ok(())
}

fn print(heading: &str, results: &morgue::Results) {
    println!("{heading}: {} articles", results.total);
    for (field, facet) in &results.facets.0 {
        for value in &facet.values {
            println!("  {field:<8} {:>4}  {}", value.count, value.value);
        }
    }
}
