//! What a writer starts from: a document with every heading of its schema and the guidance as comments.

use super::condition::Condition;
use super::field::FieldDemand;
use super::model::{Guidance, Presence, Schema, SectionDemand, TopicDemand};
use super::rules::relations::{RelationKind, Relations};
use super::rules::section_content;
use super::settings::Settings;
use crate::text::{Span, collapse};

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
    for demand in schema.front_matter.iter().filter(|demand| demand.key != "type" && demand.presence != Presence::Forbidden) {
        text.push_str(&field(demand));
    }
    let title = collapse(title);
    let title = if title.is_empty() { &schema.title } else { &title };
    text.extend(["---\n\n# ", &escape(title), "\n"]);
    for demand in chosen(&schema.sections, &schema.settings) {
        text.push('\n');
        section(demand, demand.level.unwrap_or(2), &mut text);
    }
    text
}

/// A section to write, with all that lies in it: headings and their guidance as comments.
#[must_use]
pub fn section_skeleton(demand: &SectionDemand, level: u8) -> String {
    let mut text = String::new();
    section(demand, level, &mut text);
    text
}

/// A topic to write: its heading and its guidance as a comment.
#[must_use]
pub fn topic_skeleton(demand: &TopicDemand, level: u8) -> String {
    let mut text = String::new();
    topic(demand, level, &mut text);
    text
}

/// The sections that a new document has, each as often as it must stand: those that relations exclude are left out.
pub(super) fn chosen<'a>(demands: &'a [SectionDemand], settings: &Settings) -> Vec<&'a SectionDemand> {
    let relations = settings.get::<Relations>().map_or(&[][..], |relations| &relations.0);
    let mut chosen: Vec<&SectionDemand> = demands.iter().filter(|demand| demand.presence != Presence::Forbidden).collect();
    for relation in relations {
        let (RelationKind::OneOf(ids) | RelationKind::Conflicts(ids)) = &relation.kind else { continue };
        let is_member = |demand: &SectionDemand| ids.iter().any(|(id, _)| *id == *demand.id);
        let kept = chosen.iter().copied().filter(|demand| is_member(demand)).max_by_key(|demand| {
            let place = demands.iter().position(|other| other.id == demand.id);
            (demand.is_required(), std::cmp::Reverse(place))
        });
        if let Some(kept) = kept {
            chosen.retain(|demand| !is_member(demand) || demand.id == kept.id);
        }
    }
    for relation in relations {
        let RelationKind::Ordered(ids) = &relation.kind else { continue };
        let rank = |demand: &SectionDemand| ids.iter().position(|(id, _)| *id == *demand.id);
        let places: Vec<usize> = chosen.iter().enumerate().filter(|(_, demand)| rank(demand).is_some()).map(|(place, _)| place).collect();
        let mut members: Vec<&SectionDemand> = chosen.iter().copied().filter(|demand| rank(demand).is_some()).collect();
        members.sort_by_key(|demand| rank(demand));
        for (place, member) in places.into_iter().zip(members) {
            if let Some(slot) = chosen.get_mut(place) {
                *slot = member;
            }
        }
    }
    // A schema may ask for more copies than anybody wants to begin with.
    chosen.into_iter().flat_map(|demand| std::iter::repeat_n(demand, demand.times.at_least.unwrap_or(1).clamp(1, 100))).collect()
}

fn field(demand: &FieldDemand) -> String {
    let plain = demand.key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let key = if plain { demand.key.clone() } else { format!("{:?}", demand.key) };
    if demand.values.is_empty() { format!("{key}:\n") } else { format!("{key}: # {}\n", collapse(&demand.values.join(", "))) }
}

fn section(demand: &SectionDemand, level: u8, text: &mut String) {
    heading(&demand.title, level, &section_words(demand), text);
    for nested in chosen(&demand.sections, &demand.settings) {
        text.push('\n');
        section(nested, nested.level.unwrap_or((level + 1).min(6)), text);
    }
    for wanted in &demand.topics {
        text.push('\n');
        topic(wanted, level + 1, text);
    }
}

fn topic(demand: &TopicDemand, level: u8, text: &mut String) {
    let words = words(demand.required, demand.when.as_ref(), &demand.guidance, &[]);
    if level > 6 {
        // Below the last level of headings, a label stands for one.
        text.extend(["**", &escape(&demand.title), ":**\n"]);
        comment(&words, text);
    } else {
        heading(&demand.title, level, &words, text);
    }
}

fn section_words(demand: &SectionDemand) -> String {
    words(demand.is_required(), demand.when.as_ref(), &demand.guidance, &section_content::needs(&demand.settings))
}

/// What the comment below a heading says: when the part is needed, what to write, what it must hold.
fn words(required: bool, when: Option<&Condition>, guidance: &Guidance, needs: &[String]) -> String {
    let need = match (required, when) {
        (true, None) => String::new(),
        (true, Some(when)) => format!("Needed where {}; take this part out elsewhere.", when.words()),
        (false, _) => "Optional: take this part out if there is nothing to say.".to_owned(),
    };
    let holds = if needs.is_empty() { String::new() } else { format!("It holds {}.", needs.join("; ")) };
    [need.as_str(), &guidance.text, &holds].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}

fn heading(title: &str, level: u8, words: &str, text: &mut String) {
    text.extend(["#".repeat(usize::from(level)).as_str(), " ", &escape(title), "\n"]);
    comment(words, text);
}

fn comment(words: &str, text: &mut String) {
    // What would end the comment is taken apart.
    let words = words.replace("-->", "-- >").replace("--!>", "-- !>");
    if !words.is_empty() {
        text.extend(["\n<!-- ", words.trim(), " -->\n"]);
    }
}

/// A title as Markdown that reads as exactly these words.
#[must_use]
pub fn escape(title: &str) -> String {
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
