//! Incidents: what stands on the page of a report and of a runbook that was used, and the page of all incidents.
//!
//! Knows reports as plain values. Must not know the clock: which action is overdue is for the reader's browser. The view of a runbook for whom an
//! alert has woken up is `incident`.

mod figures;
mod log;
mod report;
mod used;
mod words;

pub(super) use log::{Log, TITLE, fill};
pub(super) use report::{ReportView, draw, report};
pub(super) use used::{Used, used};

use crate::handbook::{Handbook, Occupied};
use crate::source::SitePath;

/// Where the page of all incidents lies; none without a report.
pub(super) fn place(handbook: &Handbook, occupied: &mut Occupied) -> Option<SitePath> {
    if handbook.incidents.all.is_empty() { None } else { Some(occupied.free(&SitePath::new("incidents.html")?)) }
}

/// Whether a page is about the incidents of its folder: it reports one, or it is the page of a folder with reports.
pub(super) fn is_among(handbook: &Handbook, address: &SitePath, is_folder_page: bool) -> bool {
    is_folder_page && handbook.incidents.folders.contains(address.folder())
}
