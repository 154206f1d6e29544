use std::path::{Path, PathBuf};

use clap::Args;

use super::changed::Changes;
use super::compiled::Compiled;
use super::destination::{self, Wanted, WantedParser};
use super::fix::{Fixed, fix};
use super::output::{self, Color};
use super::progress::Progress;
use super::sources::{self, Network};
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::disk;
use crate::project::Project;
use crate::render::completeness;
use crate::text::count;

/// Check the handbook and build nothing
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook check                      the handbook here
  opsbook check docs                 a plain folder of Markdown
  opsbook check --format github      as annotations of a pull request
  opsbook check --format sarif --output opsbook.sarif
  opsbook check --format human --format gitlab=quality.json --format junit=junit.xml
                                     for people on the terminal, and two files for GitLab
  opsbook check --report out         how complete it is, as a page, CSV, JSON and a badge in out/
  opsbook check --changed-since origin/main      in CI: what this branch touches
  opsbook check --baseline baseline.jsonl        all but what was there before
  opsbook check --fix                mend what needs no second thought, then check")]
pub(super) struct Check {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// How to write the findings, and to which file; without a file they are printed. May be given several times, once without a
    /// file. Without it, 'human'
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = WantedParser)]
    formats: Vec<Wanted>,
    /// Write the findings to this file instead of printing them; folders above it are made
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Make the edits that findings offer: insert missing sections, rename headings that were nearly right
    #[arg(long)]
    fix: bool,
    /// Write how complete the handbook is into this folder: index.html, completeness.csv, completeness.json, badge.svg
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    /// Leave out the findings that this file lists, as `opsbook baseline update` has written it; comes before the one that book.toml names
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Report only on documents that were touched since this revision, committed or not; links still resolve against all
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    #[command(flatten)]
    network: Network,
    /// Print findings only, and nothing if there are none
    #[arg(short, long)]
    quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

impl Check {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let mut project = Project::open(self.folder.as_deref(), None)?;
        if let Some(file) = &self.baseline {
            project.read_baseline(file)?;
        }
        sources::bring(&mut project, self.network, self.quiet)?;
        let destinations = destination::plan(self.formats, self.output.as_deref(), &project)?;
        let changes = self.changed_since.as_deref().map(|revision| Changes::since(revision, &project)).transpose()?;
        let progress = Progress::start(self.quiet);
        let mut cache = if self.fix { Cache::default() } else { Cache::for_one_run() };
        cache.laps = progress.laps();
        let fixed = if self.fix { Some(fix(&project, &mut cache, changes.as_ref())?) } else { None };
        let mended = fixed.as_ref().map(|fixed| told(fixed, &project.prefix));
        let mut compiled = fixed.map_or_else(|| Compiled::of_documents(&project, &mut cache), |fixed| Ok(fixed.compiled))?;
        drop(progress);
        for line in mended.into_iter().flatten().filter(|_| !self.quiet) {
            output::complain(&line);
        }
        let left_out = changes.map_or_else(Vec::new, |changes| changes.narrow(&mut compiled, &project.root));
        destination::write(&destinations, &compiled, self.color, self.quiet, &project.prefix)?;
        if let Some(folder) = &self.report {
            write_completeness(folder, &project, &compiled)?;
        }
        for line in left_out.iter().filter(|_| !self.quiet) {
            output::complain(line);
        }
        Ok(if compiled.build.has_errors() { Verdict::Findings } else { Verdict::Clean })
    }
}

/// Writes how complete the handbook is, and says it in a line.
fn write_completeness(folder: &Path, project: &Project, compiled: &Compiled) -> Result<(), Failure> {
    let report = completeness::report(&compiled.build.handbook, &project.prefix)
        .map_err(|error| Failure::new(format!("the report on completeness can't be made: {error}"), "report this as a fault of opsbook"))?;
    disk::write_report(folder, &report.files, completeness::MARK, &project.own_folders())?;
    output::complain(&format!("{}: {}", folder.join(completeness::FILES[0]).display(), report.headline));
    Ok(())
}

/// What was mended, in lines.
fn told(fixed: &Fixed, prefix: &str) -> Vec<String> {
    let mut lines: Vec<String> = fixed
        .files
        .iter()
        .map(|path| format!("mended {}", fixed.compiled.sources.mounts.shown(path).unwrap_or_else(|| format!("{prefix}{path}"))))
        .collect();
    if fixed.edits > 0 {
        lines.push(format!("{} in {}", count(fixed.edits, "edit"), count(fixed.files.len(), "file")));
    }
    if fixed.is_cut {
        lines.push("not everything is mended yet: run it again".to_owned());
    }
    lines
}
