//! Schema files to [`Schema`] values: finds the files, puts those that extend others on top of them, and reports what can't be read.
//!
//! Knows files and types. What the keys mean is the matter of [`read`](super::read) and of the [`rules`](super::rules).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::model::Schema;
use super::rules::referenced_by::ReferencedBy;
use super::types::Schemas;
use super::{builtin, read};
use crate::data::{Node, Value, yaml};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::source::{SitePath, Source, Sources};
use crate::text::{Span, nearest, slug};

/// A schema file that can't be used as it stands.
pub const INVALID_SCHEMA: Kind = Kind {
    code: "invalid-schema",
    severity: Severity::Error,
    subject: Subject::Types,
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

/// The most schemas that may extend each other in a row: each copies the demands of all before it.
const LONGEST: usize = 20;

/// Reads every schema: the built-in ones, and those below `schemas/`, which replace built-in ones of the same type.
///
/// A file that isn't YAML or names no type is a finding and gives no schema; any other fault is a finding and the rest of the file counts.
pub fn load(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Schemas {
    let mut own: BTreeMap<String, Raw> = BTreeMap::new();
    for source in sources.texts.values().filter(|source| is_schema(&source.path)) {
        let Some(raw) = Raw::parse(source, false, diagnostics) else { continue };
        match own.get(&raw.document_type) {
            Some(first) => diagnostics.push(second_schema(&raw, first)),
            None => drop(own.insert(raw.document_type.clone(), raw)),
        }
    }
    // Faults of a built-in schema are faults of opsbook: a test holds that there are none.
    let sources = || builtin::ALL.iter().filter_map(|(name, text)| Some(Source::new(SitePath::embedded(&format!("schemas/{name}"))?, *text)));
    let texts: BTreeMap<SitePath, Arc<str>> = sources().map(|source| (source.path, source.text)).collect();
    let built_in = sources().filter_map(|source| Raw::parse(&source, true, &mut Vec::new()));
    let built_in = built_in.map(|raw| (raw.document_type.clone(), raw)).collect();
    let mut stock = Stock { own, built_in, ready: BTreeMap::new(), diagnostics };
    let by_type = stock.all();
    for schema in by_type.values().filter(|schema| !schema.built_in) {
        unknown_types(schema, &by_type, stock.diagnostics);
    }
    let used = |path: &SitePath| stock.ready.values().any(|schema| schema.path == *path);
    let texts = texts.into_iter().filter(|(path, _)| used(path)).collect();
    Schemas::new(by_type, texts, diagnostics)
}

/// Reports types that a schema names and no schema describes: what asks for such a document can't be met.
fn unknown_types(schema: &Schema, by_type: &BTreeMap<String, Arc<Schema>>, diagnostics: &mut Vec<Diagnostic>) {
    let leads = schema.front_matter.iter().filter_map(|field| Some((field.to.as_deref()?, &field.origin)));
    let references = schema.settings.get::<ReferencedBy>().map_or(&[][..], |references| &references.0);
    let referring = references.iter().map(|reference| (reference.document_type.as_str(), &reference.origin));
    for (name, origin) in leads.chain(referring).filter(|(name, origin)| !by_type.contains_key(*name) && origin.path == schema.path) {
        let finding =
            Diagnostic::new(&INVALID_SCHEMA, &origin.path, origin.span, format!("no schema describes the type '{name}' that this demand names"));
        diagnostics.push(match nearest(name, by_type.keys().map(String::as_str)) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or add a schema for '{name}'")),
            None => finding.help("name the type of a schema; `opsbook schema list` shows them"),
        });
    }
}

fn is_schema(path: &SitePath) -> bool {
    path.strip("schemas").is_some() && matches!(path.extension(), Some("yaml" | "yml"))
}

fn second_schema(raw: &Raw, first: &Raw) -> Diagnostic {
    Diagnostic::new(&INVALID_SCHEMA, &raw.source.path, raw.type_span, format!("the type '{}' has two schemas", raw.document_type))
        .label("this file is not used")
        .help("join the two files, or give one of them a type of its own")
        .related(&first.source.path, first.type_span, "the first schema of this type")
}

/// Reads one schema file that stands on its own.
pub fn parse(source: &Source, built_in: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<Schema> {
    let raw = Raw::parse(source, built_in, diagnostics)?;
    Some(read::schema(&raw, None, diagnostics))
}

/// A schema file whose type is known and whose demands aren't read yet.
pub(super) struct Raw {
    pub source: Source,
    pub built_in: bool,
    pub node: Node,
    pub document_type: String,
    pub type_span: Span,
    /// The type that it extends, and where it says so.
    pub extends: Option<(String, Span)>,
}

impl Raw {
    fn parse(source: &Source, built_in: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let path = &source.path;
        let mut report =
            |span: Span, message: String, help: String| diagnostics.push(Diagnostic::new(&INVALID_SCHEMA, path, span, message).help(help));
        let node = match yaml::parse(&source.text) {
            Ok(node) => node,
            Err(error) => {
                let message = format!("schema is not valid YAML: {}", error.message);
                report(error.span, message, error.help.to_owned());
                return None;
            }
        };
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            report(node.span, format!("the schema must be a mapping, not {}", node.kind()), "write `key: value` pairs".to_owned());
            return None;
        }
        let word = |key: &str| node.get(key).filter(|value| !value.is_blank()).and_then(|value| Some((value.scalar()?, value.span)));
        let Some((document_type, type_span)) = word("type") else {
            match node.get("type").filter(|value| !value.is_blank()) {
                Some(value) => report(value.span, format!("'type' of the schema must be text, not {}", value.kind()), "write one word".to_owned()),
                None => {
                    report(Span::at(node.span.start()), "schema names no type".to_owned(), format!("write `type: {}` at the top", slug(path.stem())));
                }
            }
            return None;
        };
        let extends = word("extends");
        Some(Self { source: source.clone(), built_in, document_type, type_span, extends, node })
    }
}

/// The files, and the schemas read from them so far.
struct Stock<'a> {
    own: BTreeMap<String, Raw>,
    built_in: BTreeMap<String, Raw>,
    /// By type and whether it is the built-in one.
    ready: BTreeMap<(String, bool), Arc<Schema>>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Stock<'_> {
    /// Every schema in use, by type.
    fn all(&mut self) -> BTreeMap<String, Arc<Schema>> {
        let mut wanted: Vec<(String, bool)> = self.own.keys().map(|name| (name.clone(), false)).collect();
        wanted.extend(self.built_in.keys().filter(|name| !self.own.contains_key(*name)).map(|name| (name.clone(), true)));
        for key in &wanted {
            self.read(key);
        }
        wanted.into_iter().filter_map(|key| Some((key.0.clone(), Arc::clone(self.ready.get(&key)?)))).collect()
    }

    /// Reads a schema and, before it, all that it extends.
    fn read(&mut self, key: &(String, bool)) {
        // From the schema to the one that extends nothing, or nothing that is there.
        let mut chain: Vec<(String, bool)> = vec![key.clone()];
        let mut seen: BTreeSet<(String, bool)> = BTreeSet::from([key.clone()]);
        while let Some(parent) = chain.last().filter(|last| !self.ready.contains_key(*last)).and_then(|last| self.parent(last)) {
            if !seen.insert(parent.clone()) {
                self.report_cycle(&chain, &parent);
                break;
            }
            if chain.len() >= LONGEST {
                self.report_long(&chain);
                break;
            }
            chain.push(parent);
        }
        let mut parent: Option<Arc<Schema>> = None;
        for key in chain.iter().rev() {
            if !self.ready.contains_key(key) {
                let Some(raw) = self.raw(key) else { continue };
                let mut found = Vec::new();
                let schema = Arc::new(read::schema(raw, parent.as_deref(), &mut found));
                if let (None, Some((name, span))) = (&parent, &raw.extends)
                    && self.parent(key).is_none()
                {
                    found.push(self.unknown(&raw.source.path, name, *span));
                }
                if !raw.built_in {
                    self.diagnostics.extend(found);
                }
                self.ready.insert(key.clone(), schema);
            }
            parent = self.ready.get(key).cloned();
        }
    }

    fn raw(&self, key: &(String, bool)) -> Option<&Raw> {
        if key.1 { self.built_in.get(&key.0) } else { self.own.get(&key.0) }
    }

    /// The schema that another extends. One that replaces a built-in one and extends its own type means the built-in one.
    fn parent(&self, key: &(String, bool)) -> Option<(String, bool)> {
        let (name, _) = self.raw(key)?.extends.as_ref()?;
        let name = name.trim();
        if self.own.contains_key(name) && (name != key.0 || !self.built_in.contains_key(name)) {
            return Some((name.to_owned(), false));
        }
        self.built_in.contains_key(name).then(|| (name.to_owned(), true))
    }

    fn report_long(&mut self, chain: &[(String, bool)]) {
        let Some((raw, (_, span))) = chain.last().and_then(|key| self.raw(key)).and_then(|raw| Some((raw, raw.extends.as_ref()?))) else { return };
        let message = format!("more than {LONGEST} schemas extend each other in a row");
        let finding = Diagnostic::new(&INVALID_SCHEMA, &raw.source.path, *span, message).label("this is left out").help("join some of them");
        self.diagnostics.push(finding);
    }

    /// Schemas that extend each other in a circle: said once, where the circle closes.
    fn report_cycle(&mut self, chain: &[(String, bool)], again: &(String, bool)) {
        let circle: Vec<&(String, bool)> = chain.iter().skip_while(|key| *key != again).collect();
        let names: Vec<&str> = circle.iter().map(|key| key.0.as_str()).chain([again.0.as_str()]).collect();
        let Some(raw) = chain.last().and_then(|key| self.raw(key)) else { return };
        let Some((_, span)) = &raw.extends else { return };
        let message = if circle.len() < 2 {
            "the schema extends itself".to_owned()
        } else {
            format!("schemas extend each other in a circle: {}", names.join(" → "))
        };
        let mut finding = Diagnostic::new(&INVALID_SCHEMA, &raw.source.path, *span, message)
            .label("this is left out")
            .help("take one `extends` out, so that the circle is open");
        for raw in circle.iter().rev().skip(1).filter_map(|key| self.raw(key)) {
            if let Some((name, span)) = &raw.extends {
                finding = finding.related(&raw.source.path, *span, format!("'{}' extends '{name}'", raw.document_type));
            }
        }
        self.diagnostics.push(finding);
    }

    fn unknown(&self, path: &SitePath, name: &str, span: Span) -> Diagnostic {
        let finding = Diagnostic::new(&INVALID_SCHEMA, path, span, format!("no schema describes the type '{name}' that this one extends"));
        let types = || self.own.keys().chain(self.built_in.keys()).map(String::as_str);
        match nearest(name, types()) {
            Some(near) => finding.label(format!("did you mean '{near}'?")).help(format!("write '{near}', or take `extends` out")),
            None => finding.help("name the type of another schema; `opsbook schema list` shows them"),
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

    /// The outline of a type, and each finding as `file: message`.
    fn outline(files: &[(&str, &str)], document_type: &str) -> (String, Vec<String>) {
        let mut diagnostics = Vec::new();
        let schemas = load(&sources(files), &mut diagnostics);
        let outline = schemas.get(document_type).map(|schema| super::super::outline(schema)).unwrap_or_default();
        (outline, diagnostics.iter().map(|found| format!("{}: {}", found.path, found.message)).collect())
    }

    #[test]
    fn a_schema_begins_with_what_it_extends() {
        let base = "type: base\ntitle: Base\nmatch: ['x/*.md']\norder: strict\nfront_matter: { owner: { type: role, required: true }, due: { type: date } }\n\
                    sections: [{ title: A, guidance: Say a., topics: [T] }, B, C]\nrelations: [{ any_of: [b, c] }]\n";
        let child = "type: child\nextends: base\nfront_matter: { due: { required: true } }\n\
                     sections: [First, { id: a, aliases: [Alpha], topics: [U] }, After a, { title: C, forbidden: true }, Last]\n";
        let (found, faults) = outline(&[("base.yaml", base), ("child.yaml", child)], "child");
        assert_eq!(faults, [""; 0]);
        assert_eq!(
            found,
            "Child (child): 4 sections, 2 topics\n\nfront matter `owner`: a role\nfront matter `due`: a date such as 2026-11-20\n\nFirst\n\n\
             A\n    Say a.\n  - T\n  - U\n\nAfter a\n\nB (optional)\n\nC (forbidden)\n\nLast\n\nIn this order.\nAt least one of 'B' and 'C'.\n"
        );
        let schemas = load(&sources(&[("base.yaml", base), ("child.yaml", child)]), &mut Vec::new());
        let child = schemas.get("child").unwrap();
        assert!(child.patterns.is_empty() && child.sections[1].names.has("alpha"));
        assert_eq!(child.sections[1].topics[0].origin.path.as_str(), "schemas/base.yaml", "a demand is demanded where it stands");
        let other =
            load(&sources(&[("base.yaml", &base.replace("Say a.", "Say b.")), ("child.yaml", "type: child\nextends: base\n")]), &mut Vec::new());
        assert!(other.get("child").unwrap().digest != child.digest);
    }

    #[test]
    fn a_schema_may_extend_the_built_in_one_that_it_replaces() {
        let (found, faults) = outline(&[("own.yaml", "type: alert-runbook\nextends: alert-runbook\nsections: [Escalation]\n")], "alert-runbook");
        assert_eq!(faults, [""; 0]);
        assert!(found.starts_with("Alert runbook (alert-runbook): 5 sections") && found.ends_with("Escalation\n"), "{found}");
    }

    #[test]
    fn circles_and_unknown_parents_are_named_once() {
        for (files, expected) in [
            (vec![("a.yaml", "type: a\nextends: a\n")], vec!["schemas/a.yaml: the schema extends itself"]),
            (
                vec![("a.yaml", "type: a\nextends: b\n"), ("b.yaml", "type: b\nextends: c\n"), ("c.yaml", "type: c\nextends: a\n")],
                vec!["schemas/c.yaml: schemas extend each other in a circle: a → b → c → a"],
            ),
            (vec![("a.yaml", "type: a\nextends: proces\n")], vec!["schemas/a.yaml: no schema describes the type 'proces' that this one extends"]),
            (
                vec![("a.yaml", "type: a\nreferenced_by: [{ type: proces }]\n")],
                vec!["schemas/a.yaml: no schema describes the type 'proces' that this demand names"],
            ),
            (
                vec![("a.yaml", "type: a\nfront_matter: { next: { type: document, to: b } }\n")],
                vec!["schemas/a.yaml: no schema describes the type 'b' that this demand names"],
            ),
            (vec![("a.yaml", "type: a\nextends: [b]\n")], vec!["schemas/a.yaml: 'extends' of the schema must be text, not a list"]),
        ] {
            let (found, faults) = outline(&files, "a");
            assert_eq!(faults, expected);
            assert!(found.starts_with("A (a)"));
        }
    }

    #[test]
    fn long_chains_are_cut_where_they_get_too_long() {
        let chain: Vec<(String, String)> =
            (0..200).map(|n| (format!("s{n}.yaml"), format!("type: s{n}\nextends: s{}\nsections: [S{n}]\n", n + 1))).collect();
        let files: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let mut diagnostics = Vec::new();
        let schemas = load(&sources(&files), &mut diagnostics);
        assert_eq!(schemas.get("s0").unwrap().sections.len(), LONGEST);
        assert!(
            diagnostics.iter().all(|found| found.message.starts_with("more than 20") || found.message.starts_with("no schema")),
            "{diagnostics:?}"
        );
        assert!(!diagnostics.is_empty());
    }

    #[test]
    fn a_built_in_schema_never_has_the_path_of_a_file() {
        let schemas = load(&sources(&[("process.yaml", "type: mine\n")]), &mut Vec::new());
        assert_eq!(schemas.get("process").unwrap().path.as_str(), "opsbook:schemas/process.yaml");
    }
}
