use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::handbook::runbooks::{Lead, bases};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "missing-runbook",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "an alert pages somebody and has no runbook",
    docs: "An alert that wakes somebody up must say what to do. It needs a `runbook_url`, or a document that names it in `alerts`. Which severities page is \
said by `paging` in [alerts] of book.toml: `critical` and `page` without it.

    - alert: DiskFull
      labels: { severity: critical }

Write the runbook, and let the alert lead to it:

    - alert: DiskFull
      labels: { severity: critical }
      annotations:
        runbook_url: https://handbook.example/alert/DiskFull.html",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for (rule, lead) in handbook.rules.all.iter().zip(&handbook.runbooks.leads) {
        if *lead != Lead::Nowhere || !rule.is_paging(&handbook.config.alerts) || handbook.runbooks.alert(&rule.alert).is_some() {
            continue;
        }
        let severity = rule.severity.as_deref().unwrap_or_default();
        let message = format!("alert '{}' pages somebody and has no runbook", rule.alert);
        let base = bases(&handbook.config).next().unwrap_or("https://HANDBOOK/").trim_end_matches('/');
        let help = format!(
            "write a runbook with `alerts: [{}]`, and `{}: {base}/alert/{}.html` here",
            rule.alert, handbook.config.alerts.annotation, rule.alert
        );
        found.push(Diagnostic::new(&KIND, &rule.path, rule.span, message).label(format!("its severity is '{severity}'")).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn what_pages_has_a_runbook() {
        let rules = "groups:\n- rules:\n  - alert: A\n    labels: {severity: Critical}\n  - alert: B\n    labels: {severity: page}\n  - alert: C\n    labels: {severity: warning}\n  \
                     - alert: D\n  - alert: E\n    labels: {severity: critical}\n    annotations: {runbook_url: 'https://else.example/'}\n";
        let book = "[alerts]\nrules = 'r.yaml'\n";
        let files = |book| [("book.toml", book), ("r.yaml", rules), ("content/b.md", "---\nalerts: b\n---\n# B\n")];
        assert_eq!(findings(&files(book), "missing-runbook"), ["r.yaml | A | alert 'A' pages somebody and has no runbook"]);
        let book = "[alerts]\nrules = 'r.yaml'\npaging = ['warning']\n";
        assert_eq!(findings(&files(book), "missing-runbook"), ["r.yaml | C | alert 'C' pages somebody and has no runbook"]);
        let book = "[alerts]\nrules = 'r.yaml'\nseverity = 'level'\n";
        assert!(findings(&files(book), "missing-runbook").is_empty());
    }
}
