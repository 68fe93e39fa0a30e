//! The language as a whole: every form with its tree, every error with its place.

use chrono::{NaiveDate, NaiveDateTime};

use super::dates::days;
use super::limits::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDING, MAX_WORDS};
use super::parse::Parsed;
use super::*;
use crate::{ErrorKind, Result, Schema};

mod hostile;

fn now() -> NaiveDateTime {
    // A Wednesday.
    let day = NaiveDate::from_ymd_opt(2024, 7, 3).expect("exists");
    day.and_hms_opt(15, 0, 0).expect("exists")
}

fn read(text: &str) -> Result<Parsed> {
    parse(text, &Schema::default(), now())
}

/// The tree as printed, or kind and place of the error.
fn tree(text: &str) -> String {
    match read(text) {
        Ok(parsed) => parsed.root.to_string(),
        Err(error) => {
            let at = error.at().unwrap_or_default();
            format!("{:?} {:?}", error.kind(), (at.start, at.end))
        }
    }
}

/// Whether two trees are equal but for their places in the text.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::And(a), NodeKind::And(b)) | (NodeKind::Or(a), NodeKind::Or(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (NodeKind::Not(a), NodeKind::Not(b)) => same(a, b),
        (a, b) => a == b,
    }
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(tree(text), *expected, "{text}");
    }
}

fn hints(text: &str) -> Vec<String> {
    read(text).map(|parsed| parsed.hints).unwrap_or_default()
}

// And is implied and binds closer than or; capitals and signs are the operators.
#[test]
fn operators() {
    check(&[
        ("putin sanctions", "putin sanctions"),
        ("putin AND sanctions", "putin sanctions"),
        ("putin && sanctions", "putin sanctions"),
        ("putin OR kim", "putin OR kim"),
        ("putin||kim", "putin OR kim"),
        ("a b OR c d", "(a b) OR (c d)"),
        ("a OR b OR c", "a OR b OR c"),
        ("(a OR b) c", "(a OR b) c"),
        ("((a)) (b c)", "a b c"),
        ("putin -balloons", "putin -balloons"),
        ("putin !balloons", "putin -balloons"),
        ("putin AND NOT balloons", "putin -balloons"),
        ("putin NOT balloons", "putin -balloons"),
        ("-(a OR b) c", "-(a OR b) c"),
        ("-(a b)", "-(a b)"),
        ("NOT NOT a", "a"),
        ("NOT (-a)", "a"),
        ("-\"north korea\" x", "-\"north korea\" x"),
        ("a (-b)", "a -b"),
        ("*", "*"),
        ("* -a", "-a"),
        ("a * b", "a b"),
        ("a OR *", "a OR *"),
        ("or and not", "or and not"),
    ]);
}

// What may be meant otherwise than it is read is said.
#[test]
fn hints_about_operators() {
    assert!(hints("putin or kim")[0].contains("`OR`"));
    assert!(hints("a b OR c")[0].contains("`(a b)` is one"));
    for text in [
        "a OR b",
        "(a b) OR c",
        "a AND b OR c",
        "to be or not to be",
        "or a",
    ] {
        assert!(hints(text).is_empty(), "{text}");
    }
}

// A headline in capitals is words; an operator between numbers is none of its letters.
#[test]
fn capitals() {
    check(&[
        ("WAR AND PEACE", "WAR 'AND' PEACE"),
        ("KIM OR PUTIN", "KIM 'OR' PUTIN"),
        ("KIM || PUTIN", "KIM || PUTIN"),
        ("KIM OR putin", "KIM OR putin"),
        ("737 OR 747", "737 OR 747"),
        ("person:PUTIN OR KIM", "person:PUTIN OR KIM"),
        ("NORTH NEAR/5 MISSILE", "NORTH NEAR/5 MISSILE"),
        ("NEAR EAST", "'NEAR' EAST"),
    ]);
    assert!(hints("KIM OR PUTIN")[0].contains("`OR` is a word"));
}

