//! Flows: mermaid fences, lines with arrows, fences with ↓ between their lines.

use crate::diagnostic::{Diagnostic, Kind};
use crate::diagram::Graph;
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading flows can find.
pub const KINDS: &[&Kind] = &[];

/// A diagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The fence or the paragraph.
    pub span: Span,
    /// What it is called: the heading above it, or its own title.
    pub title: String,
    /// What it shows.
    pub graph: Graph,
}

/// Reads the flows of a document.
pub(super) fn read(_document: &Document, _registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Flow> {
    Vec::new()
}
