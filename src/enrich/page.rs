//! Takes a whole text of a file apart: headline, summary, dates, by-line, body and the rest, each with its line.

use super::byline::Credits;
use super::dates::Order;
use super::head;
use super::lines::{self, Block, Mark};
use super::publication::{self, Dated, Place};
use super::signature::Signed;
use super::zones::{self, Zone};
use super::{Paragraph, Work, dateline, order, signature, stretch};
use crate::{Evidence, How, Proof, Role};

/// Evidence for a value that stands in a line of the file.
fn stated(line: u32, text: &str) -> Evidence {
    Evidence {
        value: None,
        how: How::Stated,
        role: None,
        line: Some(line),
        from: None,
        text: Some(text.to_owned()),
    }
}

/// The step: divides the text of a file without structure.
pub(super) fn divide(work: &mut Work<'_>) {
    let Some(text) = work.text.take() else { return };
    let mut blocks = lines::unpaste(lines::blocks(&text));
    work.house.mark(&mut blocks);
    if work.article.language.is_none() {
        super::language::detect_in(
            work,
            blocks
                .iter()
                .filter(|b| b.is_prose())
                .map(|b| b.text.as_str()),
        );
    }
    let teasers = stretch::teasers(&blocks);
    let blocks = lines::unglue(blocks, &teasers);
    let teasers = stretch::teasers(&blocks);
    let mut article = stretch::stretch(&blocks, &teasers);
    if article.is_empty() {
        // Nothing reads like running text: all of it is what the file has to say.
        article = 0..blocks.len();
    }
    let mut headline = head::headline(&blocks, &article);
    if !headline.as_ref().is_some_and(|headline| headline.sure)
        && let Some(start) = head::restart(&blocks, &article)
    {
        article.start = start;
        headline = head::headline(&blocks, &article);
    }
    let mut zones = zones::zones(&blocks, &teasers, &article);
    let title = headline.as_ref().map(|headline| headline.at);
    let anchor = head::anchor(&blocks, &article).max(title.map_or(0, |at| at + 1));

    let place = Place {
        blocks: &blocks,
        zones: &zones.kinds,
        title,
        anchor,
        article: article.clone(),
    };
    let (order, known) = order::of(work);
    let (published, updated) = publication::dates(&place, order, work.options.today);
    let date_at = published
        .as_ref()
        .or(updated.as_ref())
        .map(|dated| dated.at);
    let signed = signature::byline(&place, date_at);

    if work.options.runners_up {
        work.pass_over_credits(
            &place,
            date_at,
            (order, &published, &updated),
            signed.as_ref(),
        );
    }
    let credited = [
        date_at,
        updated.as_ref().map(|d| d.at),
        signed.as_ref().map(|s| s.at),
    ];
    zones.by("its place between headline and text", |kinds| {
        mark_head(&blocks, kinds, title, &credited, anchor);
    });

    // A page that only says when it was changed existed by then.
    let derived = match (&published, &updated) {
        (None, Some(changed)) => Some(*changed),
        _ => None,
    };
    let line_of = |at: usize| blocks.get(at).map_or(0, |block| block.line);
    let text_of = |at: usize| {
        blocks
            .get(at)
            .map(|block| block.text.as_str())
            .unwrap_or_default()
    };
    if work.options.runners_up {
        for (at, why) in head::considered(&blocks, &article) {
            // Also of a line that is shown as the title, but not stated to be it.
            if Some(at) != title || headline.as_ref().is_some_and(|headline| !headline.stated) {
                work.pass_over("title", text_of(at), why, stated(line_of(at), text_of(at)));
            }
        }
    }
    if let Some(headline) = headline {
        let mut evidence = stated(line_of(headline.at), text_of(headline.at));
        if !headline.stated {
            evidence.how = How::Derived;
            evidence.from = Some("likely headline".to_owned());
        }
        if work.article.title.is_none() {
            work.article.title = Some(headline.text);
            work.prove("title", Proof::One(evidence));
        }
    }
    for (field, dated) in [("date", published), ("updated", updated)] {
        let Some(dated) = dated else { continue };
        let mut evidence = stated(line_of(dated.at), text_of(dated.at));
        if !dated.labelled && !blocks.get(dated.at).is_some_and(zones::is_date_line) {
            evidence.how = How::Guessed;
        }
        known.note(&mut evidence, &dated.date);
        let slot = if field == "date" {
            &mut work.article.date
        } else {
            &mut work.article.updated
        };
        if slot.is_none() {
            *slot = Some(dated.date);
            work.prove(field, Proof::One(evidence));
        }
    }
    if let Some(dated) = derived.filter(|_| work.article.date.is_none()) {
        let mut evidence = stated(line_of(dated.at), text_of(dated.at));
        evidence.how = How::Derived;
        evidence.from = Some("updated".to_owned());
        work.article.date = Some(dated.date);
        work.prove("date", Proof::One(evidence));
    }
    if let Some(block) = blocks.iter().take(3).find(|block| is_address(&block.text))
        && work.article.url.is_none()
    {
        work.article.url = Some(block.text.clone());
        work.prove("url", Proof::One(stated(block.line, &block.text)));
    }
    let mut authors = Vec::new();
    if let Some(signed) = signed {
        authors.clone_from(&signed.credits.names);
        let mut evidence = stated(line_of(signed.at), text_of(signed.at));
        if !signed.labelled {
            evidence.how = How::Guessed;
        }
        work.sign(&signed.credits, &evidence);
    }
    if work.article.source.is_none()
        && let Some((at, name)) = super::source::source(&blocks, &zones.kinds, article.end)
    {
        work.article.source = Some(name);
        work.prove("source", Proof::One(stated(line_of(at), text_of(at))));
    }
    let headline = work.article.title.clone();
    zones.by("repeats headline or author", |kinds| {
        zones::drop_repeats(&blocks, kinds, headline.as_deref(), &authors);
    });
    zones.by("begins like a caption", |kinds| {
        zones::spread_captions(&blocks, kinds);
    });
    if work.options.runners_up {
        for (at, block) in blocks.iter().enumerate() {
            let is_rest = !matches!(
                zones.kinds.get(at),
                Some(Zone::Body | Zone::Title | Zone::Standfirst)
            );
            if is_rest {
                let mut place = stated(block.line, "");
                place.text = None;
                work.pass_over("body", &block.text, zones.rule(at), place);
            }
        }
    }
    hand_over(work, &blocks, &zones.kinds);
}

