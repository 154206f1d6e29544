//! A demanded section that occurs twice.

use super::{Case, Demanding, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};

/// A demanded section that occurs twice.
pub const DUPLICATE_SECTION: Kind = Kind {
    code: "duplicate-section",
    severity: Severity::Warning,
    subject: Subject::Sections,
    summary: "a demanded section occurs twice",
    docs: "Where two sections answer to one name, readers find the first and miss the second, and a link leads to one of them by chance. \
Sub-sections of other sections may have the same name.

    ## Mitigation
    ## Diagnosis
    ## Mitigation

Join the two, or rename one of them.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "duplicate-section", kinds: &[&DUPLICATE_SECTION], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections() {
        // Where the schema says how often it may stand, that is the demand.
        let Some(first) = demanded.binding.place.as_ref().filter(|_| !demanded.demand.times.said) else { continue };
        for again in &demanded.binding.again {
            let message = format!("section '{}' occurs twice", demanded.demand.title);
            let finding = Diagnostic::new(&DUPLICATE_SECTION, &case.document.path, again.title_span, message)
                .label("the same section again")
                .help("join the two sections, or rename one of them")
                .related(&case.document.path, first.title_span, "this one counts")
                .demanded(&demanded.demand.origin);
            diagnostics.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{findings, schema};

    #[test]
    fn a_section_counts_once() {
        let schema = schema("type: t\nsections: [A, B]\n");
        for (text, expected) in [
            ("## A\n\nx\n\n## B\n\nx\n\n## A\n\ny\n", vec!["duplicate-section | A | section 'A' occurs twice"]),
            ("# A\n\n## B\n\nx\n\n## A\n\nTODO: write\n\n```\nls\n```\n", vec![]),
            ("# A\n\n## B\n\nx\n", vec![]),
            ("## B\n\nx\n\n### A\n\ny\n\n## A\n\nx\n", vec![]),
            ("## A\n\nx\n\n## Options\n\n### B\n\nx\n\n### B\n\nx\n\n## B\n\nx\n", vec![]),
        ] {
            assert_eq!(findings(&schema, text), expected, "{text}");
        }
    }
}
