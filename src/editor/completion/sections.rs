//! Sections and topics that the schema of a document asks for and that it lacks.

use std::fmt::Write;

use super::{Cursor, Item, Kind, List};
use crate::editor::hover::plain;
use crate::schema::{Conformance, Schema, SectionBinding, SectionDemand, Status, section_skeleton, topic_skeleton};
use crate::text::Span;

/// A missing part: its title, its text, and where the schema wants it.
struct Missing {
    title: String,
    skeleton: String,
    guidance: String,
    required: bool,
    level: u8,
    /// Where the part before it ends in the document, as the schema orders them.
    after: usize,
    /// Where the part must lie; the whole document for a section that lies in none.
    inside: Span,
}

/// Completes a heading, or an empty line, with what is missing.
pub(super) fn complete(cursor: &Cursor<'_>, snippets: bool) -> Option<List> {
    let before = cursor.before();
    let marks = before.bytes().take_while(|byte| *byte == b'#').count();
    let words = before.get(marks..)?;
    let is_heading = (1..=6).contains(&marks) && (words.is_empty() || words.starts_with(' '));
    let is_empty = before.trim().is_empty() && cursor.after().trim().is_empty();
    if !(is_heading || is_empty) || !cursor.after().trim().is_empty() {
        return None;
    }
    let (_, page) = cursor.view.page(cursor.path)?;
    let (schema, conformance) = page.binding.as_ref()?;
    let typed = u8::try_from(marks).ok().filter(|_| is_heading);
    let mut missing = all(schema, conformance, page.document.body);
    let offset = page.document.offset(cursor.offset);
    missing.retain(|missing| missing.inside.start() <= offset && offset <= missing.inside.end());
    if let Some(typed) = typed.filter(|typed| *typed > 1) {
        // A heading of another level is meant for something else, unless nothing of this level is missing.
        if missing.iter().any(|missing| missing.level == typed) {
            missing.retain(|missing| missing.level == typed);
        }
    }
    // What the schema wants right here comes first: the last that follows something above the cursor.
    missing.sort_by_key(|missing| (missing.after > offset, !missing.required));
    let filter = before.get(..marks).unwrap_or_default();
    let items = missing.into_iter().map(|missing| item(missing, filter, snippets, cursor));
    let list = List::new(Span::new(cursor.line_start, cursor.offset), items);
    (!list.items.is_empty()).then_some(list)
}

fn item(missing: Missing, marks: &str, snippets: bool, cursor: &Cursor<'_>) -> Item {
    let detail = if missing.required { "needed here" } else { "optional" };
    let skeleton = missing.skeleton.trim_end();
    let skeleton = if cursor.text.contains("\r\n") { skeleton.replace('\n', "\r\n") } else { skeleton.to_owned() };
    let filter = if marks.is_empty() { missing.title.clone() } else { format!("{marks} {}", missing.title) };
    let text = if snippets { snippet(&skeleton) } else { skeleton };
    let docs = plain(&missing.guidance);
    Item { is_snippet: snippets, ..Item::new(Kind::Section, missing.title).detail(detail).docs(docs).filter(filter).text(text) }
}

/// The skeleton with each comment as a place to fill in: what is typed there takes the comment's place.
fn snippet(skeleton: &str) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
    let mut snippet = String::new();
    let mut rest = skeleton;
    let mut number = 1;
    while let Some(start) = rest.find("<!-- ") {
        let Some(length) = rest.get(start..).and_then(|comment| comment.find("-->")) else { break };
        let (before, comment) = (rest.get(..start).unwrap_or_default(), rest.get(start..start + length + 3).unwrap_or_default());
        snippet.push_str(&escape(before));
        let _ = write!(snippet, "${{{number}:{}}}", escape(comment)); // Writing to a string can't fail.
        number += 1;
        rest = rest.get(start + length + 3..).unwrap_or_default();
    }
    snippet.push_str(&escape(rest));
    if number == 1 {
        // Nothing is said of what to write: the cursor goes below the heading.
        snippet.push_str("\n\n$0");
    }
    snippet
}

/// Every part that is missing, in the order of the schema.
fn all(schema: &Schema, conformance: &Conformance, body: Span) -> Vec<Missing> {
    let mut missing = Vec::new();
    of_sections(&schema.sections, &conformance.sections, body, 2, &mut missing);
    missing
}

fn of_sections(demands: &[SectionDemand], bindings: &[SectionBinding], inside: Span, usual: u8, missing: &mut Vec<Missing>) {
    let beside = bindings.iter().find_map(|binding| binding.place.as_ref()).map_or(usual, |place| place.level);
    let mut after = inside.start();
    for (demand, binding) in demands.iter().zip(bindings) {
        if let Some(place) = &binding.place {
            after = after.max(place.extent.end().min(inside.end()));
            for binding in binding.instances() {
                within(demand, binding, missing);
            }
            continue;
        }
        if binding.is_forbidden() || binding.swallowed {
            continue;
        }
        let level = demand.level.unwrap_or(beside).clamp(1, 6);
        missing.push(Missing {
            title: demand.title.to_string(),
            skeleton: section_skeleton(demand, level),
            guidance: demand.guidance.text.to_string(),
            required: binding.is_required(),
            level,
            after,
            inside,
        });
    }
}

/// What is missing in a section that is there.
fn within(demand: &SectionDemand, binding: &SectionBinding, missing: &mut Vec<Missing>) {
    let Some(place) = &binding.place else { return };
    let level = place.level.saturating_add(1).min(6);
    let inside = Span::new(place.span.end(), place.extent.end());
    of_sections(&demand.sections, &binding.sections, inside, level, missing);
    for (topic, bound) in demand.topics.iter().zip(&binding.topics) {
        if bound.status == Status::Missing && !bound.swallowed {
            missing.push(Missing {
                title: topic.title.to_string(),
                skeleton: topic_skeleton(topic, level),
                guidance: topic.guidance.text.to_string(),
                required: bound.required,
                level,
                after: inside.start(),
                inside,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::labels;
    use super::*;

    const FRONT: &str = "---\ntype: guide\nowner: QA\n---\n# A\n\n";

    #[test]
    fn missing_parts_are_offered_where_they_belong() {
        for (body, expected, taken) in [
            ("¦\n", "Before you begin, Steps, Afterwards", "## Before you begin\n\n<!-- What must be in hand. -->\n"),
            ("## ¦\n", "Before you begin, Steps, Afterwards", "## Before you begin\n\n<!-- What must be in hand. -->\n"),
            ("## Steps\n\nx\n\n## Af¦", "Before you begin, Afterwards", "## Steps\n\nx\n\n## Before you begin\n\n<!-- What must be in hand. -->"),
            ("## Afterwards\n\nx\n\n### ¦\n", "Clean up", "## Afterwards\n\nx\n\n### Clean up\n"),
            ("some words ¦\n", "", "some words \n"),
            ("#hash¦\n", "", "#hash\n"),
        ] {
            let (found, text) = labels(&format!("{FRONT}{body}"), &[]);
            assert_eq!((found.join(", ").as_str(), text.as_str()), (expected, format!("{FRONT}{taken}").as_str()), "{body}");
        }
        assert_eq!(labels("# A\n\n¦\n", &[]).0, [""; 0]);
    }

    #[test]
    fn comments_become_places_to_fill_in() {
        assert_eq!(snippet("## A $x}\n\n<!-- say \\ it -->"), "## A \\$x\\}\n\n${1:<!-- say \\\\ it -->}");
        assert_eq!(snippet("## A"), "## A\n\n$0");
    }
}
