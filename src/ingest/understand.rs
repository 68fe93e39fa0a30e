//! From a file to understood articles: reading and enriching, with nothing that depends on an archive.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::Scope;

use super::Ingest;
use super::house::{self, Houses};
use super::remarks::Remark;
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
    pub(super) remark: Remark,
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
    /// The same, with what the first records of a container have in common.
    own: OnceLock<HouseStyle>,
}

impl Around<'_> {
    fn house(&self) -> &HouseStyle {
        self.own.get().unwrap_or(&self.house)
    }
}

/// An article, or why there is none.
pub(super) type Item = std::result::Result<Understood, Skipped>;

/// What a reader handed on, or why it has none.
type Handed = std::result::Result<Draft, Skipped>;

/// A thread that understands a part of each batch of a container. It stays until the container is read, since what it
/// remembers of words serves the next batch.
struct Helper {
    work: mpsc::Sender<Vec<Handed>>,
    done: mpsc::Receiver<Vec<Item>>,
}

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
            own: OnceLock::new(),
            folder: folder.filter(|_| self.options.source_from_folder),
            beside: file
                .sidecar
                .as_deref()
                .map(|path| sidecar::beside(path, &self.read)),
        };
        self.input(Input::Path(&file.path), &file.name(), &around, send);
    }

    /// Reads standard input.
    pub(super) fn standard_input(&self, send: &mut dyn FnMut(Vec<Item>) -> bool) {
        let input = Input::Bytes {
            name: "-",
            from: Box::new(std::io::stdin().lock()),
        };
        self.input(input, "-", &Around::default(), send);
    }

    fn input(
        &self,
        input: Input,
        name: &str,
        around: &Around,
        send: &mut dyn FnMut(Vec<Item>) -> bool,
    ) {
        std::thread::scope(|scope| {
            let mut helpers = Vec::new();
            let mut is_first = true;
            let mut send = |waiting: &mut Vec<Handed>| {
                if std::mem::take(&mut is_first) {
                    self.join(around, waiting);
                }
                send(self.batch(std::mem::take(waiting), around, scope, &mut helpers))
            };
            let mut waiting = Vec::new();
            let mut stopped = false;
            // A parser that panics on a hostile file must cost that file only.
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                read(input, &self.read, &mut |draft| {
                    waiting.push(draft);
                    if waiting.len() >= BATCH {
                        stopped = !send(&mut waiting);
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
                send(&mut waiting);
            }
        });
    }

    /// Learns from the first records of a container what they have in common.
    fn join(&self, around: &Around, drafts: &[Handed]) {
        let records = drafts.iter().flatten();
        let records = records.filter(|draft| draft.article.record.is_some());
        if let Some(own) = house::of_records(records, self.houses.is_some()) {
            // Only the first batch comes here, so nothing is set yet.
            let _ = around.own.set(own.or(&around.house));
        }
    }

    fn batch<'a>(
        &'a self,
        drafts: Vec<Handed>,
        around: &'a Around<'a>,
        scope: &'a Scope<'a, '_>,
        helpers: &mut Vec<Helper>,
    ) -> Vec<Item> {
        let threads = self.options.threads();
        let understand = move |drafts: Vec<Handed>| -> Vec<Item> {
            let drafts = drafts.into_iter();
            drafts.map(|draft| self.one(draft, around)).collect()
        };
        // Most files hold one article; only containers gain from more threads.
        if drafts.len() < BATCH || threads < 2 {
            return understand(drafts);
        }
        while helpers.len() + 1 < threads {
            let (work, drafts) = mpsc::channel::<Vec<Handed>>();
            let (articles, done) = mpsc::channel();
            scope.spawn(move || {
                drafts
                    .into_iter()
                    .try_for_each(|drafts| articles.send(understand(drafts)))
            });
            helpers.push(Helper { work, done });
        }
        let size = drafts.len().div_ceil(threads);
        let mut drafts = drafts.into_iter();
        let own: Vec<Handed> = drafts.by_ref().take(size).collect();
        let working: Vec<&Helper> = helpers
            .iter()
            .filter(|helper| {
                helper
                    .work
                    .send(drafts.by_ref().take(size).collect())
                    .is_ok()
            })
            .collect();
        let mut items = understand(own);
        items.extend(
            working
                .iter()
                .flat_map(|helper| helper.done.recv().unwrap_or_default()),
        );
        items
    }

    fn one(&self, draft: Handed, around: &Around) -> Item {
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
        let understood = catch_unwind(AssertUnwindSafe(|| self.understood(draft, around)));
        understood.map_err(|_| Skipped {
            path,
            record,
            reason: "it could not be understood; please report the file".to_owned(),
        })
    }

    fn understood(&self, mut draft: Draft, around: &Around) -> Understood {
        let remark = Remark::of(&mut draft);
        let mut article = enrich_in(around.house(), draft, &self.enrich);
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
        Understood {
            article,
            telling,
            remark,
        }
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
