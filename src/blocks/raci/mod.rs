//! RACI matrices and responsibilities by phase.
//!
//! A matrix is a Markdown table in one of three layouts: roles as columns, roles as rows, or a column for each letter with names in its cells.
//! All three become one [`Matrix`]. Knows tables, headings and bullets; must not know how a matrix looks.

mod cell;
mod grid;
mod judge;
mod model;
mod named_columns;
mod phases;

#[cfg(test)]
mod tests;

pub use cell::{Piece, letter_pieces};
pub use model::Model;

use super::Named;
use crate::diagnostic::{Diagnostic, Kind};
use crate::document::{Document, Table};
use crate::registry::Registry;
use crate::text::Span;

/// Every kind of fault that reading matrices can find.
pub const KINDS: &[&Kind] = &[
    &model::INVALID_RACI_MODEL,
    &judge::NOT_ONE_ACCOUNTABLE,
    &judge::UNKNOWN_LETTER,
    &judge::UNKNOWN_MATRIX_ROLE,
    &judge::DUPLICATE_MATRIX_ROLE,
    &judge::NO_RESPONSIBLE,
    &judge::MANY_CONSULTED,
    &judge::IDLE_ROLE,
    &judge::OVERLOADED_ROLE,
];

/// A matrix with more places for letters than this was made by a program for programs.
const LARGEST: usize = 1_000_000;
/// A matrix with more roles than this is no matrix of roles.
const MOST_ROLES: usize = 500;

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
    /// How the table is laid out.
    pub layout: Layout,
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
    /// The cells that say so, in the order of the roles; where a role has no cell of its own, the row.
    pub places: Vec<Span>,
}

/// How the table of a matrix is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// What its columns are.
    pub form: Form,
    /// The column with the names of the activities; where the roles are rows, with theirs.
    pub heads: usize,
    /// The columns that hold letters or names.
    pub columns: Vec<usize>,
    /// The letter of each of these columns, where they have one.
    pub letters: Vec<char>,
    /// Rows that only say what the rows below them are about.
    pub groups: Vec<usize>,
}

/// What the columns of a matrix are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Roles; the cells hold letters.
    Roles,
    /// Activities; the cells hold letters, and the rows are roles.
    Activities,
    /// Letters; the cells hold the names of roles.
    Letters,
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
    /// The list item of each duty.
    pub items: Vec<Span>,
    /// The words of each duty that name the role, as they stand in its text.
    pub names: Vec<String>,
}

/// A matrix as it is read, with what its findings need.
struct Reading {
    matrix: Matrix,
    /// What stands where a letter should, with the activity's index.
    unknown: Vec<(String, Span, usize)>,
    /// Every use of a role's name.
    uses: Vec<Named>,
    /// Names that are there twice: the first place and the second.
    twice: Vec<(Named, Named)>,
}

/// Reads the RACI matrices of a document.
pub(super) fn matrices(document: &Document, registry: &Registry, found: &mut Vec<Diagnostic>) -> Vec<Matrix> {
    if document.tables().is_empty() && document.directives.is_empty() && document.front_matter.is_none() {
        return Vec::new();
    }
    let declared = model::Declared::read(document, found);
    let mut matrices = Vec::new();
    for table in document.tables() {
        let place = Place::of(document, table);
        let (model, certain) = declared.of(document, table);
        let read = named_columns::read(table, &place, registry, model).or_else(|| grid::read(table, &place, registry, model, certain));
        if let Some(reading) = read {
            judge::judge(&reading, document, registry, found);
            matrices.push(reading.matrix);
        }
    }
    matrices
}

/// Reads the responsibilities by phase of a document.
pub(super) fn responsibilities(document: &Document, registry: &Registry, _found: &mut Vec<Diagnostic>) -> Vec<Responsibilities> {
    phases::read(document, registry)
}

impl Matrix {
    /// The letter that heads a column of names.
    #[must_use]
    pub fn letter_above(&self, column: usize) -> Option<char> {
        let index = self.layout.columns.iter().position(|other| *other == column)?;
        self.layout.letters.get(index).copied()
    }

    /// The role that heads a column, or a row where the roles are rows: `row` counts below the heading row.
    #[must_use]
    pub fn role_at(&self, row: Option<usize>, column: usize) -> Option<&Named> {
        match (self.layout.form, row) {
            (Form::Roles, None) => self.roles.get(self.layout.columns.binary_search(&column).ok()?),
            (Form::Activities, Some(row)) if column == self.layout.heads => {
                // A row that heads others stands where no role does.
                let groups_before = self.layout.groups.binary_search(&row).err()?;
                self.roles.get(row - groups_before)
            }
            _ => None,
        }
    }
}

/// Where a table stands.
struct Place<'a> {
    document: &'a Document,
    section: Option<usize>,
}

impl<'a> Place<'a> {
    fn of(document: &'a Document, table: &Table) -> Self {
        Self { document, section: document.sections.partition_point(|section| section.span.start() < table.span.start()).checked_sub(1) }
    }

    /// The heading above the table.
    fn title(&self) -> String {
        let section = self.section.and_then(|index| self.document.sections.get(index));
        section.map(|section| section.title.to_string()).filter(|title| !title.is_empty()).unwrap_or_else(|| self.document.title())
    }

    /// Whether the headings above the table, or the text right before it, speak of responsibilities.
    fn speaks_of_responsibility(&self, table: &Table) -> bool {
        let speaks = |text: &str| {
            let text = text.to_lowercase();
            ["raci", "rasci", "responsib", "accountab"].iter().any(|word| text.contains(word))
        };
        let mut section = self.section;
        // Headings nest at most six deep.
        while let Some(heading) = section.and_then(|index| self.document.sections.get(index)) {
            if speaks(&heading.title) {
                return true;
            }
            section = heading.parent;
        }
        let before = self.document.blocks().partition_point(|block| block.span.start() < table.span.start()).checked_sub(1);
        before
            .and_then(|index| self.document.blocks().get(index))
            .map(|block| block.text(self.document))
            .is_some_and(|text| text.len() < 2_000 && speaks(&text))
    }
}
