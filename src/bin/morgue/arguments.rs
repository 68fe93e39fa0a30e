//! The rule that tells flags from words, applied before the command line is parsed.
//!
//! Flags may stand before, between or after the words. Only an argument spelled as in the help is a flag; any other
//! with one leading `-` is a word of the query. `--` ends flags; an unknown `--x` stays where it is found to be wrong.

use std::ffi::{OsStr, OsString};

/// A flag as it stands in the help.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) short: Option<char>,
    pub(crate) long: Option<String>,
    pub(crate) takes_value: bool,
}

/// Whether a text may be the value of a flag.
type Fits = fn(&str) -> bool;

/// The values that may be attached to a short flag (`-n5`): without a rule `-nuclear` would be one.
const ATTACHED: &[(char, Fits)] = &[
    ('n', |value| {
        value == "all" || value.bytes().all(|b| b.is_ascii_digit())
    }),
    ('w', |value| {
        let field = value.split('=').next().unwrap_or_default();
        let field = field.strip_suffix('!').unwrap_or(field);
        let is_name = |b: u8| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit();
        value.contains('=') && !field.is_empty() && field.bytes().all(is_name)
    }),
    ('a', |value| value.starts_with(['/', '.', '~'])),
];

/// A command line with its flags first and its words behind `--`.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    pub(crate) arguments: Vec<OsString>,
    /// Words that look like a misspelt flag.
    pub(crate) notes: Vec<String>,
}

/// Sorts a command line; `flags` tells those of a command, of the program itself for an empty name.
pub(crate) fn sort(given: Vec<OsString>, flags: impl Fn(&str) -> Option<Vec<Flag>>) -> Sorted {
    let unsorted = |arguments: Vec<OsString>| Sorted {
        arguments,
        notes: Vec::new(),
    };
    let Some(at) = command(&given, &flags("").unwrap_or_default()) else {
        return unsorted(given);
    };
    let name = given.get(at).and_then(|name| name.to_str());
    let Some(known) = name.and_then(&flags) else {
        return unsorted(given);
    };

    let mut rest = given;
    let words = rest.split_off(at + 1);
    let mut sorted = unsorted(rest);
    let mut query: Vec<OsString> = Vec::new();
    let mut given = words.into_iter();
    while let Some(argument) = given.next() {
        if argument == "--" {
            query.extend(given.by_ref());
            break;
        }
        match meaning(&argument, &known) {
            Meaning::Flag => sorted.arguments.push(argument),
            Meaning::Attached(flag, value) => {
                sorted.arguments.push(joined(flag.as_ref(), value.as_ref()));
            }
            Meaning::WantsValue => match given.next() {
                Some(value) => sorted.arguments.push(joined(&argument, &value)),
                None => sorted.arguments.push(argument),
            },
            Meaning::Word => {
                sorted.notes.extend(note(&argument, &known));
                query.push(argument);
            }
        }
    }
    if !query.is_empty() {
        sorted.arguments.push("--".into());
        sorted.arguments.extend(query);
    }
    sorted
}

/// The place of the command's name; `None` when the parser should see the line as it is.
fn command(given: &[OsString], known: &[Flag]) -> Option<usize> {
    let mut at = 1;
    loop {
        let argument = given.get(at)?;
        if !argument.as_encoded_bytes().starts_with(b"-") {
            return Some(at);
        }
        at += match meaning(argument, known) {
            Meaning::WantsValue => 2,
            Meaning::Flag | Meaning::Attached(..) if argument != "--" => 1,
            _ => return None,
        };
    }
}

enum Meaning {
    Flag,
    /// A short flag and the value attached to it.
    Attached(String, String),
    /// A flag whose value is the next argument.
    WantsValue,
    Word,
}

fn meaning(argument: &OsStr, known: &[Flag]) -> Meaning {
    // What is not Unicode cannot be a flag of ours.
    let Some(text) = argument.to_str() else {
        return Meaning::Word;
    };
    if let Some(long) = text.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let flag = known.iter().find(|flag| flag.long.as_deref() == Some(name));
        return match flag {
            Some(flag) if flag.takes_value && value.is_none() => Meaning::WantsValue,
            _ => Meaning::Flag,
        };
    }
    let mut letters = text.chars();
    let (Some('-'), Some(letter)) = (letters.next(), letters.next()) else {
        return Meaning::Word;
    };
    let Some(flag) = known.iter().find(|flag| flag.short == Some(letter)) else {
        return Meaning::Word;
    };
    let attached = letters.as_str();
    if attached.is_empty() {
        return if flag.takes_value {
            Meaning::WantsValue
        } else {
            Meaning::Flag
        };
    }
    let value = attached.strip_prefix('=').unwrap_or(attached);
    let rule = ATTACHED.iter().find(|(short, _)| *short == letter);
    let fits = rule.is_some_and(|(_, fits)| !value.is_empty() && fits(value));
    if flag.takes_value && fits {
        Meaning::Attached(format!("-{letter}"), value.to_owned())
    } else {
        Meaning::Word
    }
}

