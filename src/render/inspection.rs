//! What was understood of a file and from where: fields with their evidence, zones with a margin that names them.

use std::io::{self, Write};

use super::layout::{self, one_line, pad};
use super::{Look, Style, article, clean, hits};
use crate::{Article, Evidence, How, Proof};

/// Paragraphs shown at the beginning of a long body, and one at its end; all with `verbose`.
const SHOWN: usize = 3;

/// Writes an article field by field, with the evidence of each.
///
/// # Errors
/// Those of the writer.
pub fn inspection_text(article: &Article, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let heading = hits::location(&article.path, article.record);
    let format = look.paint(Style::Dim, &clean(&article.format));
    writeln!(out, "{}  {format}", look.paint(Style::Title, &heading))?;
    for (field, values) in values(article) {
        let proofs = article.evidence.get(&field).map_or(&[][..], Proof::pieces);
        // Names have many values and no line each: they are listed in one.
        if proofs.iter().all(|piece| piece.value.is_none()) {
            line(&field, &values.join(", "), proofs.first(), look, out)?;
            continue;
        }
        for (i, value) in values.iter().enumerate() {
            let proof = proofs
                .iter()
                .find(|piece| piece.value.as_deref() == Some(value));
            let label = if i == 0 { field.as_str() } else { "" };
            line(label, value, proof, look, out)?;
        }
    }
    passed_over(article, look, out)?;
    writeln!(out)?;
    zone("body", &article.body, look, out)?;
    for rest in &article.rest {
        zone(&rest.zone, &rest.text, look, out)?;
    }
    left_out(article, look, out)?;
    writeln!(out)
}

/// The lines that are not in the body, with the rule that kept them out.
fn left_out(article: &Article, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = article
        .runners_up
        .iter()
        .filter(|other| other.field == "body")
        .peekable();
    if lines.peek().is_some() {
        writeln!(out, "\n  not in the body")?;
    }
    for other in lines {
        let line = other
            .evidence
            .line
            .map(|line| format!("line {line}"))
            .unwrap_or_default();
        let text = one_line(&clean(other.evidence.value.as_deref().unwrap_or_default()));
        let text = layout::fit(&text, look.width.saturating_sub(15));
        writeln!(
            out,
            "  {}   {text}",
            look.paint(Style::Label, &pad(&line, 10))
        )?;
        let why = look.paint(Style::Dim, &clean(&other.why));
        writeln!(out, "{}{why}", " ".repeat(15))?;
    }
    Ok(())
}

/// The values that were not taken, with where they stood and why.
fn passed_over(article: &Article, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut others = article
        .runners_up
        .iter()
        .filter(|other| other.field != "body")
        .peekable();
    if others.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n  not taken")?;
    for other in others {
        let value = other.evidence.value.as_deref().unwrap_or_default();
        line(&other.field, value, Some(&other.evidence), look, out)?;
        let why = layout::wrap_text(
            &clean(&other.why),
            look.width.saturating_sub(15),
            usize::MAX,
        );
        for text in why {
            writeln!(out, "{}{}", " ".repeat(15), look.paint(Style::Dim, &text))?;
        }
    }
    Ok(())
}

/// The fields that have a value, with their values.
fn values(article: &Article) -> Vec<(String, Vec<String>)> {
    let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
    let date = |value: &Option<crate::Date>| value.iter().map(article::moment).collect();
    let mut values = vec![
        ("title", one(&article.title)),
        ("standfirst", one(&article.standfirst)),
        ("date", date(&article.date)),
        ("updated", date(&article.updated)),
        ("source", one(&article.source)),
        ("agency", article.agency.clone()),
        ("byline", article.byline.clone()),
        ("dateline", one(&article.dateline)),
        ("language", one(&article.language)),
        ("section", article.section.clone()),
        ("url", one(&article.url)),
        ("person", article.person.clone()),
        ("org", article.org.clone()),
        ("place", article.place.clone()),
        ("story", one(&article.story)),
        ("copy_of", one(&article.copy_of)),
    ];
    for (field, labels) in &article.labels {
        values.push((field, labels.clone()));
    }
    values.retain(|(_, values)| !values.is_empty());
    values
        .into_iter()
        .map(|(field, values)| (field.to_owned(), values))
        .collect()
}

