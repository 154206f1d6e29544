//! RACI matrices and responsibilities by phase.

use super::Named;
use crate::diagnostic::{Diagnostic, Kind};
use crate::document::Document;
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading matrices can find.
pub const KINDS: &[&Kind] = &[];

/// A RACI matrix: activities as rows, roles as columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// What it is about: the heading above it.
    pub title: String,
    /// Index of the section that it stands in.
    pub section: Option<usize>,
    /// The table.
    pub span: Span,
    /// Which letters count.
    pub model: Model,
    /// The roles of the columns.
    pub roles: Vec<Named>,
    /// The activities.
    pub rows: Vec<Activity>,
}

/// Which letters a matrix uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Model {
    /// Responsible, accountable, consulted, informed.
    #[default]
    Raci,
    /// The same with support.
    Rasci,
    /// Driver, approver, contributor, informed.
    Daci,
}

/// A row of a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What is done.
    pub name: String,
    /// The row.
    pub span: Span,
    /// The letters of each role, in the order of the roles.
    pub letters: Vec<Vec<char>>,
}

/// What each role does in each phase, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responsibilities {
    /// What it is about: the heading above the phases.
    pub title: String,
    /// The headings and bullets of all phases.
    pub span: Span,
    /// The roles, in the order in which they first come.
    pub roles: Vec<Named>,
    /// The phases.
    pub phases: Vec<Phase>,
}

/// A phase and what each role does in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What it is called.
    pub name: String,
    /// Index of its section.
    pub section: usize,
    /// What is to be done, with the index of the role in the matrix; none for what nobody in particular does.
    pub duties: Vec<(Option<usize>, String)>,
}

/// Reads the RACI matrices of a document.
pub(super) fn matrices(_document: &Document, _registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Matrix> {
    Vec::new()
}

/// Reads the responsibilities by phase of a document.
pub(super) fn responsibilities(_document: &Document, _registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Responsibilities> {
    Vec::new()
}
