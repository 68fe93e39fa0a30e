//! The command line: commands, flags, help texts. Nothing outside of this module knows clap.
//!
//! Values are turned into the library's types here; what they mean is left to the verbs.

mod definition;
mod values;

use std::path::PathBuf;

use chrono::NaiveDateTime;
use clap::{Args, Parser, Subcommand, ValueEnum};
use morgue::render::Format;
use morgue::{FacetRequest, Match, Period, Sort, StorySort};

pub(crate) use definition::{Parsed, completions, flags, help, manual, parse};
use values::{
    ANSWER, EXPORT, MATCHES, Number, PERIODS, REPORT, RUN, SORTS, STORIES, STORY_SORTS, TABLE,
    choice, count, facet, formats, local_time, mebibytes, pair,
};

/// Search a folder of news articles: ranked, by person, place, source and date
#[derive(Parser)]
#[command(
    name = "morgue",
    version,
    disable_help_subcommand = true,
    after_help = "Start with:\n  morgue index clippings/        make an archive of a folder\n  morgue search putin sanctions  search it\n  morgue help query              what can be asked"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Flags of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The archive [default: $MORGUE_ARCHIVE, else the nearest .morgue upwards]
    #[arg(short, long, global = true, value_name = "DIR")]
    pub(crate) archive: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say nothing but the answer
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// The answer as JSON (--format json), errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

impl Global {
    /// What holds when the command line cannot be read.
    pub(crate) fn default_with(json: bool) -> Global {
        Global {
            archive: None,
            color: Color::Auto,
            quiet: false,
            verbose: false,
            json,
        }
    }
}