// A minus excludes only where nobody writes a hyphen or a dash.
#[test]
fn minus() {
    check(&[
        ("state-owned", "state-owned"),
        ("- balloons", "balloons"),
        ("a - b", "a b"),
        ("a -b", "a -b"),
        ("--a", "a"),
        ("a -", "a"),
        ("a!b wow!", "a!b wow"),
        ("-title:putin a", "-title:putin a"),
        ("-sanct*", "-sanct*"),
        ("a –b", "a b"),
        ("-5", "-5"),
        ("\"a b\"-c", "\"a b\" c"),
    ]);
    assert!(hints("a –b")[0].contains("with a minus"));
    assert!(hints("-oil")[0].contains("everything else"));
    assert!(hints("no:date").is_empty());
}

// Any quotation marks make a phrase, apostrophes none; an odd one is ignored and said so.
#[test]
fn quotes() {
    check(&[
        ("\"military pact\"", "\"military pact\""),
        ("“military pact”", "\"military pact\""),
        ("„military pact“", "\"military pact\""),
        ("«military pact» x", "\"military pact\" x"),
        ("\"military pact”", "\"military pact\""),
        ("\"he said “no” twice\"", "\"he said “no” twice\""),
        ("“he said \"no\" twice”", "\"he said \"\"no\"\" twice\""),
        ("\"a \"\"b\"\" c\"", "\"a \"\"b\"\" c\""),
        ("\"putin", "putin"),
        ("putin \"kim jong", "putin kim jong"),
        ("5\" pipe \"steel works\"", "5 pipe \"steel works\""),
        ("it's Korea’s 'tis", "it's Korea’s tis"),
        ("'military pact'", "military pact"),
        ("‘military pact’", "\"military pact\""),
        ("the ‘military pact’s’ end", "the \"military pact’s\" end"),
        ("(‘military pact’), x", "\"military pact\" x"),
        ("-‘military pact’ x", "-\"military pact\" x"),
        ("‘north korea’~3", "\"north korea\"~3"),
        // Apostrophes, as word processors set them.
        ("‘80s, dogs’", "80s dogs"),
        ("‘tis dogs’bowls", "tis dogs’bowls"),
        ("the dogs’ bowls", "the dogs bowls"),
        ("rock‘n’roll", "rock‘n’roll"),
        ("‘ a ’", "a"),
        ("\"north korea\"~3", "\"north korea\"~3"),
        ("\"north korea\"~0", "\"north korea\""),
        ("\"north korea\"~", "\"north korea\""),
        ("\"a b\"~5000", "\"a b\"~1000"),
        ("a \"\" b", "a b"),
        ("a \"...\" b", "a b"),
    ]);
    assert_eq!(hints("putin \"kim").len(), 1);
    assert_eq!(hints("\"putin\"").len(), 0);
    assert!(hints("\"pact*\"")[0].contains("no wildcards"));
}

// Patterns and misspellings stand at the end of or inside one word.
#[test]
fn patterns() {
    check(&[
        ("sanct*", "sanct*"),
        ("wom?n", "wom?n"),
        ("s*n?t*", "s*n?t*"),
        ("a**b", "a*b"),
        ("why?", "why"),
        ("sanct*?", "sanct*"),
        ("sanct*.", "sanct*"),
        ("(sanct*)", "sanct*"),
        ("putn~1", "putn~1"),
        ("putn~2", "putn~2"),
        ("putn~", "putn~1"),
        ("putn~1,", "putn~1"),
        ("putn~0", "putn"),
        ("putn~7", "putn~2"),
        ("putn~0.8", "putn~2"),
        ("~100 people", "100 people"),
        ("a~b", "a~b"),
        ("pact^2 x", "pact x"),
        ("state-own*", "state own*"),
        ("-state-own*", "-(state own*)"),
        ("title:state-own*", "title:state title:own*"),
        ("put*n~1", "put*n"),
        ("*inister", "Syntax (0, 8)"),
        ("a ?inister", "Syntax (2, 10)"),
        ("*** a", "a"),
        ("who? what?!", "who what"),
        ("and?/or", "and?/or"),
    ]);
    assert!(hints("state-own*")[0].contains("`state` and `own*`"));
    assert!(hints("putn~")[0].contains("`putn~1`"));
}

