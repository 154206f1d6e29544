use std::collections::{HashMap, HashSet};

use super::{Check, Run};
use crate::alerts::Rule;
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::promises::{Landing, landings};
use crate::handbook::runbooks::{Lead, bases};
use crate::handbook::{Handbook, Page};
use crate::source::{SitePath, in_target};
use crate::text::{Span, nearest};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "broken-runbook-url",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "the runbook_url of an alert leads to no page or no anchor of this handbook",
    docs: "Whom an alert wakes up follows its `runbook_url`. A URL that begins as this handbook's `site-url` does, or as one of `runbook-urls` \
in [alerts], must lead to a page, an incident view, the page of an alert, a list, a former place of a document or a file. If it ends in an anchor, the page must \
have it. URLs of other sites aren't judged.

    - alert: DiskFull
      annotations:
        runbook_url: https://handbook.example/runbooks/disk.html

The finding names the nearest page. The page of the alert stays where it is when the runbook moves:

    - alert: DiskFull
      annotations:
        runbook_url: https://handbook.example/alert/DiskFull.html",
};

/// Suggestions cost a look at every page, so only so many are made.
const SUGGESTIONS: usize = 100;

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let mut suggestions = SUGGESTIONS;
    let mut anchors: HashMap<usize, HashSet<&str>> = HashMap::new();
    for (rule, lead) in handbook.rules.all.iter().zip(&handbook.runbooks.leads) {
        let Some((url, span)) = &rule.runbook_url else { continue };
        match lead {
            Lead::Missing(place) => {
                let finding = Diagnostic::new(
                    &KIND,
                    &rule.path,
                    *span,
                    format!("the handbook has no page '{place}', where the runbook of '{}' should be", rule.alert),
                );
                found.push(with_page(handbook, rule, place, finding, &mut suggestions));
            }
            Lead::Relative => {
                let finding = Diagnostic::new(&KIND, &rule.path, *span, format!("'{url}' is no URL: from an alert it leads nowhere"));
                found.push(finding.help("write the whole address, with `https://`"));
            }
            Lead::Page { page: index, fragment: Some(fragment) } => {
                let Some(page) = handbook.pages.get(*index) else { continue };
                // What begins with a colon are the parts of incident views.
                if !fragment.starts_with(':') && !anchors.entry(*index).or_insert_with(|| reachable(page)).contains(fragment.as_str()) {
                    let near = if suggestions > 0 { nearest(fragment, page.anchors()) } else { None };
                    suggestions = suggestions.saturating_sub(1);
                    found.push(no_anchor(rule, page, fragment, near, hash_of(url, *span)));
                }
            }
            _ => {}
        }
    }
}

fn with_page(handbook: &Handbook, rule: &Rule, place: &str, finding: Diagnostic, suggestions: &mut usize) -> Diagnostic {
    let base = bases(&handbook.config).next().unwrap_or_default().trim_end_matches('/');
    if let Some(alert) = handbook.runbooks.alert(&rule.alert) {
        let address = alert.address.as_ref().or_else(|| handbook.pages.get(alert.page).map(|page| &page.address));
        let address = in_target(address.map_or("", SitePath::as_str));
        return finding.label("no such page").help(format!("the alert has a runbook: write '{base}/{address}'"));
    }
    let near = if *suggestions > 0 { nearest(place, handbook.pages.iter().map(|page| page.address.as_str())) } else { None };
    *suggestions = suggestions.saturating_sub(1);
    match near {
        Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{base}/{}'", in_target(near))),
        // The page of the alert is there as soon as a document claims it.
        None => finding.label("no such page").help(format!("write a runbook with `alerts: [{}]`, or name the page that says what to do", rule.alert)),
    }
}

/// The anchors of a page, and the former ones that still lead somewhere in it.
fn reachable(page: &Page) -> HashSet<&str> {
    let former = landings(page).into_iter().filter(|(_, landing)| matches!(landing, Landing::At(_)));
    page.anchors().chain(former.map(|(former, _)| former.id.as_str())).collect()
}

/// Where the fragment of a URL stands; the whole URL where that can't be said: it may have characters that aren't written as they are.
fn hash_of(url: &str, span: Span) -> Span {
    url.find('#').filter(|_| span.end() - span.start() == url.len()).map_or(span, |at| Span::new(span.start() + at, span.end()))
}

