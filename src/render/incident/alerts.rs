//! The page of all alerts, the pages that lead from one alert to its runbook, and the rules on a runbook's page.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::view::{AlertRow, RuleView};
use crate::alerts::Rule;
use crate::handbook::runbooks::{Alert, Lead};
use crate::handbook::{Entity, Handbook, Page};
use crate::render::escape::{encode_fragment, encode_path, href};
use crate::render::machines::base;
use crate::render::view::{Kind, Link, PageView};
use crate::source::SitePath;
use crate::text::collapse;

/// The title of the page of all alerts.
const TITLE: &str = "Alerts";

/// All that is known of one alert.
pub(super) struct Known<'a> {
    /// The name, as the runbook writes it, else as the first rule does.
    pub name: &'a str,
    /// What answers for it.
    pub alert: Option<&'a Alert>,
    /// Its rules, by index.
    pub rules: Vec<usize>,
}

/// Every alert that a runbook or a rule names, by name in small letters.
pub(super) fn all(handbook: &Handbook) -> BTreeMap<String, Known<'_>> {
    let mut all: BTreeMap<String, Known<'_>> = handbook
        .runbooks
        .alerts
        .iter()
        .map(|(key, alert)| (key.clone(), Known { name: &alert.name, alert: Some(alert), rules: Vec::new() }))
        .collect();
    for (index, rule) in handbook.rules.all.iter().enumerate() {
        let new = || Known { name: &rule.alert, alert: None, rules: Vec::new() };
        all.entry(rule.alert.to_lowercase()).or_insert_with(new).rules.push(index);
    }
    all
}

pub(super) fn index<'a>(view: &mut PageView<'a>, handbook: &'a Handbook, address: &SitePath) {
    view.kind = Kind::Alerts;
    view.title = TITLE;
    view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
    view.alert_list = all(handbook).values().map(|known| row(handbook, address, known)).collect();
    view.alert_data = handbook.runbooks.list.as_ref().map(|list| href(address, list));
}

fn row(handbook: &Handbook, address: &SitePath, known: &Known<'_>) -> AlertRow {
    let page = known.alert.and_then(|alert| handbook.pages.get(alert.page));
    let owner = page.and_then(|page| handbook.owner(page)).and_then(|role| handbook.entity(Entity::Role(role)));
    let rules: Vec<&Rule> = known.rules.iter().filter_map(|index| handbook.rules.all.get(*index)).collect();
    let mut severities: Vec<String> = Vec::new();
    for severity in rules.iter().filter_map(|rule| rule.severity.as_ref()) {
        if !severities.contains(severity) {
            severities.push(severity.clone());
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

/// The rules of the alerts that a page answers for.
pub(in crate::render) fn rules<'a>(handbook: &'a Handbook, page: usize) -> Vec<RuleView<'a>> {
    let view = |rule: &'a Rule| RuleView {
        alert: &rule.alert,
        severity: rule.severity.as_deref(),
        paging: rule.is_paging(&handbook.config.alerts),
        hold: rule.hold.as_deref(),
        summary: rule.summary.as_deref(),
        expression: rule.expression.as_deref(),
        file: rule.path.as_str(),
    };
    let of = handbook.runbooks.rules_of.get(&page).map_or(&[][..], Vec::as_slice);
    of.iter().filter_map(|index| handbook.rules.all.get(*index)).map(view).collect()
}
