//! Edits that give a section its level or its place, and leave every other byte as it was.

use super::candidates::Place;
use crate::document::{Document, HeadingStyle};
use crate::text::Span;

/// Where text is replaced, and by what.
pub(super) type Replacement = (Span, String);

/// Gives a heading and all that lie below it other levels, each by the same difference.
///
/// None where a heading isn't written with `#` marks or would leave the range of levels.
pub(super) fn shift(document: &Document, place: &Place, level: u8) -> Option<Vec<Replacement>> {
    let index = place.section?;
    let difference = i16::from(level) - i16::from(place.level);
    let inside = document.sections.iter().skip(index).take_while(|section| section.span.start() < place.extent.end());
    let edit = |section: &crate::document::Section| {
        let level = u8::try_from(i16::from(section.level) + difference).ok().filter(|level| (1..=6).contains(level))?;
        let old = usize::from(section.level);
        let marks = Span::new(section.span.start(), section.span.start() + old);
        let is_plain = section.style == HeadingStyle::Atx && marks.of(&document.text) == "#".repeat(old);
        is_plain.then(|| (marks, "#".repeat(usize::from(level))))
    };
    inside.map(edit).collect()
}

/// Moves a section with all that lies in it behind or before another of the same level.
///
/// None where the two don't stand beside each other, or stand inside a list or quote.
pub(super) fn relocate(document: &Document, place: &Place, neighbour: &Place, behind: bool) -> Option<Vec<Replacement>> {
    let text = &*document.text;
    let parent = |place: &Place| Some(document.sections.get(place.section?)?.parent);
    if place.level != neighbour.level || parent(place)? != parent(neighbour)? {
        return None;
    }
    let target = if behind { neighbour.extent.end() } else { neighbour.span.start() };
    let is_free = |at: usize| at == text.len() || text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    // Without an empty line between them, what is moved would run into what stands before it.
    let is_apart = |at: usize| {
        let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        before.trim().is_empty() || text.get(at..).unwrap_or_default().trim().is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n")
    };
    if [place.span.start(), target, place.extent.end()].into_iter().any(|at| !is_free(at) || !is_apart(at)) {
        return None;
    }
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let whole = Span::new(place.span.start(), place.extent.end());
    let words = whole.of(text).trim_end_matches(['\r', '\n']);
    // The last section of a file has no empty line behind it: it leaves the one before it, and gets one where it goes.
    let is_last = place.extent.end() >= text.trim_end_matches(['\r', '\n']).len();
    let removed = if is_last {
        Span::new(text.get(..whole.start())?.trim_end_matches(['\r', '\n']).len(), text.trim_end_matches(['\r', '\n']).len())
    } else {
        whole
    };
    // Where it stands already, there is nothing to move.
    let at = target.min(text.trim_end_matches(['\r', '\n']).len());
    if removed.start() <= at && at <= removed.end() {
        return None;
    }
    let inserted = if target >= text.trim_end_matches(['\r', '\n']).len() {
        return Some(vec![(removed, String::new()), (Span::at(text.trim_end_matches(['\r', '\n']).len()), format!("{line}{line}{words}"))]);
    } else if is_last {
        format!("{words}{line}{line}")
    } else {
        whole.of(text).to_owned()
    };
    Some(vec![(removed, String::new()), (Span::at(target), inserted)])
}
