//! The command line: one file per command.
//!
//! The only place that prints, reads the environment and looks at the clock. Knows no Markdown.

mod baseline;
mod build;
mod changed;
mod check;
mod compiled;
mod derive;
mod destination;
mod due;
mod explain;
mod fix;
mod freeze;
mod git;
mod history;
mod incidents;
mod init;
mod links;
mod lsp;
mod mv;
mod new;
mod open;
mod output;
mod progress;
mod role;
mod schema;
mod serve;
mod sources;
mod today;
mod urls;

use std::fmt;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::disk::DiskError;
use crate::project::ProjectError;

/// What opsbook takes on the command line.
#[derive(Debug, Parser)]
#[command(name = "opsbook", version, about = "Checks an operations handbook for completeness and builds its site", max_term_width = 100, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  opsbook init handbook              start a handbook
  opsbook new alert-runbook handbook/content/runbooks/api-down.md
  opsbook check                      what is missing, unfinished or broken?
  opsbook build --open               check, build the site and open it
  opsbook serve --open               show the site while you write it

Exit codes: 0 clean, 1 findings at error level, 2 could not run.";

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Check(check::Check),
    Links(links::Links),
    Baseline(baseline::BaselineCommand),
    New(new::New),
    Mv(mv::Mv),
    Init(init::Init),
    Schema(schema::Schema),
    Role(role::Role),
    Due(due::Due),
    Incidents(incidents::Incidents),
    Explain(explain::Explain),
    Freeze(freeze::Freeze),
    Lsp(lsp::Lsp),
    Serve(serve::Serve),
    Sources(sources::Sources),
    Urls(urls::Urls),
}

/// How a command ended that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Nothing at error level.
    Clean,
    /// Findings at error level.
    Findings,
}

/// Why a command could not run, and what to do.
#[derive(Debug)]
struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error: {}", self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(formatter, "\n  = help: {help}"))
    }
}

impl From<ProjectError> for Failure {
    fn from(error: ProjectError) -> Self {
        Self { message: error.message, help: Some(error.help) }
    }
}

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Self {
        Self { message: error.message, help: Some(error.help) }
    }
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Build(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Links(command) => command.run(),
        Command::Baseline(command) => command.run(),
        Command::New(command) => command.run(),
        Command::Mv(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::Role(command) => command.run(),
        Command::Due(command) => command.run(),
        Command::Incidents(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Freeze(command) => command.run(),
        Command::Lsp(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Sources(command) => command.run(),
        Command::Urls(command) => command.run(),
    };
    match result {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Err(failure) => {
            output::complain(&failure.to_string());
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_command_shows_examples() {
        let command = Arguments::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            assert!(sub.get_about().is_some(), "{}", sub.get_name());
            let shown = sub.get_after_help().is_some_and(|help| help.to_string().contains("Examples:"));
            assert!(shown, "{} has no examples", sub.get_name());
        }
    }
}
