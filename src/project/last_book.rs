//! book.toml, of which the last one that could be read stays in force while somebody edits it.
//!
//! Knows whether it can be read. Must not know who compiles the handbook again and again.

use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::data::toml;
use crate::diagnostic::Diagnostic;
use crate::disk;
use crate::source::{SitePath, Source, Sources};

/// The settings of a handbook, from its root.
const BOOK: &str = "book.toml";

/// The last book.toml that could be read.
#[derive(Debug, Default)]
pub struct LastBook {
    good: Option<Source>,
    there: There,
}

/// What lies there.
#[derive(Debug, Default)]
enum There {
    /// What is in force.
    #[default]
    InForce,
    /// A text that is no TOML.
    Broken(Source),
    /// What is no text at all.
    NoText,
}

impl LastBook {
    /// Puts the good one into the sources, in place of one that is no TOML or no text.
    pub fn settle(&mut self, sources: &mut Sources) {
        let Some(path) = SitePath::new(BOOK) else { return };
        let found = sources.text(BOOK);
        let is_good = found.is_some_and(|source| toml::parse(&source.text).is_ok());
        let is_there = found.is_some() || sources.unreadable.contains_key(&path);
        match (&self.good, is_good) {
            (Some(good), false) if is_there => {
                self.there = sources.texts.insert(path, good.clone()).map_or(There::NoText, There::Broken);
            }
            _ => {
                self.good = found.filter(|_| is_good).cloned();
                self.there = There::InForce;
            }
        }
    }

    /// Puts the one that is there back, so that the sources are what was read.
    pub fn unsettle(&self, sources: &mut Sources) {
        match &self.there {
            There::Broken(broken) => drop(sources.texts.insert(broken.path.clone(), broken.clone())),
            There::NoText => drop(sources.texts.remove(BOOK)),
            There::InForce => {}
        }
    }

    /// Whether another one is in force than the one that is there.
    #[must_use]
    pub fn is_instead(&self) -> bool {
        !matches!(self.there, There::InForce)
    }

    /// The text that is there, if it is another than the one in force.
    #[must_use]
    pub fn broken_text(&self) -> Option<&Arc<str>> {
        match &self.there {
            There::Broken(broken) => Some(&broken.text),
            There::NoText | There::InForce => None,
        }
    }

    /// Says what is wrong with the text that is there instead of what would be said of the one in force.
    pub fn report(&self, findings: &mut Vec<Diagnostic>) {
        let There::Broken(broken) = &self.there else { return };
        findings.retain(|finding| finding.path != broken.path);
        // The settings themselves are those of the good one.
        let _ = Config::parse(Some(broken), findings);
        Diagnostic::sort(findings);
    }
}

/// Whether the book.toml in a folder says what holds: it can be read, or there is none.
#[must_use]
pub fn has_whole_book(root: &Path) -> bool {
    match disk::read_book(root) {
        Some(source) => toml::parse(&source.text).is_ok(),
        None => root.join(BOOK).symlink_metadata().is_err(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Unreadable;

    #[test]
    fn the_last_good_one_stays_while_another_cannot_be_read() {
        let path = SitePath::new(BOOK).unwrap();
        let with = |text: Option<&str>| {
            let mut sources = Sources::default();
            match text {
                Some("\u{FFFD}") => drop(sources.unreadable.insert(path.clone(), Unreadable::Io("no text".to_owned()))),
                Some(text) => sources.insert(path.clone(), text),
                None => {}
            }
            sources
        };
        let mut book = LastBook::default();
        // What lies there, what is in force, and how many faults are told.
        for (there, in_force, faults) in [
            (Some("[book"), Some("[book"), 0),
            (Some("[book]\n"), Some("[book]\n"), 0),
            (Some("[book"), Some("[book]\n"), 1),
            (Some("\u{FFFD}"), Some("[book]\n"), 0),
            (Some("[book]\na = 012"), Some("[book]\n"), 1),
            (Some("[checks]\n"), Some("[checks]\n"), 0),
            (None, None, 0),
            (Some("[x"), Some("[x"), 0),
        ] {
            let mut sources = with(there);
            book.settle(&mut sources);
            assert_eq!(sources.text(BOOK).map(|source| &*source.text), in_force, "{there:?}");
            assert_eq!(book.is_instead(), in_force != there, "{there:?}");
            let mut findings = Vec::new();
            book.report(&mut findings);
            assert_eq!(findings.len(), faults, "{there:?}: {findings:?}");
            book.unsettle(&mut sources);
            let text = there.filter(|text| *text != "\u{FFFD}");
            assert_eq!(sources.text(BOOK).map(|source| &*source.text), text);
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "no text is what this is about")]
    fn a_book_is_whole_if_it_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(has_whole_book(folder.path()));
        for (bytes, expected) in [(&b"[book]\n"[..], true), (b"[book", false), (b"# \xE9\n", false)] {
            std::fs::write(folder.path().join(BOOK), bytes).unwrap();
            assert_eq!(has_whole_book(folder.path()), expected);
        }
    }
}
