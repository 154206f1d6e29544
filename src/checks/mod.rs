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
use crate::memo::Digest;

/// One check: the kind of its findings and how it finds them.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// The kind of fault that it finds.
    pub kind: &'static Kind,
    run: Run,
}

#[derive(Debug, Clone, Copy)]
enum Run {
    /// Looks at one page at a time, on all cores. Of other pages it reads no more than [`Handbook::shape`] covers.
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

/// What checking remembers from run to run.
#[derive(Default)]
pub struct Known {
    /// What all pages shared in the last run.
    shape: Digest,
    /// The pages of the last run and what was found on each.
    pages: Vec<(Arc<Page>, Arc<Vec<Diagnostic>>)>,
}

/// Runs every check. A page that is the same value as in the last run, in a handbook of the same shape, isn't looked at again.
#[must_use]
pub fn run(handbook: &Handbook, known: &mut Known) -> Vec<Diagnostic> {
    let last = if known.shape == handbook.shape { std::mem::take(&mut known.pages) } else { Vec::new() };
    let per_page = |(index, page): (usize, &Arc<Page>)| {
        if let Some((_, found)) = last.get(index).filter(|(last, _)| Arc::ptr_eq(last, page)) {
            return (Arc::clone(page), Arc::clone(found));
        }
        let mut found = Vec::new();
        for check in CHECKS {
            if let Run::Page(run) = check.run {
                run(handbook, page, &mut found);
            }
        }
        (Arc::clone(page), Arc::new(found))
    };
    known.pages = handbook.pages.par_iter().enumerate().map(per_page).collect();
    known.shape = handbook.shape;
    let mut diagnostics: Vec<Diagnostic> = known.pages.iter().flat_map(|(_, found)| found.iter().cloned()).collect();
    for check in CHECKS {
        if let Run::Handbook(run) = check.run {
            run(handbook, &mut diagnostics);
        }
    }
    diagnostics
}
