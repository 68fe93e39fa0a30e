//! A folder of articles inside another program: index it, ask it, print the answer.
//!
//! `cargo run --example embed -- data/sample 'summit sanctions'`

#![allow(clippy::print_stdout)]

use morgue::{Archive, Ingest, Query, Schema};

fn main() -> Result<(), morgue::Error> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or("data/sample".to_owned());
    let words = arguments.next().unwrap_or("summit sanctions".to_owned());
    let archive = Archive::in_memory(Schema::default())?;
    archive.add_paths(&[folder], &Ingest::default(), &mut |_| {})?;
    for hit in archive.search(&Query::new(words))?.hits {
        println!("{:>3}  {}", hit.rank, hit.title.unwrap_or(hit.path));
    }
    Ok(())
}
