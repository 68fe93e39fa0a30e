use proptest::prelude::*;

use super::*;
use crate::{Date, Evidence, How, Mention, Proof, Role, Zone};

/// Texts that repeat each other, as they do in articles.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{0,3}",
        Just("person".to_owned()),
        Just("Łódź said so".to_owned()),
        Just("key title".to_owned()),
    ]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(text(), 0..4)
}

fn evidence() -> impl Strategy<Value = Evidence> {
    let how = prop_oneof![Just(How::Stated), Just(How::Derived), Just(How::Guessed)];
    let role = proptest::option::of(prop_oneof![Just(Role::Credited), Just(Role::Cited)]);
    let maybe = || proptest::option::of(text());
    let line = proptest::option::of(any::<u32>());
    let parts = (how, role, line, maybe(), maybe(), maybe());
    parts.prop_map(|(how, role, line, value, from, text)| Evidence {
        value,
        how,
        role,
        line,
        from,
        text,
    })
}

fn mention(names: Vec<String>) -> impl Strategy<Value = Mention> {
    let field = prop_oneof![Just("person".to_owned()), text()];
    let place = prop_oneof![0..20usize, any::<usize>()];
    let name = proptest::sample::select(names);
    let parts = (field, name, text(), place, 0..9usize);
    parts.prop_map(|(field, name, text, start, length)| Mention {
        field,
        name,
        text,
        start,
        end: start.wrapping_add(length),
    })
}

fn article() -> impl Strategy<Value = Article> {
    let names = (texts(), texts(), text()).prop_map(|(person, org, other)| {
        let names = [&person[..], &org, &[other]].concat();
        (person, org, names)
    });
    let names = names.prop_flat_map(|(person, org, names)| {
        let mentions = proptest::collection::vec(mention(names), 0..6);
        (Just(person), Just(org), mentions)
    });
    let proof = prop_oneof![
        evidence().prop_map(Proof::One),
        proptest::collection::vec(evidence(), 0..3).prop_map(Proof::Many),
    ];
    let labels = proptest::collection::btree_map(text(), texts(), 0..3);
    let proofs = proptest::collection::btree_map(text(), proof, 0..4);
    let dates = [
        "2024",
        "2024-06-18",
        "1987-02-26T15:01:01",
        "2024-06-18T07:18:00+02:00",
    ];
    let date = proptest::option::of(proptest::sample::select(dates.to_vec()));
    let scalars = (
        text(),
        proptest::option::of(text()),
        date,
        any::<Option<u64>>(),
        "[a-c ]{0,24}",
    );
    let parts = (names, labels, proofs, scalars, texts());
    parts.prop_map(
        |((person, org, mentions), labels, evidence, scalars, rest)| {
            let (id, title, date, record, body) = scalars;
            Article {
                id,
                title,
                date: date.and_then(Date::parse),
                record,
                // Some mentions are where they say they are.
                mentions: mentions
                    .into_iter()
                    .map(|mut one| {
                        if let Some(text) = body
                            .get(one.start..one.end)
                            .filter(|text| text.len() % 2 == 0)
                        {
                            one.text = text.to_owned();
                        }
                        one
                    })
                    .collect(),
                rest: rest
                    .into_iter()
                    .map(|text| Zone {
                        zone: "caption".to_owned(),
                        text,
                    })
                    .collect(),
                body,
                person,
                org,
                labels,
                evidence,
                ..Article::default()
            }
        },
    )
}

proptest! {
    // Exports, hashes and rebuilds are of what was put in, to the last byte.
    #[test]
    fn what_is_read_is_what_was_written(article in article()) {
        let form = encode(&article);
        let read = decode(form.as_bytes());
        prop_assert_eq!(read.as_ref(), Some(&article));
        let json = serde_json::to_vec(&article).unwrap();
        prop_assert_eq!(decode(&json), Some(article));
    }

    // A store may be damaged in a way that its checksum does not show: no panic, and no memory without end.
    #[test]
    fn any_bytes_can_be_read(article in article(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encode(&article).into_bytes();
        let at = at.index(bytes.len());
        prop_assert_eq!(decode(&bytes[..at]), None);
        bytes[at] = byte;
        let _ = decode(&bytes);
    }
}

// Two bytes may stand for a long text, but not without end, and the article still comes back.
#[test]
fn repetition_has_a_limit() {
    let long = "x".repeat(1 << 20);
    let article = Article {
        body: long.clone(),
        person: vec![long.clone(); 20],
        mentions: vec![
            Mention {
                field: "person".to_owned(),
                name: long.clone(),
                text: long.clone(),
                start: 0,
                end: long.len(),
            };
            2
        ],
        ..Article::default()
    };
    let bytes = encode(&article).into_bytes();
    assert!(
        bytes.len() > 5 << 20 && bytes.len() < 12 << 20,
        "{}",
        bytes.len()
    );
    assert_eq!(decode(&bytes), Some(article));
}
