//! What is known about words and names before an article is read: the gazetteers of `data/gazetteer`, compiled in.
//!
//! Built once, at the first article; a search never touches it. It knows no context: that is the tagger's work.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Person,
    Org,
    Place,
}

impl Kind {
    /// The name of the field that holds such names.
    pub(super) fn field(self) -> &'static str {
        match self {
            Kind::Person => "person",
            Kind::Org => "org",
            Kind::Place => "place",
        }
    }
}

/// What the gazetteers say of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// A name, and the name it is known by.
    Name {
        kind: Kind,
        canonical: &'static str,
        /// Inhabitants in thousands for a city; `u32::MAX` for what is known beyond doubt.
        weight: u32,
    },
    /// A people or an adjective, and its country.
    Demonym(&'static str),
}

/// What a word can be, as bits.
pub(super) mod word {
    pub(in super::super) const GIVEN: u32 = 1;
    pub(in super::super) const SURNAME: u32 = 1 << 1;
    pub(in super::super) const COMMON: u32 = 1 << 2;
    pub(in super::super) const TITLE: u32 = 1 << 3;
    pub(in super::super) const STRONG: u32 = 1 << 4;
    pub(in super::super) const ROLE: u32 = 1 << 5;
    pub(in super::super) const SAID: u32 = 1 << 6;
    pub(in super::super) const IN: u32 = 1 << 7;
    pub(in super::super) const ORG: u32 = 1 << 8;
    pub(in super::super) const ORG_OF: u32 = 1 << 9;
    pub(in super::super) const CORP: u32 = 1 << 10;
    pub(in super::super) const STATE: u32 = 1 << 11;
    pub(in super::super) const PLACE_END: u32 = 1 << 12;
    pub(in super::super) const PLACE_START: u32 = 1 << 13;
    pub(in super::super) const DIRECTION: u32 = 1 << 14;
    pub(in super::super) const PARTICLE: u32 = 1 << 15;
    pub(in super::super) const NEVER: u32 = 1 << 16;
    pub(in super::super) const FUNCTION: u32 = 1 << 17;
    pub(in super::super) const EVENT: u32 = 1 << 18;
    pub(in super::super) const ACTS: u32 = 1 << 19;
    /// The surname of somebody whom the world knows.
    pub(in super::super) const FAMOUS: u32 = 1 << 20;
    /// The name of a team that is also something else, mostly its town.
    pub(in super::super) const TEAM: u32 = 1 << 21;
    pub(in super::super) const MAKER: u32 = 1 << 22;
    pub(in super::super) const TRADED: u32 = 1 << 23;
    pub(in super::super) const PLAYS: u32 = 1 << 24;
}

const WORDS: &str = include_str!("../../../data/gazetteer/words.txt");
const KINDS_OF_WORDS: &[(&str, u32)] = &[
    ("title", word::TITLE),
    ("strong", word::STRONG),
    ("role", word::ROLE),
    ("said", word::SAID),
    ("in", word::IN),
    ("org", word::ORG),
    ("orgof", word::ORG_OF),
    ("corp", word::CORP),
    ("state", word::STATE),
    ("placeend", word::PLACE_END),
    ("placestart", word::PLACE_START),
    ("direction", word::DIRECTION),
    ("particle", word::PARTICLE),
    ("never", word::NEVER),
    ("function", word::FUNCTION),
    ("event", word::EVENT),
    ("acts", word::ACTS),
    ("maker", word::MAKER),
    ("traded", word::TRADED),
    ("plays", word::PLAYS),
];

/// One word a line.
const PLAIN_LISTS: &[(&str, u32)] = &[
    (
        include_str!("../../../data/gazetteer/common.txt"),
        word::COMMON,
    ),
    (
        include_str!("../../../data/gazetteer/given.txt"),
        word::GIVEN,
    ),
    (
        include_str!("../../../data/gazetteer/surnames.txt"),
        word::SURNAME,
    ),
];

pub(super) const COUNTRIES: &str = include_str!("../../../data/gazetteer/countries.tsv");
pub(super) const REGIONS: &str = include_str!("../../../data/gazetteer/regions.tsv");
pub(super) const CITIES: &str = include_str!("../../../data/gazetteer/cities.tsv");
pub(super) const ALIASES: &str = include_str!("../../../data/gazetteer/aliases.tsv");
const ORGS: &str = include_str!("../../../data/gazetteer/orgs.tsv");
const SPORTS: &str = include_str!("../../../data/gazetteer/sports.txt");
/// One organisation a line.
const ORG_LISTS: &[&str] = &[
    SPORTS,
    include_str!("../../../data/gazetteer/companies.txt"),
];
/// Names between commas; loaded last, so that they take no form from the other lists.
const WORLD: &[&str] = &[
    include_str!("../../../data/gazetteer/bodies.txt"),
    include_str!("../../../data/gazetteer/clubs.txt"),
];
const FAMOUS: &str = include_str!("../../../data/gazetteer/famous.txt");
const NICKNAMES: &str = include_str!("../../../data/gazetteer/nicknames.txt");
const PEOPLE: &str = include_str!("../../../data/gazetteer/people.txt");

