use tantivy::Executor;
use tantivy::query::EnableScoring;

use super::*;
use crate::{Archive, Article, Query, Schema};

// What threads find at once must be what one finds alone, whichever of them is first.
#[test]
fn threads_find_the_same() {
    let archive = Archive::in_memory(Schema::default()).unwrap();
    for batch in 0..3 {
        // Three tellings of each ferry, one in each batch.
        let article = |n: u32| Article {
            id: format!("{batch}-{n}"),
            title: Some(format!("Ferry {n}{n} sinks off Tablas")),
            body: format!(
                "The ferry sank off Tablas with {n}{n} aboard, of whom {n}7 were saved. {}",
                "It sank. ".repeat((n % 5) as usize)
            ),
            date: format!("2024-05-{:02}", n % 28 + 1).parse().ok(),
            ..Article::default()
        };
        archive.add((0..40).map(article)).unwrap();
    }
    let state = archive.state().unwrap();
    let searcher = state.reader.searcher();
    assert!(searcher.segment_readers().len() > 1);
    let query = archive.prepare(&searcher, &Query::new("ferry OR tablas"), None);
    let query = query.unwrap().strict();
    for (sort, by_story) in [
        (Sort::Best, true),
        (Sort::Newest, true),
        (Sort::Best, false),
    ] {
        let gather = Gather {
            sort,
            keep: 7,
            after: None,
            fresh: None,
            facets: Vec::new(),
            groups: Some(state.groups.clone()),
            placed: None,
            by_story,
            so_far: Shared::default(),
        };
        let found_by = |executor: &Executor| {
            let scoring = EnableScoring::enabled_from_searcher(&searcher);
            let found = searcher.search_with_executor(&*query, &gather, executor, scoring);
            let found = found.unwrap();
            let ranks: Vec<Rank> = found.found.iter().map(|one| one.rank).collect();
            (ranks, found.total, found.alone, found.stories.len())
        };
        let alone = found_by(&Executor::single_thread());
        assert!(
            alone.0.len() == 7 && alone.1 == 120 && alone.3 > 7,
            "{alone:?}"
        );
        let threads = Executor::multi_thread(3, "test-").unwrap();
        for _ in 0..50 {
            assert_eq!(found_by(&threads), alone);
        }
    }
}

#[test]
fn ranks_put_the_best_first_and_the_undated_last() {
    assert!(rank_of_score(2.0) < rank_of_score(1.0));
    assert_eq!(rank_of_score(2.0), rank_of_score(2.0 + f32::EPSILON));
    assert!(rank_of_date(Some(10), true) < rank_of_date(Some(-10), true));
    assert!(rank_of_date(Some(-10), false) < rank_of_date(Some(10), false));
    assert!(rank_of_date(Some(i64::MIN), true) < rank_of_date(None, true));
    assert!(rank_of_date(Some(i64::MAX), false) < rank_of_date(None, false));
    assert_eq!(date_of_rank(rank_of_date(Some(-7), true)), Some(-7));
    assert_eq!(date_of_rank(rank_of_date(None, true)), None);
}

#[test]
fn fresh_halves_the_bonus_at_its_half_life() {
    let fresh = Fresh {
        now: 1000,
        half_life: 100.0,
    };
    assert_eq!(fresh.factor(Some(1000)), 1.0);
    assert_eq!(fresh.factor(Some(900)), 0.75);
    assert_eq!(fresh.factor(None), 0.5);
}
