//! Annotated corpora as samples: reading them, mending the silver one, and copies with strange names.
//!
//! The formats are those in which the corpora are published; the guideline is that of the program: titles, articles and
//! possessives stand outside a name, adjectives of countries are none.

use std::collections::HashMap;

use morgue::trainer::{self, Sample};

type Row = (String, String);

/// Texts of a file of tokens and labels; `-DOCSTART-` begins a text, an empty line a sentence.
pub(crate) fn documents(text: &str, silver: bool) -> Vec<Sample> {
    let mut texts: Vec<Vec<Vec<Row>>> = vec![Vec::new()];
    let mut sentence: Vec<Row> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.starts_with("-DOCSTART-") {
            texts.push(Vec::new());
        } else if let Some((word, label)) = line.split_once(['\t', ' ']) {
            sentence.push((word.to_owned(), label.trim().to_owned()));
        } else if !sentence.is_empty() {
            let done = std::mem::take(&mut sentence);
            if let Some(text) = texts.last_mut() {
                text.push(done);
            }
        }
    }
    texts.retain(|text| !text.is_empty());
    texts
        .into_iter()
        .map(|sentences| sample(&sentences, silver))
        .collect()
}

/// Sentences as running text, and where its names stand.
fn sample(sentences: &[Vec<Row>], silver: bool) -> Sample {
    let mut sample = Sample::default();
    let mut quoted = false;
    for sentence in sentences {
        let mut glue = true;
        let mut places = Vec::new();
        for (word, _) in sentence {
            let closes = matches!(
                word.as_str(),
                "." | ","
                    | ":"
                    | ";"
                    | "?"
                    | "!"
                    | ")"
                    | "%"
                    | "'s"
                    | "n't"
                    | "'"
                    | "''"
                    | "’s"
                    | "'re"
                    | "'ve"
                    | "'ll"
                    | "'m"
                    | "'d"
            ) || word == "\"" && quoted;
            if !glue && !closes {
                sample.text.push(' ');
            }
            glue = matches!(word.as_str(), "(" | "$" | "``" | "#") || word == "\"" && !quoted;
            if word == "\"" {
                quoted = !quoted;
            }
            let start = sample.text.len();
            sample.text.push_str(word);
            places.push((start, sample.text.len()));
        }
        for (from, to, kind) in spans(sentence) {
            let words: Vec<&str> = sentence[from..to]
                .iter()
                .map(|(word, _)| word.as_str())
                .collect();
            let around = (
                from.checked_sub(1).map_or("", |i| sentence[i].0.as_str()),
                sentence.get(to).map_or("", |w| w.0.as_str()),
            );
            let after = sentence.get(to).is_some_and(|w| w.1 == "B-MISC");
            for (a, b, kind) in mend(&words, &kind, around, after, silver) {
                if a < b {
                    sample
                        .names
                        .push((places[from + a].0, places[from + b - 1].1, kind));
                }
            }
        }
        let ended = sentence
            .last()
            .is_some_and(|(word, _)| matches!(word.as_str(), "." | "!" | "?" | "\"" | "''"));
        sample.text.push_str(if ended { " " } else { "\n\n" });
    }
    sample
}

type Counts = HashMap<String, [usize; 4]>;

fn index(kind: &str) -> usize {
    ["person", "org", "place"]
        .iter()
        .position(|k| *k == kind)
        .unwrap_or(3)
}

