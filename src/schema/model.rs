//! What a schema demands, as plain values. Every demand knows where in the schema file it stands.

use std::sync::Arc;

use super::likeness::Shape;
use crate::data::Node;
use crate::diagnostic::Severity;
use crate::memo::Digest;
use crate::source::SitePath;
use crate::text::{Span, collapse, fold_title};

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
    /// The hash of the file: with the document's own, the whole input of binding and judging.
    pub digest: Digest,
    /// Where the type is named.
    pub span: Span,
    /// Which documents have this type unless their front matter names another.
    pub patterns: Vec<Pattern>,
    /// Whether the sections must stand in the order of the schema.
    pub order: Order,
    /// What to say about sections that the schema doesn't know.
    pub other_sections: OtherSections,
    /// What may stand for a heading besides a heading.
    pub headings: HeadingForms,
    /// What the front matter must say.
    pub front_matter: Vec<FieldDemand>,
    /// The sections, in their order.
    pub sections: Vec<SectionDemand>,
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

/// The names under which a section or topic is found, folded once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Title first, then the aliases, in the form in which titles are compared.
    pub folded: Vec<String>,
    /// The same names in the forms in which look-alikes are compared.
    pub(super) shapes: Vec<Shape>,
}

impl Names {
    /// The names of a title and its aliases.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded: Vec<String> = Vec::new();
        for name in names.into_iter().map(fold_title) {
            if !name.is_empty() && !folded.contains(&name) {
                folded.push(name);
            }
        }
        let shapes = folded.iter().map(|name| Shape::new(name)).collect();
        Self { folded, shapes }
    }

    /// Whether a folded title is one of the names.
    #[must_use]
    pub fn has(&self, folded: &str) -> bool {
        self.folded.iter().any(|name| name == folded)
    }
}

/// A section that documents must, or may, have.
#[derive(Debug, Clone)]
pub struct SectionDemand {
    /// Its name for machines: `verification`.
    pub id: Arc<str>,
    /// Its title for people.
    pub title: Arc<str>,
    /// Title and aliases, as they are compared.
    pub names: Names,
    /// Whether a document must have it.
    pub required: bool,
    /// What a writer should say there; empty if the schema doesn't say.
    pub guidance: Guidance,
    /// Whether its nested sections must stand in their order.
    pub order: Order,
    /// The heading level that it must have, if the schema demands one.
    pub level: Option<u8>,
    /// How much its faults matter, where the schema says so.
    pub severity: Option<Severity>,
    /// Sections that must lie inside this one.
    pub sections: Vec<SectionDemand>,
    /// Points that it must cover.
    pub topics: Vec<TopicDemand>,
    /// Where it is demanded.
    pub span: Span,
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
    /// What a writer should say there.
    pub guidance: Guidance,
    /// Where it is demanded.
    pub span: Span,
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

/// A key that the front matter must, or may, have.
#[derive(Debug, Clone)]
pub struct FieldDemand {
    /// The key.
    pub key: String,
    /// Whether it must be there.
    pub required: bool,
    /// What its value must be.
    pub value_type: Option<ValueType>,
    /// The values it may have; any if empty.
    pub values: Vec<String>,
    /// Where it is demanded.
    pub span: Span,
}

/// What the value of a front matter key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    String,
    /// A day of the calendar: `2026-11-20`.
    Date,
    /// A length of time: `90d`, `6 months`.
    Duration,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A list.
    List,
}

impl ValueType {
    /// Every type, in the order of [`ValueType::WORDS`].
    pub const ALL: [Self; 6] = [Self::String, Self::Date, Self::Duration, Self::Number, Self::Bool, Self::List];
    /// The words for them in a schema.
    pub const WORDS: [&str; 6] = ["string", "date", "duration", "number", "bool", "list"];

    /// What a value of this type looks like, with its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Date => "a date such as 2026-11-20",
            Self::Duration => "a length of time such as 90d or 6 months",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::List => "a list",
        }
    }
}

impl Schema {
    /// Where to change the schema, for helps: its file, or a copy of a built-in one.
    #[must_use]
    pub fn to_edit(&self) -> String {
        let document_type = &self.document_type;
        if self.built_in { format!("your own copy of the schema (`opsbook schema copy {document_type}`)") } else { self.path.to_string() }
    }

    /// What such a document is called inside a sentence: `disaster recovery guide`, but `SLO review`.
    #[must_use]
    pub fn noun(&self) -> String {
        let mut letters = self.title.chars();
        let Some(first) = letters.next() else { return "document".to_owned() };
        let rest = letters.as_str();
        if rest.starts_with(char::is_uppercase) { self.title.clone() } else { first.to_lowercase().chain(rest.chars()).collect() }
    }

    /// Number of sections and topics that a document must have, nested ones included, optional ones not.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        fn add(sections: &[SectionDemand], size: &mut (usize, usize)) {
            for section in sections.iter().filter(|section| section.required) {
                size.0 += 1;
                size.1 += section.topics.iter().filter(|topic| topic.required).count();
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
        let end = if value.entries().is_empty() { value.span.end } else { key.span.end };
        Span::new(key.span.start, end.max(key.span.end))
    })
}
