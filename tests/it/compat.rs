//! Archives that earlier versions wrote are opened for ever, or say what to do. They lie in `tests/compat/`, a folder each.

use std::fs;
use std::path::{Path, PathBuf};

use morgue::{Archive, Article, ErrorKind, Query, Schema};

use crate::campaign::copy;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat")
}

/// What every one of them holds.
fn articles() -> Vec<Article> {
    let article = |number: usize| Article {
        id: format!("a{number}"),
        title: Some(format!("Ferry {number} sails")),
        body: format!(
            "The ferry of pier {number} left Bergen at noon, said captain Anna Holm. Nobody was hurt."
        ),
        date: morgue::Date::parse(&format!("2024-06-{:02}", number + 1)),
        source: Some("Herald".to_owned()),
        labels: [("desk".to_owned(), vec!["World".to_owned()])].into(),
        ..Article::default()
    };
    (0..6).map(article).collect()
}

// Writes the archive of this version: `cargo test --test it write_compat -- --ignored`, once for a release.
#[test]
#[ignore = "writes into the source tree"]
fn write_compat() {
    let folder = folder().join(env!("CARGO_PKG_VERSION"));
    let _ = fs::remove_dir_all(&folder);
    let desk = "[desk]\nkind = \"keyword\"\nfacet = true\nabout = \"The desk\"\nexample = \"desk:world\"\n";
    let schema = Schema::with_user_fields(desk).unwrap();
    let archive = Archive::create(&folder, schema).unwrap();
    let mut articles = articles();
    archive.add(articles.split_off(3)).unwrap();
    articles[0].title = Some("To be replaced".to_owned());
    archive.add(articles).unwrap();
    archive.add(self::articles()[..1].to_vec()).unwrap();
    archive.remove(&["a5".to_owned()], false).unwrap();
    drop(archive);
    for name in ["writer.pid", ".tantivy-writer.lock", ".tantivy-meta.lock"] {
        let _ = fs::remove_file(folder.join("index-1").join(name));
    }
}

// Each is whole, answers, takes new articles and can be rebuilt; one that cannot be opened says how it can.
#[test]
fn archives_of_earlier_versions() {
    let mut opened = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        opened += 1;
        let temporary = tempfile::tempdir().unwrap();
        let archive_path = temporary.path().join("archive");
        copy(&path, &archive_path);
        if let Err(error) = Archive::open(&archive_path) {
            assert_eq!(error.kind(), ErrorKind::Version, "{error}");
            assert!(error.hint().unwrap().contains("morgue rebuild"));
            let repaired = Archive::open_for_repair(&archive_path).unwrap();
            repaired.rebuild().unwrap();
        }
        let archive = Archive::open(&archive_path).unwrap();
        let report = archive.verify().unwrap();
        assert!(report.ok, "{}: {report:?}", path.display());
        for (text, total) in [
            ("ferry", 5),
            ("replaced", 0),
            ("desk:world title:sails", 5),
            ("\"anna holm\" date:2024-06-01", 1),
            ("body:\"left bergen\"", 5),
            ("body:sails", 0),
        ] {
            let found = archive.search(&Query::new(text)).unwrap();
            assert_eq!(if found.relaxed { 0 } else { found.total }, total, "{text}");
        }
        assert_eq!(
            archive.get("a0").unwrap().title.as_deref(),
            Some("Ferry 0 sails")
        );
        archive
            .add(vec![Article {
                id: "new".to_owned(),
                ..articles()[0].clone()
            }])
            .unwrap();
        // Articles of then and of now lie side by side, and later all as they are made now.
        let zones = |text: &str| archive.search(&Query::new(text)).unwrap().total;
        let asked = [
            "body:\"left bergen\"",
            "body:(ferry NEAR/3 pier)",
            "title:sails",
        ];
        assert_eq!(asked.map(zones), [6; 3], "{}", path.display());
        archive.rebuild().unwrap();
        assert_eq!(asked.map(zones), [6; 3], "{}", path.display());
        assert_eq!(archive.info().unwrap().articles, 6);
    }
    assert!(opened > 0);
}
