//! A nested section that stands outside the section that must hold it.

use super::{Case, Demanding, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};

/// A nested section that stands outside the section that must hold it.
pub const SECTION_NESTING: Kind = Kind {
    code: "section-nesting",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a section stands outside the section that must hold it",
    docs: "A schema may nest sections: readers then expect the one inside the other.

    # schema: Recovery holds Failback
    ## Recovery
    ## Failback

Make it a sub-section, and move it if another section lies between:

    ## Recovery
    ### Failback",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "section-nesting", kinds: &[&SECTION_NESTING], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections().iter().filter(|demanded| demanded.binding.outside) {
        let (Some((parent, holder)), Some(place)) = (demanded.parent, &demanded.binding.place) else { continue };
        let message = format!("section '{}' stands outside '{}'", demanded.demand.title, parent.title);
        let mut finding = case
            .finding(&SECTION_NESTING, demanded.demand.severity, place.title_span, message)
            .label("not a sub-section")
            .help(format!("move it into the section '{}', under a heading one level deeper", parent.title));
        if let Some(holder) = &holder.place {
            finding = finding.related(&case.document.path, holder.title_span, "it belongs in this section");
        }
        diagnostics.push(finding.demanded(&demanded.demand.origin));
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{apply, findings, judged, schema};

    #[test]
    fn a_section_outside_is_found_and_one_of_another_section_is_left_there() {
        let schema = schema("type: t\nsections: [{ title: Failover, sections: [Verify] }, { title: Failback, sections: [Verify] }]\n");
        let both = "## Failover\n\n### Verify\n\na\n\n## Failback\n\n### Verify\n\nx\n";
        assert_eq!(findings(&schema, both), [""; 0]);
        let text = "## Failover\n\na\n\n## Failback\n\n### Verify\n\nx\n";
        assert_eq!(findings(&schema, text), ["missing-section | Failover | section 'Failover' has no sub-section 'Verify'"]);
        let mended = apply(text, &judged(&schema, text));
        assert_eq!(mended, "## Failover\n\na\n\n### Verify\n\n## Failback\n\n### Verify\n\nx\n");
        let outside = "## Failover\n\na\n\n## Verify\n\nb\n\n## Failback\n\n### Verify\n\nx\n";
        assert_eq!(findings(&schema, outside), ["section-nesting | Verify | section 'Verify' stands outside 'Failover'"]);
    }
}
