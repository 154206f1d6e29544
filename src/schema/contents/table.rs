//! Tables, with the columns and the rows that they must have.

use super::{Content, ContentKind, Found, Part, Reader, plural};
use crate::data::{KeyDocs, Shape};
use crate::document::Table;
use crate::text::{Span, count, fold_title};

const KEYS: &[KeyDocs] = &[
    KeyDocs::new("columns", "Titles of columns that the table must have, in any order; it may have others.", Shape::OneOrMore(&Shape::Text)),
    KeyDocs::new("rows", "The least number of rows below the heading row.", Shape::Number),
];

/// A table.
pub(super) const KIND: ContentKind = ContentKind {
    docs: KeyDocs::new(
        "table",
        "A table, with `columns` and a least number of `rows`: `{ columns: [Step, Owner], rows: 3 }`.",
        Shape::Named("table"),
    ),
    keys: KEYS,
    read,
    usual: (1, None),
};

fn read(reader: &mut Reader<'_, '_>) -> Vec<Box<dyn Content>> {
    let (columns, rows) = reader.inside(|fields| {
        let columns: Vec<String> = fields.texts("columns").into_iter().map(|(column, _)| column).collect();
        (columns, fields.number("rows").unwrap_or(0))
    });
    vec![Box::new(Wanted { columns, rows })]
}

#[derive(Debug)]
struct Wanted {
    columns: Vec<String>,
    rows: usize,
}

impl Wanted {
    fn lacks(&self, table: &Table) -> Vec<&str> {
        let there: Vec<String> = table.header.iter().map(|title| fold_title(title)).collect();
        self.columns.iter().filter(|column| !there.contains(&fold_title(column))).map(String::as_str).collect()
    }
}

impl Content for Wanted {
    fn count(&self, part: &Part<'_>) -> Found {
        let fits = |table: &&Table| part.holds(table.span) && table.rows.len() >= self.rows && self.lacks(table).is_empty();
        Found::at(part.document.tables().iter().filter(fits).map(|table| table.span).collect())
    }

    fn nouns(&self) -> (String, String) {
        let (one, many) = plural("table");
        let quoted: Vec<String> = self.columns.iter().map(|column| format!("'{column}'")).collect();
        let columns = match quoted.as_slice() {
            [] => String::new(),
            [only] => format!(" with the column {only}"),
            several => format!(" with the columns {}", several.join(", ")),
        };
        let rows = if self.rows > 0 { format!(" and at least {}", count(self.rows, "row")) } else { String::new() };
        let rows = if columns.is_empty() { rows.replacen(" and ", " with ", 1) } else { rows };
        (format!("{one}{columns}{rows}"), format!("{many}{columns}{rows}"))
    }

    fn near(&self, part: &Part<'_>) -> Option<(Span, String)> {
        let inside = part.document.tables().iter().filter(|table| part.holds(table.span));
        let nearest = inside.min_by_key(|table| self.lacks(table).len())?;
        let lacks: Vec<String> = self.lacks(nearest).into_iter().map(|column| format!("'{column}'")).collect();
        let first = nearest.span.of(&part.document.text).lines().next().unwrap_or_default().len();
        let heading = Span::new(nearest.span.start(), nearest.span.start() + first);
        Some((
            heading,
            if lacks.is_empty() {
                format!("this one has {}", count(nearest.rows.len(), "row"))
            } else {
                format!("this one lacks {}", lacks.join(", "))
            },
        ))
    }
}
