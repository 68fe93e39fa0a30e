//! Plain text: the whole of it goes out as one draft, to be divided into headline, body and the rest.

use crate::Draft;

use super::clean;
use super::head::{Head, Likeness};
use super::stream::Stream;
use super::{Outcome, Reader, Sink};

pub(super) const READER: Reader = Reader {
    name: "text",
    extensions: &["txt", "text", "md", "markdown", ""],
    sniff,
    read,
    about: "plain text or Markdown, one article a file",
};

fn sniff(head: &Head) -> Likeness {
    if head.refusal.is_some() || head.text.is_empty() && head.complete {
        return Likeness::No;
    }
    Likeness::Possible
}

fn read(stream: Stream, sink: &mut Sink) -> Outcome {
    let text = stream.text(sink.options.max_file_bytes)?;
    let text = clean::block(&text).into_owned();
    if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
        return Err("no text".into());
    }
    let draft = Draft {
        text: Some(text),
        ..Draft::default()
    };
    sink.put(None, Ok(draft))
}
