//! A topic that is announced and says nothing yet.

use super::unfinished_section::{hollow_words, mend};
use super::{Case, Demanding, RuleKind};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::schema::bind::Status;

/// A topic that is announced and says nothing yet.
pub const UNFINISHED_TOPIC: Kind = Kind {
    code: "unfinished-topic",
    severity: Severity::Error,
    subject: Subject::Sections,
    summary: "a demanded topic has a heading or label with nothing, or nothing but TODO, behind it",
    docs: "A sub-heading or label that promises a topic and then says nothing, or TODO, leaves a gap where a reader looks for help.

    ### Smoke tests

    TBD

Write the topic, or say why there is nothing to say:

    ### Smoke tests

    `make smoke` requests /health, signs in and creates a record; all three must pass before the release is announced.",
};

/// The rule.
pub const RULE: RuleKind = RuleKind { name: "unfinished-topic", kinds: &[&UNFINISHED_TOPIC], keys: &[], judge };

fn judge(case: &Case<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for demanded in case.sections().iter().filter(|demanded| demanded.binding.status.is_met()) {
        for (topic, binding) in demanded.demand.topics.iter().zip(&demanded.binding.topics) {
            let (Status::Unfinished(hollow), Some(title)) = (&binding.status, binding.span) else { continue };
            let (said, span, label) = hollow_words(hollow, title);
            let message = format!("topic '{}' of section '{}' is unfinished: {said}", topic.title, demanded.demand.title);
            let finding = case
                .finding(&UNFINISHED_TOPIC, topic.severity.or(demanded.demand.severity), span, message)
                .label(label)
                .help(mend(&topic.guidance.text, binding.required))
                .demanded(&topic.origin);
            diagnostics.push(finding);
        }
    }
}
