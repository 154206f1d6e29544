//! Lists: what is allowed and what isn't, who decides, where to turn to.

use super::prose::paragraphs;
use super::{Policy, Statement, named, section_of};
use crate::document::{Block, Document};
use crate::registry::Registry;
use crate::text::Span;

pub(super) fn read(document: &Document, registry: &Registry, policies: &mut Vec<Policy>) {
    let blocks: Vec<&Block> = paragraphs(document, document.body).collect();
    for (index, block) in blocks.iter().enumerate() {
        if let Some(allowed) = block.item.is_none().then(|| right(&block.text(document))).flatten() {
            permission(document, registry, &blocks, (index, allowed), policies);
        }
        let Some(item) = block.item else { continue };
        let Some(label) = &block.label else { continue };
        let heading = section_of(document, block.span.start()).map(|section| section.title.to_lowercase()).unwrap_or_default();
        if heading.contains("decision") || heading.contains("authority") {
            policies.extend(decision(document, block, &label.text, registry));
        }
        if heading.contains("channel") && label.alone && item.depth == 1 && is_urgency(&label.text) {
            let steps =
                blocks.iter().skip(index + 1).take_while(|step| item.span.encloses(step.span)).map(|step| step.text(document).into_owned()).collect();
            policies.push(Policy { span: item.span, statement: Statement::Channel { urgency: label.text.clone(), steps } });
        }
    }
}

/// Whether words say no more than that something is allowed, or that it isn't.
pub(super) fn right(words: &str) -> Option<bool> {
    let bare = words.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    match bare.as_str() {
        "allowed" | "permitted" => Some(true),
        "not allowed" | "not permitted" | "forbidden" | "prohibited" => Some(false),
        _ => None,
    }
}

/// Whether words say how urgent something is, or what kind of matter: a list of mere names of channels doesn't.
fn is_urgency(words: &str) -> bool {
    const KINDS: &[&str] = &[
        "urgen", "critical", "emergenc", "regular", "normal", "routine", "standard", "other", "incident", "outage", "request", "question", "change",
        "issue", "problem", "priority", "sev", "p0", "p1", "p2", "p3", "high", "medium", "low", "report", "bug", "feedback", "security",
    ];
    let words = words.to_lowercase();
    KINDS.iter().any(|kind| words.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(kind)))
}

/// `Developer Actions` is about the Developer.
pub(super) fn without_actions(title: &str) -> &str {
    let title = title.trim();
    ["actions", "permissions", "rights"]
        .iter()
        .find_map(|word| {
            let at = title.len().checked_sub(word.len())?;
            title.get(at..).filter(|end| end.eq_ignore_ascii_case(word)).and(title.get(..at))
        })
        .unwrap_or(title)
        .trim()
}

/// The list right behind `Allowed:`.
fn permission(document: &Document, registry: &Registry, blocks: &[&Block], (index, allowed): (usize, bool), policies: &mut Vec<Policy>) {
    let Some(block) = blocks.get(index) else { return };
    let section = section_of(document, block.span.start());
    let end = section.map_or(document.body.end(), |section| section.body.end());
    // The list ends where an item begins with a mark of another kind, as a number after bullets.
    let mark = |block: &Block| block.item.filter(|item| item.depth == 1).and_then(|item| item.span.of(&document.text).chars().next());
    let kind = |mark: char| if mark.is_ascii_digit() { '1' } else { mark };
    let first = blocks.get(index + 1).and_then(|step| mark(step)).map(kind);
    let items = blocks
        .iter()
        .skip(index + 1)
        .take_while(|step| step.item.is_some() && step.span.start() < end && mark(step).is_none_or(|mark| Some(kind(mark)) == first));
    let items: Vec<&&Block> = items.collect();
    let Some(last) = items.last() else { return };
    let actions = items
        .iter()
        .filter(|step| step.item.is_some_and(|item| item.opens && item.depth == 1))
        .map(|step| step.text(document).into_owned())
        .collect();
    let role = section.and_then(|section| named(without_actions(&section.title), section.title_span, registry));
    let span = Span::new(block.span.start(), last.item.map_or(last.span.end(), |item| item.span.end().max(last.span.end())));
    policies.push(Policy { span, statement: Statement::Permission { role, allowed, actions } });
}

/// `**Product domain**: Product owners have authority on priorities`.
fn decision(document: &Document, block: &Block, domain: &str, registry: &Registry) -> Option<Policy> {
    if matches!(domain.to_lowercase().as_str(), "note" | "tip" | "example" | "hint" | "warning") {
        return None;
    }
    let text = block.text(document);
    let said = text.split_once(':').map_or(&*text, |(_, said)| said).trim();
    let statement = |by: Option<&str>, what: &str| {
        let by = by.and_then(|by| named(by, block.span, registry));
        Some(Policy { span: block.span, statement: Statement::Decision { domain: domain.to_owned(), by, what: what.trim().to_owned() } })
    };
    for joint in [" authority on ", " authority over "] {
        if let Some((who, what)) = said.split_once(joint) {
            let who = who.trim_end_matches("final").trim_end().trim_end_matches("full").trim_end();
            let who = who.strip_suffix(" have").or_else(|| who.strip_suffix(" has"))?;
            return statement(Some(who), what);
        }
    }
    for joint in [" decide on ", " decides on ", " decide ", " decides "] {
        // Machines and advice decide too: `the server decides which node leads`. So it must be a name.
        let is_name =
            |who: &str| registry.role_index(who.trim()).is_some() || who.starts_with(|c: char| c.is_uppercase()) && !who.starts_with("The ");
        if let Some((who, what)) = said.split_once(joint).filter(|(who, _)| who.split_whitespace().count() <= 4 && is_name(who)) {
            return statement(Some(who), what);
        }
    }
    said.to_lowercase().starts_with("escalate to ").then(|| statement(None, said))?
}
