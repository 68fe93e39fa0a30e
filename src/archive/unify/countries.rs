//! Labels that a country goes by: within an article the names found are canonical already, but what an input states is
//! kept as it was stated ("usa", "uk"), and would stand beside them in a facet.

use std::collections::HashMap;

use super::super::analyse::fold_value;
use super::{Form, fold_into, free, is_small, letters};

const COUNTRIES: &str = include_str!("../../../data/gazetteer/countries.tsv");

/// Folds other names of a country into its own, where the archive has that too; what is typed in small letters gets it.
pub(super) fn fold(forms: &mut [Form]) {
    let by_letters: HashMap<String, usize> = free(forms)
        .map(|(at, form)| (letters(&form.folded), at))
        .collect();
    let at = |name: &str| by_letters.get(&letters(&fold_value(name))).copied();
    let mut folds = Vec::new();
    for line in COUNTRIES.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let name = columns.next().unwrap_or_default();
        let country = at(name);
        // Between the two: its code, which may be a word ("IN"), and the adjectives.
        let others: Vec<usize> = columns
            .nth(2)
            .unwrap_or_default()
            .split(';')
            .filter_map(at)
            .collect();
        for at in others.iter().copied().chain(country) {
            if let Some(form) = forms.get_mut(at).filter(|form| is_small(&form.name)) {
                name.clone_into(&mut form.name);
                form.renamed = true;
            }
        }
        if let Some(country) = country {
            folds.extend(others.into_iter().map(|other| (other, country)));
        }
    }
    fold_into(forms, &folds);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{folded, of};
    use super::*;

    #[test]
    fn a_stated_label_is_the_country_it_means() {
        let mut forms = of(&[("usa", 9), ("United States", 4), ("uk", 3), ("Georgia", 2)]);
        fold(&mut forms);
        assert_eq!(folded(&forms), [("United States", "United States")]);
        let names = forms.iter().map(|form| form.name.as_str());
        let expected = [
            "United States",
            "United States",
            "United Kingdom",
            "Georgia",
        ];
        assert!(names.eq(expected));
    }
}
