//! Which events of a timeline say that a stage was reached.

use super::Stage;

/// Words that a clause may hold besides the one that names the stage.
const BESIDE: [&str; 24] = [
    "the",
    "an",
    "a",
    "is",
    "was",
    "are",
    "has",
    "been",
    "be",
    "now",
    "fully",
    "declared",
    "marked",
    "considered",
    "as",
    "and",
    "incident",
    "issue",
    "outage",
    "problem",
    "impact",
    "officially",
    "confirmed",
    "service",
];

fn words(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Started => &["started", "starts", "begins", "began"],
        Stage::Detected => &["detected"],
        Stage::Acknowledged => &["acknowledged"],
        Stage::Mitigated => &["mitigated"],
        Stage::Resolved => &["resolved"],
    }
}

/// Whether an event says that a stage was reached: one of its clauses says so and nothing else, as `smoke test passes; resolved`.
#[must_use]
pub fn claimed(text: &str, stage: Stage) -> bool {
    let lowered = text.to_lowercase();
    let wanted = words(stage);
    lowered.split(['.', ';', ':', ',', '(', ')', '–', '—', '!']).any(|clause| {
        let mut rest = clause.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).filter(|word| !BESIDE.contains(word));
        let mut rest = rest.by_ref().filter(|word| !word.is_empty());
        // `impact began` is about the incident, `began` alone may be about anything.
        let is_alone = rest.next().is_some_and(|word| wanted.contains(&word)) && rest.next().is_none();
        is_alone && (stage != Stage::Started || clause.split_whitespace().count() > 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clause_of_its_own_says_that_it_is_over() {
        for (text, stage, expected) in [
            ("Outbox below 100 rows, smoke test passes; resolved", Stage::Resolved, true),
            ("Resolved: all pods are ready", Stage::Resolved, true),
            ("The incident is marked as resolved.", Stage::Resolved, true),
            ("Name can't be resolved", Stage::Resolved, false),
            ("Resolved the name by hand", Stage::Resolved, false),
            ("not resolved", Stage::Resolved, false),
            ("Incident starts", Stage::Started, true),
            ("Pulumi started", Stage::Started, false),
            ("Started", Stage::Started, false),
            ("Impact mitigated", Stage::Mitigated, true),
            ("Acknowledged", Stage::Acknowledged, true),
            ("", Stage::Resolved, false),
        ] {
            assert_eq!(claimed(text, stage), expected, "{text}");
        }
    }
}
