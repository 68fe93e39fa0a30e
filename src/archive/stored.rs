//! The form in which articles lie in the store: their texts as they are, and everything else as few numbers.
//!
//! Names and evidence mostly repeat the body or each other, and a text that was written before is a number. What is read
//! is what was written; bytes that are not of this form are `None`. Earlier versions stored JSON: its first byte tells.

use std::collections::HashMap;

use super::layout::digest_of;
use crate::article::{RunnerUp, Version};
use crate::{Article, Date, Evidence, How, Mention, Proof, Role, Zone};

/// The first byte of this form; that of JSON is a brace.
const FORM: char = '\u{1}';

/// Numbers are written in bytes below 128: those from here on are digits of a number that goes on.
const MORE: u64 = 96;
const DIGITS: u64 = 128 - MORE;

/// Texts that articles of all archives have. Their places are part of the form: add at the end only.
const KNOWN: [&str; 42] = [
    "id",
    "title",
    "date",
    "source",
    "language",
    "dateline",
    "byline",
    "agency",
    "section",
    "url",
    "standfirst",
    "updated",
    "person",
    "org",
    "place",
    "country",
    "text",
    "body",
    "lead",
    "header",
    "host",
    "by hand",
    "en",
    "jsonl",
    "json",
    "html",
    "key id",
    "key title",
    "key date",
    "key source",
    "key byline",
    "key dateline",
    "key section",
    "key url",
    "key language",
    "key standfirst",
    "other",
    "caption",
    "footer",
    "kicker",
    "advert",
    "comment",
];

/// Where a text stood that is not written again.
const KINDS: usize = 3;
const OF_KNOWN: usize = 0;
const OF_EARLIER: usize = 1;
const OF_MENTION: usize = 2;

/// Bytes of text that the numbers of one article may stand for: few bytes must not become an article without end.
const MOST_REPEATED: usize = 16 << 20;

/// An article as it is stored, and the hash of that.
pub(crate) struct Stored {
    pub(crate) form: String,
    pub(crate) digest: u64,
}

impl Stored {
    pub(crate) fn of(article: &Article) -> Stored {
        let form = encode(article);
        let digest = digest_of(form.as_bytes());
        Stored { form, digest }
    }
}

/// The stored form of an article, without what depends on other articles.
pub(crate) fn encode(article: &Article) -> String {
    let mut to = Writer::default();
    to.form.reserve(article.body.len() + 1024);
    to.form.push(FORM);
    to.text(&article.body);
    to.spans(article);
    to.number(article.version.0.into());
    to.string(&article.id);
    to.string(&article.path);
    to.maybe_number(article.record);
    to.string(&article.format);
    to.maybe(article.title.as_deref());
    to.maybe(article.standfirst.as_deref());
    to.date(article.date);
    to.date(article.updated);
    to.maybe(article.source.as_deref());
    to.list(&article.agency);
    to.list(&article.byline);
    to.maybe(article.dateline.as_deref());
    to.maybe(article.language.as_deref());
    to.list(&article.section);
    to.maybe(article.url.as_deref());
    to.number(article.rest.len() as u64);
    for zone in &article.rest {
        to.string(&zone.zone);
        to.text(&zone.text);
    }
    to.list(&article.person);
    to.list(&article.org);
    to.list(&article.place);
    to.mentions(article);
    to.number(article.labels.len() as u64);
    for (field, values) in &article.labels {
        to.string(field);
        to.list(values);
    }
    to.number(article.evidence.len() as u64);
    for (field, proof) in &article.evidence {
        to.string(field);
        to.proof(proof);
    }
    to.number(article.runners_up.len() as u64);
    for other in &article.runners_up {
        to.string(&other.field);
        to.string(&other.why);
        to.evidence(&other.evidence);
    }
    to.form
}

/// The article of a stored form; `None` when the bytes are not of one.
pub(crate) fn decode(bytes: &[u8]) -> Option<Article> {
    if bytes.first() == Some(&b'{') {
        return serde_json::from_slice(bytes).ok();
    }
    let form = std::str::from_utf8(bytes).ok()?;
    Reader::new(form.strip_prefix(FORM)?).article()
}

