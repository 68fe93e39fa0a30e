//! Organisations called by their first word: "Stone" after "Stone Container Corp" is the firm, though it is a surname.
//!
//! Looks at what was decided of the whole article, and corrects it.

use foldhash::{HashSet, HashSetExt};

use super::lexicon::{Kind, word};
use super::tag::{Found, Span};
use super::tokens::Tokens;

/// Makes single names organisations that are called a person, when an organisation of the article begins so and no
/// person of it ends so.
pub(super) fn organisations(texts: &[Tokens], tagged: &mut [Found]) {
    let (mut firsts, mut people) = (HashSet::new(), HashSet::new());
    for (tokens, found) in texts.iter().zip(tagged.iter()) {
        for span in &found.spans {
            let single = span.to == span.from + 1;
            match span.kind {
                // "Anna of Ruritania" is misread, and nothing to go by.
                Kind::Org if !single && tokens.word(span.from + 1) != "of" => {
                    firsts.insert(tokens.word(span.from))
                }
                Kind::Person if !single => people.insert(tokens.word(span.to - 1)),
                Kind::Person if is_titled(tokens, span) => people.insert(tokens.word(span.from)),
                _ => false,
            };
        }
    }
    for (tokens, found) in texts.iter().zip(tagged) {
        for span in &mut found.spans {
            let name = tokens.word(span.from);
            let single = span.to == span.from + 1;
            if span.kind == Kind::Person
                && single
                && firsts.contains(name)
                && !people.contains(name)
            {
                span.kind = Kind::Org;
            }
        }
    }
}

/// Whether "Mr" or an office stands before a name.
fn is_titled(tokens: &Tokens, span: &Span) -> bool {
    let before = span.from.checked_sub(1).and_then(|i| tokens.list.get(i));
    before.is_some_and(|token| token.is(word::TITLE))
}
