//! Faults: every step on disk fails once, with a broken disk's error and with a full one's. MORGUE_TEST_FAULTS=N fails N.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use super::{DEEDS, content, contents_of_deeds, journal};
use crate::campaign::{copy, tell, times};

// A step that fails is an error of the run, or does not matter; what was there before is there after, and the same run
// without the fault completes.
#[test]
fn faults() {
    let contents = contents_of_deeds();
    let folder = tempfile::tempdir().unwrap();
    // The archive before each deed, and how many steps the deed takes.
    let mut cases = Vec::new();
    let archive = folder.path().join("archive");
    for (number, deed) in DEEDS.iter().enumerate() {
        if number > 0 {
            copy(&archive, &folder.path().join(format!("before{number}")));
        }
        journal::watch(folder.path());
        journal::fail(folder.path(), usize::MAX, ErrorKind::Other);
        deed(&archive).unwrap();
        let (_, steps) = journal::calm(folder.path());
        journal::end(folder.path());
        let kinds = [ErrorKind::StorageFull, ErrorKind::Other];
        cases.extend((0..steps).flat_map(|step| kinds.map(|kind| (number, step, kind))));
    }
    let limit = times("MORGUE_TEST_FAULTS", 60);
    let every = cases.len().div_ceil(limit);
    let (mut errors, mut borne, mut runs) = (0, BTreeMap::<String, usize>::new(), 0);
    let mut wrong = Vec::new();
    for (number, step, kind) in cases.iter().copied().step_by(every) {
        runs += 1;
        let folder_of_run = tempfile::tempdir().unwrap();
        let archive = folder_of_run.path().join("archive");
        if number > 0 {
            copy(&folder.path().join(format!("before{number}")), &archive);
        }
        journal::watch(folder_of_run.path());
        journal::fail(folder_of_run.path(), step, kind);
        let outcome = DEEDS[number](&archive);
        let (failed, _) = journal::calm(folder_of_run.path());
        let told = format!("deed {number}, step {step} ({failed:?})");
        match (&outcome, &failed) {
            (Err(_), _) => errors += 1,
            (Ok(()), Some(failed)) => {
                let name = format!("{failed:?}");
                let name = name.split('(').next().unwrap_or_default().to_owned();
                *borne.entry(name).or_default() += 1;
            }
            (Ok(()), None) => {}
        }
        let (before, after) = (&contents[number], &contents[number + 1]);
        let is_there = archive.join("morgue.toml").exists();
        match is_there.then(|| content(&archive)).transpose() {
            Err(error) => wrong.push(format!("{told}: {outcome:?}: then {error}")),
            Ok(found) => {
                let found = found.unwrap_or_default();
                let is_right = match outcome {
                    Ok(()) => found == *after,
                    Err(_) => found == *before || found == *after,
                };
                if !is_right {
                    wrong.push(format!("{told}: {outcome:?}: {} articles", found.len()));
                }
            }
        }
        // Making an archive, and removing what is gone, cannot be done twice.
        let again = DEEDS[number](&archive);
        let is_done = matches!(&again, Err(error) if matches!(error.kind(), crate::ErrorKind::Exists | crate::ErrorKind::NotFound));
        if !is_done && let Err(error) = again {
            wrong.push(format!("{told}: the next run: {error}"));
        } else if content(&archive).as_ref() != Ok(after) {
            wrong.push(format!("{told}: the next run: {:?}", content(&archive)));
        }
        journal::end(folder_of_run.path());
    }
    tell(&format!(
        "faults: {runs} of {} steps failed: {errors} told as errors, {borne:?} did not matter, {} wrong",
        cases.len(),
        wrong.len()
    ));
    assert_eq!(wrong, [""; 0]);
}