fn no_anchor(rule: &Rule, page: &Page, fragment: &str, near: Option<&str>, hash: Span) -> Diagnostic {
    let finding = Diagnostic::new(&KIND, &rule.path, hash, format!("'{}' has no anchor '#{fragment}'", page.path));
    match near {
        Some(near) => finding.label(format!("did you mean '#{near}'?")).help(format!("write '#{near}', or add the heading")),
        None => finding.label("no such heading").help("name a heading of the page, or the page alone"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::test::{diagnostics, findings};

    const BOOK: &str = "[output.html]\nsite-url = 'https://h.example/ops'\n[alerts]\nrules = 'rules.yaml'\nrunbook-urls = ['https://old.example/docs', '{{ .Values.url }}']\n";

    fn found(urls: &[&str]) -> Vec<String> {
        let rule = |(at, url): (usize, &&str)| format!("  - alert: A{at}\n    annotations: {{runbook_url: '{url}'}}\n");
        let rules: Vec<String> = urls.iter().enumerate().map(rule).collect();
        let rules = format!("groups:\n- rules:\n{}", rules.concat());
        let files = [
            ("book.toml", BOOK),
            ("rules.yaml", &rules),
            (
                "content/runbooks/disk-full.md",
                "---\nalerts: [DiskFull]\naliases: [disk.md]\nformer_anchors: { halt: stop, stop: stop-it, lost: gone }\n---\n# Disk full\n## Stop it\n",
            ),
            ("content/runbooks/index.md", "# Runbooks\n"),
            ("content/other/a.md", "# A\n"),
            ("content/registry.yaml", "roles: { ops: { name: Ops } }\n"),
        ];
        findings(&files, "broken-runbook-url")
    }

    #[test]
    fn what_leads_somewhere_is_fine() {
        let urls = [
            "https://h.example/ops/runbooks/disk-full.html",
            "http://H.example/ops/runbooks/disk-full.html#stop-it",
            "https://h.example/ops/runbooks/disk-full.html#halt",
            "https://h.example/ops/runbooks/disk-full.html?from=alert#disk-full",
            "https://h.example/ops/runbooks/disk-full.incident.html#:actions",
            "https://h.example/ops/alert/DiskFull.html",
            "https://h.example/ops/alert/A0.html",
            "https://h.example/ops/runbooks/",
            "https://h.example/ops/runbooks",
            "https://h.example/ops/other/",
            "https://h.example/ops/disk.html",
            "https://h.example/ops/runbooks/disk%2Dfull.html",
            "https://old.example/docs/runbooks/disk-full.html",
            "{{ .Values.url }}/runbooks/disk-full.html",
            "https://h.example/ops/alert/{{ $labels.x }}.html",
            "https://else.example/x.html",
            "https://h.example/opsbook/x.html",
            "https://h.example/ops/",
            "https://h.example/ops",
            "https://h.example/ops/alert/",
            "https://h.example/ops/alert/index.html",
            "https://h.example/ops/alerts.json",
            "https://h.example/ops/disk.incident.html",
            "https://h.example/ops/registry/index.html",
            "https://h.example/ops/contents.html",
        ];
        assert_eq!(found(&urls), [""; 0]);
    }

    #[test]
    fn what_leads_nowhere_is_said_at_the_url() {
        let urls = [
            "https://h.example/ops/runbooks/disk-fill.html",
            "https://h.example/ops/runbooks/disk-full.html#stopit",
            "https://h.example/ops/runbooks/disk-full.html#lost",
            "https://old.example/docs/x",
            "runbooks/x.html",
            "https://h.example/ops/incidents.html",
        ];
        assert_eq!(
            found(&urls),
            [
                "rules.yaml | 'https://h.example/ops/runbooks/disk-fill.html' | the handbook has no page 'runbooks/disk-fill.html', where the runbook of 'A0' should be",
                "rules.yaml | 'https://h.example/ops/runbooks/disk-full.html#stopit' | 'runbooks/disk-full.md' has no anchor '#stopit'",
                "rules.yaml | 'https://h.example/ops/runbooks/disk-full.html#lost' | 'runbooks/disk-full.md' has no anchor '#lost'",
                "rules.yaml | 'https://old.example/docs/x' | the handbook has no page 'x', where the runbook of 'A3' should be",
                "rules.yaml | 'runbooks/x.html' | 'runbooks/x.html' is no URL: from an alert it leads nowhere",
                "rules.yaml | 'https://h.example/ops/incidents.html' | the handbook has no page 'incidents.html', where the runbook of 'A5' should be",
            ]
        );
    }

    #[test]
    fn no_mend_is_what_is_written_already() {
        let rules = "groups:\n- rules:\n  - alert: Two words\n    annotations: {runbook_url: 'https://h.example/ops/alert/Two%20words.html'}\n  \
                     - alert: a/b\n    annotations: {runbook_url: 'https://h.example/ops/alert/a/b.html'}\n  \
                     - alert: High load\n    annotations: {runbook_url: 'https://h.example/ops/high'}\n";
        let files = [("book.toml", BOOK), ("rules.yaml", rules), ("content/a.md", "---\nalerts: [High load]\n---\n# A\n")];
        let helps: Vec<String> = diagnostics(&files, "broken-runbook-url").into_iter().flat_map(|finding| finding.helps).collect();
        assert_eq!(
            helps,
            [
                "write a runbook with `alerts: [Two words]`, or name the page that says what to do",
                "write a runbook with `alerts: [a/b]`, or name the page that says what to do",
                "the alert has a runbook: write 'https://h.example/ops/alert/High%20load.html'",
            ]
        );
    }

    #[test]
    fn only_so_many_suggestions_are_made() {
        let rules = (0..SUGGESTIONS + 5)
            .map(|at| format!("  - alert: A{at}\n    annotations: {{runbook_url: 'https://h.example/ops/a.html#stopit'}}\n"))
            .collect::<Vec<_>>()
            .concat();
        let rules = format!("groups:\n- rules:\n{rules}");
        let files = [("book.toml", BOOK), ("rules.yaml", &rules), ("content/a.md", "# A\n## Stop it\n")];
        let found = diagnostics(&files, "broken-runbook-url");
        assert_eq!((found.len(), found.iter().filter(|finding| finding.label.contains("did you mean")).count()), (SUGGESTIONS + 5, SUGGESTIONS));
    }
}
