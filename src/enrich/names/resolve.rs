//! Which mentions of an article mean the same, and by which name it is known.
//!
//! Mentions become forms (a kind and a spelling), forms are folded into one another (`fold`), and what remains are the
//! names of the article, ordered by weight. Folding across articles is left to the archive.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::Names;
use super::fold;
use super::lexicon::{Kind, Known, Lexicon, word};
use super::tag::{Found, Span};
use super::tokens::Tokens;
use super::vocabulary;
use crate::Mention;

/// One spelling of a name in an article.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) kind: Kind,
    /// The name as it is shown.
    pub(super) name: String,
    /// How often it occurs, and how prominently.
    pub(super) count: u32,
    pub(super) weight: u32,
    /// Whether a gazetteer lists it.
    pub(super) listed: bool,
    /// A body of a state without the state, such as "Senate".
    pub(super) stateless: Option<String>,
    /// The form it is folded into.
    pub(super) into: Option<usize>,
}

/// Resolves the tagged names of a body (the first text) and its head.
pub(super) fn resolve(texts: &[Tokens], tagged: &[Found], lexicon: &Lexicon) -> Names {
    let mut forms: Vec<Form> = Vec::new();
    let mut ids: HashMap<(Kind, String), usize> = HashMap::new();
    let mut uses: Vec<(usize, usize, usize, usize)> = Vec::new();
    let american = is_american(texts, tagged, lexicon);
    for (n, (tokens, found)) in texts.iter().zip(tagged).enumerate() {
        for span in &found.spans {
            let (Some(first), Some(last)) = (
                tokens.list.get(span.from),
                span.to.checked_sub(1).and_then(|i| tokens.list.get(i)),
            ) else {
                continue;
            };
            let (start, end) = (first.start, last.end);
            let form = form_of(tokens, span, american, lexicon);
            let key = (span.kind, key(&form.name));
            let id = *ids.entry(key).or_insert_with(|| {
                forms.push(form);
                forms.len() - 1
            });
            if let Some(form) = forms.get_mut(id) {
                form.count += 1;
                form.weight += prominence(n, start);
            }
            uses.push((n, id, start, end));
        }
    }
    // A body that carries its state in its name speaks for it, as under an adjective.
    let orgs = forms.iter().filter(|form| form.kind == Kind::Org);
    let stated: Vec<&str> = orgs
        .filter_map(|form| state_of(&form.name, lexicon))
        .collect();
    let acting = tagged.iter().flat_map(|found| &found.countries);
    for country in acting.map(|country| country.0).chain(stated) {
        countries(country, &mut forms, &mut ids, &mut uses);
    }
    fold::fold(&mut forms, lexicon);
    collect(texts, &forms, &uses)
}

/// Whether an article speaks of the United States as often as of any other country, so that "Congress" is theirs.
fn is_american(texts: &[Tokens], tagged: &[Found], lexicon: &Lexicon) -> bool {
    const HOME: &str = "United States";
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for (tokens, found) in texts.iter().zip(tagged) {
        let named = found.spans.iter().filter_map(|span| {
            let first = tokens.list.get(span.from)?;
            // "U.K. Treasury" speaks of its state too.
            let last = match span.kind {
                Kind::Place => tokens.list.get(span.to.checked_sub(1)?)?,
                Kind::Org => first,
                Kind::Person => return None,
            };
            let canonical = listed(
                tokens.text.get(first.start..last.end)?,
                Kind::Place,
                lexicon,
            )?;
            if canonical.starts_with("Washington") && span.kind == Kind::Place {
                Some(HOME)
            } else {
                Some(canonical).filter(|name| lexicon.is_country(name))
            }
        });
        for country in named.chain(found.countries.iter().map(|(country, _)| *country)) {
            *counts.entry(country).or_default() += 1;
        }
    }
    let home = counts.get(HOME).copied().unwrap_or(0);
    counts.values().all(|count| *count <= home)
}

