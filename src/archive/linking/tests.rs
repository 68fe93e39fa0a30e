//! Whatever the order, the commits and what went again: links and groups are those of the articles that are there.

use super::*;
use crate::archive::links::NONE;
use crate::{Archive, Date, Query, Schema};

/// Reports that share words and places, and no row of words but with the copy that each has.
fn reports() -> Vec<Article> {
    let papers = [
        "aldrup", "brenzik", "corwald", "delmonst", "eskrivo", "fantwick",
    ];
    let article = |number: usize| {
        let own = papers[number / 2];
        Article {
            id: format!("n{number:02}"),
            body: format!(
                "Trawler {own}an collided {own}ish Marikit ferry {own}er Tablas divers {own}os Romblon harbour {own}um."
            ),
            place: ["Tablas", "Romblon"].map(str::to_owned).to_vec(),
            ..Article::default()
        }
    };
    (0..12).map(article).collect()
}

/// An archive in which six articles that have a row or term make it common.
struct Small(Archive);

type Links = BTreeSet<(String, String, u16)>;
type Groups = BTreeSet<(String, String, String)>;

impl Small {
    fn new() -> Small {
        Small(Archive::in_memory(Schema::default()).unwrap())
    }

    fn of(articles: &[Article], batch: usize) -> Small {
        let small = Small::new();
        for batch in articles.chunks(batch) {
            small.commit(&[], batch);
        }
        small
    }

    fn commit(&self, gone: &[String], put: &[Article]) {
        let mut writer = self.0.writer().unwrap();
        writer.linker.too_common = 5;
        for id in gone {
            writer.delete(id).unwrap();
        }
        for article in put {
            let telling = Some(Telling::of(article));
            let stored = writer.stored(article);
            writer.put(article, &stored, "reports", telling).unwrap();
        }
        writer.commit().unwrap();
    }

    fn links(&self) -> Links {
        self.linked().0
    }

    fn linked(&self) -> (Links, Groups) {
        let mut writer = self.0.writer().unwrap();
        let links = writer.links().unwrap();
        let name = |number: u32| match number {
            NONE => String::new(),
            _ => links.node(number).unwrap().id.to_string(),
        };
        let (mut near, mut groups) = (Links::new(), Groups::new());
        for node in links.nodes() {
            let id = || node.id.to_string();
            near.extend(
                node.near
                    .iter()
                    .map(|(other, likeness)| (id(), name(other), likeness)),
            );
            groups.insert((id(), name(node.story), name(node.copy_of)));
        }
        (near, groups)
    }
}

// The first reports look alike until there are many of them. The links must be those of all at once, whatever came in
// which commit, and what hung on the common words must be gone, and there again when there are few.
#[test]
fn no_order_and_no_commit_changes_the_links() {
    let mut articles = reports();
    let few = Small::of(&articles[..5], 5).links();
    assert!(few.len() > 4, "{few:?}");
    let expected = Small::of(&articles, articles.len()).links();
    assert_eq!(expected.len(), articles.len(), "{expected:?}");
    let ids: Vec<String> = articles[5..].iter().map(|one| one.id.clone()).collect();
    for batch in [1, 2, 5, 7] {
        articles.rotate_left(batch);
        let small = Small::of(&articles, batch);
        assert_eq!(small.links(), expected, "batches of {batch}");
        small.commit(&ids, &[]);
        assert_eq!(small.links(), few, "batches of {batch}, most gone");
    }
}

/// A draw below `sides` that follows from the draws before.
fn draw(seed: &mut u64, sides: usize) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize % sides
}

/// One of a few texts, a third of its words exchanged, on some day of two years or none.
fn variant(number: usize, seed: &mut u64) -> Article {
    let word = |at: usize| {
        format!(
            "{}{}ik",
            ["bra", "cor", "del", "fan", "gro", "hul"][at % 6],
            at / 6
        )
    };
    let text = draw(seed, 4);
    let words: Vec<String> = (0..24)
        .map(|at| match draw(seed, 3) {
            0 => word(draw(seed, 60)),
            _ => word((text * 11 + at * 7) % 60),
        })
        .collect();
    let day = draw(seed, 4) * 200;
    let day = chrono::NaiveDate::from_yo_opt(2023 + day as i32 / 365, 1 + day as u32 % 365);
    Article {
        id: format!("n{number:02}"),
        body: words.join(" "),
        date: day
            .filter(|_| draw(seed, 4) > 0)
            .and_then(|day| Date::parse(&day.to_string())),
        ..Article::default()
    }
}

// Articles come, change and go in any commits; what is left must be linked and grouped as if nothing else had ever been.
#[test]
fn no_history_changes_the_links() {
    let mut seed = 11;
    let mut found = 0;
    for history in 0..12 {
        let small = Small::new();
        let mut present: BTreeMap<String, Article> = BTreeMap::new();
        for _ in 0..6 {
            let (mut gone, mut put) = (Vec::new(), Vec::new());
            for _ in 0..=draw(&mut seed, 10) {
                let article = variant(draw(&mut seed, 30), &mut seed);
                if draw(&mut seed, 3) == 0 {
                    present.remove(&article.id);
                    gone.push(article.id);
                } else if !gone.contains(&article.id) {
                    present.insert(article.id.clone(), article.clone());
                    put.push(article);
                }
            }
            put.retain(|one| !gone.contains(&one.id));
            for id in &gone {
                present.remove(id);
            }
            small.commit(&gone, &put);
        }
        let left: Vec<Article> = present.into_values().collect();
        let expected = Small::of(&left, left.len().max(1)).linked();
        found += expected.0.len();
        assert_eq!(small.linked(), expected, "history {history}");
    }
    assert!(found > 100, "{found}");
}

// When all tellings of a story go at once, nothing is left that was touched, and the story goes all the same.
#[test]
fn a_story_goes_with_its_articles() {
    let small = Small::of(&reports(), 12);
    let stories = |small: &Small| small.0.stories(&Query::new("*"), 20).unwrap().stories.len();
    assert!(stories(&small) > 0);
    let ids: Vec<String> = reports().into_iter().map(|article| article.id).collect();
    small.commit(&ids, &[]);
    small.0.reload().unwrap();
    assert_eq!(stories(&small), 0);
    let report = small.0.verify().unwrap();
    assert!(report.ok, "{:?}", report.problems);
}
