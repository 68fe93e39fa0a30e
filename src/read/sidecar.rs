//! Sidecars: small files beside an article that say what it does not say itself, as JSON or as lines of `key: value`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use crate::{Candidate, Draft, Proof};

use super::{ReadOptions, encoding, front, record};

/// A sidecar is small; what is larger is something else.
const MAX_BYTES: u64 = 1 << 20;

/// Whether a file says something about an article and is none itself: it has fields and no text.
pub(crate) fn is_sidecar(path: &Path) -> bool {
    keys(path).is_some_and(|keys| {
        let known = keys.keys().any(|key| record::field_of(key).is_some());
        known && !record::has_body(&keys)
    })
}

/// What a sidecar says, as candidates and fields of a draft.
pub(crate) fn beside(path: &Path, options: &ReadOptions) -> Draft {
    let keys = keys(path).unwrap_or_default();
    record::facts("sidecar", keys, options)
}

/// Puts what a sidecar says before what the file says.
pub(crate) fn join(draft: &mut Draft, beside: &Draft) {
    let said = &beside.article;
    let article = &mut draft.article;
    fn text(to: &mut Option<String>, from: Option<&String>) {
        if let Some(value) = from {
            *to = Some(value.clone());
        }
    }
    text(&mut article.url, said.url.as_ref());
    text(&mut article.dateline, said.dateline.as_ref());
    text(&mut article.standfirst, said.standfirst.as_ref());
    if !said.id.is_empty() {
        article.id.clone_from(&said.id);
    }
    for (to, from) in [
        (&mut article.section, &said.section),
        (&mut article.person, &said.person),
        (&mut article.org, &said.org),
        (&mut article.place, &said.place),
    ] {
        if !from.is_empty() {
            to.clone_from(from);
        }
    }
    article.labels.extend(said.labels.clone());
    let proofs = said.evidence.iter();
    let proofs = proofs.map(|(field, proof): (&String, &Proof)| (field.clone(), proof.clone()));
    article.evidence.extend(proofs);
    let mut candidates = beside.candidates.clone();
    // The file's own names do not join those of the sidecar.
    let is_said = |own: &Candidate| beside.candidates.iter().any(|said| said.field == own.field);
    let (own, said): (Vec<_>, Vec<_>) = std::mem::take(&mut draft.candidates)
        .into_iter()
        .partition(|own| !is_said(own));
    candidates.extend(said);
    candidates.extend(own);
    draft.candidates = candidates;
    draft.unused.extend(beside.unused.clone());
}

fn keys(path: &Path) -> Option<Map<String, Value>> {
    let file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > MAX_BYTES {
        return None;
    }
    let text = encoding::decode(&bytes).ok()?;
    let text = text.trim();
    if text.starts_with(['{', '[']) {
        return match serde_json::from_str(text) {
            Ok(Value::Object(keys)) => Some(keys),
            _ => None,
        };
    }
    Some(front::keys(text))
}
