//! Understanding an article.

pub mod names;
