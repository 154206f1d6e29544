//! What a schema file says to a [`Schema`] value: looks the keys up in the registry of [`rules`](super::rules).
//!
//! What extends something begins as a copy of it; a key that stands in the file replaces what was copied, a key that doesn't leaves it.

use std::collections::HashMap;
use std::sync::Arc;

use super::load::{INVALID_SCHEMA, Raw};
use super::model::{Guidance, HeadingForms, Order, Origin, OtherSections, Presence, Schema, SectionDemand, Times, TopicDemand, demand_span};
use super::names::Names;
use super::rules::{self, Read, keys_of};
use super::settings::Settings;
use super::verify;
use crate::data::{Fields, Node, Value};
use crate::diagnostic::Diagnostic;
use crate::memo::Hasher;
use crate::source::SitePath;
use crate::text::{Span, fold_title, nearest, slug};

/// Reads a schema, on top of the one that it extends.
pub(super) fn schema(raw: &Raw, parent: Option<&Schema>, diagnostics: &mut Vec<Diagnostic>) -> Schema {
    let mut schema = begin(raw, parent);
    let mut fields = Fields::new(&raw.node, "the schema", &INVALID_SCHEMA, &raw.source.path, diagnostics);
    fields.only(&keys_of(rules::Place::Schema));
    for key in rules::keys() {
        if let Read::Schema(read) = key.read {
            read(&mut fields, &mut schema);
        }
    }
    if schema.title.is_empty() {
        schema.title = sentence_case(&schema.document_type.replace(['-', '_'], " "));
    }
    verify::settle(&mut schema, diagnostics);
    schema
}

/// The schema before any key is read. Type, title, description and globs are a schema's own.
fn begin(raw: &Raw, parent: Option<&Schema>) -> Schema {
    let digest = parent.map_or(raw.source.digest, |parent| Hasher::default().digest(raw.source.digest).digest(parent.digest).finish());
    let own = Schema {
        document_type: raw.document_type.clone(),
        title: String::new(),
        description: String::new(),
        path: raw.source.path.clone(),
        built_in: raw.built_in,
        digest,
        span: raw.type_span,
        patterns: Vec::new(),
        order: Order::default(),
        other_sections: OtherSections::default(),
        severity: None,
        headings: HeadingForms::default(),
        front_matter: Vec::new(),
        sections: Vec::new(),
        settings: Settings::default(),
    };
    let Some(parent) = parent.cloned() else { return own };
    // A schema that takes the place of the one that it extends is called as that one is.
    let same_type = parent.document_type == own.document_type;
    Schema {
        title: if same_type { parent.title } else { String::new() },
        description: if same_type { parent.description } else { String::new() },
        order: parent.order,
        other_sections: parent.other_sections,
        severity: parent.severity,
        headings: parent.headings,
        front_matter: parent.front_matter,
        sections: parent.sections,
        settings: parent.settings,
        ..own
    }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.as_str().chars()).collect())
}

/// Reads the value of a `sections` key into the sections that were inherited.
pub(super) fn sections(fields: &mut Fields<'_>, demands: &mut Vec<SectionDemand>) {
    let path = fields.path();
    read_list(fields.list("sections"), demands, &|demand| (&demand.id, &demand.names), &mut |node, inherited| {
        section(node, inherited, path, fields.diagnostics())
    });
    let twins: Vec<Twin<'_>> = demands.iter().map(|demand| (&*demand.id, &demand.names, &demand.origin)).collect();
    report_twins(&twins, "sections", path, fields.diagnostics());
}

/// Reads the value of a `topics` key into the topics that were inherited.
pub(super) fn topics(fields: &mut Fields<'_>, demands: &mut Vec<TopicDemand>) {
    let path = fields.path();
    read_list(fields.list("topics"), demands, &|demand| (&demand.id, &demand.names), &mut |node, inherited| {
        topic(node, inherited, path, fields.diagnostics())
    });
    let twins: Vec<Twin<'_>> = demands.iter().map(|demand| (&*demand.id, &demand.names, &demand.origin)).collect();
    report_twins(&twins, "topics", path, fields.diagnostics());
}

