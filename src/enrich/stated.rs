//! Chooses among the values that a reader offers for a field: the first that can be read wins.

use super::{Work, byline, dates, order};
use crate::{Candidate, Evidence, How, Proof, Role};

/// Why most values are passed over.
const BETTER: &str = "a better one stands before it";

/// The step: takes the best candidates of a record or a web page. What a file says of its making (the day a document was
/// saved, the title of its template) waits until its text had its say.
pub(super) fn choose(work: &mut Work<'_>) {
    let candidates = std::mem::take(&mut work.candidates);
    let is_weak = |candidate: &Candidate| {
        candidate.evidence.how != How::Stated
            && matches!(candidate.field, "title" | "date" | "updated")
    };
    let has_text = work.text.is_some();
    let (weak, strong): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|candidate| has_text && is_weak(candidate));
    strong.iter().for_each(|candidate| take(work, candidate));
    work.candidates = weak;
}

/// The step: takes of the candidates that waited what the text did not say.
pub(super) fn fill(work: &mut Work<'_>) {
    let candidates = std::mem::take(&mut work.candidates);
    candidates
        .iter()
        .for_each(|candidate| take(work, candidate));
}

fn take(work: &mut Work<'_>, candidate: &Candidate) {
    let value = squeeze(&candidate.value);
    if value.is_empty() {
        return;
    }
    let evidence = Evidence {
        text: candidate
            .evidence
            .text
            .clone()
            .or_else(|| Some(candidate.value.clone())),
        ..candidate.evidence.clone()
    };
    match candidate.field {
        "date" | "updated" => date(work, candidate.field, &value, evidence),
        "byline" => authors(work, &value, evidence),
        "agency" => work.agencies.push(Evidence {
            value: Some(super::agencies::canonical(&value).map_or(value, str::to_owned)),
            role: evidence.role.or(Some(Role::Credited)),
            ..evidence
        }),
        field => {
            let article = &mut work.article;
            let slot = match field {
                "title" => &mut article.title,
                "standfirst" => &mut article.standfirst,
                "source" => &mut article.source,
                "dateline" => &mut article.dateline,
                "language" => &mut article.language,
                "url" => &mut article.url,
                _ => return,
            };
            match slot {
                None => {
                    *slot = Some(value);
                    work.prove(field, Proof::One(evidence));
                }
                Some(taken) if *taken == value => {}
                Some(_) => work.pass_over(field, &value, BETTER, evidence),
            }
        }
    }
}

fn date(work: &mut Work<'_>, field: &str, value: &str, evidence: Evidence) {
    let taken = if field == "date" {
        work.article.date
    } else {
        work.article.updated
    };
    let (order, known) = order::of(work);
    let mut evidence = evidence;
    let Some(date) = dates::parse_date(value, order) else {
        return work.pass_over(field, value, "no date that can be read", evidence);
    };
    if !date.is_plausible(work.options.today) {
        return work.pass_over(field, value, "not the day of an article", evidence);
    }
    if let Some(taken) = taken {
        if taken != date {
            work.pass_over(field, &date.to_string(), BETTER, evidence);
        }
        return;
    }
    known.note(&mut evidence, &date);
    if field == "date" {
        work.article.date = Some(date);
    } else {
        work.article.updated = Some(date);
    }
    work.prove(field, Proof::One(evidence));
}

/// The step: a day in the address of an article is its date where nothing better says it.
pub(super) fn date_of_address(work: &mut Work<'_>) {
    let Some(url) = work
        .article
        .url
        .as_deref()
        .filter(|_| work.article.date.is_none())
    else {
        return;
    };
    let parts: Vec<&str> = url.split('/').collect();
    let day = parts.windows(3).find_map(|part| {
        let [year, month, day] = part else {
            return None;
        };
        let shaped =
            year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
        let date = format!("{year}-{month:0>2}-{day:0>2}");
        shaped.then(|| crate::Date::parse(&date)).flatten()
    });
    let Some(date) = day.filter(|date| date.is_plausible(work.options.today)) else {
        return;
    };
    let mut evidence = Evidence::new(How::Derived, "url");
    evidence.text = Some(url.to_owned());
    work.article.date = Some(date);
    work.prove("date", Proof::One(evidence));
}

