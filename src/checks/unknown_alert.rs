use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, is_past};
use crate::text::nearest;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "unknown-alert",
    severity: Severity::Warning,
    subject: Subject::Alerts,
    summary: "a runbook answers for an alert that no rule file has",
    docs:
        "An alert that was renamed or taken out leaves its runbook behind, which nobody will open any more. It is looked for only if book.toml names \
rule files. A runbook that names no alerts answers for the one of its title or file name, unless a rule leads to its page under another name. \
Documents whose status says that nobody follows them any more needn't have an alert.

    # alerts.yaml
    - alert: DiskAlmostFull

    # content/runbooks/disk-full.md
    alerts: [DiskFull]

Name the alert as its rule does, or retire the runbook:

    # content/runbooks/disk-full.md
    alerts: [DiskAlmostFull]",
};

/// Suggestions cost a look at every rule, so only so many are made.
const SUGGESTIONS: usize = 100;

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let rules = &handbook.rules;
    if !rules.configured {
        return;
    }
    let names: BTreeMap<String, &str> = rules.all.iter().map(|rule| (rule.alert.to_lowercase(), rule.alert.as_str())).collect();
    let led_to: BTreeSet<usize> = handbook.runbooks.rules_of.keys().copied().collect();
    let mut suggestions = SUGGESTIONS;
    for claim in &handbook.runbooks.claims {
        let Some(page) = handbook.pages.get(claim.page) else { continue };
        let is_used = !claim.written && led_to.contains(&claim.page);
        if names.contains_key(&claim.name.to_lowercase()) || is_used || is_past(&page.document.meta) {
            continue;
        }
        let finding = Diagnostic::new(&KIND, &page.document.path, claim.span, format!("no rule file has the alert '{}'", claim.name));
        let near = if suggestions > 0 { nearest(&claim.name, names.values().copied()) } else { None };
        suggestions = suggestions.saturating_sub(1);
        found.push(match near {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}'")),
            None if claim.written => finding.help("name the alert as its rule does, or take it out of `alerts`"),
            None => finding.help("name the page's alerts in `alerts`, or give it a status such as `retired`"),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn every_runbook_has_an_alert() {
        let rules = "groups:\n- rules:\n  - alert: DiskFull\n  - alert: Other\n    annotations: {runbook_url: https://h.example/two-words.html}\n";
        let files = [
            ("book.toml", "[output.html]\nsite-url = 'https://h.example/'\n[alerts]\nrules = 'r.yaml'\n"),
            ("r.yaml", rules),
            ("content/a.md", "---\nalerts: [diskfull, DiskFul, Gone]\n---\n# A\n"),
            ("content/b.md", "---\ntype: alert-runbook\n---\n# OldAlert\n"),
            ("content/c.md", "---\ntype: alert-runbook\nstatus: retired\n---\n# OlderAlert\n"),
            ("content/two-words.md", "---\ntype: alert-runbook\n---\n# Two words\n"),
        ];
        assert_eq!(
            findings(&files, "unknown-alert"),
            [
                "content/a.md | DiskFul | no rule file has the alert 'DiskFul'",
                "content/a.md | Gone | no rule file has the alert 'Gone'",
                "content/b.md | OldAlert | no rule file has the alert 'OldAlert'",
            ]
        );
        assert!(findings(&files[2..], "unknown-alert").is_empty());
    }
}
