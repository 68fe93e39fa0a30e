//! JSON-LD: what a page says of its article in `application/ld+json` blocks.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::text_of;

/// Types that are the article itself, the most telling first.
const ARTICLES: &[&str] = &[
    "newsarticle",
    "reportagenewsarticle",
    "analysisnewsarticle",
    "opinionnewsarticle",
    "backgroundnewsarticle",
    "reviewnewsarticle",
    "askpublicnewsarticle",
    "liveblogposting",
    "article",
    "report",
    "blogposting",
    "advertisercontentarticle",
    "satiricalarticle",
    "scholarlyarticle",
    "techarticle",
    "medicalscholarlyarticle",
    "socialmediaposting",
    "discussionforumposting",
    "recipe",
    "videoobject",
    "podcastepisode",
    "creativework",
    "webpage",
    "medicalwebpage",
    "itempage",
];
/// How many of [`ARTICLES`] are articles beyond doubt.
const CERTAIN: usize = 18;

/// Nodes that are looked at.
const MAX_NODES: usize = 20_000;

/// What JSON-LD says; empty where it says nothing.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) headline: Option<String>,
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) section: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) description: Option<String>,
    pub(super) dateline: Option<String>,
    pub(super) body: Option<String>,
    pub(super) url: Option<String>,
    /// Whether the node is an article and not only a page.
    pub(super) is_article: bool,
}

/// Reads all blocks of a page; `title` and `url` tell its own article from others that it lists.
pub(super) fn facts(blocks: &[String], title: &str, url: Option<&str>) -> Facts {
    let values: Vec<Value> = blocks.iter().filter_map(|block| parse(block)).collect();
    let mut nodes = Nodes::default();
    for value in &values {
        nodes.collect(value, 0);
    }
    let title = title.to_lowercase();
    let own = |node: &Map<String, Value>| {
        let same_url = url.is_some_and(|url| {
            ["url", "mainEntityOfPage", "@id"].iter().any(|key| {
                let address = node.get(*key).and_then(address_of);
                address.is_some_and(|address| same_address(&address, url))
            })
        });
        let headline = node
            .get("headline")
            .or_else(|| node.get("name"))
            .and_then(text);
        let same_title = headline.is_some_and(|headline| {
            !headline.is_empty() && title.contains(&headline.to_lowercase())
        });
        same_title || same_url
    };
    let mut best: Option<(usize, &Map<String, Value>)> = None;
    for (at, node) in nodes.all.iter().enumerate() {
        let Some(rank) = rank(node) else { continue };
        let depth = nodes.depths.get(at).copied().unwrap_or_default();
        let pages = usize::from(rank >= CERTAIN) * 8;
        // An article of another page is listed deep inside, and says so by its address and headline.
        let score = pages
            + usize::from(!own(node)) * 2
            + usize::from(depth > 2)
            + usize::from(rank >= CERTAIN) * rank;
        if best.is_none_or(|(lowest, _)| score < lowest) {
            best = Some((score, node));
        }
    }
    let mut facts = best.map(|(_, node)| nodes.facts(node)).unwrap_or_default();
    if facts.publisher.is_none() {
        facts.publisher = nodes.site_name();
    }
    if facts.headline.is_none() && facts.published.is_none() {
        from_broken(blocks, &values, &mut facts);
    }
    facts
}

