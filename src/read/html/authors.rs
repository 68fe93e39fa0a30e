//! Author marks of a page, cleaned of what is no name: "By", roles, addresses, outlets.

use std::sync::LazyLock;

use regex::Regex;

use super::page::Marked;

/// "By" in the languages of the web, before a name.
static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:written|posted|published|reported|words|story|text|article|edited|created)\s+)?(?:by|von|par|por|di|door|av|af|autor(?:in|es)?|auteurs?|autor/in|autore|authors?|verfasst von|text|от|автор|автори)\s*(?::|\s)\s*")
        .expect("a constant pattern")
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:https?://|www\.)\S+|\S+@\S+\.\S+|(?:^|\s)@\w+")
        .expect("a constant pattern")
});

/// Credits of pictures carry the class of authors too.
static PICTURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:photos?|fotos?|фото|bild|bilder|image|getty)\b").expect("a constant pattern")
});

/// The legal form of a company at the end of its name.
pub(super) static LEGAL_FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)[\s,]+(?:gmbh(?: & co\.? kga?)?|ag|inc\.?|llc\.?|ltd\.?|limited|s\.?p\.?a\.?|s\.a\.|s\.?r\.?l\.?|e\.\s?v\.|b\.v\.|plc)$")
        .expect("a constant pattern")
});

/// What follows a name in a by-line box: a date, a role in a sentence, a link.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s*(?:[|•·–—]|\s-\s|\(|\bon\s+\w+\s+\d|\bam\s+\d|\b\d{1,2}[./]\d{1,2}[./]|\b\d{4}\b|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|updated|published|posted|aktualisiert|view all|more from|follow|mehr von|all posts)\b).*$")
        .expect("a constant pattern")
});

/// A month and its day, which is nobody.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:\d{1,2}\.?\s+\p{L}{3,}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.?\s+\d{1,2})\b")
        .expect("a constant pattern")
});

/// Cleans the author marks of one place; addresses and outlets become nothing.
pub(super) fn names(marked: &str, sites: &[String]) -> Vec<String> {
    if marked.len() > 2_000 {
        return Vec::new();
    }
    let text = ADDRESS.replace_all(marked, " ");
    let text = BY.replace(text.trim(), "");
    let mut names = Vec::new();
    let parts = split(&text);
    for (at, part) in parts.iter().enumerate() {
        // `Jane Doe, Washington, Nov 20`: before the day stands the place.
        let is_place = at > 0
            && !part.trim().contains(' ')
            && parts.get(at + 1).is_some_and(|next| DAY.is_match(next));
        if is_place {
            continue;
        }
        let part = BY.replace(part.trim(), "");
        let part = TAIL.replace(&part, "");
        let name = part
            .trim()
            .trim_matches([',', ';', '.', ':', '/', '&', '*', '"', '-'])
            .trim();
        if is_name(name, sites) && !names.iter().any(|known: &String| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Splits a list of names; a comma before a short role is no border of a name, but the role is no name either.
fn split(text: &str) -> Vec<&str> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\s*(?:[,;/]|\s(?:and|und|et|y|e|en|og|och|&)\s)\s*")
            .expect("a constant pattern")
    });
    BETWEEN.split(text).collect()
}

fn is_name(name: &str, sites: &[String]) -> bool {
    let length = name.chars().count();
    if !(2..=60).contains(&length) || name.split_whitespace().count() > 6 {
        return false;
    }
    if !name.chars().any(char::is_alphabetic)
        || name.chars().filter(char::is_ascii_digit).count() > 2
        || DAY.is_match(name)
    {
        return false;
    }
    let lower = name.to_lowercase();
    if PICTURE.is_match(&lower) || LEGAL_FORM.is_match(&lower) {
        return false;
    }
    if NO_NAMES.contains(&lower.as_str()) || ROLES.iter().any(|role| lower.ends_with(role)) {
        return false;
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let bare = letters(name);
    !sites.iter().any(|site| letters(site) == bare)
}

/// Names of accounts and labels that stand where an author stands.
const NO_NAMES: &[&str] = &[
    "admin",
    "administrator",
    "editor",
    "staff",
    "author",
    "authors",
    "autor",
    "autorin",
    "guest",
    "anonymous",
    "unknown",
    "null",
    "none",
    "undefined",
    "anonym",
    "anónimo",
    "anonyme",
    "anonimo",
    "phd",
    "md",
    "dr",
    "prof",
    "mph",
    "rd",
    "ms",
    "msc",
    "jr",
    "sr",
    "mba",
    "esq",
    "redaktion",
    "redacción",
    "rédaction",
    "redazione",
    "webmaster",
    "user",
    "share",
    "by",
    "von",
    "no author",
    "news",
    "nachrichten",
    "noticias",
    "notícias",
    "notizie",
    "actualités",
    "web desk",
    "news desk",
    "newsroom",
    "online desk",
    "redakcja",
    "redactie",
    "redaktionen",
    "redaksi",
    "редакция",
    "редакція",
];

/// Endings of a part that names an office instead of a person.
const ROLES: &[&str] = &[
    "correspondent",
    "reporter",
    "editor",
    "editor-in-chief",
    "columnist",
    "contributor",
    "staff writer",
    "redakteur",
    "redakteurin",
    "korrespondent",
    "korrespondentin",
    "writer",
    "journalist",
    "producer",
    "chefredakteur",
    "bureau chief",
];

/// The authors of a page by place, best place first; each list stands for itself.
pub(super) fn candidates(places: &[Marked], sites: &[String]) -> Vec<Marked> {
    let mut authors: Vec<Marked> = Vec::new();
    for place in places {
        for name in names(&place.value, sites) {
            let same = |known: &Marked| known.value == name && known.from == place.from;
            if !authors.iter().any(same) {
                authors.push(Marked {
                    value: name,
                    from: place.from.clone(),
                    at: place.at,
                });
            }
        }
    }
    authors
}

#[cfg(test)]
mod tests {
    use super::*;

    // What surrounds names in author marks, in the ways pages write it.
    #[test]
    fn names_alone() {
        let names = |text: &str| names(text, &["Harbour Herald".to_owned()]);
        assert_eq!(
            names("By Jane Doe and Ali Hassan"),
            ["Jane Doe", "Ali Hassan"]
        );
        assert_eq!(names("von Jürgen Groß, Redakteur"), ["Jürgen Groß"]);
        assert_eq!(names("Jane Doe, Political Correspondent"), ["Jane Doe"]);
        assert_eq!(names("Jane Doe | Harbour Herald"), ["Jane Doe"]);
        assert_eq!(names("Jane Doe jane@herald.example"), ["Jane Doe"]);
        assert_eq!(names("Jane Doe, Harbour Herald"), ["Jane Doe"]);
        assert_eq!(names("Jane Doe, Washington, Nov 20"), ["Jane Doe"]);
        assert_eq!(names("Jane Doe Monday, November 18"), ["Jane Doe"]);
        assert!(names("https://herald.example/jane").is_empty());
        assert!(names("admin").is_empty());
    }
}
