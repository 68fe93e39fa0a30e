//! Searching: words to a tree, the tree to the engine, what it found to an answer.

use std::time::Instant;

use chrono::{Local, NaiveDate, NaiveDateTime};
use tantivy::Searcher;
use tantivy::query::{Occur, Query as EngineQuery};

use super::collect::{Found, Fresh, Gather, Gathered, Shared};
use super::compile::{Compiled, Compiler, join};
use super::cursor::{Cursor, asked};
pub(super) use super::hit::hit;
use super::layout::order_of;
use super::marks::Marks;
use super::relax::{relax, word_to_drop};
use super::rescore::{Ranked, WINDOW, rescore};
use super::stems::{self, Languages};
use super::suggest::Unknown;
use super::{Archive, State, engine_error, facets, fetch};
use crate::query::{explain, first_day, last_day, parse, parse_any, parse_plain, timed};
use crate::{
    Asked, Error, ErrorKind, FacetRequest, Match, Node, NodeKind, Query, Result, Results, Sort,
};

/// Lines that an answer may ask for at once; more are paged.
const MAX_LINES: usize = 1_000_000;

/// A query read and compiled against one state of the archive.
pub(super) struct Prepared {
    pub(super) root: Node,
    pub(super) compiled: Compiled,
    /// Date bounds and exact filters, each under the name of its field.
    pub(super) filters: Vec<(Occur, Box<dyn EngineQuery>)>,
    pub(super) marks: Marks,
    pub(super) ranked: Vec<Ranked>,
    pub(super) unknown: Vec<Unknown>,
    pub(super) hints: Vec<String>,
    pub(super) asked: Asked,
    /// Whether some articles answer better than others.
    pub(super) ranks: bool,
}

impl Prepared {
    /// The engine's query for articles with at least `least` of the words.
    pub(super) fn query(&self, least: usize) -> Box<dyn EngineQuery> {
        let mut clauses = vec![(Occur::Must, self.compiled.query(least))];
        clauses.extend(
            self.filters
                .iter()
                .map(|(occur, query)| (*occur, query.box_clone())),
        );
        join(clauses)
    }

    /// How many words a relaxed answer may choose from.
    pub(super) fn words(&self) -> usize {
        self.compiled.words.len()
    }

    /// The query for articles that have everything.
    pub(super) fn strict(&self) -> Box<dyn EngineQuery> {
        self.query(self.compiled.least)
    }
}

impl Archive {
    /// Finds articles and ranks them, one line a story.
    ///
    /// # Errors
    /// A query that cannot be read, with its place and a hint; a damaged archive.
    ///
    /// ```
    /// use morgue::{Archive, Article, Query, Schema};
    /// let archive = Archive::in_memory(Schema::default())?;
    /// let article = Article { id: "1".into(), body: "New sanctions were agreed.".into(), ..Article::default() };
    /// archive.add(vec![article])?;
    /// assert_eq!(archive.search(&Query::new("sanction"))?.total, 1);
    /// # Ok::<(), morgue::Error>(())
    /// ```
    pub fn search(&self, query: &Query) -> Result<Results> {
        self.guarded(|| self.found(query))
    }

