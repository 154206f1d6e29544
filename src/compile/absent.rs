//! Findings that only follow from a source that isn't there: with its files they might not be.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::handbook::runbooks::Lead;
use crate::handbook::{Fault, Handbook, SummaryEntry};
use crate::source::{Mounts, REGISTRY, SitePath};
use crate::text::Span;

/// Findings that say of the whole handbook that something isn't in it, or is in it too rarely. A part that is missing may hold it.
const OF_THE_WHOLE: [&str; 15] = [
    "broken-reference",
    "idle-levels",
    "missing-back-reference",
    "missing-reference",
    "missing-report",
    "missing-runbook",
    "number-gap",
    "orphan-page",
    "stale-baseline",
    "unknown-alert",
    "unknown-runbook-url",
    "unknown-service",
    "unmatched-glob",
    "unused-waiver",
    "vanished-page",
];

/// Findings that say of one place that nothing lies there. What an include names is passed over where it is looked for.
const OF_A_PLACE: [&str; 4] = ["broken-link", "broken-runbook-url", "broken-source", "broken-summary"];

/// Takes out what follows from sources that aren't there: of them the error says enough, and nothing else can be known.
pub(super) fn take_out(handbook: &Handbook, mounts: &Mounts, diagnostics: &mut Vec<Diagnostic>) {
    if mounts.missing.is_empty() {
        return;
    }
    let places = places(handbook, mounts);
    diagnostics.retain(|finding| {
        let code = finding.kind.code;
        let is_absent = || OF_A_PLACE.contains(&code) && places.contains(&(finding.path.clone(), finding.span));
        !(OF_THE_WHOLE.contains(&code) || is_absent())
    });
}

/// Where the handbook's own files name something in the place of a source that isn't there.
fn places(handbook: &Handbook, mounts: &Mounts) -> BTreeSet<(SitePath, Span)> {
    let is_absent = |path: &str| SitePath::join(&handbook.content, path).is_some_and(|path| mounts.is_absent(&path));
    let mut places = BTreeSet::new();
    for page in handbook.pages.iter() {
        for (link, resolved) in page.written_links() {
            if let Some(Fault::NoFile { wanted: Some(wanted), .. }) = resolved.fault()
                && is_absent(wanted.as_str())
            {
                places.insert((page.document.path.clone(), link.target_span));
            }
        }
    }
    if let Some((summary, file)) = handbook.summary.as_ref().and_then(|summary| Some((summary, summary.path.as_ref()?))) {
        let named =
            |entry: &&SummaryEntry| entry.target.as_ref().and_then(|target| target.path.as_ref()).is_some_and(|path| is_absent(path.as_str()));
        places.extend(summary.entries.iter().filter(named).map(|entry| (file.clone(), entry.span)));
    }
    for (rule, lead) in handbook.rules.all.iter().zip(&handbook.runbooks.leads) {
        if let (Lead::Missing(place), Some((_, span))) = (lead, &rule.runbook_url)
            && is_absent(place)
        {
            places.insert((rule.path.clone(), *span));
        }
    }
    if let Some(registry) = SitePath::new(REGISTRY).and_then(|path| path.below(&handbook.content)) {
        let named = handbook.registry.sources().filter(|source| is_absent(source.name.split('#').next().unwrap_or_default()));
        places.extend(named.map(|source| (registry.clone(), source.span)));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn every_code_is_one() {
        let codes = catalogue::codes();
        assert!(OF_THE_WHOLE.iter().chain(&OF_A_PLACE).all(|code| codes.contains(code)));
    }
}
