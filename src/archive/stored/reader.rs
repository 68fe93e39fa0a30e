//! Reading the stored form of an article; whatever is not of this form is `None`.

use super::{DIGITS, KINDS, KNOWN, MORE, OF_EARLIER, OF_KNOWN, Repeated, names};
use crate::article::{RunnerUp, Version};
use crate::{Article, Date, Evidence, How, Mention, Proof, Role, Zone};

pub(super) struct Reader<'a> {
    form: &'a str,
    body: &'a str,
    spans: Vec<(usize, usize)>,
    earlier: Vec<&'a str>,
    repeated: Repeated,
}

impl<'a> Reader<'a> {
    pub(super) fn new(form: &'a str) -> Reader<'a> {
        Reader {
            form,
            body: "",
            spans: Vec::new(),
            earlier: Vec::new(),
            repeated: Repeated::default(),
        }
    }

    pub(super) fn article(mut self) -> Option<Article> {
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
