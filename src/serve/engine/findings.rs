use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::compile::Build;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::LineIndex;
use crate::serve::Finding;
use crate::serve::place::Editor;
use crate::source::SitePath;

/// So many findings are shown in a page.
const SHOWN: usize = 200;

/// What tells findings apart when lines move.
type Mark = (SitePath, &'static str, String, String);

/// The findings of the last edition.
#[derive(Default)]
pub(super) struct Known(BTreeMap<Mark, usize>);

impl Known {
    /// Takes the findings of this edition. Gives those that are new, and the number of those that are gone.
    pub(super) fn take(&mut self, diagnostics: &[Diagnostic]) -> (Vec<Diagnostic>, usize) {
        let mut left = std::mem::take(&mut self.0);
        let mut fresh = Vec::new();
        for finding in diagnostics {
            let mark = (finding.path.clone(), finding.kind.code, finding.message.clone(), finding.label.clone());
            match left.get_mut(&mark) {
                Some(count) if *count > 0 => *count -= 1,
                _ => fresh.push(finding.clone()),
            }
            *self.0.entry(mark).or_default() += 1;
        }
        (fresh, left.values().sum())
    }
}

/// Number of findings at error level.
pub(super) fn errors(build: &Build) -> usize {
    build.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// What it takes to say where findings are.
pub(super) struct Places<'a> {
    pub(super) build: &'a Build,
    pub(super) root: &'a Path,
    pub(super) editor: Option<&'a Editor>,
    pub(super) text: &'a dyn Fn(&SitePath) -> Option<Arc<str>>,
}

impl Places<'_> {
    /// The findings as a page shows them, its own first.
    pub(super) fn findings(&self, address: &SitePath) -> Vec<Finding> {
        let handbook = &self.build.handbook;
        let here = handbook.by_address.get(address).and_then(|index| handbook.pages.get(*index)).map(|page| &page.document.path);
        let mut lines: BTreeMap<&SitePath, Option<LineIndex>> = BTreeMap::new();
        // Errors come before warnings, among those of this page and among the others.
        let mut wanted: Vec<&Diagnostic> = self.build.diagnostics.iter().collect();
        wanted.sort_by_key(|finding| (Some(&finding.path) != here, std::cmp::Reverse(finding.severity)));
        wanted.truncate(SHOWN);
        let shown = wanted.into_iter().map(|finding| {
            let index = lines.entry(&finding.path).or_insert_with(|| (self.text)(&finding.path).map(LineIndex::new));
            let position = index.as_ref().map(|index| index.position(finding.span.start.min(index.text().len())));
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
                path: finding.path.to_string(),
                line,
                column,
                here: Some(&finding.path) == here,
                page,
                editor: editor.map(|editor| editor.link(&self.root.join(finding.path.as_str()), line, column)),
            }
        });
        shown.collect()
    }
}
