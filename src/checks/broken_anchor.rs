use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Fault, Handbook, Page};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Page(may_find, run) };

const KIND: Kind = Kind {
    code: "broken-anchor",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a link names a place in a document that the document doesn't have",
    docs: "What follows the `#` of a link is the anchor of a heading: its text in lower case, without punctuation, with a hyphen for each \
space, as on GitHub. Headings can also name their anchor (`## Title {#anchor}`), and raw HTML can set one with `id`. A link with a \
broken anchor leads to the top of a long page and leaves the reader to search.

    ## Roll back

    See [roll back](#rollback).

The finding names the nearest anchor. Write it:

    See [roll back](#roll-back).",
};

fn may_find(page: &Page) -> bool {
    page.links.iter().any(|resolved| matches!(resolved.fault(), Some(Fault::NoAnchor { .. })))
}

fn run(handbook: &Handbook, page: &Page, found: &mut Vec<Diagnostic>) {
    for (link, resolved) in page.written_links() {
        let Some(Fault::NoAnchor { page: target, fragment, nearest, elsewhere, was_here }) = resolved.fault() else { continue };
        let Some(target) = handbook.pages.get(*target) else { continue };
        let hash = link.target_span.of(&page.document.text).find('#');
        let span = hash.map_or(link.target_span, |at| Span::new(link.target_span.start() + at, link.target_span.end()));
        let whose = if target.address == page.address { "this document".to_owned() } else { format!("'{}'", target.path) };
        let finding = Diagnostic::new(&KIND, &page.document.path, span, format!("{whose} has no anchor '#{fragment}'"));
        if let Some(now) = nearest.as_ref().filter(|_| *was_here) {
            let moved = finding.label(format!("it is '#{now}' now")).help(format!("write '#{now}'"));
            // Where escapes hide the anchor, nobody but its author replaces it.
            let is_plain = span.of(&page.document.text).strip_prefix('#') == Some(fragment);
            found.push(if is_plain { moved.edit(span, format!("#{now}")) } else { moved });
            continue;
        }
        let elsewhere = elsewhere.and_then(|index| handbook.pages.get(index));
        found.push(match (nearest, elsewhere) {
            (Some(near), _) => finding.label(format!("did you mean '#{near}'?")).help(format!("write '#{near}', or add the heading")),
            (None, Some(other)) => {
                let path = other.path.relative_to(page.path.folder());
                finding.label("no such heading here").help(format!("'{}' has this anchor: write '{path}#{fragment}'", other.path))
            }
            (None, None) => finding.label("no such heading").help(anchors_of(target)),
        });
    }
}

/// The anchors of a page as a help, the first few of them.
fn anchors_of(page: &Page) -> String {
    const SHOWN: usize = 8;
    let ids: Vec<String> = page.document.anchors.iter().take(SHOWN).map(|anchor| format!("#{}", anchor.id)).collect();
    if ids.is_empty() {
        return format!("'{}' has no headings: link to the document itself", page.path);
    }
    let more = if page.document.anchors.len() > SHOWN { ", …" } else { "" };
    format!("'{}' has {}{more}", page.path, ids.join(", "))
}
