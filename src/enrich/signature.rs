//! The by-line of a page of plain text: which of the lines that hold names are its authors'.
//!
//! A name that captions a picture, or that headline and lead are about, is not an author.

use super::byline::{self, Credits};
use super::dates;
use super::lines::Block;
use super::publication::Place;
use super::zones::{self, Zone};

/// A by-line with the block it stands in.
pub(crate) struct Signed {
    pub(crate) at: usize,
    pub(crate) credits: Credits,
    pub(crate) labelled: bool,
}

/// How far from headline, date and text a by-line may stand.
const REACH: usize = 8;

/// Names that may be the authors', with what speaks for them; or why they are not.
struct Weighed {
    score: f64,
    signed: Signed,
    refused: Option<&'static str>,
}

/// The by-line: one with a label near the article, else names alone beside its date.
pub(crate) fn byline(place: &Place<'_>, date: Option<usize>) -> Option<Signed> {
    let mut best: Option<Weighed> = None;
    for weighed in weighed(place, date) {
        let better = best.as_ref().is_none_or(|best| weighed.score > best.score);
        if weighed.refused.is_none() && better {
            best = Some(weighed);
        }
    }
    let mut signed = best?.signed;
    follow(place, &mut signed);
    Some(signed)
}

/// The lines that were looked at, with the names read from each and what was made of them.
pub(crate) fn considered(
    place: &Place<'_>,
    date: Option<usize>,
) -> Vec<(usize, Vec<String>, String)> {
    let why = |weighed: &Weighed| match weighed.refused {
        Some(reason) => reason.to_owned(),
        None if weighed.signed.labelled => format!("with a label: {:.1}", weighed.score),
        None => format!("names alone: {:.1}", weighed.score),
    };
    let all = weighed(place, date).into_iter();
    all.map(|weighed| {
        let why = why(&weighed);
        (weighed.signed.at, weighed.signed.credits.names, why)
    })
    .collect()
}

/// Weighs the lines around headline and text that hold names.
fn weighed(place: &Place<'_>, date: Option<usize>) -> Vec<Weighed> {
    let date = date.or_else(|| vague_date(place));
    let mut all: Vec<Weighed> = Vec::new();
    for at in candidates(place) {
        let Some(block) = place.blocks.get(at) else {
            continue;
        };
        if Some(at) == place.title
            || matches!(
                place.zones.get(at),
                Some(Zone::Teaser | Zone::Comment | Zone::Caption)
            )
        {
            continue;
        }
        let Some(mut weighed) = read(place, at, block, date) else {
            continue;
        };
        let head = place.title.unwrap_or(place.anchor);
        let distance = at.abs_diff(head).min(at.abs_diff(place.anchor)).min(30);
        weighed.score -= 0.1 * f64::from(u8::try_from(distance).unwrap_or(30));
        if at > place.anchor + 1 && at < place.article.end {
            // Inside the text stand the by-lines of teasers.
            weighed.score -= 0.6;
        }
        if at >= place.article.end {
            weighed.score -= 0.8;
        }
        all.push(weighed);
    }
    all
}

/// A line near the head that says when, if not which year.
fn vague_date(place: &Place<'_>) -> Option<usize> {
    let head = place.title.unwrap_or(place.anchor.saturating_sub(6));
    (head..place.anchor + 2).find(|at| {
        place
            .blocks
            .get(*at)
            .is_some_and(|block| dates::is_vague(&block.text))
    })
}

/// The blocks around headline, beginning and end of the text.
fn candidates(place: &Place<'_>) -> impl Iterator<Item = usize> {
    let head = place.title.unwrap_or(place.anchor).min(place.anchor);
    let last = place.title.unwrap_or(0).max(place.anchor) + 6;
    // Without a headline the credits stand somewhere above the text.
    let above = if place.title.is_some() { 4 } else { 12 };
    let start = head.saturating_sub(above)..last;
    let end = place.article.end.saturating_sub(2).max(last)
        ..(place.article.end + REACH).min(place.blocks.len());
    start.chain(end)
}

fn read(place: &Place<'_>, at: usize, block: &Block, date: Option<usize>) -> Option<Weighed> {
    if block.words > 40 {
        return None;
    }
    let weighed = |score, credits, labelled| Weighed {
        score,
        signed: Signed {
            at,
            credits,
            labelled,
        },
        refused: None,
    };
    if let Some(credits) = byline::labelled(&block.text) {
        return Some(weighed(4.0, credits, true));
    }
    if byline::is_label(&block.text) {
        let next = place.blocks.get(at + 1)?;
        let credits = byline::after_label(&next.text)?;
        return Some(weighed(3.8, credits, true));
    }
    if block.is_prose() || block.ends {
        return None;
    }
    let dated = zones::is_date_line(block) || date == Some(at);
    if let Some(credits) = byline::inner(&block.text, dated) {
        return Some(weighed(3.6, credits, true));
    }
    let (credits, score) = bare(place, at, block, date)?;
    let unfit = |name: &String| match () {
        () if is_subject(place, name) => Some("the article is about this name"),
        () if is_captioned(place, at, name) => Some("the name captions a picture"),
        () if is_phrase(place, name) => Some("these words are no name in the text"),
        () => None,
    };
    let refused = credits.names.iter().find_map(unfit);
    Some(Weighed {
        refused,
        ..weighed(score, credits, false)
    })
}

/// How many blocks at the foot of an article are searched for its signature.
const FOOT: usize = 20;

