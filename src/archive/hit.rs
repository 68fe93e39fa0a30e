//! The line of an article in an answer, and how its score came about.

use serde_json::json;
use tantivy::query::Query as EngineQuery;
use tantivy::{DocAddress, Searcher};

use super::collect::Found;
use super::damage::caught;
use super::engine_error;
use super::marks::Marks;
use super::rescore::Added;
use super::search::Prepared;
use super::snippet::snippet;
use crate::{Article, Hit, How, Result};

/// The line of an article; without marks it has no snippet.
pub(super) fn hit(article: Article, marks: Option<&Marks>, score: f32) -> Hit {
    let guessed = article.evidence.iter().filter(|(field, proof)| {
        let how = proof.pieces().first().map(|piece| piece.how);
        how == Some(How::Guessed) || (field.as_str() == "title" && how == Some(How::Derived))
    });
    let guessed = guessed.map(|(field, _)| field.clone()).collect();
    Hit {
        rank: 0,
        score,
        snippet: marks.map_or_else(Vec::new, |marks| snippet(&article, marks)),
        guessed,
        story: article.story,
        story_size: 1,
        copies: 0,
        copy_of: article.copy_of,
        id: article.id,
        title: article.title,
        date: article.date,
        source: article.source,
        agency: article.agency,
        byline: article.byline,
        url: article.url,
        path: article.path,
        record: article.record,
        person: article.person,
        org: article.org,
        place: article.place,
        explain: None,
        why: None,
    }
}

impl Prepared {
    /// The parts of a score, the largest kinds first.
    pub(super) fn explain(
        &self,
        searcher: &Searcher,
        found: &Found,
        added: &[(DocAddress, Added)],
    ) -> Result<serde_json::Value> {
        let added = added
            .iter()
            .find(|(address, _)| *address == found.address)
            .map(|(_, added)| *added)
            .unwrap_or_default();
        let part = |value: f32, what: &str| json!({"value": value, "description": what});
        let own = found.score / added.fresh - added.near - added.early - added.likeness;
        let mut words = Vec::new();
        let mut explained = 0.0;
        for (text, query) in &self.compiled.words {
            let value = value_of(&**query, searcher, found.address);
            if value > 0.0 {
                explained += value;
                words.push(part(value, &format!("`{text}`")));
            }
        }
        if own - explained > own * 0.001 {
            words.push(part(own - explained, "other parts of the query"));
        }
        let mut parts = vec![json!({
            "value": own,
            "description": "how often the words occur, by their rarity",
            "details": words,
        })];
        let more = [
            (added.near, "words of the query near each other"),
            (added.early, "early in the article"),
            (added.likeness, "likeness to other good answers"),
        ];
        parts.extend(
            more.iter()
                .filter(|(value, _)| *value > 0.0)
                .map(|(value, what)| part(*value, what)),
        );
        if added.fresh < 1.0 {
            parts.push(part(added.fresh, "of the sum is left for its age"));
        }
        Ok(json!({"value": found.score, "description": "score", "details": parts}))
    }
}

/// What a part of a query gives an article; nothing where it does not match.
fn value_of(query: &dyn EngineQuery, searcher: &Searcher, address: DocAddress) -> f32 {
    // Built for tests the engine panics where a phrase does not match.
    caught(|| query.explain(searcher, address).map_err(engine_error))
        .map_or(0.0, |explanation| explanation.value())
}
