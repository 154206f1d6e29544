//! How bad an incident was, in the words that organisations use for it.

use crate::registry::Registry;
use crate::text::fold_title;

/// A severity, by how bad it is: the worst first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Severity {
    /// 0 for the worst; what no list knows comes last.
    rank: u8,
    /// Its name, as the registry has it or as it is written.
    pub name: String,
}

/// Words for severities, with their ranks. What ranks up to [`MAJOR`] needs actions.
const WORDS: &[(u8, &[&str])] = &[
    (0, &["critical", "catastrophic", "blocker", "emergency", "disaster", "sev0", "sev 0", "sev-0", "s0", "p0", "0"]),
    (1, &["major", "high", "severe", "urgent", "sev1", "sev 1", "sev-1", "severity 1", "s1", "p1", "priority 1", "1"]),
    (2, &["sev2", "sev 2", "sev-2", "severity 2", "s2", "2"]),
    (3, &["minor", "medium", "moderate", "normal", "sev3", "sev 3", "sev-3", "severity 3", "s3", "p2", "priority 2", "3"]),
    (4, &["low", "trivial", "cosmetic", "informational", "sev4", "sev 4", "sev-4", "severity 4", "s4", "p3", "priority 3", "4"]),
    (5, &["sev5", "sev 5", "sev-5", "severity 5", "s5", "p4", "5"]),
];
const MAJOR: u8 = 2;
const UNKNOWN: u8 = u8::MAX;

impl Severity {
    /// The severity of a word. A label of the registry has the rank of its id, its name or an alias, whichever is known.
    #[must_use]
    pub fn of(word: &str, registry: &Registry) -> Self {
        let folded = fold_title(word);
        let label = registry.labels.iter().map(|label| &label.names).find(|names| names.all().any(|name| fold_title(name) == folded));
        let label_ranks = label.into_iter().flat_map(|names| names.all().map(rank));
        let rank = label_ranks.chain([rank(word)]).min().unwrap_or(UNKNOWN);
        Self { rank, name: label.map_or_else(|| word.trim().to_owned(), |names| names.name.clone()) }
    }

    /// Its place among the others: 0 for the worst.
    #[must_use]
    pub fn rank(&self) -> u8 {
        self.rank
    }

    /// Whether so bad an incident must have a report and actions.
    #[must_use]
    pub fn is_major(&self) -> bool {
        self.rank <= MAJOR
    }
}

fn rank(word: &str) -> u8 {
    // A severity may say more of itself: `SEV1 (customers affected)`. A number is a number only if it stands alone.
    let lowered = word.trim().to_lowercase();
    let opening = lowered.split(['(', ':', ',', '–', '—']).next().unwrap_or_default().trim();
    WORDS.iter().find(|(_, words)| words.contains(&opening)).map_or(UNKNOWN, |(rank, _)| *rank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Source};

    #[test]
    fn severities_have_an_order_whatever_they_are_called() {
        let yaml = "labels: { critical: { name: Red, aliases: [alarm] }, yellow: Yellow }\n";
        let registry = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), yaml)), &mut Vec::new());
        for (word, name, is_major) in [
            ("critical", "Red", true),
            ("Alarm", "Red", true),
            ("yellow", "Yellow", false),
            ("Major", "Major", true),
            ("SEV-1", "SEV-1", true),
            ("sev 2 (partial)", "sev 2 (partial)", true),
            ("P1", "P1", true),
            ("P2", "P2", false),
            ("1", "1", true),
            ("minor", "minor", false),
            ("whatever", "whatever", false),
            ("", "", false),
        ] {
            let severity = Severity::of(word, &registry);
            assert_eq!((severity.name.as_str(), severity.is_major()), (name, is_major), "{word}");
        }
        let mut all: Vec<Severity> = ["odd", "minor", "alarm", "major"].iter().map(|word| Severity::of(word, &registry)).collect();
        all.sort();
        assert_eq!(all.iter().map(|severity| severity.name.as_str()).collect::<Vec<_>>(), ["Red", "major", "minor", "odd"]);
    }
}