// Near joins words and phrases, in one field.
#[test]
fn near() {
    check(&[
        ("north NEAR/5 missile", "north NEAR/5 missile"),
        ("north near/5 missile", "north NEAR/5 missile"),
        ("x north NEAR/5 missile", "x (north NEAR/5 missile)"),
        ("\"kim jong\" NEAR/3 pact", "\"kim jong\" NEAR/3 pact"),
        ("a NEAR b", "a NEAR/10 b"),
        ("NEAR b", "'NEAR' b"),
        ("a NEAR/0 b", "a NEAR/1 b"),
        ("a NEAR/b c", "a NEAR/b c"),
        ("a NEAR/2 b NEAR/3 c", "(a NEAR/2 b) (b NEAR/3 c)"),
        ("-(a NEAR/2 b)", "-(a NEAR/2 b)"),
        ("body:(a NEAR/2 b)", "body:(a NEAR/2 b)"),
        ("body:a NEAR/2 b", "body:(a NEAR/2 b)"),
        ("it's NEAR/2 \"OR\"", "\"it's\" NEAR/2 \"OR\""),
        ("body:a NEAR/2 title:b", "Syntax (0, 21)"),
        ("a* NEAR/2 b", "Syntax (0, 2)"),
        ("(a OR b) NEAR/2 c", "Syntax (0, 8)"),
        ("a NEAR/2", "Syntax (2, 8)"),
        ("a NEAR/2 -b", "Syntax (2, 8)"),
        ("NEAR/2 a", "Syntax (0, 6)"),
        ("a NEAR/2 🎈", "a"),
    ]);
    assert!(hints("a NEAR b")[0].contains("NEAR/10"));
}

// A field is a known name and a sign without a gap; groups hand it to their words.
#[test]
fn fields() {
    check(&[
        ("title:putin", "title:putin"),
        ("Title:putin", "title:putin"),
        ("body:(pact OR treaty)", "body:pact OR body:treaty"),
        ("body:(pact title:treaty) x", "body:pact title:treaty x"),
        ("-body:(a b)", "-(body:a body:b)"),
        ("body:(-a b)", "-body:a body:b"),
        ("source:\"hw news\"", "source:\"hw news\""),
        ("person:\"kim jong\"~2", "person:\"kim jong\"~2"),
        ("person:put*", "person:put*"),
        ("person:putn~1", "person:putn~1"),
        ("person=\"Kim Jong Un\"", "person=\"Kim Jong Un\""),
        ("person=“Kim Jong Un”", "person=\"Kim Jong Un\""),
        ("person='Kim Jong Un'", "person=\"Kim Jong Un\""),
        ("person='Kim Jong Un', x", "person=\"Kim Jong Un\" x"),
        ("person=‘Kim Jong Un’", "person=\"Kim Jong Un\""),
        ("title:'the dogs' x", "title:\"the dogs\" x"),
        ("person=Putin", "person=\"Putin\""),
        ("person=Putin, x", "person=\"Putin\" x"),
        ("story:7f3a*", "story:7f3a"),
        ("person==Putin", "person=\"Putin\""),
        ("person!=Putin", "-person=\"Putin\""),
        (
            "person=(Putin OR \"Kim Jong Un\")",
            "person=\"Putin\" OR person=\"Kim Jong Un\"",
        ),
        ("person=\"A \"\"B\"\" C\"", "person=\"A \"\"B\"\" C\""),
        ("has:byline", "has:byline"),
        ("no:date", "no:date"),
        ("-has:date", "no:date"),
        ("-no:date", "has:date"),
        ("has:(date byline)", "has:date has:byline"),
        ("date:*", "has:date"),
        ("story:*", "has:story"),
        ("story:7f3a91c2", "story:7f3a91c2"),
        ("story=7f3a91c2,", "story:7f3a91c2"),
        ("id=7f3a91c2", "id=\"7f3a91c2\""),
        (
            "url:https://example.org/a?b=c",
            "url:https://example.org/a?b=c",
        ),
    ]);
    assert!(hints("person=Put*")[0].contains("whole value"));
}