/// Mends the silver set by what it says itself of the same name elsewhere, and by what the rules are sure of.
pub(crate) fn repair(samples: Vec<Sample>) -> Vec<Sample> {
    let ruled: Vec<Vec<(usize, usize, &str, bool)>> =
        samples.iter().map(|s| trainer::ruling(&s.text)).collect();
    // How often a name has each kind in the set, and how often the rules see it.
    let mut counts = Counts::new();
    for (sample, rules) in samples.iter().zip(&ruled) {
        for (a, b, kind) in &sample.names {
            counts.entry(sample.text[*a..*b].to_owned()).or_default()[index(kind)] += 1;
        }
        for (a, b, ..) in rules {
            counts.entry(sample.text[*a..*b].to_owned()).or_default()[3] += 1;
        }
    }
    let mut out = Vec::new();
    for (mut sample, rules) in samples.into_iter().zip(ruled) {
        let of = |a: usize, b: usize| counts.get(&sample.text[a..b]).copied().unwrap_or_default();
        let mut names: Vec<(usize, usize, String)> = Vec::new();
        for (a, b, kind, strong) in &rules {
            let gold = sample.names.iter().find(|n| n.0 == *a && n.1 == *b);
            let across = sample.names.iter().any(|n| n.0 < *b && *a < n.1);
            let [p, o, l, seen] = of(*a, *b);
            let said = [p, o, l];
            let mine = said.get(index(kind)).copied().unwrap_or(0);
            let keep = match gold {
                Some((_, _, other)) if other == kind => Some((*kind).to_owned()),
                Some((_, _, other)) => {
                    let theirs = said.get(index(other)).copied().unwrap_or(0);
                    let sure = theirs >= 3
                        && theirs * 4 >= (p + o + l) * 3
                        && !(*strong && trainer::listed(&sample.text[*a..*b]) == Some(*kind));
                    Some(if sure || !strong {
                        other.clone()
                    } else {
                        (*kind).to_owned()
                    })
                }
                // Cut at another place, or missed: the rules are right when they are sure and the set often says so.
                None if across => (*strong).then(|| (*kind).to_owned()),
                None => (*strong
                    && (mine * 3 >= seen || trainer::listed(&sample.text[*a..*b]) == Some(*kind)))
                .then(|| (*kind).to_owned()),
            };
            if let Some(kind) = keep {
                names.push((*a, *b, kind));
            }
        }
        for (a, b, kind) in &sample.names {
            if names.iter().any(|n| n.0 < *b && *a < n.1) {
                continue;
            }
            let [p, o, l, _] = of(*a, *b);
            let mine = [p, o, l].get(index(kind)).copied().unwrap_or(0);
            let text = &sample.text[*a..*b];
            if mine * 3 >= (p + o + l) * 2 && !trainer::is_never(text) {
                names.push((*a, *b, kind.clone()));
            }
        }
        names.sort();
        sample.names = names;
        out.push(sample);
    }
    out
}

fn spans(sentence: &[Row]) -> Vec<(usize, usize, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (at, (_, label)) in sentence.iter().enumerate() {
        let Some((part, kind)) = label.split_once('-') else {
            continue;
        };
        let goes_on = part == "I"
            && found
                .last()
                .is_some_and(|last| last.1 == at && last.2 == kind);
        if goes_on {
            if let Some(last) = found.last_mut() {
                last.1 = at + 1;
            }
        } else {
            found.push((at, at + 1, kind.to_owned()));
        }
    }
    found
}

const SMALL: &[&str] = &[
    "the", "The", "a", "A", "an", "southern", "northern", "eastern", "western", "central", "former",
];

