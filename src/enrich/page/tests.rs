//! Whole files as people save them, and what must come out.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde_json::Value;

use crate::{Article, Draft, EnrichOptions, How, Role, enrich};

fn read(text: &str) -> Article {
    let options = EnrichOptions {
        runners_up: false,
        names: false,
        today: NaiveDate::from_ymd_opt(2030, 1, 1).unwrap(),
    };
    let draft = Draft {
        text: Some(text.to_owned()),
        ..Draft::default()
    };
    enrich(draft, &options)
}

fn zone(article: &Article, zone: &str) -> String {
    let zones = article.rest.iter().filter(|rest| rest.zone == zone);
    zones
        .map(|rest| rest.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

/// A page with the traps of its kind: a caption beside the date, an advert between paragraphs, the author thrice.
const HARBOUR: &str = "\
Port minister Ana Roe opens rebuilt harbour wall, promises lower ferry fares

The minister thanked the masons and said that the wall would stand for “a hundred winters”

Maren
Published on:\u{a0}3 May 2024 6:05 PM GMT
Ana Roe
X

Ana Roe, PC: Social Media

Port minister Ana Roe has opened the rebuilt harbour wall in Lowmouth and promised lower fares on all ferries from June, news agency PTI reported.

Roe is expected to travel on to Stoneferry on Saturday, May 4, for talks with the owners of the ferries.

2.1 Lakh Readers trusted us on Budget Night. Download The Best App of the Nation now!

On May 5, Roe and the mayor of Lowmouth will open the fish market, her office told TASS news agency.

The wall had been damaged in the storms of November 2021, when Lowmouth was cut off for nine days.

Maren

Maren

Next Story
";

#[test]
fn a_scraped_page_falls_into_its_parts() {
    let article = read(HARBOUR);
    assert_eq!(
        article.title.as_deref(),
        Some("Port minister Ana Roe opens rebuilt harbour wall, promises lower ferry fares")
    );
    assert!(
        article
            .standfirst
            .as_deref()
            .unwrap()
            .starts_with("The minister thanked")
    );
    assert_eq!(article.date.unwrap().to_string(), "2024-05-03T18:05:00Z");
    assert_eq!(article.byline, ["Maren"]);
    assert_eq!(article.agency, ["PTI", "TASS"]);
    assert_eq!(article.source, None);
    assert_eq!(article.body.split("\n\n").count(), 4);
    assert!(article.body.ends_with("for nine days."));
    assert_eq!(
        zone(&article, "caption"),
        "Ana Roe\nAna Roe, PC: Social Media"
    );
    assert!(zone(&article, "advert").starts_with("2.1 Lakh Readers"));
    assert_eq!(article.language.as_deref(), Some("en"));
}

#[test]
fn evidence_names_the_line_and_the_role() {
    let article = read(HARBOUR);
    let date = &article.evidence["date"].pieces()[0];
    assert_eq!((date.how, date.line), (How::Stated, Some(6)));
    assert!(date.text.as_deref().unwrap().starts_with("Published on:"));
    let roles: Vec<_> = article.evidence["agency"]
        .pieces()
        .iter()
        .map(|p| (p.role, p.line))
        .collect();
    assert_eq!(
        roles,
        [(Some(Role::Cited), Some(12)), (Some(Role::Cited), Some(18))]
    );
}

/// A story of an agency with its dateline, a picture credit and a link between paragraphs.
const WIRE: &str = "\
Neue Fähre für den alten Hafen

Die erste von drei Fähren ist angekommen.

Von Jana Muster und Max Beispiel, dpa
Aktualisiert am 04.03.2024, 18:30 Uhr

Hamburg (dpa) - Die erste von drei neuen Fähren ist am Dienstag im Hafen angekommen, wie die Behörde mitteilte.

Foto: Jo Doe/dpa

Der Bürgermeister sprach von einem großen Tag für die Stadt. Das berichtet die Nachrichtenagentur AFP.

Lesen Sie auch: Fährpreise steigen

Die Schiffe kosten viel Geld. (dpa/lno)

© 2024 Hafenbote. Alle Rechte vorbehalten.
";

#[test]
fn a_wire_story_keeps_its_credits() {
    let article = read(WIRE);
    assert_eq!(article.byline, ["Jana Muster", "Max Beispiel"]);
    assert_eq!(article.credits(), ["dpa"]);
    assert_eq!(article.agency, ["dpa", "AFP"]);
    assert_eq!(article.dateline.as_deref(), Some("Hamburg"));
    assert_eq!(article.source.as_deref(), Some("Hafenbote"));
    assert_eq!(article.body.split("\n\n").count(), 3);
    assert_eq!(zone(&article, "caption"), "Foto: Jo Doe/dpa");
    // The page says only when it was changed: that much is known of its date.
    assert_eq!(article.how("date"), Some(How::Derived));
    assert_eq!(article.updated.unwrap().to_string(), "2024-03-04T18:30:00");
}

/// A text that an aggregator printed: no headline, a bar, then teasers glued to their headlines.
const AGGREGATED: &str = "\
The port minister opened the rebuilt wall of the harbour on Friday before she left for talks with the owners of the ferries.
| Ana Roe promised lower fares on all ferries from June as she stood on the wall that the storms had broken, the Lowmouth Courier said.
The wall had been damaged in the great storms, when the town was cut off from the mainland for nine long days.
Ireland Latest News, Ireland Headlines
Similar News:You can also read news stories similar to this one that we have collected from other news sources.
Ferry owners warn of higher prices as the winter timetable beginsThe companies say that fuel has become too dear.
Read more »
Fish market to open its doors after a long winter in StoneferryThe stalls are painted and the ice is ordered.
Read more »";

#[test]
fn a_file_without_headline_gets_a_derived_one_and_no_date() {
    let article = read(AGGREGATED);
    assert!(article.title_is_derived());
    assert_eq!(
        article.evidence["title"].pieces()[0].from.as_deref(),
        Some("lead")
    );
    assert!(
        article
            .title
            .as_deref()
            .unwrap()
            .ends_with("owners of the ferries.")
    );
    assert_eq!((article.date, article.byline.len()), (None, 0));
    assert_eq!(article.body.split("\n\n").count(), 3);
    assert!(!article.body.contains("| "));
    assert!(!article.body.contains("Fish market"));
    assert!(zone(&article, "teaser").contains("Fish market"));
}

// Scrapers put each link on a line of its own.
#[test]
fn links_on_their_own_lines_are_joined() {
    let text = "Ferry comes back to the old harbour\nVon\nJana Muster\n,\nMax Beispiel\n4. Mai 2021\n\
                The ferry came back to\nthe old harbour\n, the owners said on Monday, and it will stay until winter.\n\
                The fares are the same as they were, said\nAna Roe\n, who owns the ferry and two more ships.\n";
    let article = read(text);
    assert_eq!(article.byline, ["Jana Muster", "Max Beispiel"]);
    assert_eq!(article.date.unwrap().to_string(), "2021-05-04");
    let first = article.body.split("\n\n").next().unwrap();
    assert_eq!(
        first,
        "The ferry came back to the old harbour, the owners said on Monday, and it will stay until winter."
    );
}

/// A page with its menu, another article teased before the headline, and comments after.
const PAGE: &str = "\
  * Home
  * News
  * Sport
  * Log in

Schools to open again after the flood, council says in a letter to all parents.

Read more

# Ferry comes back to the old harbour

4 May 2021

Jane Doe

The ferry came back to the old harbour on Monday, and many people stood on the wall to see it.

It will run until winter, and the fares are what they were before the flood, the owners said.

## Related articles

  * Fish market opens its doors again
  * Wall of the harbour is mended at last

3 comments

I shall never use that ferry again because it is always late and always full.

© 2021 Harbour Herald. All rights reserved.
";

#[test]
fn a_whole_page_keeps_only_its_article() {
    let article = read(PAGE);
    assert_eq!(
        article.title.as_deref(),
        Some("Ferry comes back to the old harbour")
    );
    assert_eq!(article.byline, ["Jane Doe"]);
    assert_eq!(article.source.as_deref(), Some("Harbour Herald"));
    assert_eq!(article.body.split("\n\n").count(), 2);
    assert!(zone(&article, "comment").contains("always late"));
    assert!(zone(&article, "teaser").contains("Fish market"));
}

// Whoever wraps lines at a width must not change what is understood.
#[test]
fn hard_wraps_are_undone() {
    let sentence = "The council of the old port met again and spoke at length about the price of stone and sand. ";
    let mut text =
        String::from("# Council speaks about the price of stone\n\nBy Jane Doe\n\n4 May 2021\n\n");
    let mut width = 0;
    for word in sentence.repeat(6).split_whitespace() {
        if width + word.len() + 1 > 70 {
            text.push('\n');
            width = 0;
        }
        text.push_str(if width > 0 { " " } else { "" });
        text.push_str(word);
        width += word.len() + 1;
    }
    let article = read(&text);
    assert_eq!(article.body, sentence.repeat(6).trim());
    assert_eq!(
        article.title.as_deref(),
        Some("Council speaks about the price of stone")
    );
    assert_eq!(article.byline, ["Jane Doe"]);
}

#[test]
fn a_page_on_one_line_is_cut_into_sentences() {
    let filler =
        "The wall of the old port was broken by the storms and has now been mended with stone. "
            .repeat(9);
    let text = format!("Culture Old port wall mended at last after the storms 4 May 2021 {filler}");
    let article = read(&text);
    assert_eq!(
        article.title.as_deref(),
        Some("Old port wall mended at last after the storms")
    );
    assert_eq!(article.date.unwrap().to_string(), "2021-05-04");
    assert!(article.body.starts_with("The wall of the old port"));
}

// Dates of events are not the date of the article.
#[test]
fn dates_in_sentences_are_left_alone() {
    let text = "The port was closed on 4 May 2021 after a storm had broken its wall in two places.\n\n\
                It was opened again on 5 June 2022, and the mayor spoke of a great day for the whole town.";
    let article = read(text);
    assert_eq!(article.date, None);
}

#[test]
fn hostile_texts_end_soon() {
    let began = std::time::Instant::now();
    for text in [
        String::new(),
        "a".repeat(400_000),
        "a ".repeat(200_000),
        "A. ".repeat(120_000),
        "\n\n4 May 2021".repeat(30_000),
        "By Jane Doe\n".repeat(30_000),
        "1.2.".repeat(80_000),
        "Foto: X\n".repeat(40_000),
        "Read more\nabcdefGhijk lmn opq rst uvw\n".repeat(10_000),
        "\u{301}\u{200d}é".repeat(60_000),
        "(AP) - ".repeat(50_000),
    ] {
        let _ = read(&text);
    }
    // Generous, since tests run without optimisation: quadratic work would take hours.
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

/// Real files with what each must yield, where they are at hand.
fn samples() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("MORGUE_SAMPLES").map_or_else(beside, PathBuf::from);
    folder.join("seeds").is_dir().then_some(folder)
}

#[test]
fn real_files_yield_what_is_expected() {
    let Some(folder) = samples() else { return };
    let mut seen = 0;
    for entry in fs::read_dir(folder.join("extraction")).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if !name.starts_with("seed_") {
            continue;
        }
        let wanted: Value =
            serde_json::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap();
        let file = folder.join("seeds").join(wanted["file"].as_str().unwrap());
        let article = read(&fs::read_to_string(file).unwrap());
        let title = wanted["title"].as_str();
        assert_eq!(article.title_is_derived(), title.is_none(), "{name}");
        let shown = title.or(wanted["title_display"].as_str());
        assert_eq!(article.title.as_deref(), shown, "{name}");
        let date = article.date.map(|date| date.to_string());
        let instant = wanted["datetime"].as_str().or(wanted["date"].as_str());
        assert_eq!(date.as_deref(), instant, "{name}");
        assert_eq!(
            article.standfirst.as_deref(),
            wanted["standfirst"].as_str(),
            "{name}"
        );
        assert_eq!(
            article.source.as_deref(),
            wanted["source"].as_str(),
            "{name}"
        );
        let list = |key: &str| -> Vec<&str> {
            wanted[key]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect()
        };
        assert_eq!(article.byline, list("authors"), "{name}");
        assert_eq!(
            article.body.split("\n\n").collect::<Vec<_>>(),
            list("body"),
            "{name}"
        );
        assert!(article.credits().is_empty(), "{name}");
        assert_eq!(
            article.agency.len(),
            wanted["agencies_cited"].as_array().unwrap().len(),
            "{name}"
        );
        for caption in wanted["photo_captions"].as_array().into_iter().flatten() {
            assert!(
                zone(&article, "caption").contains(caption.as_str().unwrap()),
                "{name}"
            );
        }
        seen += 1;
    }
    assert!(seen > 0);
}
