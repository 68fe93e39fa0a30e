//! The engine alone, as somebody who knows it would use it: what everything is compared with.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    BooleanQuery, Occur, PhraseQuery, Query as EngineQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer,
};
use tantivy::{
    DocAddress, Index, IndexReader, IndexSettings, Order, Searcher, TantivyDocument, Term,
};

use crate::queries::{Ask, Kind};

pub(crate) type Failure = Box<dyn std::error::Error>;

const STOP_WORDS: &str = include_str!("../../data/stopwords/en.txt");

/// Memory of all threads that index.
const MEMORY: usize = 200 << 20;

/// An article as the input has it.
#[derive(Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) date: String,
    #[serde(default)]
    pub(crate) source: String,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(alias = "text", default)]
    pub(crate) body: String,
}

/// The articles of a file of JSON lines, packed or not.
pub(crate) fn records(file: &Path) -> Result<impl Iterator<Item = Record>, Failure> {
    let opened = std::fs::File::open(file)?;
    let from: Box<dyn Read> = match file.extension().is_some_and(|end| end == "gz") {
        true => Box::new(flate2::read::MultiGzDecoder::new(opened)),
        false => Box::new(opened),
    };
    let lines = BufReader::with_capacity(1 << 20, from).lines();
    Ok(lines
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str(&line).ok()))
}

struct Fields {
    id: Field,
    text: Field,
    title: Field,
    body: Field,
    url: Field,
    day: Field,
    source: Field,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("news")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        id: builder.add_text_field("id", STRING | STORED),
        text: builder.add_text_field(
            "text",
            TextOptions::default().set_indexing_options(indexing),
        ),
        title: builder.add_text_field("title", STORED),
        body: builder.add_text_field("body", STORED),
        url: builder.add_text_field("url", STORED),
        day: builder.add_i64_field("day", FAST | STORED),
        source: builder.add_text_field("source", STRING | FAST | STORED),
    };
    (builder.build(), fields)
}

pub(crate) fn analyser() -> TextAnalyzer {
    let stop = STOP_WORDS.split_whitespace().map(str::to_owned);
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(StopWordFilter::remove(stop))
        .filter(Stemmer::new(Language::English))
        .build()
}

fn day(date: &str) -> i64 {
    let day = chrono::NaiveDate::parse_from_str(date.get(..10).unwrap_or(""), "%Y-%m-%d");
    day.map_or(0, |day| i64::from(chrono::Datelike::num_days_from_ce(&day)))
}

/// Indexes a file into a new folder.
pub(crate) fn index(file: &Path, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    let (schema, fields) = schema();
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor::default()),
        ..IndexSettings::default()
    };
    let directory = tantivy::directory::MmapDirectory::open(folder)?;
    let index = Index::create(directory, schema, settings)?;
    index.tokenizers().register("news", analyser());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut writer = index.writer_with_num_threads(threads, MEMORY)?;
    for record in records(file)? {
        let mut document = TantivyDocument::default();
        document.add_text(fields.id, &record.id);
        document.add_text(fields.text, format!("{}\n{}", record.title, record.body));
        document.add_text(fields.title, &record.title);
        document.add_text(fields.body, &record.body);
        document.add_text(fields.url, &record.url);
        document.add_i64(fields.day, day(&record.date));
        document.add_text(fields.source, &record.source);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// An index that is searched.
pub(crate) struct Raw {
    reader: IndexReader,
    fields: Fields,
}

impl Raw {
    pub(crate) fn open(folder: &Path) -> Result<Raw, Failure> {
        let index = Index::open_in_dir(folder)?;
        index.tokenizers().register("news", analyser());
        Ok(Raw {
            reader: index.reader()?,
            fields: schema().1,
        })
    }

    /// In how many articles a word stands.
    pub(crate) fn count(&self, stem: &str) -> u64 {
        let term = Term::from_field_text(self.fields.text, stem);
        self.reader.searcher().doc_freq(&term).unwrap_or(0)
    }

    pub(crate) fn articles(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    fn term(&self, stem: &str) -> Term {
        Term::from_field_text(self.fields.text, stem)
    }

    fn word(&self, stem: &str) -> Box<dyn EngineQuery> {
        Box::new(TermQuery::new(
            self.term(stem),
            IndexRecordOption::WithFreqs,
        ))
    }

    fn query(&self, ask: &Ask) -> Box<dyn EngineQuery> {
        let words = || ask.stems.iter().map(|stem| self.word(stem));
        match ask.kind {
            Kind::Rare | Kind::Common | Kind::Facet => self.word(&ask.stems[0]),
            Kind::And => Box::new(BooleanQuery::new(
                words().map(|word| (Occur::Must, word)).collect(),
            )),
            Kind::Or => Box::new(BooleanQuery::new(
                words().map(|word| (Occur::Should, word)).collect(),
            )),
            Kind::Phrase => Box::new(PhraseQuery::new(
                ask.stems.iter().map(|stem| self.term(stem)).collect(),
            )),
            Kind::Range => {
                let bound = |date: &str| {
                    std::ops::Bound::Included(Term::from_field_i64(self.fields.day, day(date)))
                };
                let range = RangeQuery::new(bound(&ask.from), bound(&ask.to));
                Box::new(BooleanQuery::new(vec![
                    (Occur::Must, self.word(&ask.stems[0])),
                    (Occur::Must, Box::new(range)),
                ]))
            }
        }
    }

    /// Answers: total, ten hits with their snippets, or the counts of a facet. Returns the total.
    pub(crate) fn ask(&self, ask: &Ask) -> Result<u64, Failure> {
        let searcher = self.reader.searcher();
        let query = self.query(ask);
        match ask.kind {
            Kind::Facet => {
                let request =
                    serde_json::json!({"source": {"terms": {"field": "source", "size": 10}}});
                let request: Aggregations = serde_json::from_value(request)?;
                let facets = AggregationCollector::from_aggs(request, Default::default());
                let (total, facets) = searcher.search(&*query, &(Count, facets))?;
                std::hint::black_box(facets);
                Ok(total as u64)
            }
            Kind::Range => {
                let top = TopDocs::with_limit(10).order_by_fast_field::<i64>("day", Order::Desc);
                let (total, top) = searcher.search(&*query, &(Count, top))?;
                self.lines(&searcher, &*query, top.iter().map(|one| one.1))?;
                Ok(total as u64)
            }
            _ => {
                let top = TopDocs::with_limit(10).order_by_score();
                let (total, top) = searcher.search(&*query, &(Count, top))?;
                self.lines(&searcher, &*query, top.iter().map(|one| one.1))?;
                Ok(total as u64)
            }
        }
    }

    fn lines(
        &self,
        searcher: &Searcher,
        query: &dyn EngineQuery,
        found: impl Iterator<Item = DocAddress>,
    ) -> Result<(), Failure> {
        let mut snippets = SnippetGenerator::create(searcher, query, self.fields.text)?;
        snippets.set_max_num_chars(240);
        for address in found {
            let document: TantivyDocument = searcher.doc(address)?;
            let body = document.get_first(self.fields.body);
            let snippet =
                snippets.snippet(body.as_ref().and_then(|body| body.as_str()).unwrap_or(""));
            std::hint::black_box((snippet.to_html(), document));
        }
        Ok(())
    }
}