/// Brings an annotated name to the guideline: no titles, no articles, no adjectives of countries; the silver set also
/// takes states for organisations and cuts names at the wrong place.
fn mend(
    words: &[&str],
    kind: &str,
    around: (&str, &str),
    misc_after: bool,
    silver: bool,
) -> Vec<(usize, usize, String)> {
    let (mut from, mut to) = (0, words.len());
    while from < to && (SMALL.contains(&words[from]) && to - from > 1 && words[from + 1] != "Hague")
    {
        from += 1;
    }
    while to > from && matches!(words[to - 1], "'s" | "'" | "," | ".") {
        to -= 1;
    }
    let name = words[from..to].join(" ");
    let known = trainer::listed(&name);
    let kind = match kind {
        "PER" => "person",
        "ORG" => "org",
        "LOC" => "place",
        // "Sri | Lanka"
        _ => return Vec::new(),
    };
    if !silver {
        return vec![(from, to, kind.to_owned())];
    }
    while from < to && kind == "person" && trainer::is_title(words[from]) {
        from += 1;
    }
    while kind == "person" && to > from && !words[to - 1].starts_with(char::is_uppercase) {
        to -= 1;
    }
    if from == to
        || misc_after && kind == "place"
        || words[from..to]
            .iter()
            .all(|w| !w.contains(char::is_uppercase))
    {
        return Vec::new();
    }
    let name = words[from..to].join(" ");
    if name == "Sri" && around.1 == "Lanka" {
        return vec![(from, to + 1, "place".to_owned())];
    }
    let kind = match known {
        Some("demonym") => return Vec::new(),
        Some(known) if known != "person" && kind != "person" => known,
        _ => kind,
    };
    vec![(from, to, kind.to_owned())]
}

/// The texts of a file of `data/training`: `=== ` begins one, `{p Name}` marks a name.
pub(crate) fn marked(text: &str) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for line in text.lines() {
        if line.starts_with("=== ") {
            samples.push(Sample::default());
            continue;
        }
        let Some(sample) = samples.last_mut() else {
            continue;
        };
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            sample.text.push_str(before);
            let (name, beyond) = after.split_once('}').unwrap_or((after, ""));
            let kind = match name.get(..2) {
                Some("p ") => "person",
                Some("o ") => "org",
                _ => "place",
            };
            let start = sample.text.len();
            sample.text.push_str(name.get(2..).unwrap_or_default());
            sample
                .names
                .push((start, sample.text.len(), kind.to_owned()));
            rest = beyond;
        }
        sample.text.push_str(rest);
        sample.text.push('\n');
    }
    samples
}

/// A text of the GUM corpus: mentions of people, organisations and places whose words are proper nouns.
pub(crate) fn gum(text: &str) -> (Sample, Vec<String>) {
    let mut sample = Sample::default();
    let mut linked: Vec<String> = Vec::new();
    let mut open: Vec<(String, String, usize, String)> = Vec::new();
    let mut words: Vec<(String, String, usize, usize)> = Vec::new();
    let mut found: Vec<(usize, usize, String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with("# newpar") && !sample.text.is_empty() {
            sample.text.push_str("\n\n");
        }
        let columns: Vec<&str> = line.split('\t').collect();
        if columns.len() < 10 || columns[0].contains(['-', '.']) {
            continue;
        }
        let start = sample.text.len();
        sample.text.push_str(columns[1]);
        words.push((
            columns[1].to_owned(),
            columns[4].to_owned(),
            start,
            sample.text.len(),
        ));
        let misc = columns[9];
        if !misc.contains("SpaceAfter=No") {
            sample.text.push(' ');
        }
        let entity = misc
            .split('|')
            .find_map(|part| part.strip_prefix("Entity="))
            .unwrap_or("");
        let at = words.len() - 1;
        let mut rest = entity;
        while let Some(c) = rest.chars().next() {
            if c == '(' {
                let end = rest[1..].find(['(', ')']).map_or(rest.len(), |i| i + 1);
                let body = &rest[1..end];
                let mut parts = body.split('-');
                let id = parts.next().unwrap_or("").to_owned();
                let kind = parts.next().unwrap_or("").to_owned();
                // The link is what stands after the seventh hyphen.
                let link = body.splitn(8, '-').nth(7).unwrap_or("").to_owned();
                rest = &rest[end..];
                if let Some(after) = rest.strip_prefix(')') {
                    found.push((at, at + 1, kind, link));
                    rest = after;
                } else {
                    open.push((id, kind, at, link));
                }
            } else {
                let end = rest.find([')', '(']).unwrap_or(rest.len());
                let id = &rest[..end];
                if let Some(i) = open.iter().rposition(|(known, ..)| known == id) {
                    let (_, kind, from, link) = open.remove(i);
                    found.push((from, at + 1, kind, link));
                }
                rest = rest[end..].strip_prefix(')').unwrap_or(&rest[end..]);
            }
        }
    }
    // The longest mention of proper nouns wins.
    found.sort_by_key(|(from, to, ..)| (*from, usize::MAX - *to));
    let mut last = 0;
    for (mut from, to, kind, link) in found {
        let kind = match kind.as_str() {
            "person" => "person",
            "organization" => "org",
            "place" => "place",
            _ => continue,
        };
        while from < to
            && (matches!(words[from].1.as_str(), "DT" | "JJ" | "PRP$" | "CD")
                || kind == "person" && trainer::is_title(&words[from].0))
        {
            from += 1;
        }
        let proper = |i: usize| words[i].1.starts_with("NNP");
        let inside = |i: usize| {
            let word = words[i].0.as_str();
            proper(i)
                || word == "-"
                || kind != "person" && matches!(word, "of" | "and" | "&" | "the" | "for")
        };
        if from >= to || from < last || !proper(from) || !proper(to - 1) || !(from..to).all(inside)
        {
            continue;
        }
        let name = sample.text[words[from].2..words[to - 1].3].to_owned();
        let kind = match trainer::listed(&name) {
            Some("demonym") => continue,
            Some("place") if kind == "org" => "place",
            _ => kind,
        };
        sample
            .names
            .push((words[from].2, words[to - 1].3, kind.to_owned()));
        linked.push(link);
        last = to;
    }
    (sample, linked)
}

