//! Queries that are made to keep a machine busy: each is answered or refused, soon. MORGUE_TEST_BOMBS=N makes up N more.

use std::time::Duration;

use morgue::{Archive, Article, Match, Query, Schema};

use crate::campaign::{Chance, clock, tell, times};

/// The longest that any query may take; unoptimised code is given more.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// An archive with many words, so that what expands finds much.
fn archive() -> Archive {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    let words = |n: usize| -> String {
        (0..300)
            .map(|at| format!("w{}a{} ", (n * 31 + at * 7) % 5000, at % 20))
            .collect()
    };
    let articles = (0..200).map(|n| Article {
        id: n.to_string(),
        title: Some(format!("Ferry {n}")),
        body: format!("The ferry sails. {}", words(n)),
        ..Article::default()
    });
    archive.add(articles).unwrap();
    archive
}

fn bombs() -> Vec<String> {
    let words = |count: usize, form: &dyn Fn(usize) -> String, between: &str| -> String {
        let all: Vec<String> = (0..count).map(form).collect();
        all.join(between)
    };
    let mut bombs: Vec<String> = Vec::new();
    for open in [
        "(", "-(", "((", "title:(", "\"", "NOT (", "body:(-(", "[", "{",
    ] {
        bombs.push(open.repeat(2100));
        bombs.push(open.repeat(60));
        let closed = format!("{}ferry{}", open.repeat(60), ")".repeat(60));
        bombs.push(closed);
    }
    for piece in [
        "(a?)",
        "w* ",
        "?* ",
        "*a* ",
        "w??? ",
        "ferry~2 ",
        "w1a1~1 ",
        "-",
        "!",
        "a:",
        "\"ferry sails\"~9 ",
        "ferry NEAR/9 sails ",
        "w*a* ",
        "~",
        "OR ",
        "AND ",
        "a OR ",
        "-a ",
        "date:2024 ",
        "person:w* ",
        "\u{202e}x ",
        "e\u{301}",
        "\u{1f600}",
        "&&||",
        "..",
        "1..9 ",
        "\\",
        "'",
    ] {
        for count in [15, 300, 2000, 20_000] {
            bombs.push(piece.repeat(count));
        }
    }
    for count in [17, 200, 1000, 100_000] {
        bombs.push(words(count, &|n| format!("w{n}a{}", n % 20), " "));
        bombs.push(words(count, &|n| format!("w{n}*"), " OR "));
        bombs.push(words(count, &|n| format!("w{n}a1~2"), " "));
        bombs.push(format!(
            "\"{}\"~1000000",
            words(count, &|n| format!("w{n}a1"), " ")
        ));
        bombs.push(words(count, &|n| format!("w{n}"), " NEAR/4000000000 "));
    }
    bombs.extend(
        [
            "*",
            "* *",
            "**",
            "?",
            "w*~2",
            "~2",
            "ferry~999999999999",
            "date:0000..9999",
            "date:99999999999999999999",
            "since:-999999999d",
        ]
        .map(str::to_owned),
    );
    bombs
}

// Whatever is asked, an answer or an error comes within two seconds, however the words are taken.
#[test]
fn query_bombs() {
    let archive = archive();
    let mut bombs = bombs();
    let pieces = [
        "(",
        ")",
        "-",
        "\"",
        "w*",
        "w1a1~2",
        " ",
        " OR ",
        " AND ",
        "ferry",
        "title:",
        "date:",
        "..",
        "NEAR/3",
        "*",
        "?",
        "\u{0}",
        "é",
        "person=\"",
        ":",
        "~9",
    ];
    let mut chance = Chance::new(3);
    for _ in 0..times("MORGUE_TEST_BOMBS", 100) {
        let made = (0..chance.below(400)).map(|_| pieces[chance.below(pieces.len())]);
        bombs.push(made.collect());
    }
    let (mut answered, mut refused, mut longest) = (0, 0, (Duration::ZERO, String::new()));
    for bomb in &bombs {
        for (plain, matching) in [(false, None), (true, None), (false, Some(Match::Any))] {
            let query = Query {
                plain,
                matching,
                ..Query::new(bomb.clone())
            };
            let started = clock();
            match archive.search(&query) {
                Ok(_) => answered += 1,
                Err(_) => refused += 1,
            }
            let took = clock() - started;
            if took > longest.0 {
                longest = (took, bomb.chars().take(60).collect());
            }
        }
    }
    tell(&format!(
        "query bombs: {} queries asked in three ways: {answered} answered, {refused} refused, the longest took {} ms",
        bombs.len(),
        longest.0.as_millis()
    ));
    assert!(longest.0 < PATIENCE, "{longest:?}");
}
