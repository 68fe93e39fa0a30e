//! Texts that editors changed, and notices under texts.

use super::*;
use crate::story::edits::{EDITS, NOTICES};

/// Articles shorter than this are no fair test of what is left of them after a cut.
const FEWEST_WORDS: usize = 60;

/// The recall of each edit that must be reached, in the order of [`EDITS`].
const RECALL: [f64; 5] = [0.97, 0.99, 0.97, 0.92, 0.95];

/// The part of the articles that is found again after each edit.
fn recalls(articles: &[Article]) -> [f64; 5] {
    let long = |article: &&Article| article.body.split_whitespace().count() >= FEWEST_WORDS;
    let articles: Vec<&Article> = articles.iter().filter(long).collect();
    let tellings: Vec<Telling> = articles
        .iter()
        .map(|article| Telling::of(article))
        .collect();
    let mut recalls = [0.0; 5];
    for ((_, change), recall) in EDITS.iter().zip(&mut recalls) {
        let mut found = 0;
        for (at, (article, telling)) in articles.iter().zip(&tellings).enumerate() {
            let mut edited = (*article).clone();
            edited.body = change(&article.body, &mut Dice::new(at as u64));
            found += usize::from(copy(telling, &Telling::of(&edited)).is_some());
        }
        *recall = found as f64 / articles.len() as f64;
    }
    recalls
}

#[test]
fn edited_copies_are_found() {
    for ((edit, recall), least) in EDITS.iter().zip(recalls(&sample())).zip(RECALL) {
        assert!(recall >= least, "{}: {recall:.3}", edit.0);
    }
}

// Every text of a publisher ends alike; that alone must not make copies of unrelated articles, in however small an archive
// and however short the texts are: one pair in ten thousand at most.
#[test]
fn shared_notices_make_no_copies() {
    let flagged = flagged_by_notices(&sample());
    let sum = |of: fn(&(usize, usize, usize)) -> usize| flagged.iter().map(of).sum::<usize>();
    let (wrong, all) = (sum(|one| one.1), sum(|one| one.2));
    assert!(wrong * 10_000 <= all, "words, wrong, pairs: {flagged:?}");
}

// Two papers that print one text each put lines of their own around it, as long as the text may be.
#[test]
fn notices_of_two_papers_hide_no_copy() {
    for ((around, recall), least) in noticed_copies(&sample()).into_iter().zip([0.97, 0.97, 0.9]) {
        assert!(recall >= least, "{around}: {recall:.3}");
    }
}

/// The part of the copies that is found when each of two papers puts a notice of its own under or over the text.
fn noticed_copies(articles: &[Article]) -> [(&'static str, f64); 3] {
    type Around = fn(&str, &str) -> String;
    let under: Around = |text, notice| format!("{text}\n\n{notice}");
    let over: Around = |text, notice| format!("{notice}\n\n{text}");
    let ways = [
        ("under both", under, under),
        ("under one and over the other", under, over),
        ("over both", over, over),
    ];
    let long = |article: &&Article| article.body.split_whitespace().count() >= FEWEST_WORDS;
    let articles: Vec<&Article> = articles.iter().filter(long).collect();
    ways.map(|(name, one, other)| {
        let printed = |article: &Article, around: Around, notice| {
            let mut printed = article.clone();
            printed.body = around(&article.body, notice);
            Telling::of(&printed)
        };
        let is_found = |article: &&&Article| {
            let one = printed(article, one, NOTICES[3]);
            copy(&one, &printed(article, other, NOTICES[2])).is_some()
        };
        let found = articles.iter().filter(is_found).count();
        (name, found as f64 / articles.len() as f64)
    })
}

/// The unrelated pairs that a shared notice makes copies, by how many words are left of each article, of how many.
fn flagged_by_notices(articles: &[Article]) -> Vec<(usize, usize, usize)> {
    let whole: Vec<Telling> = articles.iter().map(Telling::of).collect();
    let is_unrelated = |(i, j): &(usize, usize)| same_event(&whole[*i], &whole[*j]) == 0;
    let all = (0..whole.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let all = all.filter(is_unrelated).count() * NOTICES.len();
    let mut flagged = Vec::new();
    for words in [25, 50, 100, 1_000] {
        let mut wrong = 0;
        for notice in NOTICES {
            let mut noticed = articles.to_vec();
            for article in &mut noticed {
                let kept: Vec<&str> = article.body.split_whitespace().take(words).collect();
                article.body = format!("{}\n\n{notice}", kept.join(" "));
            }
            wrong += pairs(&noticed)
                .iter()
                .filter(|pair| is_unrelated(pair))
                .count();
        }
        flagged.push((words, wrong, all));
    }
    flagged
}

// Not a test: prints how copies and notices of the given articles are judged.
#[test]
#[ignore = "measures; names a file by MORGUE_ARTICLES"]
#[allow(clippy::print_stdout)] // It is there to be read.
fn measure_copies() {
    let path = std::env::var_os("MORGUE_ARTICLES").expect("names a file of articles");
    let text = std::fs::read_to_string(path).expect("is text");
    let articles = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("is an article"));
    let articles: Vec<Article> = articles.collect();
    for (edit, recall) in EDITS.iter().zip(recalls(&articles)) {
        println!("{}: {recall:.3}", edit.0);
    }
    for (around, recall) in noticed_copies(&articles) {
        println!("notices {around}: {recall:.3}");
    }
    println!("{} pairs as they are", pairs(&articles).len());
    for (words, wrong, all) in flagged_by_notices(&articles) {
        println!("notices, cut to {words} words: {wrong} of {all}");
    }
}

fn pairs(articles: &[Article]) -> BTreeSet<(usize, usize)> {
    let tellings: Vec<Telling> = articles.iter().map(Telling::of).collect();
    compare(&tellings)
        .1
        .into_iter()
        .map(|(i, j, _)| (i, j))
        .collect()
}
