//! People, organisations and places: which an article names, and where.
//!
//! [`find`] cuts the text into tokens, tags names in it and resolves them to canonical names. Folding names across
//! articles is left to the archive.

mod fold;
mod guess;
mod lexicon;
mod memory;
mod organisations;
mod people;
mod places;
mod resolve;
mod tag;
mod tokens;

use crate::Mention;
use lexicon::lexicon;
use memory::Memory;
use tokens::Tokens;

/// The names of one article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// The people, canonical, by weight in the article.
    pub person: Vec<String>,
    /// The organisations, likewise.
    pub org: Vec<String>,
    /// The places, likewise.
    pub place: Vec<String>,
    /// Every occurrence in the body, in order.
    pub mentions: Vec<Mention>,
}

/// Finds the names of an article: `head` is what stands around the body (title, standfirst, captions) and feeds the
/// lists, `language` its ISO 639-1 code where it is known.
pub fn find(body: &str, head: &[&str], _language: Option<&str>) -> Names {
    let lexicon = lexicon();
    let mut memory = Memory::new(lexicon);
    let texts: Vec<Tokens> = std::iter::once(&body)
        .chain(head)
        .map(|text| Tokens::of(text, lexicon))
        .collect();
    let found: Vec<tag::Found> = texts
        .iter()
        .map(|tokens| tag::first_pass(tokens, lexicon, &mut memory))
        .collect();
    let tagged: Vec<tag::Found> = texts
        .iter()
        .zip(found)
        .map(|(tokens, found)| tag::second_pass(tokens, found, &memory))
        .collect();
    resolve::resolve(&texts, &tagged, lexicon)
}