    fn found(&self, query: &Query) -> Result<Results> {
        let started = Instant::now();
        let state = self.state()?;
        let searcher = state.reader.searcher();
        let mut prepared = self.prepare(&searcher, query, None)?;
        let cursor = query.after.as_deref().map(Cursor::read).transpose()?;
        if cursor.is_some_and(|cursor| cursor.sort != query.sort) {
            return Err(Error::new(
                ErrorKind::Usage,
                "the cursor belongs to another `--sort`",
            ));
        }
        let asked = asked(query);
        if cursor.is_some_and(|cursor| cursor.asked != asked) {
            let error = Error::new(ErrorKind::Usage, "the cursor belongs to another query");
            return Err(error.with_hint("ask for further pages with what the first was asked with"));
        }
        let wanted = query.limit.unwrap_or(MAX_LINES).min(MAX_LINES);
        let skipped = if cursor.is_some() {
            0
        } else {
            query.offset.min(MAX_LINES)
        };
        // Where nothing ranks, the newest comes first.
        let sort = match (query.sort, prepared.ranks) {
            (Sort::Best, false) => Sort::Newest,
            (sort, _) => sort,
        };
        // Answers behind those that are looked at twice have the place that the first look gave them.
        let looks_twice = sort == Sort::Best
            && !prepared.ranked.is_empty()
            && cursor.is_none_or(|cursor| cursor.shown <= WINDOW as u64);
        // One line more tells whether there is a next page.
        let keep = match (looks_twice, cursor) {
            _ if wanted == 0 => 0,
            (false, _) => skipped + wanted + 1,
            (true, None) => WINDOW.max(skipped + wanted + 1),
            (true, Some(_)) => WINDOW + wanted + 1,
        };
        let gather = Gather {
            sort,
            keep,
            after: cursor.map(|cursor| cursor.rank).filter(|_| !looks_twice),
            fresh: fresh(query)?,
            facets: state.facet_fields(&searcher, &query.facets)?,
            groups: Some(state.groups.clone()),
            placed: state.placed(&searcher)?,
            by_story: !query.all,
            so_far: Shared::default(),
        };
        let mut gathered = searcher
            .search(&*prepared.strict(), &gather)
            .map_err(engine_error)?;
        let mut suggested = None;
        if gathered.total == 0 {
            suggested = self.suggest(&searcher, query, &mut prepared)?;
        }
        let mut relaxed = false;
        if gathered.total == 0
            && query.matching.is_none()
            && prepared.words() > 1
            && let Some((least, found)) = relax(&searcher, &prepared, &gather)?
        {
            let dropped = word_to_drop(&searcher, &prepared, found.found.first())?;
            let all = prepared.words();
            prepared.hints.push(format!(
                "no article has all {all} words; these have {least} of them: drop {dropped}, or ask for all with `--match all`"
            ));
            (gathered, relaxed) = (found, true);
        }
        if gathered.total == 0 {
            self.advise(&searcher, query, suggested.is_some(), &mut prepared)?;
        }
        let counted = facets::answer(
            self,
            &searcher,
            query,
            gather.facets.clone(),
            std::mem::take(&mut gathered.facets),
            relaxed,
        )?;
        let mut added = Vec::new();
        if looks_twice {
            let found = &mut gathered.found;
            added = rescore(
                &searcher,
                &self.layout,
                &prepared.ranked,
                gather.fresh,
                found,
            )?;
            found.retain(|found| cursor.is_none_or(|cursor| found.rank > cursor.rank));
        }
        let moved = cursor.is_some_and(|cursor| cursor.generation != state.generation);
        if moved {
            prepared.hints.push(
                "the archive has changed since the page before: this goes on from the same place, and what is new before it is not shown"
                    .to_owned(),
            );
        }
        let before = cursor.map_or(skipped as u64, |cursor| cursor.shown);
        let page: Vec<Found> = gathered
            .found
            .iter()
            .skip(skipped)
            .take(wanted)
            .copied()
            .collect();
        let stories = gathered.alone + gathered.stories.len() as u64;
        if page.is_empty() && skipped > 0 && wanted > 0 && gathered.total > 0 {
            let lines = if query.all { gathered.total } else { stories };
            prepared.hints.push(format!(
                "there are {lines} lines, and `--offset {skipped}` leaves them all out"
            ));
        }
        let next = next_cursor(
            &gathered,
            &page,
            (query.sort, asked),
            state.generation,
            before,
            skipped,
        );
        let place_of = |found: &Found| state.groups.place(found.rank.order);
        let told: Vec<u32> = page
            .iter()
            .filter_map(|found| Some(place_of(found)?.story))
            .collect();
        let texts = gathered.stories.texts(&told, &state.groups, &searcher)?;
        let mut hits = Vec::with_capacity(page.len());
        for (number, found) in page.iter().enumerate() {
            let mut article = fetch::article(&searcher, &self.layout, found.address)?;
            state.tell(&mut article);
            let explain = match query.explain {
                true => Some(prepared.explain(&searcher, found, &added)?),
                false => None,
            };
            let score = if query.sort == Sort::Best {
                found.score
            } else {
                0.0
            };
            let mut hit = hit(article, query.snippets.then_some(&prepared.marks), score);
            hit.rank = before + number as u64 + 1;
            hit.explain = explain;
            if let Some(place) = place_of(found) {
                let original = order_of(hit.copy_of.as_deref().unwrap_or(&hit.id));
                hit.story_size = texts.size(place.story);
                hit.copies = texts.others(place.story, original);
            }
            hits.push(hit);
        }
        Ok(Results {
            version: crate::Version::default(),
            query: prepared.asked,
            total: gathered.total,
            stories,
            took_ms: (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0,
            relaxed,
            next,
            hints: prepared.hints,
            suggested,
            hits,
            facets: counted,
            explain: query.explain.then(|| explain(&prepared.root)),
            moved,
        })
    }

    /// Reads and compiles a query; `except` leaves the filters of one field out, for counting that field.
    pub(super) fn prepare(
        &self,
        searcher: &Searcher,
        query: &Query,
        except: Option<&str>,
    ) -> Result<Prepared> {
        let now = query.now.unwrap_or_else(|| Local::now().naive_local());
        let parsed = if query.plain {
            parse_plain(&query.text)?
        } else if query.matching == Some(Match::Any) {
            parse_any(&query.text, &self.schema, now)?
        } else {
            parse(&query.text, &self.schema, now)?
        };
        let since = query
            .since
            .as_deref()
            .map(|text| first_day(text, now))
            .transpose()?;
        let until = query
            .until
            .as_deref()
            .map(|text| last_day(text, now))
            .transpose()?;
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            let message = format!("nothing lies between {since} and {until}");
            return Err(Error::new(ErrorKind::BadDate, message)
                .with_hint("the first day comes first: `--since` before `--until`"));
        }
        self.check_fields(query)?;
        let mut compiler = self.compiler(searcher)?;
        compiler.within = query.within;
        let compiled = compiler.compile(&parsed.root, query.matching)?;
        let mut filters = compiler.filters(&query.filters, except, now)?;
        if since.is_some() || until.is_some() {
            filters.extend(days(&mut compiler, since, until)?);
        }
        let mut hints = parsed.hints;
        hints.extend(
            [&query.since, &query.until]
                .into_iter()
                .flatten()
                .filter_map(|day| timed(day)),
        );
        hints.extend(compiler.hints);
        hints.extend(counted_in_full(query));
        let ranks = compiler.ranks;
        let written = query.filters.iter().map(|filter| {
            let not = if filter.exclude { "!" } else { "" };
            format!("{}{not}={}", filter.field, filter.value)
        });
        let asked = Asked {
            text: query.text.clone(),
            filters: written.collect(),
            since: since.map(|day| day.to_string()),
            until: until.map(|day| day.to_string()),
        };
        Ok(Prepared {
            root: parsed.root,
            compiled,
            filters,
            marks: compiler.marks,
            ranked: compiler.ranked,
            unknown: compiler.unknown,
            hints,
            asked,
            ranks,
        })
    }

