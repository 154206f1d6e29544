//! The incidents of a handbook, the newest first, and the runbooks that were used in them.
//!
//! Knows reports as plain values and where their links lead. Must not know how lists of them look, or what day it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::references::reference_places;
use super::{Page, Resolved, Runbooks};
use crate::blocks::incident::Record;
use crate::registry::Registry;
use crate::schema::Schema;

/// The incidents of a handbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incidents {
    /// The reports, those of the newest incidents first.
    pub all: Vec<Report>,
    /// The reports of the incidents in which a runbook was used, by index, the newest first; by the index of the runbook's page.
    pub by_runbook: BTreeMap<usize, Vec<usize>>,
    /// The folders in the site in which reports lie.
    pub folders: BTreeSet<String>,
}

/// The report of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Index of its page.
    pub page: usize,
    /// What it says.
    pub record: Record,
    /// The indices of the pages of the runbooks that were used.
    pub runbooks: Vec<usize>,
}

impl Page {
    /// Whether the document reports an incident: its type says so. The page of a folder says what lies in it.
    #[must_use]
    pub fn is_incident_report(&self) -> bool {
        is_of_incidents(self.binding.as_ref().map(|(schema, _)| &**schema)) && (!self.path.is_folder_page() || self.blocks.incident.is_some())
    }
}

/// Whether documents of a type report incidents, if there is a type.
pub(super) fn is_of_incidents(schema: Option<&Schema>) -> bool {
    schema.is_some_and(Schema::is_of_incidents)
}

impl Incidents {
    /// Finds the reports and what was used in each.
    pub(super) fn of(pages: &[Arc<Page>], runbooks: &Runbooks, registry: &Registry) -> Self {
        let mut all: Vec<Report> = Vec::new();
        for (index, page) in pages.iter().enumerate().filter(|(_, page)| page.is_incident_report()) {
            let record = Record::of(&page.document, &page.blocks, registry);
            let runbooks = used(pages, runbooks, page, &record);
            all.push(Report { page: index, record, runbooks: runbooks.into_iter().filter(|runbook| *runbook != index).collect() });
        }
        // File names begin with the day in many handbooks, so the last path is the newest where nothing says when it was.
        all.sort_by_key(|report| std::cmp::Reverse((report.record.times.first().map(|(at, _)| at), report.page)));
        let mut by_runbook: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, report) in all.iter().enumerate() {
            for runbook in &report.runbooks {
                by_runbook.entry(*runbook).or_default().push(index);
            }
        }
        let folders = all.iter().filter_map(|report| pages.get(report.page)).map(|page| page.address.folder().to_owned()).collect();
        Self { all, by_runbook, folders }
    }

    /// The reports of the incidents in which the runbook of a page was used, the newest first.
    pub fn of_runbook(&self, page: usize) -> impl ExactSizeIterator<Item = &Report> {
        let indices = self.by_runbook.get(&page).map_or(&[][..], Vec::as_slice);
        indices.iter().map(|index| self.all.get(*index)).collect::<Option<Vec<_>>>().unwrap_or_default().into_iter()
    }
}

/// The runbooks that a report names: by the alerts that fired, by `runbooks` of its front matter, or by links outside of what is still to be done.
fn used(pages: &[Arc<Page>], runbooks: &Runbooks, page: &Page, record: &Record) -> BTreeSet<usize> {
    let mut used = BTreeSet::new();
    let by_alert = record.alerts.iter().filter_map(|name| runbooks.all.get(runbooks.alert(name)?.runbook?));
    used.extend(by_alert.map(|runbook| runbook.page));
    for name in &record.runbooks {
        let mut places = reference_places(page.path.folder(), name);
        used.extend(places.find_map(|place| pages.binary_search_by(|page| page.path.cmp(&place)).ok()));
    }
    for (link, resolved) in page.written_links() {
        if let Resolved::Page { page: target, .. } = resolved
            && runbooks.of_page(*target).is_some()
            && !page.blocks.is_of_action(link.span)
        {
            used.insert(*target);
        }
    }
    used
}
