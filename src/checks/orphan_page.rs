use std::sync::Arc;

use std::collections::HashSet;

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page, Resolved, Tree};
use crate::source::SitePath;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "orphan-page",
    severity: Severity::Warning,
    subject: Subject::Links,
    summary: "a document stands in no list and nothing links to it",
    docs: "A document that readers can't come to by reading is found only by those who know of it. With a SUMMARY.md, that is one which \
SUMMARY.md doesn't list and to which no document links. Without, it is one to which no document links, though the page of its folder \
lists its neighbours by hand.

    # content/SUMMARY.md
    - [Roll back](guides/rollback.md)

    # content/guides/restore.md stands nowhere

Add it where its readers look:

    - [Roll back](guides/rollback.md)
    - [Restore the database](guides/restore.md)",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let hand_kept = folders_listed_by_hand(handbook);
    let parts = handbook.pages.iter().filter_map(|page| page.document.pieces.as_ref());
    let included: HashSet<&SitePath> = parts.flat_map(|pieces| pieces.files()).collect();
    for page in handbook.pages.iter().filter(|page| page.backlinks.is_empty()) {
        let listed = handbook.tree.node(page.node).is_some_and(|node| node.listed);
        let is_front = page.node == Tree::ROOT;
        let orphan = match &handbook.summary {
            Some(_) => !listed,
            None => !is_front && page.address.file_name() != "index.html" && hand_kept.contains(page.path.folder()),
        };
        if orphan {
            let orphan = finding(handbook, page);
            let hint = "another document includes it; a text that is only a part of others can lie outside of the content folder";
            found.push(if included.contains(&page.document.path) { orphan.note(hint) } else { orphan });
        }
    }
}

fn finding(handbook: &Handbook, page: &Page) -> Diagnostic {
    let span = page.document.sections.first().map_or_else(|| Span::at(page.document.body.start()), |section| section.title_span);
    let help = match &handbook.summary {
        Some(_) => "list it in SUMMARY.md, or link to it from a document that its readers come through",
        None => "link to it from the page of its folder, or from a document that its readers come through",
    };
    Diagnostic::new(&KIND, &page.document.path, span, format!("nothing leads to '{}'", page.title)).label("no list, no link").help(help)
}

/// Folders whose own page links to some document of the folder.
fn folders_listed_by_hand(handbook: &Handbook) -> HashSet<&str> {
    let lists_neighbours = |index: &&Arc<Page>| {
        index.address.file_name() == "index.html"
            && index.links.iter().any(|link| match link {
                Resolved::Page { page, .. } => {
                    handbook.pages.get(*page).is_some_and(|page| page.address != index.address && page.path.folder() == index.path.folder())
                }
                _ => false,
            })
    };
    handbook.pages.iter().filter(lists_neighbours).map(|page| page.path.folder()).collect()
}
