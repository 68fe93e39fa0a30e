//! From runs of letters to paragraphs: lines by place, paragraphs by gaps, indents and short last lines; what stands on
//! most pages again is their margin.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::content::Run;

/// A line of a page.
struct Line {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    text: String,
}

/// A paragraph on its way.
struct Paragraph {
    page: usize,
    left: f64,
    last: (f64, f64, f64),
    size: f64,
    lines: usize,
    text: String,
}

/// The text of a file.
pub(super) struct Text {
    /// Paragraphs with a blank line between; a headline is marked with `#`.
    pub(super) body: String,
    /// Lines at the edges of pages.
    pub(super) margins: Vec<String>,
}

/// Pages on which a line must stand to be one of the margin, at least; and at least half of all.
const MARGIN_PAGES: usize = 3;

/// A headline is larger than the text by this factor.
const HEADLINE: f64 = 1.25;

/// Sets the paragraphs of pages from their runs.
pub(super) fn text(pages: &[Vec<Run>]) -> Text {
    let pages: Vec<Vec<Line>> = pages.iter().map(|runs| lines(runs)).collect();
    let margin = margin(&pages);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut margins = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let (kept, edge): (Vec<&Line>, Vec<&Line>) = page
            .iter()
            .partition(|line| !margin.contains(&normal(&line.text)));
        for line in edge {
            if !margins.contains(&line.text) {
                margins.push(line.text.clone());
            }
        }
        set(number, &kept, &mut paragraphs);
    }
    let headline = headline(&paragraphs);
    let body = paragraphs.iter().enumerate().map(|(at, paragraph)| {
        let mark = if Some(at) == headline { "# " } else { "" };
        format!("{mark}{}", paragraph.text)
    });
    Text {
        body: body.collect::<Vec<_>>().join("\n\n"),
        margins,
    }
}

/// Joins runs that follow each other on one level.
fn lines(runs: &[Run]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for run in runs {
        let em = run.size.max(1.0);
        let joined = lines.last_mut().filter(|line| {
            let level = (line.y - run.y).abs() < 0.4 * em.max(line.size);
            let gap = run.left - line.right;
            level && gap > -0.6 * em && gap < 3.0 * em
        });
        match joined {
            Some(line) => {
                let parted = run.left - line.right > 0.16 * em;
                if parted && !line.text.ends_with(' ') && !run.text.starts_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(&run.text);
                line.right = line.right.max(run.right);
                line.size = line.size.max(em);
            }
            None => lines.push(Line {
                left: run.left,
                right: run.right,
                y: run.y,
                size: em,
                text: run.text.clone(),
            }),
        }
    }
    for line in &mut lines {
        line.text = tidy(&line.text);
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// Ligatures as letters, white space as single spaces.
fn tidy(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ﬀ' => letters.push_str("ff"),
            'ﬁ' => letters.push_str("fi"),
            'ﬂ' => letters.push_str("fl"),
            'ﬃ' => letters.push_str("ffi"),
            'ﬄ' => letters.push_str("ffl"),
            _ => letters.push(c),
        }
    }
    let words: Vec<&str> = letters.split_whitespace().collect();
    words.join(" ")
}

/// A line with its numbers left out, as page numbers differ.
fn normal(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_ascii_digit())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The lines that stand on most pages.
fn margin(pages: &[Vec<Line>]) -> HashSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let lines: HashSet<String> = page.iter().map(|line| normal(&line.text)).collect();
        for line in lines {
            *seen.entry(line).or_default() += 1;
        }
    }
    let least = MARGIN_PAGES.max(pages.len().div_ceil(2));
    let often = seen.into_iter().filter(|(_, count)| *count >= least);
    often.map(|(line, _)| line).collect()
}

/// Joins the lines of a page to paragraphs.
fn set(page: usize, lines: &[&Line], paragraphs: &mut Vec<Paragraph>) {
    let leading = leading(lines);
    let column = |line: &Line| {
        #[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
        let place = (line.left / 24.0) as i64;
        place
    };
    // How far the lines that begin at a place reach.
    let mut edges: BTreeMap<i64, f64> = BTreeMap::new();
    for line in lines {
        let edge = edges.entry(column(line)).or_default();
        *edge = edge.max(line.right);
    }
    for line in lines {
        let edge = edges.get(&column(line)).copied().unwrap_or(line.right);
        match paragraphs.last_mut() {
            Some(open) if goes_on(open, line, page, leading) => {
                join(&mut open.text, &line.text);
                if open.page != page || open.lines == 1 {
                    open.left = line.left;
                }
                open.page = page;
                open.lines += 1;
                open.last = (line.y, line.right, edge);
            }
            _ => paragraphs.push(Paragraph {
                page,
                left: line.left,
                last: (line.y, line.right, edge),
                size: line.size,
                lines: 1,
                text: line.text.clone(),
            }),
        }
    }
}

/// The usual distance from line to line.
fn leading(lines: &[&Line]) -> f64 {
    let mut steps: Vec<f64> = lines
        .windows(2)
        .filter_map(|pair| {
            let [above, below] = pair else { return None };
            let step = above.y - below.y;
            (step > 0.5 * below.size && step < 3.0 * below.size).then_some(step / below.size)
        })
        .collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(1.3)
}

/// Whether a line belongs to the paragraph before it.
fn goes_on(open: &Paragraph, line: &Line, page: usize, leading: f64) -> bool {
    if (open.size - line.size).abs() > 0.1 * open.size.max(line.size) {
        return false;
    }
    let (y, right, edge) = open.last;
    let step = y - line.y;
    let is_below = open.page == page && step > 0.0;
    if !is_below {
        // The next column or page: a sentence that was cut goes on.
        let cut = !open
            .text
            .ends_with(['.', '!', '?', '”', '"', '»', '。', ':']);
        return open.lines > 1 && cut && line.text.starts_with(char::is_lowercase);
    }
    if step > 1.3 * leading * line.size {
        return false;
    }
    let is_indented = open.lines > 1 && line.left > open.left + 0.8 * line.size;
    let width = (edge - open.left).max(1.0);
    let is_short = right < edge - 0.25 * width && open.text.ends_with(['.', '!', '?', '”', '"']);
    let overlaps = line.left < right && line.right > open.left;
    overlaps && !is_indented && !is_short
}

/// Adds a line; a word that was parted at its end is made whole.
fn join(text: &mut String, line: &str) {
    let small = line.starts_with(char::is_lowercase);
    if text.ends_with('\u{ad}') || (small && text.ends_with('-') && !text.ends_with(" -")) {
        text.pop();
    } else {
        text.push(' ');
    }
    text.push_str(line);
}

/// The paragraph of the first page that is set larger than all others.
fn headline(paragraphs: &[Paragraph]) -> Option<usize> {
    let first = paragraphs.first()?.page;
    let mut sizes: Vec<(f64, usize)> = paragraphs
        .iter()
        .map(|paragraph| (paragraph.size, paragraph.text.len()))
        .collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|(_, letters)| letters).sum::<usize>() / 2;
    let mut before = 0;
    let usual = sizes.iter().find(|(_, letters)| {
        before += letters;
        before > half
    })?;
    let largest = paragraphs
        .iter()
        .enumerate()
        .filter(|(_, paragraph)| paragraph.page == first && paragraph.text.contains(' '))
        // Of equally large ones the first.
        .rev()
        .max_by(|(_, a), (_, b)| a.size.total_cmp(&b.size))?;
    (largest.1.size >= HEADLINE * usual.0).then_some(largest.0)
}
