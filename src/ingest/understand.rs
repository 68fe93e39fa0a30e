//! From a file to understood articles: reading and enriching, with nothing that depends on an archive.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::Ingest;
use super::house::{self, Houses};
use super::walk::File;
use crate::enrich::house::HouseStyle;
use crate::enrich::{EnrichOptions, enrich_in};
use crate::read::{Input, ReadOptions, read, sidecar};
use crate::story::Telling;
use crate::{Article, Draft, Evidence, How, Proof, Schema, Skipped};

/// Drafts of a container that are enriched together.
const BATCH: usize = 128;

/// An article with what is needed to tell its story; nothing of that when nothing is to be worked out.
pub(super) struct Understood {
    pub(super) article: Article,
    pub(super) telling: Option<Telling>,
}

/// What lies around a file and says something about it.
#[derive(Default)]
struct Around<'a> {
    /// The name of its folder, where that names the publisher.
    folder: Option<&'a str>,
    /// What its sidecar says.
    beside: Option<Draft>,
    /// What it has in common with the other files of its folder.
    house: Arc<HouseStyle>,
}

/// An article, or why there is none.
pub(super) type Item = std::result::Result<Understood, Skipped>;

/// Everything that reading and enriching needs to know.
pub(super) struct Understand<'a> {
    read: ReadOptions,
    enrich: EnrichOptions,
    options: &'a Ingest,
    /// Where files may be judged by the others of their folder.
    houses: Option<Houses>,
}

impl Understand<'_> {
    pub(super) fn new<'a>(
        schema: &Schema,
        options: &'a Ingest,
        runners_up: bool,
    ) -> Understand<'a> {
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
                runners_up,
                ..EnrichOptions::default()
            },
            options,
            houses: None,
        }
    }

    /// Judges files by the others of their folder too.
    pub(super) fn with_houses(self) -> Self {
        Understand {
            houses: Some(Houses::default()),
            ..self
        }
    }

    /// Reads a file and sends its articles until `send` returns `false`.
    pub(super) fn file(&self, file: &File, send: &mut dyn FnMut(Vec<Item>) -> bool) {
        let parent = file.path.parent();
        let folder = parent
            .and_then(Path::file_name)
            .and_then(|folder| folder.to_str());
        let house = self.houses.as_ref().zip(parent);
        let around = Around {
            house: house
                .map(|(houses, folder)| houses.of(folder, &self.read))
                .unwrap_or_default(),
            folder: folder.filter(|_| self.options.source_from_folder),
            beside: file
                .sidecar
                .as_deref()
                .map(|path| sidecar::beside(path, &self.read)),
        };
        self.input(Input::Path(&file.path), &file.name(), around, send);
    }

    /// Reads standard input.
    pub(super) fn standard_input(&self, send: &mut dyn FnMut(Vec<Item>) -> bool) {
        let input = Input::Bytes {
            name: "-",
            from: Box::new(std::io::stdin().lock()),
        };
        self.input(input, "-", Around::default(), send);
    }

    fn input(
        &self,
        input: Input,
        name: &str,
        mut around: Around,
        send: &mut dyn FnMut(Vec<Item>) -> bool,
    ) {
        let mut waiting: Vec<std::result::Result<Draft, Skipped>> = Vec::new();
        let mut stopped = false;
        let mut is_first = true;
        let mut batch = |drafts: Vec<std::result::Result<Draft, Skipped>>| {
            if std::mem::take(&mut is_first) {
                self.join(&mut around, &drafts);
            }
            self.batch(drafts, &around)
        };
        // A parser that panics on a hostile file must cost that file only.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            read(input, &self.read, &mut |draft| {
                waiting.push(draft);
                if waiting.len() >= BATCH {
                    stopped = !send(batch(std::mem::take(&mut waiting)));
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
            send(batch(waiting));
        }
    }

    /// Learns from the first records of a container what they have in common.
    fn join(&self, around: &mut Around, drafts: &[std::result::Result<Draft, Skipped>]) {
        let records = drafts.iter().flatten();
        let records = records.filter(|draft| draft.article.record.is_some());
        let own = house::of_records(records, self.houses.is_some());
        if let Some(own) = own {
            around.house = Arc::new(own.or(&around.house));
        }
    }

    fn batch(
        &self,
        drafts: Vec<std::result::Result<Draft, Skipped>>,
        around: &Around,
    ) -> Vec<Item> {
        let threads = self.options.threads();
        // Most files hold one article; only containers gain from more threads.
        if drafts.len() < BATCH || threads < 2 {
            return drafts
                .into_iter()
                .map(|draft| self.one(draft, around))
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
                            .map(|draft| self.one(draft, around))
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

    fn one(&self, draft: std::result::Result<Draft, Skipped>, around: &Around) -> Item {
        let mut draft = draft?;
        // Of several articles in one file a sidecar cannot speak.
        if let Some(beside) = around
            .beside
            .as_ref()
            .filter(|_| draft.article.record.is_none())
        {
            sidecar::join(&mut draft, beside);
        }
        let (path, record) = (draft.article.path.clone(), draft.article.record);
        let understood = catch_unwind(AssertUnwindSafe(|| {
            enrich_in(&around.house, draft, &self.enrich)
        }));
        let mut article = understood.map_err(|_| Skipped {
            path,
            record,
            reason: "it could not be understood; please report the file".to_owned(),
        })?;
        self.source(&mut article, around.folder);
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
        let proof = article
            .evidence
            .get("source")
            .map_or(&[][..], Proof::pieces);
        let by_sidecar = proof
            .iter()
            .filter_map(|piece| piece.from.as_deref())
            .any(|from| from.starts_with("sidecar "));
        let stated = self
            .options
            .source
            .as_deref()
            .filter(|_| !by_sidecar)
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
