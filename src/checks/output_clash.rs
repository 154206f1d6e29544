use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "output-clash",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "two files want the same place in the site",
    docs: "Each document becomes the page with its name and `.html`; each other file keeps its name. Two files that differ only in their \
extension or in upper and lower case would overwrite each other, on some disks if not on all.

    content/guides/Restore.md
    content/guides/restore.md

Rename one of them:

    content/guides/restore-database.md
    content/guides/restore-queue.md",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for clash in &handbook.clashes {
        let message = format!("'{}' already belongs to '{}'", clash.address, clash.winner);
        found.push(
            Diagnostic::new(&KIND, &clash.loser, Span::at(0), message)
                .related(&clash.winner, Span::at(0), "this file has the place")
                .help("rename one of the two files"),
        );
    }
}
