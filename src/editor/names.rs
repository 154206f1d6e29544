//! Names of registry.yaml where they stand: in prose, cells, steps, front matter, and in registry.yaml itself.
//!
//! Knows where names can stand. What they mean is known to the registry.

use std::collections::BTreeSet;

use super::view::View;
use crate::data::{Node, Value, yaml};
use crate::document::BlockKind;
use crate::handbook::Page;
use crate::registry::{ByName, Entity, Mentions, Registry};
use crate::schema::ValueType;
use crate::text::Span;

/// Keys of registry.yaml whose values are prose.
const PROSE: [&str; 8] = ["description", "meaning", "what", "url", "contact", "condition", "pattern", "source"];

/// The names of one registry, ready to be found.
#[derive(Debug, Clone, Default)]
pub struct Names {
    mentions: Mentions,
    platforms: ByName,
    environments: ByName,
    labels: ByName,
    terms: ByName,
}

/// An entry of the registry, named at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Where the name stands.
    pub span: Span,
    /// The entry.
    pub entity: Entity,
}

impl Names {
    /// The names of a registry.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        Self {
            mentions: Mentions::of(registry, |_| true),
            platforms: ByName::of(registry.platforms.iter().map(|entry| &entry.names)),
            environments: ByName::of(registry.environments.iter().map(|entry| &entry.names)),
            labels: ByName::of(registry.labels.iter().map(|entry| &entry.names)),
            terms: ByName::of(registry.glossary.iter().map(|entry| &entry.names)),
        }
    }

    /// The entry that a whole value names.
    #[must_use]
    pub fn entity(&self, registry: &Registry, written: &str) -> Option<Entity> {
        let name = written.trim();
        if name.is_empty() {
            return None;
        }
        let role = registry.role_index(name).map(Entity::Role);
        let platform = || self.platforms.index(name).map(Entity::Platform);
        let environment = || self.environments.index(name).map(Entity::Environment);
        let label = || self.labels.index(name).map(Entity::Label);
        role.or_else(platform).or_else(environment).or_else(label).or_else(|| self.terms.index(name).map(Entity::Term))
    }
}

/// Every name on a page, each place once, in the order in which they stand.
#[must_use]
pub fn of_page(view: View<'_>, page: &Page) -> Vec<Named> {
    let registry = &*view.build.handbook.registry;
    let mut found = BTreeSet::new();
    let mut whole = |text: &str, span: Span| {
        if let Some(index) = registry.role_index(text) {
            found.insert(Named { span, entity: Entity::Role(index) });
        }
    };
    for key in role_keys(page) {
        for (value, span) in page.values(&key) {
            whole(&value, span);
        }
    }
    let document = &page.document;
    for table in document.tables() {
        let rows = std::iter::once(&table.header).chain(&table.rows);
        for (places, row) in table.places.iter().zip(rows) {
            for (place, cell) in places.iter().zip(row) {
                whole(cell, place.trimmed(&document.text));
            }
        }
    }
    for block in document.blocks() {
        if let Some(label) = &block.label {
            let rest = Span::new(label.span.end(), block.span.end());
            let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | ':');
            let value = rest.of(&document.text);
            let start = rest.start() + (value.len() - value.trim_start_matches(marks).len());
            let value = value.trim_matches(marks);
            whole(value, Span::new(start, start + value.len()));
        }
    }
    for step in page.blocks.processes.iter().flat_map(|process| process.steps.iter().map(move |step| (process, step))) {
        let (process, step) = step;
        for (actor, span) in step.actors.iter().zip(&step.actor_spans) {
            if let Some(index) = process.actors.get(*actor).and_then(|actor| actor.role) {
                found.insert(Named { span: *span, entity: Entity::Role(index) });
            }
        }
    }
    mentions(view, page, &mut found);
    // A name inside a longer one, or found twice, is named once.
    let mut kept: Vec<Named> = Vec::new();
    for named in found {
        if kept.last().is_none_or(|last| last.span.end() <= named.span.start()) {
            kept.push(named);
        }
    }
    kept
}