/// When to use colours.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add articles from files and folders to the archive
    #[command(
        after_long_help = "Examples:\n  morgue index clippings/\n  morgue index export.jsonl --map title=headline --source 'Island Herald'\n  zcat dump.jsonl.gz | morgue index -\n  morgue index clippings/ --prune        also takes out what vanished\n\nFlags such as --map and --source are remembered: a file that changes is read as it was read before."
    )]
    Index(Index),
    /// Find articles, the best first, one line per story
    #[command(
        after_long_help = "Examples:\n  morgue search putin sanctions\n  morgue search putin -balloons --since 2024-06 --facet person\n  morgue search 'person:putin \"military pact\"' -w source='HW News'\n  morgue search --in clippings/ ferry    makes or updates the folder's own archive first\n\n`morgue help query` explains the query language."
    )]
    Search(Search),
    /// Count values of fields among the articles found
    #[command(
        after_long_help = "Examples:\n  morgue facets putin --by person,source\n  morgue facets --by org=all --since 2024\n  morgue facets pact --by person --by org --cross    who appears with whom"
    )]
    Facets(Facets),
    /// Count articles by year, month, week or day
    #[command(
        after_long_help = "Examples:\n  morgue timeline putin --by week\n  morgue timeline putin --vs kim\n  morgue timeline balloons --by day --share --format csv"
    )]
    Timeline(Timeline),
    /// Find articles like one of the archive, or like a file
    #[command(
        after_long_help = "Examples:\n  morgue similar 7f3a91c2\n  morgue similar draft.txt --since 2024 -n 5"
    )]
    Similar(Similar),
    /// Show every telling of one story, oldest first, and what each adds
    #[command(
        after_long_help = "Examples:\n  morgue story 7f3a91c2\n  morgue story 7f3a91c2 --json"
    )]
    Story(Story),
    /// List the biggest stories
    #[command(
        after_long_help = "Examples:\n  morgue stories --since 2024-06 --top 5\n  morgue stories earthquake --sort growing"
    )]
    Stories(Stories),
    /// Show what the archive knows of a person, organisation or place, or correct a name
    #[command(
        after_long_help = "Examples:\n  morgue entity 'Vladimir Putin'\n  morgue entity putin --json\n\nCorrecting names; each name is one argument. Kept in entities.rules beside the archive, shown at once:\n  morgue entity merge 'V. Putin' 'Vladimir Putin'      the first is the second\n  morgue entity rename 'Kim Jong-un' 'Kim Jong Un'     shown so from now on\n  morgue entity split 'George Bush Jr'                 stands for itself again\n  morgue entity drop West --field org                  is no organisation"
    )]
    Entity(Entity),
    /// Show whole articles
    #[command(
        after_long_help = "Examples:\n  morgue show 7f3a91c2\n  morgue show 7f3a91c2 --find 'ferry harbour'\n  morgue show 7f3a91c2 --original"
    )]
    Show(Show),
    /// Show what would be understood of files, and from where
    #[command(
        after_long_help = "Examples:\n  morgue inspect clippings/a.txt\n  morgue inspect clippings/ --format jsonl"
    )]
    Inspect(Inspect),
    /// Answer many queries from a file, one a line
    #[command(
        long_about = "Answer many queries from a file, one a line: `id<TAB>query`, or a query whose id is its line number.\n\nEmpty lines and notes (`# ...`) are passed over, and a bad line is told while the rest goes on.",
        after_long_help = "Examples:\n  morgue batch queries.tsv -n 100 --format trec\n  morgue batch watchlist.txt --since yesterday --format jsonl"
    )]
    Batch(Batch),
    /// Write articles as JSON lines that `index` reads back
    #[command(
        after_long_help = "Examples:\n  morgue export > archive.jsonl\n  morgue export putin --since 2024 --format csv"
    )]
    Export(Export),
    /// Take articles out of the archive
    #[command(
        after_long_help = "Examples:\n  morgue remove 7f3a91c2\n  morgue remove --query 'source:herald date:..1999' --dry-run\n\nRemoved ids are remembered: `morgue index --again` takes them back."
    )]
    Remove(Remove),
    /// Correct title, date, source, by-line or section by hand
    #[command(
        after_long_help = "Examples:\n  morgue set 7f3a91c2 date=2024-06-18 'title=Putin visits Pyongyang'\n  morgue set --query 'path:herald no:source' 'source=Island Herald'\n  morgue set 7f3a91c2 'byline=Ann Lee; Bo Ek' section=\n\nAn empty value takes the field away. Corrections are kept in corrections.rules in the archive,\nand hold when the file is indexed again. To take one back, delete its line there and run\n`morgue index --again FILE`, with the flags that the file was indexed with."
    )]
    Set(Set),
    /// Show counts, sizes and versions of the archive
    #[command(
        after_long_help = "Examples:\n  morgue info\n  morgue info -a clippings/.morgue --json"
    )]
    Info(Plain),
    /// List the fields that can be searched, filtered and counted
    #[command(after_long_help = "Examples:\n  morgue fields\n  morgue fields --json")]
    Fields(Plain),
    /// Check the archive for damage
    #[command(
        after_long_help = "Examples:\n  morgue verify\n  morgue verify -a clippings/.morgue --json"
    )]
    Verify(Plain),
    /// Merge the pieces that indexing left, and free the space of removed articles
    #[command(
        after_long_help = "Examples:\n  morgue compact\n  morgue compact -a clippings/.morgue"
    )]
    Compact(Plain),
    /// Make the index anew from the stored articles
    #[command(
        after_long_help = "Examples:\n  morgue rebuild\n  morgue rebuild -a clippings/.morgue\n\nThe new index is made beside the old one and swapped in when it is complete."
    )]
    Rebuild(Plain),
    /// Explain a topic or a command
    #[command(
        after_long_help = "Examples:\n  morgue help query\n  morgue help exit-codes\n  morgue help search"
    )]
    Help(Help),
    /// Print completions for a shell
    #[command(
        after_long_help = "Examples:\n  morgue completions bash > ~/.local/share/bash-completion/completions/morgue"
    )]
    Completions(Completions),
    /// Print the manual page
    #[command(
        after_long_help = "Examples:\n  morgue man > morgue.1\n  morgue man search | man -l -"
    )]
    Man(Man),
}

