//! Reports of work done and of the state of an archive: indexing, removing, `info`, `verify`, `fields`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use super::layout::{self, number, one_line, pad, plural, size, width};
use super::{Format, Look, Style, clean, hits, results};
use crate::{
    IndexReport, Info, JSON_VERSION, Kind, RemoveReport, Removed, Schema, SetReport, Skipped,
    VerifyReport,
};

/// Skipped files shown of each reason, and articles of a removal; all with `verbose`.
const SHOWN: usize = 3;
const LISTED: usize = 20;

/// Writes what indexing did, as text or json.
///
/// # Errors
/// Those of the writer.
pub fn index_report(
    report: &IndexReport,
    dry_run: bool,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(report, out);
    }
    let mut parts = Vec::new();
    for (count, what) in [
        (report.added, "new"),
        (report.replaced, "changed"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", number(count)));
        }
    }
    let counts = if parts.is_empty() {
        "no articles".to_owned()
    } else {
        format!("articles: {}", parts.join(", "))
    };
    let would = if dry_run { "dry run: " } else { "" };
    let files = plural(report.files, "file");
    writeln!(out, "{would}{files} in {:.1} s; {counts}", report.seconds)?;
    skipped(&report.skipped, look, out)?;
    look.hints(out, &report.hints)
}

/// Skipped files by reason, most frequent reason first.
fn skipped(all: &[Skipped], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut by_reason: BTreeMap<&str, Vec<&Skipped>> = BTreeMap::new();
    for skipped in all {
        by_reason.entry(&skipped.reason).or_default().push(skipped);
    }
    let mut by_reason: Vec<_> = by_reason.into_iter().collect();
    by_reason.sort_by_key(|(_, skipped)| std::cmp::Reverse(skipped.len()));
    for (reason, files) in by_reason {
        let count = number(files.len() as u64);
        writeln!(out, "skipped {count}: {}", one_line(&clean(reason)))?;
        let shown = if look.verbose { files.len() } else { SHOWN };
        for file in files.iter().take(shown) {
            let place = hits::location(&file.path, file.record);
            writeln!(out, "  {}", look.paint(Style::Dim, &place))?;
        }
        if files.len() > shown {
            let more = format!(
                "and {} more, shown with -v",
                number((files.len() - shown) as u64)
            );
            writeln!(out, "  {}", look.paint(Style::Dim, &more))?;
        }
    }
    Ok(())
}

/// Writes what was removed or would be, as text or json.
///
/// # Errors
/// Those of the writer.
pub fn remove_report(
    report: &RemoveReport,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(report, out);
    }
    let articles = plural(report.removed.len() as u64, "article");
    match (report.removed.len(), report.dry_run) {
        (0, _) => writeln!(out, "nothing to remove"),
        (_, true) => writeln!(out, "would remove {articles}:"),
        (_, false) => writeln!(out, "removed {articles}:"),
    }?;
    listed(&report.removed, look, out)
}

/// What correcting by hand did, or would do.
pub fn set_report(
    report: &SetReport,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(report, out);
    }
    let articles = plural(report.changed.len() as u64, "article");
    match (report.changed.len(), report.dry_run) {
        (0, _) => writeln!(out, "nothing to change"),
        (_, true) => writeln!(out, "would change {articles}:"),
        (_, false) => writeln!(out, "changed {articles}:"),
    }?;
    listed(&report.changed, look, out)
}

/// Articles by id and title.
fn listed(articles: &[Removed], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let count = articles.len();
    let shown = if look.verbose { count } else { LISTED };
    let ids = articles.iter().take(shown);
    let ids: Vec<String> = ids.map(|removed| hits::short_id(&removed.id)).collect();
    let columns = ids.iter().map(|id| width(id)).max().unwrap_or(0);
    for (removed, id) in articles.iter().zip(&ids) {
        let id = pad(id, columns);
        let title = removed.title.as_deref().unwrap_or(&removed.path);
        let title = layout::fit(
            &one_line(&clean(title)),
            look.width.saturating_sub(width(&id) + 4),
        );
        writeln!(out, "  {}  {title}", look.paint(Style::Dim, &id))?;
    }
    if count > shown {
        writeln!(
            out,
            "  and {} more, shown with -v",
            number((count - shown) as u64)
        )?;
    }
    Ok(())
}

