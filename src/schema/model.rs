//! What a schema demands, as plain values. Every demand knows where in the schema file it stands.

use std::sync::Arc;

use super::condition::Condition;
use super::field::FieldDemand;
use super::names::Names;
use super::settings::Settings;
use crate::data::Node;
use crate::diagnostic::Severity;
use crate::memo::Digest;
use crate::source::SitePath;
use crate::text::{Span, collapse};

/// The type of incident reports, and the name of its file.
const INCIDENTS: &str = "incident-report";

/// Where something is demanded: a schema that extends another has demands of both files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The schema file.
    pub path: SitePath,
    /// Where in it.
    pub span: Span,
}

/// What documents of one type must hold.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The type that documents name in their front matter: `disaster-recovery`.
    pub document_type: String,
    /// What such a document is called: `Disaster recovery guide`.
    pub title: String,
    /// What such a document is for, in a sentence or two; empty if the schema doesn't say.
    pub description: String,
    /// The file of the schema.
    pub path: SitePath,
    /// Whether it comes with opsbook and not with the handbook.
    pub built_in: bool,
    /// The hash of the file and of those it extends: with the document's own, the whole input of binding and judging.
    pub digest: Digest,
    /// Where the type is named.
    pub span: Span,
    /// Which documents have this type unless their front matter names another.
    pub patterns: Vec<Pattern>,
    /// Whether the sections must stand in the order of the schema.
    pub order: Order,
    /// What to say about sections that the schema doesn't know.
    pub other_sections: OtherSections,
    /// How much its faults matter, where neither the demand nor the kind of fault says otherwise.
    pub severity: Option<Severity>,
    /// What may stand for a heading besides a heading.
    pub headings: HeadingForms,
    /// What the front matter must say.
    pub front_matter: Vec<FieldDemand>,
    /// The sections, in their order.
    pub sections: Vec<SectionDemand>,
    /// What else its keys say.
    pub settings: Settings,
}

/// A glob for documents and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The glob, relative to the content folder: `recovery/**/*.md`.
    pub glob: String,
    /// Where it is written.
    pub span: Span,
}

/// Whether sections must stand in the order of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// In any order.
    #[default]
    Any,
    /// In the order of the schema; other sections may stand between.
    Strict,
}

/// What to say about sections that the schema doesn't know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherSections {
    /// Nothing: they are welcome.
    #[default]
    Allow,
    /// They are warnings.
    Warn,
    /// They are errors.
    Forbid,
}

/// What may stand for a heading besides a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeadingForms {
    /// A line of its own, in a paragraph or a list item, that is all bold: `**Impact**`.
    pub bold: bool,
    /// A label that opens a paragraph or a list item: `**Impact**: none`.
    pub label: bool,
}

/// A section that documents must, may or must not have.
#[derive(Debug, Clone)]
pub struct SectionDemand {
    /// Its name for machines: `verification`.
    pub id: Arc<str>,
    /// Its title for people.
    pub title: Arc<str>,
    /// Title and aliases, as they are compared.
    pub names: Names,
    /// Whether a document must have it, may have it or must not.
    pub presence: Presence,
    /// On which front matter the presence is demanded; always without one.
    pub when: Option<Condition>,
    /// How often it may stand.
    pub times: Times,
    /// What a writer should say there; empty if the schema doesn't say.
    pub guidance: Guidance,
    /// Whether its nested sections must stand in their order.
    pub order: Order,
    /// What to say about sections inside it that the schema doesn't know.
    pub other_sections: OtherSections,
    /// The heading level that it must have, if the schema demands one.
    pub level: Option<u8>,
    /// How much its faults matter, where the schema says so.
    pub severity: Option<Severity>,
    /// Sections that must lie inside this one.
    pub sections: Vec<SectionDemand>,
    /// Points that it must cover.
    pub topics: Vec<TopicDemand>,
    /// What else its keys say.
    pub settings: Settings,
    /// Where it is demanded.
    pub origin: Origin,
}

/// Whether a document must have a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must have it, because the schema says nothing else. A relation that names the section makes it optional.
    Presumed,
    /// It must have it: the schema says so.
    Required,
    /// It may have it.
    Optional,
    /// It must not have it.
    Forbidden,
}

