//! Tokens to tree. `AND`, written or implied, binds closer than `OR`, `NEAR` closer than both.
//!
//! Recursion is bounded by the limit on parentheses, which the lexer has already enforced.

use std::ops::Range;

use chrono::NaiveDateTime;

use super::field::Target;
use super::leaf::Context;
use super::lex::{Hints, Token, TokenKind, Value, lex};
use super::text::{has_word, is_quote, trim_end, trim_start};
use super::{Node, NodeKind, limits};
use crate::{Error, ErrorKind, Result, Schema};

/// A query that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parsed {
    /// The tree.
    pub root: Node,
    /// What the asker should know: what was ignored, or read otherwise than it may look.
    pub hints: Vec<String>,
    /// Which children of a root `And` may be dropped when nothing matches all: words, phrases, wildcards and misspelt
    /// words of the text. Filters, words of names, groups and exclusions are never among them.
    pub words: Vec<usize>,
}

/// The distance of `NEAR` without a number.
const NEAR: u32 = 10;

/// Reads a query.
///
/// # Errors
/// [`ErrorKind::Syntax`], [`ErrorKind::UnknownField`] and [`ErrorKind::BadDate`] with the place in the text,
/// [`ErrorKind::NoWord`] when nothing is asked, [`ErrorKind::TooLarge`] beyond the limits.
pub(crate) fn parse(text: &str, schema: &Schema, now: NaiveDateTime) -> Result<Parsed> {
    read(text, schema, now, false)
}

/// Reads a query that may hold any number of distinct words, for those who search for the rarest of them.
///
/// # Errors
/// As [`parse`].
pub(crate) fn parse_any(text: &str, schema: &Schema, now: NaiveDateTime) -> Result<Parsed> {
    read(text, schema, now, true)
}

/// Reads a text as nothing but words: no operators, no fields, no wildcards, any number.
///
/// # Errors
/// [`ErrorKind::NoWord`] when there is none, [`ErrorKind::TooLarge`] for a text that is too long.
pub(crate) fn parse_plain(text: &str) -> Result<Parsed> {
    limits::check_length(text)?;
    let separates = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
    let mut nodes = Vec::new();
    for chunk in text.split(separates) {
        let word = trim_start(trim_end(chunk, &[]), &[]);
        if !has_word(word) {
            continue;
        }
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let kind = NodeKind::Word {
            field: None,
            text: word.to_owned(),
        };
        let span = start..start + word.len();
        nodes.push(Node { kind, span });
    }
    finish(join(nodes, NodeKind::And), text, Hints::default(), None)
}

fn read(text: &str, schema: &Schema, now: NaiveDateTime, any_number: bool) -> Result<Parsed> {
    limits::check_length(text)?;
    let mut hints = Hints::default();
    let tokens = lex(text, schema, &mut hints)?;
    let is_operator =
        |token: &Token| matches!(token.kind, TokenKind::And | TokenKind::Or | TokenKind::Not);
    if !tokens.is_empty() && tokens.iter().all(is_operator) {
        let error = Error::new(ErrorKind::NoWord, "only operators, no word to search for");
        return Err(error.with_span(0..text.len()).with_hint(
            "`AND`, `OR` and `NOT` stand beside words; in small letters they are words themselves",
        ));
    }
    let mut parser = Parser {
        tokens,
        at: 0,
        context: Context { schema, now, hints },
    };
    let root = parser.any_of(None)?;
    if let Some(root) = &root {
        limits::check_tree(root, any_number)?;
    }
    let mut hints = parser.context.hints;
    if root.as_ref().is_some_and(only_excludes) && !text.contains('*') {
        hints.add("only exclusions: everything else is found");
    }
    if let Some(word) = root.as_ref().and_then(small_operator) {
        let capitals = word.to_uppercase();
        hints.add(format!(
            "`{word}` is read as a word; the operator is written `{capitals}`"
        ));
    }
    finish(root, text, hints, Some(schema))
}

/// An operator in small letters between a few words; among many it is part of a sentence.
fn small_operator(root: &Node) -> Option<&str> {
    let NodeKind::And(nodes) = &root.kind else {
        return None;
    };
    let inner = nodes.get(1..nodes.len() - 1)?;
    inner.iter().find_map(|node| match &node.kind {
        NodeKind::Word { field: None, text } if nodes.len() <= 5 => {
            ["or", "not"].into_iter().find(|word| word == text)
        }
        _ => None,
    })
}

fn finish(root: Option<Node>, text: &str, hints: Hints, schema: Option<&Schema>) -> Result<Parsed> {
    let Some(root) = root else {
        return Err(Error::new(ErrorKind::NoWord, "no word to search for")
            .with_span(0..text.len())
            .with_hint("`*` finds everything"));
    };
    let mut words = Vec::new();
    if let NodeKind::And(nodes) = &root.kind {
        let is_text = |name: &String| {
            let field = schema.and_then(|schema| schema.field(name));
            field.is_some_and(|field| !field.is_label())
        };
        for (i, node) in nodes.iter().enumerate() {
            if let NodeKind::Word { field, .. }
            | NodeKind::Phrase { field, .. }
            | NodeKind::Wildcard { field, .. }
            | NodeKind::Fuzzy { field, .. } = &node.kind
                && field.as_ref().is_none_or(is_text)
            {
                words.push(i);
            }
        }
    }
    Ok(Parsed {
        root,
        hints: hints.0,
        words,
    })
}

