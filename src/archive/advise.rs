//! When nothing was found: what else could be asked.

use chrono::Local;
use tantivy::Searcher;

use super::analyse::words;
use super::compile::Compiler;
use super::marks::Marks;
use super::search::{Prepared, strict};
use super::{Archive, engine_error};
use crate::query::filter_node;
use crate::{Asked, Node, NodeKind, Query, Result};

/// Parts of a query that are looked at one by one.
const MOST_PARTS: usize = 8;

impl Archive {
    /// What there is to say beside what a query finds when all of it is wanted: what was ignored of it, and where nothing
    /// is found, why.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn hints(&self, query: &Query) -> Result<Vec<String>> {
        self.guarded(|| {
            let searcher = self.state()?.reader.searcher();
            let query = strict(query);
            let mut prepared = self.prepare(&searcher, &query, None)?;
            let found = prepared.strict().count(&searcher).map_err(engine_error)?;
            self.explain_nothing(&searcher, &query, found as u64, &mut prepared)?;
            Ok(prepared.hints)
        })
    }

    /// Says why nothing was found, if so it is.
    pub(super) fn explain_nothing(
        &self,
        searcher: &Searcher,
        query: &Query,
        found: u64,
        prepared: &mut Prepared,
    ) -> Result<()> {
        if found > 0 {
            return Ok(());
        }
        let suggested = self.suggest(searcher, query, prepared)?;
        self.advise(searcher, query, suggested.is_some(), prepared)
    }

    /// The query with words of the archive in place of those that no article has; says which.
    pub(super) fn suggest(
        &self,
        searcher: &Searcher,
        query: &Query,
        prepared: &mut Prepared,
    ) -> Result<Option<String>> {
        let mut compiler = self.compiler(searcher)?;
        compiler.unknown = std::mem::take(&mut prepared.unknown);
        let Some(suggestion) = compiler.suggest(&query.text, &prepared.root)? else {
            return Ok(None);
        };
        for (typed, offered) in &suggestion.words {
            prepared.hints.push(format!(
                "no article has `{typed}`: did you mean `{offered}`?"
            ));
        }
        Ok(Some(suggestion.query))
    }

    /// Says why nothing was found: the first of these that is so, unless the query `is_misspelt`.
    pub(super) fn advise(
        &self,
        searcher: &Searcher,
        query: &Query,
        is_misspelt: bool,
        prepared: &mut Prepared,
    ) -> Result<()> {
        if searcher.num_docs() == 0 {
            let empty = "the archive is empty: `morgue index PATH` fills it";
            prepared.hints.push(empty.to_owned());
            return Ok(());
        }
        let hints = prepared.hints.len();
        let values = self.unknown_values(searcher, query)?;
        prepared.hints.extend(values);
        if prepared.hints.len() == hints {
            self.hint_at_rest(searcher, query, prepared)?;
        }
        if !is_misspelt && prepared.hints.len() == hints {
            hint_at_filters(searcher, prepared)?;
        }
        if !is_misspelt && prepared.hints.len() == hints {
            let mut compiler = self.compiler(searcher)?;
            compiler.within = query.within;
            let missing = compiler.missing(&prepared.root)?;
            prepared.hints.extend(missing);
        }
        Ok(())
    }

    /// Says which values of the filters no article has, and what is near them.
    pub(super) fn unknown_values(&self, searcher: &Searcher, query: &Query) -> Result<Vec<String>> {
        let now = query.now.unwrap_or_else(|| Local::now().naive_local());
        let mut compiler = self.compiler(searcher)?;
        compiler.within = query.within;
        let mut hints = Vec::new();
        let wanted = query.filters.iter().filter(|filter| !filter.exclude);
        for filter in wanted.take(MOST_PARTS) {
            let node = filter_node(filter, &self.schema, now)?;
            hints.extend(compiler.missing_part(&node)?);
        }
        Ok(hints)
    }

    /// Says how many articles match in what is not searched by default.
    fn hint_at_rest(
        &self,
        searcher: &Searcher,
        query: &Query,
        prepared: &mut Prepared,
    ) -> Result<()> {
        let mut root = prepared.root.clone();
        if !move_to_rest(&mut root) {
            return Ok(());
        }
        let compiled = self.compiler(searcher)?.compile(&root, query.matching)?;
        let elsewhere = Prepared {
            root,
            compiled,
            filters: prepared
                .filters
                .iter()
                .map(|(occur, query)| (*occur, query.box_clone()))
                .collect(),
            marks: Marks::default(),
            ranked: Vec::new(),
            unknown: Vec::new(),
            hints: Vec::new(),
            asked: Asked::default(),
            ranks: true,
        };
        let count = elsewhere.strict().count(searcher).map_err(engine_error)?;
        if count > 0 {
            let articles = articles(count, "has", "have");
            prepared.hints.push(format!(
                "{articles} the words outside the text, in captions or teasers: search `rest:(...)`"
            ));
        }
        Ok(())
    }
}