/// The names that mentions are mostly of, each with its field.
fn names(article: &Article) -> impl Iterator<Item = (&'static str, &str)> {
    let lists = [
        ("person", &article.person),
        ("org", &article.org),
        ("place", &article.place),
    ];
    let names = lists
        .into_iter()
        .map(|(field, names)| names.iter().map(move |name| (field, name.as_str())));
    names.flatten()
}

/// How many bytes numbers stood for so far.
#[derive(Default)]
struct Repeated(usize);

impl Repeated {
    /// Whether a number may stand for that text too.
    fn allows(&mut self, text: &str) -> bool {
        let is_allowed = self.0 + text.len() <= MOST_REPEATED;
        self.0 += if is_allowed { text.len() } else { 0 };
        is_allowed
    }
}

#[derive(Default)]
struct Writer<'a> {
    form: String,
    /// The numbers of texts that were written.
    places: HashMap<&'a str, usize>,
    earlier: usize,
    repeated: Repeated,
}

impl<'a> Writer<'a> {
    /// Bytes from `MORE` on say that another follows. All are ASCII: the form is text, which the engine reads in one go,
    /// and bytes one by one.
    fn number(&mut self, mut number: u64) {
        while number >= MORE {
            number -= MORE;
            self.form.push((MORE + number % DIGITS) as u8 as char);
            number /= DIGITS;
        }
        self.form.push(number as u8 as char);
    }

    fn maybe_number(&mut self, number: Option<u64>) {
        self.number(u64::from(number.is_some()));
        if let Some(number) = number {
            self.number(number);
        }
    }

    /// A text that nothing else repeats.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.form.push_str(text);
    }

    /// 0 stands for no text, 1 for the text that follows, any other number for one that was there before.
    fn maybe(&mut self, text: Option<&'a str>) {
        let Some(text) = text else {
            return self.number(0);
        };
        let known = KNOWN.iter().position(|known| *known == text);
        let known = known.map(|known| 2 + KINDS * known + OF_KNOWN);
        let place = known.or_else(|| self.places.get(text).copied());
        match place.filter(|_| self.repeated.allows(text)) {
            Some(place) => self.number(place as u64),
            None => {
                self.number(1);
                self.text(text);
                let place = 2 + KINDS * self.earlier + OF_EARLIER;
                self.places.entry(text).or_insert(place);
                self.earlier += 1;
            }
        }
    }

    fn string(&mut self, text: &'a str) {
        self.maybe(Some(text));
    }

    fn date(&mut self, date: Option<Date>) {
        let text = date.map_or(String::new(), |date| date.to_string());
        self.text(&text);
    }

    fn list(&mut self, texts: &'a [String]) {
        self.number(texts.len() as u64);
        for text in texts {
            self.string(text);
        }
    }

    /// Where names stand in the body. A name itself mostly reads as it does in one of those places.
    fn spans(&mut self, article: &'a Article) {
        self.number(article.mentions.len() as u64);
        let mut before = 0;
        for (number, mention) in article.mentions.iter().enumerate() {
            let (start, end) = (mention.start as u64, mention.end as u64);
            let apart = start.wrapping_sub(before) as i64;
            self.number(((apart << 1) ^ (apart >> 63)) as u64);
            self.number(end.wrapping_sub(start));
            before = end;
            if let Some(text) = article.body.get(mention.start..mention.end) {
                let place = 2 + KINDS * number + OF_MENTION;
                self.places.entry(text).or_insert(place);
            }
        }
    }

    /// Whose names they are, by their places in the lists: an even number where the text is that of the body.
    fn mentions(&mut self, article: &'a Article) {
        let mut numbers = HashMap::new();
        for (number, name) in (1..).zip(names(article)) {
            numbers.entry(name).or_insert(number);
        }
        for mention in &article.mentions {
            let (field, name) = (mention.field.as_str(), mention.name.as_str());
            let number = numbers.get(&(field, name)).copied();
            let number = number.filter(|_| self.repeated.allows(name)).unwrap_or(0);
            let there = article.body.get(mention.start..mention.end);
            let is_there = there == Some(&mention.text) && self.repeated.allows(&mention.text);
            self.number(2 * number + u64::from(!is_there));
            if number == 0 {
                self.string(field);
                self.string(name);
            }
            if !is_there {
                self.string(&mention.text);
            }
        }
    }

    /// 0 stands for a single piece, any other number for one piece less in a list.
    fn proof(&mut self, proof: &'a Proof) {
        match proof {
            Proof::One(_) => self.number(0),
            Proof::Many(pieces) => self.number(pieces.len() as u64 + 1),
        }
        for piece in proof.pieces() {
            self.evidence(piece);
        }
    }

    fn evidence(&mut self, piece: &'a Evidence) {
        let how = match piece.how {
            How::Stated => 0,
            How::Derived => 1,
            How::Guessed => 2,
        };
        let role = match piece.role {
            None => 0,
            Some(Role::Credited) => 1,
            Some(Role::Cited) => 2,
        };
        self.number(how + 3 * role);
        self.number(piece.line.map_or(0, |line| u64::from(line) + 1));
        self.maybe(piece.value.as_deref());
        self.maybe(piece.from.as_deref());
        self.maybe(piece.text.as_deref());
    }
}

