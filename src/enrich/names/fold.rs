//! Folds the names of one article: a surname into the full name, an acronym into what it stands for, a slip of the
//! pen into the right spelling.
//!
//! Every rule looks names up in a table, so that an article of ten thousand names costs no more than their number.

use foldhash::{HashMap, HashMapExt};

use super::lexicon::{Kind, Lexicon, word};
use super::resolve::{Form, is_acronym, key};

/// Names shorter than this (spaces not counted) differ by one letter too easily.
const TYPO_LETTERS: usize = 8;

/// Longer names are not compared for slips.
const TYPO_LONGEST: usize = 48;

/// A text with more names than this is no article, and its slips are nobody's.
const MOST_FORMS: usize = 5_000;

/// Folds forms into others, by setting [`Form::into`].
pub(super) fn fold(forms: &mut [Form], lexicon: &Lexicon) {
    if forms.len() <= MOST_FORMS {
        slips(forms);
    }
    middle_names(forms);
    short_given_names(forms, lexicon);
    parts_of_people(forms, lexicon);
    acronyms(forms);
    states(forms);
    parts_of_organisations(forms);
}

/// What a table finds under a key: nothing, one form, or several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    One(usize),
    Several,
}

#[derive(Default)]
struct Index(HashMap<String, Found>);

impl Index {
    fn add(&mut self, key: String, id: usize) {
        self.0
            .entry(key)
            .and_modify(|found| {
                if *found != Found::One(id) {
                    *found = Found::Several;
                }
            })
            .or_insert(Found::One(id));
    }

    fn only(&self, key: &str) -> Option<usize> {
        match self.0.get(key) {
            Some(Found::One(id)) => Some(*id),
            _ => None,
        }
    }
}

fn free(forms: &[Form], kind: Kind) -> impl Iterator<Item = (usize, &Form)> {
    forms
        .iter()
        .enumerate()
        .filter(move |(_, form)| form.kind == kind && form.into.is_none())
}

fn apply(forms: &mut [Form], folds: Vec<(usize, usize)>) {
    for (from, to) in folds {
        if from != to
            && let Some(form) = forms.get_mut(from)
        {
            form.into = Some(to);
        }
    }
}

/// Folds a spelling that is one letter off into one that is more frequent, or listed.
fn slips(forms: &mut [Form]) {
    // A full name also counts where only its surname stands.
    let mut surnames: HashMap<String, u32> = HashMap::new();
    for form in forms
        .iter()
        .filter(|form| form.kind == Kind::Person && !form.name.contains(' '))
    {
        *surnames.entry(form.name.clone()).or_default() += form.count;
    }
    let count = |form: &Form| {
        let surname = form
            .name
            .rsplit_once(' ')
            .and_then(|(_, last)| surnames.get(last));
        form.count
            + surname
                .filter(|_| form.kind == Kind::Person)
                .copied()
                .unwrap_or(0)
    };
    let better = |a: &Form, b: &Form| (a.listed, count(a)) > (b.listed, count(b));
    let keys: Vec<Vec<char>> = forms
        .iter()
        .map(|form| key(&form.name).chars().collect())
        .collect();
    let mut near: HashMap<u64, usize> = HashMap::new();
    let mut candidates = Vec::new();
    for (id, (form, letters)) in forms.iter().zip(&keys).enumerate() {
        if letters.len() < TYPO_LETTERS - 1
            || letters.len() > TYPO_LONGEST
            || letters.iter().any(char::is_ascii_digit)
        {
            continue;
        }
        // Two names within one edit share a form with one letter left out, or one is such a form of the other.
        for rest in with_one_left_out(letters, form.kind) {
            let best = near.entry(rest).or_insert(id);
            if *best != id {
                candidates.push((*best, id));
                if forms.get(*best).is_some_and(|other| better(form, other)) {
                    *best = id;
                }
            }
        }
    }
    let mut folds = Vec::new();
    for (a, b) in candidates {
        let (Some(x), Some(y)) = (forms.get(a), forms.get(b)) else {
            continue;
        };
        let (Some(p), Some(q)) = (keys.get(a), keys.get(b)) else {
            continue;
        };
        let longer = p.len().max(q.len());
        let is_slip = one_edit(p, q) && !is_plural(p, q) && !differ_in_acronym(&x.name, &y.name);
        if x.listed && y.listed || longer < TYPO_LETTERS || !is_slip {
            continue;
        }
        if better(x, y) {
            folds.push((b, a));
        } else if better(y, x) {
            folds.push((a, b));
        }
    }
    apply(forms, folds);
}

/// Numbers for a name with each of its letters left out in turn, then for all of it: what is equal has equal numbers.
fn with_one_left_out(letters: &[char], kind: Kind) -> Vec<u64> {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let append =
        |hash: u64, letter: &char| hash.wrapping_mul(BASE).wrapping_add(u64::from(*letter));
    // What stands before each letter, then what stands behind it, as digits of one number.
    let mut hash = kind as u64 + 1;
    let mut all = Vec::with_capacity(letters.len() + 1);
    for letter in letters {
        all.push(hash);
        hash = append(hash, letter);
    }
    let (mut tail, mut power) = (0u64, 1u64);
    for (before, letter) in all.iter_mut().zip(letters).rev() {
        *before = before.wrapping_mul(power).wrapping_add(tail);
        tail = u64::from(*letter).wrapping_mul(power).wrapping_add(tail);
        power = power.wrapping_mul(BASE);
    }
    all.push(hash);
    all
}

