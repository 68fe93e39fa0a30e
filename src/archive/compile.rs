//! From the tree of a query to the engine's query, and to what a snippet should mark.

use std::ops::{Bound, Range};
use std::sync::Arc;

use chrono::NaiveDateTime;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::analyse::{Word, fold_value, words};
use super::droppable::{text_of, without_stop_words};
use super::expand::{self, Expansion};
use super::groups::Groups;
use super::layout::{Layout, TextZone, day_number, order_of};
use super::marks::Marks;
use super::positions::{PositionQuery, Rule};
use super::rescore::Ranked;
use super::stems::{Languages, stem};
use crate::query::filter_node;
use crate::{Error, ErrorKind, Filter, Kind, Match, Node, NodeKind, Result, Schema};

/// The most words that `--plain` or `--match any` search for; the rarest are kept.
const MAX_WORDS: usize = 256;

type BoxedQuery = Box<dyn Query>;

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
fn filter(query: BoxedQuery) -> BoxedQuery {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// Compiles trees against one state of an archive.
pub(crate) struct Compiler<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) schema: &'a Schema,
    pub(crate) searcher: &'a Searcher,
    pub(crate) groups: Arc<Groups>,
    /// The languages that the archive holds.
    pub(crate) languages: Languages,
    pub(crate) marks: Marks,
    /// The words of the article that were asked for, in their order.
    pub(crate) ranked: Vec<Ranked>,
    pub(crate) hints: Vec<String>,
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
        let ranked = self.ranked.len();
        let query = self.node(node);
        (self.marks, self.ranks) = (marks, ranks);
        self.ranked.truncate(ranked);
        query
    }

    /// Compiles a part; `None` when it holds no word.
    fn node(&mut self, node: &Node) -> Result<Option<BoxedQuery>> {
        Ok(match &node.kind {
            NodeKind::All => Some(filter(Box::new(AllQuery))),
            NodeKind::And(parts) => {
                let mut clauses = Vec::new();
                for part in without_stop_words(parts, self.languages.main) {
                    match &part.kind {
                        NodeKind::Not(inner) => {
                            clauses
                                .extend(self.unmarked(inner)?.map(|query| (Occur::MustNot, query)));
                        }
                        _ => clauses.extend(self.node(part)?.map(|query| (Occur::Must, query))),
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
            NodeKind::Word { field, text } => self.phrase(field.as_deref(), text, 0)?,
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
            NodeKind::Days { field, from, to } => {
                let Some((first, last)) = self.layout.days(field) else {
                    return Err(Error::new(
                        ErrorKind::UnknownField,
                        format!("`{field}` holds no dates"),
                    )
                    .with_span(node.span.clone()));
                };
                let from = from.map(|day| Term::from_field_i64(first, day_number(day)));
                let to = to.map(|day| Term::from_field_i64(last, day_number(day)));
                let mut clauses: Vec<(Occur, BoxedQuery)> = Vec::new();
                if let Some(from) = from {
                    clauses.push((
                        Occur::Must,
                        Box::new(RangeQuery::new(Bound::Included(from), Bound::Unbounded)),
                    ));
                }
                if let Some(to) = to {
                    clauses.push((
                        Occur::Must,
                        Box::new(RangeQuery::new(Bound::Unbounded, Bound::Included(to))),
                    ));
                }
                if clauses.is_empty() {
                    clauses.push((Occur::Must, self.term(self.layout.has_term(field))));
                }
                Some(filter(join(clauses)))
            }
            NodeKind::Has { field } => Some(filter(self.term(self.layout.has_term(field)))),
            NodeKind::Story { id } => Some(self.story(id, node)?),
        })
    }

    fn phrase(&mut self, field: Option<&str>, text: &str, slop: u32) -> Result<Option<BoxedQuery>> {
        self.ordered(field, &words(text), slop)
    }

    fn ordered(
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
            return Ok(by_position(tokens.iter().map(term).collect(), rule, within));
        }
        // Within one article all words are stemmed alike, so each language is a query of its own.
        let mut ways: Vec<Vec<String>> = Vec::new();
        for language in &self.languages.held {
            let way: Vec<String> = tokens.iter().map(|token| stem(token, *language)).collect();
            if !ways.contains(&way) {
                self.marks.stems.extend(way.iter().cloned());
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
                self.ranked.push(Ranked { terms });
            }
        }
        self.any_way(ways, rule, within)
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
        let all = self
            .searcher
            .segment_readers()
            .iter()
            .map(|reader| u64::from(reader.max_doc()))
            .sum();
        let queries = used.into_iter().map(|(count, way)| -> BoxedQuery {
            let factor = idf(commonest, all) / idf(count, all);
            Box::new(BoostQuery::new(
                by_position(way, rule, within.clone()),
                factor,
            ))
        });
        Ok(Box::new(BooleanQuery::union(queries.collect())))
    }

    /// The index field and the scopes in it that unstemmed words of a query field are looked up in.
    fn scopes(&mut self, field: Option<&str>) -> (Field, Vec<String>) {
        let zones = match field.map(|name| (name, TextZone::of_field(name))) {
            None => TextZone::ARTICLE.to_vec(),
            Some((_, Some(zone))) => vec![zone],
            Some((name, None)) => return (self.layout.name, vec![name.to_owned()]),
        };
        self.ranks = true;
        (
            self.layout.word,
            zones
                .into_iter()
                .map(|zone| zone.scope().to_owned())
                .collect(),
        )
    }

    fn wildcard(&mut self, field: Option<&str>, pattern: &str) -> Result<BoxedQuery> {
        let pattern = fold_value(pattern);
        self.marks.patterns.push(pattern.clone());
        let (index_field, scopes) = self.scopes(field);
        let mut terms = Vec::new();
        for scope in scopes {
            let found = expand::wildcard(self.searcher, index_field, &scope, &pattern)?;
            self.take(&mut terms, index_field, &scope, &found, &pattern);
        }
        Ok(any_of(terms))
    }

    fn fuzzy(
        &mut self,
        field: Option<&str>,
        text: &str,
        distance: u8,
    ) -> Result<Option<BoxedQuery>> {
        let tokens = words(text);
        let [token] = tokens.as_slice() else {
            // Several words in one cannot be misspelt as one.
            return self.ordered(field, &tokens, 0);
        };
        let (index_field, scopes) = self.scopes(field);
        let mut terms = Vec::new();
        for scope in scopes {
            let found = expand::fuzzy(
                self.searcher,
                index_field,
                &scope,
                &token.folded,
                distance.min(2),
            )?;
            self.marks.words.extend(found.words.iter().cloned());
            self.take(&mut terms, index_field, &scope, &found, text);
        }
        Ok(Some(any_of(terms)))
    }

    fn take(
        &mut self,
        terms: &mut Vec<Term>,
        field: Field,
        scope: &str,
        found: &Expansion,
        asked: &str,
    ) {
        if found.cut {
            let most = expand::MAX_EXPANSION;
            let hint = format!(
                "`{asked}` stands for more than {most} words; the rest was left out: type more letters"
            );
            if !self.hints.contains(&hint) {
                self.hints.push(hint);
            }
        }
        terms.extend(
            found
                .words
                .iter()
                .map(|word| Term::from_field_text(field, &format!("{scope}:{word}"))),
        );
    }

    /// The whole value of a label.
    fn exact(&mut self, field: &str, value: &str) -> Result<BoxedQuery> {
        match self.schema.field(field).map(|field| field.kind) {
            Some(Kind::Name | Kind::Keyword) => {}
            _ => {
                return Err(
                    Error::new(ErrorKind::Usage, format!("`{field}` has no exact values"))
                        .with_hint(format!("search its words: {field}:\"{value}\"")),
                );
            }
        }
        self.marks
            .words
            .extend(words(value).into_iter().map(|word| word.folded));
        if field == "id" {
            return Ok(filter(self.term(self.layout.id_term(value))));
        }
        Ok(filter(self.term(self.layout.key_term(field, value))))
    }

    /// The filters of `-w`: values of one field are alternatives, fields are joined.
    pub(crate) fn filters(
        &mut self,
        filters: &[Filter],
        except: Option<&str>,
        now: NaiveDateTime,
    ) -> Result<Vec<(Occur, BoxedQuery)>> {
        let mut fields: Vec<(&str, Vec<BoxedQuery>)> = Vec::new();
        let mut clauses = Vec::new();
        for wanted in filters
            .iter()
            .filter(|filter| Some(filter.field.as_str()) != except)
        {
            let asked = Filter {
                exclude: false,
                ..wanted.clone()
            };
            let Some(query) = self.node(&filter_node(&asked, self.schema, now)?)? else {
                continue;
            };
            if wanted.exclude {
                clauses.push((Occur::MustNot, query));
                continue;
            }
            match fields.iter_mut().find(|(field, _)| *field == wanted.field) {
                Some((_, any)) => any.push(query),
                None => fields.push((&wanted.field, vec![query])),
            }
        }
        for (_, any) in fields {
            clauses.push((Occur::Must, filter(Box::new(BooleanQuery::union(any)))));
        }
        Ok(clauses)
    }

    fn story(&mut self, id: &str, node: &Node) -> Result<BoxedQuery> {
        let ids = super::fetch::ids_with_prefix(self.searcher, self.layout, id, 2)?;
        match ids.as_slice() {
            [] => Ok(Box::new(EmptyQuery)),
            [only] => Ok(self.story_of(only)),
            _ => Err(Error::new(
                ErrorKind::Ambiguous,
                format!("several articles have an id that begins with `{id}`"),
            )
            .with_span(node.span.clone())
            .with_hint("type more of the id")),
        }
    }

    /// The articles of the story that an article belongs to.
    fn story_of(&self, id: &str) -> BoxedQuery {
        let Some(place) = self.groups.place(order_of(id)) else {
            return filter(self.term(self.layout.id_term(id)));
        };
        let members = self.groups.members(place.story).into_iter();
        let one = |order| -> BoxedQuery {
            let term = || Bound::Included(Term::from_field_u64(self.layout.order, order));
            Box::new(RangeQuery::new(term(), term()))
        };
        filter(Box::new(BooleanQuery::union(members.map(one).collect())))
    }

    fn term(&self, term: Term) -> BoxedQuery {
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }
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

fn any_of(terms: Vec<Term>) -> BoxedQuery {
    if terms.is_empty() {
        return Box::new(EmptyQuery);
    }
    Box::new(ConstScoreQuery::new(
        Box::new(TermSetQuery::new(terms)),
        1.0,
    ))
}
