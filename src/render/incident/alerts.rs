//! The page of all alerts, and the pages that lead from one alert to its runbook.

use std::sync::Arc;

use super::AlertRow;
use crate::handbook::{Entity, Handbook, Page};
use crate::render::escape::{encode_path, href};
use crate::render::machines::base;
use crate::render::view::{Kind, Link, PageView};
use crate::source::SitePath;
use crate::text::collapse;

/// The title of the page of all alerts.
const TITLE: &str = "Alerts";

pub(super) fn index<'a>(view: &mut PageView<'a>, handbook: &'a Handbook, address: &SitePath) {
    view.kind = Kind::Alerts;
    view.title = TITLE;
    view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
    let row = |alert: &crate::handbook::runbooks::Alert| {
        let runbook = handbook.runbooks.all.get(alert.runbook)?;
        let page = handbook.pages.get(runbook.page)?;
        let owner = handbook.owner(page).and_then(|role| handbook.entity(Entity::Role(role)));
        Some(AlertRow {
            name: alert.name.clone(),
            href: href(address, &runbook.address),
            runbook: page.title.clone(),
            runbook_href: href(address, &page.address),
            owner: page.owner().map(str::to_owned),
            owner_href: owner.map(|place| href(address, place.address)),
            severity: page.values("severity").first().map(|(severity, _)| collapse(severity)),
        })
    };
    view.alert_list = handbook.runbooks.alerts.values().filter_map(row).collect();
}

/// The page of one alert holds nothing but the way to the incident view, so that it is there at once.
pub(super) fn alert<'a>(view: &mut PageView<'a>, handbook: &'a Handbook, address: &SitePath, name: &str) {
    view.kind = Kind::Alert;
    let Some(alert) = handbook.runbooks.alert(name) else { return };
    view.title = &alert.name;
    let Some(runbook) = handbook.runbooks.all.get(alert.runbook) else { return };
    view.leads_to = Some(href(address, &runbook.address));
    // Search engines shall know the runbook, not the way to it.
    let place = |page: &Arc<Page>| {
        base(handbook).map_or_else(|| href(address, &page.address), |base| format!("{base}{}", encode_path(page.address.as_str())))
    };
    view.canonical = handbook.pages.get(runbook.page).map(place);
}
