//! The page of all incidents: the list, how long they took, causes that came back, what is still to be done.

use std::collections::BTreeMap;

use super::figures::{Chart, MEASURED, charts, five};
use super::words::{length, local};
use crate::blocks::incident::{Severity, Stage, Task};
use crate::handbook::incidents::Report;
use crate::handbook::{Entity, Handbook, Page};
use crate::render::escape::href;
use crate::render::registry::place_href;
use crate::render::view::{Kind, Link, PageView};
use crate::source::SitePath;
use crate::text::{collapse, fold_title};

/// The title of the page.
pub(in crate::render) const TITLE: &str = "All incidents";

/// Incidents that the list shows at most; causes, the incidents of one, and actions of one owner. `opsbook incidents` leaves nothing out.
const LIMIT: usize = 300;
const CAUSES: usize = 40;
const OF_CAUSE: usize = 10;
const ACTIONS: usize = 25;

/// What the template of the page sees.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Log {
    pub total: usize,
    /// Medians of all incidents.
    pub medians: Vec<Median>,
    pub rows: Vec<Row>,
    pub more: usize,
    pub charts: Vec<Chart>,
    pub causes: Vec<Cause>,
    pub owners: Vec<Owner>,
    /// Actions that are open.
    pub open: usize,
}

/// The median of the times to a stage.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Median {
    /// `detect`
    pub to: &'static str,
    pub length: String,
    pub count: usize,
}

/// An incident.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Row {
    pub day: Option<String>,
    pub title: String,
    pub href: String,
    pub severity: Option<String>,
    pub services: Vec<String>,
    pub detect: Option<String>,
    pub acknowledge: Option<String>,
    pub mitigate: Option<String>,
    pub resolve: Option<String>,
}

/// A cause of more than one incident.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Cause {
    pub text: String,
    /// Of how many incidents.
    pub count: usize,
    /// The newest of them.
    pub incidents: Vec<Dated>,
}

/// An incident by its title and its day.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Dated {
    pub day: Option<String>,
    pub title: String,
    pub href: String,
}

/// What somebody still has to do.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Owner {
    /// None where no report says who does it.
    pub name: Option<String>,
    pub href: Option<String>,
    pub actions: Vec<Open>,
    pub more: usize,
}

/// An action that is open.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Open {
    pub text: String,
    pub due: Option<String>,
    /// The day of it, by which the browser tells whether it is overdue.
    pub day: Option<String>,
    pub ticket: Option<String>,
    pub ticket_href: Option<String>,
    pub incident: Dated,
}

/// The incident of a report, as pages refer to it.
pub(super) fn dated(handbook: &Handbook, report: &Report, from: &SitePath) -> Option<Dated> {
    let page = handbook.pages.get(report.page)?;
    Some(Dated { day: day(report), title: page.title.clone(), href: href(from, &page.address) })
}

/// The day on which an incident began.
fn day(report: &Report) -> Option<String> {
    report.record.times.first().map(|(at, ahead)| local(at, ahead).date().to_string())
}

/// Fills in the page at `address`.
pub(in crate::render) fn fill(view: &mut PageView<'_>, handbook: &Handbook, address: &SitePath) {
    view.kind = Kind::Incidents;
    view.title = TITLE;
    view.wide = true;
    view.blocks = true;
    view.breadcrumbs = vec![Link { title: handbook.title().to_owned(), href: Some(view.home.clone()) }];
    let reports = &handbook.incidents.all;
    let medians = MEASURED.iter().filter_map(|(stage, to)| {
        let seconds: Vec<i64> = reports.iter().filter_map(|report| report.record.times.seconds_to(*stage)).collect();
        Some(Median { to, length: length(five(&seconds)?[2]), count: seconds.len() })
    });
    let rows: Vec<Row> = reports.iter().take(LIMIT).filter_map(|report| row(handbook, report, address)).collect();
    let owners = owners(handbook, address);
    view.incident_log = Some(Log {
        total: reports.len(),
        medians: medians.collect(),
        more: reports.len() - rows.len(),
        rows,
        charts: charts(reports),
        causes: causes(handbook, address),
        open: reports.iter().flat_map(|report| &report.record.tasks).filter(|task| !task.done).count(),
        owners,
    });
}