/// How often a section may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// The least; none leaves it to [`Presence`].
    pub at_least: Option<usize>,
    /// The most; none for any number, but for sections that say nothing of times: those stand once.
    pub at_most: Option<usize>,
    /// Whether the schema says anything about it.
    pub said: bool,
}

impl Times {
    /// The most that a document may have.
    #[must_use]
    pub fn limit(self) -> usize {
        if self.said { self.at_most.unwrap_or(usize::MAX) } else { 1 }
    }
}

impl SectionDemand {
    /// Whether a document on which the condition holds must have the section.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self.presence, Presence::Presumed | Presence::Required)
    }

    /// Whether every document must have it.
    #[must_use]
    pub fn is_always_required(&self) -> bool {
        self.is_required() && self.when.is_none()
    }
}

/// A point that a section must cover.
#[derive(Debug, Clone)]
pub struct TopicDemand {
    /// Its name for machines.
    pub id: Arc<str>,
    /// Its title for people.
    pub title: Arc<str>,
    /// Title and aliases, as they are compared.
    pub names: Names,
    /// Whether the section must cover it.
    pub required: bool,
    /// On which front matter it must; always without one.
    pub when: Option<Condition>,
    /// What a writer should say there.
    pub guidance: Guidance,
    /// How much its faults matter, where the schema says so.
    pub severity: Option<Severity>,
    /// Where it is demanded.
    pub origin: Origin,
}

/// What a schema tells writers, and the form by which pasted guidance is recognised.
#[derive(Debug, Clone, Default)]
pub struct Guidance {
    /// The words.
    pub text: Arc<str>,
    /// The words without markup, case and line breaks.
    pub folded: String,
}

impl Guidance {
    /// Guidance with these words.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.trim().into(), folded: fold_prose(text) }
    }

    /// Whether a folded text (see [`fold_prose`]) is this guidance, pasted.
    #[must_use]
    pub fn is(&self, folded: &str) -> bool {
        !self.folded.is_empty() && self.folded == folded
    }
}

/// A sentence without inline marks, case and line breaks.
#[must_use]
pub fn fold_prose(text: &str) -> String {
    collapse(&text.replace(['*', '_', '`'], "")).to_lowercase()
}

impl Schema {
    /// Where to change the schema, for helps: its file, or a copy of a built-in one.
    #[must_use]
    pub fn to_edit(&self) -> String {
        let document_type = &self.document_type;
        if self.built_in { format!("your own copy of the schema (`opsbook schema copy {document_type}`)") } else { self.path.to_string() }
    }

    /// Whether documents of this type report incidents: it is the type `incident-report`, or extends it.
    #[must_use]
    pub fn is_of_incidents(&self) -> bool {
        let is_inherited = |path: &SitePath| path.is_embedded() && path.stem() == INCIDENTS;
        self.document_type == INCIDENTS || self.sections.iter().any(|section| is_inherited(&section.origin.path))
    }

    /// What such a document is called inside a sentence: `disaster recovery guide`, but `SLO review`.
    #[must_use]
    pub fn noun(&self) -> String {
        let mut letters = self.title.chars();
        let Some(first) = letters.next() else { return "document".to_owned() };
        let rest = letters.as_str();
        if rest.starts_with(char::is_uppercase) { self.title.clone() } else { first.to_lowercase().chain(rest.chars()).collect() }
    }

    /// Number of sections and topics that a document must have, nested ones included, optional and conditional ones not.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        fn add(sections: &[SectionDemand], size: &mut (usize, usize)) {
            for section in sections.iter().filter(|section| section.is_always_required()) {
                size.0 += 1;
                size.1 += section.topics.iter().filter(|topic| topic.required && topic.when.is_none()).count();
                add(&section.sections, size);
            }
        }
        let mut size = (0, 0);
        add(&self.sections, &mut size);
        size
    }
}

/// Where a demand stands in a schema file: from its first key to the end of that line's value, or the plain text that it is.
pub(super) fn demand_span(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |(key, value)| {
        let end = if value.entries().is_empty() { value.span.end() } else { key.span.end() };
        Span::new(key.span.start(), end.max(key.span.end()))
    })
}
