//! ninjs, the JSON of news agencies (versions 1 to 3), known by its keys in whatever JSON it comes.

use serde_json::{Map, Value};

use crate::Draft;

use super::head::{Head, Likeness};
use super::{ReadOptions, Reader, json, record};

pub(super) const READER: Reader = Reader {
    name: "ninjs",
    extensions: &["json", "ninjs"],
    sniff,
    read: json::read,
    about: "ninjs, the JSON of news agencies; also one a line or in an array",
};

/// Keys of which an item has at least one beside its `uri`.
const MARKS: &[&str] = &[
    "versioncreated",
    "versionCreated",
    "body_text",
    "body_html",
    "body_xhtml",
    "bodies",
    "headlines",
];

/// Names of ninjs for fields, the most trusted first.
const ALIASES: &[(&str, &str)] = &[
    ("id", "uri"),
    ("title", "headlines"),
    ("body", "bodies"),
    ("body", "body_html"),
    ("body", "body_xhtml"),
    ("body", "body_text"),
    ("date", "firstcreated"),
    ("date", "firstCreated"),
    ("date", "contentcreated"),
    ("date", "contentCreated"),
    ("date", "versioncreated"),
    ("date", "versionCreated"),
    ("updated", "updated"),
    ("byline", "by"),
    ("source", "provider"),
    ("source", "copyrightholder"),
    ("source", "copyrightHolder"),
    ("section", "subject"),
    ("section", "subjects"),
    ("person", "people"),
    ("org", "organisation"),
    ("org", "organisations"),
    ("standfirst", "description_text"),
    ("standfirst", "descriptions"),
    ("dateline", "located"),
];

/// Keys that describe the item and not the article.
const SILENT: &[&str] = &[
    "$schema",
    "altids",
    "associations",
    "charcount",
    "contentcreated",
    "copyrightnotice",
    "expires",
    "genre",
    "mimetype",
    "pubstatus",
    "profile",
    "renditions",
    "representationtype",
    "rightsinfo",
    "signals",
    "slugline",
    "standard",
    "trustindicators",
    "type",
    "urgency",
    "usageterms",
    "version",
    "versioncreated",
    "versionCreated",
    "wordcount",
];

fn sniff(head: &Head) -> Likeness {
    let has = |key: &str| head.text.contains(&format!("\"{key}\""));
    match head.text.starts_with('{') && has("uri") && MARKS.iter().any(|mark| has(mark)) {
        true => Likeness::Likely,
        false => Likeness::No,
    }
}

/// Whether a record is ninjs.
pub(super) fn is(keys: &Map<String, Value>) -> bool {
    keys.contains_key("uri") && MARKS.iter().any(|mark| keys.contains_key(*mark))
}

/// Makes a draft of an item.
pub(super) fn draft(mut keys: Map<String, Value>, options: &ReadOptions) -> Result<Draft, String> {
    let status = keys.get("pubstatus").and_then(Value::as_str);
    if status.is_some_and(|status| status.ends_with("canceled") || status.ends_with("cancelled")) {
        return Err("cancelled by its agency".to_owned());
    }
    for (list, preferred) in [
        ("headlines", "main"),
        ("bodies", "text/html"),
        ("descriptions", "main"),
    ] {
        if let Some(Value::Array(values)) = keys.get_mut(list) {
            *values = best(std::mem::take(values), preferred);
        }
    }
    // The last version is a change only where the first has its own date.
    let version = ["versioncreated", "versionCreated"];
    let version = version.iter().find_map(|key| keys.get(*key)).cloned();
    let has_first = ["firstcreated", "firstCreated"]
        .iter()
        .any(|key| keys.contains_key(*key));
    if let Some(version) = version.filter(|_| has_first && !keys.contains_key("updated")) {
        keys.insert("updated".to_owned(), version);
    }
    if let Some(Value::Array(places)) = keys.get("located") {
        let first = places.first().cloned().unwrap_or_default();
        keys.insert("located".to_owned(), first);
    }
    let mut draft = record::named("key", ALIASES, keys, options)?;
    draft.unused.retain(|key| !SILENT.contains(&key.as_str()));
    draft.article.format = READER.name.to_owned();
    Ok(draft)
}

