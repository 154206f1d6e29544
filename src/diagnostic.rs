//! One fault found in a handbook, as a plain value, and the kinds of faults there are.
//!
//! Must not know how findings are printed, which stage found them, or which severity a book wants.

use std::collections::HashMap;

use crate::memo::{Digest, Hasher};
use crate::source::SitePath;
use crate::text::Span;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Reported; the build goes on.
    Warning,
    /// Reported; no new site is published and the exit code is 1.
    Error,
}

impl Severity {
    /// The word that reports use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What kinds of faults are about, in the order in which the reference tells of them: a page for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Files and Markdown as they are written.
    Text,
    /// Schema files, front matter and what documents are called.
    Types,
    /// Sections, and what schemas demand of them.
    Sections,
    /// Links, navigation and addresses.
    Links,
    /// Addresses outside of the handbook.
    Elsewhere,
    /// Processes and diagrams.
    Processes,
    /// Responsibility matrices.
    Matrices,
    /// Incident reports: times, actions, what was used.
    Incidents,
    /// Alerts: runbooks that claim them, and their rules.
    Alerts,
    /// The registry and the pages that use its names.
    Registry,
    /// book.toml and the theme.
    Settings,
    /// What leaves findings out.
    Waivers,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Types,
        Self::Sections,
        Self::Links,
        Self::Elsewhere,
        Self::Processes,
        Self::Matrices,
        Self::Incidents,
        Self::Alerts,
        Self::Registry,
        Self::Settings,
        Self::Waivers,
    ];

    /// The name of its page, without ending.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What it is called, as in the middle of a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.words().1
    }

    /// What belongs to it, in one sentence.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.words().2
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Text => ("text", "files and text", "What can be wrong with a file by itself: its front matter, fences, comments and placeholders."),
            Self::Types => {
                ("types", "types and front matter", "Schema files, the types of documents, and what schemas demand of front matter and names.")
            }
            Self::Sections => ("sections", "sections", "What schemas demand of sections: which there are, in which order, and what they hold."),
            Self::Links => (
                "links",
                "links and addresses",
                "Links, anchors, aliases and published addresses, what pages include, the navigation, and files that want the same place in the site.",
            ),
            Self::Elsewhere => (
                "elsewhere",
                "links elsewhere",
                "What other servers say of the addresses that the handbook links to: found by `opsbook links` alone.",
            ),
            Self::Processes => ("processes", "processes and diagrams", "The steps of processes, and the fences that become drawings."),
            Self::Matrices => ("matrices", "responsibility matrices", "RACI matrices and their likes: letters, roles and who answers for what."),
            Self::Incidents => {
                ("incidents", "incident reports", "What incident reports say of times, actions and names, and incidents without a report.")
            }
            Self::Alerts => {
                ("alerts", "alerts", "The alerts that runbooks answer for, rule files of Prometheus, and whether the two belong together.")
            }
            Self::Registry => ("registry", "the registry", "What registry.yaml says, and pages that use its names or contradict it."),
            Self::Settings => ("settings", "settings and theme", "The file book.toml, and the templates, styles and colours of a book."),
            Self::Waivers => ("waivers", "waivers and the baseline", "What leaves findings out: waivers in documents, and the baseline."),
        }
    }
}

/// A kind of fault. Each is one constant beside the code that finds it, and stands in the catalogue.
#[derive(Debug)]
pub struct Kind {
    /// The stable name that states the fault: `broken-link`.
    pub code: &'static str,
    /// How much it matters unless book.toml says otherwise.
    pub severity: Severity,
    /// What it is about: where the reference explains it.
    pub subject: Subject,
    /// What is wrong, in one sentence for lists.
    pub summary: &'static str,
    /// What `opsbook explain` prints, as Markdown: what it finds, why it matters, an example and its mend.
    pub docs: &'static str,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Kind {}

/// A second place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The file it lies in.
    pub path: SitePath,
    /// Where in the file.
    pub span: Span,
    /// What this place has to do with the finding: `demanded here`.
    pub label: String,
}