fn row(handbook: &Handbook, report: &Report, from: &SitePath) -> Option<Row> {
    let page: &Page = handbook.pages.get(report.page)?;
    let record = &report.record;
    let to = |stage| record.times.seconds_to(stage).map(length);
    Some(Row {
        day: day(report),
        title: page.title.clone(),
        href: href(from, &page.address),
        severity: record.severity.as_ref().map(|severity: &Severity| severity.name.clone()),
        services: record.services.clone(),
        detect: to(Stage::Detected),
        acknowledge: to(Stage::Acknowledged),
        mitigate: to(Stage::Mitigated),
        resolve: to(Stage::Resolved),
    })
}

/// Causes of more than one incident, those of most first.
fn causes(handbook: &Handbook, from: &SitePath) -> Vec<Cause> {
    let mut by_words: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    for (index, report) in handbook.incidents.all.iter().enumerate() {
        for cause in &report.record.causes {
            // As the newest report writes it.
            let (_, indices) = by_words.entry(fold_title(cause)).or_insert_with(|| (collapse(cause), Vec::new()));
            if indices.last() != Some(&index) {
                indices.push(index);
            }
        }
    }
    let mut repeated: Vec<(String, Vec<usize>)> = by_words.into_values().filter(|(_, indices)| indices.len() > 1).collect();
    repeated.sort_by_key(|(_, indices)| std::cmp::Reverse(indices.len()));
    repeated.truncate(CAUSES);
    let incidents = |indices: Vec<usize>| {
        indices.into_iter().take(OF_CAUSE).filter_map(|index| dated(handbook, handbook.incidents.all.get(index)?, from)).collect()
    };
    repeated.into_iter().map(|(text, indices)| Cause { text, count: indices.len(), incidents: incidents(indices) }).collect()
}

/// Who does something, and what, each with the report that says so.
type Owned<'a> = (Option<String>, Vec<(&'a Task, &'a Report)>);

/// Open actions by those who do them, in the order of their days; what nobody does comes last.
fn owners(handbook: &Handbook, from: &SitePath) -> Vec<Owner> {
    let mut by_owner: BTreeMap<(bool, String), Owned<'_>> = BTreeMap::new();
    for report in &handbook.incidents.all {
        for task in report.record.tasks.iter().filter(|task| !task.done) {
            for owner in &task.owners {
                by_owner.entry((false, fold_title(owner))).or_insert_with(|| (Some(owner.clone()), Vec::new())).1.push((task, report));
            }
            if task.owners.is_empty() {
                by_owner.entry((true, String::new())).or_default().1.push((task, report));
            }
        }
    }
    let owner = |(name, mut tasks): Owned<'_>| {
        tasks.sort_by_key(|(task, _)| (task.day.is_none(), task.day));
        let actions: Vec<Open> = tasks.iter().take(ACTIONS).filter_map(|(task, report)| open(handbook, task, report, from)).collect();
        let role = name.as_deref().and_then(|name| handbook.registry.role_index(name));
        let place = role.and_then(|role| handbook.entity(Entity::Role(role)));
        Owner { name, href: place.map(|place| place_href(from, place.address, place.anchor)), more: tasks.len() - actions.len(), actions }
    };
    by_owner.into_values().map(owner).collect()
}

fn open(handbook: &Handbook, task: &Task, report: &Report, from: &SitePath) -> Option<Open> {
    let ticket = task.ticket.as_deref();
    let is_address = |ticket: &&str| ticket.starts_with("https://") || ticket.starts_with("http://");
    Some(Open {
        text: task.text.clone(),
        due: task.due.clone(),
        day: task.day.map(|day| day.to_string()),
        ticket_href: ticket.filter(is_address).map(str::to_owned),
        // Where the words end with it they say it already.
        ticket: ticket.filter(|ticket| !task.text.contains(ticket)).map(str::to_owned),
        incident: dated(handbook, report, from)?,
    })
}