/// Names without a label: on the line of the date, beside it, or under the headline and again at the end.
fn bare(
    place: &Place<'_>,
    at: usize,
    block: &Block,
    date: Option<usize>,
) -> Option<(Credits, f64)> {
    let foot = place.article.end.saturating_sub(4).max(at + 1);
    let foot = place
        .blocks
        .get(foot..)
        .unwrap_or_default()
        .iter()
        .take(FOOT);
    let at_foot = |exact: bool| {
        let text = block.text.as_str();
        foot.clone()
            .any(|other| other.text == text || (!exact && other.text.contains(text)))
    };
    let distance = date.map(|date| at.abs_diff(date));
    match byline::bare(&block.text) {
        Some(credits) => match distance {
            Some(0) => Some((credits, 3.0)),
            Some(1) => Some((credits, if Some(at + 1) == date { 2.8 } else { 2.4 })),
            Some(2 | 3) if Some(at) > place.title => Some((credits, 2.0)),
            _ if Some(at) > place.title && at <= place.title? + 4 && at_foot(false) => {
                Some((credits, 1.8))
            }
            _ => None,
        },
        // One word alone is a name only where it is printed again as a signature.
        None => {
            let alone =
                block.words == 1 && block.stock.is_none() && distance == Some(1) && Some(at) < date;
            let credits = (alone && at_foot(true)).then(|| byline::after_label(&block.text))??;
            Some((credits, 2.6))
        }
    }
}

/// How many blocks of the text are searched for the words of a name in lower case.
const SEARCHED: usize = 60;

/// Whether the words of a name also stand in lower case: then they are words, and the line is a heading.
fn is_phrase(place: &Place<'_>, name: &str) -> bool {
    let words: Vec<String> = name
        .split(' ')
        .filter(|word| word.chars().count() > 3 && word.starts_with(char::is_uppercase))
        .map(str::to_lowercase)
        .collect();
    let blocks = place.blocks.iter().skip(place.anchor).take(SEARCHED);
    blocks
        .filter(|block| block.is_prose())
        .any(|block| words.iter().any(|word| has_word(&block.text, word)))
}

/// Whether a name is what the article is about: authors seldom stand in headline or lead.
fn is_subject(place: &Place<'_>, name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or(name);
    if last.len() < 3 {
        return false;
    }
    let lead = place.anchor..(place.anchor + 4).min(place.article.end);
    place
        .title
        .into_iter()
        .chain(lead)
        .filter_map(|at| place.blocks.get(at))
        .any(|block| block.text != name && has_word(&block.text, last))
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Whether a caption near a block begins with the same name.
fn is_captioned(place: &Place<'_>, at: usize, name: &str) -> bool {
    let near = place
        .blocks
        .iter()
        .enumerate()
        .take(at + 6)
        .skip(at.saturating_sub(5));
    near.filter(|(other, _)| *other != at)
        .any(|(other, block)| {
            let caption = place.zones.get(other) == Some(&Zone::Caption);
            caption && block.text.contains(name)
        })
}

/// Names that go on in the next blocks: scrapers print each link on its own line.
fn follow(place: &Place<'_>, signed: &mut Signed) {
    if !signed.labelled {
        return follow_lines(place, signed);
    }
    let text_of = |at: usize| place.blocks.get(at).map(|block| block.text.as_str());
    for at in signed.at + 1..signed.at + 7 {
        let joined = text_of(at.saturating_sub(1)).is_some_and(|text| {
            text.ends_with([',', '&']) || text.ends_with(" and") || text.ends_with(" und")
        });
        let Some(text) = text_of(at) else { return };
        let leads = text.starts_with([',', '&'])
            || ["and ", "und ", "et ", "y "]
                .iter()
                .any(|join| text.starts_with(join));
        if !(joined || leads) {
            return;
        }
        let rest = text.trim_start_matches([',', '&', ' ']);
        let rest = ["and ", "und ", "et ", "y "]
            .iter()
            .find_map(|join| rest.strip_prefix(join))
            .unwrap_or(rest);
        let Some(credits) = byline::bare(rest) else {
            return;
        };
        for name in credits.names {
            if !signed.credits.names.contains(&name) {
                signed.credits.names.push(name);
            }
        }
    }
}

/// Names that stand alone in the lines before and after a name that stands alone.
fn follow_lines(place: &Place<'_>, signed: &mut Signed) {
    let name_at = |at: usize| -> Option<Vec<String>> {
        let block = place.blocks.get(at)?;
        if zones::is_date_line(block) || place.zones.get(at) == Some(&Zone::Caption) {
            return None;
        }
        let names = byline::bare(&block.text)?.names;
        let unfit = |name: &String| {
            is_subject(place, name) || is_captioned(place, at, name) || is_phrase(place, name)
        };
        (!names.iter().any(unfit)).then_some(names)
    };
    let lowest = place.title.map_or(signed.at, |title| title + 1);
    let before = (lowest..signed.at)
        .rev()
        .map_while(name_at)
        .collect::<Vec<_>>();
    let after = (signed.at + 1..signed.at + 6)
        .map_while(name_at)
        .collect::<Vec<_>>();
    let own = std::mem::take(&mut signed.credits.names);
    let all = before.into_iter().rev().chain([own]).chain(after).flatten();
    for name in all {
        if !signed.credits.names.contains(&name) {
            signed.credits.names.push(name);
        }
    }
}
