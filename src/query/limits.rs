//! The limits of a query, so that none keeps a machine busy: bytes, depth, words, words that expand.

use std::collections::HashSet;

use super::text::pieces;
use super::{Node, NodeKind};
use crate::{Error, ErrorKind, Result};

/// The longest query in bytes.
pub const MAX_BYTES: usize = 8 * 1024;
/// How deep parentheses may nest.
pub const MAX_DEPTH: usize = 64;
/// How many distinct words and filters a query may hold.
pub const MAX_WORDS: usize = 256;
/// How many words of a query may expand: wildcards and misspelt words.
pub const MAX_EXPANDING: usize = 16;

pub(super) fn check_length(text: &str) -> Result<()> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    Err(too_large("bytes", MAX_BYTES).with_hint("search for its rarest words"))
}

pub(super) fn too_large(what: &str, limit: usize) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        format!("too many {what}: {limit} are allowed"),
    )
    .with_hint("ask for less at once, or in several queries")
}

/// Refuses a tree with too many words that expand and, unless `any_number`, with too many distinct words.
pub(super) fn check_tree(root: &Node, any_number: bool) -> Result<()> {
    let mut distinct = HashSet::new();
    let mut expanding = 0;
    // The tree is no deeper than the limit on parentheses allows, but a stack of our own needs no such promise.
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.kind {
            NodeKind::And(nodes) | NodeKind::Or(nodes) => open.extend(nodes.iter().rev()),
            NodeKind::Not(inner) => open.push(inner),
            NodeKind::Word { text, .. } | NodeKind::Phrase { text, .. } => {
                distinct.extend(words(text));
            }
            NodeKind::Near { left, right, .. } => {
                distinct.extend(words(left).chain(words(right)));
            }
            NodeKind::Wildcard { pattern: text, .. } | NodeKind::Fuzzy { text, .. } => {
                expanding += 1;
                distinct.insert(text.to_lowercase());
            }
            NodeKind::All => {}
            NodeKind::Exact { .. }
            | NodeKind::Days { .. }
            | NodeKind::Has { .. }
            | NodeKind::Story { .. } => {
                distinct.insert(node.to_string());
            }
        }
        if expanding > MAX_EXPANDING {
            return Err(too_large("wildcards and misspelt words", MAX_EXPANDING)
                .with_span(node.span.clone()));
        }
        if distinct.len() > MAX_WORDS && !any_number {
            return Err(too_large("distinct words", MAX_WORDS)
                .with_span(node.span.clone())
                .with_hint(
                    "`--match any` and `--plain` take any number and search for the rarest",
                ));
        }
    }
    Ok(())
}

fn words(text: &str) -> impl Iterator<Item = String> {
    pieces(text).map(|(_, piece)| piece.to_lowercase())
}
