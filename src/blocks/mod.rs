//! What one document says in the forms that operations handbooks use: processes, matrices, flows, policy, commands.
//!
//! Reads ordinary lists, tables and fences, with the names of the registry. Knows one document; must not know other documents, pages
//! or how a block looks.

pub mod actions;
pub mod code;
pub mod flow;
pub mod incident;
mod names;
pub mod policy;
pub mod process;
pub mod raci;

pub use actions::Action;
pub use code::Harmful;
pub use flow::Flow;
pub use incident::Incident;
pub use policy::Policy;
pub use process::Process;
pub use raci::{Matrix, Responsibilities};

use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading blocks can find.
#[must_use]
pub fn kinds() -> Vec<&'static Kind> {
    [actions::KINDS, code::KINDS, flow::KINDS, policy::KINDS, process::KINDS, raci::KINDS].into_iter().flatten().copied().collect()
}

/// The blocks of one document, each kind in the order in which they stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Blocks {
    /// Numbered lists whose steps say who acts.
    pub processes: Vec<Process>,
    /// Tables with roles as columns and letters in their cells.
    pub matrices: Vec<Matrix>,
    /// Headings of phases with bullets that begin with a role.
    pub responsibilities: Vec<Responsibilities>,
    /// Diagrams.
    pub flows: Vec<Flow>,
    /// Rules about time, rights, approvals and the like.
    pub policies: Vec<Policy>,
    /// What somebody has to do by some day.
    pub actions: Vec<Action>,
    /// Code blocks that do harm.
    pub harmful: Vec<Harmful>,
    /// The incident that the document reports.
    pub incident: Option<Box<Incident>>,
}

/// A name of the registry, or one that nobody declared, where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name to show: the declared one, else what is written.
    pub name: String,
    /// Index of the entry in its list in the registry.
    pub entry: Option<usize>,
    /// Where it is written.
    pub span: Span,
}

impl Blocks {
    /// Whether the document holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what stands there is part of an action.
    #[must_use]
    pub fn is_of_action(&self, span: Span) -> bool {
        let before = self.actions.partition_point(|action| action.span.start() <= span.start());
        before.checked_sub(1).and_then(|index| self.actions.get(index)).is_some_and(|action| action.span.encloses(span))
    }

    /// Reads the blocks of a document. Faults are findings.
    #[must_use]
    pub fn read(document: &Document, registry: &Registry) -> (Self, Vec<Diagnostic>) {
        Reader::new(registry).read(document)
    }
}

/// Reads the blocks of many documents: what follows from the registry alone is worked out once.
#[derive(Debug)]
pub struct Reader<'a> {
    registry: &'a Registry,
    declared: process::Declared,
}

impl<'a> Reader<'a> {
    /// A reader that knows the names of a registry.
    #[must_use]
    pub fn new(registry: &'a Registry) -> Self {
        Self { registry, declared: process::Declared::default() }
    }

    /// Reads the blocks of a document. Faults are findings.
    #[must_use]
    pub fn read(&self, document: &Document) -> (Blocks, Vec<Diagnostic>) {
        let registry = self.registry;
        let mut found = Vec::new();
        let blocks = Blocks {
            processes: process::read(document, registry, &self.declared, &mut found),
            matrices: raci::matrices(document, registry, &mut found),
            responsibilities: raci::responsibilities(document, registry, &mut found),
            flows: flow::read(document, registry, &mut found),
            policies: policy::read(document, registry, &mut found),
            actions: actions::read(document, registry, &mut found),
            harmful: code::read(document, &mut found),
            incident: incident::read(document, registry),
        };
        (blocks, found)
    }
}
