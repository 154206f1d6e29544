//! Every demand on every typed document as a row, for spreadsheets. RFC 4180, with line feeds.

use crate::handbook::completeness::Mark;
use crate::handbook::{Completeness, Handbook};
use crate::report::LineIndex;
use crate::text::harmless_cell;

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
            let line = demand.state.span.zip(lines.as_ref()).map(|(span, lines)| lines.position(span.start()).line.to_string());
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
            writer.write_record(cells.map(harmless_cell).iter().map(AsRef::as_ref)).map_err(|error| error.to_string())?;
        }
    }
    writer.into_inner().map_err(|error| error.to_string())
}
