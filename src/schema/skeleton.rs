//! What a writer starts from: a document with every heading of its schema and the guidance as comments, and the same as an outline.

use super::model::{FieldDemand, Guidance, Schema, SectionDemand, TopicDemand};
use crate::text::{Span, collapse, count};

/// A document to start from: front matter, title, and a heading with its guidance for every section and topic.
///
/// The guidance stands in comments, so that each part counts as unfinished until something is written.
#[must_use]
pub fn skeleton(schema: &Schema, title: &str) -> String {
    let mut text = format!("---\ntype: {}\n", schema.document_type);
    for key in ["owner", "reviewed"] {
        if schema.front_matter.iter().all(|demand| demand.key != key) {
            text.push_str(key);
            text.push_str(":\n");
        }
    }
    for demand in schema.front_matter.iter().filter(|demand| demand.key != "type") {
        text.push_str(&field(demand));
    }
    let title = collapse(title);
    let title = if title.is_empty() { &schema.title } else { &title };
    text.extend(["---\n\n# ", &escape(title), "\n"]);
    for demand in &schema.sections {
        text.push('\n');
        section(demand, demand.level.unwrap_or(2), &mut text);
    }
    text
}

fn field(demand: &FieldDemand) -> String {
    let plain = demand.key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let key = if plain { demand.key.clone() } else { format!("{:?}", demand.key) };
    if demand.values.is_empty() { format!("{key}:\n") } else { format!("{key}: # {}\n", collapse(&demand.values.join(", "))) }
}

fn section(demand: &SectionDemand, level: u8, text: &mut String) {
    heading(&demand.title, level, &demand.guidance, demand.required, text);
    for nested in &demand.sections {
        text.push('\n');
        section(nested, nested.level.unwrap_or((level + 1).min(6)), text);
    }
    for wanted in &demand.topics {
        text.push('\n');
        topic(wanted, level + 1, text);
    }
}

fn topic(demand: &TopicDemand, level: u8, text: &mut String) {
    if level > 6 {
        // Below the last level of headings, a label stands for one.
        text.extend(["**", &escape(&demand.title), ":**\n"]);
        comment(&demand.guidance, demand.required, text);
    } else {
        heading(&demand.title, level, &demand.guidance, demand.required, text);
    }
}

fn heading(title: &str, level: u8, guidance: &Guidance, required: bool, text: &mut String) {
    text.extend(["#".repeat(usize::from(level)).as_str(), " ", &escape(title), "\n"]);
    comment(guidance, required, text);
}

fn comment(guidance: &Guidance, required: bool, text: &mut String) {
    // What would end the comment is taken apart.
    let words = guidance.text.replace("-->", "-- >").replace("--!>", "-- !>");
    let optional = if required { "" } else { "Optional: take this part out if there is nothing to say. " };
    if !words.is_empty() || !required {
        text.extend(["\n<!-- ", format!("{optional}{words}").trim(), " -->\n"]);
    }
}

/// A title as Markdown that reads as exactly these words.
pub(super) fn escape(title: &str) -> String {
    let mut escaped = String::with_capacity(title.len());
    for character in collapse(title).chars() {
        if matches!(character, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '&' | '#' | '{' | '}' | '~' | '|') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The text that inserts a section into a document.
pub(super) fn insertion(demand: &SectionDemand, level: u8, text: &str, at: usize) -> String {
    let mut inserted = String::new();
    section(demand, level, &mut inserted);
    set_off(&inserted, text, at)
}

/// The text that inserts a topic into a document.
pub(super) fn topic_insertion(demand: &TopicDemand, level: u8, text: &str, at: usize) -> String {
    let mut inserted = String::new();
    topic(demand, level, &mut inserted);
    set_off(&inserted, text, at)
}

/// Empty lines before and after, and the line ends of the document.
fn set_off(inserted: &str, text: &str, at: usize) -> String {
    let before = Span::new(0, at).of(text);
    let gap = before.len() - before.trim_end_matches(['\r', '\n']).len();
    let lines = before.get(before.len() - gap..).unwrap_or_default().matches('\n').count();
    let lead = match (before.is_empty(), lines) {
        (true, _) | (_, 2..) => "",
        (_, 1) => "\n",
        (_, 0) => "\n\n",
    };
    let trail = if at < text.len() { "\n" } else { "" };
    let whole = format!("{lead}{inserted}{trail}");
    if text.contains("\r\n") { whole.replace('\n', "\r\n") } else { whole }
}

/// What a writer has to fill, as plain text: sections, topics and their guidance.
#[must_use]
pub fn outline(schema: &Schema) -> String {
    let (sections, topics) = schema.size();
    let mut lines = vec![format!("{} ({}): {}, {}", schema.title, schema.document_type, count(sections, "section"), count(topics, "topic"))];
    lines.extend(Some(schema.description.clone()).filter(|text| !text.is_empty()));
    if !schema.front_matter.is_empty() {
        lines.push(String::new());
    }
    for demand in &schema.front_matter {
        let required = if demand.required { "" } else { " (optional)" };
        let wanted = demand.value_type.map_or(String::new(), |wanted| format!(": {}", wanted.words()));
        lines.push(format!("front matter `{}`{required}{wanted}", demand.key));
    }
    for demand in &schema.sections {
        lines.push(String::new());
        outline_section(demand, 0, &mut lines);
    }
    lines.push(String::new());
    lines.join("\n")
}

fn outline_section(demand: &SectionDemand, depth: usize, lines: &mut Vec<String>) {
    outline_line(&demand.title, &demand.guidance, demand.required, depth, lines);
    for nested in &demand.sections {
        outline_section(nested, depth + 1, lines);
    }
    for wanted in &demand.topics {
        outline_line(&format!("- {}", wanted.title), &wanted.guidance, wanted.required, depth + 1, lines);
    }
}

fn outline_line(title: &str, guidance: &Guidance, required: bool, depth: usize, lines: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    let optional = if required { "" } else { " (optional)" };
    lines.push(format!("{indent}{title}{optional}"));
    if !guidance.text.is_empty() {
        lines.push(format!("{indent}    {}", collapse(&guidance.text)));
    }
}
