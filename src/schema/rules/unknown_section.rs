//! A section that the schema doesn't know, where it says that there must be none.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::Section;
use crate::schema::model::{OtherSections, Presence, SectionDemand};

/// A section that the schema doesn't know, where it says that there must be none.
pub const UNKNOWN_SECTION: Kind = Kind {
    code: "unknown-section",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a document has a section that its schema doesn't know",
    docs: "A schema with `other_sections: forbid` (or `warn`) lists every section that a document may have beside each other. Sub-sections are free.

    # schema: other_sections: forbid, sections Meaning and Impact
    ## Meaning
    ## Impact
    ## Random thoughts

Move the text into one of the sections, add the section to the schema, or let the schema say `other_sections: allow`.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "unknown-section", kinds: &[&UNKNOWN_SECTION], keys: KEYS, judge };

const SHAPE: Shape = Shape::Choice(&["allow", "warn", "forbid"]);

const KEYS: &[Key] = &[
    Key::new(
        "other_sections",
        "Whether sections that the schema doesn't know are welcome: `allow`, `warn`, `forbid`.",
        SHAPE,
        Read::Schema(|fields, schema| schema.other_sections = read(fields, schema.other_sections)),
    ),
    Key::new(
        "other_sections",
        "Whether sub-sections that the schema doesn't know are welcome right below this section: `allow`, `warn`, `forbid`.",
        SHAPE,
        Read::Section(|fields, demand| demand.other_sections = read(fields, demand.other_sections)),
    ),
];

fn read(fields: &mut Fields<'_>, before: OtherSections) -> OtherSections {
    match fields.choice("other_sections", &["allow", "warn", "forbid"]) {
        Some(0) => OtherSections::Allow,
        Some(1) => OtherSections::Warn,
        Some(_) => OtherSections::Forbid,
        None => before,
    }
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let sections = case.sections();
    // What looks like a missing section is named there.
    let near: Vec<usize> = sections.iter().filter_map(|demanded| demanded.binding.near.as_ref()?.section).collect();
    let top = case.conformance.others.iter().map(|index| (*index, case.schema.other_sections, None));
    let nested = sections
        .iter()
        .flat_map(|demanded| demanded.binding.others.iter().map(|index| (*index, demanded.demand.other_sections, Some(demanded.demand))));
    for (index, other_sections, holder) in top.chain(nested).filter(|(index, ..)| !near.contains(index)) {
        let severity = match other_sections {
            OtherSections::Allow => continue,
            OtherSections::Warn => Severity::Warning,
            OtherSections::Forbid => Severity::Error,
        };
        if let Some(section) = case.document.sections.get(index) {
            diagnostics.push(finding(case, section, holder).severity(severity));
        }
    }
}

fn finding(case: &Case<'_>, section: &Section, holder: Option<&SectionDemand>) -> Diagnostic {
    let place = match holder {
        Some(holder) => format!("section '{}' has a sub-section '{}'", holder.title, section.title),
        None => format!("{} has a section '{}'", case.schema.noun(), section.title),
    };
    let demands = holder.map_or(&case.schema.sections, |holder| &holder.sections);
    let known = demands.iter().filter(|demand| demand.presence != Presence::Forbidden).map(|demand| &*demand.title);
    let topics = holder.into_iter().flat_map(|holder| holder.topics.iter().map(|topic| &*topic.title));
    let known = super::quoted_list(known.chain(topics));
    let finding = Diagnostic::new(&UNKNOWN_SECTION, &case.document.path, section.title_span, format!("{place} that its schema doesn't know"))
        .label("not in the schema")
        .help("move its text into another section, or add it to the schema");
    let finding = if known.is_empty() { finding } else { finding.note(format!("the schema knows {known}")) };
    match holder {
        Some(holder) => finding.related(&holder.origin.path, holder.origin.span, "the section that it stands in"),
        None => finding.related(&case.schema.path, case.schema.span, "schema of this type"),
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{judged, schema};

    #[test]
    fn sections_beside_the_demanded_ones_are_reported_where_the_schema_says_so() {
        let text = "# T\n\n## Meaning\n\n### Free\n\nx\n\n## Impacts\n\n## Thoughts\n\n### More\n\nx\n";
        for (word, expected) in [("allow", vec![]), ("warn", vec!["Thoughts warning"]), ("forbid", vec!["Thoughts error"])] {
            let found = judged(&schema(&format!("type: t\nother_sections: {word}\nsections: [Meaning, Impact]\n")), text);
            let unknown: Vec<_> = found
                .iter()
                .filter(|found| found.kind.code == "unknown-section")
                .map(|found| format!("{} {}", found.span.of(text), found.severity.name()))
                .collect();
            assert_eq!(unknown, expected, "{word}");
        }
    }

    #[test]
    fn a_section_may_forbid_others_inside_it() {
        let schema = schema("type: t\nsections: [{ title: A, other_sections: forbid, topics: [T], sections: [B] }, C]\n");
        let text = "## A\n\n### T\n\nx\n\n### B\n\nx\n\n#### Free\n\nx\n\n### D\n\nx\n\n## C\n\n### E\n\nx\n";
        let found = judged(&schema, text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].message, "section 'A' has a sub-section 'D' that its schema doesn't know");
        assert_eq!(found[0].notes, ["the schema knows 'B' and 'T'"]);
    }
}
