use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "malformed-link",
    severity: Severity::Warning,
    subject: Subject::Links,
    summary: "a space in a link makes it plain text",
    docs: "A link's target follows its text at once, and holds no space. With one between the two or in the target, readers see brackets \
and parentheses, and nobody checks where the link leads.

    See [the set-up process] (set-up.md) and [the plan](our plan.md).

Take the first space out; put a target with spaces in angle brackets:

    See [the set-up process](set-up.md) and [the plan](<our plan.md>).",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    for span in &page.document.split_links {
        let link = span.of(&page.document.text);
        let finding = Diagnostic::new(&KIND, &page.document.path, *span, "a space keeps this from being a link").label("shown as plain text");
        found.push(match (link.rfind("] ("), link.rfind("](")) {
            (Some(close), _) => {
                let space = Span::new(span.start() + close + 1, span.start() + close + 2);
                finding.help("take out the space between `]` and `(`").edit(space, "")
            }
            (None, Some(close)) => {
                let (from, to) = (span.start() + close + 2, span.end().saturating_sub(1));
                finding.help("put the target in angle brackets").edit(Span::at(from), "<").edit(Span::at(to), ">")
            }
            (None, None) => finding.help("take the spaces out"),
        });
    }
}
