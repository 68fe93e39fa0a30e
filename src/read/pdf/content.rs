//! The content of pages: operators that place strings become runs of letters with their places.

use std::collections::HashMap;
use std::rc::Rc;

use super::Page;
use super::file::File;
use super::font::Font;
use super::object::{Dict, Lexer, Object};

/// Operators and operands of a file, at most.
const MAX_OBJECTS: usize = 8_000_000;

/// Forms within forms.
const MAX_FORMS: usize = 6;

/// Saved states within each other.
const MAX_SAVED: usize = 256;

/// Letters of a file, at most.
const MAX_LETTERS: usize = 8_000_000;

/// A string where it stands on its page; the axes point right and up.
pub(super) struct Run {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First one, then the other.
fn then(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [g, h, i, j, k, l] = second;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

fn moved(x: f64, y: f64) -> Matrix {
    [1.0, 0.0, 0.0, 1.0, x, y]
}

#[derive(Clone)]
struct State {
    place: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
}

/// What reads the pages of a file, with what they share.
pub(super) struct Canvas<'f> {
    file: &'f File<'f>,
    /// Fonts by the place of their dictionaries.
    fonts: HashMap<*const Dict, Rc<Font>>,
    left: usize,
    letters: usize,
}

impl<'f> Canvas<'f> {
    pub(super) fn new(file: &'f File<'f>) -> Canvas<'f> {
        Canvas {
            file,
            fonts: HashMap::new(),
            left: MAX_OBJECTS,
            letters: MAX_LETTERS,
        }
    }

    /// The runs of a page in the order in which they are drawn.
    pub(super) fn page(&mut self, page: &Page<'f>) -> Vec<Run> {
        let mut content = Vec::new();
        match self.file.get(page.dict, "Contents") {
            Some(Object::List(parts)) => {
                for part in parts {
                    let part = self.file.unpacked(self.file.resolve(part));
                    content.extend(part.unwrap_or_default());
                    content.push(b' ');
                }
            }
            Some(stream) => content = self.file.unpacked(stream).unwrap_or_default(),
            None => {}
        }
        let place = match page.turn.rem_euclid(360) {
            90 => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
            180 => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
            270 => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            _ => SAME,
        };
        let mut runs = Vec::new();
        self.draw(&content, page.resources, place, 0, &mut runs);
        runs
    }

    fn draw(
        &mut self,
        content: &[u8],
        resources: Option<&'f Dict>,
        place: Matrix,
        depth: usize,
        runs: &mut Vec<Run>,
    ) {
        let mut state = State {
            place,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
        };
        let mut saved: Vec<State> = Vec::new();
        let (mut text, mut line) = (SAME, SAME);
        let mut operands: Vec<Object> = Vec::new();
        let mut lexer = Lexer::new(content, 0, self.left);
        while let Some(object) = lexer.next() {
            let operator = match object {
                Object::Word(word) => word,
                object => {
                    operands.push(object);
                    continue;
                }
            };
            let given = std::mem::take(&mut operands);
            let number = |at: usize| given.get(at).and_then(Object::number).unwrap_or(0.0);
            let last = || given.last().and_then(Object::number).unwrap_or(0.0);
            let matrix = || std::array::from_fn::<f64, 6, _>(number);
            let next_line = |line: Matrix, x: f64, y: f64| then(moved(x, y), line);
            match operator.as_str() {
                "q" if saved.len() < MAX_SAVED => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.place = then(matrix(), state.place),
                "BT" => (text, line) = (SAME, SAME),
                "Tf" => {
                    state.font = given
                        .first()
                        .and_then(Object::name)
                        .and_then(|name| self.font(resources, name));
                    state.size = last();
                }
                "Tc" => state.letter_space = last(),
                "Tw" => state.word_space = last(),
                "Tz" => state.stretch = last() / 100.0,
                "TL" => state.leading = last(),
                "Tm" => (text, line) = (matrix(), matrix()),
                "Td" | "TD" => {
                    if operator == "TD" {
                        state.leading = -number(1);
                    }
                    line = next_line(line, number(0), number(1));
                    text = line;
                }
                "T*" | "'" | "\"" => {
                    if operator == "\"" {
                        (state.word_space, state.letter_space) = (number(0), number(1));
                    }
                    line = next_line(line, 0.0, -state.leading);
                    text = line;
                    self.show(&state, &mut text, given.last(), runs);
                }
                "Tj" => self.show(&state, &mut text, given.last(), runs),
                "TJ" => {
                    let Some(Object::List(parts)) = given.last() else {
                        continue;
                    };
                    for part in parts {
                        match part.number() {
                            Some(back) => {
                                let shift = -back / 1000.0 * state.size * state.stretch;
                                text = then(moved(shift, 0.0), text);
                            }
                            None => self.show(&state, &mut text, Some(part), runs),
                        }
                    }
                }
                "Do" if depth < MAX_FORMS => {
                    self.left = lexer.left;
                    if let Some(name) = given.last().and_then(Object::name) {
                        self.form(name, resources, state.place, depth, runs);
                    }
                    lexer.left = self.left;
                }
                // The bytes of a picture within the content.
                "ID" => {
                    let rest = content.get(lexer.at..).unwrap_or_default();
                    let end = rest
                        .windows(4)
                        .position(|part| matches!(part, [b' ' | b'\n' | b'\r', b'E', b'I', _]));
                    lexer.at += end.map_or(rest.len(), |end| end + 3);
                }
                _ => {}
            }
        }
        self.left = lexer.left;
    }

