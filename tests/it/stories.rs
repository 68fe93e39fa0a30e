//! Stories and copies in the sample archive, against what its authors say.

use std::collections::{BTreeMap, BTreeSet};

use morgue::{Archive, Article, Ingest, Query, Schema};
use serde_json::Value;

type Name = (String, Option<u64>);

fn name(path: &str, record: Option<u64>) -> Name {
    let path = path.split("data/sample/").last().unwrap().to_owned();
    (path, record)
}

fn sample(archive: &Archive) -> Vec<Article> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    archive
        .add_paths(&[folder], &Ingest::default(), &mut |_| {})
        .unwrap();
    let mut articles = Vec::new();
    archive
        .each(&Query::new("*"), &mut |article| {
            articles.push(article);
            Ok(())
        })
        .unwrap();
    articles
}

fn gold() -> Vec<Value> {
    let lines = include_str!("../../data/sample-gold.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn named(line: &Value) -> Name {
    name(line["path"].as_str().unwrap(), line["record"].as_u64())
}

// Look-alike events and articles alone must stay apart, and all tellings of one event come together, in whatever language.
#[test]
fn stories_are_those_of_the_gold() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let mut found: BTreeMap<String, BTreeSet<Name>> = BTreeMap::new();
    for article in sample(&archive) {
        let members = found.entry(article.story.clone().unwrap()).or_default();
        members.insert(name(&article.path, article.record));
    }
    let mut wanted: BTreeMap<String, BTreeSet<Name>> = BTreeMap::new();
    for line in &gold() {
        let alone = format!("alone {:?}", named(line));
        let story = line["story"].as_str().map_or(alone, str::to_owned);
        wanted.entry(story).or_default().insert(named(line));
    }
    let groups = |by: BTreeMap<_, _>| by.into_values().collect::<BTreeSet<BTreeSet<Name>>>();
    let (found, wanted) = (groups(found), groups(wanted));
    let wrong: Vec<_> = found.symmetric_difference(&wanted).collect();
    assert!(
        wrong.is_empty(),
        "stories that only one of the two has: {wrong:#?}"
    );
}

#[test]
fn copies_are_those_of_the_gold() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let articles = sample(&archive);
    let by_id: BTreeMap<&str, Name> = articles
        .iter()
        .map(|article| (article.id.as_str(), name(&article.path, article.record)))
        .collect();
    let found: BTreeMap<Name, Option<String>> = articles
        .iter()
        .map(|article| {
            let original = article.copy_of.as_deref().map(|id| by_id[id].0.clone());
            (name(&article.path, article.record), original)
        })
        .collect();
    for line in gold() {
        assert_eq!(
            found[&named(&line)].as_deref(),
            line["copy_of"].as_str(),
            "{}",
            line["path"]
        );
    }
}

// The same articles give the same stories in whatever order and batches they come.
#[test]
fn order_changes_no_story() {
    let first = Archive::in_memory(Schema::default()).unwrap();
    let mut articles = sample(&first);
    let stories = |archive: &Archive| {
        let mut stories = BTreeMap::new();
        archive
            .each(&Query::new("*"), &mut |article| {
                stories.insert(article.id, (article.story, article.copy_of));
                Ok(())
            })
            .unwrap();
        stories
    };
    let expected = stories(&first);
    for shuffle in 0..4 {
        let turn = (shuffle * 37 + 11) % articles.len();
        articles.rotate_left(turn);
        if shuffle % 2 == 1 {
            articles.reverse();
        }
        let archive = Archive::in_memory(Schema::default()).unwrap();
        for batch in articles.chunks(17 + shuffle * 20) {
            archive.add(batch.to_vec()).unwrap();
        }
        assert_eq!(stories(&archive), expected, "shuffle {shuffle}");
    }
    // What is taken out and put back leaves everything as it was.
    let some: Vec<Article> = articles.iter().take(20).cloned().collect();
    let ids: Vec<String> = some.iter().map(|article| article.id.clone()).collect();
    first.remove(&ids, false).unwrap();
    assert_ne!(stories(&first), expected);
    first.add(some).unwrap();
    assert_eq!(stories(&first), expected);
}

