//! Campaigns: an archive disturbed at every step it takes on disk, with counts of what came of it. They stand here and not
//! in `tests/`, because they watch the steps of `disk`. Variables make them longer; a short slice always runs.

pub(super) mod journal;

mod faults;
mod image;
mod power;

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Archive, Article, Query, Result, Schema};

/// The articles of an archive: titles by id.
type Content = BTreeMap<String, String>;

/// An article; those of a tens are copies of one another, so that there are stories.
fn article(number: usize, word: &str) -> Article {
    let story = number / 10;
    Article {
        id: format!("a{number}"),
        title: Some(format!("{word} {number}")),
        body: format!(
            "The {word} of pier {story} left the harbour of Bergen at noon on Monday with {story} people, \
             said captain Anna Holm of line {story}. Nobody was hurt when it came back to berth {story}."
        ),
        ..Article::default()
    }
}

/// What is in an archive, after its files and articles were verified.
fn content(folder: &Path) -> std::result::Result<Content, String> {
    let archive = Archive::open(folder).map_err(|error| format!("open: {error}"))?;
    let report = archive
        .verify()
        .map_err(|error| format!("verify: {error}"))?;
    if !report.ok {
        return Err(format!("verify: {:?}", report.problems));
    }
    let mut content = Content::new();
    let mut count = 0;
    let everything = archive.each(&Query::new("*"), &mut |article| {
        count += 1;
        content.insert(article.id, article.title.unwrap_or_default());
        Ok(())
    });
    everything.map_err(|error| format!("each: {error}"))?;
    match count == content.len() {
        true => Ok(content),
        false => Err("an article twice".to_owned()),
    }
}

/// Something that is done to an archive, in one commit or none.
type Deed = fn(&Path) -> Result<()>;

/// Everything that writes: after each of them the archive is as it says, whatever happens then.
const DEEDS: &[Deed] = &[
    |folder| Archive::create(folder, Schema::default()).map(drop),
    |folder| put(folder, 10..14, "ferry"),
    |folder| put(folder, 12..17, "tram"),
    |folder| put(folder, 20..23, "bridge"),
    |folder| {
        let archive = Archive::open(folder)?;
        archive.remove(&["a11".to_owned()], false).map(drop)
    },
    |folder| {
        let fields = [("title".to_owned(), "set by hand".to_owned())];
        let archive = Archive::open(folder)?;
        archive.set(&["a12".to_owned()], &fields, false).map(drop)
    },
    |folder| put(folder, 30..33, "tower"),
    |folder| put(folder, 40..43, "museum"),
    |folder| put(folder, 41..44, "market"),
    |folder| Archive::open(folder)?.compact().map(drop),
    |folder| Archive::open_for_repair(folder)?.rebuild().map(drop),
    |folder| put(folder, 50..52, "square"),
];

fn put(folder: &Path, numbers: std::ops::Range<usize>, word: &str) -> Result<()> {
    let articles = numbers.map(|number| article(number, word));
    Archive::open(folder)?.add(articles).map(drop)
}

/// What is in the archive before each deed, and after the last; before the first there is none.
fn contents_of_deeds() -> Vec<Content> {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let mut contents = vec![Content::new()];
    for deed in DEEDS {
        deed(&archive).unwrap();
        contents.push(content(&archive).unwrap());
    }
    // Else nothing of this would tell what befalls the dictionaries of articles.
    let files = std::fs::read_dir(&archive).unwrap();
    let mut names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(names.any(|name| name.ends_with(".dictionary")));
    contents
}
