//! Which id an article gets, and whether it is free.

use std::path::Path;

use super::{MAX_REASONS, Open, Run};
use crate::archive::writer::Known;
use crate::ingest::id;
use crate::{Article, Result};

impl Run<'_, '_> {
    /// Gives an article its id and finds what the archive has under it; the reason when the id is not free.
    pub(super) fn identify(
        &mut self,
        open: &mut Open,
        article: &mut Article,
    ) -> Result<std::result::Result<Option<Known>, String>> {
        let from_input = self.writer.hash(&open.path);
        let stated = !article.id.is_empty();
        if !stated {
            let capture = id::of_capture(article, &article.path);
            article.id = if open.before.contains(&capture) {
                // A second capture stays one when the first has gone.
                capture
            } else if open.path.is_empty() {
                id::of_text(article)
            } else {
                id::of(article, &article.path)
            };
        }
        let mut known = self.writer.known(&article.id)?;
        let is_twice = open.ids.contains(&article.id);
        let taken = known.filter(|known| is_twice || known.file != from_input);
        if let Some(other) = taken {
            let same = other.body == self.writer.hash(&article.body);
            if stated || same {
                if is_twice {
                    return Ok(Err(match stated {
                        true => format!("the id `{}` stands twice in this input", article.id),
                        false => "the same article as an earlier one of this input".to_owned(),
                    }));
                }
                if open.waits.len() < MAX_REASONS {
                    let body = (!stated).then_some(other.body);
                    open.waits.push((article.id.clone(), body));
                }
                return Ok(Err(self.holder(&article.id, stated)?));
            }
            article.id = id::of_capture(article, &article.path);
            known = self.writer.known(&article.id)?;
        }
        if self.writer.removed.get(&article.id).is_some() {
            if !self.options.again {
                return Ok(Err("removed by hand: `--again` takes it back".to_owned()));
            }
            self.writer.removed.remove(&article.id);
            self.writer.touch();
        }
        Ok(Ok(known))
    }

    /// The reason for leaving out an article whose id is another input's.
    pub(super) fn holder(&self, id: &str, stated: bool) -> Result<String> {
        let path = self.writer.path_of(id)?;
        let (who, gone) = match path.as_str() {
            "" => ("another article", false),
            "-" => ("standard input", false),
            path => (path, !Path::new(path).exists()),
        };
        let mut reason = match stated {
            true => format!("the id `{id}` is taken by {who}"),
            false => format!("the same article as {who}"),
        };
        if gone {
            reason.push_str(", which is gone: `--prune` frees it");
        } else if stated {
            reason.push_str(": give this input its own ids with `--id-prefix`");
        }
        Ok(reason)
    }
}
