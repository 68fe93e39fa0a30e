//! The publisher of a page of plain text: only where the page states it, in the notice of its rights or after "Source:".
//!
//! An agency is never the publisher, nor is the photographer of a picture.

use std::sync::LazyLock;

use regex::Regex;

use super::agencies;
use super::lines::Block;
use super::zones::Zone;

/// `© 2019-2024 Harbour Herald Ltd. All rights reserved`: the year is wanted, else it may be a picture's.
static RIGHTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:©|\([cC]\)|[Cc]opyright|COPYRIGHT)[ ©:]*(?:(?:19|20)[0-9][0-9][ ,./–-]*){1,2}(?:by |the copyright of )?([^|•·:;()]{2,60})").ok()
});

/// `© Harbour Herald 2024`, `Copyright (c) Harbour Herald` on a line of its own: the year or the word is wanted.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:©|\([cC]\))\s*([^|•·:;()0-9]{3,50}?),?\s+(?:19|20)[0-9][0-9]\b|(?:[Cc]opyright|COPYRIGHT)\s*(?:©|\([cC]\))?\s+([^|•·:;()0-9]{3,50}?)(?:[.,]|\s+(?:19|20)[0-9][0-9]|$))").ok()
});

/// `Source: Harbour Herald` on a line of its own.
static LABELLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:Source|Quelle|Fuente|Fonte|Bron|Kilde|Källa)\s*:\s*([^|•·:;()]{3,50})$").ok()
});

/// Words of a company's name: the owner of the rights is often not the paper, so nothing is stated.
const COMPANIES: &[&str] = &[
    "inc",
    "ltd",
    "llc",
    "limited",
    "gmbh",
    "ag",
    "corp",
    "corporation",
    "plc",
    "sa",
    "spa",
    "sl",
    "co",
    "kg",
    "bv",
    "ab",
    "oy",
    "pty",
    "media",
    "publishing",
    "publications",
    "group",
    "entertainment",
    "holdings",
    "television",
    "broadcasting",
    "network",
    "networks",
    "verlag",
    "medien",
    "mediengesellschaft",
    "company",
];

/// Words that follow a name in such a notice.
const TAILS: &[&str] = &[
    "all",
    "alle",
    "tous",
    "todos",
    "tutti",
    "privacy",
    "terms",
    "impressum",
    "design",
    "powered",
    "rights",
    "by",
    "is",
    "and",
    "und",
    "-",
    "–",
];

/// So many blocks from the end a notice of rights is that of the page, also when it names one word only.
const FOOT: usize = 4;

/// Finds the block that states the publisher, and the name.
pub(crate) fn source(blocks: &[Block], zones: &[Zone], end: usize) -> Option<(usize, String)> {
    // The notice of rights is at the foot of a page: the last one counts.
    for (at, block) in blocks.iter().enumerate().skip(end.saturating_sub(1)).rev() {
        if block.text.len() > 600 || zones.get(at) == Some(&Zone::Caption) {
            continue;
        }
        let hit = |pattern: &'static LazyLock<Option<Regex>>| {
            let captures = pattern.as_ref()?.captures(&block.text)?;
            let name = captures.get(1).or_else(|| captures.get(2))?;
            clean(name.as_str())
        };
        if let Some(name) = hit(&RIGHTS)
            .or_else(|| hit(&NAMED).filter(|name| name.contains(' ') || at + FOOT > blocks.len()))
            .or_else(|| hit(&LABELLED))
        {
            return Some((at, name));
        }
    }
    None
}

/// The name without what follows it, `None` for an agency or anything that is no name.
fn clean(raw: &str) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in raw.split_whitespace() {
        let stops =
            word.ends_with('.') && !word.trim_end_matches('.').contains('.') && word.len() > 4;
        let lower = word.to_lowercase();
        let bare = lower.trim_end_matches(['.', ',']);
        if COMPANIES.contains(&bare) {
            // After an address the form of the company follows; the address names the outlet.
            if words.iter().any(|word| word.contains('.')) {
                break;
            }
            return None;
        }
        if TAILS.contains(&bare) {
            break;
        }
        words.push(word);
        if stops {
            break;
        }
    }
    let name = words.join(" ");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let named = name.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
    (letters >= 3 && words.len() <= 6 && named && agencies::canonical(name).is_none())
        .then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::lines::blocks;
    use super::*;

    fn found(text: &str) -> Option<String> {
        let blocks = blocks(text);
        let zones = vec![Zone::Other; blocks.len()];
        source(&blocks, &zones, 0).map(|(_, name)| name)
    }

    #[test]
    fn the_foot_of_a_page_states_its_publisher() {
        assert_eq!(
            found("© 2024 Harbour Herald").as_deref(),
            Some("Harbour Herald")
        );
        assert_eq!(
            found("Copyright © 2019-2024 Harbour Herald. All rights reserved.").as_deref(),
            Some("Harbour Herald")
        );
        for text in [
            "© Harbour Herald 2024",
            "Copyright (c) Harbour Herald",
            "© 2024 Harbour Herald. Contact us | Advertise",
        ] {
            assert_eq!(found(text).as_deref(), Some("Harbour Herald"), "{text}");
        }
        assert_eq!(
            found("Source: Harbour Herald").as_deref(),
            Some("Harbour Herald")
        );
    }

    // The company that owns a paper is not the paper.
    #[test]
    fn companies_are_no_publishers() {
        assert_eq!(
            found("© 2024 Harbour Media Group Ltd. All rights reserved."),
            None
        );
    }

    // Pictures have owners too, and agencies supply texts to many papers.
    #[test]
    fn pictures_and_agencies_state_nothing() {
        assert_eq!(found("© Jo Doe"), None);
        assert_eq!(found("Source: Reuters"), None);
        assert_eq!(found("© 2024 Reuters. All rights reserved."), None);
    }
}
