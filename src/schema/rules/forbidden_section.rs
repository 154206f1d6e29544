//! A section that a document must not have.

use super::missing_section::conditional;
use super::{Case, Demanding, Key, Read, RuleKind};
use crate::data::{Fields, Shape, Value};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::model::{Presence, SectionDemand};

/// A section that a document must not have.
pub const FORBIDDEN_SECTION: Kind = Kind {
    code: "forbidden-section",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a document has a section that its schema forbids",
    docs: "Some sections do harm where they stand: passwords in a runbook, a draft's open questions in an active guide. A schema forbids them, \
always or where the front matter says so, and its guidance says why.

    # schema: { title: Open questions, forbidden: true, when: { status: active } }
    ---
    status: active
    ---
    ## Open questions

Take the section out, or move what it says to where it belongs.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "forbidden-section", kinds: &[&FORBIDDEN_SECTION], keys: KEYS, judge };

const KEYS: &[Key] = &[Key::new(
    "forbidden",
    "`true` for a section that a document must not have, always or where `when` holds; `guidance` says why.",
    Shape::Flag,
    Read::Section(read),
)];

fn read(fields: &mut Fields<'_>, demand: &mut SectionDemand) {
    let Some(forbidden) = fields.flag("forbidden") else { return };
    let required = fields.get("required").filter(|node| node.value == Value::Bool(true));
    match required {
        Some(node) if forbidden => fields.report(node.span, "a section can't be both required and forbidden", "take one of the two out"),
        _ if forbidden => demand.presence = Presence::Forbidden,
        _ if demand.presence == Presence::Forbidden => demand.presence = Presence::Presumed,
        _ => {}
    }
}

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections() {
        let (demand, binding) = (demanded.demand, demanded.binding);
        let Some(place) = binding.place.as_ref().filter(|_| binding.is_forbidden()) else { continue };
        let message = match demanded.parent {
            Some((parent, _)) => format!("section '{}' must not have a sub-section '{}'", parent.title, demand.title),
            None => format!("{} must not have a section '{}'", case.schema.noun(), demand.title),
        };
        let mut finding = case
            .finding(&FORBIDDEN_SECTION, demand.severity, place.title_span, message)
            .label("forbidden here")
            .help("take the section out, or move what it says to where it belongs");
        if !demand.guidance.text.is_empty() {
            finding = finding.note(format!("why: {}", demand.guidance.text));
        }
        diagnostics.push(conditional(finding, demand.when.as_ref()).demanded(&demand.origin));
    }
}

#[cfg(test)]
mod tests {
    use crate::schema::test::{findings, judged, schema, schema_faults};

    #[test]
    fn a_forbidden_section_is_found_wherever_it_stands() {
        let schema =
            schema("type: t\nsections:\n- A\n- { title: Passwords, aliases: [Secrets], forbidden: true, guidance: Keep them in the vault. }\n");
        assert_eq!(findings(&schema, "## A\n\nx\n"), [""; 0]);
        let text = "## A\n\nx\n\n### Secrets\n\n## Passwords\n\ny\n\n## Passwords\n\nz\n";
        assert_eq!(
            findings(&schema, text),
            [
                "forbidden-section | Passwords | t must not have a section 'Passwords'",
                "forbidden-section | Passwords | t must not have a section 'Passwords'"
            ]
        );
        assert_eq!(judged(&schema, text)[0].notes, ["why: Keep them in the vault."]);
    }

    #[test]
    fn a_condition_decides() {
        let schema = schema("type: t\nsections: [{ title: Open questions, forbidden: true, when: { status: active } }]\n");
        for (status, found) in [("active", 1), ("draft", 0)] {
            assert_eq!(findings(&schema, &format!("---\nstatus: {status}\n---\n# T\n\n## Open questions\n\nx\n")).len(), found, "{status}");
        }
    }

    #[test]
    fn contradictions_are_faults_of_the_schema() {
        let found = schema_faults("type: t\nsections: [{ title: A, required: true, forbidden: true }]\n");
        assert_eq!(found, ["true | a section can't be both required and forbidden"]);
    }
}
