//! In which country a place lies.
//!
//! A name that several places have is the one in a country that the article names too, else the largest.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::{ALIASES, CITIES, COUNTRIES, REGIONS, rows};

/// Places by canonical name, each with the codes of its countries, the likeliest first.
struct Atlas {
    /// The name of a country by its code.
    names: HashMap<&'static str, &'static str>,
    /// The code of a country by its name.
    codes: HashMap<&'static str, &'static str>,
    places: HashMap<&'static str, Vec<&'static str>>,
}

static ATLAS: LazyLock<Atlas> = LazyLock::new(Atlas::load);

impl Atlas {
    fn load() -> Atlas {
        let mut atlas = Atlas {
            names: HashMap::new(),
            codes: HashMap::new(),
            places: HashMap::with_capacity(34_000),
        };
        for line in rows(COUNTRIES) {
            let mut columns = line.split('\t');
            if let (Some(name), Some(code)) = (columns.next(), columns.next()) {
                // Of a state and the one before it the first row is the present one.
                atlas.names.entry(code).or_insert(name);
                atlas.codes.insert(name, code);
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
                    atlas.places.entry(name).or_default().push(code);
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
        for (_, name, code) in cities {
            atlas.places.entry(name).or_default().push(code);
        }
        atlas
    }
}

/// The countries in which the places of an article lie, those that it names themselves among them; in the order of the
/// places, each once.
pub(crate) fn countries(places: &[String]) -> Vec<String> {
    if places.is_empty() {
        return Vec::new();
    }
    let atlas = &*ATLAS;
    let code = |place: &String| atlas.codes.get(place.as_str()).copied();
    let named: Vec<&str> = places.iter().filter_map(code).collect();
    let mut found: Vec<&str> = Vec::new();
    for place in places {
        let of = code(place).or_else(|| {
            let codes = atlas.places.get(place.as_str())?;
            let near = codes.iter().find(|code| named.contains(code));
            near.or_else(|| codes.first()).copied()
        });
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
        assert_eq!(of(&["Birmingham", "United States"]), ["United States"]);
        assert_eq!(of(&["Texas", "Europe", "Nowhere"]), ["United States"]);
        assert_eq!(of(&[]), [""; 0]);
    }
}
