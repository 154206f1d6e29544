use std::path::PathBuf;

use clap::Args;

use super::destination::{Wanted, WantedParser};
use super::output::Color;
#[cfg(not(feature = "links"))]
use super::{Failure, Verdict};

#[cfg(feature = "links")]
mod run;
mod store;
#[cfg(feature = "links")]
mod told;
#[cfg(feature = "links")]
mod veil;

pub(super) use store::known_findings;

/// Ask other servers whether the pages that the handbook links to are there
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook links                      ask about every address elsewhere; answers are kept
  opsbook links --offline            ask nobody: what earlier runs have found
  opsbook links --refresh            believe no earlier answer
  opsbook links --fix                write the new addresses of pages that have moved for good
  opsbook links --format github      as annotations, for a job that runs every night
  opsbook links --format human --format sarif=links.sarif

What is asked, how fast, and with which headers, stands in [links] of book.toml.
A page that is gone (404, 410) is an error; a server that is in trouble is a warning.")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is given or not")]
pub(super) struct Links {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// Ask nobody: say what the answers of earlier runs say, however old they are
    #[arg(long, conflicts_with_all = ["refresh", "no_cache"])]
    offline: bool,
    /// Ask about everything, also where an earlier answer is young enough
    #[arg(long)]
    refresh: bool,
    /// Neither read nor keep answers
    #[arg(long)]
    no_cache: bool,
    /// Write the new addresses of pages that have moved for good
    #[arg(long)]
    fix: bool,
    /// How to write the findings, and to which file; without a file they are printed. May be given several times, once without a
    /// file. Without it, 'human'
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = WantedParser)]
    formats: Vec<Wanted>,
    /// Write the findings to this file instead of printing them; folders above it are made
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Leave out the findings that this file lists; comes before the one that book.toml names
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Print findings only, and nothing if there are none
    #[arg(short, long)]
    quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[cfg(not(feature = "links"))]
impl Links {
    #[expect(clippy::unused_self, reason = "called as the command that asks is")]
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        Err(Failure::new(
            "this opsbook was built without the link checker",
            "install one that has it: `cargo install --path . --features links` in opsbook's source, or a released one; no other command needs it",
        ))
    }
}
