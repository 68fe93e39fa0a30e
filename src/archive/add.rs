//! Adding articles that a program has, as they are.

use std::collections::BTreeMap;
use std::time::Instant;

use super::Archive;
use crate::story::Telling;
use crate::{Article, Error, ErrorKind, IndexReport, Result, Schema, Version};

/// Labels that are named; of more only the number is told.
const NAMED: usize = 12;

impl Archive {
    /// Adds articles as they are, in one commit; one with the id of another replaces it, and one that was removed by
    /// hand is back. Nothing is worked out from their text (that is what [`enrich`](crate::enrich()) is for) but their
    /// story and what they are copies of. `hints` of the report name labels that are no field: they are kept, not found.
    ///
    /// Articles are taken one by one, so millions need not be in memory at once. Each call takes the lock and commits: few
    /// calls with many articles are quicker than many with one.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] for an article without an id, [`ErrorKind::Busy`] when another writer is at work;
    /// nothing is added then.
    pub fn add(&self, articles: impl IntoIterator<Item = Article>) -> Result<IndexReport> {
        self.add_all(&mut articles.into_iter())
    }

    fn add_all(&self, articles: &mut dyn Iterator<Item = Article>) -> Result<IndexReport> {
        let started = Instant::now();
        let mut report = IndexReport::default();
        let mut strange = Strange::default();
        self.change(|mut writer| {
            for (i, mut article) in articles.enumerate() {
                if article.id.is_empty() {
                    let message = format!("article {} has no id", i + 1);
                    let hint = "give each the id that it has where it comes from";
                    return Err(Error::new(ErrorKind::Invalid, message).with_hint(hint));
                }
                // It is kept in the shape of this version, whatever it came in.
                article.version = Version::default();
                article.take_own_names();
                writer.corrections.apply(&mut article);
                if writer.removed.get(&article.id).is_some() {
                    writer.removed.remove(&article.id);
                    writer.count_removed(&article.path, -1);
                }
                match writer.known(&article.id)? {
                    None => report.added += 1,
                    Some(_) => report.replaced += 1,
                }
                strange.note(&article, &self.schema);
                let telling = Telling::of(&article);
                let stored = writer.stored(&article);
                writer.put(&article, &stored, &article.path, Some(telling))?;
            }
            writer.finish()
        })?;
        self.reload()?;
        report.hints.extend(strange.hint());
        report.seconds = started.elapsed().as_secs_f64();
        Ok(report)
    }
}

/// Labels that are no field, with how many articles have them.
#[derive(Default)]
struct Strange(BTreeMap<String, u64>);

impl Strange {
    fn note(&mut self, article: &Article, schema: &Schema) {
        let is_strange = |name: &&String| schema.field(name).is_none();
        for name in article.labels.keys().filter(is_strange) {
            *self.0.entry(name.clone()).or_default() += 1;
        }
    }

    fn hint(&self) -> Option<String> {
        let named = self.0.iter().take(NAMED);
        let named: Vec<String> = named.map(|(name, n)| format!("{name} ({n})")).collect();
        let more = match self.0.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names = named.join(", ");
        (!names.is_empty())
            .then(|| format!("labels not used: {names}{more}; a field of that name takes them"))
    }
}
