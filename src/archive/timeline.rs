//! Counting by calendar periods: days as printed, empty periods included, undated and imprecise articles apart.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::Query as EngineQuery;
use tantivy::{DocId, Score, Searcher, SegmentReader};

use super::layout::day_of;
use super::{Archive, engine_error};
use crate::{Period, PeriodCount, Query, Result, Timeline, TimelineRequest};

/// The most periods that an answer lists; a stray date centuries away would make millions of empty days.
const MAX_PERIODS: usize = 200_000;

impl Archive {
    /// Counts matching articles by calendar period.
    ///
    /// # Errors
    /// As [`Archive::search`].
    pub fn timeline(&self, query: &Query, request: &TimelineRequest) -> Result<Timeline> {
        self.guarded(|| self.counted(query, request))
    }

    fn counted(&self, query: &Query, request: &TimelineRequest) -> Result<Timeline> {
        let searcher = self.state()?.reader.searcher();
        let query = super::search::strict(query);
        let mut prepared = self.prepare(&searcher, &query, None)?;
        let matching = count(&searcher, &*prepared.strict(), request.by)?;
        self.explain_nothing(&searcher, &query, matching.total, &mut prepared)?;
        // What was asked for is shown whole, so that a gap at its ends is seen.
        let asked = [&prepared.asked.since, &prepared.asked.until].map(|day| {
            let day = day.as_ref().and_then(|day| day.parse::<NaiveDate>().ok());
            day.map(|day| start_of(day, request.by))
        });
        let mut hints = prepared.hints;
        let others = match &request.vs {
            Some(text) => {
                let other = Query {
                    text: text.clone(),
                    ..query.clone()
                };
                Some(count(
                    &searcher,
                    &*self.prepare(&searcher, &other, None)?.strict(),
                    request.by,
                )?)
            }
            None => None,
        };
        let all = match request.share {
            true => {
                let everything = Query {
                    filters: Vec::new(),
                    since: None,
                    until: None,
                    ..Query::new("*")
                };
                Some(count(
                    &searcher,
                    &*self.prepare(&searcher, &everything, None)?.strict(),
                    request.by,
                )?)
            }
            false => None,
        };
        let first = [Some(&matching), others.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|days| days.periods.keys().next());
        let last = [Some(&matching), others.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|days| days.periods.keys().last());
        let [since, until] = asked;
        let first = since.or(first.min().copied());
        let last = until.or(last.max().copied());
        let mut periods = Vec::new();
        if let (Some(first), Some(last)) = (first, last) {
            let mut next = Some(first);
            while let Some(start) = next.filter(|start| *start <= last) {
                if periods.len() == MAX_PERIODS {
                    hints.push(format!("only the first {MAX_PERIODS} periods are listed: narrow it with --since and --until"));
                    break;
                }
                let count = matching.at(start);
                let share = all.as_ref().map(|all| match all.at(start) {
                    0 => 0.0,
                    of => count as f64 / of as f64,
                });
                let vs = others.as_ref().map(|others| others.at(start));
                periods.push(PeriodCount {
                    start: start.to_string(),
                    count,
                    share,
                    vs,
                });
                next = after(start, request.by);
            }
        }
        Ok(Timeline {
            version: crate::Version::default(),
            by: request.by,
            total: matching.total,
            undated: matching.undated,
            imprecise: matching.imprecise,
            periods,
            hints,
        })
    }
}

/// The first day of the period that holds a day.
fn start_of(day: NaiveDate, by: Period) -> NaiveDate {
    let start = match by {
        Period::Day => Some(day),
        Period::Week => {
            day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())))
        }
        Period::Month => day.with_day(1),
        Period::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    };
    start.unwrap_or(day)
}

/// The first day of the next period.
fn after(start: NaiveDate, by: Period) -> Option<NaiveDate> {
    match by {
        Period::Day => start.checked_add_days(Days::new(1)),
        Period::Week => start.checked_add_days(Days::new(7)),
        Period::Month => start.checked_add_months(Months::new(1)),
        Period::Year => start.checked_add_months(Months::new(12)),
    }
}

/// Articles by the first day of their period.
#[derive(Debug, Default)]
struct ByPeriod {
    periods: BTreeMap<NaiveDate, u64>,
    total: u64,
    undated: u64,
    imprecise: u64,
}

impl ByPeriod {
    fn at(&self, start: NaiveDate) -> u64 {
        self.periods.get(&start).copied().unwrap_or(0)
    }
}

fn count(searcher: &Searcher, query: &dyn EngineQuery, by: Period) -> Result<ByPeriod> {
    searcher
        .search(query, &CountDays { by })
        .map_err(engine_error)
}

struct CountDays {
    by: Period,
}

struct CountDaysSegment {
    by: Period,
    first: Column<i64>,
    last: Column<i64>,
    /// Articles by their first and last day; a segment has few different ones.
    days: BTreeMap<(i64, i64), u64>,
    undated: u64,
}

impl Collector for CountDays {
    type Fruit = ByPeriod;
    type Child = CountDaysSegment;

    fn for_segment(
        &self,
        _segment: u32,
        reader: &SegmentReader,
    ) -> tantivy::Result<CountDaysSegment> {
        let fast = reader.fast_fields();
        let (first, last) = (fast.i64("date_first")?, fast.i64("date_last")?);
        Ok(CountDaysSegment {
            by: self.by,
            first,
            last,
            days: BTreeMap::new(),
            undated: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<ByPeriod>) -> tantivy::Result<ByPeriod> {
        let mut all = ByPeriod::default();
        for segment in segments {
            all.total += segment.total;
            all.undated += segment.undated;
            all.imprecise += segment.imprecise;
            for (start, count) in segment.periods {
                *all.periods.entry(start).or_default() += count;
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for CountDaysSegment {
    type Fruit = ByPeriod;

    fn collect(&mut self, doc: DocId, _score: Score) {
        match (self.first.first(doc), self.last.first(doc)) {
            (Some(first), Some(last)) => *self.days.entry((first, last)).or_default() += 1,
            _ => self.undated += 1,
        }
    }

    fn harvest(self) -> ByPeriod {
        let mut counted = ByPeriod {
            total: self.undated,
            undated: self.undated,
            ..ByPeriod::default()
        };
        for ((first, last), count) in self.days {
            counted.total += count;
            let period = |day| day_of(day).map(|day| start_of(day, self.by));
            match (period(first), period(last)) {
                (Some(start), Some(end)) if start == end => {
                    *counted.periods.entry(start).or_default() += count
                }
                _ => counted.imprecise += count,
            }
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Periods are those of the calendar, not stretches of equal length.
    #[test]
    fn periods_begin_where_the_calendar_says() {
        let day = NaiveDate::from_ymd_opt(2024, 6, 19).unwrap();
        let starts: Vec<String> = [Period::Year, Period::Month, Period::Week, Period::Day]
            .map(|by| start_of(day, by).to_string())
            .to_vec();
        assert_eq!(
            starts,
            ["2024-01-01", "2024-06-01", "2024-06-17", "2024-06-19"]
        );
        let january = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        assert_eq!(
            after(january, Period::Month).unwrap().to_string(),
            "2024-02-01"
        );
    }
}
