//! The terminal: what goes to standard output and to standard error, with which width and colours.
//!
//! The answer is written to `out`, talk is said with `say`. Texts of articles are cleaned by the renderers; formats that
//! keep them as they are pass a cleaner when they end on a terminal.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use morgue::render::{CleanWriter, Format, Look, clean};
use morgue::{Error, ErrorKind, Result};

use crate::cli::{Color, Global};

/// Wider than this a line of text is hard to read.
const WIDEST: usize = 100;

/// How a command ended, when it ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Found or done.
    Done = 0,
    /// Asked and found nothing.
    Nothing = 1,
    /// The work was done, but not all of it: a bad line, a skipped file under `--strict`, damage.
    Flawed = 2,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl Exit {
    /// Found, when there is anything.
    pub(crate) fn found(count: u64) -> Exit {
        if count > 0 { Exit::Done } else { Exit::Nothing }
    }
}

/// Standard output, which knows whether its reader has gone.
pub(crate) struct Out {
    inner: Box<dyn Write>,
    pub(crate) is_broken: bool,
}

impl Out {
    fn new(inner: impl Write + 'static) -> Out {
        Out {
            inner: Box::new(inner),
            is_broken: false,
        }
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.is_broken |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        result
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(bytes);
        self.noted(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.noted(result)
    }
}

/// What a command needs of its surroundings.
pub(crate) struct Shell {
    pub(crate) out: Out,
    pub(crate) look: Look,
    pub(crate) global: Global,
    /// The query that an error's place refers to.
    pub(crate) asked: String,
    pub(crate) out_is_terminal: bool,
    pub(crate) err_is_terminal: bool,
}

impl Shell {
    pub(crate) fn new(global: Global) -> Shell {
        let stdout = io::stdout();
        let out_is_terminal = stdout.is_terminal();
        let look = Look {
            width: width(out_is_terminal),
            color: has_color(global.color, &stdout),
            verbose: global.verbose,
        };
        Shell {
            out: Out::new(BufWriter::new(stdout)),
            look,
            asked: String::new(),
            out_is_terminal,
            err_is_terminal: io::stderr().is_terminal(),
            global,
        }
    }

    /// The format to answer in: the one asked for, `--json`, or `usual`.
    pub(crate) fn format(&mut self, asked: Option<Format>, usual: Format) -> Result<Format> {
        let format = match (asked, self.global.json) {
            (Some(format), true) if format != Format::Json => {
                let name = format.name();
                return Err(Error::new(
                    ErrorKind::Usage,
                    format!("`--json` and `--format {name}` exclude each other"),
                ));
            }
            (Some(format), _) => format,
            (None, true) => Format::Json,
            (None, false) => usual,
        };
        // So that an error is told in the format of the answer.
        self.global.json = format == Format::Json;
        if format != Format::Text {
            self.clean_output();
        }
        Ok(format)
    }

    /// Cleans everything that is written from here on, where it ends on a terminal.
    pub(crate) fn clean_output(&mut self) {
        if self.out_is_terminal {
            self.out = Out::new(CleanWriter::new(BufWriter::new(io::stdout())));
        }
    }

    /// Says something that is not the answer, unless quiet is wanted.
    pub(crate) fn say(&mut self, text: &str) {
        if !self.global.quiet {
            self.tell(text);
        }
    }

    /// Says the hints of an answer whose format has no room for them.
    pub(crate) fn hints(&mut self, format: Format, hints: &[String]) {
        if !matches!(format, Format::Text | Format::Json) {
            for hint in hints {
                self.say(&format!("hint: {hint}"));
            }
        }
    }

    /// Says something that must be heard.
    pub(crate) fn tell(&mut self, text: &str) {
        // What stands in the buffer was written before; nobody is left to hear of a failing stderr.
        let _ = self.out.flush();
        let _ = writeln!(io::stderr(), "{}", clean(text));
    }

    /// Asks a question that yes or no answers; no when nobody can be asked.
    pub(crate) fn ask(&mut self, question: &str) -> bool {
        let _ = self.out.flush();
        let _ = write!(io::stderr(), "{} [y/N] ", clean(question));
        let mut answer = String::new();
        let read = io::stdin().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }

    /// Whether somebody sits there to be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.err_is_terminal && io::stdin().is_terminal()
    }
}

/// The library's error of a failure to write the answer.
pub(crate) fn written(result: io::Result<()>) -> Result<()> {
    result.map_err(|error| {
        Error::new(
            ErrorKind::Io,
            format!("standard output: {}", error.to_string().to_lowercase()),
        )
    })
}

fn width(is_terminal: bool) -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    match size {
        Some((width, _)) if is_terminal => usize::from(width.0).clamp(20, WIDEST),
        _ => Look::default().width,
    }
}

fn has_color(wish: Color, stdout: &Stdout) -> bool {
    match wish {
        Color::Always => true,
        Color::Never => false,
        // NO_COLOR, CLICOLOR_FORCE, dumb terminals and pipes are all known there.
        Color::Auto => anstream::AutoStream::choice(stdout) != anstream::ColorChoice::Never,
    }
}
