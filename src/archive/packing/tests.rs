use proptest::prelude::*;

use super::*;
use crate::archive::Archive;
use crate::{Article, Query, Schema};

fn article(number: usize) -> Article {
    Article {
        id: format!("a{number}"),
        title: Some(format!("Ferry {number} is late")),
        body: format!(
            "Ferry {number} left the harbour of Bergen at noon on Monday, {} hours late, said captain Anna Holm. \
             The harbour master said that berth {} would be repaired by {}.",
            number * 7919 % 97,
            number * 104_729 % 89,
            1900 + number
        ),
        ..Article::default()
    }
}

/// An archive whose articles are packed with a dictionary.
fn archive(folder: &Path) -> Archive {
    let archive = Archive::create(folder, Schema::default()).unwrap();
    archive.add((0..60).map(article)).unwrap();
    archive
}

fn count(folder: &Path) -> Result<usize> {
    let mut count = 0;
    Archive::open(folder)?.each(&Query::new("*"), &mut |found| {
        let number: usize = found.id.trim_start_matches('a').parse().unwrap();
        assert_eq!(found.body, article(number).body);
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

fn dictionaries(folder: &Path) -> Vec<PathBuf> {
    let files = Packing::of(Some(folder)).files();
    files.iter().map(DictionaryFile::path).collect()
}

// Either copy is enough, and the next writer mends the other.
#[test]
fn a_copy_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("archive");
    archive(&place);
    let files = dictionaries(&place);
    assert_eq!(files.len(), 2, "{files:?}");
    for (number, file) in (0..).zip(&files) {
        let written = std::fs::read(file).unwrap();
        std::fs::write(file, b"something else").unwrap();
        assert_eq!(count(&place).unwrap(), 60 + number);
        let report = Archive::open(&place).unwrap().verify().unwrap();
        assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
        let archive = Archive::open(&place).unwrap();
        archive.add(vec![article(60 + number)]).unwrap();
        assert_eq!(std::fs::read(file).unwrap(), written);
        assert!(archive.verify().unwrap().ok);
    }
}

// Without any the articles are lost: an error names the file, and a rebuild leaves a sound archive and says so.
#[test]
fn without_a_dictionary() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("archive");
    archive(&place);
    for file in dictionaries(&place) {
        std::fs::write(file, b"something else").unwrap();
    }
    let error = count(&place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert!(
        error
            .path()
            .is_some_and(|path| path.to_string_lossy().ends_with(ENDING))
    );
    let archive = Archive::open_for_repair(&place).unwrap();
    let report = archive.rebuild().unwrap();
    assert!(!report.notes.is_empty());
    let report = archive.verify().unwrap();
    assert!(report.ok, "{:?}", report.problems);
    archive.add((0..60).map(article)).unwrap();
    assert_eq!(count(&place).unwrap(), 60);
}

// A rebuilt archive has its dictionary in the new index too; the articles of a small one have none.
#[test]
fn after_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("archive");
    let archive = archive(&place);
    archive.rebuild().unwrap();
    assert_eq!(dictionaries(&place).len(), 2);
    assert!(archive.verify().unwrap().ok);
    let small = folder.path().join("small");
    let archive = Archive::create(&small, Schema::default()).unwrap();
    archive.add((0..3).map(article)).unwrap();
    assert_eq!(dictionaries(&small), Vec::<PathBuf>::new());
    // What one run brings is little, but runs add up.
    for from in (3..60).step_by(3) {
        archive.add((from..from + 3).map(article)).unwrap();
    }
    assert_eq!(dictionaries(&small).len(), 2);
    assert_eq!(count(&small).unwrap(), 60);
}

// An archive that grows learns again; all that was packed before is read with what it was packed with.
#[test]
fn a_large_archive_has_two() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("archive");
    let archive = archive(&place);
    archive.add((60..400).map(article)).unwrap();
    let files = dictionaries(&place);
    assert_eq!(files.len(), 4, "{files:?}");
    assert_eq!(count(&place).unwrap(), 400);
    archive.add((400..420).map(article)).unwrap();
    assert_eq!(dictionaries(&place), files);
    // Whichever is damaged is mended from its other copy.
    for (number, file) in (420..).zip(&files) {
        let written = std::fs::read(file).unwrap();
        std::fs::write(file, b"something else").unwrap();
        assert_eq!(count(&place).unwrap(), number);
        archive.add(vec![article(number)]).unwrap();
        assert_eq!(std::fs::read(file).unwrap(), written);
    }
    archive.rebuild().unwrap();
    assert_eq!(count(&place).unwrap(), 424);
    assert!(archive.verify().unwrap().ok);
}

// Archives of before have dictionaries that are not packed.
#[test]
fn plain_dictionaries() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("archive");
    archive(&place);
    for file in Packing::of(Some(&place)).files() {
        let store = Store::Folder(file.folder.clone());
        store.write(&file.name, &file.read().unwrap()).unwrap();
    }
    assert_eq!(count(&place).unwrap(), 60);
    let archive = Archive::open(&place).unwrap();
    archive.add(vec![article(60)]).unwrap();
    assert_eq!(count(&place).unwrap(), 61);
    assert!(archive.verify().unwrap().ok);
}

proptest! {
    // What is no packed article is an error, whatever it is.
    #[test]
    fn bytes_are_no_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), is_frame: bool) {
        if is_frame {
            bytes.splice(0..0, *b"\x28\xb5\x2f\xfd");
        }
        if bytes.first() != Some(&b'{') {
            let packing = Packing::of(None);
            if let Ok(form) = packing.unpack(OwnedValue::Bytes(bytes)) {
                prop_assert!(is_frame && form.len() as u64 <= MOST_BYTES);
            }
        }
    }

    #[test]
    fn what_was_packed(form in "\\PC{1,3000}") {
        let packing = Packing::of(None);
        let mut packer = Packer::default();
        packer.begin(&packing, None, |_| std::iter::empty()).unwrap();
        let packed = packer.pack(&packing, None, form.as_bytes()).unwrap().to_vec();
        prop_assert_eq!(packing.unpack(OwnedValue::Bytes(packed)).unwrap(), form.into_bytes());
    }
}
