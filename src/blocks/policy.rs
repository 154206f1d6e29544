//! Policy in prose and tables: freezes, hours of support, labels, approvals, rights, decisions, reviews, channels.

use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading policy can find.
pub const KINDS: &[&Kind] = &[];

/// A rule as a document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Where it is written.
    pub span: Span,
}

/// Reads the rules of a document.
pub(super) fn read(_document: &Document, _registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Policy> {
    Vec::new()
}
