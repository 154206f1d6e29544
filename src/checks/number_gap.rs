use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "number-gap",
    severity: Severity::Warning,
    subject: Subject::Processes,
    summary: "a numbered list leaves numbers out",
    docs: "People refer to steps by their numbers. A list that jumps from 6 to 9 has lost two steps or was numbered wrongly, and other \
programs show other numbers for it. opsbook keeps the numbers that the author wrote.

    6. **Dev lead** adds detailed issues (GitHub)
    9. **Developers** work on devnet (GitHub)

Number the steps through, or write the missing ones:

    6. **Dev lead** adds detailed issues (GitHub)
    7. **Developers** work on devnet (GitHub)",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    for list in page.document.numbered_lists.iter().filter(|list| list.has_gaps()) {
        for ((before, first), (number, span)) in list.items.iter().zip(list.items.iter().skip(1)) {
            if before + 1 == *number {
                continue;
            }
            let mark = Span::new(span.start(), span.start() + number.to_string().len() + 1);
            found.push(
                Diagnostic::new(&KIND, &page.document.path, mark, format!("step {number} follows step {before}"))
                    .label(format!("{} expected", before + 1))
                    .related(&page.document.path, Span::new(first.start(), first.start() + before.to_string().len() + 1), "the step before")
                    .help("number the list through, or write the steps that are missing"),
            );
        }
    }
}
