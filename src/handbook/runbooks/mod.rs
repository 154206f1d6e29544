//! Runbooks: documents that somebody reads whom an alert has just woken up, and the alerts that they answer for.
//!
//! Knows documents, their schemas and their places in the site. Must not know how the incident view looks.

mod alerts;
mod headings;
mod parts;
mod people;
mod pictures;
mod rules;

pub use alerts::{Claim, Fault as AlertFault};
pub use parts::{incident_parts, says_part, title_section};
pub use people::{Person, escalation};
pub use pictures::{PICTURE_LIMIT, Picture, mime_type};
pub(super) use rules::Ground;
pub use rules::{Lead, bases};

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::incidents::is_of_incidents;
use super::{Holder, Occupied, Page};
use crate::alerts::Rules;
use crate::document::Document;
use crate::schema::Schema;
use crate::source::SitePath;
use alerts::Claims;

/// The folder of the pages that lead from alerts to their runbooks.
const FOLDER: &str = "alert";

/// The page of all incidents, which is there if there are reports.
const REPORTS: &str = "incidents.html";
/// Pages that are made once all else has its place, where a rule may lead to as to any list. Of the others than the reports it isn't asked whether
/// this handbook has them.
const MADE: [&str; 5] = ["completeness.html", "contents.html", REPORTS, "registry/rules.html", "reviews.html"];

/// The runbooks of a handbook and the alerts that they answer for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runbooks {
    /// The runbooks, in the order of their pages.
    pub all: Vec<Runbook>,
    /// The alerts, each with the runbook that answers for it, by name in small letters.
    pub alerts: BTreeMap<String, Alert>,
    /// The page of all alerts; none if no runbook answers for one and no rules are there.
    pub index: Option<SitePath>,
    /// The file that says which headers the incident views need; none without a runbook.
    pub policy: Option<SitePath>,
    /// Claims that can't be granted, and why.
    pub refused: Vec<(Claim, AlertFault)>,
    /// Claims that are granted.
    pub claims: Vec<Claim>,
    /// Where each rule of the handbook leads, in their order.
    pub leads: Vec<Lead>,
    /// The rules of the alerts that each page answers for, by the page's index.
    pub rules_of: BTreeMap<usize, Vec<usize>>,
    /// The list of alerts for programs; none without a page of all alerts.
    pub list: Option<SitePath>,
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
    /// Index of the runbook; none if only the alert's rule names its page, which needn't be a runbook.
    pub runbook: Option<usize>,
    /// Index of the claim that is granted; none if only the alert's rule names its page.
    pub claim: Option<usize>,
    /// Index of the page that answers for it.
    pub page: usize,
    /// The anchor on that page that its rule names.
    pub fragment: Option<String>,
    /// Where the page lies that leads to the runbook; none if no file can have the alert's name.
    pub address: Option<SitePath>,
}

impl Runbooks {
    /// Finds the runbooks and their alerts, and gives each its place.
    pub(super) fn of(pages: &[Arc<Page>], ground: &Ground<'_>, occupied: &mut Occupied) -> Self {
        let mut runbooks: Vec<Runbook> = Vec::new();
        let wanted: Vec<usize> = pages.iter().enumerate().filter(|(_, page)| is_runbook(page)).map(|(index, _)| index).collect();
        if wanted.is_empty() && !ground.rules.configured {
            return Self::default();
        }
        let mut budget = pictures::Budget::default();
        for page in wanted.iter().filter_map(|index| pages.get(*index).map(|page| (*index, page))) {
            let Some(address) = occupied.beside(&page.1.address, "incident") else { continue };
            let pictures = budget.choose(page.1, ground.assets);
            runbooks.push(Runbook { page: page.0, address, alerts: Vec::new(), pictures });
        }
        let claimed = alerts::claims(pages, &runbooks);
        let (mut found, mut moved) = (BTreeMap::new(), Vec::new());
        for (index, claim) in claimed.granted.iter().enumerate() {
            let Some(wanted) = alert_place(&claim.name) else { continue };
            moved.extend(occupied.holder(&wanted).map(|holder| (claim.clone(), holder.clone())));
            let address = Some(occupied.free(&wanted));
            if let Some(runbook) = runbooks.get_mut(claim.runbook) {
                runbook.alerts.push(claim.name.clone());
            }
            let alert =
                Alert { name: claim.name.clone(), runbook: Some(claim.runbook), claim: Some(index), page: claim.page, fragment: None, address };
            found.insert(claim.name.to_lowercase(), alert);
        }
        // What no file can be called is answered for all the same.
        for (claim, _) in claimed.refused.iter().filter(|(claim, fault)| claim.written && matches!(fault, AlertFault::Name(_))) {
            let alert =
                Alert { name: claim.name.clone(), runbook: Some(claim.runbook), claim: None, page: claim.page, fragment: None, address: None };
            found.entry(claim.name.to_lowercase()).or_insert(alert);
        }
        let mut leads = follow(ground, &runbooks, &mut found, occupied);
        let rules_of = rules_of(ground.rules, &leads, &found);
        let mut place = |wanted: Option<SitePath>, is_wanted: bool| wanted.filter(|_| is_wanted).map(|wanted| occupied.free(&wanted));
        let has_alerts = !found.is_empty() || !ground.rules.all.is_empty();
        let index = place(SitePath::join(FOLDER, "index.html"), has_alerts);
        let policy = place(SitePath::join(FOLDER, "content-security-policy.txt"), !runbooks.is_empty());
        let list = place(SitePath::new("alerts.json"), has_alerts);
        let is_report = pages.iter().any(|page| page.is_incident_report());
        let lists =
            [&index, &policy, &list].into_iter().flatten().map(SitePath::as_str).chain(MADE.into_iter().filter(|name| is_report || *name != REPORTS));
        rules::find_made(&mut leads, &lists.chain(ground.made.iter().map(SitePath::as_str)).collect());
        let Claims { granted: claims, refused } = claimed;
        Self { all: runbooks, alerts: found, index, policy, refused, claims, leads, rules_of, list, moved }
    }

