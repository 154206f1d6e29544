//! A section that is there and says nothing yet.

use super::missing_section::with_parts;
use super::{Case, Demanding, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::bind::Status;
use crate::schema::unfinished::Hollow;
use crate::text::Span;

/// A section that is there and says nothing yet.
pub const UNFINISHED_SECTION: Kind = Kind {
    code: "unfinished-section",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a demanded section holds nothing, or nothing but TODO, an instruction or its guidance",
    docs: "A heading over nothing looks complete in a table of contents and helps nobody. Empty means: white space, comments, empty lists, a table \
without rows, TODO, TBD, FIXME, N/A, 'coming soon' and their like, an instruction in angle or square brackets, or the schema's own guidance. \
A section whose sub-sections say something is finished, and prose that mentions a TODO is prose.

    ## Mitigation

    TODO

Write the section. If there is nothing to say, say that and why:

    ## Mitigation

    None: the alert resolves itself when the next scrape succeeds.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "unfinished-section", kinds: &[&UNFINISHED_SECTION], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections() {
        let (demand, binding) = (demanded.demand, demanded.binding);
        // A section that must not be there needs no text.
        if binding.is_forbidden() {
            continue;
        }
        let (Status::Unfinished(hollow), Some(place)) = (&binding.status, &binding.place) else { continue };
        let (said, span, label) = hollow_words(hollow, place.title_span);
        let finding = case
            .finding(&UNFINISHED_SECTION, demand.severity, span, format!("section '{}' is unfinished: {said}", demand.title))
            .label(label)
            .help(mend(&demand.guidance.text, binding.is_required()));
        let finding = if span == place.title_span { finding } else { finding.related(&case.document.path, place.title_span, "in this section") };
        diagnostics.push(with_parts(finding.demanded(&demand.origin), demand, binding));
    }
}

/// What is wrong in words, where to point, and what to say there.
pub(super) fn hollow_words(hollow: &Hollow, heading: Span) -> (String, Span, &'static str) {
    match hollow {
        Hollow::Empty => ("nothing is written yet".to_owned(), heading, "nothing below it"),
        Hollow::EmptyTable(span) => ("its table has no rows".to_owned(), *span, "only a heading row"),
        Hollow::Placeholder { guidance: true, span, .. } => ("it holds only the guidance of the schema".to_owned(), *span, "guidance, not content"),
        Hollow::Placeholder { text, span, .. } => (format!("it says only '{text}'"), *span, "a placeholder"),
    }
}

/// What to do about something unfinished.
pub(super) fn mend(guidance: &str, required: bool) -> String {
    let what = if guidance.is_empty() { "write what belongs there".to_owned() } else { format!("write what belongs there: {guidance}") };
    if required { what } else { format!("{what}; or take the heading out: it is optional") }
}
