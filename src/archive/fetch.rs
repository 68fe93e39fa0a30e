//! Getting stored articles: by id, by the beginning of an id, by place in the index.

use tantivy::columnar::Column;
use tantivy::schema::OwnedValue;
use tantivy::{DocAddress, Searcher, TantivyDocument};

use super::damage::CURE;
use super::engine_error;
use super::layout::{Layout, digest_of};
use super::stored;
use crate::{Article, Error, ErrorKind, Result};

/// The hashes of articles, by segment.
pub(crate) type Digests = Vec<Column<u64>>;

/// The columns of the hashes that articles had when they were stored.
pub(crate) fn digests(searcher: &Searcher) -> Result<Digests> {
    let readers = searcher.segment_readers().iter();
    let columns = readers.map(|reader| reader.fast_fields().u64("digest").map_err(engine_error));
    columns.collect()
}

/// The article at a place in the index, compared with its hash: for those who get the article itself.
pub(crate) fn checked(
    searcher: &Searcher,
    layout: &Layout,
    digests: &Digests,
    address: DocAddress,
) -> Result<Article> {
    let bytes = bytes(searcher, layout, address)?;
    let digests = digests.get(address.segment_ord as usize);
    if digests.and_then(|column| column.first(address.doc_id)) != Some(digest_of(&bytes)) {
        return Err(damaged("a stored article differs from its hash"));
    }
    read(&bytes)
}

/// The article at a place in the index.
pub(crate) fn article(
    searcher: &Searcher,
    layout: &Layout,
    address: DocAddress,
) -> Result<Article> {
    read(&bytes(searcher, layout, address)?)
}

fn read(bytes: &[u8]) -> Result<Article> {
    stored::decode(bytes).ok_or_else(|| damaged("a stored article is unreadable"))
}

/// The article at a place in the index, in the form in which it is stored.
pub(crate) fn bytes(searcher: &Searcher, layout: &Layout, address: DocAddress) -> Result<Vec<u8>> {
    let document: TantivyDocument = searcher.doc(address).map_err(engine_error)?;
    match document.get_first(layout.article) {
        Some(value) => layout.packing.unpack(OwnedValue::from(value)),
        None => Err(damaged("a stored article is missing")),
    }
}

/// The stored forms of one of so many articles, those that can be read.
pub(crate) fn forms(
    searcher: &Searcher,
    layout: &Layout,
    every: usize,
) -> impl Iterator<Item = Vec<u8>> {
    let segments = (0u32..).zip(searcher.segment_readers());
    let addresses = segments.flat_map(|(ordinal, reader)| {
        let alive = reader.doc_ids_alive();
        alive.map(move |doc| DocAddress::new(ordinal, doc))
    });
    let addresses = addresses.step_by(every);
    addresses.filter_map(|address| bytes(searcher, layout, address).ok())
}

/// Where the article with exactly that id is.
pub(crate) fn address(
    searcher: &Searcher,
    layout: &Layout,
    id: &str,
) -> Result<Option<DocAddress>> {
    let term = layout.id_term(id);
    for (ordinal, reader) in (0u32..).zip(searcher.segment_readers()) {
        let index = reader.inverted_index(layout.id).map_err(engine_error)?;
        let postings = index.read_postings(&term, tantivy::schema::IndexRecordOption::Basic);
        let Some(mut postings) = postings.map_err(|error| engine_error(error.into()))? else {
            continue;
        };
        let mut doc = tantivy::DocSet::doc(&postings);
        while doc != tantivy::TERMINATED {
            if !reader.is_deleted(doc) {
                return Ok(Some(DocAddress::new(ordinal, doc)));
            }
            doc = tantivy::DocSet::advance(&mut postings);
        }
    }
    Ok(None)
}

/// Up to `limit` ids that begin with a prefix; an id that is exactly the prefix is the only answer.
pub(crate) fn ids_with_prefix(
    searcher: &Searcher,
    layout: &Layout,
    prefix: &str,
    limit: usize,
) -> Result<Vec<String>> {
    if address(searcher, layout, prefix)?.is_some() {
        return Ok(vec![prefix.to_owned()]);
    }
    let mut found: Vec<String> = Vec::new();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(layout.id).map_err(engine_error)?;
        let stream = index.terms().range().ge(prefix.as_bytes()).into_stream();
        let mut stream = stream.map_err(|error| engine_error(error.into()))?;
        let mut taken = 0;
        while taken < limit && stream.advance() {
            let Ok(id) = std::str::from_utf8(stream.key()) else {
                continue;
            };
            if !id.starts_with(prefix) {
                break;
            }
            // Terms of removed articles stay in the dictionary until segments are merged.
            if address(searcher, layout, id)?.is_some() {
                found.push(id.to_owned());
                taken += 1;
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found.truncate(limit);
    Ok(found)
}

/// The one article whose id is, or begins with, `id`.
pub(crate) fn by_id(searcher: &Searcher, layout: &Layout, id: &str) -> Result<Article> {
    let missing = || {
        Error::new(ErrorKind::NotFound, format!("no article has the id `{id}`"))
            .with_hint("ids stand in the answers of `morgue search`")
    };
    if id.is_empty() {
        return Err(missing());
    }
    let ids = ids_with_prefix(searcher, layout, id, 4)?;
    match ids.as_slice() {
        [] => Err(missing()),
        [only] => match address(searcher, layout, only)? {
            Some(address) => checked(searcher, layout, &digests(searcher)?, address),
            None => Err(missing()),
        },
        several => {
            let shown: Vec<&str> = several.iter().take(3).map(String::as_str).collect();
            Err(Error::new(
                ErrorKind::Ambiguous,
                format!("several articles have an id that begins with `{id}`"),
            )
            .with_hint(format!("type more of it: {}", shown.join(", "))))
        }
    }
}

fn damaged(message: &str) -> Error {
    Error::new(ErrorKind::Damaged, message).with_hint(CURE)
}