/// Reads a list of demands into those that were inherited. A demand that is there is changed where it stands; a new one comes after the one
/// that is written before it, or before the one that is written after it, or last.
fn read_list<D: Clone>(
    nodes: &[Node],
    demands: &mut Vec<D>,
    names: &dyn Fn(&D) -> (&Arc<str>, &Names),
    read: &mut dyn FnMut(&Node, Option<D>) -> Option<D>,
) {
    // Only what was there before can be changed: the same title twice in one file is a fault that is reported.
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, demand) in demands.iter().enumerate() {
        let (id, names) = names(demand);
        known.entry(id.to_string()).or_insert(index);
        for name in &names.folded {
            known.entry(name.clone()).or_insert(index);
        }
    }
    let find = |node: &Node| -> Option<usize> {
        let id = node.get("id").and_then(Node::scalar);
        let title = node.get("title").unwrap_or(node).scalar();
        id.and_then(|id| known.get(&id)).or_else(|| known.get(&fold_title(&title?))).copied()
    };
    let mut inherited: Vec<Option<D>> = demands.drain(..).map(Some).collect();
    let found: Vec<Option<usize>> = nodes.iter().map(find).collect();
    let mut taken = vec![false; inherited.len()];
    // New demands, by the number of inherited ones that stand before them.
    let mut new: Vec<Vec<D>> = std::iter::repeat_with(Vec::new).take(inherited.len() + 1).collect();
    let last = inherited.len();
    let mut cursor = None;
    for (position, (node, index)) in nodes.iter().zip(&found).enumerate() {
        let free = index.filter(|index| taken.get(*index) == Some(&false));
        if let Some(index) = free {
            if let (Some(slot), Some(taken)) = (inherited.get_mut(index), taken.get_mut(index)) {
                *taken = true;
                *slot = read(node, slot.clone()).or(slot.take());
            }
            cursor = Some(index + 1);
            continue;
        }
        let Some(demand) = read(node, None) else { continue };
        let after = found.iter().skip(position + 1).flatten().next();
        let place = cursor.or(after.copied()).unwrap_or(last);
        if let Some(new) = new.get_mut(place) {
            new.push(demand);
        }
    }
    let mut inherited = inherited.into_iter();
    for new in new {
        demands.extend(new);
        demands.extend(inherited.next().flatten());
    }
}

