use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "times-out-of-order",
    severity: Severity::Error,
    subject: Subject::Incidents,
    summary: "the times of an incident run backwards",
    docs:
        "An incident starts, is detected, acknowledged, mitigated and resolved, in this order. Where two of its times stand the other way round one \
of them is wrong, and so is every length of time that is reckoned from it; such a length is left out of all figures.

    ---
    type: incident-report
    started: 2026-10-06T04:10Z
    resolved: 2026-10-06T03:15Z
    ---

Correct the time, its day or its zone:

    ---
    type: incident-report
    started: 2026-10-06T04:10Z
    resolved: 2026-10-06T07:15Z
    ---

Two times may be the same. Of stages that the front matter doesn't name nothing is said.",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let Some(incident) = page.blocks.incident.as_ref().filter(|_| page.is_incident_report()) else { return };
    for ((earlier, first), (later, second)) in incident.times.iter().zip(incident.times.iter().skip(1)) {
        if second.at >= first.at {
            continue;
        }
        let message = format!("'{}' is before '{}': {} and {}", later.key(), earlier.key(), second.at, first.at);
        found.push(
            Diagnostic::new(&KIND, &page.document.path, second.span, message)
                .related(&page.document.path, first.span, format!("'{}' is later", earlier.key()))
                .help("correct the time, its day or its zone"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn times_follow_each_other() {
        let text = "---\ntype: incident-report\nstarted: 2026-10-06T04:10Z\ndetected: 2026-10-06T05:10+02:00\nmitigated: 2026-10-06T05:10Z\nresolved: 2026-10-06T05:10Z\n---\n# A\n";
        assert_eq!(
            findings(&[("content/a.md", text)], "times-out-of-order"),
            ["content/a.md | 2026-10-06T05:10+02:00 | 'detected' is before 'started': 2026-10-06T03:10:00Z and 2026-10-06T04:10:00Z"]
        );
        let right = text.replace("+02:00", "Z");
        assert!(findings(&[("content/a.md", &right)], "times-out-of-order").is_empty());
    }
}