    pub(super) fn compiler<'a>(&'a self, searcher: &'a Searcher) -> Result<Compiler<'a>> {
        let state = self.state()?;
        Ok(Compiler {
            layout: &self.layout,
            schema: &self.schema,
            searcher,
            groups: state.groups.clone(),
            aliases: state.aliases.clone(),
            languages: self.languages(&state)?,
            marks: Marks::default(),
            ranked: Vec::new(),
            unknown: Vec::new(),
            hints: Vec::new(),
            within: false,
            ranks: false,
        })
    }

    /// The languages that the archive holds, looked up once.
    fn languages(&self, state: &State) -> Result<Languages> {
        if let Some(languages) = state.languages.get() {
            return Ok(languages.clone());
        }
        let languages = stems::of_archive(&state.reader.searcher(), &self.layout)?;
        Ok(state.languages.get_or_init(|| languages).clone())
    }

    fn check_fields(&self, query: &Query) -> Result<()> {
        for facet in &query.facets {
            match self.schema.field(&facet.field) {
                Some(field) if field.facet => {}
                known => return Err(no_facet(&facet.field, known.is_some(), &self.schema)),
            }
        }
        Ok(())
    }
}

/// Says which counts hold what is excluded, since the filters of a field do not narrow its own.
fn counted_in_full(query: &Query) -> impl Iterator<Item = String> {
    let is_narrowed = |facet: &&FacetRequest| {
        let mut own = query.filters.iter();
        own.any(|filter| filter.exclude && filter.field == facet.field)
    };
    query.facets.iter().filter(is_narrowed).map(|facet| {
        let field = &facet.field;
        format!("what `{field}!=` leaves out stands in the counts of `{field}`: a field's own filters do not narrow them")
    })
}

