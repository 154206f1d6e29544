//! Action items: tables with an owner and a day by which something is done, as incident reports have them.

use super::Named;
use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading action items can find.
pub const KINDS: &[&Kind] = &[];

/// What somebody has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    pub owners: Vec<Named>,
    /// By when, as it is written.
    pub due: Option<String>,
    /// How far it is, as it is written.
    pub status: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// Reads the action items of a document.
pub(super) fn read(_document: &Document, _registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Action> {
    Vec::new()
}