/// One replacement in the file that the finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A finding that doesn't count, and why. Such findings are kept apart from the others, so that nobody counts them by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Why it doesn't count.
    pub reason: Suppression,
}

/// Why a finding doesn't count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Suppression {
    /// The document waives it.
    Waiver {
        /// Why, in its author's words.
        reason: String,
        /// The last day on which it holds, as `2026-11-20`.
        until: String,
    },
    /// It was there when the baseline was written.
    Baseline,
}

/// One fault at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of fault it is.
    pub kind: &'static Kind,
    /// How much it matters here.
    pub severity: Severity,
    /// The file it is about, from the handbook's root.
    pub path: SitePath,
    /// Where in the file.
    pub span: Span,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// What to say right under the marked text.
    pub label: String,
    /// What to do about it, each a sentence.
    pub helps: Vec<String>,
    /// What else is good to know.
    pub notes: Vec<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Edits that mend it without a second thought.
    pub fix: Vec<Edit>,
}

impl Diagnostic {
    /// A finding of this kind with nothing but its message.
    #[must_use]
    pub fn new(kind: &'static Kind, path: &SitePath, span: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            severity: kind.severity,
            path: path.clone(),
            span,
            message: message.into(),
            label: String::new(),
            helps: Vec::new(),
            notes: Vec::new(),
            related: Vec::new(),
            fix: Vec::new(),
        }
    }

    /// Gives the finding another severity than its kind has.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says something right under the marked text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// Adds what else is good to know.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, path: &SitePath, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Related { path: path.clone(), span, label: label.into() });
        self
    }

    /// Adds an edit that mends the fault.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix.push(Edit { span, replacement: replacement.into() });
        self
    }

    /// Sorts by file, place and code, and drops what stands there twice. Findings of one code at one place keep their order,
    /// which is that of the schema.
    pub fn sort(diagnostics: &mut Vec<Self>) {
        diagnostics.sort_by(|a, b| a.place().cmp(&b.place()));
        diagnostics.dedup();
    }

    /// What findings are sorted by: file, place and code.
    #[must_use]
    pub fn place(&self) -> (&SitePath, Span, &'static str) {
        (&self.path, self.span, self.kind.code)
    }

    /// What tells findings apart however far they move in their file: code, path and message. Findings that share all three are numbered in the
    /// order in which they stand.
    ///
    /// Takes the findings of one run, sorted; gives one fingerprint for each, 32 hexadecimal digits.
    #[must_use]
    pub fn fingerprints<'a>(diagnostics: impl IntoIterator<Item = &'a Self>) -> Vec<String> {
        let mut seen: HashMap<Digest, u32> = HashMap::new();
        let fingerprint = |finding: &Self| {
            let same = || Hasher::default().text(finding.kind.code).text(finding.path.as_str()).text(&finding.message);
            let number = seen.entry(same().finish()).or_default();
            *number += 1;
            same().bytes(&number.to_le_bytes()).finish().hex(32)
        };
        diagnostics.into_iter().map(fingerprint).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_stays_when_lines_move() {
        const KIND: Kind = Kind { code: "k", severity: Severity::Error, subject: Subject::Links, summary: "", docs: "" };
        let path = SitePath::new("a.md").expect("a path");
        let finding = |start: usize, message: &str| Diagnostic::new(&KIND, &path, Span::new(start, start + 1), message);
        let before = Diagnostic::fingerprints(&[finding(1, "x"), finding(2, "y"), finding(3, "x")]);
        let after = Diagnostic::fingerprints(&[finding(5, "x"), finding(7, "y"), finding(9, "x")]);
        assert_eq!(before, after);
        assert!(before[0] != before[2] && before[0] != before[1] && before[0].len() == 32);
    }
}
