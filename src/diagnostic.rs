//! One fault found in a handbook, as a plain value, and the kinds of faults there are.
//!
//! Must not know how findings are printed, which stage found them, or which severity a book wants.

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

/// A kind of fault. Each is one constant beside the code that finds it, and stands in the catalogue.
#[derive(Debug)]
pub struct Kind {
    /// The stable name that states the fault: `broken-link`.
    pub code: &'static str,
    /// How much it matters unless book.toml says otherwise.
    pub severity: Severity,
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
        diagnostics.sort_by(|a, b| (&a.path, a.span, a.kind.code).cmp(&(&b.path, b.span, b.kind.code)));
        diagnostics.dedup();
    }
}
