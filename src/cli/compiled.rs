//! A handbook read and compiled for one command.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::Failure;
use super::today::today;
use crate::compile::{Build, Cache, compile};
use crate::diagnostic::{Diagnostic, Severity};
use crate::include;
use crate::mounted::UNREACHABLE_SOURCE;
use crate::project::Project;
use crate::report::{Options, Report, Summary};
use crate::source::{SitePath, Sources, Unreadable};

/// A compiled handbook and when the work on it began.
pub(super) struct Compiled {
    pub sources: Sources,
    pub build: Build,
    /// Texts in which something is hidden, to show instead of those that were read.
    pub veiled: BTreeMap<SitePath, Arc<str>>,
    clock: Clock,
}

impl Compiled {
    /// Reads and compiles a handbook.
    pub(super) fn of(project: &Project, cache: &mut Cache) -> Result<Self, Failure> {
        let clock = Clock::start();
        let sources = project.sources(today()?)?;
        let build = compile(&sources, cache);
        Ok(Self { sources, build, veiled: BTreeMap::new(), clock })
    }

    /// The same; a handbook without any document is a mistake in the folder's name, not a clean handbook.
    pub(super) fn of_documents(project: &Project, cache: &mut Cache) -> Result<Self, Failure> {
        let compiled = Self::of(project, cache)?;
        if !compiled.build.handbook.pages.is_empty() || !compiled.build.diagnostics.is_empty() {
            return Ok(compiled);
        }
        let folder = project.content_folder().to_string_lossy().replace('\\', "/").trim_end_matches('/').to_owned();
        let place = if folder == "." { "here".to_owned() } else { format!("in '{folder}'") };
        Err(Failure::new(
            format!("there is no Markdown document {place}"),
            "name the folder of the handbook, or start one with `opsbook init` or `opsbook new`",
        ))
    }

    /// The same with every source of book.toml there: for commands whose answer would be wrong without one, and that report no findings.
    pub(super) fn whole(project: &Project, cache: &mut Cache) -> Result<Self, Failure> {
        let compiled = Self::of_documents(project, cache)?;
        let is_missing = |finding: &&Diagnostic| finding.kind.code == UNREACHABLE_SOURCE.code && finding.severity == Severity::Error;
        match compiled.build.diagnostics.iter().find(is_missing) {
            Some(missing) => Err(Failure::new(
                format!("without all sources there is no answer: {}", missing.message),
                "fetch it with `opsbook sources update`; `opsbook check` shows where it is named",
            )),
            None => Ok(compiled),
        }
    }

    /// Hands a report on the findings to `write`.
    pub(super) fn report(&self, write: impl FnOnce(&Report<'_>)) {
        let source = |path: &SitePath| self.text(path);
        let diagnostics = include::once(&self.build.diagnostics);
        let report = Report { diagnostics: &diagnostics, suppressed: &self.build.suppressed, source: &source, summary: self.summary() };
        write(&report);
    }

    /// How a report looks, with the names of files that lie elsewhere.
    pub(super) fn options(&self, options: Options) -> Options {
        Options { mounts: self.sources.mounts.clone(), ..options }
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary { documents: self.build.handbook.pages.len(), elapsed_ms: Some(self.clock.elapsed_ms()), ..Summary::default() };
        summary.checked = self.build.handbook.pages.iter().map(|page| page.document.path.clone()).collect();
        for page in self.build.handbook.pages.iter() {
            let Some((schema, conformance)) = &page.binding else {
                continue;
            };
            let coverage = conformance.coverage(schema);
            summary.typed += 1;
            summary.complete += usize::from(coverage.is_complete());
            summary.topics += coverage.topics.total;
            summary.topics_covered += coverage.topics.met;
        }
        summary
    }

    /// The text of a file of the handbook, or of one that comes with opsbook.
    pub(super) fn text(&self, path: &SitePath) -> Option<Arc<str>> {
        let own = self.veiled.get(path).or_else(|| self.sources.text(path.as_str()).map(|source| &source.text)).map(Arc::clone);
        let lossy = || match self.sources.unreadable.get(path) {
            Some(Unreadable::NotUtf8 { lossy, .. }) => Some(Arc::clone(lossy)),
            _ => None,
        };
        own.or_else(lossy).or_else(|| self.build.schemas.source(path).map(Arc::clone))
    }
}

/// Measures how long a run took.
struct Clock(Instant);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the command line is where time is measured; it is shown and decides nothing")]
    fn start() -> Self {
        Self(Instant::now())
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