/// Bodies that many countries have under the same name, and one of them in the lists.
const COMMON_BODIES: &[&str] = &["Congress", "Senate", "House of Representatives", "Treasury"];

/// The country whose short name begins the name of a body: "US State Department".
fn state_of(name: &str, lexicon: &Lexicon) -> Option<&'static str> {
    let (first, _) = name.split_once(' ')?;
    let short = STATES.iter().any(|(_, shown)| shown.trim_end() == first);
    listed(first, Kind::Place, lexicon).filter(|country| short && lexicon.is_country(country))
}

/// A country that acted under its adjective weighs little and is no mention.
fn countries(
    country: &str,
    forms: &mut Vec<Form>,
    ids: &mut HashMap<(Kind, String), usize>,
    uses: &mut Vec<(usize, usize, usize, usize)>,
) {
    let id = *ids.entry((Kind::Place, key(country))).or_insert_with(|| {
        forms.push(Form {
            kind: Kind::Place,
            name: country.to_owned(),
            count: 1,
            weight: 1,
            listed: true,
            stateless: None,
            into: None,
        });
        forms.len() - 1
    });
    uses.push((usize::MAX, id, 0, 0));
}

/// What an occurrence counts: more in the title than in a caption, more in the lead than below.
fn prominence(text: usize, start: usize) -> u32 {
    match (text, start) {
        (usize::MAX, _) => 1,
        (1, _) => 4,
        (0, ..600) => 3,
        _ => 2,
    }
}

fn collect(texts: &[Tokens], forms: &[Form], uses: &[(usize, usize, usize, usize)]) -> Names {
    let mut weights: HashMap<usize, u32> = HashMap::new();
    let mut order = Vec::new();
    let mut names = Names::default();
    let body = texts.first().map_or("", |tokens| tokens.text);
    for (n, id, start, end) in uses {
        let root = root(forms, *id);
        let Some(form) = forms.get(root) else {
            continue;
        };
        if *n != 0 || form.kind != Kind::Org || !is_credit(body, *start, *end) {
            let weight = weights.entry(root).or_insert_with(|| {
                order.push(root);
                0
            });
            *weight += prominence(*n, *start);
        }
        if *n == 0 {
            names.mentions.push(Mention {
                field: form.kind.field().to_owned(),
                name: form.name.clone(),
                text: body.get(*start..*end).unwrap_or_default().to_owned(),
                start: *start,
                end: *end,
            });
        }
    }
    let mut seen = HashSet::new();
    // Stable: of two equally prominent names the earlier one stands first.
    order.sort_by_key(|root| std::cmp::Reverse(weights.get(root).copied()));
    for form in order.into_iter().filter_map(|root| forms.get(root)) {
        let list = match form.kind {
            Kind::Person => &mut names.person,
            Kind::Org => &mut names.org,
            Kind::Place => &mut names.place,
        };
        if seen.insert((form.kind, &form.name)) {
            list.push(form.name.clone());
        }
    }
    names
}

/// How far into a body its dateline reaches.
const DATELINE: usize = 80;

/// Whether an agency stands in brackets in the dateline: it is credited, and the article is not about it.
fn is_credit(body: &str, start: usize, end: usize) -> bool {
    let before = body.get(..start).unwrap_or_default();
    let after = body.get(end..).unwrap_or_default();
    start <= DATELINE && before.ends_with('(') && after.starts_with(')')
}

