//! Articles like a given one, with what they share; itself and its copies are left out.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::advise::articles;
use super::analyse::{Word, fold_value, words};
use super::marks::Marks;
use super::stems::{is_stop_word, language, stem};
use super::{Archive, engine_error, fetch, search};
use crate::story::{Telling, copy, kinship, weight_of};
use crate::{Article, Asked, Facets, Query, Result, Results, Version, Why};

/// Candidates that are compared, those that share most first: fetching an article costs more than all else.
const COMPARED: usize = 300;

/// The least likeness that is worth showing, in ten-thousandths. Of newswire pairs next above it a quarter is of one topic,
/// of all pairs an eighth.
const LEAST: u32 = 700;

/// Words that candidates are looked for by where no heavy terms are kept.
const HEAVY_WORDS: usize = 24;

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
        let mut prepared = self.prepare(&searcher, &everything, None)?;
        let allowed = match is_narrowed(query) {
            true => {
                let found = state.all(&*prepared.strict(), query.sort)?.into_iter();
                Some(found.map(|found| found.address).collect::<HashSet<_>>())
            }
            false => None,
        };
        let mut found: Vec<(u32, Article)> = Vec::new();
        for address in self.alike(&searcher, article, &telling, allowed.as_ref())? {
            let mut other = fetch::article(&searcher, &self.layout, address)?;
            let theirs = Telling::of(&other);
            let like = kinship(&telling, &theirs);
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
        if total == 0 {
            let hint = self.hint_at_unlike(&searcher, article, query)?;
            prepared.hints.extend(hint);
        }
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
            let mut hit = search::hit(
                other,
                query.snippets.then_some(&marks),
                like as f32 / 10_000.0,
            );
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

    /// Says why no article is like one: because of the filters, or anyway.
    fn hint_at_unlike(
        &self,
        searcher: &Searcher,
        article: &Article,
        query: &Query,
    ) -> Result<Vec<String>> {
        let alone = || vec!["no other article is about the same things".to_owned()];
        if !is_narrowed(query) {
            return Ok(alone());
        }
        let unknown = self.unknown_values(searcher, query)?;
        if !unknown.is_empty() {
            return Ok(unknown);
        }
        let unfiltered = Query {
            limit: Some(0),
            now: query.now,
            ..Query::default()
        };
        Ok(match self.like(article, &unfiltered)?.total {
            0 => alone(),
            count => {
                let articles = articles(count as usize, "is", "are");
                vec![format!("without filters and dates {articles} alike")]
            }
        })
    }

    /// Of the allowed articles those that share the heaviest terms, most first.
    fn alike(
        &self,
        searcher: &Searcher,
        article: &Article,
        telling: &Telling,
        allowed: Option<&HashSet<DocAddress>>,
    ) -> Result<Vec<DocAddress>> {
        let terms: Vec<(Term, u32)> = telling
            .weighted_signature()
            .map(|(value, weight)| {
                let term = Term::from_field_bytes(self.layout.term, &value.to_be_bytes());
                (term, weight)
            })
            .collect();
        let mut words = None;
        let mut found: Vec<(Reverse<u32>, u64, DocAddress)> = Vec::new();
        for (ordinal, reader) in (0u32..).zip(searcher.segment_readers()) {
            let mut shared: HashMap<u32, u32> = HashMap::new();
            let tells = self.tells(reader)?;
            for (term, weight) in terms.iter().filter(|_| tells) {
                each_having(reader, term, |doc| {
                    *shared.entry(doc).or_default() += weight
                })?;
            }
            // Articles that have no terms are looked for by their words.
            let mut untold = HashSet::new();
            each_having(reader, &self.layout.untold_term(), |doc| {
                untold.insert(doc);
            })?;
            if !tells || !untold.is_empty() {
                let words = match &mut words {
                    Some(words) => words,
                    none => none.insert(self.heaviest_words(searcher, article)?),
                };
                for (term, weight) in words {
                    each_having(reader, term, |doc| {
                        if !tells || untold.contains(&doc) {
                            *shared.entry(doc).or_default() += *weight;
                        }
                    })?;
                }
            }
            let order = reader.fast_fields().u64("order").map_err(engine_error)?;
            for (doc, weight) in shared {
                let address = DocAddress::new(ordinal, doc);
                let is_allowed = allowed.is_none_or(|allowed| allowed.contains(&address));
                if is_allowed && !reader.is_deleted(doc) {
                    found.push((Reverse(weight), order.first(doc).unwrap_or(0), address));
                }
            }
        }
        // Where several share as much, no order of the files decides.
        found.sort_unstable();
        found.truncate(COMPARED);
        Ok(found.into_iter().map(|(_, _, address)| address).collect())
    }

    /// Whether articles of a segment were compared with others, which `--no-enrich` leaves out.
    pub(super) fn tells(&self, reader: &SegmentReader) -> Result<bool> {
        let index = reader.inverted_index(self.layout.term);
        Ok(index.map_err(engine_error)?.terms().num_terms() > 0)
    }

    /// The words of an article that say most, with weights like those of terms.
    fn heaviest_words(&self, searcher: &Searcher, article: &Article) -> Result<Vec<(Term, u32)>> {
        let articles = searcher.num_docs();
        let mut words = Vec::new();
        for (stem, word) in terms_of(article) {
            let term = Term::from_field_text(self.layout.text, &stem);
            let having = searcher.doc_freq(&term).map_err(engine_error)?;
            if having > 0 {
                let weight = weight_of(&word.folded, articles, having);
                words.push((term, (weight * 100.0) as u32));
            }
        }
        words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(HEAVY_WORDS);
        Ok(words)
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

/// Whether only some articles are asked for.
fn is_narrowed(query: &Query) -> bool {
    !query.filters.is_empty() || query.since.is_some() || query.until.is_some()
}

/// Visits the articles of a segment that have a term.
fn each_having(reader: &SegmentReader, term: &Term, mut visit: impl FnMut(u32)) -> Result<()> {
    let index = reader.inverted_index(term.field()).map_err(engine_error)?;
    let postings = index.read_postings(term, IndexRecordOption::Basic);
    if let Some(mut postings) = postings.map_err(|error| engine_error(error.into()))? {
        let mut doc = postings.doc();
        while doc != TERMINATED {
            visit(doc);
            doc = postings.advance();
        }
    }
    Ok(())
}

/// The words of an article by their stems, those that say something.
fn terms_of(article: &Article) -> HashMap<String, Word> {
    let code = article.language.as_deref().unwrap_or("");
    let title = article
        .title
        .as_deref()
        .filter(|_| !article.title_is_derived());
    let all = title
        .into_iter()
        .chain([article.body.as_str()])
        .flat_map(words);
    let telling = all.filter(|word| word.folded.len() > 3 && !is_stop_word(&word.folded, "en"));
    let named = telling.filter(|word| !word.folded.starts_with(|c: char| c.is_ascii_digit()));
    named
        .map(|word| (stem(&word, language(code)), word))
        .collect()
}
