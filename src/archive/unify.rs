//! Which names of an archive are one, worked out from how often each form stands in it: spellings, slips, surnames,
//! acronyms.
//!
//! Works on the committed articles alone and counts them exactly, so the result depends neither on their order nor on
//! how they were committed. Within one article names were folded before (`enrich/names`); what is decided by hand is in
//! `rules`.

mod countries;
mod slips;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::resume_unwind;

use tantivy::Searcher;
use tantivy::schema::Field;

use super::aliases::{Alias, ENTITIES};
use super::analyse::fold_value;
use super::engine_error;
use super::layout::ACRONYM;
use crate::Result;

/// A surname alone is folded from this many letters.
const SURNAME_LETTERS: usize = 4;

/// A full name is the only one with its surname when others together have no more than one in so many of its articles.
const ONLY: u64 = 10;

/// Articles that have a surname alone, to one that has the full name; where there are more, others bear it too. The more
/// articles have the full name, the less it is by chance the only one.
const FULL: u64 = 4;

/// One form of a field, whatever its case and accents.
#[derive(Debug)]
struct Form {
    /// As it is shown: the commonest way to write it.
    name: String,
    folded: String,
    /// Articles that have it.
    count: u64,
    /// The form it goes by.
    into: Option<usize>,
    /// Whether `name` is how no article writes it.
    renamed: bool,
}