/// Follows folded forms to the last; bounded, should two ever point at each other.
pub(super) fn root(forms: &[Form], id: usize) -> usize {
    let mut at = id;
    for _ in 0..8 {
        match forms.get(at).and_then(|form| form.into) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// What two spellings of a name have in common: small letters without accents, hyphens, stops and spaces.
pub(super) fn key(name: &str) -> String {
    if name.is_ascii() {
        let letters = name
            .bytes()
            .filter(|b| b.is_ascii_alphanumeric() || *b == b'&');
        return letters
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect();
    }
    let folded = vocabulary::fold(name);
    let letters = folded.chars().filter(|c| c.is_alphanumeric() || *c == '&');
    letters.flat_map(char::to_lowercase).collect()
}

/// The form of one mention, by the gazetteer where it is listed.
fn form_of(tokens: &Tokens, span: &Span, american: bool, lexicon: &Lexicon) -> Form {
    let mut name = String::new();
    for i in span.from..span.to {
        let spaced = tokens.list.get(i).is_some_and(|token| token.spaced);
        if i > span.from && spaced {
            name.push(' ');
        }
        name.push_str(tokens.word(i));
    }
    let name = name.replace('’', "'").replace(" - ", "-");
    let mut form = Form {
        kind: span.kind,
        listed: false,
        stateless: None,
        into: None,
        count: 0,
        weight: 0,
        name,
    };
    match span.kind {
        Kind::Person => person(&mut form, lexicon),
        Kind::Place => place(&mut form, lexicon),
        Kind::Org if !american && COMMON_BODIES.contains(&form.name.as_str()) => {
            if let Some(state) = state_before(tokens, span, lexicon) {
                let whole = format!("{state} {}", form.name);
                form.stateless = Some(std::mem::replace(&mut form.name, whole));
            }
        }
        Kind::Org => organisation(&mut form, tokens, span, lexicon),
    }
    form
}

/// The listed name of a phrase, when it is of this kind.
fn listed(phrase: &str, kind: Kind, lexicon: &Lexicon) -> Option<&'static str> {
    let found = lexicon.name(phrase).or_else(|| {
        if phrase.is_ascii() {
            None
        } else {
            lexicon.name(&vocabulary::fold(phrase))
        }
    });
    match found {
        Some(Known::Name {
            kind: known,
            canonical,
            ..
        }) if known == kind => Some(canonical),
        _ => None,
    }
}

/// Takes a listed name over; in a line of capitals also by its spelling in running text.
fn take_listed(form: &mut Form, lexicon: &Lexicon) -> bool {
    let found = listed(&form.name, form.kind, lexicon).or_else(|| {
        let capitals = !form.name.chars().any(char::is_lowercase);
        let cased = capitals.then(|| super::tag::title_case(&form.name))?;
        listed(&cased, form.kind, lexicon)
    });
    if let Some(canonical) = found {
        canonical.clone_into(&mut form.name);
        form.listed = true;
    }
    form.listed
}

/// Words in capitals as in running text; acronyms stay.
fn uncapital(name: &str) -> String {
    let capitals = name.chars().filter(|c| c.is_alphabetic()).count() > 1
        && !name.chars().any(char::is_lowercase);
    if capitals {
        super::tag::title_case(name)
    } else {
        name.to_owned()
    }
}

fn person(form: &mut Form, lexicon: &Lexicon) {
    if !take_listed(form, lexicon) {
        let stops = form.name.split(' ').any(|part| part.ends_with('.'));
        // "J.R." is initials, "PUTIN" a headline.
        if !stops {
            form.name = uncapital(&form.name);
        }
    }
}

fn place(form: &mut Form, lexicon: &Lexicon) {
    // "State of Texas", "City of Lagos" are Texas and Lagos.
    let short = form
        .name
        .split_once(" of ")
        .filter(|(what, _)| matches!(*what, "State" | "City"));
    if let Some((_, name)) = short
        && let Some(canonical) = listed(name, Kind::Place, lexicon)
    {
        canonical.clone_into(&mut form.name);
        form.listed = true;
        return;
    }
    if !take_listed(form, lexicon) && form.name.len() > 4 {
        form.name = uncapital(&form.name);
    }
}

fn organisation(form: &mut Form, tokens: &Tokens, span: &Span, lexicon: &Lexicon) {
    if let Some(state) = state_before(tokens, span, lexicon) {
        let whole = format!("{state} {}", form.name);
        form.stateless = Some(std::mem::replace(&mut form.name, whole));
        take_listed(form, lexicon);
        return;
    }
    if take_listed(form, lexicon) {
        return;
    }
    for (state, shown) in STATES {
        if let Some(body) = form.name.strip_prefix(state) {
            form.name = format!("{shown}{body}");
            if take_listed(form, lexicon) {
                return;
            }
        }
    }
    // "X Corp" and "X" are one firm.
    let words: Vec<&str> = form.name.split(' ').collect();
    let legal = |word: &&str| LEGAL.contains(&word.trim_end_matches('.'));
    let kept = words.len() - words.iter().rev().take_while(|word| legal(word)).count();
    if kept > 0 && kept < words.len() {
        let short = words.get(..kept).unwrap_or_default().join(" ");
        let full = std::mem::take(&mut form.name);
        let short = short.trim_end_matches([',', ' ', '&']);
        let short = short.strip_suffix(" and").unwrap_or(short);
        short.clone_into(&mut form.name);
        // "Harbour Inc" is not "Harbour", nor "Ruritanian Shipping Corporation" what stands before its last word.
        let last = form.name.rsplit(' ').next().unwrap_or_default();
        let common = lexicon.word(&last.to_lowercase()) & word::COMMON != 0;
        let spelt = full.ends_with("Corporation") || full.ends_with("Company");
        if !take_listed(form, lexicon) && common && (kept == 1 || spelt) {
            form.name = full;
        }
    } else if words.len() > 1 {
        form.name = uncapital(&form.name);
    }
}

/// Spellings of states at the beginning of an organisation's name.
const STATES: &[(&str, &str)] = &[("U.S. ", "US "), ("U.K. ", "UK "), ("U.N. ", "UN ")];

/// Legal forms of firms, without stops.
const LEGAL: &[&str] = &[
    "Inc",
    "INC",
    "Corp",
    "CORP",
    "Co",
    "CO",
    "Cos",
    "Ltd",
    "LTD",
    "Limited",
    "plc",
    "PLC",
    "Plc",
    "LLC",
    "L.L.C",
    "LLP",
    "LP",
    "L.P",
    "AG",
    "A.G",
    "SA",
    "S.A",
    "SE",
    "NV",
    "N.V",
    "BV",
    "GmbH",
    "KG",
    "AB",
    "ASA",
    "A/S",
    "Oy",
    "Oyj",
    "SpA",
    "S.p.A",
    "Spa",
    "Srl",
    "Pty",
    "Bhd",
    "Sdn",
    "Berhad",
    "Tbk",
    "KK",
    "K.K",
    "SARL",
    "Corporation",
    "Incorporated",
    "Company",
    "JSC",
    "PJSC",
];

/// The state whose body this is: "US" before "State Department", "Russian" before "Foreign Ministry".
fn state_before(tokens: &Tokens, span: &Span, lexicon: &Lexicon) -> Option<String> {
    let last = tokens.list.get(span.to.checked_sub(1)?)?;
    let before = tokens.list.get(span.from.checked_sub(1)?)?;
    let of_state = last.is(word::STATE)
        || tokens
            .list
            .get(span.from)
            .is_some_and(|t| t.is(word::STATE));
    if !of_state || span.to < span.from + 2 && !last.is(word::STATE) || !before.is_name() {
        return None;
    }
    for words in [3, 2, 1] {
        let Some(from) = span.from.checked_sub(words) else {
            continue;
        };
        let start = tokens.list.get(from)?.start;
        let phrase = tokens.text.get(start..before.end)?;
        let country = match lexicon.name(phrase) {
            Some(Known::Demonym(country)) => country,
            Some(Known::Name { canonical, .. }) if lexicon.is_country(canonical) => canonical,
            _ => continue,
        };
        let shown = match country {
            "United States" => "US",
            "United Kingdom" => "UK",
            _ => phrase,
        };
        return Some(shown.to_owned());
    }
    None
}

/// Whether a name is an acronym: one word of two to six capitals.
pub(super) fn is_acronym(name: &str) -> bool {
    let letters = name.chars().filter(|c| *c != '.');
    (2..=6).contains(&letters.clone().count())
        && letters.clone().all(|c| c.is_uppercase() || c == '-')
}