fn line(
    label: &str,
    value: &str,
    proof: Option<&Evidence>,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mark = match proof.map(|proof| proof.how) {
        Some(How::Derived | How::Guessed) => look.guess(),
        _ => " ".to_owned(),
    };
    let label = look.paint(Style::Label, &pad(&clean(label), 10));
    let width = look.width.saturating_sub(15);
    let lines = layout::wrap_text(&clean(value), width, 3);
    for (i, text) in lines.iter().enumerate() {
        if i == 0 {
            writeln!(out, "  {label} {mark} {text}")?;
        } else {
            writeln!(out, "{}{text}", " ".repeat(15))?;
        }
    }
    let Some(proof) = proof.map(evidence).filter(|text| !text.is_empty()) else {
        return Ok(());
    };
    let proof = layout::fit(&proof, width);
    writeln!(out, "{}{}", " ".repeat(15), look.paint(Style::Dim, &proof))
}

/// How a value was obtained: `stated, line 4, "Published on: ..."`.
fn evidence(proof: &Evidence) -> String {
    let how = match proof.how {
        How::Stated => "stated",
        How::Derived => "derived",
        How::Guessed => "guessed",
    };
    let mut parts = vec![how.to_owned()];
    if let Some(role) = proof.role {
        parts.push(format!("{role:?}").to_lowercase());
    }
    if let Some(line) = proof.line {
        parts.push(format!("line {line}"));
    }
    if let Some(from) = &proof.from {
        parts.push(one_line(&clean(from)));
    }
    if let Some(text) = &proof.text {
        parts.push(format!("\"{}\"", one_line(&clean(text))));
    }
    parts.join(", ")
}

/// A stretch of the file, its name in the margin.
fn zone(name: &str, text: &str, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let paragraphs: Vec<&str> = text.split('\n').filter(|p| !p.trim().is_empty()).collect();
    let hidden = match paragraphs.len().saturating_sub(SHOWN + 1) {
        0 => 0..0,
        _ if look.verbose => 0..0,
        more => SHOWN..SHOWN + more,
    };
    let mut label = one_line(&clean(name));
    for (i, paragraph) in paragraphs.iter().enumerate() {
        if i == hidden.start && !hidden.is_empty() {
            let left_out = layout::plural(hidden.len() as u64, "paragraph");
            let note = look.paint(Style::Dim, &format!("… {left_out}, shown with -v"));
            writeln!(out, "  {} │ {note}", pad("", 10))?;
        }
        if hidden.contains(&i) {
            continue;
        }
        for line in layout::wrap_text(&clean(paragraph), look.width.saturating_sub(15), usize::MAX)
        {
            let margin = look.paint(Style::Label, &pad(&label, 10));
            writeln!(out, "  {margin} │ {line}")?;
            label.clear();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, Role, Zone};

    // Every field says where it came from; every zone stands beside its name.
    #[test]
    fn page() {
        let mut article = Article {
            path: "a.txt".to_owned(),
            format: "text".to_owned(),
            title: Some("Ferry service resumes".to_owned()),
            date: Date::parse("2024-06-18"),
            agency: vec!["AP".to_owned()],
            person: vec!["Ada Moreno".to_owned(), "Bo Li".to_owned()],
            body: "One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.".to_owned(),
            rest: vec![Zone {
                zone: "caption".to_owned(),
                text: "A ferry".to_owned(),
            }],
            ..Article::default()
        };
        let title = Evidence::new(How::Derived, "lead");
        let date = Evidence {
            line: Some(4),
            from: None,
            text: Some("18 June\t2024".to_owned()),
            ..Evidence::new(How::Stated, "")
        };
        let agency = Evidence {
            value: Some("AP".to_owned()),
            role: Some(Role::Cited),
            line: Some(12),
            from: None,
            ..Evidence::new(How::Stated, "")
        };
        article.evidence.insert("title".into(), Proof::One(title));
        article.evidence.insert("date".into(), Proof::One(date));
        article
            .evidence
            .insert("agency".into(), Proof::Many(vec![agency]));
        let mut out = Vec::new();
        inspection_text(&article, &Look::default(), &mut out).unwrap();
        let expected = "\
a.txt  text
  title      ~ Ferry service resumes
               derived, lead
  date         2024-06-18
               stated, line 4, \"18 June 2024\"
  agency       AP
               stated, cited, line 12
  person       Ada Moreno, Bo Li

  body       │ One.
             │ Two.
             │ Three.
             │ … 2 paragraphs, shown with -v
             │ Six.
  caption    │ A ferry

";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
