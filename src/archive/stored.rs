//! The form in which articles lie in the store: their texts as they are, and everything else as few numbers.
//!
//! Names and evidence mostly repeat the body or each other, and a text that was written before is a number. What is read
//! is what was written; bytes that are not of this form are `None`. Earlier versions stored JSON: its first byte tells.

mod reader;
mod writer;

use super::layout::digest_of;
use crate::Article;
use reader::Reader;
pub(crate) use writer::encode;

/// The first byte of this form; that of JSON is a brace.
const FORM: char = '\u{1}';

/// Numbers are written in bytes below 128: those from here on are digits of a number that goes on.
const MORE: u64 = 96;
const DIGITS: u64 = 128 - MORE;

/// Texts that articles of all archives have. Their places are part of the form: add at the end only.
const KNOWN: [&str; 42] = [
    "id",
    "title",
    "date",
    "source",
    "language",
    "dateline",
    "byline",
    "agency",
    "section",
    "url",
    "standfirst",
    "updated",
    "person",
    "org",
    "place",
    "country",
    "text",
    "body",
    "lead",
    "header",
    "host",
    "by hand",
    "en",
    "jsonl",
    "json",
    "html",
    "key id",
    "key title",
    "key date",
    "key source",
    "key byline",
    "key dateline",
    "key section",
    "key url",
    "key language",
    "key standfirst",
    "other",
    "caption",
    "footer",
    "kicker",
    "advert",
    "comment",
];

/// Where a text stood that is not written again.
const KINDS: usize = 3;
const OF_KNOWN: usize = 0;
const OF_EARLIER: usize = 1;
const OF_MENTION: usize = 2;

/// Bytes of text that the numbers of one article may stand for: few bytes must not become an article without end.
const MOST_REPEATED: usize = 16 << 20;

/// An article as it is stored, and the hash of that.
pub(crate) struct Stored {
    pub(crate) form: String,
    pub(crate) digest: u64,
}

impl Stored {
    pub(crate) fn of(article: &Article) -> Stored {
        let form = encode(article);
        let digest = digest_of(form.as_bytes());
        Stored { form, digest }
    }
}

/// The article of a stored form; `None` when the bytes are not of one.
pub(crate) fn decode(bytes: &[u8]) -> Option<Article> {
    if bytes.first() == Some(&b'{') {
        return serde_json::from_slice(bytes).ok();
    }
    let form = std::str::from_utf8(bytes).ok()?;
    Reader::new(form.strip_prefix(FORM)?).article()
}

/// The names that mentions are mostly of, each with its field.
fn names(article: &Article) -> impl Iterator<Item = (&'static str, &str)> {
    let lists = [
        ("person", &article.person),
        ("org", &article.org),
        ("place", &article.place),
    ];
    let names = lists
        .into_iter()
        .map(|(field, names)| names.iter().map(move |name| (field, name.as_str())));
    names.flatten()
}

/// How many bytes numbers stood for so far.
#[derive(Default)]
struct Repeated(usize);

impl Repeated {
    /// Whether a number may stand for that text too.
    fn allows(&mut self, text: &str) -> bool {
        let is_allowed = self.0 + text.len() <= MOST_REPEATED;
        self.0 += if is_allowed { text.len() } else { 0 };
        is_allowed
    }
}

#[cfg(test)]
mod tests;
