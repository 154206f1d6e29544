use std::collections::{HashMap, HashSet};

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Handbook, Page};
use crate::source::SitePath;
use crate::text::{Span, nearest};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "unknown-service",
    severity: Severity::Warning,
    subject: Subject::Incidents,
    summary: "an incident report names a service or an alert that is nearly one of the handbook",
    docs: "What a report names in `services` may well be unknown to the handbook, and so may an alert. Reported only where a platform of registry.yaml, \
or an alert that has a runbook, is nearly the same: the incident then stands on no page of it.

    ---
    type: incident-report
    alerts: [MemberEventsBacklogGroving]
    ---

Write the name as it is:

    ---
    type: incident-report
    alerts: [MemberEventsBacklogGrowing]
    ---",
};

/// How many comparisons of names may be made. Every unknown name is held against every known one, each only once; beyond this, and beyond the
/// first [`LOOKS`] in any case, a name counts as one that is like none.
const COMPARISONS: usize = 1_000_000;

/// So many names are looked up however many are known.
const LOOKS: usize = 100;

/// The names of a handbook that those of reports may be like.
struct Names<'a> {
    all: Vec<&'a str>,
    folded: HashSet<String>,
    looks: usize,
    /// What was looked up before.
    found: HashMap<String, Option<&'a str>>,
}

impl<'a> Names<'a> {
    fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let all: Vec<&str> = names.collect();
        let looks = (COMPARISONS / all.len().max(1)).max(LOOKS);
        Self { folded: all.iter().map(|name| name.to_lowercase()).collect(), all, looks, found: HashMap::new() }
    }

    /// The known name that an unknown one is like.
    fn near(&mut self, name: &str) -> Option<&'a str> {
        if self.folded.contains(&name.to_lowercase()) {
            return None;
        }
        if let Some(found) = self.found.get(name) {
            return *found;
        }
        self.looks = self.looks.checked_sub(1)?;
        let found = nearest(name, self.all.iter().copied());
        self.found.insert(name.to_owned(), found);
        found
    }
}

fn may_find(page: &Page) -> bool {
    page.is_incident_report() && (page.blocks.incident.is_some() || !page.document.meta.alerts.is_empty())
}

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let mut reports = handbook.pages.iter().filter(|page| may_find(page)).peekable();
    if reports.peek().is_none() {
        return;
    }
    let mut services = Names::new(handbook.registry.platforms.iter().flat_map(|platform| platform.names.all()));
    let mut alerts = Names::new(handbook.runbooks.alerts.values().map(|alert| alert.name.as_str()));
    for page in reports {
        let path = &page.document.path;
        for said in page.blocks.incident.iter().flat_map(|incident| &incident.services).filter(|said| said.text.chars().count() > 4) {
            found.extend(services.near(&said.text).map(|name| near(path, "service", &said.text, said.span, name)));
        }
        for (name, span) in page.document.meta.alerts.iter().filter(|(name, _)| handbook.runbooks.alert(name.trim()).is_none()) {
            found.extend(alerts.near(name.trim()).map(|alert| near(path, "alert", name.trim(), *span, alert)));
        }
    }
}

fn near(path: &SitePath, what: &str, name: &str, span: Span, near: &str) -> Diagnostic {
    let finding = Diagnostic::new(&KIND, path, span, format!("the report names {what} '{name}', which the handbook doesn't know"));
    finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::test::findings;

    #[test]
    fn names_that_are_nearly_known_are_reported() {
        let front =
            "---\ntype: incident-report\nservices: [githup, nats, github]\nalerts: [DiscFull, Other, diskfull]\nrunbooks: [run.md]\n---\n# A\n";
        let files = [
            ("content/a.md", front),
            ("content/run.md", "---\nalerts: DiskFull\n---\n# Run\n"),
            ("content/registry.yaml", "platforms: { github: GitHub }\n"),
        ];
        assert_eq!(
            findings(&files, "unknown-service"),
            [
                "content/a.md | githup | the report names service 'githup', which the handbook doesn't know",
                "content/a.md | DiscFull | the report names alert 'DiscFull', which the handbook doesn't know",
            ]
        );
        assert!(findings(&files, "duplicate-alert").is_empty(), "a report answers for no alert");
        assert!(findings(&[("content/a.md", &front.replace("incident-report", "x"))], "unknown-service").is_empty());
    }

    #[test]
    fn names_are_looked_up_once_and_only_so_often() {
        let known: Vec<String> = (0..COMPARISONS / LOOKS * 2).map(|number| format!("Alert{number}")).collect();
        let mut names = Names::new(known.iter().map(String::as_str));
        assert_eq!((names.looks, names.near("alert7"), names.looks), (LOOKS, None, LOOKS), "that is known");
        assert_eq!(names.near("Alerd7"), Some("Alert7"));
        assert_eq!((names.near("Alerd7"), names.looks), (Some("Alert7"), LOOKS - 1));
        names.looks = 0;
        assert_eq!((names.near("Alerd7"), names.near("Alerd8")), (Some("Alert7"), None));
        assert_eq!(Names::new(["a"].into_iter()).looks, COMPARISONS);
    }
}