    /// Draws a form: content of its own that pages share.
    fn form(
        &mut self,
        name: &str,
        resources: Option<&'f Dict>,
        place: Matrix,
        depth: usize,
        runs: &mut Vec<Run>,
    ) {
        let file = self.file;
        let forms = resources.and_then(|resources| file.dict(resources, "XObject"));
        let Some(form) = forms.and_then(|forms| file.get(forms, name)) else {
            return;
        };
        let Some(dict) = form
            .dict()
            .filter(|dict| file.name(dict, "Subtype") == Some("Form"))
        else {
            return;
        };
        let matrix = file.list(dict, "Matrix").map_or(SAME, |list| {
            std::array::from_fn(|at| {
                let number = list.get(at).and_then(|item| file.resolve(item).number());
                number.unwrap_or_default()
            })
        });
        let Some(content) = file.unpacked(form) else {
            return;
        };
        let resources = file.dict(dict, "Resources").or(resources);
        self.draw(&content, resources, then(matrix, place), depth + 1, runs);
    }

    fn font(&mut self, resources: Option<&'f Dict>, name: &str) -> Option<Rc<Font>> {
        let file = self.file;
        let dict = file.dict(file.dict(resources?, "Font")?, name)?;
        let font = self
            .fonts
            .entry(std::ptr::from_ref(dict))
            .or_insert_with(|| Rc::new(Font::of(file, dict)));
        Some(Rc::clone(font))
    }

    /// Places a string and moves on behind it.
    fn show(
        &mut self,
        state: &State,
        text: &mut Matrix,
        string: Option<&Object>,
        runs: &mut Vec<Run>,
    ) {
        let (Some(Object::Text(bytes)), Some(font)) = (string, &state.font) else {
            return;
        };
        self.left = self.left.saturating_sub(bytes.len());
        let start = then(*text, state.place);
        let mut run = String::new();
        let mut advance = 0.0;
        for glyph in font.glyphs(bytes) {
            run.push_str(&glyph.text);
            let space = if glyph.space { state.word_space } else { 0.0 };
            advance += (glyph.width * state.size + state.letter_space + space) * state.stretch;
        }
        *text = then(moved(advance, 0.0), *text);
        let end = then(*text, state.place);
        let (x, y) = (start[4], start[5]);
        let size = state.size.abs() * start[2].hypot(start[3]);
        // Text that runs up or down a margin is no part of the article.
        let is_level = (end[5] - y).abs() <= (end[4] - x).abs() * 0.2 || advance == 0.0;
        let is_sane = [x, y, end[4], size].iter().all(|number| number.is_finite());
        self.letters = self.letters.saturating_sub(run.len());
        if run.is_empty() || !is_level || !is_sane || self.letters == 0 {
            return;
        }
        runs.push(Run {
            left: x.min(end[4]),
            right: x.max(end[4]),
            y,
            size,
            text: run,
        });
    }
}
