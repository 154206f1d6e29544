//! Placeholders that are declared and not used, or used and not declared.

use std::collections::BTreeSet;

use pulldown_cmark::Event;

use super::session::{self, LineKind};
use super::{is_session, is_shell};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::{Document, Fence, in_brackets, markdown};
use crate::text::{Span, nearest};

/// A placeholder that no code on the page has.
pub(super) const UNUSED_PLACEHOLDER: Kind = Kind {
    code: "unused-placeholder",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "the front matter declares a placeholder that no code has",
    docs: "A page asks its readers for the values of the placeholders that its front matter declares. Nothing changes when they fill in one that \
stands in no code: it was renamed, or its command was taken out.

    ---
    placeholders: { pod: The pod to restart }
    ---
    Run `kubectl logs <pod-name>`.

Use one name in both places, or take the placeholder out:

    ---
    placeholders: { pod-name: The pod to restart }
    ---
    Run `kubectl logs <pod-name>`.",
};

/// Something in angle brackets in a command that isn't declared.
pub(super) const UNDECLARED_PLACEHOLDER: Kind = Kind {
    code: "undeclared-placeholder",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "a command has a placeholder that the front matter doesn't declare, though it declares others",
    docs: "Where the front matter declares placeholders, readers fill in a form and copy commands that are ready to run. A command with \
another `<name>` isn't ready: a shell reads its brackets as redirections. Documents that declare no placeholders aren't looked at.

    ---
    placeholders: { pod: The pod to restart }
    ---
    ```bash
    kubectl -n <namespace> delete pod <pod>
    ```

Declare it, or mend its name:

    ---
    placeholders:
      pod: The pod to restart
      namespace: The namespace of the pod
    ---",
};

/// Placeholders that one document reports at most: beyond, its angle brackets mean something else.
const FINDING_LIMIT: usize = 50;
/// What programs print in angle brackets: nobody is to fill it in.
const PRINTED: &[&str] = &["invalid", "nil", "no value", "none", "pending", "unknown", "unset"];

pub(super) fn judge(document: &Document, found: &mut Vec<Diagnostic>) {
    let declared = &document.meta.placeholders;
    if declared.is_empty() {
        return;
    }
    let mut unused: BTreeSet<&str> = declared.iter().map(|placeholder| placeholder.name.as_str()).collect();
    let mut reported: BTreeSet<&str> = unused.clone();
    for fence in &document.fences {
        let mut commands = None;
        for (name, range) in in_brackets(&fence.content) {
            unused.remove(name);
            let is_new = reported.len() < declared.len() + FINDING_LIMIT && !reported.contains(name) && looks_like_one(name);
            if is_new && commands.get_or_insert_with(|| Commands::of(fence)).have(range.start) {
                reported.insert(name);
                found.push(undeclared(document, fence, name, range.start));
            }
        }
    }
    if !unused.is_empty() {
        for (event, _) in markdown::parse(document.body.of(&document.text)).events {
            if let Event::Code(code) = event {
                for (name, _) in in_brackets(&code) {
                    unused.remove(name);
                }
            }
        }
    }
    for placeholder in declared.iter().filter(|placeholder| unused.contains(placeholder.name.as_str())) {
        let message = format!("no code has the placeholder '<{}>'", placeholder.name);
        found.push(
            Diagnostic::new(&UNUSED_PLACEHOLDER, &document.path, placeholder.span, message)
                .help(format!("write `<{}>` where readers are to fill it in, or take it out of the front matter", placeholder.name)),
        );
    }
}

/// Whether a word that nobody declared is one to fill in, and neither a file that is read nor something printed.
fn looks_like_one(name: &str) -> bool {
    let number_of_output = name.rsplit_once(' ').is_some_and(|(_, last)| last.bytes().all(|byte| byte.is_ascii_digit()));
    !name.contains('.') && !number_of_output && !PRINTED.contains(&name)
}

/// Which lines of a block are commands.
enum Commands {
    All,
    None,
    Lines(Vec<session::Line>),
}

impl Commands {
    fn of(fence: &Fence) -> Self {
        match session::read(&fence.language, &fence.content) {
            Some(lines) => Self::Lines(lines),
            None if is_shell(&fence.language) || is_session(&fence.language) => Self::All,
            None => Self::None,
        }
    }

    fn have(&self, at: usize) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Lines(lines) => {
                let line = lines.get(lines.partition_point(|line| line.range.end <= at));
                line.is_some_and(|line| matches!(line.kind, LineKind::Command(_)))
            }
        }
    }
}

fn undeclared(document: &Document, fence: &Fence, name: &str, at: usize) -> Diagnostic {
    let before = fence.content.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count();
    let place = fence.line_starts(&document.text).get(line).map_or(fence.span, |start| {
        let start = start + at - line_start;
        Span::new(start, start + name.len() + 2)
    });
    let finding = Diagnostic::new(&UNDECLARED_PLACEHOLDER, &document.path, place, format!("the placeholder '<{name}>' is not declared"));
    match nearest(name, document.meta.placeholders.iter().map(|placeholder| placeholder.name.as_str())) {
        Some(near) => finding.label(format!("did you mean '<{near}>'?")).help(format!("write `<{near}>`, or declare it under `placeholders`")),
        None => finding.help("declare it under `placeholders` in the front matter, with what to fill in"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    fn check(front: &str, body: &str, expected: &[&str]) {
        let text = format!("---\n{front}\n---\n# T\n\n{body}\n");
        let (document, faults) = Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text.as_str()));
        assert!(faults.is_empty(), "{faults:?}");
        let mut found = Vec::new();
        judge(&document, &mut found);
        let shown: Vec<String> = found.iter().map(|found| format!("{} | {} | {}", found.span.of(&text), found.message, found.label)).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn placeholders_are_declared_and_used() {
        let pod = "placeholders: { pod: The pod }";
        check(pod, "```bash\nkubectl logs <pod>\n```", &[]);
        check(pod, "Run `kubectl logs <pod>`.", &[]);
        check(pod, "```yaml\na: <pod>\nb: <other>\n```", &[]);
        check(pod, "No code.", &["pod | no code has the placeholder '<pod>' | "]);
        check(
            pod,
            "- x\n\n  ```bash\n  ls\n  kubectl logs <pods> <pod> <name-space> <pods>\n  ```",
            &[
                "<pods> | the placeholder '<pods>' is not declared | did you mean '<pod>'?",
                "<name-space> | the placeholder '<name-space>' is not declared | ",
            ],
        );
        check(pod, "```console\n$ kubectl get pod <pod>\nx <none> <one>\n```", &[]);
        check(pod, "```bash\nwhile read x; do y <pod>; done <list.txt 2>&1; echo <none>\n```", &[]);
        check("owner: x", "```bash\nkubectl logs <pods>\n```", &[]);
    }
}
