use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::runbooks::Claim;
use crate::handbook::{Handbook, Holder};
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "alert-clash",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "something else lies where the link of an alert leads",
    docs: "Alerts link to `alert/NAME.html`, which leads to the incident view of their runbook. A document or another file of the handbook that \
becomes a page there keeps its place. The page of the alert lies in the folder `all` then, where no alert links to.

    # content/alert/DiskFull.md
    alerts: [DiskFull]

Give the folder another name, or the file:

    # content/runbooks/DiskFull.md
    alerts: [DiskFull]",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for (claim, holder) in &handbook.runbooks.moved {
        found.extend(finding(handbook, claim, holder));
    }
}

fn finding(handbook: &Handbook, claim: &Claim, holder: &Holder) -> Option<Diagnostic> {
    let (page, alert) = (handbook.pages.get(claim.page)?, handbook.runbooks.alert(&claim.name)?);
    let who = match holder {
        Holder::File(file) => format!("'{file}'"),
        Holder::Ours => "another page that opsbook makes".to_owned(),
    };
    let address = alert.address.as_ref()?;
    let message =
        format!("the page of alert '{}' can't lie at 'alert/{}.html', which belongs to {who}: it lies at '{}'", claim.name, claim.name, address);
    let finding = Diagnostic::new(&KIND, &page.document.path, claim.span, message);
    Some(match holder {
        Holder::File(file) => finding.related(file, Span::at(0), "this file has the place").help("give that file or its folder another name"),
        Holder::Ours => finding.help("write another name"),
    })
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn an_alert_lies_where_it_is_looked_for() {
        let files = [
            ("content/a.md", "---\nalerts: [Down, Up]\n---\n# A\n"),
            ("content/alert/Own.md", "---\ntype: alert-runbook\n---\n# Own\n"),
            ("content/alert/b.md", "---\nalerts: b.incident\n---\n# B\n"),
            ("content/alert/down.md", "# Mine\n"),
        ];
        let moved = |path: &str, span: &str, name: &str, who: &str| {
            format!(
                "content/{path} | {span} | the page of alert '{name}' can't lie at 'alert/{name}.html', which belongs to {who}: it lies at 'all/alert/{name}.html'"
            )
        };
        assert_eq!(
            findings(&files, "alert-clash"),
            [
                moved("a.md", "Down", "Down", "'content/alert/down.md'"),
                moved("alert/Own.md", "Own", "Own", "'content/alert/Own.md'"),
                moved("alert/b.md", "b.incident", "b.incident", "another page that opsbook makes"),
            ]
        );
        assert!(findings(&files[..1], "alert-clash").is_empty());
    }
}
