//! People, organisations and places as labels of an article: those its input states, and those found in its text.

use super::{Work, names};

/// The label for the countries of an article's places.
const COUNTRY: &str = "country";

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
    head.extend(
        captions
            .flat_map(|zone| zone.text.lines())
            .map(without_credit),
    );
    let found = names::find(&article.body, &head, article.language.as_deref());
    add(&mut article.person, found.person);
    add(&mut article.org, found.org);
    add(&mut article.place, found.place);
    article.mentions = found.mentions;
    let countries = names::atlas::countries(&article.place);
    if !countries.is_empty() {
        add(
            article.labels.entry(COUNTRY.to_owned()).or_default(),
            countries,
        );
    }
}

/// What begins the credit of a picture.
const CREDITS: &[&str] = &[
    "PC:",
    "Pic:",
    "Photo:",
    "Photos:",
    "Photograph:",
    "Picture:",
    "Image:",
    "Credit:",
    "Courtesy:",
    "File photo",
    "Photo by",
    "Photograph by",
    "Foto:",
    "Fotos:",
    "Bild:",
    "Quelle:",
    "Crédit",
    "Credito:",
    "Imagen:",
    "©",
    "(Photo",
    "(AP Photo",
];

/// A caption without the credit of its picture: a photographer is nobody of the article.
fn without_credit(caption: &str) -> &str {
    let starts = CREDITS.iter().filter_map(|credit| caption.find(credit));
    starts
        .min()
        .and_then(|start| caption.get(..start))
        .unwrap_or(caption)
}

/// Adds names that are not there yet, whatever their case; one that the input states in small letters is written as in
/// the text.
fn add(stated: &mut Vec<String>, found: Vec<String>) {
    for name in found {
        let folded = name.to_lowercase();
        match stated.iter_mut().find(|one| one.to_lowercase() == folded) {
            Some(known) if *known == folded => *known = name,
            Some(_) => {}
            None => stated.push(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_in_small_letters_is_written_as_in_the_text() {
        let mut place = ["japan", "usa", "DELHI"].map(str::to_owned).to_vec();
        add(
            &mut place,
            ["Japan", "Delhi", "Oslo"].map(str::to_owned).to_vec(),
        );
        assert_eq!(place, ["Japan", "usa", "DELHI", "Oslo"]);
    }

    #[test]
    fn a_caption_loses_its_credit() {
        assert_eq!(
            without_credit("Liisa Kangro, PC: Social Media"),
            "Liisa Kangro, "
        );
        assert_eq!(
            without_credit("The mayor in Lyon. Foto: dpa"),
            "The mayor in Lyon. "
        );
        assert_eq!(without_credit("No credit here"), "No credit here");
    }
}
