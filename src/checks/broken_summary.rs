use std::collections::{BTreeMap, HashMap};

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page};
use crate::source::SitePath;
use crate::text::{Span, nearest};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "broken-summary",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "SUMMARY.md lists a document that isn't there, or one twice",
    docs: "SUMMARY.md is the navigation, in the form that mdBook uses: a list of links to documents, nested as chapters are, with headings \
for parts. Each entry leads to a document of the content folder, and each document has one place.

    - [Roll back](guides/rolback.md)

The finding names the nearest document. Write its path:

    - [Roll back](guides/rollback.md)",
};

/// Faulty entries that get a suggestion: comparing names takes time.
const SUGGESTIONS: usize = 100;

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let Some(summary) = &handbook.summary else { return };
    let Some(file) = &summary.path else { return };
    let by_path: BTreeMap<&SitePath, &Page> = handbook.pages.iter().map(|page| (&page.path, &**page)).collect();
    let mut first_of: HashMap<&SitePath, Span> = HashMap::new();
    for entry in &summary.entries {
        let Some(target) = &entry.target else { continue };
        let known = target.path.as_ref().and_then(|path| by_path.get(path).copied());
        let Some(page) = known else {
            let finding = Diagnostic::new(&KIND, file, entry.span, format!("there is no document '{}'", target.written));
            let near = if found.len() < SUGGESTIONS { nearest(&target.written, by_path.keys().map(|path| path.as_str())) } else { None };
            found.push(match near {
                Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or create the document")),
                None => finding.label("leads nowhere").help("write the path of a document, or create this one"),
            });
            continue;
        };
        match first_of.get(&page.path) {
            Some(first) => found.push(
                Diagnostic::new(&KIND, file, entry.span, format!("'{}' is listed twice", page.path))
                    .label("this entry is left out")
                    .related(file, *first, "it has its place here")
                    .help("keep one of the two entries"),
            ),
            None => {
                first_of.insert(&page.path, entry.span);
            }
        }
    }
}
