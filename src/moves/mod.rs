//! Moving documents and renaming headings: what must change in the handbook so that every link still leads where it led.
//!
//! Knows the resolved handbook and the texts of its settings. Plans only: must not know the disk or who asks.

mod alerts;
mod aliases;
mod files;
mod former;
mod headings;
mod included;
mod names;
mod promises;
mod scalar;
mod write;

use std::collections::BTreeMap;

pub use files::move_files;
pub use headings::{rename_heading, title_span};

use crate::diagnostic::Edit;
use crate::mend::apply;
use crate::source::SitePath;
use crate::text::Span;

/// What must change. All paths are those before the move, from the handbook's root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Edits of each file, on its text before the move, sorted; no two of them share a byte.
    pub edits: BTreeMap<SitePath, Vec<Edit>>,
    /// Where each file that moves lies afterwards.
    pub renames: BTreeMap<SitePath, SitePath>,
    /// Number of links and references that are mended.
    pub links: usize,
    /// Former places that lead to the documents from now on.
    pub redirects: usize,
    /// Documents that answer for an alert of their former name, which their front matter says from now on.
    pub alerts: Vec<(SitePath, String)>,
    /// Places that still want a look, with what to do there.
    pub left: Vec<Left>,
}

/// Something that a move can't mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The file, before the move.
    pub path: SitePath,
    /// Where in it.
    pub span: Span,
    /// What is left to do, in lower case without a full stop.
    pub message: String,
}

/// Why nothing can be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Refused {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }

    /// Nothing is ever overwritten.
    fn exists(to: &SitePath) -> Self {
        Self::new(format!("'{to}' exists already and is never overwritten"), "choose another name, or move it away first")
    }
}

impl Changes {
    /// The text of a file after the move.
    #[must_use]
    pub fn applied(&self, path: &SitePath, text: &str) -> String {
        self.edits.get(path).map_or_else(|| text.to_owned(), |edits| apply(text, edits))
    }

    fn edit(&mut self, path: &SitePath, span: Span, replacement: String) {
        self.edits.entry(path.clone()).or_default().push(Edit { span, replacement });
    }

    fn left(&mut self, path: &SitePath, span: Span, message: impl Into<String>) {
        self.left.push(Left { path: path.clone(), span, message: message.into() });
    }

    /// Puts the edits into their order. Several links share one definition, which is edited once.
    fn sorted(mut self) -> Self {
        for edits in self.edits.values_mut() {
            edits.sort_by(|a, b| (a.span, &a.replacement).cmp(&(b.span, &b.replacement)));
            edits.dedup();
        }
        self.left.sort_by(|a, b| (&a.path, a.span, &a.message).cmp(&(&b.path, b.span, &b.message)));
        self.left.dedup();
        self
    }
}

/// Where the line begins that an offset lies in.
fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// Where the next line begins.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| at + newline + 1)
}

#[cfg(test)]
mod tests;
