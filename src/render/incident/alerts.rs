//! The page of all alerts, the pages that lead from one alert to its runbook, and the rules on a runbook's page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::view::{AlertRow, RuleView};
use crate::alerts::Rule;
use crate::handbook::runbooks::{Alert, Lead};
use crate::handbook::{Entity, Handbook, Page};
use crate::mounted::Tables;
use crate::render::escape::{encode_fragment, encode_path, href};
use crate::render::machines::base;
use crate::render::view::{Kind, Link, PageView};
use crate::source::SitePath;
use crate::text::collapse;

/// The title of the page of all alerts.
const TITLE: &str = "Alerts";

/// All that is known of one alert.
pub(super) struct Known<'a> {
    /// The name, as the rules write it, else as the runbook does.
    pub name: &'a str,
    /// What answers for it.
    pub alert: Option<&'a Alert>,
    /// Its rules, by index.
    pub rules: Vec<usize>,
}

/// Every alert that a rule names, and those that only a runbook names, by name. Prometheus tells names apart that differ in case alone: they have one
/// runbook and two entries.
pub(super) fn all(handbook: &Handbook) -> impl Iterator<Item = Known<'_>> {
    let mut all: BTreeMap<(String, &str), Known<'_>> = BTreeMap::new();
    for (index, rule) in handbook.rules.all.iter().enumerate() {
        let new = || Known { name: &rule.alert, alert: handbook.runbooks.alert(&rule.alert), rules: Vec::new() };
        all.entry((rule.alert.to_lowercase(), &rule.alert)).or_insert_with(new).rules.push(index);
    }
    let ruled: BTreeSet<String> = all.keys().map(|(key, _)| key.clone()).collect();
    for (key, alert) in handbook.runbooks.alerts.iter().filter(|(key, _)| !ruled.contains(*key)) {
        all.insert((key.clone(), &alert.name), Known { name: &alert.name, alert: Some(alert), rules: Vec::new() });
    }
    all.into_values()
}

pub(super) fn index<'a>(view: &mut PageView<'a>, handbook: &'a Handbook, address: &SitePath) {
    view.kind = Kind::Alerts;
    view.title = TITLE;
    view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
    view.alert_list = all(handbook).map(|known| row(handbook, address, &known)).collect();
    view.alert_data = handbook.runbooks.list.as_ref().map(|list| href(address, list));
}

fn row(handbook: &Handbook, address: &SitePath, known: &Known<'_>) -> AlertRow {
    let page = known.alert.and_then(|alert| handbook.pages.get(alert.page));
    let owner = page.and_then(|page| handbook.owner(page)).and_then(|role| handbook.entity(Entity::Role(role)));
    let rules: Vec<&Rule> = known.rules.iter().filter_map(|index| handbook.rules.all.get(*index)).collect();
    let mut severities: Vec<String> = Vec::new();
    for severity in rules.iter().filter_map(|rule| severity(rule)) {
        if !severities.iter().any(|known| known == severity) {
            severities.push(severity.to_owned());
        }
    }
    let written = || page.and_then(|page| page.values("severity").first().map(|(severity, _)| collapse(severity)));
    let foreign = |index: &usize| handbook.runbooks.leads.get(*index) == Some(&Lead::Foreign);
    let elsewhere = known.rules.iter().find(|index| foreign(index)).and_then(|index| handbook.rules.all.get(*index)?.runbook_url.as_ref());
    AlertRow {
        name: known.name.to_owned(),
        href: known.alert.and_then(|alert| target(handbook, address, alert)),
        runbook: page.map(|page| page.title.clone()),
        runbook_href: page.map(|page| href(address, &page.address)),
        elsewhere: elsewhere.map(|(url, _)| url.clone()).filter(|url| known.alert.is_none() && is_plain(url)),
        owner: page.and_then(|page| page.owner()).map(str::to_owned),
        owner_href: owner.map(|place| href(address, place.address)),
        severity: if severities.is_empty() { written() } else { Some(severities.join(", ")) },
        paging: rules.iter().any(|rule| rule.is_paging(&handbook.config.alerts)),
        unruled: handbook.rules.configured && rules.is_empty(),
    }
}

/// What readers see of a rule's severity.
fn severity(rule: &Rule) -> Option<&str> {
    rule.severity.as_ref().map(|_| rule.known_severity().unwrap_or("severity unknown"))
}

/// Whether a URL can be a link as it stands.
fn is_plain(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://")) && !url.contains("{{")
}

/// Where an alert leads: to the incident view of its runbook, or to the place that its rule names.
fn target(handbook: &Handbook, from: &SitePath, alert: &Alert) -> Option<String> {
    let runbook = alert.runbook.filter(|_| alert.fragment.is_none()).and_then(|index| handbook.runbooks.all.get(index));
    if let Some(runbook) = runbook {
        return Some(href(from, &runbook.address));
    }
    explained(handbook, from, alert)
}

/// The place on a page that answers for an alert.
pub(in crate::render) fn explained(handbook: &Handbook, from: &SitePath, alert: &Alert) -> Option<String> {
    let page = handbook.pages.get(alert.page)?;
    let anchor = alert.fragment.as_ref().map_or(String::new(), |fragment| format!("#{}", encode_fragment(fragment)));
    Some(format!("{}{anchor}", href(from, &page.address)))
}

/// The page of one alert holds nothing but the way to the incident view, so that it is there at once.
pub(super) fn alert<'a>(view: &mut PageView<'a>, handbook: &'a Handbook, address: &SitePath, name: &str) {
    view.kind = Kind::Alert;
    let Some(alert) = handbook.runbooks.alert(name) else { return };
    view.title = &alert.name;
    view.leads_to = target(handbook, address, alert);
    // Search engines shall know the runbook, not the way to it.
    let place = |page: &Arc<Page>| {
        base(handbook).map_or_else(|| href(address, &page.address), |base| format!("{base}{}", encode_path(page.address.as_str())))
    };
    view.canonical = handbook.pages.get(alert.page).map(place);
}

/// Where a file really lies, for readers.
pub(super) fn lies(tables: &Tables<'_>, path: &SitePath) -> String {
    match tables.origin_of(path) {
        (path, Some(repository)) => format!("{path} ({repository})"),
        (path, None) => path,
    }
}

/// The rules of the alerts that a page answers for.
pub(in crate::render) fn rules<'a>(handbook: &'a Handbook, tables: &Tables<'_>, page: usize) -> Vec<RuleView<'a>> {
    let view = |rule: &'a Rule| RuleView {
        alert: &rule.alert,
        severity: severity(rule),
        paging: rule.is_paging(&handbook.config.alerts),
        hold: rule.hold.as_deref(),
        summary: rule.summary.as_deref(),
        expression: rule.expression.as_deref(),
        file: lies(tables, &rule.path),
    };
    let of = handbook.runbooks.rules_of.get(&page).map_or(&[][..], Vec::as_slice);
    of.iter().filter_map(|index| handbook.rules.all.get(*index)).map(view).collect()
}
