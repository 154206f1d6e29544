use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::handbook::runbooks::Lead;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "conflicting-runbook",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "the rule of an alert leads to another page than the one that claims the alert",
    docs: "A document says in `alerts` which alerts it answers for, and the rule of an alert says in `runbook_url` where its runbook is. If the two \
differ, who follows the alert reads another page than who looks it up in the handbook.

    # alerts.yaml
    - alert: DiskFull
      annotations:
        runbook_url: https://handbook.example/runbooks/disks.html

    # content/runbooks/disk-full.md
    alerts: [DiskFull]

Let both say the same, or leave it to the page of the alert, which follows the document:

    # alerts.yaml
    - alert: DiskFull
      annotations:
        runbook_url: https://handbook.example/alert/DiskFull.html",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for (rule, lead) in handbook.rules.all.iter().zip(&handbook.runbooks.leads) {
        let (Lead::Page { page, .. }, Some((_, span))) = (lead, &rule.runbook_url) else { continue };
        let claim = handbook.runbooks.claim(&rule.alert).filter(|claim| claim.page != *page && claim.written);
        let Some((claim, (named, claiming))) = claim.and_then(|claim| Some((claim, (handbook.pages.get(*page)?, handbook.pages.get(claim.page)?))))
        else {
            continue;
        };
        let message = format!("the rule of '{}' leads to '{}', and '{}' claims the alert", rule.alert, named.path, claiming.path);
        let finding = Diagnostic::new(&KIND, &rule.path, *span, message)
            .help(format!("lead to 'alert/{}.html', or take the alert out of `alerts` of '{}'", claim.name, claiming.path));
        found.push(finding.related(&claiming.document.path, claim.span, "claimed here"));
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn rule_and_document_agree() {
        let rules = "groups:\n- rules:\n  - alert: A\n    annotations: {runbook_url: https://h.example/b.html}\n  - alert: A\n    annotations: {runbook_url: https://h.example/alert/A.html}\n  \
                     - alert: C\n    annotations: {runbook_url: https://h.example/b.html}\n";
        let files = [
            ("book.toml", "[output.html]\nsite-url = 'https://h.example/'\n[alerts]\nrules = 'r.yaml'\n"),
            ("r.yaml", rules),
            ("content/a.md", "---\nalerts: A\n---\n# A\n"),
            ("content/b.md", "# B\n"),
            ("content/c.md", "---\ntype: alert-runbook\n---\n# C\n"),
        ];
        assert_eq!(
            findings(&files, "conflicting-runbook"),
            ["r.yaml | https://h.example/b.html | the rule of 'A' leads to 'b.md', and 'a.md' claims the alert"]
        );
    }
}
