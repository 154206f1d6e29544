use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::handbook::runbooks::{AlertFault, Claim};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "duplicate-alert",
    severity: Severity::Error,
    subject: Subject::Alerts,
    summary: "two documents answer for the same alert",
    docs: "`alert/NAME.html` leads whoever is woken up to one runbook, so an alert can have one only. Upper and lower case make no difference: \
they would be one file on many disks. A document whose type answers for alerts and that names none answers for its title, if that is one \
word, else for the name of its file.

    # runbooks/queue.md
    alerts: [QueueGrowing, QueueStuck]
    # runbooks/queue-old.md
    alerts: [QueueGrowing]

Take the name out of one of the two, or give that one the alerts that it is for:

    # runbooks/queue-old.md
    alerts: [OldQueueGrowing]",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for (claim, fault) in &handbook.runbooks.refused {
        let AlertFault::Taken(first) = fault else { continue };
        found.extend(finding(handbook, claim, first));
    }
}

fn finding(handbook: &Handbook, claim: &Claim, first: &Claim) -> Option<Diagnostic> {
    let (page, owner) = (handbook.pages.get(claim.page)?, handbook.pages.get(first.page)?);
    let message = if claim.page == first.page {
        format!("alert '{}' is named twice", claim.name)
    } else {
        format!("alert '{}' has a runbook already, '{}'", claim.name, owner.path)
    };
    let help = if claim.written { "take the name out of one of the two" } else { "name the alerts that this document is for: `alerts: [NAME]`" };
    Some(
        Diagnostic::new(&KIND, &page.document.path, claim.span, message)
            .related(&owner.document.path, first.span, "the first that answers for it")
            .help(help),
    )
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn an_alert_has_one_runbook() {
        let files = [
            ("content/a.md", "---\nalerts: [DiskFull, Other]\n---\n# A\n"),
            ("content/b.md", "---\nalerts: diskfull\n---\n# B\n"),
            ("content/c.md", "---\nalerts: [Mine, mine]\n---\n# C\n"),
            ("content/d.md", "---\ntype: alert-runbook\n---\n# Mine\n"),
            ("content/e.md", "---\ntype: alert-runbook\n---\n# Two words\n"),
        ];
        assert_eq!(
            findings(&files, "duplicate-alert"),
            [
                "content/b.md | diskfull | alert 'diskfull' has a runbook already, 'a.md'",
                "content/c.md | mine | alert 'mine' is named twice",
                "content/d.md | Mine | alert 'Mine' has a runbook already, 'c.md'",
            ]
        );
        assert!(findings(&[files[0], files[4]], "duplicate-alert").is_empty());
    }
}