/// All candidates of the kind that was offered first belong together: records list their authors one by one.
fn authors(work: &mut Work<'_>, value: &str, evidence: Evidence) {
    let credits = byline::stated(value);
    let from = work
        .article
        .evidence
        .get("byline")
        .map(|proof| proof.pieces().first().and_then(|piece| piece.from.clone()));
    match from {
        None => work.sign(&credits, &evidence),
        Some(from) if from == evidence.from => {
            work.credit(&credits, &evidence);
            let mut pieces = work
                .article
                .evidence
                .get("byline")
                .map(|proof| proof.pieces().to_vec())
                .unwrap_or_default();
            for name in credits.names {
                if !work.article.byline.contains(&name) {
                    pieces.push(Evidence {
                        value: Some(name.clone()),
                        ..evidence.clone()
                    });
                    work.article.byline.push(name);
                }
            }
            work.prove("byline", Proof::Many(pieces));
        }
        Some(_) => {
            let known = credits
                .names
                .iter()
                .all(|name| work.article.byline.contains(name));
            if !known {
                work.pass_over("byline", value, BETTER, evidence);
            }
        }
    }
}

/// One line without doubled spaces.
fn squeeze(value: &str) -> String {
    let words: Vec<&str> = value.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::{Article, Candidate, Draft, EnrichOptions, Evidence, How, Role, enrich};

    fn choose(body: &str, values: &[(&'static str, &str)]) -> Article {
        let candidate = |(field, value): &(&'static str, &str)| Candidate {
            field,
            value: (*value).to_owned(),
            evidence: Evidence::new(How::Stated, format!("key {field}")),
        };
        let draft = Draft {
            article: Article {
                body: body.to_owned(),
                ..Article::default()
            },
            candidates: values.iter().map(candidate).collect(),
            ..Draft::default()
        };
        let options = EnrichOptions {
            names: false,
            runners_up: false,
            today: NaiveDate::from_ymd_opt(2030, 1, 1).unwrap(),
        };
        enrich(draft, &options)
    }

    #[test]
    fn the_first_value_that_can_be_read_wins() {
        let article = choose(
            "Rain fell.",
            &[
                ("title", " Rain \n falls "),
                ("date", "soon"),
                ("date", "4 May 2021"),
                ("date", "5 May 2021"),
            ],
        );
        assert_eq!(article.title.as_deref(), Some("Rain falls"));
        assert_eq!(article.date.unwrap().to_string(), "2021-05-04");
        assert_eq!(article.body, "Rain fell.");
    }

    // Records list authors one by one or in one value; web pages repeat them in another tag.
    #[test]
    fn authors_of_one_kind_belong_together() {
        let article = choose(
            "",
            &[("byline", "By Jane Doe"), ("byline", "John Roe, Reuters")],
        );
        assert_eq!(article.byline, ["Jane Doe", "John Roe"]);
        assert_eq!(article.agency, ["Reuters"]);
        assert_eq!(
            article.evidence["agency"].pieces()[0].role,
            Some(Role::Credited)
        );
    }

    #[test]
    fn an_address_dates_what_nothing_else_dates() {
        let article = choose(
            "Rain fell.",
            &[("url", "https://example.org/news/2021/5/04/rain.html")],
        );
        assert_eq!(article.date.unwrap().to_string(), "2021-05-04");
        assert_eq!(article.how("date"), Some(How::Derived));
    }

    #[test]
    fn impossible_dates_and_empty_values_are_left_out() {
        let article = choose("Rain fell.", &[("date", "2999-01-01"), ("source", "  ")]);
        assert_eq!((article.date, article.source.as_deref()), (None, None));
        assert!(article.title_is_derived());
    }

    #[test]
    fn a_dateline_of_a_body_credits_its_agency() {
        let article = choose(
            "NAIROBI, May 4 (Reuters) - Rain fell.\n\nIt rained, AFP reported.",
            &[],
        );
        assert_eq!(article.dateline.as_deref(), Some("NAIROBI, May 4"));
        assert_eq!(article.credits(), ["Reuters"]);
        assert_eq!(article.agency, ["Reuters", "AFP"]);
    }
}