/// The names in running text. Code and the targets of links are none.
fn mentions(view: View<'_>, page: &Page, found: &mut BTreeSet<Named>) {
    let document = &page.document;
    let prose = document.blocks().iter().filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Definition)).map(|block| block.span);
    for span in prose.chain(document.tables().iter().map(|table| table.span)) {
        let text = masked(span.of(&document.text));
        for mention in view.names.mentions.find(&text) {
            let place = Span::new(span.start() + mention.range.start, span.start() + mention.range.end);
            found.insert(Named { span: place, entity: mention.entity });
        }
    }
}

/// The text with code and targets of links blanked out; every byte keeps its place.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', ']']) {
        let (before, from) = rest.split_at(at);
        masked.push_str(before);
        let marks = from.bytes().take_while(|byte| *byte == b'`').count();
        let length = if marks > 0 {
            let fence = from.get(..marks).unwrap_or_default();
            from.get(marks..).and_then(|inside| inside.find(fence)).map_or(marks, |end| end + marks * 2)
        } else if from.starts_with("](") {
            from.find(')').map_or(1, |end| end + 1)
        } else {
            1
        };
        let gone = from.get(..length).unwrap_or(from);
        masked.extend(std::iter::repeat_n(' ', gone.len()));
        rest = from.get(gone.len()..).unwrap_or_default();
    }
    masked.push_str(rest);
    masked
}

/// The keys of a document's front matter that name roles.
fn role_keys(page: &Page) -> Vec<String> {
    let demands = page.binding.iter().flat_map(|(schema, _)| &schema.front_matter);
    let is_role = |value_type: Option<ValueType>| value_type == Some(ValueType::Role);
    let keys = demands.filter(|demand| is_role(demand.value_type) || is_role(demand.each)).map(|demand| demand.key.clone());
    keys.chain(std::iter::once("owner".to_owned())).collect()
}

/// Every name in registry.yaml, where entries begin and where others refer to them.
#[must_use]
pub fn of_registry(view: View<'_>) -> Vec<Named> {
    let text = view.registry_path().and_then(|path| view.text(&path));
    let Some(root) = text.and_then(|text| yaml::parse(text).ok()) else { return Vec::new() };
    let registry = &*view.build.handbook.registry;
    let mut found = BTreeSet::new();
    for (_, section) in root.entries() {
        for (key, _) in section.entries() {
            found.extend(view.names.entity(registry, &key.name).map(|entity| Named { span: key.span, entity }));
        }
        values(section, &mut |value, span| {
            found.extend(view.names.entity(registry, value).map(|entity| Named { span, entity }));
        });
    }
    found.into_iter().collect()
}

/// Every plain value below a node that may be a name.
fn values(node: &Node, found: &mut impl FnMut(&str, Span)) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::String(text) => found(text, node.span),
            Value::List(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter().filter(|(key, _)| !PROSE.contains(&key.name.as_str())).map(|(_, value)| value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::Desk;
    use super::*;

    #[test]
    fn code_and_targets_are_no_prose() {
        for (text, expected) in [
            ("a `Ops lead` b", "a            b"),
            ("[Ops lead](ops lead.md) b", "[Ops lead               b"),
            ("``a`b`` c", "        c"),
            ("a ` b", "a   b"),
            ("é ] (x)", "é   (x)"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn names_are_found_where_they_can_stand() {
        let desk = Desk::new(&[(
            "a.md",
            "---\nowner: Ops lead\n---\n# A\n\nThe Ops lead decides; `Ops lead` is code.\n\n**Owner**: QA\n\n| Task | Ops lead |\n|---|---|\n| x | R |\n",
        )]);
        let view = desk.view();
        let page = view.page_of(0).unwrap();
        let found: Vec<&str> = of_page(view, page).iter().map(|named| named.span.of(&page.document.text)).collect();
        assert_eq!(found, ["Ops lead", "Ops lead", "QA", "Ops lead"]);
        let path = view.registry_path().unwrap();
        let found: Vec<&str> = of_registry(view).iter().map(|named| named.span.of(view.text(&path).unwrap())).collect();
        assert_eq!(found, ["ops-lead", "Ops lead", "ops-team", "Ops team", "ops-lead", "qa", "QA", "github", "GitHub"]);
    }
}
