use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Page;
use crate::handbook::promises::{Landing, landings};
use crate::text::nearest;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "invalid-former-anchor",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a former anchor of a document leads to no place in it, or is an anchor of it still",
    docs: "`former_anchors` in the front matter says where the anchors lead that a document had before: each to one that it has, or to another former \
one that does. One that leads nowhere or in a circle leaves readers at the top of the page. One that the document still has needs no entry: links reach \
what has the anchor now.

    ---
    former_anchors: { install: set-up }
    ---
    ## Prerequisites

Name an anchor that is there:

    ---
    former_anchors: { install: prerequisites }
    ---
    ## Prerequisites",
};

/// Suggestions cost a look at every anchor of the page, so only so many are made for each page.
const SUGGESTIONS: usize = 100;

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let mut suggestions = SUGGESTIONS;
    for (former, landing) in landings(page) {
        let finding = |span, message| Diagnostic::new(&KIND, &page.document.path, span, message);
        let id = &former.id;
        found.extend(match landing {
            Landing::At(_) => None,
            // The one that leads to it first is at fault, and is reported itself.
            Landing::Nowhere(missing) if missing != former.leads_to => None,
            Landing::Nowhere(missing) => {
                let finding =
                    finding(former.target_span, format!("the former anchor '#{id}' leads to '#{missing}', which this document doesn't have"));
                let near = if suggestions > 0 { nearest(missing, page.anchors()) } else { None };
                suggestions = suggestions.saturating_sub(1);
                Some(match near {
                    Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or take the line out")),
                    None => finding.help("write an anchor of this document, or take the line out"),
                })
            }
            Landing::Loop => {
                let finding = finding(former.target_span, format!("the former anchor '#{id}' leads in a circle, over '#{}'", former.leads_to));
                Some(finding.help("let one of the circle lead to an anchor of this document"))
            }
            Landing::Here => {
                let finding = finding(former.span, format!("'#{id}' is a former anchor, and this document still has it"));
                Some(finding.help("take the line out, or give what has this anchor now another one: `## Title {#anchor}`"))
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::SUGGESTIONS;
    use crate::checks::test::{diagnostics, findings};

    #[test]
    fn a_former_anchor_leads_to_one_that_is_there() {
        for (former, expected) in [
            ("{ a: new }", &[][..]),
            ("{ a: b, b: new }", &[]),
            ("{ a: step-2 }", &[]),
            ("{ a: nwe }", &["nwe | the former anchor '#a' leads to '#nwe', which this document doesn't have"]),
            ("{ a: b, b: c }", &["c | the former anchor '#b' leads to '#c', which this document doesn't have"]),
            ("{ new: other }", &["new | '#new' is a former anchor, and this document still has it"]),
            ("{ x: new, new: other }", &["new | '#new' is a former anchor, and this document still has it"]),
            ("{ a: a }", &["a | the former anchor '#a' leads in a circle, over '#a'"]),
            (
                "{ a: b, b: c, c: b }",
                &[
                    "b | the former anchor '#a' leads in a circle, over '#b'",
                    "c | the former anchor '#b' leads in a circle, over '#c'",
                    "b | the former anchor '#c' leads in a circle, over '#b'",
                ],
            ),
        ] {
            let text = format!("---\nformer_anchors: {former}\n---\n# T\n\n## New\n\n1. QA team tests\n2. Ops team builds\n\n## Other\n");
            let registry = "roles: { qa-team: { name: QA team }, ops-team: { name: Ops team } }\n";
            let found = findings(&[("content/a.md", &text), ("content/registry.yaml", registry)], "invalid-former-anchor");
            let expected: Vec<String> = expected.iter().map(|expected| format!("content/a.md | {expected}")).collect();
            assert_eq!(found, expected, "{former}");
        }
    }

    #[test]
    fn long_chains_take_no_time() {
        let entries = (0..50_000).map(|number| format!("  a{number}: a{}\n", number + 1)).collect::<Vec<_>>().concat();
        let text = format!("---\nformer_anchors:\n{entries}---\n# T\n");
        let found = findings(&[("content/a.md", &text)], "invalid-former-anchor");
        assert_eq!(found, ["content/a.md | a50000 | the former anchor '#a49999' leads to '#a50000', which this document doesn't have"]);
    }

    #[test]
    fn only_so_many_suggestions_are_made() {
        let entries = (0..SUGGESTIONS + 5).map(|number| format!("  a{number}: nwe\n")).collect::<Vec<_>>().concat();
        let text = format!("---\nformer_anchors:\n{entries}---\n# T\n\n## New\n");
        let found = diagnostics(&[("content/a.md", &text)], "invalid-former-anchor");
        assert_eq!((found.len(), found.iter().filter(|finding| !finding.label.is_empty()).count()), (SUGGESTIONS + 5, SUGGESTIONS));
    }
}
