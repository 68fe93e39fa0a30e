//! Understanding an article.

pub mod names;

use crate::{Article, Draft};

/// x
#[derive(Clone, Debug)]
pub struct EnrichOptions {
    /// x
    pub today: chrono::NaiveDate,
    /// x
    pub names: bool,
}

impl Default for EnrichOptions {
    fn default() -> EnrichOptions {
        EnrichOptions {
            today: chrono::Utc::now().date_naive(),
            names: true,
        }
    }
}

/// x
pub fn enrich(draft: Draft, _options: &EnrichOptions) -> Article {
    let mut article = draft.article;
    if let Some(text) = draft.text {
        article.body = text;
    }
    for c in draft.candidates {
        match c.field {
            "title" if article.title.is_none() => article.title = Some(c.value),
            "date" if article.date.is_none() => article.date = crate::Date::parse(&c.value),
            "source" if article.source.is_none() => article.source = Some(c.value),
            _ => {}
        }
    }
    article
}
