use super::{Check, Day, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{Page, is_past, last_review, length_of_time};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Dated(may_find, run) };

const KIND: Kind = Kind {
    code: "invalid-review",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "front matter says something about reviews that can't be, so nobody is reminded of the next",
    docs: "When the next review is due follows from `reviewed` and `review_every`. It can't if there never was one, if the day lies in the future, or if one of them \
isn't a day or a length of time.

    ---
    review_every: 90d
    ---

Write the day of the last review, as in `2026-11-20`, and a length of time, as in `90d`, `3 months` or `quarterly`:

    ---
    reviewed: 2026-11-20
    review_every: 90d
    ---",
};

fn may_find(page: &Page) -> bool {
    let meta = &page.document.meta;
    (meta.reviewed.is_some() || meta.review_every.is_some()) && !is_past(meta)
}

fn run(day: &Day<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let meta = &page.document.meta;
    let mut say = |span, message: String, help: &str| found.push(Diagnostic::new(&KIND, &page.document.path, span, message).help(help));
    // What has a schema is held to the shapes of dates and lengths by that.
    let is_free = page.binding.is_none();
    let reviewed = meta.reviewed.as_ref().filter(|(text, _)| !text.trim().is_empty());
    match (reviewed, &meta.review_every) {
        (None, Some((every, span))) if !every.trim().is_empty() => {
            say(*span, "nobody has reviewed this page yet, as far as it says".to_owned(), "write the day of the last review: `reviewed: 2026-11-20`");
        }
        (Some((text, span)), _) => match (last_review(meta), day.today) {
            (None, _) if is_free => say(*span, format!("'{text}' is no day"), "write it as `2026-11-20`"),
            // East of Greenwich it may be tomorrow already.
            (Some(reviewed), Some(today)) if reviewed > today.tomorrow().unwrap_or(today) => {
                say(
                    *span,
                    format!("the last review can't have been on {reviewed}: that day is yet to come"),
                    "write the day on which somebody read the page",
                );
            }
            _ => {}
        },
        _ => {}
    }
    // What book.toml says of mounted documents has no place in them, and is judged there.
    let is_own = |(every, span): &&(String, Span)| !span.is_empty() && !every.trim().is_empty();
    if let Some((every, span)) = meta.review_every.as_ref().filter(|said| is_free && is_own(said) && length_of_time(&said.0).is_none()) {
        say(*span, format!("'{every}' is no length of time"), "write `90d`, `3 months` or `quarterly`");
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::diagnostics_on;

    #[test]
    fn what_cannot_be_is_said() {
        for (meta, expected) in [
            ("review_every: 90d\n", &["nobody has reviewed this page yet, as far as it says"][..]),
            ("reviewed: 2026-11-21\n", &[]),
            ("reviewed: 2026-11-22\n", &["the last review can't have been on 2026-11-22: that day is yet to come"]),
            ("reviewed: yesterday\nreview_every: soon\n", &["'yesterday' is no day", "'soon' is no length of time"]),
            ("reviewed: 2026-11-20\nreview_every: 90d\n", &[]),
            ("review_every: 90d\nstatus: retired\n", &[]),
            ("reviewed:\nreview_every:\n", &[]),
        ] {
            let page = format!("---\n{meta}---\n# A\n");
            let found = diagnostics_on(&[("content/a.md", page.as_str())], "invalid-review", Some("2026-11-20"));
            assert_eq!(found.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), expected, "{meta}");
        }
    }
}
