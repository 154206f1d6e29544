use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::compiled::Compiled;
use super::links::known_findings;
use super::output;
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::diagnostic::{Diagnostic, Suppression};
use crate::disk;
use crate::links;
use crate::project::Project;
use crate::source::SitePath;
use crate::suppress;
use crate::text::count;

/// The file that is written where none is named.
const USUAL: &str = "baseline.jsonl";

/// Keep the list of findings that were there before
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook baseline update            take out what has been mended; the first time, list every finding
  opsbook baseline update --add      list the findings that are there now, new ones too
  opsbook check --baseline baseline.jsonl")]
pub(super) struct BaselineCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the baseline: the first time all findings, later only those of it that are still there
    #[command(after_help = "Examples:
  opsbook baseline update
  opsbook baseline update docs --baseline docs/baseline.jsonl
  opsbook baseline update --add      after an update of opsbook or of a schema
  opsbook baseline update --add --links          after `opsbook links`: what it has found, too")]
    Update {
        /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
        folder: Option<PathBuf>,
        /// The baseline; without it the one that book.toml names, else baseline.jsonl beside book.toml
        #[arg(long, value_name = "FILE")]
        baseline: Option<PathBuf>,
        /// Let it grow: list findings that it doesn't list yet
        #[arg(long)]
        add: bool,
        /// Update the lines about other servers' pages too, by what `opsbook links` has found last; nobody is asked
        #[arg(long)]
        links: bool,
    },
}

impl BaselineCommand {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let Command::Update { folder, baseline, add, links } = self.command;
        let mut project = Project::open(folder.as_deref(), None)?;
        if let Some(file) = baseline {
            project.use_baseline(&file)?;
        }
        let is_named = project.baseline.is_some();
        let usual = || SitePath::new(USUAL).ok_or_else(|| Failure::new("no name for the baseline", "name one with --baseline"));
        let path = project.baseline.clone().map_or_else(usual, Ok)?;
        project.baseline = Some(path.clone());
        update(&project, &path, add, links)?;
        if !is_named {
            let help = format!("to use it, write `baseline = \"{path}\"` in [checks] of book.toml, or give `--baseline {}{path}`", project.prefix);
            output::complain(&help);
        }
        Ok(Verdict::Clean)
    }
}

fn update(project: &Project, path: &SitePath, add: bool, with_links: bool) -> Result<(), Failure> {
    let shown = format!("{}{path}", project.prefix);
    project.need_place_for_baseline(path)?;
    let compiled = Compiled::whole(project, &mut Cache::default())?;
    if compiled.sources.unreadable.contains_key(path) {
        return Err(Failure::new(format!("the baseline '{shown}' can't be read"), "see what `opsbook check` says of it, or name another file"));
    }
    let old = compiled.sources.text(path.as_str());
    let mut faults = Vec::new();
    let before = old.map(|source| suppress::Baseline::parse(source, &crate::catalogue::codes(), &mut faults));
    if let (Some(before), Some(fault)) = (&before, faults.first())
        && before.is_foreign
    {
        return Err(Failure::new(format!("'{shown}': {}", fault.message), "name another file, or move this one away"));
    }
    let listed = compiled.build.suppressed.iter().filter(|suppressed| suppressed.reason == Suppression::Baseline);
    let remote = if with_links { known_findings(project, &compiled)? } else { Vec::new() };
    let all = compiled.build.diagnostics.iter().chain(listed.map(|suppressed| &suppressed.diagnostic)).chain(&remote);
    if old.is_some_and(|source| source.text.trim().is_empty()) {
        return Err(Failure::new(format!("'{shown}' is there, is empty, and is no baseline"), "name another file, or take this one away"));
    }
    // What this run didn't look for stays.
    let kept = before.as_ref().filter(|_| !with_links).map(|before| before.only(links::is_remote)).unwrap_or_default();
    let written = suppress::Baseline::write_beside(&kept, all, before.as_ref().filter(|_| !add));
    let file = project.root.join(path.as_str());
    match old {
        Some(source) if *source.text == *written.text => {}
        Some(_) => disk::replace(&file, &written.text)?,
        None => disk::write_new(&file, &written.text)?,
    }
    let gone = if written.gone > 0 { format!(", {} gone", written.gone) } else { String::new() };
    output::complain(&format!("{shown}: {} listed{gone}", count(written.listed, "finding")));
    report_dropped(&shown, &faults);
    if written.left_out > 0 {
        let them = if written.left_out == 1 { "it" } else { "them" };
        let message =
            format!("{} not listed; mend {them}, waive {them}, or let the baseline grow with --add", count(written.left_out, "new finding"));
        output::complain(&message);
    }
    Ok(())
}

/// Says how many lines of the old file aren't in the new one for want of meaning.
fn report_dropped(shown: &str, faults: &[Diagnostic]) {
    if let Some(first) = faults.first() {
        output::complain(&format!("{shown}: {} taken out that could not be used; the first: {}", count(faults.len(), "line"), first.message));
    }
}
