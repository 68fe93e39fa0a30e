//! The candidates for the headline of a page.
//!
//! The heading that another source agrees with comes first: alone, each source is often wrong (a heading may be the
//! name of the site, a title tag carries the site's name, an Open Graph title is written for another audience).

/// A title and the mark it stood in.
pub(super) type Titled = (String, &'static str);

/// What separates a title from the name of the site.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " · ", " » ", " :: ", " • ", " : ", ": ", " / ", " « ",
];

/// Orders the titles that a page states, best first. `stated` goes from the most trusted source to the least.
pub(super) fn candidates(headings: &[String], stated: &[Titled], sites: &[String]) -> Vec<Titled> {
    let mut candidates: Vec<Titled> = Vec::new();
    let mut push = |title: &str, from: &'static str| {
        let title = without_site(title, sites);
        if !title.is_empty()
            && !is_site(title, sites)
            && !candidates.iter().any(|(known, _)| known == title)
        {
            candidates.push((title.to_owned(), from));
        }
    };
    for heading in headings {
        if stated.iter().any(|(other, _)| agree(heading, other, sites)) {
            // The section above a headline is often printed inside its heading: `Culture: Ferry returns`.
            if let Some((title, from)) = stated.iter().find(|(other, _)| has_kicker(heading, other))
            {
                push(title, from);
            }
            push(heading, "h1");
        }
    }
    // Two of the others that agree outweigh a heading that stands alone.
    for (at, (title, from)) in stated.iter().enumerate() {
        let rest = stated.get(at + 1..).unwrap_or_default();
        if rest.iter().any(|(other, _)| agree(title, other, sites)) {
            push(title, from);
        }
    }
    if let [heading] = headings {
        push(heading, "h1");
    }
    for (title, from) in stated {
        push(title, from);
    }
    for heading in headings {
        push(heading, "h1");
    }
    candidates
}

/// Cuts the name of the site off the end or the beginning.
fn without_site<'t>(title: &'t str, sites: &[String]) -> &'t str {
    let mut title = title.trim();
    // A title may end in section and site: both cuts need a name that is known.
    for _ in 0..2 {
        let mut cut = title;
        for separator in SEPARATORS {
            if let Some((rest, tail)) = title.rsplit_once(separator)
                && is_site(tail, sites)
            {
                cut = shorter(cut, rest);
            }
            if let Some((head, rest)) = title.split_once(separator)
                && is_site(head, sites)
            {
                cut = shorter(cut, rest);
            }
        }
        // A name with a separator in itself, such as `Herald - News`.
        for site in sites {
            if let Some(rest) = title.strip_suffix(site.as_str()) {
                let rest = rest.trim_end();
                let bare = rest.trim_end_matches(['|', '-', '–', '—', '·', '»', ':', '•']);
                if bare.len() < rest.len() {
                    cut = shorter(cut, bare);
                }
            }
        }
        let cut = cut.trim();
        if cut.len() == title.len() || cut.is_empty() {
            break;
        }
        title = cut;
    }
    title
}

fn shorter<'t>(a: &'t str, b: &'t str) -> &'t str {
    if b.len() < a.len() { b } else { a }
}

/// Whether a text is the name of the site, give or take spaces, case and an ending such as `.com`.
fn is_site(text: &str, sites: &[String]) -> bool {
    let text = letters(text);
    !text.is_empty() && sites.iter().any(|site| same_name(&text, &letters(site)))
}

fn same_name(a: &str, b: &str) -> bool {
    let bare = |name: &str| {
        name.strip_prefix("the")
            .filter(|rest| rest.len() > 3)
            .unwrap_or(name)
            .to_owned()
    };
    bare(a) == bare(b)
}

/// Whether two titles say the same: equal, or one is the other with a tail or head that a separator sets off.
fn agree(a: &str, b: &str, sites: &[String]) -> bool {
    let (a, b) = (
        letters(without_site(a, sites)),
        letters(without_site(b, sites)),
    );
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let (short, long) = if a.len() <= b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    short == long
        || (short.len() >= 15
            && short.len() * 10 >= long.len() * 4
            && long.contains(short.as_str()))
}

/// The words of a section or label before a headline are no more than this.
const KICKER: usize = 3;

/// Whether a heading is the title that another mark states with a few words and a colon or a bar before it.
fn has_kicker(heading: &str, title: &str) -> bool {
    let before = heading.strip_suffix(title).map(str::trim_end);
    let kicker = before.and_then(|before| before.strip_suffix([':', '|', '·', '/']));
    let words = |text: &str| text.split_whitespace().count();
    kicker.is_some_and(|kicker| (1..=KICKER).contains(&words(kicker))) && words(title) > KICKER
}

/// Letters and digits of a text, lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(headings: &[&str], stated: &[Titled], site: &str) -> String {
        let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        let candidates = candidates(&headings, stated, &[site.to_owned()]);
        candidates
            .first()
            .map(|(title, _)| title.clone())
            .unwrap_or_default()
    }

    // The name of the site is often a heading too.
    #[test]
    fn heading_that_is_confirmed() {
        let stated = [(
            "Ferry returns to the harbour - Harbour Herald".to_owned(),
            "title tag",
        )];
        assert_eq!(
            first(
                &["Harbour Herald", "Ferry returns to the harbour"],
                &stated,
                "Harbour Herald"
            ),
            "Ferry returns to the harbour"
        );
    }

    // A tail is cut only when it is the name of the site: news is full of dashes.
    #[test]
    fn only_the_site_is_cut() {
        let title = |text: &str| first(&[], &[(text.to_owned(), "title tag")], "The Herald");
        assert_eq!(title("Ferry returns - at last"), "Ferry returns - at last");
        assert_eq!(
            title("Ferry returns - at last | Herald"),
            "Ferry returns - at last"
        );
        assert_eq!(title("The Herald: Ferry returns"), "Ferry returns");
        assert_eq!(title("The Herald"), "");
    }
}
