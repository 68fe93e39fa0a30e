//! Progress of indexing on a terminal, and the two ways to stop it.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use morgue::Event;
use morgue::render::{clean, fit, plural};

use crate::term::{Exit, Shell};

/// Time between two lines: fast enough to live, slow enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(100);

/// One line on standard error that is written again and again, and cleared at the end.
pub(crate) struct Progress {
    shows: bool,
    tells_skipped: bool,
    width: usize,
    started: Instant,
    drawn: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(shell: &Shell) -> Progress {
        Progress {
            shows: shell.err_is_terminal && !shell.global.quiet,
            tells_skipped: shell.global.verbose && !shell.global.quiet,
            width: shell.look.width,
            started: Instant::now(),
            drawn: None,
        }
    }

    /// Takes an event.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Skipped(skipped) if self.tells_skipped => {
                self.clear();
                let text = format!("skipped {}: {}", skipped.path, skipped.reason);
                let _ = writeln!(io::stderr(), "{}", clean(&text));
            }
            Event::Progress {
                files,
                found,
                articles,
                ..
            } if self.is_due() => {
                let seconds = self.started.elapsed().as_secs_f64();
                self.draw(&line(*files, *found, *articles, seconds));
            }
            _ => {}
        }
    }

    fn is_due(&self) -> bool {
        self.shows && self.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE)
    }

    fn draw(&mut self, text: &str) {
        let text = fit(text, self.width.saturating_sub(1));
        // Nobody is left to hear of a failing stderr.
        let _ = write!(io::stderr(), "\r\x1b[2K{text}");
        let _ = io::stderr().flush();
        self.drawn = Some(Instant::now());
    }

    /// Takes the line away.
    pub(crate) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[2K");
            let _ = io::stderr().flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(files: u64, found: u64, articles: u64, seconds: f64) -> String {
    let rate = (articles as f64 / seconds.max(0.001)).round() as u64;
    let of = plural(found, "file");
    let articles = plural(articles, "article");
    format!("{files} of {of} · {articles} · {rate} a second")
}

/// Lets Ctrl-C ask for an end, and says what comes of it. A second one ends at once.
pub(crate) fn stop_on_interrupt(said: &'static str) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let result = ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::SeqCst) {
            #[allow(clippy::exit)] // The second Ctrl-C: whoever presses it means now.
            std::process::exit(Exit::Interrupted as i32);
        }
        let _ = writeln!(io::stderr(), "\nstopping: {said}");
    });
    // Without a handler Ctrl-C ends the process as usual, and what is committed stays all the same.
    drop(result);
    stop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        assert_eq!(
            line(1_200, 5_000, 1_100, 4.0),
            "1200 of 5,000 files · 1,100 articles · 275 a second"
        );
    }
}