/// The aliases that follow from the articles of a commit; `key` is the index field of whole values.
pub(super) fn unify(searcher: &Searcher, key: Field) -> Result<BTreeSet<Alias>> {
    // Each run that changed something waits for this in the end, so the fields are worked out at once.
    let all = std::thread::scope(|scope| {
        let threads = ENTITIES.map(|field| scope.spawn(move || aliases_of(searcher, key, field)));
        threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let mut aliases = BTreeSet::new();
    for some in all {
        aliases.extend(some?);
    }
    Ok(aliases)
}

/// Those of one field.
fn aliases_of(searcher: &Searcher, key: Field, field: &'static str) -> Result<Vec<Alias>> {
    let mut forms = forms(counts(searcher, field)?);
    spellings(&mut forms);
    slips::fold(&mut forms);
    match field {
        "person" => {
            middle_names(&mut forms);
            surnames(&mut forms);
        }
        "org" => acronyms(&mut forms, &spelt_out(searcher, key)?),
        "place" => countries::fold(&mut forms),
        _ => {}
    }
    let mut aliases = Vec::new();
    for form in &forms {
        let itself = Some(form).filter(|form| form.renamed);
        if let Some(root) = root(&forms, form).or(itself) {
            aliases.push(Alias {
                field,
                form: form.folded.clone(),
                name: root.name.clone(),
            });
        }
    }
    Ok(aliases)
}

/// How many articles have each value of a field; removed ones do not count.
fn counts(searcher: &Searcher, field: &str) -> Result<HashMap<String, u64>> {
    let mut all: HashMap<String, u64> = HashMap::new();
    for reader in searcher.segment_readers() {
        let column = reader.fast_fields().str(&format!("labels.{field}"));
        let Some(column) = column.map_err(engine_error)? else {
            continue;
        };
        let mut counts = vec![0u64; column.num_terms()];
        for doc in reader.doc_ids_alive() {
            for ordinal in column.term_ords(doc) {
                if let Some(count) = counts.get_mut(ordinal as usize) {
                    *count += 1;
                }
            }
        }
        let nonzero = (0u64..).zip(&counts).filter(|(_, count)| **count > 0);
        let (ordinals, counts): (Vec<u64>, Vec<u64>) =
            nonzero.map(|(ordinal, count)| (ordinal, *count)).unzip();
        let mut counts = counts.into_iter();
        let named = column
            .dictionary()
            .sorted_ords_to_term_cb(&ordinals, |value| {
                let value = String::from_utf8_lossy(value).into_owned();
                *all.entry(value).or_default() += counts.next().unwrap_or(0);
            });
        named.map_err(|error| engine_error(error.into()))?;
    }
    Ok(all)
}

/// Values by what they have in common whatever their case and accents, the most frequent first.
fn forms(counts: HashMap<String, u64>) -> Vec<Form> {
    let mut by_fold: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
    for (value, count) in counts {
        // A control character is no part of a name and would break the table.
        if !value.chars().any(char::is_control) {
            by_fold
                .entry(fold_value(&value))
                .or_default()
                .push((value, count));
        }
    }
    let mut forms: Vec<Form> = Vec::with_capacity(by_fold.len());
    for (folded, mut values) in by_fold {
        values.sort_by(|(a, ours), (b, theirs)| {
            (is_small(a), Reverse(ours), a).cmp(&(is_small(b), Reverse(theirs), b))
        });
        let count = values.iter().map(|(_, count)| count).sum();
        let Some((name, _)) = values.into_iter().next() else {
            continue;
        };
        forms.push(Form {
            name,
            folded,
            count,
            into: None,
            renamed: false,
        });
    }
    // Stable: of two equally frequent forms the first by letters comes first.
    forms.sort_by_key(|form| Reverse(form.count));
    forms
}

fn fold_into(forms: &mut [Form], folds: &[(usize, usize)]) {
    for (from, to) in folds {
        if let Some(form) = forms.get_mut(*from).filter(|_| from != to) {
            form.into = Some(*to);
        }
    }
}

fn free(forms: &[Form]) -> impl Iterator<Item = (usize, &Form)> {
    forms
        .iter()
        .enumerate()
        .filter(|(_, form)| form.into.is_none())
}

/// The form that another goes by in the end; none for one that goes by itself.
fn root<'a>(forms: &'a [Form], form: &'a Form) -> Option<&'a Form> {
    let mut at = forms.get(form.into?)?;
    // Each step folds free forms into free ones, so there are no more steps than these.
    for _ in 0..5 {
        match at.into.and_then(|next| forms.get(next)) {
            Some(next) => at = next,
            None => break,
        }
    }
    Some(at)
}

/// Letters and digits: what hyphens, points and spaces do not change.
fn letters(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a name has no capital: somebody typed it so, it is not written so.
pub(super) fn is_small(name: &str) -> bool {
    !name.chars().any(char::is_uppercase)
}

/// Folds "Kim Jong-un" and "Kim Jong Un" into the more frequent, and labels in small letters into names.
fn spellings(forms: &mut [Form]) {
    let mut best: HashMap<String, usize> = HashMap::with_capacity(forms.len());
    for (at, form) in free(forms) {
        let better = |known: &usize| {
            forms.get(*known).is_some_and(|known| is_small(&known.name)) && !is_small(&form.name)
        };
        best.entry(letters(&form.folded))
            .and_modify(|known| {
                if better(known) {
                    *known = at;
                }
            })
            .or_insert(at);
    }
    let same = |form: &Form| best.get(&letters(&form.folded)).copied();
    let folds: Vec<(usize, usize)> = free(forms)
        .filter(|(_, form)| form.folded.contains(char::is_alphanumeric))
        .filter_map(|(at, form)| Some((at, same(form)?)))
        .collect();
    fold_into(forms, &folds);
}

/// Folds "George Bush" and "George W. Bush" into the more frequent, when there is only one such middle.
fn middle_names(forms: &mut [Form]) {
    let mut ends: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, form) in free(forms) {
        let words: Vec<&str> = form.folded.split(' ').collect();
        if let ([first, last] | [first, _, last], true) = (words.as_slice(), words.len() <= 3)
            && first.chars().count() > 2
        {
            ends.entry((first, last)).or_default().push(at);
        }
    }
    let mut folds = Vec::new();
    for forms_of in ends.values() {
        let &[one, other] = forms_of.as_slice() else {
            continue;
        };
        let words = |at: usize| forms.get(at).map(|form| form.folded.split(' ').count());
        if words(one) != words(other) {
            // The first is at least as frequent.
            folds.push((other, one));
        }
    }
    fold_into(forms, &folds);
}

/// Folds a surname alone into the one name of the archive that ends with it; a name that is misread now and then has
/// rivals, but none that counts.
fn surnames(forms: &mut [Form]) {
    // By surname: the commonest full name, for forms are sorted, and the articles that have others.
    let mut full: HashMap<String, (usize, u64)> = HashMap::new();
    for (at, form) in free(forms) {
        let mut words = form.folded.split(' ').filter(|word| !is_generation(word));
        let (Some(_), Some(last)) = (words.next(), words.next_back()) else {
            continue;
        };
        // Labels join "de Clercq" in various ways.
        let joined = words.next_back().map(|before| format!("{before}{last}"));
        for surname in [Some(last.to_owned()), joined].into_iter().flatten() {
            full.entry(letters(&surname))
                .and_modify(|(_, others)| *others += form.count)
                .or_insert((at, 0));
        }
    }
    let mut folds = Vec::new();
    for (at, form) in free(forms) {
        if form.folded.contains(' ') || form.folded.chars().count() < SURNAME_LETTERS {
            continue;
        }
        let Some((to, others)) = full.get(&letters(&form.folded)) else {
            continue;
        };
        let count = forms.get(*to).map_or(0, |full| full.count);
        if others * ONLY <= count && form.count <= count * count * FULL {
            folds.push((at, *to));
        }
    }
    fold_into(forms, &folds);
}

fn is_generation(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.'),
        "jr" | "sr" | "ii" | "iii" | "iv"
    )
}

/// How many articles spell an acronym out as a name, both folded.
type SpeltOut = BTreeMap<String, BTreeMap<String, u64>>;

/// What the articles that explain an acronym say of it; see [`ACRONYM`].
fn spelt_out(searcher: &Searcher, key: Field) -> Result<SpeltOut> {
    let mut found = SpeltOut::new();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(key).map_err(engine_error)?;
        let range = index.terms().range().ge(ACRONYM.as_bytes());
        let mut terms = range
            .into_stream()
            .map_err(|error| engine_error(error.into()))?;
        while terms.advance() {
            let Some(pair) = std::str::from_utf8(terms.key())
                .ok()
                .and_then(|key| key.strip_prefix(ACRONYM))
            else {
                break;
            };
            let Some((acronym, name)) = pair.split_once('=') else {
                continue;
            };
            let mut alive = 0;
            let postings = index.read_postings_from_terminfo(
                terms.value(),
                tantivy::schema::IndexRecordOption::Basic,
            );
            let mut postings = postings.map_err(|error| engine_error(error.into()))?;
            let mut doc = tantivy::DocSet::doc(&postings);
            while doc != tantivy::TERMINATED {
                alive += u64::from(!reader.is_deleted(doc));
                doc = tantivy::DocSet::advance(&mut postings);
            }
            let names = found.entry(acronym.to_owned()).or_default();
            *names.entry(name.to_owned()).or_default() += alive;
        }
    }
    Ok(found)
}

