//! What the tests of links share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::alerts;
use crate::blocks::Blocks;
use crate::config::Config;
use crate::document::Document;
use crate::handbook::{Checked, Handbook, Known, Parts};
use crate::registry::Registry;
use crate::source::{SitePath, Sources};

/// The handbook that these files make, and the files.
pub(super) fn handbook(files: &[(&str, &str)]) -> (Handbook, Sources) {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.insert(SitePath::new(path).unwrap(), *text);
    }
    let config = Config::parse(sources.text("book.toml"), &mut Vec::new());
    let registry = Registry::parse(sources.text("registry.yaml"), &mut Vec::new());
    let checked = |document: Document| {
        let blocks = Arc::new(Blocks::read(&document, &registry).0);
        Checked::new(Arc::new(document), blocks, None)
    };
    let documents = sources.texts.values().filter(|source| source.path.is_markdown()).map(|source| checked(Document::parse(source).0)).collect();
    let parts = Parts {
        rules: alerts::read(&sources, &config.alerts, &mut alerts::Known::default(), &mut Vec::new()),
        config: Arc::new(config),
        content: String::new(),
        documents,
        summary: None,
        lock: None,
        assets: &BTreeMap::new(),
        unreadable: &BTreeMap::new(),
        registry: Arc::new(registry),
    };
    (Handbook::resolve(parts, &mut Known::default()), sources)
}
