use jiff::tz::Offset;

use super::{Check, Grounds, Run};
use crate::blocks::Incident;
use crate::blocks::incident::{Event, Moment, Stage, claimed, local};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "timeline-mismatch",
    severity: Severity::Warning,
    subject: Subject::Incidents,
    summary: "the timeline of an incident report and its front matter say different things",
    docs:
        "The timeline of a report and its front matter tell of the same hours. opsbook compares them where the timeline says its zone: an event that \
says `resolved`, `mitigated`, `detected` or the like stands at the time of that key; when the incident started, was detected, mitigated and resolved \
something happened; and events don't stand before earlier ones.

    ---
    type: incident-report
    started: 2026-10-06T04:10Z
    resolved: 2026-10-06T07:15Z
    ---
    ## Timeline

    All times are UTC.

    | Time | Event |
    |---|---|
    | 04:10 | Volumes are full |
    | 07:45 | Smoke test passes; resolved |

Correct the one that is wrong:

    | 07:15 | Smoke test passes; resolved |

Times agree if they are of the same minute. Where no event says that it is the one, ten minutes or a twentieth of the incident make no difference.",
};

/// Seconds that make no difference between an event that says that a stage was reached and the front matter.
const SAME: i64 = 60;
/// Seconds between a stage and the nearest event that make no difference, at least.
const NEAR: i64 = 600;

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let Some(incident) = page.blocks.incident.as_ref().filter(|_| page.is_incident_report()) else { return };
    let path = &page.document.path;
    if let Some((later, earlier)) = incident.timeline.backwards {
        found.push(
            Diagnostic::new(&KIND, path, later, "the timeline runs backwards: this was before what stands above it")
                .related(path, earlier, "this was later")
                .help("correct the time, name the day, or put the events in order"),
        );
    }
    let events = &incident.timeline.events;
    // Of times that run backwards one is wrong anyway, and that is said of them.
    let is_ordered = incident.times.iter().zip(incident.times.iter().skip(1)).all(|((_, first), (_, second))| first.at <= second.at);
    if !incident.timeline.has_zone || events.len() < 2 || incident.times.is_empty() || !is_ordered {
        return;
    }
    if let Some(finding) = elsewhere(page, incident) {
        found.push(finding);
        return;
    }
    let tolerance = NEAR.max(length(incident) / 20);
    for (stage, moment) in &incident.times {
        let apart = |event: &&Event| (event.at.as_second() - moment.at.as_second()).abs();
        let claims: Vec<&Event> = events.iter().filter(|event| claimed(&event.text, *stage)).collect();
        if let Some(claim) = claims.iter().copied().min_by_key(apart) {
            if apart(&claim) >= SAME {
                let message =
                    format!("the front matter says '{}' at {}, and the timeline at {}", stage.key(), clock(moment, moment), at(claim, moment));
                let finding = Diagnostic::new(&KIND, path, moment.span, message).related(path, claim.span, "the timeline says it here");
                found.push(finding.help("correct the one that is wrong"));
            }
            continue;
        }
        let is_inside = events.first().zip(events.last()).is_some_and(|(first, last)| first.at <= moment.at && moment.at <= last.at);
        let Some(nearest) = events.iter().min_by_key(apart).filter(|_| is_inside && *stage != Stage::Acknowledged) else { continue };
        if apart(&nearest) > tolerance {
            let message = format!("the timeline has nothing at {}, when it was '{}'", clock(moment, moment), stage.key());
            let finding = Diagnostic::new(&KIND, path, moment.span, message).related(path, nearest.span, "the nearest event");
            found.push(finding.help("add the event to the timeline, or correct the time"));
        }
    }
}

/// Seconds from the first time to the last.
fn length(incident: &Incident) -> i64 {
    let ends = incident.times.first().zip(incident.times.last());
    ends.map_or(0, |((_, first), (_, last))| (last.at.as_second() - first.at.as_second()).max(0))
}

