//! What a writer has to fill, as plain text: front matter, sections, topics, what they must hold, and how they go together.

use super::condition::Condition;
use super::field::FieldDemand;
use super::model::{Guidance, Order, OtherSections, Presence, Schema, SectionDemand, Times};
use super::rules::{front_matter, incident, naming, referenced_by, relations, section_content};
use super::settings::Settings;
use super::values::ValueType;
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
    lines.extend(front_matter::words(&schema.settings).map(str::to_owned));
    for demand in &schema.sections {
        lines.push(String::new());
        section(demand, 0, &mut lines);
    }
    let mut rest = Vec::new();
    together(schema.order, schema.other_sections, &schema.settings, &schema.sections, "", &mut rest);
    rest.extend(whole(schema));
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
    let counted = match demand.value_type {
        Some(ValueType::List) => " items",
        Some(ValueType::String) => " characters",
        _ => "",
    };
    wanted.extend(demand.at_least.as_ref().map(|limit| format!("at least {limit}{counted}")));
    wanted.extend(demand.at_most.as_ref().map(|limit| format!("at most {limit}{counted}")));
    wanted.extend(demand.unique.map(|within| format!("like no other {}", within.words())));
    wanted.extend(demand.to.as_ref().map(|to| format!("of type '{to}'")));
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

/// What the document as a whole must be and hold.
fn whole(schema: &Schema) -> Vec<String> {
    let mut lines: Vec<String> = section_content::needs(&schema.settings).into_iter().map(|need| format!("The document holds {need}.")).collect();
    lines.extend(naming::words(&schema.settings));
    lines.extend(referenced_by::words(&schema.settings));
    match (schema.headings.bold, schema.headings.label) {
        (_, true) => lines.push("A bold line or a label stands for a heading where there is none.".to_owned()),
        (true, false) => lines.push("A bold line stands for a heading where there is none.".to_owned()),
        (false, false) => {}
    }
    lines
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
    let pattern = demand.names.pattern.as_ref().map_or_else(String::new, |pattern| format!(" (or what matches {})", pattern.as_str()));
    let level = demand.level.map_or_else(String::new, |level| format!(" (level {level})"));
    let about = format!("{pattern}{}{}{level}", presence(demand.presence, demand.when.as_ref()), times(demand.times));
    line(&demand.title, &about, &demand.guidance, depth, lines);
    let indent = "  ".repeat(depth);
    lines.extend(section_content::needs(&demand.settings).into_iter().map(|need| format!("{indent}    Holds {need}.")));
    lines.extend(incident::words(&demand.settings).map(|words| format!("{indent}    {words}")));
    for nested in &demand.sections {
        section(nested, depth + 1, lines);
    }
    for wanted in &demand.topics {
        let needed = if wanted.required { Presence::Required } else { Presence::Optional };
        line(&format!("- {}", wanted.title), &presence(needed, wanted.when.as_ref()), &wanted.guidance, depth + 1, lines);
    }
    together(demand.order, demand.other_sections, &demand.settings, &demand.sections, &format!("{indent}    "), lines);
}

/// How the sections of one level go together.
fn together(order: Order, others: OtherSections, settings: &Settings, demands: &[SectionDemand], indent: &str, lines: &mut Vec<String>) {
    if order == Order::Strict {
        lines.push(format!("{indent}In this order."));
    }
    match others {
        OtherSections::Allow => {}
        OtherSections::Warn => lines.push(format!("{indent}Other sections are warnings.")),
        OtherSections::Forbid => lines.push(format!("{indent}No other sections.")),
    }
    lines.extend(relations::words(settings, demands).into_iter().map(|words| format!("{indent}{words}")));
}

fn line(title: &str, about: &str, guidance: &Guidance, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    lines.push(format!("{indent}{title}{about}"));
    if !guidance.text.is_empty() {
        lines.push(format!("{indent}    {}", collapse(&guidance.text)));
    }
}
