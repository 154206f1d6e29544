//! Processes: numbered lists whose steps say who acts.

use super::Named;
use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading processes can find.
pub const KINDS: &[&Kind] = &[];

/// A process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// What it is called: the heading above it.
    pub title: String,
    /// Index of the section that it stands in.
    pub section: Option<usize>,
    /// The list.
    pub span: Span,
    /// Who acts, in the order in which they first do: the lanes.
    pub actors: Vec<Actor>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Who acts in a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name to show.
    pub name: String,
    /// Index of the role in the registry.
    pub role: Option<usize>,
}

/// A step of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The author's own number.
    pub number: u64,
    /// Where links lead to.
    pub anchor: String,
    /// The list item.
    pub span: Span,
    /// Who acts: indices among the process's actors.
    pub actors: Vec<usize>,
    /// What is done, without actor, platforms and branches.
    pub text: String,
    /// What of the source the head of the step shows already: the actor, the platforms.
    pub shown: Vec<Span>,
    /// Where it leaves its mark.
    pub platforms: Vec<Named>,
    /// The environments that it speaks of.
    pub environments: Vec<Named>,
    /// When it is done: `if needed`, `after review`.
    pub conditions: Vec<String>,
    /// Where it goes on, if not to the next step only.
    pub branches: Vec<Branch>,
}

/// A way on from a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// In which case: `no`.
    pub label: String,
    /// Where it goes.
    pub target: Target,
    /// Where it is written.
    pub span: Span,
}

/// Where a branch goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// To the step of this number.
    Step(u64),
    /// Nowhere: the process ends.
    End,
}

/// Reads the processes of a document.
pub(super) fn read(_document: &Document, _registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Process> {
    Vec::new()
}
