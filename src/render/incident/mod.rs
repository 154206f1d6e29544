//! The incident view: a runbook as one file that needs nothing else, in the order in which somebody reads whom an alert has just woken up; and the
//! pages that lead from alerts to it.
//!
//! Knows runbooks and the pieces of their documents. Must not know how pieces are rendered, or the disk.

mod alerts;
mod arrange;
mod inline;
mod list;
mod view;

use alerts::{Known, all};
pub(super) use alerts::{explained, rules};
pub(super) use inline::Inline;
pub(super) use list::list;
pub(super) use view::{AlertRow, Incident, RuleView};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::body::{Input, Pictures, render_pieces};
use super::escape::href;
use super::incidents::used;
use super::theme::Theme;
use super::view::{Kind, PageView, Standing, placeholders};
use crate::handbook::runbooks::{escalation, mime_type};
use crate::handbook::{Handbook, Page, Runbook};
use crate::memo::Digest;
use crate::mounted::Tables;
use crate::source::{SitePath, Sources};
use view::{PersonView, PictureKey};

/// One page about alerts and runbooks.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    /// The page of all alerts.
    Index,
    /// The page that leads from an alert to its runbook: the alert's name in small letters.
    Alert(String),
    /// The incident view of a runbook, by its index.
    Incident(usize),
}

/// Every such page with its place.
pub(super) fn subjects(handbook: &Handbook) -> Vec<(Subject, SitePath)> {
    let runbooks = &handbook.runbooks;
    let views = runbooks.all.iter().enumerate().map(|(index, runbook)| (Subject::Incident(index), runbook.address.clone()));
    let alerts = runbooks.alerts.iter().filter_map(|(name, alert)| Some((Subject::Alert(name.clone()), alert.address.clone()?)));
    views.chain(alerts).chain(runbooks.index.clone().map(|address| (Subject::Index, address))).collect()
}

/// The file that says which headers let both pages and incident views work.
pub(super) fn policy(handbook: &Handbook, theme: &Theme) -> Option<(SitePath, String)> {
    Some((handbook.runbooks.policy.clone()?, format!("{}\n", theme.inline().header)))
}

/// Fills in the page at `address`, but for the document's own HTML.
pub(super) fn fill<'a>(view: &mut PageView<'a>, handbook: &'a Handbook, theme: &'a Theme, sources: &Sources, subject: &Subject, address: &SitePath) {
    match subject {
        Subject::Index => alerts::index(view, handbook, address),
        Subject::Alert(name) => alerts::alert(view, handbook, address, name),
        Subject::Incident(index) => {
            let runbook = handbook.runbooks.all.get(*index);
            let Some((runbook, page)) = runbook.and_then(|runbook| Some((runbook, handbook.pages.get(runbook.page)?))) else { return };
            view.kind = Kind::Incident;
            view.title = &page.title;
            view.source = Some(alerts::lies(&Tables::of(&handbook.config, sources), &page.document.path));
            view.canonical = None;
            view.placeholders = placeholders(&page.document);
            view.incident = Some(incident(handbook, theme, sources, runbook, page, address));
        }
    }
}

fn incident<'a>(
    handbook: &'a Handbook,
    theme: &'a Theme,
    sources: &Sources,
    runbook: &'a Runbook,
    page: &'a Page,
    address: &SitePath,
) -> Incident<'a> {
    let meta = &page.document.meta;
    let standing = Standing::of(meta);
    let inline = theme.inline();
    // `Kube Pod Down` says already that it is about KubePodDown.
    let squeezed = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let title = squeezed(&page.title);
    let named: Vec<String> = runbook.alerts.iter().filter(|alert| squeezed(alert) != title).cloned().collect();
    Incident {
        is_alert: named.len() < runbook.alerts.len(),
        alerts: named,
        page: href(address, &page.address),
        policy: if sources.lines { &inline.preview_policy } else { &inline.policy },
        style: &inline.style,
        script: &inline.script,
        status: standing.status,
        past: standing.past,
        coming: standing.coming,
        people: escalation(handbook, page).into_iter().map(PersonView::of).collect(),
        reviewed: meta.reviewed.as_ref().map(|(text, _)| text.as_str()),
        due: standing.review_due,
        used: used(handbook, runbook.page, address),
        jumps: Vec::new(),
        intro: String::new(),
        parts: Vec::new(),
        values_before: None,
        rest: Vec::new(),
        rest_open: false,
        notes: String::new(),
        plan: arrange::plan(page),
        pictures: pictures(runbook, sources),
    }
}

/// The images of a runbook, for the key of its view: those that are carried inside by their bytes, the others by their sizes.
fn pictures(runbook: &Runbook, sources: &Sources) -> Vec<PictureKey> {
    let key = |(place, picture): (&SitePath, &crate::handbook::runbooks::Picture)| {
        let bytes = sources.pictures.get(&picture.from).filter(|_| picture.inside);
        PictureKey { place: place.clone(), from: picture.from.clone(), length: picture.asset.length, bytes: bytes.map(|bytes| Digest::of(bytes)) }
    };
    runbook.pictures.iter().map(key).collect()
}

/// Renders the document of an incident view and puts it in order.
pub(super) fn put_document(view: &mut PageView<'_>, input: &Input<'_>, sources: &Sources) {
    let Some(incident) = &mut view.incident else { return };
    let mut pictures = Pictures::default();
    for picture in &incident.pictures {
        let bytes = sources.pictures.get(&picture.from).filter(|_| picture.bytes.is_some());
        match (bytes, mime_type(&picture.place)) {
            (Some(bytes), Some(mime)) => {
                pictures.inside.insert(picture.place.clone(), format!("data:{mime};base64,{}", STANDARD.encode(bytes)));
            }
            _ => drop(pictures.outside.insert(picture.place.clone(), picture.length)),
        }
    }
    let pieces = render_pieces(input, &incident.plan.levels, &pictures);
    view.heading = arrange::arrange(incident, input.page, pieces);
}
