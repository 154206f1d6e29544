use std::path::Path;
use std::sync::Arc;

use crate::compile::Build;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::project::{Project, ProjectError};
use crate::source::{SitePath, Source, Sources};

/// book.toml, of which the last one that could be read stays in force.
#[derive(Default)]
pub(super) struct Book {
    good: Option<Source>,
    /// The one that is there, if it can't be read.
    broken: Option<Source>,
}

impl Book {
    /// Puts the good one into the sources, in place of one that is broken.
    pub(super) fn settle(&mut self, sources: &mut Sources) {
        let Some(path) = SitePath::new("book.toml") else { return };
        match sources.text("book.toml") {
            Some(source) if source.text.parse::<toml::Table>().is_err() && self.good.is_some() => {
                self.broken = sources.texts.remove(&path);
                sources.texts.extend(self.good.clone().map(|good| (path, good)));
            }
            source => {
                self.good = source.filter(|source| source.text.parse::<toml::Table>().is_ok()).cloned();
                self.broken = None;
            }
        }
    }

    /// Puts the one that is there back, so that the sources are what was read.
    pub(super) fn unsettle(&mut self, sources: &mut Sources) {
        if let Some(broken) = self.broken.take() {
            sources.texts.insert(broken.path.clone(), broken);
        }
    }

    /// Whether another one is in force than the one that is there.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    pub(super) fn broken_text(&self) -> Option<&Arc<str>> {
        self.broken.as_ref().map(|broken| &broken.text)
    }

    /// Says what is wrong with the one that is there instead of what the one in force says.
    pub(super) fn report(&self, build: &mut Build) {
        let Some(broken) = &self.broken else { return };
        build.diagnostics.retain(|finding| finding.path != broken.path);
        let mut faults: Vec<Diagnostic> = Vec::new();
        // The settings themselves are those of the good one.
        let _ = Config::parse(Some(broken), &mut faults);
        build.diagnostics.extend(faults);
        Diagnostic::sort(&mut build.diagnostics);
    }
}

/// The handbook as it lies there now.
pub(super) fn open(folder: Option<&Path>) -> Result<Project, ProjectError> {
    Project::open(folder, None)
}
