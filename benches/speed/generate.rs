//! A news archive of any size, the same on every machine: one JSON object a line.
//!
//! Words are real ones, drawn by rank as Zipf's law has it, with a long tail of made-up ones; names come from the
//! gazetteers. Articles belong to beats with words and names of their own; some tell an event that others tell too, some
//! are copies that an editor cut or framed.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::io::{self, Write};

use chrono::{Duration, NaiveDate};
use frostem::{Algorithm, Stemmer};
use serde_json::json;

const STOP_WORDS: &str = include_str!("../../data/stopwords/en.txt");
const WORDS: &str = include_str!("../../data/gazetteer/common.txt");
const BACKGROUND: &str = include_str!("../../data/background/words.tsv");
const GIVEN: &str = include_str!("../../data/gazetteer/given.txt");
const SURNAMES: &str = include_str!("../../data/gazetteer/surnames.txt");
const CITIES: &str = include_str!("../../data/gazetteer/cities.tsv");
const COMPANIES: &str = include_str!("../../data/gazetteer/companies.txt");

/// Made-up words after the real ones: what grows the dictionary of a real archive (slips, names, numbers with units).
const TAIL: usize = 300_000;

/// Of a hundred content words: made-up ones.
const RARE: usize = 3;

/// Stock phrases, without which the text would be less alike, and pack worse, than any news.
const PHRASES: usize = 8_000;

/// Articles a day: a larger archive is a longer one.
const A_DAY: usize = 100;

/// Kinds of news, each with people and words of its own.
const BEATS: usize = 250;
const WORDS_OF_BEAT: usize = 150;
const NAMES_OF_BEAT: usize = 30;

/// Days after which a beat has one new name of each kind and a few new words: no paper writes of the same people for years.
const RENEWED: usize = 14;

/// Papers, the largest first.
const SOURCES: usize = 40;

/// Of a thousand articles: copies of an article of the last days, and tellings of an event that others tell too.
const COPIES: usize = 60;
const TELLINGS: usize = 240;

/// Articles that may be copied: those of the last days.
const RECENT: usize = 300;

/// Chance that can be repeated (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `sides`.
    fn throw(&mut self, sides: usize) -> usize {
        (self.next() % sides.max(1) as u64) as usize
    }

    /// A number from 0 to 1.
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Nearly normal: mean 0, deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.part()).sum::<f64>() - 6.0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.throw(from.len())]
    }

    /// One of a list whose first entries are the likelier ones.
    fn early<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let part = self.part();
        &from[((part * part * from.len() as f64) as usize).min(from.len() - 1)]
    }
}

/// Words by rank, each as likely as Zipf's law says.
struct Vocabulary {
    stop: Vec<String>,
    words: Vec<String>,
    tail: Vec<String>,
    phrases: Vec<String>,
    stop_sums: Vec<f64>,
    sums: Vec<f64>,
    tail_sums: Vec<f64>,
    phrase_sums: Vec<f64>,
}

fn sums(count: usize, shift: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let mut sums = Vec::with_capacity(count);
    for rank in 0..count {
        sum += 1.0 / (rank as f64 + shift);
        sums.push(sum);
    }
    sums
}

fn by_rank<'a>(words: &'a [String], sums: &[f64], dice: &mut Dice) -> &'a str {
    let at = dice.part() * sums.last().copied().unwrap_or(0.0);
    &words[sums.partition_point(|sum| *sum < at).min(words.len() - 1)]
}

impl Vocabulary {
    fn new() -> Vocabulary {
        let counts: HashMap<&str, u32> = BACKGROUND
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(stem, count)| Some((stem, count.parse().ok()?)))
            .collect();
        let stop: Vec<String> = STOP_WORDS.split_whitespace().map(str::to_owned).collect();
        let stemmer = Stemmer::new(Algorithm::English);
        let mut ranked: Vec<(u32, u64, String)> = WORDS
            .lines()
            .filter(|word| !stop.iter().any(|stop| stop == word))
            .map(|word| {
                let count = counts.get(&*stemmer.stem(word)).copied().unwrap_or(0);
                // Forms of one stem are not equally frequent.
                let mixed = Dice(
                    word.bytes()
                        .fold(7, |hash, byte| hash * 31 + u64::from(byte)),
                )
                .next();
                (count / (1 + (mixed % 4) as u32), mixed, word.to_owned())
            })
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let words: Vec<String> = ranked.into_iter().map(|(.., word)| word).collect();
        let mut dice = Dice(3);
        let mut vocabulary = Vocabulary {
            stop_sums: sums(stop.len(), 1.5),
            sums: sums(words.len(), 60.0),
            tail_sums: sums(TAIL, 20.0),
            phrase_sums: sums(PHRASES, 30.0),
            stop,
            words,
            tail: (0..TAIL).map(|_| made_up(&mut dice)).collect(),
            phrases: Vec::new(),
        };
        let phrases = (0..PHRASES).map(|_| {
            let words = (0..3 + dice.throw(4)).map(|_| vocabulary.word(&mut dice));
            words.collect::<Vec<&str>>().join(" ")
        });
        vocabulary.phrases = phrases.collect();
        vocabulary
    }

    fn word(&self, dice: &mut Dice) -> &str {
        // Nearly half of running text is function words.
        match dice.throw(100) {
            0..44 => by_rank(&self.stop, &self.stop_sums, dice),
            _ if dice.throw(100) < RARE => by_rank(&self.tail, &self.tail_sums, dice),
            _ => by_rank(&self.words, &self.sums, dice),
        }
    }
}

