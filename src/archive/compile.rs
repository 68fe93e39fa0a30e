//! From the tree of a query to the engine's query, and to what a snippet should mark.

use std::ops::Range;
use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::aliases::Aliases;
use super::analyse::{Word, words};
use super::droppable::{text_of, without_stop_words};
use super::groups::Groups;
use super::layout::{Layout, TextZone};
use super::marks::Marks;
use super::positions::{PositionQuery, Rule};
use super::rescore::Ranked;
use super::stems::{Languages, stem};
use super::suggest::Unknown;
use crate::{Error, ErrorKind, Match, Node, NodeKind, Result, Schema};

/// The most words that `--plain` or `--match any` search for; the rarest are kept.
const MAX_WORDS: usize = 256;

pub(super) type BoxedQuery = Box<dyn Query>;

/// What the words of a query became: parts that may be relaxed, and parts that must hold.
pub(crate) struct Compiled {
    /// The words as typed with their queries, when the query is a plain list of them.
    pub(crate) words: Vec<(String, BoxedQuery)>,
    /// Filters, negations and groups.
    pub(crate) required: Vec<(Occur, BoxedQuery)>,
    /// How many of the words an article must have when the answer is not relaxed.
    pub(crate) least: usize,
}

impl Compiled {
    /// A query for articles with at least `least` of the words and everything required.
    pub(crate) fn query(&self, least: usize) -> BoxedQuery {
        let mut clauses: Vec<(Occur, BoxedQuery)> = Vec::new();
        for (occur, query) in &self.required {
            clauses.push((*occur, query.box_clone()));
        }
        if least >= self.words.len() {
            clauses.extend(
                self.words
                    .iter()
                    .map(|(_, query)| (Occur::Must, query.box_clone())),
            );
        } else {
            let words = self.words.iter().map(|(_, query)| query.box_clone());
            let some = if least <= 1 {
                BooleanQuery::union(words.collect())
            } else {
                let should = words.map(|query| (Occur::Should, query)).collect();
                BooleanQuery::with_minimum_required_clauses(should, least)
            };
            clauses.push((Occur::Must, Box::new(some)));
        }
        join(clauses)
    }
}

/// Joins clauses; without a positive one, everything that is not excluded matches.
pub(crate) fn join(mut clauses: Vec<(Occur, BoxedQuery)>) -> BoxedQuery {
    if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
        clauses.push((Occur::Must, filter(Box::new(AllQuery))));
    }
    match clauses.as_slice() {
        [(Occur::Must | Occur::Should, only)] => only.box_clone(),
        _ => Box::new(BooleanQuery::new(clauses)),
    }
}

/// A query that restricts and does not rank.
pub(super) fn filter(query: BoxedQuery) -> BoxedQuery {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// Compiles trees against one state of an archive.
pub(crate) struct Compiler<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) schema: &'a Schema,
    pub(crate) searcher: &'a Searcher,
    pub(crate) groups: Arc<Groups>,
    pub(crate) aliases: Arc<Aliases>,
    /// The languages that the archive holds.
    pub(crate) languages: Languages,
    pub(crate) marks: Marks,
    /// The words of the article that were asked for, in their order.
    pub(crate) ranked: Vec<Ranked>,
    /// Words that no article has.
    pub(crate) unknown: Vec<Unknown>,
    pub(crate) hints: Vec<String>,
    /// Whether a country finds its places too.
    pub(crate) within: bool,
    /// Whether a word of the article was asked for, so that some articles answer better than others.
    pub(crate) ranks: bool,
}

