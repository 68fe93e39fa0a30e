//! The command `morgue`: parse, run, exit.

// Nothing that is read may end in a panic. Where an index cannot be wrong the module says why.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
mod arguments;
mod ask;
mod cli;
mod failure;
mod place;
mod progress;
mod term;

mod batch;
mod compact;
mod completions;
mod entity;
mod export;
mod facets;
mod fields;
mod help;
mod index;
mod info;
mod inspect;
mod man;
mod rebuild;
mod remove;
mod search;
mod set;
mod show;
mod similar;
mod story;
mod timeline;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use cli::{Command, Parsed};
use morgue::{ErrorKind, Result};
use term::{Exit, Shell};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // What panics over a hostile file or a damaged archive is caught by the library, and told as what it is.
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    // A file that grows beyond the limit of the user's shell is told of like a full disk.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    std::panic::catch_unwind(command_line).unwrap_or_else(|_| {
        let said =
            "morgue: internal failure; with RUST_BACKTRACE=1 it says where, please report it";
        // Nobody is left to hear of a failing stderr.
        let _ = writeln!(std::io::stderr(), "{said}");
        ExitCode::from(Exit::Flawed as u8)
    })
}

fn command_line() -> ExitCode {
    let sorted = arguments::sort(std::env::args_os().collect(), cli::flags);
    let words_from = sorted.arguments.iter().position(|given| given == "--");
    let flags = sorted
        .arguments
        .get(..words_from.unwrap_or(sorted.arguments.len()));
    let wants_json = flags.is_some_and(|flags| {
        let json = |given: &std::ffi::OsString| given == "--json" || given == "--format=json";
        flags.iter().any(json)
    });

    let (mut shell, outcome) = match cli::parse(sorted.arguments) {
        // A closed pipe is no failure, and there is nothing else to say.
        Parsed::Shown(text) => {
            return text
                .print()
                .map_or(ExitCode::SUCCESS, |()| ExitCode::SUCCESS);
        }
        Parsed::Wrong(error) => {
            let global = cli::Global::default_with(wants_json);
            // A flag with one minus is what was wrong.
            let error = match sorted.notes.into_iter().next() {
                Some(note) => error.with_hint(note),
                None => error,
            };
            (Shell::new(global), Err(error))
        }
        Parsed::Run(cli) => {
            let mut shell = Shell::new(cli.global);
            for note in &sorted.notes {
                shell.say(note);
            }
            let outcome = run(cli.command, &mut shell);
            (shell, outcome)
        }
    };
    ExitCode::from(finish(outcome, &mut shell) as u8)
}

fn run(command: Option<Command>, shell: &mut Shell) -> Result<Exit> {
    let Some(command) = command else {
        return help::short(shell);
    };
    match command {
        Command::Index(args) => index::run(args, shell),
        Command::Search(args) => search::run(&args, shell),
        Command::Facets(args) => facets::run(&args, shell),
        Command::Timeline(args) => timeline::run(args, shell),
        Command::Similar(args) => similar::run(&args, shell),
        Command::Story(args) => story::one(&args, shell),
        Command::Stories(args) => story::many(&args, shell),
        Command::Entity(args) => entity::run(&args, shell),
        Command::Show(args) => show::run(&args, shell),
        Command::Inspect(args) => inspect::run(args, shell),
        Command::Batch(args) => batch::run(&args, shell),
        Command::Export(args) => export::run(&args, shell),
        Command::Remove(args) => remove::run(&args, shell),
        Command::Set(args) => set::run(args, shell),
        Command::Info(args) => info::run(&args, shell),
        Command::Fields(args) => fields::run(&args, shell),
        Command::Verify(args) => verify::run(&args, shell),
        Command::Compact(args) => compact::run(&args, shell),
        Command::Rebuild(args) => rebuild::run(&args, shell),
        Command::Help(args) => help::run(&args, shell),
        Command::Completions(args) => completions::run(&args, shell),
        Command::Man(args) => man::run(&args, shell),
    }
}

/// Tells an error and empties the buffers; a reader that has gone is no error.
fn finish(outcome: Result<Exit>, shell: &mut Shell) -> Exit {
    let exit = match outcome {
        Ok(exit) => exit,
        Err(_) if shell.out.is_broken => return Exit::Done,
        Err(error) => {
            failure::tell(&error, shell);
            match error.kind() {
                ErrorKind::Interrupted => Exit::Interrupted,
                _ => Exit::Flawed,
            }
        }
    };
    match shell.out.flush() {
        Ok(()) => exit,
        Err(_) if shell.out.is_broken => Exit::Done,
        Err(error) => {
            shell.tell(&format!("morgue: standard output: {error}"));
            Exit::Flawed
        }
    }
}
