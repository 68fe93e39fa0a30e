//! Text to tokens: parentheses, operators, and words or phrases with the field they are asked of.
//!
//! Decides what is an operator and what is merely text; what a word means (wildcard, date, name) is `leaf`'s.

use std::ops::Range;

use super::field::{Target, known, no_field, resolve};
use super::limits::{MAX_DEPTH, too_large};
use super::text::{is_quote, is_straight, is_word_char, keyword, near_number, shouting};
use crate::{Error, ErrorKind, Result, Schema};

/// A token and its byte range.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

#[derive(Debug)]
pub(super) enum TokenKind {
    /// `(`, with the field it is asked of: `body:(`.
    Open(Option<Target>),
    Close,
    And,
    Or,
    Not,
    /// `NEAR/n`; without a number it may be a word.
    Near(Option<u32>),
    Value(Value),
}

/// A word or a quoted text as typed.
#[derive(Debug, Default)]
pub(super) struct Value {
    pub(super) target: Option<Target>,
    /// The text, without quotes.
    pub(super) text: String,
    /// Where the text stands.
    pub(super) at: Range<usize>,
    /// Whether it stood in quotes.
    pub(super) quoted: bool,
    /// The number of `"..."~n`.
    pub(super) slop: u32,
}

/// Splits a query into tokens with balanced parentheses; notes hints on the way.
pub(super) fn lex(text: &str, schema: &Schema, hints: &mut Hints) -> Result<Vec<Token>> {
    let mut lexer = Lexer {
        text,
        schema,
        shouting: shouting(text),
        at: 0,
        open: Vec::new(),
        tokens: Vec::new(),
        hints,
    };
    lexer.run()?;
    Ok(lexer.tokens)
}

/// Hints, each once.
#[derive(Debug, Default)]
pub(super) struct Hints(pub(super) Vec<String>);

impl Hints {
    /// More would not be read.
    const MOST: usize = 12;

    pub(super) fn add(&mut self, hint: impl Into<String>) {
        let hint = hint.into();
        if self.0.len() < Hints::MOST && !self.0.contains(&hint) {
            self.0.push(hint);
        }
    }
}

/// The largest number of words that may stand between.
const MOST_BETWEEN: u32 = 1000;

/// The single quotation mark that opens; the one that closes is also the apostrophe.
const OPENING: char = '‘';

/// How many letters may stand between single quotation marks.
const LONGEST_SINGLE: usize = 120;

