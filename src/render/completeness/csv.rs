//! Every demand on every typed document as a row, for spreadsheets. RFC 4180, with line feeds.

use crate::handbook::completeness::Mark;
use crate::handbook::{Completeness, Handbook};
use crate::report::LineIndex;

const HEAD: [&str; 10] = ["document", "title", "type", "chapter", "owner", "section", "topic", "required", "status", "line"];

/// Writes the table. `lines` finds the lines of a page's document.
pub(super) fn write(handbook: &Handbook, facts: &Completeness, lines: &dyn Fn(usize) -> Option<LineIndex>) -> Result<Vec<u8>, String> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD).map_err(|error| error.to_string())?;
    for row in &facts.rows {
        let Some((page, (schema, _))) = handbook.pages.get(row.page).and_then(|page| Some((page, page.binding.as_ref()?))) else { continue };
        let lines = lines(row.page);
        let chapter = row.chapter.and_then(|chapter| handbook.tree.node(chapter)).map_or("", |node| node.title.as_str());
        for demand in row.demands() {
            let line = demand.state.span.zip(lines.as_ref()).map(|(span, lines)| lines.position(span.start).line.to_string());
            let cells = [
                page.document.path.as_str(),
                &page.title,
                &schema.document_type,
                chapter,
                page.owner().unwrap_or(""),
                &demand.section,
                demand.topic.unwrap_or(""),
                if demand.state.required { "yes" } else { "no" },
                Mark::of(demand.state).name(),
                line.as_deref().unwrap_or(""),
            ];
            writer.write_record(cells.map(harmless).iter().map(AsRef::as_ref)).map_err(|error| error.to_string())?;
        }
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// A cell that no spreadsheet runs as a formula: one that begins like a formula gets an apostrophe before it, which
/// spreadsheets take for 'this is text'. <https://owasp.org/www-community/attacks/CSV_Injection>
fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        assert_eq!(harmless("a=b"), "a=b");
    }
}
