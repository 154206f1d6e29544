//! RACI matrices: which roles answer for what.

use super::{Content, ContentKind, Found, Part};
use crate::data::{KeyDocs, Shape};
use crate::text::Span;

/// A RACI matrix.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "raci",
        "A RACI matrix: a table with roles as columns and the letters R, A, C and I in its cells, or one of the other forms that opsbook reads; its limits count the activities.",
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
        let matrices = part.blocks.matrices.iter().filter(|matrix| part.holds(matrix.span));
        let largest = matrices.max_by_key(|matrix| matrix.rows.len());
        Found { number: largest.map_or(0, |matrix| matrix.rows.len()), places: largest.map(|matrix| matrix.span).into_iter().collect() }
    }

    fn nouns(&self) -> (String, String) {
        ("row of a RACI matrix".to_owned(), "rows of a RACI matrix".to_owned())
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let is_matrix = |span: Span| part.blocks.matrices.iter().any(|matrix| matrix.span == span);
        let table = part.document.tables().iter().find(|table| part.holds(table.span) && !is_matrix(table.span))?;
        let first = table.span.of(&part.document.text).lines().next().unwrap_or_default().len();
        Some((
            Span::new(table.span.start(), table.span.start() + first),
            "this table has no letters R, A, C and I for roles; R and A alone are too few to tell".to_owned(),
        ))
    }
}