// What merely looks like a field is words, and says so where it is nearly one.
#[test]
fn no_fields() {
    check(&[
        ("12:30", "12:30"),
        ("In:London", "'In:London'"),
        ("No:1", "'No:1'"),
        ("D:\\news", "'D:\\news'"),
        ("Re:Korea", "'Re:Korea'"),
        ("http://x/y?z", "http://x/y?z"),
        ("title://x", "title://x"),
        ("Note: x", "Note x"),
        ("person: putin", "person putin"),
        ("a=b", "'a=b'"),
        ("E=mc2", "'E=mc2'"),
        ("'person:putin'", "'person:putin'"),
        ("person:)", "person"),
    ]);
    assert!(hints("person: putin")[0].contains("leave no gap"));
    assert!(hints("Re:Korea")[0].contains("`Re:` is read as a word, as it is no field"));
    assert!(hints("foo=\"a b\"")[0].contains("`foo=` is read as a word"));
    assert!(hints("author:lee")[0].contains("`byline:` is"));
    for words in ["Note: x", "12:30", "E=mc2", "D:\\news", "No:1", "http://x"] {
        assert!(hints(words).is_empty(), "{words}");
    }
}

// Operators alone ask for nothing, and are told as what they are.
#[test]
fn only_operators() {
    for text in ["AND", "OR", "NOT", "OR NOT", "&& ||"] {
        let error = read(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoWord, "{text}");
        assert_eq!(error.at(), Some(0..text.len()));
        assert!(error.hint().unwrap().contains("small letters"));
    }
}

// Days are inclusive; relative words count from the clock handed in.
#[test]
fn dates() {
    check(&[
        ("date:2024", "date:2024-01-01..2024-12-31"),
        ("date:2024-06", "date:2024-06-01..2024-06-30"),
        ("date:2024-06-18", "date:2024-06-18"),
        ("date:2024-06-18.", "date:2024-06-18"),
        ("date=2024-06-18", "date:2024-06-18"),
        ("date:2024-05..2024-06-17", "date:2024-05-01..2024-06-17"),
        ("date:..2023", "date:..2023-12-31"),
        ("date:2023..", "date:2023-01-01.."),
        ("date:7d..", "date:2024-06-26.."),
        ("date:7d", "date:2024-06-26"),
        ("date:\"last week\"", "date:2024-06-24..2024-06-30"),
        (
            "date:(2023 OR lastweek)",
            "date:2023-01-01..2023-12-31 OR date:2024-06-24..2024-06-30",
        ),
        ("since:yesterday", "date:2024-07-02.."),
        ("until:2023", "date:..2023-12-31"),
        ("updated:2024-06-18", "updated:2024-06-18"),
        ("-date:2023", "-date:2023-01-01..2023-12-31"),
        ("x date:2024-13", "BadDate (7, 14)"),
        ("date:2024-02-30", "BadDate (5, 15)"),
        ("date:soon", "BadDate (5, 9)"),
        ("date:2024..2023", "BadDate (5, 15)"),
        ("date:..", "BadDate (5, 7)"),
        ("date:>2024-01-01", "BadDate (5, 16)"),
        ("-date:2024-13", "BadDate (6, 13)"),
        ("date:[2024 TO 2025]", "BadDate (5, 10)"),
        ("since:2023..2024", "BadDate (6, 16)"),
        ("since:2024-06-20 x until:2024-06-01", "BadDate (0, 35)"),
        ("x (until:2023 since:2024)", "BadDate (3, 24)"),
        (
            "since:2024 until:2024",
            "date:2024-01-01.. date:..2024-12-31",
        ),
        (
            "since:2024 OR until:2023",
            "date:2024-01-01.. OR date:..2023-12-31",
        ),
        ("date:2024-06-18T07:18", "date:2024-06-18"),
        ("date:🎈", "BadDate (5, 9)"),
    ]);
    assert!(hints("date:7d")[0].contains("`date:7d..`"));
    assert!(hints("date:7d..").is_empty());
    assert!(hints("date:2024-06-18T07:18")[0].contains("times are not compared"));
}