struct Reader<'a> {
    form: &'a str,
    body: &'a str,
    spans: Vec<(usize, usize)>,
    earlier: Vec<&'a str>,
    repeated: Repeated,
}

impl<'a> Reader<'a> {
    fn new(form: &'a str) -> Reader<'a> {
        Reader {
            form,
            body: "",
            spans: Vec::new(),
            earlier: Vec::new(),
            repeated: Repeated::default(),
        }
    }

    fn article(mut self) -> Option<Article> {
        self.body = self.text()?;
        let mut article = Article {
            body: self.body.to_owned(),
            ..Article::default()
        };
        self.spans = self.read_spans()?;
        article.version = Version(u32::try_from(self.number()?).ok()?);
        article.id = self.string()?;
        article.path = self.string()?;
        article.record = match self.number()? {
            0 => None,
            _ => Some(self.number()?),
        };
        article.format = self.string()?;
        article.title = self.maybe()?;
        article.standfirst = self.maybe()?;
        article.date = self.date()?;
        article.updated = self.date()?;
        article.source = self.maybe()?;
        article.agency = self.several(Self::string)?;
        article.byline = self.several(Self::string)?;
        article.dateline = self.maybe()?;
        article.language = self.maybe()?;
        article.section = self.several(Self::string)?;
        article.url = self.maybe()?;
        article.rest = self.several(|from| {
            Some(Zone {
                zone: from.string()?,
                text: from.text()?.to_owned(),
            })
        })?;
        article.person = self.several(Self::string)?;
        article.org = self.several(Self::string)?;
        article.place = self.several(Self::string)?;
        article.mentions = self.mentions(&article)?;
        let labels = self.several(|from| Some((from.string()?, from.several(Self::string)?)))?;
        article.labels = labels.into_iter().collect();
        let evidence = self.several(|from| Some((from.string()?, from.proof()?)))?;
        article.evidence = evidence.into_iter().collect();
        article.runners_up = self.several(|from| {
            Some(RunnerUp {
                field: from.string()?,
                why: from.string()?,
                evidence: from.evidence()?,
            })
        })?;
        self.form.is_empty().then_some(article)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut number, mut worth) = (0u64, 1u64);
        loop {
            let (digit, rest) = self.form.split_at_checked(1)?;
            self.form = rest;
            let digit = u64::from(*digit.as_bytes().first()?);
            number = number.checked_add(digit.checked_mul(worth)?)?;
            if digit < MORE {
                return Some(number);
            }
            worth = worth.checked_mul(DIGITS)?;
        }
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.form.split_at_checked(length)?;
        self.form = rest;
        Some(text)
    }

