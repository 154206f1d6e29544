use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::handbook::{Handbook, Page};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Page(run) };

const KIND: Kind = Kind {
    code: "malformed-link",
    severity: Severity::Warning,
    summary: "a space between a link's text and its target makes it plain text",
    docs: "A link's target follows its text at once. With a space between them readers see brackets and parentheses, and nobody checks \
where the link leads.

    See [the set-up process] (set-up.md).

Take the space out:

    See [the set-up process](set-up.md).",
};

fn run(_: &Handbook, page: &Page, found: &mut Vec<Diagnostic>) {
    for span in &page.document.split_links {
        let Some(close) = span.of(&page.document.text).rfind("] (") else { continue };
        let space = Span::new(span.start + close + 1, span.start + close + 2);
        found.push(
            Diagnostic::new(&KIND, &page.document.path, *span, "a space keeps this from being a link")
                .label("shown as plain text")
                .help("take out the space between `]` and `(`")
                .edit(space, ""),
        );
    }
}
