//! The leaves of a tree that are no words by position: patterns, misspelt words, whole values, days, stories.

use std::collections::BTreeSet;
use std::ops::Bound;

use chrono::{NaiveDate, NaiveDateTime};
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::analyse::{fold_value, words};
use super::compile::{BoxedQuery, Compiler, filter, join};
use super::expand::{self, Expansion};
use super::in_story::InStory;
use super::layout::{TextZone, day_number, order_of};
use crate::query::filter_node;
use crate::{Error, ErrorKind, Filter, Kind, Node, Result};

impl Compiler<'_> {
    /// Days of a date field, both inclusive; an article of an imprecise date must lie within them wholly.
    pub(super) fn days(
        &self,
        field: &str,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        node: &Node,
    ) -> Result<BoxedQuery> {
        let Some((first, last)) = self.layout.days(field) else {
            let message = format!("`{field}` holds no dates");
            return Err(Error::new(ErrorKind::UnknownField, message).with_span(node.span.clone()));
        };
        let bound = |column, day| Bound::Included(Term::from_field_i64(column, day_number(day)));
        let mut clauses: Vec<(Occur, BoxedQuery)> = Vec::new();
        if let Some(from) = from {
            let range = RangeQuery::new(bound(first, from), Bound::Unbounded);
            clauses.push((Occur::Must, Box::new(range)));
        }
        if let Some(to) = to {
            let range = RangeQuery::new(Bound::Unbounded, bound(last, to));
            clauses.push((Occur::Must, Box::new(range)));
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, self.term(self.layout.has_term(field))));
        }
        Ok(filter(join(clauses)))
    }

    /// The index field and the scopes in it that unstemmed words of a query field are looked up in.
    pub(super) fn scopes(&mut self, field: Option<&str>) -> (Field, Vec<String>) {
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

    pub(super) fn wildcard(&mut self, field: Option<&str>, pattern: &str) -> Result<BoxedQuery> {
        let pattern = fold_value(pattern);
        self.marks.of_field(field).patterns.push(pattern.clone());
        let (index_field, scopes) = self.scopes(field);
        let mut terms = Vec::new();
        for scope in scopes {
            let found = expand::wildcard(self.searcher, index_field, &scope, &pattern)?;
            self.take(&mut terms, index_field, &scope, &found, &pattern);
        }
        Ok(any_of(terms))
    }

    pub(super) fn fuzzy(
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
            let marks = self.marks.of_field(field);
            marks.words.extend(found.words.iter().cloned());
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
    pub(super) fn exact(&mut self, field: &str, value: &str) -> Result<BoxedQuery> {
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
        let named = self.whole(field, &self.aliases.forms(field, value));
        Ok(filter(match self.within && field == "place" {
            true => {
                let within = self.term(self.layout.key_term("country", value));
                Box::new(BooleanQuery::union(vec![named, within]))
            }
            false => named,
        }))
    }

    /// Articles that have one of some whole values, folded, in a field.
    pub(super) fn whole(&self, field: &str, values: &BTreeSet<String>) -> BoxedQuery {
        let mut terms = values
            .iter()
            .map(|value| self.layout.key_term(field, value));
        match (terms.next(), values.len()) {
            (Some(only), 1) => self.term(only),
            (first, _) => Box::new(TermSetQuery::new(first.into_iter().chain(terms))),
        }
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
                if query.count(self.searcher).map_err(super::engine_error)? == 0 {
                    let Filter { field, value, .. } = wanted;
                    let meant = match self.like_value(field, value)? {
                        Some(value) => format!("; did you mean `{field}!={value}`?"),
                        None => String::new(),
                    };
                    self.hints.push(format!(
                        "no article has `{field}={value}`: nothing is left out{meant}"
                    ));
                }
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

    /// Articles in which a field is present; of stories those of more than one telling.
    pub(super) fn has(&self, field: &str) -> BoxedQuery {
        match self.schema.field(field).map(|field| field.kind) {
            Some(Kind::Story) => Box::new(InStory {
                groups: self.groups.clone(),
            }),
            _ => self.term(self.layout.has_term(field)),
        }
    }

    pub(super) fn story(&mut self, id: &str, node: &Node) -> Result<BoxedQuery> {
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

    pub(super) fn term(&self, term: Term) -> BoxedQuery {
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
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