fn made_up(dice: &mut Dice) -> String {
    const STARTS: [&str; 16] = [
        "b", "br", "ch", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v",
    ];
    const ENDS: [&str; 12] = [
        "a", "an", "e", "en", "er", "i", "in", "o", "on", "or", "u", "us",
    ];
    let mut word = String::new();
    for _ in 0..2 + dice.throw(3) {
        word.push_str(dice.pick::<&str>(&STARTS));
        word.push_str(dice.pick::<&str>(&ENDS));
    }
    word
}

/// What articles of one kind, or of one event, have in common.
#[derive(Clone)]
struct Topic {
    words: Vec<String>,
    people: Vec<(String, String)>,
    orgs: Vec<String>,
    places: Vec<String>,
}

impl Topic {
    /// Puts what is new in places of what was.
    fn renew(&mut self, new: &Topic, dice: &mut Dice) {
        let mut put = |old: &mut Vec<String>, new: &[String]| {
            for one in new {
                let at = dice.throw(old.len());
                old[at].clone_from(one);
            }
        };
        put(&mut self.words, &new.words);
        put(&mut self.orgs, &new.orgs);
        put(&mut self.places, &new.places);
        for one in &new.people {
            let at = dice.throw(self.people.len());
            self.people[at].clone_from(one);
        }
    }
}

struct Names {
    given: Vec<&'static str>,
    surnames: Vec<&'static str>,
    cities: Vec<&'static str>,
    companies: Vec<&'static str>,
}

impl Names {
    fn new() -> Names {
        let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with(['#', '\'']));
        let first = |line: &'static str| line.split('\t').next().unwrap_or(line);
        Names {
            given: lines(GIVEN).step_by(9).collect(),
            surnames: lines(SURNAMES).step_by(5).collect(),
            cities: lines(CITIES).map(first).step_by(7).collect(),
            companies: lines(COMPANIES).collect(),
        }
    }

    fn topic(&self, vocabulary: &Vocabulary, words: usize, names: usize, dice: &mut Dice) -> Topic {
        let from = vocabulary.words.len().min(20_000);
        Topic {
            words: (0..words)
                .map(|_| vocabulary.words[150 + dice.throw(from - 150)].clone())
                .collect(),
            people: (0..names)
                .map(|_| {
                    let given = (*dice.pick(&self.given)).to_owned();
                    (given, (*dice.pick(&self.surnames)).to_owned())
                })
                .collect(),
            orgs: (0..names.div_ceil(2))
                .map(|_| (*dice.pick(&self.companies)).to_owned())
                .collect(),
            places: (0..names.div_ceil(2))
                .map(|_| (*dice.pick(&self.cities)).to_owned())
                .collect(),
        }
    }
}

struct Event {
    topic: Topic,
    left: usize,
}

#[derive(Clone)]
struct Text {
    title: String,
    body: String,
    source: usize,
}