/// Writes counts, sizes and versions of an archive, as text or json.
///
/// # Errors
/// Those of the writer.
pub fn info(info: &Info, format: Format, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if format != Format::Text {
        return results::json(info, out);
    }
    let span = match (&info.first, &info.last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none dated".to_owned(),
    };
    let outdated = match info.outdated {
        0 => String::new(),
        files => format!(
            "{} read by an earlier version: `morgue index --again` reads them anew",
            plural(files, "file")
        ),
    };
    let rows = [
        ("archive", info.path.clone()),
        ("articles", number(info.articles)),
        ("files", number(info.files)),
        ("published", span),
        ("dates", shares(&info.dates)),
        ("titles", shares(&info.titles)),
        (
            "size",
            format!(
                "{} in {}",
                size(info.bytes),
                plural(info.segments, "segment")
            ),
        ),
        ("made by", info.made_by.clone()),
        (
            "versions",
            format!(
                "layout {}, analyser {}, commit {}",
                info.layout, info.analyser, info.generation
            ),
        ),
        ("outdated", outdated),
    ];
    for (label, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let label = look.paint(Style::Label, &pad(label, 10));
        writeln!(out, "{label}  {}", one_line(&clean(value)))?;
    }
    Ok(())
}

/// `1,204 stated, 3 guessed`, in the order of trust.
fn shares(counts: &BTreeMap<String, u64>) -> String {
    const ORDER: [&str; 4] = ["stated", "derived", "guessed", "none"];
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    let mut counts: Vec<(&String, &u64)> = counts.iter().filter(|(_, n)| **n > 0).collect();
    counts.sort_by_key(|(name, _)| rank(name).unwrap_or(ORDER.len()));
    let parts: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{} {name}", number(**n)))
        .collect();
    parts.join(", ")
}

/// Writes what checking an archive found, as text or json.
///
/// # Errors
/// Those of the writer.
pub fn verify_report(
    report: &VerifyReport,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Text {
        return results::json(report, out);
    }
    for problem in &report.problems {
        writeln!(
            out,
            "{} {}",
            look.paint(Style::Alarm, "problem:"),
            clean(problem)
        )?;
    }
    let verdict = match report.problems.len() as u64 {
        0 if report.ok => "all is well".to_owned(),
        n => plural(n, "problem"),
    };
    let articles = plural(report.articles, "article");
    let files = plural(report.files, "file");
    writeln!(out, "{verdict}: {articles} and {files} checked")?;
    for cure in &report.cures {
        writeln!(out, "hint: {cure}")?;
    }
    Ok(())
}

