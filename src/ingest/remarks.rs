//! What should be known of the articles that were read: keys that nothing took, dates that say no day, missing text.

use std::collections::BTreeMap;

use crate::enrich::dates::{Order, parse_date};
use crate::{Article, Draft, How};

/// Keys that are counted; an input of more different ones has data for keys.
const MOST_KEYS: usize = 1_000;

/// Keys that are named.
const NAMED_KEYS: usize = 12;

/// What is remarkable about one article.
#[derive(Debug, Default)]
pub(super) struct Remark {
    unused: Vec<String>,
    /// A stated date, as it stands there.
    date: Option<String>,
}

impl Remark {
    /// What may be remarkable about an article, before it is understood.
    pub(super) fn of(draft: &mut Draft) -> Remark {
        let dates = draft
            .candidates
            .iter()
            .filter(|candidate| candidate.field == "date" && candidate.evidence.how == How::Stated);
        Remark {
            date: dates.map(|date| date.value.clone()).next(),
            unused: std::mem::take(&mut draft.unused),
        }
    }
}

/// Dates of which nothing came: how many, and the first of them.
#[derive(Debug, Default)]
struct Dates {
    count: u64,
    first: String,
}

impl Dates {
    fn note(&mut self, date: String) {
        if self.count == 0 {
            self.first = date;
        }
        self.count += 1;
    }

    /// A hint: what is so of one, and of several.
    fn hint(&self, one: &str, several: &str) -> Option<String> {
        match self.count {
            0 => None,
            1 => Some(format!("the date `{}` {one}", self.first)),
            count => Some(format!("{count} dates {several}, such as `{}`", self.first)),
        }
    }
}

/// The same of all articles.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    keys: BTreeMap<String, u64>,
    /// Not understood.
    unread: Dates,
    /// Understood and not believed.
    refused: Dates,
    without_text: u64,
}

impl Remarks {
    pub(super) fn note(&mut self, remark: Remark, article: &Article) {
        for key in remark.unused {
            if self.keys.len() < MOST_KEYS || self.keys.contains_key(&key) {
                *self.keys.entry(key).or_default() += 1;
            }
        }
        if let Some(date) = remark.date.filter(|_| article.date.is_none()) {
            match parse_date(&date, Order::Unknown) {
                Some(_) => self.refused.note(date),
                None => self.unread.note(date),
            }
        }
        self.without_text += u64::from(article.body.is_empty());
    }

    /// What there is to say, a line each.
    pub(super) fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        let mut keys: Vec<(&String, &u64)> = self.keys.iter().collect();
        // Stable: of equally frequent keys the first by letters.
        keys.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        if !keys.is_empty() {
            let named: Vec<String> = keys
                .iter()
                .take(NAMED_KEYS)
                .map(|(key, count)| format!("{key} ({count})"))
                .collect();
            let more = match keys.len().saturating_sub(NAMED_KEYS) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            hints.push(format!(
                "keys not used: {}{more}; `--map FIELD=KEY` or a schema file takes them",
                named.join(", ")
            ));
        }
        let unread = "say no day, or not which";
        hints.extend(self.unread.hint("says no day, or not which", unread));
        let refused = "not taken: before 1600, or more than two days ahead";
        let (one, several) = (format!("was {refused}"), format!("were {refused}"));
        hints.extend(self.refused.hint(&one, &several));
        match self.without_text {
            0 => {}
            1 => hints.push("1 article has no text".to_owned()),
            count => hints.push(format!("{count} articles have no text")),
        }
        hints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said() {
        let mut remarks = Remarks::default();
        assert!(remarks.hints().is_empty());
        let remark = |keys: &[&str], date: Option<&str>| Remark {
            unused: keys.iter().map(|key| (*key).to_owned()).collect(),
            date: date.map(str::to_owned),
        };
        let whole = Article {
            body: "Ferry sails.".to_owned(),
            date: crate::Date::parse("2024-06-18"),
            ..Article::default()
        };
        remarks.note(remark(&["foo"], Some("18 June 2024")), &whole);
        remarks.note(remark(&["foo", "bar"], Some("soon")), &Article::default());
        remarks.note(remark(&[], Some("1066-10-14")), &Article::default());
        remarks.note(remark(&[], Some("2999-01-01")), &Article::default());
        assert_eq!(
            remarks.hints(),
            [
                "keys not used: foo (2), bar (1); `--map FIELD=KEY` or a schema file takes them",
                "the date `soon` says no day, or not which",
                "2 dates were not taken: before 1600, or more than two days ahead, such as `1066-10-14`",
                "3 articles have no text",
            ]
        );
    }
}