    /// The runbook of a page.
    #[must_use]
    pub fn of_page(&self, page: usize) -> Option<&Runbook> {
        self.all.get(self.all.binary_search_by_key(&page, |runbook| runbook.page).ok()?)
    }

    /// The claim that is granted for an alert of this name.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Claim> {
        let alert = self.alert(name)?;
        self.claims.get(alert.claim?)
    }

    /// The alert of this name, whatever its case.
    #[must_use]
    pub fn alert(&self, name: &str) -> Option<&Alert> {
        self.alerts.get(&name.to_lowercase())
    }
}

/// Where the page of an alert is looked for.
fn alert_place(name: &str) -> Option<SitePath> {
    SitePath::join(FOLDER, &format!("{name}.html"))
}

/// Where an incident view lies beside a page, if nothing else lies there.
pub(super) fn view_beside(page: &SitePath) -> Option<SitePath> {
    SitePath::join(page.folder(), &format!("{}.incident.html", page.stem()))
}

/// Finds out where each rule leads, and gives alerts that no document claims the page that their rules name.
fn follow(ground: &Ground<'_>, runbooks: &[Runbook], found: &mut BTreeMap<String, Alert>, occupied: &mut Occupied) -> Vec<Lead> {
    let views = runbooks.iter().map(|runbook| (runbook.address.clone(), runbook.page));
    let alerts = found.values().filter_map(|alert| Some((alert.address.clone()?, alert.page)));
    // Where the incident view of a runbook was before lies a way to it too.
    let former = ground.aliases.all.values().filter(|alias| runbooks.binary_search_by_key(&alias.page, |runbook| runbook.page).is_ok());
    let former = former.filter_map(|alias| Some((view_beside(&alias.place)?, alias.page)));
    let mut ours: HashMap<SitePath, usize> = former.chain(views).chain(alerts).collect();
    let mut leads: Vec<Lead> = ground.rules.all.iter().map(|rule| ground.lead(rule, &ours)).collect();
    let mut is_any_new = false;
    for (rule, lead) in ground.rules.all.iter().zip(&leads) {
        let Lead::Page { page, fragment } = lead else { continue };
        let key = rule.alert.to_lowercase();
        if found.contains_key(&key) {
            continue;
        }
        let wanted = alert_place(&rule.alert).filter(|_| alerts::unfit(&rule.alert).is_none());
        let address = wanted.map(|wanted| occupied.free(&wanted));
        is_any_new |= address.is_some();
        ours.extend(address.clone().map(|address| (address, *page)));
        let runbook = runbooks.binary_search_by_key(page, |runbook| runbook.page).ok();
        found.insert(key, Alert { name: rule.alert.clone(), runbook, claim: None, page: *page, fragment: fragment.clone(), address });
    }
    // Rules may name the pages of these alerts too.
    if is_any_new {
        for (rule, lead) in ground.rules.all.iter().zip(&mut leads).filter(|(_, lead)| matches!(lead, Lead::Missing(_))) {
            *lead = ground.lead(rule, &ours);
        }
    }
    leads
}

/// The rules of the alerts that each page answers for.
fn rules_of(rules: &Rules, leads: &[Lead], found: &BTreeMap<String, Alert>) -> BTreeMap<usize, Vec<usize>> {
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, (rule, lead)) in rules.all.iter().zip(leads).enumerate() {
        let named = if let Lead::Page { page, .. } = lead { Some(*page) } else { None };
        let page = found.get(&rule.alert.to_lowercase()).map(|alert| alert.page).or(named);
        if let Some(page) = page {
            of.entry(page).or_default().push(index);
        }
    }
    of
}

/// Whether a document is a runbook: its type says so, or it names alerts.
pub(super) fn is_one(document: &Document, schema: Option<&Schema>) -> bool {
    // The alerts of an incident report are those that fired: it answers for none.
    let names_alerts = || document.meta.alerts.iter().any(|(name, _)| !name.trim().is_empty());
    schema.is_some_and(Schema::is_of_runbooks) || (!is_of_incidents(schema) && names_alerts())
}

fn is_runbook(page: &Page) -> bool {
    is_one(&page.document, page.binding.as_ref().map(|(schema, _)| &**schema))
}

#[cfg(test)]
mod tests;