/// A timeline that tells of other hours or of another day.
fn elsewhere(page: &Page, incident: &Incident) -> Option<Diagnostic> {
    let ((first_stage, first), (last_stage, last)) = incident.times.first().zip(incident.times.last())?;
    let near = |event: &Event| event.at.as_second() >= first.at.as_second() - NEAR && event.at.as_second() <= last.at.as_second() + NEAR;
    let events = &incident.timeline.events;
    if events.iter().any(near) {
        return None;
    }
    let event = events.first()?;
    let between = if first_stage == last_stage {
        format!("'{}'", first_stage.key())
    } else {
        format!("between '{}' and '{}'", first_stage.key(), last_stage.key())
    };
    let path = &page.document.path;
    let message = format!("no event of the timeline is {between}, {}: the first is at {}", day(first), at(event, first));
    let finding = Diagnostic::new(&KIND, path, first.span, message).related(path, event.span, "the first event");
    Some(finding.help("correct the times, their day or the zone of one of the two"))
}

/// The time of an event in the zone of a moment.
fn at(event: &Event, like: &Moment) -> String {
    clock(&Moment { at: event.at, ahead: like.ahead, span: event.span }, like)
}

/// The time as clocks showed it; with its day, where that is another one.
fn clock(moment: &Moment, like: &Moment) -> String {
    let (shown, day) = (local(moment.at, like.ahead), like.local().date());
    let zone = if like.ahead == 0 { " UTC".to_owned() } else { format!(" UTC{}", Offset::from_seconds(like.ahead).unwrap_or(Offset::UTC)) };
    let time = shown.strftime("%H:%M");
    if shown.date() == day { format!("{time}{zone}") } else { format!("{} {time}{zone}", shown.date()) }
}

fn day(moment: &Moment) -> String {
    format!("{} {}", moment.local().date(), clock(moment, moment))
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    fn found(times: &str, timeline: &str) -> Vec<String> {
        let text = format!("---\ntype: incident-report\n{times}\n---\n# A\n\n## Timeline\n\n{timeline}\n");
        let found = findings(&[("content/a.md", &text)], "timeline-mismatch");
        found.iter().map(|line| line.trim_start_matches("content/a.md | ").to_owned()).collect()
    }

    const TIMES: &str = "started: 2026-10-06T04:10Z\ndetected: 2026-10-06T06:25Z\nresolved: 2026-10-06T07:15Z";

    #[test]
    fn timeline_and_front_matter_agree() {
        for timeline in [
            "All times are UTC.\n\n- 2026-10-05 13:00 Prepared\n- 2026-10-06 04:10 Full\n- 06:25 Noticed\n- 07:15 Passes; resolved\n- 09:30 Cleaned up",
            "Times are UTC+2.\n\n- 06:10 Full\n- 08:20 Noticed\n- 09:15:59 Resolved",
            "- 01:10 Full\n- 02:15 Resolved, in a zone that nothing says",
            "All times are UTC.\n\n- 04:10 Full\n- 06:30 The name can't be resolved\n- 07:15 Back",
            "We looked all morning.",
            "All times are UTC.\n\n- 04:10 Full",
        ] {
            assert_eq!(found(TIMES, timeline), Vec::<String>::new(), "{timeline}");
        }
    }

    #[test]
    fn what_disagrees_is_named() {
        for (timeline, expected) in [
            (
                "All times are UTC.\n\n- 04:10 Full\n- 06:25 Noticed\n- 07:45 Resolved",
                &["2026-10-06T07:15Z | the front matter says 'resolved' at 07:15 UTC, and the timeline at 07:45 UTC"][..],
            ),
            (
                "All times are UTC.\n\n- 04:10 Full\n- 05:25 Noticed\n- 07:15 Resolved",
                &["2026-10-06T06:25Z | the timeline has nothing at 06:25 UTC, when it was 'detected'"],
            ),
            (
                "All times are Europe/Brussels.\n\n- 14:10 Full\n- 16:25 Noticed\n- 17:15 Resolved",
                &[
                    "2026-10-06T04:10Z | no event of the timeline is between 'started' and 'resolved', 2026-10-06 04:10 UTC: the first is at 12:10 UTC",
                ],
            ),
            (
                "All times are UTC.\n\n- 04:10 Full\n- 06:25 Noticed\n- 06:20 Looked\n- 07:15 Resolved",
                &["06:20 Looked | the timeline runs backwards: this was before what stands above it"],
            ),
        ] {
            let lines = found(TIMES, timeline);
            assert_eq!(lines.iter().map(|line| line.trim_start_matches("- ")).collect::<Vec<_>>(), expected, "{timeline}");
        }
    }
}
