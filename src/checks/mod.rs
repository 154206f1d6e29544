//! What can be wrong with the handbook as a whole: one file per check.
//!
//! Reads the model, reports findings. Must not know how pages look or how findings are printed.

mod alert_clash;
mod alias_clash;
mod broken_anchor;
mod broken_link;
mod broken_reference;
mod broken_runbook_url;
mod broken_source;
mod broken_summary;
mod conflicting_runbook;
mod contradicting_action;
mod contradicting_page;
mod duplicate_alert;
mod duplicate_anchor;
mod duplicate_value;
mod invalid_alert;
mod invalid_alias;
mod invalid_former_anchor;
mod invalid_incident;
mod invalid_review;
mod malformed_link;
mod missing_actions;
mod missing_back_reference;
mod missing_reference;
mod missing_report;
mod missing_runbook;
mod misspelt_key;
mod number_gap;
mod orphan_page;
mod output_clash;
mod overdue_action;
mod overdue_review;
mod timeline_mismatch;
mod times_out_of_order;
mod unknown_alert;
mod unknown_role;
mod unknown_runbook_url;
mod unknown_service;
mod unreadable_file;
mod unsafe_link;
mod vanished_anchor;
mod vanished_page;

#[cfg(test)]
mod test;

use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Kind};
use crate::handbook::promises::Lock;
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
    /// Looks at one page at a time, on all cores, and may look at others: so it runs each time. The first function says of a page alone whether
    /// there can be anything to find: that is remembered as long as the page stays.
    Page(fn(&Page) -> bool, fn(&Handbook, &Page, &mut Vec<Diagnostic>)),
    /// The same with the day on which the handbook is checked, and nothing of other pages.
    Dated(fn(&Page) -> bool, fn(&Day<'_>, &Page, &mut Vec<Diagnostic>)),
    /// Looks at everything at once.
    Handbook(fn(&Handbook, &mut Vec<Diagnostic>)),
    /// The same on a day, if somebody looked which it is.
    Day(fn(&Handbook, Date, &mut Vec<Diagnostic>)),
}

/// Every check. To add one: its file, and a line here.
pub const CHECKS: &[Check] = &[
    alert_clash::CHECK,
    alias_clash::CHECK,
    broken_anchor::CHECK,
    broken_link::CHECK,
    broken_reference::CHECK,
    broken_runbook_url::CHECK,
    broken_source::CHECK,
    broken_summary::CHECK,
    conflicting_runbook::CHECK,
    contradicting_action::CHECK,
    contradicting_page::CHECK,
    duplicate_alert::CHECK,
    duplicate_anchor::CHECK,
    duplicate_value::CHECK,
    invalid_alert::CHECK,
    invalid_alias::CHECK,
    invalid_former_anchor::CHECK,
    invalid_incident::CHECK,
    invalid_review::CHECK,
    malformed_link::CHECK,
    missing_actions::CHECK,
    missing_back_reference::CHECK,
    missing_reference::CHECK,
    missing_report::CHECK,
    missing_runbook::CHECK,
    misspelt_key::CHECK,
    number_gap::CHECK,
    orphan_page::CHECK,
    output_clash::CHECK,
    overdue_action::CHECK,
    overdue_review::CHECK,
    timeline_mismatch::CHECK,
    times_out_of_order::CHECK,
    unknown_alert::CHECK,
    unknown_role::CHECK,
    unknown_runbook_url::CHECK,
    unknown_service::CHECK,
    unreadable_file::CHECK,
    unsafe_link::CHECK,
    vanished_anchor::CHECK,
    vanished_page::CHECK,
];

pub use unknown_role::unknown_owners;

/// What a page is held against that is judged alone.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// What registry.yaml says.
    pub registry: &'a Registry,
    /// The folder of the documents, from the handbook's root.
    pub content: &'a str,
    /// What urls.lock records, if there is one.
    pub lock: Option<&'a Lock>,
}

/// The day on which a handbook is checked, and what book.toml says about days.
#[derive(Debug, Clone, Copy)]
pub struct Day<'a> {
    /// None if nobody looked.
    pub today: Option<Date>,
    /// What book.toml says.
    pub config: &'a Config,
}