/// What is asked: words and filters.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Asking {
    /// The words, in the query language
    #[arg(value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// Filters, and how words are taken.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Filters {
    /// Only articles with exactly this value; != excludes; same field: or
    #[arg(short = 'w', long = "where", value_name = "FIELD=VALUE")]
    pub(crate) filters: Vec<String>,
    /// First day: 2024, 2024-06, 2024-06-18, yesterday, 7d
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Last day, written likewise
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Whether all words are wanted [default: all, or most when none has all]
    #[arg(long = "match", value_name = "WHICH", value_parser = choice(MATCHES))]
    pub(crate) matching: Option<Match>,
    /// Take the words as words: no operators, no fields
    #[arg(long)]
    pub(crate) plain: bool,
    /// Let a country find its places too: place:kenya finds Nairobi
    #[arg(long)]
    pub(crate) within: bool,
    /// The local time that relative dates refer to
    #[arg(long, value_name = "TIME", hide = true, value_parser = local_time)]
    pub(crate) now: Option<NaiveDateTime>,
}

/// Which lines of an answer, and what with them.
#[derive(Args, Clone, Debug)]
pub(crate) struct Lines {
    /// How many lines
    #[arg(short = 'n', long = "number", value_name = "N|all", default_value = "10", value_parser = Number::parse)]
    pub(crate) number: Number,
    /// Lines to leave out first
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = count)]
    pub(crate) offset: usize,
    /// Which come first
    #[arg(long, value_name = "ORDER", default_value = "best", value_parser = choice(SORTS))]
    pub(crate) sort: Sort,
    /// Prefer recent articles: half of a score fades, by half with each such time, as 30d
    #[arg(long, value_name = "HALF_LIFE")]
    pub(crate) fresh: Option<String>,
    /// Each article a line, instead of one for each story
    #[arg(long)]
    pub(crate) all: bool,
    /// Count the values of a field among all articles found; repeatable
    #[arg(long = "facet", value_name = "FIELD[=N]", value_delimiter = ',', value_parser = facet)]
    pub(crate) facets: Vec<FacetRequest>,
    /// Say how the query was read and how scores come about
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(Args)]
pub(crate) struct Index {
    /// Files and folders; - is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Another name of a key in records; repeatable
    #[arg(long, value_name = "FIELD=KEY", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,
    /// The publisher of all these files
    #[arg(long, value_name = "NAME", conflicts_with = "source_from")]
    pub(crate) source: Option<String>,
    /// Take the publisher from the name of each file's folder
    #[arg(long, value_name = "WHAT", value_parser = ["folder"])]
    pub(crate) source_from: Option<String>,
    /// A TOML file with fields of your own
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Put before every id that the input states
    #[arg(long, value_name = "P")]
    pub(crate) id_prefix: Option<String>,
    /// Threads that read; 0 is one a core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = count)]
    pub(crate) jobs: usize,
    /// Skip larger files, in MiB, unless they are read record by record
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = mebibytes)]
    pub(crate) max_size: u64,
    /// Leave out names, copies and stories: quicker, and enough for words, dates and sources
    #[arg(long)]
    pub(crate) no_enrich: bool,
    /// Only say what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Read unchanged files again with the flags given now, and take back what was removed by hand
    #[arg(long)]
    pub(crate) again: bool,
    /// Take out articles under PATH whose files vanished
    #[arg(long)]
    pub(crate) prune: bool,
    /// Prune even more than half of the archive
    #[arg(long)]
    pub(crate) force: bool,
    /// Exit with 2 when something was skipped
    #[arg(long)]
    pub(crate) strict: bool,
    #[arg(long, value_name = "FORMAT", value_parser = formats(REPORT))]
    /// How the report is written
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(crate) asking: Asking,
    #[command(flatten)]
    pub(crate) lines: Lines,
    /// Go on behind the line of a cursor (`next` of a JSON answer)
    #[arg(long, value_name = "CURSOR", conflicts_with = "offset")]
    pub(crate) after: Option<String>,
    /// Search this folder or file: its own archive is made or brought up to date first
    #[arg(long = "in", value_name = "PATH", conflicts_with = "archive")]
    pub(crate) within_path: Option<PathBuf>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(ANSWER))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Facets {
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// The fields to count, also several with commas [default: source,person,org,place]
    #[arg(long = "by", value_name = "FIELD[=N]", value_delimiter = ',', value_parser = facet)]
    pub(crate) by: Vec<FacetRequest>,
    /// Count the pairs of the two fields, or of one with itself
    #[arg(long)]
    pub(crate) cross: bool,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(TABLE))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Timeline {
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// The length of a period
    #[arg(long, value_name = "PERIOD", default_value = "month", value_parser = choice(PERIODS))]
    pub(crate) by: Period,
    /// The share of all articles of each period
    #[arg(long)]
    pub(crate) share: bool,
    /// Count another query beside it
    #[arg(long, value_name = "QUERY")]
    pub(crate) vs: Option<String>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(TABLE))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Similar {
    /// The id of an article, or its beginning, or a file
    #[arg(value_name = "ID|FILE")]
    pub(crate) like: String,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// How many lines
    #[arg(short = 'n', long = "number", value_name = "N|all", default_value = "10", value_parser = Number::parse)]
    pub(crate) number: Number,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(ANSWER))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Story {
    /// The id of any article of the story, or its beginning
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(ANSWER))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Stories {
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// Which come first: most tellings, latest telling, most tellings in the last week
    #[arg(long, value_name = "ORDER", default_value = "biggest", value_parser = choice(STORY_SORTS))]
    pub(crate) sort: StorySort,
    /// How many
    #[arg(short = 'n', long, value_name = "N|all", default_value = "10", value_parser = Number::parse)]
    pub(crate) top: Number,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(STORIES))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Entity {
    /// The name, or words of it; or `merge A B`, `rename A B`, `split A`, `drop A`
    #[arg(required = true, value_name = "NAME")]
    pub(crate) name: Vec<String>,
    /// Which of person, org and place is meant, where a name is several
    #[arg(long, value_name = "FIELD")]
    pub(crate) field: Option<String>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(REPORT))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Show {
    /// Ids, or their beginnings
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Mark these words
    #[arg(long, value_name = "WORDS")]
    pub(crate) find: Vec<String>,
    /// Print the file as it was
    #[arg(long, conflicts_with_all = ["find", "format"])]
    pub(crate) original: bool,
    /// How the articles are written
    #[arg(long, value_name = "FORMAT", value_parser = formats(ANSWER))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Inspect {
    /// Files, folders, containers; - is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Another name of a key in records; repeatable
    #[arg(long, value_name = "FIELD=KEY", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,
    /// A TOML file with fields of your own
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// Skip larger files, in MiB, unless they are read record by record
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = mebibytes)]
    pub(crate) max_size: u64,
    /// Do not look for people, organisations and places
    #[arg(long)]
    pub(crate) no_enrich: bool,
    /// How the articles are written
    #[arg(long, value_name = "FORMAT", value_parser = formats(ANSWER))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Batch {
    /// The file of queries; - is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) filters: Filters,
    #[command(flatten)]
    pub(crate) lines: Lines,
    /// How the answers are written [default: csv]
    #[arg(long, value_name = "FORMAT", value_parser = formats(RUN))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// How the articles are written [default: jsonl]
    #[arg(long, value_name = "FORMAT", value_parser = formats(EXPORT))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Remove {
    /// Ids, or their beginnings
    #[arg(value_name = "ID", conflicts_with = "query")]
    pub(crate) ids: Vec<String>,
    /// Everything that this query finds
    #[arg(long, value_name = "Q")]
    pub(crate) query: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(crate) force: bool,
    /// Only say what would go
    #[arg(long, conflicts_with = "force")]
    pub(crate) dry_run: bool,
    /// How the report is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(REPORT))]
    pub(crate) format: Option<Format>,
}

/// What is corrected.
#[derive(Args)]
pub(crate) struct Set {
    /// Ids, or their beginnings, and corrections: field=value
    #[arg(value_name = "ID|FIELD=VALUE", required = true)]
    pub(crate) given: Vec<String>,
    /// Everything that this query finds, instead of ids
    #[arg(long, value_name = "Q")]
    pub(crate) query: Option<String>,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How the report is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(REPORT))]
    pub(crate) format: Option<Format>,
}

/// A command without flags of its own but the format.
#[derive(Args)]
pub(crate) struct Plain {
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_parser = formats(REPORT))]
    pub(crate) format: Option<Format>,
}

#[derive(Args)]
pub(crate) struct Help {
    /// query, formats, exit-codes, environment, or a command
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Option<String>,
}

#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The page of this command
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}