/// Whether one letter more, less or other, or two swapped, makes the names equal.
fn one_edit(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 if same < short.len() => {
            let swapped = short.get(same) == long.get(same + 1)
                && short.get(same + 1) == long.get(same)
                && short.get(same + 2..) == long.get(same + 2..);
            swapped || short.get(same + 1..) == long.get(same + 1..)
        }
        1 => short.get(same..) == long.get(same + 1..),
        _ => false,
    }
}

/// "Democrat" and "Democrats" are no slip.
fn is_plural(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.len() == short.len() + 1 && long.last() == Some(&'s') && long.starts_with(short)
}

/// "UK Treasury" is no slip for "US Treasury".
fn differ_in_acronym(a: &str, b: &str) -> bool {
    let words = |name: &str| name.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(a), words(b));
    let differ = |(a, b): &(&String, &String)| a != b && (is_acronym(a) || is_acronym(b));
    a.len() == b.len() && a.iter().zip(&b).any(|pair| differ(&pair))
}

/// Folds "George Bush" and "George W. Bush" into the more frequent of the two.
fn middle_names(forms: &mut [Form]) {
    let mut ends = HashMap::<String, Vec<usize>>::new();
    for (id, form) in free(forms, Kind::Person) {
        let words: Vec<&str> = form.name.split(' ').collect();
        if let [first, .., last] = words.as_slice()
            && words.len() <= 4
        {
            ends.entry(format!("{} {}", key(first), key(last)))
                .or_default()
                .push(id);
        }
    }
    let mut folds = Vec::new();
    for ids in ends.values().filter(|ids| ids.len() == 2) {
        let pair: Vec<&Form> = ids.iter().filter_map(|id| forms.get(*id)).collect();
        let (&[a, b], &[x, y]) = (ids.as_slice(), pair.as_slice()) else {
            continue;
        };
        let words = |form: &Form| form.name.split(' ').count();
        // Two different middle names are two people.
        if words(x).min(words(y)) == 2 {
            folds.push(if (x.count, words(y)) >= (y.count, words(x)) {
                (b, a)
            } else {
                (a, b)
            });
        }
    }
    apply(forms, folds);
}

/// Folds "Bill Miller" into "William Miller", and "J. Miller" into the only full name that it can stand for.
fn short_given_names(forms: &mut [Form], lexicon: &Lexicon) {
    let mut full = Index::default();
    let split = |form: &Form| {
        let (first, last) = form.name.split_once(' ')?;
        Some((first.to_owned(), key(last)))
    };
    for (id, form) in free(forms, Kind::Person) {
        let Some((first, last)) = split(form) else {
            continue;
        };
        full.add(format!("{} {last}", key(&first)), id);
        if let Some(letter) = first.chars().next().filter(|_| !first.ends_with('.')) {
            full.add(format!("{}. {last}", key(&letter.to_string())), id);
        }
    }
    let mut folds = Vec::new();
    for (id, form) in free(forms, Kind::Person) {
        let Some((first, last)) = split(form) else {
            continue;
        };
        let whole = if first.ends_with('.') {
            full.only(&format!("{}. {last}", key(&first)))
        } else {
            let names = lexicon.given_names(&first).iter();
            names
                .filter_map(|name| full.only(&format!("{} {last}", key(name))))
                .next()
        };
        let Some(whole) = whole.filter(|whole| *whole != id) else {
            continue;
        };
        // The form that the article prefers is the name; initials are none.
        let more = forms
            .get(whole)
            .is_some_and(|whole| form.count > whole.count);
        folds.push(if more && !first.ends_with('.') {
            (whole, id)
        } else {
            (id, whole)
        });
    }
    apply(forms, folds);
}

/// Folds a surname, or else a given name, into the one full name that has it.
fn parts_of_people(forms: &mut [Form], lexicon: &Lexicon) {
    let (mut surnames, mut firsts) = (Index::default(), Index::default());
    for (id, form) in free(forms, Kind::Person) {
        let words: Vec<&str> = form
            .name
            .split(' ')
            .filter(|word| !is_generation(word))
            .collect();
        if words.len() < 2 {
            continue;
        }
        if let Some(first) = words.first() {
            firsts.add(key(first), id);
        }
        for from in 1..words.len().min(5) {
            surnames.add(key(&words.get(from..).unwrap_or_default().concat()), id);
        }
    }
    let mut folds = Vec::new();
    for (id, form) in free(forms, Kind::Person) {
        let key = key(&form.name);
        if form.name.split(' ').count() > 3 {
            continue;
        }
        let single = !form.name.contains(' ');
        let full = match surnames.0.get(&key) {
            Some(Found::One(full)) => Some(*full),
            Some(Found::Several) => None,
            None => single.then(|| firsts.only(&key)).flatten(),
        };
        if let Some(full) = full.filter(|full| *full != id) {
            let longer = forms.get(full).map_or("", |form| &form.name);
            // "Scientologist Tom Cruise" is Tom Cruise, not the other way round.
            let given = |name: &str| {
                let first = name.split(' ').next().unwrap_or_default();
                lexicon.word(first) & word::GIVEN != 0 || first.ends_with('.')
            };
            if !single && given(&form.name) && !given(longer) {
                folds.push((full, id));
            } else {
                folds.push((id, full));
            }
        }
    }
    apply(forms, folds);
}

