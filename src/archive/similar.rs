//! Articles like a given one, with what they share; itself and its copies are left out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED, Term};

use super::analyse::{Word, fold_value, words};
use super::marks::Marks;
use super::stems::{is_stop_word, language, stem};
use super::{Archive, engine_error, fetch, search};
use crate::story::{Telling, copy, likeness, weight_of};
use crate::{Article, Asked, Facets, Query, Result, Results, Version, Why};

/// Candidates that are compared, those that share most first.
const COMPARED: usize = 300;

/// The least likeness that is worth showing, in ten-thousandths.
const LEAST: u32 = 500;

/// Words and names given as reasons.
const REASONS: usize = 6;

impl Archive {
    /// Finds articles about the same things as an article, the likest first, with the words and names they share.
    /// The article itself and its copies are left out; of the query only filters, dates and the limit count.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn similar(&self, article: &Article, query: &Query) -> Result<Results> {
        self.guarded(|| self.like(article, query))
    }

    fn like(&self, article: &Article, query: &Query) -> Result<Results> {
        let started = Instant::now();
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let telling = Telling::of(article);
        let everything = Query {
            text: "*".to_owned(),
            plain: false,
            ..search::strict(query)
        };
        let prepared = self.prepare(&searcher, &everything, None)?;
        let allowed =
            match query.filters.is_empty() && query.since.is_none() && query.until.is_none() {
                true => None,
                false => {
                    let found = state.all(&*prepared.strict(), query.sort)?;
                    Some(
                        found
                            .into_iter()
                            .map(|found| found.address)
                            .collect::<HashSet<DocAddress>>(),
                    )
                }
            };
        let mut found: Vec<(u32, Article)> = Vec::new();
        for address in self.alike(&searcher, telling.signature())? {
            if allowed
                .as_ref()
                .is_some_and(|allowed| !allowed.contains(&address))
            {
                continue;
            }
            let mut other = fetch::article(&searcher, &self.layout, address)?;
            let theirs = Telling::of(&other);
            let like = likeness(&telling, &theirs);
            if other.id == article.id || like < LEAST || copy(&telling, &theirs).is_some() {
                continue;
            }
            state.tell(&mut other);
            found.push((like, other));
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
        // Copies of one article are one answer.
        let mut texts = HashSet::new();
        found.retain(|(_, other)| {
            texts.insert(other.copy_of.clone().unwrap_or_else(|| other.id.clone()))
        });
        let total = found.len() as u64;
        let stories: HashSet<&Option<String>> =
            found.iter().map(|(_, other)| &other.story).collect();
        let stories = stories.len() as u64;
        let mut hits = Vec::new();
        let shown = found
            .into_iter()
            .skip(query.offset)
            .take(query.limit.unwrap_or(usize::MAX));
        for (rank, (like, other)) in (query.offset as u64 + 1..).zip(shown) {
            let why = self.why(&searcher, article, &other)?;
            let mut marks = Marks::default();
            marks
                .words
                .extend(why.words.iter().map(|word| fold_value(word)));
            let mut hit = search::hit(other, &marks, like as f32 / 10_000.0);
            (hit.rank, hit.story_size, hit.why) = (rank, 1, Some(why));
            hits.push(hit);
        }
        Ok(Results {
            version: Version::default(),
            query: Asked {
                text: article.id.clone(),
                ..prepared.asked
            },
            total,
            stories,
            took_ms: (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0,
            hints: prepared.hints,
            hits,
            facets: Facets::default(),
            ..Results::default()
        })
    }

    /// The articles that share most heavy terms, most first.
    fn alike(&self, searcher: &Searcher, signature: &[u32]) -> Result<Vec<DocAddress>> {
        let mut shared: BTreeMap<DocAddress, usize> = BTreeMap::new();
        for (ordinal, reader) in (0u32..).zip(searcher.segment_readers()) {
            let index = reader
                .inverted_index(self.layout.term)
                .map_err(engine_error)?;
            for value in signature {
                let term = Term::from_field_bytes(self.layout.term, &value.to_be_bytes());
                let postings = index.read_postings(&term, IndexRecordOption::Basic);
                let Some(mut postings) = postings.map_err(|error| engine_error(error.into()))?
                else {
                    continue;
                };
                let mut doc = postings.doc();
                while doc != TERMINATED {
                    if !reader.is_deleted(doc) {
                        *shared.entry(DocAddress::new(ordinal, doc)).or_default() += 1;
                    }
                    doc = postings.advance();
                }
            }
        }
        let mut most: Vec<(DocAddress, usize)> = shared.into_iter().collect();
        most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        most.truncate(COMPARED);
        Ok(most.into_iter().map(|(address, _)| address).collect())
    }

    /// The names, and of other words those that say most, that two articles share.
    fn why(&self, searcher: &Searcher, article: &Article, other: &Article) -> Result<Why> {
        let names = |article: &Article| -> Vec<String> {
            article
                .person
                .iter()
                .chain(&article.org)
                .chain(&article.place)
                .cloned()
                .collect()
        };
        let ours: HashSet<String> = names(article).iter().map(|name| fold_value(name)).collect();
        let mut entities = names(other);
        entities.retain(|name| ours.contains(&fold_value(name)));
        entities.truncate(REASONS);
        let of_names: HashSet<String> = entities
            .iter()
            .flat_map(|name| words(name))
            .map(|word| word.folded)
            .collect();
        let ours = terms_of(article);
        let articles = searcher.num_docs();
        let mut words: Vec<(f32, String)> = Vec::new();
        for (term, word) in terms_of(other) {
            if ours.contains_key(&term) && !of_names.contains(&word.folded) {
                let term = Term::from_field_text(self.layout.text, &term);
                let having = searcher.doc_freq(&term).map_err(engine_error)?;
                words.push((weight_of(&word.folded, articles, having), word.folded));
            }
        }
        words.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        words.truncate(REASONS);
        Ok(Why {
            words: words.into_iter().map(|(_, word)| word).collect(),
            entities,
        })
    }
}

/// The words of an article by their stems, those that say something.
fn terms_of(article: &Article) -> HashMap<String, Word> {
    let code = article.language.as_deref().unwrap_or("");
    let all = words(&article.body).into_iter();
    let telling = all.filter(|word| word.folded.len() > 3 && !is_stop_word(&word.folded, "en"));
    let named = telling.filter(|word| !word.folded.starts_with(|c: char| c.is_ascii_digit()));
    named
        .map(|word| (stem(&word, language(code)), word))
        .collect()
}
