//! The rules of alerts: what Prometheus' rule files say, plain or as the resource `PrometheusRule`.
//!
//! Knows rule files and what book.toml says about them. Must not know documents, pages, or what expressions mean.

mod kinds;
mod lines;
mod read;
mod template;

use std::sync::Arc;

use globset::GlobSet;

use crate::config::{Alerts, INVALID_CONFIG};
use crate::diagnostic::Diagnostic;
use crate::memo::{Digest, Hasher, Memo};
use crate::source::{SitePath, Source, Sources, globs};
use crate::text::Span;

pub use kinds::{INVALID_RULES, KINDS, TEMPLATED_RULES};
use read::RuleFile;

/// What one rule file says of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The alert's name.
    pub alert: String,
    /// The file, from the handbook's root.
    pub path: SitePath,
    /// Where the name stands.
    pub span: Span,
    /// The line of the name, from 1: alerts.json names it.
    pub line: usize,
    /// The group of rules that it is in.
    pub group: Option<String>,
    /// When it fires, in the query language of Prometheus.
    pub expression: Option<String>,
    /// How long that must hold.
    pub hold: Option<String>,
    /// How severe it is, as the file has it: see [`known_severity`](Self::known_severity).
    pub severity: Option<String>,
    /// What it says in short.
    pub summary: Option<String>,
    /// Where its runbook is, as the file has it.
    pub runbook_url: Option<(String, Span)>,
}

impl Rule {
    /// How severe it is; none if the file doesn't say, or a template decides it.
    #[must_use]
    pub fn known_severity(&self) -> Option<&str> {
        self.severity.as_deref().filter(|severity| !template::begins_in(severity))
    }

    /// Whether it pages somebody, as far as that is known.
    #[must_use]
    pub fn is_paging(&self, settings: &Alerts) -> bool {
        self.known_severity().is_some_and(|severity| settings.paging.contains(&severity.to_lowercase()))
    }
}

/// Every alert that rule files define, by file and place.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The rules that fire alerts; those that only record aren't here.
    pub all: Vec<Rule>,
    /// The number of rule files.
    pub files: usize,
    /// Whether book.toml names rule files at all.
    pub configured: bool,
    /// The hash of all rule files and of what book.toml says about them.
    pub digest: Digest,
}

/// What is remembered of rule files from run to run.
pub type Known = Memo<RuleFile>;

/// Reads every rule file that book.toml names.
pub fn read(sources: &Sources, settings: &Alerts, known: &mut Known, diagnostics: &mut Vec<Diagnostic>) -> Arc<Rules> {
    if settings.rules.is_empty() {
        return Arc::default();
    }
    let set = globs(settings.rules.iter().map(|(glob, _)| glob.as_str()));
    let files: Vec<&Source> = sources.texts.values().filter(|source| is_rule_file(&set, &source.path)).collect();
    let unreadable: Vec<&SitePath> = sources.unreadable.keys().filter(|path| is_rule_file(&set, path)).collect();
    let book = sources.text("book.toml");
    for (glob, span) in &settings.rules {
        let one = globs([glob.as_str()]);
        let is_used = files.iter().map(|source| &source.path).chain(unreadable.iter().copied()).any(|path| one.is_match(path.as_str()));
        // A source that isn't there may hold some.
        if let (false, true, Some(book)) = (is_used, sources.mounts.missing.is_empty(), book) {
            let finding = Diagnostic::new(&INVALID_CONFIG, &book.path, *span, format!("there is no rule file '{glob}'"));
            diagnostics
                .push(finding.help("write the path from the folder that holds book.toml; `*` stands for a part of a name, `**` for any folders"));
        }
    }
    let words = Hasher::default().text(&settings.severity).text(&settings.annotation).finish();
    let read = known.all(&files, |source| Hasher::default().digest(source.digest).digest(words).finish(), |source| RuleFile::read(source, settings));
    diagnostics.extend(read.iter().flat_map(|file| file.findings.iter().cloned()));
    let digest = files.iter().fold(Hasher::default().digest(words), |hasher, source| hasher.digest(source.digest));
    let digest = settings.paging.iter().chain([&String::new()]).chain(&settings.urls).fold(digest, |hasher, text| hasher.text(text));
    let all = read.iter().flat_map(|file| file.rules.iter().cloned()).collect();
    Arc::new(Rules { all, files: files.len(), configured: true, digest: digest.finish() })
}

/// Whether a file of the handbook is one of its rule files. Documents and settings never are, whatever a glob catches.
fn is_rule_file(globs: &GlobSet, path: &SitePath) -> bool {
    globs.is_match(path.as_str()) && !path.is_markdown() && path.as_str() != "book.toml"
}

#[cfg(test)]
mod tests;
