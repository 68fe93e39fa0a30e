//! A tree in words, one part a line, for people who ask how their query was read.

use std::fmt::Write;

use super::{Node, NodeKind};

/// Says what a tree means as an indented list.
pub(crate) fn explain(node: &Node) -> String {
    let mut out = String::new();
    part(&mut out, node, 0);
    out
}

fn part(out: &mut String, node: &Node, depth: usize) {
    let line = match &node.kind {
        NodeKind::And(_) => "all of".to_owned(),
        NodeKind::Or(_) => "any of".to_owned(),
        NodeKind::Not(inner) => match &inner.kind {
            NodeKind::Has { field } => format!("no `{field}`"),
            _ => "not".to_owned(),
        },
        leaf => describe(leaf),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{:1$}{line}", "", depth * 2);
    match &node.kind {
        NodeKind::And(nodes) | NodeKind::Or(nodes) => {
            for node in nodes {
                part(out, node, depth + 1);
            }
        }
        NodeKind::Not(inner) if !matches!(inner.kind, NodeKind::Has { .. }) => {
            part(out, inner, depth + 1);
        }
        _ => {}
    }
}

fn describe(kind: &NodeKind) -> String {
    match kind {
        NodeKind::Word { field, text } => format!("word `{text}`{}", within(field.as_ref())),
        NodeKind::Wildcard { field, pattern } => {
            format!("words like `{pattern}`{}", within(field.as_ref()))
        }
        NodeKind::Fuzzy {
            field,
            text,
            distance,
        } => {
            let letters = if *distance == 1 { "letter" } else { "letters" };
            let field = within(field.as_ref());
            format!("word `{text}` or one that differs by {distance} {letters}{field}")
        }
        NodeKind::Phrase { field, text, slop } => {
            let field = within(field.as_ref());
            match slop {
                0 => format!("phrase \"{text}\"{field}"),
                1 => format!("phrase \"{text}\" with at most 1 other word between{field}"),
                slop => format!("phrase \"{text}\" with at most {slop} other words between{field}"),
            }
        }
        NodeKind::Near {
            field,
            left,
            right,
            distance,
        } => {
            let field = within(field.as_ref());
            format!("\"{left}\" and \"{right}\" at most {distance} apart, in either order{field}")
        }
        NodeKind::Exact { field, value } => format!("{field} is exactly \"{value}\""),
        NodeKind::Days { field, from, to } => match (from, to) {
            (Some(from), Some(to)) if from == to => format!("{field} is {from}"),
            (Some(from), Some(to)) => format!("{field} from {from} to {to}"),
            (Some(from), None) => format!("{field} from {from} on"),
            (None, Some(to)) => format!("{field} up to {to}"),
            (None, None) => format!("any {field}"),
        },
        NodeKind::Has { field } => format!("any `{field}`"),
        NodeKind::Story { id } => format!("story `{id}`"),
        // Those with parts are described by `part`.
        NodeKind::All | NodeKind::And(_) | NodeKind::Or(_) | NodeKind::Not(_) => {
            "everything".to_owned()
        }
    }
}

fn within(field: Option<&String>) -> String {
    field.map_or_else(String::new, |field| format!(" in {field}"))
}