    /// A text that was there before or follows; the outer `None` is damage.
    #[allow(clippy::option_option, reason = "no text is not damage")]
    fn maybe(&mut self) -> Option<Option<String>> {
        let place = match usize::try_from(self.number()?).ok()? {
            0 => return Some(None),
            1 => {
                let text = self.text()?;
                self.earlier.push(text);
                return Some(Some(text.to_owned()));
            }
            number => number - 2,
        };
        let number = place / KINDS;
        let text = match place % KINDS {
            OF_KNOWN => *KNOWN.get(number)?,
            OF_EARLIER => *self.earlier.get(number)?,
            _ => self.there(number)?,
        };
        self.repeated.allows(text).then(|| Some(text.to_owned()))
    }

    fn string(&mut self) -> Option<String> {
        self.maybe()?
    }

    #[allow(clippy::option_option, reason = "no date is not damage")]
    fn date(&mut self) -> Option<Option<Date>> {
        match self.text()? {
            "" => Some(None),
            text => Some(Some(Date::parse(text)?)),
        }
    }

    /// So many things as a number says; each takes a byte at least.
    fn several<T>(&mut self, one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        self.so_many(count, one)
    }

    fn so_many<T>(
        &mut self,
        count: usize,
        mut one: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        (0..count).map(|_| one(self)).collect()
    }

    /// Where names stand in the body.
    fn read_spans(&mut self) -> Option<Vec<(usize, usize)>> {
        let mut before = 0u64;
        self.several(|from| {
            let apart = from.number()?;
            let start = before.wrapping_add((apart >> 1) ^ (apart & 1).wrapping_neg());
            before = start.wrapping_add(from.number()?);
            Some((usize::try_from(start).ok()?, usize::try_from(before).ok()?))
        })
    }

    /// What the body has where a name stands.
    fn there(&self, number: usize) -> Option<&'a str> {
        let (start, end) = *self.spans.get(number)?;
        self.body.get(start..end)
    }

    fn mentions(&mut self, article: &Article) -> Option<Vec<Mention>> {
        let names: Vec<(&str, &str)> = names(article).collect();
        let mut mentions = Vec::with_capacity(self.spans.len());
        for place in 0..self.spans.len() {
            let number = self.number()?;
            let listed = usize::try_from(number / 2).ok()?.checked_sub(1);
            let listed = match listed {
                Some(listed) => Some(*names.get(listed)?),
                None => None,
            };
            if listed.is_some_and(|(_, name)| !self.repeated.allows(name)) {
                return None;
            }
            let there = match number % 2 {
                0 => Some(self.there(place)?),
                _ => None,
            };
            if there.is_some_and(|text| !self.repeated.allows(text)) {
                return None;
            }
            let (field, name) = match listed {
                Some((field, name)) => (field.to_owned(), name.to_owned()),
                None => (self.string()?, self.string()?),
            };
            let text = match there {
                Some(text) => text.to_owned(),
                None => self.string()?,
            };
            let (start, end) = *self.spans.get(place)?;
            mentions.push(Mention {
                field,
                name,
                text,
                start,
                end,
            });
        }
        Some(mentions)
    }

    fn proof(&mut self) -> Option<Proof> {
        let count = usize::try_from(self.number()?).ok()?;
        match count.checked_sub(1) {
            None => self.evidence().map(Proof::One),
            Some(count) => self.so_many(count, Self::evidence).map(Proof::Many),
        }
    }

    fn evidence(&mut self) -> Option<Evidence> {
        let number = self.number()?;
        let how = match number % 3 {
            0 => How::Stated,
            1 => How::Derived,
            _ => How::Guessed,
        };
        let role = match number / 3 {
            0 => None,
            1 => Some(Role::Credited),
            2 => Some(Role::Cited),
            _ => return None,
        };
        let line = match self.number()?.checked_sub(1) {
            None => None,
            Some(line) => Some(u32::try_from(line).ok()?),
        };
        Some(Evidence {
            how,
            role,
            line,
            value: self.maybe()?,
            from: self.maybe()?,
            text: self.maybe()?,
        })
    }
}

#[cfg(test)]
mod tests;