fn is_generation(word: &str) -> bool {
    matches!(word, "Jr" | "Jr." | "Sr" | "Sr." | "II" | "III" | "IV")
}

/// Folds an acronym into the one name with those initials; what the article spells out wins over any table.
fn acronyms(forms: &mut [Form]) {
    let mut initials = Index::default();
    for (id, form) in free(forms, Kind::Org) {
        let words: Vec<&str> = form.name.split([' ', '-']).collect();
        if words.len() < 2 {
            continue;
        }
        let capitals = words.iter().filter(|w| w.starts_with(char::is_uppercase));
        let short: String = capitals.filter_map(|word| word.chars().next()).collect();
        let all: String = words
            .iter()
            .filter_map(|word| word.chars().next())
            .collect();
        let all = all.to_uppercase();
        if all != short {
            initials.add(all, id);
        }
        initials.add(short, id);
    }
    let mut folds = Vec::new();
    for (id, form) in free(forms, Kind::Org) {
        if !is_acronym(&form.name) {
            continue;
        }
        let letters: String = form.name.chars().filter(|c| c.is_alphanumeric()).collect();
        // What is listed keeps its meaning, unless the other is listed too.
        let fits = |full: &usize| !form.listed || forms.get(*full).is_some_and(|full| full.listed);
        if let Some(full) = initials.only(&letters).filter(fits) {
            folds.push((id, full));
        }
    }
    apply(forms, folds);
}

/// Folds "Foreign Ministry" into "Russian Foreign Ministry" when the article names no other.
fn states(forms: &mut [Form]) {
    let mut bodies = Index::default();
    for (id, form) in free(forms, Kind::Org) {
        if let Some(body) = &form.stateless {
            bodies.add(key(body), id);
        }
    }
    let mut folds = Vec::new();
    for (id, form) in free(forms, Kind::Org) {
        if form.stateless.is_none()
            && let Some(full) = bodies.only(&key(&form.name))
        {
            folds.push((id, full));
        }
    }
    apply(forms, folds);
}

/// Folds "Red Sox" into "Boston Red Sox", "Nokia" into "Nokia Networks", when there is only one.
fn parts_of_organisations(forms: &mut [Form]) {
    let (mut ends, mut beginnings) = (Index::default(), Index::default());
    let mut bodies = Index::default();
    for (id, form) in free(forms, Kind::Org) {
        let words: Vec<&str> = form.name.split(' ').collect();
        // "Miller" is "Miller's", the shop.
        if words.len() == 1 && form.name.ends_with("'s") {
            beginnings.add(key(&form.name), id);
        }
        if words.len() < 2 || words.len() > 8 || form.stateless.is_some() {
            continue;
        }
        // "the Bank" is the "Bank of Ruritania".
        if let Some(of) = words
            .iter()
            .position(|word| word.starts_with(char::is_lowercase))
        {
            ends.add(
                key(words.get(of - of.min(1)).copied().unwrap_or_default()),
                id,
            );
            bodies.add(key(&words.get(..of).unwrap_or_default().concat()), id);
        }
        for cut in 1..words.len() {
            ends.add(key(&words.get(cut..).unwrap_or_default().concat()), id);
        }
        if let Some(first) = words.first() {
            beginnings.add(key(first), id);
        }
    }
    let mut folds = Vec::new();
    for (id, form) in free(forms, Kind::Org) {
        let key = key(&form.name);
        // "Reserve Bank" is the "Reserve Bank of India", though it is listed by itself.
        let body = bodies.only(&key).filter(|whole| *whole != id);
        if let Some(whole) = body.filter(|_| form.stateless.is_none() && form.name.contains(' ')) {
            folds.push((id, whole));
            continue;
        }
        if form.listed || form.stateless.is_some() || is_acronym(&form.name) {
            continue;
        }
        let single = !form.name.contains(' ');
        let whole = match ends.0.get(&key) {
            Some(Found::One(whole)) => Some(*whole),
            Some(Found::Several) => None,
            None => single
                .then(|| {
                    beginnings
                        .only(&key)
                        .or_else(|| beginnings.only(&format!("{key}s")))
                })
                .flatten(),
        };
        if let Some(whole) = whole.filter(|whole| *whole != id) {
            folds.push((id, whole));
        }
    }
    apply(forms, folds);
}
