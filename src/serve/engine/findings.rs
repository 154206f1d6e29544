//! Findings as pages show them, and which of them are new. Must not know how they were found.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use crate::compile::Build;
use crate::diagnostic::{Diagnostic, Severity};
use crate::memo::{Digest, Hasher};
use crate::report::LineIndex;
use crate::serve::Finding;
use crate::serve::place::Editor;
use crate::source::{Mounts, SitePath};

/// So many findings are shown in a page.
const SHOWN: usize = 200;

/// The findings of the last edition: what tells them apart when lines move, and how many there are of each.
#[derive(Default)]
pub(super) struct Known(HashMap<Digest, usize>);

impl Known {
    /// Takes the findings of this edition. Gives those that are new, and the number of those that are gone.
    pub(super) fn take(&mut self, diagnostics: &[Diagnostic]) -> (Vec<Diagnostic>, usize) {
        let mut left = std::mem::take(&mut self.0);
        let mut fresh = Vec::new();
        for finding in diagnostics {
            let words = Hasher::default().text(finding.path.as_str()).text(finding.kind.code);
            let mark = words.text(&finding.message).text(&finding.label).finish();
            match left.get_mut(&mark) {
                Some(count) if *count > 0 => *count -= 1,
                _ => fresh.push(finding.clone()),
            }
            *self.0.entry(mark).or_default() += 1;
        }
        (fresh, left.values().sum())
    }
}

/// The findings that are shown, in their order: those about one file first, and errors before warnings.
fn first<'a>(diagnostics: &'a [Diagnostic], here: Option<&SitePath>) -> Vec<&'a Diagnostic> {
    let rank = |finding: &Diagnostic| usize::from(Some(&finding.path) != here) * 2 + usize::from(finding.severity != Severity::Error);
    let mut ranked: [Vec<&Diagnostic>; 4] = Default::default();
    // No list is longer than what is shown of it, however many findings there are.
    for finding in diagnostics {
        if let Some(list) = ranked.get_mut(rank(finding)).filter(|list| list.len() < SHOWN) {
            list.push(finding);
        }
    }
    ranked.into_iter().flatten().take(SHOWN).collect()
}

/// Number of findings at error level.
pub(super) fn errors(build: &Build) -> usize {
    build.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// What it takes to say where findings are.
pub(super) struct Places<'a> {
    pub(super) build: &'a Build,
    pub(super) root: &'a Path,
    pub(super) mounts: &'a Mounts,
    pub(super) editor: Option<&'a Editor>,
    pub(super) text: &'a dyn Fn(&SitePath) -> Option<Arc<str>>,
}

impl Places<'_> {
    /// The findings as a page shows them, its own first.
    pub(super) fn findings(&self, address: &SitePath) -> Vec<Finding> {
        let handbook = &self.build.handbook;
        let here = handbook.by_address.get(address).and_then(|index| handbook.pages.get(*index)).map(|page| &page.document.path);
        let mut lines: BTreeMap<&SitePath, Option<LineIndex>> = BTreeMap::new();
        let shown = first(&self.build.diagnostics, here).into_iter().map(|finding| {
            let index = lines.entry(&finding.path).or_insert_with(|| (self.text)(&finding.path).map(LineIndex::new));
            let position = index.as_ref().map(|index| index.position(finding.span.start().min(index.text().len())));
            let (line, column) = position.map_or((1, 1), |position| (position.line, position.column));
            let inside = finding.path.strip(&handbook.content);
            let page = inside.and_then(|path| handbook.page_at(&path)).map(|page| page.address.to_string());
            let editor = self.editor.filter(|_| !finding.path.is_embedded());
            Finding {
                severity: finding.severity.name(),
                code: finding.kind.code,
                message: finding.message.clone(),
                label: finding.label.clone(),
                helps: finding.helps.clone(),
                path: self.mounts.shown(&finding.path).unwrap_or_else(|| finding.path.to_string()),
                line,
                column,
                here: Some(&finding.path) == here,
                page,
                editor: editor.map(|editor| editor.link(&self.mounts.place(self.root, &finding.path), line, column)),
            }
        });
        shown.collect()
    }
}
