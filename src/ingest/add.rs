//! Adding what was understood: new, changed and unchanged articles told apart, vanished ones pruned.

mod identify;
mod unchanged;

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::remarks::Remarks;
use super::settings::Settings;
use super::understand::{Item, Understand, Understood};
use super::walk::{File, Walk, walk};
use super::{Event, Ingest, pipeline, prune, split};
use crate::archive::FileRow;
use crate::archive::writer::Writer;
use crate::article::UNDERSTANDING;
use crate::story::Telling;
use crate::{Archive, Error, ErrorKind, IndexReport, Result, Schema, Skipped};

/// Text after which a batch is committed.
const COMMIT_BYTES: usize = 64 << 20;

/// Time after which a batch is committed.
const COMMIT_TIME: Duration = Duration::from_secs(30);

/// A file changed this recently may change again without a new time; its content is compared next time.
const RECENT_NANOSECONDS: i64 = 2_000_000_000;

/// Records of one file that are listed with their reasons; of more only the number is told.
const MAX_REASONS: usize = 100;

/// One run of indexing.
struct Run<'a, 'p> {
    options: &'a Ingest,
    writer: Writer<'a>,
    report: IndexReport,
    progress: &'p mut dyn FnMut(&Event),
    /// What this run asks for.
    asked: Settings,
    /// What the files that are read now are read with.
    settings: u64,
    /// Files of which it is not known what they were read with before.
    without_settings: u64,
    /// Articles of unchanged files that were removed by hand.
    removed_by_hand: u64,
    remarks: Remarks,
    fields: u64,
    found: u64,
    bytes: u64,
}

/// A file while its articles arrive.
#[derive(Default)]
struct Open {
    path: String,
    /// The ids it had before.
    before: HashSet<String>,
    /// The ids it has now.
    ids: HashSet<String>,
    articles: u64,
    skipped: Vec<(Option<u64>, String)>,
    /// Records skipped beyond those that are listed.
    more: u64,
    /// Ids that it would have, were they not another file's; with the hash of the text where that is the same.
    waits: Vec<(String, Option<u64>)>,
}

pub(super) fn add(
    archive: &Archive,
    paths: &[std::path::PathBuf],
    options: &Ingest,
    progress: &mut dyn FnMut(&Event),
) -> Result<IndexReport> {
    let started = Instant::now();
    crate::read::check_map(&options.map, archive.schema())?;
    let (named, standard_input) = split(paths);
    let walk = walk(&named, true)?;
    archive.change(|writer| {
        let mut run = Run {
            options,
            writer,
            report: IndexReport::default(),
            progress,
            asked: Settings::of(options),
            settings: 0,
            without_settings: 0,
            removed_by_hand: 0,
            remarks: Remarks::default(),
            fields: hash(&archive.schema().user_fields()),
            found: walk.files.len() as u64,
            bytes: 0,
        };
        run.writer.dry_run = options.dry_run;
        run.all(archive.schema(), walk, standard_input)?;
        let interrupted = options.stopped();
        let Run {
            writer,
            mut report,
            progress,
            ..
        } = run;
        if !options.dry_run {
            writer.finish()?;
            progress(&Event::Committed {
                articles: report.added + report.replaced,
            });
        }
        report.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        if interrupted {
            let done = report.added + report.replaced;
            return Err(Error::new(
                ErrorKind::Interrupted,
                format!("interrupted; {}", were_kept(done)),
            )
            .with_hint("run the same command again to go on"));
        }
        Ok(report)
    })
}

