//! A tree back to a query that means the same, for messages, drill-down filters and tests.

use std::fmt;

use super::text::{keyword, near_number, shouting};
use super::{Filter, Node, NodeKind};

impl fmt::Display for Node {
    /// Prints a query that is read as an equal tree.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        print(&mut text, self, Place::Alone, " OR ");
        // In a query wholly in capitals `OR` would be a word.
        if shouting(&text) {
            text.clear();
            print(&mut text, self, Place::Alone, " || ");
        }
        f.write_str(&text)
    }
}

impl fmt::Display for Filter {
    /// Prints `field="value"` or `field!="value"`, which is read as an equal filter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.exclude { "!=" } else { "=" };
        write!(f, "{}{sign}{}", self.field, quote(&self.value))
    }
}

/// What a node is printed within.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Alone,
    Joined,
    Excluded,
}

fn print(out: &mut String, node: &Node, place: Place, or: &str) {
    match &node.kind {
        NodeKind::All => out.push('*'),
        NodeKind::And(nodes) => list(out, nodes, " ", place, or),
        NodeKind::Or(nodes) => list(out, nodes, or, place, or),
        NodeKind::Not(inner) => match &inner.kind {
            NodeKind::Has { field } => add(out, &["no:", field]),
            _ => {
                out.push('-');
                print(out, inner, Place::Excluded, or);
            }
        },
        NodeKind::Word { field: None, text } => out.push_str(&word(text)),
        NodeKind::Word {
            field: Some(field),
            text,
        } => add(out, &[field, ":", text]),
        NodeKind::Wildcard { field, pattern } => {
            prefix(out, field.as_ref());
            out.push_str(pattern);
        }
        NodeKind::Fuzzy {
            field,
            text,
            distance,
        } => {
            prefix(out, field.as_ref());
            add(out, &[text, "~", &distance.to_string()]);
        }
        NodeKind::Phrase { field, text, slop } => {
            prefix(out, field.as_ref());
            out.push_str(&quote(text));
            if *slop > 0 {
                add(out, &["~", &slop.to_string()]);
            }
        }
        NodeKind::Near {
            field,
            left,
            right,
            distance,
        } => {
            prefix(out, field.as_ref());
            let group = field.is_some() || place != Place::Alone;
            out.push_str(if group { "(" } else { "" });
            let near = format!(" NEAR/{distance} ");
            add(out, &[&operand(left), &near, &operand(right)]);
            out.push_str(if group { ")" } else { "" });
        }
        NodeKind::Exact { field, value } => add(out, &[field, "=", &quote(value)]),
        NodeKind::Days { field, from, to } => {
            let day = |day: &Option<chrono::NaiveDate>| day.map(|day| day.to_string());
            match (day(from), day(to)) {
                (Some(from), Some(to)) if from == to => add(out, &[field, ":", &from]),
                // Any day at all; the parser makes no such node.
                (None, None) => add(out, &["has:", field]),
                (from, to) => {
                    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
                    add(out, &[field, ":", &from, "..", &to]);
                }
            }
        }
        NodeKind::Has { field } => add(out, &["has:", field]),
        NodeKind::Story { id } if id.chars().all(char::is_alphanumeric) => {
            add(out, &["story:", id]);
        }
        NodeKind::Story { id } => add(out, &["story:", &quote(id)]),
    }
}

fn list(out: &mut String, nodes: &[Node], between: &str, place: Place, or: &str) {
    if place != Place::Alone {
        out.push('(');
    }
    for (i, node) in nodes.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        print(out, node, Place::Joined, or);
    }
    if place != Place::Alone {
        out.push(')');
    }
}

fn add(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

fn prefix(out: &mut String, field: Option<&String>) {
    if let Some(field) = field {
        add(out, &[field, ":"]);
    }
}

/// A text in quotation marks, those inside doubled.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A word that is read as a word: apostrophes around it keep it from being an operator or a field.
fn word(text: &str) -> String {
    let sign = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    let (name, sign) = text.split_at(sign.unwrap_or(text.len()));
    let field = name.contains(char::is_alphabetic)
        && (sign.starts_with([':', '=']) || sign.starts_with("!="))
        && !sign.starts_with("://");
    if keyword(text) || text == "NEAR" || near_number(text).is_some() || field {
        return format!("'{text}'");
    }
    text.to_owned()
}

/// One side of `NEAR`.
fn operand(text: &str) -> String {
    let plain = text.chars().all(char::is_alphanumeric) && !keyword(text) && text != "NEAR";
    if plain { text.to_owned() } else { quote(text) }
}
