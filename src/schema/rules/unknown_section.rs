//! A section that the schema doesn't know, where it says that there must be none.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::schema::model::{OtherSections, Schema};

/// A section that the schema doesn't know, where it says that there must be none.
pub const UNKNOWN_SECTION: Kind = Kind {
    code: "unknown-section",
    severity: Severity::Error,
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

const KEYS: &[Key] = &[Key::new(
    "other_sections",
    "Whether sections that the schema doesn't know are welcome: `allow`, `warn`, `forbid`.",
    Shape::Choice(&["allow", "warn", "forbid"]),
    Read::Schema(read),
)];

fn read(fields: &mut Fields<'_>, schema: &mut Schema) {
    schema.other_sections = match fields.choice("other_sections", &["allow", "warn", "forbid"]) {
        Some(1) => OtherSections::Warn,
        Some(2) => OtherSections::Forbid,
        _ => OtherSections::Allow,
    };
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let severity = match case.schema.other_sections {
        OtherSections::Allow => return,
        OtherSections::Warn => Severity::Warning,
        OtherSections::Forbid => Severity::Error,
    };
    // What looks like a missing section is named there.
    let near: Vec<usize> = case.sections().iter().filter_map(|demanded| demanded.binding.near.as_ref()?.section).collect();
    for index in case.conformance.others.iter().filter(|index| !near.contains(index)) {
        let Some(section) = case.document.sections.get(*index) else { continue };
        let known = super::quoted_list(case.schema.sections.iter().map(|demand| &*demand.title));
        let message = format!("{} has a section '{}' that its schema doesn't know", case.schema.noun(), section.title);
        let mut finding = Diagnostic::new(&UNKNOWN_SECTION, &case.document.path, section.title_span, message)
            .label("not in the schema")
            .help("move its text into another section, or add it to the schema")
            .note(format!("the schema knows {known}"))
            .related(&case.schema.path, case.schema.span, "schema of this type");
        finding.severity = severity;
        diagnostics.push(finding);
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
}
