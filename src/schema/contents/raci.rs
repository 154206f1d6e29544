//! RACI matrices: a table with roles as columns and letters in its cells.

use super::{Content, ContentKind, Found, Part};
use crate::data::{KeyDocs, Shape};
use crate::document::Table;
use crate::text::Span;

/// A RACI matrix.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "raci",
        "A RACI matrix: a table with roles as columns and the letters R, A, C and I in its cells; its limits count the rows.",
        Shape::Named("amount"),
    ),
    keys: &[],
    read: |_| vec![Box::new(Raci)],
    usual: (1, None),
};

#[derive(Debug)]
struct Raci;

impl Content for Raci {
    fn count(&self, part: &Part<'_>) -> Found {
        let matrices = part.document.tables.iter().filter(|table| part.holds(table.span) && is_raci(table));
        let largest = matrices.max_by_key(|table| table.rows.len());
        Found { number: largest.map_or(0, |table| table.rows.len()), places: largest.map(|table| table.span).into_iter().collect() }
    }

    fn nouns(&self) -> (String, String) {
        ("row of a RACI matrix".to_owned(), "rows of a RACI matrix".to_owned())
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let table = part.document.tables.iter().find(|table| part.holds(table.span))?;
        let first = table.span.of(&part.document.text).lines().next().unwrap_or_default().len();
        Some((Span::new(table.span.start, table.span.start + first), "this table has no letters R, A, C and I for roles".to_owned()))
    }
}

/// Whether the cells behind the first column are letters of RACI or RASCI, with an R and an A among them.
fn is_raci(table: &Table) -> bool {
    let cells = || table.rows.iter().flat_map(|row| row.iter().skip(1)).map(|cell| cell.trim());
    let letters = |cell: &str| -> Option<Vec<char>> {
        if matches!(cell, "" | "-" | "–" | "—") {
            return Some(Vec::new());
        }
        let parts = cell.split(['/', ',', '+', '&', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let letter = |part: &str| {
            let mut letters = part.chars().map(|letter| letter.to_ascii_uppercase());
            letters.next().filter(|letter| "RASCI".contains(*letter) && letters.next().is_none())
        };
        parts.map(letter).collect()
    };
    let Some(found) = cells().map(letters).collect::<Option<Vec<_>>>() else { return false };
    let has = |letter: char| found.iter().flatten().any(|other| *other == letter);
    table.header.len() > 1 && has('R') && has('A')
}
