//! The settings while somebody writes them. Knows which file they are; must not know what they say.

use std::path::Path;
use std::sync::Arc;

use crate::compile::Build;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::disk;
use crate::project::{Project, ProjectError};
use crate::source::{SitePath, Source, Sources};

/// book.toml, of which the last one that could be read stays in force.
#[derive(Default)]
pub(super) struct Book {
    good: Option<Source>,
    broken: Option<Broken>,
}

/// The book.toml that is there, if it can't be read.
enum Broken {
    /// It is no TOML.
    Text(Source),
    /// It is no text, too large, or refused by the system; the sources say why.
    File,
}

impl Book {
    /// Puts the good one into the sources, in place of one that is broken.
    pub(super) fn settle(&mut self, sources: &mut Sources) {
        let Some(path) = SitePath::new("book.toml") else { return };
        let there = sources.text("book.toml").cloned();
        let is_good = there.as_ref().is_some_and(is_toml);
        self.broken = match there {
            Some(source) if !is_good => Some(Broken::Text(source)),
            None if sources.unreadable.contains_key(&path) => Some(Broken::File),
            there => {
                self.good = there;
                None
            }
        };
        if self.broken.is_some() {
            match &self.good {
                Some(good) => drop(sources.texts.insert(path, good.clone())),
                // There never was another: the findings are those of the one that is there.
                None => self.broken = None,
            }
        }
    }

    /// Puts the one that is there back, so that the sources are what was read.
    pub(super) fn unsettle(&mut self, sources: &mut Sources) {
        match self.broken.take() {
            Some(Broken::Text(source)) => drop(sources.texts.insert(source.path.clone(), source)),
            Some(Broken::File) => drop(sources.texts.remove("book.toml")),
            None => {}
        }
    }

    /// Whether another one is in force than the one that is there.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    pub(super) fn broken_text(&self) -> Option<&Arc<str>> {
        match &self.broken {
            Some(Broken::Text(source)) => Some(&source.text),
            _ => None,
        }
    }

    /// Says what is wrong with the one that is there instead of what the one in force says.
    pub(super) fn report(&self, build: &mut Build) {
        let Some(Broken::Text(broken)) = &self.broken else { return };
        build.diagnostics.retain(|finding| finding.path != broken.path);
        let mut faults: Vec<Diagnostic> = Vec::new();
        // The settings themselves are those of the good one.
        let _ = Config::parse(Some(broken), &mut faults);
        build.diagnostics.extend(faults);
        Diagnostic::sort(&mut build.diagnostics);
    }
}

/// Whether the book.toml that is there now can be read, or there is none.
pub(super) fn is_usable(root: &Path) -> bool {
    disk::read_book(root).map_or_else(|| root.join("book.toml").symlink_metadata().is_err(), |book| is_toml(&book))
}

fn is_toml(source: &Source) -> bool {
    source.text.parse::<toml::Table>().is_ok()
}

/// The handbook as it lies there now.
pub(super) fn open(folder: Option<&Path>) -> Result<Project, ProjectError> {
    Project::open(folder, None)
}
