//! A code fence or comment that is never closed and swallows what follows.

use super::{Case, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Document;
use crate::schema::swallow::Unclosed;
use crate::text::{Span, count};

/// A code fence that is never closed.
pub const UNCLOSED_FENCE: Kind = Kind {
    code: "unclosed-fence",
    severity: Severity::Error,
    subject: Subject::Text,
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

    ## Mitigation

In a document without a type, and where nothing that looks like a heading is lost, it is a warning.",
};

/// A comment that is never closed.
pub const UNCLOSED_COMMENT: Kind = Kind {
    code: "unclosed-comment",
    severity: Severity::Error,
    subject: Subject::Text,
    summary: "a comment is never closed, so nobody sees what follows",
    docs: "A comment begins with `<!--` and ends with `-->`. Without the end, nothing after it is shown, and sections that were written are missing.

    <!-- ask the Ops lead about this

    ## Mitigation

Close the comment where it ends:

    <!-- ask the Ops lead about this -->

    ## Mitigation

In a document without a type, and where nothing that looks like a heading is lost, it is a warning.",
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
        .help(format!("where it ends, write a line that holds only {close}"));
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
    if let Some((_, line)) = unclosed.swallowed.iter().min_by_key(|(_, line)| line.start()) {
        let indent = Span::new(0, line.start()).of(&document.text).rfind('\n').map_or(line.start(), |at| line.start() - at - 1);
        let newline = if document.text.contains("\r\n") { "\r\n" } else { "\n" };
        finding = finding.edit(Span::at(line.start() - indent), format!("{close}{newline}{newline}"));
    }
    finding
}

#[cfg(test)]
mod tests {
    use crate::schema::swallowed;
    use crate::schema::test::{apply, check_document, findings, judged, schema};

    const SCHEMA: &str = "type: t\nsections: [Meaning, Impact, Mitigation]\n";

    #[test]
    fn the_fence_is_the_finding_and_the_sections_are_its_notes() {
        for (opening, code) in [("```shell\nls", "unclosed-fence"), ("~~~~\nls", "unclosed-fence"), ("<!-- why\n", "unclosed-comment")] {
            let text = format!("## Meaning\n\nx\n\n{opening}\n\n## Impact\n\nx\n\n## Mitigation\n\nx\n");
            let found = judged(&schema(SCHEMA), &text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].kind.code, found[0].span.of(&text)), (code, opening.lines().next().unwrap()));
            assert_eq!(found[0].notes, ["it swallows 'Impact', which the schema demands", "it swallows 'Mitigation', which the schema demands"]);
            let mended = apply(&text, &found);
            assert_eq!(findings(&schema(SCHEMA), &mended), [""; 0], "{mended}");
        }
    }

    #[test]
    fn documents_without_schema_hear_of_it_too() {
        for (text, expected) in [
            ("```\n# x\n", vec!["warning"]),
            ("```\nx\n\n## Lost\n", vec!["warning"]),
            ("<!-- x\n", vec!["warning"]),
            ("```\nx\n```\n<!-- y -->\n", vec![]),
            ("- a\n  ```\n  x\n\n## Kept\n", vec!["warning"]),
        ] {
            let found = swallowed(&check_document("content/a.md", text));
            assert_eq!(found.iter().map(|found| found.severity.name()).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
