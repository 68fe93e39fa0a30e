//! What is asked: queries of each kind, drawn from the articles themselves, for the engine alone and for morgue.

use morgue::{FacetRequest, Query, Sort};
use tantivy::tokenizer::TextAnalyzer;

use crate::raw::{Raw, Record, analyser};

/// Queries of a kind.
const EACH: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rare,
    Common,
    And,
    Or,
    Phrase,
    Range,
    Facet,
}

pub(crate) const KINDS: [(Kind, &str); 7] = [
    (Kind::Rare, "rare word"),
    (Kind::Common, "common word"),
    (Kind::And, "three words and"),
    (Kind::Or, "four words or"),
    (Kind::Phrase, "phrase"),
    (Kind::Range, "range + date sort"),
    (Kind::Facet, "facet"),
];

/// One query.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) kind: Kind,
    words: Vec<String>,
    pub(crate) stems: Vec<String>,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Ask {
    /// The query as morgue is asked; each article a line, as the engine alone answers.
    pub(crate) fn query(&self, all: bool) -> Query {
        let text = match self.kind {
            Kind::Or => self.words.join(" OR "),
            Kind::Phrase => format!("\"{}\"", self.words.join(" ")),
            _ => self.words.join(" "),
        };
        let mut query = Query {
            all,
            ..Query::new(text)
        };
        match self.kind {
            Kind::Range => {
                (query.since, query.until) = (Some(self.from.clone()), Some(self.to.clone()));
                query.sort = Sort::Newest;
            }
            Kind::Facet => {
                query.limit = Some(0);
                query.facets = vec![FacetRequest {
                    field: "source".to_owned(),
                    top: Some(10),
                }];
            }
            _ => {}
        }
        query
    }
}

/// Words of a text with their stems, where both are plain; neighbours in the text are neighbours here only if nothing
/// was between them.
fn words(analyser: &mut TextAnalyzer, text: &str) -> Vec<(String, String, usize)> {
    let mut found = Vec::new();
    let mut stream = analyser.token_stream(text);
    while stream.advance() {
        let token = stream.token();
        let word = &text[token.offset_from..token.offset_to];
        if word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()) {
            found.push((word.to_owned(), token.text.clone(), token.position));
        }
    }
    found
}

/// Draws queries of a kind from articles.
pub(crate) fn draw(kind: Kind, raw: &Raw, articles: &[Record]) -> Vec<Ask> {
    let all = raw.articles();
    let (least, most) = match kind {
        Kind::Rare => (3, (all / 2_000).max(20)),
        Kind::Common | Kind::Range | Kind::Facet => (all / 10, all / 2),
        Kind::And => (all / 50, all / 4),
        Kind::Or => (all / 100, all / 5),
        Kind::Phrase => (all / 500, all / 2),
    };
    let count = match kind {
        Kind::And => 3,
        Kind::Or => 4,
        Kind::Phrase => 2,
        _ => 1,
    };
    let mut analyser = analyser();
    let mut drawn: Vec<Ask> = Vec::new();
    for (turn, article) in articles.iter().enumerate() {
        let fit: Vec<(String, String, usize)> = words(&mut analyser, &article.body)
            .into_iter()
            .filter(|(_, stem, _)| (least..=most).contains(&raw.count(stem)))
            .collect();
        let start = turn * 7 % fit.len().max(1);
        let mut taken: Vec<&(String, String, usize)> = Vec::new();
        for one in fit.iter().skip(start) {
            let known = taken.iter().any(|other| other.1 == one.1);
            if kind == Kind::Phrase && taken.last().is_some_and(|last| last.2 + 1 != one.2) {
                taken.clear();
            }
            if !known {
                taken.push(one);
            }
            if taken.len() == count {
                break;
            }
        }
        let day = article.date.get(..10).unwrap_or("");
        let is_known = drawn
            .iter()
            .any(|ask| ask.stems.iter().eq(taken.iter().map(|one| &one.1)));
        let Ok(first) = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d") else {
            continue;
        };
        if taken.len() < count || is_known && !matches!(kind, Kind::Range | Kind::Facet) {
            continue;
        }
        drawn.push(Ask {
            kind,
            words: taken.iter().map(|one| one.0.clone()).collect(),
            stems: taken.iter().map(|one| one.1.clone()).collect(),
            from: day.to_owned(),
            to: (first + chrono::Duration::days(60)).to_string(),
        });
        if drawn.len() == EACH {
            break;
        }
    }
    drawn
}
