use super::{Check, Grounds, Run};
use crate::blocks::incident::{Fault, TimeFault};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::registry::calendar;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "invalid-incident",
    severity: Severity::Error,
    subject: Subject::Incidents,
    summary: "the front matter of an incident report holds a time without zone, or something else that can't be read",
    docs: "Times to detect, to mitigate and to resolve are reckoned from the front matter of reports. A time without zone is another moment in \
every zone, and a day alone is none. An action must say what is to be done, and its day must be a date.

    ---
    type: incident-report
    started: 2026-10-06 04:10
    actions:
      - { owner: ops-lead, due: soon }
    ---

Write an offset, `Z` for UTC, or name the zone of all times with `zone`; say what is done and by which day:

    ---
    type: incident-report
    started: 2026-10-06T04:10Z
    actions:
      - { action: Raise the limit, owner: ops-lead, due: 2026-12-01 }
    ---",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let Some(incident) = page.blocks.incident.as_ref().filter(|_| page.is_incident_report()) else { return };
    let new = |span, message: String| Diagnostic::new(&KIND, &page.document.path, span, message);
    for fault in &incident.faults {
        found.push(match fault {
            Fault::Time { stage, why, text, span } => {
                let key = stage.key();
                let (message, help) = match why {
                    TimeFault::NoZone => (
                        format!("'{key}' says no time zone, so it is another moment in every zone"),
                        format!(
                            "write `{key}: {}Z` if it is UTC, or name the zone of all times: `zone: Europe/Brussels`",
                            text.replacen(' ', "T", 1)
                        ),
                    ),
                    TimeFault::NoTime => {
                        (format!("'{key}' is a day without a time"), format!("write the time too, with its zone: `{key}: {text}T09:30Z`"))
                    }
                    TimeFault::Unreadable => (
                        format!("'{key}' is no time: '{text}'"),
                        "write a day, a time and a zone: `2026-10-06T09:30Z` or `2026-10-06T09:30+02:00`".to_owned(),
                    ),
                };
                new(*span, message).help(help)
            }
            Fault::Zone(said) => {
                let finding = new(said.span, format!("there is no time zone '{}'", said.text));
                match calendar::nearest_zone(&said.text) {
                    Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write `zone: {near}`")),
                    None => finding.help("write a name of the IANA database, as Europe/Brussels or UTC"),
                }
            }
            Fault::Action { why, span } => new(*span, format!("an action of this report can't be read: {why}"))
                .help("write `- { action: Raise the limit, owner: ops-lead, due: 2026-12-01 }`"),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn times_have_a_zone_and_actions_say_something() {
        let report = |front: &str| format!("---\ntype: incident-report\n{front}\n---\n# A\n");
        for (front, expected) in [
            ("started: 2026-10-06T04:10Z\nresolved: 2026-10-06 07:10 +02:00", &[][..]),
            ("zone: Europe/Brussels\nstarted: 2026-10-06 04:10", &[]),
            ("started: 2026-10-06 04:10", &["2026-10-06 04:10 | 'started' says no time zone, so it is another moment in every zone"]),
            ("detected: 2026-10-06", &["2026-10-06 | 'detected' is a day without a time"]),
            ("resolved: late", &["late | 'resolved' is no time: 'late'"]),
            (
                "zone: Europe/Brusels\nstarted: 2026-10-06 04:10",
                &[
                    "Europe/Brusels | there is no time zone 'Europe/Brusels'",
                    "2026-10-06 04:10 | 'started' says no time zone, so it is another moment in every zone",
                ],
            ),
            ("zone: nowhere", &[]),
            ("started:\nseverity: 2\nservices: web\ncauses: rain\nactions: Raise it", &[]),
            (
                "actions: [{ owner: x }, 5, { action: a, due: soon }]",
                &[
                    "owner | an action of this report can't be read: an action says what is to be done",
                    "5 | an action of this report can't be read: an action is a text or a mapping",
                    "soon | an action of this report can't be read: the day by which an action is due is a date",
                ],
            ),
        ] {
            let text = report(front);
            let found: Vec<String> = findings(&[("content/a.md", &text)], "invalid-incident");
            let found: Vec<&str> = found.iter().map(|line| line.trim_start_matches("content/a.md | ")).collect();
            assert_eq!(found, expected, "{front}");
        }
        assert!(findings(&[("content/a.md", "---\nstarted: 2025\n---\n# A\n")], "invalid-incident").is_empty(), "no report");
    }
}