fn rank(node: &Map<String, Value>) -> Option<usize> {
    let types = match node.get("@type")? {
        Value::String(name) => vec![name.as_str()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let ranks = types.iter().filter_map(|name| {
        let name = name.rsplit(['/', '#', ':']).next()?.to_ascii_lowercase();
        ARTICLES.iter().position(|known| *known == name)
    });
    ranks.min()
}

#[derive(Default)]
struct Nodes<'v> {
    all: Vec<&'v Map<String, Value>>,
    depths: Vec<usize>,
    by_id: HashMap<&'v str, &'v Map<String, Value>>,
}

impl<'v> Nodes<'v> {
    fn collect(&mut self, value: &'v Value, depth: usize) {
        if self.all.len() >= MAX_NODES || depth > 12 {
            return;
        }
        match value {
            Value::Array(values) => {
                for value in values {
                    self.collect(value, depth);
                }
            }
            Value::Object(node) => {
                // A bare reference has an id and nothing else.
                if let Some(id) = node.get("@id").and_then(Value::as_str)
                    && node.len() > 1
                {
                    self.by_id.entry(id).or_insert(node);
                }
                self.all.push(node);
                self.depths.push(depth);
                for (key, value) in node {
                    // The graph is a list of nodes of the same rank.
                    let deeper = if key == "@graph" { depth } else { depth + 1 };
                    if value.is_object() || value.is_array() {
                        self.collect(value, deeper);
                    }
                }
            }
            _ => {}
        }
    }

    fn resolve(&self, node: &'v Map<String, Value>) -> &'v Map<String, Value> {
        if node.contains_key("name") {
            return node;
        }
        let id = node.get("@id").and_then(Value::as_str);
        id.and_then(|id| self.by_id.get(id).copied())
            .unwrap_or(node)
    }

    /// The names that a value holds: strings, nodes, lists of both.
    fn names(&self, value: &'v Value) -> Vec<String> {
        match value {
            Value::Array(values) => values
                .iter()
                .take(50)
                .flat_map(|value| self.names(value))
                .collect(),
            Value::Object(node) => {
                let node = self.resolve(node);
                match node.get("name") {
                    Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
                    Some(value) => text(value).into_iter().collect(),
                    None => {
                        let part = |key: &str| node.get(key).and_then(text);
                        let parts: Vec<String> = ["givenName", "familyName"]
                            .iter()
                            .filter_map(|key| part(key))
                            .collect();
                        if parts.is_empty() {
                            Vec::new()
                        } else {
                            vec![parts.join(" ")]
                        }
                    }
                }
            }
            _ => text(value).into_iter().collect(),
        }
    }

    fn facts(&self, node: &'v Map<String, Value>) -> Facts {
        let first = |keys: &[&str]| {
            let values = keys.iter().filter_map(|key| node.get(*key).and_then(text));
            values.into_iter().find(|value| !value.is_empty())
        };
        let all = |keys: &[&str]| {
            let lists = keys
                .iter()
                .filter_map(|key| node.get(*key).map(|value| self.names(value)));
            lists
                .into_iter()
                .find(|list| !list.is_empty())
                .unwrap_or_default()
        };
        let body = node.get("articleBody").or_else(|| node.get("text"));
        Facts {
            headline: first(&["headline", "name"]),
            published: first(&["datePublished", "dateCreated", "uploadDate"]),
            modified: first(&["dateModified"]),
            authors: all(&["author", "creator"]),
            publisher: all(&["publisher", "sourceOrganization"]).into_iter().next(),
            section: all(&["articleSection"]),
            language: all(&["inLanguage"]).into_iter().next(),
            description: first(&["description"]),
            dateline: first(&["dateline"]),
            body: body.and_then(Value::as_str).map(str::to_owned),
            url: ["url", "mainEntityOfPage"]
                .iter()
                .find_map(|key| node.get(*key).and_then(address_of)),
            is_article: rank(node).is_some_and(|rank| rank < CERTAIN),
        }
    }

    /// The name of the site, where the article names no publisher.
    fn site_name(&self) -> Option<String> {
        for wanted in ["NewsMediaOrganization", "WebSite", "Organization"] {
            for node in &self.all {
                if node.get("@type").and_then(Value::as_str) == Some(wanted)
                    && let Some(name) = node.get("name").and_then(text)
                {
                    return Some(name);
                }
            }
        }
        None
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text_of(text),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => return values.iter().find_map(text),
        Value::Object(node) => return node.get("@value").and_then(text),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn address_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Object(node) => node
            .get("@id")
            .or_else(|| node.get("url"))
            .and_then(address_of),
        _ => None,
    }
}

fn same_address(a: &str, b: &str) -> bool {
    fn bare(address: &str) -> &str {
        let address = address.split(['?', '#']).next().unwrap_or_default();
        let address = address.split_once("://").map_or(address, |(_, rest)| rest);
        address.trim_end_matches('/')
    }
    bare(a).eq_ignore_ascii_case(bare(b))
}

/// Parses a block, also when it is broken in one of the usual ways.
fn parse(block: &str) -> Option<Value> {
    static TRAILING_COMMA: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r",\s*([}\]])").expect("a constant pattern"));
    let block = block.trim();
    let block = block
        .trim_start_matches("<!--")
        .trim_start_matches("//")
        .trim_start();
    let block = block.strip_prefix("<![CDATA[").unwrap_or(block);
    let block = block.strip_prefix("/*<![CDATA[*/").unwrap_or(block);
    let end = block.rfind(['}', ']'])?;
    let block = block
        .get(..=end)?
        .trim_end_matches("]]>")
        .trim_start_matches('\u{feff}');
    // `]]>` also ends with a bracket.
    let block = block
        .strip_suffix("//]]")
        .or_else(|| block.strip_suffix("]]"))
        .filter(|rest| rest.trim_end().ends_with('}'))
        .unwrap_or(block);
    if let Ok(value) = serde_json::from_str(block) {
        return Some(value);
    }
    let spaced: String = block
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let spaced = TRAILING_COMMA.replace_all(&spaced, "$1");
    if let Ok(value) = serde_json::from_str(&spaced) {
        return Some(value);
    }
    if spaced.contains("&quot;")
        && let Ok(value) = serde_json::from_str(&spaced.replace("&quot;", "\""))
    {
        return Some(value);
    }
    // Several values in a row: the first one counts.
    serde_json::Deserializer::from_str(&spaced)
        .into_iter()
        .next()?
        .ok()
}

