//! Schema files to [`Schema`] values: looks keys up in the registry of [`rules`](super::rules) and reports what it can't read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Guidance, Names, Schema, SectionDemand, TopicDemand, demand_span};
use super::rules::{Read, keys_of};
use super::types::Schemas;
use super::{builtin, rules};
use crate::data::{Fields, Node, Value, yaml};
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::source::{SitePath, Source, Sources};
use crate::text::{Span, fold_title, nearest, slug};

/// A schema file that can't be used as it stands.
pub const INVALID_SCHEMA: Kind = Kind {
    code: "invalid-schema",
    severity: Severity::Error,
    summary: "a schema file can't be read, or holds a key or value that it can't have",
    docs: "Files in `schemas/` say what documents of a type must hold. A key that opsbook doesn't know is an error and never skipped: \
a demand that is spelt wrongly would otherwise check nothing, and nobody would notice.

    type: runbook
    sections:
      - title: Impact
        requird: true

The finding names the key that was probably meant:

    type: runbook
    sections:
      - title: Impact
        required: true",
};

/// Reads every schema: the built-in ones, and those below `schemas/`, which replace built-in ones of the same type.
///
/// A file that isn't YAML or names no type is a finding and gives no schema; any other fault is a finding and the rest of the file counts.
pub fn load(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Schemas {
    let mut by_type: BTreeMap<String, Arc<Schema>> = BTreeMap::new();
    for source in sources.texts.values().filter(|source| is_schema(&source.path)) {
        let Some(schema) = parse(source, false, diagnostics) else { continue };
        if let Some(first) = by_type.get(&schema.document_type) {
            let message = format!("the type '{}' has two schemas", schema.document_type);
            diagnostics.push(
                Diagnostic::new(&INVALID_SCHEMA, &schema.path, schema.span, message)
                    .label("this file is not used")
                    .help("join the two files, or give one of them a type of its own")
                    .related(&first.path, first.span, "the first schema of this type"),
            );
            continue;
        }
        by_type.insert(schema.document_type.clone(), Arc::new(schema));
    }
    let mut texts = BTreeMap::new();
    for source in built_in_sources() {
        // Faults of a built-in schema are faults of opsbook: a test holds that there are none.
        let Some(schema) = parse(&source, true, &mut Vec::new()) else { continue };
        if !by_type.contains_key(&schema.document_type) {
            by_type.insert(schema.document_type.clone(), Arc::new(schema));
            texts.insert(source.path, source.text);
        }
    }
    Schemas::new(by_type, texts, diagnostics)
}

fn is_schema(path: &SitePath) -> bool {
    path.strip("schemas").is_some() && matches!(path.extension(), Some("yaml" | "yml"))
}

/// The built-in schemas as sources.
fn built_in_sources() -> impl Iterator<Item = Source> {
    builtin::ALL.iter().filter_map(|(name, text)| Some(Source::new(SitePath::embedded(&format!("schemas/{name}"))?, *text)))
}

/// Reads one schema file.
pub fn parse(source: &Source, built_in: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<Schema> {
    let path = &source.path;
    let node = match yaml::parse(&source.text) {
        Ok(node) => node,
        Err(error) => {
            let message = format!("schema is not valid YAML: {}", error.message);
            diagnostics.push(Diagnostic::new(&INVALID_SCHEMA, path, error.span, message).help("quote a value that holds ': ' or begins with a mark"));
            return None;
        }
    };
    let mut fields = Fields::new(&node, "the schema", &INVALID_SCHEMA, path, diagnostics);
    let mut schema = empty_schema(source, built_in);
    fields.only(&keys_of(rules::Place::Schema));
    for key in rules::keys() {
        if let Read::Schema(read) = key.read {
            read(&mut fields, &mut schema);
        }
    }
    if schema.document_type.is_empty() {
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            return None;
        }
        fields.report(Span::at(node.span.start), "schema names no type", format!("write `type: {}` at the top", slug(path.stem())));
        return None;
    }
    if schema.title.is_empty() {
        schema.title = sentence_case(&schema.document_type.replace(['-', '_'], " "));
    }
    Some(schema)
}

fn empty_schema(source: &Source, built_in: bool) -> Schema {
    Schema {
        document_type: String::new(),
        title: String::new(),
        description: String::new(),
        path: source.path.clone(),
        built_in,
        digest: source.digest,
        span: Span::at(0),
        patterns: Vec::new(),
        order: super::Order::default(),
        other_sections: super::OtherSections::default(),
        headings: super::HeadingForms::default(),
        front_matter: Vec::new(),
        sections: Vec::new(),
    }
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.as_str().chars()).collect())
}

