//! Understands an article: fills what its reader left open, and says of each value where it came from.
//!
//! Works on one article alone, in the order of [`STEPS`], with what its folder has in common where that is known
//! (`house`). What else depends on other articles (stories, copies) is left to others.

mod agencies;
mod boilerplate;
mod byline;
mod dateline;
pub(crate) mod dates;
mod front;
mod furniture;
mod head;
mod headline;
pub(crate) mod house;
mod labels;
mod language;
mod lines;
pub(crate) mod names;
mod order;
mod page;
mod publication;
mod rules;
mod sentences;
mod signature;
mod source;
mod stated;
mod stretch;
mod title;
mod zones;

use chrono::{NaiveDate, Utc};

use house::HouseStyle;

use crate::{Article, Candidate, Draft, Evidence, Proof, RunnerUp, Zone};

/// How articles are understood.
#[derive(Clone, Debug)]
pub struct EnrichOptions {
    /// The day of reading: dates more than two days after it are not believed.
    pub today: NaiveDate,
    /// Whether people, organisations and places are looked for.
    pub names: bool,
    /// Whether values that were considered and not taken are kept.
    pub runners_up: bool,
}

impl Default for EnrichOptions {
    fn default() -> EnrichOptions {
        EnrichOptions {
            today: Utc::now().date_naive(),
            names: true,
            runners_up: false,
        }
    }
}

/// An article on its way.
struct Work<'a> {
    article: Article,
    /// The text of a file without structure, until it is divided.
    text: Option<String>,
    candidates: Vec<Candidate>,
    /// The body by paragraphs.
    paragraphs: Vec<Paragraph>,
    /// Agencies of by-lines, each with its role.
    agencies: Vec<Evidence>,
    options: &'a EnrichOptions,
    house: &'a HouseStyle,
    /// The country of the language that the file states.
    region: Option<String>,
}

/// A paragraph of the body and the line it stands in, where that is known.
struct Paragraph {
    line: Option<u32>,
    text: String,
}

impl Work<'_> {
    fn prove(&mut self, field: &str, proof: Proof) {
        self.article.evidence.insert(field.to_owned(), proof);
    }

    /// Keeps a value that was not taken, where somebody asks for such.
    fn pass_over(&mut self, field: &str, value: &str, why: impl Into<String>, place: Evidence) {
        if !self.options.runners_up || self.article.runners_up.len() >= MOST_RUNNERS_UP {
            return;
        }
        self.article.runners_up.push(RunnerUp {
            field: field.to_owned(),
            why: why.into(),
            evidence: Evidence {
                value: Some(value.to_owned()),
                ..place
            },
        });
    }
}

/// Values of an article that are kept although they were not taken.
const MOST_RUNNERS_UP: usize = 400;

type Step = fn(&mut Work<'_>);

/// What is done to an article, in this order.
const STEPS: &[(&str, Step)] = &[
    ("front", front::read),
    ("language", language::detect_body),
    ("stated", stated::choose),
    ("page", page::divide),
    ("fill", stated::fill),
    ("furniture", furniture::clear),
    ("address", stated::date_of_address),
    ("paragraphs", dateline::paragraphs),
    ("dateline", dateline::find),
    ("agencies", agencies::collect),
    ("title", title::derive),
    ("names", labels::find_names),
];

/// Turns what a reader found, or an [`Article`] of a program's own, into an article: what it has stays, the rest is
/// worked out from its text where that tells. Takes some milliseconds for an article; the first call reads the lists and
/// models that are compiled in.
pub fn enrich(draft: impl Into<Draft>, options: &EnrichOptions) -> Article {
    enrich_in(&HouseStyle::default(), draft.into(), options)
}

/// The same, knowing what the files of its folder have in common.
pub(crate) fn enrich_in(house: &HouseStyle, draft: Draft, options: &EnrichOptions) -> Article {
    let mut languages = draft
        .candidates
        .iter()
        .filter(|candidate| candidate.field == "language");
    let region = languages.find_map(|stated| order::region(stated.evidence.text.as_deref()?));
    let mut work = Work {
        region,
        article: draft.article,
        text: draft.text,
        candidates: draft.candidates,
        paragraphs: Vec::new(),
        agencies: Vec::new(),
        options,
        house,
    };
    for (_, step) in STEPS {
        step(&mut work);
    }
    work.article
}

/// Adds text to the rest, to the last zone where it is of the same kind.
fn add_rest(rest: &mut Vec<Zone>, zone: &str, text: &str) {
    match rest.last_mut().filter(|last| last.zone == zone) {
        Some(last) => {
            last.text.push('\n');
            last.text.push_str(text);
        }
        None => rest.push(Zone {
            zone: zone.to_owned(),
            text: text.to_owned(),
        }),
    }
}
