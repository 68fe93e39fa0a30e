//! The query language as a table, for `help query` and the README; a test reads every example.

/// One form of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Syntax {
    /// The form.
    pub form: &'static str,
    /// What it finds.
    pub meaning: &'static str,
    /// A query that uses it.
    pub example: &'static str,
}

const fn row(form: &'static str, meaning: &'static str, example: &'static str) -> Syntax {
    Syntax {
        form,
        meaning,
        example,
    }
}

/// The forms of the language, the everyday ones first.
pub const SYNTAX: &[Syntax] = &[
    row(
        "a b",
        "both words, in any form (`sanction` finds sanctions)",
        "putin sanctions",
    ),
    row(
        "\"a b\"",
        "a phrase; any quotation marks do",
        "\"military pact\"",
    ),
    row(
        "a OR b",
        "either, in capitals, or `a || b`; AND binds closer than OR",
        "putin OR kim",
    ),
    row(
        "-a",
        "not this: `-` or `!` directly before it, or NOT",
        "putin -balloons",
    ),
    row("( )", "a group", "(pact OR treaty) putin"),
    row("a*", "words that begin so", "sanct*"),
    row(
        "a?b",
        "one letter, any; `*` inside a word is any number",
        "wom?n",
    ),
    row(
        "a~1  a~2",
        "one or two letters misspelt or swapped",
        "putn~1",
    ),
    row(
        "\"a b\"~n",
        "a phrase with at most n other words between",
        "\"north korea\"~3",
    ),
    row(
        "a NEAR/n b",
        "words or phrases at most n apart, in either order",
        "north NEAR/5 missile",
    ),
    row(
        "field:a",
        "a word, phrase or pattern in one field",
        "title:putin",
    ),
    row(
        "field:(a b)",
        "a group in one field",
        "body:(pact OR treaty)",
    ),
    row(
        "rest:a",
        "captions, teasers and footers, which are searched only so",
        "rest:balloons",
    ),
    row(
        "person:a  org:a  place:a",
        "words of a name",
        "person:putin",
    ),
    row(
        "source:a  agency:a  byline:a",
        "words of a publisher, an agency, an author",
        "source:\"hw news\"",
    ),
    row(
        "field=\"A B\"",
        "the whole name, whatever case and accents; `!=` excludes it",
        "person=\"Kim Jong Un\"",
    ),
    row("date:day", "a day, a month, a year", "date:2024-06-18"),
    row(
        "date:a..b",
        "from a to b, both included; either may be left out",
        "date:2024-05..2024-06-17",
    ),
    row(
        "since:a  until:a",
        "from a on, up to a",
        "since:2024-05 until:2024-06",
    ),
    row(
        "7d  2w  3m  1y",
        "days, weeks, months, years ago; also today, yesterday, \"last week\"",
        "date:7d..",
    ),
    row(
        "has:field",
        "articles in which it is present; `has:story`: that others tell, too",
        "has:byline",
    ),
    row("no:field", "articles in which it is absent", "no:date"),
    row(
        "story:id",
        "the articles of one story, by the id of any or its beginning",
        "story:7f3a91c2",
    ),
    row("*", "everything", "*"),
];