/// Takes single keys from blocks that are no JSON at all.
fn from_broken(blocks: &[String], values: &[Value], facts: &mut Facts) {
    static PAIR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#""(headline|datePublished|dateModified)"\s*:\s*"((?:[^"\\\n]|\\.){4,400})""#)
            .expect("a constant pattern")
    });
    if values.len() == blocks.len() {
        return;
    }
    for pair in blocks
        .iter()
        .flat_map(|block| PAIR.captures_iter(block).take(20))
    {
        let value = pair.get(2).map(|value| value.as_str()).unwrap_or_default();
        let value: String =
            serde_json::from_str(&format!("\"{value}\"")).unwrap_or_else(|_| value.to_owned());
        let slot = match pair.get(1).map(|key| key.as_str()) {
            Some("headline") => &mut facts.headline,
            Some("datePublished") => &mut facts.published,
            _ => &mut facts.modified,
        };
        slot.get_or_insert_with(|| text_of(&value).trim().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(block: &str) -> Facts {
        facts(&[block.to_owned()], "Harbour reopens", None)
    }

    // Authors and publisher are often only references into the graph.
    #[test]
    fn graph_with_references() {
        let facts = read(
            r##"{"@context":"https://schema.org","@graph":[
              {"@type":"WebPage","@id":"#page","name":"Harbour reopens - Herald"},
              {"@type":"Article","headline":"Harbour reopens","author":[{"@id":"#jane"},{"name":"Ali Hassan"}],
               "publisher":{"@id":"#org"},"datePublished":"2024-06-18T07:18:00Z","articleSection":["World"]},
              {"@type":"Person","@id":"#jane","name":"Jane Doe"},
              {"@type":"Organization","@id":"#org","name":"Harbour Herald"}]}"##,
        );
        assert_eq!(facts.headline.as_deref(), Some("Harbour reopens"));
        assert_eq!(facts.authors, ["Jane Doe", "Ali Hassan"]);
        assert_eq!(facts.publisher.as_deref(), Some("Harbour Herald"));
        assert_eq!(facts.section, ["World"]);
        assert!(facts.is_article);
    }

    // A page lists other articles too; its own one is known by its headline.
    #[test]
    fn own_article_among_others() {
        let facts = read(
            r#"[{"@type":"NewsArticle","headline":"Something else","datePublished":"2001-01-01"},
                {"@type":["NewsArticle","Thing"],"headline":"Harbour reopens","datePublished":"2024-06-18"}]"#,
        );
        assert_eq!(facts.published.as_deref(), Some("2024-06-18"));
    }

    // Raw line ends, trailing commas, comments around, or no JSON at all.
    #[test]
    fn broken_blocks() {
        for block in [
            "{\"@type\":\"NewsArticle\",\"headline\":\"Harbour\nreopens\",\"datePublished\":\"2024-06-18\",}",
            "//<![CDATA[\n{\"@type\":\"NewsArticle\",\"headline\":\"Harbour reopens\",\"datePublished\":\"2024-06-18\"}\n//]]>",
            "{\"@type\":\"NewsArticle\",\"headline\":\"Harbour reopens\",\"datePublished\":\"2024-06-18\";\"x\":'y'}",
        ] {
            let facts = read(block);
            assert_eq!(
                facts.headline.as_deref().map(|h| h.replace('\n', " ")),
                Some("Harbour reopens".to_owned()),
                "{block}"
            );
            assert_eq!(facts.published.as_deref(), Some("2024-06-18"), "{block}");
        }
        assert!(read("").headline.is_none());
        assert!(read("[[[[").headline.is_none());
    }
}
