use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::{Check, Day, Run};
use crate::blocks::Incident;
use crate::blocks::incident::{Fault, Stage, TimeFault};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::registry::calendar;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Dated(may_find, run) };

const KIND: Kind = Kind {
    code: "invalid-incident",
    severity: Severity::Error,
    subject: Subject::Incidents,
    summary: "an incident report holds a time without zone, or something else that can't be read",
    docs: "Times to detect, to mitigate and to resolve are reckoned from the front matter of reports. A time without zone is another moment in \
every zone, and a day alone is none. An hour that clocks skip when summer begins never was, one that they repeat when it ends was twice, and a day after today was not \
yet. A timeline has days and times that can be. An action must say what is to be done, and its day must be a date.

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

fn may_find(page: &Page) -> bool {
    page.is_incident_report() && page.blocks.incident.is_some()
}

fn run(day: &Day<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let Some(incident) = page.blocks.incident.as_deref().filter(|_| page.is_incident_report()) else { return };
    let path = &page.document.path;
    let new = |span, message: String| Diagnostic::new(&KIND, path, span, message);
    for fault in &incident.faults {
        found.push(match fault {
            Fault::Time { stage, why, text, span } => of_front_matter(*stage, *why, text, &new, *span),
            Fault::Kind { key, kind, span } => {
                let help = "write text; a value that holds `: ` stands in quotes";
                new(*span, format!("'{key}' takes text, and this is {kind}")).help(help)
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
    for (why, span) in &incident.timeline.faults {
        let finding = new(*span, format!("this time of the timeline {}", of_clocks(*why).unwrap_or_else(|| "can't be".to_owned())));
        let help = || "write a day that there is, and a time from 00:00 to 23:59; midnight is 00:00 of the next day".to_owned();
        found.push(finding.help(offsets(*why).unwrap_or_else(help)));
    }
    found.extend(day.today.into_iter().flat_map(|today| to_come(incident, today, &new)));
}

/// What is wrong with a time of the front matter, and how it is mended.
fn of_front_matter(stage: Stage, why: TimeFault, text: &str, new: &dyn Fn(Span, String) -> Diagnostic, span: Span) -> Diagnostic {
    let key = stage.key();
    let whole = "write a day, a time and a zone: `2026-10-06T09:30Z` or `2026-10-06T09:30+02:00`";
    let (message, help) = match why {
        TimeFault::NoZone => (
            format!("'{key}' says no time zone, so it is another moment in every zone"),
            format!("write `{key}: {}Z` if it is UTC, or name the zone of all times: `zone: Europe/Brussels`", text.replacen(' ', "T", 1)),
        ),
        TimeFault::NoTime => (format!("'{key}' is a day without a time"), format!("write the time too, with its zone: `{key}: {text}T09:30Z`")),
        TimeFault::NotText(kind) => (format!("'{key}' is a time, not {kind}"), whole.to_owned()),
        TimeFault::Skipped | TimeFault::Twice(..) => {
            (format!("'{key}' {}", of_clocks(why).unwrap_or_default()), offsets(why).unwrap_or_else(|| whole.to_owned()))
        }
        TimeFault::Unreadable => (format!("'{key}' is no time: '{text}'"), whole.to_owned()),
    };
    new(span, message).help(help)
}

/// What clocks that are put forward or back do to a time.
fn of_clocks(why: TimeFault) -> Option<String> {
    match why {
        TimeFault::Skipped => Some("was on no clock of its zone, which was put forward past it".to_owned()),
        TimeFault::Twice(..) => Some("was on the clocks of its zone twice, before and after they were put back".to_owned()),
        _ => None,
    }
}

/// What to write instead of a time that clocks show never or twice.
fn offsets(why: TimeFault) -> Option<String> {
    let shown = |seconds| Offset::from_seconds(seconds).map_or_else(|_| "Z".to_owned(), written);
    match why {
        TimeFault::Skipped => Some("correct the time, or write its offset from UTC: `+02:00`".to_owned()),
        TimeFault::Twice(first, second) => {
            Some(format!("write its offset from UTC behind it instead of the zone: `{}` or `{}`", shown(first), shown(second)))
        }
        _ => None,
    }
}

/// `+02:00`
fn written(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}

/// Times of days that are yet to come.
fn to_come(incident: &Incident, today: Date, new: &dyn Fn(Span, String) -> Diagnostic) -> Vec<Diagnostic> {
    let is_to_come = |at: jiff::Timestamp| TimeZone::UTC.to_datetime(at).date() > today;
    let late = incident.times.iter().filter(|(_, moment)| is_to_come(moment.at));
    late.map(|(stage, moment)| {
        new(moment.span, format!("'{}' is yet to come: today is {today} in UTC", stage.key()))
            .help("correct the day, or take the time out until it is there")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::checks::test::{diagnostics, findings, findings_on};

    #[test]
    fn nothing_has_happened_yet() {
        let text = "---\ntype: incident-report\nstarted: 2026-10-06T23:10-01:00\nresolved: 2026-10-08T00:10+02:00\n---\n# A\n";
        let found = |day| findings_on(&[("content/a.md", text)], "invalid-incident", day);
        let started = "content/a.md | 2026-10-06T23:10-01:00 | 'started' is yet to come: today is 2026-10-06 in UTC";
        let resolved = "content/a.md | 2026-10-08T00:10+02:00 | 'resolved' is yet to come: today is 2026-10-06 in UTC";
        assert_eq!(found(Some("2026-10-06")), [started, resolved]);
        assert_eq!(found(Some("2026-10-07")), [""; 0]);
        assert_eq!(found(None), [""; 0], "nobody looked which day it is");
    }

    #[test]
    fn a_time_that_was_twice_is_mended_with_its_offset() {
        let text = "---\ntype: incident-report\nstarted: 2026-10-25 02:30 Europe/Brussels\n---\n# A\n";
        let found = diagnostics(&[("content/a.md", text)], "invalid-incident");
        assert_eq!(found[0].helps, ["write its offset from UTC behind it instead of the zone: `+02:00` or `+01:00`"]);
    }

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
            ("started: [2026-10-06T04:10Z]", &["[ | 'started' is a time, not a list"]),
            ("resolved: { at: 2026-10-06T04:10Z }", &["at | 'resolved' is a time, not a mapping"]),
            (
                "zone: [UTC]\nseverity: [major]\ncauses:\n  - Deploy: no tests\n  - Rain\nservices: { a: b }",
                &[
                    "[ | 'zone' takes text, and this is a list",
                    "[ | 'severity' takes text, and this is a list",
                    "Deploy | 'causes' takes text, and this is a mapping",
                    "a | 'services' takes text, and this is a mapping",
                ],
            ),
            (
                "zone: Europe/Brussels\nstarted: 2026-03-29 02:30\nresolved: 2026-10-25 02:30",
                &[
                    "2026-03-29 02:30 | 'started' was on no clock of its zone, which was put forward past it",
                    "2026-10-25 02:30 | 'resolved' was on the clocks of its zone twice, before and after they were put back",
                ],
            ),
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
        let text = format!("{}\n## Timeline (UTC)\n\n| Time | Event |\n|-|-|\n| 99:00 | A |\n| 09:00 | B |\n", report("severity: minor"));
        assert_eq!(findings(&[("content/a.md", &text)], "invalid-incident"), ["content/a.md | 99:00 | this time of the timeline can't be"]);
        assert!(findings(&[("content/a.md", "---\nstarted: 2025\n---\n# A\n")], "invalid-incident").is_empty(), "no report");
    }
}
