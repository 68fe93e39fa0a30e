//! What the definition of the command line gives: a parsed line or a mistake, the flags, help, completions, manual.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};
use clap::{ArgAction, CommandFactory, Parser};
use morgue::{Error, ErrorKind};

use super::Cli;
use crate::arguments::Flag;

/// What comes of a command line.
pub(crate) enum Parsed {
    /// A command to run.
    Run(Box<Cli>),
    /// A help text or version that was asked for.
    Shown(clap::Error),
    /// A mistake.
    Wrong(Error),
}

/// Reads the command line.
pub(crate) fn parse(arguments: Vec<OsString>) -> Parsed {
    let mut error = match Cli::try_parse_from(arguments) {
        Ok(cli) => return Parsed::Run(Box::new(cli)),
        Err(error) => error,
    };
    drop_far_offers(&mut error);
    if error.use_stderr() {
        Parsed::Wrong(mistake(&error.render().to_string()))
    } else {
        Parsed::Shown(error)
    }
}

/// What was typed wrong, and what is offered for it.
const OFFERS: [(ContextKind, ContextKind); 3] = [
    (ContextKind::InvalidValue, ContextKind::SuggestedValue),
    (ContextKind::InvalidArg, ContextKind::SuggestedArg),
    (
        ContextKind::InvalidSubcommand,
        ContextKind::SuggestedSubcommand,
    ),
];

/// Takes away offers that begin otherwise: people get the first letter right, and `oldest` is no slip for `worst`.
fn drop_far_offers(error: &mut clap::Error) {
    let first = |text: &str| text.trim_start_matches('-').chars().next();
    for (typed, offered) in OFFERS {
        let typed = match error.get(typed) {
            Some(ContextValue::String(typed)) => first(typed),
            _ => continue,
        };
        let is_far = match error.get(offered) {
            Some(ContextValue::String(offer)) => first(offer) != typed,
            Some(ContextValue::Strings(offers)) => offers.iter().all(|offer| first(offer) != typed),
            _ => false,
        };
        if is_far {
            error.remove(offered);
        }
    }
}

/// The library's error of a rendered one: paragraphs are a message, tips and the usage.
fn mistake(rendered: &str) -> Error {
    let tidy = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ")
    };
    let mut paragraphs = rendered.split("\n\n").map(tidy);
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    let mut hint = "`morgue --help` lists commands and flags".to_owned();
    for paragraph in paragraphs {
        if let Some(tip) = paragraph.strip_prefix("tip: ") {
            hint = tip.to_owned();
            break;
        }
        if let Some(usage) = paragraph.strip_prefix("Usage: ") {
            let usage = usage.split(" For more information").next();
            let usage = usage.unwrap_or_default();
            // That of the program itself says nothing.
            if !usage.ends_with("[COMMAND]") {
                hint = format!("usage: {usage}");
            }
        }
    }
    Error::new(ErrorKind::Usage, message.replace('\'', "`")).with_hint(hint.replace('\'', "`"))
}

/// The flags that stand in a command's help; of the program itself when the name is empty.
pub(crate) fn flags(command: &str) -> Option<Vec<Flag>> {
    let mut root = Cli::command();
    root.build();
    let command = match command {
        "" => &root,
        name => root.find_subcommand(name)?,
    };
    let flags = command.get_arguments().filter(|arg| !arg.is_positional());
    let flags = flags.map(|arg| Flag {
        short: arg.get_short(),
        long: arg.get_long().map(str::to_owned),
        takes_value: matches!(arg.get_action(), ArgAction::Set | ArgAction::Append),
    });
    Some(flags.collect())
}

/// The help of the program or of a command; `None` when there is no such command.
pub(crate) fn help(command: Option<&str>, long: bool) -> Option<clap::builder::StyledStr> {
    let mut root = Cli::command();
    root.build();
    let command = match command {
        None => &mut root,
        Some(name) => root.find_subcommand_mut(name)?,
    };
    Some(if long {
        command.render_long_help()
    } else {
        command.render_help()
    })
}

/// The completions of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "morgue", &mut script);
    script
}

/// The manual page of the program or of a command; `None` when there is no such command.
pub(crate) fn manual(command: Option<&str>) -> Option<std::io::Result<Vec<u8>>> {
    let mut root = Cli::command();
    root.build();
    let command = match command {
        None => root,
        Some(name) => root.find_subcommand(name)?.clone(),
    };
    let mut page = Vec::new();
    Some(
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map(|()| page),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    // clap checks its own definitions only when asked.
    #[test]
    fn definitions() {
        Cli::command().debug_assert();
    }

    // A command without examples is a command nobody can use.
    #[test]
    fn every_command_has_examples() {
        for command in Cli::command().get_subcommands() {
            let long = command.get_after_long_help().map(ToString::to_string);
            let name = command.get_name();
            assert!(
                long.is_some_and(|text| text.contains(&format!("morgue {name}"))),
                "{name}"
            );
        }
    }

    // A mistake is told in the program's own form.
    #[test]
    fn mistakes() {
        let told = |line: &str| {
            let arguments = line.split(' ').map(OsString::from).collect();
            match parse(arguments) {
                Parsed::Wrong(error) => {
                    format!("{error}; {}", error.hint().unwrap_or_default())
                }
                _ => "fine".to_owned(),
            }
        };
        assert_eq!(
            told("morgue search --fooble x"),
            "unexpected argument `--fooble` found; to pass `--fooble` as a value, use `-- --fooble`"
        );
        assert_eq!(
            told("morgue search x -n=many"),
            "invalid value `many` for `--number <N|all>`: write a number, or all; `morgue --help` lists commands and flags"
        );
        assert_eq!(
            told("morgue search x --sort=worst"),
            "invalid value `worst` for `--sort <ORDER>` [possible values: best, newest, oldest]; `morgue --help` lists commands and flags"
        );
        assert!(told("morgue search x --sort=newst").ends_with("a similar value exists: `newest`"));
        for line in ["search x --offset=-3", "index x --jobs=-1"] {
            assert!(told(&format!("morgue {line}")).contains("write a number, 0 or more"));
        }
        assert!(told("morgue index x --max-size=0").contains("from 1 to 4096"));
        assert!(told("morgue stories --top=x").contains("write a number, or all"));
        assert_eq!(
            told("morgue timeline --format ids"),
            "invalid value `ids` for `--format <FORMAT>` [possible values: text, json, csv]; `morgue --help` lists commands and flags"
        );
        assert_eq!(told("morgue search --in . x"), "fine");
        assert!(told("morgue search --in . -a y x").contains("cannot be used with"));
        assert!(told("morgue serch x").contains("unrecognized subcommand `serch`; a similar"));
        assert_eq!(
            told("morgue frobnicate x"),
            "unrecognized subcommand `frobnicate`; `morgue --help` lists commands and flags"
        );
    }
}
