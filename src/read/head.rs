//! The beginning of an input, as text, for recognising its format.

use super::stream::Stream;
use super::{encoding, stream::HEAD};

/// How much a beginning looks like a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// It is something else.
    No,
    /// Nothing speaks against it.
    Possible,
    /// Much speaks for it.
    Likely,
    /// It says so itself.
    Sure,
}

/// The beginning of an input.
pub(super) struct Head<'a> {
    /// The bytes as they are, for formats that are no text.
    pub(super) bytes: &'a [u8],
    /// The text, without byte order mark and leading white space; broken characters replaced. Empty where it is none.
    pub(super) text: String,
    /// Why it is no text.
    pub(super) refusal: Option<String>,
    /// The extension of the name, lower case.
    pub(super) extension: String,
    /// Whether this is all there is.
    pub(super) complete: bool,
}

impl Head<'_> {
    /// Decodes the beginning of a stream.
    pub(super) fn of<'a>(stream: &'a Stream) -> Head<'a> {
        let bytes = stream.head.get(..HEAD).unwrap_or(&stream.head);
        let (text, refusal) = match encoding::decode(bytes) {
            Ok(text) => (text.trim_start().to_owned(), None),
            Err(reason) => (String::new(), Some(reason)),
        };
        Head {
            bytes,
            text,
            refusal,
            extension: stream.extension.clone(),
            complete: stream.head.len() < HEAD,
        }
    }

    /// Lines that stand in the head whole, blank ones left out.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        let whole = if self.complete {
            self.text.as_str()
        } else {
            self.text.rsplit_once('\n').map_or("", |(whole, _)| whole)
        };
        whole.lines().map(str::trim).filter(|line| !line.is_empty())
    }
}
