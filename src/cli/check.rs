use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::changed::Changes;
use super::fix::fix;
use super::output::{self, Color, Stream};
use super::project::{Compiled, Project};
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::report::{FORMATS, format};
use crate::text::count;

/// Check the handbook and build nothing
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook check                      the handbook here
  opsbook check docs                 a plain folder of Markdown
  opsbook check --format github      as annotations of a pull request
  opsbook check --format json        for programs
  opsbook check --changed-since origin/main      in CI: what this branch touches
  opsbook check --baseline baseline.jsonl        all but what was there before
  opsbook check --fix                mend what needs no second thought, then check")]
pub(super) struct Check {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = PossibleValuesParser::new(FORMATS.iter().map(|format| format.name)))]
    format: String,
    /// Make the edits that findings offer: insert missing sections, rename headings that were nearly right
    #[arg(long)]
    fix: bool,
    /// Leave out the findings that this file lists, as `opsbook baseline update` has written it; comes before the one that book.toml names
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Report only on documents that were touched since this revision, committed or not; links still resolve against all
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
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
        let changes = self.changed_since.as_deref().map(|revision| Changes::since(revision, &project)).transpose()?;
        let mut cache = Cache::default();
        let mut compiled = if self.fix { mend(&project, &mut cache, changes.as_ref())? } else { project.compile_documents(&mut cache)? };
        let left_out = changes.map_or_else(Vec::new, |changes| changes.narrow(&mut compiled, &project.root));
        let options = output::options(Stream::Out, self.color, &project.prefix);
        if let Some(format) = format(&self.format) {
            compiled.report(|report| output::print(Stream::Out, &(format.write)(report, &options)));
        }
        for line in left_out {
            output::complain(&line);
        }
        Ok(if compiled.build.has_errors() { Verdict::Findings } else { Verdict::Clean })
    }
}

/// Mends and says what was mended.
fn mend(project: &Project, cache: &mut Cache, changes: Option<&Changes>) -> Result<Compiled, Failure> {
    let fixed = fix(project, cache, changes)?;
    for path in &fixed.files {
        output::complain(&format!("mended {}{path}", project.prefix));
    }
    if fixed.edits > 0 {
        output::complain(&format!("{} in {}", count(fixed.edits, "edit"), count(fixed.files.len(), "file")));
    }
    Ok(fixed.compiled)
}
