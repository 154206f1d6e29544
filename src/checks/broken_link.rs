use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::LinkKind;
use crate::handbook::{Fault, Page};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "broken-link",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a link or an image leads to a document, folder or file that isn't there",
    docs: "A link to another document is written as the path to its .md file, relative to the document that it stands in, or from the \
content folder with a leading slash. Links to images and other files are written in the same way. A reader who follows a broken link \
at 3 a.m. loses the minute that matters.

    See [roll back](../guides/rolback.md).

The finding names the nearest file that exists. Write its path:

    See [roll back](../guides/rollback.md).

A document that has moved names its former places in `aliases`. A link to one of those leads nowhere in Markdown, and `opsbook check --fix` writes \
the new path.

Only files below the content folder are published. A link to a file elsewhere in the repository needs the URL of the file.",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    for (link, resolved) in page.written_links() {
        let Some(fault) = resolved.fault() else { continue };
        let what = if matches!(link.kind, LinkKind::Image | LinkKind::HtmlSource) { "image" } else { "link" };
        let finding = |message: String| Diagnostic::new(&KIND, &page.document.path, link.target_span, message);
        match fault {
            Fault::Empty => found.push(finding(format!("{what} without a target")).help("write where it leads, or take the link out")),
            Fault::Template => found.push(
                finding(format!("{what} to '{}' holds a template tag that opsbook doesn't expand", link.target))
                    .help("write the path of the document that it leads to"),
            ),
            Fault::NoFile { wanted: None, .. } => found.push(
                finding(format!("{what} to '{}' leads out of the content folder", link.target))
                    .label("not published")
                    .help("move the file below the content folder, or link to its URL"),
            ),
            Fault::NoFile { wanted: Some(wanted), nearest } => {
                let broken = finding(format!("broken {what}: there is no '{wanted}'"));
                found.push(match nearest {
                    Some(near) => broken.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or create the file")),
                    None => broken.label("leads nowhere").help("write the path of a file that exists, or create this one"),
                });
            }
            Fault::Moved { wanted, instead, .. } => {
                let moved = finding(format!("broken {what}: '{wanted}' has moved")).label("it was here before").help(format!("write '{instead}'"));
                // Where escapes or entities hide the target, nobody but its author replaces it.
                let is_plain = link.target_span.of(&page.document.text) == &*link.target;
                found.push(if is_plain { moved.edit(link.target_span, instead) } else { moved });
            }
            Fault::NoAnchor { .. } | Fault::Scheme(_) => {}
        }
    }
}
