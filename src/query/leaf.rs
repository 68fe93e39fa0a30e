//! One word or quoted text to its node: wildcards, misspellings, phrases, exact values, days.

use std::ops::Range;

use chrono::NaiveDateTime;

use super::dates;
use super::field::{Target, Way, unknown, unknown_field};
use super::lex::{Hints, Value};
use super::text::{has_word, is_word_char, pieces, trim_end, trim_start};
use super::{Node, NodeKind};
use crate::{Error, ErrorKind, Result, Schema};

/// A longer word is not repeated in hints.
const LONG: usize = 60;

/// What leaves need to know beside their text.
pub(super) struct Context<'a> {
    pub(super) schema: &'a Schema,
    pub(super) now: NaiveDateTime,
    pub(super) hints: Hints,
}

impl Context<'_> {
    /// The node of a value, asked of its own field or else the group's; `None` when it holds no word.
    pub(super) fn leaf(
        &mut self,
        value: &Value,
        span: Range<usize>,
        group: Option<&Target>,
    ) -> Result<Option<Node>> {
        let Some(target) = value.target.as_ref().or(group) else {
            return self.words(value, None, span);
        };
        let name = &target.name;
        if value.target.is_some() && value.text.trim() == "*" && !value.quoted {
            // `date:*` is how other engines ask for what is present.
            let kind = match target.way {
                Way::Words | Way::Days | Way::Exact | Way::Story => NodeKind::Has {
                    field: name.clone(),
                },
                _ => return Err(empty(name, span)),
            };
            return Ok(Some(Node { kind, span }));
        }
        if value.target.is_some() && !has_word(&value.text) && target.way != Way::Days {
            return Err(empty(name, span));
        }
        let at = value.at.clone();
        let text = value.text.trim();
        let kind = match target.way {
            Way::Words => return self.words(value, Some(name), span),
            Way::Exact if !has_word(text) => return Ok(None),
            Way::Exact => {
                if !value.quoted && text.contains(['*', '~']) {
                    self.hints.add(format!(
                        "`{name}=` compares the whole value as it stands; wildcards work after `{name}:`"
                    ));
                }
                let value = if value.quoted {
                    text
                } else {
                    text.trim_end_matches([',', ';'])
                };
                NodeKind::Exact {
                    field: name.clone(),
                    value: value.to_owned(),
                }
            }
            Way::Days | Way::Since | Way::Until => self
                .days(target, closed(value))
                .map_err(|error| error.with_span(at))?,
            Way::Has | Way::No => {
                let field = self
                    .field(closed(value))
                    .map_err(|error| error.with_span(at))?;
                let has = NodeKind::Has { field };
                if target.way == Way::No {
                    let span = span.clone();
                    NodeKind::Not(Box::new(Node { kind: has, span }))
                } else {
                    has
                }
            }
            Way::Story if !has_word(text) => return Ok(None),
            Way::Story => NodeKind::Story {
                // The beginning of an id is enough without a star.
                id: closed(value).trim_end_matches('*').to_owned(),
            },
        };
        Ok(Some(Node { kind, span }))
    }

    fn days(&mut self, target: &Target, text: &str) -> Result<NodeKind> {
        let (from, to) = match target.way {
            Way::Since => (Some(dates::first_day(text, self.now)?), None),
            Way::Until => (None, Some(dates::last_day(text, self.now)?)),
            _ => dates::days(text, self.now)?,
        };
        let name = &target.name;
        let field = match target.way {
            Way::Days => name.clone(),
            _ => "date".to_owned(),
        };
        if let Some(hint) = dates::timed(text) {
            self.hints.add(hint);
        }
        if target.way == Way::Days && dates::is_ago(text, self.now) {
            self.hints.add(format!(
                "`{name}:{text}` is that one day; `{name}:{text}..` is from then on"
            ));
        }
        Ok(NodeKind::Days { field, from, to })
    }

    fn field(&self, name: &str) -> Result<String> {
        if name.len() > LONG {
            return Err(unknown("...", None));
        }
        match self.schema.field(&name.to_lowercase()) {
            Some(field) => Ok(field.name.clone()),
            None => Err(unknown_field(name, self.schema)),
        }
    }

    fn words(
        &mut self,
        value: &Value,
        field: Option<&String>,
        span: Range<usize>,
    ) -> Result<Option<Node>> {
        if !value.quoted {
            return self.word(&value.text, field, span, value.at.start);
        }
        let text = value.text.trim();
        if !has_word(text) {
            return Ok(None);
        }
        if pieces(text).any(|(_, piece)| piece.contains(['*', '?'])) {
            self.hints
                .add("inside quotation marks `*` and `?` are no wildcards");
        }
        let kind = NodeKind::Phrase {
            field: field.cloned(),
            text: text.to_owned(),
            slop: value.slop,
        };
        Ok(Some(Node { kind, span }))
    }

    /// A word without quotes, which begins at `start` of the query.
    fn word(
        &mut self,
        typed: &str,
        field: Option<&String>,
        span: Range<usize>,
        start: usize,
    ) -> Result<Option<Node>> {
        if field.is_none() && typed == "*" {
            let kind = NodeKind::All;
            return Ok(Some(Node { kind, span }));
        }
        let (body, distance) = self.ending(typed);
        let body = trim_start(body, &['*', '?']);
        if !has_word(body) {
            return Ok(None);
        }
        let offset = body.as_ptr() as usize - typed.as_ptr() as usize;
        let at = start + offset;
        // The node covers the field's name too, but not the punctuation around.
        let from = if field.is_some() { span.start } else { at };
        let field = field.cloned();
        // An address; what stands around it is none of it.
        let plain = trim_start(trim_end(body, &[]), &[]).contains("://");
        let expands = |piece: &str| !plain && piece.contains(['*', '?']);
        if distance == 0 && !pieces(body).any(|(_, piece)| expands(piece)) {
            let text = trim_start(trim_end(body, &[]), &[]);
            let at = start + (text.as_ptr() as usize - typed.as_ptr() as usize);
            let from = if field.is_some() { span.start } else { at };
            let kind = NodeKind::Word {
                field,
                text: text.to_owned(),
            };
            let span = from..at + text.len();
            return Ok(Some(Node { kind, span }));
        }
        let mut nodes = Vec::new();
        let mut pieces = pieces(body).peekable();
        while let Some((offset, piece)) = pieces.next() {
            let at = at + offset..at + offset + piece.len();
            let last = pieces.peek().is_none();
            let kind = self.piece(piece, if last { distance } else { 0 }, field.clone(), &at)?;
            nodes.push(Node { kind, span: at });
        }
        if nodes.len() > 1 && typed.len() < LONG {
            let words: Vec<String> = nodes.iter().map(|node| format!("`{node}`")).collect();
            self.hints
                .add(format!("`{typed}` is read as {}", words.join(" and ")));
        }
        let span = from..at + body.len();
        Ok(match nodes.len() {
            0 | 1 => nodes.pop().map(|node| Node { span, ..node }),
            _ => Some(Node {
                kind: NodeKind::And(nodes),
                span,
            }),
        })
    }

    /// One piece of a word of which some part is a pattern or misspelt.
    fn piece(
        &mut self,
        piece: &str,
        distance: u8,
        field: Option<String>,
        at: &Range<usize>,
    ) -> Result<NodeKind> {
        if piece.starts_with(['*', '?']) {
            let word = piece.trim_matches(['*', '?']);
            return Err(Error::new(
                ErrorKind::Syntax,
                format!(
                    "a word cannot begin with `{}`",
                    piece.get(..1).unwrap_or("*")
                ),
            )
            .with_span(at.clone())
            .with_hint(format!(
                "search for `{word}`, or for its beginning: `{word}*`"
            )));
        }
        if !piece.contains(['*', '?']) {
            let text = piece.to_owned();
            return Ok(match distance {
                0 => NodeKind::Word { field, text },
                distance => NodeKind::Fuzzy {
                    field,
                    text,
                    distance,
                },
            });
        }
        if distance > 0 {
            self.hints.add(format!(
                "`{piece}` is a pattern, `~` is ignored: a word is one or the other"
            ));
        }
        let mut pattern = piece.to_owned();
        while pattern.contains("**") {
            pattern = pattern.replace("**", "*");
        }
        Ok(NodeKind::Wildcard { field, pattern })
    }

    /// Cuts outer punctuation, `~n` and `^n` off the end of a word; the distance is 0 without `~`.
    fn ending<'a>(&mut self, typed: &'a str) -> (&'a str, u8) {
        let mut body = typed;
        loop {
            body = trim_end(body, &['*', '~']);
            let stem = body.trim_end_matches(['*', '?']);
            if stem.len() < body.len() && !stem.ends_with(is_word_char) {
                // A star that continues no word is punctuation too.
                body = stem;
                continue;
            }
            let (Some(mark), true) = (body.rfind(['~', '^']), has_word(body)) else {
                return (body, 0);
            };
            let (word, number) = body.split_at(mark);
            let number = number.get(1..).unwrap_or_default();
            let numeric = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            if !has_word(word) || !numeric {
                return (body, 0);
            }
            let boost = body.get(mark..).is_some_and(|tail| tail.starts_with('^'));
            if boost {
                self.hints
                    .add(format!("`^{number}` is ignored: words have no weights"));
                body = word;
                continue;
            }
            match number.parse::<u8>() {
                // As typed, then; what is before may have an ending of its own.
                Ok(0) => body = word,
                Ok(distance @ (1 | 2)) => return (word, distance),
                _ if number.is_empty() => {
                    self.hints.add(format!(
                        "`{word}~` is read as `{word}~1`: one letter may be misspelt"
                    ));
                    return (word, 1);
                }
                _ => {
                    self.hints.add(format!(
                        "`~{number}` is read as `~2`, the most letters that may be misspelt"
                    ));
                    return (word, 2);
                }
            }
        }
    }
}

/// The text of a value; without quotes what closes a sentence is cut off.
fn closed(value: &Value) -> &str {
    let text = value.text.trim();
    if value.quoted {
        return text;
    }
    let cut = text.trim_end_matches([',', ';', '!', '?']);
    match cut.strip_suffix('.') {
        Some(day) if !day.ends_with('.') => day,
        _ => cut,
    }
}

/// The error for a field of which nothing is asked.
pub(super) fn empty(name: &str, span: Range<usize>) -> Error {
    Error::new(
        ErrorKind::Syntax,
        format!("nothing to search for in `{name}`"),
    )
    .with_span(span)
    .with_hint(format!(
        "write a word directly after the sign, as in `{name}:word`"
    ))
}
