//! How an article lies in the engine: the index fields, and the document made of an article.
//!
//! | index field | holds | serves |
//! |---|---|---|
//! | `id`, `order` | the id; a hash of it | fetching, a stable last sort key |
//! | `digest`, `body`, `file` | hashes of the whole article, its text, its file | telling what changed |
//! | `text` | title, standfirst and body, stemmed, with positions | words, phrases, `body:`, ranking |
//! | `title`, `rest` | stemmed | `title:`, `rest:` |
//! | `word` | `zone:word`, folded but not stemmed, documents only | wildcards and misspelt words |
//! | `name` | `field:word` of names and labels, with positions | `person:putin` |
//! | `key` | `field=value`, `has=field` | exact filters, presence |
//! | `labels` | columns of label values; `gist`, what the article is about in numbers; where zones begin, see `begins` | facets; likeness of answers; `body:` |
//! | `when`, `<date>_first`, `<date>_last` | columns of seconds and days | sorting, date filters, timelines |
//! | `row`, `term` | hashes of rows of words and of heavy terms | candidates for copies and stories |
//! | `article` | the article, see `stored` and `packing` | answers, export, rebuilding |

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, JsonObjectOptions, OwnedValue, STORED, STRING,
    SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{RawTokenizer, TextAnalyzer, TokenizerManager};
use tantivy::{TantivyDocument, Term};

use super::analyse::fold_value;
use super::begins::{self, Begins};
use super::gist::Gist;
use super::packing::Packing;
use super::stems::DEFAULT;
use super::tokens::{Analyser, ReadyZones, ScopedWords};
use super::writer::Known;
use crate::story::Telling;
use crate::{Article, Date, How, Kind, Result, Schema};

/// Counts up when an archive of the version before cannot be read as it is.
pub(crate) const LAYOUT_VERSION: u32 = 2;

/// The oldest layout that `rebuild` makes the present one of.
pub(crate) const OLDEST_READABLE: u32 = 2;

/// Separates the zones of a text and the scope of a name; taken out of whatever articles bring.
pub(crate) const SEPARATOR: char = '\u{1E}';

/// Begins the term `acronym=SHORT=NAME` of an article that has an organisation under both, as one explains the other.
pub(crate) const ACRONYM: &str = "acronym=";
/// The column `labels.gist` of what an article is about. It lies among the labels, whose values are texts: so none is in its way, and
/// archives made without it are read as before.
pub(crate) const GIST: &str = "gist";

/// The index field of title, standfirst and body.
pub(crate) const TEXT: &str = "text";

/// A part of an article that a query can name, with its place in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextZone {
    Title,
    Standfirst,
    Body,
    Rest,
}

impl TextZone {
    /// The zones that a word without a field searches.
    pub(crate) const ARTICLE: [TextZone; 3] =
        [TextZone::Title, TextZone::Standfirst, TextZone::Body];

    pub(crate) fn of_field(name: &str) -> Option<TextZone> {
        match name {
            "title" => Some(TextZone::Title),
            "standfirst" => Some(TextZone::Standfirst),
            "body" => Some(TextZone::Body),
            "rest" => Some(TextZone::Rest),
            _ => None,
        }
    }

    /// The scope of its words in the index field `word`.
    pub(crate) fn scope(self) -> &'static str {
        match self {
            TextZone::Title => "t",
            TextZone::Standfirst => "s",
            TextZone::Body => "b",
            TextZone::Rest => "r",
        }
    }

    /// Its positions in the text as queries and ranking see them, see `begins`. They are fixed so that a query can ask for
    /// a zone; what exceeds a zone shares its last position.
    pub(crate) fn positions(self) -> std::ops::Range<u32> {
        match self {
            TextZone::Title => 0..256,
            TextZone::Standfirst => 256..1024,
            TextZone::Body | TextZone::Rest => 1024..u32::MAX,
        }
    }
}

