//! What a writer has to fill, as plain text: front matter, sections, topics, what they must hold, and how they go together.

use super::condition::Condition;
use super::field::FieldDemand;
use super::model::{Guidance, Order, OtherSections, Presence, Schema, SectionDemand, Times};
use super::rules::{relations, section_content};
use super::settings::Settings;
use crate::text::{collapse, count};

/// What a writer has to fill, as plain text.
#[must_use]
pub fn outline(schema: &Schema) -> String {
    let (sections, topics) = schema.size();
    let mut lines = vec![format!("{} ({}): {}, {}", schema.title, schema.document_type, count(sections, "section"), count(topics, "topic"))];
    lines.extend(Some(schema.description.clone()).filter(|text| !text.is_empty()));
    if !schema.front_matter.is_empty() {
        lines.push(String::new());
    }
    for demand in &schema.front_matter {
        field(demand, &mut lines);
    }
    for demand in &schema.sections {
        lines.push(String::new());
        section(demand, 0, &mut lines);
    }
    let mut rest = Vec::new();
    together(schema.order, schema.other_sections, &schema.settings, "", &mut rest);
    if !rest.is_empty() {
        lines.push(String::new());
        lines.append(&mut rest);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn field(demand: &FieldDemand, lines: &mut Vec<String>) {
    let mut about = presence(demand.presence, demand.when.as_ref());
    let mut wanted: Vec<String> = demand.value_type.into_iter().map(|wanted| wanted.words().to_owned()).collect();
    if !demand.values.is_empty() {
        wanted = vec![format!("one of {}", demand.values.join(", "))];
    }
    wanted.extend(demand.each.map(|each| format!("each item {}", each.words())));
    wanted.extend(demand.pattern.as_ref().map(|pattern| format!("matching {pattern}")));
    wanted.extend(demand.at_least.as_ref().map(|limit| format!("at least {limit}")));
    wanted.extend(demand.at_most.as_ref().map(|limit| format!("at most {limit}")));
    wanted.extend(demand.unique.map(|_| "like no other document's".to_owned()));
    wanted.extend(demand.back.as_ref().map(|back| format!("which points back with '{back}'")));
    if !wanted.is_empty() {
        about.push_str(": ");
        about.push_str(&wanted.join(", "));
    }
    lines.push(format!("front matter `{}`{about}", demand.key));
    if !demand.guidance.is_empty() {
        lines.push(format!("    {}", collapse(&demand.guidance)));
    }
}

/// What follows a name: ` (optional)`, ` (where 'status' is 'active')`.
fn presence(presence: Presence, when: Option<&Condition>) -> String {
    let where_ = when.map(|when| format!("where {}", when.words()));
    match (presence, where_) {
        (Presence::Presumed | Presence::Required, None) => String::new(),
        (Presence::Presumed | Presence::Required, Some(where_)) => format!(" ({where_})"),
        (Presence::Optional, _) => " (optional)".to_owned(),
        (Presence::Forbidden, None) => " (forbidden)".to_owned(),
        (Presence::Forbidden, Some(where_)) => format!(" (forbidden {where_})"),
    }
}

fn times(times: Times) -> String {
    match (times.at_least, times.at_most) {
        _ if !times.said => String::new(),
        (Some(least), Some(most)) if least == most => format!(" ({})", count(least, "time")),
        (Some(least), Some(most)) => format!(" ({least} to {})", count(most, "time")),
        (Some(least), None) => format!(" ({} or more)", count(least, "time")),
        (None, Some(most)) => format!(" (at most {})", count(most, "time")),
        (None, None) => " (any number of times)".to_owned(),
    }
}

fn section(demand: &SectionDemand, depth: usize, lines: &mut Vec<String>) {
    let about = format!("{}{}", presence(demand.presence, demand.when.as_ref()), times(demand.times));
    line(&demand.title, &about, &demand.guidance, depth, lines);
    let indent = "  ".repeat(depth);
    lines.extend(section_content::needs(&demand.settings).into_iter().map(|need| format!("{indent}    Holds {need}.")));
    for nested in &demand.sections {
        section(nested, depth + 1, lines);
    }
    for wanted in &demand.topics {
        let needed = if wanted.required { Presence::Required } else { Presence::Optional };
        line(&format!("- {}", wanted.title), &presence(needed, wanted.when.as_ref()), &wanted.guidance, depth + 1, lines);
    }
    together(demand.order, demand.other_sections, &demand.settings, &format!("{indent}    "), lines);
}

/// How the sections of one level go together.
fn together(order: Order, others: OtherSections, settings: &Settings, indent: &str, lines: &mut Vec<String>) {
    if order == Order::Strict {
        lines.push(format!("{indent}In this order."));
    }
    match others {
        OtherSections::Allow => {}
        OtherSections::Warn => lines.push(format!("{indent}Other sections are warnings.")),
        OtherSections::Forbid => lines.push(format!("{indent}No other sections.")),
    }
    lines.extend(relations::words(settings).into_iter().map(|words| format!("{indent}{words}")));
}

fn line(title: &str, about: &str, guidance: &Guidance, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    lines.push(format!("{indent}{title}{about}"));
    if !guidance.text.is_empty() {
        lines.push(format!("{indent}    {}", collapse(&guidance.text)));
    }
}
