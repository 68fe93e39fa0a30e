//! The labels that the model gives to tokens, and the spans that they stand for.

use super::lexicon::Kind;
use super::tag::{Span, Trust};

/// The labels of a token: outside, or begin, inside, last, unit of a person, an organisation, a place.
pub(super) const LABELS: usize = 13;

/// Begin, inside, last, unit.
pub(super) const BEGIN: usize = 0;
pub(super) const INSIDE: usize = 1;
pub(super) const LAST: usize = 2;
pub(super) const UNIT: usize = 3;

/// The label of the part of a name.
pub(super) fn label(kind: Kind, part: usize) -> usize {
    1 + 4 * kind as usize + part
}

/// The kind and the part that a label stands for.
pub(super) fn parts(label: usize) -> Option<(Kind, usize)> {
    let at = label.checked_sub(1)?;
    let kind = [Kind::Person, Kind::Org, Kind::Place].get(at / 4)?;
    Some((*kind, at % 4))
}

/// Writes the labels of a span.
pub(super) fn paint<T: Copy>(labels: &mut [T], span: &Span, of: impl Fn(usize) -> T) {
    for at in span.from..span.to {
        let part = match (at == span.from, at + 1 == span.to) {
            (true, true) => UNIT,
            (true, false) => BEGIN,
            (false, true) => LAST,
            (false, false) => INSIDE,
        };
        if let Some(place) = labels.get_mut(at) {
            *place = of(label(span.kind, part));
        }
    }
}

/// The spans that a row of labels describes; a name cut off by a wrong label ends there.
pub(super) fn spans(labels: &[usize], from: usize) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<(Kind, usize)> = None;
    for (i, label) in labels.iter().enumerate() {
        let at = from + i;
        match parts(*label) {
            Some((kind, UNIT)) => found.push(Span::new(at, at + 1, kind, Trust::Strong)),
            Some((kind, BEGIN)) => open = Some((kind, at)),
            Some((kind, LAST)) => {
                if let Some((_, begin)) = open.take() {
                    found.push(Span::new(begin, at + 1, kind, Trust::Strong));
                }
            }
            Some(_) => {}
            None => open = None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is painted must be read again as the same span.
    #[test]
    fn spans_and_labels_agree() {
        for (from, to) in [(0, 1), (1, 3), (0, 4)] {
            let span = Span::new(from, to, Kind::Org, Trust::Strong);
            let mut labels = [0; 4];
            paint(&mut labels, &span, |label| label);
            assert_eq!(spans(&labels, 0), [span]);
        }
    }
}
