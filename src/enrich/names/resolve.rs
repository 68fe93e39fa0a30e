//! Which mentions of an article mean the same, and by which name it is known.

use super::lexicon::Lexicon;
use super::tag::Span;
use super::tokens::Tokens;
use super::{Kind, Names};
use crate::Mention;

/// Resolves the tagged names of a body (the first text) and its head.
pub(super) fn resolve(texts: &[Tokens], tagged: &[Vec<Span>], _lexicon: &Lexicon) -> Names {
    let mut names = Names::default();
    for (n, (tokens, spans)) in texts.iter().zip(tagged).enumerate() {
        for span in spans {
            let start = tokens.list[span.from].start;
            let end = tokens.list[span.to - 1].end;
            let text = tokens.text[start..end].to_owned();
            let list = match span.kind {
                Kind::Person => &mut names.person,
                Kind::Org => &mut names.org,
                Kind::Place => &mut names.place,
            };
            if !list.contains(&text) {
                list.push(text.clone());
            }
            if n == 0 {
                names.mentions.push(Mention {
                    field: span.kind.field().to_owned(),
                    name: format!("{} {:?}", span.why, span.trust),
                    text,
                    start,
                    end,
                });
            }
        }
    }
    names
}
