//! A section that a schema demands and the document lacks.

use super::{Case, Demanded, Demanding, RuleKind, quoted_list, section_content};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::bind::SectionBinding;
use crate::schema::condition::Condition;
use crate::schema::model::SectionDemand;
use crate::schema::near::{NearKind, NearMiss};
use crate::schema::{place, skeleton};
use crate::text::Span;

/// A section that a schema demands and the document lacks.
pub const MISSING_SECTION: Kind = Kind {
    code: "missing-section",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a document lacks a section that its schema demands",
    docs: "Each document type has sections that a reader counts on, at a desk and at three in the morning. Headings are found whatever their level, \
case, numbering, emoji and markup; a heading that only looks like the one demanded is named in the finding and not accepted.

    # schemas/alert-runbook.yaml demands Meaning, Impact, Diagnosis and Mitigation
    ## Meaning
    ## Impact
    ## Diagnosis
    ## Mitigations

The last heading is a plural. Rename it to `## Mitigation`, or add it to the section's `aliases` in the schema if the whole team writes it so. \
Where nothing looks like the section, write it; `opsbook check --fix` inserts its heading and guidance where it belongs.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "missing-section", kinds: &[&MISSING_SECTION], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections() {
        let missing = demanded.binding.place.is_none() && demanded.binding.is_required();
        if missing && !demanded.binding.swallowed {
            diagnostics.push(finding(case, &demanded));
        }
    }
}

fn finding(case: &Case<'_>, demanded: &Demanded<'_>) -> Diagnostic {
    let demand = demanded.demand;
    let spot = place::spot(case, demanded);
    let place = match demanded.parent {
        Some((parent, _)) => format!("section '{}' has no sub-section '{}'", parent.title, demand.title),
        None => format!("{} has no section '{}'", case.schema.noun(), demand.title),
    };
    let mut finding = case.finding(&MISSING_SECTION, demand.severity, spot.span, place);
    if let Some(near) = &demanded.binding.near {
        finding.span = near.span;
        finding = near_miss(finding, near, demand, &spot, case);
    } else {
        let heading = format!("{} {}", "#".repeat(usize::from(spot.level)), demand.title);
        finding = finding.label(spot.label).help(format!("write a section `{heading}`"));
        if place::is_free(&case.document.text, spot.insert) {
            finding = finding
                .help("`opsbook check --fix` inserts the heading and its guidance")
                .edit(Span::at(spot.insert), skeleton::insertion(demand, spot.level, &case.document.text, spot.insert));
        }
    }
    if let Some((span, label)) = spot.beside {
        finding = finding.related(&case.document.path, span, label);
    }
    if !demand.guidance.text.is_empty() {
        finding = finding.note(format!("what belongs there: {}", demand.guidance.text));
    }
    let finding = conditional(finding.demanded(&demand.origin), demand.when.as_ref());
    with_parts(finding, demand, demanded.binding)
}

/// Says on which front matter something is demanded.
pub(super) fn conditional(finding: Diagnostic, when: Option<&Condition>) -> Diagnostic {
    match when {
        Some(when) => finding.note(format!("demanded where {}", when.words())),
        None => finding,
    }
}

/// What goes with a section that isn't there.
pub(super) fn with_parts(mut finding: Diagnostic, demand: &SectionDemand, binding: &SectionBinding) -> Diagnostic {
    let topics: Vec<&str> = demand.topics.iter().zip(&binding.topics).filter(|(_, bound)| bound.required).map(|(topic, _)| &*topic.title).collect();
    let sections = demand.sections.iter().zip(&binding.sections).filter(|(_, bound)| bound.is_required());
    let sections: Vec<&str> = sections.map(|(section, _)| &*section.title).collect();
    for need in section_content::needs(&demand.settings) {
        finding = finding.note(format!("it must hold {need}"));
    }
    for (noun, names) in [("sub-section", sections), ("topic", topics)] {
        if !names.is_empty() {
            let go = if names.len() == 1 { "goes" } else { "go" };
            finding = finding.note(format!("{} {go} with it: {}", crate::text::count(names.len(), noun), quoted_list(names)));
        }
    }
    finding
}

