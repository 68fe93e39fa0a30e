//! Stories as answers: the tellings of one, with what each adds, and the biggest among the articles that match.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::DateTime;

use super::analyse::{fold_value, words};
use super::collect::{Gather, Shared, date_of_rank};
use super::marks::Marks;
use super::search::Prepared;
use super::snippet::is_abbreviation;
use super::told::Story;
use super::{Archive, State, engine_error, search};
use crate::{
    Adds, Article, Query, Result, Sort, StoriesAnswer, StoryAnswer, StoryLine, StorySort, Telling,
    Version,
};

/// How long before the newest telling of all a telling counts as growth: a week.
const GROWTH_SECONDS: i64 = 7 * 24 * 3600;

/// Words in a row that tell whether a sentence is new.
const ROW: usize = 3;

/// Said where no stories are known of.
const NO_STORIES: &str = "the articles were not compared with each other, as `--no-enrich` leaves that out: \
     `morgue index PATH --again` does it";

impl Archive {
    /// Every telling of the story that an article belongs to, oldest first, with what each adds to those before it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] and [`crate::ErrorKind::Ambiguous`] for the id.
    pub fn story(&self, id: &str) -> Result<StoryAnswer> {
        let member = self.get(id)?;
        let story = member.story.unwrap_or(member.id);
        // The id is looked up whole; what it may hold is not read as a query.
        let quoted = format!("story:\"{}\"", story.replace('"', ""));
        let mut articles = Vec::new();
        self.each(&Query::new(quoted), &mut |article| {
            articles.push(article);
            Ok(())
        })?;
        articles.sort_by_cached_key(|article| {
            (
                article.date.is_none(),
                article.date.map(|date| date.seconds()),
                article.id.clone(),
            )
        });
        let size = articles.len() as u64;
        let mut known = Known::default();
        let mut tellings = Vec::with_capacity(articles.len());
        for (rank, article) in (1..).zip(articles) {
            let adds = known.add(&article);
            let mut hit = search::hit(article, Some(&Marks::default()), 0.0);
            (hit.rank, hit.story_size) = (rank, size);
            tellings.push(Telling { hit, adds });
        }
        Ok(StoryAnswer {
            version: Version::default(),
            story,
            articles: tellings,
        })
    }

    /// The stories that most of the matching articles tell; those of one article are none.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn stories(&self, query: &Query, top: usize) -> Result<StoriesAnswer> {
        self.stories_by(query, StorySort::Biggest, top)
    }

    /// The first stories in another order.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn stories_by(&self, query: &Query, sort: StorySort, top: usize) -> Result<StoriesAnswer> {
        self.guarded(|| self.sorted_stories(query, sort, top))
    }

    fn sorted_stories(&self, query: &Query, sort: StorySort, top: usize) -> Result<StoriesAnswer> {
        let state = self.state()?;
        let (prepared, stories) = self.gather_stories(&state, query)?;
        let newest = stories.values().map(|story| story.best.rank.primary).min();
        let mut grown = HashMap::new();
        if let (StorySort::Growing, Some(newest)) = (sort, newest.and_then(date_of_rank)) {
            let since = newest.saturating_sub(GROWTH_SECONDS);
            let since = DateTime::from_timestamp(since, 0).map(|since| since.date_naive());
            let since = since.map(|since| since.to_string());
            // The later of the two: what was not asked for is no growth.
            let recent = Query {
                since: since.max(prepared.asked.since.clone()),
                ..query.clone()
            };
            grown = self.gather_stories(&state, &recent)?.1;
        }
        let mut lines: Vec<_> = stories
            .iter()
            .filter(|(_, story)| story.size > 1)
            .filter_map(|(number, story)| {
                let first = match sort {
                    StorySort::Biggest => 0,
                    StorySort::Newest => story.best.rank.primary,
                    StorySort::Growing => {
                        u64::MAX - grown.get(number).map_or(0, |story| story.size)
                    }
                };
                let name = state.groups.name(*number)?.to_owned();
                Some((first, Reverse(story.size), name))
            })
            .collect();
        lines.sort();
        lines.truncate(top);
        let mut stories = Vec::with_capacity(lines.len());
        for (_, Reverse(size), story) in lines {
            stories.push(self.story_line(query, story, size)?);
        }
        let mut hints = prepared.hints;
        if stories.is_empty() && !self.knows_stories(&state)? {
            hints.push(NO_STORIES.to_owned());
        }
        Ok(StoriesAnswer {
            version: Version::default(),
            stories,
            hints,
        })
    }

    /// Whether any articles were compared; an empty archive misses nothing.
    fn knows_stories(&self, state: &State) -> Result<bool> {
        let searcher = state.reader.searcher();
        for reader in searcher.segment_readers() {
            if self.tells(reader)? {
                return Ok(true);
            }
        }
        Ok(searcher.num_docs() == 0)
    }

    /// The stories of the matching articles by their numbers, each with its newest telling.
    fn gather_stories(
        &self,
        state: &State,
        query: &Query,
    ) -> Result<(Prepared, HashMap<u32, Story>)> {
        let searcher = state.reader.searcher();
        let mut prepared = self.prepare(&searcher, &search::strict(query), None)?;
        let gather = Gather {
            sort: Sort::Newest,
            // Without a line only the number of stories would be told.
            keep: 1,
            after: None,
            fresh: None,
            facets: Vec::new(),
            groups: Some(state.groups.clone()),
            placed: state.placed(&searcher)?,
            by_story: true,
            so_far: Shared::default(),
        };
        let gathered = searcher
            .search(&*prepared.strict(), &gather)
            .map_err(engine_error)?;
        self.explain_nothing(&searcher, query, gathered.total, &mut prepared)?;
        Ok((prepared, gathered.stories.by_number()))
    }

    fn story_line(&self, query: &Query, story: String, size: u64) -> Result<StoryLine> {
        let mut line = StoryLine {
            size,
            ..StoryLine::default()
        };
        let mut sources = BTreeSet::new();
        let member = crate::Filter {
            field: "story".to_owned(),
            value: story.clone(),
            exclude: false,
        };
        let mut narrowed = query.clone();
        narrowed.filters.push(member);
        self.each(&narrowed, &mut |article| {
            let day = article.date.map(|date| date.days().0.to_string());
            line.first = line.first.take().or_else(|| day.clone());
            line.last = day.or(line.last.take());
            if line.title.is_none() || !article.title_is_derived() && line.sources == 0 {
                // A headline is better than a lead; the first one stays.
                line.sources = u64::from(!article.title_is_derived());
                line.title = article.title;
            }
            sources.extend(article.source);
            Ok(())
        })?;
        line.sources = sources.len() as u64;
        line.story = story;
        Ok(line)
    }
}