fn hash(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes()
        .iter()
        .take(8)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

fn were_kept(articles: u64) -> String {
    match articles {
        1 => "1 article was kept".to_owned(),
        _ => format!("{articles} articles were kept"),
    }
}

impl Run<'_, '_> {
    /// Deals with everything that was found, and says what should be known of it.
    fn all(&mut self, schema: &Schema, walk: Walk, standard_input: bool) -> Result<()> {
        let gone = prune::gone(&self.writer, &walk);
        if self.options.prune {
            let removed = prune::remove(&mut self.writer, &gone, self.options.force)?;
            self.report.removed += removed;
        } else {
            self.report.hints.extend(prune::hint(&gone));
        }
        for skipped in &walk.skipped {
            self.skip(skipped.clone());
        }
        if standard_input {
            self.standard_input(schema)?;
        }
        self.give_up(&walk.sidecars)?;
        let (changed, waiting) = self.changed(walk.files);
        self.read(schema, changed)?;
        let freed = self.freed(waiting);
        self.read(schema, freed)?;
        self.report.hints.extend(self.remarks.hints());
        let without = "read without the `--source`, `--map` or the like that was given to an earlier version: give it again, with `--again`";
        for (count, one, several) in [
            (
                self.removed_by_hand,
                "article was removed by hand and stays out: `--again` takes it back",
                "articles were removed by hand and stay out: `--again` takes them back",
            ),
            (
                self.without_settings,
                &*format!("file was {without}"),
                &*format!("files were {without}"),
            ),
            (
                walk.hidden,
                "hidden entry was left out: name it to index it",
                "hidden entries were left out: name them to index them",
            ),
        ] {
            match count {
                0 => {}
                1 => self.report.hints.push(format!("1 {one}")),
                _ => self.report.hints.push(format!("{count} {several}")),
            }
        }
        Ok(())
    }

    fn standard_input(&mut self, schema: &Schema) -> Result<()> {
        let understand = Understand::new(schema, self.options, false);
        let mut open = Open::default();
        let mut failed = None;
        understand.standard_input(&mut |items| {
            let taken = items
                .into_iter()
                .try_for_each(|item| self.item(&mut open, item))
                .and_then(|()| self.commit_when_due());
            failed = taken.err();
            failed.is_none()
        });
        self.report.files += 1;
        failed.map_or(Ok(()), Err)
    }

    /// Reads files, each with what it was read with before and what is asked for now; with `again` only with the latter.
    fn read(&mut self, schema: &Schema, files: Vec<File>) -> Result<()> {
        let mut groups: BTreeMap<String, (Settings, Vec<File>)> = BTreeMap::new();
        for file in files {
            let row = self.writer.files.get(&file.name());
            let row = row.filter(|_| !self.options.again);
            let before = row.and_then(|row| self.before(row)).unwrap_or_default();
            let settings = self.asked.or(&before);
            let group = groups.entry(settings.text());
            group.or_insert((settings, Vec::new())).1.push(file);
        }
        for (text, (settings, files)) in groups {
            self.settings = 0;
            if settings != Settings::default() {
                self.settings = hash(&text);
                self.writer.settings.insert(self.settings, text);
            }
            let options = settings.apply(self.options);
            let understand = Understand::new(schema, &options, false).with_houses();
            self.files(&files, &understand)?;
        }
        Ok(())
    }

    /// Reads changed files and adds what they hold.
    fn files(&mut self, files: &[File], understand: &Understand) -> Result<()> {
        let mut open: Option<Open> = None;
        let options = self.options;
        let work = |index: usize, send: &mut dyn FnMut(Vec<Item>) -> bool| {
            if let Some(file) = files.get(index).filter(|_| !options.stopped()) {
                understand.file(file, send);
            }
        };
        pipeline::run(
            files.len(),
            options.threads(),
            &work,
            &mut |index, piece| {
                let Some(file) = files.get(index) else {
                    return Ok(());
                };
                if open.is_none() {
                    let path = file.name();
                    let before = self.writer.ids_of(&path)?;
                    open = Some(Open {
                        path,
                        before,
                        ..Open::default()
                    });
                }
                match (piece, open.as_mut()) {
                    (pipeline::Piece::Items(items), Some(open)) => {
                        for item in items {
                            self.item(open, item)?;
                        }
                    }
                    _ => {
                        if let Some(open) = open.take() {
                            self.close(open, file)?;
                        }
                    }
                }
                self.commit_when_due()
            },
        )
    }

    /// Adds one article of a file, or notes why there is none.
    fn item(&mut self, open: &mut Open, item: Item) -> Result<()> {
        let Understood {
            mut article,
            telling,
            remark,
        } = match item {
            Ok(understood) => understood,
            Err(skipped) => {
                self.note(open, skipped);
                return Ok(());
            }
        };
        // A file inside an archive has its path behind that of the archive.
        let behind = article.path.strip_prefix(&open.path);
        let is_inside = behind.is_some_and(|rest| rest.starts_with('/'));
        if !open.path.is_empty() && !is_inside {
            article.path.clone_from(&open.path);
        }
        let known = match self.identify(open, &mut article)? {
            Ok(known) => known,
            Err(reason) => {
                let (path, record) = (article.path, article.record);
                self.note(
                    open,
                    Skipped {
                        path,
                        record,
                        reason,
                    },
                );
                return Ok(());
            }
        };
        self.remarks.note(remark, &article);
        // A correction may change the day that a story is told on.
        let telling = match self.writer.corrections.apply(&mut article) {
            true => telling.map(|_| Telling::of(&article)),
            false => telling,
        };
        open.articles += 1;
        open.before.remove(&article.id);
        open.ids.insert(article.id.clone());
        let stored = self.writer.stored(&article);
        match known {
            Some(known) if known.digest == stored.digest => {
                self.report.unchanged += 1;
                return Ok(());
            }
            Some(_) => self.report.replaced += 1,
            // The one article of a file may get another id when the file changes.
            None if article.record.is_none()
                && article.path == open.path
                && !open.before.is_empty() =>
            {
                self.report.replaced += 1;
                for id in open.before.drain() {
                    self.writer.delete(&id)?;
                }
            }
            None => self.report.added += 1,
        }
        self.writer.put(&article, &stored, &open.path, telling)
    }

    fn note(&mut self, open: &mut Open, skipped: Skipped) {
        if open.skipped.len() >= MAX_REASONS {
            open.more += 1;
            return;
        }
        open.skipped.push((skipped.record, skipped.reason.clone()));
        self.skip(skipped);
    }

    fn skip(&mut self, skipped: Skipped) {
        (self.progress)(&Event::Skipped(skipped.clone()));
        self.report.skipped.push(skipped);
    }

    /// Finishes a file: what vanished from it goes, and its state is remembered.
    fn close(&mut self, mut open: Open, file: &File) -> Result<()> {
        if open.more > 0 {
            let reason = format!("{} more records, for like reasons", open.more);
            open.skipped.push((None, reason.clone()));
            self.skip(Skipped {
                path: open.path.clone(),
                record: None,
                reason,
            });
        }
        self.report.files += 1;
        self.bytes += file.size;
        let unreadable =
            open.articles == 0 && open.skipped.iter().any(|(record, _)| record.is_none());
        if self.options.stopped() {
            // It may not have been read to its end: the next run reads it again.
            return Ok(());
        }
        if unreadable && !open.before.is_empty() {
            let kept = were_kept(open.before.len() as u64);
            let hint = format!("{}: of its earlier content {kept}", open.path);
            self.report.hints.push(hint);
            return Ok(());
        }
        self.report.removed += open.before.len() as u64;
        for id in &open.before {
            self.writer.delete(id)?;
        }
        let row = self.writer.files.get(&open.path);
        let is_forgotten = row.is_some_and(|row| self.before(row).is_none());
        self.without_settings += u64::from(is_forgotten && self.settings == 0);
        let row = FileRow {
            size: file.size,
            changed: stamp(file),
            hash: content_hash(file).unwrap_or_default(),
            settings: self.settings,
            fields: self.fields,
            understood: UNDERSTANDING,
            articles: open.articles,
            removed: 0,
            skipped: open.skipped,
            waits: open.waits,
        };
        self.writer.files.set(&open.path, row);
        self.writer.touch();
        self.show_progress();
        Ok(())
    }

    fn show_progress(&mut self) {
        (self.progress)(&Event::Progress {
            files: self.report.files,
            found: self.found,
            articles: self.report.added + self.report.replaced,
            bytes: self.bytes,
        });
    }

    fn commit_when_due(&mut self) -> Result<()> {
        let due = self.writer.pending_bytes > COMMIT_BYTES
            || self.writer.committed.elapsed() > COMMIT_TIME;
        if due {
            self.writer.commit()?;
            (self.progress)(&Event::Committed {
                articles: self.report.added + self.report.replaced,
            });
        }
        Ok(())
    }
}

/// The time of a file's last change, as far as it can be relied on.
fn stamp(file: &File) -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    if now.saturating_sub(file.newest) < RECENT_NANOSECONDS {
        0
    } else {
        file.changed
    }
}

/// The hash of a file's content; none for what is no regular file, which might never end, and for a file that is no
/// longer as the walk found it: what was read of it may be older than what is hashed.
fn content_hash(file: &File) -> Option<String> {
    let is_same = || {
        let now = file.now()?;
        (now.size == file.size && now.changed == file.changed).then_some(())
    };
    is_same()?;
    let mut hasher = blake3::Hasher::new();
    for path in std::iter::once(&file.path).chain(&file.sidecar) {
        hasher.update_reader(std::fs::File::open(path).ok()?).ok()?;
    }
    is_same()?;
    Some(hasher.finalize().to_hex().chars().take(32).collect())
}
