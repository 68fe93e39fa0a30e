//! In which country a place lies.
//!
//! A name that several places have is the one in a country that the article is about too, else the largest. A small town
//! says nothing against the rest of the article: there is another of its name in most countries.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::{ALIASES, CITIES, COUNTRIES, REGIONS, rows};

/// Thousands of inhabitants of a town that needs no other place of its country beside it.
const LARGE: u64 = 100;

/// A place of a name: the code of its country, and whether it is known far from it.
type Site = (&'static str, bool);

/// Places by canonical name, the likeliest of a name first.
struct Atlas {
    /// The name of a country by its code.
    names: HashMap<&'static str, &'static str>,
    /// The code of a country by its name.
    codes: HashMap<&'static str, &'static str>,
    /// The same by any of its names, in letters alone, for labels that inputs state: "usa", "west-germany".
    labels: HashMap<String, &'static str>,
    places: HashMap<&'static str, Vec<Site>>,
}

static ATLAS: LazyLock<Atlas> = LazyLock::new(Atlas::load);

impl Atlas {
    fn load() -> Atlas {
        let mut atlas = Atlas {
            names: HashMap::new(),
            codes: HashMap::new(),
            labels: HashMap::new(),
            places: HashMap::with_capacity(34_000),
        };
        for line in rows(COUNTRIES) {
            let mut columns = line.split('\t');
            if let (Some(name), Some(code)) = (columns.next(), columns.next()) {
                // A state that is no more has no code and stands for itself.
                let code = if code.is_empty() { name } else { code };
                // Of a state and the one before it the first row is the present one.
                atlas.names.entry(code).or_insert(name);
                atlas.codes.insert(name, code);
                let others = columns.nth(1).unwrap_or_default().split(';');
                for label in others.chain([name]).filter(|label| !label.is_empty()) {
                    atlas.labels.entry(letters(label)).or_insert(code);
                }
            }
        }
        let aliases: HashMap<&str, &str> = rows(ALIASES)
            .filter_map(|line| line.split_once('\t'))
            .collect();
        let mut code = "-";
        for line in rows(REGIONS) {
            if let Some(next) = line.strip_prefix("= ") {
                code = next.trim();
            } else if code != "-" {
                for name in line.split(", ") {
                    let name = aliases.get(name).copied().unwrap_or(name);
                    atlas.places.entry(name).or_default().push((code, true));
                }
            }
        }
        let mut cities: Vec<(u64, &str, &str)> = Vec::with_capacity(34_000);
        for line in rows(CITIES) {
            let mut columns = line.split('\t');
            if let (Some(name), Some(code), Some(people)) =
                (columns.next(), columns.next(), columns.next())
            {
                let shown = columns.next().unwrap_or(name);
                let shown = aliases.get(name).copied().unwrap_or(shown);
                cities.push((people.parse().unwrap_or(0), shown, code));
            }
        }
        cities.sort_by(|a, b| b.0.cmp(&a.0).then(a.cmp(b)));
        for (people, name, code) in cities {
            let sites = atlas.places.entry(name).or_default();
            sites.push((code, people >= LARGE));
        }
        atlas
    }
}

fn letters(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The countries in which the places of an article lie, those that it names themselves among them; in the order of the
/// places, each once.
pub(crate) fn countries(places: &[String]) -> Vec<String> {
    if places.is_empty() {
        return Vec::new();
    }
    let atlas = &*ATLAS;
    let code = |place: &String| match place.chars().any(char::is_uppercase) {
        true => atlas.codes.get(place.as_str()).copied(),
        false => atlas.labels.get(&letters(place)).copied(),
    };
    let sites = |place: &String| {
        atlas
            .places
            .get(place.as_str())
            .map_or(&[][..], Vec::as_slice)
    };
    // What is sure without the rest of the article: countries, and large places.
    let sure = |place: &String| {
        let large = sites(place).first().filter(|(_, is_large)| *is_large);
        code(place).or(large.map(|(code, _)| *code))
    };
    let named: Vec<&str> = places.iter().filter_map(code).collect();
    let about: Vec<&str> = places.iter().filter_map(sure).collect();
    let mut found: Vec<&str> = Vec::new();
    for place in places {
        let in_one_of = |codes: &[&str]| sites(place).iter().find(|(code, _)| codes.contains(code));
        let near = in_one_of(&named).or_else(|| in_one_of(&about));
        let alone = sites(place).first().filter(|_| about.is_empty());
        let of = code(place).or(near.or(alone).map(|(code, _)| *code));
        found.extend(of.filter(|code| !found.contains(code)));
    }
    let names = found.into_iter().filter_map(|code| atlas.names.get(code));
    names.map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(places: &[&str]) -> Vec<String> {
        let places: Vec<String> = places.iter().map(|place| (*place).to_owned()).collect();
        countries(&places)
    }

    #[test]
    fn a_place_lies_where_the_article_is() {
        assert_eq!(of(&["Pyongyang", "Seoul"]), ["North Korea", "South Korea"]);
        assert_eq!(of(&["Birmingham"]), ["United Kingdom"]);
        assert_eq!(of(&["Texas", "Europe", "Nowhere"]), ["United States"]);
        assert_eq!(of(&["Ceres", "Cape Town"]), ["South Africa"]);
        assert_eq!(of(&["West Germany"]), ["West Germany"]);
        assert_eq!(of(&["Ceres"]), ["United States"]);
        assert_eq!(
            of(&["usa", "west-germany"]),
            ["United States", "West Germany"]
        );
        assert_eq!(of(&[]), [""; 0]);
    }
}
