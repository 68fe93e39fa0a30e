//! The names that keys of records go by, and the field each stands for.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Keys by field, the most trusted first; `--map` goes before all of them.
pub(super) const KEYS: &[(&str, &[&str])] = &[
    (
        "id",
        &[
            "id",
            "guid",
            "uuid",
            "articleid",
            "docid",
            "documentid",
            "identifier",
        ],
    ),
    ("title", &["title", "headline", "heading"]),
    (
        "body",
        &[
            "body",
            "text",
            "content",
            "articlebody",
            "fulltext",
            "maintext",
            "articletext",
            "bodytext",
            "html",
            "bodyhtml",
            "bodyxhtml",
            "contenthtml",
            "contentencoded",
        ],
    ),
    (
        "date",
        &[
            "date",
            "published",
            "pubdate",
            "publishedat",
            "datepublished",
            "publishdate",
            "publisheddate",
            "publicationdate",
            "publishedon",
            "publishedtime",
            "firstpublished",
            "webpublicationdate",
            "dateissued",
            "issued",
            "datetime",
            "timestamp",
            "created",
            "createdat",
            "datecreated",
            "dcdate",
            "dctermsissued",
            "dctermscreated",
            "firstcreated",
        ],
    ),
    (
        "updated",
        &[
            "updated",
            "modified",
            "updatedat",
            "modifiedat",
            "datemodified",
            "dateupdated",
            "lastmodified",
            "lastupdated",
            "dctermsmodified",
            "versioncreated",
        ],
    ),
    (
        "byline",
        &[
            "byline",
            "bylines",
            "author",
            "authors",
            "creator",
            "writer",
            "writers",
            "reporter",
            "reporters",
            "dccreator",
        ],
    ),
    (
        "source",
        &[
            "source",
            "publisher",
            "publication",
            "outlet",
            "newspaper",
            "sitename",
            "sourcename",
            "dcpublisher",
        ],
    ),
    ("agency", &["agency", "agencies", "newsagency"]),
    (
        "url",
        &[
            "url",
            "link",
            "canonicalurl",
            "weburl",
            "permalink",
            "sourceurl",
            "articleurl",
            "href",
        ],
    ),
    (
        "section",
        &[
            "section",
            "sections",
            "sectionname",
            "articlesection",
            "category",
            "categories",
        ],
    ),
    ("language", &["language", "lang", "dclanguage"]),
    ("dateline", &["dateline"]),
    (
        "standfirst",
        &[
            "standfirst",
            "summary",
            "description",
            "subtitle",
            "subheadline",
            "abstract",
            "lead",
            "deck",
            "dek",
            "excerpt",
        ],
    ),
    ("person", &["person", "persons", "people"]),
    (
        "org",
        &[
            "org",
            "orgs",
            "organisation",
            "organisations",
            "organization",
            "organizations",
        ],
    ),
    ("place", &["place", "places", "location", "locations"]),
];

/// Keys that are no field and need no mention: worked out anew, or part of an export.
const IGNORED: &[&str] = &[
    "story",
    "copies",
    "copyof",
    "mentions",
    "version",
    "evidence",
    "path",
    "record",
    "format",
    "rest",
    "labels",
    "runnersup",
];

static BY_NAME: LazyLock<HashMap<&str, (&'static str, usize)>> = LazyLock::new(|| {
    let names = KEYS.iter().flat_map(|(field, names)| {
        let ranked = names.iter().enumerate();
        ranked.map(move |(rank, name)| (*name, (*field, rank)))
    });
    names.collect()
});

/// The field that a key stands for, and its rank among the keys of that field.
pub(in crate::read) fn field_of(key: &str) -> Option<(&'static str, usize)> {
    BY_NAME.get(plain(key).as_str()).copied()
}

/// Whether a key is neither a field nor worth a mention.
pub(super) fn is_ignored(key: &str) -> bool {
    IGNORED.contains(&plain(key).as_str())
}

/// A key as it is compared: lower case, without spaces, `_`, `-` and `:`.
pub(super) fn plain(key: &str) -> String {
    let letters = key
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ':' | ' ' | '\u{feff}'));
    letters.flat_map(char::to_lowercase).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // A name in two rows would make the second row silently useless, one with a space or capital would never match.
    #[test]
    fn table_is_well_formed() {
        for (field, names) in KEYS {
            for name in *names {
                assert_eq!(
                    field_of(name).map(|(field, _)| field),
                    Some(*field),
                    "{name}"
                );
            }
        }
        assert_eq!(field_of("Published_At"), Some(("date", 3)));
        assert_eq!(field_of("story"), None);
    }
}
