//! WordPress exports (WXR): a feed whose items are posts, pages, menus and pictures; published posts are articles.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::Draft;

use super::feed::{self, Channel};
use super::head::{Head, Likeness};
use super::xml::{self, Element};
use super::{ReadOptions, Reader};

pub(super) const READER: Reader = Reader {
    name: "wordpress",
    extensions: &["xml", "wxr"],
    sniff,
    read: |stream, sink| feed::read(stream, sink, item),
    about: "WordPress exports (WXR), one article a published post",
};

/// Names of WordPress for fields.
const ALIASES: &[(&str, &str)] = &[
    ("date", "wp:post_date_gmt"),
    ("updated", "wp:post_modified_gmt"),
    ("standfirst", "excerpt:encoded"),
];

fn sniff(head: &Head) -> Likeness {
    let is_export = head.text.contains("wordpress.org/export/");
    match xml::root(&head.text) == Some("rss") && is_export {
        true => Likeness::Sure,
        false => Likeness::No,
    }
}

fn item(item: &Element, channel: &Channel, options: &ReadOptions) -> Option<Result<Draft, String>> {
    let named = |name: &str| item.children().find(|child| child.name == name);
    let text = |name: &str| named(name).map(|child| child.text().trim().to_owned());
    let is = |name: &str, wanted: &str| text(name).is_none_or(|value| value == wanted);
    if !is("wp:post_type", "post") || !is("wp:status", "publish") {
        return None;
    }
    let mut keys = feed::keys(item);
    for name in [
        "wp:post_date_gmt",
        "wp:post_modified_gmt",
        "excerpt:encoded",
    ] {
        // Drafts that were never dated carry zeros.
        if let Some(value) = text(name).filter(|value| !value.starts_with("0000")) {
            feed::add(&mut keys, name, as_utc(name, value));
        }
    }
    if let Some(body) = text("content:encoded").filter(|body| !body.is_empty()) {
        keys.remove("body");
        keys.insert(
            "content:encoded".to_owned(),
            Value::String(paragraphs(&body)),
        );
    }
    if let Some(Value::String(login)) = keys.get_mut("dc:creator")
        && let Some(name) = channel.author(login)
    {
        *login = name.to_owned();
    }
    // Tags stand among the categories.
    keys.remove("category");
    for child in item.children().filter(|child| child.name == "category") {
        if child
            .attribute("domain")
            .is_none_or(|domain| domain == "category")
        {
            feed::add(&mut keys, "category", child.text());
        }
    }
    Some(feed::draft(keys, ALIASES, channel, options))
}

/// The time of a key that says by its name that it is in UTC.
fn as_utc(name: &str, value: String) -> String {
    match name.ends_with("_gmt") {
        true => value.replace(' ', "T") + "Z",
        false => value,
    }
}

/// The markup of a text in which blank lines make paragraphs and brackets hold commands.
fn paragraphs(text: &str) -> String {
    static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\[(/?)caption[^\[\]]{0,2000}\]").expect("a constant pattern")
    });
    static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\[/?(?:gallery|embed|audio|video|playlist|vc_\w+|et_pb_\w+)\b[^\[\]]{0,2000}\]",
        )
        .expect("a constant pattern")
    });
    static BLOCK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)<p\b|<div\b").expect("a constant pattern"));
    let text = CAPTION.replace_all(text, "<${1}figcaption>");
    let text = COMMAND.replace_all(&text, "");
    let text = text.replace("\r\n", "\n");
    if BLOCK.is_match(&text) {
        return format!("<div>{text}</div>");
    }
    let paragraphs = text.split("\n\n").map(str::trim);
    let paragraphs = paragraphs.filter(|paragraph| !paragraph.is_empty());
    paragraphs
        .map(|paragraph| format!("<p>{paragraph}</p>"))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{read_all, values};

    pub(in crate::read) const EXPORT: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bayou Beacon</title>
        <link>https://bayou-beacon.example</link><language>en-US</language>
        <wp:author><wp:author_login><![CDATA[jdoe]]></wp:author_login><wp:author_display_name><![CDATA[Jane Doe]]></wp:author_display_name></wp:author>
        <item><title>Menu</title><wp:post_type>nav_menu_item</wp:post_type><wp:status>publish</wp:status></item>
        <item><title>Ferry returns</title><link>https://bayou-beacon.example/ferry/</link><pubDate>Tue, 18 Jun 2024 07:18:00 +0000</pubDate>
         <dc:creator><![CDATA[jdoe]]></dc:creator><guid isPermaLink="false">https://bayou-beacon.example/?p=1</guid><description></description>
         <content:encoded><![CDATA[One &amp; <b>two</b>.

[caption id="a"]<img src="x"/> The ferry[/caption]

Three.]]></content:encoded><excerpt:encoded><![CDATA[It did.]]></excerpt:encoded>
         <wp:post_date_gmt>2024-06-18 07:18:00</wp:post_date_gmt><wp:post_modified_gmt>2024-06-19 08:00:00</wp:post_modified_gmt>
         <wp:post_type>post</wp:post_type><wp:status>publish</wp:status><category domain="category" nicename="w">World</category><category domain="post_tag">ferry</category></item>
        <item><title>Not yet</title><wp:post_type>post</wp:post_type><wp:status>draft</wp:status></item></channel></rss>"#;

    // Only what was published is an article; it keeps its place among the items.
    #[test]
    fn published_posts() {
        let items = read_all("a.xml", EXPORT);
        assert_eq!(items.len(), 1, "{items:?}");
        let draft = items[0].as_ref().unwrap();
        let article = &draft.article;
        assert_eq!(
            (article.format.as_str(), article.record),
            ("wordpress", Some(2))
        );
        assert_eq!(values(draft, "title"), ["Ferry returns"]);
        assert_eq!(
            values(draft, "date"),
            ["2024-06-18T07:18:00Z", "Tue, 18 Jun 2024 07:18:00 +0000"]
        );
        assert_eq!(values(draft, "updated"), ["2024-06-19T08:00:00Z"]);
        assert_eq!(values(draft, "byline"), ["Jane Doe"]);
        assert_eq!(
            (values(draft, "source"), values(draft, "language")),
            (vec!["Bayou Beacon"], vec!["en"])
        );
        assert_eq!(
            article.url.as_deref(),
            Some("https://bayou-beacon.example/ferry/")
        );
        assert_eq!(
            (article.section.as_slice(), article.standfirst.as_deref()),
            (&["World".to_owned()][..], Some("It did."))
        );
        assert_eq!(article.body, "One & two.\n\nThree.");
        assert_eq!(
            article.rest.last().map(|zone| zone.zone.as_str()),
            Some("caption")
        );
        assert!(draft.unused.is_empty(), "{:?}", draft.unused);
    }

    // An export that was cut off keeps what came before.
    #[test]
    fn cut_off() {
        let cut = EXPORT.find("[caption").unwrap();
        let items = read_all("a.xml", &EXPORT[..cut]);
        assert_eq!(items.len(), 1);
        assert_eq!(
            items[0].as_ref().unwrap_err().reason,
            "broken XML: `</item>` is missing"
        );
    }
}