/// Whether a line is an address of the web and nothing else.
fn is_address(line: &str) -> bool {
    let web = line.starts_with("https://") || line.starts_with("http://");
    web && line.len() < 500 && !line.contains(char::is_whitespace)
}

/// Marks headline, kicker, summary and credit lines, and what stands before the headline.
fn mark_head(
    blocks: &[Block],
    kinds: &mut [Zone],
    title: Option<usize>,
    credits: &[Option<usize>],
    anchor: usize,
) {
    let mut set = |at: usize, zone: Zone| {
        if let Some(kind) = kinds.get_mut(at) {
            *kind = zone;
        }
    };
    for at in credits.iter().flatten() {
        // A date inside a paragraph does not make a by-line of it.
        if blocks
            .get(*at)
            .is_some_and(|block| block.words <= 40 && !(block.is_prose() && block.words > 15))
        {
            set(*at, Zone::Byline);
        }
    }
    let Some(title) = title else { return };
    set(title, Zone::Title);
    for at in 0..title {
        if let Some(kind) = kinds.get_mut(at).filter(|kind| **kind == Zone::Body) {
            *kind = Zone::Other;
        }
    }
    if let Some(before) = title.checked_sub(1)
        && blocks
            .get(before)
            .is_some_and(|block| block.words <= 4 && block.mark != Mark::Bullet)
        && kinds.get(before) == Some(&Zone::Other)
        && let Some(kind) = kinds.get_mut(before)
    {
        *kind = Zone::Kicker;
    }
    // A summary stands between headline and credits, or alone before the text. Credits at its foot say nothing.
    let credit = credits
        .iter()
        .flatten()
        .copied()
        .filter(|at| *at > title && *at <= anchor + 3)
        .min();
    for at in title + 1..anchor.max(credit.unwrap_or(0)).min(title + 6) {
        let fits = blocks.get(at).is_some_and(|block| {
            let summary = block.words >= 7 && block.stock.is_none() && block.mark != Mark::Bullet;
            summary && !dateline::begins(&block.text) && !head::is_credit(block)
        });
        let open = matches!(kinds.get(at), Some(Zone::Other | Zone::Body));
        let before_credit = credit.is_some_and(|credit| at < credit);
        if fits
            && open
            && (at < anchor || before_credit)
            && blocks.get(at).map(|b| &b.text) != blocks.get(title).map(|b| &b.text)
        {
            if let Some(kind) = kinds.get_mut(at) {
                *kind = Zone::Standfirst;
            }
            break;
        }
    }
}