// What was indexed without names and stories has words: articles about the same things are found by them, and what is not
// known is said.
#[test]
fn without_enrichment_articles_are_alike_by_their_words() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let plain = Ingest {
        enrich: false,
        ..Ingest::default()
    };
    archive.add_paths(&[folder], &plain, &mut |_| {}).unwrap();
    let stories = archive.stories(&Query::new("*"), 10).unwrap();
    assert!(stories.stories.is_empty());
    assert!(
        stories
            .hints
            .iter()
            .any(|hint| hint.contains("--no-enrich"))
    );

    let story = |line: &Value| line["story"].as_str().map(str::to_owned);
    let stories: BTreeMap<Name, Option<String>> = gold()
        .iter()
        .map(|line| (named(line), story(line)))
        .collect();
    let (mut told, mut found) = (0, 0);
    archive
        .each(&Query::new("*"), &mut |article| {
            let own = &stories[&name(&article.path, article.record)];
            let is_told_again = stories.values().filter(|other| *other == own).count() > 1;
            if own.is_some() && is_told_again && article.language.as_deref() == Some("en") {
                told += 1;
                let like = archive.similar(&article, &Query::new("")).unwrap();
                let mut hits = like.hits.iter();
                found += u32::from(
                    hits.any(|hit| stories[&name(hit.path.as_str(), hit.record)] == *own),
                );
            }
            Ok(())
        })
        .unwrap();
    assert!(told > 10 && found * 10 >= told * 8, "{found} of {told}");
}

// Whether others tell a story follows from what stands in the archive; a filter and a word ask for it alike.
#[test]
fn told_by_others() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let mut sizes: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for article in sample(&archive) {
        *sizes.entry(article.story).or_default() += 1;
    }
    let of = |is_wanted: fn(u64) -> bool| -> u64 {
        sizes
            .values()
            .copied()
            .filter(|size| is_wanted(*size))
            .sum()
    };
    let (told, alone) = (of(|size| size > 1), of(|size| size == 1));
    let total = |text: &str| archive.search(&Query::new(text)).unwrap().total;
    assert!(told > 0 && alone > 0);
    assert_eq!((total("has:story"), total("no:story")), (told, alone));
    assert_eq!(total("story:*"), told);
    let filtered = Query {
        filters: vec![morgue::parse_filter("has=story", archive.schema()).unwrap()],
        ..Query::new("*")
    };
    assert_eq!(archive.search(&filtered).unwrap().total, told);
}

// Articles of both kinds may come to lie in one segment: each finds the other.
#[test]
fn articles_without_enrichment_are_found_beside_others() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive"), Schema::default()).unwrap();
    let texts = [
        (
            "told",
            "A ferry with forty people sank off Bergen on Tuesday night. The coast guard saved all of them, said \
             captain Anna Holm. The ferry Solveig had left the harbour in a storm.",
        ),
        (
            "untold",
            "The ferry Solveig sank in a storm near Bergen late on Tuesday, and forty people were saved by the coast \
             guard. Captain Anna Holm left the ship last.",
        ),
    ];
    for (id, text) in texts {
        let path = folder.path().join(format!("{id}.json"));
        let record = serde_json::json!({"id": id, "title": "Ferry sinks", "text": text});
        std::fs::write(&path, record.to_string()).unwrap();
        let options = Ingest {
            enrich: id == "told",
            ..Ingest::default()
        };
        archive.add_paths(&[path], &options, &mut |_| {}).unwrap();
    }
    let both_ways = || {
        for (id, other) in [("told", "untold"), ("untold", "told")] {
            let article = archive.get(id).unwrap();
            let like = archive.similar(&article, &Query::new("")).unwrap();
            let ids: Vec<&str> = like.hits.iter().map(|hit| hit.id.as_str()).collect();
            assert_eq!(ids, [other]);
        }
    };
    both_ways();
    archive.compact().unwrap();
    assert_eq!(archive.info().unwrap().segments, 1);
    both_ways();
}
