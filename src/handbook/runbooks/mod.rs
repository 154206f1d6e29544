//! Runbooks: documents that somebody reads whom an alert has just woken up, and the alerts that they answer for.
//!
//! Knows documents, their schemas and their places in the site. Must not know how the incident view looks.

mod alerts;
mod headings;
mod parts;
mod people;
mod pictures;

pub use alerts::{Claim, Fault as AlertFault};
pub use parts::{incident_parts, says_part, title_section};
pub use people::{Person, escalation};
pub use pictures::{PICTURE_LIMIT, Picture, mime_type};

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Holder, Occupied, Page};
use crate::document::Document;
use crate::schema::Schema;
use crate::source::{Asset, SitePath};

/// The folder of the pages that lead from alerts to their runbooks.
const FOLDER: &str = "alert";

/// The runbooks of a handbook and the alerts that they answer for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runbooks {
    /// The runbooks, in the order of their pages.
    pub all: Vec<Runbook>,
    /// The alerts, each with the runbook that answers for it, by name in small letters.
    pub alerts: BTreeMap<String, Alert>,
    /// The page of all alerts; none if no runbook answers for one.
    pub index: Option<SitePath>,
    /// The file that says which headers the incident views need; none without a runbook.
    pub policy: Option<SitePath>,
    /// Claims that can't be granted, and why.
    pub refused: Vec<(Claim, AlertFault)>,
    /// Alerts whose pages lie elsewhere than at `alert/NAME.html`, and who has that place.
    pub moved: Vec<(Claim, Holder)>,
}

/// A document that is shown as an incident view too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runbook {
    /// Index of its page.
    pub page: usize,
    /// Where its incident view lies: beside the page, so that links lead from both to the same places.
    pub address: SitePath,
    /// The names of its alerts.
    pub alerts: Vec<String>,
    /// The images of the handbook that it shows, by their places in the site.
    pub pictures: BTreeMap<SitePath, Picture>,
}

/// An alert that a runbook answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its name, as the runbook writes it.
    pub name: String,
    /// Index of the runbook.
    pub runbook: usize,
    /// Where the page lies that leads to the runbook.
    pub address: SitePath,
}

impl Runbooks {
    /// Finds the runbooks and their alerts, and gives each its place.
    pub(super) fn of(pages: &[Arc<Page>], assets: &BTreeMap<SitePath, (SitePath, Asset)>, occupied: &mut Occupied) -> Self {
        let mut runbooks: Vec<Runbook> = Vec::new();
        let wanted: Vec<usize> = pages.iter().enumerate().filter(|(_, page)| is_runbook(page)).map(|(index, _)| index).collect();
        if wanted.is_empty() {
            return Self::default();
        }
        let mut budget = pictures::Budget::default();
        for page in wanted.iter().filter_map(|index| pages.get(*index).map(|page| (*index, page))) {
            let Some(address) = occupied.beside(&page.1.address, "incident") else { continue };
            let pictures = budget.choose(page.1, assets);
            runbooks.push(Runbook { page: page.0, address, alerts: Vec::new(), pictures });
        }
        let claimed = alerts::claims(pages, &runbooks);
        let (mut found, mut moved) = (BTreeMap::new(), Vec::new());
        for claim in claimed.granted {
            let Some(wanted) = SitePath::join(FOLDER, &format!("{}.html", claim.name)) else { continue };
            moved.extend(occupied.holder(&wanted).map(|holder| (claim.clone(), holder.clone())));
            let address = occupied.free(&wanted);
            if let Some(runbook) = runbooks.get_mut(claim.runbook) {
                runbook.alerts.push(claim.name.clone());
            }
            found.insert(claim.name.to_lowercase(), Alert { name: claim.name, runbook: claim.runbook, address });
        }
        let mut place = |name: &str| SitePath::join(FOLDER, name).map(|wanted| occupied.free(&wanted));
        let index = if found.is_empty() { None } else { place("index.html") };
        let policy = place("content-security-policy.txt");
        Self { all: runbooks, alerts: found, index, policy, refused: claimed.refused, moved }
    }

    /// The runbook of a page.
    #[must_use]
    pub fn of_page(&self, page: usize) -> Option<&Runbook> {
        self.all.get(self.all.binary_search_by_key(&page, |runbook| runbook.page).ok()?)
    }

    /// The alert of this name, whatever its case.
    #[must_use]
    pub fn alert(&self, name: &str) -> Option<&Alert> {
        self.alerts.get(&name.to_lowercase())
    }
}

/// Whether a document is a runbook: its type says so, or it names alerts.
pub(super) fn is_one(document: &Document, schema: Option<&Schema>) -> bool {
    schema.is_some_and(Schema::is_of_runbooks) || document.meta.alerts.iter().any(|(name, _)| !name.trim().is_empty())
}

fn is_runbook(page: &Page) -> bool {
    is_one(&page.document, page.binding.as_ref().map(|(schema, _)| &**schema))
}

#[cfg(test)]
mod tests;
