//! Counting by source and person, narrowing to one value, and seeing the other values still.
//!
//! `cargo run --example facets -- data/sample`

#![allow(clippy::print_stdout)]

use morgue::{Archive, FacetRequest, Filter, Ingest, Query, Schema};

fn main() -> Result<(), morgue::Error> {
    let folder = std::env::args().nth(1).unwrap_or("data/sample".to_owned());
    let archive = Archive::in_memory(Schema::default())?;
    archive.add_paths(&[folder], &Ingest::default(), &mut |_| {})?;

    let mut query = Query::new("*");
    query.facets = vec![FacetRequest::new("source"), FacetRequest::new("person")];
    let all = archive.search(&query)?;
    print("all articles", &all);

    // A filter on a field narrows the hits and the other facets, not its own: another value can still be chosen.
    if let Some(value) = all
        .facets
        .get("source")
        .and_then(|facet| facet.values.first())
    {
        query.filters = vec![Filter::new("source", &value.value)];
        print(&format!("only {}", value.value), &archive.search(&query)?);
    }
    Ok(())
}

fn print(heading: &str, results: &morgue::Results) {
    println!("{heading}: {} articles", results.total);
    for (field, facet) in results.facets.iter() {
        for value in &facet.values {
            println!("  {field:<8} {:>4}  {}", value.count, value.value);
        }
    }
}
