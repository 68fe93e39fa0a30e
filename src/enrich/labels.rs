//! People, organisations and places as labels of an article: those its input states, and those found in its text.

use super::{Work, names};

/// Looks for names in the text and adds them to the labels that the input stated.
pub(super) fn find_names(work: &mut Work<'_>) {
    if !work.options.names {
        return;
    }
    let article = &mut work.article;
    let mut head: Vec<&str> = Vec::new();
    if !article.title_is_derived() {
        head.extend(article.title.as_deref());
    }
    head.extend(article.standfirst.as_deref());
    let captions = article.rest.iter().filter(|zone| zone.zone == "caption");
    head.extend(captions.map(|zone| zone.text.as_str()));
    let found = names::find(&article.body, &head, article.language.as_deref());
    add(&mut article.person, found.person);
    add(&mut article.org, found.org);
    add(&mut article.place, found.place);
    article.mentions = found.mentions;
}

/// Adds names that are not there yet, whatever their case.
fn add(stated: &mut Vec<String>, found: Vec<String>) {
    for name in found {
        let folded = name.to_lowercase();
        if !stated.iter().any(|known| known.to_lowercase() == folded) {
            stated.push(name);
        }
    }
}
