//! Which parts of a query may be left out: stop words beside other words, and words that a relaxed answer does without.

use super::analyse::words;
use super::layout::TextZone;
use super::stems::is_stop_word;
use crate::{Node, NodeKind};

/// Parts of a list without its stop words, which are kept when nothing else is a word.
pub(super) fn without_stop_words<'n>(parts: &'n [Node], main: &str) -> Vec<&'n Node> {
    let is_stop = |node: &Node| {
        let NodeKind::Word { field, text } = &node.kind else {
            return false;
        };
        let text_field = field
            .as_deref()
            .is_none_or(|name| TextZone::of_field(name).is_some());
        let tokens = words(text);
        text_field
            && !tokens.is_empty()
            && tokens.iter().all(|token| is_stop_word(&token.folded, main))
    };
    let remains = parts
        .iter()
        .any(|node| has_letters(&node.kind) && !is_stop(node));
    parts
        .iter()
        .filter(|node| !(remains && is_stop(node)))
        .collect()
}

/// Whether a part searches for a word, in whatever field.
fn has_letters(kind: &NodeKind) -> bool {
    let text = match kind {
        NodeKind::Word { text, .. }
        | NodeKind::Fuzzy { text, .. }
        | NodeKind::Phrase { text, .. } => text,
        NodeKind::Wildcard { pattern, .. } => pattern,
        NodeKind::Near { left, .. } => left,
        _ => return false,
    };
    !words(text).is_empty()
}

/// The text of a part that a relaxed answer may do without: words of the article, not of its labels.
pub(super) fn text_of(kind: &NodeKind) -> Option<String> {
    let (field, text) = match kind {
        NodeKind::Word { field, text } | NodeKind::Fuzzy { field, text, .. } => {
            (field, text.clone())
        }
        NodeKind::Wildcard { field, pattern } => (field, pattern.clone()),
        NodeKind::Phrase { field, text, .. } => (field, format!("\"{text}\"")),
        NodeKind::Near {
            field,
            left,
            right,
            distance,
        } => (field, format!("{left} NEAR/{distance} {right}")),
        // Either of some words is as good as one word.
        NodeKind::Or(parts) => {
            let texts: Option<Vec<String>> = parts.iter().map(|part| text_of(&part.kind)).collect();
            return texts.map(|texts| format!("({})", texts.join(" OR ")));
        }
        _ => return None,
    };
    match field {
        None => Some(text),
        Some(name) => TextZone::of_field(name).map(|_| format!("{name}:{text}")),
    }
}
