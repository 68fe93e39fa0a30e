//! E-mail: single messages and mailboxes of them. The subject is the headline, the sender stands for the publisher.

use std::borrow::Cow;
use std::io::BufReader;
use std::sync::LazyLock;

use mail_parser::{Message, MessageParser, PartType};
use regex::Regex;
use regex::bytes::Regex as BytesRegex;
use serde_json::{Map, Value};

use crate::Draft;

use super::feed::{add, derived};
use super::head::{Head, Likeness};
use super::lines::next_line;
use super::stream::{Stream, broken, too_large};
use super::{Outcome, ReadOptions, Reader, Sink, clean, record, source};

pub(super) const MESSAGE: Reader = Reader {
    name: "email",
    extensions: &["eml", "email"],
    sniff: sniff_message,
    read: read_message,
    about: "an e-mail message: subject, date, sender and text",
};

pub(super) const MAILBOX: Reader = Reader {
    name: "mbox",
    extensions: &["mbox", "mbx"],
    sniff: sniff_mailbox,
    read: read_mailbox,
    about: "a mailbox (mbox), one article a message",
};

/// Parts of a message; each may hold others, and so may those.
const MAX_PARTS: usize = 500;

/// Parts in parts that are closed where a message was cut off.
const MOST_BOUNDARIES: usize = 10;

/// Names of headers for fields.
const ALIASES: &[(&str, &str)] = &[
    ("id", "Message-ID"),
    ("title", "Subject"),
    ("language", "Content-Language"),
];

/// Headers that nearly every message has.
const HEADERS: &[&str] = &[
    "from",
    "date",
    "subject",
    "to",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "content-type",
    "delivered-to",
    "reply-to",
    "list-id",
    "dkim-signature",
];

fn headers(head: &Head) -> Vec<String> {
    let text = String::from_utf8_lossy(head.bytes);
    let lines = text
        .lines()
        .take(300)
        .skip_while(|line| line.starts_with("From "));
    let lines = lines.take_while(|line| !line.trim().is_empty());
    let names = lines.filter_map(|line| line.split_once(':'));
    let names = names.map(|(name, _)| name.to_ascii_lowercase());
    names
        .filter(|name| HEADERS.contains(&name.as_str()))
        .collect()
}

fn is_message(head: &Head) -> bool {
    let found = headers(head);
    let has = |name: &str| found.iter().any(|known| known == name);
    static HEADER: LazyLock<BytesRegex> = LazyLock::new(|| {
        BytesRegex::new(r"^(?:From [^\n]*\n)?[A-Za-z][A-Za-z0-9-]*:").expect("a constant pattern")
    });
    HEADER.is_match(head.bytes)
        && has("from")
        && (has("date") || has("received") || MESSAGE.extensions.contains(&&*head.extension))
        && found.len() >= 3
}