fn section(node: &Node, inherited: Option<SectionDemand>, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<SectionDemand> {
    let known = inherited.as_ref().map(|demand| (&demand.id, &demand.title, &demand.names));
    let heading = heading(node, "a section", rules::Place::Section, known, path, diagnostics)?;
    let origin = Origin { path: path.clone(), span: demand_span(node) };
    let mut demand = inherited.unwrap_or_else(|| SectionDemand {
        id: Arc::clone(&heading.id),
        title: Arc::clone(&heading.title),
        names: Names::default(),
        presence: Presence::Presumed,
        when: None,
        times: Times::default(),
        guidance: Guidance::default(),
        order: Order::default(),
        other_sections: OtherSections::default(),
        level: None,
        severity: None,
        sections: Vec::new(),
        topics: Vec::new(),
        settings: Settings::default(),
        origin: origin.clone(),
    });
    (demand.id, demand.title, demand.names, demand.origin) = (heading.id, heading.title, heading.names, origin);
    if matches!(node.value, Value::Map(_)) {
        let mut fields = Fields::new(node, "a section", &INVALID_SCHEMA, path, diagnostics);
        for key in rules::keys() {
            if let Read::Section(read) = key.read {
                read(&mut fields, &mut demand);
            }
        }
    }
    Some(demand)
}

fn topic(node: &Node, inherited: Option<TopicDemand>, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<TopicDemand> {
    let known = inherited.as_ref().map(|demand| (&demand.id, &demand.title, &demand.names));
    let heading = heading(node, "a topic", rules::Place::Topic, known, path, diagnostics)?;
    let origin = Origin { path: path.clone(), span: demand_span(node) };
    let mut demand = inherited.unwrap_or_else(|| TopicDemand {
        id: Arc::clone(&heading.id),
        title: Arc::clone(&heading.title),
        names: Names::default(),
        required: true,
        when: None,
        guidance: Guidance::default(),
        severity: None,
        origin: origin.clone(),
    });
    (demand.id, demand.title, demand.names, demand.origin) = (heading.id, heading.title, heading.names, origin);
    if matches!(node.value, Value::Map(_)) {
        let mut fields = Fields::new(node, "a topic", &INVALID_SCHEMA, path, diagnostics);
        for key in rules::keys() {
            if let Read::Topic(read) = key.read {
                read(&mut fields, &mut demand);
            }
        }
    }
    Some(demand)
}

/// What sections and topics have in common, and what no demand can do without.
struct Heading {
    id: Arc<str>,
    title: Arc<str>,
    names: Names,
}

/// What an extended schema said of them.
type Known<'a> = Option<(&'a Arc<str>, &'a Arc<str>, &'a Names)>;

fn heading(node: &Node, what: &str, place: rules::Place, known: Known<'_>, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<Heading> {
    let inherited = known.map(|(id, title, names)| Heading { id: Arc::clone(id), title: Arc::clone(title), names: names.clone() });
    // A plain text is a demand with nothing but its title.
    if let Some(title) = node.scalar() {
        if fold_title(&title).is_empty() {
            untitled(&title, what, node.span, path, diagnostics);
            return None;
        }
        return Some(inherited.unwrap_or_else(|| Heading { id: slug(&title).into(), names: Names::new([&*title]), title: title.into() }));
    }
    let mut fields = Fields::new(node, what, &INVALID_SCHEMA, path, diagnostics);
    if !matches!(node.value, Value::Map(_)) {
        if node.value == Value::Null {
            fields.report(node.span, format!("{what} is empty"), "write its title");
        }
        return None;
    }
    fields.only(&keys_of(place));
    let written = fields.text("title");
    let aliases = fields.texts("aliases");
    let id = fields.text("id");
    let title: Arc<str> = match (&written, known) {
        (Some(title), _) => title.as_str().into(),
        (None, Some((_, title, _))) => Arc::clone(title),
        (None, None) => "".into(),
    };
    if fold_title(&title).is_empty() {
        // A misspelt key was reported already.
        let misspelt = node.entries().iter().any(|(key, _)| key.name != "title" && nearest(&key.name, ["title"]).is_some());
        if !misspelt {
            untitled(&title, what, demand_span(node), path, diagnostics);
        }
        return None;
    }
    // Aliases are added to those that were inherited: a document that met the one schema should meet the other.
    let inherited_names = known.into_iter().flat_map(|(_, _, names)| names.folded.iter().map(String::as_str));
    let mut names = Names::new(std::iter::once(&*title).chain(inherited_names).chain(aliases.iter().map(|(alias, _)| alias.as_str())));
    names.pattern = known.and_then(|(_, _, names)| names.pattern.clone());
    let id = id.map(Into::into).or_else(|| known.map(|(id, _, _)| Arc::clone(id))).unwrap_or_else(|| slug(&title).into());
    Some(Heading { id, title, names })
}

fn untitled(title: &str, what: &str, span: Span, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    let message = if title.trim().is_empty() { format!("{what} has no title") } else { format!("title '{title}' of {what} has no words") };
    diagnostics.push(Diagnostic::new(&INVALID_SCHEMA, path, span, message).help("write `title: …`, the words of the heading"));
}

/// Id, names and place of a demand.
type Twin<'a> = (&'a str, &'a Names, &'a Origin);

/// Two demands that one heading would meet are a fault of the schema.
fn report_twins(demands: &[Twin<'_>], what: &str, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    let mut ids: HashMap<&str, &Origin> = HashMap::new();
    let mut by_name: HashMap<&str, &Origin> = HashMap::new();
    for (id, names, origin) in demands {
        let same_id = ids.insert(id, origin);
        let same_name = names.folded.iter().find_map(|name| Some((name, *by_name.get(name.as_str())?)));
        by_name.extend(names.folded.iter().map(|name| (name.as_str(), *origin)));
        let (message, help, other) = match (same_id, same_name) {
            (Some(other), _) => (format!("two {what} have the id '{id}'"), "give each an id of its own", other),
            (None, Some((name, other))) => {
                (format!("two {what} answer to the name '{name}'"), "take the name from the titles and aliases of one of them", other)
            }
            (None, None) => continue,
        };
        // Where the later one was inherited, the earlier one is the newcomer.
        let place = if origin.path == *path { origin } else { other };
        let first = if origin.path == *path { other } else { origin };
        diagnostics.push(Diagnostic::new(&INVALID_SCHEMA, &place.path, place.span, message).help(help).related(
            &first.path,
            first.span,
            "the other one",
        ));
    }
}
