//! Inputs made of real ones: bytes are changed, and so are the pieces that a format is made of, such as tags and lines.

use crate::campaign::Chance;

/// What means something to one format or another.
const PIECES: &[&str] = &[
    "(",
    ")",
    "-",
    "\"",
    "*",
    "?",
    "~2",
    " NEAR/3 ",
    " OR ",
    "title:",
    "date:",
    "..",
    "since:",
    "=",
    ",",
    "\t",
    "\\",
    "2024-06-18",
    "June",
    "18th",
    "GMT",
    "+05:30",
    "é",
    "e\u{301}",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "\u{1b}[",
    "ﬀ",
    "İ",
    "<div>",
    "</div>",
    "</p>",
    "<title>",
    "<svg>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<a b=",
    "&amp;",
    "&#x1F;",
    "&lol;",
    "<!DOCTYPE a [<!ENTITY lol \"lol\">]>",
    "{\"",
    "\":",
    "[",
    "]",
    "}",
    "\\u0000",
    "\\ud800",
    "1e999",
    "<?xml version=\"1.0\"?>",
    "<rss>",
    "<item>",
    "From: a@b\n",
    "Content-Type: ",
    "=?utf-8?Q?=",
    "boundary=",
    "\n\n",
    "\r\n",
    "---\n",
    "- ",
    "|\n ",
    "WARC/1.0\r\n",
    "Content-Length: ",
    "chunked",
    "PK\u{3}\u{4}",
    "%PDF-1.4",
    " obj ",
    "endobj",
    "stream\n",
    "<< ",
    ">>",
    "/Length ",
    "/Kids [",
    " 0 R",
    "BT ",
    "Tj ",
    "beginbfrange ",
    "/FlateDecode ",
    "[desk]\n",
    "kind = ",
    "\"keyword\"",
    "merge person A = B",
    "drop ",
    "17 title = x\n",
];

/// Numbers that are too large, too small or none.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "00",
    "1",
    "255",
    "256",
    "4095",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775808",
    "99999999999999999999999",
    "1e308",
    "0x7f",
    "0.0000001",
    "",
];

/// The piece around a place: a tag, a word in quotes or brackets, a line, or a word.
fn piece(bytes: &[u8], at: usize, chance: &mut Chance) -> std::ops::Range<usize> {
    let (open, close) = [
        (b'<', b'>'),
        (b'"', b'"'),
        (b'(', b')'),
        (b'{', b'}'),
        (b'\n', b'\n'),
        (b' ', b' '),
    ][chance.below(6)];
    let start = bytes[..at]
        .iter()
        .rposition(|byte| *byte == open)
        .unwrap_or(0);
    let end = bytes[at..].iter().position(|byte| *byte == close);
    start..end.map_or(bytes.len(), |end| at + end + 1)
}

/// Changes bytes a few times.
pub(super) fn change(bytes: &mut Vec<u8>, other: &[u8], chance: &mut Chance) {
    for _ in 0..=chance.below(5) {
        if bytes.is_empty() {
            bytes.push(b' ');
        }
        let at = chance.below(bytes.len());
        let near = at..(at + 1 + chance.below(24)).min(bytes.len());
        match chance.below(12) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes[at] = u8::try_from(chance.below(256)).unwrap(),
            2 => drop(bytes.drain(near)),
            3 => {
                let from = chance.below(other.len());
                let to = (from + 1 + chance.below(200)).min(other.len());
                bytes.splice(near, other[from..to].iter().copied());
            }
            4 => drop(bytes.drain(piece(bytes, at, chance))),
            5 => {
                let moved: Vec<u8> = bytes.drain(piece(bytes, at, chance)).collect();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, moved);
            }
            6 => {
                // Seldom very often: that is what makes a slow reader hang.
                let many = [2, 8, 40, 1000][chance.below(130).saturating_sub(126)];
                let range = piece(bytes, at, chance);
                let part = bytes[range].repeat(1 + chance.below(many));
                bytes.splice(at..at, part);
            }
            7 => {
                let digits = |at: &usize| bytes[*at].is_ascii_digit();
                if let Some(start) = (at..bytes.len()).find(digits) {
                    let end = (start..bytes.len())
                        .find(|at| !digits(at))
                        .unwrap_or(bytes.len());
                    bytes.splice(start..end, NUMBERS[chance.below(NUMBERS.len())].bytes());
                }
            }
            8 => bytes.truncate(at.max(1)),
            _ => drop(bytes.splice(at..at, PIECES[chance.below(PIECES.len())].bytes())),
        }
        bytes.truncate(1 << 18);
    }
}
