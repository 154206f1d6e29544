use jiff::ToSpan;
use jiff::civil::Date;

use super::missing_actions::{is_unfinished, major};
use super::{Check, Run};
use crate::blocks::incident::{Severity as Badness, day, local};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Table;
use crate::handbook::{Handbook, Page};
use crate::text::{Excerpt, Span, fold_title};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Day(run) };

const KIND: Kind = Kind {
    code: "missing-report",
    severity: Severity::Error,
    subject: Subject::Incidents,
    summary: "a major incident has no report two weeks after it",
    docs: "A major incident must have a report within 14 days. opsbook knows of an incident without one in two ways: a document of type \
`incident-report` whose `status` still is `draft`, `stub` or `open`, and a row of a table, beside the reports, that names a date and a severity and says \
nothing in its column for the report.

    | Date | Incident | Severity | Report |
    |---|---|---|---|
    | 2026-10-06 | Event stream ran out of storage | major | |

Write the report, set its status, and link it from the table:

    | 2026-10-06 | Event stream ran out of storage | major | [report](2026-10-06-event-stream.md) |

What counts as major stands at `missing-actions`.",
};

/// Days in which a report is written.
const GRACE: i64 = 14;
const SEVERITY_HEADS: [&str; 4] = ["severity", "sev", "priority", "impact level"];
const REPORT_HEADS: [&str; 9] =
    ["report", "incident report", "postmortem", "post-mortem", "post mortem", "retrospective", "write-up", "rca", "post-incident review"];
const DATE_HEADS: [&str; 5] = ["date", "day", "when", "started", "start"];
/// What stands in a cell where there is no report yet.
const NONE_YET: [&str; 14] = ["", "-", "–", "—", "?", "tbd", "todo", "to do", "none", "no", "missing", "pending", "to follow", "in progress"];

fn run(handbook: &Handbook, today: Date, found: &mut Vec<Diagnostic>) {
    let Ok(latest) = today.checked_sub(GRACE.days()) else { return };
    for report in &handbook.incidents.all {
        let Some(page) = handbook.pages.get(report.page).filter(|page| is_unfinished(page)) else { continue };
        let Some((severity, span)) = major(page, &handbook.registry) else { continue };
        let Some((at, ahead)) = report.record.times.first() else { continue };
        let when = local(at, ahead).date();
        if when < latest {
            let span = page.document.meta.status.as_ref().map_or(span, |(_, span)| *span);
            let message = format!("the report of a {} incident of {when} isn't finished after {GRACE} days", severity.name);
            found.push(Diagnostic::new(&KIND, &page.document.path, span, message).help("finish the report and change its `status`"));
        }
    }
    let mut folders: Vec<&str> =
        handbook.incidents.all.iter().filter_map(|report| handbook.pages.get(report.page)).map(|page| page.path.folder()).collect();
    folders.sort_unstable();
    folders.dedup();
    for page in handbook.pages.iter().filter(|page| folders.binary_search(&page.path.folder()).is_ok()) {
        for (table, _) in page.document.whole().tables().iter().zip(0..100) {
            in_table(handbook, page, table, latest, found);
        }
    }
}

fn in_table(handbook: &Handbook, page: &Page, table: &Table, latest: Date, found: &mut Vec<Diagnostic>) {
    let heads: Vec<String> = table.header.iter().take(40).map(|head| fold_title(head)).collect();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let (Some(severity), Some(report), Some(date)) = (column(&SEVERITY_HEADS), column(&REPORT_HEADS), column(&DATE_HEADS)) else { return };
    for (index, row) in table.rows.iter().enumerate() {
        let cell = |column: usize| row.get(column).map_or("", Excerpt::as_str);
        let severity = Badness::of(cell(severity), &handbook.registry);
        let is_open = NONE_YET.contains(&cell(report).trim().trim_end_matches('…').to_lowercase().as_str());
        let Some(when) = day(cell(date)).filter(|when| is_open && severity.is_major() && *when < latest) else { continue };
        let place = table.row_place(index + 1);
        if has_link(page, place) {
            continue;
        }
        let message = format!("the {} incident of {when} has no report after {GRACE} days", severity.name);
        found.push(Diagnostic::new(&KIND, &page.document.path, place, message).help("write it with `opsbook new incident-report`, and link it here"));
    }
}

fn has_link(page: &Page, place: Span) -> bool {
    let links = &page.document.links;
    let first = links.partition_point(|link| link.span.start() < place.start());
    links.get(first).is_some_and(|link| place.encloses(link.span))
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings_on;

    #[test]
    fn major_incidents_are_reported_within_two_weeks() {
        let draft = |more: &str| format!("---\ntype: incident-report\nstarted: 2026-10-06T04:10Z\n{more}\n---\n# A\n");
        for (front, expected) in [
            (
                "severity: major\nstatus: draft",
                &["content/i/a.md | draft | the report of a major incident of 2026-10-06 isn't finished after 14 days"][..],
            ),
            ("severity: minor\nstatus: draft", &[]),
            ("severity: major\nstatus: final", &[]),
        ] {
            let text = draft(front);
            let files = [("content/i/a.md", text.as_str())];
            assert_eq!(findings_on(&files, "missing-report", Some("2026-10-21")), expected, "{front}");
            assert!(findings_on(&files, "missing-report", Some("2026-10-20")).is_empty(), "within two weeks");
            assert!(findings_on(&files, "missing-report", None).is_empty(), "nobody looked at the day");
        }
    }

    #[test]
    fn rows_without_a_report_are_found_beside_the_reports() {
        let report = ("content/i/a.md", "---\ntype: incident-report\n---\n# A\n");
        let table = "# I\n\n| Date | What | Severity | Report |\n|-|-|-|-|\n| 2026-10-06 | Full | major | TBD |\n| 2026-10-06 | Slow | minor | |\n\
| 2026-10-06 | Gone | major | [a](a.md) |\n| 2026-10-06 | [Down](a.md) | critical | |\n\n| Severity | Report |\n|-|-|\n| major | |\n";
        let found = findings_on(&[report, ("content/i/index.md", table)], "missing-report", Some("2026-11-01"));
        assert_eq!(found, ["content/i/index.md | 2026-10-06 | Full | major | TBD | the major incident of 2026-10-06 has no report after 14 days"]);
        assert!(findings_on(&[("content/i/index.md", table)], "missing-report", Some("2026-11-01")).is_empty(), "no reports lie there");
    }
}
