//! Writing the stored form of an article.

use std::collections::HashMap;

use super::{DIGITS, FORM, KINDS, KNOWN, MORE, OF_EARLIER, OF_KNOWN, OF_MENTION, Repeated, names};
use crate::{Article, Date, Evidence, How, Proof, Role};

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
