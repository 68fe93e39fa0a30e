//! Every form of the query language, with what it finds in a small archive.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use morgue::{
    Archive, Article, Date, ErrorKind, Evidence, How, Mention, Proof, Query, Role, Schema,
};

fn article(id: &str, title: &str, body: &str) -> Article {
    Article {
        id: id.to_owned(),
        title: (!title.is_empty()).then(|| title.to_owned()),
        body: body.to_owned(),
        path: format!("/clips/{id}.txt"),
        ..Article::default()
    }
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn archive() -> Archive {
    let mut visit = article(
        "visit",
        "Putin visits Pyongyang",
        "President Putin met Kim Jong Un. The sanctions on North Korea were called illegal.\n\nThe U.S. objected to the military pact.",
    );
    visit.date = Date::parse("2024-06-18T07:18:00Z");
    visit.person = strings(&["Vladimir Putin", "Kim Jong Un"]);
    visit.org = strings(&["TASS"]);
    visit.place = strings(&["Pyongyang", "North Korea"]);
    visit.mentions = vec![Mention {
        field: "person".to_owned(),
        name: "Vladimir Putin".to_owned(),
        text: "President Putin".to_owned(),
        start: 0,
        end: 15,
    }];
    visit.byline = strings(&["Shivani Rao"]);
    visit.agency = strings(&["PTI", "AP"]);
    let agency = |name: &str, role| Evidence {
        value: Some(name.to_owned()),
        role: Some(role),
        ..Evidence::new(How::Stated, "line")
    };
    visit.evidence = BTreeMap::from([(
        "agency".to_owned(),
        Proof::Many(vec![
            agency("PTI", Role::Cited),
            agency("AP", Role::Credited),
        ]),
    )]);
    visit.rest = vec![morgue::Zone {
        zone: "teaser".to_owned(),
        text: "Balloons full of rubbish".to_owned(),
    }];

    let mut balloons = article(
        "balloons",
        "South Korea counts balloons",
        "North Korea sent balloons. Missile tests near the north border followed. A woman saw it at 12:30.",
    );
    balloons.date = Date::parse("2024-06");
    balloons.source = Some("HW News".to_owned());
    balloons.place = strings(&["South Korea", "North Korea"]);

    let mut treaty = article(
        "treaty",
        "Treaty on trade",
        "AT&T paid 1,200.50 dollars. It's a treaty, Müller said, and women signed. Putin was not there.",
    );
    treaty.date = Date::parse("2023-12-31");
    treaty.source = Some("Daily Öst".to_owned());
    treaty.person = strings(&["Hans Müller"]);
    treaty.language = Some("en".to_owned());

    let mut undated = article(
        "undated",
        "",
        "The the of. A missile of the north was far from any pact.",
    );
    undated.title = Some("A missile of the north".to_owned());
    undated.evidence = BTreeMap::from([(
        "title".to_owned(),
        Proof::One(Evidence::new(How::Derived, "lead")),
    )]);

    let archive = Archive::in_memory(Schema::default()).unwrap();
    archive.add(vec![visit, balloons, treaty, undated]).unwrap();
    archive
}

fn ask(text: &str) -> Query {
    Query {
        now: NaiveDate::from_ymd_opt(2024, 6, 20)
            .unwrap()
            .and_hms_opt(12, 0, 0),
        limit: None,
        ..Query::new(text)
    }
}

/// What each form finds, ids in the order of the alphabet; `relaxed` answers are marked.
const FORMS: &[(&str, &str)] = &[
    ("putin sanctions", "visit"),
    ("sanction", "visit"),
    ("\"military pact\"", "visit"),
    ("“military pact”", "visit"),
    ("\"pact military\"", ""),
    ("putin OR balloons", "balloons treaty visit"),
    ("putin || balloons", "balloons treaty visit"),
    ("putin AND treaty", "treaty"),
    ("putin && treaty", "treaty"),
    ("putin -treaty", "visit"),
    ("putin NOT treaty", "visit"),
    ("putin !treaty", "visit"),
    ("putin AND NOT treaty", "visit"),
    ("(putin OR balloons) -treaty", "balloons visit"),
    ("-putin", "balloons undated"),
    ("sanct*", "visit"),
    ("wom?n", "balloons treaty"),
    ("putn~1", "treaty visit"),
    ("puitn~1", "treaty visit"),
    ("balons~2", "balloons"),
    ("\"north korea\"", "balloons visit"),
    ("\"north objected\"~9", "visit"),
    ("\"north objected\"~3", ""),
    ("\"sanctions korea\"~2", "visit"),
    ("\"sanctions korea\"~1", ""),
    ("north NEAR/5 missile", "balloons undated"),
    ("missile NEAR/2 north", ""),
    ("\"north border\" NEAR/4 missile", "balloons"),
    ("title:putin", "visit"),
    ("title:missile", ""),
    ("title:balloo*", "balloons"),
    ("body:(pact OR treaty)", "treaty undated visit"),
    ("body:visits", ""),
    ("body:\"military pact\"", "visit"),
    ("rest:balloons", "visit"),
    ("person:putin", "visit"),
    ("person:president", "visit"),
    ("person:put*", "visit"),
    ("person:muller", "treaty"),
    ("org:tass", "visit"),
    ("place:pyongyang", "visit"),
    ("place:\"north korea\"", "balloons visit"),
    ("source:\"hw news\"", "balloons"),
    ("source:ost", "treaty"),
    ("agency:pti", "visit"),
    ("credit:ap", "visit"),
    ("credit:pti", ""),
    ("byline:shivani", "visit"),
    ("person=\"Kim Jong Un\"", "visit"),
    ("person=\"kim jong un\"", "visit"),
    ("person=Kim", ""),
    ("language:en", "treaty"),
    ("date:2024", "balloons visit"),
    ("date:2024-06", "balloons visit"),
    ("date:2024-06-18", "visit"),
    ("date:2024-05..2024-06-17", ""),
    ("date:2024-05..2024-06-30", "balloons visit"),
    ("date:..2023", "treaty"),
    ("date:2024..", "balloons visit"),
    ("since:yesterday", ""),
    ("date:7d..", "visit"),
    ("until:2023-12-31", "treaty"),
    ("has:byline", "visit"),
    ("no:date", "undated"),
    ("no:title", "undated"),
    ("has:credit", "visit"),
    ("story:visit", "visit"),
    ("story:vis", "visit"),
    ("*", "balloons treaty undated visit"),
    ("the missile", "balloons undated"),
    ("\"of the north\"", "undated"),
    ("12:30", "balloons"),
    ("it's", "balloons treaty"),
    ("U.S.", "visit"),
    ("US", "visit"),
    ("AT&T", "treaty"),
    ("1,200.50", "treaty"),
    ("1200.50", "treaty"),
    ("Re:Putin sanctions", "visit"),
    ("putin 🎉", "treaty visit"),
    ("why putin?", "treaty visit"),
    ("PUTIN AND TREATY", "treaty"),
    ("müller", "treaty"),
    ("MULLER", "treaty"),
];

// One table, so that a form that changes its meaning shows as one changed line.
#[test]
fn every_form_finds_what_it_should() {
    let archive = archive();
    let mut wrong = Vec::new();
    for (text, expected) in FORMS {
        let mut query = ask(text);
        query.matching =
            (!text.starts_with("Re:") && !text.starts_with("why")).then_some(morgue::Match::All);
        let found = match archive.search(&query) {
            Ok(results) => {
                let mut ids: Vec<String> = results.hits.into_iter().map(|hit| hit.id).collect();
                ids.sort();
                ids.join(" ")
            }
            Err(error) => format!("error: {error}"),
        };
        if found != *expected {
            wrong.push(format!("{text}: expected `{expected}`, found `{found}`"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

// What cannot be understood is refused with its place, never answered with something else.
#[test]
fn what_cannot_be_meant_is_refused() {
    let archive = archive();
    let cases = [
        ("perso:putin", ErrorKind::UnknownField),
        ("date:2024-13", ErrorKind::BadDate),
        ("(putin", ErrorKind::Syntax),
        ("???", ErrorKind::NoWord),
        ("", ErrorKind::NoWord),
    ];
    for (text, kind) in cases {
        let error = archive.search(&ask(text)).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}: {error}");
        assert!(error.hint().is_some(), "{text} has no hint");
    }
}

// A query bomb must be answered or refused at once.
#[test]
fn bombs_are_survived() {
    let archive = archive();
    let bombs = [
        "(".repeat(5000),
        format!("{}a{}", "(".repeat(2500), ")".repeat(2500)),
        "-(".repeat(4000),
        "a* ".repeat(2000),
        "x~2 ".repeat(2000),
        "\"".repeat(8000),
        "a ".repeat(4000),
        (0..2000).map(|n| format!("w{n} ")).collect(),
    ];
    for bomb in bombs {
        let started = std::time::Instant::now();
        let _ = archive.search(&ask(&bomb));
        let _ = archive.search(&Query {
            plain: true,
            ..ask(&bomb)
        });
        assert!(started.elapsed().as_secs() < 4, "{}...", &bomb[..20]);
    }
}

// When no article has all words, the best there is comes back and says so; a filter is never given up.
#[test]
fn relaxes_words_but_no_filter() {
    let archive = archive();
    let results = archive.search(&ask("putin treaty balloons")).unwrap();
    assert!(results.relaxed);
    assert_eq!(results.hits[0].id, "treaty");
    assert!(
        results.hints[0].contains("`balloons`"),
        "{:?}",
        results.hints
    );
    let all = Query {
        matching: Some(morgue::Match::All),
        ..ask("putin treaty balloons")
    };
    assert_eq!(archive.search(&all).unwrap().total, 0);
    assert_eq!(
        archive
            .search(&ask("balloons tango date:2020"))
            .unwrap()
            .total,
        0
    );
    assert_eq!(
        archive.search(&ask("balloons person:putin")).unwrap().total,
        0
    );
}

// A reader must learn that the words stand in a caption or teaser.
#[test]
fn says_when_only_the_rest_matches() {
    let results = archive().search(&ask("rubbish")).unwrap();
    assert_eq!(results.total, 0);
    assert!(
        results.hints.iter().any(|hint| hint.contains("rest:")),
        "{:?}",
        results.hints
    );
}

// What was typed wrong is offered as the archive writes it; only what the archive has is offered.
#[test]
fn did_you_mean() {
    let archive = archive();
    for (text, expected) in [
        ("puitn sanctions", Some("putin sanctions")),
        ("balons", Some("balloons")),
        ("title:traety", Some("title:treaty")),
        ("person:putn", Some("person:putin")),
        ("northkorea missile", Some("north korea missile")),
        ("ball oons", Some("balloons")),
        ("sanktions -balons", Some("sanctions -balons")),
        ("zeppelin", None),
        ("putin zeppelin", None),
        ("xyz", None),
    ] {
        let results = archive.search(&ask(text)).unwrap();
        assert_eq!(results.suggested.as_deref(), expected, "{text}");
        if expected.is_some() {
            assert!(
                results.hints[0].contains("did you mean"),
                "{:?}",
                results.hints
            );
        }
    }
}

// A German article is found by its German stem, an English one by its English, and neither hides the other.
#[test]
fn words_are_found_in_the_language_of_the_article() {
    let mut german = article(
        "de",
        "",
        "Die Verhandlungen über das Abkommen gehen weiter.",
    );
    german.language = Some("de".to_owned());
    let mut russian = article("ru", "", "Переговоры о санкциях продолжаются.");
    russian.language = Some("ru".to_owned());
    let english = article(
        "en",
        "",
        "Negotiations and sanctions go on. The Verhandlungen failed.",
    );
    let archive = Archive::in_memory(Schema::default()).unwrap();
    archive.add(vec![german, russian, english]).unwrap();
    let cases = [
        ("verhandlung", "de"),
        ("verhandlungen", "de en"),
        ("санкции", "ru"),
        ("negotiation", "en"),
    ];
    for (text, expected) in cases {
        let hits = archive.search(&ask(text)).unwrap().hits;
        let mut ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids.join(" "), expected, "{text}");
        assert!(
            hits[0].snippet.iter().any(|piece| piece.hit),
            "{text} is not marked"
        );
    }
}

// Words after the first few hundred of the rest are found as phrases too.
#[test]
fn long_rest_keeps_its_phrases() {
    let mut long = article("long", "", "Short text.");
    let text = format!("{} red balloons", "word ".repeat(2000));
    long.rest = vec![morgue::Zone {
        zone: "teaser".to_owned(),
        text,
    }];
    let archive = Archive::in_memory(Schema::default()).unwrap();
    archive.add(vec![long]).unwrap();
    assert_eq!(
        archive.search(&ask("rest:\"red balloons\"")).unwrap().total,
        1
    );
    assert_eq!(
        archive.search(&ask("rest:\"balloons red\"")).unwrap().total,
        0
    );
}
