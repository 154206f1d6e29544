//! A code fence or comment that is never closed and swallows what follows.

use super::{Case, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::document::Document;
use crate::schema::swallow::Unclosed;
use crate::text::{Span, count};

/// A code fence that is never closed.
pub const UNCLOSED_FENCE: Kind = Kind {
    code: "unclosed-fence",
    severity: Severity::Error,
    summary: "a code fence is never closed, so all after it is code",
    docs: "A line of three backticks opens a code block, and a second one closes it. Without the second, the rest of the document is code: its \
headings are no headings, and sections that were written are missing.

    ```shell
    kubectl get nodes

    ## Mitigation

Close the fence after the code:

    ```shell
    kubectl get nodes
    ```

    ## Mitigation",
};

/// A comment that is never closed.
pub const UNCLOSED_COMMENT: Kind = Kind {
    code: "unclosed-comment",
    severity: Severity::Error,
    summary: "a comment is never closed, so nobody sees what follows",
    docs: "A comment begins with `<!--` and ends with `-->`. Without the end, nothing after it is shown, and sections that were written are missing.

    <!-- ask Anna about this

    ## Mitigation

Close the comment where it ends:

    <!-- ask Anna about this -->

    ## Mitigation",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "unclosed", kinds: &[&UNCLOSED_FENCE, &UNCLOSED_COMMENT], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.extend(case.conformance.unclosed.iter().map(|unclosed| finding(case.document, unclosed)));
}

/// The finding about one fence or comment that is never closed. It is a warning where nothing that looks like a heading follows.
#[must_use]
pub fn finding(document: &Document, unclosed: &Unclosed) -> Diagnostic {
    let (kind, what, close) = if unclosed.comment {
        (&UNCLOSED_COMMENT, "comment", "-->".to_owned())
    } else {
        let opening = unclosed.opening.of(&document.text);
        let mark = opening.chars().next().unwrap_or('`');
        (&UNCLOSED_FENCE, "code fence", opening.chars().take_while(|c| *c == mark).collect())
    };
    let mut finding = Diagnostic::new(kind, &document.path, unclosed.opening, format!("{what} is never closed"))
        .label(format!("this {what} goes on to the end of the text around it"))
        .help(format!("write `{close}` where it ends"));
    for (title, line) in &unclosed.swallowed {
        finding = finding.note(format!("it swallows '{title}', which the schema demands")).related(&document.path, *line, "swallowed");
    }
    let others = unclosed.headings.iter().filter(|line| unclosed.swallowed.iter().all(|(_, swallowed)| swallowed != *line));
    let others = others.count();
    if others > 0 {
        finding = finding.note(format!("it swallows {} that {} like a heading", count(others, "line"), if others == 1 { "looks" } else { "look" }));
    }
    if unclosed.swallowed.is_empty() && unclosed.headings.is_empty() && !unclosed.comment {
        finding.severity = Severity::Warning;
    }
    // Where a demanded section begins, the code certainly has ended.
    if let Some((_, line)) = unclosed.swallowed.iter().min_by_key(|(_, line)| line.start) {
        let indent = Span::new(0, line.start).of(&document.text).rfind('\n').map_or(line.start, |at| line.start - at - 1);
        let newline = if document.text.contains("\r\n") { "\r\n" } else { "\n" };
        finding = finding.edit(Span::at(line.start - indent), format!("{close}{newline}{newline}"));
    }
    finding
}