/// A copy with names that no list knows: vowels and some consonants shifted, the same way all through the text.
pub(crate) fn estrange(sample: &Sample) -> Sample {
    let mut out = Sample::default();
    let mut at = 0;
    for (a, b, kind) in &sample.names {
        out.text.push_str(&sample.text[at..*a]);
        let start = out.text.len();
        let count = sample.text[*a..*b].split(' ').count();
        for (i, word) in sample.text[*a..*b].split(' ').enumerate() {
            if i > 0 {
                out.text.push(' ');
            }
            let plain = trainer::is_plain(word)
                || kind == "place"
                || kind == "org" && i > 0
                || word.len() < 4
                || !word.is_ascii()
                || word.bytes().skip(1).any(|b| b.is_ascii_uppercase());
            let sum = word.bytes().fold(0u32, |sum, b| {
                sum.wrapping_mul(31).wrapping_add(u32::from(b))
            });
            if plain || sum % 3 == 0 && count > 1 {
                out.text.push_str(word);
                continue;
            }
            for (j, c) in word.chars().enumerate() {
                let from = "aeiouktlmr";
                let to = ["eiouagdrnl", "ouaieptnrm", "iaueovdmlk"][(sum / 3 % 3) as usize];
                let new = from
                    .find(c)
                    .and_then(|k| to.chars().nth(k))
                    .filter(|_| j > 0)
                    .unwrap_or(c);
                out.text.push(new);
            }
        }
        out.names.push((start, out.text.len(), kind.clone()));
        at = *b;
    }
    out.text.push_str(&sample.text[at..]);
    out
}

/// A copy with its hyphens between spaces, as texts have them that were put together from words.
pub(crate) fn loosen(sample: &Sample) -> Sample {
    let mut out = Sample::default();
    let mut places = vec![0; sample.text.len() + 1];
    for (at, c) in sample.text.char_indices() {
        places[at] = out.text.len();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let mut before = sample.text[..at].chars();
        let mut after = sample.text[at + c.len_utf8()..].chars();
        if c == '-' && letter(before.next_back()) && letter(after.next()) {
            out.text.push_str(" - ");
        } else {
            out.text.push(c);
        }
    }
    places[sample.text.len()] = out.text.len();
    let moved = |(a, b, kind): &(usize, usize, String)| (places[*a], places[*b], kind.clone());
    out.names = sample.names.iter().map(moved).collect();
    out
}
