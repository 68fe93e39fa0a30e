//! From a file to understood articles: reading and enriching, with nothing that depends on an archive.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::Ingest;
use crate::enrich::{EnrichOptions, enrich};
use crate::read::{Input, ReadOptions, read};
use crate::story::Telling;
use crate::{Article, Draft, Evidence, How, Proof, Schema, Skipped};

/// Drafts of a container that are enriched together.
const BATCH: usize = 128;

/// An article with what is needed to tell its story; nothing of that when nothing is to be worked out.
pub(super) struct Understood {
    pub(super) article: Article,
    pub(super) telling: Option<Telling>,
}

/// An article, or why there is none.
pub(super) type Item = std::result::Result<Understood, Skipped>;

/// Everything that reading and enriching needs to know.
pub(super) struct Understand<'a> {
    read: ReadOptions,
    enrich: EnrichOptions,
    options: &'a Ingest,
}

impl Understand<'_> {
    pub(super) fn new<'a>(schema: &Schema, options: &'a Ingest) -> Understand<'a> {
        Understand {
            read: ReadOptions {
                map: options.map.clone(),
                schema: schema.clone(),
                max_file_bytes: options.max_file_bytes,
                max_record_bytes: options.max_file_bytes,
                ..ReadOptions::default()
            },
            enrich: EnrichOptions {
                names: options.enrich,
                ..EnrichOptions::default()
            },
            options,
        }
    }

    /// Reads a file that is shown under `name` and sends its articles until `send` returns `false`.
    pub(super) fn file(&self, path: &Path, name: &str, send: &mut dyn FnMut(Vec<Item>) -> bool) {
        let folder = path
            .parent()
            .and_then(Path::file_name)
            .and_then(|folder| folder.to_str());
        let folder = folder.filter(|_| self.options.source_from_folder);
        self.input(Input::Path(path), name, folder, send);
    }

    /// Reads standard input.
    pub(super) fn standard_input(&self, send: &mut dyn FnMut(Vec<Item>) -> bool) {
        let input = Input::Bytes {
            name: "-",
            from: Box::new(std::io::stdin().lock()),
        };
        self.input(input, "-", None, send);
    }

    fn input(
        &self,
        input: Input,
        name: &str,
        folder: Option<&str>,
        send: &mut dyn FnMut(Vec<Item>) -> bool,
    ) {
        let mut waiting: Vec<std::result::Result<Draft, Skipped>> = Vec::new();
        let mut stopped = false;
        // A parser that panics on a hostile file must cost that file only.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            read(input, &self.read, &mut |draft| {
                waiting.push(draft);
                if waiting.len() >= BATCH {
                    stopped = !send(self.batch(std::mem::take(&mut waiting), folder));
                }
                match stopped || self.options.stopped() {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            });
        }));
        if outcome.is_err() {
            waiting.push(Err(Skipped {
                path: name.to_owned(),
                record: None,
                reason: "its reader failed; please report the file".to_owned(),
            }));
        }
        if !stopped && !waiting.is_empty() {
            send(self.batch(waiting, folder));
        }
    }

    fn batch(
        &self,
        drafts: Vec<std::result::Result<Draft, Skipped>>,
        folder: Option<&str>,
    ) -> Vec<Item> {
        let threads = self.options.threads();
        // Most files hold one article; only containers gain from more threads.
        if drafts.len() < BATCH || threads < 2 {
            return drafts
                .into_iter()
                .map(|draft| self.one(draft, folder))
                .collect();
        }
        let mut parts: Vec<Vec<_>> = Vec::with_capacity(threads);
        let size = drafts.len().div_ceil(threads);
        let mut drafts = drafts.into_iter().peekable();
        while drafts.peek().is_some() {
            parts.push(drafts.by_ref().take(size).collect());
        }
        std::thread::scope(|scope| {
            let workers: Vec<_> = parts
                .into_iter()
                .map(|part| {
                    scope.spawn(move || {
                        part.into_iter()
                            .map(|draft| self.one(draft, folder))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap_or_default())
                .collect()
        })
    }

    fn one(&self, draft: std::result::Result<Draft, Skipped>, folder: Option<&str>) -> Item {
        let draft = draft?;
        let (path, record) = (draft.article.path.clone(), draft.article.record);
        let understood = catch_unwind(AssertUnwindSafe(|| enrich(draft, &self.enrich)));
        let mut article = understood.map_err(|_| Skipped {
            path,
            record,
            reason: "it could not be understood; please report the file".to_owned(),
        })?;
        self.source(&mut article, folder);
        if let Some(prefix) = self
            .options
            .id_prefix
            .as_ref()
            .filter(|_| !article.id.is_empty())
        {
            article.id.insert_str(0, prefix);
        }
        let telling = self.options.enrich.then(|| Telling::of(&article));
        Ok(Understood { article, telling })
    }

    /// The publisher given by hand, or by the folder where the file does not state one.
    fn source(&self, article: &mut Article, folder: Option<&str>) {
        let stated = self
            .options
            .source
            .as_deref()
            .map(|source| (source, How::Stated, "--source"));
        let folder = folder
            .filter(|_| article.source.is_none())
            .map(|name| (name, How::Derived, "folder"));
        if let Some((source, how, from)) = stated.or(folder) {
            article.source = Some(source.to_owned());
            let evidence = Evidence::new(how, from);
            article
                .evidence
                .insert("source".to_owned(), Proof::One(evidence));
        }
    }
}
