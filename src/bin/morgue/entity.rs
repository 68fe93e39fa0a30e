//! `entity`: what the archive knows of one person, organisation or place, and corrections of names by hand.

use morgue::render::{self, Format};
use morgue::{Decision, EntityAnswer, Error, ErrorKind, Result};

use crate::cli::Entity;
use crate::place;
use crate::term::{Exit, Shell, written};

pub(crate) fn run(args: &Entity, shell: &mut Shell) -> Result<Exit> {
    let format = shell.format(args.format, Format::Text)?;
    if let Some(decision) = decision(&args.name)? {
        let report = place::open(shell)?.decide(&decision, args.field.as_deref())?;
        written(render::decision(&report, format, &mut shell.out))?;
        return Ok(Exit::Done);
    }
    let name = args.name.join(" ");
    match place::open(shell)?.entity(&name, args.field.as_deref())? {
        Some(answer) => {
            written(render::entity(&answer, format, &shell.look, &mut shell.out))?;
            Ok(Exit::Done)
        }
        None => {
            let within = match &args.field {
                Some(field) => format!(" in `{field}`"),
                None => String::new(),
            };
            let hint = format!(
                "no article names `{name}`{within}; `morgue facets --by person,org,place` lists who is named most"
            );
            if format == Format::Text {
                shell.say(&hint);
                return Ok(Exit::Nothing);
            }
            let mut nobody = EntityAnswer::default();
            (nobody.name, nobody.hints) = (name, vec![hint]);
            written(render::entity(&nobody, format, &shell.look, &mut shell.out))?;
            Ok(Exit::Nothing)
        }
    }
}

/// What the words ask to correct; none when they are a name.
fn decision(words: &[String]) -> Result<Option<Decision>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let decision = match words.as_slice() {
        ["merge", name, into] => Decision::Merge {
            name: (*name).to_owned(),
            into: (*into).to_owned(),
        },
        ["rename", name, to] => Decision::Rename {
            name: (*name).to_owned(),
            to: (*to).to_owned(),
        },
        ["split", name] => Decision::Split {
            name: (*name).to_owned(),
        },
        ["drop", name] => Decision::Drop {
            name: (*name).to_owned(),
        },
        [what @ ("merge" | "rename"), ..] => return Err(names(what, "two names", "A B")),
        [what @ ("split" | "drop"), _, ..] => return Err(names(what, "one name", "A")),
        _ => return Ok(None),
    };
    Ok(Some(decision))
}

fn names(what: &str, wanted: &str, form: &str) -> Error {
    let error = Error::new(ErrorKind::Usage, format!("`entity {what}` takes {wanted}"));
    error.with_hint(format!(
        "put each name into quotes: morgue entity {what} {form}"
    ))
}