/// What the tellings so far have.
#[derive(Default)]
struct Known {
    names: HashSet<String>,
    numbers: HashSet<String>,
    rows: HashSet<Vec<String>>,
}

impl Known {
    /// What an article has that was not known, which then is.
    fn add(&mut self, article: &Article) -> Adds {
        let mut new_names = |names: &[String]| -> Vec<String> {
            names
                .iter()
                .filter(|name| self.names.insert(fold_value(name)))
                .cloned()
                .collect()
        };
        let mut adds = Adds {
            person: new_names(&article.person),
            org: new_names(&article.org),
            place: new_names(&article.place),
            ..Adds::default()
        };
        let mut rows = Vec::new();
        for sentence in sentences(&article.body) {
            let terms: Vec<String> = words(sentence)
                .into_iter()
                .map(|word| word.folded)
                .collect();
            for number in terms
                .iter()
                .filter(|term| term.starts_with(|c: char| c.is_ascii_digit()))
            {
                if self.numbers.insert(number.clone()) {
                    adds.numbers.push(number.clone());
                }
            }
            let row: Vec<Vec<String>> = terms
                .windows(ROW.min(terms.len().max(1)))
                .map(<[String]>::to_vec)
                .collect();
            let new = row.iter().filter(|row| !self.rows.contains(*row)).count();
            adds.sentences += u64::from(new * 2 > row.len());
            rows.extend(row);
        }
        self.rows.extend(rows);
        adds
    }
}

/// Sentences, near enough to be counted: they end with a sign and a space before no small letter, or with the paragraph.
fn sentences(body: &str) -> impl Iterator<Item = &str> {
    let parts = body.split("\n\n").flat_map(|paragraph| {
        let signs = paragraph.match_indices(['.', '!', '?']);
        let ends = signs.filter_map(|(at, sign)| {
            let (before, after) = (paragraph.get(..at)?, paragraph.get(at + 1..)?);
            let after = after.trim_start_matches(['"', '”', '’', '\'', ')']);
            let next = after.trim_start();
            let is_end = next.len() < after.len() && !next.starts_with(char::is_lowercase);
            (is_end && !(sign == "." && is_abbreviation(before))).then_some(at + 1)
        });
        let mut from = 0;
        ends.chain([paragraph.len()]).filter_map(move |end| {
            let part = paragraph.get(from..end);
            from = end;
            part
        })
    });
    parts.filter(|part| part.chars().filter(|c| c.is_alphabetic()).count() > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Points within numbers, after titles and between initials end nothing; neither do the ends of lines.
    #[test]
    fn sentences_are_those_of_a_reader() {
        let body = "The bank raised the rate to 5.25 percent on Monday,\nfrom 4.75, said Mr. Smith of the U.S. Treasury. \
             “It had to be.” Was it? No one at approx. ten banks said so!\n\nThe end";
        let found: Vec<&str> = sentences(body).collect();
        assert_eq!(found.len(), 5, "{found:#?}");
        let article = Article {
            body: body.to_owned(),
            ..Article::default()
        };
        assert_eq!(Known::default().add(&article).numbers, ["5.25", "4.75"]);
    }

    // A copy adds nothing; an update adds what is new and nothing else.
    #[test]
    fn each_telling_adds_what_was_not_known() {
        let article = |body: &str, person: &[&str]| Article {
            body: body.to_owned(),
            person: person.iter().map(|name| (*name).to_owned()).collect(),
            ..Article::default()
        };
        let mut known = Known::default();
        let first = known.add(&article(
            "The ferry sank on Monday. 12 people were saved.",
            &["Ana Reyes"],
        ));
        assert_eq!(
            (first.sentences, first.numbers.len(), first.person.len()),
            (2, 1, 1)
        );
        let copy = known.add(&article(
            "The ferry sank on Monday. 12 people were saved.",
            &["ANA REYES"],
        ));
        assert_eq!(copy, Adds::default());
        let update = known.add(&article(
            "The ferry sank on Monday. Divers found 3 bodies, said Bo Ek.",
            &["Bo Ek"],
        ));
        assert_eq!(
            (update.sentences, update.numbers, update.person),
            (1, vec!["3".to_owned()], vec!["Bo Ek".to_owned()])
        );
    }
}
