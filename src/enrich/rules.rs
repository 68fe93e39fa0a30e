//! Choosing by rules: a table of signs with weights; their sum says how much speaks for a value.

/// A sign that speaks for a value or against it.
pub(crate) struct Rule<C> {
    /// What is shown where somebody asks why.
    name: &'static str,
    /// What the sign counts when it is seen as a whole.
    weight: f64,
    /// How much of it is seen, mostly 0 or 1.
    sign: fn(&C) -> f64,
}

/// A row of such a table.
pub(crate) const fn rule<C>(name: &'static str, weight: f64, sign: fn(&C) -> f64) -> Rule<C> {
    Rule { name, weight, sign }
}

/// How much speaks for a value.
pub(crate) fn weigh<C>(rules: &[Rule<C>], about: &C) -> f64 {
    rules
        .iter()
        .map(|rule| rule.weight * (rule.sign)(about))
        .sum()
}

/// The signs that were seen with what they counted, and their sum: `first heading +4.5, cut off -4.0: 0.5`.
pub(crate) fn reasons<C>(rules: &[Rule<C>], about: &C) -> String {
    let seen = rules.iter().filter_map(|rule| {
        let counts = rule.weight * (rule.sign)(about);
        (counts.abs() >= 0.05).then(|| format!("{} {counts:+.1}", rule.name))
    });
    let seen: Vec<String> = seen.collect();
    format!("{}: {:.1}", seen.join(", "), weigh(rules, about))
}

/// A sign that is there or not.
pub(crate) fn when(is_seen: bool) -> f64 {
    if is_seen { 1.0 } else { 0.0 }
}

/// A small count as a number to weigh.
pub(crate) fn count(of: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap_or(u32::MAX))
}
