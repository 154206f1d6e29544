use super::{Check, Grounds, Run};
use crate::blocks::incident::tasks;
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::text::{collapse, shorten};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "contradicting-action",
    severity: Severity::Warning,
    subject: Subject::Incidents,
    summary: "front matter and text of an incident report say different things of its actions",
    docs:
        "Actions may stand in `actions` of the front matter, in a table of the text, or in both. In both they are one list: an action is the same if \
it has the same ticket or the same words, and then it has one owner, one day and one state.

    ---
    type: incident-report
    actions:
      - { action: Raise the limit, owner: Ops team, due: 2026-12-01 }
    ---
    | Action | Owner | Due |
    |---|---|---|
    | Raise the limit | Ops team | 2026-12-15 |

Let both say the same, or write them in one place only:

    | Raise the limit | Ops team | 2026-12-01 |",
};

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let Some(incident) = page.blocks.incident.as_ref().filter(|incident| !incident.actions.is_empty() && page.is_incident_report()) else { return };
    let path = &page.document.path;
    for difference in tasks(Some(incident), &page.blocks).1 {
        let words = shorten(&collapse(&difference.text), 60);
        let finding = match (difference.what, difference.front, difference.body) {
            (Some(what), Some(front), Some(body)) => {
                let what = if what == "due" { "day" } else { what };
                Diagnostic::new(&KIND, path, body, format!("'{words}' has another {what} in the front matter")).related(
                    path,
                    front,
                    "the front matter says",
                )
            }
            (_, Some(front), _) => Diagnostic::new(&KIND, path, front, format!("'{words}' stands in the front matter and not in the text")),
            (_, _, Some(body)) => Diagnostic::new(&KIND, path, body, format!("'{words}' stands in the text and not in the front matter")),
            _ => continue,
        };
        found.push(finding.help("let both say the same, or write the actions in one place only"));
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn actions_are_one_list() {
        let text = |row: &str| {
            format!(
                "---\ntype: incident-report\nactions: [{{ action: Raise it, owner: Ops, due: 2026-12-01 }}]\n---\n# A\n\n| Action | Owner | Due |\n|-|-|-|\n{row}"
            )
        };
        for (row, expected) in [
            ("| Raise it | Ops | 2026-12-01 |\n", &[][..]),
            ("| raise it. | | |\n", &[]),
            ("| Raise it | Ops | 2026-12-02 |\n", &["Raise it | Ops | 2026-12-02 | 'Raise it' has another day in the front matter"]),
            (
                "| Sleep | Ops | 2026-12-02 |\n",
                &[
                    "action | 'Raise it' stands in the front matter and not in the text",
                    "Sleep | Ops | 2026-12-02 | 'Sleep' stands in the text and not in the front matter",
                ],
            ),
        ] {
            let found = findings(&[("content/a.md", &text(row))], "contradicting-action");
            assert_eq!(found.iter().map(|line| line.trim_start_matches("content/a.md | ")).collect::<Vec<_>>(), expected, "{row}");
        }
    }
}
