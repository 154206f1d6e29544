//! What headings of runbooks are usually called, for documents whose schema doesn't say which section is what.

use crate::schema::rules::incident::IncidentPart::{self, Actions, Diagnosis, Escalation, Impact, Meaning, RollBack, Verify};

/// Whole headings, folded, in the order of the alphabet.
const HEADINGS: &[(&str, IncidentPart)] = &[
    ("about this alert", Meaning),
    ("actions", Actions),
    ("alert meaning", Meaning),
    ("back out", RollBack),
    ("back-out plan", RollBack),
    ("backout", RollBack),
    ("backout plan", RollBack),
    ("checks", Verify),
    ("contacts", Escalation),
    ("debugging", Diagnosis),
    ("description", Meaning),
    ("escalation", Escalation),
    ("failback", RollBack),
    ("first actions", Actions),
    ("first steps", Actions),
    ("fix", Actions),
    ("how to mitigate", Actions),
    ("immediate actions", Actions),
    ("instructions", Actions),
    ("overview", Meaning),
    ("procedure", Actions),
    ("recovery", Actions),
    ("recovery steps", Actions),
    ("response", Actions),
    ("restore", Actions),
    ("roll back", RollBack),
    ("rolling back", RollBack),
    ("solution", Actions),
    ("solutions", Actions),
    ("steps", Actions),
    ("summary", Meaning),
    ("symptoms", Meaning),
    ("triage", Diagnosis),
    ("troubleshooting", Diagnosis),
    ("undo", RollBack),
    ("user impact", Impact),
    ("validation", Verify),
    ("what it means", Meaning),
    ("what this alert means", Meaning),
    ("what to do", Actions),
    ("whom to call", Escalation),
];

/// First words of short headings: `Mitigation for replicas`.
const OPENINGS: &[(&str, IncidentPart)] = &[
    ("confirm", Verify),
    ("diagnose", Diagnosis),
    ("diagnosis", Diagnosis),
    ("diagnostics", Diagnosis),
    ("escalate", Escalation),
    ("escalation", Escalation),
    ("impact", Impact),
    ("investigate", Diagnosis),
    ("investigation", Diagnosis),
    ("meaning", Meaning),
    ("mitigate", Actions),
    ("mitigation", Actions),
    ("mitigations", Actions),
    ("remediation", Actions),
    ("resolution", Actions),
    ("revert", RollBack),
    ("rollback", RollBack),
    ("validate", Verify),
    ("verification", Verify),
    ("verify", Verify),
];

/// Words of a heading that [`OPENINGS`] may open.
const SHORT: usize = 4;

/// The part of the incident view that a heading, folded, usually is.
pub(super) fn part_of(folded: &str) -> Option<IncidentPart> {
    let whole = HEADINGS.binary_search_by_key(&folded, |(heading, _)| heading).ok().and_then(|index| HEADINGS.get(index));
    let opening = || {
        let mut words = folded.split_whitespace();
        let first = words.next()?;
        let index = OPENINGS.binary_search_by_key(&first, |(word, _)| word).ok()?;
        if words.count() < SHORT { OPENINGS.get(index) } else { None }
    };
    whole.or_else(opening).map(|(_, part)| *part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_searched() {
        assert!(HEADINGS.is_sorted_by_key(|(heading, _)| heading) && OPENINGS.is_sorted_by_key(|(word, _)| word));
    }

    #[test]
    fn headings_are_known_by_their_words() {
        for (heading, part) in [
            ("rollback", Some(RollBack)),
            ("roll back", Some(RollBack)),
            ("mitigation for replicas", Some(Actions)),
            ("verify the recovery", Some(Verify)),
            ("impact of the change on the roadmap", None),
            ("steps to reproduce", None),
            ("", None),
        ] {
            assert_eq!(part_of(heading), part, "{heading}");
        }
    }
}
