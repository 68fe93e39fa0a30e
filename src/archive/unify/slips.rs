//! Slips of the pen: names that are one letter off a name that is much more frequent.

use std::collections::{BTreeSet, HashMap};

use super::super::analyse::hash_of;
use super::{Form, fold_into, free, letters};

/// Names with fewer letters differ by one too easily.
const LETTERS: usize = 8;

/// Longer names are not compared.
const LONGEST: usize = 48;

/// A word with fewer letters is not taken for a slip of another.
const WORD: usize = 4;

/// Articles that have a name before others are taken for slips of it.
const TARGET: u64 = 3;

/// Folds what is one letter off into a name that at least twice as many articles have, unless the odd word stands in
/// other names too: then it is a name and no slip.
pub(super) fn fold(forms: &mut [Form]) {
    let mut words: HashMap<&str, u32> = HashMap::new();
    for (_, form) in free(forms) {
        let distinct: BTreeSet<&str> = form.folded.split(' ').collect();
        for word in distinct {
            *words.entry(word).or_default() += 1;
        }
    }
    let comparable = |form: &Form| {
        let letters = letters(&form.folded);
        let count = letters.chars().count();
        (LETTERS - 1..=LONGEST).contains(&count) && !letters.chars().any(|c| c.is_numeric())
    };
    // Two names within one edit share a form with one letter left out, or one is such a form of the other.
    let mut near: Vec<(u64, usize)> = Vec::new();
    for (at, form) in free(forms) {
        if form.count >= TARGET && comparable(form) {
            let shorts = with_one_letter_less(&letters(&form.folded));
            near.extend(shorts.into_iter().map(|short| (short, at)));
        }
    }
    near.sort_unstable();
    let mut folds = Vec::new();
    // Most names are made of words that others have too.
    let may_be_odd = |word: &str| is_long(word) && is_odd(word, &words);
    let asked = free(forms).filter(|(_, form)| form.folded.split(' ').any(may_be_odd));
    for (at, form) in asked.filter(|(_, form)| comparable(form)) {
        let ours = letters(&form.folded);
        let mut targets: BTreeSet<usize> = BTreeSet::new();
        for short in with_one_letter_less(&ours) {
            let from = near.partition_point(|(other, _)| *other < short);
            let same = near.iter().skip(from);
            let same = same.take_while(|(other, _)| *other == short);
            targets.extend(same.map(|(_, to)| *to));
        }
        let mut better = targets.into_iter().filter(|to| {
            forms.get(*to).is_some_and(|target| {
                *to != at
                    && target.count >= form.count * 2
                    && is_slip(&form.folded, &target.folded, &words)
            })
        });
        // Forms are sorted by frequency; of two that are as good neither is meant.
        if let Some(best) = better.next() {
            let rival = better.next();
            let count = |at: usize| forms.get(at).map(|form| form.count);
            if rival.is_none_or(|rival| count(rival) != count(best)) {
                folds.push((at, best));
            }
        }
    }
    fold_into(forms, &folds);
}

/// The hashes of a text, and of the same with each of its letters left out.
fn with_one_letter_less(text: &str) -> Vec<u64> {
    let mut hashes = vec![hash_of(text)];
    let mut short = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        short.clear();
        short.push_str(text.get(..at).unwrap_or_default());
        short.push_str(text.get(at + c.len_utf8()..).unwrap_or_default());
        hashes.push(hash_of(&short));
    }
    hashes
}

/// Whether a name differs from another by a slip in one word that no other name has.
fn is_slip(form: &str, target: &str, words: &HashMap<&str, u32>) -> bool {
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        (form.split(' ').collect(), target.split(' ').collect());
    if ours.len() != theirs.len() || letters(target).chars().count() < LETTERS {
        return false;
    }
    let mut odd = ours.iter().zip(&theirs).filter(|(one, other)| one != other);
    let (Some((one, other)), None) = (odd.next(), odd.next()) else {
        return false;
    };
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let plural = a.len().abs_diff(b.len()) == 1
        && (*one == format!("{other}s") || *other == format!("{one}s"));
    is_long(one) && is_long(other) && !plural && is_odd(one, words) && one_edit(&a, &b)
}

fn is_long(word: &str) -> bool {
    word.chars().count() >= WORD
}

/// Whether no other name has a word.
fn is_odd(word: &str, words: &HashMap<&str, u32>) -> bool {
    words.get(word).is_none_or(|names| *names < 2)
}

/// Whether one letter more, less or other, or two swapped, makes two words equal.
fn one_edit(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => {
            let swapped = short.get(same) == long.get(same + 1)
                && short.get(same + 1) == long.get(same)
                && short.get(same + 2..) == long.get(same + 2..);
            swapped || short.get(same + 1..) == long.get(same + 1..)
        }
        1 => short.get(same..) == long.get(same + 1..),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{folded, of};
    use super::*;

    // "Joan" is a name that others have: Joan Anderson is nobody's slip.
    #[test]
    fn a_slip_is_a_word_that_no_other_name_has() {
        let mut forms = of(&[
            ("John Anderson", 9),
            ("Joan Anderson", 2),
            ("Joan Baez", 2),
            ("John Andersen", 4),
            ("Jhon Anderson", 1),
            ("Democrats", 9),
            ("Democrat", 1),
            ("Li Peng", 9),
            ("Li Pengs", 1),
        ]);
        fold(&mut forms);
        assert_eq!(
            folded(&forms),
            [
                ("John Andersen", "John Anderson"),
                ("Jhon Anderson", "John Anderson")
            ]
        );
    }
}
