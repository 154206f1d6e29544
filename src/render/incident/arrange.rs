//! The order of an incident view: the parts that an alert asks for, then all else in the order of the document. Nothing is lost.

use super::view::{Incident, Jump, PartView, RestView};
use crate::handbook::Page;
use crate::handbook::runbooks::{incident_parts, says_part, title_section};
use crate::render::body::Pieces;
use crate::schema::rules::incident::IncidentPart;

/// Where each section of a document goes.
#[derive(Debug, Clone, Default, Hash)]
pub(in crate::render) struct Plan {
    /// The part that it is in.
    parts: Vec<Option<IncidentPart>>,
    /// The level of its heading there.
    pub(super) levels: Vec<u8>,
    /// For what is in no part: the section whose fold it is in.
    folds: Vec<usize>,
    /// The section whose heading is the page's.
    title: Option<usize>,
}

/// Decides where each section of a page goes.
pub(super) fn plan(page: &Page) -> Plan {
    let sections = &page.document.sections;
    let parts = incident_parts(page);
    let title = title_section(&page.document).filter(|title| parts.get(*title).copied().flatten().is_none());
    let mut folds: Vec<usize> = Vec::with_capacity(sections.len());
    let mut levels = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        // The sections above that go to the same place.
        let above = section.parent.filter(|parent| Some(*parent) != title && parts.get(*parent) == parts.get(index));
        let root = above.and_then(|parent| folds.get(parent).copied()).unwrap_or(index);
        folds.push(root);
        let base = sections.get(root).map_or(section.level, |root| root.level);
        levels.push(if Some(index) == title { 1 } else { (section.level.saturating_sub(base) + 2).min(6) });
    }
    Plan { parts, levels, folds, title }
}

/// Puts the pieces of a document where they go. Gives the heading of the page.
pub(super) fn arrange(incident: &mut Incident<'_>, page: &Page, pieces: Pieces) -> String {
    let plan = std::mem::take(&mut incident.plan);
    let mut parts = IncidentPart::ALL.map(|part| (part, None::<PartView>));
    let mut fold = None;
    for piece in pieces.sections {
        let Some(index) = piece.section.filter(|index| Some(*index) != plan.title) else {
            incident.intro.push_str(&piece.html);
            continue;
        };
        if let Some(part) = plan.parts.get(index).copied().flatten() {
            let title = page.document.sections.get(index).map_or("", |section| section.title.as_str());
            let label = (!says_part(title, part)).then(|| label(part));
            let Some((_, view)) = parts.iter_mut().find(|(of, _)| *of == part) else { continue };
            let view = view.get_or_insert_with(|| PartView { id: id(part), label, html: String::new() });
            view.html.extend([piece.heading, piece.html]);
            continue;
        }
        let root = plan.folds.get(index).copied();
        match incident.rest.last_mut().filter(|_| fold == root) {
            Some(rest) => rest.html.extend([piece.heading, piece.html]),
            None => incident.rest.push(RestView { heading: piece.heading, html: piece.html }),
        }
        fold = root;
    }
    for rest in &mut incident.rest {
        rest.html.truncate(rest.html.trim_end().len());
    }
    let has = |wanted: IncidentPart| parts.iter().any(|(part, view)| *part == wanted && view.is_some());
    incident.rest_open = !has(IncidentPart::Actions) && !has(IncidentPart::Diagnosis);
    incident.notes = pieces.notes;
    incident.parts = parts.into_iter().filter_map(|(_, view)| view).collect();
    incident.jumps = jumps(incident);
    // What it means comes first; what to fill in stands before the first part that may hold commands.
    incident.values_before = incident.parts.iter().position(|part| ![IncidentPart::Meaning, IncidentPart::Impact].map(id).contains(&part.id));
    pieces.heading
}

/// The ways to the parts that are there, in their order.
fn jumps(incident: &Incident<'_>) -> Vec<Jump> {
    let mut jumps = Vec::new();
    for part in &incident.parts {
        let title = IncidentPart::ALL.into_iter().find(|of| id(*of) == part.id).map_or("", jump);
        // Meaning and impact are one way: the second is in sight of the first.
        if !title.is_empty() && (part.id != id(IncidentPart::Impact) || jumps.is_empty()) {
            jumps.push(Jump { id: part.id, title });
        }
    }
    let escalates = incident.parts.iter().any(|part| part.id == id(IncidentPart::Escalation));
    if !escalates && !incident.people.is_empty() {
        jumps.push(Jump { id: ":people", title: jump(IncidentPart::Escalation) });
    }
    jumps
}

/// Ids begin with a colon, which no heading's id can.
fn id(part: IncidentPart) -> &'static str {
    match part {
        IncidentPart::Meaning => ":meaning",
        IncidentPart::Impact => ":impact",
        IncidentPart::Diagnosis => ":diagnosis",
        IncidentPart::Actions => ":actions",
        IncidentPart::Verify => ":verify",
        IncidentPart::RollBack => ":roll-back",
        IncidentPart::Escalation => ":escalation",
    }
}

fn label(part: IncidentPart) -> &'static str {
    match part {
        IncidentPart::Meaning => "What it means",
        IncidentPart::Impact => "Impact",
        IncidentPart::Diagnosis => "Diagnosis",
        IncidentPart::Actions => "First actions",
        IncidentPart::Verify => "Verify",
        IncidentPart::RollBack => "Roll back",
        IncidentPart::Escalation => "Escalation",
    }
}

/// The word on the way to a part: short, six of them stand beside each other on a phone.
fn jump(part: IncidentPart) -> &'static str {
    match part {
        IncidentPart::Meaning => "Meaning",
        IncidentPart::Impact => "Impact",
        IncidentPart::Diagnosis => "Find",
        IncidentPart::Actions => "Act",
        IncidentPart::Verify => "Verify",
        IncidentPart::RollBack => "Undo",
        IncidentPart::Escalation => "Call",
    }
}
