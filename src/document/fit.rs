//! The last touch on a document: no more room than it needs. Must not change what it says.

use super::Document;
use crate::memo::snug;

/// Documents are kept as long as the handbook is: in no more room than they need.
pub(super) fn fit(document: &mut Document) {
    let Document { sections, blocks, words, links, anchors, fences, tables, numbered_lists, .. } = document;
    *sections = snug(std::mem::take(sections));
    *blocks = snug(std::mem::take(blocks));
    *words = std::mem::take(words).fitted();
    *links = snug(std::mem::take(links));
    *anchors = snug(std::mem::take(anchors));
    *fences = snug(std::mem::take(fences));
    *tables = snug(std::mem::take(tables));
    *numbered_lists = snug(std::mem::take(numbered_lists));
    for list in numbered_lists {
        list.items = snug(std::mem::take(&mut list.items));
    }
    for table in tables {
        table.header = snug(std::mem::take(&mut table.header));
        table.rows = std::mem::take(&mut table.rows).into_iter().map(snug).collect();
        table.places = std::mem::take(&mut table.places).into_iter().map(snug).collect();
    }
}