/// Writes body and rest into the article.
fn hand_over(work: &mut Work<'_>, blocks: &[Block], kinds: &[Zone]) {
    for (block, kind) in blocks.iter().zip(kinds) {
        match kind {
            Zone::Title => {}
            Zone::Standfirst => {
                if work.article.standfirst.is_none() {
                    work.article.standfirst = Some(block.text.clone());
                    work.prove("standfirst", Proof::One(stated(block.line, &block.text)));
                }
            }
            Zone::Body => work.paragraphs.push(Paragraph {
                line: Some(block.line),
                text: block.text.clone(),
            }),
            other => super::add_rest(&mut work.article.rest, other.name(), &block.text),
        }
    }
    let body: Vec<&str> = work
        .paragraphs
        .iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    work.article.body = body.join("\n\n");
}

/// The order of dates, and those that were taken.
type Taken<'t> = (Order, &'t Option<Dated>, &'t Option<Dated>);

impl Work<'_> {
    /// Keeps the dates and by-lines that were looked at and not taken.
    fn pass_over_credits(
        &mut self,
        place: &Place<'_>,
        date_at: Option<usize>,
        (order, published, updated): Taken<'_>,
        signed: Option<&Signed>,
    ) {
        let evidence = |at: usize| {
            let block = place.blocks.get(at);
            block.map_or_else(|| stated(0, ""), |block| stated(block.line, &block.text))
        };
        for (at, date, why) in publication::considered(place, order, self.options.today) {
            let taken = [published, updated].into_iter().flatten();
            if !taken
                .clone()
                .any(|taken| taken.at == at && taken.date == date)
            {
                self.pass_over("date", &date.to_string(), why, evidence(at));
            }
        }
        for (at, names, why) in signature::considered(place, date_at) {
            if !names.is_empty() && signed.is_none_or(|signed| signed.at != at) {
                self.pass_over("byline", &names.join(", "), why, evidence(at));
            }
        }
    }

    /// Writes names and agencies of a by-line with their evidence, unless the article has authors already.
    pub(super) fn sign(&mut self, credits: &Credits, evidence: &Evidence) {
        if self.article.byline.is_empty() && !credits.names.is_empty() {
            self.article.byline.clone_from(&credits.names);
            let pieces = credits.names.iter().map(|name| Evidence {
                value: Some(name.clone()),
                ..evidence.clone()
            });
            self.prove("byline", Proof::Many(pieces.collect()));
        }
        self.credit(credits, evidence);
    }

    /// Notes the agencies of a by-line.
    pub(super) fn credit(&mut self, credits: &Credits, evidence: &Evidence) {
        let agencies = credits.agencies.iter();
        self.agencies.extend(agencies.map(|short| Evidence {
            value: Some((*short).to_owned()),
            role: Some(Role::Credited),
            ..evidence.clone()
        }));
    }
}

#[cfg(test)]
mod tests;
