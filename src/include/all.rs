//! All documents of a handbook with the parts that they include, within a bound.

use std::borrow::Cow;

use rayon::prelude::*;

use super::directive::directives;
use super::expand::expand;
use super::faults::BROKEN_INCLUDE;
use crate::diagnostic::Diagnostic;
use crate::source::{Source, Sources};
use crate::text::{Span, count};

/// So much may all documents include together, in bytes: 25 KiB on each of 20,000 pages. What is made of a text takes its memory several times over, and
/// each page alone may be 16 MiB large, so a few kilobytes of directives could otherwise ask for more than any machine has.
pub const ALL_BYTES: usize = 512 * 1024 * 1024;

/// Documents that are made at the same time. What they include is counted when they are made, so that the count is the same on every machine.
const AT_ONCE: usize = 16;

/// Puts parts of other files where documents include them, up to so many bytes together. A document that isn't UTF-8 is left as it is.
///
/// `front` says where the text of a Markdown file begins, behind its front matter.
pub fn expand_all(files: &mut [Cow<'_, Source>], sources: &Sources, front: fn(&str) -> usize, bound: usize, diagnostics: &mut Vec<Diagnostic>) {
    let mut open: Vec<&mut Cow<'_, Source>> = files.iter_mut().filter(|file| file.may_include && matches!(file, Cow::Borrowed(_))).collect();
    let (mut included, mut done) = (0_usize, 0);
    for some in open.chunks_mut(AT_ONCE) {
        let made: Vec<(Option<Source>, Vec<Diagnostic>)> = some
            .par_iter()
            .map(|file| {
                let mut found = Vec::new();
                (expand(file, sources, front, &mut found), found)
            })
            .collect();
        for (file, (whole, found)) in some.iter_mut().zip(made) {
            let more = whole.as_ref().map_or(0, |whole| whole.text.len().saturating_sub(file.text.len()));
            included = included.saturating_add(more);
            if included > bound {
                break;
            }
            diagnostics.extend(found);
            done += 1;
            if let Some(whole) = whole {
                **file = Cow::Owned(whole);
            }
        }
        if included > bound {
            break;
        }
    }
    let left = || open.get(done..).unwrap_or_default().iter().filter_map(|file| Some((file, first(file, front)?)));
    if let Some((file, span)) = left().next() {
        let message = format!("with this page, all pages together include more than {} MiB", bound / 1024 / 1024);
        let finding = Diagnostic::new(&BROKEN_INCLUDE, &file.path, span, message).label("left as it stands");
        let others = match left().count().saturating_sub(1) {
            0 => String::new(),
            others => format!("; {} behind it {} left too", count(others, "page"), if others == 1 { "is" } else { "are" }),
        };
        diagnostics.push(finding.help(format!("include regions instead of whole files, or link to them{others}")));
    }
}

/// The first directive of a document.
fn first(file: &Source, front: fn(&str) -> usize) -> Option<Span> {
    directives(&file.text, front(&file.text)).find(|directive| !directive.is_escaped).map(|directive| directive.span)
}
