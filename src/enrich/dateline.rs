//! The dateline: place and date before the first sentence, as printed (`NAIROBI, May 4 (Reuters) -`).

use std::sync::LazyLock;

use regex::Regex;

use super::{Paragraph, Work};
use crate::{Evidence, How, Proof};

/// The step for articles whose reader set the body: cuts it into paragraphs.
pub(super) fn paragraphs(work: &mut Work<'_>) {
    if !work.paragraphs.is_empty() {
        return;
    }
    let pieces = work
        .article
        .body
        .split("\n\n")
        .map(str::trim)
        .filter(|text| !text.is_empty());
    work.paragraphs = pieces
        .map(|text| Paragraph {
            line: None,
            text: text.to_owned(),
        })
        .collect();
}

/// A place in capitals or before an agency in brackets, perhaps a date, then a dash or a colon.
static DATELINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let place = r"\p{Lu}[\p{L}.'’-]*(?:[ -]\p{Lu}?[\p{L}.'’-]+){0,3}";
    let shouted = r"\p{Lu}[\p{Lu}.'’-]+(?:[ -][\p{Lu}.'’-]+){0,3}";
    let more = r"(?:[,/] ?[\p{L}\d][\p{L}\d. ]{0,24}){0,2}";
    let agency = r" ?[(\[][\p{L} /.-]{2,24}[)\]]";
    let dash = r" ?(?:--|[-–—―])+ ";
    Regex::new(&format!(r"^(?:(?:{shouted}){more}(?:{agency})?(?:{dash}|: )|(?:{place}){more}{agency}(?:{dash}|[.:] ?| )|(?:{place}){more} ?[–—―]|(?:{place}), [\p{{L}}\d][\p{{L}}\d. ]{{2,24}}{dash})")).ok()
});

/// The step: finds the dateline of the first paragraph.
pub(super) fn find(work: &mut Work<'_>) {
    if work.article.dateline.is_some() {
        return;
    }
    let Some(first) = work.paragraphs.first() else {
        return;
    };
    let Some(found) = dateline(&first.text) else {
        return;
    };
    let evidence = Evidence {
        value: None,
        how: How::Stated,
        role: None,
        line: first.line,
        from: first.line.is_none().then(|| "body".to_owned()),
        text: Some(found.clone()),
    };
    work.article.dateline = Some(found);
    work.prove("dateline", Proof::One(evidence));
}

/// The dateline that a paragraph begins with, without its dash.
fn dateline(text: &str) -> Option<String> {
    let hit = DATELINE.as_ref()?.find(text)?;
    let line = hit
        .as_str()
        .trim()
        .trim_end_matches([' ', '-', '–', '—', '―', ':', '.']);
    // Two letters and a dash are a list item or initials; a very long one is a sentence.
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    ((3..=70).contains(&letters)).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_as_printed() {
        let cases = [
            (
                "NAIROBI, May 4 (Reuters) - Rain fell.",
                Some("NAIROBI, May 4 (Reuters)"),
            ),
            ("MEXICO CITY (AP) — Rain fell.", Some("MEXICO CITY (AP)")),
            ("BHOPAL: Rain fell.", Some("BHOPAL")),
            ("Berlin (dpa) - Es regnet.", Some("Berlin (dpa)")),
            ("PARIS, 4 mai - Il pleut.", Some("PARIS, 4 mai")),
            ("Rain fell in Paris - and in Rome.", None),
            ("Jane Doe said it rained.", None),
            ("Well-known streets were flooded.", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(dateline(text).as_deref(), wanted, "{text}");
        }
    }
}
