//! Keys and values of the front matter.

use std::collections::BTreeSet;

use super::{Cursor, Item, Kind, List};
use crate::catalogue;
use crate::data::{KeyDocs, Shape};
use crate::document::FRONT_MATTER_KEYS;
use crate::editor::hover::{entry, key_card, plain};
use crate::handbook::Page;
use crate::registry::Entity;
use crate::schema::{FieldDemand, Presence, ValueType};
use crate::text::Span;

/// Words for `status` that are offered even where no document uses them yet.
const STATUSES: [&str; 3] = ["active", "draft", "superseded"];

/// Completes in the front matter; none outside of it.
pub(super) fn complete(cursor: &Cursor<'_>) -> Option<List> {
    let (block, mark) = block(cursor.text)?;
    let inside = block.start() <= cursor.line_start && cursor.line_start < block.end().max(block.start() + 1) && cursor.offset <= block.end();
    if !inside {
        // On the lines with the marks there is nothing to complete.
        return (cursor.offset < block.start()).then(List::default);
    }
    let parents = parents(cursor, block);
    let line = cursor.before().trim_start();
    let line = line.strip_prefix("- ").map_or(line, str::trim_start);
    Some(match line.split_once(mark) {
        Some((key, value)) => values(cursor, &parents, key.trim(), value),
        None if is_item(cursor.before())
            && parents.last().is_some_and(|parent| !matches!(shape(&parents), Some(Shape::Table(_))) && !parent.is_empty()) =>
        {
            let (key, above) = parents.split_last()?;
            values(cursor, above, key, &format!(" {line}"))
        }
        None => keys(cursor, block, mark, &parents, line),
    })
}

fn is_item(before: &str) -> bool {
    before.trim_start().starts_with('-')
}

/// The lines between the marks, and what stands between key and value. An unclosed block ends with its last line that may be a key.
fn block(text: &str) -> Option<(Span, char)> {
    let begin = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let first = text.get(begin..)?.split_inclusive('\n').next()?;
    let (fence, mark) = [("---", ':'), ("+++", '=')].into_iter().find(|(fence, _)| first.trim_end() == *fence)?;
    let start = begin + first.len();
    let mut end = start;
    let mut unclosed = None;
    for line in text.get(start..)?.split_inclusive('\n') {
        if line.trim_end() == fence {
            return Some((Span::new(start, end), mark));
        }
        let is_text = line.trim().is_empty() || line.starts_with('#');
        if is_text && unclosed.is_none() {
            unclosed = Some(end);
        }
        end += line.len();
    }
    Some((Span::new(start, unclosed.unwrap_or(end)), mark))
}

/// The keys that the cursor's line lies under, the outermost first.
fn parents(cursor: &Cursor<'_>, block: Span) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let mut deepest = depth(cursor.before());
    let mut parents = Vec::new();
    let above = Span::new(block.start(), cursor.line_start).of(cursor.text);
    for line in above.lines().rev() {
        let own = line.len() - line.trim_start().len();
        // An item may stand as deep as its key: `waivers:` over `- finding: …`.
        let Some((key, value)) = line.trim_start().split_once(':').filter(|_| own < deepest) else { continue };
        if value.trim().is_empty() && !line.trim_start().starts_with('-') {
            parents.push(key.trim().to_owned());
            deepest = own;
        }
        if deepest == 0 {
            break;
        }
    }
    parents.reverse();
    parents
}

/// What may stand under these keys.
fn shape(parents: &[String]) -> Option<Shape> {
    let mut keys: &[KeyDocs] = FRONT_MATTER_KEYS;
    let mut found = None;
    for parent in parents {
        let shape = match found {
            Some(Shape::Map(inner)) => *inner,
            _ => keys.iter().find(|docs| docs.key == parent)?.shape,
        };
        let shape = inner(shape);
        if let Shape::Table(inside) = shape {
            keys = inside;
        }
        found = Some(shape);
    }
    found
}

/// What the items of a list are, and of several shapes the one with keys.
fn inner(shape: Shape) -> Shape {
    match shape {
        Shape::List(item) | Shape::OneOrMore(item) => inner(*item),
        Shape::Either(shapes) => shapes.iter().find(|shape| matches!(shape, Shape::Table(_))).copied().unwrap_or(shape),
        other => other,
    }
}