/// Reads the value of a `sections` key.
pub(super) fn sections(fields: &mut Fields<'_>) -> Vec<SectionDemand> {
    let path = fields.path();
    let mut demands = Vec::new();
    for node in fields.list("sections") {
        demands.extend(section(node, path, fields.diagnostics()));
    }
    report_twins(&demands.iter().map(|demand| (&*demand.id, &demand.names, demand.span)).collect::<Vec<_>>(), "sections", fields);
    demands
}

/// Reads the value of a `topics` key.
pub(super) fn topics(fields: &mut Fields<'_>) -> Vec<TopicDemand> {
    let path = fields.path();
    let mut demands = Vec::new();
    for node in fields.list("topics") {
        demands.extend(topic(node, path, fields.diagnostics()));
    }
    report_twins(&demands.iter().map(|demand| (&*demand.id, &demand.names, demand.span)).collect::<Vec<_>>(), "topics", fields);
    demands
}

fn section(node: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<SectionDemand> {
    let heading = heading(node, "a section", rules::Place::Section, path, diagnostics)?;
    let mut demand = SectionDemand {
        id: heading.id,
        title: heading.title,
        names: heading.names,
        required: true,
        guidance: Guidance::default(),
        order: super::Order::default(),
        level: None,
        severity: None,
        sections: Vec::new(),
        topics: Vec::new(),
        span: demand_span(node),
    };
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

fn topic(node: &Node, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<TopicDemand> {
    let heading = heading(node, "a topic", rules::Place::Topic, path, diagnostics)?;
    let mut demand = TopicDemand {
        id: heading.id,
        title: heading.title,
        names: heading.names,
        required: true,
        guidance: Guidance::default(),
        span: demand_span(node),
    };
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

fn heading(node: &Node, what: &str, place: rules::Place, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) -> Option<Heading> {
    // A plain text is a demand with nothing but its title.
    if let Some(title) = node.scalar() {
        if fold_title(&title).is_empty() {
            untitled(&title, what, node.span, path, diagnostics);
            return None;
        }
        return Some(Heading { id: slug(&title).into(), names: Names::new([&*title]), title: title.into() });
    }
    let mut fields = Fields::new(node, what, &INVALID_SCHEMA, path, diagnostics);
    if !matches!(node.value, Value::Map(_)) {
        if node.value == Value::Null {
            fields.report(node.span, format!("{what} is empty"), "write its title");
        }
        return None;
    }
    fields.only(&keys_of(place));
    let title = fields.text("title").unwrap_or_default();
    let aliases = fields.texts("aliases");
    let id = fields.text("id");
    if fold_title(&title).is_empty() {
        // A misspelt key was reported already.
        let misspelt = node.entries().iter().any(|(key, _)| key.name != "title" && nearest(&key.name, ["title"]).is_some());
        if !misspelt {
            untitled(&title, what, demand_span(node), path, diagnostics);
        }
        return None;
    }
    let names = Names::new(std::iter::once(&*title).chain(aliases.iter().map(|(alias, _)| alias.as_str())));
    Some(Heading { id: id.unwrap_or_else(|| slug(&title)).into(), names, title: title.into() })
}

fn untitled(title: &str, what: &str, span: Span, path: &SitePath, diagnostics: &mut Vec<Diagnostic>) {
    let message = if title.trim().is_empty() { format!("{what} has no title") } else { format!("title '{title}' of {what} has no words") };
    diagnostics.push(Diagnostic::new(&INVALID_SCHEMA, path, span, message).help("write `title: …`, the words of the heading"));
}

/// Two demands that one heading would meet are a fault of the schema.
fn report_twins(demands: &[(&str, &Names, Span)], what: &str, fields: &mut Fields<'_>) {
    for (index, (id, names, span)) in demands.iter().enumerate() {
        let before = demands.iter().take(index);
        for (other_id, other_names, _) in before {
            if id == other_id {
                fields.report(*span, format!("two {what} have the id '{id}'"), "give each an id of its own");
            } else if let Some(name) = names.folded.iter().find(|name| other_names.has(name)) {
                fields.report(*span, format!("two {what} answer to the name '{name}'"), "take the name from the titles and aliases of one of them");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::sources;
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let mut diagnostics = Vec::new();
        let _ = parse(&Source::new(SitePath::new("schemas/t.yaml").unwrap(), text), false, &mut diagnostics);
        diagnostics.iter().map(|found| format!("{} | {} | {}", found.span.of(text), found.message, found.label)).collect()
    }

    #[test]
    fn faults_are_located_and_mended() {
        for (text, expected) in [
            ("type: t\nsections: [A, B]\n", ""),
            ("", " | schema names no type | "),
            ("- a\n", "| the schema must be a mapping, not a list | "),
            ("type: t\nsectons: []\n", "sectons | unknown key 'sectons' in the schema | did you mean 'sections'?"),
            ("type: t\nsections:\n- title: A\n  requird: true\n", "requird | unknown key 'requird' in a section | did you mean 'required'?"),
            (
                "type: t\nsections:\n- title: A\n  topics:\n  - { titel: B, title: C }\n",
                "titel | unknown key 'titel' in a topic | did you mean 'title'?",
            ),
            ("type: t\nsections:\n- id: a\n", "id: a | a section has no title | "),
            ("type: t\nsections:\n- { id: a, titel: A }\n", "titel | unknown key 'titel' in a section | did you mean 'title'?"),
            ("type: t\nsections:\n- 🚀\n", "🚀 | title '🚀' of a section has no words | "),
            ("type: t\nsections:\n-\n", "| a section is empty | "),
            ("type: t\nsections: [A, a]\n", "a | two sections have the id 'a' | "),
            ("type: t\nsections: [A, { title: B, aliases: [A.] }]\n", "title: B | two sections answer to the name 'a' | "),
            ("type: t\norder: strickt\n", "strickt | 'order' of the schema can't be 'strickt' | did you mean 'strict'?"),
            ("type: t\nheadings: [bolt]\n", "bolt | 'headings' of the schema can't hold 'bolt' | "),
            ("type: a b\n", "a b | type 'a b' must consist of letters, digits and '-' | "),
            ("type: t\nmatch: ['[']\n", ""),
            ("type: t\nsections: [{ title: A, level: 9 }]\n", "9 | no heading has the level 9 | "),
            ("type: t\nsections: [{ title: A, required: maybe }]\n", "maybe | 'required' of a section must be true or false, not text | "),
            ("type: t\nsections: x\n", "x | 'sections' of the schema must be a list, not text | "),
        ] {
            let found = faults(text);
            assert!(found.len() == usize::from(!expected.is_empty()), "{text}: {found:?}");
            assert!(found.iter().all(|line| line.ends_with(expected)), "{text}: {found:?}");
        }
        assert_eq!(faults("type: [\n").len(), 1);
    }

    #[test]
    fn files_replace_built_in_schemas_of_their_type() {
        let mut diagnostics = Vec::new();
        let schemas =
            load(&sources(&[("process.yaml", "type: mine\n"), ("x/own.yml", "type: process\n"), ("z.yaml", "type: mine\n")]), &mut diagnostics);
        let process = schemas.get("process").unwrap();
        assert!(!process.built_in && process.title == "Process" && schemas.source(&process.path).is_none());
        let runbook = schemas.get("alert-runbook").unwrap();
        assert!(runbook.built_in && runbook.path.as_str() == "opsbook:schemas/alert-runbook.yaml");
        assert!(schemas.source(&runbook.path).unwrap().contains("Meaning"));
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].message, "the type 'mine' has two schemas");
    }

    #[test]
    fn a_built_in_schema_never_has_the_path_of_a_file() {
        let schemas = load(&sources(&[("process.yaml", "type: mine\n")]), &mut Vec::new());
        assert_eq!(schemas.get("process").unwrap().path.as_str(), "opsbook:schemas/process.yaml");
    }
}