fn only_excludes(node: &Node) -> bool {
    match &node.kind {
        NodeKind::And(nodes) => nodes.iter().all(only_excludes),
        // `no:date` says so itself.
        NodeKind::Not(inner) => !matches!(inner.kind, NodeKind::Has { .. }),
        _ => false,
    }
}

/// Joins nodes under one, flat, with the span that covers them; nothing for none, the node itself for one.
fn join(nodes: Vec<Node>, kind: fn(Vec<Node>) -> NodeKind) -> Option<Node> {
    let all_of = matches!(kind(Vec::new()), NodeKind::And(_));
    let mut flat = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node.kind {
            NodeKind::And(inner) if all_of => flat.extend(inner),
            NodeKind::Or(inner) if !all_of => flat.extend(inner),
            _ => flat.push(node),
        }
    }
    // Everything and something is something.
    if all_of && flat.iter().any(|node| node.kind != NodeKind::All) {
        flat.retain(|node| node.kind != NodeKind::All);
    } else if all_of {
        flat.truncate(1);
    }
    if flat.len() < 2 {
        return flat.pop();
    }
    let start = flat.iter().map(|node| node.span.start).min()?;
    let end = flat.iter().map(|node| node.span.end).max()?;
    Some(Node {
        kind: kind(flat),
        span: start..end,
    })
}

