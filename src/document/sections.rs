//! Anchors and extents of sections.

use std::sync::Arc;

use super::{Anchor, Document};
use crate::text::{Slugger, Span};

/// Gives every section its anchor. Ids that authors wrote are taken first, so that a heading never takes one away.
pub(super) fn name(document: &mut Document, ids: &[Option<String>]) {
    let mut slugger = Slugger::default();
    for id in ids.iter().flatten() {
        slugger.reserve(id);
    }
    for (section, id) in document.sections.iter_mut().zip(ids) {
        section.id = id.clone().unwrap_or_else(|| slugger.next(&section.title)).into();
        document.anchors.push(Anchor { id: Arc::clone(&section.id), span: section.title_span, explicit: section.explicit_id });
    }
    document.anchors.sort_by_key(|anchor| anchor.span);
}

/// Works out how far each section reaches and which one it is part of.
#[expect(clippy::indexing_slicing, reason = "every index comes from counting this very list")]
pub(super) fn measure(document: &mut Document) {
    let end = document.body.end();
    let starts: Vec<(usize, u8)> = document.sections.iter().map(|section| (section.span.start(), section.level)).collect();
    let mut open: Vec<usize> = Vec::new();
    for index in 0..document.sections.len() {
        let section = &mut document.sections[index];
        let from = section.span.end();
        section.body = Span::new(from, starts.get(index + 1).map_or(end, |next| next.0));
        section.extent = Span::new(from, end);
        let (level, start) = (section.level, section.span.start());
        while let Some(&last) = open.last()
            && document.sections[last].level >= level
        {
            let closed = &mut document.sections[last].extent;
            *closed = Span::new(closed.start(), start);
            open.pop();
        }
        document.sections[index].parent = open.last().copied();
        open.push(index);
    }
}
