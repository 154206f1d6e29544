use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::fix::fix;
use super::output::{self, Color, Stream};
use super::project::{Compiled, Project};
use super::{Failure, Verdict};
use crate::compile::Cache;
use crate::disk;
use crate::render::completeness;
use crate::report::{FORMATS, format};
use crate::text::count;

/// Check the handbook and build nothing
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook check                      the handbook here
  opsbook check docs                 a plain folder of Markdown
  opsbook check --format github      as annotations of a pull request
  opsbook check --format json        for programs
  opsbook check --report out         how complete it is, as a page, CSV, JSON and a badge in out/
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
    /// Write how complete the handbook is into this folder: index.html, completeness.csv, completeness.json, badge.svg
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

impl Check {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let project = Project::open(self.folder.as_deref(), None)?;
        let mut cache = Cache::default();
        let compiled = if self.fix { mend(&project, &mut cache)? } else { project.compile_documents(&mut cache)? };
        let options = output::options(Stream::Out, self.color, &project.prefix);
        if let Some(format) = format(&self.format) {
            compiled.report(|report| output::print(Stream::Out, &(format.write)(report, &options)));
        }
        if let Some(folder) = &self.report {
            write_completeness(folder, &project, &compiled)?;
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

/// Mends and says what was mended.
fn mend(project: &Project, cache: &mut Cache) -> Result<Compiled, Failure> {
    let fixed = fix(project, cache)?;
    for path in &fixed.files {
        output::complain(&format!("mended {}{path}", project.prefix));
    }
    if fixed.edits > 0 {
        output::complain(&format!("{} in {}", count(fixed.edits, "edit"), count(fixed.files.len(), "file")));
    }
    Ok(fixed.compiled)
}
