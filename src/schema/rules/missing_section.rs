//! A section that a schema demands and the document lacks.

use super::{Case, Demanded, RuleKind, quoted_list};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::schema::model::SectionDemand;
use crate::schema::near::{NearKind, NearMiss};
use crate::schema::{place, skeleton};
use crate::text::Span;

/// A section that a schema demands and the document lacks.
pub const MISSING_SECTION: Kind = Kind {
    code: "missing-section",
    severity: Severity::Error,
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
        let missing = demanded.binding.place.is_none() && demanded.demand.required;
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
    let mut finding = case.finding(&MISSING_SECTION, demand, spot.span, place);
    if let Some(near) = &demanded.binding.near {
        finding.span = near.span;
        finding = near_miss(finding, near, demand, &spot, case);
    } else {
        let heading = format!("{} {}", "#".repeat(usize::from(spot.level)), demand.title);
        finding = finding
            .label(spot.label)
            .help(format!("write a section `{heading}`"))
            .help("`opsbook check --fix` inserts the heading and its guidance")
            .edit(Span::at(spot.insert), skeleton::insertion(demand, spot.level, &case.document.text, spot.insert));
    }
    if let Some((span, label)) = spot.beside {
        finding = finding.related(&case.document.path, span, label);
    }
    if !demand.guidance.text.is_empty() {
        finding = finding.note(format!("what belongs there: {}", demand.guidance.text));
    }
    let finding = finding.related(&case.schema.path, demand.span, "demanded here");
    with_parts(finding, demand)
}

/// What goes with a section that isn't there.
pub(super) fn with_parts(mut finding: Diagnostic, demand: &SectionDemand) -> Diagnostic {
    let topics: Vec<&str> = demand.topics.iter().filter(|topic| topic.required).map(|topic| &*topic.title).collect();
    let sections: Vec<&str> = demand.sections.iter().filter(|section| section.required).map(|section| &*section.title).collect();
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
    let alias = format!("or add '{}' to the section's aliases in {}", near.title, case.schema.path);
    let marks = "#".repeat(usize::from(spot.level));
    let finding = match near.kind {
        NearKind::NoSpace => finding.help(format!("write a space after the '#' marks: `{marks} {title}`")),
        NearKind::BoldLine | NearKind::ListBoldLine | NearKind::Label => finding
            .help(format!("make it a heading: `{marks} {title}`"))
            .help(format!("or accept such lines in {}: `headings: [heading, bold, label]`", case.schema.path)),
        NearKind::Code | NearKind::Comment | NearKind::Html => finding.help(format!("write `{marks} {title}` outside of it")),
        NearKind::Combined => finding.help(format!("split the section in two, one of them `{marks} {title}`")).help(alias),
        _ => finding.help(format!("rename the heading to '{title}'")).help(alias),
    };
    match place::rename(near, title, spot.level, &case.document.text) {
        Some((span, text)) => finding.edit(span, text),
        None => finding,
    }
}
