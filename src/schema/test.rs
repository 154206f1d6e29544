//! What the tests of this floor share.

use crate::document::Document;
use crate::registry::Registry;
use crate::source::{SitePath, Source, Sources};

use super::Schema;

/// Sources with schema files of these names and texts.
pub(super) fn sources(schemas: &[(&str, &str)]) -> Sources {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    for (name, text) in schemas {
        sources.insert(SitePath::new(&format!("schemas/{name}")).unwrap(), *text);
    }
    sources
}

/// A document at a path.
pub(super) fn check_document(path: &str, text: &str) -> Document {
    Document::parse(&Source::new(SitePath::new(path).unwrap(), text)).0
}

/// A registry with two roles.
fn registry() -> Registry {
    let text = "roles: { ops-lead: { name: Ops lead }, dev: { name: Developers, aliases: [Devs] } }\n";
    Registry::parse(Some(&Source::new(SitePath::new("content/registry.yaml").unwrap(), text)), &mut Vec::new())
}

/// A schema without faults.
pub(super) fn schema(text: &str) -> Schema {
    let mut diagnostics = Vec::new();
    let parsed = super::parse(&Source::new(SitePath::new("schemas/t.yaml").unwrap(), text), false, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    parsed.unwrap()
}

/// Each fault of a schema file as `marked text | message`.
pub(super) fn schema_faults(text: &str) -> Vec<String> {
    let mut diagnostics = Vec::new();
    let _ = super::parse(&Source::new(SitePath::new("schemas/t.yaml").unwrap(), text), false, &mut diagnostics);
    diagnostics.iter().map(|found| format!("{} | {}", found.span.of(text), found.message)).collect()
}

/// Each finding of a document as `code | marked text | message`.
pub(super) fn findings(schema: &Schema, text: &str) -> Vec<String> {
    let document = check_document("content/a.md", text);
    let conformance = super::bind(schema, &document);
    let mut diagnostics = super::judge(schema, &document, &conformance, &crate::blocks::Blocks::read(&document, &registry()).0, &registry());
    crate::diagnostic::Diagnostic::sort(&mut diagnostics);
    diagnostics.iter().map(|found| format!("{} | {} | {}", found.kind.code, found.span.of(text), found.message)).collect()
}

/// The findings of a document, sorted.
pub(super) fn judged(schema: &Schema, text: &str) -> Vec<crate::diagnostic::Diagnostic> {
    let document = check_document("content/a.md", text);
    let mut diagnostics =
        super::judge(schema, &document, &super::bind(schema, &document), &crate::blocks::Blocks::read(&document, &registry()).0, &registry());
    crate::diagnostic::Diagnostic::sort(&mut diagnostics);
    diagnostics
}

/// The text with the edits of all findings made.
pub(super) fn apply(text: &str, diagnostics: &[crate::diagnostic::Diagnostic]) -> String {
    let mut edits: Vec<_> = diagnostics.iter().flat_map(|found| &found.fix).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
    let mut mended = text.to_owned();
    for edit in edits {
        mended.replace_range(edit.span.start()..edit.span.end(), &edit.replacement);
    }
    mended
}
