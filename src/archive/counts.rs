//! The most frequent values of a facet over all segments, exactly; only those that are shown are read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::aliases::Aliases;
use super::analyse::fold_value;
use super::collect::FacetField;
use super::counted::Counted;
use super::engine_error;
use super::rules::Decided;
use super::unify::is_small;
use super::values::{Number, Values};
use crate::Result;

/// What was counted of one facet.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(super) segments: Vec<Counted>,
}

/// The values of a facet, the most frequent first.
#[derive(Debug, Default)]
pub(crate) struct Most {
    /// Each in the form that is shown.
    pub(crate) values: Vec<(String, u64)>,
    /// Further values.
    pub(crate) others: u64,
    /// Articles without a value.
    pub(crate) missing: u64,
}

/// A value of a segment that is shown, or a form of one.
#[derive(Clone, Copy, Debug)]
struct Form {
    number: Number,
    /// Where its text begins and ends.
    from: usize,
    to: usize,
    count: u32,
}

impl Counts {
    /// The `top` most frequent values. Those that differ in case and accents only are one, as they are to a filter, and
    /// the commonest form is shown, one with capitals first.
    pub(crate) fn most(
        &mut self,
        field: &FacetField,
        aliases: &Aliases,
        top: usize,
    ) -> Result<Most> {
        let made;
        let values = match &field.known {
            Some(values) => &**values,
            None => {
                made = self.number(&field.name, aliases).map_err(engine_error)?;
                &made
            }
        };
        let mut sums = self.sums(values);
        let all = sums.iter().filter(|sum| **sum > 0).count();
        // Which of those that are as frequent as the last one are shown, their names tell.
        let least = least_of(&sums, top);
        let found = (0u32..).zip(&sums).filter(|(_, sum)| **sum >= least);
        let found: Vec<(u32, u32)> = found.map(|(place, sum)| (*sum, place)).collect();
        let mut text = String::new();
        let forms = self.forms(values, &found, &mut sums, &mut text)?;
        let mut shown: Vec<(&str, u64)> = Vec::with_capacity(found.len());
        for forms in forms.chunk_by(|a, b| a.number.place() == b.number.place()) {
            let Some(sum) = forms.first().and_then(|form| sums.get(form.number.place())) else {
                continue;
            };
            shown.push((
                shown_of(forms, &field.name, aliases, &text),
                u64::from(*sum),
            ));
        }
        shown.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        shown.truncate(top);
        let values = shown.into_iter();
        Ok(Most {
            values: values
                .map(|(value, count)| (value.to_owned(), count))
                .collect(),
            others: all.saturating_sub(top) as u64,
            missing: self.segments.iter().map(|counted| counted.missing).sum(),
        })
    }

    /// Numbers the values that were found.
    fn number(&mut self, field: &str, aliases: &Aliases) -> tantivy::Result<Values> {
        let found = self.segments.iter();
        let found = found.map(|counted| (counted.column.as_ref(), counted.found()));
        let values = Values::of(field, aliases, found)?;
        for (at, counted) in self.segments.iter_mut().enumerate() {
            if let Some(numbers) = values.segment(at) {
                counted.settle(numbers);
            }
        }
        Ok(values)
    }

    /// How many articles have each number.
    fn sums(&self, values: &Values) -> Vec<u32> {
        let mut sums = vec![0u32; values.len()];
        for (at, counted) in self.segments.iter().enumerate() {
            let Some(numbers) = values.segment(at) else {
                continue;
            };
            for (count, number) in counted.counts.iter().zip(numbers.iter()) {
                if *count > 0
                    && let Some(sum) = sums.get_mut(number.place())
                {
                    *sum = sum.saturating_add(*count);
                }
            }
            for place in &counted.again {
                if let Some(sum) = sums.get_mut(*place) {
                    *sum = sum.saturating_sub(1);
                }
            }
        }
        sums
    }

    /// The values of some numbers, those of one number together; `sums` is left with these.
    fn forms(
        &self,
        values: &Values,
        found: &[(u32, u32)],
        sums: &mut [u32],
        text: &mut String,
    ) -> Result<Vec<Form>> {
        sums.fill(0);
        for (sum, place) in found {
            if let Some(place) = sums.get_mut(*place as usize) {
                *place = *sum;
            }
        }
        let mut forms = Vec::with_capacity(found.len());
        for (at, counted) in self.segments.iter().enumerate() {
            let (Some(numbers), Some(column)) = (values.segment(at), &counted.column) else {
                continue;
            };
            let mut ordinals = Vec::new();
            let first = forms.len();
            for ((ordinal, count), number) in (0u64..).zip(&counted.counts).zip(numbers.iter()) {
                if *count > 0 && sums.get(number.place()).is_some_and(|sum| *sum > 0) {
                    ordinals.push(ordinal);
                    let (from, to, count) = (0, 0, *count);
                    forms.push(Form {
                        number,
                        from,
                        to,
                        count,
                    });
                }
            }
            let mut next = forms.iter_mut().skip(first);
            let read = column
                .dictionary()
                .sorted_ords_to_term_cb(&ordinals, |value| {
                    if let Some(form) = next.next() {
                        form.from = text.len();
                        text.push_str(&String::from_utf8_lossy(value));
                        form.to = text.len();
                    }
                });
            read.map_err(|error| engine_error(error.into()))?;
        }
        // Stable: in the order of the segments.
        forms.sort_by_key(|form| form.number.place());
        Ok(forms)
    }
}

/// How frequent the least of the `top` most frequent is.
fn least_of(sums: &[u32], top: usize) -> u32 {
    if top == 0 {
        return u32::MAX;
    }
    let mut best: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
    if top < sums.len() {
        for sum in sums {
            if best.len() < top {
                best.push(Reverse(*sum));
            } else if let Some(mut least) = best.peek_mut().filter(|least| least.0 < *sum) {
                *least = Reverse(*sum);
            }
        }
    }
    best.peek().map_or(1, |least| least.0.max(1))
}

/// The form that is shown of those of one number.
fn shown_of<'a>(forms: &[Form], field: &str, aliases: &'a Aliases, text: &'a str) -> &'a str {
    let text_of = |form: &Form| text.get(form.from..form.to).unwrap_or_default();
    if let [form] = forms
        && !form.number.is_named()
    {
        return text_of(form);
    }
    let named = forms.iter().any(|form| form.number.is_named());
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for form in forms.iter().filter(|form| form.number.is_named() == named) {
        let value = text_of(form);
        let name = match aliases.decided(field, &fold_value(value)) {
            Decided::Name(name) if named => name,
            _ => value,
        };
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += u64::from(form.count),
            None => counts.push((name, form.count.into())),
        }
    }
    counts.sort_by_key(|(name, count)| (is_small(name), Reverse(*count), *name));
    counts.first().map_or("", |(name, _)| name)
}