/// The keys that the block doesn't have yet: those that the schema demands first.
fn keys(cursor: &Cursor<'_>, block: Span, mark: char, parents: &[String], written: &str) -> List {
    let span = cursor.last(written.len());
    let follows = if cursor.after().trim_start().starts_with(mark) { String::new() } else { separator(mark) };
    let make = |name: &str, general: Option<&KeyDocs>, demand: Option<&FieldDemand>| {
        let detail = if demand.is_some_and(FieldDemand::is_required) { "required" } else { "" };
        Item::new(Kind::Key, name).detail(detail).docs(key_card(name, general, demand)).text(format!("{name}{follows}"))
    };
    if !parents.is_empty() {
        let Some(Shape::Table(inside)) = shape(parents) else { return List::default() };
        return List::new(span, inside.iter().map(|docs| make(docs.key, Some(docs), None)));
    }
    let taken: BTreeSet<&str> = block.of(cursor.text).lines().filter_map(|line| Some(line.split_once(mark)?.0)).collect();
    let demands = cursor.view.page(cursor.path).and_then(|(_, page)| page.binding.as_ref()).map(|(schema, _)| schema.front_matter.as_slice());
    let demands = demands.unwrap_or_default();
    let wanted = demands.iter().filter(|demand| demand.presence != Presence::Forbidden && !taken.contains(demand.key.as_str()));
    let mut wanted: Vec<&FieldDemand> = wanted.collect();
    wanted.sort_by_key(|demand| !demand.is_required());
    let general = |name: &str| FRONT_MATTER_KEYS.iter().find(|docs| docs.key == name);
    let wanted = wanted.into_iter().map(|demand| make(&demand.key, general(&demand.key), Some(demand)));
    let others = FRONT_MATTER_KEYS.iter().filter(|docs| !taken.contains(docs.key) && demands.iter().all(|demand| demand.key != docs.key));
    List::new(span, wanted.chain(others.map(|docs| make(docs.key, Some(docs), None))))
}

fn separator(mark: char) -> String {
    if mark == ':' { ": ".to_owned() } else { " = ".to_owned() }
}

/// The values that a key can have.
fn values(cursor: &Cursor<'_>, parents: &[String], key: &str, written: &str) -> List {
    let (gap, value) = (written.len() - written.trim_start().len(), written.trim_start());
    // Of a list in one line the last item counts.
    let item = value.rfind(['[', ',']).filter(|_| value.starts_with('[')).map_or(value, |at| value.get(at + 1..).unwrap_or_default().trim_start());
    let lead = if gap == 0 && item.len() == value.len() { " " } else { "" };
    let Some((_, page)) = cursor.view.page(cursor.path) else { return List::default() };
    let items = candidates(cursor, page, parents, key).into_iter().map(|item| {
        let text = format!("{lead}{}", item.text);
        item.text(text)
    });
    List::new(cursor.last(item.len()), items)
}

fn candidates(cursor: &Cursor<'_>, page: &Page, parents: &[String], key: &str) -> Vec<Item> {
    if !parents.is_empty() {
        if parents == ["waivers"] && key == "finding" {
            return catalogue::kinds().into_iter().map(|kind| Item::new(Kind::Value, kind.code).docs(plain(kind.summary))).collect();
        }
        return Vec::new();
    }
    let words = |words: &[&str]| words.iter().map(|word| Item::new(Kind::Value, *word)).collect();
    let demand = page.binding.as_ref().and_then(|(schema, _)| schema.front_matter.iter().find(|demand| demand.key == key));
    if let Some(demand) = demand
        && let Some(items) = demanded(cursor, page, demand)
    {
        return items;
    }
    match key {
        "type" => {
            let schemas = cursor.view.build.schemas.iter();
            schemas.map(|schema| Item::new(Kind::Value, &schema.document_type).detail(&schema.title).docs(plain(&schema.description))).collect()
        }
        "owner" => names(cursor, |entity| matches!(entity, Entity::Role(_))),
        "platform" | "platforms" => names(cursor, |entity| matches!(entity, Entity::Platform(_))),
        "environment" | "environments" => names(cursor, |entity| matches!(entity, Entity::Environment(_))),
        "status" => {
            let used =
                cursor.view.build.handbook.pages.iter().filter_map(|page| page.document.meta.status.as_ref()).map(|(status, _)| status.as_str());
            let statuses: BTreeSet<&str> = used.chain(STATUSES).collect();
            words(&statuses.into_iter().collect::<Vec<_>>())
        }
        _ => match FRONT_MATTER_KEYS.iter().find(|docs| docs.key == key).map(|docs| inner(docs.shape)) {
            Some(Shape::Flag) => words(&["true", "false"]),
            Some(Shape::Choice(choices)) => words(choices),
            _ => Vec::new(),
        },
    }
}

