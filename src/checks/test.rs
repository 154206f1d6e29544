//! What the tests of the checks share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alerts;
use crate::blocks::Blocks;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::handbook::promises::Lock;
use crate::handbook::{Checked, Handbook, Known, Parts};
use crate::registry::Registry;
use crate::schema;
use crate::source::{LOCK, SitePath, Sources};

/// The handbook that these files make.
pub(super) fn handbook(files: &[(&str, &str)]) -> Handbook {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    for (path, text) in files {
        sources.insert(SitePath::new(path).unwrap(), *text);
    }
    let mut faults = Vec::new();
    let schemas = schema::load(&sources, &mut faults);
    assert!(faults.is_empty(), "{faults:?}");
    let registry = Registry::parse(sources.text("content/registry.yaml"), &mut faults);
    let config = Config::parse(sources.text("book.toml"), &mut faults);
    let mut documents = Vec::new();
    for source in sources.texts.values().filter(|source| source.path.is_markdown()) {
        let document = Arc::new(Document::parse(source).0);
        let path = document.path.strip("content").unwrap();
        let binding = schemas.type_of(&document, &path, &mut faults).map(|schema| {
            let conformance = Arc::new(schema::bind(&schema, &document));
            (schema, conformance)
        });
        let blocks = Arc::new(Blocks::read(&document, &registry).0);
        documents.push(Checked::new(document, blocks, binding));
    }
    Handbook::resolve(
        Parts {
            rules: alerts::read(&sources, &config.alerts, &mut alerts::Known::default(), &mut faults),
            config: Arc::new(config),
            content: "content".into(),
            documents,
            summary: None,
            lock: sources.text(LOCK).map(|source| Arc::new(Lock::parse(source, &mut faults))),
            assets: &BTreeMap::new(),
            unreadable: &BTreeMap::new(),
            registry: Arc::new(registry),
        },
        &mut Known::default(),
    )
}

/// The findings of one code, in the order in which reports show them.
pub(super) fn diagnostics(files: &[(&str, &str)], code: &str) -> Vec<Diagnostic> {
    diagnostics_on(files, code, None)
}

/// The same on some day, as `2026-11-20`.
pub(super) fn diagnostics_on(files: &[(&str, &str)], code: &str, today: Option<&str>) -> Vec<Diagnostic> {
    let today = today.map(|day| day.parse().unwrap());
    let mut found = super::run(&handbook(files), today, &mut super::Known::default());
    found.retain(|finding| finding.kind.code == code);
    Diagnostic::sort(&mut found);
    found
}

/// The same, each as `path | marked text | message`.
pub(super) fn findings(files: &[(&str, &str)], code: &str) -> Vec<String> {
    findings_on(files, code, None)
}

/// The same on some day.
pub(super) fn findings_on(files: &[(&str, &str)], code: &str, today: Option<&str>) -> Vec<String> {
    let text = |path: &SitePath| files.iter().find(|(name, _)| *name == path.as_str()).map_or("", |(_, text)| text);
    let found = diagnostics_on(files, code, today);
    found.iter().map(|found| format!("{} | {} | {}", found.path, found.span.of(text(&found.path)), found.message)).collect()
}