/// Writes the field table, as text or json.
///
/// # Errors
/// Those of the writer.
pub fn fields(schema: &Schema, format: Format, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if format != Format::Text {
        let rows: Vec<serde_json::Value> = schema
            .fields()
            .iter()
            .map(|field| {
                json!({"name": field.name, "kind": field.kind, "many": field.many, "facet": field.facet,
                       "default": field.default, "boost": field.boost, "user": field.user,
                       "about": field.about, "example": field.example})
            })
            .collect();
        return results::json(&json!({"version": JSON_VERSION, "fields": rows}), out);
    }
    let columns = |of: fn(&crate::Field) -> &str, least: usize| {
        let widths = schema.fields().iter().map(|field| width(of(field)));
        widths.max().unwrap_or(0).max(least)
    };
    let names = columns(|field| &field.name, 5);
    let examples = columns(|field| &field.example, 7).min(30);
    let heading = format!(
        "{}  {}  {}  {}  about",
        pad("field", names),
        pad("kind", 7),
        pad("counts", 6),
        pad("example", examples)
    );
    writeln!(out, "{}", look.paint(Style::Dim, &heading))?;
    let indent = names + examples + 21;
    for field in schema.fields() {
        let counts = if field.facet { "yes" } else { "" };
        let about = layout::wrap_text(&clean(&field.about), look.width.saturating_sub(indent), 9);
        let name = look.paint(Style::Title, &pad(&field.name, names));
        let first = about.first().map_or("", String::as_str);
        let line = format!(
            "{name}  {}  {}  {}  {first}",
            pad(kind(field.kind), 7),
            pad(counts, 6),
            pad(&clean(&field.example), examples),
        );
        writeln!(out, "{}", line.trim_end())?;
        for more in about.iter().skip(1) {
            writeln!(out, "{}{more}", " ".repeat(indent))?;
        }
    }
    let note = "`FIELD:word` finds words of a field, `-w FIELD=VALUE` whole values; fields that count serve --facet and --by";
    for line in layout::wrap_text(note, look.width, 9) {
        writeln!(out, "{}", look.paint(Style::Dim, &line))?;
    }
    Ok(())
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Name => "name",
        Kind::Keyword => "keyword",
        Kind::Date => "date",
        Kind::Story => "story",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    // Skips are told by reason, not as a wall of paths.
    #[test]
    fn indexing() {
        let skip = |path: &str, reason: &str| Skipped {
            path: path.to_owned(),
            record: None,
            reason: reason.to_owned(),
        };
        let mut skipped = vec![skip("z.gz", "truncated")];
        skipped.extend((1..=5).map(|i| skip(&format!("{i}.bin"), "not a text")));
        let report = IndexReport {
            files: 1_100,
            added: 1_090,
            unchanged: 4,
            skipped,
            seconds: 2.04,
            hints: vec!["12 titles are derived from leads".to_owned()],
            ..IndexReport::default()
        };
        let look = Look::default();
        let expected = "\
1,100 files in 2.0 s; articles: 1,090 new, 4 unchanged
skipped 5: not a text
  1.bin
  2.bin
  3.bin
  and 2 more, shown with -v
skipped 1: truncated
  z.gz
hint: 12 titles are derived from leads
";
        assert_eq!(
            text(|out| index_report(&report, false, Format::Text, &look, out)),
            expected
        );
    }

    // What would go is listed with id and title, or the file where there is no title.
    #[test]
    fn removing() {
        let removed = |id: &str, title: Option<&str>| Removed {
            id: id.to_owned(),
            title: title.map(str::to_owned),
            path: "a.txt".to_owned(),
        };
        let report = RemoveReport {
            dry_run: true,
            removed: vec![removed("1", Some("Ferry\nnews")), removed("22", None)],
            ..RemoveReport::default()
        };
        assert_eq!(
            text(|out| remove_report(&report, Format::Text, &Look::default(), out)),
            "would remove 2 articles:\n  1   Ferry news\n  22  a.txt\n"
        );
    }

    #[test]
    fn state() {
        let counts = |pairs: &[(&str, u64)]| {
            let pairs = pairs.iter().map(|(name, n)| ((*name).to_owned(), *n));
            pairs.collect::<BTreeMap<String, u64>>()
        };
        let state = Info {
            path: "/news/.morgue".to_owned(),
            articles: 1_204,
            files: 3,
            bytes: 48_211_000,
            segments: 1,
            dates: counts(&[("none", 4), ("stated", 1_200), ("guessed", 0)]),
            made_by: "morgue 0.1.0".to_owned(),
            layout: 1,
            analyser: 2,
            generation: 7,
            ..Info::default()
        };
        let expected = "\
archive     /news/.morgue
articles    1,204
files       3
published   none dated
dates       1,200 stated, 4 none
size        48 MB in 1 segment
made by     morgue 0.1.0
versions    layout 1, analyser 2, commit 7
";
        assert_eq!(
            text(|out| info(&state, Format::Text, &Look::default(), out)),
            expected
        );
    }

    // No field without a line, none beyond the width.
    #[test]
    fn field_table() {
        let schema = Schema::default();
        let page = text(|out| fields(&schema, Format::Text, &Look::default(), out));
        for field in schema.fields() {
            assert!(page.lines().any(|line| line.starts_with(&field.name)));
        }
        assert!(page.lines().all(|line| width(line) <= 80), "{page}");
    }

    #[test]
    fn verifying() {
        let report = VerifyReport {
            ok: true,
            articles: 2,
            files: 7,
            ..VerifyReport::default()
        };
        assert_eq!(
            text(|out| verify_report(&report, Format::Text, &Look::default(), out)),
            "all is well: 2 articles and 7 files checked\n"
        );
    }
}
