//! What readability leaves in the text of a web page although it is not the article: appeals, labels, captions, and
//! the by-line and summary above it where no markup states them.
//!
//! Only short paragraphs are judged; the bodies of records stay as they were given.

use super::boilerplate::{Stock, stock};
use super::{Work, add_rest, byline, dates, zones};
use crate::{Evidence, How, Proof, Zone};

/// Longer paragraphs are text, in bytes.
const LONGEST: usize = 240;
/// So many paragraphs at the beginning may be a by-line.
const HEAD: usize = 3;

/// The step: clears the text of a web page.
pub(super) fn clear(work: &mut Work<'_>) {
    if work.article.format != "html" {
        return;
    }
    above(work);
    let body = std::mem::take(&mut work.article.body);
    let mut kept: Vec<&str> = Vec::new();
    for (at, paragraph) in body.split("\n\n").enumerate() {
        let text = paragraph.trim();
        if at < HEAD && text.len() <= LONGEST && credits(work, text) {
            add_rest(&mut work.article.rest, "byline", text);
            continue;
        }
        let recurs = || work.house.recurs(text);
        let zone = zone_of(text)
            .map(|zone| (zone, "a stock phrase or a credit"))
            .or_else(|| recurs().then_some(("other", "stands in other files of its folder")));
        match zone {
            Some((zone, why)) => {
                work.pass_over("body", text, why, Evidence::new(How::Stated, "text"));
                add_rest(&mut work.article.rest, zone, text);
            }
            None => kept.push(paragraph),
        }
    }
    work.article.body = if kept.is_empty() {
        body
    } else {
        kept.join("\n\n")
    };
}

/// The zone of a paragraph that is no text.
fn zone_of(text: &str) -> Option<&'static str> {
    if text.len() > LONGEST || text.starts_with(['"', '“', '„', '«', '»']) {
        return None;
    }
    match stock(text) {
        Some(Stock::Notice) => Some("other"),
        Some(Stock::Advert) => Some("advert"),
        Some(Stock::Share) => Some("share"),
        Some(Stock::Comment) => Some("comment"),
        // A heading such as "Related work" may be the article's own.
        Some(Stock::Related)
            if text
                .split_once(':')
                .is_some_and(|(_, rest)| !rest.is_empty()) =>
        {
            Some("teaser")
        }
        _ if zones::credit_of(text).is_some() => Some("caption"),
        _ => None,
    }
}

/// Reads a line with a label as the by-line where none is known; whether it was one.
fn credits(work: &mut Work<'_>, text: &str) -> bool {
    let Some(credits) = byline::labelled(text).filter(|credits| !credits.names.is_empty()) else {
        return false;
    };
    // A sentence may begin with the same word: nothing but names and a date may follow.
    let names: usize = credits.names.iter().map(String::len).sum();
    let dated: usize = dates::find_dates(text, dates::Order::DayFirst)
        .iter()
        .map(|found| found.span.len())
        .sum();
    if names + dated + 40 < text.len() {
        return false;
    }
    if work.article.byline.is_empty() {
        let mut evidence = Evidence::new(How::Stated, "text");
        evidence.text = Some(text.to_owned());
        work.sign(&credits, &evidence);
    }
    true
}

/// Finds by-line and summary among the lines that stood above the text.
fn above(work: &mut Work<'_>) {
    if !work.article.byline.is_empty() {
        return;
    }
    let rest = std::mem::take(&mut work.article.rest);
    let lines: Vec<&str> = rest
        .iter()
        .take_while(|zone| zone.zone == "other" || zone.zone == "byline")
        .flat_map(|zone| zone.text.lines())
        .collect();
    let labelled = |line: &&str| line.len() <= LONGEST && byline::labelled(line).is_some();
    // Of several by-lines most belong to teasers.
    let mut signed = lines.iter().enumerate().filter(|(_, line)| labelled(line));
    let only = match (signed.next(), signed.next()) {
        (Some((at, line)), None) => Some((at, (*line).to_owned())),
        _ => None,
    };
    let mut summary = None;
    if let Some((at, line)) = only
        && credits(work, &line)
        && work.article.standfirst.is_none()
    {
        let before = at.checked_sub(1).and_then(|before| lines.get(before));
        summary = before
            .filter(|line| is_summary(line))
            .map(|line| (*line).to_owned());
    }
    work.article.rest = rest;
    let Some(summary) = summary else { return };
    let other = |zone: &Zone| zone.text == summary;
    work.article.rest.retain(|zone| !other(zone));
    let mut evidence = Evidence::new(How::Guessed, "text");
    evidence.text = Some(summary.clone());
    work.article.standfirst = Some(summary);
    work.prove("standfirst", Proof::One(evidence));
}

/// Whether the line above a by-line sums the article up.
fn is_summary(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let menu = line.contains(['|', '>', '·', '›']);
    (7..=45).contains(&words)
        && !menu
        && stock(line).is_none()
        && dates::find_dates(line, dates::Order::DayFirst).is_empty()
}

#[cfg(test)]
mod tests {
    use crate::{Article, Draft, EnrichOptions, Zone, enrich};

    const BODY: &str =
        "The ferry came back to the old harbour on Monday, and many people were there to see it.";

    fn read(body: &str, rest: &[&str], format: &str) -> Article {
        let zone = |text: &&str| Zone {
            zone: "other".to_owned(),
            text: (*text).to_owned(),
        };
        let article = Article {
            body: body.to_owned(),
            format: format.to_owned(),
            rest: rest.iter().map(zone).collect(),
            ..Article::default()
        };
        let draft = Draft {
            article,
            ..Draft::default()
        };
        enrich(draft, &EnrichOptions::default())
    }

    #[test]
    fn appeals_and_captions_leave_the_text() {
        let page = format!(
            "By Jane Doe\n\n{BODY}\n\nSubscribe now for unlimited stories\n\nThe ferry on Monday. Photo: Jo Roe/AP\n\n{BODY}"
        );
        let article = read(&page, &[], "html");
        assert_eq!(article.body, format!("{BODY}\n\n{BODY}"));
        assert_eq!(article.byline, ["Jane Doe"]);
        // What a record gives as its text is left alone.
        assert_eq!(read(&page, &[], "json").body, page);
    }

    #[test]
    fn lines_above_the_text_name_author_and_summary() {
        let summary = "Eleven years after it left the ferry is home again";
        let article = read(BODY, &["Home | News", summary, "By Jane Doe"], "html");
        assert_eq!(article.byline, ["Jane Doe"]);
        assert_eq!(article.standfirst.as_deref(), Some(summary));
    }

    // Teasers have by-lines too.
    #[test]
    fn several_by_lines_name_nobody() {
        let article = read(BODY, &["By Jane Doe", "By John Roe"], "html");
        assert!(article.byline.is_empty());
    }
}
