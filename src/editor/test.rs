//! A small handbook for tests, and places in it.

use super::names::Names;
use super::view::View;
use crate::compile::{Build, Cache, compile};
use crate::source::{SitePath, Sources};

/// Roles and a platform, for tests.
pub(super) const REGISTRY: &str = "roles:\n  ops-lead:\n    name: Ops lead\n    description: Runs operations.\n    contact: '#ops'\n  ops-team: { name: Ops team, escalates_to: ops-lead }\n  qa: { name: QA }\nplatforms:\n  github: { name: GitHub, for: [code] }\n";

/// A type with sections, topics and front matter, for tests.
pub(super) const SCHEMA: &str = "type: guide\ntitle: Guide\ndescription: How to do a thing.\nfront_matter:\n  owner: { type: role, required: true, guidance: who answers for it }\n  status: { type: enum, values: [draft, active] }\nsections:\n- title: Before you begin\n  guidance: What must be in hand.\n- title: Steps\n- title: Afterwards\n  topics: [Clean up]\n";

/// A handbook in memory.
pub(super) struct Desk {
    sources: Sources,
    build: Build,
    names: Names,
}

impl Desk {
    /// A handbook with these documents in its content folder.
    pub(super) fn new(documents: &[(&str, &str)]) -> Self {
        let mut sources = Sources { content: "content".to_owned(), ..Sources::default() };
        let settings = [("book.toml", "[book]\ntitle = \"Book\"\n"), ("content/registry.yaml", REGISTRY), ("schemas/guide.yaml", SCHEMA)];
        let documents = documents.iter().map(|(path, text)| (format!("content/{path}"), *text));
        for (path, text) in settings.into_iter().map(|(path, text)| (path.to_owned(), text)).chain(documents) {
            sources.insert(SitePath::new(&path).unwrap(), text);
        }
        let build = compile(&sources, &mut Cache::default());
        let names = Names::of(&build.handbook.registry);
        Self { sources, build, names }
    }

    pub(super) fn view(&self) -> View<'_> {
        View { build: &self.build, sources: &self.sources, names: &self.names }
    }
}

/// Takes the `|` out of a text; gives its place.
pub(super) fn cursor(marked: &str) -> (String, usize) {
    let at = marked.find('¦').unwrap();
    (marked.replacen('¦', "", 1), at)
}
