use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::handbook::runbooks::AlertFault;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "invalid-alert",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "the name of an alert can't be the name of a file",
    docs: "`alert/NAME.html` leads to the runbook of an alert, so its name must be one that a file can have on every disk: none of \
`/ \\ : * ? \" < > |`, no dot at its ends, at most 120 bytes, and not `index`, which is the page of all alerts.

    alerts: [Disk/Full]

Name the alert as the monitoring does, without such characters:

    alerts: [DiskFull]",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for (claim, fault) in &handbook.runbooks.refused {
        let (AlertFault::Name(why), Some(page)) = (fault, handbook.pages.get(claim.page)) else { continue };
        let message = format!("alert '{}' can't have a page: {why}", claim.name);
        let help = if claim.written { "write another name" } else { "name the alert in the front matter: `alerts: [NAME]`" };
        found.push(Diagnostic::new(&KIND, &page.document.path, claim.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn names_become_files() {
        let files = [
            ("content/a.md", "---\nalerts: [a/b, Fine, Index]\n---\n# A\n"),
            ("content/index.md", "---\ntype: alert-runbook\n---\n# Two words\n"),
            ("content/nul.md", "---\ntype: alert-runbook\n---\n# Two words\n"),
        ];
        assert_eq!(
            findings(&files, "invalid-alert"),
            [
                "content/a.md | a/b | alert 'a/b' can't have a page: it holds one of / \\ : * ? \" < > |",
                "content/a.md | Index | alert 'Index' can't have a page: 'index' is the page of all alerts",
                "content/nul.md | Two words | alert 'nul' can't have a page: Windows keeps it for a device",
            ]
        );
    }
}