/// Writes that many articles.
pub(crate) fn write(articles: usize, out: &mut dyn Write) -> io::Result<()> {
    let vocabulary = Vocabulary::new();
    let names = Names::new();
    let mut dice = Dice(42);
    let mut beats: Vec<Topic> = (0..BEATS)
        .map(|_| names.topic(&vocabulary, WORDS_OF_BEAT, NAMES_OF_BEAT, &mut dice))
        .collect();
    let papers: Vec<String> = (0..SOURCES)
        .map(|number| format!("The {} Gazette", names.cities[number * 37]))
        .collect();
    let mut events: Vec<Event> = Vec::new();
    let mut recent: VecDeque<Text> = VecDeque::new();
    let start = NaiveDate::from_ymd_opt(2005, 1, 1).unwrap_or_default();
    for number in 0..articles {
        if number % A_DAY == 0 {
            let today = (number / A_DAY) % RENEWED;
            for beat in beats.iter_mut().skip(today).step_by(RENEWED) {
                beat.renew(&names.topic(&vocabulary, 4, 1, &mut dice), &mut dice);
            }
        }
        let source = (dice.part().powi(3) * SOURCES as f64) as usize;
        let kind = dice.throw(1000);
        let text = if kind < COPIES && !recent.is_empty() {
            let at = dice.throw(recent.len());
            copied(&recent[at], source, &mut dice)
        } else {
            let beat = dice.early(&beats);
            let event = (kind < COPIES + TELLINGS).then(|| {
                if events.is_empty() || dice.throw(4) == 0 {
                    let mut topic = names.topic(&vocabulary, 14, 3, &mut dice);
                    topic.people.truncate(2);
                    topic.places.push(dice.pick(&beat.places).clone());
                    events.push(Event {
                        topic,
                        left: 1 + dice.throw(7),
                    });
                }
                let at = dice.throw(events.len());
                let topic = events[at].topic.clone();
                events[at].left -= 1;
                if events[at].left == 0 {
                    events.swap_remove(at);
                }
                topic
            });
            told(&vocabulary, beat, event.as_ref(), source, &mut dice)
        };
        let day = start + Duration::days((number / A_DAY) as i64);
        let minute = dice.throw(1440);
        let line = json!({
            "id": format!("g{number}"),
            "title": text.title,
            "date": format!("{day}T{:02}:{:02}:00Z", minute / 60, minute % 60),
            "source": papers[text.source],
            "url": format!("https://news.example/{day}/{number}"),
            "body": text.body,
        });
        writeln!(out, "{line}")?;
        recent.push_back(text);
        if recent.len() > RECENT {
            recent.pop_front();
        }
    }
    Ok(())
}

/// A new article of a beat, about an event if there is one.
fn told(
    vocabulary: &Vocabulary,
    beat: &Topic,
    event: Option<&Topic>,
    source: usize,
    dice: &mut Dice,
) -> Text {
    let length = (340.0 * (dice.normal() * 0.55).exp()) as usize + 40;
    let about = event.unwrap_or(beat);
    let mut title = String::new();
    for at in 0..6 + dice.throw(4) {
        let word = match dice.throw(5) {
            0 => dice.pick(&about.people).1.clone(),
            1 | 2 => dice.pick(&about.words).clone(),
            _ => vocabulary.word(dice).to_owned(),
        };
        push(&mut title, &if at == 0 { capital(&word) } else { word });
    }
    let mut body = String::new();
    if dice.throw(3) == 0 {
        body = format!("{} - ", dice.pick(&about.places).to_uppercase());
    }
    let mut words = 0;
    let mut sentences = 0;
    while words < length {
        let count = 9 + dice.throw(20);
        sentence(vocabulary, beat, event, count, &mut body, dice);
        words += count;
        sentences += 1;
        if sentences % 3 == 2 {
            body.push_str("\n\n");
        }
    }
    Text {
        title,
        body: body.trim_end().to_owned(),
        source,
    }
}

fn sentence(
    vocabulary: &Vocabulary,
    beat: &Topic,
    event: Option<&Topic>,
    count: usize,
    body: &mut String,
    dice: &mut Dice,
) {
    let mut at = 0;
    while at < count {
        let topic = match event {
            Some(event) if dice.throw(2) == 0 => event,
            _ => beat,
        };
        let word = match dice.throw(100) {
            0..3 => {
                let (given, surname) = dice.early(&topic.people);
                match dice.throw(3) {
                    0 => format!("{given} {surname}"),
                    _ => surname.clone(),
                }
            }
            3 => dice.early(&topic.orgs).clone(),
            4 => format!("in {}", dice.early(&topic.places)),
            5 => (dice.throw(2000) + 2).to_string(),
            6..18 => dice.early(&topic.words).clone(),
            18..32 => by_rank(&vocabulary.phrases, &vocabulary.phrase_sums, dice).to_owned(),
            _ => vocabulary.word(dice).to_owned(),
        };
        let words = 1 + word.matches(' ').count();
        push(body, &if at == 0 { capital(&word) } else { word });
        at += words;
        if at < count && dice.throw(14) == 0 {
            body.push(',');
        }
    }
    body.push('.');
}

fn push(text: &mut String, word: &str) {
    if !text.is_empty() && !text.ends_with(['\n', ' ']) {
        text.push(' ');
    }
    text.push_str(word);
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// What another paper prints of an article: all of it, its beginning, or all of it within its own words.
fn copied(of: &Text, source: usize, dice: &mut Dice) -> Text {
    let mut copy = of.clone();
    copy.source = (source + usize::from(source == of.source)) % SOURCES;
    match dice.throw(3) {
        0 => {}
        1 => {
            let half = copy.body.len() * (50 + dice.throw(40)) / 100;
            if let Some(end) = copy.body.as_bytes()[..half]
                .iter()
                .rposition(|b| *b == b'.')
            {
                copy.body.truncate(end + 1);
            }
        }
        _ => {
            copy.body = format!(
                "This report was supplied by a partner of ours.\n\n{}\n\nSign up for the morning letter of this paper.",
                copy.body
            );
        }
    }
    copy
}