/// An error about a field that cannot be counted.
pub(super) fn no_facet(name: &str, known: bool, schema: &crate::Schema) -> Error {
    let facets: Vec<&str> = schema
        .fields()
        .iter()
        .filter(|field| field.facet)
        .map(|field| field.name.as_str())
        .collect();
    let message = match known {
        true => format!("`{name}` cannot be counted"),
        false => format!("there is no field `{name}`"),
    };
    let hint = match schema.similar_name(name) {
        Some(similar) if !known => format!("did you mean `{similar}`?"),
        _ => format!("these can: {}", facets.join(", ")),
    };
    Error::new(ErrorKind::UnknownField, message).with_hint(hint)
}

fn days(
    compiler: &mut Compiler<'_>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<(Occur, Box<dyn EngineQuery>)>> {
    let node = Node {
        kind: NodeKind::Days {
            field: "date".to_owned(),
            from,
            to,
        },
        span: 0..0,
    };
    let compiled = compiler.compile(&node, None)?;
    Ok(compiled.required)
}

fn fresh(query: &Query) -> Result<Option<Fresh>> {
    let Some(text) = &query.fresh else {
        return Ok(None);
    };
    let now: NaiveDateTime = query.now.unwrap_or_else(|| Local::now().naive_local());
    let day = first_day(text, now).map_err(|_| {
        Error::new(ErrorKind::BadDate, format!("`{text}` is not a half-life"))
            .with_hint("write it as 7d, 2w, 3m or 1y")
    })?;
    let days = (now.date() - day).num_days().max(1);
    Ok(Some(Fresh {
        now: now.and_utc().timestamp(),
        half_life: days as f64 * 86_400.0,
    }))
}

fn next_cursor(
    gathered: &Gathered,
    page: &[Found],
    (sort, asked): (Sort, u64),
    generation: u64,
    before: u64,
    skipped: usize,
) -> Option<String> {
    let last = page.last()?;
    if gathered.found.len() <= skipped + page.len() {
        return None;
    }
    let shown = before + page.len() as u64;
    Some(
        Cursor {
            sort,
            asked,
            generation,
            shown,
            rank: last.rank,
        }
        .write(),
    )
}

impl State {
    /// Every article that matches, in the order of a sort.
    pub(super) fn all(&self, query: &dyn EngineQuery, sort: Sort) -> Result<Vec<Found>> {
        let gather = Gather {
            sort,
            keep: usize::MAX,
            after: None,
            fresh: None,
            facets: Vec::new(),
            groups: None,
            placed: None,
            by_story: false,
            so_far: Shared::default(),
        };
        Ok(self
            .reader
            .searcher()
            .search(query, &gather)
            .map_err(engine_error)?
            .found)
    }
}

/// A query that never relaxes, because something is done with all it finds.
pub(super) fn strict(query: &Query) -> Query {
    Query {
        matching: query.matching.or(Some(Match::All)),
        ..query.clone()
    }
}
