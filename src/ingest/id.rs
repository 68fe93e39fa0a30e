//! Ids for articles whose input states none.

use crate::Article;

/// The id that follows from the canonical url, else from the absolute path and the record.
pub(super) fn of(article: &Article, path: &str) -> String {
    match &article.url {
        Some(url) => hash(&["url", &canonical(url)]),
        None => of_place(article, path),
    }
}

/// The id of a second capture of a url, which the first keeps.
pub(super) fn of_capture(article: &Article, path: &str) -> String {
    let url = article.url.as_deref().map(canonical).unwrap_or_default();
    hash(&["capture", &url, path, &record(article)])
}

/// The id of an article that came from nowhere that has a name: that of its text.
pub(super) fn of_text(article: &Article) -> String {
    match &article.url {
        Some(url) => hash(&["url", &canonical(url)]),
        None => hash(&[
            "text",
            article.title.as_deref().unwrap_or(""),
            &article.body,
        ]),
    }
}

fn of_place(article: &Article, path: &str) -> String {
    hash(&["path", path, &record(article)])
}

fn record(article: &Article) -> String {
    article
        .record
        .map(|record| record.to_string())
        .unwrap_or_default()
}

/// Scheme, `www.`, fragment and a last slash do not make another address.
fn canonical(url: &str) -> String {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!("{}/{}", host.to_lowercase(), path.trim_end_matches('/'))
}

/// Sixteen hexadecimal digits: for a million articles the chance of two alike is one in thirty million.
fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex().chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one_id() {
        let id = |url: &str| {
            of(
                &Article {
                    url: Some(url.to_owned()),
                    ..Article::default()
                },
                "/a",
            )
        };
        assert_eq!(
            id("https://www.Example.org/a/b/#top"),
            id("http://example.org/a/b")
        );
        assert_ne!(
            id("https://example.org/a?x=1"),
            id("https://example.org/a?x=2")
        );
    }

    #[test]
    fn records_of_a_file_differ() {
        let id = |record| {
            of(
                &Article {
                    record,
                    ..Article::default()
                },
                "/a.jsonl",
            )
        };
        assert_ne!(id(Some(1)), id(Some(2)));
        assert_eq!(id(None), id(None));
    }
}