/// A flag and its value as one argument, so that a value may begin with `-`.
fn joined(flag: &OsStr, value: &OsStr) -> OsString {
    let mut joined = flag.to_owned();
    joined.push("=");
    joined.push(value);
    joined
}

/// What to say about a word such as `-json`.
fn note(argument: &OsStr, known: &[Flag]) -> Option<String> {
    let name = argument.to_str()?.strip_prefix('-')?;
    let name = name.split('=').next().unwrap_or(name);
    let flag = known
        .iter()
        .find(|flag| flag.long.as_deref() == Some(name))?;
    let long = flag.long.as_deref()?;
    Some(format!(
        "`-{long}` was taken as a word; the flag is `--{long}`"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(line: &[&str]) -> String {
        let given = std::iter::once(&"morgue").chain(line);
        let sorted = sort(given.map(OsString::from).collect(), crate::cli::flags);
        let arguments: Vec<&str> = sorted.arguments[1..]
            .iter()
            .map(|argument| argument.to_str().unwrap())
            .collect();
        arguments.join(" ")
    }

    // The rule of the contract, case by case: what is typed, what is parsed.
    #[test]
    fn rule() {
        let cases: &[(&[&str], &str)] = &[
            // Only what the help spells is a flag.
            (
                &["search", "putin", "-balloons"],
                "search -- putin -balloons",
            ),
            (
                &["search", "-balloons", "putin"],
                "search -- -balloons putin",
            ),
            (&["search", "putin", "-n5"], "search -n=5 -- putin"),
            (&["search", "putin", "-n", "5"], "search -n=5 -- putin"),
            (&["search", "-nall", "putin"], "search -n=all -- putin"),
            (&["search", "-nuclear", "putin"], "search -- -nuclear putin"),
            (&["search", "-war"], "search -- -war"),
            (&["search", "-wsource=ap"], "search -w=source=ap"),
            (&["search", "-w", "org!=x"], "search -w=org!=x"),
            (&["search", "-apple"], "search -- -apple"),
            (&["search", "-a./x", "y"], "search -a=./x -- y"),
            (&["search", "-qv", "x"], "search -- -qv x"),
            (&["search", "-q", "-v", "x"], "search -q -v -- x"),
            (&["search", "-5", "x"], "search -- -5 x"),
            (&["search", "-x", "-"], "search -- -x -"),
            (&["search", "-ähre"], "search -- -ähre"),
            (&["search", "-json", "x"], "search -- -json x"),
            // Flags stand anywhere, order of the words is kept.
            (
                &["search", "a", "--json", "b", "--facet=org", "-c", "d"],
                "search --json --facet=org -- a b -c d",
            ),
            (
                &["search", "a", "--facet", "org", "b"],
                "search --facet=org -- a b",
            ),
            (&["-a", "x", "search", "y"], "-a x search -- y"),
            (
                &["--archive=x", "-q", "search", "y"],
                "--archive=x -q search -- y",
            ),
            // A value is a value, whatever it looks like.
            (&["timeline", "a", "--vs", "-b"], "timeline --vs=-b -- a"),
            (&["search", "a", "-n"], "search -n -- a"),
            // `--` ends flags.
            (
                &["search", "a", "--", "--json", "-n5"],
                "search -- a --json -n5",
            ),
            (&["search", "--", "a", "--", "b"], "search -- a -- b"),
            // An unknown `--x` is left for the parser to refuse.
            (&["search", "a", "--x", "b"], "search --x -- a b"),
            // Nothing to sort: the parser sees it as it is.
            (&["serch", "-x", "a"], "serch -x a"),
            (&["-x", "search"], "-x search"),
            (&["--", "search"], "-- search"),
            (&["--version"], "--version"),
            (&["search", "-h"], "search -h"),
            (&["index", "-", "a"], "index -- - a"),
            (&[], ""),
        ];
        for (typed, parsed) in cases {
            assert_eq!(sorted(typed), *parsed, "{typed:?}");
        }
    }

    // A word that is nearly a flag is said, once for each.
    #[test]
    fn notes() {
        let line = ["morgue", "search", "-json", "-facet=org", "-other"];
        let sorted = sort(line.map(OsString::from).to_vec(), crate::cli::flags);
        assert_eq!(
            sorted.notes,
            [
                "`-json` was taken as a word; the flag is `--json`",
                "`-facet` was taken as a word; the flag is `--facet`"
            ]
        );
    }
}