/// What checking remembers from run to run.
#[derive(Default)]
pub struct Known {
    /// The hash of the grounds of the last run.
    grounds: Digest,
    /// The pages of the last run and what was found on each alone.
    pages: Vec<(Arc<Page>, Verdict)>,
}

/// What is known of a page alone.
#[derive(Clone, Default)]
struct Verdict {
    /// What was found; none is the usual case, and then nothing is to be looked at.
    found: Option<Arc<[Diagnostic]>>,
    /// Whether a check that looks at other pages too may find something.
    is_of_interest: bool,
}

/// Runs every check. A page that is the same value as in the last run isn't judged alone again.
#[must_use]
pub fn run(handbook: &Handbook, today: Option<Date>, known: &mut Known) -> Vec<Diagnostic> {
    judge_alone(handbook, known);
    let mut diagnostics: Vec<Diagnostic> = known.pages.iter().filter_map(|(_, verdict)| verdict.found.as_deref()).flatten().cloned().collect();
    let day = Day { today, config: &handbook.config };
    let with_others = |(page, _): &(Arc<Page>, Verdict)| {
        let mut found = Vec::new();
        for check in CHECKS {
            match check.run {
                Run::Page(_, run) => run(handbook, page, &mut found),
                Run::Dated(_, run) => run(&day, page, &mut found),
                Run::Alone(_) | Run::Handbook(_) | Run::Day(_) => {}
            }
        }
        found
    };
    let of_interest = known.pages.par_iter().filter(|(_, verdict)| verdict.is_of_interest);
    diagnostics.extend(of_interest.flat_map_iter(with_others).collect::<Vec<_>>());
    let of_all = |check: &Check| {
        let mut found = Vec::new();
        match (check.run, today) {
            (Run::Handbook(run), _) => run(handbook, &mut found),
            (Run::Day(run), Some(today)) => run(handbook, today, &mut found),
            _ => {}
        }
        found
    };
    diagnostics.extend(CHECKS.par_iter().flat_map_iter(of_all).collect::<Vec<_>>());
    diagnostics
}

/// Finds out what there is on each page alone.
fn judge_alone(handbook: &Handbook, known: &mut Known) {
    let grounds = Grounds { registry: &handbook.registry, content: &handbook.content, lock: handbook.lock.as_deref() };
    let recorded = grounds.lock.map_or_else(Digest::default, |lock| lock.digest);
    let digest = Hasher::default().digest(handbook.registry.digest).text(&handbook.content).digest(recorded).finish();
    if known.grounds != digest {
        known.pages.clear();
        known.grounds = digest;
    }
    if known.pages.len() == handbook.pages.len() {
        known.pages.par_iter_mut().zip(&*handbook.pages).filter(|((last, _), page)| !Arc::ptr_eq(last, page)).for_each(|(known, page)| {
            *known = (Arc::clone(page), alone(&grounds, page));
        });
        return;
    }
    let last = std::mem::take(&mut known.pages);
    let judge = |(index, page): (usize, &Arc<Page>)| {
        // What was added or taken out in front moves all that follows by one.
        let near = [Some(index), index.checked_add(1), index.checked_sub(1)].into_iter().flatten();
        let known = near.filter_map(|index| last.get(index)).find(|(last, _)| Arc::ptr_eq(last, page));
        known.map_or_else(|| (Arc::clone(page), alone(&grounds, page)), Clone::clone)
    };
    known.pages = handbook.pages.par_iter().enumerate().map(judge).collect();
}

fn alone(grounds: &Grounds<'_>, page: &Page) -> Verdict {
    let (mut found, mut is_of_interest) = (Vec::new(), false);
    for check in CHECKS {
        match check.run {
            Run::Alone(run) => run(grounds, page, &mut found),
            Run::Page(may_find, _) | Run::Dated(may_find, _) => is_of_interest |= may_find(page),
            Run::Handbook(_) | Run::Day(_) => {}
        }
    }
    Verdict { found: if found.is_empty() { None } else { Some(Arc::from(found)) }, is_of_interest }
}
