//! A nested section that stands outside the section that must hold it.

use super::{Case, Demanding, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity};

/// A nested section that stands outside the section that must hold it.
pub const SECTION_NESTING: Kind = Kind {
    code: "section-nesting",
    severity: Severity::Error,
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
