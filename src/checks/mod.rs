//! What can be wrong with the handbook as a whole: one file per check.
//!
//! Reads the model, reports findings. Must not know how pages look or how findings are printed.

mod alert_clash;
mod alias_clash;
mod broken_anchor;
mod broken_link;
mod broken_reference;
mod broken_source;
mod broken_summary;
mod contradicting_page;
mod duplicate_alert;
mod duplicate_anchor;
mod duplicate_value;
mod invalid_alert;
mod invalid_alias;
mod malformed_link;
mod missing_back_reference;
mod missing_reference;
mod misspelt_key;
mod number_gap;
mod orphan_page;
mod output_clash;
mod unknown_role;
mod unreadable_file;
mod unsafe_link;

#[cfg(test)]
mod test;

use std::sync::Arc;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Kind};
use crate::handbook::{Handbook, Page};
use crate::memo::{Digest, Hasher};
use crate::registry::Registry;

/// One check: the kind of its findings and how it finds them.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The kind of fault that it finds.
    pub kind: &'static Kind,
    run: Run,
}

#[derive(Debug, Clone, Copy)]
enum Run {
    /// Looks at one page alone, on all cores. What it finds is remembered as long as the page and the grounds stay.
    Alone(fn(&Grounds<'_>, &Page, &mut Vec<Diagnostic>)),
    /// Looks at one page at a time, on all cores, and may look at others: so it runs each time, and must cost next to nothing on a page without
    /// faults.
    Page(fn(&Handbook, &Page, &mut Vec<Diagnostic>)),
    /// Looks at everything at once.
    Handbook(fn(&Handbook, &mut Vec<Diagnostic>)),
}

/// Every check. To add one: its file, and a line here.
pub const CHECKS: &[Check] = &[
    alert_clash::CHECK,
    alias_clash::CHECK,
    broken_anchor::CHECK,
    broken_link::CHECK,
    broken_reference::CHECK,
    broken_source::CHECK,
    broken_summary::CHECK,
    contradicting_page::CHECK,
    duplicate_alert::CHECK,
    duplicate_anchor::CHECK,
    duplicate_value::CHECK,
    invalid_alert::CHECK,
    invalid_alias::CHECK,
    malformed_link::CHECK,
    missing_back_reference::CHECK,
    missing_reference::CHECK,
    misspelt_key::CHECK,
    number_gap::CHECK,
    orphan_page::CHECK,
    output_clash::CHECK,
    unknown_role::CHECK,
    unreadable_file::CHECK,
    unsafe_link::CHECK,
];

/// What a page is held against that is judged alone.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// What registry.yaml says.
    pub registry: &'a Registry,
    /// The folder of the documents, from the handbook's root.
    pub content: &'a str,
}

/// What checking remembers from run to run.
#[derive(Default)]
pub struct Known {
    /// The hash of the grounds of the last run.
    grounds: Digest,
    /// The pages of the last run and what was found on each alone.
    pages: Vec<(Arc<Page>, Arc<Vec<Diagnostic>>)>,
}

/// Runs every check. A page that is the same value as in the last run isn't judged alone again.
#[must_use]
pub fn run(handbook: &Handbook, known: &mut Known) -> Vec<Diagnostic> {
    let mut diagnostics = alone(handbook, known);
    let with_others = |page: &Arc<Page>| {
        let mut found = Vec::new();
        for check in CHECKS {
            if let Run::Page(run) = check.run {
                run(handbook, page, &mut found);
            }
        }
        found
    };
    diagnostics.extend(handbook.pages.par_iter().flat_map_iter(with_others).collect::<Vec<_>>());
    for check in CHECKS {
        if let Run::Handbook(run) = check.run {
            run(handbook, &mut diagnostics);
        }
    }
    diagnostics
}

/// What is found on each page alone.
fn alone(handbook: &Handbook, known: &mut Known) -> Vec<Diagnostic> {
    let grounds = Grounds { registry: &handbook.registry, content: &handbook.content };
    let digest = Hasher::default().digest(handbook.registry.digest).text(&handbook.content).finish();
    let last = if known.grounds == digest { std::mem::take(&mut known.pages) } else { Vec::new() };
    let judge = |(index, page): (usize, &Arc<Page>)| {
        // What was added or taken out in front moves all that follows by one.
        let near = [Some(index), index.checked_add(1), index.checked_sub(1)].into_iter().flatten();
        let known = near.filter_map(|index| last.get(index)).find(|(last, _)| Arc::ptr_eq(last, page));
        if let Some((_, found)) = known {
            return (Arc::clone(page), Arc::clone(found));
        }
        let mut found = Vec::new();
        for check in CHECKS {
            if let Run::Alone(run) = check.run {
                run(&grounds, page, &mut found);
            }
        }
        (Arc::clone(page), Arc::new(found))
    };
    known.pages = handbook.pages.par_iter().enumerate().map(judge).collect();
    known.grounds = digest;
    known.pages.iter().flat_map(|(_, found)| found.iter().cloned()).collect()
}