/// The index fields of an archive.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) index_schema: tantivy::schema::Schema,
    pub(crate) id: Field,
    pub(crate) order: Field,
    pub(crate) digest: Field,
    pub(crate) file: Field,
    pub(crate) body: Field,
    pub(crate) text: Field,
    pub(crate) title: Field,
    pub(crate) rest: Field,
    pub(crate) word: Field,
    pub(crate) name: Field,
    pub(crate) key: Field,
    pub(crate) labels: Field,
    pub(crate) when: Field,
    pub(crate) row: Field,
    pub(crate) term: Field,
    pub(crate) article: Field,
    days: Vec<(String, Field, Field)>,
    /// How the articles are packed.
    pub(crate) packing: Arc<Packing>,
}

impl Layout {
    pub(crate) fn new(schema: &Schema, packing: Arc<Packing>) -> Layout {
        let mut builder = SchemaBuilder::new();
        let indexed = |tokenizer: &str, option: IndexRecordOption, norms: bool| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(option);
            TextOptions::default().set_indexing_options(indexing.set_fieldnorms(norms))
        };
        let stemmed = || indexed("stemmed", IndexRecordOption::WithFreqsAndPositions, true);
        let days = schema
            .fields()
            .iter()
            .filter(|field| field.kind == Kind::Date);
        let days: Vec<_> = days
            .map(|field| {
                let name = &field.name;
                let first = builder.add_i64_field(&format!("{name}_first"), FAST);
                let last = builder.add_i64_field(&format!("{name}_last"), FAST);
                (name.clone(), first, last)
            })
            .collect();
        Layout {
            id: builder.add_text_field("id", STRING | FAST),
            order: builder.add_u64_field("order", FAST),
            digest: builder.add_u64_field("digest", FAST),
            file: builder.add_u64_field("file", FAST),
            body: builder.add_u64_field("body", FAST),
            text: builder.add_text_field(TEXT, stemmed()),
            title: builder.add_text_field("title", stemmed()),
            rest: builder.add_text_field("rest", stemmed()),
            word: builder.add_text_field("word", indexed("zoned", IndexRecordOption::Basic, false)),
            name: builder.add_text_field(
                "name",
                indexed("scoped", IndexRecordOption::WithFreqsAndPositions, false),
            ),
            key: builder.add_text_field("key", indexed("raw", IndexRecordOption::Basic, false)),
            labels: builder.add_json_field("labels", JsonObjectOptions::default().set_fast("raw")),
            when: builder.add_i64_field("when", FAST),
            row: builder.add_bytes_field("row", INDEXED),
            term: builder.add_bytes_field("term", INDEXED),
            article: builder.add_bytes_field("article", STORED),
            days,
            packing,
            index_schema: builder.build(),
        }
    }

    /// The analysers that the index fields name.
    pub(crate) fn tokenizers() -> TokenizerManager {
        // The engine asks for its own default even for fields that are only columns.
        let manager = TokenizerManager::default();
        manager.register("raw", TextAnalyzer::from(RawTokenizer::default()));
        manager.register("stemmed", TextAnalyzer::from(ReadyZones::default()));
        manager.register("zoned", TextAnalyzer::from(ReadyZones::default()));
        manager.register("scoped", TextAnalyzer::from(ScopedWords::default()));
        manager
    }

    /// The columns of the first and last day of a date field.
    pub(crate) fn days(&self, field: &str) -> Option<(Field, Field)> {
        let found = self.days.iter().find(|(name, ..)| name == field)?;
        Some((found.1, found.2))
    }

    pub(crate) fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.id, id)
    }

    pub(crate) fn key_term(&self, field: &str, value: &str) -> Term {
        Term::from_field_text(self.key, &format!("{field}={}", fold_value(value)))
    }

    pub(crate) fn has_term(&self, field: &str) -> Term {
        Term::from_field_text(self.key, &format!("has={field}"))
    }

    /// The term of the articles that came from a file. Paths differ by case, so the path is not folded.
    pub(crate) fn file_term(&self, path: &str) -> Term {
        Term::from_field_text(self.key, &file_key(digest_of(path.as_bytes())))
    }

    /// The term of the articles whose field was obtained in that way.
    pub(crate) fn how_term(&self, field: &str, how: &str) -> Term {
        Term::from_field_text(self.key, &how_key(field, how))
    }

    /// The term of the articles that were not compared with others.
    pub(crate) fn untold_term(&self) -> Term {
        Term::from_field_text(self.key, UNTOLD)
    }

    /// The document of an article that came from the file with that hash, and what is known of it then; with the hash of
    /// its stored form, and that form packed.
    #[expect(clippy::too_many_arguments, reason = "what a document is made of")]
    pub(crate) fn document(
        &self,
        article: &Article,
        digest: u64,
        packed: &[u8],
        telling: Option<&Telling>,
        file: u64,
        schema: &Schema,
        analyser: &mut Analyser,
    ) -> Result<(TantivyDocument, Known)> {
        let known = Known {
            file,
            digest,
            body: digest_of(article.body.as_bytes()),
        };
        let mut document = TantivyDocument::default();
        document.add_text(self.id, &article.id);
        document.add_u64(self.order, order_of(&article.id));
        document.add_u64(self.digest, known.digest);
        document.add_u64(self.file, known.file);
        document.add_u64(self.body, known.body);
        document.add_field_value(self.key, &OwnedValue::Str(file_key(file)));
        for (field, proof) in &article.evidence {
            if let Some(piece) = proof.pieces().first() {
                document.add_text(self.key, how_key(field, how_name(piece.how)));
            }
        }
        // What a program gives without evidence, it states.
        for (field, is_there) in [
            (
                "title",
                article
                    .title
                    .as_deref()
                    .is_some_and(|title| !title.is_empty()),
            ),
            ("date", article.date.is_some()),
        ] {
            if is_there && article.how(field).is_none() {
                document.add_text(self.key, how_key(field, how_name(How::Stated)));
            }
        }
        let (gist, begins) = self.add_text(&mut document, article, analyser);
        if telling.is_none() {
            document.add_text(self.key, UNTOLD);
        }
        if let Some(telling) = telling {
            for row in telling.rows() {
                document.add_bytes(self.row, &row.to_be_bytes());
            }
            for term in telling.signature().iter().copied() {
                document.add_bytes(self.term, &term.to_be_bytes());
            }
        }
        let columns = columns_of(begins, article.standfirst.is_some(), &gist.heaviest());
        self.add_labels(&mut document, article, schema, columns);
        self.add_dates(&mut document, article);
        document.add_bytes(self.article, packed);
        Ok((document, known))
    }

    /// Adds the words of the text; returns what it is about and where its zones begin.
    fn add_text(
        &self,
        document: &mut TantivyDocument,
        article: &Article,
        analyser: &mut Analyser,
    ) -> (Gist, Begins) {
        let title = if article.title_is_derived() {
            ""
        } else {
            article.title.as_deref().unwrap_or("")
        };
        let standfirst = article.standfirst.as_deref().unwrap_or("");
        let rest: Vec<&str> = article.rest.iter().map(|zone| zone.text.as_str()).collect();
        let rest = rest.join("\n");
        let zones = [
            ("title", title),
            ("standfirst", standfirst),
            ("body", &article.body),
            ("rest", &rest),
        ];
        for (field, _) in zones.iter().filter(|(_, text)| !text.is_empty()) {
            document.add_text(self.key, format!("has={field}"));
        }
        let code = article.language.as_deref().unwrap_or(DEFAULT);
        let ready = analyser.article(code, zones.map(|(_, text)| text));
        document.add_text(self.text, &ready.text);
        if !title.is_empty() {
            document.add_text(self.title, ready.title());
        }
        document.add_text(self.word, &ready.words);
        if !rest.is_empty() {
            document.add_text(self.rest, &ready.rest);
        }
        (ready.gist, ready.begins)
    }

    fn add_labels(
        &self,
        document: &mut TantivyDocument,
        article: &Article,
        schema: &Schema,
        mut columns: Vec<(String, OwnedValue)>,
    ) {
        for field in schema.labels() {
            let name = &field.name;
            let mut values = article.labels_of(name);
            // A program may have an empty text where it has no value.
            values.retain(|value| !value.trim().is_empty());
            if values.is_empty() {
                continue;
            }
            document.add_text(self.key, format!("has={name}"));
            // Values that differ in case or accents only are one to a filter, and count once.
            let mut keys = HashSet::new();
            values.retain(|value| keys.insert(fold_value(value)));
            for key in keys {
                document.add_text(self.key, format!("{name}={key}"));
            }
            let mut forms = values.clone();
            let mentions = article
                .mentions
                .iter()
                .filter(|mention| mention.field == *name);
            forms.extend(mentions.map(|mention| mention.text.as_str()));
            forms.sort_unstable();
            forms.dedup();
            if name == "org" {
                self.add_acronyms(document, article);
            }
            for form in forms {
                document.add_text(self.name, format!("{name}{SEPARATOR}{form}"));
            }
            if field.facet {
                let values = values
                    .iter()
                    .map(|value| OwnedValue::Str((*value).to_owned()));
                columns.push((name.clone(), OwnedValue::Array(values.collect())));
            }
        }
        document.add_field_value(self.labels, &OwnedValue::Object(columns));
    }

    fn add_acronyms(&self, document: &mut TantivyDocument, article: &Article) {
        let orgs = article.mentions.iter().filter(|one| one.field == "org");
        let pairs = orgs.filter(|one| is_acronym(&one.text) && one.text != one.name);
        let keys: HashSet<String> = pairs
            .map(|one| {
                let (short, name) = (fold_value(&one.text), fold_value(&one.name));
                format!("{ACRONYM}{short}={name}")
            })
            .collect();
        for key in keys {
            document.add_text(self.key, key);
        }
    }

    fn add_dates(&self, document: &mut TantivyDocument, article: &Article) {
        for (name, date) in [("date", article.date), ("updated", article.updated)] {
            let (Some(date), Some((first, last))) = (date, self.days(name)) else {
                continue;
            };
            let (from, to) = date.days();
            document.add_i64(first, day_number(from));
            document.add_i64(last, day_number(to));
            document.add_text(self.key, format!("has={name}"));
        }
        if let Some(date) = article.date.as_ref().map(Date::seconds) {
            document.add_i64(self.when, date);
        }
    }
}

