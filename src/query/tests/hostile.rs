//! Any text: what people paste, what would keep a machine busy, and what chance makes.

use proptest::prelude::*;

use super::*;

// What people paste is words: never an error, never a silent nothing.
#[test]
fn pasted_text() {
    check(&[
        ("U.S. AT&T it's", "U.S AT&T it's"),
        ("1,200.50 50% $5 €7", "1,200.50 50% $5 €7"),
        ("C++ #tag @user a/b", "C++ #tag @user a/b"),
        ("e-mail@example.org.", "e-mail@example.org"),
        ("putin 🎈 – … kim", "putin kim"),
        ("(putin), kim;", "putin kim"),
        ("a) b", "a b"),
        ("missile(s)", "missile s"),
        ("Пхеньян 北京 Zürich हिन्दी", "Пхеньян 北京 Zürich हिन्दी"),
        ("e\u{301}te\u{301}", "e\u{301}te\u{301}"),
        ("putin | kim", "putin kim"),
        ("Marks & Spencer", "Marks Spencer"),
        ("putin OR 🎈", "putin"),
        ("() putin", "putin"),
        ("+putin", "putin"),
        ("[putin] <kim>", "putin kim"),
        ("putin\u{a0}kim\u{3000}xi", "putin kim xi"),
    ]);
    assert!(hints("a) b")[0].contains("ignored"));
    assert!(hints("putin | kim")[0].contains("OR"));
    assert!(hints("U.S. AT&T it's 🎈").is_empty());
}

// What would keep a machine busy is refused before it does.
#[test]
fn limits() {
    let words = |n: usize| (0..n).map(|i| format!("w{i} ")).collect::<String>();
    let large = |text: &str| read(text).is_err_and(|error| error.kind() == ErrorKind::TooLarge);
    assert!(!large(&words(MAX_WORDS)));
    assert!(large(&words(MAX_WORDS + 1)));
    assert!(!large(&"same ".repeat(1000)));
    assert!(large(
        &"a/b/c/d/e/"
            .repeat(10)
            .replace('/', "1/")
            .replace("a1", &words(300).replace(' ', "-"))
    ));
    assert!(large(&"x".repeat(MAX_BYTES + 1)));
    assert!(large(&"a* ".repeat(MAX_EXPANDING + 1)));
    assert!(!large(&"a* ".repeat(MAX_EXPANDING)));
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(!large(&nested(MAX_DEPTH)));
    assert!(large(&nested(MAX_DEPTH + 1)));
    assert!(large(&nested(4000)));
    let many = words(MAX_WORDS + 1);
    assert!(parse_any(&many, &Schema::default(), now()).is_ok());
    assert!(parse_plain(&many).is_ok());
}

// Hostile repetitions are answered in linear time.
#[test]
fn hostile_queries_are_quick() {
    let pieces = [
        "(",
        ")",
        "-(",
        "\"",
        "“",
        "~",
        "-",
        "!",
        "*",
        "?",
        "a~",
        "a OR ",
        "NOT ",
        "id=\"",
        "id='",
        "id='a ",
        "abc:x ",
        "id:",
        "&&",
        "||",
        "a NEAR/1 ",
        "has:id ",
        "a-",
        "date:1",
        "\"a ",
        "a^1",
        "🎈",
        "a-b*",
        "“a\"",
        "a_",
        "no:",
        "date:..",
        "👩\u{200d}",
    ];
    let begun = std::time::Instant::now();
    for piece in pieces {
        let text = piece.repeat(MAX_BYTES / piece.len());
        if let Ok(parsed) = read(&text) {
            let _ = (parsed.root.to_string(), explain(&parsed.root));
        }
        let _ = parse_plain(&text);
    }
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

/// Every node lies within its parent and on character boundaries.
fn check_spans(node: &Node, within: std::ops::Range<usize>, text: &str) {
    let span = node.span.clone();
    assert!(
        within.start <= span.start && span.end <= within.end && span.start < span.end,
        "{text:?} {node:?}"
    );
    assert!(text.get(span.clone()).is_some(), "{text:?} {node:?}");
    match &node.kind {
        NodeKind::And(nodes) | NodeKind::Or(nodes) => {
            assert!(nodes.len() > 1);
            nodes
                .iter()
                .for_each(|node| check_spans(node, span.clone(), text));
        }
        NodeKind::Not(inner) => check_spans(inner, span, text),
        _ => {}
    }
}

fn check_text(text: &str) {
    match read(text) {
        Ok(parsed) => {
            check_spans(&parsed.root, 0..text.len(), text);
            let printed = parsed.root.to_string();
            match read(&printed) {
                Ok(again) => assert!(
                    same(&parsed.root, &again.root),
                    "{text:?} {printed:?}\n{:?}\n{:?}",
                    parsed.root,
                    again.root
                ),
                // The printed form spells fields and parentheses out.
                Err(error) => assert_eq!(
                    error.kind(),
                    ErrorKind::TooLarge,
                    "{text:?} {printed:?} {error}"
                ),
            }
            let _ = explain(&parsed.root);
        }
        Err(error) => {
            if let Some(Range { start, end }) = error.at() {
                assert!(
                    start <= end && text.get(start..end).is_some(),
                    "{text:?} {error:?}"
                );
            }
            assert!(error.hint().is_some(), "{text:?} {error}");
        }
    }
    if let Ok(parsed) = parse_plain(text) {
        check_spans(&parsed.root, 0..text.len(), text);
    }
    let _ = (parse_filter(text, &Schema::default()), days(text, now()));
}

// What is left when the marks around it are taken off is no address, and its pattern must not become a word.
#[test]
fn marks_before_a_pattern() {
    check_text("?://a*b");
    assert_eq!(read("://a*b").unwrap().root, read("   a*b").unwrap().root);
}

/// Texts out of the pieces of the language, so that chance finds its corners.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        "-",
        "!",
        "\"",
        "“",
        "”",
        "„",
        "'",
        "’",
        "~",
        "~1",
        "~0",
        "^2",
        "*",
        "?",
        ":",
        "=",
        "!=",
        "//",
        "..",
        "…",
        " ",
        " ",
        " ",
        "OR",
        "AND",
        "NOT",
        "NEAR",
        "NEAR/3",
        "||",
        "&&",
        "|",
        "&",
        "a",
        "b",
        "Kim",
        "USA",
        "2024",
        "7d",
        "title",
        "person",
        "date",
        "has",
        "no",
        "since",
        "story",
        "id",
        "url",
        "byline",
        "персона",
        "北",
        "e\u{301}",
        "🎈",
        "\u{fe0f}",
        "\u{200d}",
        ".",
        ",",
        "#",
        "+",
        "%",
        "$",
        "_",
        "/",
        "\\",
        "–",
        "\u{a0}",
        "\n",
        "=\"",
        "’s",
        "[",
        "{",
        "<",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    // No text makes the parser panic, and what it read it can say again.
    #[test]
    fn any_text(text in "\\PC{0,60}") {
        check_text(&text);
    }

    #[test]
    fn any_pieces(text in fragments()) {
        check_text(&text);
    }
}
