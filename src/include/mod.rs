//! Parts of files in other files: what asks for them, which files that takes, and the text that comes of it.
//!
//! Knows how a text asks for a part of another, and paths. Must not know Markdown, nor where texts come from.

mod all;
mod directive;
mod expand;
mod faults;
mod lines;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

pub use all::{ALL_BYTES, expand_all};
use directive::{Named, directives};
pub use expand::expand;
pub use faults::{BROKEN_INCLUDE, INCLUDE_CYCLE, UNCLOSED_REGION};

use crate::diagnostic::{Diagnostic, Edit, Kind, Related};
use crate::source::{Mounts, Pieces, Place, SitePath, Source, Sources};
use crate::text::Span;

/// Every kind of fault that asking for a part of a file can have.
pub const KINDS: &[&Kind] = &[&BROKEN_INCLUDE, &INCLUDE_CYCLE, &UNCLOSED_REGION];

/// The files that the documents ask for, and those that these ask for, as far as they were read.
///
/// To have them all, read what is missing and ask again until nothing is.
#[must_use]
pub fn wanted(sources: &Sources) -> BTreeSet<SitePath> {
    let is_document = |source: &&Source| source.path.is_markdown() && source.path.strip(&sources.content).is_some();
    let mut open: Vec<&Source> = sources.texts.values().filter(|source| source.may_include).filter(is_document).collect();
    let mut wanted = BTreeSet::new();
    while let Some(source) = open.pop() {
        for path in named_in(source, &sources.content).filter(|path| may_have(&sources.mounts, &source.path, path)) {
            if let Some(found) = sources.text(path.as_str()).filter(|_| !wanted.contains(&path)) {
                open.extend(Some(found).filter(|found| found.may_include));
            }
            wanted.insert(path);
        }
    }
    wanted
}

/// Whether a file may have parts of another. What comes from a mount has no part of what doesn't lie in the same mount: its authors aren't
/// those of the handbook, and would otherwise publish what they can't read.
fn may_have(mounts: &Mounts, asking: &SitePath, asked: &SitePath) -> bool {
    mounts.index_of(asking).is_none_or(|mount| mounts.index_of(asked) == Some(mount))
}

/// The files that a text asks for itself.
fn named_in<'a>(source: &'a Source, content: &'a str) -> impl Iterator<Item = SitePath> + 'a {
    let asked = directives(&source.text, 0).filter(|directive| !directive.is_escaped);
    asked.filter_map(move |directive| match directive.named(source.path.folder(), content) {
        Named::File(path) => Some(path),
        Named::Nothing | Named::Outside | Named::Hidden | Named::Remote => None,
    })
}

/// A path that a text asks for, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The whole directive.
    pub span: Span,
    /// The path as it is written.
    pub written: Span,
    /// The file.
    pub path: SitePath,
}

/// The files that a text asks for itself, from `start` on, and where each is written.
pub fn asked<'a>(source: &'a Source, start: usize, content: &'a str) -> impl Iterator<Item = Asked> + 'a {
    let unescaped = directives(&source.text, start).filter(|directive| !directive.is_escaped);
    unescaped.filter_map(move |directive| {
        let Named::File(path) = directive.named(source.path.folder(), content) else { return None };
        let inside = directive.span.of(&source.text);
        // Only the name of the directive stands before its target.
        let at = directive.span.start() + inside.find([' ', '\t'].as_slice()).and_then(|_| inside.rfind(directive.target))?;
        Some(Asked { span: directive.span, written: Span::new(at, at + directive.path().len()), path })
    })
}

/// What is said of the place in an included file that a finding is about.
const STANDS_HERE: &str = "it stands here, in the included file";

/// The findings as they are reported: one about a directive in an included file stands at the first page that includes that, and counts the others.
#[must_use]
pub fn once(findings: &[Diagnostic]) -> Cow<'_, [Diagnostic]> {
    let place = |finding: &Diagnostic| {
        let here = finding.related.first().filter(|related| related.label == STANDS_HERE && KINDS.contains(&finding.kind))?;
        Some((finding.kind.code, finding.message.clone(), here.path.clone(), here.span))
    };
    let mut pages: BTreeMap<_, BTreeSet<&SitePath>> = BTreeMap::new();
    for (finding, place) in findings.iter().filter_map(|finding| Some((finding, place(finding)?))) {
        pages.entry(place).or_default().insert(&finding.path);
    }
    if pages.is_empty() {
        return Cow::Borrowed(findings);
    }
    let mut first = BTreeMap::new();
    let mut merged: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        let Some(place) = place(finding) else {
            merged.push(finding.clone());
            continue;
        };
        let others = pages.get(&place).map_or(0, |pages| pages.len().saturating_sub(1));
        let index = *first.entry(place).or_insert(merged.len());
        if let Some(known) = merged.get_mut(index) {
            known.severity = known.severity.max(finding.severity);
            continue;
        }
        let mut finding = finding.clone();
        if others > 0 {
            let (pages, include) = if others == 1 { ("page", "includes") } else { ("pages", "include") };
            finding.notes.push(format!("{others} more {pages} {include} it"));
        }
        merged.push(finding);
    }
    Cow::Owned(merged)
}

/// Puts findings where their authors wrote what they are about: `pieces` are those of the documents that hold parts of other files. Fixes that
/// would touch such a part are dropped.
pub fn put_back(pieces: &BTreeMap<&SitePath, &Pieces>, finding: &mut Diagnostic) {
    for related in &mut finding.related {
        let Some(pieces) = pieces.get(&related.path) else { continue };
        match pieces.place(related.span) {
            Place::Own(span) => related.span = span,
            Place::Elsewhere { path, span, .. } => (related.path, related.span) = (path, span),
        }
    }
    let Some(pieces) = pieces.get(&finding.path) else { return };
    // A fix is made as a whole or not at all.
    let edits = std::mem::take(&mut finding.fix).into_iter();
    let own = edits.map(|edit| pieces.editable(edit.span).map(|span| Edit { span, ..edit }));
    finding.fix = own.collect::<Option<Vec<Edit>>>().unwrap_or_default();
    match pieces.place(finding.span) {
        Place::Own(span) => finding.span = span,
        Place::Elsewhere { asked, path, span } => {
            finding.span = asked;
            finding.related.insert(0, Related { path, span, label: STANDS_HERE.to_owned() });
        }
    }
}
