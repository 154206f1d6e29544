//! Headings that a reader never sees because they lie in code, comments or raw HTML, and the fences and comments that are never closed.

use super::bind::{SectionBinding, Status};
use super::model::SectionDemand;
use crate::document::{BlockKind, Document};
use crate::text::{Span, fold_title};

/// A fence or comment that is never closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclosed {
    /// Whether it is a comment; else it is a code fence.
    pub comment: bool,
    /// Its first line.
    pub opening: Span,
    /// All that it swallows.
    pub whole: Span,
    /// Lines in it that look like headings of level 2 or lower, by their text.
    pub headings: Vec<Span>,
    /// Titles of demanded sections and topics that it swallows, and the line of each.
    pub swallowed: Vec<(String, Span)>,
}

/// Where a line that looks like a heading lies instead of being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Burial {
    /// In a code block.
    Code,
    /// In a comment.
    Comment,
    /// In raw HTML.
    Html,
    /// In a paragraph, for want of a space after its marks: `##Impact`.
    NoSpace,
}

/// A line that looks like a heading and is none.
#[derive(Debug, Clone)]
pub(super) struct Buried {
    pub burial: Burial,
    pub folded: String,
    pub title: String,
    /// The line, without indent.
    pub line: Span,
}

/// Every fence and comment that is never closed.
pub(super) fn unclosed(document: &Document) -> Vec<Unclosed> {
    let fences = document.fences.iter().filter(|fence| !fence.closed).map(|fence| (false, fence.span));
    let comments = document.unclosed_comments.iter().map(|span| (true, *span));
    let mut found: Vec<Unclosed> = fences
        .chain(comments)
        .map(|(comment, span)| {
            let whole = span.trimmed(&document.text);
            let first_line = whole.of(&document.text).lines().next().unwrap_or_default();
            let opening = Span::new(whole.start(), whole.start() + first_line.len()).trimmed(&document.text);
            let mut headings: Vec<Buried> = Vec::new();
            heading_lines(document, whole, Burial::Code, &mut headings);
            // In code, `# …` is a comment more often than a title.
            let deep = |line: &Buried| comment || line.line.of(&document.text).starts_with("##");
            let headings = headings.iter().filter(|line| deep(line)).map(|line| line.line).collect();
            Unclosed { comment, opening, whole, headings, swallowed: Vec::new() }
        })
        .collect();
    found.sort_by_key(|unclosed| unclosed.whole);
    found
}

/// Every line of a document that looks like a heading and is none.
pub(super) fn buried(document: &Document) -> Vec<Buried> {
    let mut found = Vec::new();
    for block in document.blocks() {
        let burial = match block.kind {
            BlockKind::Code => Burial::Code,
            BlockKind::Comment => Burial::Comment,
            BlockKind::Html => Burial::Html,
            BlockKind::Paragraph if block.text(document).starts_with("##") => Burial::NoSpace,
            _ => continue,
        };
        heading_lines(document, block.span, burial, &mut found);
    }
    found
}

fn heading_lines(document: &Document, span: Span, burial: Burial, found: &mut Vec<Buried>) {
    let mut start = span.start();
    for line in span.of(&document.text).split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
        let bare = line.trim_start_matches([' ', '\t', '>']).trim_end();
        let place = Span::new(start + indent, start + indent + bare.len());
        start += line.len();
        let words = bare.trim_start_matches('#');
        let level = bare.len() - words.len();
        let spaced = words.starts_with([' ', '\t']);
        if !(1..=6).contains(&level) || (spaced == (burial == Burial::NoSpace)) {
            continue;
        }
        let title = words.trim().trim_end_matches('#').trim_end().trim_matches(['*', '_', '`']).trim();
        let folded = fold_title(title);
        if !folded.is_empty() {
            found.push(Buried { burial, folded, title: title.to_owned(), line: place });
        }
    }
}

/// Marks the missing demands whose heading an unclosed fence or comment swallowed.
pub(super) fn claim(demands: &[SectionDemand], bindings: &mut [SectionBinding], document: &Document, buried: &[Buried], unclosed: &mut [Unclosed]) {
    for (demand, binding) in demands.iter().zip(bindings) {
        if binding.place.is_none() && !binding.is_forbidden() {
            binding.swallowed = claim_one(&demand.title, &|folded| demand.names.has(folded), document, buried, unclosed);
        }
        claim_inside(demand, binding, document, buried, unclosed);
        for again in &mut binding.more {
            claim_inside(demand, again, document, buried, unclosed);
        }
    }
}

fn claim_inside(demand: &SectionDemand, binding: &mut SectionBinding, document: &Document, buried: &[Buried], unclosed: &mut [Unclosed]) {
    for (topic, wanted) in binding.topics.iter_mut().zip(&demand.topics) {
        if topic.status == Status::Missing && binding.place.is_some() {
            topic.swallowed = claim_one(&wanted.title, &|folded| wanted.names.has(folded), document, buried, unclosed);
        }
    }
    claim(&demand.sections, &mut binding.sections, document, buried, unclosed);
}

fn claim_one(title: &str, fits: &dyn Fn(&str) -> bool, document: &Document, buried: &[Buried], unclosed: &mut [Unclosed]) -> bool {
    for open in unclosed {
        let inside = |line: &&Buried| open.whole.encloses(line.line) && fits(&line.folded);
        let line = buried.iter().find(inside).map(|line| line.line).or_else(|| label_line(document, open.whole, fits));
        if let Some(line) = line {
            open.swallowed.push((title.to_owned(), line));
            return true;
        }
    }
    false
}

/// A line that begins with a label or is a bold line with the wanted words.
fn label_line(document: &Document, span: Span, fits: &dyn Fn(&str) -> bool) -> Option<Span> {
    let mut start = span.start();
    for line in span.of(&document.text).split_inclusive('\n') {
        let place = Span::new(start, start + line.len()).trimmed(&document.text);
        start += line.len();
        let words = line.trim().trim_start_matches(['-', '*', '+', ' ']);
        let label = words.split(['*', ':']).next().unwrap_or_default();
        if words.len() > label.len() && fits(&fold_title(label)) {
            return Some(place);
        }
    }
    None
}