fn sniff_message(head: &Head) -> Likeness {
    match is_message(head) {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

fn sniff_mailbox(head: &Head) -> Likeness {
    match head.bytes.starts_with(b"From ") && is_message(head) {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

fn read_message(stream: Stream, sink: &mut Sink) -> Outcome {
    let bytes = stream.whole(sink.options.max_file_bytes)?;
    let draft = draft(&bytes, sink.options);
    sink.put(None, draft)
}

fn read_mailbox(stream: Stream, sink: &mut Sink) -> Outcome {
    let max = sink.options.max_record_bytes;
    let mut from = BufReader::with_capacity(64 << 10, stream.raw());
    let mut message = Vec::new();
    let (mut number, mut size, mut after_blank) = (0, 0, true);
    let mut line = Vec::new();
    loop {
        let length = next_line(&mut from, max, &mut line).map_err(|error| broken(&error))?;
        let is_begin = after_blank && line.starts_with(b"From ") && length.is_some();
        if (is_begin || length.is_none()) && size > 0 {
            number += 1;
            let draft = match size > max {
                true => Err(too_large("message ", max)),
                false => draft(&message, sink.options),
            };
            sink.put(Some(number), draft)?;
            message.clear();
            size = 0;
        }
        let Some(length) = length else { break };
        after_blank = line.iter().all(u8::is_ascii_whitespace);
        if is_begin {
            continue;
        }
        size += length + 1;
        if size <= max {
            // A line of the text that looks like a beginning was marked by whoever wrote the mailbox.
            let quotes = line.iter().take_while(|b| **b == b'>').count();
            let is_marked = quotes > 0
                && line
                    .get(quotes..)
                    .is_some_and(|rest| rest.starts_with(b"From "));
            message.extend_from_slice(line.get(usize::from(is_marked)..).unwrap_or_default());
            message.push(b'\n');
        }
    }
    if number == 0 {
        return Err("no text".into());
    }
    Ok(())
}

fn draft(bytes: &[u8], options: &ReadOptions) -> Result<Draft, String> {
    static PART: LazyLock<BytesRegex> =
        LazyLock::new(|| BytesRegex::new(r"(?i-u)content-type").expect("a constant pattern"));
    // Messages within messages are taken apart by recursion.
    if PART.find_iter(bytes).nth(MAX_PARTS).is_some() {
        return Err(format!("an e-mail with more than {MAX_PARTS} parts"));
    }
    let bytes = closed(bytes);
    let message = MessageParser::default().parse(&*bytes).ok_or("no e-mail")?;
    let mut keys = Map::new();
    for (name, value) in [
        ("Subject", message.subject()),
        ("Date", message.header_raw("Date")),
        ("Message-ID", message.message_id()),
        ("Content-Language", message.header_raw("Content-Language")),
    ] {
        add(&mut keys, name, clean::line(value.unwrap_or_default()));
    }
    let body = body(&message);
    if !body.trim().is_empty() {
        keys.insert("body".to_owned(), Value::String(body));
    }
    let mut draft = record::named("header", ALIASES, keys, options)?;
    let sender = message.from().and_then(|from| from.first());
    if let Some(sender) = sender {
        let name = clean::line(sender.name().unwrap_or_default());
        let domain = sender
            .address()
            .and_then(|address| address.rsplit_once('@'));
        let known = domain.and_then(|(_, domain)| source::by_address(domain));
        match (known, name.is_empty() || name.contains('@')) {
            (Some(name), _) => derived(&mut draft, "source", name.to_owned(), "header From"),
            (None, false) => derived(&mut draft, "source", name, "header From"),
            (None, true) => {}
        }
    }
    Ok(draft)
}

/// A message with an end of its parts: those of a message that was cut off would else be lost.
fn closed(bytes: &[u8]) -> Cow<'_, [u8]> {
    static BOUNDARY: LazyLock<BytesRegex> = LazyLock::new(|| {
        BytesRegex::new(r#"(?i-u)\bboundary=(?:"([^"\r\n]{1,70})"|([^"\s;]{1,70}))"#)
            .expect("a constant pattern")
    });
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let found = BOUNDARY.captures_iter(bytes).take(MOST_BOUNDARIES);
    let names = found.filter_map(|found| found.get(1).or(found.get(2)));
    let begins = names.map(|name| [b"\n--", name.as_bytes()].concat());
    let mut closed = Cow::Borrowed(bytes);
    for begin in begins.collect::<Vec<_>>().iter().rev() {
        let end = [begin, &b"--"[..]].concat();
        if has(begin) && !has(&end) {
            closed.to_mut().extend_from_slice(&end);
            closed.to_mut().push(b'\n');
        }
    }
    closed
}

/// The text of a message: its page where it has one, else its lines.
fn body(message: &Message) -> String {
    let page = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(text) => Some(format!("<div>{text}</div>")),
        _ => None,
    });
    page.unwrap_or_else(|| {
        let texts = message.text_bodies().filter_map(|part| match &part.body {
            PartType::Text(text) => Some(unwrapped(text)),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n\n")
    })
}

/// The lines of a message without its signature, those that were broken to fit joined again.
fn unwrapped(text: &str) -> String {
    static BLANK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\n[ \t\u{a0}]*\n\s*").expect("a constant pattern"));
    let text = text.replace("\r\n", "\n");
    let text = text.split("\n-- \n").next().unwrap_or_default();
    let paragraphs = BLANK.split(text.trim()).map(|paragraph| {
        let lines: Vec<&str> = paragraph.lines().map(str::trim_end).collect();
        let before_last = lines.len().saturating_sub(1);
        let is_wrapped = lines
            .iter()
            .take(before_last)
            .all(|line| line.chars().count() >= 45);
        lines.join(if is_wrapped { " " } else { "\n" })
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::ReadOptions;
    use super::super::tests::{from, one, read_all, read_with, reason, values};
    use crate::How;

    pub(in crate::read) const NEWSLETTER: &str = "Return-Path: <a@herald.example>\r\nFrom: =?UTF-8?Q?Harb=C3=B6r_Herald?= <news@herald.example>\r\nTo: you@x.example\r\nSubject: =?utf-8?B?RmVycnkgcmV0dXJucw==?=\r\n =?utf-8?Q?_=C3=BCberall?=\r\nDate: Tue, 18 Jun 2024 07:18:00 +0200\r\nMessage-ID: <1@herald.example>\r\nContent-Language: en\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlain\r\n--b\r\nContent-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body><p>One &amp; =\r\nzwei=FC.</p><p>Three.</p></body></html>\r\n--b--\r\n";

    // Encoded words, character sets, parts: what a mail program shows.
    #[test]
    fn newsletter() {
        let draft = one("a.eml", NEWSLETTER);
        let article = &draft.article;
        assert_eq!(
            (article.format.as_str(), article.id.as_str()),
            ("email", "1@herald.example")
        );
        assert_eq!(values(&draft, "title"), ["Ferry returns überall"]);
        assert_eq!(values(&draft, "date"), ["Tue, 18 Jun 2024 07:18:00 +0200"]);
        assert_eq!(from(&draft, "date"), Some("header Date"));
        assert_eq!(
            (values(&draft, "source"), values(&draft, "language")),
            (vec!["Harbör Herald"], vec!["en"])
        );
        let source = draft
            .candidates
            .iter()
            .find(|c| c.field == "source")
            .unwrap();
        assert_eq!(source.evidence.how, How::Derived);
        assert_eq!(article.body, "One & zweiü.\n\nThree.");
    }

    // A message that was cut off has no end of its parts.
    #[test]
    fn cut_off() {
        let (whole, _) = NEWSLETTER.split_once(".</p><p>Three").unwrap();
        assert_eq!(one("a.eml", whole).article.body, "One & zweiü");
        let inner = "From: a@x.example\nSubject: One\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"a b\"\n\n--a b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nThe ferry";
        assert_eq!(one("a.eml", inner).article.body, "The ferry");
    }

    // Wrapped lines become paragraphs, signatures go, marked lines lose their mark.
    #[test]
    fn mailbox() {
        let text = "From a@x Tue Jun 18 07:18:00 2024\nFrom: Jane <a@x.example>\nDate: Tue, 18 Jun 2024 07:18:00 GMT\nSubject: One\n\nThe ferry returned to the harbour on Friday after\neleven months.\n\n>From the quay came nothing.\n-- \nJane\n\nFrom b@x Tue Jun 18 07:18:00 2024\nFrom: b@x.example\nDate: Wed, 19 Jun 2024 07:18:00 GMT\nSubject: Two\nContent-Transfer-Encoding: base64\n\nSXQgZGlkLg==\n";
        let items = read_all("a.mbox", text);
        assert_eq!(items.len(), 2, "{items:?}");
        let draft = items[0].as_ref().unwrap();
        assert_eq!(
            (draft.article.format.as_str(), draft.article.record),
            ("mbox", Some(1))
        );
        assert_eq!(
            (values(draft, "title"), values(draft, "source")),
            (vec!["One"], vec!["Jane"])
        );
        assert_eq!(
            draft.article.body,
            "The ferry returned to the harbour on Friday after eleven months.\n\nFrom the quay came nothing."
        );
        let draft = items[1].as_ref().unwrap();
        assert_eq!(
            (values(draft, "title"), values(draft, "source").len()),
            (vec!["Two"], 0)
        );
        assert_eq!(draft.article.body.trim(), "It did.");
    }

    // A text that begins with a label is no message.
    #[test]
    fn no_message() {
        assert_eq!(
            one("a.txt", "From: the harbour\n\nThe ferry returned.")
                .article
                .format,
            "text"
        );
        assert_eq!(
            one("a.txt", "From the harbour came nothing.\nDate: today")
                .article
                .format,
            "text"
        );
    }

    // Messages within messages without end, boundaries that never come, a message of any size.
    #[test]
    fn hostile() {
        let head = "From: a@x.example\nDate: Tue, 18 Jun 2024 07:18:00 GMT\nSubject: One\n";
        let nested = format!(
            "{head}{}",
            "Content-Type: message/rfc822\n\n".repeat(200_000)
        );
        assert_eq!(
            reason("a.eml", nested),
            "an e-mail with more than 500 parts"
        );
        let below = format!("{head}{}", "Content-Type: message/rfc822\n\n".repeat(490));
        assert_eq!(read_all("a.eml", below).len(), 1);
        for inner in [
            "multipart/mixed; boundary=b",
            "multipart/digest; boundary=b",
            "multipart/mixed; boundary=\"\"",
        ] {
            let text = format!(
                "{head}{}",
                format!("Content-Type: {inner}\n\n--b\n").repeat(490)
            );
            assert_eq!(read_all("a.eml", text).len(), 1);
        }
        let options = ReadOptions {
            max_record_bytes: 1 << 20,
            ..ReadOptions::default()
        };
        let text = format!(
            "From a\n{head}\n{}\n\nFrom b\n{head}\nIt did.\n",
            "word\n".repeat(500_000)
        );
        let items = read_with("a.mbox", text.as_bytes(), &options);
        assert_eq!(
            items.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [false, true]
        );
    }
}
