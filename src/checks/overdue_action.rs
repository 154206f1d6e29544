use jiff::civil::Date;

use super::{Check, Run};
use crate::blocks::incident::tasks;
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::text::{collapse, shorten};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Day(run) };

const KIND: Kind = Kind {
    code: "overdue-action",
    severity: Severity::Warning,
    subject: Subject::Incidents,
    summary: "an action of an incident report isn't done, and its day is past",
    docs:
        "What was to prevent the next incident wasn't done by the day that was agreed. The page of all incidents lists such actions by their owners.

    | Action | Owner | Due | Status |
    |---|---|---|---|
    | Raise the limit | Ops team | 2026-10-01 | open |

Do it and say so, or agree on another day:

    | Raise the limit | Ops team | 2026-10-01 | done |",
};

fn run(handbook: &Handbook, today: Date, found: &mut Vec<Diagnostic>) {
    for report in &handbook.incidents.all {
        let is_overdue = |day: Option<Date>, done: bool| !done && day.is_some_and(|day| day < today);
        if !report.record.tasks.iter().any(|task| is_overdue(task.day, task.done)) {
            continue;
        }
        let Some(page) = handbook.pages.get(report.page) else { continue };
        let (tasks, _) = tasks(page.blocks.incident.as_deref(), &page.blocks);
        for (task, span) in tasks.iter().filter(|(task, _)| is_overdue(task.day, task.done)) {
            let Some(day) = task.day else { continue };
            let owner = if task.owners.is_empty() { String::new() } else { format!(" by {}", task.owners.join(" and ")) };
            let message = format!("'{}' was to be done{owner} until {day}", shorten(&collapse(&task.text), 60));
            found.push(Diagnostic::new(&KIND, &page.document.path, *span, message).help("do it and say so, or agree on another day"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings_on;

    #[test]
    fn what_is_open_after_its_day_is_overdue() {
        let text = "---\ntype: incident-report\n---\n# A\n\n| Action | Owner | Due | Status |\n|-|-|-|-|\n| Raise it | Ops, QA | 2026-10-01 | open |\n| Test it | | 2026-10-01 | done |\n| Sleep | | soon | |\n";
        let files = [("content/a.md", text)];
        let expected = "content/a.md | Raise it | Ops, QA | 2026-10-01 | open | 'Raise it' was to be done by Ops and QA until 2026-10-01";
        assert_eq!(findings_on(&files, "overdue-action", Some("2026-10-02")), [expected]);
        assert!(findings_on(&files, "overdue-action", Some("2026-10-01")).is_empty());
        assert!(
            findings_on(&[("content/a.md", &text.replace("type: incident-report", "owner: x"))], "overdue-action", Some("2026-10-02")).is_empty()
        );
    }
}