fn near_miss(finding: Diagnostic, near: &NearMiss, demand: &SectionDemand, spot: &place::Spot, case: &Case<'_>) -> Diagnostic {
    let label = format!("looks like it: {}", near.kind.words());
    let title = &demand.title;
    let finding = finding.label(label);
    let alias = format!("or add '{}' to the aliases of the section in {}", near.title, case.schema.to_edit());
    let marks = "#".repeat(usize::from(spot.level));
    let finding = match near.kind {
        NearKind::NoSpace => finding.help(format!("write a space after the '#' marks: `{marks} {title}`")),
        NearKind::BoldLine | NearKind::ListBoldLine | NearKind::Label => finding
            .help(format!("make it a heading: `{marks} {title}`"))
            .help(format!("or accept such lines in {}: `headings: [heading, bold, label]`", case.schema.to_edit())),
        NearKind::Code | NearKind::Comment | NearKind::Html => finding.help(format!("write `{marks} {title}` outside of it")),
        NearKind::Combined => finding.help(format!("split the section in two, one of them `{marks} {title}`")).help(alias),
        _ if near.kind.is_certain() => finding.help(format!("rename the heading to '{title}'")).help(alias),
        _ => finding
            .help(format!("if this is the section, rename the heading to '{title}', {alias}"))
            .help(format!("if it is another one, write a section `{marks} {title}`")),
    };
    match place::rename(near, title, spot.level, &case.document.text) {
        Some((span, text)) => finding.edit(span, text),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{apply, findings, judged, schema};

    const SCHEMA: &str = "type: t\ntitle: Alert runbook\nsections:\n- Meaning\n- Impact\n- title: Set-up steps\n  aliases: [Preparation]\n- title: Mitigation\n  guidance: Stop it.\n  topics: [Now, Later]\n";
    const REST: &str = "## Meaning\n\nx\n\n## Set-up steps\n\nx\n\n## Mitigation\n\n### Now\n\nx\n\n### Later\n\nx\n";

    #[test]
    fn headings_match_in_every_disguise() {
        for heading in [
            "## Impact",
            "# impact",
            "#### **Impact**",
            "## 2. Impact:",
            "## ✅ IMPACT ##",
            "Impact\n---",
            "<h2>Impact</h2>",
            "## `Impact` {#i}",
            "> ## Impact",
        ] {
            let found = findings(&schema(SCHEMA), &format!("{REST}\n{heading}\n\nx\n"));
            assert_eq!(found, [""; 0], "{heading}");
        }
        assert_eq!(findings(&schema(SCHEMA), &REST.replace("Set-up steps", "preparation")).len(), 1);
    }

    #[test]
    fn nothing_is_inserted_into_raw_html_that_is_never_closed() {
        let schema = schema("type: t\nsections: [A, B]\n");
        for (html, edits) in [("<pre>\nx\n", 0), ("<script>\nx\n", 0), ("<pre>\nx\n</pre>\n", 1), ("<div>\nx\n", 1)] {
            let found = judged(&schema, &format!("## A\n\ny\n\n{html}"));
            assert_eq!(found.iter().map(|found| found.fix.len()).sum::<usize>(), edits, "{html}");
        }
    }

    #[test]
    fn a_condition_on_front_matter_decides() {
        let schema = schema("type: t\nsections: [A, { title: B, when: { status: [active, deprecated] } }]\n");
        for (status, missing) in [("active", 1), ("draft", 0), ("deprecated", 1)] {
            let found = judged(&schema, &format!("---\nstatus: {status}\n---\n## A\n\nx\n"));
            assert_eq!(found.len(), missing, "{status}");
            assert!(found.iter().all(|found| found.notes == ["demanded where 'status' is 'active' or 'deprecated'"]), "{found:?}");
        }
        assert_eq!(findings(&schema, "---\nstatus: active\n---\n## A\n\nx\n\n## B\n\ny\n"), [""; 0]);
        assert_eq!(findings(&schema, "## A\n\nx\n"), [""; 0]);
    }

    #[test]
    fn a_pattern_finds_other_headings() {
        let schema = schema("type: t\nsections: [{ title: Rollback, pattern: '^(roll|fall)\\W?back( of .+)?$' }]\n");
        for (heading, found) in [("Rollback", 0), ("Roll-back", 0), ("FALL BACK of the database", 0), ("The rollback", 1)] {
            assert_eq!(findings(&schema, &format!("## {heading}\n\nx\n")).len(), found, "{heading}");
        }
    }

    #[test]
    fn look_alikes_are_named() {
        for (written, marked, label) in [
            ("## Impacts\n\nx", "Impacts", "looks like it: singular and plural differ"),
            ("## 3) Impcat\n\nx", "3) Impcat", "looks like it: a few letters differ"),
            ("## Impact on users\n\nx", "Impact on users", "looks like it: it says more"),
            ("## \"Impact\n\nx", "\"Impact", "looks like it: it differs in hyphens, spaces or other marks"),
            ("**Impact**\n\nx", "**Impact**", "looks like it: a bold line, not a heading"),
            ("- **Impact**: x", "**Impact**", "looks like it: a label, not a heading"),
            ("- **Impact**\n  - x", "**Impact**", "looks like it: a bold list item, not a heading"),
            ("##Impact\n\nx", "##Impact", "looks like it: a space is missing after the '#' marks, so this is no heading"),
            ("```\n## Impact\n```", "## Impact", "looks like it: it lies in a code block, so it is no heading"),
            ("<!-- \n## Impact\n-->", "## Impact", "looks like it: it lies in a comment, so nobody sees it"),
            ("<div>\n## Impact\n</div>", "## Impact", "looks like it: it lies in raw HTML, so it is no heading"),
            ("## Other", "", "it belongs here"),
        ] {
            let text = format!("{REST}\n{written}\n");
            let found = judged(&schema(SCHEMA), &text);
            assert_eq!(found.len(), 1, "{written}: {found:?}");
            assert_eq!((found[0].kind.code, found[0].span.of(&text), found[0].label.as_str()), ("missing-section", marked, label), "{written}");
        }
    }

    #[test]
    fn a_combined_heading_is_named_for_each_section() {
        let found = judged(&schema("type: t\nsections: [Diagnosis, Mitigation]\n"), "## Diagnosis and mitigation\n\nx\n");
        let labels: Vec<_> = found.iter().map(|found| (found.kind.code, found.label.as_str())).collect();
        assert_eq!(labels, [("missing-section", "looks like it: one heading for two sections"); 2]);
    }

    #[test]
    fn it_says_where_the_section_belongs_and_what_goes_with_it() {
        let text = "# A\n\n## Meaning\n\nx\n\n## Impact\n\nx\n\n## Set-up steps\n\nlast line\n";
        let found = judged(&schema(SCHEMA), text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "alert runbook has no section 'Mitigation'");
        assert_eq!(found[0].notes, ["what belongs there: Stop it.", "2 topics go with it: 'Now' and 'Later'"]);
        let related: Vec<_> = found[0].related.iter().map(|related| related.label.as_str()).collect();
        assert_eq!(related, ["it belongs after this section", "demanded here"]);
        assert_eq!(&text[..found[0].span.start()], text.trim_end());
    }

    #[test]
    fn a_fix_mends_it() {
        for (before, after) in [
            ("## Meaning\n\nx\n", "## Meaning\n\nx\n\n## Impact\n"),
            ("## Meaning\r\n\r\nx\r\n## Other\r\n", "## Meaning\r\n\r\nx\r\n\r\n## Impact\r\n\r\n## Other\r\n"),
            ("## Meaning\n\nx", "## Meaning\n\nx\n\n## Impact\n"),
            ("## Meaning\n\nx\n\n## 2. Impacts\n\ny\n", "## Meaning\n\nx\n\n## 2. Impact\n\ny\n"),
            ("## Meaning\n\nx\n\n**Impact:**\n\ny\n", "## Meaning\n\nx\n\n## Impact\n\ny\n"),
            ("### Meaning\n\nx\n\n##Impact\n\ny\n", "### Meaning\n\nx\n\n## Impact\n\ny\n"),
        ] {
            let schema = schema("type: t\nsections: [Meaning, Impact]\n");
            let mended = apply(before, &judged(&schema, before));
            assert_eq!(mended, after);
            assert!(findings(&schema, &mended).iter().all(|line| line.starts_with("unfinished-section")), "{mended}");
        }
        let schema = schema("type: t\nsections: [Meaning, Impact]\n");
        assert_eq!(apply("## Impact\n\ny\n", &judged(&schema, "## Impact\n\ny\n")), "## Meaning\n\n## Impact\n\ny\n");
        assert_eq!(
            apply("## Meaning\n\nx\n\n## Impact on users\n\ny\n", &judged(&schema, "## Meaning\n\nx\n\n## Impact on users\n\ny\n"))
                .matches("Impact")
                .count(),
            1
        );
    }

    #[test]
    fn optional_sections_and_severities() {
        let text = "type: t\nsections:\n- { title: A, required: false }\n- { title: B, severity: warning }\n";
        let found = judged(&schema(text), "# T\n");
        assert_eq!(
            found.iter().map(|found| (found.severity.name(), found.message.as_str())).collect::<Vec<_>>(),
            [("warning", "t has no section 'B'")]
        );
    }

    #[test]
    fn nested_sections_go_with_theirs() {
        let nested = schema("type: t\nsections:\n- title: Recovery\n  sections: [Failover, Failback]\n");
        assert_eq!(findings(&nested, "# T\n"), ["missing-section | T | t has no section 'Recovery'"]);
        assert_eq!(
            findings(&nested, "## Recovery\n\n### Failover\n\nx\n"),
            ["missing-section |  | section 'Recovery' has no sub-section 'Failback'"]
        );
        assert_eq!(
            findings(&nested, "## Recovery\n\n### Failover\n\nx\n\n## Failback\n\nx\n"),
            ["section-nesting | Failback | section 'Failback' stands outside 'Recovery'"]
        );
    }

    #[test]
    fn bold_lines_and_labels_count_where_the_schema_says_so() {
        for (forms, text, missing) in [
            ("[heading]", "**Meaning**\n\nx\n\n- **Impact**: y\n", 2),
            ("[bold]", "**Meaning**\n\nx\n\n- **Impact**: y\n", 1),
            ("[bold, label]", "**Meaning**\n\nx\n\n- **Impact**: y\n", 0),
            ("[label]", "- **Meaning**:\n\nx\n\n- **Impact**:\n\ny\n", 0),
            ("[bold]", "**Meaning**\n\n**Impact**\n\ny\n", 1),
        ] {
            let schema = schema(&format!("type: t\nheadings: {forms}\nsections: [Meaning, Impact]\n"));
            assert_eq!(findings(&schema, text).len(), missing, "{forms}: {text}");
        }
    }
}