struct Lexer<'a> {
    text: &'a str,
    schema: &'a Schema,
    shouting: bool,
    at: usize,
    open: Vec<usize>,
    tokens: Vec<Token>,
    hints: &'a mut Hints,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) -> Result<()> {
        while let Some(c) = self.rest().chars().next() {
            if c.is_whitespace() {
                self.at += c.len_utf8();
            } else if c == '(' {
                self.open(None, self.at)?;
            } else if c == ')' {
                self.close();
            } else if (is_quote(c) || c == OPENING) && self.quoted(None, self.at) {
                // Without a partner the single mark is an apostrophe, any other is ignored.
            } else if is_quote(c) {
                self.stray_quote();
            } else if self.rest().starts_with("||") {
                self.operator(TokenKind::Or, 2);
            } else if self.rest().starts_with("&&") {
                self.operator(TokenKind::And, 2);
            } else if self.negates() {
                self.operator(TokenKind::Not, 1);
            } else if !self.field()? {
                self.word();
            }
        }
        match self.open.last() {
            Some(&at) => Err(Error::new(ErrorKind::Syntax, "unclosed parenthesis")
                .with_span(at..at + 1)
                .with_hint("close it with `)`, or leave it out")),
            None => Ok(()),
        }
    }

    fn rest(&self) -> &'a str {
        self.from(self.at)
    }

    fn from(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = start..self.at;
        self.tokens.push(Token { kind, span });
    }

    fn operator(&mut self, kind: TokenKind, length: usize) {
        let start = self.at;
        self.at += length;
        self.push(kind, start);
    }

    fn open(&mut self, target: Option<Target>, start: usize) -> Result<()> {
        if self.open.len() >= MAX_DEPTH {
            return Err(
                too_large("levels of parentheses", MAX_DEPTH).with_span(self.at..self.at + 1)
            );
        }
        self.open.push(self.at);
        self.at += 1;
        self.push(TokenKind::Open(target), start);
        Ok(())
    }

    fn close(&mut self) {
        let start = self.at;
        self.at += 1;
        if self.open.pop().is_some() {
            self.push(TokenKind::Close, start);
        } else {
            self.hints.add("a `)` without `(` is ignored");
        }
    }

    /// Whether `-` or `!` stands here and excludes: after a gap, directly before a word, phrase or parenthesis.
    fn negates(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let gap = before
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || c == '(');
        let mut rest = self.rest().chars();
        if !gap || !matches!(rest.next(), Some('-' | '!')) {
            return false;
        }
        match rest.next() {
            None | Some('-' | '!' | '>') => false,
            Some('(') => true,
            Some(c) if is_quote(c) => self.closing(self.at + 1).is_some(),
            Some(_) => {
                let word = self.chunk(self.at + 1);
                word == "*" || word.contains(char::is_alphanumeric)
            }
        }
    }

    /// The text from `at` to the next gap, parenthesis, quote or `||`, `&&`.
    fn chunk(&self, at: usize) -> &'a str {
        let rest = self.from(at);
        let mut end = rest.len();
        let mut before = ' ';
        for (i, c) in rest.char_indices() {
            if c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c) {
                end = i;
                break;
            }
            if c == before && matches!(c, '|' | '&') {
                end = i - 1;
                break;
            }
            before = c;
        }
        rest.get(..end).unwrap_or_default()
    }

    /// A word without a field, or an operator written as one.
    fn word(&mut self) {
        let start = self.at;
        let chunk = self.chunk(start);
        self.at += chunk.len();
        if keyword(chunk) && self.shouting {
            self.hints.add(format!(
                "in a query wholly in capitals `{chunk}` is a word; write it with `||`, `-` or in small letters"
            ));
        }
        let kind = match chunk {
            _ if near_number(chunk).is_some() => {
                let number = near_number(chunk).unwrap_or(MOST_BETWEEN);
                let number = self.number("NEAR/", number);
                if number == 0 {
                    self.hints.add("`NEAR/0` is read as `NEAR/1`: neighbours");
                }
                TokenKind::Near(Some(number.max(1)))
            }
            "OR" if !self.shouting => TokenKind::Or,
            "AND" if !self.shouting => TokenKind::And,
            "NOT" if !self.shouting => TokenKind::Not,
            "NEAR" if !self.shouting => TokenKind::Near(None),
            _ => {
                self.odd_word(chunk);
                TokenKind::Value(Value {
                    target: None,
                    text: chunk.to_owned(),
                    at: start..self.at,
                    quoted: false,
                    slop: 0,
                })
            }
        };
        self.push(kind, start);
    }

    /// Says what a word is not, where it could be taken for something else.
    fn odd_word(&mut self, chunk: &str) {
        if chunk == "|" {
            self.hints.add("`|` is ignored; write `OR` or `||`");
        }
        if chunk.starts_with("NEAR/") {
            self.hints.add(format!(
                "`{chunk}` is read as a word; NEAR wants a number: `NEAR/5`"
            ));
        }
        if let Some(word) = chunk.strip_prefix(['–', '—', '−'])
            && word.starts_with(char::is_alphanumeric)
        {
            self.hints.add(format!(
                "`{chunk}` begins with a dash, which does not exclude; write `-{word}` with a minus"
            ));
        }
        if let Some(name) = chunk.strip_suffix([':', '='])
            && known(name, self.schema)
        {
            self.hints.add(format!(
                "`{name}` is read as a word; for the field leave no gap after `{chunk}`"
            ));
        }
    }

    /// Reads a field and what is asked of it; `false` when no field stands here.
    fn field(&mut self) -> Result<bool> {
        let start = self.at;
        let Some(found) = resolve(self.rest(), self.schema).map_err(|error| {
            // The name is what is wrong, not what follows it.
            let name = self.rest().find([':', '=', '!']).unwrap_or(0);
            error.with_span(start..start + name)
        })?
        else {
            if let Some(hint) = no_field(self.rest(), self.schema) {
                self.hints.add(hint);
            }
            return Ok(false);
        };
        if found.excluded {
            self.push(TokenKind::Not, start);
        }
        self.at += found.length;
        self.value(found.target, start)?;
        Ok(true)
    }

    fn value(&mut self, target: Target, start: usize) -> Result<()> {
        let first = self.rest().chars().next();
        if first == Some('(') {
            return self.open(Some(target), start);
        }
        if first.is_some_and(is_quote) {
            if self.quoted(Some(&target), start) {
                return Ok(());
            }
            self.stray_quote();
        }
        // Behind a field those of keyboards are marks too, as in `person='Kim Jong Un'`.
        if matches!(first, Some('\'' | OPENING)) && self.quoted(Some(&target), start) {
            return Ok(());
        }
        let chunk = self.chunk(self.at);
        let at = self.at..self.at + chunk.len();
        let mut chars = chunk.chars();
        let name = &target.name;
        if target.is_words()
            && matches!(chars.next(), Some('-' | '!'))
            && chars.next().is_some_and(char::is_alphanumeric)
        {
            let word = chunk.get(1..).unwrap_or_default();
            return Err(Error::new(
                ErrorKind::Syntax,
                format!("`{name}:{chunk}` does not exclude"),
            )
            .with_span(start..at.end)
            .with_hint(format!("write `-{name}:{word}`")));
        }
        self.at = at.end;
        let value = Value {
            target: Some(target),
            text: chunk.to_owned(),
            at,
            quoted: false,
            slop: 0,
        };
        self.push(TokenKind::Value(value), start);
        Ok(())
    }

    /// Reads a quoted text with its `~n`; `false` when the quote here does not open one.
    fn quoted(&mut self, target: Option<&Target>, start: usize) -> bool {
        let Some((end, next)) = self.closing(self.at) else {
            return false;
        };
        let opening = self.rest().chars().next().map_or(1, char::len_utf8);
        let at = self.at + opening..end;
        let inner = self.text.get(at.clone()).unwrap_or_default();
        // A doubled quote stands for one, as in CSV.
        let inner = inner.replace("\"\"", "\"");
        self.at = next;
        let mut slop = 0;
        if let Some(tail) = self.rest().strip_prefix('~') {
            let digits = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            self.at += 1 + digits;
            match tail.get(..digits).unwrap_or_default() {
                "" => self
                    .hints
                    .add("`~` after a phrase wants a number: `\"...\"~3`"),
                number => slop = self.number("\"...\"~", number.parse().unwrap_or(u32::MAX)),
            }
        }
        let value = Value {
            target: target.cloned(),
            text: inner,
            at,
            quoted: true,
            slop,
        };
        self.push(TokenKind::Value(value), start);
        true
    }

    fn number(&mut self, what: &str, number: u32) -> u32 {
        if number > MOST_BETWEEN {
            self.hints
                .add(format!("`{what}` goes up to {MOST_BETWEEN}; read as that"));
        }
        number.min(MOST_BETWEEN)
    }

    fn stray_quote(&mut self) {
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        self.hints
            .add("a quotation mark without its partner is ignored");
    }

    /// Where the text opened by the quote at `at` ends, and what follows its closing quote begins.
    fn closing(&self, at: usize) -> Option<(usize, usize)> {
        let opening = self.from(at).chars().next()?;
        let inside = at + opening.len_utf8();
        let rest = self.from(inside);
        if matches!(opening, '\'' | OPENING) {
            return single(opening, rest).map(|(end, next)| (inside + end, inside + next));
        }
        if is_straight(opening) {
            // `5" pipe`: a mark behind a word and before a gap cannot open.
            let before = self.text.get(..at)?.chars().next_back();
            let after = rest.chars().next();
            if before.is_some_and(char::is_alphanumeric) && after.is_none_or(char::is_whitespace) {
                return None;
            }
            let mut chars = rest.char_indices().peekable();
            while let Some((i, c)) = chars.next() {
                if !is_straight(c) || chars.next_if(|(_, next)| is_straight(*next)).is_some() {
                    continue;
                }
                return Some((inside + i, inside + i + c.len_utf8()));
            }
        }
        let curly = |c: char| is_quote(c) && !is_straight(c);
        let end = rest.find(curly).or_else(|| rest.find(is_quote))?;
        let closing = rest.get(end..)?.chars().next()?;
        Some((inside + end, inside + end + closing.len_utf8()))
    }
}

/// Where a text in single quotation marks ends, and what follows begins: at the first mark behind a word that no letter
/// follows. What is written `‘80s` has lost its century, and nothing opens.
fn single(opening: char, rest: &str) -> Option<(usize, usize)> {
    if opening == OPENING && rest.starts_with(char::is_numeric) {
        return None;
    }
    let mut before = ' ';
    for (i, c) in rest.char_indices().take(LONGEST_SINGLE) {
        let next = i + c.len_utf8();
        let goes_on = rest.get(next..)?.starts_with(is_word_char);
        if matches!(c, '\'' | '’') && !before.is_whitespace() && !goes_on {
            return Some((i, next));
        }
        before = c;
    }
    None
}