impl Compiler<'_> {
    /// Compiles a whole query.
    pub(crate) fn compile(&mut self, root: &Node, matching: Option<Match>) -> Result<Compiled> {
        let mut compiled = Compiled {
            words: Vec::new(),
            required: Vec::new(),
            least: 0,
        };
        let parts = match &root.kind {
            NodeKind::And(parts) => parts.as_slice(),
            _ => std::slice::from_ref(root),
        };
        let parts = without_stop_words(parts, self.languages.main);
        for part in parts {
            match (&part.kind, self.node(part)?) {
                (_, None) => {}
                (NodeKind::Not(inner), Some(_)) => {
                    if let Some(query) = self.unmarked(inner)? {
                        compiled.required.push((Occur::MustNot, query));
                    }
                }
                (kind, Some(query)) => match text_of(kind) {
                    Some(text) => compiled.words.push((text, query)),
                    None => compiled.required.push((Occur::Must, query)),
                },
            }
        }
        if compiled.words.is_empty() && compiled.required.is_empty() {
            return Err(
                Error::new(ErrorKind::NoWord, "the query holds no word to search for")
                    .with_span(root.span.clone())
                    .with_hint("type a word, or `*` for everything"),
            );
        }
        self.keep_rarest(&mut compiled.words)?;
        compiled.least = match matching {
            Some(Match::Any) => compiled.words.len().min(1),
            _ => compiled.words.len(),
        };
        Ok(compiled)
    }

    fn keep_rarest(&mut self, words: &mut Vec<(String, BoxedQuery)>) -> Result<()> {
        if words.len() <= MAX_WORDS {
            return Ok(());
        }
        let mut counted = Vec::with_capacity(words.len());
        for (text, query) in words.drain(..) {
            let mut rarest = u64::MAX;
            let mut terms = Vec::new();
            query.query_terms(&mut |term, _| terms.push(term.clone()));
            for term in terms {
                rarest = rarest.min(self.searcher.doc_freq(&term).map_err(super::engine_error)?);
            }
            counted.push((rarest, text, query));
        }
        counted.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        counted.dedup_by(|a, b| a.1 == b.1);
        if counted.len() > MAX_WORDS {
            self.hints.push(format!(
                "only the rarest {MAX_WORDS} of {} words were searched for",
                counted.len()
            ));
            counted.truncate(MAX_WORDS);
        }
        words.extend(counted.into_iter().map(|(_, text, query)| (text, query)));
        Ok(())
    }

    /// Compiles what is excluded, which a snippet must not mark.
    fn unmarked(&mut self, node: &Node) -> Result<Option<BoxedQuery>> {
        let (marks, ranks) = (std::mem::take(&mut self.marks), self.ranks);
        let (ranked, unknown) = (self.ranked.len(), self.unknown.len());
        let query = self.node(node);
        (self.marks, self.ranks) = (marks, ranks);
        self.ranked.truncate(ranked);
        self.unknown.truncate(unknown);
        query
    }

    /// Compiles a part; `None` when it holds no word.
    pub(super) fn node(&mut self, node: &Node) -> Result<Option<BoxedQuery>> {
        Ok(match &node.kind {
            NodeKind::All => Some(filter(Box::new(AllQuery))),
            NodeKind::And(parts) => {
                let mut clauses = Vec::new();
                let mut patterns: Vec<&NodeKind> = Vec::new();
                for part in without_stop_words(parts, self.languages.main) {
                    match &part.kind {
                        // What stands for many words is costly, and the same twice asks for nothing more.
                        NodeKind::Wildcard { .. } | NodeKind::Fuzzy { .. }
                            if patterns.contains(&&part.kind) => {}
                        NodeKind::Not(inner) => {
                            clauses
                                .extend(self.unmarked(inner)?.map(|query| (Occur::MustNot, query)));
                        }
                        kind => {
                            patterns.push(kind);
                            clauses.extend(self.node(part)?.map(|query| (Occur::Must, query)));
                        }
                    }
                }
                (!clauses.is_empty()).then(|| join(clauses))
            }
            NodeKind::Or(parts) => {
                let mut any = Vec::new();
                for part in parts {
                    any.extend(self.node(part)?);
                }
                match any.len() {
                    0 => None,
                    1 => any.pop(),
                    _ => Some(Box::new(BooleanQuery::union(any))),
                }
            }
            NodeKind::Not(inner) => self
                .unmarked(inner)?
                .map(|query| join(vec![(Occur::MustNot, query)])),
            NodeKind::Word { field, text } => {
                let query = self.phrase(field.as_deref(), text, 0)?;
                if let Some(query) = &query
                    && !self.is_known(&**query)?
                {
                    self.note_unknown(node);
                }
                query
            }
            NodeKind::Phrase { field, text, slop } => self.phrase(field.as_deref(), text, *slop)?,
            NodeKind::Near {
                field,
                left,
                right,
                distance,
            } => {
                let (left, right) = (words(left), words(right));
                if left.is_empty() || right.is_empty() {
                    let all: Vec<Word> = left.into_iter().chain(right).collect();
                    self.ordered(field.as_deref(), &all, 0)?
                } else {
                    let rule = Rule::Near {
                        split: left.len(),
                        distance: *distance,
                    };
                    let all: Vec<Word> = left.into_iter().chain(right).collect();
                    Some(self.positional(field.as_deref(), &all, rule)?)
                }
            }
            NodeKind::Wildcard { field, pattern } => {
                Some(self.wildcard(field.as_deref(), pattern)?)
            }
            NodeKind::Fuzzy {
                field,
                text,
                distance,
            } => self.fuzzy(field.as_deref(), text, *distance)?,
            NodeKind::Exact { field, value } => Some(self.exact(field, value)?),
            NodeKind::Days { field, from, to } => Some(self.days(field, *from, *to, node)?),
            NodeKind::Has { field } => Some(filter(self.has(field))),
            NodeKind::Story { id } => Some(self.story(id, node)?),
        })
    }

    fn phrase(&mut self, field: Option<&str>, text: &str, slop: u32) -> Result<Option<BoxedQuery>> {
        self.ordered(field, &words(text), slop)
    }

    pub(super) fn ordered(
        &mut self,
        field: Option<&str>,
        tokens: &[Word],
        slop: u32,
    ) -> Result<Option<BoxedQuery>> {
        if tokens.is_empty() {
            return Ok(None);
        }
        self.positional(field, tokens, Rule::Ordered(slop))
            .map(Some)
    }

    /// Words of one field by a rule of positions.
    fn positional(
        &mut self,
        field: Option<&str>,
        tokens: &[Word],
        rule: Rule,
    ) -> Result<BoxedQuery> {
        let zone = field.map(|name| (name, TextZone::of_field(name)));
        let (index_field, within, scope): (Field, _, _) = match zone {
            None => (self.layout.text, None, None),
            Some((_, Some(TextZone::Title))) => (self.layout.title, None, None),
            Some((_, Some(TextZone::Rest))) => (self.layout.rest, None, None),
            Some((_, Some(zone))) => (self.layout.text, Some(zone.positions()), None),
            Some((name, None)) => (self.layout.name, None, Some(name)),
        };
        self.ranks |= scope.is_none();
        if let Some(name) = scope {
            let term = |token: &Word| {
                Term::from_field_text(index_field, &format!("{name}:{}", token.folded))
            };
            self.marks
                .words
                .extend(tokens.iter().map(|token| token.folded.clone()));
            let own = by_position(tokens.iter().map(term).collect(), rule, within);
            // The words may be those of the name that an article's forms go by.
            let asked: Vec<&str> = tokens.iter().map(|token| token.folded.as_str()).collect();
            let forms = self.aliases.forms_where(name, |name| {
                let words = words(name);
                let mut windows = words.windows(asked.len());
                windows.any(|found| {
                    found
                        .iter()
                        .map(|word| word.folded.as_str())
                        .eq(asked.iter().copied())
                })
            });
            let mut ways = vec![own];
            if !forms.is_empty() {
                ways.push(self.whole(name, &forms));
            }
            if self.within && name == "place" {
                ways.push(self.positional(Some("country"), tokens, rule)?);
            }
            return Ok(match ways.len() {
                1 => ways.remove(0),
                _ => Box::new(BooleanQuery::union(ways)),
            });
        }
        // Within one article all words are stemmed alike, so each language is a query of its own.
        let mut ways: Vec<Vec<String>> = Vec::new();
        for language in &self.languages.held {
            let way: Vec<String> = tokens.iter().map(|token| stem(token, *language)).collect();
            if !ways.contains(&way) {
                self.marks.of_field(field).stems.extend(way.iter().cloned());
                ways.push(way);
            }
        }
        let term = |stem: &String| Term::from_field_text(index_field, stem);
        let ways: Vec<Vec<Term>> = ways
            .iter()
            .map(|way| way.iter().map(term).collect())
            .collect();
        if field.is_none() {
            for place in 0..tokens.len() {
                let mut terms: Vec<Term> = ways
                    .iter()
                    .filter_map(|way| way.get(place).cloned())
                    .collect();
                terms.sort_unstable();
                terms.dedup();
                self.rank(terms)?;
            }
        }
        self.any_way(ways, rule, within)
    }

    /// Whether the archive has all terms of a query that is one word.
    fn is_known(&self, query: &dyn Query) -> Result<bool> {
        let mut terms = Vec::new();
        query.query_terms(&mut |term, _| terms.push(term.clone()));
        for term in &terms {
            if self.searcher.doc_freq(term).map_err(super::engine_error)? > 0 {
                return Ok(true);
            }
        }
        Ok(terms.is_empty())
    }

    /// Notes a word of the article with its rarity, for what follows the search.
    fn rank(&mut self, terms: Vec<Term>) -> Result<()> {
        let mut commonest = 0;
        for term in &terms {
            commonest = commonest.max(self.searcher.doc_freq(term).map_err(super::engine_error)?);
        }
        let idf = idf(commonest, documents(self.searcher));
        for term in &terms {
            if let Some(stem) = term.value().as_str() {
                self.marks.weights.insert(stem.to_owned(), idf);
            }
        }
        if commonest > 0 {
            self.ranked.push(Ranked { terms, idf });
        }
        Ok(())
    }

    /// The same words stemmed in different ways. A stem that only a rare language uses must not outrank the others
    /// for its rarity, so each way weighs as much as the commonest.
    fn any_way(
        &self,
        ways: Vec<Vec<Term>>,
        rule: Rule,
        within: Option<Range<u32>>,
    ) -> Result<BoxedQuery> {
        let mut used: Vec<(u64, Vec<Term>)> = Vec::with_capacity(ways.len());
        for way in &ways {
            let mut rarest = u64::MAX;
            for term in way {
                rarest = rarest.min(self.searcher.doc_freq(term).map_err(super::engine_error)?);
            }
            if rarest > 0 {
                used.push((rarest, way.clone()));
            }
        }
        let commonest = used.iter().map(|(count, _)| *count).max();
        let (Some(commonest), 2..) = (commonest, used.len()) else {
            let only = used
                .pop()
                .map(|(_, way)| way)
                .or(ways.into_iter().next())
                .unwrap_or_default();
            return Ok(by_position(only, rule, within));
        };
        let all = documents(self.searcher);
        let queries = used.into_iter().map(|(count, way)| -> BoxedQuery {
            let factor = idf(commonest, all) / idf(count, all);
            Box::new(BoostQuery::new(
                by_position(way, rule, within.clone()),
                factor,
            ))
        });
        Ok(Box::new(BooleanQuery::union(queries.collect())))
    }
}

/// The number of documents that the engine's statistics are of.
pub(super) fn documents(searcher: &Searcher) -> u64 {
    let readers = searcher.segment_readers().iter();
    readers.map(|reader| u64::from(reader.max_doc())).sum()
}

/// The weight of a term for its rarity, as in the engine's BM25.
pub(crate) fn idf(count: u64, all: u64) -> f32 {
    (1.0 + (all.saturating_sub(count) as f32 + 0.5) / (count as f32 + 0.5)).ln()
}

/// Terms of one field by a rule of positions, in the cheapest query that can say it.
fn by_position(terms: Vec<Term>, rule: Rule, within: Option<Range<u32>>) -> BoxedQuery {
    match (terms.as_slice(), rule, within) {
        ([only], _, None) => Box::new(TermQuery::new(only.clone(), IndexRecordOption::WithFreqs)),
        (_, Rule::Ordered(0), None) => Box::new(PhraseQuery::new(terms)),
        (_, _, within) => Box::new(PositionQuery {
            terms,
            rule,
            within: within.unwrap_or(0..u32::MAX),
        }),
    }
}
