//! Parts of other files: what they hold is edited in their own files, and directives follow the files that they name.

use std::collections::BTreeMap;

use super::{Changes, Refused};
use crate::document::front_matter_end;
use crate::handbook::Handbook;
use crate::include::{Asked, asked};
use crate::source::{Place, SitePath, Source, Sources, joined};
use crate::text::Span;

/// Whether a file is nothing but a part of pages: one outside of the content folder that they include.
pub(super) fn is_part(handbook: &Handbook, sources: &Sources, path: &SitePath) -> bool {
    path.strip(&handbook.content).is_none() && sources.included.get(path).is_some_and(Result::is_ok)
}

/// A part stays one: in the content folder it would be published, and what is hidden is never included.
pub(super) fn stays_part(handbook: &Handbook, from: &SitePath, to: &SitePath) -> Result<(), Refused> {
    if to.strip(&handbook.content).is_some() {
        let message = format!("'{from}' is only a part of pages, and '{to}' would be published for itself");
        return Err(Refused::new(message, format!("name a place outside of '{}'", handbook.content)));
    }
    if to.as_str().split('/').any(|name| name.starts_with('.')) {
        return Err(Refused::new(format!("'{to}' is hidden, and nothing hidden is included"), "choose another name"));
    }
    Ok(())
}

/// Puts edits where their authors wrote what they change. What stands in an included file is left to do there.
pub(super) fn put_back(handbook: &Handbook, changes: &mut Changes) {
    for page in handbook.pages.iter() {
        let (Some(pieces), path) = (&page.document.pieces, &page.document.path) else { continue };
        for left in changes.left.iter_mut().filter(|left| left.path == *path) {
            left.span = pieces.spot(left.span);
        }
        for mut edit in changes.edits.remove(path).unwrap_or_default() {
            if let Some(span) = pieces.editable(edit.span) {
                edit.span = span;
                changes.edits.entry(path.clone()).or_default().push(edit);
                continue;
            }
            changes.links = changes.links.saturating_sub(1);
            let (span, message) = match pieces.place(edit.span) {
                Place::Elsewhere { asked, path, .. } => {
                    (asked, format!("see to a link in '{path}', which is included here: from here it would be '{}'", edit.replacement))
                }
                Place::Own(span) => (span, format!("write '{}' here, around what is included", edit.replacement)),
            };
            changes.left(path, span, message);
        }
    }
}

/// Lets directives follow: those of documents that move, and those that name a file that moves.
pub(super) fn follow(handbook: &Handbook, sources: &Sources, moves: &BTreeMap<SitePath, SitePath>, changes: &mut Changes) {
    let content = &handbook.content;
    let after = |path: &SitePath| moves.get(path).unwrap_or(path).clone();
    let new = |source: &Source, asked: &Asked| {
        sources.text(asked.path.as_str())?;
        let (folder, target) = (after(&source.path), after(&asked.path));
        let (folder, written) = (folder.folder(), asked.written.of(&source.text));
        let is_from_top = written.starts_with('/');
        let leads = joined(if is_from_top { content } else { folder }, written);
        if leads.as_deref() == Some(target.as_str()) {
            return None;
        }
        let from_top = target.strip(content).filter(|_| is_from_top).map(|inside| format!("/{inside}"));
        Some(from_top.unwrap_or_else(|| target.relative_to(folder)))
    };
    let documents = handbook.pages.iter().filter_map(|page| sources.texts.get(&page.document.path));
    for source in documents.filter(|source| source.may_include) {
        for asked in asked(source, front_matter_end(&source.text), content) {
            if let Some(new) = new(source, &asked) {
                changes.edit(&source.path, asked.written, new);
                changes.links += 1;
            }
        }
    }
    // Of files that are no documents nothing is written.
    for source in sources.included.values().flatten().filter(|source| source.may_include) {
        for asked in asked(source, 0, content) {
            if let Some(new) = new(source, &asked) {
                let written = asked.written.of(&source.text).to_owned();
                changes.left(&source.path, Span::new(asked.span.start(), asked.span.end()), format!("write '{new}' instead of '{written}'"));
            }
        }
    }
}
