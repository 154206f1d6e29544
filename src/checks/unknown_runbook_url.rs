use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::handbook::runbooks::{Lead, bases};
use crate::text::count;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "unknown-runbook-url",
    severity: Severity::Warning,
    subject: Subject::Alerts,
    summary: "where the runbook_url of alerts leads can't be known",
    docs: "A `runbook_url` can be judged only if it is known where it leads. It isn't if it holds a template that decides over its address, or if book.toml \
says neither `site-url` nor `runbook-urls`. It is said once, at the first such alert, with their number. Prometheus doesn't know `{{ $labels.alertname }}` in annotations: \
an alert gets that label only afterwards.

    - alert: DiskFull
      annotations:
        runbook_url: https://handbook.example/alert/{{ $labels.alertname }}.html

Write the address:

    - alert: DiskFull
      annotations:
        runbook_url: https://handbook.example/alert/DiskFull.html

What a template of Helm puts in front can be named in book.toml:

    [alerts]
    runbook-urls = [\"{{ .Values.runbookUrl }}\"]",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let rules = handbook.rules.all.iter().zip(&handbook.runbooks.leads);
    let has_base = bases(&handbook.config).next().is_some();
    let unknown = |lead: &Lead| *lead == Lead::Template || *lead == Lead::Foreign && !has_base;
    let of: Vec<_> = rules.filter(|(_, lead)| unknown(lead)).filter_map(|(rule, _)| Some((rule, rule.runbook_url.as_ref()?))).collect();
    let Some((rule, (_, span))) = of.first() else { return };
    let annotation = &handbook.config.alerts.annotation;
    let message = format!("where the `{annotation}` of {} leads can't be known", count(of.len(), "rule"));
    let finding = Diagnostic::new(&KIND, &rule.path, *span, message).label(if of.len() > 1 { "the first of them" } else { "" });
    found.push(if has_base {
        finding.help("write the address without a template, or name what it begins with in `runbook-urls` of [alerts]")
    } else {
        finding.help("say in book.toml where this handbook is: `site-url` in [output.html], or `runbook-urls` in [alerts]")
    });
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn what_cannot_be_known_is_said_once() {
        let rules = "groups:\n- rules:\n  - alert: A\n    annotations: {runbook_url: https://h.example/a.html}\n  - alert: B\n    annotations: {runbook_url: 'https://h.example/{{ $labels.b }}.html'}\n  \
                     - alert: C\n    annotations: {runbook_url: '{{ $externalURL }}'}\n";
        let files = |book| [("book.toml", book), ("r.yaml", rules), ("content/a.md", "# A\n")];
        let book = "[output.html]\nsite-url = 'https://h.example/'\n[alerts]\nrules = 'r.yaml'\n";
        assert_eq!(
            findings(&files(book), "unknown-runbook-url"),
            ["r.yaml | 'https://h.example/{{ $labels.b }}.html' | where the `runbook_url` of 2 rules leads can't be known"]
        );
        let nowhere = "[alerts]\nrules = 'r.yaml'\n";
        assert_eq!(
            findings(&files(nowhere), "unknown-runbook-url"),
            ["r.yaml | https://h.example/a.html | where the `runbook_url` of 3 rules leads can't be known"]
        );
        assert!(
            findings(&[files(book)[0], ("r.yaml", &rules[..rules.find("  - alert: B").unwrap()]), files(book)[2]], "unknown-runbook-url").is_empty()
        );
    }
}
