//! What the front matter of an incident report says.

use jiff::tz::TimeZone;

use super::moment::{TimeFault, moment};
use super::tasks::written;
use super::{Fault, Incident, Said, Stage};
use crate::data::{Node, Value};
use crate::document::Document;
use crate::registry::{Registry, calendar};
use crate::text::Span;

/// Items of a list that are read at most: nobody lists more causes of one incident.
const ITEMS: usize = 500;

/// The zone of times that say none.
pub(super) fn zone(document: &Document) -> Option<TimeZone> {
    calendar::zone(document.front_matter.as_ref()?.get("zone")?.as_str()?.trim())
}

pub(super) fn read(document: &Document, registry: &Registry) -> Incident {
    let mut incident = Incident::default();
    let Some(front) = &document.front_matter else { return incident };
    for key in ["severity", "zone"] {
        let node = front.get(key).filter(|node| node.scalar().is_none() && !node.is_blank());
        incident.faults.extend(node.map(|node| Fault::Kind { key, kind: node.kind(), span: beginning(node) }));
    }
    incident.severity = front.get("severity").and_then(said);
    incident.services = list(front, &["services", "service", "affected_services"], &mut incident.faults);
    // What no reference can be is said of those by the schema.
    incident.runbooks = list(front, &["runbooks", "runbook"], &mut Vec::new());
    incident.causes = list(front, &["causes", "cause"], &mut incident.faults);
    let zone = zone(document);
    for stage in Stage::ALL {
        let Some(node) = front.get(stage.key()).filter(|node| !node.is_blank()) else { continue };
        let Some(said) = said(node) else {
            incident.faults.push(Fault::Time { stage, why: TimeFault::NotText(node.kind()), text: String::new(), span: beginning(node) });
            continue;
        };
        match moment(&said.text, zone.as_ref(), said.span) {
            Ok(moment) => incident.times.push((stage, moment)),
            Err(why) => incident.faults.push(Fault::Time { stage, why, text: said.text, span: said.span }),
        }
    }
    // A zone matters only where times are read by it.
    if zone.is_none()
        && let Some(said) = front.get("zone").and_then(said)
        && !(incident.times.is_empty() && incident.faults.is_empty())
    {
        incident.faults.push(Fault::Zone(said));
    }
    if let Some(actions) = front.get("actions").filter(|node| !node.is_blank()) {
        for item in items(actions) {
            match written(item, document, registry) {
                Ok((action, faults)) => {
                    incident.faults.extend(faults.into_iter().map(|(why, span)| Fault::Action { why, span }));
                    incident.actions.push(action);
                }
                Err((why, span)) => incident.faults.push(Fault::Action { why, span }),
            }
        }
    }
    incident
}

/// The items of a list; a single value is a list of one.
fn items(node: &Node) -> &[Node] {
    let all = if let Value::List(items) = &node.value { items.as_slice() } else { std::slice::from_ref(node) };
    all.get(..all.len().min(ITEMS)).unwrap_or_default()
}

/// Where a value begins: a mapping with its first key.
fn beginning(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |(key, _)| key.span)
}

fn said(node: &Node) -> Option<Said> {
    Some(Said { text: node.scalar().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())?, span: node.span })
}

/// The texts at the first of these keys that says something. What is no text is a fault.
fn list(front: &Node, keys: &[&'static str], faults: &mut Vec<Fault>) -> Vec<Said> {
    let Some((key, node)) = keys.iter().find_map(|key| Some((*key, front.get(key).filter(|node| !node.is_blank())?))) else { return Vec::new() };
    let all = items(node).iter();
    let no_text = all.clone().filter(|item| item.scalar().is_none() && !item.is_blank());
    faults.extend(no_text.map(|item| Fault::Kind { key, kind: item.kind(), span: beginning(item) }));
    all.filter_map(said).collect()
}