pub(super) fn articles(count: usize, one: &str, more: &str) -> String {
    match count {
        1 => format!("1 article {one}"),
        _ => format!("{count} articles {more}"),
    }
}

/// Says how many articles match whatever their date and labels are.
fn hint_at_filters(searcher: &Searcher, prepared: &mut Prepared) -> Result<()> {
    if prepared.filters.is_empty() {
        return Ok(());
    }
    let words = prepared.compiled.query(prepared.compiled.least);
    let count = words.count(searcher).map_err(engine_error)?;
    if count > 0 {
        let articles = articles(count, "matches", "match");
        let hint = format!("without filters and dates {articles}");
        prepared.hints.push(hint);
    }
    Ok(())
}

impl Compiler<'_> {
    /// Says which parts of a query no article has, and what is near them; or that they never stand together.
    fn missing(&mut self, root: &Node) -> Result<Vec<String>> {
        let parts = match &root.kind {
            NodeKind::And(parts) | NodeKind::Or(parts) => parts.as_slice(),
            _ => std::slice::from_ref(root),
        };
        let mut hints = Vec::new();
        for part in parts.iter().take(MOST_PARTS) {
            hints.extend(self.missing_part(part)?);
        }
        let wanted = |part: &&Node| !matches!(part.kind, NodeKind::Not(_));
        let wanted = parts.iter().filter(wanted).count();
        if hints.is_empty() && matches!(root.kind, NodeKind::And(_)) {
            hints.push(match wanted {
                _ if wanted == parts.len() => {
                    "articles have each part of it, but none has all of them".to_owned()
                }
                1 => "every article that has it has what is left out, too".to_owned(),
                _ => "no article has all parts of it without what is left out".to_owned(),
            });
        }
        Ok(hints)
    }

    /// Says that no article has a part, if so it is, and what is near it.
    fn missing_part(&mut self, part: &Node) -> Result<Option<String>> {
        if self.found_by(part)? != Some(0) {
            return Ok(None);
        }
        let mut near = String::new();
        if let Some(looser) = looser(part)
            && let Some(count @ 1..) = self.found_by(&looser)?
        {
            near = format!("; {} `{looser}`", articles(count, "has", "have"));
        } else if let NodeKind::Exact { field, value } = &part.kind
            && let Some(value) = self.like_value(field, value)?
        {
            near = format!(": did you mean `{field}=\"{value}\"`?");
        }
        Ok(Some(format!("no article has `{part}`{near}")))
    }

    /// How many articles a part finds by itself; `None` for one that excludes or holds no word.
    fn found_by(&mut self, part: &Node) -> Result<Option<usize>> {
        if matches!(part.kind, NodeKind::Not(_) | NodeKind::All) {
            return Ok(None);
        }
        let query = self.node(part)?;
        let count = query.map(|query| query.count(self.searcher));
        count.transpose().map_err(engine_error)
    }
}

/// A part that asks for less: the words of a phrase wherever they stand, the words of a name, a word in any field, what
/// begins with a word.
fn looser(part: &Node) -> Option<Node> {
    let (field, text) = match &part.kind {
        NodeKind::Word { field: None, text } if is_plain(text) => {
            let kind = NodeKind::Wildcard {
                field: None,
                pattern: format!("{text}*"),
            };
            let span = part.span.clone();
            return (text.chars().count() > 3).then_some(Node { kind, span });
        }
        NodeKind::Word { field: None, text } => {
            let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
            (None, words.join(" "))
        }
        NodeKind::Phrase { field, text, .. } => (field.clone(), text.clone()),
        NodeKind::Near {
            field, left, right, ..
        } => (field.clone(), format!("{left} {right}")),
        NodeKind::Exact { field, value } => (Some(field.clone()), value.clone()),
        NodeKind::Word {
            field: Some(_),
            text,
        } => (None, text.clone()),
        _ => return None,
    };
    let node = |kind| Node {
        kind,
        span: part.span.clone(),
    };
    let word = |text: &str| {
        node(NodeKind::Word {
            field: field.clone(),
            text: text.to_owned(),
        })
    };
    let mut words: Vec<Node> = text.split_whitespace().map(word).collect();
    match words.len() {
        0 | 1 => words.pop(),
        _ => Some(node(NodeKind::And(words))),
    }
}

/// Whether a word is one, and not several with something between.
fn is_plain(text: &str) -> bool {
    text.chars().all(char::is_alphanumeric)
}

/// Moves the words of the article to the field `rest`; says whether there were any.
fn move_to_rest(node: &mut Node) -> bool {
    match &mut node.kind {
        NodeKind::And(parts) | NodeKind::Or(parts) => parts
            .iter_mut()
            .map(move_to_rest)
            .fold(false, |any, moved| any | moved),
        NodeKind::Word { field, .. }
        | NodeKind::Wildcard { field, .. }
        | NodeKind::Fuzzy { field, .. }
        | NodeKind::Phrase { field, .. }
        | NodeKind::Near { field, .. }
            if field.is_none() =>
        {
            *field = Some("rest".to_owned());
            true
        }
        _ => false,
    }
}
