//! What sections are to whoever was woken up by an alert. Nothing is judged here: the incident view reads it.

use super::{Case, Key, Read, RuleKind};
use crate::data::{Fields, Shape};
use crate::diagnostic::Diagnostic;
use crate::schema::model::{Schema, SectionDemand};
use crate::schema::settings::Settings;

/// The keys for the incident view.
pub(super) const RULE: RuleKind = RuleKind { name: "incident", kinds: &[], keys: KEYS, judge: nothing };

const KEYS: &[Key] = &[
    Key::new(
        "alerts",
        "`true` if each document of this type answers for alerts: those that `alerts` of its front matter names, else the one that its title or its file is called.",
        Shape::Flag,
        Read::Schema(read_alerts),
    ),
    Key::new(
        "incident",
        "The part of the incident view that the section is: `actions`. A schema with this key makes its documents runbooks.",
        Shape::Choice(WORDS),
        Read::Section(read_part),
    ),
];

/// A part of the incident view, in the order in which a reader needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IncidentPart {
    /// What the alert means.
    Meaning,
    /// Who notices, and what stops working.
    Impact,
    /// How to find the cause.
    Diagnosis,
    /// What to do.
    Actions,
    /// How to see that it worked.
    Verify,
    /// How to undo what was done.
    RollBack,
    /// Whom to call if it didn't work.
    Escalation,
}

/// The words of the key, in the order of [`IncidentPart::ALL`].
const WORDS: &[&str] = &["meaning", "impact", "diagnosis", "actions", "verify", "roll-back", "escalation"];

impl IncidentPart {
    /// Every part, in the order in which a reader needs them.
    pub const ALL: [Self; 7] = [Self::Meaning, Self::Impact, Self::Diagnosis, Self::Actions, Self::Verify, Self::RollBack, Self::Escalation];

    /// The word for it in schemas.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS.get(self as usize).copied().unwrap_or_default()
    }
}

/// Whether documents of a type answer for alerts without naming them.
#[derive(Debug, Clone, Copy)]
struct AnswersAlerts(bool);

impl Schema {
    /// Whether a document of this type answers for the alert that its title or its file is called.
    #[must_use]
    pub fn answers_alerts(&self) -> bool {
        self.settings.get::<AnswersAlerts>().is_some_and(|answers| answers.0)
    }

    /// Whether documents of this type are runbooks: a section is a part of the incident view.
    #[must_use]
    pub fn is_of_runbooks(&self) -> bool {
        fn any(demands: &[SectionDemand]) -> bool {
            demands.iter().any(|demand| demand.incident_part().is_some() || any(&demand.sections))
        }
        any(&self.sections)
    }
}

impl SectionDemand {
    /// The part of the incident view that the section is.
    #[must_use]
    pub fn incident_part(&self) -> Option<IncidentPart> {
        self.settings.get().copied()
    }
}

/// What the keys say of a section, for outlines.
pub(crate) fn words(settings: &Settings) -> Option<String> {
    settings.get::<IncidentPart>().map(|part| format!("Part '{}' of the incident view.", part.word()))
}

fn read_alerts(fields: &mut Fields<'_>, schema: &mut Schema) {
    if let Some(answers) = fields.flag("alerts") {
        schema.settings.set(AnswersAlerts(answers));
    }
}

fn read_part(fields: &mut Fields<'_>, demand: &mut SectionDemand) {
    if let Some(part) = fields.choice("incident", WORDS).and_then(|index| IncidentPart::ALL.get(index)) {
        demand.settings.set(*part);
    }
}

fn nothing(_: &Case<'_>, _: &mut Vec<Diagnostic>) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::test::{schema, schema_faults};

    #[test]
    fn parts_have_the_words_of_the_key() {
        let words: Vec<&str> = IncidentPart::ALL.iter().map(|part| part.word()).collect();
        assert_eq!(words, WORDS);
    }

    #[test]
    fn a_section_that_is_a_part_makes_runbooks() {
        let with = schema("type: t\nalerts: true\nsections: [{ title: A, sections: [{ title: Fix, incident: actions }] }]\n");
        assert!(with.is_of_runbooks() && with.answers_alerts());
        let without = schema("type: t\nsections: [Actions]\n");
        assert!(!without.is_of_runbooks() && !without.answers_alerts());
    }

    #[test]
    fn an_unknown_part_is_named_with_the_nearest() {
        assert_eq!(
            schema_faults("type: t\nsections: [{ title: A, incident: rollback }]\n"),
            ["rollback | 'incident' of a section can't be 'rollback'"]
        );
        assert!(schema_faults("type: t\nsections: [{ title: A, incident: roll-back }]\n").is_empty());
    }
}
