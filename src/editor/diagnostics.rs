//! Findings as an editor shows them, and which files need to be told about anew.
//!
//! Knows findings. Must not know how they were found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use lsp_types::{Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity, NumberOrString};

use super::convert::Convert;
use super::view::{Spot, View};
use crate::diagnostic::{Diagnostic, Severity};
use crate::memo::{Digest, Hasher};
use crate::source::SitePath;

/// The name that editors show beside findings.
pub const SOURCE: &str = "opsbook";

/// What the editor was told last of each file that has findings.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<SitePath, (Digest, Option<i32>, Vec<Diagnostic>)>);

/// A file whose findings aren't what they were.
#[derive(Debug, PartialEq)]
pub struct News<'a> {
    /// The file.
    pub path: SitePath,
    /// The version of its buffer.
    pub version: Option<i32>,
    /// All its findings.
    pub findings: &'a [Diagnostic],
}

impl Told {
    /// The files of which the editor shows findings.
    pub fn files(&self) -> impl Iterator<Item = &SitePath> {
        self.0.keys()
    }

    /// What to tell: files whose findings, texts or versions changed, and those that have no findings any more. Costs nothing for files
    /// without findings.
    pub fn news<'a>(&mut self, view: View<'a>, version: impl Fn(&SitePath) -> Option<i32>) -> Vec<News<'a>> {
        let findings = &view.build.diagnostics;
        let mut news = Vec::new();
        let mut seen = BTreeSet::new();
        for group in findings.chunk_by(|a, b| a.path == b.path) {
            let Some(path) = group.first().map(|finding| &finding.path).filter(|path| !path.is_embedded()) else { continue };
            seen.insert(path.clone());
            let version = version(path);
            let digest = digest(view, path, group);
            let is_known = |(told, told_version, told_findings): &(Digest, Option<i32>, Vec<Diagnostic>)| {
                *told == digest && *told_version == version && told_findings == group
            };
            if !self.0.get(path).is_some_and(is_known) {
                self.0.insert(path.clone(), (digest, version, group.to_vec()));
                news.push(News { path: path.clone(), version, findings: group });
            }
        }
        let gone: Vec<SitePath> = self.0.keys().filter(|path| !seen.contains(*path)).cloned().collect();
        for path in gone {
            self.0.remove(&path);
            news.push(News { version: version(&path), path, findings: &[] });
        }
        news
    }
}

/// The hash of all texts that findings of a file speak of: where their lines begin decides what is told.
fn digest(view: View<'_>, path: &SitePath, findings: &[Diagnostic]) -> Digest {
    let related = findings.iter().flat_map(|finding| &finding.related).map(|related| &related.path).filter(|other| *other != path);
    let related: BTreeSet<&SitePath> = related.collect();
    let of = |path: &SitePath| view.sources.text(path.as_str()).map(|source| source.digest).unwrap_or_default();
    if related.is_empty() {
        return of(path);
    }
    related.into_iter().map(of).fold(Hasher::default().digest(of(path)), Hasher::digest).finish()
}

/// A finding as the editor shows it.
pub fn shown(finding: &Diagnostic, convert: &mut Convert<'_>) -> Shown {
    let places = if convert.client.related { finding.related.as_slice() } else { &[] };
    let related = places.iter().filter_map(|related| {
        let location = convert.location(&Spot { path: related.path.clone(), span: related.span })?;
        Some(DiagnosticRelatedInformation { location, message: related.label.clone() })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    let data = (convert.client.data && !finding.fix.is_empty()).then(|| serde_json::json!({ "fix": convert.edits(&finding.path, &finding.fix) }));
    Shown {
        range: convert.range(&finding.path, finding.span),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.kind.code.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: message(finding),
        related_information: (!related.is_empty()).then_some(related),
        data,
        ..Shown::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
    }
}

/// What is wrong, what stands under the marked text in reports, what to do, what else there is to know.
#[must_use]
pub fn message(finding: &Diagnostic) -> String {
    let mut message = finding.message.clone();
    if !finding.label.is_empty() {
        message.push_str(": ");
        message.push_str(&finding.label);
    }
    let lines = finding.helps.iter().map(|help| ("help", help)).chain(finding.notes.iter().map(|note| ("note", note)));
    for (kind, line) in lines {
        let _ = write!(message, "\n{kind}: {line}"); // Writing to a string can't fail.
    }
    message
}

#[cfg(test)]
mod tests {
    use super::super::test::Desk;
    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let mut told = Told::default();
        let names = |news: Vec<News<'_>>| news.iter().map(|news| format!("{} {}", news.path, news.findings.len())).collect::<Vec<_>>();
        let broken = Desk::new(&[("a.md", "# A\n\n[b](c.md)\n"), ("index.md", "# I\n\n[a](a.md)\n")]);
        assert_eq!(names(told.news(broken.view(), |_| None)), ["content/a.md 1"]);
        assert_eq!(names(told.news(broken.view(), |_| None)), [""; 0]);
        assert_eq!(names(told.news(broken.view(), |_| Some(2))), ["content/a.md 1"]);
        let mended = Desk::new(&[("a.md", "# A\n"), ("index.md", "# I\n\n[a](a.md)\n")]);
        assert_eq!(names(told.news(mended.view(), |_| Some(3))), ["content/a.md 0"]);
        assert_eq!(names(told.news(mended.view(), |_| Some(4))), [""; 0]);
    }

    #[test]
    fn a_message_says_everything() {
        let desk = Desk::new(&[("a.md", "# A\n\n[b](ab.md)\n"), ("abc.md", "# B\n\n[a](a.md)\n")]);
        let finding = desk.view().build.diagnostics.iter().find(|finding| finding.kind.code == "broken-link").unwrap();
        let message = message(finding);
        assert!(message.contains("\nhelp: ") && message.lines().next().unwrap().contains(": "), "{message}");
    }
}
