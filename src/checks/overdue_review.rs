use jiff::ToSpan;

use super::{Check, Day, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Page, is_reviewed, length_of_time, review_due};
use crate::text::{Span, count};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Dated(may_find, run) };

const KIND: Kind = Kind {
    code: "overdue-review",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "a page wasn't reviewed by the day on which its review was due",
    docs: "`reviewed` and `review_every` promise that somebody looks at a page again. When the day has passed, nobody knows whether the page still holds. \
It is a warning at first, and an error when the `grace` of [freshness] in book.toml has passed too, 30 days without it. Documents whose status says that nobody follows \
them any more are left alone.

    ---
    reviewed: 2026-05-20
    review_every: 90d
    ---

Read the page, mend it, and write down the day:

    ---
    reviewed: 2026-11-20
    review_every: 90d
    ---

To keep it a warning for ever, whatever the day:

    [checks]
    overdue-review = \"warning\"",
};

/// Days that pass before it is an error, unless book.toml says otherwise.
const GRACE: i64 = 30;

fn may_find(page: &Page) -> bool {
    is_reviewed(&page.document.meta) && review_due(&page.document.meta).is_some()
}

fn run(day: &Day<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let meta = &page.document.meta;
    let (Some(today), Some(due), Some((_, span))) = (day.today, review_due(meta), &meta.reviewed) else { return };
    let Ok(late) = today.since(due) else { return };
    if late.get_days() <= 0 || !is_reviewed(meta) {
        return;
    }
    let written = day.config.grace.as_ref().and_then(|(grace, _)| length_of_time(grace));
    let is_error = due.checked_add(written.unwrap_or_else(|| GRACE.days())).is_ok_and(|end| today > end);
    let owner = page.owner().map_or_else(String::new, |owner| format!(", or ask {owner}"));
    let finding = Diagnostic::new(&KIND, &page.document.path, *span, format!("a review of this page was due by {due}"))
        .severity(if is_error { Severity::Error } else { Severity::Warning })
        .label(format!("{} ago", count(usize::try_from(late.get_days()).unwrap_or_default(), "day")))
        .help(format!("read the page, mend it and write `reviewed: {today}`{owner}"));
    let asked = meta.review_every.as_ref().map_or(Span::at(0), |(_, span)| *span);
    found.push(finding.related(&page.document.path, asked, "asked for here"));
}

#[cfg(test)]
mod tests {
    use crate::checks::test::diagnostics_on;
    use crate::diagnostic::Severity;

    fn on(day: &str, book: &str, meta: &str) -> Vec<(String, Severity)> {
        let page = format!("---\nreviewed: 2026-01-01\nreview_every: 90d\n{meta}---\n# A\n");
        let files = [("book.toml", book), ("content/a.md", page.as_str())];
        diagnostics_on(&files, "overdue-review", Some(day).filter(|day| !day.is_empty()))
            .into_iter()
            .map(|found| (found.message, found.severity))
            .collect()
    }

    #[test]
    fn a_review_is_late_the_day_after() {
        let message = || "a review of this page was due by 2026-04-01".to_owned();
        assert_eq!(on("2026-04-01", "", ""), []);
        assert_eq!(on("2026-04-02", "", ""), [(message(), Severity::Warning)]);
        assert_eq!(on("2026-05-01", "", ""), [(message(), Severity::Warning)]);
        assert_eq!(on("2026-05-02", "", ""), [(message(), Severity::Error)]);
        assert_eq!(on("2027-12-31", "", ""), [(message(), Severity::Error)]);
        assert_eq!(on("", "", ""), [], "nobody looked which day it is");
        assert_eq!(on("2026-05-02", "", "status: superseded\n"), []);
    }

    #[test]
    fn the_grace_is_the_books() {
        let error = |day: &str, grace: &str| on(day, &format!("[freshness]\ngrace = '{grace}'\n"), "")[0].1;
        assert_eq!(error("2026-05-02", "2 months"), Severity::Warning);
        assert_eq!(error("2026-06-02", "2 months"), Severity::Error);
        assert_eq!(error("2026-04-02", "0d"), Severity::Error);
    }
}