/// Columns beside those of the labels.
fn columns_of(begins: Begins, standfirst: bool, gist: &[u16]) -> Vec<(String, OwnedValue)> {
    let numbers = gist.iter().map(|one| OwnedValue::I64((*one).into()));
    let position = |name: &str, at: u32| (name.to_owned(), OwnedValue::I64(at.into()));
    let mut columns = vec![
        (GIST.to_owned(), OwnedValue::Array(numbers.collect())),
        position(begins::BODY, begins.body),
    ];
    if standfirst {
        columns.push(position(begins::STANDFIRST, begins.standfirst));
    }
    columns
}

/// Two to six capitals, with or without points.
fn is_acronym(text: &str) -> bool {
    let letters = text.chars().filter(|c| *c != '.');
    (2..=6).contains(&letters.clone().count()) && letters.clone().all(char::is_uppercase)
}

/// The key of articles that were not compared with others; archives of before have it of none.
const UNTOLD: &str = "how.story=none";

fn file_key(file: u64) -> String {
    format!("file={file:016x}")
}

fn how_key(field: &str, how: &str) -> String {
    format!("how.{field}={how}")
}

/// The name of a way of obtaining a value, as in the JSON.
pub(crate) fn how_name(how: How) -> &'static str {
    match how {
        How::Stated => "stated",
        How::Derived => "derived",
        How::Guessed => "guessed",
    }
}

/// Days since the first of January of the year 1, so that no date of a newspaper is negative.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// The day of a number; `None` when it is no day of the calendar.
pub(crate) fn day_of(number: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(number).ok()?)
}

/// The last sort key of an article: a hash of its id, the same in whatever order articles were added.
pub(crate) fn order_of(id: &str) -> u64 {
    digest_of(id.as_bytes())
}

/// The first eight bytes of the content's BLAKE3 hash.
pub(crate) fn digest_of(content: &[u8]) -> u64 {
    let hash = blake3::hash(content);
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_le_bytes(first)
}
