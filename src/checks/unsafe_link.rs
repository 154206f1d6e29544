use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Fault, Page};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "unsafe-link",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a link has a scheme that can run code or reach local files",
    docs: "Links may lead to web pages, mail addresses, telephone numbers, chat rooms and repositories. A link with any other scheme \
(`javascript:`, `data:`, `vbscript:`, `file:`) can run code in the reader's browser or works on one machine only; the page is \
published without it.

    [status](javascript:alert(1))

Link to a page:

    [status](https://status.example.org)",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    for (link, resolved) in page.written_links() {
        if let Some(Fault::Scheme(scheme)) = resolved.fault() {
            let message = format!("link with the scheme '{scheme}:', which opsbook doesn't publish");
            found.push(
                Diagnostic::new(&KIND, &page.document.path, link.target_span, message)
                    .help("link to an http(s) or mailto address, or to a file of the handbook"),
            );
        }
    }
}
