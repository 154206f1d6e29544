//! `[[source]]` on the command line: when repositories are fetched, and what is said of it.
//!
//! Knows when. How a repository is fetched is the business of [`fetch`], what its files mean that of nobody here.

mod dates;
mod fetch;
mod run;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

pub(super) use dates::changes;

use self::fetch::{Fetched, fetch};
use super::output::{self, Stream};
use super::today::moment;
use super::{Failure, Verdict};
use crate::config::{SourceFrom, SourceTable};
use crate::project::{Project, copies, masked};
use crate::text::count;

/// So many repositories are fetched at once.
const AT_ONCE: usize = 8;

/// When repositories of `[[source]]` are fetched
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Network {
    /// Fetch the repositories of [[source]] again; without it only those that were never fetched
    #[arg(long, conflicts_with = "offline")]
    refresh: bool,
    /// Fetch nothing: use the copies that are there
    #[arg(long)]
    offline: bool,
}

/// Show the sources of other folders and repositories, or fetch them
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook sources                    where each source comes from, and how old its copy is
  opsbook sources update             fetch every repository again
  opsbook sources update services/payments       fetch one of them

Exit codes: 0 all are fetched, 1 some can't be, 2 could not run.")]
pub(super) struct Sources {
    #[command(subcommand)]
    action: Option<Action>,
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    #[arg(long, value_name = "FOLDER", global = true)]
    book: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fetch repositories again
    Update {
        /// Where the source appears, as `at` in book.toml; without it every one
        at: Vec<String>,
    },
}

impl Sources {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let mut project = Project::open(self.book.as_deref(), None)?;
        let Some(Action::Update { at }) = self.action else {
            for (index, table) in project.tables.iter().enumerate() {
                output::print(Stream::Out, &format!("{}\n", line(&project, index, table)));
            }
            return Ok(Verdict::Clean);
        };
        if let Some(unknown) = at.iter().find(|at| !project.tables.iter().any(|table| table.at.as_str() == at.trim_matches('/'))) {
            let known: Vec<&str> = project.tables.iter().map(|table| table.at.as_str()).collect();
            let help = if known.is_empty() { "book.toml has no [[source]]".to_owned() } else { format!("name one of: {}", known.join(", ")) };
            return Err(Failure::new(format!("no source is mounted at '{unknown}'"), help));
        }
        let is_meant = |table: &SourceTable| at.is_empty() || at.iter().any(|at| at.trim_matches('/') == table.at.as_str());
        let wanted = (0..project.tables.len()).filter(|index| project.tables.get(*index).is_some_and(is_meant)).collect();
        let failures = fetch_all(&mut project, wanted, true)?;
        Ok(if failures == 0 { Verdict::Clean } else { Verdict::Findings })
    }
}

/// A source in a line: `tools  https://git.example/tools.git at main: 0123abcd, fetched on 2026-11-02`.
fn line(project: &Project, index: usize, table: &SourceTable) -> String {
    let Some(mount) = project.mounts.list().get(index) else { return table.at.to_string() };
    let Some(copy) = &mount.copy else {
        let state = if mount.is_refused || !mount.folder.is_dir() { " (not there)" } else { "" };
        return format!("{}  {}{state}", table.at, mount.shown);
    };
    let state = match copy.fetched {
        Some(day) => format!("{}, fetched on {day}", copy.short_commit()),
        None => "not fetched yet".to_owned(),
    };
    format!("{}  {} at {}: {state}", table.at, copy.repository, copy.reference)
}

/// Fetches what a run needs. What can't be fetched becomes a finding of the handbook.
pub(super) fn bring(project: &mut Project, network: Network, is_quiet: bool) -> Result<(), Failure> {
    let is_there =
        |index: &usize| project.mounts.list().get(*index).is_some_and(|mount| mount.copy.as_ref().is_none_or(|copy| !copy.commit.is_empty()));
    let all = 0..project.tables.len();
    let missing: Vec<usize> = all.clone().filter(|index| !is_there(index)).collect();
    if network.offline {
        let whys = missing.into_iter().map(|index| (index, "no copy of it is there, and --offline fetches none".to_owned()));
        project.mount(&whys.collect());
        return Ok(());
    }
    let wanted = if network.refresh { all.collect() } else { missing };
    fetch_all(project, wanted, !is_quiet).map(drop)
}

/// Fetches some sources, by their indices. Gives the number of those that failed.
fn fetch_all(project: &mut Project, wanted: Vec<usize>, says: bool) -> Result<usize, Failure> {
    let is_repository = |index: &usize| project.tables.get(*index).is_some_and(|table| matches!(table.from, SourceFrom::Git { .. }));
    let wanted: Vec<usize> = wanted.into_iter().filter(is_repository).collect();
    if wanted.is_empty() {
        return Ok(0);
    }
    let now = moment()?;
    let mut whys = BTreeMap::new();
    for some in wanted.chunks(AT_ONCE) {
        let fetched: Vec<(usize, Result<Fetched, String>)> = std::thread::scope(|scope| {
            let started: Vec<_> = some.iter().map(|index| (*index, scope.spawn(|| fetch_one(project, *index, now)))).collect();
            started.into_iter().map(|(index, thread)| (index, thread.join().unwrap_or_else(|_| Err("opsbook failed inside".to_owned())))).collect()
        });
        for (index, outcome) in fetched {
            match outcome {
                Ok(fetched) if says => tell(project, index, &fetched),
                Ok(_) => {}
                Err(why) => drop(whys.insert(index, why)),
            }
        }
    }
    if says {
        for (index, why) in &whys {
            let Some(table) = project.tables.get(*index) else { continue };
            output::complain(&format!("can't fetch {}: {why}", table.at));
        }
    }
    project.mount(&whys);
    Ok(whys.len())
}

fn fetch_one(project: &Project, index: usize, now: Timestamp) -> Result<Fetched, String> {
    let table = project.tables.get(index).ok_or("it isn't there")?;
    let copies = copies(&project.root, table).ok_or("it is no repository")?;
    fetch(&project.root, table, &copies, now.as_second())
}

/// Says what was fetched.
fn tell(project: &Project, index: usize, fetched: &Fetched) {
    let Some(table) = project.tables.get(index) else { return };
    let SourceFrom::Git { url, reference, .. } = &table.from else { return };
    let commit = fetched.commit.get(..8).unwrap_or(&fetched.commit);
    let what = if fetched.is_new { "fetched" } else { "unchanged" };
    output::complain(&format!("{what} {} from {} at {reference}: {commit}", table.at, masked(url)));
    if fetched.left_out > 0 {
        output::complain(&format!("left out {} of {}: names that a site or this disk can't have", count(fetched.left_out, "file"), table.at));
    }
}
