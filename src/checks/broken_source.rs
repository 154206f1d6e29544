use std::collections::HashSet;

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::source::{REGISTRY, SitePath};
use crate::text::nearest;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "broken-source",
    severity: Severity::Error,
    subject: Subject::Registry,
    summary: "registry.yaml names a page as a source that isn't there",
    docs: "A rule in registry.yaml may name the page that says so, from the content folder. When that page moves or goes, nobody can look \
up why the rule holds.

    freezes:
      - { what: releases, from: Thursday, until: Sunday, source: processes/rule.md }

Write the path of the page, or a web address:

    freezes:
      - { what: releases, from: Thursday, until: Sunday, source: processes/rules.md }",
};

/// Suggestions cost a look at every page, so only so many are made.
const SUGGESTIONS: usize = 100;

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    let Some(path) = SitePath::new(REGISTRY).and_then(|path| path.below(&handbook.content)) else { return };
    let pages: HashSet<&str> = handbook.pages.iter().map(|page| page.path.as_str()).collect();
    let mut suggestions = SUGGESTIONS;
    for source in handbook.registry.sources() {
        let page = source.name.split('#').next().unwrap_or_default();
        if pages.contains(page) || source.name.starts_with("https://") || source.name.starts_with("http://") {
            continue;
        }
        let finding = Diagnostic::new(&KIND, &path, source.span, format!("there is no page '{page}'"));
        let near = if suggestions > 0 { nearest(page, handbook.pages.iter().map(|page| page.path.as_str())) } else { None };
        suggestions = suggestions.saturating_sub(1);
        found.push(match near {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}'")),
            None => finding.help("write the path of a document from the content folder, as `processes/rules.md`"),
        });
    }
}
