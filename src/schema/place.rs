//! Where in a document a missing section belongs, and how a look-alike becomes it.

use super::near::{NearKind, NearMiss};
use super::rules::{Case, Demanded};
use crate::text::{Span, collapse, fold_title};

/// Where a missing section belongs.
pub(super) struct Spot {
    /// What to mark.
    pub span: Span,
    /// What to say there.
    pub label: &'static str,
    /// Where its text is inserted.
    pub insert: usize,
    /// The level of its heading.
    pub level: u8,
    /// The section beside it, and what it has to do with it.
    pub beside: Option<(Span, &'static str)>,
}

/// Where a missing section belongs: after the nearest section before it in the schema that is there, else before the nearest after it.
pub(super) fn spot(case: &Case<'_>, demanded: &Demanded<'_>) -> Spot {
    let text = &*case.document.text;
    let places: Vec<_> = demanded.bindings.iter().map(|binding| binding.place.as_ref()).collect();
    let (before, after) = places.split_at(demanded.index.min(places.len()));
    let before = before.iter().rev().flatten().next();
    let after = after.iter().flatten().next();
    let parent = demanded.parent.and_then(|(_, binding)| binding.place.as_ref());
    let usual = parent.map_or(2, |parent| (parent.level + 1).min(6));
    let level = |level: u8| demanded.demand.level.unwrap_or(if level > 6 { usual } else { level });
    if let Some(place) = before {
        let end = trimmed_end(text, place.span.end(), place.extent.end());
        let beside = Some((place.title_span, "it belongs after this section"));
        return Spot { span: Span::at(end), label: "it belongs here", insert: place.extent.end(), level: level(place.level), beside };
    }
    if let Some(place) = after {
        let insert = line_start(text, place.span.start());
        return Spot { span: place.title_span, label: "it belongs before this section", insert, level: level(place.level), beside: None };
    }
    if let Some(place) = parent {
        return Spot { span: place.title_span, label: "it belongs in this section", insert: place.extent.end(), level: level(usual), beside: None };
    }
    let body = case.document.body;
    let first = case.document.sections.first().map_or(Span::at(trimmed_start(text, body)), |section| section.title_span);
    Spot { span: first, label: "it belongs in this document", insert: body.end(), level: level(usual), beside: None }
}

/// Where the text between two offsets ends, less the white space at its end.
fn trimmed_end(text: &str, start: usize, end: usize) -> usize {
    start + Span::new(start, end).of(text).trim_end().len()
}

fn trimmed_start(text: &str, body: Span) -> usize {
    let trimmed = body.trimmed(text);
    if trimmed.is_empty() { body.start() } else { trimmed.start() }
}

fn line_start(text: &str, offset: usize) -> usize {
    Span::new(0, offset).of(text).rfind('\n').map_or(0, |at| at + 1)
}

/// Whether text can be inserted at an offset without breaking what stands there: inside a list or quote it can't.
pub(super) fn is_free(text: &str, offset: usize) -> bool {
    offset == 0 || offset >= text.len() || Span::new(0, offset).of(text).ends_with('\n')
}

/// The edit that makes a look-alike the section itself, where nobody would doubt it.
pub(super) fn rename(near: &NearMiss, title: &str, level: u8, text: &str) -> Option<(Span, String)> {
    // In raw HTML the words would have to be written otherwise.
    let in_html = near.span.of(text).contains('<') || near.whole.of(text).trim_start().starts_with('<');
    if !near.kind.is_certain() || in_html {
        return None;
    }
    let title = super::skeleton::escape(title);
    match near.kind {
        NearKind::BoldLine => Some((near.whole, format!("{} {title}", "#".repeat(usize::from(level))))),
        NearKind::NoSpace => {
            let marks = near.whole.of(text).chars().take_while(|c| *c == '#').count();
            Some((Span::at(near.whole.start() + marks), " ".to_owned()))
        }
        _ => {
            near.section?;
            let written = near.span.of(text);
            // An image, a comment, a second line: what isn't words must not go with them.
            if collapse(&written.replace(['*', '_', '`'], "")) != collapse(&near.title.replace(['*', '_', '`'], "")) || written.contains('\n') {
                return None;
            }
            // A number or emoji before the words stays.
            let folded = fold_title(&near.title);
            let first = written.char_indices().find(|(_, c)| c.is_alphabetic()).map_or(0, |(at, _)| at);
            let ornament = written.get(..first).filter(|_| fold_title(written.get(first..).unwrap_or_default()) == folded).unwrap_or_default();
            Some((near.span, format!("{}{title}", ornament.trim_start_matches(['*', '_', '`']))))
        }
    }
}