/// Refuses `since:` and `until:` of one field between which no day lies.
fn reversed(nodes: &[Node]) -> Result<()> {
    let (mut first, mut last) = (None, None);
    for node in nodes {
        match &node.kind {
            NodeKind::Days {
                field,
                from: Some(from),
                to: None,
            } => first = Some((field, from, node)),
            NodeKind::Days {
                field,
                from: None,
                to: Some(to),
            } => last = Some((field, to, node)),
            _ => {}
        }
    }
    let (Some((field, from, begins)), Some((same, to, ends))) = (first, last) else {
        return Ok(());
    };
    if field != same || from <= to {
        return Ok(());
    }
    let message = format!("nothing lies between {from} and {to}");
    let start = begins.span.start.min(ends.span.start);
    let end = begins.span.end.max(ends.span.end);
    Err(Error::new(ErrorKind::BadDate, message)
        .with_span(start..end)
        .with_hint(format!("write it as {field}:{to}..{from}")))
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    context: Context<'a>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn span(&self) -> Range<usize> {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        token.map_or(0..0, |token| token.span.clone())
    }

    /// Takes an operator of which both sides, or what follows, must be there.
    fn operator(&mut self, wants_left: bool) -> Result<()> {
        let span = self.span();
        self.at += 1;
        let ends = matches!(
            self.peek(),
            None | Some(TokenKind::Close | TokenKind::And | TokenKind::Or)
        );
        if wants_left || ends {
            return Err(Error::new(
                ErrorKind::Syntax,
                "an operator without a word on both sides",
            )
            .with_span(span)
            .with_hint("leave it out, or write it in small letters to search for the word"));
        }
        Ok(())
    }

    fn any_of(&mut self, group: Option<&Target>) -> Result<Option<Node>> {
        let mut nodes = Vec::new();
        let mut options = 0;
        let mut unclear = None;
        loop {
            let (node, implied) = self.all_of(group)?;
            if implied && unclear.is_none() {
                unclear.clone_from(&node);
            }
            nodes.extend(node);
            options += 1;
            if !matches!(self.peek(), Some(TokenKind::Or)) {
                break;
            }
            self.operator(false)?;
        }
        if let (true, Some(node)) = (options > 1, unclear) {
            let text = node.to_string();
            let side = if text.len() < 80 { &text } else { "..." };
            self.context.hints.add(format!(
                "`OR` has all the words beside it on its sides: `({side})` is one; use parentheses to say otherwise"
            ));
        }
        Ok(join(nodes, NodeKind::Or))
    }

    /// Also says whether an `AND` was implied.
    fn all_of(&mut self, group: Option<&Target>) -> Result<(Option<Node>, bool)> {
        let mut nodes = Vec::new();
        let mut operands = 0;
        let mut implied = false;
        let mut written = false;
        loop {
            match self.peek() {
                Some(TokenKind::Or) if operands == 0 => self.operator(true)?,
                None | Some(TokenKind::Close | TokenKind::Or) => break,
                Some(TokenKind::And) => {
                    self.operator(operands == 0)?;
                    written = true;
                }
                Some(_) => {
                    let node = self.maybe_not(group)?;
                    implied |= !written && !nodes.is_empty() && node.is_some();
                    written = false;
                    operands += 1;
                    nodes.extend(node);
                }
            }
        }
        reversed(&nodes)?;
        Ok((join(nodes, NodeKind::And), implied))
    }

    fn maybe_not(&mut self, group: Option<&Target>) -> Result<Option<Node>> {
        let start = self.span().start;
        let mut excluded = false;
        while matches!(self.peek(), Some(TokenKind::Not)) {
            self.operator(false)?;
            excluded = !excluded;
        }
        let Some(node) = self.near(group)? else {
            return Ok(None);
        };
        if !excluded {
            return Ok(Some(node));
        }
        if let NodeKind::Word { field: None, text } = &node.kind
            && node.span.end - start == 2
            && text.len() == 1
        {
            // Whoever types a short flag that there is none of should be told what it did.
            self.context.hints.add(format!(
                "`-{text}` leaves out what has the word `{text}`; it is no option"
            ));
        }
        Ok(Some(match node.kind {
            NodeKind::Not(inner) => *inner,
            _ => {
                let span = start..node.span.end;
                let kind = NodeKind::Not(Box::new(node));
                Node { kind, span }
            }
        }))
    }

    fn near(&mut self, group: Option<&Target>) -> Result<Option<Node>> {
        let mut left = self.operand(group)?;
        let mut pairs = Vec::new();
        loop {
            let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
            let operand = matches!(next, Some(TokenKind::Value(_) | TokenKind::Open(_)));
            let distance = match self.peek() {
                Some(TokenKind::Near(Some(distance))) => *distance,
                Some(TokenKind::Near(None)) if operand => {
                    self.context.hints.add(format!(
                        "`NEAR` is read as `NEAR/{NEAR}`; write `near` to search for the word"
                    ));
                    NEAR
                }
                _ => break,
            };
            let span = self.span();
            if !operand {
                return Err(near_error(span));
            }
            self.at += 1;
            let right = self.operand(group)?;
            if let (Some(left), Some(right)) = (&left, &right) {
                pairs.push(self.pair(left, right, distance)?);
            }
            // In a chain each stands near the next.
            left = right.or(left);
        }
        if pairs.len() > 1 {
            self.context
                .hints
                .add("in a chain of `NEAR` each word stands near the next");
        }
        if pairs.is_empty() {
            return Ok(left);
        }
        Ok(join(pairs, NodeKind::And))
    }

    fn pair(&mut self, left: &Node, right: &Node, distance: u32) -> Result<Node> {
        let (left_field, left_text) = self.near_text(left)?;
        let (right_field, right_text) = self.near_text(right)?;
        let span = left.span.start..right.span.end;
        if left_field.is_some() && right_field.is_some() && left_field != right_field {
            return Err(
                Error::new(ErrorKind::Syntax, "the sides of `NEAR` are in two fields")
                    .with_span(span)
                    .with_hint("ask for both in one: `body:(north NEAR/5 missile)`"),
            );
        }
        let kind = NodeKind::Near {
            field: left_field.or(right_field),
            left: left_text,
            right: right_text,
            distance,
        };
        Ok(Node { kind, span })
    }

    fn near_text(&mut self, node: &Node) -> Result<(Option<String>, String)> {
        match &node.kind {
            NodeKind::Word { field, text } => Ok((field.clone(), text.clone())),
            NodeKind::Phrase { field, text, slop } => {
                if *slop > 0 {
                    self.context.hints.add(format!(
                        "beside `NEAR` the `~{slop}` of a phrase is ignored"
                    ));
                }
                Ok((field.clone(), text.clone()))
            }
            _ => Err(near_error(node.span.clone())),
        }
    }

    fn operand(&mut self, group: Option<&Target>) -> Result<Option<Node>> {
        let Some(token) = self.tokens.get_mut(self.at) else {
            return Ok(None);
        };
        let span = token.span.clone();
        self.at += 1;
        match &mut token.kind {
            TokenKind::Open(target) => {
                let own = target.take();
                let named = own.is_some();
                let node = self.any_of(own.as_ref().or(group))?;
                let end = self.span().end;
                self.at += 1;
                let Some(mut node) = node else {
                    return match own {
                        Some(target) => Err(super::leaf::empty(&target.name, span.start..end)),
                        None => Ok(None),
                    };
                };
                let joined = matches!(
                    node.kind,
                    NodeKind::And(_) | NodeKind::Or(_) | NodeKind::Not(_)
                );
                if joined || named {
                    node.span = span.start..end;
                }
                Ok(Some(node))
            }
            TokenKind::Value(value) => {
                let value = std::mem::take(value);
                self.context.leaf(&value, span, group)
            }
            // Without words on both sides it is one.
            TokenKind::Near(None) => {
                let value = Value {
                    text: "NEAR".to_owned(),
                    at: span.clone(),
                    ..Value::default()
                };
                self.context.leaf(&value, span, group)
            }
            TokenKind::Near(Some(_)) => Err(near_error(span)),
            TokenKind::And | TokenKind::Or | TokenKind::Not | TokenKind::Close => Ok(None),
        }
    }
}

fn near_error(span: Range<usize>) -> Error {
    Error::new(
        ErrorKind::Syntax,
        "`NEAR` stands between two words or phrases",
    )
    .with_span(span)
    .with_hint("write it as north NEAR/5 \"missile test\"; join several with OR")
}
