//! What stands above the text of a report: how bad it was, when each stage was reached, and the timeline as a drawing.

use super::words::{length, local, moment};
use crate::blocks::incident::{Record, Stage};
use crate::diagram::{Caption, Course, Moment};
use crate::handbook::{Entity, Handbook, Page};
use crate::render::drawn::Drawn;
use crate::render::escape::href;
use crate::render::incident::explained;
use crate::render::registry::place_href;
use crate::render::view::Link;
use crate::text::count;

/// What the template of a report sees.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct ReportView {
    pub severity: Option<String>,
    pub stages: Vec<StageView>,
    pub services: Vec<Link>,
    pub alerts: Vec<Link>,
    pub runbooks: Vec<Link>,
    pub causes: Vec<String>,
    /// The timeline, drawn.
    pub drawing: String,
    /// What is drawn; here since it is part of what the page depends on.
    #[serde(skip)]
    pub course: Course,
    #[serde(skip)]
    pub description: String,
}

/// When a stage was reached.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct StageView {
    /// `Detected`
    pub name: String,
    /// `2026-10-06 06:25 UTC`
    pub time: String,
    /// The same for programs.
    pub datetime: String,
    /// How long after the beginning.
    pub after: Option<String>,
}

/// What the page of a report shows of it; none of other pages, and where there is nothing to show.
pub(in crate::render) fn report(handbook: &Handbook, page: &Page) -> Option<ReportView> {
    let incident = page.blocks.incident.as_ref().filter(|_| page.is_incident_report())?;
    let record = Record::of(&page.document, &page.blocks, &handbook.registry);
    let stages: Vec<StageView> = incident.times.iter().map(|(stage, at)| stage_view(&record, *stage, at.at, at.ahead)).collect();
    let ahead = record.times.first().map_or(0, |(_, ahead)| ahead);
    let marks = incident.times.iter().map(|(stage, at)| Moment {
        at: at.at.as_second(),
        time: local(at.at, ahead).strftime("%H:%M").to_string(),
        text: match record.times.seconds_to(*stage) {
            Some(seconds) => format!("{} ({})", stage.key(), length(seconds)),
            None => stage.key().to_owned(),
        },
    });
    // Times that run backwards make no bar.
    let is_ordered = incident.times.iter().zip(incident.times.iter().skip(1)).all(|((_, a), (_, b))| a.at <= b.at);
    let day = record.times.first().map(|(at, ahead)| local(at, ahead).date());
    let events = incident.timeline.events.iter().map(|event| {
        let shown = local(event.at, if record.times.first().is_some() { ahead } else { event.ahead });
        let format = if day.is_none_or(|day| day == shown.date()) { "%H:%M" } else { "%m-%d %H:%M" };
        Moment { at: event.at.as_second(), time: shown.strftime(format).to_string(), text: event.text.clone() }
    });
    let course = Course { stages: if is_ordered { marks.collect() } else { Vec::new() }, events: events.collect() };
    let says: Vec<String> = stages
        .iter()
        .map(|stage| format!("{} {}{}", stage.name, stage.time, stage.after.as_ref().map_or(String::new(), |after| format!(", after {after}"))))
        .chain((!course.events.is_empty()).then(|| format!("{}, which the timeline below lists", count(course.events.len(), "event"))))
        .collect();
    let alerts = record.alerts.iter().map(|name| {
        // Who reads a report isn't in a hurry: the page, and not its incident view.
        let alert = handbook.runbooks.alert(name);
        Link { title: name.clone(), href: alert.and_then(|alert| explained(handbook, &page.address, alert)) }
    });
    let runbooks = record.runbooks.iter().filter_map(|name| handbook.reference(page, name));
    let view = ReportView {
        severity: record.severity.as_ref().map(|severity| severity.name.clone()),
        stages,
        services: record.services.iter().map(|name| service(handbook, page, name)).collect(),
        alerts: alerts.collect(),
        runbooks: runbooks.map(|to| Link { title: to.title.clone(), href: Some(href(&page.address, &to.address)) }).collect(),
        causes: record.causes,
        drawing: String::new(),
        course,
        description: says.join("; "),
    };
    let has_facts = view.severity.is_some() || !(view.stages.is_empty() && view.services.is_empty() && view.alerts.is_empty());
    (has_facts || !view.causes.is_empty() || view.course.events.len() > 1).then_some(view)
}

fn stage_view(record: &Record, stage: Stage, at: jiff::Timestamp, ahead: i32) -> StageView {
    let key = stage.key();
    let mut letters = key.chars();
    let name = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    StageView { name, time: moment(at, ahead), datetime: at.to_string(), after: record.times.seconds_to(stage).map(length) }
}

/// A service, with the page of the platform that has its name.
fn service(handbook: &Handbook, page: &Page, name: &str) -> Link {
    let is_it = |platform: &crate::registry::Platform| platform.names.all().any(|known| known.eq_ignore_ascii_case(name));
    let platform = handbook.registry.platforms.iter().position(is_it);
    let place = platform.and_then(|index| handbook.entity(Entity::Platform(index)));
    Link { title: name.to_owned(), href: place.map(|place| place_href(&page.address, place.address, place.anchor)) }
}

/// Draws the timeline.
pub(in crate::render) fn draw(view: &mut ReportView, drawn: &Drawn<'_>) {
    let caption = Caption { prefix: ":incident", title: "The incident, minute by minute", description: &view.description };
    view.drawing.clone_from(&drawn.get("course", &view.course, caption, Course::draw).svg);
}