// An error has a kind and a place; all have a hint.
#[test]
fn errors() {
    check(&[
        ("", "NoWord (0, 0)"),
        ("  ... 🎈", "NoWord (0, 10)"),
        ("\"", "NoWord (0, 1)"),
        ("()", "NoWord (0, 2)"),
        ("a (b", "Syntax (2, 3)"),
        ("((a)", "Syntax (0, 1)"),
        ("putin AND", "Syntax (6, 9)"),
        ("OR putin", "Syntax (0, 2)"),
        ("a OR AND b", "Syntax (2, 4)"),
        ("a NOT", "Syntax (2, 5)"),
        ("(a OR) b", "Syntax (3, 5)"),
        ("persn:putin", "UnknownField (0, 5)"),
        ("x -persn:putin", "UnknownField (3, 8)"),
        ("sinse:2024", "UnknownField (0, 5)"),
        ("has:colour", "UnknownField (4, 10)"),
        ("title=x", "Syntax (0, 5)"),
        ("person:\"\"", "Syntax (0, 9)"),
        ("person:!!!", "Syntax (0, 10)"),
        ("body:()", "Syntax (0, 7)"),
        ("person:-putin", "Syntax (0, 13)"),
    ]);
    for text in [
        "", "(", "a OR", "persn:x", "date:x", "has:x", "title=x", "*x", "body:()",
    ] {
        let error = read(text).expect_err(text);
        assert!(error.hint().is_some(), "{text}");
    }
    let error = read("persn:putin").expect_err("misspelt");
    assert!(error.hint().is_some_and(|hint| hint.contains("`person`")));
}

// Only words may be dropped when nothing has them all.
#[test]
fn droppable_words() {
    let parsed = read("putin date:2024 \"a b\" -x person:kim title:y (c OR d) z* has:url q~1")
        .expect("is a query");
    assert_eq!(parsed.words, [0, 2, 5, 7, 9]);
    assert!(read("putin OR kim").expect("is a query").words.is_empty());
}

// `--plain` sees no operator in anything.
#[test]
fn plain_words() {
    let plain = |text| parse_plain(text).map(|parsed| parsed.root.to_string());
    assert_eq!(
        plain("why (title:a) OR -b? \"c*\"").ok().as_deref(),
        Some("why 'title:a' 'OR' b c")
    );
    assert_eq!(
        parse_plain("?!").expect_err("empty").kind(),
        ErrorKind::NoWord
    );
}

// People see how a query was read.
#[test]
fn explained() {
    let parsed =
        read("putin (a* OR \"b c\"~2) -date:2024-06 no:url person=Kim body:x NEAR/3 y z~1");
    assert_eq!(
        explain(&parsed.expect("is a query").root),
        "\
all of
  word `putin`
  any of
    words like `a*`
    phrase \"b c\" with at most 2 other words between
  not
    date from 2024-06-01 to 2024-06-30
  no `url`
  person is exactly \"Kim\"
  \"x\" and \"y\" at most 3 apart, in either order in body
  word `z` or one that differs by 1 letter
"
    );
}

// The help shows only what works.
#[test]
fn examples_of_the_help_are_read() {
    for row in SYNTAX {
        assert!(
            read(row.example).is_ok_and(|parsed| parsed.hints.is_empty()),
            "{}",
            row.example
        );
    }
    for field in Schema::default().fields() {
        assert!(
            read(&field.example).is_ok_and(|parsed| parsed.hints.is_empty()),
            "{}",
            field.example
        );
    }
}

// A short flag that there is none of is read as a word to leave out, and is told to be.
#[test]
fn a_flag_that_is_none_is_told() {
    let hints = |text: &str| parse(text, &Schema::default(), now()).unwrap().hints;
    assert_eq!(
        hints("oil -f person"),
        ["`-f` leaves out what has the word `f`; it is no option"]
    );
    assert!(hints("oil -frost").is_empty());
    assert!(hints("oil NOT f").is_empty());
}
