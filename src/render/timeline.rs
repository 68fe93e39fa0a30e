//! Articles by period: a bar chart for people, rows for programs.

use std::io::{self, Write};

use super::layout::{bar, number, plural};
use super::{Format, Look, Style, results, table};
use crate::{Period, PeriodCount, Timeline};

/// Writes a timeline as text, json or csv.
///
/// # Errors
/// Those of the writer.
pub fn timeline(
    timeline: &Timeline,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text(timeline, look, out),
        Format::Csv => rows(timeline, out),
        _ => results::json(timeline, out),
    }
}

/// A column of the chart: its heading and a value for each period.
struct Column {
    heading: &'static str,
    cells: Vec<String>,
    /// What the bar behind the cells shows; no bar when empty.
    bars: Vec<f64>,
}

fn text(timeline: &Timeline, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns(timeline);
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let cells = column.cells.iter().map(|cell| cell.chars().count());
            cells.max().unwrap_or(0).max(column.heading.len())
        })
        .collect();
    let charts = columns.iter().filter(|column| !column.bars.is_empty());
    let charts = charts.count().max(1);
    let taken: usize = widths.iter().map(|width| width + 2).sum();
    let room = (look.width.saturating_sub(taken) / charts).saturating_sub(2);

    if !timeline.periods.is_empty() {
        let mut heading = String::new();
        for (column, width) in columns.iter().zip(&widths) {
            heading.push_str(&format!("{:>width$}  ", column.heading));
            if !column.bars.is_empty() {
                heading.push_str(&" ".repeat(room + 2));
            }
        }
        writeln!(out, "{}", look.paint(Style::Dim, heading.trim_end()))?;
    }
    for i in 0..timeline.periods.len() {
        let mut line = String::new();
        for (column, width) in columns.iter().zip(&widths) {
            let cell = column.cells.get(i).map_or("", String::as_str);
            line.push_str(&format!("{cell:>width$}  "));
            if let Some(value) = column.bars.get(i) {
                let largest = column.bars.iter().copied().fold(0.0, f64::max);
                let bar = bar(*value, largest, room);
                let rest = " ".repeat(room + 2 - bar.chars().count());
                line.push_str(&look.paint(Style::Label, &bar));
                line.push_str(&rest);
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    footer(timeline, look, out)
}

fn columns(timeline: &Timeline) -> Vec<Column> {
    let periods = &timeline.periods;
    let has_share = periods.iter().any(|period| period.share.is_some());
    let has_other = periods.iter().any(|period| period.vs.is_some());
    let count = |period: &PeriodCount| period.count as f64;
    let mut columns = vec![
        Column {
            heading: name(timeline.by),
            cells: periods.iter().map(|p| label(p, timeline.by)).collect(),
            bars: Vec::new(),
        },
        Column {
            heading: "articles",
            cells: periods.iter().map(|p| number(p.count)).collect(),
            // Where shares are asked for, the chart shows them.
            bars: if has_share {
                Vec::new()
            } else {
                periods.iter().map(count).collect()
            },
        },
    ];
    if has_share {
        columns.push(Column {
            heading: "share",
            cells: periods.iter().map(|p| percent(p.share)).collect(),
            bars: periods.iter().map(|p| p.share.unwrap_or(0.0)).collect(),
        });
    }
    if has_other {
        columns.push(Column {
            heading: "vs",
            cells: periods.iter().map(|p| number(p.vs.unwrap_or(0))).collect(),
            bars: periods.iter().map(|p| p.vs.unwrap_or(0) as f64).collect(),
        });
    }
    columns
}

fn name(by: Period) -> &'static str {
    match by {
        Period::Year => "year",
        Period::Month => "month",
        Period::Week => "week of",
        Period::Day => "day",
    }
}

/// As much of the first day as names the period.
fn label(period: &PeriodCount, by: Period) -> String {
    let letters = match by {
        Period::Year => 4,
        Period::Month => 7,
        Period::Week | Period::Day => 10,
    };
    let label = period.start.get(..letters);
    label.unwrap_or(&period.start).to_owned()
}

fn percent(share: Option<f64>) -> String {
    match share {
        Some(share) => format!("{:.1}%", share * 100.0),
        None => "-".to_owned(),
    }
}

fn footer(timeline: &Timeline, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if timeline.total == 0 {
        writeln!(out, "nothing found")?;
    } else {
        let mut footer = plural(timeline.total, "article");
        if timeline.undated > 0 {
            footer.push_str(&format!(" · {} without a date", number(timeline.undated)));
        }
        if timeline.imprecise > 0 {
            let imprecise = number(timeline.imprecise);
            let unit = name(timeline.by).trim_end_matches(" of");
            footer.push_str(&format!(" · {imprecise} dated more roughly than a {unit}"));
        }
        writeln!(out, "{}", look.paint(Style::Dim, &footer))?;
    }
    look.hints(out, &timeline.hints)
}

fn rows(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let has_share = timeline.periods.iter().any(|p| p.share.is_some());
    let has_other = timeline.periods.iter().any(|p| p.vs.is_some());
    let mut table = table::Table::new(out);
    let mut heading = vec!["start", "count"];
    if has_share {
        heading.push("share");
    }
    if has_other {
        heading.push("vs");
    }
    table.row(heading)?;
    for period in &timeline.periods {
        let mut row = vec![period.start.clone(), period.count.to_string()];
        if has_share {
            row.push(period.share.map(|n| n.to_string()).unwrap_or_default());
        }
        if has_other {
            row.push(period.vs.map(|n| n.to_string()).unwrap_or_default());
        }
        table.row(row)?;
    }
    table.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(share: bool, vs: bool) -> Timeline {
        let period = |start: &str, count| PeriodCount {
            start: start.to_owned(),
            count,
            share: share.then_some(count as f64 / 1000.0),
            vs: vs.then_some(count / 2),
        };
        Timeline {
            total: 79,
            undated: 3,
            imprecise: 1,
            periods: vec![
                period("2024-05-01", 15),
                period("2024-06-01", 0),
                period("2024-07-01", 60),
            ],
            ..Timeline::default()
        }
    }

    fn written(timeline_: &Timeline, format: Format) -> String {
        let look = Look {
            width: 40,
            ..Look::default()
        };
        let mut out = Vec::new();
        timeline(timeline_, format, &look, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    // Empty periods are shown; what has no place in the chart is counted below it.
    #[test]
    fn page() {
        let expected = "  month  articles
2024-05        15  ████▊
2024-06         0
2024-07        60  ███████████████████
79 articles · 3 without a date · 1 dated more roughly than a month
";
        assert_eq!(written(&chart(false, false), Format::Text), expected);
    }

    // With shares the bars show them; another query gets bars of its own.
    #[test]
    fn page_with_share_and_other_query() {
        let expected = "  month  articles  share       vs
2024-05        15   1.5%  ▊     7  ▊
2024-06         0   0.0%        0
2024-07        60   6.0%  ███  30  ███
79 articles · 3 without a date · 1 dated more roughly than a month
";
        assert_eq!(written(&chart(true, true), Format::Text), expected);
    }

    #[test]
    fn table() {
        assert_eq!(
            written(&chart(true, false), Format::Csv),
            "start,count,share\n2024-05-01,15,0.015\n2024-06-01,0,0\n2024-07-01,60,0.06\n"
        );
    }
}