/// Folds an acronym into what the articles that explain it agree on.
fn acronyms(forms: &mut [Form], spelt_out: &SpeltOut) {
    let at_of: HashMap<&str, usize> = forms
        .iter()
        .enumerate()
        .map(|(at, form)| (form.folded.as_str(), at))
        .collect();
    let mut folds = Vec::new();
    for (at, form) in free(forms) {
        let Some(names) = spelt_out.get(&form.folded) else {
            continue;
        };
        // Names that are one already count together.
        let mut roots: BTreeMap<usize, u64> = BTreeMap::new();
        for (name, count) in names {
            if let Some(known) = at_of.get(name.as_str()) {
                let into = forms
                    .get(*known)
                    .and_then(|form| form.into)
                    .unwrap_or(*known);
                *roots.entry(into).or_default() += count;
            }
        }
        let all: u64 = roots.values().sum();
        let most = roots
            .iter()
            .max_by_key(|(root, count)| (**count, Reverse(**root)));
        if let Some((root, count)) = most
            && *count * 4 > all * 3
            && *root != at
        {
            folds.push((at, *root));
        }
    }
    fold_into(forms, &folds);
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn of(counts: &[(&str, u64)]) -> Vec<Form> {
        let counts = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        forms(counts.collect())
    }

    pub(super) fn folded(forms: &[Form]) -> Vec<(&str, &str)> {
        let pairs = forms
            .iter()
            .filter_map(|form| Some((form.name.as_str(), root(forms, form)?.name.as_str())));
        pairs.collect()
    }

    #[test]
    fn spellings_are_one_name() {
        let mut forms = of(&[
            ("Kim Jong Un", 5),
            ("Kim Jong-un", 9),
            ("KIM JONG UN", 2),
            ("west-germany", 9),
            ("West Germany", 2),
            ("Kim Il Sung", 3),
        ]);
        spellings(&mut forms);
        assert_eq!(
            folded(&forms),
            [
                ("west-germany", "West Germany"),
                ("Kim Jong Un", "Kim Jong-un")
            ]
        );
    }

    #[test]
    fn a_surname_is_folded_when_one_person_has_it() {
        let mut forms = of(&[
            ("Vladimir Putin", 10),
            ("Putin", 12),
            ("George Bush", 3),
            ("George W. Bush", 2),
            ("Jeb Bush", 2),
            ("Bush", 1),
            ("Ann Lee Jr.", 5),
            ("Jane Rarely", 1),
            ("Rarely", 5),
            ("Athough Putin", 1),
            ("Willy de Clercq", 1),
            ("de-clercq", 2),
        ]);
        middle_names(&mut forms);
        surnames(&mut forms);
        assert_eq!(
            folded(&forms),
            [
                ("Putin", "Vladimir Putin"),
                ("de-clercq", "Willy de Clercq"),
                ("George W. Bush", "George Bush"),
            ]
        );
    }

    #[test]
    fn acronyms_mean_what_articles_say() {
        let mut forms = of(&[
            ("ECB", 9),
            ("European Central Bank", 4),
            ("Eastern Cricket Board", 1),
            ("ACB", 2),
        ]);
        let names = BTreeMap::from([
            ("european central bank".to_owned(), 4),
            ("eastern cricket board".to_owned(), 1),
        ]);
        acronyms(&mut forms, &SpeltOut::from([("ecb".to_owned(), names)]));
        assert_eq!(folded(&forms), [("ECB", "European Central Bank")]);
    }
}
