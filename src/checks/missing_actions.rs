use super::{Check, Grounds, Run};
use crate::blocks::incident::{Severity as Badness, Written, tasks};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::text::{collapse, shorten};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "missing-actions",
    severity: Severity::Error,
    subject: Subject::Incidents,
    summary: "the report of a major incident has no action, or one that nobody does by any day",
    docs: "What a major incident taught is lost if nobody acts on it. Its report must list actions, in `actions` of the front matter or in a table of \
the text, and each that isn't done must say who does it and by which day.

    ---
    type: incident-report
    severity: major
    ---
    ## Action items

    | Action | Owner | Due | Status |
    |---|---|---|---|
    | Raise the limit | | | open |

Say who and until when:

    | Raise the limit | Ops team | 2026-12-01 | open |

Major are `critical`, `major`, `high`, `sev0` to `sev2`, `p0`, `p1` and their likes, and labels of registry.yaml that have one of these as id, name or \
alias. Reports whose `status` is `draft`, `open` or the like are spared.",
};

/// Words of `status` for incidents that last, or whose report is being written.
const UNFINISHED: [&str; 9] = ["draft", "stub", "open", "ongoing", "in progress", "proposed", "in review", "wip", "to do"];

/// How bad an incident was, if it must have a report and actions.
pub(super) fn major(page: &Page, registry: &crate::registry::Registry) -> Option<(Badness, crate::text::Span)> {
    let said = page.blocks.incident.as_ref()?.severity.as_ref()?;
    let severity = Badness::of(&said.text, registry);
    (page.is_incident_report() && severity.is_major()).then_some((severity, said.span))
}

/// Whether the report says itself that it isn't finished.
pub(super) fn is_unfinished(page: &Page) -> bool {
    page.document.meta.status.as_ref().is_some_and(|(status, _)| UNFINISHED.contains(&status.trim().to_lowercase().as_str()))
}

fn run(grounds: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let Some((severity, span)) = major(page, grounds.registry).filter(|_| !is_unfinished(page)) else { return };
    let path = &page.document.path;
    let (tasks, _) = tasks(page.blocks.incident.as_deref(), &page.blocks);
    if tasks.is_empty() {
        let message = format!("the report of a {} incident has no action with an owner and a day", severity.name);
        let help = "add a table with columns Action, Owner and Due to its action items, or `actions` to the front matter";
        found.push(Diagnostic::new(&KIND, path, span, message).help(help));
    }
    for (task, place) in tasks.iter().filter(|(task, _)| !task.done && !task.is_agreed()) {
        // A day in the front matter that can't be read is said to be none already.
        let is_said = |written: &Written| written.span == *place && written.due.is_some();
        let has_day = task.day.is_some() || page.blocks.incident.iter().flat_map(|incident| &incident.actions).any(is_said);
        let lacks = match (task.owners.is_empty(), has_day) {
            (true, false) => "an owner and a day",
            (true, true) => "an owner",
            (false, false) => "a day by which it is done",
            (false, true) => continue,
        };
        let message = format!("'{}' lacks {lacks}", shorten(&collapse(&task.text), 60));
        let finding = Diagnostic::new(&KIND, path, *place, message).related(path, span, format!("the incident was {}", severity.name));
        found.push(finding.help("say which role does it, and by which day: 2026-12-01"));
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn major_incidents_have_actions_that_somebody_does() {
        let head = "## Action items\n\n| Action | Owner | Due | Status |\n|-|-|-|-|\n";
        for (front, rows, expected) in [
            ("severity: major", "| Raise it | Ops | 2026-12-01 | open |\n| Test it | | | done |\n", &[][..]),
            ("severity: minor", "", &[]),
            ("severity: critical\nstatus: Draft", "", &[]),
            ("severity: red", "", &["red | the report of a Red incident has no action with an owner and a day"]),
            ("severity: SEV1\nactions: [{ action: Raise it, owner: Ops, due: 2026-12-01 }]", "", &[]),
            ("severity: sev-2", "| Raise it | Ops | soon | |\n", &["Raise it | Ops | soon |  | 'Raise it' lacks a day by which it is done"]),
            ("severity: p1\nactions: [{ action: Raise it, owner: Ops, due: someday }]", "", &[]),
            ("severity: p1\nactions: [{ action: Raise it, due: someday }]", "", &["action | 'Raise it' lacks an owner"]),
            ("severity: p1\nactions: [Raise it]", "", &["Raise it | 'Raise it' lacks an owner and a day"]),
        ] {
            let table = if rows.is_empty() { "" } else { head };
            let text = format!("---\ntype: incident-report\n{front}\n---\n# A\n\n{table}{rows}");
            let registry = "labels: { major: { name: Red } }\n";
            let found = findings(&[("content/a.md", &text), ("content/registry.yaml", registry)], "missing-actions");
            assert_eq!(found.iter().map(|line| line.trim_start_matches("content/a.md | ")).collect::<Vec<_>>(), expected, "{front}");
        }
    }
}
