//! Web archives as crawlers write them, and broken ones.

use std::io::Read;

use super::super::tests::{from, gzip, read_all, reason, values};

const PAGE: &str = "<html><head><title>Ferry returns</title><meta property=\"article:published_time\" content=\"2024-06-18\"></head><body><h1>Ferry returns</h1><p>The ferry returned to the harbour on Friday after eleven months, and nobody was there to see it.</p></body></html>";

pub(in crate::read) fn record(kind: &str, address: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2025-01-01T00:00:00Z\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

pub(in crate::read) fn response(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}\r\n");
    [head.as_bytes(), body].concat()
}

fn page(number: u32, head: &str, body: &[u8]) -> Vec<u8> {
    let address = format!("https://harbour-herald.example/{number}");
    record("response", &address, &response(head, body))
}

// Pages in every way of sending them; the day of the capture is no day of publication.
#[test]
fn responses() {
    let chunked = format!("{:x}\r\n{PAGE}\r\n0\r\n\r\n", PAGE.len());
    let parts = [
        record("warcinfo", "", b"software: x\r\n"),
        record(
            "request",
            "https://harbour-herald.example/1",
            b"GET / HTTP/1.1\r\n\r\n",
        ),
        page(1, "", PAGE.as_bytes()),
        page(2, "Transfer-Encoding: chunked\r\n", chunked.as_bytes()),
        page(3, "Content-Encoding: gzip\r\n", &gzip(PAGE.as_bytes())),
        record(
            "response",
            "https://x.example/a.png",
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG",
        ),
        record(
            "response",
            "https://x.example/b",
            b"HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<p>no",
        ),
    ];
    let plain = parts.concat();
    let members: Vec<u8> = parts.iter().flat_map(|part| gzip(part)).collect();
    for (name, bytes) in [("a.warc", plain), ("a.warc.gz", members)] {
        let items = read_all(name, bytes);
        assert_eq!(items.len(), 3, "{items:?}");
        for (item, number) in items.iter().zip([3, 4, 5]) {
            let draft = item.as_ref().unwrap();
            assert_eq!(
                (draft.article.format.as_str(), draft.article.record),
                ("warc", Some(number))
            );
            assert_eq!(values(draft, "title"), ["Ferry returns"]);
            assert_eq!(values(draft, "date"), ["2024-06-18"]);
            let url = format!("https://harbour-herald.example/{}", number - 2);
            assert_eq!(draft.article.url, Some(url));
            assert_eq!(
                draft.article.evidence["url"].pieces()[0].from.as_deref(),
                Some("WARC-Target-URI")
            );
            assert_eq!(from(draft, "source"), Some("url"));
            assert!(draft.article.body.starts_with("The ferry returned"));
        }
    }
}

// Pages in an old encoding that only the head of the response names.
#[test]
fn charset_of_the_response() {
    let body = encoding_rs::ISO_8859_2
        .encode("<html><h1>Łódź</h1><p>Środa była długa.</p></html>")
        .0
        .into_owned();
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-2\r\n\r\n";
    let items = read_all(
        "a.warc",
        record(
            "response",
            "https://a.example",
            &[&head[..], &body].concat(),
        ),
    );
    assert_eq!(values(items[0].as_ref().unwrap(), "title"), ["Łódź"]);
}

// A wrong length costs the record and at most its neighbour; what never ends or grows too much is given up.
#[test]
fn broken() {
    let good = page(1, "", PAGE.as_bytes());
    let short = String::from_utf8(page(2, "", PAGE.as_bytes())).unwrap();
    let length = short
        .lines()
        .find(|line| line.starts_with("Content-Length"))
        .unwrap()
        .to_owned();
    let short = short.replace(&length, "Content-Length: 200");
    let none = short.replace("Content-Length: 200\r\n", "");
    let items = read_all(
        "a.warc",
        [short.as_bytes(), none.as_bytes(), &good].concat(),
    );
    let oks: Vec<bool> = items.iter().map(Result::is_ok).collect();
    assert_eq!(oks.last(), Some(&true), "{items:?}");
    assert!(
        items
            .iter()
            .any(|item| matches!(item, Err(s) if s.reason == "a record without its length"))
    );

    let mut cut = page(3, "", PAGE.as_bytes());
    cut.truncate(cut.len() - 30);
    assert_eq!(reason("a.warc", cut), "the record is cut off");
    let huge = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 18446744073709551615\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
    assert_eq!(reason("a.warc", huge), "the record is cut off");
    let bomb = gzip(&vec![b'a'; 32 << 20]);
    let text = reason("a.warc", page(4, "Content-Encoding: gzip\r\n", &bomb));
    assert_eq!(text, "record larger than 16 MiB: raise `--max-size`");
    let odd = b"ffffffffffffffff\r\nx\r\n";
    assert!(!read_all("a.warc", page(5, "Transfer-Encoding: chunked\r\n", odd)).is_empty());
    assert_eq!(
        reason("a.warc", "WARC/1.0\r\n".repeat(3)),
        "a record without its length"
    );
}

/// Bytes of many records that are made while they are read.
struct Endless {
    record: Vec<u8>,
    left: usize,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let rest = &self.record[self.at..];
        let size = rest.len().min(buffer.len());
        buffer[..size].copy_from_slice(&rest[..size]);
        self.at += size;
        if self.at == self.record.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(size)
    }
}

/// The most memory that the process has used, in kilobytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let size = line.and_then(|line| line.split_whitespace().nth(1));
    size.and_then(|size| size.parse().ok()).unwrap_or_default()
}

// 200 MB of either are read within a few megabytes: run alone, the peak grew by 4.8 MB for JSON lines, then by 4.7 MB
// for WARC.
#[test]
#[ignore = "takes a minute"]
fn memory_is_bounded() {
    let line = format!(
        "{{\"title\":\"One\",\"text\":\"{}\"}}\n",
        "word ".repeat(4_000)
    );
    let image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n".to_vec();
    let image = [image, vec![0; 256 << 10]].concat();
    let image = record("response", "https://x.example/a.png", &image);
    let pages = [page(1, "", PAGE.as_bytes()), image].concat();
    for (name, record) in [("a.jsonl", line.into_bytes()), ("a.warc", pages)] {
        let left = (200 << 20) / record.len();
        let before = peak();
        let mut count = 0;
        let input = super::super::Input::Bytes {
            name,
            from: Box::new(Endless {
                record,
                left,
                at: 0,
            }),
        };
        super::super::read(input, &Default::default(), &mut |item| {
            count += usize::from(item.is_ok());
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!(count, left, "{name}");
        let grown = peak() - before;
        assert!(grown < 16 << 10, "{name}: {grown} KB");
    }
}