/// Of values for several uses the one that is preferred, else the first.
fn best(values: Vec<Value>, preferred: &str) -> Vec<Value> {
    let is_preferred = |value: &Value| {
        let uses = ["role", "contenttype", "contentType"].iter();
        let mut uses = uses.filter_map(|key| value.get(*key)?.as_str());
        uses.any(|name| name.contains(preferred))
    };
    let at = values.iter().position(is_preferred).unwrap_or(0);
    values.into_iter().nth(at).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{from, one, read_all, reason, values};

    // The second version has flat keys.
    #[test]
    fn version_2() {
        let text = r#"{"uri":"urn:newsml:herald.example:1","type":"text","pubstatus":"usable","versioncreated":"2024-06-18T09:00:00Z","firstcreated":"2024-06-18T07:18:00Z",
            "headline":"Ferry returns","byline":"By Jane Doe","language":"en","body_text":"One. Two.","body_html":"<p>One.</p><p>Two.</p>",
            "subject":[{"name":"Sea"}],"person":[{"name":"Mei Lin"}],"organisation":[{"name":"Harbour Board"}],"place":[{"name":"Oban"}],
            "provider":{"name":"Herald Wire"},"located":"Oban","copyrightholder":"Herald"}"#;
        let draft = one("a.json", text);
        let article = &draft.article;
        assert_eq!(
            (article.format.as_str(), article.id.as_str()),
            ("ninjs", "urn:newsml:herald.example:1")
        );
        assert_eq!(values(&draft, "title"), ["Ferry returns"]);
        assert_eq!(
            values(&draft, "date"),
            ["2024-06-18T07:18:00Z", "2024-06-18T09:00:00Z"]
        );
        assert_eq!(values(&draft, "updated"), ["2024-06-18T09:00:00Z"]);
        assert_eq!(values(&draft, "byline"), ["By Jane Doe"]);
        assert_eq!(values(&draft, "source"), ["Herald Wire", "Herald"]);
        assert_eq!(from(&draft, "source"), Some("key provider"));
        assert_eq!(article.body, "One.\n\nTwo.");
        assert_eq!(
            (&article.section[..], &article.person[..]),
            (&["Sea".to_owned()][..], &["Mei Lin".to_owned()][..])
        );
        assert_eq!(
            (&article.org[..], &article.place[..]),
            (&["Harbour Board".to_owned()][..], &["Oban".to_owned()][..])
        );
        assert_eq!(article.dateline.as_deref(), Some("Oban"));
        assert!(draft.unused.is_empty(), "{:?}", draft.unused);
    }

    // The third has lists, of which one is for readers; one item a line is ninjs too.
    #[test]
    fn version_3() {
        let line = r#"{"uri":"u:1","versionCreated":"2024-06-18","headlines":[{"role":"short","value":"Ferry"},{"role":"main","value":"Ferry returns"}],"by":"Jane Doe","bodies":[{"contentType":"text/plain","value":"x"},{"contentType":"text/html","value":"<p>One.</p><p>Two.</p>"}],"people":[{"name":"Mei Lin"}],"places":[{"name":"Oban"}],"organisations":[{"name":"Board"}]}"#;
        let items = read_all(
            "a.jsonl",
            format!(
                "{line}\n{line}\n{{\"uri\":\"u:2\",\"headlines\":[],\"pubstatus\":\"canceled\"}}"
            ),
        );
        let draft = items[0].as_ref().unwrap();
        assert_eq!(
            (draft.article.format.as_str(), draft.article.record),
            ("ninjs", Some(1))
        );
        assert_eq!(values(draft, "title"), ["Ferry returns"]);
        assert_eq!(
            (values(draft, "date"), values(draft, "byline")),
            (vec!["2024-06-18"], vec!["Jane Doe"])
        );
        assert_eq!(draft.article.body, "One.\n\nTwo.");
        assert_eq!(
            (
                draft.article.person.len(),
                draft.article.place.len(),
                draft.article.org.len()
            ),
            (1, 1, 1)
        );
        assert_eq!(
            items[2].as_ref().unwrap_err().reason,
            "cancelled by its agency"
        );
    }

    // Broken and deep items are what broken and deep JSON is.
    #[test]
    fn hostile() {
        assert!(reason("a.json", r#"{"uri":"u","body_text":"x"#).starts_with("not JSON"));
        let deep = format!(
            r#"{{"uri":"u","bodies":{}1{}}}"#,
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        assert_eq!(reason("a.json", deep), "JSON nested deeper than 128");
        assert_eq!(
            one("a.json", r#"{"uri":"u","bodies":7,"headlines":{"x":[]}}"#)
                .article
                .body,
            "7"
        );
    }
}