/// A fast hash for short words; the keys are ours, so nobody can choose them to collide.
#[derive(Default)]
pub(super) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut mix = |word: u64| {
            self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        };
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| mix(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let bytes = rest.iter().rev();
            mix(bytes.fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

type Map<V> = HashMap<&'static str, V, BuildHasherDefault<WordHasher>>;

/// What the lists say of a word.
#[derive(Clone, Copy, Default)]
pub(super) struct Listed {
    /// What it can be: bits of [`word`]; 0 when nothing is known.
    pub(super) can: u32,
    /// How many tokens the longest name has that begins with it; 0 when none does.
    pub(super) longest: u8,
}

/// Words and names known before an article is read.
#[derive(Default)]
pub(super) struct Lexicon {
    words: Map<Listed>,
    names: Map<Known>,
    /// Short names by which a country stands before a ministry.
    aliases: Map<&'static str>,
    /// The canonical names of countries.
    countries: Map<()>,
    /// Last words of teams that stand for the whole: "Yankees".
    nicknames: Map<()>,
    /// The given names that a short form may stand for.
    given: Map<Vec<&'static str>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// The lexicon, built at the first call.
pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

pub(super) fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

impl Lexicon {
    fn load() -> Lexicon {
        let mut lexicon = Lexicon::default();
        lexicon.words.reserve(160_000);
        lexicon.names.reserve(40_000);
        for (list, bit) in PLAIN_LISTS {
            for line in rows(list) {
                lexicon.words.entry(line).or_default().can |= bit;
            }
        }
        lexicon.load_words();
        for line in rows(ALIASES) {
            if let Some((other, canonical)) = line.split_once('\t') {
                lexicon.aliases.insert(other, canonical);
            }
        }
        lexicon.load_countries();
        lexicon.load_regions();
        lexicon.load_orgs();
        for line in rows(PEOPLE) {
            lexicon.add_name(line, Kind::Person, line, u32::MAX);
        }
        let aliases: Vec<_> = lexicon.aliases.iter().map(|(a, b)| (*a, *b)).collect();
        for (other, canonical) in aliases {
            lexicon.add_name(other, Kind::Place, canonical, u32::MAX);
        }
        lexicon.load_cities();
        lexicon.load_world();
        for line in rows(NICKNAMES) {
            let (name, short) = line.split_once(' ').unwrap_or((line, ""));
            for short in short.split(' ') {
                lexicon.given.entry(short).or_default().push(name);
            }
        }
        lexicon
    }

    /// Organisations, clubs and people of the whole world.
    fn load_world(&mut self) {
        let names = |list| rows(list).flat_map(|line| line.split(", "));
        for form in WORLD.iter().flat_map(|list| names(list)) {
            let name = form.trim_start_matches('*');
            let name = name.strip_prefix("The ").unwrap_or(name);
            let single = !name.contains(' ');
            let can = self.word(name) | self.word(&name.to_lowercase());
            let taken = self.name(name).is_some();
            let other = taken || can & (word::COMMON | word::GIVEN | word::SURNAME) != 0;
            if single && (other || name.len() < form.len()) {
                self.words.entry(name).or_default().can |= word::TEAM;
            }
            let starred = name.len() < form.len();
            if !starred || !taken {
                let sure = !starred && (!single || !other);
                self.add_name(name, Kind::Org, name, if sure { u32::MAX } else { 0 });
            }
        }
        let mut first = false;
        for line in rows(FAMOUS) {
            if let Some(order) = line.strip_prefix('=') {
                first = order.trim() == "first";
                continue;
            }
            for name in line.split(", ") {
                let surname = match (first, name.split_once(' '), name.rsplit_once(' ')) {
                    (true, Some((surname, _)), _) | (false, _, Some((_, surname))) => surname,
                    _ => name,
                };
                self.words.entry(surname).or_default().can |= word::FAMOUS;
                if name.contains(' ') {
                    self.add_name(name, Kind::Person, name, u32::MAX);
                }
            }
        }
    }

    fn load_words(&mut self) {
        let mut bit = 0;
        for line in rows(WORDS) {
            if let Some(kind) = line.strip_prefix('[') {
                let kind = kind.trim_end_matches(']');
                let found = KINDS_OF_WORDS.iter().find(|(name, _)| *name == kind);
                bit = found.map_or(0, |(_, bit)| *bit);
                continue;
            }
            for entry in line.split(", ").map(str::trim).filter(|e| !e.is_empty()) {
                self.words.entry(entry).or_default().can |= bit;
            }
        }
    }

    fn load_countries(&mut self) {
        for line in rows(COUNTRIES) {
            let mut columns = line.split('\t');
            let (Some(name), Some(_), Some(demonyms)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            self.countries.insert(name, ());
            self.add_name(name, Kind::Place, name, u32::MAX);
            for other in columns.next().unwrap_or_default().split(';') {
                self.add_name(other, Kind::Place, name, u32::MAX);
            }
            for demonym in demonyms.split(';') {
                self.add(demonym, Known::Demonym(name));
            }
        }
    }

    fn load_regions(&mut self) {
        for line in rows(REGIONS).filter(|line| !line.starts_with('=')) {
            for name in line.split(", ") {
                let canonical = self.aliases.get(name).copied().unwrap_or(name);
                self.add_name(name, Kind::Place, canonical, u32::MAX);
            }
        }
    }

    fn load_orgs(&mut self) {
        for line in rows(ORGS) {
            let (name, others) = line.split_once('\t').unwrap_or((line, ""));
            let canonical = name.trim_start_matches('*');
            let forms = std::iter::once(name).chain(others.split(';'));
            // The article stands outside the name.
            for form in forms.map(|form| form.strip_prefix("The ").unwrap_or(form)) {
                // A star, or a word that is also written small, asks for a sign in the text.
                let small = !form.contains(' ')
                    && form.bytes().skip(1).any(|b| b.is_ascii_lowercase())
                    && self.word(&form.to_lowercase()) & word::COMMON != 0;
                let weight = if small || form.starts_with('*') {
                    0
                } else {
                    u32::MAX
                };
                self.add_name(form.trim_start_matches('*'), Kind::Org, canonical, weight);
            }
        }
        for line in ORG_LISTS.iter().flat_map(|list| rows(list)) {
            let weight = if line.contains(' ') { u32::MAX } else { 0 };
            self.add_name(line, Kind::Org, line, weight);
        }
        for line in rows(SPORTS) {
            if let Some((_, last)) = line.rsplit_once(' ')
                && last.ends_with('s')
            {
                self.nicknames.insert(last, ());
            }
        }
    }

    fn load_cities(&mut self) {
        for line in rows(CITIES) {
            let mut columns = line.split('\t');
            let (Some(name), Some(_), Some(people)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            let shown = columns.next().unwrap_or(name);
            let canonical = self.aliases.get(name).copied().unwrap_or(shown);
            let weight = people.parse().unwrap_or(0);
            self.add_name(name, Kind::Place, canonical, weight);
        }
    }

    fn add_name(&mut self, form: &'static str, kind: Kind, canonical: &'static str, weight: u32) {
        self.add(
            form,
            Known::Name {
                kind,
                canonical,
                weight,
            },
        );
    }

    /// The first list that names a form wins.
    fn add(&mut self, form: &'static str, known: Known) {
        if form.is_empty() {
            return;
        }
        self.names.entry(form).or_insert(known);
        let first = form
            .split([' ', '\'', '&', ','])
            .next()
            .filter(|first| !first.is_empty())
            .unwrap_or(form);
        let tokens = 1 + form
            .bytes()
            .filter(|b| matches!(b, b' ' | b'\'' | b'&' | b','))
            .count();
        let word = self.words.entry(first).or_default();
        word.longest = word.longest.max(u8::try_from(tokens).unwrap_or(u8::MAX));
    }

    /// What the lists say of a word.
    pub(super) fn listed(&self, word: &str) -> Listed {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// What a word can be; 0 when nothing is known.
    pub(super) fn word(&self, word: &str) -> u32 {
        self.listed(word).can
    }

    /// What the gazetteers say of a phrase.
    pub(super) fn name(&self, phrase: &str) -> Option<Known> {
        self.names.get(phrase).copied()
    }

    /// Whether a word is how a listed team is called for short.
    pub(super) fn is_nickname(&self, word: &str) -> bool {
        self.nicknames.contains_key(word)
    }

    /// The given names that a short form may stand for.
    pub(super) fn given_names(&self, short: &str) -> &[&'static str] {
        self.given.get(short).map_or(&[], Vec::as_slice)
    }

    /// Whether a canonical name is that of a country.
    pub(super) fn is_country(&self, canonical: &str) -> bool {
        self.countries.contains_key(canonical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A row that lost its tabs would silently lose its country.
    #[test]
    fn knows_countries_by_all_their_names() {
        for form in ["US", "U.S.", "United States", "America"] {
            let Some(Known::Name { canonical, .. }) = lexicon().name(form) else {
                panic!("{form} is unknown");
            };
            assert_eq!(canonical, "United States");
        }
        assert_eq!(
            lexicon().name("North Korean"),
            Some(Known::Demonym("North Korea"))
        );
    }

    // Each word list must be reached: a misspelt heading would drop a whole kind.
    #[test]
    fn every_kind_of_word_has_words() {
        for (kind, bit) in KINDS_OF_WORDS {
            let words = lexicon().words.values().filter(|word| word.can & bit != 0);
            assert!(words.count() > 10, "{kind}");
        }
    }
}