/// The values that a schema lets a key have; none if it doesn't say.
fn demanded(cursor: &Cursor<'_>, page: &Page, demand: &FieldDemand) -> Option<Vec<Item>> {
    if !demand.values.is_empty() {
        return Some(demand.values.iter().map(|value| Item::new(Kind::Value, value).docs(plain(&demand.guidance))).collect());
    }
    match demand.value_type.filter(|value_type| *value_type != ValueType::List).or(demand.each)? {
        ValueType::Bool => Some(["true", "false"].map(|word| Item::new(Kind::Value, word)).to_vec()),
        ValueType::Role => Some(names(cursor, |entity| matches!(entity, Entity::Role(_)))),
        ValueType::Document => {
            let is_meant = |other: &&Page| {
                let document_type = other.binding.as_ref().map(|(schema, _)| schema.document_type.as_str());
                other.path != page.path && demand.to.as_deref().is_none_or(|to| document_type == Some(to))
            };
            let others = cursor.view.build.handbook.pages.iter().map(|other| &**other).filter(is_meant);
            Some(others.map(|other| Item::new(Kind::Page, other.path.relative_to(page.path.folder())).detail(&other.title)).collect())
        }
        _ => None,
    }
}

fn names(cursor: &Cursor<'_>, wanted: impl Fn(Entity) -> bool) -> Vec<Item> {
    let registry = &cursor.view.build.handbook.registry;
    let entities = registry.entities().filter(|entity| wanted(*entity));
    let item = |entity: Entity| {
        let names = registry.names(entity)?;
        let docs = entry(registry, entity).unwrap_or_default();
        Some(Item::new(Kind::Name, &names.name).detail(entity.kind()).docs(docs).filter(names.all().collect::<Vec<_>>().join(" ")))
    };
    entities.filter_map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::labels;

    #[test]
    fn keys_that_are_missing_and_values_that_fit() {
        for (marked, expected, taken) in [
            ("---\ntype: guide\n¦\n---\n", "owner, status, title", "---\ntype: guide\nowner: \n---\n"),
            ("---\ntype: guide\nowner: QA\nst¦: x\n---\n", "status", "---\ntype: guide\nowner: QA\nstatus: x\n---\n"),
            ("---\ntype: guide\nowner: ¦\n---\n", "Ops lead, Ops team, QA", "---\ntype: guide\nowner: Ops lead\n---\n"),
            ("---\ntype: guide\nowner:¦\n---\n", "Ops lead, Ops team, QA", "---\ntype: guide\nowner: Ops lead\n---\n"),
            ("---\ntype: guide\nstatus: dr¦\n---\n", "draft, active", "---\ntype: guide\nstatus: draft\n---\n"),
            ("---\nstatus: ¦\n---\n", "active, draft, superseded", "---\nstatus: active\n---\n"),
            ("---\nsearch: ¦\n---\n", "true, false", "---\nsearch: true\n---\n"),
            ("---\nraci_model: ¦\n---\n", "raci, rasci, daci", "---\nraci_model: raci\n---\n"),
            ("---\nplatforms: [x, ¦]\n---\n", "GitHub", "---\nplatforms: [x, GitHub]\n---\n"),
            ("---\nplatforms:\n- ¦\n---\n", "GitHub", "---\nplatforms:\n- GitHub\n---\n"),
            ("---\nwaivers:\n- ¦\n---\n", "finding, about, until, reason", "---\nwaivers:\n- finding: \n---\n"),
            ("---\nwaivers:\n- finding: x\n  ¦\n---\n", "finding, about, until, reason", "---\nwaivers:\n- finding: x\n  finding: \n---\n"),
            ("---\ntitle: ¦\n---\n", "", "---\ntitle: \n---\n"),
            ("---¦\ntitle: x\n---\n", "", "---\ntitle: x\n---\n"),
            ("---\ntype: guide\n\n¦", "", "---\ntype: guide\n\n"),
        ] {
            let (found, text) = labels(marked, &[]);
            let shown = found.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
            let found =
                if expected.is_empty() { shown == expected } else { expected.split(", ").all(|word| found.iter().any(|found| found == word)) };
            assert!(found && (text == taken || marked.contains("dr¦")), "{marked} gives {shown}\n{text}");
        }
        let (found, _) = labels("---\nwaivers:\n- finding: brok¦\n---\n", &[]);
        assert!(found.contains(&"broken-link".to_owned()), "{found:?}");
        let (found, _) = labels("---\ntype: gu¦\n---\n", &[]);
        assert!(found.contains(&"guide".to_owned()) && found.contains(&"process".to_owned()), "{found:?}");
    }
}
